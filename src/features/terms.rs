//! The distinct words and pairs of one text, with how often each occurs.

use super::keys::{Block, Key};
use crate::text::{TokenKind, Tokens};

/// Sixteenths of `1 + ln(count)` for counts below 16; larger counts are computed.
const SIXTEENTHS: [i32; 16] = [0, 16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59];

/// Largest tf, in sixteenths: what stands more than a thousand times counts no more.
pub(crate) const MAX_TF: i32 = 127;

/// A distinct word or pair of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The feature's hash.
    pub key: Key,
    /// [`Block::Word`] or [`Block::Pair`].
    pub block: Block,
    /// Index of the token where it first occurs (for a pair: of its first word).
    pub token: u32,
    /// `1 + ln(count)` in sixteenths, rounded; 127 at most.
    pub tf: i32,
    /// Whether its character n-grams are features too: it is a word made of letters.
    pub spelled: bool,
}

/// The terms of one text; a buffer to use again and again.
///
/// ```
/// use pilah::features::{Block, Terms};
/// use pilah::text::{Analyzer, Tokens};
///
/// let (mut tokens, mut terms) = (Tokens::new(), Terms::default());
/// Analyzer::indonesian().analyze("jalan rusak jalan rusak", &mut tokens);
/// terms.collect(&tokens);
/// // jalan, rusak; jalan rusak (twice), rusak jalan (once)
/// let count = |block| terms.iter().filter(|term| term.block == block).count();
/// assert_eq!((count(Block::Word), count(Block::Pair)), (2, 2));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Terms {
    items: Vec<Term>,
    /// Open-addressing table of `key << 32 | place in items + 1`; zero is empty.
    slots: Vec<u64>,
}

impl Terms {
    /// Replaces what was held by the terms of `tokens`, in the order of their first occurrence. A name separates
    /// its neighbours.
    pub fn collect(&mut self, tokens: &Tokens) {
        self.items.clear();
        // Words and pairs together fill at most half of the slots.
        let size = (tokens.len() * 4).next_power_of_two().max(64);
        self.slots.clear();
        self.slots.resize(size, 0);
        let mut previous = None;
        for (index, token) in tokens.iter().enumerate() {
            let key = Key::word(token);
            if let Some(key) = key {
                self.count(key, Block::Word, index, token.kind() == TokenKind::Word);
                if let Some(previous) = previous {
                    self.count(Key::pair(previous, key), Block::Pair, index - 1, false);
                }
            }
            previous = key;
        }
        for term in &mut self.items {
            term.tf = match SIXTEENTHS.get(term.tf as usize) {
                Some(&tf) => tf,
                None => MAX_TF.min((16.0 * (1.0 + f64::from(term.tf).ln())).round() as i32),
            };
        }
    }

    /// The terms, in the order of their first occurrence.
    pub fn iter(&self) -> std::slice::Iter<'_, Term> {
        self.items.iter()
    }

    /// One more occurrence; until the end `tf` holds the count.
    fn count(&mut self, key: Key, block: Block, token: usize, spelled: bool) {
        let mask = self.slots.len() - 1;
        let mut slot = key.0 as usize & mask;
        loop {
            let entry = self.slots[slot];
            if entry == 0 {
                self.items.push(Term { key, block, token: token as u32, tf: 1, spelled });
                self.slots[slot] = u64::from(key.0) << 32 | self.items.len() as u64;
                return;
            }
            if (entry >> 32) as u32 == key.0 {
                self.items[entry as u32 as usize - 1].tf += 1;
                return;
            }
            slot = (slot + 1) & mask;
        }
    }
}

impl<'t> IntoIterator for &'t Terms {
    type Item = &'t Term;
    type IntoIter = std::slice::Iter<'t, Term>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::SIXTEENTHS;

    #[test]
    fn the_table_is_the_formula() {
        for (count, &tf) in SIXTEENTHS.iter().enumerate().skip(1) {
            assert_eq!(tf, (16.0 * (1.0 + (count as f64).ln())).round() as i32, "count {count}");
        }
    }
}

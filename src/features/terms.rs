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
    /// Whether its character n-grams are features too: it is a word made of letters.
    pub spelled: bool,
    /// Index of the token where it first occurs (for a pair: of its first word).
    pub token: u32,
    /// How often it occurs.
    pub count: u32,
    /// `1 + ln(count)` in sixteenths, rounded; 127 at most.
    pub tf: i32,
}

/// The terms of one text; a buffer to use again and again.
///
/// ```
/// use pilah::features::Terms;
/// use pilah::text::{Analyzer, Tokens};
///
/// let (mut tokens, mut terms) = (Tokens::new(), Terms::default());
/// Analyzer::indonesian().analyze("jalan rusak jalan rusak", &mut tokens);
/// terms.collect(&tokens);
/// // jalan, rusak; jalan rusak (twice), rusak jalan (once)
/// assert_eq!((terms.words().len(), terms.pairs().len()), (2, 2));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Terms {
    words: Distinct,
    pairs: Distinct,
}

impl Terms {
    /// Replaces what was held by the terms of `tokens`. A name separates its neighbours.
    pub fn collect(&mut self, tokens: &Tokens) {
        self.words.clear(tokens.len());
        self.pairs.clear(tokens.len());
        let mut previous = None;
        for (index, token) in tokens.iter().enumerate() {
            let key = Key::word(token);
            if let Some(key) = key {
                self.words.count(key, Block::Word, index, token.kind() == TokenKind::Word);
                if let Some(previous) = previous {
                    self.pairs.count(Key::pair(previous, key), Block::Pair, index - 1, false);
                }
            }
            previous = key;
        }
    }

    /// The words, in the order of their first occurrence.
    pub fn words(&self) -> &[Term] {
        &self.words.items
    }

    /// The pairs, in the order of their first occurrence.
    pub fn pairs(&self) -> &[Term] {
        &self.pairs.items
    }

    /// Words, then pairs.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.words().iter().chain(self.pairs())
    }
}

impl Term {
    fn repeat(&mut self) {
        self.count += 1;
        self.tf = match SIXTEENTHS.get(self.count as usize) {
            Some(&tf) => tf,
            None => MAX_TF.min((16.0 * (1.0 + f64::from(self.count).ln())).round() as i32),
        };
    }
}

/// Terms by their keys.
#[derive(Debug, Clone, Default)]
struct Distinct {
    items: Vec<Term>,
    /// Open-addressing table of `key << 32 | place in items + 1`; zero is empty. At most a quarter of it is full.
    slots: Vec<u64>,
}

impl Distinct {
    fn clear(&mut self, most: usize) {
        self.items.clear();
        self.slots.clear();
        self.slots.resize((most * 4).next_power_of_two(), 0);
    }

    fn count(&mut self, key: Key, block: Block, token: usize, spelled: bool) {
        let mask = self.slots.len() - 1;
        let mut slot = key.0 as usize & mask;
        loop {
            let entry = self.slots[slot];
            if entry == 0 {
                self.items.push(Term {
                    key,
                    block,
                    spelled,
                    token: token as u32,
                    count: 1,
                    tf: SIXTEENTHS[1],
                });
                self.slots[slot] = u64::from(key.0) << 32 | self.items.len() as u64;
                return;
            }
            if (entry >> 32) as u32 == key.0 {
                self.items[entry as u32 as usize - 1].repeat();
                return;
            }
            slot = (slot + 1) & mask;
        }
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

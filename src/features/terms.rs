//! The distinct words and pairs of one text, with how often each occurs.

use super::keys::{Block, Key};
use crate::text::{TokenKind, Tokens};

/// Sixteenths of `1 + ln(count)` for counts below 16; larger counts are computed.
const SIXTEENTHS: [i32; 16] = [0, 16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59];

/// A distinct word or pair of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The feature's hash.
    pub key: Key,
    /// [`Block::Word`] or [`Block::Pair`].
    pub block: Block,
    /// Index of the token where it first occurs (for a pair: of its first word).
    pub token: u32,
    /// `1 + ln(count)` in sixteenths, rounded.
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
    words: Vec<u64>,
    pairs: Vec<u64>,
}

impl Terms {
    /// Replaces what was held by the terms of `tokens`: words by key, then pairs by key. A name separates its
    /// neighbours.
    pub fn collect(&mut self, tokens: &Tokens) {
        self.items.clear();
        self.words.clear();
        self.pairs.clear();
        let mut previous = None;
        for (index, token) in tokens.iter().enumerate() {
            let key = Key::word(token);
            if let Some(key) = key {
                self.words.push(u64::from(key.0) << 32 | index as u64);
                if let Some(previous) = previous {
                    self.pairs.push(u64::from(Key::pair(previous, key).0) << 32 | (index as u64 - 1));
                }
            }
            previous = key;
        }
        self.words.sort_unstable();
        self.pairs.sort_unstable();
        let tokens = tokens.as_slice();
        distinct(&self.words, |key, token, tf| {
            let spelled = tokens.get(token as usize).is_some_and(|token| token.kind() == TokenKind::Word);
            self.items.push(Term { key, block: Block::Word, token, tf, spelled });
        });
        distinct(&self.pairs, |key, token, tf| {
            self.items.push(Term { key, block: Block::Pair, token, tf, spelled: false });
        });
    }

    /// The terms: words by key, then pairs by key.
    pub fn iter(&self) -> std::slice::Iter<'_, Term> {
        self.items.iter()
    }
}

/// Calls `each` with key, first index and tf of every run of equal keys in a sorted slice of `key << 32 | index`.
fn distinct(sorted: &[u64], mut each: impl FnMut(Key, u32, i32)) {
    let mut rest = sorted;
    while let Some(&first) = rest.first() {
        let key = first >> 32;
        let count = rest.iter().take_while(|&&entry| entry >> 32 == key).count();
        let tf = match SIXTEENTHS.get(count) {
            Some(&tf) => tf,
            None => (16.0 * (1.0 + (count as f64).ln())).round() as i32,
        };
        each(Key(key as u32), first as u32, tf);
        rest = &rest[count..];
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

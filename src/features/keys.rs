//! Feature hashes.

use xxhash_rust::xxh3::xxh3_64;

use crate::text::{Token, TokenKind};

/// Which kind of feature a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Block {
    /// One word.
    Word,
    /// Two neighbouring words.
    Pair,
    /// Characters inside a word, its ends marked by a space.
    Char,
}

/// A feature's hash: 32 bits of xxh3, which are stable across builds and platforms.
///
/// With 100,000 features in a vocabulary a feature it does not hold is mistaken for one it does once in
/// 43,000 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub(crate) u32);

impl Key {
    /// The key of a token by itself; `None` for names, which are never features. All numbers share one key, as
    /// do all tokens of one mask.
    pub fn word(token: &Token) -> Option<Self> {
        match token.kind() {
            TokenKind::Name => None,
            TokenKind::Number => Some(Self(0x6e75_6d62)),
            _ => Some(Self((token.hash() >> 32) as u32)),
        }
    }

    /// The key of two neighbouring words, in this order.
    pub fn pair(first: Self, second: Self) -> Self {
        let both = u64::from(first.0) << 32 | u64::from(second.0);
        Self((both.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32)
    }

    fn chars(gram: &[u8]) -> Self {
        // The other half of the hash: an n-gram that is a word too is another feature.
        Self(xxh3_64(gram) as u32)
    }
}

/// Longest word, in bytes, whose n-grams are features; the analyser cuts words near this length.
const LONGEST: usize = 80;

/// Calls `each` with the key of every character n-gram of `word`, shortest first, from left to right.
///
/// The word stands between two spaces, as in scikit-learn's `char_wb`: `air` has ` ai`, `air`, `ir ` and ` air`,
/// `air ` and ` air ` for lengths 3 to 5. A length that exceeds the padded word gives nothing.
pub(crate) fn char_ngrams(word: &str, lengths: std::ops::RangeInclusive<usize>, mut each: impl FnMut(Key)) {
    let mut padded = [b' '; LONGEST + 2];
    let mut bounds = [0u8; LONGEST + 3];
    let length = word.len().min(LONGEST);
    padded[1..=length].copy_from_slice(&word.as_bytes()[..length]);
    let padded = &padded[..length + 2];
    let mut count = 0;
    for (at, &byte) in padded.iter().enumerate() {
        if byte & 0xC0 != 0x80 {
            bounds[count] = at as u8;
            count += 1;
        }
    }
    bounds[count] = padded.len() as u8;
    for n in lengths {
        for first in 0..(count + 1).saturating_sub(n) {
            each(Key::chars(&padded[bounds[first] as usize..bounds[first + n] as usize]));
        }
    }
}

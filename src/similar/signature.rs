//! A text's signature, and what makes it.

use std::fmt;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::text::{TokenKind, Tokens};

/// Raised whenever the same tokens would give another signature. Signatures of two versions, or of two
/// [fingerprints](crate::text::Analyzer::fingerprint) of the analyser, must not be compared: keep both numbers beside
/// what is stored, and sign anew when one differs.
pub const SIGNATURE_VERSION: u32 = 1;

/// Bands of a signature.
pub(super) const BANDS: usize = 12;

/// Rows of a band; a band is a [`u32`].
const ROWS: usize = 4;

/// The seeds spell what they are for; any numbers would do, as long as they stay.
const PAIR_SEED: u64 = u64::from_le_bytes(*b"pasangan");
const ROUND_SEED: u64 = u64::from_le_bytes(*b"putaran ");
/// Stands for every personal name.
const NAME: u64 = u64::from_le_bytes(*b"seseorg ");

/// From this round on no element is looked at twice: texts that repeat few words would cost many rounds of all of them.
const DISTINCT_FROM: usize = 8;

/// What is kept of a text to find its near-copies: 48 bytes, from which no word can be read.
///
/// Any 48 bytes are a signature. All zeros are that of a text without words, which is like nothing, not even itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; Self::BYTES]);

impl Signature {
    /// Bytes of a signature.
    pub const BYTES: usize = BANDS * ROWS;

    /// The signature of a text without words.
    pub const EMPTY: Self = Self([0; Self::BYTES]);

    /// The bytes to store: one a row, 12 bands of four rows, the same on every platform.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        self.0
    }

    /// The signature of stored bytes.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Whether the text had no words.
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// Estimate of the Jaccard similarity of the two texts, 0 to 1, from the share of equal rows less what is equal by
    /// chance (the formula stands at [`similar`](super)). Standard error at most .058 at .8, .072 at .5.
    ///
    /// ```
    /// use pilah::similar::{Signature, Signer};
    /// use pilah::text::{Analyzer, Tokens};
    ///
    /// let (mut tokens, mut signer) = (Tokens::new(), Signer::new());
    /// Analyzer::indonesian().analyze("jembatan di desa kami hampir roboh", &mut tokens);
    /// let signature = signer.sign(&tokens);
    /// assert_eq!(signature.likeness(&signature), 1.0);
    /// assert_eq!(Signature::EMPTY.likeness(&Signature::EMPTY), 0.0);
    /// ```
    pub fn likeness(&self, other: &Self) -> f32 {
        const CHANCE: f32 = 1.0 / 256.0;
        if self.is_empty() || other.is_empty() {
            return 0.0;
        }
        let equal: u8 = self.0.iter().zip(&other.0).map(|(a, b)| u8::from(a == b)).sum();
        let share = f32::from(equal) / Self::BYTES as f32;
        ((share - CHANCE) / (1.0 - CHANCE)).max(0.0)
    }

    /// The bands, each as a number.
    pub(super) fn bands(&self) -> [u32; BANDS] {
        std::array::from_fn(|band| self.band(band))
    }

    pub(super) fn band(&self, band: usize) -> u32 {
        u32::from_le_bytes(std::array::from_fn(|row| self.0[band * ROWS + row]))
    }
}

/// As hexadecimal digits.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Makes signatures; holds buffers to be used again, so one a thread.
///
/// Cost: one to two microseconds for a complaint of 47 words, linear in the length; nothing is allocated once the buffer
/// has met the longest text.
#[derive(Debug, Clone, Default)]
pub struct Signer {
    elements: Vec<u64>,
}

impl Signer {
    /// A signer with an empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The signature of a text's tokens: of its words and its pairs of neighbours. [`Signature::EMPTY`] when none of
    /// them is a [`Word`](TokenKind::Word): digits, links and names alone are no complaint.
    ///
    /// The same tokens give the same signature on every platform, whatever was signed before.
    pub fn sign(&mut self, tokens: &Tokens) -> Signature {
        self.collect(tokens);
        if self.elements.is_empty() {
            return Signature::EMPTY;
        }
        // A row holds the round in its highest byte, so that a later round never takes the place of an earlier one.
        let mut rows = [u64::MAX; Signature::BYTES];
        for round in 0..2 * Signature::BYTES {
            if round == DISTINCT_FROM {
                self.elements.sort_unstable();
                self.elements.dedup();
            }
            let seed = mixed(ROUND_SEED.wrapping_add(round as u64));
            for &element in &self.elements {
                let hash = mixed(element ^ seed);
                let drawn = (u64::from(hash as u32) * Signature::BYTES as u64) >> 32;
                let row = round.checked_sub(Signature::BYTES).unwrap_or(drawn as usize);
                rows[row] = rows[row].min((round as u64) << 56 | hash >> 8);
            }
            if !rows.contains(&u64::MAX) {
                break;
            }
        }
        // The order is by the highest bits, so the lowest are free to say which element it was.
        Signature(rows.map(|least| least as u8))
    }

    /// Fills the buffer with the hashes of words and pairs, some of them more than once; with none if no token is a
    /// word.
    fn collect(&mut self, tokens: &Tokens) {
        self.elements.clear();
        let mut words = 0;
        let mut previous = None;
        for token in tokens {
            words += usize::from(token.kind() == TokenKind::Word);
            let hash = if token.kind() == TokenKind::Name { NAME } else { token.hash() };
            self.elements.push(hash);
            if let Some(previous) = previous.replace(hash) {
                self.elements.push(pair(previous, hash));
            }
        }
        if words == 0 {
            self.elements.clear();
        }
    }
}

fn pair(first: u64, second: u64) -> u64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&first.to_le_bytes());
    bytes[8..].copy_from_slice(&second.to_le_bytes());
    xxh3_64_with_seed(&bytes, PAIR_SEED)
}

/// A bijection of 64 bits in which each bit of the result depends on each of `x`: variant 13 of Stafford's mixers
/// (2011), the last step of `SplitMix64`.
pub(super) fn mixed(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

//! A hash of letters that can be joined: the hash of `karangpilang` is had from those of `karang` and `pilang`, so
//! all runs of neighbouring words are looked up without being written down.

use super::words::{packed, written_out};

const BASE: u64 = 0x9E37_79B9_7F4A_7C55;

/// The powers of [`BASE`] for words of ordinary length.
const POWERS: [u64; 32] = {
    let mut powers = [1_u64; 32];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
};

/// The hash of some letters, ready to be joined with that of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Roll {
    sum: u64,
    power: u64,
}

impl Roll {
    pub(super) const EMPTY: Self = Self { sum: 0, power: 1 };

    /// Of lower-case letters and digits.
    #[inline]
    pub(super) fn of(word: &[u8]) -> Self {
        match POWERS.get(..=word.len()) {
            // The products do not wait for each other, as Horner's would.
            Some([powers @ .., power]) => {
                let products = word.iter().zip(powers.iter().rev());
                let sum = products.fold(0, |sum: u64, (&byte, power)| {
                    sum.wrapping_add(u64::from(byte).wrapping_mul(*power))
                });
                Self { sum, power: *power }
            }
            _ => word.iter().fold(Self::EMPTY, |roll, &byte| roll.push(byte)),
        }
    }

    #[inline]
    pub(super) fn push(self, byte: u8) -> Self {
        Self {
            sum: self.sum.wrapping_mul(BASE).wrapping_add(u64::from(byte)),
            power: self.power.wrapping_mul(BASE),
        }
    }

    /// Of both, one behind the other.
    #[inline]
    pub(super) fn join(self, next: Self) -> Self {
        Self {
            sum: self.sum.wrapping_mul(next.power).wrapping_add(next.sum),
            power: self.power.wrapping_mul(next.power),
        }
    }

    /// The key under which a name stands in the index: the bits of the sum mixed.
    #[inline]
    pub(super) fn key(self) -> u64 {
        let mixed = (self.sum ^ self.sum >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ mixed >> 32
    }
}

/// What the index keeps of a name, read in one pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    /// The key of its letters and digits.
    pub(super) key: u64,
    /// The same with abbreviated words written out (`Sei Agul`, `Sungai Agul`); equal for most names.
    pub(super) full: u64,
    /// One bit a letter: names within an edit or two differ in few bits.
    pub(super) letters: u32,
    /// Whether it holds several names: `Dow/Bijere`, `Cemaga Selatan (Setengar)`.
    pub(super) several: bool,
}

/// For each byte its bit in [`Name::letters`]; none for what is no letter or digit.
const BITS: [u32; 256] = {
    let mut bits = [0; 256];
    let mut letter = 0;
    while letter < 26 {
        bits[b'a' as usize + letter] = 1 << letter;
        bits[b'A' as usize + letter] = 1 << letter;
        letter += 1;
    }
    let mut digit = 0;
    while digit < 10 {
        bits[b'0' as usize + digit] = 1 << (26 + digit / 2);
        digit += 1;
    }
    bits
};

impl Name {
    /// Reads a name and hands out the key of each of its beginnings up to the end of a word.
    pub(super) fn read(name: &str, mut begin: impl FnMut(u64)) -> Self {
        let mut roll = Roll::EMPTY;
        let (mut letters, mut several, mut short) = (0, false, false);
        let (mut word, mut length) = (0_u32, 0);
        for &byte in name.as_bytes() {
            let bit = BITS[byte as usize];
            if bit != 0 {
                letters |= bit;
                let lower = byte | 0x20; // digits have this bit
                roll = roll.push(lower);
                word = word << 8 | u32::from(lower);
                length += 1;
            } else if byte != b'\'' {
                short |= length <= 4 && written_out(word).is_some();
                several |= matches!(byte, b'/' | b'(');
                if length > 0 {
                    begin(roll.key());
                }
                (word, length) = (0, 0);
            }
        }
        short |= length <= 4 && written_out(word).is_some();
        let key = roll.key();
        Self { key, full: if short { full_key(name) } else { key }, letters, several }
    }
}

/// The key of a name whose abbreviated words are written out.
fn full_key(name: &str) -> u64 {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    let rolls = words.map(|word| {
        let mut letters: Vec<u8> = word.bytes().filter(u8::is_ascii_alphanumeric).collect();
        letters.make_ascii_lowercase();
        let short = if letters.len() <= 4 { written_out(packed(&letters)) } else { None };
        short.unwrap_or_else(|| Roll::of(&letters))
    });
    rolls.fold(Roll::EMPTY, Roll::join).key()
}

/// The bits of the letters and digits of a name.
pub(super) fn letters_of(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| letters | BITS[byte as usize])
}

//! What the numbers of an address say.

use serde::{Deserialize, Serialize};

use super::words::{Item, Known};

/// The numbers of an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Site {
    /// Number of the house: that behind the first `nomor`, else the second of two side by side, as in `5/20`.
    pub(super) house: Option<u16>,
    /// A number stands right behind a word: that of an alley.
    pub(super) has_alley: bool,
    /// Key of the last number; 0 for none.
    pub(super) last: u32,
    /// Hash of all numbers, without order; 0 for none.
    pub(super) numbers: u32,
}

impl Site {
    /// Reads the words and numbers of an address.
    pub(super) fn of(address: &[Item]) -> Self {
        let known = Known::shipped();
        let behind = |word: u32| {
            address.windows(2).find_map(|pair| match pair {
                [before, number] if before.key == word => number.number,
                _ => None,
            })
        };
        let is_told = |item: &Item| [known.rt, known.rw, known.number].contains(&item.key);
        let side_by_side = || {
            address.windows(3).find_map(|three| match three {
                [before, street, house] if !is_told(before) && !house.apart => {
                    street.number.and(house.number)
                }
                _ => None,
            })
        };
        let alley = |pair: &[Item]| {
            let [word, number] = pair else { return false };
            let counts = number.number.is_some() && !number.apart && !word.is_digits;
            counts && !is_told(word) && word.key != known.block
        };
        let mut keys: Vec<u32> =
            address.iter().filter(|item| item.number.is_some()).map(|item| item.key).collect();
        let last = keys.last().copied().unwrap_or_default();
        keys.sort_unstable();
        keys.dedup();
        // Any mixing will do: it is compared with others of its kind alone.
        let numbers = keys
            .iter()
            .fold(0u32, |hash, key| hash.rotate_left(5).wrapping_add(*key).wrapping_mul(0x9E37_79B1));
        Self {
            house: behind(known.number).or_else(side_by_side),
            has_alley: address.windows(2).any(alley),
            last,
            numbers: if keys.is_empty() { 0 } else { numbers.max(1) },
        }
    }
}

//! From feature hash to row: an open-addressing table that is filled once.

use crate::features::Key;

const EMPTY: u64 = u64::MAX;

/// A bit map that fits the fastest cache says no to most keys that are not there; for the others one 8-byte slot
/// is read in the common case. A third of the slots, at least, stay empty.
#[derive(Debug, Clone)]
pub(super) struct Index {
    /// One bit for each value of some bits of the key.
    seen: Vec<u64>,
    /// `key << 32 | row`.
    slots: Vec<u64>,
}

impl Default for Index {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Index {
    /// `keys[row]` finds `row`; the first of equal keys wins.
    pub(super) fn new(keys: &[u32]) -> Self {
        let mut seen = vec![0u64; (keys.len() * 8 / 64 + 1).next_power_of_two()];
        let mut slots = vec![EMPTY; (keys.len() * 3 / 2 + 1).next_power_of_two()];
        let mask = slots.len() - 1;
        for (row, &key) in keys.iter().enumerate() {
            let (word, bit) = place(&seen, key);
            seen[word] |= bit;
            let mut slot = key as usize & mask;
            while slots[slot] != EMPTY && (slots[slot] >> 32) as u32 != key {
                slot = (slot + 1) & mask;
            }
            if slots[slot] == EMPTY {
                slots[slot] = u64::from(key) << 32 | row as u64;
            }
        }
        Self { seen, slots }
    }

    pub(super) fn get(&self, key: Key) -> Option<usize> {
        let (word, bit) = place(&self.seen, key.0);
        if self.seen[word] & bit == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = key.0 as usize & mask;
        loop {
            let entry = self.slots[slot];
            if entry == EMPTY {
                return None;
            }
            if (entry >> 32) as u32 == key.0 {
                return Some(entry as u32 as usize);
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// The bit of a key, by its upper bits: the lower ones choose the slot.
fn place(seen: &[u64], key: u32) -> (usize, u64) {
    let bit = key.rotate_left(16) as usize;
    (bit >> 6 & (seen.len() - 1), 1 << (bit & 63))
}

#[cfg(test)]
mod tests {
    use super::{Index, Key};

    #[test]
    fn finds_what_is_there_and_nothing_else() {
        let keys: Vec<u32> = (0..1000).map(|i| i * 64).collect(); // all collide in the low bits
        let index = Index::new(&keys);
        for (row, &key) in keys.iter().enumerate() {
            assert_eq!(index.get(Key(key)), Some(row));
            assert_eq!(index.get(Key(key + 1)), None);
        }
        assert_eq!(Index::new(&[]).get(Key(7)), None);
    }
}

//! From feature hash to row: an open-addressing table that is filled once.

use crate::features::Key;

const EMPTY: u64 = u64::MAX;

/// One 8-byte slot a lookup in the common case; a third of the slots, at least, stay empty.
#[derive(Debug, Clone)]
pub(super) struct Index {
    /// `key << 32 | row`.
    slots: Vec<u64>,
    mask: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Index {
    /// `keys[row]` finds `row`; the first of equal keys wins.
    pub(super) fn new(keys: &[u32]) -> Self {
        let size = (keys.len() * 3 / 2 + 1).next_power_of_two();
        let mut index = Self { slots: vec![EMPTY; size], mask: size - 1 };
        for (row, &key) in keys.iter().enumerate() {
            let mut slot = key as usize & index.mask;
            while index.slots[slot] != EMPTY && (index.slots[slot] >> 32) as u32 != key {
                slot = (slot + 1) & index.mask;
            }
            if index.slots[slot] == EMPTY {
                index.slots[slot] = u64::from(key) << 32 | row as u64;
            }
        }
        index
    }

    pub(super) fn get(&self, key: Key) -> Option<usize> {
        let mut slot = key.0 as usize & self.mask;
        loop {
            let entry = self.slots[slot];
            if entry == EMPTY {
                return None;
            }
            if (entry >> 32) as u32 == key.0 {
                return Some(entry as u32 as usize);
            }
            slot = (slot + 1) & self.mask;
        }
    }
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

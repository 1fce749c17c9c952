//! Rows of whole-number weights, found by feature hash.

use crate::error::{Error, Result};
use crate::features::Key;

/// Largest whole weight.
pub(super) const LARGEST: i32 = 28_000;

/// What stands before the weights of a row: key, ‖·‖², scale.
const HEAD: usize = 4 + 4 + 2;

/// So many columns are added at a time; the weights of a row are padded to a multiple of it.
const LANES: usize = 16;

/// Largest value of a weight's four bits, and the most negative one.
const MOST_BITS: i32 = 7;
const LEAST_BITS: i32 = -8;

/// Largest scale of a row.
const LARGEST_SCALE: u16 = (LARGEST / MOST_BITS) as u16;

/// A slot of the index: it names a row, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot(u32);

/// What a slot says about a key.
enum Named {
    /// It is empty: there is no such key.
    Nothing,
    /// A row whose key has the same upper bits.
    Row(u32),
    /// The row of another key.
    Other,
}

/// A feature while the rows are made.
pub(super) struct Whole {
    pub(super) key: u32,
    /// What one occurrence adds to ‖d‖².
    pub(super) square: f32,
    /// A weight a column, −[`LARGEST`] ..= [`LARGEST`].
    pub(super) weights: Vec<i32>,
}

/// Features with a weight for each column: four bits times the row's scale.
///
/// What limits the speed of a classifier is how many of these bytes the processor's caches hold and how many places
/// it has to look at. So weights are small (as accurate as bytes, by `models/EXPERIMENTS.md`), a row's key, norm and
/// scale stand beside them, and a slot of the index has 4 bytes: the upper bits of the key and the number of the row.
/// A bit map says no to most keys that are not there. Put the most frequent features first.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    stride: usize,
    /// `key ‖·‖² scale weights` of each row, little-endian. A byte holds two weights, each 8 more than it is: of
    /// sixteen columns the first eight in the lower halves.
    bytes: Vec<u8>,
    /// One bit for each value of some bits of the key.
    seen: Vec<u64>,
    slots: Vec<u32>,
    /// The lower bits of a slot, for the number of the row. All of them set: an empty slot.
    number: u32,
}

impl Rows {
    /// No weight exceeds it.
    pub(super) const MOST: i32 = -LEAST_BITS * LARGEST_SCALE as i32;

    /// Rounds the weights to four bits.
    pub(super) fn new(width: usize, rows: &[Whole]) -> Self {
        let mut bytes = Vec::with_capacity(rows.len() * Self::stride(width));
        let mut weights = vec![0; width.next_multiple_of(LANES)];
        for row in rows {
            let largest = row.weights.iter().map(|weight| weight.abs()).max().unwrap_or(0);
            let scale = ((largest + MOST_BITS - 1) / MOST_BITS).max(1);
            for (bits, &weight) in weights.iter_mut().zip(&row.weights) {
                *bits = (weight + scale / 2 * weight.signum()) / scale;
            }
            bytes.extend(row.key.to_le_bytes());
            bytes.extend(row.square.to_le_bytes());
            bytes.extend((scale as u16).to_le_bytes());
            for block in weights.chunks(LANES) {
                let (low, high) = block.split_at(LANES / 2);
                let both =
                    |(low, high): (&i32, &i32)| (low - LEAST_BITS) as u8 | ((high - LEAST_BITS) as u8) << 4;
                bytes.extend(low.iter().zip(high).map(both));
            }
        }
        Self::index(width, bytes)
    }

    /// From [`bytes`](Self::bytes).
    ///
    /// # Errors
    ///
    /// When a scale is larger than it can be.
    pub(super) fn from_bytes(width: usize, bytes: &[u8]) -> Result<Self> {
        let rows = Self::index(width, bytes.to_vec());
        match (0..rows.len()).find(|&row| rows.scale(row) > LARGEST_SCALE) {
            None => Ok(rows),
            Some(row) => Err(Error::bundle(format!(
                "row {row} has the scale {}, but {LARGEST_SCALE} is the largest: train it again",
                rows.scale(row)
            ))),
        }
    }

    fn index(width: usize, bytes: Vec<u8>) -> Self {
        let stride = Self::stride(width);
        let count = bytes.len() / stride;
        let mut rows = Self {
            stride,
            bytes,
            seen: vec![0; (count / 8 + 1).next_power_of_two()],
            slots: vec![u32::MAX; (count * 2).next_power_of_two()],
            number: ((count + 1).next_power_of_two() - 1) as u32,
        };
        let mask = rows.slots.len() - 1;
        for row in 0..count {
            let key = rows.key(row);
            if rows.find(Key(key)).is_some() {
                continue; // the first of equal keys wins
            }
            let (word, bit) = rows.place(key);
            rows.seen[word] |= bit;
            let mut slot = key as usize & mask;
            while rows.slots[slot] & rows.number != rows.number {
                slot = (slot + 1) & mask;
            }
            rows.slots[slot] = key & !rows.number | row as u32;
        }
        rows
    }

    /// Bytes of a row.
    pub(super) fn stride(width: usize) -> usize {
        HEAD + width.next_multiple_of(LANES) / 2
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() / self.stride
    }

    /// All rows, as [`from_bytes`](Self::from_bytes) takes them.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The row of a key.
    pub(super) fn find(&self, key: Key) -> Option<usize> {
        let Key(key) = key;
        let mut slot = self.first_slot(key)?;
        loop {
            let row = self.named_by(self.slots[slot], key);
            match row {
                Named::Nothing => return None,
                Named::Row(row) if self.key(row as usize) == key => return Some(row as usize),
                Named::Row(_) | Named::Other => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// The slot at which the search for a key begins; `None` for most keys that are not there.
    pub(super) fn first(&self, key: Key) -> Option<Slot> {
        self.first_slot(key.0).map(|slot| Slot(self.slots[slot]))
    }

    /// [`find`](Self::find) from where it begins.
    pub(super) fn find_from(&self, slot: Slot, key: Key) -> Option<usize> {
        match self.named_by(slot.0, key.0) {
            Named::Nothing => None,
            Named::Row(row) if self.key(row as usize) == key.0 => Some(row as usize),
            Named::Row(_) | Named::Other => self.find(key),
        }
    }

    /// Where to begin to look for a key; `None` for most that are not there.
    fn first_slot(&self, key: u32) -> Option<usize> {
        let (word, bit) = self.place(key);
        (self.seen[word] & bit != 0).then_some(key as usize & (self.slots.len() - 1))
    }

    fn named_by(&self, entry: u32, key: u32) -> Named {
        match entry & self.number {
            row if row == self.number => Named::Nothing,
            row if (entry ^ key) & !self.number == 0 => Named::Row(row),
            _ => Named::Other,
        }
    }

    /// The bit of a key, by its upper bits: the lower ones choose the slot.
    fn place(&self, key: u32) -> (usize, u64) {
        let bit = key.rotate_left(16) as usize;
        (bit >> 6 & (self.seen.len() - 1), 1 << (bit & 63))
    }

    fn head(&self, row: usize) -> [u8; HEAD] {
        self.bytes.get(row * self.stride..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default()
    }

    fn key(&self, row: usize) -> u32 {
        let [a, b, c, d, ..] = self.head(row);
        u32::from_le_bytes([a, b, c, d])
    }

    /// What one occurrence adds to ‖d‖²; of a word with all its n-grams.
    pub(super) fn square(&self, row: usize) -> f32 {
        let [_, _, _, _, a, b, c, d, ..] = self.head(row);
        f32::from_le_bytes([a, b, c, d])
    }

    /// What one bit is worth in this row.
    pub(super) fn scale(&self, row: usize) -> u16 {
        let [.., a, b] = self.head(row);
        u16::from_le_bytes([a, b])
    }

    /// The weight of one column, before it is multiplied by the row's scale.
    pub(super) fn bits(&self, row: usize, column: usize) -> i32 {
        let weights = &self.bytes[row * self.stride..][HEAD..self.stride];
        let both = weights[column / LANES * (LANES / 2) + column % (LANES / 2)];
        i32::from(if column % LANES < LANES / 2 { both & 15 } else { both >> 4 }) + LEAST_BITS
    }

    /// Length of the sums that [`add`](Self::add) takes for so many columns, the first ones.
    pub(super) fn padded(columns: usize) -> usize {
        columns.next_multiple_of(LANES)
    }

    /// `sums += Σ factor · bits of the row`, sixteen columns at a time, so that their sums stay in registers: inlined
    /// into what [`pulp`] compiles for each kind of processor.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Code that is not inlined keeps the narrow registers of the oldest processor.
    pub(super) fn add(&self, factors: &[(u32, i32)], sums: &mut [i32]) {
        let (blocks, _) = sums.as_chunks_mut::<LANES>();
        for (block, sums) in blocks.iter_mut().enumerate() {
            let mut added = [0; LANES];
            let (low, high) = added.split_at_mut(LANES / 2);
            for &(row, factor) in factors {
                let Some(bytes) = self.block(row, block) else { continue };
                for (sum, byte) in low.iter_mut().zip(bytes) {
                    *sum += (i32::from(byte & 15) + LEAST_BITS) * factor;
                }
                for (sum, byte) in high.iter_mut().zip(bytes) {
                    *sum += (i32::from(byte >> 4) + LEAST_BITS) * factor;
                }
            }
            for (sum, added) in sums.iter_mut().zip(added) {
                *sum += added;
            }
        }
    }

    /// The bytes of sixteen columns.
    #[inline(always)]
    #[allow(clippy::inline_always)] // As `add`.
    fn block(&self, row: u32, block: usize) -> Option<&[u8; LANES / 2]> {
        self.bytes.get(row as usize * self.stride + HEAD + block * (LANES / 2)..)?.first_chunk()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, LARGEST, Rows, Whole};

    fn rows(keys: impl Iterator<Item = u32>) -> Rows {
        let rows: Vec<Whole> =
            keys.map(|key| Whole { key, square: key as f32, weights: vec![1, 2, 3] }).collect();
        Rows::new(3, &rows)
    }

    #[test]
    fn finds_what_is_there_and_nothing_else() {
        let some = rows((0..1000).map(|i| i * 64)); // all collide in the low bits
        for row in 0..1000 {
            let key = row as u32 * 64;
            assert_eq!(some.find(Key(key)), Some(row));
            assert_eq!(some.find(Key(key + 1)), None);
            assert_eq!(some.square(row).to_bits(), (key as f32).to_bits());
        }
        let keys: Vec<Key> = (0..2100).map(|i| Key(i * 31)).collect();
        for key in keys {
            let found = some.first(key).and_then(|slot| some.find_from(slot, key));
            assert_eq!(found, some.find(key));
        }
        assert_eq!(rows(0..0).find(Key(7)), None);
        assert_eq!(rows([5, 5].into_iter()).find(Key(5)), Some(0));
    }

    proptest! {
        #[test]
        fn weights_are_rounded_and_added_as_they_are_read(
            weights in prop::collection::vec(-LARGEST..=LARGEST, 1..90),
            factor in -2000i32..2000,
        ) {
            let row = Whole { key: 9, square: 0.5, weights: weights.clone() };
            let rows = Rows::new(weights.len(), &[row]);
            let mut sums = vec![1; Rows::padded(weights.len())];
            rows.add(&[(0, factor)], &mut sums);
            let scale = i32::from(rows.scale(0));
            for (column, &weight) in weights.iter().enumerate() {
                let read = rows.bits(0, column) * scale;
                prop_assert!((read - weight).abs() <= scale / 2 + 1, "{weight} is read as {read}");
                prop_assert_eq!((sums[column] - 1) * scale, read * factor);
            }
            let again = Rows::from_bytes(weights.len(), rows.bytes()).unwrap();
            prop_assert_eq!((again.bits(0, 0), again.scale(0)), (rows.bits(0, 0), rows.scale(0)));
        }
    }
}

//! Rows of whole-number weights, found by feature hash.

use crate::error::{Error, Result};
use crate::features::Key;

/// Largest whole weight.
pub(super) const LARGEST: i32 = 28_000;

/// What stands before the weights of a row: key, ‖·‖², scale.
const HEAD: usize = 4 + 4 + 2;

/// So many columns are added at a time; the weights of a row are padded to a multiple of it.
const LANES: usize = 16;

/// How many bits a weight has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// One byte a weight, in two's complement.
    Byte,
    /// Half a byte a weight, 8 more than it is: of sixteen columns the first eight in the lower halves.
    Nibble,
}

impl Grain {
    /// Largest value of the bits.
    fn most(self) -> i32 {
        match self {
            Self::Byte => 127,
            Self::Nibble => 7,
        }
    }

    /// Largest scale: a row's scale times the most negative value of the bits stays below 2¹⁵.
    fn largest_scale(self) -> u16 {
        (LARGEST as u32).div_ceil(self.most() as u32) as u16
    }

    /// Bytes of `width` weights with their padding.
    fn bytes(self, width: usize) -> usize {
        match self {
            Self::Byte => width.next_multiple_of(LANES),
            Self::Nibble => width.next_multiple_of(LANES) / 2,
        }
    }
}

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

/// Features with a weight for each column; a weight is its bits times the row's scale.
///
/// What limits the speed of a classifier is how many of these bytes the processor's caches hold and how many
/// places it has to look at. So weights are small, a row's key, norm and scale stand beside them, and a slot of the
/// index has 4 bytes: the upper bits of the key and the number of the row. A bit map says no to most keys that are
/// not there. Put the most frequent features first.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    grain: Grain,
    width: usize,
    stride: usize,
    /// `key ‖·‖² scale weights` of each row, little-endian.
    bytes: Vec<u8>,
    /// One bit for each value of some bits of the key.
    seen: Vec<u64>,
    slots: Vec<u32>,
    /// The lower bits of a slot, for the number of the row. All of them set: an empty slot.
    number: u32,
}

impl Rows {
    /// No weight, as bits times scale, exceeds it: −8 times the largest scale of half bytes.
    pub(super) const MOST: i32 = 32_000;

    /// Rounds the weights to the grain.
    pub(super) fn new(grain: Grain, width: usize, rows: &[Whole]) -> Self {
        let mut bytes = Vec::with_capacity(rows.len() * (HEAD + grain.bytes(width)));
        for row in rows {
            let largest = row.weights.iter().map(|weight| weight.abs()).max().unwrap_or(0);
            let scale = (largest as u32).div_ceil(grain.most() as u32).max(1) as i32;
            let bits = |weight: i32| {
                let up = if weight < 0 { -(scale / 2) } else { scale / 2 };
                ((weight + up) / scale).clamp(-grain.most(), grain.most())
            };
            bytes.extend(row.key.to_le_bytes());
            bytes.extend(row.square.to_le_bytes());
            bytes.extend((scale as u16).to_le_bytes());
            let weights: Vec<i32> = row
                .weights
                .iter()
                .map(|&weight| bits(weight))
                .chain(std::iter::repeat_n(0, width.next_multiple_of(LANES) - width))
                .collect();
            match grain {
                Grain::Byte => bytes.extend(weights.iter().map(|&bits| bits as u8)),
                Grain::Nibble => {
                    for block in weights.chunks(LANES) {
                        let (low, high) = block.split_at(LANES / 2);
                        let both =
                            low.iter().zip(high).map(|(low, high)| (low + 8) as u8 | ((high + 8) as u8) << 4);
                        bytes.extend(both);
                    }
                }
            }
        }
        Self::index(grain, width, bytes)
    }

    /// From [`bytes`](Self::bytes).
    ///
    /// # Errors
    ///
    /// When a scale is larger than it can be.
    pub(super) fn from_bytes(grain: Grain, width: usize, bytes: &[u8]) -> Result<Self> {
        let rows = Self::index(grain, width, bytes.to_vec());
        match (0..rows.len()).find(|&row| rows.scale(row) > grain.largest_scale()) {
            None => Ok(rows),
            Some(row) => Err(Error::bundle(format!(
                "row {row} has the scale {}, but {} is the largest: train it again",
                rows.scale(row),
                grain.largest_scale()
            ))),
        }
    }

    fn index(grain: Grain, width: usize, bytes: Vec<u8>) -> Self {
        let stride = Self::stride(grain, width);
        let count = bytes.len() / stride;
        let mut rows = Self {
            grain,
            width,
            stride,
            bytes,
            seen: vec![0; (count / 8 + 1).next_power_of_two()],
            slots: vec![u32::MAX; (count * 3 / 2 + 1).next_power_of_two()],
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
    pub(super) fn stride(grain: Grain, width: usize) -> usize {
        HEAD + grain.bytes(width)
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

    /// [`find`](Self::find) for many keys, in passes: none of them has to know what it read before it can read what
    /// the next key needs.
    pub(super) fn find_all(&self, keys: impl Iterator<Item = Key> + Clone, rows: &mut Vec<Option<u32>>) {
        rows.clear();
        rows.extend(keys.clone().map(|Key(key)| self.first_slot(key).map(|slot| self.slots[slot])));
        for (row, key) in rows.iter_mut().zip(keys.clone()) {
            if let Some(entry) = *row {
                *row = match self.named_by(entry, key.0) {
                    Named::Nothing => None,
                    Named::Row(row) => Some(row),
                    Named::Other => self.find(key).map(|row| row as u32),
                };
            }
        }
        for (row, key) in rows.iter_mut().zip(keys) {
            if row.is_some_and(|row| self.key(row as usize) != key.0) {
                *row = self.find(key).map(|row| row as u32);
            }
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

    #[inline(always)]
    #[allow(clippy::inline_always)] // As `add`.
    fn row(&self, row: usize) -> &[u8] {
        &self.bytes[row * self.stride..][..self.stride]
    }

    fn key(&self, row: usize) -> u32 {
        let [a, b, c, d, ..] = *self.row(row) else { return 0 };
        u32::from_le_bytes([a, b, c, d])
    }

    /// What one occurrence adds to ‖d‖²; of a word with all its n-grams.
    pub(super) fn square(&self, row: usize) -> f32 {
        let [_, _, _, _, a, b, c, d, ..] = *self.row(row) else { return 0.0 };
        f32::from_le_bytes([a, b, c, d])
    }

    /// What one bit is worth in this row.
    pub(super) fn scale(&self, row: usize) -> u16 {
        let [_, _, _, _, _, _, _, _, a, b, ..] = *self.row(row) else { return 0 };
        u16::from_le_bytes([a, b])
    }

    /// The weight of one column.
    pub(super) fn weight(&self, row: usize, column: usize) -> i32 {
        let weights = &self.row(row)[HEAD..];
        let bits = match self.grain {
            Grain::Byte => i32::from(weights[column].cast_signed()),
            Grain::Nibble => {
                let both = weights[column / LANES * (LANES / 2) + column % (LANES / 2)];
                i32::from(if column % LANES < LANES / 2 { both & 15 } else { both >> 4 }) - 8
            }
        };
        bits * i32::from(self.scale(row))
    }

    /// Length of the sums that [`add`](Self::add) takes.
    pub(super) fn padded(&self) -> usize {
        self.width.next_multiple_of(LANES)
    }

    /// `sums += Σ factor · bits of the row`, sixteen columns at a time, so that their sums stay in registers: inlined
    /// into what [`pulp`] compiles for each kind of processor.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Code that is not inlined keeps the narrow registers of the oldest processor.
    pub(super) fn add(&self, factors: &[(u32, i32)], sums: &mut [i32]) {
        let (blocks, _) = sums.as_chunks_mut::<LANES>();
        for (block, sums) in blocks.iter_mut().enumerate() {
            let mut added = [0; LANES];
            match self.grain {
                Grain::Byte => {
                    for &(row, factor) in factors {
                        let Some(bytes) = self.block::<LANES>(row, block) else { continue };
                        for (sum, byte) in added.iter_mut().zip(bytes) {
                            *sum += i32::from(byte.cast_signed()) * factor;
                        }
                    }
                }
                Grain::Nibble => {
                    let (low, high) = added.split_at_mut(LANES / 2);
                    for &(row, factor) in factors {
                        let Some(bytes) = self.block::<{ LANES / 2 }>(row, block) else { continue };
                        for (sum, byte) in low.iter_mut().zip(bytes) {
                            *sum += (i32::from(byte & 15) - 8) * factor;
                        }
                        for (sum, byte) in high.iter_mut().zip(bytes) {
                            *sum += (i32::from(byte >> 4) - 8) * factor;
                        }
                    }
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
    fn block<const BYTES: usize>(&self, row: u32, block: usize) -> Option<&[u8; BYTES]> {
        self.bytes.get(row as usize * self.stride + HEAD + block * BYTES..)?.first_chunk()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Grain, Key, LARGEST, Rows, Whole};

    fn rows(keys: impl Iterator<Item = u32>) -> Rows {
        let rows: Vec<Whole> =
            keys.map(|key| Whole { key, square: key as f32, weights: vec![1, 2, 3] }).collect();
        Rows::new(Grain::Byte, 3, &rows)
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
        let mut together = Vec::new();
        some.find_all(keys.iter().copied(), &mut together);
        for (&key, row) in keys.iter().zip(together) {
            assert_eq!(row.map(|row| row as usize), some.find(key));
        }
        assert_eq!(rows(0..0).find(Key(7)), None);
        assert_eq!(rows([5, 5].into_iter()).find(Key(5)), Some(0));
    }

    proptest! {
        #[test]
        fn weights_are_rounded_and_added_as_they_are_read(
            weights in prop::collection::vec(-LARGEST..=LARGEST, 1..90),
            factor in -2000i32..2000,
            nibble in any::<bool>(),
        ) {
            let grain = if nibble { Grain::Nibble } else { Grain::Byte };
            let row = Whole { key: 9, square: 0.5, weights: weights.clone() };
            let rows = Rows::new(grain, weights.len(), &[row]);
            let mut sums = vec![1; rows.padded()];
            rows.add(&[(0, factor)], &mut sums);
            let scale = i32::from(rows.scale(0));
            for (column, &weight) in weights.iter().enumerate() {
                let read = rows.weight(0, column);
                prop_assert!((read - weight).abs() <= scale / 2 + 1, "{weight} is read as {read}");
                prop_assert_eq!((sums[column] - 1) * scale, read * factor);
            }
            let again = Rows::from_bytes(grain, weights.len(), rows.bytes()).unwrap();
            prop_assert_eq!(again.weight(0, 0), rows.weight(0, 0));
        }
    }
}

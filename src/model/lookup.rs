//! The rows of one text: found together, so that the processor waits for many places of memory at once.

use super::rows::{Rows, Slot};
use crate::features::Key;

/// How many rows are added in 32 bits; most texts have fewer.
const CHUNK: usize = 512;

// However long a text: a chunk of the largest weights and frequencies fits in 32 bits.
const _: () = assert!(CHUNK as i64 * crate::features::MAX_TF as i64 * Rows::MOST as i64 <= i32::MAX as i64);

/// The rows of one text; a buffer to use again and again.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    candidates: Vec<Candidate>,
    /// Rows to add up, each with its factor: tf times the row's scale.
    factors: Vec<(u32, i32)>,
}

/// A feature that is likely to have a row.
#[derive(Debug)]
struct Candidate {
    /// Which of the features it is.
    place: usize,
    key: Key,
    tf: i32,
    slot: Slot,
}

impl Lookup {
    /// Forgets the rows of the text before.
    pub(super) fn clear(&mut self) {
        self.factors.clear();
    }

    /// Looks up features, each with its tf in sixteenths, and gives Σ tf² · ‖·‖² over the rows found, in 256ths.
    /// Calls `missing` with the places of features without a row.
    ///
    /// First the slots of all features are read, then the rows that they name: no step needs what the one before it
    /// read, so none waits.
    pub(super) fn find(
        &mut self,
        table: &Rows,
        features: impl Iterator<Item = (Key, i32)>,
        mut missing: impl FnMut(usize),
    ) -> f32 {
        self.candidates.clear();
        for (place, (key, tf)) in features.enumerate() {
            match table.first(key) {
                Some(slot) => self.candidates.push(Candidate { place, key, tf, slot }),
                None => missing(place),
            }
        }
        let mut squares = 0.0;
        for &Candidate { place, key, tf, slot } in &self.candidates {
            match table.find_from(slot, key) {
                Some(row) => {
                    self.factors.push((row as u32, tf * i32::from(table.scale(row))));
                    squares += (tf * tf) as f32 * table.square(row);
                }
                None => missing(place),
            }
        }
        squares
    }

    /// Adds all rows to `totals`; `sums` is a buffer as long as [`Rows::padded`].
    pub(super) fn add(&self, table: &Rows, arch: pulp::Arch, sums: &mut [i32], totals: &mut [f64]) {
        for factors in self.factors.chunks(CHUNK) {
            sums.fill(0);
            arch.dispatch(Add { table, factors, sums });
            for (total, &sum) in totals.iter_mut().zip(&*sums) {
                *total += f64::from(sum);
            }
        }
    }
}

/// The innermost loop, for [`pulp`] to compile for each kind of processor: into its widest registers.
struct Add<'a> {
    table: &'a Rows,
    factors: &'a [(u32, i32)],
    sums: &'a mut [i32],
}

impl pulp::NullaryFnOnce for Add<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)] // Code that is not inlined keeps the narrow registers of the oldest processor.
    fn call(self) {
        self.table.add(self.factors, self.sums);
    }
}

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
    candidates: Vec<(Feature, Slot)>,
    /// Rows to add up, each with its factor: tf times the row's scale.
    factors: Vec<(u32, i32)>,
    /// The term that each of them belongs to.
    terms: Vec<u32>,
}

/// A feature of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feature {
    pub(super) key: Key,
    /// Sixteenths.
    pub(super) tf: i32,
    /// The word or pair it is a feature of, by its place among the terms of the text.
    pub(super) term: u32,
}

impl Lookup {
    /// Forgets the rows of the text before.
    pub(super) fn clear(&mut self) {
        self.factors.clear();
        self.terms.clear();
    }

    /// Looks up features and gives Σ tf² · ‖·‖² over the rows found, in 256ths. Calls `missing` with the features
    /// without a row.
    ///
    /// First the slots of all features are read, then the rows that they name: no step needs what the one before it
    /// read, so none waits.
    pub(super) fn find(
        &mut self,
        table: &Rows,
        features: impl Iterator<Item = Feature>,
        mut missing: impl FnMut(Feature),
    ) -> f32 {
        self.candidates.clear();
        for feature in features {
            match table.first(feature.key) {
                Some(slot) => self.candidates.push((feature, slot)),
                None => missing(feature),
            }
        }
        let mut squares = 0.0;
        for &(feature, slot) in &self.candidates {
            let Feature { key, tf, term } = feature;
            match table.find_from(slot, key) {
                Some(row) => {
                    self.factors.push((row as u32, tf * i32::from(table.scale(row))));
                    self.terms.push(term);
                    squares += (tf * tf) as f32 * table.square(row);
                }
                None => missing(feature),
            }
        }
        squares
    }

    /// Adds to each term of `contributions` what its rows add to a column.
    pub(super) fn contributions(&self, table: &Rows, column: usize, contributions: &mut [i64]) {
        for (&(row, factor), &term) in self.factors.iter().zip(&self.terms) {
            if let Some(contribution) = contributions.get_mut(term as usize) {
                *contribution += i64::from(table.bits(row as usize, column)) * i64::from(factor);
            }
        }
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

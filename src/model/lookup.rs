//! The rows of one text: found together, so that the processor waits for many places of memory at once.

use super::rows::Rows;
use crate::features::Key;

/// How many rows are added in 32 bits; most texts have fewer.
const CHUNK: usize = 512;

// However long a text: a chunk of the largest weights and frequencies fits in 32 bits.
const _: () = assert!(CHUNK as i64 * crate::features::MAX_TF as i64 * Rows::MOST as i64 <= i32::MAX as i64);

/// Features of one text in one table; a buffer to use again and again.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// Row of each feature.
    rows: Vec<Option<u32>>,
    /// Rows to add up, each with its factor: tf times the row's scale.
    factors: Vec<(u32, i32)>,
}

impl Lookup {
    /// Looks up features, each with its tf in sixteenths, and gives Σ tf² · ‖·‖² over the rows found, in 256ths.
    pub(super) fn find(&mut self, table: &Rows, features: impl Iterator<Item = (Key, i32)> + Clone) -> f32 {
        table.find_all(features.clone().map(|(key, _)| key), &mut self.rows);
        self.factors.clear();
        let mut squares = 0.0;
        for (row, (_, tf)) in self.rows.iter().zip(features) {
            if let Some(row) = *row {
                self.factors.push((row, tf * i32::from(table.scale(row as usize))));
                squares += (tf * tf) as f32 * table.square(row as usize);
            }
        }
        squares
    }

    /// Whether each feature has a row.
    pub(super) fn found(&self) -> impl Iterator<Item = bool> {
        self.rows.iter().map(Option::is_some)
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

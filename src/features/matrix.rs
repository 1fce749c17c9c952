//! A compressed sparse row matrix that linfa can learn from.

use linfa::dataset::Records;

/// Rows of `(column, value)` with ascending columns: one row a text, one column a feature.
///
/// Memory: 8 bytes an entry and 8 a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

impl Matrix {
    /// Starts a matrix with `width` columns.
    pub fn builder(width: usize) -> MatrixBuilder {
        MatrixBuilder { matrix: Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), width } }
    }

    /// Columns and values of row `row`; empty when there is no such row.
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&from), Some(&to)) => (&self.columns[from..to], &self.values[from..to]),
            _ => (&[], &[]),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of entries.
    pub fn entries(&self) -> usize {
        self.values.len()
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut chosen = Self::builder(self.width);
        for &row in rows {
            let (columns, values) = self.row(row);
            chosen.push(columns, values);
        }
        chosen.finish()
    }
}

/// Builds a [`Matrix`] row by row.
#[derive(Debug)]
pub struct MatrixBuilder {
    matrix: Matrix,
}

impl MatrixBuilder {
    /// Adds a row. Columns that are not ascending, or not below the width, are a bug of the caller.
    ///
    /// # Panics
    ///
    /// In debug builds, on such columns.
    pub fn push(&mut self, columns: &[u32], values: &[f32]) {
        debug_assert_eq!(columns.len(), values.len());
        debug_assert!(columns.windows(2).all(|pair| pair[0] < pair[1]));
        debug_assert!(columns.last().is_none_or(|&last| (last as usize) < self.matrix.width));
        self.matrix.columns.extend_from_slice(columns);
        self.matrix.values.extend_from_slice(values);
        self.matrix.starts.push(self.matrix.columns.len());
    }

    /// The matrix.
    pub fn finish(self) -> Matrix {
        self.matrix
    }
}

impl Records for Matrix {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.rows()
    }

    fn nfeatures(&self) -> usize {
        self.width
    }
}

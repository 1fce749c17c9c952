//! The compiled weights: one row of whole numbers a feature, a word's n-grams already added to it.
//!
//! Scores are sums of whole numbers, so they do not depend on the order of the words, the width of the
//! processor's registers or the number of threads, and the contributions in an explanation add up exactly.

use std::cmp::Reverse;

use super::index::Index;
use super::linear::LinearModel;
use crate::features::{Block, Key, Vectorizer, char_ngrams};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Largest left shift of a row: whole weights have 15 bits, their bytes 7.
pub(super) const MAX_SHIFT: u8 = 8;

/// Weights of all heads side by side.
///
/// A weight is `quanta[column] * (byte << shift)`: bytes, because what limits the speed is how many rows stay in
/// the processor's cache. For the same reason the rows of each block stand with the most frequent first.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Feature hashes: words, then pairs, then character n-grams, each with the most frequent first.
    pub(super) keys: Vec<u32>,
    /// Where pairs and n-grams begin in `keys`.
    pub(super) pairs_at: usize,
    pub(super) chars_at: usize,
    /// What one occurrence adds to ‖d‖²; of a word with all its n-grams.
    pub(super) squares: Vec<f32>,
    /// Left shift of each row's bytes.
    pub(super) shifts: Vec<u8>,
    /// Number of columns: classes of all heads.
    pub(super) width: usize,
    /// What 1 is worth in each column.
    pub(super) quanta: Vec<f32>,
    weights: Vec<i8>,
    words: Index,
    pairs: Index,
    chars: Index,
}

impl Table {
    /// Compiles what was trained. `words` are the distinct words of the training texts that are features, each
    /// with its column.
    pub(super) fn compile(
        vectorizer: &Vectorizer,
        models: &[LinearModel],
        words: &[(Key, String)],
        max_rows: Option<usize>,
    ) -> Self {
        let width: usize = models.iter().map(LinearModel::classes).sum();
        let words: FxHashMap<Key, &str> = words.iter().map(|(key, word)| (*key, word.as_str())).collect();
        let mut rows: Vec<Row> = vectorizer
            .features()
            .par_iter()
            .map(|&(block, key)| {
                let word = words.get(&key).copied().filter(|_| block == Block::Word);
                fold(vectorizer, models, width, block, key, word)
            })
            .collect();
        if let Some(most) = max_rows.filter(|&most| most < rows.len()) {
            rows.sort_by(|a, b| {
                b.worth().total_cmp(&a.worth()).then_with(|| (a.block, a.key).cmp(&(b.block, b.key)))
            });
            let words = rows.partition_point(|row| row.block == Block::Word);
            rows.truncate(most.max(words));
        }
        rows.sort_by_key(|row| (row.block, Reverse(row.frequency), row.key));
        let pairs_at = rows.partition_point(|row| row.block < Block::Pair);
        let chars_at = rows.partition_point(|row| row.block < Block::Char);

        let mut quanta = Vec::with_capacity(width);
        for model in models {
            let columns = quanta.len()..quanta.len() + model.classes();
            let largest = rows
                .iter()
                .flat_map(|row| &row.weights[columns.clone()])
                .fold(0.0f32, |most, value| most.max(value.abs()));
            quanta.extend(std::iter::repeat_n(
                if largest > 0.0 { largest / 32_000.0 } else { 1.0 },
                model.classes(),
            ));
        }
        let mut shifts = Vec::with_capacity(rows.len());
        let mut weights = Vec::with_capacity(rows.len() * width);
        for row in &rows {
            let whole: Vec<i32> = row
                .weights
                .iter()
                .zip(&quanta)
                .map(|(weight, quantum)| (weight / quantum).round() as i32)
                .collect();
            let largest = whole.iter().map(|value| value.unsigned_abs()).max().unwrap_or(0);
            let shift = (32 - largest.leading_zeros()).saturating_sub(7);
            // Rounding up may reach 128: the largest byte stands for it.
            let byte = |value: &i32| ((value + (1 << shift >> 1)) >> shift).clamp(-127, 127) as i8;
            weights.extend(whole.iter().map(byte));
            shifts.push(shift as u8);
        }
        let keys = rows.iter().map(|row| row.key.0).collect();
        let squares = rows.iter().map(|row| row.square).collect();
        Self::new(keys, pairs_at, chars_at, squares, shifts, quanta, weights)
    }

    /// From parts whose lengths agree: `weights` has one byte a key and column.
    pub(super) fn new(
        keys: Vec<u32>,
        pairs_at: usize,
        chars_at: usize,
        squares: Vec<f32>,
        shifts: Vec<u8>,
        quanta: Vec<f32>,
        weights: Vec<i8>,
    ) -> Self {
        Self {
            words: Index::new(&keys[..pairs_at]),
            pairs: Index::new(&keys[pairs_at..chars_at]),
            chars: Index::new(&keys[chars_at..]),
            width: quanta.len(),
            keys,
            pairs_at,
            chars_at,
            squares,
            shifts,
            quanta,
            weights,
        }
    }

    /// The bytes of all rows, as [`new`](Self::new) takes them.
    pub(super) fn weights(&self) -> &[i8] {
        &self.weights
    }

    pub(super) fn word(&self, key: Key) -> Option<usize> {
        self.words.get(key)
    }

    pub(super) fn pair(&self, key: Key) -> Option<usize> {
        self.pairs.get(key).map(|row| row + self.pairs_at)
    }

    pub(super) fn chars(&self, key: Key) -> Option<usize> {
        self.chars.get(key).map(|row| row + self.chars_at)
    }

    /// The bytes of a row.
    #[inline(always)]
    #[allow(clippy::inline_always)] // As `add` in `classifier`.
    pub(super) fn row(&self, row: usize) -> &[i8] {
        &self.weights[row * self.width..(row + 1) * self.width]
    }

    /// What a row says about one column, in quanta.
    pub(super) fn cell(&self, row: usize, column: usize) -> i32 {
        i32::from(self.row(row)[column]) << self.shifts[row]
    }
}

/// A feature while the table is made.
struct Row {
    block: Block,
    key: Key,
    frequency: u32,
    /// In all columns.
    weights: Vec<f32>,
    /// What one occurrence adds to ‖d‖².
    square: f32,
}

impl Row {
    /// What is lost on average when the feature is left out: squared weights times frequency. Words are never
    /// left out.
    fn worth(&self) -> f32 {
        match self.block {
            Block::Word => f32::INFINITY,
            _ => self.frequency as f32 * self.weights.iter().map(|weight| weight * weight).sum::<f32>(),
        }
    }
}

/// Weights and ‖·‖² of a feature; of a `word`, its n-grams included.
fn fold(
    vectorizer: &Vectorizer,
    models: &[LinearModel],
    width: usize,
    block: Block,
    key: Key,
    word: Option<&str>,
) -> Row {
    let mut weights = vec![0.0; width];
    let mut square = 0.0;
    let mut add = |key: Key| {
        let Some(column) = vectorizer.column(key) else { return };
        let value = vectorizer.weight(column);
        square += value * value;
        let row = models.iter().flat_map(|model| model.weights(column as usize));
        for (sum, weight) in weights.iter_mut().zip(row) {
            *sum += value * weight;
        }
    };
    add(key);
    let spec = vectorizer.spec();
    if let Some(word) = word
        && spec.chars_max > 0
    {
        char_ngrams(word, spec.char_lengths(), add);
    }
    let frequency = vectorizer.column(key).map_or(0, |column| vectorizer.frequency(column));
    Row { block, key, frequency, weights, square }
}

//! The compiled weights: one row of whole numbers a feature, a word's n-grams already added to it.
//!
//! Scores are sums of whole numbers, so they do not depend on the order of the words, the width of the
//! processor's registers or the number of threads, and the contributions in an explanation add up exactly.

use super::index::Index;
use super::linear::LinearModel;
use crate::features::{Block, Key, Vectorizer, char_ngrams};
use rayon::prelude::*;

/// Columns are padded to a multiple of this, so that rows are added in full registers.
const LANES: usize = 8;

/// Weights of all heads side by side.
///
/// A weight is `quantum[column] * value << shift` where `value` fits in a byte; rows in memory hold
/// `value << shift` as 16 bits.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Feature hashes: words, then pairs, then character n-grams, each ascending.
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
    stride: usize,
    rows: Vec<i16>,
    words: Index,
    pairs: Index,
    chars: Index,
}

impl Table {
    /// Compiles what was trained. `words` are the distinct words of the training texts that are features, each
    /// with its column.
    pub(super) fn compile(vectorizer: &Vectorizer, models: &[LinearModel], words: &[(Key, String)], max_rows: Option<usize>) -> Self {
        let width: usize = models.iter().map(LinearModel::classes).sum();
        let of_block = |block| vectorizer.features().iter().filter(move |feature| feature.0 == block).map(|feature| feature.1);
        let word_rows = words.par_iter().map(|(key, word)| fold(vectorizer, models, width, *key, Some(word)));
        let mut rows: Vec<(u32, Vec<f32>, f32)> = word_rows.collect();
        // Numbers and masks are words without n-grams.
        let spelled: rustc_hash::FxHashSet<Key> = words.iter().map(|(key, _)| *key).collect();
        rows.extend(of_block(Block::Word).filter(|key| !spelled.contains(key)).map(|key| fold(vectorizer, models, width, key, None)));
        rows.sort_unstable_by_key(|row| row.0);
        let pairs_at = rows.len();
        let others = |block| of_block(block).map(|key| fold(vectorizer, models, width, key, None));
        let mut rest: Vec<(Block, (u32, Vec<f32>, f32))> = others(Block::Pair).map(|row| (Block::Pair, row)).collect();
        rest.extend(others(Block::Char).map(|row| (Block::Char, row)));
        if let Some(room) = max_rows.map(|most| most.saturating_sub(pairs_at)).filter(|&room| room < rest.len()) {
            let length = |row: &[f32]| row.iter().map(|value| value * value).sum::<f32>();
            rest.sort_by(|a, b| length(&b.1.1).total_cmp(&length(&a.1.1)).then_with(|| (a.0, a.1.0).cmp(&(b.0, b.1.0))));
            rest.truncate(room);
            rest.sort_by_key(|(block, row)| (*block, row.0));
        }
        let chars_at = pairs_at + rest.iter().filter(|(block, _)| *block == Block::Pair).count();
        rows.extend(rest.into_iter().map(|(_, row)| row));

        let mut quanta = Vec::with_capacity(width);
        for model in models {
            let columns = quanta.len()..quanta.len() + model.classes();
            let largest = rows.iter().flat_map(|row| &row.1[columns.clone()]).fold(0.0f32, |most, value| most.max(value.abs()));
            quanta.extend(std::iter::repeat_n(if largest > 0.0 { largest / 32_000.0 } else { 1.0 }, model.classes()));
        }
        let mut shifts = Vec::with_capacity(rows.len());
        let mut bytes = Vec::with_capacity(rows.len() * width);
        for (_, row, _) in &rows {
            let whole: Vec<i32> = row.iter().zip(&quanta).map(|(value, quantum)| (value / quantum).round() as i32).collect();
            let largest = whole.iter().map(|value| value.unsigned_abs()).max().unwrap_or(0);
            let shift = (32 - largest.leading_zeros()).saturating_sub(7);
            // Rounding up may reach 128: the largest byte stands for it.
            let byte = |value: &i32| ((value + (1 << shift >> 1)) >> shift).clamp(-127, 127) as i8;
            bytes.extend(whole.iter().map(byte));
            shifts.push(shift as u8);
        }
        let keys = rows.iter().map(|row| row.0).collect();
        let squares = rows.iter().map(|row| row.2).collect();
        Self::new(keys, pairs_at, chars_at, squares, shifts, quanta, &bytes)
    }

    /// From parts whose lengths agree: `bytes` has one byte a key and column.
    pub(super) fn new(keys: Vec<u32>, pairs_at: usize, chars_at: usize, squares: Vec<f32>, shifts: Vec<u8>, quanta: Vec<f32>, bytes: &[i8]) -> Self {
        let width = quanta.len();
        let stride = width.next_multiple_of(LANES);
        let mut rows = vec![0i16; keys.len() * stride];
        if width > 0 {
            for ((row, bytes), &shift) in rows.chunks_exact_mut(stride).zip(bytes.chunks_exact(width)).zip(&shifts) {
                for (value, &byte) in row.iter_mut().zip(bytes) {
                    *value = i16::from(byte) << shift;
                }
            }
        }
        Self {
            words: Index::new(&keys[..pairs_at]),
            pairs: Index::new(&keys[pairs_at..chars_at]),
            chars: Index::new(&keys[chars_at..]),
            keys, pairs_at, chars_at, squares, shifts, width, quanta, stride, rows,
        }
    }

    /// The bytes of all rows, as [`new`](Self::new) takes them.
    pub(super) fn bytes(&self) -> impl Iterator<Item = i8> + '_ {
        let rows = self.rows.chunks_exact(self.stride.max(1)).zip(&self.shifts);
        rows.flat_map(|(row, &shift)| row[..self.width].iter().map(move |&value| (value >> shift) as i8))
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

    /// The row, `stride` numbers long.
    pub(super) fn row(&self, row: usize) -> &[i16] {
        &self.rows[row * self.stride..(row + 1) * self.stride]
    }

    pub(super) fn stride(&self) -> usize {
        self.stride
    }
}

/// Key, weights in all columns and ‖·‖² of a feature; of a `word`, its n-grams included.
fn fold(vectorizer: &Vectorizer, models: &[LinearModel], width: usize, key: Key, word: Option<&String>) -> (u32, Vec<f32>, f32) {
    let mut row = vec![0.0; width];
    let mut square = 0.0;
    let mut add = |key: Key| {
        let Some(column) = vectorizer.column(key) else { return };
        let value = vectorizer.weight(column);
        square += value * value;
        let weights = models.iter().flat_map(|model| model.weights(column as usize));
        for (sum, weight) in row.iter_mut().zip(weights) {
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
    (key.0, row, square)
}

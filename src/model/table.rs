//! The compiled weights: one row of whole numbers a feature, a word's n-grams already added to it.
//!
//! Scores are sums of whole numbers, so they do not depend on the order of the words, the width of the
//! processor's registers or the number of threads, and the contributions in an explanation add up exactly.

use std::cmp::Reverse;

use super::linear::LinearModel;
use super::rows::{LARGEST, Rows, Whole};
use crate::features::{Block, Key, Vectorizer, char_ngrams};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Weights of all heads side by side, in `quanta` of their column.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// What 1 is worth in each column.
    pub(super) quanta: Vec<f32>,
    /// Bias of each column.
    pub(super) biases: Vec<f32>,
    /// Words, each with its n-grams; pairs of words; the n-grams of unknown words.
    pub(super) rows: Rows,
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
        rows.sort_by_key(|row| (row.block != Block::Word, Reverse(row.frequency), row.block, row.key));

        let mut quanta = Vec::with_capacity(width);
        for model in models {
            let columns = quanta.len()..quanta.len() + model.classes();
            let largest = rows
                .iter()
                .flat_map(|row| &row.weights[columns.clone()])
                .fold(0.0f32, |most, value| most.max(value.abs()));
            let quantum = if largest > 0.0 { largest / LARGEST as f32 } else { 1.0 };
            quanta.extend(std::iter::repeat_n(quantum, model.classes()));
        }
        let whole = |row: &Row| {
            let weights = row.weights.iter().zip(&quanta);
            let weights = weights.map(|(weight, quantum)| (weight / quantum).round() as i32);
            Whole {
                key: row.key.0,
                square: row.square,
                weights: weights.map(|weight| weight.clamp(-LARGEST, LARGEST)).collect(),
            }
        };
        let rows: Vec<Whole> = rows.iter().map(whole).collect();
        Self {
            biases: models.iter().flat_map(LinearModel::biases).copied().collect(),
            rows: Rows::new(width, &rows),
            quanta,
        }
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

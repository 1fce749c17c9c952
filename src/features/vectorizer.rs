//! From texts to the matrix: the vocabulary and its idf, frozen at fit.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::keys::{Block, Key, char_ngrams};
use super::matrix::Matrix;
use super::spec::FeatureSpec;
use super::terms::Terms;
use crate::error::Result;
use crate::text::{Analyzer, Tokens};

/// Buffers of one thread.
#[derive(Debug, Default)]
struct Scratch {
    tokens: Tokens,
    terms: Terms,
    entries: Vec<(u32, f32)>,
    keys: Vec<(Key, Block)>,
}

/// Texts to rows of a [`Matrix`]. The same text gives the same row alone and in any batch.
///
/// ```
/// use pilah::features::{FeatureSpec, Vectorizer};
/// use pilah::text::Analyzer;
///
/// let texts = ["lampu jalan mati", "jalan rusak parah", "lampu jalan rusak", "sampah di jalan"];
/// let mut spec = FeatureSpec::default();
/// spec.min_df = 2;
/// let analyzer = Analyzer::indonesian();
/// let vectorizer = Vectorizer::fit(&analyzer, &texts, &spec)?;
/// let matrix = vectorizer.transform(&analyzer, &texts);
/// assert_eq!(matrix.rows(), 4);
/// assert_eq!(matrix.row(2), vectorizer.transform(&analyzer, &texts[2..3]).row(0));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Vectorizer {
    spec: FeatureSpec,
    /// Ascending by block, then key: the column of a feature is its place here.
    features: Vec<(Block, Key)>,
    columns: FxHashMap<Key, u32>,
    /// In how many texts each column occurred.
    frequencies: Vec<u32>,
    /// α · idf of each column.
    weights: Vec<f32>,
}

impl Vectorizer {
    /// Learns vocabulary and idf. Give each different text once: repeats would count as different texts.
    ///
    /// Cost: about 35 microseconds a text, on all threads of the rayon pool.
    ///
    /// # Errors
    ///
    /// A value of `spec` outside its range.
    pub fn fit<T: AsRef<str> + Sync>(analyzer: &Analyzer, texts: &[T], spec: &FeatureSpec) -> Result<Self> {
        let texts: Vec<(&str, u32)> = texts.iter().map(|text| (text.as_ref(), 1)).collect();
        Self::fit_counted(analyzer, &texts, spec)
    }

    /// The same where each text counts as so many different ones.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit).
    pub fn fit_counted(analyzer: &Analyzer, texts: &[(&str, u32)], spec: &FeatureSpec) -> Result<Self> {
        spec.check()?;
        let counts = texts
            .par_iter()
            .fold(
                || (FxHashMap::<(Block, Key), u32>::default(), Scratch::default()),
                |(mut counts, mut scratch), &(text, count)| {
                    distinct_features(analyzer, spec, text, &mut scratch);
                    for &(key, block) in &scratch.keys {
                        *counts.entry((block, key)).or_default() += count;
                    }
                    (counts, scratch)
                },
            )
            .map(|(counts, _)| counts)
            .reduce(FxHashMap::default, |a, b| {
                let (mut large, small) = if a.len() < b.len() { (b, a) } else { (a, b) };
                for (feature, count) in small {
                    *large.entry(feature).or_default() += count;
                }
                large
            });
        let mut kept: Vec<((Block, Key), u32)> = counts
            .into_iter()
            .filter(|&((block, _), df)| {
                df >= match block {
                    Block::Word => spec.min_df,
                    Block::Pair => spec.min_df_pair,
                    Block::Char => spec.min_df_char,
                }
            })
            .collect();
        kept.sort_unstable();
        let total = texts.iter().map(|&(_, count)| f64::from(count)).sum::<f64>() as f32;
        let weights = kept.iter().map(|&((block, _), df)| {
            let alpha = match block {
                Block::Word => 1.0,
                Block::Pair => spec.pair_weight,
                Block::Char => spec.char_weight,
            };
            alpha * (((1.0 + total) / (1.0 + df as f32)).ln() + 1.0)
        });
        let weights = weights.collect();
        let frequencies = kept.iter().map(|&(_, df)| df).collect();
        let features: Vec<_> = kept.iter().map(|&(feature, _)| feature).collect();
        let columns = features.iter().enumerate().map(|(column, &(_, key))| (key, column as u32)).collect();
        Ok(Self { spec: spec.clone(), features, columns, frequencies, weights })
    }

    /// One row a text, in order; on all threads of the rayon pool.
    pub fn transform<T: AsRef<str> + Sync>(&self, analyzer: &Analyzer, texts: &[T]) -> Matrix {
        let rows: Vec<Vec<(u32, f32)>> = texts
            .par_iter()
            .map_init(Scratch::default, |scratch, text| {
                self.row(analyzer, text.as_ref(), scratch);
                scratch.entries.clone()
            })
            .collect();
        let mut matrix = Matrix::builder(self.features.len());
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for row in rows {
            columns.clear();
            values.clear();
            columns.extend(row.iter().map(|&(column, _)| column));
            values.extend(row.iter().map(|&(_, value)| value));
            matrix.push(&columns, &values);
        }
        matrix.finish()
    }

    /// The switches it was fitted with.
    pub fn spec(&self) -> &FeatureSpec {
        &self.spec
    }

    /// Block and key of each column.
    pub fn features(&self) -> &[(Block, Key)] {
        &self.features
    }

    /// In how many texts a column occurred.
    pub(crate) fn frequency(&self, column: u32) -> u32 {
        self.frequencies[column as usize]
    }

    /// α · idf of a column.
    pub(crate) fn weight(&self, column: u32) -> f32 {
        self.weights[column as usize]
    }

    pub(crate) fn column(&self, key: Key) -> Option<u32> {
        self.columns.get(&key).copied()
    }

    /// Leaves the row of `text` in `scratch.entries`, by the formula of the module's documentation.
    fn row(&self, analyzer: &Analyzer, text: &str, scratch: &mut Scratch) {
        let Scratch { tokens, terms, entries, .. } = scratch;
        analyzer.analyze(text, tokens);
        terms.collect(tokens);
        entries.clear();
        let mut norm = 0.0;
        for term in terms.iter() {
            let tf = term.tf as f32 / 16.0;
            let mut add = |key: Key| {
                if let Some(column) = self.column(key) {
                    let value = tf * self.weight(column);
                    norm += value * value;
                    entries.push((column, value));
                }
            };
            add(term.key);
            if term.spelled && self.spec.chars_max > 0 {
                let word = tokens.text(&tokens.as_slice()[term.token as usize]);
                char_ngrams(word, self.spec.char_lengths(), add);
            }
        }
        entries.sort_unstable_by_key(|&(column, _)| column);
        entries.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        if norm > 0.0 {
            let scale = norm.sqrt().recip();
            for (_, value) in entries {
                *value *= scale;
            }
        }
    }
}

/// Leaves each feature of `text` once in `scratch.keys`.
fn distinct_features(analyzer: &Analyzer, spec: &FeatureSpec, text: &str, scratch: &mut Scratch) {
    let Scratch { tokens, terms, keys, .. } = scratch;
    analyzer.analyze(text, tokens);
    terms.collect(tokens);
    keys.clear();
    for term in terms.iter() {
        if term.block == Block::Word || spec.pairs {
            keys.push((term.key, term.block));
        }
        if term.spelled && spec.chars_max > 0 {
            let word = tokens.text(&tokens.as_slice()[term.token as usize]);
            char_ngrams(word, spec.char_lengths(), |key| keys.push((key, Block::Char)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
}

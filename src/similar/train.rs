//! Learning to judge pairs.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

use super::pair::{FEATURES, Pair};
use super::portrait::{Portrait, Subject};
use super::rarity::{Rarity, RarityMaker};
use super::relation::{Relation, RelationModel};
use super::words::read;
use crate::error::{Error, ErrorKind, Result};

/// Two complaints and how they are related.
#[derive(Debug, Clone)]
pub struct LabelledPair {
    /// The one.
    pub one: Portrait,
    /// The other.
    pub other: Portrait,
    /// How they are related, as people say.
    pub relation: Relation,
    /// Pairs of one group share a complaint: they are never split between learning and checking.
    pub group: u64,
}

/// Learns a [`RelationModel`]: first how rare words are, from complaints without labels, then the weights, from pairs.
///
/// | name | default | range | purpose |
/// |---|---|---|---|
/// | `ridge` | 7 | 0 to 10⁶ | how much large weights cost: `½ · ridge · ‖w‖²` beside the sum of the losses, on standardised features |
#[derive(Debug)]
pub struct RelationTraining {
    maker: RarityMaker,
    ridge: f64,
}

impl Default for RelationTraining {
    fn default() -> Self {
        Self { maker: RarityMaker::default(), ridge: 7.0 }
    }
}

impl RelationTraining {
    /// The same with another ridge.
    #[must_use]
    pub fn with_ridge(mut self, ridge: f64) -> Self {
        self.ridge = ridge;
        self
    }

    /// Counts the words of one complaint of the corpus.
    pub fn count(&mut self, subject: &Subject<'_>) {
        let (mut text, mut address) = (Vec::new(), Vec::new());
        read(subject.text, &mut text);
        read(subject.address, &mut address);
        self.maker.add(&text, &address);
    }

    /// Ends the counting.
    pub fn counted(self) -> RelationLearner {
        RelationLearner { rarity: self.maker.finish(), ridge: self.ridge }
    }
}

/// Knows how rare words are; makes portraits of labelled pairs and learns from them.
#[derive(Debug, Clone)]
pub struct RelationLearner {
    rarity: Rarity,
    ridge: f64,
}

impl RelationLearner {
    /// What is compared of a complaint.
    pub fn portrait(&self, subject: &Subject<'_>) -> Portrait {
        Portrait::new(subject, &self.rarity)
    }

    /// Learns from pairs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Training`] when not all of duplicate, recurring, related and unrelated occur among them.
    pub fn fit(&self, pairs: &[LabelledPair]) -> Result<RelationModel> {
        let rows: Vec<[f64; FEATURES]> = pairs.iter().map(|pair| self.features(pair)).collect();
        self.fit_rows(&rows, &pairs.iter().collect::<Vec<_>>())
    }

    /// What models say of pairs that they did not learn from, nor any pair of the same group: the probabilities of
    /// duplicate, recurring, related and unrelated for each pair, in their order. Groups are dealt to `folds` parts by
    /// falling size, equal ones by a hash with `seed`.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); [`ErrorKind::Parameter`] for fewer than two folds.
    pub fn cross_validate(&self, pairs: &[LabelledPair], folds: usize, seed: u64) -> Result<Vec<[f64; 4]>> {
        if folds < 2 {
            return Err(Error::new(ErrorKind::Parameter, format!("{folds} folds: give 2 or more")));
        }
        let rows: Vec<[f64; FEATURES]> = pairs.iter().map(|pair| self.features(pair)).collect();
        let part = parts(pairs, folds, seed);
        let mut said = vec![[0.0; 4]; pairs.len()];
        for fold in 0..folds {
            let learn: Vec<usize> = (0..pairs.len()).filter(|at| part.get(*at) != Some(&fold)).collect();
            let own: Vec<[f64; FEATURES]> = learn.iter().filter_map(|at| rows.get(*at).copied()).collect();
            let labels: Vec<&LabelledPair> = learn.iter().filter_map(|at| pairs.get(*at)).collect();
            let model = self.fit_rows(&own, &labels)?;
            for ((said, row), of) in said.iter_mut().zip(&rows).zip(&part) {
                if *of == fold {
                    *said = model.probabilities(row);
                }
            }
        }
        Ok(said)
    }

    fn features(&self, pair: &LabelledPair) -> [f64; FEATURES] {
        Pair::new(&pair.one, &pair.other, &self.rarity).features()
    }

    fn fit_rows(&self, rows: &[[f64; FEATURES]], pairs: &[&LabelledPair]) -> Result<RelationModel> {
        let training = |reason: String| Error::new(ErrorKind::Training, reason);
        let classes =
            pairs.iter().map(|pair| Relation::JUDGED.iter().position(|judged| *judged == pair.relation));
        let Some(classes) = classes.collect::<Option<Vec<usize>>>() else {
            return Err(training(
                "a pair is labelled by what no judge tells apart: give duplicate, recurring, related or \
                                 unrelated"
                    .to_owned(),
            ));
        };
        if let Some(none) = (0..Relation::JUDGED.len()).find(|class| !classes.contains(class)) {
            let relation = Relation::JUDGED.get(none).map_or("", |relation| relation.name());
            return Err(training(format!("no pair is labelled `{relation}`: label some of each relation")));
        }
        let scales: Vec<(f64, f64)> = (0..FEATURES).map(|feature| scale(rows, feature)).collect();
        let scaled = |(row, feature): (usize, usize)| {
            let value = rows.get(row).and_then(|row| row.get(feature)).copied().unwrap_or_default();
            let (mean, deviation) = scales.get(feature).copied().unwrap_or((0.0, 1.0));
            (value - mean) / deviation
        };
        let records = Array2::from_shape_fn((rows.len(), FEATURES), scaled);
        let fitted = MultiLogisticRegression::default()
            .alpha(self.ridge)
            .max_iterations(500)
            .gradient_tolerance(1e-5)
            .fit(&Dataset::new(records, Array1::from(classes)))
            .map_err(|error| training(format!("the pairs cannot be learned from: {error}")))?;
        let weights = fitted.params().columns().into_iter().zip(fitted.intercept());
        let weights = weights.map(|(weights, bias)| (weights.to_vec(), *bias)).collect();
        Ok(RelationModel { rarity: self.rarity.clone(), scales, weights })
    }
}

/// Mean and standard deviation; 1 for a feature that never differs.
fn scale(rows: &[[f64; FEATURES]], feature: usize) -> (f64, f64) {
    let values = || rows.iter().filter_map(|row| row.get(feature));
    let count = rows.len().max(1) as f64;
    let mean = values().sum::<f64>() / count;
    let deviation = (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    (mean, if deviation > 1e-9 { deviation } else { 1.0 })
}

/// The part of each pair: large groups first, each into the part that has fewest pairs.
fn parts(pairs: &[LabelledPair], folds: usize, seed: u64) -> Vec<usize> {
    let mut sizes: std::collections::BTreeMap<u64, usize> = std::collections::BTreeMap::new();
    for pair in pairs {
        *sizes.entry(pair.group).or_default() += 1;
    }
    let shuffled = |group: u64| xxhash_rust::xxh3::xxh3_64_with_seed(&group.to_le_bytes(), seed);
    let mut groups: Vec<(u64, usize)> = sizes.into_iter().collect();
    groups.sort_by_key(|(group, size)| (std::cmp::Reverse(*size), shuffled(*group)));
    let mut loads = vec![0; folds];
    let mut part = std::collections::BTreeMap::new();
    for (group, size) in groups {
        let least = (0..folds).min_by_key(|fold| loads.get(*fold).copied().unwrap_or(0)).unwrap_or(0);
        if let Some(load) = loads.get_mut(least) {
            *load += size;
        }
        part.insert(group, least);
    }
    pairs.iter().map(|pair| part.get(&pair.group).copied().unwrap_or(0)).collect()
}

//! Two models on the same rows: which is better, and whether that can be chance.

use serde::Serialize;

use super::bundle::Bundle;
use super::classifier::HeadPrediction;
use super::metrics::Figures;
use super::stats::mcnemar;
use super::train::Example;
use crate::error::{Error, ErrorKind, Result};

/// From which p on a difference can be chance.
const SIGNIFICANT: f64 = 0.05;

/// Probabilities are put into as many bins of equal width.
const BINS: usize = 15;

/// A candidate against the current model, on rows that neither learned from: best the newest of a history
/// ([`split_newest`](super::split_newest)), for what comes next is newer still.
///
/// ```
/// use pilah::model::{Comparison, Example};
///
/// let model = pilah::Bundle::shipped();
/// let newest = [Example::new("Jalan berlubang dan rusak parah", [Some("pekerjaan-umum")])];
/// let comparison = Comparison::of(model, model, &newest, &["function"])?;
/// assert!(!comparison.is_worse());
/// assert_eq!((comparison.heads[0].n, comparison.heads[0].p), (1, 1.0));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The heads that both have, in the order asked for.
    pub heads: Vec<HeadComparison>,
    /// Heads that the current model alone has: the candidate would no longer answer them.
    pub only_current: Vec<String>,
    /// Heads that the candidate alone has.
    pub only_candidate: Vec<String>,
}

/// One head of two models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadComparison {
    /// Its name.
    pub head: String,
    /// Rows with a label that one model or both know. Who does not know it is wrong.
    pub n: usize,
    /// Rows with a label that neither knows: left out of everything else.
    pub unknown_labels: usize,
    /// Figures of the current model.
    pub current: Quality,
    /// Figures of the candidate.
    pub candidate: Quality,
    /// Rows that only the current model gets right.
    pub only_current: usize,
    /// Rows that only the candidate gets right.
    pub only_candidate: usize,
    /// How probable it is that these two differ as much or more by chance: `McNemar`'s test, exact, two-sided.
    pub p: f64,
}

/// How well a head of one model does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// Share of the rows that are right; 0 without rows.
    pub accuracy: f64,
    /// Mean of per-class F1 over all labels that occur in truth or prediction.
    pub macro_f1: f64,
    /// Expected calibration error: how far the probability of the best label lies from the share that is right, on
    /// average over 15 bins of probability, by rows (Naeini, Cooper and Hauskrecht, AAAI 2015; bins as Guo and others,
    /// ICML 2017).
    pub calibration_error: f64,
}

impl HeadComparison {
    /// Whether the candidate is significantly less accurate (p < .05), or by more than [`Comparison::MARGIN`].
    ///
    /// One that is as good is called significantly worse at most once in 40 times.
    pub fn is_worse(&self) -> bool {
        let loss = self.current.accuracy - self.candidate.accuracy;
        loss > Comparison::MARGIN || (loss > 0.0 && self.p < SIGNIFICANT)
    }
}

impl Comparison {
    /// How much lower the accuracy of a head may be, where the rows are too few to tell it from chance.
    pub const MARGIN: f64 = 0.02;

    /// Compares two models on examples, whose labels are those of `heads`, in their order. Each row counts once, whatever
    /// its weight.
    ///
    /// Cost: two classifications a row.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a head that neither has.
    pub fn of(current: &Bundle, candidate: &Bundle, examples: &[Example], heads: &[&str]) -> Result<Self> {
        let mut comparison = Self { heads: vec![], only_current: vec![], only_candidate: vec![] };
        let mut both = Vec::new();
        for (place, &name) in heads.iter().enumerate() {
            match (current.must_have(name), candidate.must_have(name)) {
                (Ok(old), Ok(new)) => both.push(Pair::new(place, name, [(current, old), (candidate, new)])),
                (Ok(_), Err(_)) => comparison.only_current.push(name.to_owned()),
                (Err(_), Ok(_)) => comparison.only_candidate.push(name.to_owned()),
                (Err(error), Err(_)) => {
                    let reason = format!("neither model has it: of the current one, {error}");
                    return Err(Error::new(ErrorKind::Parameter, reason));
                }
            }
        }
        let mut classifiers = [current.classifier(), candidate.classifier()];
        for example in examples.iter().filter(|example| example.labels.iter().any(Option::is_some)) {
            let answers = classifiers.each_mut().map(|classifier| classifier.classify(&example.text));
            for pair in &mut both {
                let Some(truth) = example.labels.get(pair.place).and_then(Option::as_deref) else { continue };
                if let [Some(old), Some(new)] = answers.map(|answer| answer.head(&pair.name)) {
                    pair.add(truth, [old, new]);
                }
            }
        }
        comparison.heads = both.into_iter().map(Pair::finish).collect();
        Ok(comparison)
    }

    /// Whether the candidate is worse in a head, or no longer has one. Without rows nothing is worse: see to `n` first.
    pub fn is_worse(&self) -> bool {
        !self.only_current.is_empty() || self.heads.iter().any(HeadComparison::is_worse)
    }
}

/// A head of both models, as it is filled.
struct Pair {
    /// Place of its labels in an example.
    place: usize,
    name: String,
    /// Labels that one or both know, ascending.
    labels: Vec<String>,
    truth: Vec<usize>,
    unknown: usize,
    sides: [Side; 2],
}

/// The answers of one model.
#[derive(Default)]
struct Side {
    predicted: Vec<usize>,
    p: Vec<f32>,
}

impl Pair {
    fn new(place: usize, name: &str, models: [(&Bundle, usize); 2]) -> Self {
        let known = models.iter().filter_map(|(model, head)| model.heads().get(*head));
        let mut labels: Vec<String> = known.flat_map(|head| head.labels().iter().cloned()).collect();
        labels.sort_unstable();
        labels.dedup();
        let sides = [Side::default(), Side::default()];
        Self { place, name: name.to_owned(), labels, truth: Vec::new(), unknown: 0, sides }
    }

    fn add(&mut self, truth: &str, answers: [HeadPrediction<'_>; 2]) {
        let class = |label: &str| self.labels.binary_search_by(|known| known.as_str().cmp(label)).ok();
        let Some(truth) = class(truth) else {
            self.unknown += 1;
            return;
        };
        self.truth.push(truth);
        for (side, answer) in self.sides.iter_mut().zip(answers) {
            // Each model's labels are among those of both.
            side.predicted.extend(self.labels.binary_search_by(|known| known.as_str().cmp(answer.label())));
            side.p.push(answer.p());
        }
    }

    fn finish(self) -> HeadComparison {
        let [current, candidate] = self.sides.each_ref().map(|side| side.quality(&self.truth));
        let rows = self.truth.iter().zip(&self.sides[0].predicted).zip(&self.sides[1].predicted);
        let right: Vec<[bool; 2]> = rows.map(|((truth, old), new)| [old == truth, new == truth]).collect();
        let only = |wanted: [bool; 2]| right.iter().filter(|&&right| right == wanted).count();
        let (only_current, only_candidate) = (only([true, false]), only([false, true]));
        HeadComparison {
            head: self.name,
            n: self.truth.len(),
            unknown_labels: self.unknown,
            current,
            candidate,
            only_current,
            only_candidate,
            p: mcnemar(only_current as u64, only_candidate as u64),
        }
    }
}

impl Side {
    fn quality(&self, truth: &[usize]) -> Quality {
        let figures = Figures::new(truth, &self.predicted);
        let mut bins = [0.0; BINS];
        for ((truth, predicted), &p) in truth.iter().zip(&self.predicted).zip(&self.p) {
            let bin = ((p * BINS as f32) as usize).min(BINS - 1);
            bins[bin] += f64::from(p) - f64::from(u8::from(truth == predicted));
        }
        let rows = truth.len().max(1) as f64;
        Quality {
            accuracy: figures.accuracy(),
            macro_f1: figures.macro_f1(),
            calibration_error: bins.iter().map(|gap| gap.abs()).sum::<f64>() / rows,
        }
    }
}

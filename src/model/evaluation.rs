//! How well a model does on labelled rows.

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use super::classifier::Classifier;
use super::metrics::{ClassFigures, Figures};
use crate::error::Result;

/// How a head does on labelled rows. Serialises as `eval --json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadEvaluation {
    /// Rows whose label the model knows.
    pub n: usize,
    /// Rows with a label it does not know: left out of everything else.
    pub unknown_labels: usize,
    /// Labels it knows.
    pub classes: usize,
    /// Share of the rows that are right.
    pub accuracy: f64,
    /// Mean of per-class F1 over all labels that occur in truth or prediction.
    pub macro_f1: f64,
    /// Share of the rows whose label is among the three most probable.
    pub top3: f64,
    /// What could be sent on without a person.
    pub auto: Auto,
    /// Figures of each label, by name; not part of the JSON.
    #[serde(skip)]
    pub labels: Vec<(String, ClassFigures)>,
}

/// What could be sent on without a person under a promise made in training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Auto {
    /// The promise: at most this share of what is sent on is wrong.
    pub max_error: f64,
    /// Share of the rows sent on.
    pub coverage: f64,
    /// Share of these that is wrong.
    pub error: f64,
    /// Where that share lies with 95 % confidence, by [Wilson's interval](wilson).
    pub interval: (f64, f64),
}

/// Where a share lies with 95 % confidence when `part` of `whole` rows have it: E. B. Wilson, "Probable inference, the
/// law of succession, and statistical inference", JASA 22 (1927). Of nothing it is 0 to 1.
///
/// ```
/// let (low, high) = pilah::model::wilson(5, 100);
/// assert!((low - 0.0215).abs() < 1e-3 && (high - 0.1118).abs() < 1e-3);
/// ```
pub fn wilson(part: usize, whole: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (n, z2) = (whole as f64, Z * Z);
    let share = part as f64 / n;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let reach = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - reach).max(0.0), (middle + reach).min(1.0))
}

/// Collects predictions of some heads and their true labels.
///
/// ```
/// use pilah::model::Evaluation;
///
/// let model = pilah::Bundle::shipped();
/// let mut evaluation = Evaluation::new(model, &["function"])?;
/// evaluation.add("Jalan berlubang dan rusak parah", &["pekerjaan-umum"]);
/// evaluation.add("KTP saya belum jadi", &["tidak-dikenal"]);
/// let heads = evaluation.finish(0.05);
/// assert_eq!((heads[0].1.n, heads[0].1.unknown_labels), (1, 1));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct Evaluation<'m> {
    bundle: &'m Bundle,
    classifier: Classifier<'m>,
    heads: Vec<Tally>,
}

#[derive(Debug)]
struct Tally {
    /// Place among the bundle's heads.
    head: usize,
    unknown: usize,
    truth: Vec<usize>,
    predicted: Vec<usize>,
    p: Vec<f32>,
    in_top3: usize,
}

impl<'m> Evaluation<'m> {
    /// For heads of the model, by name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a head it does not have.
    pub fn new(bundle: &'m Bundle, heads: &[&str]) -> Result<Self> {
        let tally = |name: &&str| {
            let head = bundle.must_have(name)?;
            Ok(Tally { head, unknown: 0, truth: vec![], predicted: vec![], p: vec![], in_top3: 0 })
        };
        Ok(Self {
            bundle,
            classifier: bundle.classifier(),
            heads: heads.iter().map(tally).collect::<Result<_>>()?,
        })
    }

    /// Adds a row with its labels, in the order of the heads; an empty label is none.
    pub fn add(&mut self, text: &str, labels: &[&str]) {
        if labels.iter().all(|label| label.is_empty()) {
            return;
        }
        let prediction = self.classifier.classify(text);
        for (tally, &label) in self.heads.iter_mut().zip(labels) {
            let Some(answer) = prediction.iter().nth(tally.head).filter(|_| !label.is_empty()) else {
                continue;
            };
            let Ok(truth) = answer.head().labels().binary_search_by(|known| known.as_str().cmp(label)) else {
                tally.unknown += 1;
                continue;
            };
            tally.truth.push(truth);
            tally.predicted.push(answer.class());
            tally.p.push(answer.p());
            tally.in_top3 += usize::from(answer.ranked().take(3).any(|(ranked, _)| ranked == label));
        }
    }

    /// The figures of each head, by name, in the order of the heads.
    pub fn finish(&self, max_error: f32) -> Vec<(String, HeadEvaluation)> {
        let evaluate = |tally: &Tally| {
            let head = &self.bundle.heads()[tally.head];
            let figures = Figures::new(&tally.truth, &tally.predicted);
            let n = tally.truth.len();
            let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
            let least = head.threshold(max_error).unwrap_or_default();
            let sure = |class: usize, p: f32| least.get(class).is_some_and(|&least| p >= least);
            let answers = tally.p.iter().zip(tally.truth.iter().zip(&tally.predicted));
            let sent: Vec<bool> = answers
                .filter(|&(&p, (_, &predicted))| sure(predicted, p))
                .map(|(_, (truth, predicted))| truth == predicted)
                .collect();
            let wrong = sent.iter().filter(|&&right| !right).count();
            let labels = figures.per_class().iter().map(|class| (head.labels()[class.class].clone(), *class));
            let evaluation = HeadEvaluation {
                n,
                unknown_labels: tally.unknown,
                classes: head.labels().len(),
                accuracy: figures.accuracy(),
                macro_f1: figures.macro_f1(),
                top3: share(tally.in_top3, n),
                auto: Auto {
                    max_error: (f64::from(max_error) * 1e6).round() / 1e6,
                    coverage: share(sent.len(), n),
                    error: share(wrong, sent.len()),
                    interval: wilson(wrong, sent.len()),
                },
                labels: labels.collect(),
            };
            (head.name().to_owned(), evaluation)
        };
        self.heads.iter().map(evaluate).collect()
    }
}

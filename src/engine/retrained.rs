//! What came of training a model on a store.

use jiff::civil::DateTime;
use serde::Serialize;

use crate::model::{Bundle, Comparison, DriftReport, HeadComparison, HeadFacts};

/// What came of [`Engine::retrain`](super::Engine::retrain).
#[derive(Debug)]
pub struct Retrained {
    /// The new model; `None` when it was refused.
    pub bundle: Option<Bundle>,
    /// How it came about.
    pub report: RetrainReport,
}

/// How a model was made of a store, and how it does. Serialises as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetrainReport {
    /// Complaints of the period.
    pub complaints: u64,
    /// Of them confidential ones, which were left out.
    pub confidential: u64,
    /// Of them such as nobody decided or stated anything about.
    pub unlabelled: u64,
    /// Of them copies of another one: the same letters, the same labels.
    pub copies: u64,
    /// When the newest part begins, on which candidate and current model were compared; `None` where all complaints came
    /// at one time and a hash chose.
    pub newest_from: Option<DateTime>,
    /// Examples before it, and in it.
    pub examples: [u64; 2],
    /// Each head that a store can teach.
    pub heads: Vec<HeadReport>,
    /// The candidate, trained on what came before the newest part, against the current model.
    pub comparison: Comparison,
    /// Heads of which the candidate knows so few labels that it would answer many complaints wrong that nobody
    /// labelled: all that lack more than [`Narrowed::MOST`].
    pub narrowed: Vec<Narrowed>,
    /// What changed between the earlier part and the newest one, of all complaints, by the current model.
    pub drift: Option<DriftReport>,
    /// Why the candidate is worse, each in a sentence; empty when it is not.
    pub worse: Vec<String>,
    /// Id of the new model; `None` when it was refused.
    pub model: Option<String>,
}

/// What a store teaches of one head.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadReport {
    /// Its name.
    pub head: String,
    /// Who says so.
    pub sources: Sources,
    /// Labels before the newest part.
    pub labels: usize,
    /// Of them those with enough different texts.
    pub frequent: usize,
    /// Figures of the new model on the latest rows, which it then learned from too; `None` for a head with too few
    /// labels, which is left to the shipped model, and where the model was refused.
    pub facts: Option<HeadFacts>,
    /// Whether there were enough labels.
    pub trained: bool,
}

/// How many labels come from whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// People put it right.
    pub corrected: u64,
    /// The office that has it took it.
    pub accepted: u64,
    /// Its source says so.
    pub stated: u64,
    /// Labels that it is not, for an office sent it back.
    pub bounced: u64,
}

/// A head that knows fewer labels than the current model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Narrowed {
    /// Its name.
    pub head: String,
    /// Share of the newest complaints that nobody labelled, and the current model answers with a label that the candidate
    /// does not have.
    pub share: f64,
}

impl Narrowed {
    /// How large that share may be.
    pub const MOST: f64 = 0.10;
}

impl RetrainReport {
    /// Says of a comparison and of narrowed heads what makes a candidate worse.
    pub(super) fn reasons(comparison: &Comparison, narrowed: &[Narrowed]) -> Vec<String> {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let worse = |head: &HeadComparison| {
            let (new, old) = (percent(head.candidate.accuracy), percent(head.current.accuracy));
            format!(
                "head `{}`: right in {new} of {} newest complaints, the current model in {old}",
                head.head, head.n
            )
        };
        let lost = |head: &String| {
            format!(
                "head `{head}`: the current model has it, and the store has too few labels to train it again"
            )
        };
        let narrow = |narrowed: &Narrowed| {
            let (head, share) = (&narrowed.head, percent(narrowed.share));
            format!(
                "head `{head}`: the current model answers {share} of the newest complaints, which nobody decided about, with labels that the store has too few of"
            )
        };
        let mut reasons: Vec<String> =
            comparison.heads.iter().filter(|head| head.is_worse()).map(worse).collect();
        reasons.extend(comparison.only_current.iter().map(lost));
        reasons.extend(narrowed.iter().map(narrow));
        reasons
    }
}

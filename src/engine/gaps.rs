//! What a new model would no longer answer, though nobody said that it was wrong.

use rustc_hash::FxHashSet;

use super::retrained::Narrowed;
use super::taught::HEADS;
use crate::model::{Bundle, Classifier};
use crate::routing::Lookup;

/// Counts complaints that nobody labelled and the current model answers with a label that the candidate lacks: the rows
/// that two models are compared on do not show them.
#[derive(Debug)]
pub(super) struct Gaps<'m> {
    classifier: Classifier<'m>,
    heads: Vec<Watched>,
    newest: u64,
}

#[derive(Debug)]
struct Watched {
    name: String,
    /// Place among [`HEADS`].
    place: usize,
    /// The head of the current model that it takes the place of.
    instead: String,
    known: FxHashSet<String>,
    lost: u64,
}

impl<'m> Gaps<'m> {
    pub(super) fn new(current: &'m Bundle, candidate: &Bundle, offices: &Lookup<'_>) -> Self {
        let has = |name: &str| current.heads().iter().any(|head| head.name() == name);
        let mut heads = Vec::new();
        for (place, &name) in HEADS.iter().enumerate() {
            let Some(head) = candidate.heads().iter().find(|head| head.name() == name) else { continue };
            // Offices take the place of functions.
            let by_function = name == "agency" && !has("agency");
            let instead = if by_function { "function" } else { name };
            let labels = head.labels().iter();
            let known = if by_function {
                labels.filter_map(|label| offices.function_of(label)).collect()
            } else {
                labels.cloned().collect()
            };
            if has(instead) {
                heads.push(Watched {
                    name: name.to_owned(),
                    place,
                    instead: instead.to_owned(),
                    known,
                    lost: 0,
                });
            }
        }
        Self { classifier: current.classifier(), heads, newest: 0 }
    }

    /// Adds one of the newest complaints; `labelled` has a bit for each of [`HEADS`].
    pub(super) fn add(&mut self, text: &str, labelled: u8) {
        self.newest += 1;
        let answers = self.classifier.classify(text);
        for head in self.heads.iter_mut().filter(|head| labelled >> head.place & 1 == 0) {
            let lost = answers.head(&head.instead).is_some_and(|answer| !head.known.contains(answer.label()));
            head.lost += u64::from(lost);
        }
    }

    /// The heads that lack too much.
    pub(super) fn finish(self) -> Vec<Narrowed> {
        let newest = self.newest.max(1) as f64;
        let share = |head: Watched| Narrowed { head: head.name, share: head.lost as f64 / newest };
        self.heads.into_iter().map(share).filter(|head| head.share > Narrowed::MOST).collect()
    }
}

//! From what was submitted to what is compared.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::subjects::Subjects;
use crate::complaint::Complaint;
use crate::ledger::Version;
use crate::similar::{Judgement, Marks, Portrait, RelationModel, Signer, Subject, asks_about_own, cited};

/// Characters of a village's code: `35.78.08.1001`.
const VILLAGE: usize = 13;

/// Makes portraits and marks; the model and the buffers of one thread.
#[derive(Debug)]
pub(super) struct Painter {
    model: Arc<RelationModel>,
    subjects: Subjects,
    signer: Signer,
}

/// What is read of a complaint to compare it.
#[derive(Debug)]
pub(super) struct Painted {
    pub(super) portrait: Portrait,
    pub(super) marks: Marks,
    /// Numbers of other reports that it cites.
    pub(super) cited: Vec<String>,
    /// It asks what became of an earlier report of the same person.
    pub(super) asks: bool,
}

impl Painter {
    pub(super) fn new(model: Arc<RelationModel>) -> Self {
        Self { model, subjects: Subjects::new(), signer: Signer::new() }
    }

    pub(super) fn judge(&self, one: &Portrait, other: &Portrait) -> Judgement {
        self.model.judge(one, other)
    }

    /// Reads a complaint as it was submitted; `region` is the code of where it was decided to be.
    pub(super) fn paint(&mut self, said: &Version, received: DateTime, region: &str) -> Painted {
        let Self { model, subjects, signer } = self;
        // A code names a village better than its name does, where the decision found one.
        let village = if region.len() == VILLAGE { region } else { &said.village };
        let complaint = Complaint { village, ..said.complaint() };
        subjects.read(&complaint, Some(received), |subject| {
            let subject = Subject { position: said.position, reporter: &said.reporter, ..*subject };
            let portrait = model.portrait(&subject);
            let marks = Marks::new(signer.sign(subject.text), &portrait);
            let cited = cited(&said.text, subject.text);
            let cited = cited.into_iter().filter_map(|range| said.text.get(range).map(str::to_owned));
            let asks = asks_about_own(&said.text, subject.text);
            Painted { portrait, marks, cited: cited.collect(), asks }
        })
    }

    /// What is compared of a complaint that was painted before.
    pub(super) fn again(&self, bytes: &[u8]) -> Option<Portrait> {
        self.model.portrait_from(bytes)
    }
}

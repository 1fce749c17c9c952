//! From the history of a complaint to its state.
//!
//! Facts count in the order of their times, whatever the order they were recorded in; of two at the same time the one
//! with the larger digest counts later. So replaying and re-ordering a sync ends in the same state.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::event::Fact;
use super::record::{Seq, State};
use super::version::Version;
use crate::complaint::{Status, local_time};
use crate::error::{Error, ErrorKind, Result};
use crate::routing::{Answer, Decision};

/// One line of a complaint's history, unpacked.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) seq: Seq,
    pub(super) kind: String,
    pub(super) at: Option<Timestamp>,
    pub(super) recorded: Timestamp,
    pub(super) by: Option<String>,
    pub(super) about: Option<Seq>,
    pub(super) digest: i64,
    pub(super) body: Vec<u8>,
}

impl Line {
    /// When it counts.
    pub(super) fn time(&self) -> Timestamp {
        self.at.unwrap_or(self.recorded)
    }

    /// Its place in the order in which facts count.
    pub(super) fn place(&self) -> (Timestamp, i64, Seq) {
        (self.time(), self.digest, self.seq)
    }

    /// Whether it tells of something that happened to a complaint.
    pub(super) fn is_event(&self) -> bool {
        self.kind != "version" && self.kind != "decision"
    }

    fn damaged(&self, error: &serde_json::Error) -> Error {
        let reason = format!("line {} of the history ({}) is damaged: {error}", self.seq, self.kind);
        Error::new(ErrorKind::Store, format!("{reason}: restore the newest backup"))
    }

    pub(super) fn read<'l, T: Deserialize<'l>>(&'l self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| self.damaged(&error))
    }
}

/// What a decision's JSON says that the state keeps.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Verdict {
    pub(super) action: String,
    #[serde(rename = "type")]
    pub(super) kind: Label,
    pub(super) category: Label,
    pub(super) function: Label,
    pub(super) agency: Option<Agency>,
    pub(super) place: Option<Place>,
    pub(super) flags: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Label {
    pub(super) label: String,
    pub(super) p: f32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Agency {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) p: f32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Place {
    pub(super) region: String,
}

impl Verdict {
    /// The same from the decision itself.
    pub(super) fn of(decision: &Decision<'_>) -> Self {
        let label = |answer: &Answer<'_>| Label { label: answer.label.to_string(), p: answer.p };
        Self {
            action: decision.action.to_string(),
            kind: label(&decision.kind),
            category: label(&decision.category),
            function: label(&decision.function),
            agency: decision.agency.as_ref().map(|agency| Agency {
                id: agency.id.clone(),
                name: agency.name.clone(),
                p: agency.p,
            }),
            place: decision.place.as_ref().map(|site| Place { region: site.region.to_string() }),
            flags: decision.flags.iter().map(|flag| flag.name().to_owned()).collect(),
        }
    }
}

/// A probability with the four digits that a decision's JSON has.
fn four_digits(p: f32) -> f32 {
    ((f64::from(p) * 1e4).round() / 1e4) as f32
}

/// A complaint with one version, one decision on it and nothing else: what most are.
pub(super) fn fresh(
    said: &Version,
    recorded: Timestamp,
    version: Seq,
    decided: Option<(Seq, Verdict)>,
) -> State {
    let (decision, verdict) = decided.unwrap_or_default();
    let region = verdict.place.map_or_else(String::new, |place| place.region);
    let (agency, p) = match verdict.agency {
        Some(agency) => (agency.id, agency.p),
        None => (String::new(), verdict.function.p),
    };
    let mut flags = verdict.flags;
    flags.sort_unstable();
    State {
        received: said.received.unwrap_or_else(|| local_time(recorded, &region)),
        channel: said.channel.clone(),
        status: Status::New,
        action: verdict.action,
        kind: verdict.kind.label,
        category: verdict.category.label,
        function: verdict.function.label,
        agency,
        region,
        flags: flags.join(","),
        p: four_digits(p),
        corrected: false,
        anonymous: said.anonymous,
        confidential: said.confidential,
        version,
        decision,
    }
}

/// The state that a history adds up to; `None` as long as nothing was submitted.
pub(super) fn fold(lines: &[Line]) -> Result<Option<State>> {
    let mut order: Vec<&Line> = lines.iter().filter(|line| line.kind != "decision").collect();
    order.sort_by_key(|line| line.place());
    let versions: Vec<&Line> = order.iter().copied().filter(|line| line.kind == "version").collect();
    let (Some(newest), Some(first)) = (versions.last(), versions.iter().map(|line| line.recorded).min())
    else {
        return Ok(None);
    };
    let said: Version = newest.read()?;
    // The same content may have been submitted twice: a decision on either is one on both.
    let same: BTreeSet<Seq> =
        versions.iter().filter(|line| line.digest == newest.digest).map(|line| line.seq).collect();
    let about = |line: &&Line| line.about.is_some_and(|about| same.contains(&about));
    let decision =
        lines.iter().filter(|line| line.kind == "decision").filter(about).max_by_key(|line| line.seq);
    let decided = decision.map(|line| Ok::<_, Error>((line.seq, line.read()?))).transpose()?;
    let mut state = fresh(&said, first, newest.seq, decided);

    let mut by_person: Option<String> = None;
    let mut bounced = BTreeSet::new();
    let mut routed = None;
    for line in order.iter().filter(|line| line.kind != "version") {
        match line.read::<Fact>()? {
            Fact::Status { status } => state.status = status,
            Fact::Assigned { agency } => {
                state.status = Status::Assigned;
                bounced.remove(&agency.id);
                by_person = Some(agency.id);
            }
            Fact::Bounced { agency, .. } => {
                state.status = Status::Bounced;
                if by_person.as_ref() == Some(&agency) {
                    by_person = None;
                }
                bounced.insert(agency);
            }
            Fact::Corrected(correction) => {
                state.corrected = true;
                if let Some(agency) = correction.agency {
                    if let Some((function, _)) = agency.id.split_once('@') {
                        function.clone_into(&mut state.function);
                    }
                    bounced.remove(&agency.id);
                    by_person = Some(agency.id);
                    routed = Some("route".to_owned());
                }
                let each = [
                    (correction.function, &mut state.function),
                    (correction.category, &mut state.category),
                    (correction.kind, &mut state.kind),
                    (correction.region, &mut state.region),
                ];
                for (new, old) in each {
                    if let Some(new) = new {
                        *old = new;
                    }
                }
                routed = correction.action.or(routed);
            }
            // Of clusters, and of names: they change nothing of the complaint itself.
            Fact::Note { .. }
            | Fact::Same { .. }
            | Fact::Merged { .. }
            | Fact::Split { .. }
            | Fact::Pinned { .. } => {}
        }
    }
    if let Some(action) = routed {
        state.action = action;
    }
    if let Some(agency) = by_person {
        state.agency = agency;
    } else if bounced.contains(&state.agency) {
        // Nobody is left who has it: a person must look.
        state.agency.clear();
        "review".clone_into(&mut state.action);
    }
    Ok(Some(state))
}

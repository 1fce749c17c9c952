//! The slow twin: a list of all that was told, sorted and folded anew whenever somebody asks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use pilah::complaint::{Id, Status};
use pilah::ledger::{Fact, State, Version};
use pilah::routing::Decision;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

pub(crate) struct Twin {
    /// For each id, the least id of the same complaint.
    root: Vec<usize>,
    is_named: Vec<bool>,
    lines: Vec<Line>,
    decisions: Vec<Value>,
}

struct Line {
    id: usize,
    at: Option<Timestamp>,
    time: Timestamp,
    by: String,
    digest: i64,
    what: What,
}

enum What {
    Version { text: usize, said: Box<Version> },
    Fact(Fact),
}

/// What both must agree on.
pub(crate) fn shown(state: &State, said: &Version, ids: &[Id]) -> String {
    let State {
        status,
        action,
        kind,
        category,
        function,
        agency,
        region,
        flags,
        corrected,
        confidential,
        ..
    } = state;
    let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
    let State { received, anonymous, .. } = state;
    format!(
        "{ids:?} {received} {status:?} {action} {kind} {category} {function} {agency:?} {region} {flags} {corrected} \
         {confidential} {anonymous} {}",
        said.text
    )
}

impl Twin {
    pub(crate) fn new(ids: usize, decisions: &[Decision<'_>]) -> Self {
        let decisions = decisions.iter().map(|decision| serde_json::to_value(decision).unwrap()).collect();
        Self { root: (0..ids).collect(), is_named: vec![false; ids], lines: Vec::new(), decisions }
    }

    fn unite(&mut self, one: usize, other: usize) {
        self.is_named[other] = true;
        let (one, other) = (self.root[one], self.root[other]);
        let least = one.min(other);
        self.root.iter_mut().filter(|root| [one, other].contains(root)).for_each(|root| *root = least);
    }

    fn of(&self, id: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| self.root[line.id] == self.root[id])
    }

    pub(crate) fn submit(
        &mut self,
        id: usize,
        said: &Version,
        at: Option<Timestamp>,
        recorded: Timestamp,
        text: usize,
        also: &[usize],
    ) {
        self.is_named[id] = true;
        let digest = xxh3_64(serde_json::to_string(said).unwrap().as_bytes()).cast_signed();
        let same = |line: &Line| matches!(&line.what, What::Version { said: known, .. } if **known == *said);
        if !self.of(id).any(|line| same(line) && (at.is_none() || line.at == at)) {
            let what = What::Version { text, said: Box::new(said.clone()) };
            self.lines.push(Line { id, at, time: at.unwrap_or(recorded), by: String::new(), digest, what });
        }
        for other in also {
            self.unite(id, *other);
        }
    }

    pub(crate) fn tell(&mut self, id: usize, fact: &Fact, at: Timestamp, by: &str, other: Option<usize>) {
        self.is_named[id] = true;
        let digest = xxh3_64(serde_json::to_string(fact).unwrap().as_bytes()).cast_signed();
        let same = |line: &Line| matches!(&line.what, What::Fact(known) if known == fact);
        if !self.of(id).any(|line| same(line) && line.at == Some(at) && line.by == by) {
            let what = What::Fact(fact.clone());
            self.lines.push(Line { id, at: Some(at), time: at, by: by.to_owned(), digest, what });
        }
        if let Some(other) = other {
            self.unite(id, other);
        }
    }

    /// The complaint as it stands; `None` when nothing was submitted.
    pub(crate) fn stands(&self, case: u32, id: usize) -> Option<String> {
        let mut lines: Vec<&Line> = self.of(id).collect();
        // Stable: of what is equal the later told comes later.
        lines.sort_by_key(|line| (line.time, line.digest));
        let newest = lines.iter().rev().find_map(|line| match &line.what {
            What::Version { text, said } => Some((*text, said)),
            What::Fact(_) => None,
        });
        let (text, said) = newest?;
        let decision = &self.decisions[text];
        let word = |path: &str| decision.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut flags: Vec<&str> =
            decision["flags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        flags.sort_unstable();
        let mut state = State {
            received: said.received.unwrap(),
            channel: String::new(),
            status: Status::New,
            action: word("/action"),
            kind: word("/type/label"),
            category: word("/category/label"),
            function: word("/function/label"),
            agency: String::new(),
            region: word("/place/region"),
            flags: flags.join(","),
            p: 0.0,
            corrected: false,
            anonymous: said.anonymous,
            confidential: said.confidential,
            version: 0,
            decision: 0,
        };
        // Who has it by a person's word, who sent it back, and what a person says is to be done.
        let (mut holder, mut back, mut action) = (None, BTreeSet::new(), None);
        for line in lines {
            let What::Fact(fact) = &line.what else { continue };
            match fact {
                Fact::Status { status } => state.status = *status,
                Fact::Assigned { agency } => {
                    state.status = Status::Assigned;
                    back.remove(&agency.id);
                    holder = Some(agency.id.clone());
                }
                Fact::Bounced { agency, .. } => {
                    state.status = Status::Bounced;
                    back.insert(agency.clone());
                    holder = holder.filter(|holder| holder != agency);
                }
                Fact::Corrected(correction) => {
                    state.corrected = true;
                    let correction = correction.clone();
                    if let Some(agency) = correction.agency {
                        back.remove(&agency.id);
                        agency.id.split('@').next().unwrap().clone_into(&mut state.function);
                        holder = Some(agency.id);
                        action = Some("route".to_owned());
                    }
                    state.function = correction.function.unwrap_or(state.function);
                    state.category = correction.category.unwrap_or(state.category);
                    state.kind = correction.kind.unwrap_or(state.kind);
                    state.region = correction.region.unwrap_or(state.region);
                    action = correction.action.or(action);
                }
                _ => {}
            }
        }
        state.action = action.unwrap_or(state.action);
        state.agency = holder.unwrap_or_else(|| word("/agency/id"));
        if back.contains(&state.agency) {
            state.agency.clear();
            "review".clone_into(&mut state.action);
        }
        let named =
            (0..self.root.len()).filter(|other| self.root[*other] == self.root[id] && self.is_named[*other]);
        let ids: Vec<Id> = named.map(|id| format!("{case}:{id}").parse().unwrap()).collect();
        Some(shown(&state, said, &ids))
    }
}

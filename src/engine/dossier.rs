//! All that is known of a complaint.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::complaint::Id;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{HistoryLine, LedgerReader, Record, Seq, State, Version};

/// All that is known of a complaint.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The id that was asked for.
    pub id: Id,
    /// The complaint as it stands.
    pub record: Record,
    /// What its office is called.
    pub agency_name: String,
    /// The decision on its newest version, as `pilah triage` writes it; what people corrected stands in the record.
    pub decision: Option<Box<RawValue>>,
    /// What became known of it, in the order it was recorded.
    pub history: Vec<HistoryLine>,
}

impl Dossier {
    pub(super) fn new(id: Id, record: Record, reader: &mut LedgerReader) -> Result<Self> {
        let decision = match record.state.decision {
            0 => None,
            seq => Some(raw(reader.decision(seq)?, seq)?),
        };
        let agency_name = reader.office_name(&record.state.agency)?.unwrap_or_default();
        let history = reader.history(record.number)?;
        Ok(Self { id, record, agency_name, decision, history })
    }

    /// As one line of JSON. What a confidential report says is left out unless `confidential` asks for it, and so is what
    /// its decision rests on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when its history is damaged.
    pub fn to_json(&self, confidential: bool) -> Result<String> {
        let State {
            received, channel, status, action, kind, category, function, agency, region, flags, ..
        } = &self.record.state;
        let open = confidential || !self.record.state.confidential;
        let said = &self.record.said;
        let submitted = Version { text: String::new(), ..said.clone() };
        let events = self.history.iter().filter(|line| !matches!(line.kind.as_str(), "version" | "decision"));
        let event = |line: &HistoryLine| {
            let body = raw(line.body.clone(), line.seq)?;
            Ok(Told { seq: line.seq, at: line.at, recorded: line.recorded, by: line.by.clone(), what: body })
        };
        let versions = self.history.iter().filter(|line| line.kind == "version").count();
        let line = Line {
            id: &self.id,
            ids: &self.record.ids,
            received: received.to_string(),
            channel,
            status: status.name(),
            action,
            kind,
            category,
            function,
            agency: (!agency.is_empty()).then_some(Agency { id: agency, name: &self.agency_name }),
            region,
            flags: flags.split(',').filter(|flag| !flag.is_empty()).collect(),
            corrected: self.record.state.corrected,
            anonymous: self.record.state.anonymous,
            confidential: self.record.state.confidential,
            text: open.then_some(&said.text),
            submitted: open.then_some(&submitted),
            versions,
            decision: self.decision.as_deref().filter(|_| open),
            events: if open { events.map(event).collect::<Result<_>>()? } else { Vec::new() },
        };
        serde_json::to_string(&line).map_err(|error| damaged(&error, self.record.state.version))
    }
}

fn raw(json: String, seq: Seq) -> Result<Box<RawValue>> {
    RawValue::from_string(json).map_err(|error| damaged(&error, seq))
}

fn damaged(error: &serde_json::Error, seq: Seq) -> Error {
    Error::new(
        ErrorKind::Store,
        format!("place {seq} of the history is damaged ({error}): run `pilah verify`"),
    )
}

#[derive(Serialize)]
struct Line<'d> {
    id: &'d Id,
    ids: &'d [Id],
    received: String,
    channel: &'d str,
    status: &'d str,
    action: &'d str,
    #[serde(rename = "type")]
    kind: &'d str,
    category: &'d str,
    function: &'d str,
    agency: Option<Agency<'d>>,
    region: &'d str,
    flags: Vec<&'d str>,
    corrected: bool,
    anonymous: bool,
    confidential: bool,
    text: Option<&'d String>,
    submitted: Option<&'d Version>,
    versions: usize,
    decision: Option<&'d RawValue>,
    events: Vec<Told>,
}

#[derive(Serialize)]
struct Agency<'d> {
    id: &'d str,
    name: &'d str,
}

#[derive(Serialize)]
struct Told {
    seq: Seq,
    at: Option<Timestamp>,
    recorded: Timestamp,
    by: Option<String>,
    what: Box<RawValue>,
}

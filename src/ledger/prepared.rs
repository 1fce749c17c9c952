//! What goes into a ledger, and what is told of it.

use jiff::Timestamp;

use super::fold::{Verdict, fresh};
use super::packing::Packer;
use super::record::{Record, Seq};
use super::version::{Version, digest};
use crate::complaint::Id;
use crate::error::Result;
use crate::routing::Decision;

/// A submission, made ready on the thread that took it: the ledger only has to write it down.
#[derive(Debug)]
pub struct Prepared {
    pub(super) id: Id,
    pub(super) also: Vec<Id>,
    pub(super) at: Option<Timestamp>,
    pub(super) said: Version,
    pub(super) json: String,
    pub(super) digest: i64,
    pub(super) verdict: Verdict,
    pub(super) packed: Vec<u8>,
    pub(super) decision_digest: i64,
}

impl Prepared {
    /// A complaint with the decision on it. `also` are further ids of the same complaint; `at` says when this version of
    /// it was made, where the source knows: of two versions the later one counts, whichever comes first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the decision cannot be packed.
    pub fn new(
        id: Id,
        also: Vec<Id>,
        at: Option<Timestamp>,
        said: Version,
        decision: &Decision<'_>,
        packer: &mut Packer,
    ) -> Result<Self> {
        let json = said.to_json();
        let (packed, decision_digest) = packer.pack(decision)?;
        Ok(Self {
            digest: digest(json.as_bytes()),
            verdict: Verdict::of(decision),
            packed,
            decision_digest,
            id,
            also,
            at: at.map(kept_time),
            said,
            json,
        })
    }

    /// The complaint as it would stand if it were recorded now as a new one.
    pub(crate) fn preview(&self, now: Timestamp) -> Record {
        let mut ids = self.also.clone();
        ids.push(self.id.clone());
        ids.sort_unstable();
        let state = fresh(&self.said, now, 0, Some((0, self.verdict.clone())));
        Record { number: 0, ids, state, said: self.said.clone() }
    }

    /// What the complaint is called.
    pub fn id(&self) -> &Id {
        &self.id
    }
}

/// A time as the ledger keeps it, in microseconds: what is compared with what was kept must be as coarse.
pub(super) fn kept_time(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// What became of a submission or an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    /// A complaint that was not known before.
    New,
    /// A known complaint changed.
    Changed,
    /// It was known already; nothing was written.
    #[default]
    Known,
}

/// Where something stands in the history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the complaint in this store.
    pub number: u64,
    /// The place in the history that holds it; where it was known already, that of what was known.
    pub seq: Seq,
    /// What became of it.
    pub outcome: Outcome,
}

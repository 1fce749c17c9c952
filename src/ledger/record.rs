//! A complaint as it stands now.

use jiff::civil::DateTime;

use super::version::Version;
use crate::complaint::{Id, Status};

/// A place in the history of a store: 1, 2, 3 …, without gaps.
pub type Seq = u64;

/// What is known of a complaint now: its newest version, the decision on it and what people did since.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// When it came, local time: as submitted, else when it was first recorded.
    pub received: DateTime,
    /// Name of the channel; empty where it is not known.
    pub channel: String,
    /// How far it is dealt with.
    pub status: Status,
    /// `route`, `review`, `incomplete` or `out_of_scope`.
    pub action: String,
    /// Label of the type of report.
    pub kind: String,
    /// SP4N main category.
    pub category: String,
    /// Code of the function that must act.
    pub function: String,
    /// Id of the office that must act; empty where none is known, or the one named sent it back.
    pub agency: String,
    /// Code of the region where it is; empty where it is not known.
    pub region: String,
    /// Names of the flags, ascending, a comma between them.
    pub flags: String,
    /// Probability that the model gave its office, or the function where there is none.
    pub p: f32,
    /// A person put the decision right.
    pub corrected: bool,
    /// The reporter's name is hidden from the office.
    pub anonymous: bool,
    /// The report is not public.
    pub confidential: bool,
    /// Where its newest version stands in the history.
    pub version: Seq,
    /// Where the decision on that stands; 0 when there is none.
    pub decision: Seq,
}

impl State {
    /// What is true of it, as one number for the ledger.
    pub(super) fn marks(&self) -> u8 {
        u8::from(self.corrected) | u8::from(self.anonymous) << 1 | u8::from(self.confidential) << 2
    }
}

/// What [`State::marks`] says of a report that is not public.
pub(super) fn is_confidential(marks: u8) -> bool {
    marks & 4 != 0
}

/// A complaint of a store, for an index to be made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The complaint's number in this store.
    pub number: u64,
    /// All its ids, ascending.
    pub ids: Vec<Id>,
    /// As it stands.
    pub state: State,
    /// What it says.
    pub said: Version,
}

/// What changed in a store behind a place in its history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The last place in the history that these cover.
    pub upto: Seq,
    /// Complaints that are new or differ, by ascending number.
    pub records: Vec<Record>,
    /// Numbers that were united with another complaint's and name none any more, ascending.
    pub gone: Vec<u64>,
}

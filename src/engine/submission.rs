//! What is handed in, and what comes back.

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::kin::Related;
use crate::complaint::{Complaint, Id, Status};
use crate::ledger::{Outcome, Seq};
use crate::routing::Decision;

/// A complaint to be kept; borrowed from whoever holds it.
///
/// ```
/// use pilah::complaint::Complaint;
/// use pilah::engine::Submission;
///
/// let complaint = Complaint { text: "Lampu jalan mati", ..Complaint::default() };
/// let submission = Submission { reporter: "0812…", ..Submission::new("web:1".parse()?, complaint) };
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    /// What its system calls it. The same id again is the same complaint: with other content a new version of it.
    pub id: Id,
    /// What other systems call it.
    pub also: Vec<Id>,
    /// The complaint.
    pub complaint: Complaint<'a>,
    /// When this version was made, where its system says so. Of two versions the later one counts, whichever is handed in
    /// first; without it, the one that is handed in later.
    pub at: Option<Timestamp>,
    /// When the complaint came, local time.
    pub received: Option<DateTime>,
    /// Who complained: a name, a number, an account. Only a pseudonym is kept: its keyed hash.
    pub reporter: &'a str,
    /// Latitude and longitude, in degrees.
    pub position: Option<(f64, f64)>,
    /// How far its system says that it is dealt with.
    pub status: Option<Status>,
}

impl<'a> Submission<'a> {
    /// A complaint of which nothing more is known.
    pub fn new(id: Id, complaint: Complaint<'a>) -> Self {
        let (also, at, received, position, status) = (Vec::new(), None, None, None, None);
        Self { id, also, complaint, at, received, reporter: "", position, status }
    }
}

/// Says that something is durable, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt<'m> {
    /// What was handed in.
    pub id: Id,
    /// The complaint's number in this store.
    pub number: u64,
    /// Its place in the history of the store.
    pub seq: Seq,
    /// Whether it was new.
    pub outcome: Outcome,
    /// What is to be done with it, as decided now. What a person corrected stands above it: see
    /// [`Engine::get`](super::Engine::get).
    pub decision: Decision<'m>,
    /// Names of the saved queries that it matches, ascending.
    pub matches: Vec<String>,
    /// Complaints that it is related to, the surest first. Without [`Options::relations`](super::Options::relations), of a
    /// confidential report, while thousands of complaints before it are not related yet, and from
    /// [`Writer::submit_async`](super::Writer::submit_async) none: ask [`Engine::related`](super::Engine::related) a moment
    /// later.
    pub related: Vec<Related>,
    /// The issue that it is a report of.
    pub cluster: Option<u64>,
}

/// The same without the decision: for events, and for whole files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was handed in.
    pub id: Id,
    /// The complaint's number in this store.
    pub number: u64,
    /// Its place in the history of the store.
    pub seq: Seq,
    /// Whether it was new.
    pub outcome: Outcome,
}

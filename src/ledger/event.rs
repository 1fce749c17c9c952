//! What happens to a complaint after it came in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::complaint::{Id, Status};
use crate::error::{Error, ErrorKind, Result};

/// Something that happened to a complaint: what, when and by whom.
///
/// The same event told twice counts once, and events may be told in any order: the state of a complaint is what its
/// events say in the order of their times.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Which complaint.
    pub complaint: Id,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it; empty where that is not known.
    pub by: String,
    /// What happened.
    pub fact: Fact,
}

impl Event {
    /// Refuses an event that says nothing, before it is kept for good.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for an empty correction or note, and for an office without an id.
    pub fn check(&self) -> Result<()> {
        let wrong = match &self.fact {
            Fact::Corrected(correction) if correction.is_empty() => {
                "a correction of nothing: name what is to be corrected"
            }
            Fact::Corrected(Correction { agency: Some(agency), .. }) if agency.id.is_empty() => {
                "a correction to nobody: name the office"
            }
            Fact::Assigned { agency } if agency.id.is_empty() => "an assignment to nobody: name the office",
            Fact::Bounced { agency, .. } if agency.is_empty() => {
                "a bounce from nobody: name the office that sent it back"
            }
            Fact::Merged { with } if *with == self.complaint => {
                "it is one issue with itself: name another complaint"
            }
            Fact::Note { text } if text.trim().is_empty() => "an empty note: write something",
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::Parameter, format!("`{}`: {wrong}", self.complaint)))
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// Its status changed.
    Status {
        /// To what.
        status: Status,
    },
    /// It was sent to an office (*disposisi*).
    Assigned {
        /// The office.
        agency: Office,
    },
    /// The office sent it back: not its mandate (*bukan wewenang*).
    Bounced {
        /// The office's id.
        agency: String,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A person put the decision right. What is corrected stays so, whatever a model says later.
    Corrected(Correction),
    /// A remark.
    Note {
        /// The remark.
        text: String,
    },
    /// Another system's id of the same complaint.
    Same {
        /// The other id; beside the id of the complaint itself, as in JSON lines, it is called `other`.
        #[serde(alias = "other")]
        id: Id,
    },
    /// A person says that it and another one are reports of one issue: their clusters become one.
    Merged {
        /// The other one.
        with: Id,
    },
    /// A person took it, and others with it, out of their cluster: no arrival puts them together again with those that
    /// stay.
    Split {
        /// Those that were taken out with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<Id>,
    },
    /// A person says whether its cluster is complete: then no arrival joins it.
    Pinned {
        /// Whether it is.
        pinned: bool,
    },
}

/// An office, by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// `FUNCTION@REGION`, or a unit's own id.
    pub id: String,
    /// What it is called; empty where that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What a person put right; `None` leaves the model's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Correction {
    /// Who must act. Its function is corrected with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<Office>,
    /// The function that must act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// SP4N main category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Label of the type of report.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Code of the region where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

impl Correction {
    /// Whether it puts nothing right.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Fact {
    /// Its name in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Assigned { .. } => "assigned",
            Self::Bounced { .. } => "bounced",
            Self::Corrected(_) => "corrected",
            Self::Note { .. } => "note",
            Self::Same { .. } => "same",
            Self::Merged { .. } => "merged",
            Self::Split { .. } => "split",
            Self::Pinned { .. } => "pinned",
        }
    }
}

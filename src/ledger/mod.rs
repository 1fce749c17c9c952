//! The durable record: what was submitted, decided and done, kept for good in one `SQLite` file.
//!
//! Everything that becomes known of a complaint is a line of one history that is only ever added to; lines are numbered
//! without gaps, and a group of lines becomes durable at once or not at all. The state of each complaint is what its
//! lines say in the order of their times ([`Event`]). [`Ledger`] writes, [`LedgerReader`] reads.
//!
//! The file can be opened with any `SQLite` tool: the views `complaints` and `events` are for planners, and are kept as
//! they are. It holds what citizens wrote, so give it to nobody who may not read that.

mod check;
mod counts;
mod event;
mod fold;
mod group;
mod lessons;
mod packing;
mod prepared;
mod read;
mod record;
mod relation_group;
mod relations;
mod relations_check;
mod rows;
mod schema;
mod store;
mod tale;
mod version;

pub use check::Findings;
pub use counts::{CountBy, Counts, Depth, OpenRow, Period};
pub use event::{Correction, Event, Fact, Office};
pub use group::Group;
pub use lessons::Lesson;
pub use packing::Packer;
pub use prepared::{Outcome, Place, Prepared};
pub use read::{HistoryLine, LedgerReader};
pub use record::{Changes, Record, Seq, State};
pub use relation_group::RelationGroup;
pub use relations::{RelationRow, Relations};
pub use store::{Durability, Ledger};
pub use tale::{Glance, Happening, What};
pub use version::Version;

use rusqlite::ErrorCode;

use crate::error::{Error, ErrorKind};

/// What `SQLite` says, with what it means for the store: `cannot ACTION `FILE`: REASON`.
fn failure(action: &str, shown: &str, error: rusqlite::Error) -> Error {
    let code = error.sqlite_error_code();
    let (kind, advice) = match code {
        Some(ErrorCode::DiskFull) => (ErrorKind::Full, ": the disk is full, free some room and do it again"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            (ErrorKind::Io, ": it may not be written to")
        }
        Some(ErrorCode::CannotOpen) => (ErrorKind::Io, ": check that it is there and may be opened"),
        Some(ErrorCode::SystemIoFailure) => (ErrorKind::Io, ": the disk failed, check it"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (ErrorKind::Locked, ": another process holds it, do it again later")
        }
        Some(ErrorCode::NotADatabase) => (ErrorKind::Store, ": it is no ledger, name the folder of a store"),
        Some(ErrorCode::DatabaseCorrupt) => {
            (ErrorKind::Store, ": it is damaged, run `pilah verify` and restore the newest backup")
        }
        _ => (ErrorKind::Store, ""),
    };
    Error::because(kind, format!("cannot {action} `{shown}`: {error}{advice}"), error)
}

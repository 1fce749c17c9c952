//! The durable record: what was submitted, decided and done, kept for good in one SQLite file.

mod event;
mod record;
mod version;

pub use event::{Correction, Event, Fact, Office};
pub use record::{Changes, Record, Seq, State};
pub use version::Version;

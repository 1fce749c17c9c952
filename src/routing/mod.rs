//! From a complaint to a decision: who must act, how sure that is, and what to take care of.
//!
//! Routing has two stages. The model says which *function* must act (`data/` calls them by code: public works,
//! social affairs, …); the place says *where*; [`Jurisdiction`] says at which level the task lies, and [`Directory`]
//! what the office of that function and territory is called. A flat classifier of offices could not name an office
//! it never saw.
//!
//! [`Triage`] takes the steps in their order and gives a [`Decision`] with its reasons: evidence words, the words the
//! place rests on, the rule that chose the level.

mod action;
mod categories;
mod check;
mod check_tables;
mod completeness;
mod decision;
mod directory;
mod finding;
mod flags;
mod history;
mod inferred;
mod instance;
mod jurisdiction;
mod kinds;
#[cfg(feature = "store")]
mod learned;
mod listed;
mod office;
mod offices;
mod parents;
mod questions;
mod schema;
mod sheet;
mod spellings;
mod stream;
mod table;
mod triage;
mod units;

#[cfg(feature = "store")]
pub(crate) use categories::main_category;
pub use check::check;
pub use completeness::Completeness;
pub use decision::{
    Action, Agency, Answer, Body, Decision, Guess, NO_WORDS, OTHER_WORDS, Reason, Site, SiteEvidence,
};
pub use directory::Directory;
pub use finding::{Fault, Finding, Severity};
pub use flags::Flag;
pub use history::History;
pub use instance::{Instance, Thresholds};
pub use jurisdiction::{Jurisdiction, Ruling};
#[cfg(feature = "store")]
pub(crate) use learned::Lookup;
pub use listed::Listed;
pub use office::{Office, Tier};
pub use questions::MEMORY_ADDRESS;
pub use schema::DECISION_SCHEMA;
pub use sheet::{DecisionSheet, triage_sheet};
pub use stream::triage_stream;
pub use triage::Triage;
pub use units::{Unit, UnitMention, Units};

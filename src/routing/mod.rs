//! From a complaint to a decision: who must act, how sure that is, and what to take care of.
//!
//! Routing has two stages. The model says which *function* must act (`data/` calls them by code: public works,
//! social affairs, …); the place says *where*; [`Jurisdiction`] says at which level the task lies, and [`Directory`]
//! what the office of that function and territory is called. A flat classifier of offices could not name an office
//! it never saw.
//!
//! [`Triage`] takes the steps in their order and gives a [`Decision`] with its reasons: evidence words, the words the
//! place rests on, the rule that chose the level.

mod completeness;
mod decision;
mod directory;
mod flags;
mod instance;
mod jurisdiction;
mod schema;
mod sheet;
mod stream;
mod table;
mod triage;

pub use completeness::Completeness;
pub use decision::{Action, Agency, Answer, Decision, Reason, Site, SiteEvidence};
pub use directory::{Directory, Office, Tier};
pub use flags::Flag;
pub use instance::{Instance, Thresholds};
pub use jurisdiction::{Jurisdiction, Ruling};
pub use schema::DECISION_SCHEMA;
pub use sheet::{DecisionSheet, triage_sheet};
pub use stream::triage_stream;
pub use triage::Triage;

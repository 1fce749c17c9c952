//! The contract of a decision's JSON.

/// The JSON Schema (draft 2020-12) of a line that [`triage_stream`](super::triage_stream) writes, as `pilah triage
/// --schema` prints it. It is strict: a member that it does not name is an error.
///
/// ```
/// assert!(pilah::routing::DECISION_SCHEMA.contains("https://json-schema.org/draft/2020-12/schema"));
/// ```
pub const DECISION_SCHEMA: &str = include_str!("../../data/decision.schema.json");

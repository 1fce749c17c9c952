//! What is to be done with a complaint, and why.

use std::fmt;

use serde::Serialize;

/// What an intake service should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Send it to the office.
    Route,
    /// Show it to a person.
    Review,
    /// Ask the reporter for what is missing.
    Incomplete,
    /// No office deals with this.
    OutOfScope,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Route => "route",
            Self::Review => "review",
            Self::Incomplete => "incomplete",
            Self::OutOfScope => "out_of_scope",
        })
    }
}

/// A label with its probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The label.
    pub label: String,
    /// Its probability.
    pub p: f32,
}

/// An office, and how probable it is that it must act.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agency {
    /// `FUNCTION@REGION`, with `00` for the whole country.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Code of its function.
    pub function: String,
    /// Code of its territory.
    pub region: String,
    /// Probability of function and place together.
    pub p: f32,
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// The Ministry's code, as deep as is sure.
    pub region: String,
    /// The region's name.
    pub name: String,
    /// Probability.
    pub p: f32,
    /// What it rests on.
    pub evidence: Vec<SiteEvidence>,
}

/// Words that speak for a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteEvidence {
    /// The words; empty for a territory.
    pub words: String,
    /// Where they stand.
    pub source: &'static str,
}

/// Words that speak for the function.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The words in their normal form, masked where they are personal.
    pub words: String,
    /// What they add to the score of the function.
    pub contribution: f32,
}

/// What is to be done with a complaint, and why. Serialises to the JSON of `pilah triage`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why, in a sentence for the clerk.
    pub reason: String,
    /// Type of report.
    #[serde(rename = "type")]
    pub kind: Answer,
    /// SP4N main category.
    pub category: Answer,
    /// Who must act.
    pub agency: Option<Agency>,
    /// Who else it might be, the most probable first.
    pub alternatives: Vec<Agency>,
    /// Who must be told too.
    pub also: Vec<Agency>,
    /// Where it is.
    pub place: Option<Site>,
    /// What to take care of.
    pub flags: Vec<&'static str>,
    /// What the reporter did not say: `what`, `where`, `when`.
    pub missing: Vec<&'static str>,
    /// What the function rests on, the weightiest first.
    pub evidence: Vec<Reason>,
    /// Ids of the models.
    pub model: String,
    /// The rule of jurisdiction that chose the level.
    pub rules: String,
}

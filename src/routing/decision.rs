//! What is to be done with a complaint, and why.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::flags::Flag;
use super::office::{Office, Territory};
use super::units::Unit;
use crate::place::{PlaceSource, RegionCode};

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
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Answer<'m> {
    /// The label.
    pub label: Cow<'m, str>,
    /// Its probability.
    #[serde(serialize_with = "four_digits")]
    pub p: f32,
}

/// An office or a unit below one, as decisions name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// `FUNCTION@REGION`, with `00` for the whole country; a unit's own id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Code of its function.
    pub function: String,
    /// Its territory; `None` for a national body.
    pub region: Option<RegionCode>,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Body", 4)?;
        fields.serialize_field("id", &self.id)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("function", &self.function)?;
        fields.serialize_field("region", &Text(Territory(self.region)))?;
        fields.end()
    }
}

impl From<Office> for Body {
    fn from(office: Office) -> Self {
        Self { id: office.id(), name: office.name, function: office.function, region: office.region }
    }
}

impl From<Unit> for Body {
    fn from(unit: Unit) -> Self {
        Self { id: unit.id, name: unit.name, function: unit.function, region: unit.region }
    }
}

/// A [`Body`], and how probable it is that it must act. Serialises as `id`, `name`, `function`, `region` (`00` for a
/// national body) and `p`.
#[derive(Debug, Clone, PartialEq)]
pub struct Agency {
    /// The office; its fields are reached through the agency.
    pub body: Arc<Body>,
    /// Probability of task and place together.
    pub p: f32,
}

impl Deref for Agency {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.body
    }
}

impl Serialize for Agency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Agency", 5)?;
        fields.serialize_field("id", &self.id)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("function", &self.function)?;
        fields.serialize_field("region", &Text(Territory(self.region)))?;
        fields.serialize_field("p", &Short(self.p))?;
        fields.end()
    }
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// The Ministry's code, as deep as is sure.
    #[serde(serialize_with = "as_text")]
    pub region: RegionCode,
    /// The region's name.
    pub name: Cow<'static, str>,
    /// Probability.
    #[serde(serialize_with = "four_digits")]
    pub p: f32,
    /// The most probable village, however unsure; where a place memory was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guess: Option<Guess>,
    /// What it rests on.
    pub evidence: Vec<SiteEvidence>,
}

/// A village that is not sure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Guess {
    /// The Ministry's code.
    #[serde(serialize_with = "as_text")]
    pub region: RegionCode,
    /// Probability.
    #[serde(serialize_with = "four_digits")]
    pub p: f32,
}

/// Words that speak for a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteEvidence {
    /// The words; empty for a territory and for the place memory.
    pub words: String,
    /// Where they stand.
    #[serde(serialize_with = "source_name")]
    pub source: PlaceSource,
}

/// Words that speak for or against the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The words in their normal form, masked where they are personal; [`OTHER_WORDS`] for all that are not shown,
    /// [`NO_WORDS`] for what the score is without any.
    pub words: Cow<'static, str>,
    /// What they add to the score.
    #[serde(serialize_with = "nine_digits")]
    pub contribution: f64,
}

/// Stands for all words that are not shown.
pub const OTHER_WORDS: &str = "(kata lain)";
/// Stands for what the score is without any word.
pub const NO_WORDS: &str = "(tanpa kata)";

/// What is to be done with a complaint, and why. Serialises to the JSON of `pilah triage`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision<'m> {
    /// What to do.
    pub action: Action,
    /// Why, in a sentence for the clerk.
    pub reason: Cow<'static, str>,
    /// Type of report.
    #[serde(rename = "type")]
    pub kind: Answer<'m>,
    /// SP4N main category.
    pub category: Answer<'m>,
    /// The function that must act, wherever it is.
    pub function: Answer<'m>,
    /// Who must act.
    pub agency: Option<Agency>,
    /// Who else it might be, the most probable first.
    pub alternatives: Vec<Agency>,
    /// Who must be told too.
    pub also: Vec<Agency>,
    /// Schools, health centres and other units below the offices that the text names; of namesakes all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Body>,
    /// Where it is.
    pub place: Option<Site>,
    /// What to take care of, in the order of [`Flag`].
    #[serde(serialize_with = "flag_names")]
    pub flags: Vec<Flag>,
    /// What the reporter did not say: `what`, `where`, `when`.
    pub missing: Vec<&'static str>,
    /// What the answer rests on, the weightiest words first; the contributions sum to `score`.
    pub evidence: Vec<Reason>,
    /// Score of the label that chose the office: of the task, before the place is joined in.
    #[serde(serialize_with = "nine_digits")]
    pub score: f64,
    /// Ids of the models.
    #[serde(serialize_with = "as_text")]
    pub model: Arc<str>,
    /// The rule of jurisdiction that chose the level, by its id in `data/routing/jurisdiction.csv`; empty where a
    /// model named the office itself.
    pub rules: &'static str,
}

/// What displays as text.
struct Text<D>(D);

impl<D: std::fmt::Display> Serialize for Text<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A probability with four digits.
struct Short(f32);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        four_digits(&self.0, serializer)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn four_digits<S: Serializer>(p: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((f64::from(*p) * 1e4).round() / 1e4)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn nine_digits<S: Serializer>(score: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((score * 1e9).round() / 1e9)
}

fn as_text<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn source_name<S: Serializer>(source: &PlaceSource, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(source.name())
}

fn flag_names<S: Serializer>(flags: &[Flag], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(flags.iter().map(|flag| flag.name()))
}

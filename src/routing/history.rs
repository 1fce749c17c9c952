//! From a history to what a model is trained on, read as triage will read complaints.

use super::instance::Instance;
use super::questions::{MEMORY, MEMORY_ADDRESS};
use crate::complaint::Complaint;
use crate::model::{Example, Training, join_address};
use crate::place::{Level, PlaceFields, RegionCode, villages_of};

/// Fewest texts of a feature beside a place memory, which reads most complaints twice: three complaints, still.
const LEAST: u32 = 5;
/// Weight of character n-grams beside a place memory: names are spelled in many ways.
const CHAR_WEIGHT: f32 = 0.4;

/// Gathers the complaints of a history as examples for a [`Training`]: the text without the prefix that a channel asks
/// for, the address behind it; and, for a place memory, the same once more with the address three times, labelled with
/// village and district alone.
///
/// Memory: the texts, twice with a place memory.
///
/// ```
/// use pilah::complaint::Complaint;
/// use pilah::model::Example;
/// use pilah::routing::History;
///
/// let mut history = History::new(None, true);
/// let complaint = Complaint { text: "Lampu mati", address: "Jl. Kenari", village: "Keputih", ..Complaint::default() };
/// history.add(&complaint, None, Example::new("", [Some("perhubungan")]));
/// let (examples, _) = history.finish();
/// assert_eq!(examples[0].text, "Lampu mati . Jl. Kenari");
/// assert_eq!(examples[1].labels[1].as_deref(), Some("35.78.09.1001"));
/// assert_eq!(History::training(&["function"], true).heads, ["function", "village", "district"]);
/// ```
#[derive(Debug)]
pub struct History<'i> {
    instance: Option<&'i Instance>,
    memory: bool,
    examples: Vec<Example>,
    remembered: Vec<Remembered>,
    joined: String,
}

/// What the place memory learns of an example.
#[derive(Debug)]
struct Remembered {
    text: String,
    known: Option<RegionCode>,
    village: String,
    district: String,
    region: String,
}

impl<'i> History<'i> {
    /// Of an instance, with or without what a place memory learns.
    pub fn new(instance: Option<&'i Instance>, memory: bool) -> Self {
        let (examples, remembered) = (Vec::new(), Vec::new());
        Self { instance, memory, examples, remembered, joined: String::new() }
    }

    /// A training of heads, and of those of a place memory behind them where there is one.
    pub fn training(heads: &[&str], memory: bool) -> Training {
        let places: &[&str] = if memory { &MEMORY } else { &[] };
        let mut training = Training::new(heads.iter().chain(places).copied());
        if memory {
            training.memory = MEMORY.map(str::to_owned).to_vec();
            let spec = &mut training.spec;
            spec.char_weight = CHAR_WEIGHT;
            (spec.min_df, spec.min_df_pair, spec.min_df_char) = (LEAST, LEAST, LEAST);
        }
        training
    }

    /// Adds a complaint with its labels, those of places left out; the text of `example` is made here. `known` is where it
    /// is when that is known for sure; else its fields say so.
    pub fn add(&mut self, complaint: &Complaint<'_>, known: Option<RegionCode>, example: Example) {
        let text = self.instance.map_or(complaint.text, |instance| instance.without_prefix(complaint.text));
        join_address(text, complaint.address, 1, &mut self.joined);
        self.examples.push(Example { text: self.joined.clone(), ..example });
        if self.memory {
            join_address(text, complaint.address, MEMORY_ADDRESS, &mut self.joined);
            let [village, district, region] =
                [complaint.village, complaint.district, complaint.region].map(str::to_owned);
            self.remembered.push(Remembered { text: self.joined.clone(), known, village, district, region });
        }
    }

    /// The examples, and how many complaints name a village that is not known or has namesakes.
    pub fn finish(self) -> (Vec<Example>, usize) {
        let Self { instance, memory, mut examples, remembered, .. } = self;
        if !memory {
            return (examples, 0);
        }
        let fields: Vec<PlaceFields<'_>> = remembered
            .iter()
            .map(|Remembered { village, district, region, .. }| PlaceFields { village, district, region })
            .collect();
        let villages = villages_of(&fields, instance.and_then(|instance| instance.territory));
        let heads = examples.first().map_or(0, |example| example.labels.len());
        let mut unknown = 0;
        for example in &mut examples {
            example.labels.extend(MEMORY.map(|_| None));
        }
        for (at, (Remembered { text, known, village: named, .. }, given)) in
            remembered.iter().zip(villages).enumerate()
        {
            unknown += usize::from(known.is_none() && given.is_none() && !named.trim().is_empty());
            let labels = [Level::Village, Level::District]
                .map(|level| known.or(given).and_then(|code| code.at(level)).map(|code| code.to_string()));
            let Some(example) = examples.get_mut(at) else { continue };
            if example.text == *text {
                example.labels.truncate(heads);
                example.labels.extend(labels);
            } else {
                let date = example.date;
                let labels = std::iter::repeat_n(None, heads).chain(labels);
                examples.push(Example { date, ..Example::new(text.as_str(), labels) });
            }
        }
        (examples, unknown)
    }
}

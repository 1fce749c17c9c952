//! The question, the answer, and the order in which a query is read.

use super::code::{Level, RegionCode};
use super::decide;
use super::fields::Fields;
use super::gazetteer::Gazetteer;
use super::late::Traces;
use super::mention::Mentions;
use super::pool;
use super::scan::Scan;
use super::steps::Steps;
use super::words::Words;
use crate::text::Tokens;

/// What is known of where a complaint belongs; empty strings stand for what was not given.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceQuery<'a> {
    /// The complaint itself.
    pub text: &'a str,
    /// Where it is, in free form.
    pub address: &'a str,
    /// Kelurahan or desa: a name with or without that word, or a code. So the next three.
    pub village: &'a str,
    /// Kecamatan.
    pub district: &'a str,
    /// Kabupaten or kota.
    pub regency: &'a str,
    /// Provinsi.
    pub province: &'a str,
    /// The ministry's code of the region, at any level.
    pub code: &'a str,
    /// The territory of whoever asks: it decides between namesakes.
    pub within: Option<RegionCode>,
    /// What a place memory says: the most probable villages, and their districts, with their probabilities.
    pub memory: &'a [(RegionCode, f32)],
}

/// Where a complaint belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// As deep as the evidence is sure of.
    pub region: RegionCode,
    /// How probable it is that the complaint belongs there, 0 to 1; see the table of the [module](super).
    pub p: f32,
    /// The most probable village and its probability, however unsure; where a place memory was asked.
    pub guess: Option<(RegionCode, f32)>,
    /// What the answer rests on, structured fields first.
    pub evidence: Vec<PlaceEvidence>,
}

impl Place {
    /// How probable it is that the complaint belongs into a region: for what contains the answer, each level up halves
    /// what may be wrong; for the guess its own; 0 for what is elsewhere.
    pub fn p_in(&self, region: RegionCode) -> f32 {
        if region.contains(&self.region) {
            let up = self.region.level() as i32 - region.level() as i32;
            return 1.0 - (1.0 - self.p) * 0.5_f32.powi(up);
        }
        self.guess.filter(|(village, _)| region.contains(village)).map_or(0.0, |(_, p)| p)
    }
}

/// Words that speak for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceEvidence {
    /// As they stand in the query; empty for the memory and the territory.
    pub words: String,
    /// Where they stand.
    pub source: PlaceSource,
}

/// Where evidence of a place comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceSource {
    /// The code that was given.
    Code,
    /// The field for the village.
    Village,
    /// The field for the district.
    District,
    /// The field for the regency or city.
    Regency,
    /// The field for the province.
    Province,
    /// The address.
    Address,
    /// The complaint.
    Text,
    /// The place memory.
    Memory,
    /// The territory of whoever asks.
    Territory,
}

impl PlaceSource {
    /// As it stands in a decision.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Village => "village",
            Self::District => "district",
            Self::Regency => "regency",
            Self::Province => "province",
            Self::Address => "address",
            Self::Text => "text",
            Self::Memory => "memory",
            Self::Territory => "territory",
        }
    }

    /// More for what says more.
    pub(super) fn rank(self) -> u8 {
        u8::MAX - self as u8
    }

    /// The words of a query that stand there.
    pub(super) fn of<'a>(self, query: &PlaceQuery<'a>) -> &'a str {
        match self {
            Self::Code => query.code,
            Self::Village => query.village,
            Self::District => query.district,
            Self::Regency => query.regency,
            Self::Province => query.province,
            Self::Address => query.address,
            Self::Text => query.text,
            Self::Memory | Self::Territory => "",
        }
    }
}

/// Answers queries; holds the buffers of one thread.
///
/// ```
/// use pilah::place::{Gazetteer, PlaceQuery, PlaceSource, Resolver};
///
/// let mut resolver = Resolver::new(Gazetteer::shipped());
/// let text = "Lampu mati di kel. Mojo kec Gubeng, depan balai RW";
/// let place = resolver.resolve(&PlaceQuery { text, ..PlaceQuery::default() }).unwrap();
/// assert_eq!(place.region.to_string(), "35.78.08.1002");
/// assert_eq!(place.evidence[0].words, "kel. Mojo");
/// assert_eq!(place.evidence[0].source, PlaceSource::Text);
/// ```
#[derive(Debug)]
pub struct Resolver<'g> {
    gazetteer: &'g Gazetteer,
    steps: Steps,
    scratch: String,
    mentions: Mentions,
    traces: Traces,
    candidates: Vec<RegionCode>,
    pooled: Vec<(RegionCode, f32)>,
}

impl<'g> Resolver<'g> {
    /// A resolver with buffers of its own.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        Self {
            gazetteer,
            steps: Steps::default(),
            scratch: String::new(),
            mentions: Mentions::default(),
            traces: Traces::default(),
            candidates: Vec::new(),
            pooled: Vec::new(),
        }
    }

    /// Where the complaint belongs; `None` when nothing says anything of it.
    ///
    /// Fields are read first, then the address, then the text; a village that the fields name without contradiction
    /// is not looked for again. Unsure means a higher level: two places that are equally likely give the smallest
    /// region that contains both. Cost: linear in the length; some 7 to 10 microseconds for 300 bytes, of which the
    /// analyser takes 2, and 1 for fields alone. Nothing is allocated but the evidence.
    pub fn resolve(&mut self, query: &PlaceQuery<'_>) -> Option<Place> {
        self.resolve_with(query, None)
    }

    /// [`resolve`](Self::resolve) for a complaint whose text was analysed already, by whatever analyser.
    pub fn resolve_tokens(&mut self, query: &PlaceQuery<'_>, text: &Tokens) -> Option<Place> {
        self.resolve_with(query, Some(text))
    }

    /// What the pooling with a place memory weighs: numbers that describe each village, for fitting its weights
    /// (`examples/fit_place.rs`).
    #[doc(hidden)]
    pub fn memory_features(&mut self, query: &PlaceQuery<'_>) -> Vec<(RegionCode, Vec<f32>)> {
        self.look(query, territory(query), None);
        let Self { gazetteer, mentions, pooled, .. } = self;
        pool::candidates(gazetteer, mentions, query.memory, pooled);
        let features = |&(village, p): &(RegionCode, f32)| {
            (village, pool::features(mentions, query.memory, village, p).to_vec())
        };
        pooled.iter().map(features).collect()
    }

    fn resolve_with(&mut self, query: &PlaceQuery<'_>, tokens: Option<&Tokens>) -> Option<Place> {
        let within = territory(query);
        self.look(query, within, tokens);
        let Self { gazetteer, mentions, candidates, pooled, .. } = self;
        decide::decide(query, within, gazetteer, mentions, candidates, pooled)
    }

    /// Collects the mentions of a query.
    fn look(&mut self, query: &PlaceQuery<'_>, within: Option<RegionCode>, tokens: Option<&Tokens>) {
        self.mentions.clear();
        let known = Fields {
            gazetteer: self.gazetteer,
            steps: &mut self.steps,
            scratch: &mut self.scratch,
            mentions: &mut self.mentions,
        }
        .read(query, within);
        if known.is_none_or(|known| known.level() < Level::Village) {
            for source in [PlaceSource::Address, PlaceSource::Text] {
                let text = source.of(query);
                if text.is_empty() {
                    continue;
                }
                match tokens.filter(|_| source == PlaceSource::Text) {
                    Some(tokens) => self.steps.take(text, tokens),
                    None => self.steps.read(text),
                }
                let scan = Scan {
                    gazetteer: self.gazetteer,
                    words: Words::shipped(),
                    steps: &self.steps,
                    text,
                    territory: known.or(within),
                    source,
                    scratch: &mut self.scratch,
                    mentions: &mut self.mentions,
                    traces: &mut self.traces,
                };
                scan.run();
            }
        }
    }
}

fn territory(query: &PlaceQuery<'_>) -> Option<RegionCode> {
    query.within.filter(|within| *within != RegionCode::NATION)
}

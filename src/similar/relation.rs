//! How two complaints are related, and why.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::pair::{FEATURES, NAMES, Pair};
use super::portrait::{Portrait, Subject};
use super::rarity::Rarity;
use crate::error::{Error, ErrorKind, Result};

/// How a complaint is related to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same report again, whatever the channel.
    Duplicate,
    /// Another report of the same problem at the same place.
    Recurring,
    /// The same kind of problem nearby, or another problem at the same place.
    Related,
    /// It cites the other one's number, or asks what became of it.
    FollowUp,
    /// Nothing that connects them.
    Unrelated,
}

impl Relation {
    const ALL: [(&'static str, Self); 5] = [
        ("duplicate", Self::Duplicate),
        ("recurring", Self::Recurring),
        ("related", Self::Related),
        ("follow_up", Self::FollowUp),
        ("unrelated", Self::Unrelated),
    ];

    /// What a judge tells apart; the rest is said by the text itself.
    pub(super) const JUDGED: [Self; 4] = [Self::Duplicate, Self::Recurring, Self::Related, Self::Unrelated];

    /// Its name in JSON and in the ledger.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, relation)| *relation == self).map_or("", |(name, _)| name)
    }

    /// What four probabilities say, of duplicate, recurring, related and unrelated: first whether both are reports of one
    /// problem, then which of the two is more probable.
    pub fn likeliest([duplicate, recurring, related, unrelated]: [f64; 4]) -> Self {
        if duplicate + recurring > related + unrelated {
            if duplicate > recurring { Self::Duplicate } else { Self::Recurring }
        } else if related > unrelated {
            Self::Related
        } else {
            Self::Unrelated
        }
    }

    /// Whether both are reports of one problem: they belong into one cluster.
    pub fn is_same_issue(self) -> bool {
        matches!(self, Self::Duplicate | Self::Recurring)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Relation {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, relation)| *relation).ok_or_else(|| {
            let known = Self::ALL.map(|(known, _)| known).join(", ");
            Error::new(ErrorKind::Parameter, format!("`{name}` is no relation: give one of {known}"))
        })
    }
}

/// What a judge says of two complaints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The most probable relation: see [`Relation::likeliest`].
    pub relation: Relation,
    /// Its probability.
    pub p: f32,
    /// Probability that both are reports of one problem.
    pub p_same: f32,
    /// What it rests on.
    pub evidence: Evidence,
}

impl Judgement {
    /// Log-odds that both are reports of one problem: what clusters are made by.
    pub fn weight(&self) -> f32 {
        let p = self.p_same.clamp(1e-4, 1.0 - 1e-4);
        (p / (1.0 - p)).ln()
    }
}

/// Part of the shorter text from which on a common run makes a copy of it.
const COPIED: f64 = 0.6;
/// Letters from which on the same words are no coincidence: `lampu jalan mati` is said in every street.
const SAID: u16 = 48;
/// What is left of the probability of one problem where nothing says that both are at one place.
const PLACELESS: f64 = 0.4;

/// What every file of a model begins with, and the number of its format.
const MAGIC: &[u8; 8] = b"pilahrel";
const FORMAT: u32 = 2;

/// Judges pairs of complaints: a multinomial logistic model on 31 measures of a pair ([`features`](Self::features)).
///
/// ```
/// use pilah::similar::{Relation, RelationModel, Subject, Topics};
/// use pilah::text::{Analyzer, Tokens};
///
/// let (model, analyzer) = (RelationModel::shipped(), Analyzer::indonesian());
/// let topics = Topics { functions: vec![("perhubungan".into(), 0.9)], categories: vec![("PERHUBUNGAN".into(), 0.9)] };
/// let (mut text, mut address) = (Tokens::new(), Tokens::new());
/// analyzer.analyze("lampu jalan di depan balai RW padam", &mut text);
/// analyzer.analyze("Jalan Mojo Kidul 12", &mut address);
/// let received = Some(jiff::civil::date(2026, 5, 4).at(8, 0, 0, 0));
/// let subject = Subject { text: &text, address: &address, village: "Mojo", topics: &topics, received, position: None, reporter: "" };
/// let portrait = model.portrait(&subject);
/// let judgement = model.judge(&portrait, &portrait);
/// assert_eq!(judgement.relation, Relation::Duplicate);
/// assert!(judgement.evidence.words().any(|why| why == "teks sama"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelationModel {
    pub(super) rarity: Rarity,
    /// Mean and standard deviation of each feature in training.
    pub(super) scales: Vec<(f64, f64)>,
    /// For each relation of [`Relation::JUDGED`], a weight a feature and the bias.
    pub(super) weights: Vec<(Vec<f64>, f64)>,
}

impl RelationModel {
    /// The model that ships with the crate.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<RelationModel> = LazyLock::new(|| {
            let bytes = include_bytes!("../../models/relations.bundle");
            // A build whose own file cannot be read fails its tests; without it nothing is related to anything.
            RelationModel::from_bytes(bytes).unwrap_or_else(|_| RelationModel::of_nothing())
        });
        &SHIPPED
    }

    fn of_nothing() -> Self {
        let weights = Relation::JUDGED
            .map(|relation| (vec![0.0; FEATURES], if relation == Relation::Unrelated { 10.0 } else { 0.0 }));
        Self { rarity: Rarity::default(), scales: vec![(0.0, 1.0); FEATURES], weights: weights.to_vec() }
    }

    /// What is compared of a complaint.
    pub fn portrait(&self, subject: &Subject<'_>) -> Portrait {
        Portrait::new(subject, &self.rarity)
    }

    /// How two complaints are related; the same whichever is named first. Cost: some two microseconds for complaints of 50
    /// words; grows with their length.
    pub fn judge(&self, one: &Portrait, other: &Portrait) -> Judgement {
        let pair = Pair::new(one, other, &self.rarity);
        let [duplicate, recurring, related, unrelated] = self.probabilities(&pair.features());
        let same = duplicate + recurring;
        // Only the same words are the same report wherever it was sent from, and only where they are not what anybody says.
        let copies = (pair.same_text || pair.run >= COPIED) && pair.letters() >= SAID;
        let factor = if copies { pair.witness().max(1.0) } else { pair.witness() };
        // The odds of one problem change by the factor; the shares on either side of it stay.
        let with = same * factor / (same * factor + 1.0 - same);
        let scale = |p: f64, of: f64, to: f64| if of > 0.0 { p / of * to } else { 0.0 };
        let mut p = [
            scale(duplicate, same, with),
            scale(recurring, same, with),
            scale(related, 1.0 - same, 1.0 - with),
            scale(unrelated, 1.0 - same, 1.0 - with),
        ];
        let mut p_same = with;
        if !copies && !pair.may_share_place() && pair.metres().is_none() {
            // Training has no such pairs.
            p_same *= PLACELESS;
            p = [p[0] * PLACELESS, p[1] * PLACELESS, p[2], p[3] + with - p_same];
        }
        let relation = Relation::likeliest(p);
        let p =
            Relation::JUDGED.iter().zip(p).find(|(judged, _)| **judged == relation).map_or(0.0, |(_, p)| p);
        Judgement { relation, p: p as f32, p_same: p_same as f32, evidence: pair.evidence() }
    }

    /// What is compared of a complaint that was read before, from [`Portrait::to_bytes`]; `None` where they are damaged.
    pub fn portrait_from(&self, bytes: &[u8]) -> Option<Portrait> {
        Portrait::from_bytes(bytes, &self.rarity)
    }

    /// The measures that a judgement rests on, by name; the same whichever complaint is named first.
    pub fn features(&self, one: &Portrait, other: &Portrait) -> impl Iterator<Item = (&'static str, f64)> {
        NAMES.into_iter().zip(Pair::new(one, other, &self.rarity).features())
    }

    /// The probability of each of [`Relation::JUDGED`].
    pub(super) fn probabilities(&self, features: &[f64; FEATURES]) -> [f64; 4] {
        let mut margins = [0.0; 4];
        for (margin, (weights, bias)) in margins.iter_mut().zip(&self.weights) {
            let scaled = self.scales.iter().zip(features).zip(weights);
            *margin = bias
                + scaled
                    .map(|(((mean, deviation), feature), weight)| weight * (feature - mean) / deviation)
                    .sum::<f64>();
        }
        let largest = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares = margins.map(|margin| (margin - largest).exp());
        let total: f64 = shares.iter().sum();
        shares.map(|share| share / total)
    }

    /// Its file, as [`from_bytes`](Self::from_bytes) takes it.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Into memory, and of numbers alone: nothing can fail.
        let body = postcard::to_stdvec(self).unwrap_or_default();
        [MAGIC.as_slice(), &FORMAT.to_le_bytes(), &xxhash_rust::xxh3::xxh3_64(&body).to_le_bytes(), &body]
            .concat()
    }

    /// From its file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Bundle`] for what is no such model, is damaged or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong = |reason: &str| Error::bundle(format!("the relation model {reason}: train it again"));
        let rest =
            bytes.strip_prefix(MAGIC).ok_or_else(|| Error::bundle("this is no relation model of pilah"))?;
        let (format, rest) = rest.split_first_chunk().ok_or_else(|| wrong("is cut short"))?;
        let (sum, body) = rest.split_first_chunk().ok_or_else(|| wrong("is cut short"))?;
        if u32::from_le_bytes(*format) != FORMAT {
            return Err(wrong("is of another format"));
        }
        if u64::from_le_bytes(*sum) != xxhash_rust::xxh3::xxh3_64(body) {
            return Err(wrong("is damaged"));
        }
        let model: Self = postcard::from_bytes(body).map_err(|_| wrong("is damaged"))?;
        let whole = model.scales.len() == FEATURES
            && model.weights.len() == Relation::JUDGED.len()
            && model.weights.iter().all(|(weights, _)| weights.len() == FEATURES);
        if whole { Ok(model) } else { Err(wrong("has other measures than this pilah")) }
    }

    /// Reads the model from a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when it cannot be read; else as [`from_bytes`](Self::from_bytes).
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::for_file("read", path, error))?;
        Self::from_bytes(&bytes)
    }

    /// Writes the model to a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        std::fs::write(path, self.to_bytes()).map_err(|error| Error::for_file("write", path, error))
    }

    /// Names the model: two that judge otherwise have other ids.
    pub fn id(&self) -> String {
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&self.to_bytes()))
    }
}

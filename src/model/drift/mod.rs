//! Whether what citizens write, or what a model makes of it, has changed between two periods.
//!
//! Four questions are asked: which words are new, which labels are given more or less often, whether the model has become
//! less sure, and what the texts have in common that it is unsure of. Each is a set of tests, and each set has a quarter
//! of [`DriftReport::LEVEL`], divided by its number of tests (Bonferroni): when nothing has changed, at most one report in twenty
//! says that something has.

mod heads;
mod topics;
mod words;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use self::heads::Tally;
use self::topics::Unsure;
use self::words::Words;
use super::bundle::Bundle;
use super::classifier::Classifier;
use crate::error::Result;

/// What each of the four questions has of the level.
const PART: f64 = DriftReport::LEVEL / 4.0;

/// Fewest later texts that a word or a topic must be in. What fewer people wrote may point at one of them.
const FLOOR: u64 = 5;

/// How many times as frequent as before a word must be: where texts are many, rises that mean nothing are significant too.
const RISE: f64 = 2.0;

/// The head that says what is a complaint, and the label it says it by.
const COMPLAINT: (&str, &str) = ("complaint", "complaint");

/// What has changed. Serialises as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriftReport {
    /// Texts of the earlier period.
    pub earlier: u64,
    /// Texts of the later period.
    pub later: u64,
    /// Words that have become more frequent, the strongest first.
    pub words: Vec<NewWord>,
    /// What each head of the model answers, in the order of the heads.
    pub heads: Vec<HeadDrift>,
    /// What fits nowhere, the strongest first.
    pub topics: Vec<Topic>,
}

/// A word that far more of the later texts have than of the earlier ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewWord {
    /// Its normal form.
    pub word: String,
    /// Earlier texts that have it.
    pub earlier: u64,
    /// Later texts that have it.
    pub later: u64,
    /// How strong the evidence is: Dunning's log-likelihood ratio G².
    pub g2: f64,
}

/// What a head answers in both periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadDrift {
    /// Its name.
    pub head: String,
    /// Population stability index of the labels given: Σ (q − p) · ln(q / p), each share with half a text added to each
    /// label. Below 0.1 little has changed, from 0.25 on much has (N. Siddiqi, "Credit risk scorecards", Wiley 2006).
    pub psi: f64,
    /// What the index is on average when nothing has changed: (labels − 1) · (1 / earlier + 1 / later) (B. Yurdakul,
    /// "Statistical properties of population stability index", 2018). With few texts it explains much of `psi`.
    pub psi_by_chance: f64,
    /// The labels that were given in either period, in the order of the head.
    pub labels: Vec<LabelDrift>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How often a label is given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelDrift {
    /// The label.
    pub label: String,
    /// Share of the earlier texts.
    pub earlier: f64,
    /// Share of the later texts.
    pub later: f64,
    /// z of the two shares, pooled; positive for a rise.
    pub z: f64,
    /// Two-sided, by Fisher's exact test, which holds for rare labels as well.
    pub p: f64,
    /// Whether that is significant among all labels of all heads.
    pub changed: bool,
}

/// How probable a head's best label is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confidence {
    /// Mean probability of the best label, earlier texts.
    pub earlier: f64,
    /// The same, later texts.
    pub later: f64,
    /// Share of the earlier texts below the threshold at which 5 % of the answers are wrong.
    pub unsure_earlier: f64,
    /// The same, later texts.
    pub unsure_later: f64,
    /// Welch's t of the means; positive for a fall.
    pub t: f64,
    /// One-sided, for a fall: the larger of Welch's and Student's, for either alone cries wolf where one period is small.
    pub p: f64,
    /// Whether that is significant among all heads, with 30 texts or more in each period.
    pub fell: bool,
}

/// Words that stand together in later texts that the model is unsure of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Topic {
    /// The word that the texts have in common, then up to four that are far more frequent beside it than elsewhere.
    pub words: Vec<String>,
    /// Later texts that have the first word, are complaints, unsure, and of no topic before it.
    pub texts: u64,
    /// How strong the evidence is: G² of the first word among unsure texts, later against earlier.
    pub g2: f64,
}

impl DriftReport {
    /// How often, at most, a report on periods between which nothing changed says that something did.
    pub const LEVEL: f64 = 0.05;

    /// Whether nothing was found.
    pub fn is_quiet(&self) -> bool {
        let still =
            |head: &HeadDrift| !head.confidence.fell && head.labels.iter().all(|label| !label.changed);
        self.words.is_empty() && self.topics.is_empty() && self.heads.iter().all(still)
    }
}

/// Collects texts of an earlier and a later period, in any order, and says what has changed.
///
/// A word is new when five later texts or more have it, their share is at least twice that of the earlier texts, and
/// Fisher's exact test finds that significant among all words of five texts or more. Names of people are no words here,
/// nor is anything masked. What fits nowhere is sought among later texts that are complaints and whose answer of one
/// head is below the 5 % threshold: the word there that rose most against the unsure texts before, and is twice as
/// frequent as among sure texts, with its companions; then the same without these texts, up to ten times.
///
/// Every text counts, repeats included: leave them out where one person's hundred copies are not news.
///
/// Cost: one classification a text and a fifth of its time for the words. Memory: 50 MB at most for a million words, of
/// which the rarest make room (what was dropped is then counted as if earlier texts had it), and 8 bytes for each word of
/// 20,000 unsure texts, chosen by a hash where there are more. Of words that too few have, no letter is kept.
///
/// ```
/// use pilah::model::Drift;
///
/// let mut drift = Drift::new(pilah::Bundle::shipped(), "function")?;
/// for day in 0..60 {
///     drift.earlier(["Lampu jalan mati", "Jalan berlubang", "Sampah menumpuk"][day % 3]);
///     drift.later(["Lampu jalan mati", "Jalan berlubang", "Drone jatuh di atap"][day % 3]);
/// }
/// let report = drift.finish(10);
/// assert!(report.words.iter().any(|new| new.word == "drone" && (new.earlier, new.later) == (0, 20)));
/// assert!(!report.is_quiet());
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct Drift<'m> {
    bundle: &'m Bundle,
    classifier: Classifier<'m>,
    heads: Vec<Tally<'m>>,
    /// Place of the head whose unsure answers are looked at.
    topics_of: usize,
    /// Place of the head that says what is a complaint, and of its label.
    complaint: Option<(usize, usize)>,
    texts: [u64; 2],
    words: Words,
    unsure: Unsure,
}

/// The two periods as places in an array.
const EARLIER: usize = 0;
const LATER: usize = 1;

impl<'m> Drift<'m> {
    /// For a model; what fits nowhere is sought among the texts that `head` is unsure of.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a head the model does not have.
    pub fn new(bundle: &'m Bundle, head: &str) -> Result<Self> {
        let topics_of = bundle.must_have(head)?;
        let of_name = |head: &super::Head| head.name() == COMPLAINT.0;
        let complaint = bundle.heads().iter().position(of_name).and_then(|head| {
            let labels = bundle.heads().get(head)?.labels();
            Some((head, labels.iter().position(|label| label == COMPLAINT.1)?))
        });
        Ok(Self {
            bundle,
            classifier: bundle.classifier(),
            heads: bundle.heads().iter().map(Tally::new).collect(),
            topics_of,
            complaint,
            texts: [0; 2],
            words: Words::default(),
            unsure: Unsure::default(),
        })
    }

    /// Adds a text of the earlier period.
    pub fn earlier(&mut self, text: &str) {
        self.add(text, EARLIER);
    }

    /// Adds a text of the later period.
    pub fn later(&mut self, text: &str) {
        self.add(text, LATER);
    }

    fn add(&mut self, text: &str, period: usize) {
        self.texts[period] += 1;
        let (mut unsure, mut complaint) = (false, true);
        for (place, (tally, answer)) in
            self.heads.iter_mut().zip(self.classifier.classify(text).iter()).enumerate()
        {
            let (class, p) = (answer.class(), answer.p());
            let below = tally.add(period, class, p);
            unsure |= below && place == self.topics_of;
            complaint &= self.complaint.is_none_or(|(head, label)| head != place || label == class);
        }
        let unsure = unsure && complaint;
        let tokens = self.classifier.tokens();
        let terms = self.classifier.terms.words().iter().filter(|term| term.spelled);
        let found = terms.filter_map(|term| tokens.as_slice().get(term.token as usize));
        let mut hashes = Vec::new();
        for token in found {
            self.words.add(token.hash(), || tokens.text(token), period, unsure);
            hashes.push(token.hash());
        }
        if unsure && period == LATER {
            self.unsure.add(xxh3_64(text.as_bytes()), hashes);
        }
        self.unsure.texts[period] += u64::from(unsure);
    }

    /// What has changed so far, with at most `most` new words.
    pub fn finish(&self, most: usize) -> DriftReport {
        DriftReport {
            earlier: self.texts[EARLIER],
            later: self.texts[LATER],
            words: self.words.new_words(self.texts, most),
            heads: heads::report(&self.heads, self.bundle.heads(), self.texts),
            topics: self.unsure.topics(&self.words, self.texts),
        }
    }
}

/// A share; 0 of nothing.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Whether the second share is so much larger that it counts as a rise at `level`.
fn rose(parts: [u64; 2], wholes: [u64; 2], level: f64) -> bool {
    parts[LATER] >= FLOOR
        && share(parts[LATER], wholes[LATER]) >= RISE * share(parts[EARLIER], wholes[EARLIER])
        && super::stats::fisher_rise(parts, wholes) <= level
}

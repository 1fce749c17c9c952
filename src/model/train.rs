//! Training: from labelled texts to a bundle.

use jiff::civil::DateTime;
use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use rustc_hash::FxHashMap;

use super::bundle::{Bundle, Facts, Head, HeadFacts, Meta, Threshold};
use super::calibrate;
use super::linear::{Target, argmax};
use super::metrics::Figures;
use super::params::LinearParams;
use super::split::split_later;
use super::table::Table;
use super::targets::{Targets, distinct};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{FeatureSpec, Key, Vectorizer};
use crate::text::{Analyzer, TokenKind, Tokens};

/// A labelled text.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// When it came in, local time.
    pub date: Option<DateTime>,
    /// A label for each head, in the order of [`Training::heads`]; `None` where it has none.
    pub labels: Vec<Option<String>>,
    /// What it is not, whatever it is: places of heads among [`Training::heads`] and labels, such as that of an office
    /// that sent the complaint back as none of its business (bukan wewenang).
    ///
    /// Where it has no label of that head it counts against these labels, and says nothing of the others; where it has
    /// one, that says it all. A label or a head that the training does not have is passed over. Probabilities and
    /// thresholds are set on labels alone.
    pub not: Vec<(usize, String)>,
    /// How much it counts: 1 for most.
    pub weight: f32,
    /// Whether it was written for training, with nothing personal in it. Then its words may be features though no
    /// other text has them.
    pub written: bool,
}

impl Example {
    /// A text with a label for each head, without a date, of weight 1.
    pub fn new<L: Into<String>>(
        text: impl Into<String>,
        labels: impl IntoIterator<Item = Option<L>>,
    ) -> Self {
        let labels = labels.into_iter().map(|label| label.map(Into::into)).collect();
        Self { text: text.into(), date: None, labels, not: Vec::new(), weight: 1.0, written: false }
    }
}

/// How a bundle is trained.
///
/// | field | default | purpose |
/// |---|---|---|
/// | `heads` | – | names of the heads |
/// | `min_count` | 20 | a label with fewer different texts is left out |
/// | `memory` | none | heads of a place memory: see [`Training::memory`] |
/// | `later` | 0.15 | share of the rows, the latest by date, that probabilities and thresholds are set on |
/// | `max_rows` | none | most features a model keeps, the weightiest; words are always kept |
/// | `spec`, `linear` | theirs | features and trainer |
/// | `analyzer` | Indonesian | text rules |
#[derive(Debug)]
pub struct Training {
    /// Names of the heads, in the order of the examples' labels.
    pub heads: Vec<String>,
    /// Fewest different texts of a label.
    pub min_count: usize,
    /// Heads of a place memory. They keep every label with two texts or more, for there are many villages with few
    /// complaints each, and are trained with [`Training::of_places`] instead of `linear`.
    pub memory: Vec<String>,
    /// Share of the latest rows for calibration.
    pub later: f64,
    /// Most features kept.
    pub max_rows: Option<usize>,
    /// Features.
    pub spec: FeatureSpec,
    /// Trainer.
    pub linear: LinearParams,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Text rules.
    pub analyzer: Analyzer,
}

/// A step of the work, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'s> {
    /// Vocabulary and features.
    Features,
    /// A head is being trained.
    Head(&'s str),
    /// The weights are being put together.
    Compile,
}

impl Training {
    /// With the defaults.
    pub fn new<S: Into<String>>(heads: impl IntoIterator<Item = S>) -> Self {
        Self {
            heads: heads.into_iter().map(Into::into).collect(),
            min_count: 20,
            memory: Vec::new(),
            later: 0.15,
            max_rows: None,
            spec: FeatureSpec::default(),
            linear: LinearParams::default(),
            seed: 1,
            analyzer: Analyzer::indonesian(),
        }
    }

    /// The trainer's parameters for places: names are rare words that must count at once (`models/EXPERIMENTS.md`).
    pub fn of_places() -> LinearParams {
        LinearParams::default().c(1.0).nb_strength(0.2).class_weight_power(0.0)
    }

    /// How many times [`run`](Self::run) will call `progress`.
    pub fn steps(&self) -> usize {
        2 * (self.heads.len() + 2)
    }

    /// Trains twice: on the earlier rows, to measure on the later ones and set probabilities and thresholds; then
    /// on all. An example that occurs more than once, text and labels alike, counts once;
    /// what any copy is known not to be ([`Example::not`]) holds for it.
    ///
    /// `progress` is told each step as it begins, and whether it is on all rows or still on the earlier ones. The
    /// same examples, settings and seed give the same bytes.
    ///
    /// Cost: a few seconds for 10,000 texts and 100 classes; memory about 100 bytes a feature entry.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a setting outside its range, [`ErrorKind::Training`] for a head with fewer than
    /// two labels that are frequent enough.
    pub fn run(self, examples: &[Example], mut progress: impl FnMut((Step<'_>, bool))) -> Result<Bundle> {
        if !(0.0..=0.5).contains(&self.later) {
            return Err(Error::new(
                ErrorKind::Parameter,
                format!("`later` is {}: give a value in 0 ..= 0.5", self.later),
            ));
        }
        if self.heads.is_empty() {
            return Err(Error::new(ErrorKind::Parameter, "no head to train: name one or more"));
        }
        if let Some(wrong) =
            examples.iter().find(|example| !(example.weight > 0.0 && example.weight.is_finite()))
        {
            let reason = format!("an example has the weight {}: give a finite one above 0", wrong.weight);
            return Err(Error::new(ErrorKind::Parameter, reason));
        }
        let (examples, not) = distinct(examples);
        let targets: Vec<Targets> = self
            .heads
            .iter()
            .enumerate()
            .map(|(head, name)| {
                let least = if self.memory.contains(name) { 2 } else { self.min_count };
                Targets::new(name, head, &examples, &not, least)
            })
            .collect::<Result<_>>()?;
        let (earlier, later) = split_later(&examples, self.later, self.seed);
        let trial = self.fit(&examples, &earlier, &targets, |step| progress((step, false)))?;
        let calibrations = calibrate_heads(&trial, &examples, &later, &targets);
        drop(trial); // the final model needs the room
        let all: Vec<usize> = (0..examples.len()).collect();
        let mut bundle = self.fit(&examples, &all, &targets, |step| progress((step, true)))?;
        for (head, (sharpness, thresholds, facts)) in bundle.meta.heads.iter_mut().zip(calibrations) {
            (head.sharpness, head.thresholds, head.facts) = (sharpness, thresholds, facts);
        }
        Ok(bundle)
    }

    /// Trains all heads on the given rows; probabilities and thresholds are still to be set.
    fn fit(
        &self,
        examples: &[&Example],
        rows: &[usize],
        targets: &[Targets],
        mut progress: impl FnMut(Step<'_>),
    ) -> Result<Bundle> {
        progress(Step::Features);
        let texts: Vec<&str> = rows.iter().map(|&row| examples[row].text.as_str()).collect();
        let enough = self.spec.min_df.max(self.spec.min_df_pair).max(self.spec.min_df_char);
        let count = |&row: &usize| if examples[row].written { enough } else { 1 };
        let mut different: Vec<(&str, u32)> = texts.iter().copied().zip(rows.iter().map(count)).collect();
        different.sort_unstable();
        different.dedup_by_key(|(text, _)| *text);
        let vectorizer = Vectorizer::fit_counted(&self.analyzer, &different, &self.spec)?;
        let matrix = vectorizer.transform(&self.analyzer, &texts);
        let mut models = Vec::new();
        let mut heads = Vec::new();
        for targets in targets {
            progress(Step::Head(&targets.name));
            let (known, classes): (Vec<usize>, Vec<Target>) =
                rows.iter().enumerate().filter_map(|(at, &row)| Some((at, targets.target(row)?))).unzip();
            let weights: Vec<f32> = known.iter().map(|&row| examples[rows[row]].weight).collect();
            let dataset = DatasetBase::new(matrix.select(&known), Array1::from(classes))
                .with_weights(Array1::from(weights));
            let linear =
                if self.memory.contains(&targets.name) { Self::of_places() } else { self.linear.clone() };
            let model = linear.seed(self.seed).classes(targets.labels.len()).check()?.fit(&dataset)?;
            heads.push(Head {
                name: targets.name.clone(),
                labels: targets.labels.clone(),
                biases: model.biases().to_vec(),
                sharpness: 1.0,
                thresholds: Vec::new(),
                facts: HeadFacts::default(),
            });
            models.push(model);
        }
        drop(matrix);
        progress(Step::Compile);
        let words = words(&self.analyzer, &vectorizer, &different);
        let table = Table::compile(&vectorizer, &models, &words, self.max_rows);
        let dates: Vec<DateTime> = rows.iter().filter_map(|&row| examples[row].date).collect();
        let day = |date: Option<&DateTime>| date.map(|date| date.date().to_string());
        let meta = Meta {
            lexicon: self.analyzer.has_lexicon(),
            stemmer: self.analyzer.stemmer().map(|language| language.code().to_owned()),
            fingerprint: self.analyzer.fingerprint(),
            spec: self.spec.clone(),
            heads,
            facts: Facts {
                pilah: env!("CARGO_PKG_VERSION").to_owned(),
                rows: different.len() as u64,
                period: day(dates.iter().min()).zip(day(dates.iter().max())),
                seed: self.seed,
            },
            rows: table.rows.len() as u32,
            quanta: table.quanta.clone(),
        };
        let analyzer = meta.analyzer()?;
        Ok(Bundle { meta, table, analyzer, id: std::sync::OnceLock::new() })
    }
}

/// Sharpness, thresholds and facts of each head, measured with the trial model on the later rows.
fn calibrate_heads(
    trial: &Bundle,
    examples: &[&Example],
    later: &[usize],
    targets: &[Targets],
) -> Vec<(f32, Vec<Threshold>, HeadFacts)> {
    let mut classifier = trial.classifier();
    let mut margins: Vec<Vec<Vec<f32>>> = vec![Vec::new(); targets.len()];
    let mut truth: Vec<Vec<usize>> = vec![Vec::new(); targets.len()];
    let mut weights: Vec<Vec<f32>> = vec![Vec::new(); targets.len()];
    for &row in later {
        classifier.score(&examples[row].text);
        let mut from = 0;
        for (head, targets) in targets.iter().enumerate() {
            let to = from + targets.labels.len();
            if let Some(class) = targets.classes[row] {
                margins[head].push(classifier.margins[from..to].to_vec());
                truth[head].push(class);
                weights[head].push(examples[row].weight);
            }
            from = to;
        }
    }
    let each = targets.iter().zip(margins.iter().zip(truth.iter().zip(&weights)));
    each.map(|(targets, (margins, (truth, weights)))| {
        let predicted: Vec<usize> = margins.iter().map(|margins| argmax(margins)).collect();
        let figures = Figures::new(truth, &predicted);
        let sharpness = calibrate::sharpness(margins, truth, weights);
        let facts = HeadFacts {
            rows: targets.label_rows.iter().sum(),
            label_rows: targets.label_rows.clone(),
            rare: targets.rare,
            held_out: truth.len() as u64,
            accuracy: figures.accuracy() as f32,
            macro_f1: figures.macro_f1() as f32,
        };
        (sharpness, calibrate::thresholds(sharpness, margins, truth, weights), facts)
    })
    .collect()
}

/// The distinct words of `texts` that are features, by key.
fn words(analyzer: &Analyzer, vectorizer: &Vectorizer, texts: &[(&str, u32)]) -> Vec<(Key, String)> {
    let mut found = FxHashMap::<Key, String>::default();
    let mut tokens = Tokens::new();
    for (text, _) in texts {
        analyzer.analyze(text, &mut tokens);
        for token in tokens.iter().filter(|token| token.kind() == TokenKind::Word) {
            if let Some(key) = Key::word(token)
                && vectorizer.column(key).is_some()
            {
                found.entry(key).or_insert_with(|| tokens.text(token).to_owned());
            }
        }
    }
    let mut words: Vec<_> = found.into_iter().collect();
    words.sort_unstable();
    words
}

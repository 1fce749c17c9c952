//! Training a model on a store's history and on what people decided.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use rustc_hash::{FxHashMap, FxHashSet};

use super::gaps::Gaps;
use super::retrained::{HeadReport, RetrainReport, Retrained, Sources};
use super::store::Engine;
use super::taught::{HEADS, PLACES, Taught};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bundle, Comparison, Drift, DriftReport, Example, Head, Step, join_address, split_newest};
use crate::routing::{History, Instance};

/// How a model is made of a store.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `current` | none | the model in use beside the shipped one, which the new one must not be worse than | – |
/// | `instance` | whole country | whose complaints these are | – |
/// | `since` | none | complaints that came before are left out | – |
/// | `confidential` | no | learn from confidential reports, too | – |
/// | `min_count` | 20 | a label with fewer different texts is left out | from 2 on |
/// | `newest` | 0.15 | share of the examples, the newest, that both models are compared on | 0.01 ..= 0.5 |
/// | `seed` | 1 | seed of everything that is drawn | – |
/// | `force` | no | give the model even if it is worse | – |
#[derive(Debug, Clone, Copy)]
pub struct RetrainOptions<'m> {
    /// The model in use; without one the shipped model works alone.
    pub current: Option<&'m Bundle>,
    /// Whose complaints these are. With a territory the head `agency` is trained: names of its offices.
    pub instance: Option<&'m Instance>,
    /// Complaints that came before are left out; local time.
    pub since: Option<DateTime>,
    /// Learn from confidential reports, too.
    pub confidential: bool,
    /// Fewest different texts of a label.
    pub min_count: usize,
    /// Share of the newest examples that both models are compared on.
    pub newest: f64,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Give the model even if it is worse.
    pub force: bool,
}

impl Default for RetrainOptions<'_> {
    fn default() -> Self {
        Self {
            current: None,
            instance: None,
            since: None,
            confidential: false,
            min_count: 20,
            newest: 0.15,
            seed: 1,
            force: false,
        }
    }
}

/// A step of the work, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetrainStep<'s> {
    /// So many complaints were read.
    Read(u64),
    /// The candidate is trained, on what came before the newest part.
    Candidate(Step<'s>),
    /// The candidate is held against the current model.
    Compare,
    /// The model is trained on all.
    Model(Step<'s>),
}

impl Engine {
    /// Trains a model on the store: on the newest version of each complaint, and what people decided about it.
    ///
    /// What counts as true, in this order; what a machine decided by itself is never learned:
    ///
    /// 1. what people corrected: office, function, category, type, region;
    /// 2. the office that took it: it was assigned to it and not sent back after, or the model sent it there
    ///    (`route`) and its status then became `in_progress` or `closed`;
    /// 3. what its source stated: type, category, the office it was sent to, village and district.
    ///
    /// An office that sent a complaint back is learned as one that it is not for ([`Example::not`]). Offices that differ by
    /// territory alone are learned as their function. All sources weigh the same. Copies count once.
    ///
    /// First a candidate is trained without the newest complaints, and compared on them with the current model. If it is
    /// worse ([`Comparison::is_worse`], [`Narrowed`](super::Narrowed)), there is no new model, unless `force` asks for it. Heads with too
    /// few labels are left to the shipped model. The same store and options give the same bytes.
    ///
    /// ```no_run
    /// use pilah::engine::{Engine, RetrainOptions};
    ///
    /// let retrained = Engine::open("complaints")?.retrain(&RetrainOptions::default(), |_| ())?;
    /// match retrained.bundle {
    ///     Some(model) => model.save("city.bundle")?,
    ///     None => println!("{}", retrained.report.worse.join("\n")),
    /// }
    /// # Ok::<(), pilah::Error>(())
    /// ```
    ///
    /// Cost: reads the store twice and trains twice; memory as for
    /// [`Training::run`](crate::model::Training::run).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Training`] when no head has two labels that are frequent enough, [`ErrorKind::Parameter`] for an option
    /// outside its range; else as [`get`](Self::get).
    pub fn retrain(
        &self,
        options: &RetrainOptions<'_>,
        mut progress: impl FnMut(RetrainStep<'_>),
    ) -> Result<Retrained> {
        check(options)?;
        let instance = options.instance.unwrap_or_else(|| Instance::shipped());
        let current = options.current.unwrap_or_else(|| Bundle::shipped());
        let mut taught = Taught::new(instance, options.current);
        let (mut complaints, mut confidential) = (0, 0);
        self.read(|reader| {
            reader.lessons(|lesson| {
                if options.since.is_none_or(|since| lesson.received >= since) {
                    complaints += 1;
                    if complaints % 1024 == 0 {
                        progress(RetrainStep::Read(complaints));
                    }
                    if lesson.confidential && !options.confidential {
                        confidential += 1;
                    } else {
                        taught.add(&lesson);
                    }
                }
                Ok(())
            })
        })?;
        let (copies, unlabelled) = (taught.copies, taught.unlabelled);
        let labelled = std::mem::take(&mut taught.labelled);
        let (examples, sources, offices) = taught.finish();
        let (earlier, newest) = split_newest(examples, options.newest, options.seed);
        let newest_from = border(&earlier, &newest);
        let counts = [earlier.len() as u64, newest.len() as u64];
        let mut heads = heads(&earlier, &sources, options.min_count);
        let chosen: Vec<usize> =
            (0..HEADS.len()).filter(|&at| heads.get(at).is_some_and(|head| head.trained)).collect();
        if chosen.is_empty() {
            return Err(too_little(complaints, &heads, options.min_count));
        }
        let mut examples = pick(&earlier, &chosen);
        drop(earlier);
        let candidate = train(&chosen, &examples, options, |step| progress(RetrainStep::Candidate(step)))?;
        progress(RetrainStep::Compare);
        let comparison = compare(options.current, &candidate, &newest)?;
        let mut gaps = Gaps::new(current, &candidate, &offices);
        let drift = newest_from.map(|from| self.drift(options, from, &labelled, &mut gaps)).transpose()?;
        let narrowed = gaps.finish();
        drop(candidate); // the final model needs the room
        let worse = RetrainReport::reasons(&comparison, &narrowed);
        let bundle = if worse.is_empty() || options.force {
            examples.extend(pick(&newest, &chosen));
            let bundle = train(&chosen, &examples, options, |step| progress(RetrainStep::Model(step)))?;
            for head in &mut heads {
                head.facts = bundle
                    .heads()
                    .iter()
                    .find(|known| known.name() == head.head)
                    .map(|known| known.facts().clone());
            }
            Some(bundle)
        } else {
            None
        };
        let report = RetrainReport {
            complaints,
            confidential,
            unlabelled,
            copies,
            newest_from,
            examples: counts,
            heads,
            comparison,
            narrowed,
            drift,
            worse,
            model: bundle.as_ref().map(Bundle::id),
        };
        Ok(Retrained { bundle, report })
    }

    /// What changed at `border`, of all complaints, read as triage lets the current model read them; `gaps` is shown the
    /// newest.
    fn drift(
        &self,
        options: &RetrainOptions<'_>,
        border: DateTime,
        labelled: &FxHashMap<u64, u8>,
        gaps: &mut Gaps<'_>,
    ) -> Result<DriftReport> {
        let current = options.current.unwrap_or_else(|| Bundle::shipped());
        let instance = options.instance.unwrap_or_else(|| Instance::shipped());
        let has = |name: &&str| current.heads().iter().any(|head| head.name() == *name);
        let first = current.heads().first().map_or("", Head::name);
        let mut drift = Drift::new(current, HEADS.iter().copied().find(has).unwrap_or(first))?;
        let mut joined = String::new();
        self.read(|reader| {
            reader.lessons(|lesson| {
                let left_out = lesson.confidential && !options.confidential;
                if left_out || options.since.is_some_and(|since| lesson.received < since) {
                    return Ok(());
                }
                let text = instance.without_prefix(&lesson.said.text);
                // The shipped model reads the text alone.
                let address = if options.current.is_some() { lesson.said.address.as_str() } else { "" };
                join_address(text, address, 1, &mut joined);
                if lesson.received < border {
                    drift.earlier(&joined);
                } else {
                    drift.later(&joined);
                    gaps.add(&joined, labelled.get(&lesson.number).copied().unwrap_or_default());
                }
                Ok(())
            })
        })?;
        Ok(drift.finish(WORDS))
    }
}

/// New words in a report.
const WORDS: usize = 20;

fn check(options: &RetrainOptions<'_>) -> Result<()> {
    let wrong = if options.min_count < 2 {
        format!("`min_count` is {}: give 2 or more", options.min_count)
    } else if !(0.01..=0.5).contains(&options.newest) {
        format!("`newest` is {}: give a value in 0.01 ..= 0.5", options.newest)
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Parameter, wrong))
}

/// When the newest part begins, where the dates made it.
fn border(earlier: &[Example], newest: &[Example]) -> Option<DateTime> {
    let border = newest.iter().filter_map(|example| example.date).min()?;
    earlier.iter().all(|example| example.date.is_none_or(|date| date < border)).then_some(border)
}

/// What the earlier part has of each head.
fn heads(earlier: &[Example], sources: &[Sources; HEADS.len()], min_count: usize) -> Vec<HeadReport> {
    let head = |(at, (name, sources)): (usize, (&&str, &Sources))| {
        let mut texts: BTreeMap<&str, FxHashSet<&str>> = BTreeMap::new();
        for example in earlier {
            if let Some(label) = example.labels.get(at).and_then(Option::as_deref) {
                texts.entry(label).or_default().insert(&example.text);
            }
        }
        // A place memory keeps what it heard twice: there are many villages with few complaints each.
        let (least, in_all) = if at < PLACES { (min_count, 0) } else { (2, 2 * min_count) };
        let frequent: Vec<usize> =
            texts.values().map(FxHashSet::len).filter(|&count| count >= least).collect();
        let trained = frequent.len() >= 2 && frequent.iter().sum::<usize>() >= in_all;
        HeadReport {
            head: (*name).to_owned(),
            sources: *sources,
            labels: texts.len(),
            frequent: frequent.len(),
            facts: None,
            trained,
        }
    };
    HEADS.iter().zip(sources).enumerate().map(head).collect()
}

fn too_little(complaints: u64, heads: &[HeadReport], min_count: usize) -> Error {
    let each = heads.iter().map(|head| {
        let Sources { corrected, accepted, stated, .. } = head.sources;
        let all = corrected + accepted + stated;
        format!(
            "{}: {all} complaints with {} labels, {} of them frequent enough",
            head.head, head.labels, head.frequent
        )
    });
    let each: Vec<String> = each.collect();
    let reason = format!(
        "too little to learn from in {complaints} complaints ({}): a head needs two labels with {min_count} different texts \
         before the newest part; correct or assign more of them (`pilah correct`, `pilah assign`, `pilah sync`), or lower \
         --min-count",
        each.join("; ")
    );
    Error::new(ErrorKind::Training, reason)
}

/// The examples with the labels of these heads alone, as far as they have any.
fn pick(examples: &[Example], heads: &[usize]) -> Vec<Example> {
    let pick = |example: &Example| {
        let labels: Vec<Option<String>> =
            heads.iter().map(|&head| example.labels.get(head).cloned().flatten()).collect();
        let place = |old: usize| heads.iter().position(|&head| head == old);
        let not: Vec<(usize, String)> =
            example.not.iter().filter_map(|(head, label)| Some((place(*head)?, label.clone()))).collect();
        let says = !not.is_empty() || labels.iter().any(Option::is_some);
        says.then(|| Example { labels, not, text: example.text.clone(), ..*example })
    };
    examples.iter().filter_map(pick).collect()
}

fn train(
    chosen: &[usize],
    examples: &[Example],
    options: &RetrainOptions<'_>,
    mut progress: impl FnMut(Step<'_>),
) -> Result<Bundle> {
    let names: Vec<&str> = chosen.iter().filter_map(|&at| HEADS.get(at).copied()).collect();
    let memory = chosen.iter().any(|&at| at >= PLACES);
    let mut training = History::training(&[], memory);
    training.heads = names.into_iter().map(str::to_owned).collect();
    (training.min_count, training.seed) = (options.min_count, options.seed);
    training.run(examples, |(step, _)| progress(step))
}

/// The candidate against the current model, on the heads that both have; what a model of one's own alone has is lost, what
/// the shipped one has goes on.
fn compare(current: Option<&Bundle>, candidate: &Bundle, newest: &[Example]) -> Result<Comparison> {
    let has =
        |model: &Bundle, at: &usize| model.heads().iter().any(|head| HEADS.get(*at) == Some(&head.name()));
    let heads = 0..HEADS.len();
    let heads: Vec<usize> = match current {
        Some(current) => heads.filter(|at| has(current, at) || has(candidate, at)).collect(),
        None => heads.filter(|at| has(candidate, at)).collect(),
    };
    let names: Vec<&str> = heads.iter().filter_map(|&at| HEADS.get(at).copied()).collect();
    Comparison::of(current.unwrap_or_else(|| Bundle::shipped()), candidate, &pick(newest, &heads), &names)
}

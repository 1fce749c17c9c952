//! What the texts have in common that a model is unsure of.

use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::super::stats::g2;
use super::words::Words;
use super::{EARLIER, LATER, PART, RISE, Topic, rose, share};

/// Most texts that are kept.
const MOST: usize = 20_000;

/// Most topics, and most companions of a topic's first word.
const TOPICS: usize = 10;
const COMPANIONS: usize = 4;

/// Fewest texts of a topic that a companion is in.
const TOGETHER: u64 = 3;

/// Unsure texts.
#[derive(Debug, Default)]
pub(super) struct Unsure {
    /// How many there are, by period.
    pub(super) texts: [u64; 2],
    /// The later ones as hashes of their words, with the hash of the text; the lowest hashes stay.
    later: BinaryHeap<(u64, Vec<u64>)>,
}

impl Unsure {
    /// Adds a later text.
    pub(super) fn add(&mut self, hash: u64, words: Vec<u64>) {
        self.later.push((hash, words));
        if self.later.len() > MOST {
            self.later.pop();
        }
    }

    pub(super) fn topics(&self, words: &Words, texts: [u64; 2]) -> Vec<Topic> {
        let level = PART / words.tested()[1].max(1) as f64;
        let candidates: Vec<u64> =
            words.names().map(|(hash, _)| hash).filter(|&hash| self.is_theirs(words, hash, texts)).collect();
        let mut rest: Vec<&[u64]> = self.later.iter().map(|(_, words)| words.as_slice()).collect();
        let mut topics = Vec::new();
        while topics.len() < TOPICS {
            let counts = count(&rest);
            let strength = |&hash: &u64| {
                let earlier = words.at_most(words.unsure(hash)[EARLIER], texts[EARLIER]);
                let parts = [earlier, counts.get(&hash).copied().unwrap_or_default()];
                rose(parts, texts, level).then(|| (g2(parts, texts), hash))
            };
            let best = candidates.iter().filter_map(strength);
            let Some((strength, first)) =
                best.min_by(|a, b| b.0.total_cmp(&a.0).then_with(|| name(words, a).cmp(&name(words, b))))
            else {
                break;
            };
            let (with, without): (Vec<&[u64]>, Vec<&[u64]>) =
                rest.iter().partition(|text| text.contains(&first));
            let mut together = companions(words, first, &with, &counts, rest.len());
            together.insert(0, words.name(first).unwrap_or_default().to_owned());
            topics.push(Topic { words: together, texts: with.len() as u64, g2: strength });
            rest = without;
        }
        topics
    }

    /// Whether a word is more at home among the unsure later texts than among the others.
    fn is_theirs(&self, words: &Words, hash: u64, texts: [u64; 2]) -> bool {
        let (all, unsure) = (words.all(hash)[LATER], words.unsure(hash)[LATER]);
        let others = texts[LATER] - self.texts[LATER];
        share(unsure, self.texts[LATER]) >= RISE * share(all - unsure, others)
    }
}

fn name<'w>(words: &'w Words, candidate: &(f64, u64)) -> Option<&'w str> {
    words.name(candidate.1)
}

/// In how many of the texts each word is.
fn count(texts: &[&[u64]]) -> FxHashMap<u64, u64> {
    let mut counts = FxHashMap::default();
    for &word in texts.iter().copied().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// The words far more frequent in the texts `with` a word than in the rest of all `texts`, the strongest first.
fn companions(
    words: &Words,
    first: u64,
    with: &[&[u64]],
    counts: &FxHashMap<u64, u64>,
    texts: usize,
) -> Vec<String> {
    let wholes = [texts as u64 - with.len() as u64, with.len() as u64];
    let strength = |(hash, beside): (u64, u64)| {
        let name = words.name(hash)?;
        let elsewhere = counts.get(&hash).copied().unwrap_or_default() - beside;
        let close = hash != first
            && beside >= TOGETHER
            && share(beside, wholes[1]) >= RISE * share(elsewhere, wholes[0]);
        close.then(|| (g2([elsewhere, beside], wholes), name))
    };
    let mut found: Vec<(f64, &str)> = count(with).into_iter().filter_map(strength).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.into_iter().take(COMPANIONS).map(|(_, name)| name.to_owned()).collect()
}

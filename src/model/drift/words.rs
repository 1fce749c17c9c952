//! In how many texts each word is.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::super::stats::g2;
use super::{EARLIER, FLOOR, LATER, NewWord, PART, rose};

/// Most words that are counted.
const MOST: usize = 1 << 20;

/// Texts that have a word, by period.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: [u32; 2],
    /// Those of them that are unsure.
    unsure: [u32; 2],
}

/// The words, by hash.
#[derive(Debug, Default)]
pub(super) struct Words {
    counts: FxHashMap<u64, Count>,
    /// The letters of the words that enough later texts have.
    names: BTreeMap<u64, String>,
    /// How many texts at most are missing from the count of a word, because it was dropped when it was rare.
    missed: u64,
    /// What is dropped next: words of no more texts than this.
    rare: u32,
}

impl Words {
    /// Adds a word of a text.
    pub(super) fn add<'t>(&mut self, hash: u64, name: impl Fn() -> &'t str, period: usize, unsure: bool) {
        if self.counts.len() >= MOST && !self.counts.contains_key(&hash) {
            self.drop_rare();
        }
        let count = self.counts.entry(hash).or_default();
        count.all[period] += 1;
        count.unsure[period] += u32::from(unsure);
        if period == LATER && u64::from(count.all[LATER]) == FLOOR {
            self.names.insert(hash, name().to_owned());
        }
    }

    /// Makes room as lossy counting does (Manku and Motwani, "Approximate frequency counts over data streams", VLDB 2002).
    fn drop_rare(&mut self) {
        while self.counts.len() > MOST / 2 {
            self.rare += 1;
            self.missed += u64::from(self.rare);
            self.counts.retain(|_, count| count.all.iter().sum::<u32>() > self.rare);
        }
    }

    /// Texts that have the word, by period.
    pub(super) fn all(&self, hash: u64) -> [u64; 2] {
        self.counts.get(&hash).copied().unwrap_or_default().all.map(u64::from)
    }

    /// Unsure texts that have the word, by period.
    pub(super) fn unsure(&self, hash: u64) -> [u64; 2] {
        self.counts.get(&hash).copied().unwrap_or_default().unsure.map(u64::from)
    }

    /// What a count of earlier texts may be at most, where words were dropped.
    pub(super) fn at_most(&self, earlier: u64, texts: u64) -> u64 {
        (earlier + self.missed).min(texts)
    }

    /// The words that enough later texts have, ascending by hash.
    pub(super) fn names(&self) -> impl Iterator<Item = (u64, &str)> {
        self.names.iter().map(|(&hash, name)| (hash, name.as_str()))
    }

    /// The letters of a word that enough later texts have.
    pub(super) fn name(&self, hash: u64) -> Option<&str> {
        self.names.get(&hash).map(String::as_str)
    }

    /// How many words are in enough texts of both periods together to be tested, and how many in enough unsure ones.
    pub(super) fn tested(&self) -> [usize; 2] {
        let enough = |counts: &[u32; 2]| counts.iter().map(|&count| u64::from(count)).sum::<u64>() >= FLOOR;
        let all = self.counts.values().filter(|count| enough(&count.all)).count();
        [all, self.counts.values().filter(|count| enough(&count.unsure)).count()]
    }

    pub(super) fn new_words(&self, texts: [u64; 2], most: usize) -> Vec<NewWord> {
        let level = PART / self.tested()[0].max(1) as f64;
        let new = |(hash, word): (u64, &str)| {
            let [earlier, later] = self.all(hash);
            let earlier = self.at_most(earlier, texts[EARLIER]);
            let parts = [earlier, later];
            rose(parts, texts, level).then(|| NewWord {
                word: word.to_owned(),
                earlier,
                later,
                g2: g2(parts, texts),
            })
        };
        let mut words: Vec<NewWord> = self.names().filter_map(new).collect();
        words.sort_by(|a, b| b.g2.total_cmp(&a.g2).then_with(|| a.word.cmp(&b.word)));
        words.truncate(most);
        words
    }
}

#[cfg(test)]
mod tests {
    use super::{EARLIER, LATER, MOST, Words};

    /// A word's earlier count is never taken as less than it was, whatever was dropped in between.
    #[test]
    fn what_was_dropped_counts_against_a_rise() {
        let mut words = Words::default();
        let often = u64::MAX;
        for number in 0..MOST as u64 + MOST as u64 / 2 {
            words.add(number, || "kata", EARLIER, false);
            if number < 3 {
                words.add(often, || "sering", EARLIER, true);
            }
        }
        assert!(words.counts.len() <= MOST && words.missed > 0);
        assert_eq!((words.all(often), words.unsure(often)), ([3, 0], [3, 0]));
        (0..8).for_each(|_| words.add(0, || "nol", LATER, false));
        assert_eq!((words.all(0), words.name(0)), ([0, 8], Some("nol")));
        assert_eq!(words.new_words([1000, 10], 5)[0].earlier, words.missed);
        assert_eq!(words.at_most(1000, 1000), 1000);
    }
}

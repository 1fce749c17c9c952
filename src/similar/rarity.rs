//! How rare words are, and which of them are names of places.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::words::{Item, Known};

/// Words in fewer complaints are left out: such may be names of persons.
const LEAST: u32 = 5;
/// Words in fewer complaints are never shown.
const SHOWN: u32 = 40;
/// Places stand in the address at least this often as they do in the text.
const PLACES: f32 = 0.5;

/// How many complaints of some corpus have a word: hashes and counts, no words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Rarity {
    documents: u32,
    /// Ascending by key.
    words: Vec<(u32, Frequency)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Frequency {
    all: u32,
    is_place: bool,
}

impl Rarity {
    /// `ln((1 + n) / (1 + df)) + 1`, as scikit-learn has it.
    pub(super) fn idf(&self, key: u32) -> f32 {
        let df = self.find(key).map_or(0, |word| word.all);
        ((1 + self.documents) as f32 / (1 + df) as f32).ln() + 1.0
    }

    /// Whether a word is the name of a place: one that stands mostly in addresses. One that is not known is where it
    /// stands in an address.
    pub(super) fn is_place(&self, item: &Item, in_address: bool) -> bool {
        let may = item.length > 2 && Known::shipped().may_name(item);
        may && self.find(item.key).map_or(in_address, |word| word.is_place)
    }

    /// Whether a word is known to stand mostly in addresses.
    pub(super) fn is_known_place(&self, key: u32) -> bool {
        self.find(key).is_some_and(|word| word.is_place)
    }

    /// Whether enough complaints have a word for it to be shown: the names of a reporter who writes often, and of those of
    /// whom he complains, are in fewer.
    pub(super) fn may_be_shown(&self, key: u32) -> bool {
        self.find(key).is_some_and(|word| word.all >= SHOWN)
    }

    fn find(&self, key: u32) -> Option<Frequency> {
        let at = self.words.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.words.get(at).map(|(_, word)| *word)
    }
}

/// Counts words for a [`Rarity`].
#[derive(Debug, Default)]
pub(super) struct RarityMaker {
    documents: u32,
    /// In text or address, in the text, in the address.
    counts: FxHashMap<u32, [u32; 3]>,
}

impl RarityMaker {
    /// Counts one complaint.
    pub(super) fn add(&mut self, text: &[Item], address: &[Item]) {
        let unique = |items: &[&[Item]]| {
            let mut keys: Vec<u32> =
                items.iter().flat_map(|items| items.iter().map(|item| item.key)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        self.documents += 1;
        for (place, keys) in
            [unique(&[text, address]), unique(&[text]), unique(&[address])].into_iter().enumerate()
        {
            for key in keys {
                let counts = self.counts.entry(key).or_default();
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
        }
    }

    pub(super) fn finish(self) -> Rarity {
        let frequent = self.counts.into_iter().filter(|(_, [all, ..])| *all >= LEAST);
        let mut words: Vec<(u32, Frequency)> = frequent
            .map(|(key, [all, text, address])| {
                let is_place = address > 0 && address as f32 >= PLACES * text as f32;
                (key, Frequency { all, is_place })
            })
            .collect();
        words.sort_unstable_by_key(|(key, _)| *key);
        Rarity { documents: self.documents, words }
    }
}

//! How rare words are, and which of them are names of places.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::objects::{OBJECTS, objects};
use super::words::{Item, Known};

/// Words in fewer complaints are left out: such may be names of persons.
const LEAST: u32 = 5;
/// Words in fewer complaints are never shown.
const SHOWN: u32 = 40;
/// Places stand in the address at least this often as they do in the text.
const PLACES: f32 = 0.5;

/// How many complaints of some corpus have a word: hashes and counts, no words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Counts", into = "Counts")]
pub(super) struct Rarity {
    documents: u32,
    words: FxHashMap<u32, Frequency>,
    /// Idf of a word that is not among them.
    unknown: f32,
    /// How many texts name a thing of each group.
    objects: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Frequency {
    all: u32,
    is_place: bool,
    idf: f32,
}

/// The same as it is kept.
#[derive(Serialize, Deserialize)]
struct Counts {
    documents: u32,
    /// Ascending by key; in how many complaints, and whether it is a place.
    words: Vec<(u32, (u32, bool))>,
    objects: Vec<u32>,
}

impl From<Counts> for Rarity {
    fn from(Counts { documents, words, objects }: Counts) -> Self {
        // As scikit-learn has it.
        let idf = |all: u32| ((1 + documents) as f32 / (1 + all) as f32).ln() + 1.0;
        let frequency = |(key, (all, is_place))| (key, Frequency { all, is_place, idf: idf(all) });
        Self { documents, words: words.into_iter().map(frequency).collect(), unknown: idf(0), objects }
    }
}

impl From<Rarity> for Counts {
    fn from(Rarity { documents, words, objects, .. }: Rarity) -> Self {
        let mut words: Vec<(u32, (u32, bool))> =
            words.into_iter().map(|(key, word)| (key, (word.all, word.is_place))).collect();
        words.sort_unstable();
        Self { documents, words, objects }
    }
}

impl Rarity {
    /// `ln((1 + n) / (1 + df)) + 1`.
    pub(super) fn idf(&self, key: u32) -> f32 {
        self.words.get(&key).map_or(self.unknown, |word| word.idf)
    }

    /// Whether a word is the name of a place in a text, and in an address: one that stands mostly in addresses is. One that is
    /// not known is where it stands in an address.
    pub(super) fn is_place(&self, item: &Item) -> [bool; 2] {
        let may = item.length > 2 && Known::shipped().may_name(item);
        let word = if may { self.words.get(&item.key) } else { None };
        [false, true].map(|in_address| may && word.map_or(in_address, |word| word.is_place))
    }

    /// What a group of things counts that so many words of a text name: `(1 + ln count) · idf`.
    pub(super) fn object(&self, (group, count): (u8, u8)) -> f64 {
        let texts = self.objects.get(usize::from(group)).copied().unwrap_or_default();
        let idf = f64::from(1 + self.documents) / f64::from(1 + texts);
        (1.0 + f64::from(count.max(1)).ln()) * (idf.ln() + 1.0)
    }

    /// Whether a word is known to stand mostly in addresses.
    pub(super) fn is_known_place(&self, key: u32) -> bool {
        self.words.get(&key).is_some_and(|word| word.is_place)
    }

    /// Whether enough complaints have a word for it to be shown: the names of a reporter who writes often, and of those of
    /// whom he complains, are in fewer.
    pub(super) fn may_be_shown(&self, key: u32) -> bool {
        self.words.get(&key).is_some_and(|word| word.all >= SHOWN)
    }
}

/// Counts words for a [`Rarity`].
#[derive(Debug)]
pub(super) struct RarityMaker {
    documents: u32,
    /// In text or address, in the text, in the address.
    counts: FxHashMap<u32, [u32; 3]>,
    objects: [u32; OBJECTS],
}

impl Default for RarityMaker {
    fn default() -> Self {
        Self { documents: 0, counts: FxHashMap::default(), objects: [0; OBJECTS] }
    }
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
        for (group, _) in objects(unique(&[text]).into_iter()) {
            if let Some(count) = self.objects.get_mut(usize::from(group)) {
                *count += 1;
            }
        }
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
        let words = frequent.map(|(key, [all, text, address])| {
            let is_place = address > 0 && address as f32 >= PLACES * text as f32;
            (key, (all, is_place))
        });
        Counts { documents: self.documents, words: words.collect(), objects: self.objects.to_vec() }.into()
    }
}

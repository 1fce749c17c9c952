//! Slang, abbreviations and regional words → standard Indonesian; and names, which are never features.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Words of [`Lexicon::seen`]: 65,536 bits for some 4,000 entries.
const SEEN: usize = 1024;

/// The tables of `data/lexicons/`, built on first use.
///
/// ```
/// use pilah::text::Lexicon;
///
/// let lexicon = Lexicon::indonesian();
/// assert_eq!(lexicon.meaning("jln"), Some("jalan"));
/// assert_eq!(lexicon.meaning("kada"), Some("tidak")); // Banjar
/// assert_eq!(lexicon.meaning("jalan"), None);
/// ```
#[derive(Debug)]
pub struct Lexicon {
    /// By the hash of the form.
    entries: FxHashMap<u64, Entry>,
    /// The words of all meanings, each with its hash, one meaning after the other.
    words: Vec<(&'static str, u64)>,
    /// Where each meaning begins in `words`, ascending.
    meanings: Vec<(u32, &'static str)>,
    /// One bit for each value of some bits of the hash: most words are seen not to be here without a look into
    /// the table, which the fastest cache would not hold.
    seen: Box<[u64; SEEN]>,
    fingerprint: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Entry {
    /// A form that stands for other words: where they stand among all, and how many they are.
    Slang { first: u32, count: u32 },
    /// A personal name.
    Name,
}

impl Lexicon {
    /// The lexicon that ships with the crate.
    pub fn indonesian() -> &'static Self {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
            Lexicon::parse(
                include_str!("../../data/lexicons/slang.tsv"),
                include_str!("../../data/lexicons/names.txt"),
            )
        });
        &LEXICON
    }

    /// `slang`: a header line, then `form`, `meaning` and more columns, tab-separated. `names`: one a line, or `#`
    /// and the hash of a name that must not be printed.
    fn parse(slang: &'static str, names: &'static str) -> Self {
        let mut entries = FxHashMap::default();
        for name in names.lines() {
            let hidden = name.strip_prefix('#').and_then(|hash| u64::from_str_radix(hash, 16).ok());
            entries.insert(hidden.unwrap_or_else(|| xxh3_64(name.as_bytes())), Entry::Name);
        }
        let (mut words, mut meanings) = (Vec::new(), Vec::new());
        for line in slang.lines().skip(1) {
            let mut columns = line.split('\t');
            let (Some(form), Some(meaning)) = (columns.next(), columns.next()) else { continue };
            let first = words.len() as u32;
            words.extend(meaning.split([' ', '-']).map(|word| (word, xxh3_64(word.as_bytes()))));
            let count = words.len() as u32 - first;
            entries.insert(xxh3_64(form.as_bytes()), Entry::Slang { first, count });
            meanings.push((first, meaning));
        }
        let fingerprint = xxh3_64(slang.as_bytes()) ^ xxh3_64(names.as_bytes()).rotate_left(1);
        let mut seen = Box::new([0; SEEN]);
        for &hash in entries.keys() {
            let (word, bit) = place(hash);
            seen[word] |= bit;
        }
        Self { entries, words, meanings, seen, fingerprint }
    }

    /// The standard Indonesian of a lower-case slang form; `None` for words that stay as they are.
    pub fn meaning(&self, form: &str) -> Option<&'static str> {
        let Some(Entry::Slang { first, .. }) = self.lookup(xxh3_64(form.as_bytes())) else { return None };
        let place = self.meanings.binary_search_by_key(&first, |(first, _)| *first).ok()?;
        Some(self.meanings[place].1)
    }

    /// Whether a lower-case word is a common personal name and hardly anything else.
    pub fn is_name(&self, word: &str) -> bool {
        matches!(self.lookup(xxh3_64(word.as_bytes())), Some(Entry::Name))
    }

    /// How many slang forms there are.
    pub fn len(&self) -> usize {
        self.meanings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What is known of a word whose hash this is. Words are known by 64 bits of hash alone.
    pub(super) fn lookup(&self, hash: u64) -> Option<Entry> {
        let (word, bit) = place(hash);
        if self.seen[word] & bit == 0 {
            return None;
        }
        self.entries.get(&hash).copied()
    }

    /// Some of the words of all meanings, each with its hash.
    pub(super) fn words(&self, first: u32, count: u32) -> &[(&'static str, u64)] {
        &self.words[first as usize..][..count as usize]
    }
}

fn place(hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize % SEEN, 1 << (hash & 63))
}

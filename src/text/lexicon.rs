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
    /// Place in `entries` by the hash of the form.
    places: FxHashMap<u64, u32>,
    /// The first is [`Entry::Name`], for all names.
    entries: Vec<Entry>,
    /// One bit for each value of some bits of the hash: most words are seen not to be here without a look into
    /// the table, which the fastest cache would not hold.
    seen: Box<[u64; SEEN]>,
    fingerprint: u64,
}

#[derive(Debug)]
pub(super) enum Entry {
    /// A form that stands for other words.
    Slang { meaning: &'static str, words: Vec<(&'static str, u64)> },
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
        let mut entries = vec![Entry::Name];
        let mut places = FxHashMap::default();
        for name in names.lines() {
            let hidden = name.strip_prefix('#').and_then(|hash| u64::from_str_radix(hash, 16).ok());
            places.insert(hidden.unwrap_or_else(|| xxh3_64(name.as_bytes())), 0);
        }
        for line in slang.lines().skip(1) {
            let mut columns = line.split('\t');
            let (Some(form), Some(meaning)) = (columns.next(), columns.next()) else { continue };
            let words = meaning.split([' ', '-']).map(|word| (word, xxh3_64(word.as_bytes()))).collect();
            places.insert(xxh3_64(form.as_bytes()), entries.len() as u32);
            entries.push(Entry::Slang { meaning, words });
        }
        let fingerprint = xxh3_64(slang.as_bytes()) ^ xxh3_64(names.as_bytes()).rotate_left(1);
        let mut seen = Box::new([0; SEEN]);
        for &hash in places.keys() {
            let (word, bit) = place(hash);
            seen[word] |= bit;
        }
        Self { places, entries, seen, fingerprint }
    }

    /// The standard Indonesian of a lower-case slang form; `None` for words that stay as they are.
    pub fn meaning(&self, form: &str) -> Option<&'static str> {
        match self.lookup(xxh3_64(form.as_bytes())) {
            Some(Entry::Slang { meaning, .. }) => Some(meaning),
            _ => None,
        }
    }

    /// Whether a lower-case word is a common personal name and hardly anything else.
    pub fn is_name(&self, word: &str) -> bool {
        matches!(self.lookup(xxh3_64(word.as_bytes())), Some(Entry::Name))
    }

    /// How many slang forms there are.
    pub fn len(&self) -> usize {
        self.entries.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What is known of a word whose hash this is. Words are known by 64 bits of hash alone.
    pub(super) fn lookup(&self, hash: u64) -> Option<&Entry> {
        let (word, bit) = place(hash);
        if self.seen[word] & bit == 0 {
            return None;
        }
        self.entries.get(*self.places.get(&hash)? as usize)
    }
}

fn place(hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize % SEEN, 1 << (hash & 63))
}

//! Slang, abbreviations and regional words → standard Indonesian; and names, which are never features.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

/// The tables of `data/lexicons/`, built on first use (about a millisecond).
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
    forms: FxHashMap<u64, Entry>,
    names: FxHashSet<u64>,
    fingerprint: u64,
}

#[derive(Debug)]
struct Entry {
    form: &'static str,
    meaning: &'static str,
    words: Vec<(&'static str, u64)>,
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

    /// `slang`: a header line, then `form`, `meaning` and more columns, tab-separated. `names`: one a line.
    fn parse(slang: &'static str, names: &'static str) -> Self {
        let mut forms = FxHashMap::default();
        for line in slang.lines().skip(1) {
            let mut columns = line.split('\t');
            let (Some(form), Some(meaning)) = (columns.next(), columns.next()) else { continue };
            let words =
                meaning.split([' ', '-']).map(|word| (word, xxh3_64(word.as_bytes()))).collect::<Vec<_>>();
            forms.insert(xxh3_64(form.as_bytes()), Entry { form, meaning, words });
        }
        let fingerprint = xxh3_64(slang.as_bytes()) ^ xxh3_64(names.as_bytes()).rotate_left(1);
        let names = names.lines().map(|name| xxh3_64(name.as_bytes())).collect();
        Self { forms, names, fingerprint }
    }

    /// The standard Indonesian of a lower-case slang form; `None` for words that stay as they are.
    pub fn meaning(&self, form: &str) -> Option<&'static str> {
        self.lookup(form, xxh3_64(form.as_bytes())).map(|entry| entry.meaning)
    }

    /// Whether a lower-case word is a common personal name and hardly anything else.
    pub fn is_name(&self, word: &str) -> bool {
        self.is_name_hash(xxh3_64(word.as_bytes()))
    }

    /// How many slang forms there are.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    pub(super) fn words(&self, form: &str, hash: u64) -> Option<&[(&'static str, u64)]> {
        self.lookup(form, hash).map(|entry| entry.words.as_slice())
    }

    pub(super) fn is_name_hash(&self, hash: u64) -> bool {
        self.names.contains(&hash)
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn lookup(&self, form: &str, hash: u64) -> Option<&Entry> {
        self.forms.get(&hash).filter(|entry| entry.form == form)
    }
}

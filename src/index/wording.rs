//! How texts and queries become terms.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::{Analyzer, Language, Stemmer, Token, TokenKind, Tokens};

/// Raised whenever the same tokens would give other terms.
const RULES: u32 = 1;

/// Stems kept by one reading; when there are more, it begins anew. Some megabytes.
const MOST_STEMS: usize = 1 << 17;

/// How texts and queries become terms of an index: an analyser, and a stemmer for what it gives. Cheap to clone.
///
/// Words are reduced to stems, numbers and names stay as they are. Telephone numbers, NIK, e-mail and web addresses,
/// other long numbers, mentions and emoji are never terms; they keep their place, so that a phrase does not reach
/// across them unseen.
///
/// The stemmer stands apart from the analyser's own because stems are remembered: words of complaints repeat.
#[derive(Clone)]
pub struct Wording(Arc<Shared>);

struct Shared {
    analyzer: Analyzer,
    stemmer: Option<(Language, Stemmer)>,
    /// Buffers of readings that ended, with the stems they know.
    spare: Mutex<Vec<Scratch>>,
}

impl Wording {
    /// For Indonesian: slang and abbreviations become standard words, words become stems.
    pub fn indonesian() -> Self {
        Self::new(Analyzer::indonesian(), Some(Language::Indonesian))
    }

    /// [`indonesian`](Self::indonesian), made once: what stores are indexed by.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Wording> = std::sync::LazyLock::new(Wording::indonesian);
        &SHIPPED
    }

    /// For any language there is a stemmer for, or without one. Give the analyser no stemmer of its own.
    pub fn new(analyzer: Analyzer, language: Option<Language>) -> Self {
        let stemmer = language.map(|language| (language, Stemmer::new(language)));
        Self(Arc::new(Shared { analyzer, stemmer, spare: Mutex::default() }))
    }

    /// A number that differs whenever the same text may give other terms. An index carries it.
    pub fn fingerprint(&self) -> u64 {
        let language = self.0.stemmer.as_ref().map_or("", |(language, _)| language.code());
        xxh3_64(format!("{RULES} {:016x} {language}", self.0.analyzer.fingerprint()).as_bytes())
    }

    pub(super) fn reading(&self) -> Reading {
        let spare = self.0.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Reading { wording: self.clone(), scratch: spare.unwrap_or_default() }
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wording({:016x})", self.fingerprint())
    }
}

/// The terms of one text at a time; buffers are used again.
pub(super) struct Reading {
    wording: Wording,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    tokens: Tokens,
    /// Where the stem of each token stands in `stems`; `None` for tokens that are their own term, or none.
    places: Vec<Option<Place>>,
    /// By hash of the word.
    known: FxHashMap<u64, Place>,
    stems: String,
}

type Place = (u32, u32);

impl Reading {
    pub(super) fn read(&mut self, text: &str) {
        let Scratch { tokens, places, known, stems } = &mut self.scratch;
        self.wording.0.analyzer.analyze(text, tokens);
        places.clear();
        let Some((_, stemmer)) = &self.wording.0.stemmer else {
            places.resize(tokens.len(), None);
            return;
        };
        if known.len() > MOST_STEMS {
            known.clear();
            stems.clear();
        }
        places.extend(tokens.iter().map(|token| {
            (token.kind() == TokenKind::Word).then(|| {
                *known.entry(token.hash()).or_insert_with(|| {
                    let from = stems.len() as u32;
                    stems.push_str(&stemmer.stem(tokens.text(token)));
                    (from, stems.len() as u32)
                })
            })
        }));
    }

    /// How many tokens there are, masked ones included.
    pub(super) fn len(&self) -> usize {
        self.scratch.places.len()
    }

    /// The term of a token; `None` when it is never one.
    pub(super) fn term(&self, at: usize) -> Option<&str> {
        let Scratch { tokens, places, stems, .. } = &self.scratch;
        if let Some((lo, hi)) = *places.get(at)? {
            return stems.get(lo as usize..hi as usize).filter(|stem| !stem.is_empty());
        }
        let token = tokens.as_slice().get(at)?;
        (token.kind().mask().is_none()).then(|| tokens.text(token)).filter(|term| !term.is_empty())
    }

    /// What stands in the place of each token in `text`: a term or nothing.
    pub(super) fn terms(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|at| self.term(at))
    }

    pub(super) fn tokens(&self) -> &[Token] {
        self.scratch.tokens.as_slice()
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let scratch = std::mem::take(&mut self.scratch);
        self.wording.0.spare.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

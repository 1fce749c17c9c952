//! The analyser: what is switched on, and its fingerprint.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::Lexicon;
use super::scan;
use super::stem::{Language, Stemmer};
use super::token::{TokenKind, Tokens};

/// Raised whenever the same text would give other tokens; part of every model's fingerprint.
const RULES: u64 = 1;

/// Turns text into [`Tokens`]. Cheap to share: one for all threads.
///
/// | switch | default of [`indonesian`](Self::indonesian) | effect |
/// |---|---|---|
/// | lexicon | on | slang and regional words to standard Indonesian, names marked |
/// | stemmer | off | words to stems |
///
/// Cost: about 1.3 microseconds a text of the shipped sample, linear in the length; a stemmer adds several times that.
#[derive(Debug, Default)]
pub struct Analyzer {
    lexicon: Option<&'static Lexicon>,
    stemmer: Option<(Language, Stemmer)>,
}

impl Analyzer {
    /// For Indonesian and its neighbours: with the lexicon, without a stemmer.
    pub fn indonesian() -> Self {
        Self { lexicon: Some(Lexicon::indonesian()), stemmer: None }
    }

    /// For any language: Unicode rules and masks only.
    pub fn plain() -> Self {
        Self::default()
    }

    /// The same with words reduced to stems.
    #[must_use]
    pub fn with_stemmer(mut self, language: Language) -> Self {
        self.stemmer = Some((language, Stemmer::new(language)));
        self
    }

    /// The language of the stemmer, where there is one.
    pub fn stemmer(&self) -> Option<Language> {
        self.stemmer.as_ref().map(|(language, _)| *language)
    }

    /// Whether the lexicon is on.
    pub fn has_lexicon(&self) -> bool {
        self.lexicon.is_some()
    }

    /// Replaces what `tokens` held by the tokens of `text`. Any text is valid, the empty one included; what
    /// stands after the first 256 MiB is not read.
    pub fn analyze(&self, text: &str, tokens: &mut Tokens) {
        scan::scan(text, self.lexicon, tokens);
        if let Some((_, stemmer)) = &self.stemmer {
            stem_all(stemmer, tokens);
        }
    }

    /// A number that differs whenever the same text may give other tokens. A model carries the fingerprint of
    /// the analyser it was trained with and refuses to work with another.
    pub fn fingerprint(&self) -> u64 {
        let lexicon = self.lexicon.map_or(0, Lexicon::fingerprint);
        let stemmer = self.stemmer().map_or("", Language::code);
        xxh3_64(format!("{RULES} {lexicon:016x} {stemmer}").as_bytes())
    }
}

/// Rewrites every word of `tokens` by its stem.
fn stem_all(stemmer: &Stemmer, tokens: &mut Tokens) {
    for index in 0..tokens.items.len() {
        let token = tokens.items[index];
        if token.kind != TokenKind::Word {
            continue;
        }
        let stem = match stemmer.stem(tokens.text(&token)) {
            Cow::Borrowed(stem) if stem.len() as u32 == token.hi - token.lo => continue,
            stem => stem.into_owned(),
        };
        let lo = tokens.buffer.len() as u32;
        tokens.buffer.push_str(&stem);
        let token = &mut tokens.items[index];
        (token.lo, token.hi) = (lo, lo + stem.len() as u32);
        token.hash = xxh3_64(stem.as_bytes());
    }
}

//! Sequences of words to find in a text, all in one pass.

use rustc_hash::FxHashMap;

use super::analyzer::Analyzer;
use super::token::{TokenKind, Tokens};

/// Phrases, each with a value, to be found in [`Tokens`].
///
/// Phrases go through the analyser, so `jln raya` and `jalan raya` are one phrase and are found in both spellings.
/// In a phrase `#` stands for any number.
///
/// ```
/// use pilah::text::{Analyzer, Phrases, Tokens};
///
/// let analyzer = Analyzer::indonesian();
/// let phrases = Phrases::new(&analyzer, [("jalan nasional", 1), ("jalan", 2), ("sudah # hari", 3)]);
/// let mut tokens = Tokens::new();
/// analyzer.analyze("Jln. nasional rusak, sdh 3 hari", &mut tokens);
/// let mut found = Vec::new();
/// phrases.find(&tokens, |words, value| found.push((words, value)));
/// assert_eq!(found, [(0..2, 1), (0..1, 2), (3..6, 3)]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Phrases<V> {
    /// By the hash of the first word: the hashes of the others, and the value; the longest first.
    by_first: FxHashMap<u64, Vec<(Vec<u64>, V)>>,
}

/// The hash that stands for any number.
const NUMBER: u64 = 0;

impl<V: Copy> Phrases<V> {
    /// Reads the phrases with `analyzer`; empty ones are left out.
    pub fn new<'p>(analyzer: &Analyzer, phrases: impl IntoIterator<Item = (&'p str, V)>) -> Self {
        let mut by_first = FxHashMap::<u64, Vec<(Vec<u64>, V)>>::default();
        let mut tokens = Tokens::new();
        for (phrase, value) in phrases {
            analyzer.analyze(&phrase.replace('#', "1"), &mut tokens);
            let mut hashes = hashes(&tokens);
            if let Some(first) = hashes.next() {
                by_first.entry(first).or_default().push((hashes.collect(), value));
            }
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        Self { by_first }
    }

    /// Calls `found` with every occurrence: the range of its tokens, and its value. From left to right; of those
    /// that begin at one word the longest first.
    pub fn find(&self, tokens: &Tokens, mut found: impl FnMut(std::ops::Range<usize>, V)) {
        for (at, first) in hashes(tokens).enumerate() {
            for (rest, value) in self.by_first.get(&first).into_iter().flatten() {
                let others = hashes(tokens).skip(at + 1).take(rest.len());
                if others.eq(rest.iter().copied()) {
                    found(at..at + 1 + rest.len(), *value);
                }
            }
        }
    }
}

fn hashes(tokens: &Tokens) -> impl Iterator<Item = u64> {
    tokens.iter().map(|token| if token.kind() == TokenKind::Number { NUMBER } else { token.hash() })
}

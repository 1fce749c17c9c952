//! Sequences of words to find in a text, all in one pass.

use rustc_hash::FxHashMap;

use super::analyzer::Analyzer;
use super::token::{Token, TokenKind, Tokens};

/// Phrases, each with a value, to be found in [`Tokens`].
///
/// Phrases go through the analyser, so `jln raya` and `jalan raya` are one phrase and are found in both spellings.
/// A number stands for its value (`05` is `5`); in a phrase with `#`, every number stands for any.
///
/// Cost: a look into a map of bits for each word that begins no phrase, however many phrases there are; for the others as
/// many look-ups as the phrases that begin so have different lengths. Nothing is allocated.
///
/// ```
/// use pilah::text::{Analyzer, Phrases, Tokens};
///
/// let analyzer = Analyzer::indonesian();
/// let phrases = [("jalan nasional", 1), ("jalan", 2), ("sudah # hari", 3), ("gas 3 kg", 4)];
/// let phrases = Phrases::new(&analyzer, phrases);
/// let mut tokens = Tokens::new();
/// analyzer.analyze("Jln. nasional rusak, sdh 12 hari; gas 5 kg", &mut tokens);
/// let mut found = Vec::new();
/// phrases.find(&tokens, |words, value| found.push((words, value)));
/// assert_eq!(found, [(0..2, 1), (0..1, 2), (3..6, 3)]);
/// ```
#[derive(Debug, Clone)]
pub struct Phrases<V> {
    /// One bit for some bits of each first word: most words are seen to begin nothing without a look-up.
    seen: Box<[u64]>,
    /// By the first word: where the lengths of its phrases stand in `lengths`.
    firsts: FxHashMap<u64, (u32, u32)>,
    /// In words, the longest first.
    lengths: Vec<u32>,
    /// By all words of a phrase: where its values stand in `values`.
    whole: FxHashMap<u64, (u32, u32)>,
    values: Vec<V>,
}

/// What stands for any number.
const NUMBER: u64 = 0;

/// No phrases.
impl<V> Default for Phrases<V> {
    fn default() -> Self {
        Self {
            seen: Box::default(),
            firsts: FxHashMap::default(),
            lengths: Vec::new(),
            whole: FxHashMap::default(),
            values: Vec::new(),
        }
    }
}

impl<V: Copy> Phrases<V> {
    /// Reads the phrases with `analyzer`; empty ones are left out. A phrase that occurs twice has both values, in the
    /// order given.
    pub fn new<'p>(analyzer: &Analyzer, phrases: impl IntoIterator<Item = (&'p str, V)>) -> Self {
        let mut maker = PhraseMaker::new(analyzer);
        for (phrase, value) in phrases {
            maker.add(phrase, value);
        }
        maker.finish()
    }

    /// Calls `found` with every occurrence: the range of its tokens, and its value. From left to right; of those
    /// that begin at one word the longest first, and of two as long the one that names its numbers.
    pub fn find(&self, tokens: &Tokens, mut found: impl FnMut(std::ops::Range<usize>, V)) {
        let all = tokens.as_slice();
        for (at, first) in all.iter().enumerate() {
            let first = word(first);
            let (bits, bit) = place(first, self.seen.len());
            if self.seen.get(bits).is_none_or(|bits| bits & bit == 0) {
                continue;
            }
            let Some(lengths) = self.firsts.get(&first).and_then(|&range| slice(&self.lengths, range)) else {
                continue;
            };
            for &length in lengths {
                let range = at..at + length as usize;
                let Some(words) = all.get(range.clone()) else { continue };
                let whole = words.iter().fold(Whole::EMPTY, |whole, token| whole.with(tokens, token));
                let keys = [Some(whole.exact), (whole.any != whole.exact).then_some(whole.any)];
                for key in keys.into_iter().flatten() {
                    let values = self.whole.get(&key).and_then(|&range| slice(&self.values, range));
                    for &value in values.into_iter().flatten() {
                        found(range.clone(), value);
                    }
                }
            }
        }
    }
}

/// Collects phrases. Those that differ in their beginning alone are read once, which counts where there are hundreds
/// of thousands.
pub(crate) struct PhraseMaker<'a, V> {
    analyzer: &'a Analyzer,
    tokens: Tokens,
    /// By the first word, the lengths of its phrases.
    firsts: FxHashMap<u64, Vec<u32>>,
    /// All words of each phrase, and its value.
    all: Vec<(u64, V)>,
}

/// The words a phrase begins with, read.
#[derive(Clone, Copy)]
pub(crate) struct Beginning {
    first: u64,
    length: u32,
    whole: Whole,
}

impl<'a, V: Copy> PhraseMaker<'a, V> {
    pub(crate) fn new(analyzer: &'a Analyzer) -> Self {
        Self { analyzer, tokens: Tokens::new(), firsts: FxHashMap::default(), all: Vec::new() }
    }

    pub(crate) fn add(&mut self, phrase: &str, value: V) {
        let any = phrase.contains('#');
        if any {
            self.analyzer.analyze(&phrase.replace('#', "1"), &mut self.tokens);
        } else {
            self.analyzer.analyze(phrase, &mut self.tokens);
        }
        if let Some(read) = self.read() {
            self.push(read.first, read.length, if any { read.whole.any } else { read.whole.exact }, value);
        }
    }

    /// Reads words for [`Self::add_each`]; `None` when they are none.
    pub(crate) fn beginning(&mut self, words: &str) -> Option<Beginning> {
        self.analyzer.analyze(words, &mut self.tokens);
        self.read()
    }

    /// Adds the phrases made of each beginning and `rest`.
    pub(crate) fn add_each(&mut self, beginnings: &[Beginning], rest: &str, value: V) {
        self.analyzer.analyze(rest, &mut self.tokens);
        for &Beginning { first, length, whole } in beginnings {
            let whole = self.tokens.iter().fold(whole, |whole, token| whole.with(&self.tokens, token));
            self.push(first, length + self.tokens.len() as u32, whole.exact, value);
        }
    }

    fn read(&self) -> Option<Beginning> {
        let first = word(self.tokens.as_slice().first()?);
        let whole = self.tokens.iter().fold(Whole::EMPTY, |whole, token| whole.with(&self.tokens, token));
        Some(Beginning { first, length: self.tokens.len() as u32, whole })
    }

    fn push(&mut self, first: u64, length: u32, whole: u64, value: V) {
        let lengths = self.firsts.entry(first).or_default();
        if !lengths.contains(&length) {
            lengths.push(length);
        }
        self.all.push((whole, value));
    }

    pub(crate) fn finish(mut self) -> Phrases<V> {
        // Stable: values of one phrase keep their order.
        self.all.sort_by_key(|(whole, _)| *whole);
        let mut phrases =
            Phrases { seen: vec![0; seen_words(self.firsts.len())].into(), ..Phrases::default() };
        phrases.values.reserve(self.all.len());
        phrases.whole.reserve(self.all.len());
        phrases.firsts.reserve(self.firsts.len());
        for (first, mut lengths) in self.firsts {
            lengths.sort_unstable_by_key(|length| std::cmp::Reverse(*length));
            let from = phrases.lengths.len() as u32;
            phrases.lengths.append(&mut lengths);
            phrases.firsts.insert(first, (from, phrases.lengths.len() as u32));
            let (at, bit) = place(first, phrases.seen.len());
            if let Some(bits) = phrases.seen.get_mut(at) {
                *bits |= bit;
            }
        }
        for same in self.all.chunk_by(|(a, _), (b, _)| a == b) {
            let from = phrases.values.len() as u32;
            phrases.values.extend(same.iter().map(|(_, value)| *value));
            if let Some((whole, _)) = same.first() {
                phrases.whole.insert(*whole, (from, phrases.values.len() as u32));
            }
        }
        phrases
    }
}

/// The words of a phrase as one number, once with numbers by their value and once with any for each.
#[derive(Clone, Copy)]
struct Whole {
    exact: u64,
    any: u64,
}

impl Whole {
    const EMPTY: Self = Self { exact: 0, any: 0 };

    fn with(self, tokens: &Tokens, token: &Token) -> Self {
        let any = word(token);
        let exact = if token.kind == TokenKind::Number { number(tokens.text(token)) } else { any };
        Self { exact: join(self.exact, exact), any: join(self.any, any) }
    }
}

fn word(token: &Token) -> u64 {
    if token.kind == TokenKind::Number { NUMBER } else { token.hash }
}

/// A number by its value: up to six digits, so that it fits.
fn number(digits: &str) -> u64 {
    let value = digits.parse::<u64>().unwrap_or(u64::MAX - 1);
    (value + 1).wrapping_mul(0x9E37_79B9_7F4A_7C55)
}

/// Words are known by 64 bits of hash alone, and so are phrases.
fn join(sum: u64, word: u64) -> u64 {
    let mixed = (sum.rotate_left(23) ^ word).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ mixed >> 32
}

/// Words of the map of bits, a power of two: sixteen bits or more for each first word.
fn seen_words(firsts: usize) -> usize {
    (firsts / 4).next_power_of_two().clamp(16, 4096)
}

fn place(first: u64, words: usize) -> (usize, u64) {
    ((first >> 6) as usize & words.wrapping_sub(1), 1 << (first & 63))
}

fn slice<T>(all: &[T], (from, to): (u32, u32)) -> Option<&[T]> {
    all.get(from as usize..to as usize)
}

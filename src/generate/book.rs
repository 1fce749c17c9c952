//! Sentences as templates: words that may be written otherwise, and slots that are filled anew each time.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::variants::VARIANTS;
use super::words::MONTHS;

/// What is filled in anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Village,
    District,
    Regency,
    Street,
    House,
    Rt,
    Rw,
    Estate,
    Landmark,
    Block,
    Span,
    Count,
    Month,
    Year,
    Hour,
    Greeting,
}

impl Slot {
    const NAMES: [(&'static str, Self); 16] = [
        ("village", Self::Village),
        ("district", Self::District),
        ("regency", Self::Regency),
        ("street", Self::Street),
        ("house", Self::House),
        ("rt", Self::Rt),
        ("rw", Self::Rw),
        ("estate", Self::Estate),
        ("landmark", Self::Landmark),
        ("block", Self::Block),
        ("span", Self::Span),
        ("count", Self::Count),
        ("month", Self::Month),
        ("year", Self::Year),
        ("hour", Self::Hour),
        ("greeting", Self::Greeting),
    ];
}

/// A part of a sentence; offsets point into the text of its [`Book`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// A word; `variants` is one more than its place in the table of variants, 0 for none.
    Word {
        at: u32,
        len: u16,
        variants: u16,
    },
    /// Signs and spaces.
    Signs {
        at: u32,
        len: u16,
    },
    /// Other digits, as many.
    Digits(u8),
    /// Zeros, as many: what once hid a number.
    Zeros(u8),
    Slot(Slot),
}

/// A sentence of a [`Book`]; cheap to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sentence {
    first: u32,
    last: u32,
}

/// All sentences.
#[derive(Debug)]
pub(super) struct Book {
    text: String,
    pieces: Vec<Piece>,
    variants: FxHashMap<&'static str, u16>,
}

impl Book {
    pub(super) fn new() -> Self {
        let variants = VARIANTS.iter().zip(1..).map(|(variants, place)| (variants.word, place)).collect();
        Self { text: String::new(), pieces: Vec::new(), variants }
    }

    pub(super) fn pieces(&self, sentence: Sentence) -> &[Piece] {
        &self.pieces[sentence.first as usize..sentence.last as usize]
    }

    pub(super) fn text(&self, at: u32, len: u16) -> &str {
        &self.text[at as usize..at as usize + len as usize]
    }

    /// Bytes of all sentences.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds sentences of this module, in which `{street}` stands for a slot.
    pub(super) fn patterns(&mut self, patterns: &[&str]) -> Vec<Sentence> {
        let read = |pattern: &&str| {
            let mut spans = Vec::new();
            for (at, rest) in pattern.match_indices('{').map(|(at, _)| (at, &pattern[at + 1..])) {
                let name = rest.split('}').next().unwrap_or_default();
                let known = Slot::NAMES.iter().find(|(known, _)| *known == name);
                spans.extend(known.map(|(_, slot)| (at..at + name.len() + 2, *slot)));
            }
            self.add(pattern, 0..pattern.len(), &spans)
        };
        patterns.iter().map(read).collect()
    }

    /// Adds a sentence, a part of a text; `spans`, ascending, are the parts of the text that slots replace.
    pub(super) fn add(
        &mut self,
        text: &str,
        sentence: Range<usize>,
        spans: &[(Range<usize>, Slot)],
    ) -> Sentence {
        let first = self.pieces.len() as u32;
        let shouted = !text[sentence.clone()].contains(char::is_lowercase);
        let mut before = String::new();
        let mut at = sentence.start;
        while at < sentence.end {
            if let Some((span, slot)) =
                spans.iter().find(|(span, _)| span.start == at && span.end <= sentence.end)
            {
                self.pieces.push(Piece::Slot(*slot));
                at = span.end;
                before.clear();
                continue;
            }
            // A run ends where a slot begins.
            let limit =
                spans.iter().map(|(span, _)| span.start).find(|start| *start > at).unwrap_or(sentence.end);
            let rest = &text[at..limit.min(sentence.end)];
            let run = run(rest);
            let part = &rest[..run];
            if part.starts_with(char::is_alphabetic) {
                let word = part.to_lowercase();
                let street = if shouted { 0 } else { street(&word, &rest[run..]) };
                if street > 0 {
                    self.pieces.push(Piece::Slot(Slot::Street));
                    at += street;
                } else if MONTHS.iter().any(|month| month.eq_ignore_ascii_case(&word)) {
                    self.pieces.push(Piece::Slot(Slot::Month));
                } else {
                    self.word(part, &word);
                }
                before = word;
            } else if part.starts_with(|c: char| c.is_ascii_digit()) {
                self.pieces.push(digits(part, &before));
                before.clear();
            } else {
                self.signs(part);
            }
            at += run;
        }
        Sentence { first, last: self.pieces.len() as u32 }
    }

    fn word(&mut self, part: &str, word: &str) {
        let variants = self.variants.get(word).copied().unwrap_or_default();
        let (at, len) = self.keep(part);
        self.pieces.push(Piece::Word { at, len, variants });
    }

    fn signs(&mut self, part: &str) {
        let (at, len) = self.keep(part);
        self.pieces.push(Piece::Signs { at, len });
    }

    fn keep(&mut self, part: &str) -> (u32, u16) {
        let at = self.text.len() as u32;
        self.text.push_str(part);
        (at, part.len() as u16)
    }
}

/// Bytes of the first word, number or run of other signs; `anak2` is one word.
fn run(text: &str) -> usize {
    let end = |from: usize, within: fn(char) -> bool| {
        text[from..].find(|c| !within(c)).map_or(text.len(), |found| from + found)
    };
    match text.chars().next() {
        Some(c) if c.is_ascii_digit() => end(0, |c| c.is_ascii_digit()),
        Some(c) if c.is_alphabetic() => {
            let letters = end(0, char::is_alphabetic);
            let twice = text[letters..].starts_with('2') && run(&text[letters..]) == 1;
            letters + usize::from(twice)
        }
        _ => end(0, |c| !c.is_alphabetic() && !c.is_ascii_digit()),
    }
}

/// Bytes behind `jl` that are the name of a street: up to three words with a capital; 0 when there is none.
fn street(word: &str, rest: &str) -> usize {
    if !matches!(word, "jl" | "jln" | "jalan") {
        return 0;
    }
    let mut at = rest.len() - rest.trim_start_matches(['.', ' ']).len();
    let mut end = 0;
    for _ in 0..3 {
        let name = &rest[at..];
        if at == 0 || !name.starts_with(char::is_uppercase) {
            break;
        }
        end = at + run(name);
        if !rest[end..].starts_with(' ') {
            break;
        }
        at = end + 1;
    }
    end
}

fn digits(part: &str, before: &str) -> Piece {
    let count = part.len().min(9) as u8;
    match before {
        "rt" => Piece::Slot(Slot::Rt),
        "rw" => Piece::Slot(Slot::Rw),
        _ if part.bytes().all(|digit| digit == b'0') => Piece::Zeros(count),
        _ if count == 4 && (part.starts_with("19") || part.starts_with("20")) => Piece::Slot(Slot::Year),
        _ => Piece::Digits(count),
    }
}

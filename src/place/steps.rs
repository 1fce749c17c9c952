//! The tokens of a text, with what is known of each before names are looked for.

use std::ops::Range;

use super::roll::Roll;
use super::words::{Known, Marker, Words, packed, written_out};
use crate::text::{Analyzer, Token, TokenKind, Tokens};

/// A token and what is known of it before names are looked for.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a word, each read on its own")]
pub(super) struct Step {
    pub(super) roll: Roll,
    pub(super) key: u64,
    pub(super) marker: Option<Marker>,
    /// A word that is never a place alone.
    pub(super) stop: bool,
    /// A word or number, and not a mask.
    pub(super) letters: bool,
    pub(super) number: bool,
    /// A small number of Rome.
    pub(super) roman: bool,
    /// An abbreviation that is read as the whole word.
    pub(super) short: bool,
    /// Only a space or a hyphen stands between it and the token before.
    pub(super) joined: bool,
    pub(super) length: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The tokens of one text, in buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Steps {
    tokens: Tokens,
    items: Vec<Step>,
    analyzer: Analyzer,
}

impl Steps {
    /// Reads a text.
    pub(super) fn read(&mut self, text: &str) {
        let mut tokens = std::mem::take(&mut self.tokens);
        self.analyzer.analyze(text, &mut tokens);
        self.take(text, &tokens);
        self.tokens = tokens;
    }

    /// Takes the tokens of a text, by whatever analyser: what counts is what was written, so that no everyday word
    /// for a slang one stands in the way of a name.
    pub(super) fn take(&mut self, text: &str, tokens: &Tokens) {
        let words = Words::shipped();
        self.items.clear();
        let mut before: Option<Range<usize>> = None;
        for token in tokens {
            let span = token.span();
            if before.as_ref() == Some(&span) {
                continue; // slang for several words
            }
            let number = token.kind() == TokenKind::Number;
            let letters = number || matches!(token.kind(), TokenKind::Word | TokenKind::Name);
            let form = if letters { written(tokens, token) } else { b"" };
            let short = if form.len() <= 4 { written_out(packed(form)) } else { None };
            let roman = form.len() <= 4 && form.iter().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
            let roll = short.unwrap_or_else(|| Roll::of(form));
            let key = roll.key();
            let joined = before.is_some_and(|before| {
                let gap = text.as_bytes().get(before.end..span.start).unwrap_or_default();
                let abbreviated = before.len() <= 3;
                gap == b" "
                    || (gap.len() <= 3
                        && gap
                            .iter()
                            .all(|&byte| matches!(byte, b' ' | b'-') || (abbreviated && byte == b'.')))
            });
            let Known { marker, stop } = if letters { words.look_up(key) } else { Known::default() };
            let (start, end, length) = (span.start as u32, span.end as u32, form.len() as u32);
            let short = short.is_some();
            self.items.push(Step {
                roll,
                key,
                marker,
                stop,
                letters,
                number,
                roman,
                short,
                joined,
                length,
                start,
                end,
            });
            before = Some(span);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Step> {
        self.items.get(at)
    }

    /// The hash of some words that stand close together and may be a name in a field.
    pub(super) fn phrase(&self, at: usize, count: usize) -> Option<Roll> {
        let steps = self.items.get(at..at + count)?;
        let close = steps.iter().skip(1).all(|step| step.joined) && steps.iter().all(|step| step.letters);
        let letters: u32 = steps.iter().map(|step| step.length).sum();
        (close && letters >= 3).then(|| steps.iter().fold(Roll::EMPTY, |roll, step| roll.join(step.roll)))
    }

    /// How a word is written.
    pub(super) fn written<'t>(&self, text: &'t str, at: usize) -> &'t str {
        self.items
            .get(at)
            .and_then(|step| text.get(step.start as usize..step.end as usize))
            .unwrap_or_default()
    }

    /// Whether a sentence ends right before a word; behind a short word a point may stand for what was left out.
    pub(super) fn opens(&self, text: &str, at: usize) -> bool {
        let Some([before, step]) = at.checked_sub(1).and_then(|from| self.items.get(from..=at)) else {
            return true;
        };
        let gap = text.as_bytes().get(before.end as usize..step.start as usize).unwrap_or_default();
        before.length > 3 && gap.iter().any(|byte| matches!(byte, b'.' | b'!' | b'?'))
    }

    /// Whether nothing, or nothing but a comma, stands between a word and the one before it.
    pub(super) fn follows(&self, text: &str, at: usize) -> bool {
        let Some([before, step]) = at.checked_sub(1).and_then(|from| self.items.get(from..=at)) else {
            return false;
        };
        step.joined || text.get(before.end as usize..step.start as usize) == Some(", ")
    }

    /// Where some words stand in the text.
    pub(super) fn span(&self, at: usize, count: usize) -> (u32, u32) {
        let start = self.items.get(at).map_or(0, |step| step.start);
        let end = self.items.get(at + count.max(1) - 1).map_or(start, |step| step.end);
        (start, end)
    }

    /// The letters and digits of some words of the text, in lower case, nothing between them.
    pub(super) fn write(&self, text: &str, at: usize, count: usize, scratch: &mut String) {
        scratch.clear();
        for step in self.items.iter().skip(at).take(count) {
            let written = text.get(step.start as usize..step.end as usize).unwrap_or_default();
            scratch.extend(written.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()));
        }
    }
}

/// What was written, in lower case; the normal form of what holds other letters than ASCII's.
fn written<'t>(tokens: &'t Tokens, token: &Token) -> &'t [u8] {
    let form = tokens.text(token).as_bytes();
    let written = tokens.written(token).as_bytes();
    let same = std::ptr::eq(form.as_ptr(), written.as_ptr()) && form.len() == written.len();
    if same || !written.iter().all(u8::is_ascii_alphanumeric) { form } else { written }
}

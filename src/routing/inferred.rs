//! A unit that stands in no table: the words of a kind, and a name behind them.

use std::ops::Range;

use super::kinds::Kinds;
use crate::place::{Gazetteer, RegionCode};
use crate::text::{Token, TokenKind, Tokens};

/// A kind of unit with the name that follows it in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inferred {
    pub(super) kind: u16,
    /// `Puskesmas Keputih`.
    pub(super) name: String,
    /// `keputih`.
    pub(super) slug: String,
    /// Regions of the country that bear the name, ascending.
    pub(super) regions: Vec<RegionCode>,
}

/// Most words of a name.
const LONGEST: usize = 4;

/// Bytes for the words of a name: no region's is longer.
const ROOM: usize = 80;

/// Titles that stand before a name.
const TITLES: [&str; 11] = ["dr", "drg", "prof", "ir", "h", "hj", "kh", "r", "raden", "st", "santo"];

/// What is counted, not named: `SMP 3 hari libur`.
const MEASURES: [&str; 16] = [
    "hari", "minggu", "bulan", "tahun", "jam", "menit", "kali", "orang", "anak", "siswa", "guru", "kelas",
    "ruang", "unit", "meter", "km",
];

/// The unit whose kind these tokens say, and the tokens that name it; `None` when no name follows. What counts as
/// one: a number, for kinds that have numbers; up to four words that are a region's name; a word that is no everyday
/// one; personal names behind it or behind a title.
pub(super) fn infer(
    tokens: &Tokens,
    range: Range<usize>,
    kind: u16,
    word: u16,
) -> Option<(Range<usize>, Inferred)> {
    let of = Kinds::shipped().get(kind)?;
    let (words, weak) = of.words.get(usize::from(word))?;
    let follow = Following { tokens, kind: range.end };
    let mut regions = Vec::new();
    let mut count =
        follow.region(&mut regions).or_else(|| if *weak { None } else { follow.name() }).unwrap_or(0);
    if of.numbered && follow.number(count) {
        count += 1;
    }
    if count == 0 {
        return None;
    }
    // What is named after a person stands anywhere.
    if follow.word(0).is_some_and(|(word, _)| TITLES.contains(&word)) {
        regions.clear();
    }
    let end = range.end + count;
    let mut name = words.clone();
    let mut slug = String::new();
    for token in tokens.as_slice().get(range.end..end)? {
        let written = tokens.written(token);
        name.push(' ');
        let mut letters = written.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(written);
    }
    Some((range.start..end, Inferred { kind, name, slug, regions }))
}

/// Whether a word looks like one that is made from another, so that it is hardly a name: `diarahkan`.
fn is_derived(word: &str) -> bool {
    let starts = ["di", "me", "ber", "ter"].iter().any(|start| word.starts_with(start));
    let ends = ["nya", "kan", "lah", "kah", "pun"].iter().any(|end| word.ends_with(end));
    word.len() >= 6 && (starts || ends)
}

/// What follows the words of a kind.
struct Following<'t> {
    tokens: &'t Tokens,
    /// The first token behind them.
    kind: usize,
}

impl<'t> Following<'t> {
    /// The token `ahead`, when nothing but a space stands before it, or a dot behind a title.
    fn token(&self, ahead: usize) -> Option<&'t Token> {
        let at = self.kind + ahead;
        let token = self.tokens.as_slice().get(at)?;
        let before = self.tokens.as_slice().get(at.checked_sub(1)?)?;
        let gap = self.tokens.between(before, token);
        let close = !gap.is_empty() && gap.bytes().all(|byte| byte == b' ');
        let title = TITLES.contains(&self.tokens.written(before)) && gap.trim() == ".";
        (close || title).then_some(token)
    }

    /// The same for a word: in lower case as it was written.
    fn word(&self, ahead: usize) -> Option<(&'t str, TokenKind)> {
        let token = self.token(ahead)?;
        let word = self.tokens.written(token);
        let is_word = matches!(token.kind(), TokenKind::Word | TokenKind::Name);
        (is_word && !word.is_empty()).then_some((word, token.kind()))
    }

    /// How many words are a region's name, the longest; its regions are added. Nothing is allocated for other words.
    fn region(&self, regions: &mut Vec<RegionCode>) -> Option<usize> {
        let mut joined = [b' '; ROOM];
        let mut ends = [0; LONGEST];
        let (mut count, mut length, mut rare) = (0, 0, LONGEST);
        while let Some((word, _)) = self.word(count)
            && let Some(end) = ends.get_mut(count)
            && let Some(room) = joined.get_mut(length..length + word.len())
        {
            room.copy_from_slice(word.as_bytes());
            *end = length + word.len();
            length = *end + 1;
            if rare == LONGEST && !Gazetteer::is_everyday(word) {
                rare = count;
            }
            count += 1;
        }
        // Everyday words alone are no name.
        (rare + 1..=count).rev().find(|&count| {
            let end = count.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or_default();
            let name = joined.get(..end).and_then(|name| std::str::from_utf8(name).ok());
            *regions = Gazetteer::shipped().named(name.unwrap_or_default());
            !regions.is_empty()
        })
    }

    /// How many words are another name.
    fn name(&self) -> Option<usize> {
        let mut count = 0;
        let mut titled = false;
        while let Some((word, _)) = self.word(count).filter(|(word, _)| TITLES.contains(word)) {
            titled |= !word.is_empty();
            count += 1;
        }
        let (word, kind) = self.word(count)?;
        let plain = self.token(count).is_some_and(|token| self.tokens.text(token) == word);
        let rare = word.len() >= 4 && plain && !is_derived(word) && !Gazetteer::is_everyday(word);
        if !(rare || kind == TokenKind::Name || titled) {
            return None;
        }
        count += 1;
        while count < LONGEST + 1 && self.word(count).is_some_and(|(_, kind)| kind == TokenKind::Name) {
            count += 1;
        }
        Some(count)
    }

    /// Whether a number stands there that counts nothing.
    fn number(&self, ahead: usize) -> bool {
        let number = self
            .token(ahead)
            .is_some_and(|token| token.kind() == TokenKind::Number && self.tokens.written(token).len() <= 3);
        number && self.word(ahead + 1).is_none_or(|(word, _)| !MEASURES.contains(&word))
    }
}

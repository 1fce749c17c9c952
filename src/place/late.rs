//! Names that only the rest of the text makes certain: everyday words, misspellings, and what lies far from the
//! territory, beside or inside a region that is named elsewhere in the text.

use super::code::{Level, RegionCode};
use super::mention::Strength;
use super::near;
use super::roll::{Roll, letters_of};
use super::scan::{Kept, Scan, is_common, is_person};
use super::words::{Kinds, Marker};

/// Most words of a name beside that of what is around it.
const LONGEST: usize = 3;

/// A name with more regions is no anchor for others.
const CLEAR: usize = 8;

/// A marked name with more regions is not compared with what is around each.
const SHARED: usize = 32;

/// Words before the place where something is.
const IN: [&str; 5] = ["di", "daerah", "wilayah", "ning", "ing"];

/// Least letters of a misspelled name of what is around another.
const LEAST: usize = 5;

/// More regions of one name are not asked whether it begins with what is around them.
const ENCLOSED: usize = 4;

/// Where a name was found: its words with those that mark it, and the mention that stands for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) mention: usize,
}

/// A word behind a marker that is no name: where it stands, what it should be, and where the marker stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub(super) at: usize,
    pub(super) kinds: Kinds,
    pub(super) from: usize,
}

/// What the first look at a text leaves for the second; buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Traces {
    pub(super) spots: Vec<Spot>,
    pub(super) missed: Vec<Missed>,
    /// Words with a capital behind `di` and its like.
    capitals: Vec<usize>,
}

/// Most names, words and capitals that the second look goes back to: more than a page holds.
const MOST: usize = 128;

/// Keeps a trace, unless there are [`MOST`].
pub(super) fn push<T>(traces: &mut Vec<T>, trace: T) {
    if traces.len() < MOST {
        traces.push(trace);
    }
}

impl Traces {
    pub(super) fn clear(&mut self) {
        self.spots.clear();
        self.missed.clear();
        self.capitals.clear();
    }

    fn covers(&self, at: usize) -> bool {
        self.spots.iter().any(|spot| (spot.from..spot.to).contains(&at))
    }
}

impl Scan<'_> {
    /// Notes a word that is no name by itself, if it is written like one.
    #[inline]
    pub(super) fn note(&mut self, at: usize) {
        let start = self.steps.get(at).map_or(0, |step| step.start as usize);
        if self.text.as_bytes().get(start).is_some_and(u8::is_ascii_uppercase)
            && IN.contains(&self.steps.written(self.text, at.wrapping_sub(1)))
        {
            push(&mut self.traces.capitals, at);
        }
    }

    /// Whether a name begins with that of something around all the regions behind `before`.
    pub(super) fn is_enclosed(&self, before: usize, at: usize, count: usize) -> bool {
        let regions = self.mentions.regions.get(before..).unwrap_or_default();
        let mut roll = Roll::EMPTY;
        (at..at + count.saturating_sub(1)).filter_map(|at| self.steps.get(at)).any(|step| {
            roll = roll.join(step.roll);
            let entries = self.gazetteer.find(roll.key());
            let around = |code: &RegionCode| {
                let mut others = entries.iter().filter_map(|entry| self.gazetteer.code_of(entry.row()));
                others.any(|other| other != *code && other.contains(code))
            };
            !entries.is_empty() && regions.len() <= ENCLOSED && regions.iter().all(around)
        })
    }

    /// The second look at a text.
    pub(super) fn late(&mut self) {
        for at in 0..self.traces.spots.len() {
            if let Some(spot) = self.traces.spots.get(at).copied() {
                self.around(spot);
            }
        }
        for at in 0..self.traces.missed.len() {
            if let Some(missed) = self.traces.missed.get(at).copied() {
                self.misspelled_inside(missed);
            }
        }
        for at in 0..self.traces.capitals.len() {
            if let Some(at) = self.traces.capitals.get(at).copied() {
                self.capital(at);
            }
        }
    }

    /// The words around a name.
    fn around(&mut self, spot: Spot) {
        let Some(mention) = self.mentions.items.get(spot.mention) else { return };
        let (mut deep, mut wide) = (false, false);
        let regions = self.mentions.regions_of(mention);
        for code in regions.iter().take(SHARED) {
            let level = code.level();
            deep |= level > Level::Regency;
            wide |= level <= Level::District;
        }
        if deep && regions.len() <= if mention.strength == Strength::Bare { CLEAR } else { SHARED } {
            self.misspelled_behind(spot);
        }
        if wide && self.regions(spot).len() <= CLEAR {
            self.before(spot);
            self.behind(spot);
        }
    }

    /// The regions that a spot can mean.
    fn regions(&self, spot: Spot) -> &[RegionCode] {
        let mention = self.mentions.items.get(spot.mention);
        mention.map(|mention| self.mentions.regions_of(mention)).unwrap_or_default()
    }

    /// A word right behind a name that is nearly the name of what is around it: `Pagutan Mataran`.
    fn misspelled_behind(&mut self, spot: Spot) {
        let Some(step) = self.steps.get(spot.to).copied() else { return };
        let word = step.letters && !step.number && !step.stop && step.marker.is_none();
        if !word || (step.length as usize) < LEAST || !self.steps.follows(self.text, spot.to) {
            return;
        }
        if self.words.is_common(step.key) || self.words.is_qualifier(step.key) || self.agrees(spot) {
            return;
        }
        self.steps.write(self.text, spot.to, 1, self.scratch);
        let letters = letters_of(self.scratch);
        let before = self.mentions.regions.len();
        for index in 0..self.regions(spot).len() {
            let mut next = self.regions(spot).get(index).and_then(|code| code.parent());
            while let Some(code) = next.filter(|code| code.level() >= Level::Regency) {
                next = code.parent();
                let Some(row) = self.gazetteer.row(code) else { continue };
                let near = (letters ^ self.gazetteer.letters(row)).count_ones() <= 2
                    && near::edits(self.scratch, self.gazetteer.bare_name(row), 1).is_some();
                if near && !self.mentions.regions.iter().skip(before).any(|known| *known == code) {
                    self.mentions.regions.push(code);
                }
            }
        }
        if self.mentions.regions.len() > before {
            let kept = Kept { strength: Strength::Bare, edits: 1, everyday: false };
            self.close(before, spot.to, 1, spot.to, kept);
        }
    }

    /// Whether the word behind a spot is a name that goes with it, or more than a village's that stands alone.
    fn agrees(&self, spot: Spot) -> bool {
        let Some(next) = self.traces.spots.iter().find(|next| (next.from..next.to).contains(&spot.to)) else {
            return false;
        };
        let bare =
            self.mentions.items.get(next.mention).is_some_and(|mention| mention.strength == Strength::Bare);
        let goes_with = |code: &RegionCode| {
            code.level() != Level::Village
                || self.regions(spot).iter().any(|other| other.contains(code) || code.contains(other))
        };
        !bare || next.to > next.from + 1 || self.regions(*next).iter().any(goes_with)
    }

    /// A marked word that is nearly the name of something in a region of the text: `kec Cengkaren jakbar`.
    fn misspelled_inside(&mut self, missed: Missed) {
        for at in 0..self.mentions.items.len() {
            let Some(mention) = self.mentions.items.get(at).filter(|mention| mention.to - mention.from <= 2)
            else {
                continue;
            };
            for index in mention.from..mention.to {
                let Some(&region) = self.mentions.regions.get(index as usize) else { continue };
                let around = match region.level() {
                    Level::Province => missed.kinds != Kinds::VILLAGE,
                    Level::Regency => true,
                    Level::District => missed.kinds == Kinds::VILLAGE,
                    Level::Village => false,
                };
                let known = self.territory.is_some_and(|territory| territory.contains(&region));
                if around && !known && self.nearly(region, 1, missed).is_some() {
                    return;
                }
            }
        }
    }

    /// A name right before that of what is around it: `Gambut Kab Banjar`, `Waru Sidoarjo`.
    fn before(&mut self, spot: Spot) {
        let last = spot.from.checked_sub(1).and_then(|at| self.steps.get(at));
        let word = last.is_some_and(|step| step.letters && !step.stop && step.marker.is_none());
        if !word || !self.steps.follows(self.text, spot.from) {
            return;
        }
        for count in (1..=LONGEST.min(spot.from)).rev() {
            if self.beside(spot.from - count, count, spot) {
                return;
            }
        }
    }

    /// A name right behind that of what is around it: `Sidoarjo, Taman`.
    fn behind(&mut self, spot: Spot) {
        if !self.is_capital(spot.to) || !self.steps.follows(self.text, spot.to) {
            return;
        }
        for count in (1..=LONGEST).rev() {
            if self.beside(spot.to, count, spot) {
                return;
            }
        }
    }

    fn beside(&mut self, at: usize, count: usize, spot: Spot) -> bool {
        let Some((key, road)) = self.name(at, count) else { return false };
        let before = self.mentions.regions.len();
        let (entries, gazetteer) = (self.gazetteer.find(key), self.gazetteer);
        for entry in entries.iter().filter(|entry| !entry.is_alias()) {
            let Some(code) = gazetteer.code_of(entry.row()).filter(|code| code.level() > Level::Regency)
            else {
                continue;
            };
            let district = code.level() == Level::District;
            let around = |other: &RegionCode| {
                (district || other.level() >= Level::Regency) && *other != code && other.contains(&code)
            };
            if (district || !road) && self.regions(spot).iter().any(around) {
                self.mentions.regions.push(code);
            }
        }
        if self.mentions.regions.len() == before {
            return false;
        }
        let capital = at >= spot.to || self.is_proper(at, at + count);
        if (is_common(entries) && !(capital && self.is_capital(at))) || self.continues(at, count) {
            self.mentions.regions.truncate(before);
            return false;
        }
        self.keep(before, at, count, road);
        true
    }

    /// An everyday word that is written as a name behind `di` and lies in a region of the text or in the territory.
    fn capital(&mut self, at: usize) {
        if !self.is_proper(at, at + 1) || self.traces.covers(at) {
            return;
        }
        for count in (1..=LONGEST).rev() {
            let Some((key, _)) = self.name(at, count).filter(|_| !self.continues(at, count)) else {
                continue;
            };
            let before = self.mentions.regions.len();
            let gazetteer = self.gazetteer;
            for entry in gazetteer.find(key).iter().filter(|entry| !entry.is_alias()) {
                let Some(code) = gazetteer.code_of(entry.row()).filter(|code| code.level() > Level::Regency)
                else {
                    continue;
                };
                let around = |other: &RegionCode| {
                    other.level() >= Level::Regency && *other != code && other.contains(&code)
                };
                let clear = self
                    .mentions
                    .items
                    .iter()
                    .filter(|mention| (mention.to - mention.from) as usize <= CLEAR);
                let mut others = clear.flat_map(|mention| self.mentions.regions_of(mention));
                if others.any(around) || self.territory.as_ref().is_some_and(around) {
                    self.mentions.regions.push(code);
                }
            }
            if self.mentions.regions.len() > before {
                self.keep(before, at, count, false);
                return;
            }
        }
    }

    /// The key of words that may be a name, and whether they are the name of a highway.
    fn name(&self, at: usize, count: usize) -> Option<(u64, bool)> {
        let mut roll = Roll::EMPTY;
        for index in at..at + count {
            let step =
                self.steps.get(index).filter(|step| step.letters && !step.stop && step.marker.is_none())?;
            if (index > at && !step.joined) || self.traces.covers(index) {
                return None;
            }
            roll = roll.join(step.roll);
        }
        let first = self.steps.get(at)?;
        let alone = count == 1;
        if alone && (first.number || first.length < 4 || self.words.is_kind(first.key)) {
            return None;
        }
        if alone && is_person(self.steps.written(self.text, at)) {
            return None;
        }
        let marker =
            |back: usize| at.checked_sub(back).and_then(|at| self.steps.get(at)).and_then(|step| step.marker);
        match (marker(1), marker(2)) {
            (Some(Marker::Street | Marker::Person), _) => None,
            (Some(Marker::Filler), Some(Marker::Street)) => Some((roll.key(), true)),
            _ => Some((roll.key(), false)),
        }
    }

    /// Whether words are written with capitals though no sentence begins there, and none stand before them.
    fn is_proper(&self, at: usize, to: usize) -> bool {
        let lower = |at: usize| !self.steps.written(self.text, at).starts_with(|c: char| c.is_uppercase());
        at > 0 && (at..to).all(|at| self.is_capital(at)) && self.steps.follows(self.text, at) && lower(at - 1)
    }

    /// Whether a name goes on with a word that has a capital and is no other name: `Taman Bungkul`.
    fn continues(&self, at: usize, count: usize) -> bool {
        let next = at + count;
        let joined = self.steps.get(next).is_some_and(|step| step.joined && step.marker.is_none());
        joined && self.is_capital(next) && !self.traces.covers(next)
    }

    fn keep(&mut self, before: usize, at: usize, count: usize, road: bool) {
        let kept = Kept { strength: Strength::Bare, edits: 0, everyday: false };
        self.close(before, at, count, at, kept);
        if road && let Some(mention) = self.mentions.items.last_mut() {
            mention.goes_on = true;
        }
    }
}

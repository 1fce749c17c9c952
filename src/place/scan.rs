//! Names in running text.

use super::code::{Level, RegionCode};
use super::gazetteer::Gazetteer;
use super::index::Entry;
use super::late::{Missed, Spot, Traces, push};
use super::mention::{Mention, Mentions, Strength};
use super::near;
use super::resolve::PlaceSource;
use super::roll::Roll;
use super::steps::Steps;
use super::words::{Kinds, Marker, Words};
use crate::text::Lexicon;

/// Most words of a name.
const LONGEST: usize = 4;

/// Looks for names in one text.
pub(super) struct Scan<'s> {
    pub(super) gazetteer: &'s Gazetteer,
    pub(super) words: &'static Words,
    pub(super) steps: &'s Steps,
    pub(super) text: &'s str,
    /// What the place is likely to belong to.
    pub(super) territory: Option<RegionCode>,
    pub(super) source: PlaceSource,
    pub(super) scratch: &'s mut String,
    pub(super) mentions: &'s mut Mentions,
    pub(super) traces: &'s mut Traces,
}

/// How well the regions of a name fit the territory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    None,
    Outside,
    Inside,
}

/// A name that was found: how many words it has, and the regions that bear it.
#[derive(Clone, Copy)]
struct Found<'s> {
    count: usize,
    fit: Fit,
    entries: &'s [Entry],
}

/// How a name is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) strength: Strength,
    pub(super) edits: usize,
    pub(super) everyday: bool,
}

impl<'s> Scan<'s> {
    /// Collects all mentions of running text.
    pub(super) fn run(mut self) {
        self.traces.clear();
        // What the words right before say of the name to come, and where they begin.
        let mut pending: Option<(Kinds, usize)> = None;
        let mut silenced = false;
        let mut at = 0;
        while let Some(step) = self.steps.get(at) {
            let marker = step.marker;
            if pending.is_some_and(|(kinds, _)| kinds != Kinds::PROVINCE) && self.steps.opens(self.text, at) {
                pending = None; // `tiga desa. Orang`
            }
            if silenced && matches!(marker, Some(Marker::Region(kinds)) if kinds == Kinds::PROVINCE) {
                // `jalan provinsi`: the status of a road.
                silenced = false;
                at += 1;
                continue;
            }
            if let Some(Marker::Region(kinds)) = marker {
                if let Some((wanted, from)) = pending
                    && let Some(found) = self.longest(at, wanted, Strength::Marked, 2)
                {
                    at = self.take(at, found, wanted, Strength::Marked, from);
                    pending = None;
                    continue;
                }
                // `kota jogja` is an everyday name as a whole.
                if let Some(found) = self.longest(at, Kinds::ALL, Strength::Bare, 2)
                    && found.entries.iter().any(|entry| entry.is_alias())
                {
                    at = self.take(at, found, Kinds::ALL, Strength::Bare, at);
                    (pending, silenced) = (None, false);
                    continue;
                }
                let before = pending.filter(|_| at > 0 && self.is_region_marker(at - 1));
                pending = Some(before.map_or((kinds, at), |(others, from)| (kinds.with(others), from)));
                silenced = false;
                at += 1;
                continue;
            }
            match marker {
                Some(Marker::Street | Marker::Person) => {
                    (pending, silenced) = (None, true);
                    at += 1;
                    continue;
                }
                Some(Marker::Filler) if pending.is_some() || silenced => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            at = match (pending.take(), std::mem::take(&mut silenced)) {
                (Some((kinds, from)), _) => self.marked(at, kinds, from),
                (None, true) => {
                    at + self.longest(at, Kinds::ALL, Strength::Marked, 1).map_or(1, |found| found.count)
                }
                (None, false) => {
                    if let Some(found) = self.longest(at, Kinds::ALL, Strength::Bare, 1) {
                        self.take(at, found, Kinds::ALL, Strength::Bare, at)
                    } else {
                        self.note(at);
                        at + 1
                    }
                }
            };
        }
        self.late();
    }

    fn is_region_marker(&self, at: usize) -> bool {
        self.steps.get(at).is_some_and(|step| matches!(step.marker, Some(Marker::Region(_))))
    }

    /// The name at `at`, of which the words from `from` on say what kind of region it is. Gives where to go on.
    fn marked(&mut self, at: usize, kinds: Kinds, from: usize) -> usize {
        let exact = self.longest(at, kinds, Strength::Marked, 1);
        if let Some(found) = exact.filter(|found| found.fit == Fit::Inside) {
            return self.take(at, found, kinds, Strength::Marked, from);
        }
        if exact.is_none_or(|_| self.territory.is_some())
            && let Some(next) = self.misspelled(at, kinds, from)
        {
            return next;
        }
        if let Some(found) = exact {
            return self.take(at, found, kinds, Strength::Marked, from);
        }
        // `Kota Baru`: the marker may be part of the name, or say little.
        if let Some(found) = self.longest(from, Kinds::ALL, Strength::Bare, 2)
            && from + found.count > at
        {
            return self.take(from, found, Kinds::ALL, Strength::Bare, from);
        }
        if let Some(found) = self.longest(at, Kinds::ALL, Strength::Bare, 1) {
            return self.take(at, found, Kinds::ALL, Strength::Bare, at);
        }
        push(&mut self.traces.missed, Missed { at, kinds, from });
        at + 1
    }

    /// One or two words that are nearly the name of something in the territory.
    fn misspelled(&mut self, at: usize, kinds: Kinds, from: usize) -> Option<usize> {
        self.nearly(self.territory?, 2, Missed { at, kinds, from })
    }

    /// One or two words that are nearly the name of something in a region, at most so many edits away.
    pub(super) fn nearly(&mut self, region: RegionCode, most: usize, missed: Missed) -> Option<usize> {
        let Missed { at, kinds, from } = missed;
        let first = self.steps.get(at)?;
        if !first.letters || first.number || first.stop {
            return None;
        }
        let two = self.steps.get(at + 1).is_some_and(|next| {
            next.letters
                && next.joined
                && !next.number
                && next.marker.is_none()
                && !next.stop
                && !self.words.is_common(next.key)
        });
        let common = self.words.is_common(first.key);
        for count in if two { 2..=2 } else { 1..=1 }.chain(1..=1) {
            self.steps.write(self.text, at, count, self.scratch);
            if self.scratch.len() < 5 || (count == 1 && common) {
                continue;
            }
            let before = self.mentions.regions.len();
            let found = near::nearest(
                self.gazetteer,
                Some(region),
                kinds,
                most,
                self.scratch,
                &mut self.mentions.regions,
            );
            if let Some(edits) = found {
                self.close(
                    before,
                    at,
                    count,
                    from,
                    Kept { strength: Strength::Marked, edits, everyday: false },
                );
                return Some(at + count);
            }
        }
        None
    }

    /// The longest name that begins at `at`; one inside the territory before all others.
    fn longest(&self, at: usize, kinds: Kinds, strength: Strength, least: usize) -> Option<Found<'s>> {
        let mut roll = Roll::EMPTY;
        let mut best: Option<Found<'s>> = None;
        let gazetteer = self.gazetteer;
        let bare = strength == Strength::Bare;
        for count in 1..=LONGEST {
            let Some(step) = self.steps.get(at + count - 1).filter(|step| step.letters) else { break };
            if (count > 1 && !step.joined) || (bare && step.stop) {
                break;
            }
            // Few names have three words, and they begin with those of others.
            if count > 2 && !gazetteer.begins(roll.key()) {
                break;
            }
            roll = roll.join(step.roll);
            if count < least {
                continue;
            }
            let key = roll.key();
            let entries = if bare { gazetteer.find_rare(key) } else { gazetteer.find(key) };
            if entries.is_empty()
                || !self.may_be_name(at, count, entries, strength)
                || (count > 1 && self.parts(at + count))
            {
                continue;
            }
            let fit =
                entries.iter().map(|entry| self.fit(*entry, kinds, strength)).max().unwrap_or(Fit::None);
            if fit != Fit::None && best.is_none_or(|best| fit >= best.fit) {
                best = Some(Found { count, fit, entries });
            }
        }
        best
    }

    /// Whether the last word before `end` says what the name behind it is: `Jalan Bandung Kota Malang` has no `Bandung
    /// Kota`.
    fn parts(&self, end: usize) -> bool {
        let Some(Marker::Region(kinds)) = self.steps.get(end - 1).and_then(|step| step.marker) else {
            return false;
        };
        let mut roll = Roll::EMPTY;
        (end..end + LONGEST)
            .map_while(|at| self.steps.get(at).filter(|step| step.joined && step.letters))
            .any(|step| {
                roll = roll.join(step.roll);
                let codes = self
                    .gazetteer
                    .find(roll.key())
                    .iter()
                    .filter_map(|entry| self.gazetteer.code_of(entry.row()));
                codes.into_iter().any(|code| kinds.allow(code))
            })
    }

    fn fit(&self, entry: Entry, kinds: Kinds, strength: Strength) -> Fit {
        let Some(code) = self.gazetteer.code_of(entry.row()) else { return Fit::None };
        let everyday = entry.is_alias() && code.level() <= Level::Regency;
        if !everyday && !kinds.allow(code) {
            return Fit::None;
        }
        if self.territory.is_none_or(|territory| territory.contains(&code) || code.contains(&territory)) {
            return Fit::Inside;
        }
        // Far from the territory only what everybody knows is a place without being called one.
        let known = strength > Strength::Bare || code.level() <= Level::Regency;
        if known { Fit::Outside } else { Fit::None }
    }

    /// Whether words that spell a name may mean it.
    fn may_be_name(&self, at: usize, count: usize, entries: &[Entry], strength: Strength) -> bool {
        let steps = || (at..at + count).filter_map(|at| self.steps.get(at));
        let Some(first) = self.steps.get(at) else { return false };
        let alias = entries.iter().any(|entry| entry.is_alias());
        if count == 1 {
            if first.number || first.stop || first.length < 3 {
                return false;
            }
            if strength == Strength::Bare && !alias {
                let word = self.text.get(first.start as usize..first.end as usize).unwrap_or_default();
                return first.length >= 4 && !is_common(entries) && !is_person(word);
            }
            return true;
        }
        if alias {
            return true;
        }
        // `di mana`, `dan ga`: small words that happen to spell a name.
        let small = steps().enumerate().any(|(index, step)| {
            let suffix = index + 1 == count && (step.roman || step.number);
            (step.length <= 2 && !suffix && !step.short) || step.stop
        });
        !(small && strength == Strength::Bare) && (strength > Strength::Bare || !is_common(entries))
    }

    /// Notes a name that was found and gives where to go on.
    fn take(&mut self, at: usize, found: Found<'s>, kinds: Kinds, strength: Strength, from: usize) -> usize {
        let before = self.mentions.regions.len();
        // What everybody knows by this name hides its namesakes, but not what lies inside it.
        let mut heads = [None; 4];
        let mut count = 0;
        for entry in found.entries.iter().filter(|_| strength == Strength::Bare) {
            let code = self.fitting(*entry, kinds, strength, found.fit);
            let head = code.filter(|code| entry.is_alias() || code.level() <= Level::Regency);
            if let (Some(_), Some(slot)) = (head, heads.get_mut(count)) {
                *slot = head;
                count += 1;
            }
        }
        for entry in found.entries {
            let Some(code) = self.fitting(*entry, kinds, strength, found.fit) else { continue };
            if count == 0 || heads.iter().flatten().any(|head| head.contains(&code)) {
                self.mentions.regions.push(code);
            }
        }
        let everyday = (strength == Strength::Bare || is_common(found.entries)) && !self.is_capital(at);
        self.close(before, at, found.count, from, Kept { strength, edits: 0, everyday });
        at + found.count
    }

    /// The region of an entry, where it fits as well as the best of its name.
    fn fitting(&self, entry: Entry, kinds: Kinds, strength: Strength, fit: Fit) -> Option<RegionCode> {
        let code = self.gazetteer.code_of(entry.row())?;
        (self.fit(entry, kinds, strength) == fit).then_some(code)
    }

    /// Whether the words at `at` make the name before them one of a street or an estate: `Timur`, `4`, `Kuburan 74`.
    fn goes_on(&self, at: usize) -> bool {
        let joined = |at: usize| self.steps.get(at).filter(|step| step.joined);
        let number = |at: usize| joined(at).is_some_and(|step| step.number || step.roman);
        joined(at).is_some_and(|next| {
            next.number || self.words.is_qualifier(next.key) || (!next.stop && number(at + 1))
        })
    }

    fn is_landmark(&self, at: usize) -> bool {
        self.steps.get(at).is_some_and(|step| step.marker == Some(Marker::Landmark))
    }

    /// Whether a word is written with a capital and goes on without.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        let mut letters = self.steps.written(self.text, at).bytes();
        letters.next().is_some_and(|first| first.is_ascii_uppercase())
            && !letters.any(|letter| letter.is_ascii_uppercase())
    }

    pub(super) fn close(&mut self, before: usize, at: usize, count: usize, from: usize, kept: Kept) {
        let Kept { strength, edits, everyday } = kept;
        let enclosed =
            strength == Strength::Bare && self.territory.is_none() && self.is_enclosed(before, at, count);
        if let Some(regions) = self.mentions.regions.get_mut(before..) {
            regions.sort_unstable();
        }
        let goes_on = self.goes_on(at + count) || (from > 0 && self.is_landmark(from - 1));
        let (start, end) = self.steps.span(from, at + count - from);
        let source = self.source;
        let mention = Mention {
            from: 0,
            to: 0,
            strength,
            source,
            edits,
            weight: 0.0,
            goes_on,
            enclosed,
            everyday,
            start,
            end,
        };
        if let Some(mention) = self.mentions.close(before, mention) {
            push(&mut self.traces.spots, Spot { from, to: at + count, mention });
        }
    }
}

/// Whether a name is an everyday word for all that bear it.
pub(super) fn is_common(entries: &[Entry]) -> bool {
    entries.iter().all(|entry| entry.is_common())
}

pub(super) fn is_person(word: &str) -> bool {
    let mut lower = [0_u8; 24];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|word| Lexicon::indonesian().is_name(word))
}

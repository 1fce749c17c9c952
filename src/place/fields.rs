//! Structured fields, from the province down: each narrows where the next is looked for.

use super::code::RegionCode;
use super::gazetteer::Gazetteer;
use super::mention::{Mention, Mentions, Strength};
use super::near;
use super::resolve::{PlaceQuery, PlaceSource};
use super::roll::Roll;
use super::steps::Steps;
use super::words::{Kinds, Marker};

/// Most words of a field that are read.
const LONGEST: usize = 12;

const FIELDS: [(PlaceSource, Kinds); 4] = [
    (PlaceSource::Province, Kinds::PROVINCE),
    (PlaceSource::Regency, Kinds::REGENCY),
    (PlaceSource::District, Kinds::DISTRICT),
    (PlaceSource::Village, Kinds::VILLAGE),
];

/// Reads the fields of one query.
pub(super) struct Fields<'s, 'g> {
    pub(super) gazetteer: &'g Gazetteer,
    pub(super) steps: &'s mut Steps,
    pub(super) scratch: &'s mut String,
    pub(super) mentions: &'s mut Mentions,
}

impl Fields<'_, '_> {
    /// Collects what the fields mention. Gives the one region that they name, if they agree on one.
    pub(super) fn read(mut self, query: &PlaceQuery<'_>, within: Option<RegionCode>) -> Option<RegionCode> {
        let mut known = None;
        let mut agreed = true;
        self.code(PlaceSource::Code, query.code, &mut known, &mut agreed);
        for (source, kinds) in FIELDS {
            let text = source.of(query).trim();
            if text.is_empty() || self.code(source, text, &mut known, &mut agreed) {
                continue;
            }
            self.name(source, text, kinds, within, &mut known, &mut agreed);
        }
        known.filter(|_| agreed)
    }

    /// Reads a field that holds a code; a code that is not there counts for the part of it that is.
    fn code(
        &mut self,
        source: PlaceSource,
        text: &str,
        known: &mut Option<RegionCode>,
        agreed: &mut bool,
    ) -> bool {
        let mut code = RegionCode::parse(text);
        while let Some(missing) = code.filter(|code| !self.gazetteer.contains_code(*code)) {
            code = missing.parent();
        }
        let Some(code) = code else { return false };
        let before = self.mentions.regions.len();
        self.mentions.regions.push(code);
        self.close(before, source, text.len(), 0);
        narrow(&[code], known, agreed);
        true
    }

    fn name(
        &mut self,
        source: PlaceSource,
        text: &str,
        kinds: Kinds,
        within: Option<RegionCode>,
        known: &mut Option<RegionCode>,
        agreed: &mut bool,
    ) {
        self.steps.read(text);
        let (mut at, mut kinds, wanted) = (0, kinds, kinds);
        while let Some(Marker::Region(marked)) = self.steps.get(at).and_then(|step| step.marker) {
            // `Kota Baru` may be the whole name.
            if self.steps.len() == at + 1 || self.is_name(at, wanted, known.or(within)) {
                break;
            }
            kinds = if marked.is_part_of(wanted) { marked } else { wanted };
            at += 1;
        }
        while self.steps.get(at).is_some_and(|step| step.marker == Some(Marker::Filler))
            && at + 1 < self.steps.len()
        {
            at += 1;
        }
        let before = self.mentions.regions.len();
        let near = known.or(within);
        let mut edits = 0;
        let found = self.exact(at, kinds, near)
            || self.misspelled(text, at, kinds, near, &mut edits)
            || (known.is_some() && self.exact(at, wanted, within))
            // Somewhere else, then; a wrong `Kota` is no reason not to know a name.
            || self.exact(at, wanted, None);
        if found {
            narrow(self.mentions.regions.get(before..).unwrap_or_default(), known, agreed);
            self.close(before, source, text.len(), edits);
        }
    }

    fn is_name(&mut self, at: usize, kinds: Kinds, territory: Option<RegionCode>) -> bool {
        let before = self.mentions.regions.len();
        let found = self.whole(at, kinds, territory);
        self.mentions.regions.truncate(before);
        found
    }

    fn exact(&mut self, at: usize, kinds: Kinds, territory: Option<RegionCode>) -> bool {
        self.whole(at, kinds, territory) || self.parts(at, kinds, territory)
    }

    /// All words from `at` on are one name.
    fn whole(&mut self, at: usize, kinds: Kinds, territory: Option<RegionCode>) -> bool {
        self.words(at, LONGEST).is_some_and(|roll| self.add(roll, kinds, territory))
    }

    /// The hash of all words from `at` on, unless they are more than `most`.
    fn words(&self, at: usize, most: usize) -> Option<Roll> {
        if at >= self.steps.len() || self.steps.len() - at > most {
            return None;
        }
        let steps = (at..self.steps.len()).filter_map(|at| self.steps.get(at));
        Some(steps.fold(Roll::EMPTY, |roll, step| roll.join(step.roll)))
    }

    /// A name among other words; a second name tells which of its namesakes it is (`Wonorejo - Rungkut`).
    fn parts(&mut self, at: usize, kinds: Kinds, territory: Option<RegionCode>) -> bool {
        let before = self.mentions.regions.len();
        let mut at = at;
        let end = self.steps.len().min(at + LONGEST);
        while at < end {
            let wanted = if self.mentions.regions.len() > before { Kinds::ALL } else { kinds };
            let from = self.mentions.regions.len();
            let count = (1..=4).rev().find(|&count| {
                self.steps.phrase(at, count).is_some_and(|roll| self.add(roll, wanted, territory))
            });
            if from > before {
                let (first, second) = self.mentions.regions.split_at(from);
                let first = first.get(before..).unwrap_or_default();
                let inside = |code: &RegionCode| second.iter().any(|other| other.contains(code));
                let kept: Vec<RegionCode> = first.iter().copied().filter(inside).collect();
                self.mentions.regions.truncate(if kept.is_empty() { from } else { before });
                self.mentions.regions.extend(kept);
            }
            at += count.unwrap_or(1);
        }
        self.mentions.regions.len() > before
    }

    /// Nearly the name of a region of the territory; of any province or regency, for these are few.
    fn misspelled(
        &mut self,
        text: &str,
        at: usize,
        kinds: Kinds,
        territory: Option<RegionCode>,
        edits: &mut usize,
    ) -> bool {
        if self.words(at, 4).is_none() {
            return false;
        }
        self.steps.write(text, at, 4, self.scratch);
        let few = kinds.is_part_of(Kinds::PROVINCE.with(Kinds::REGENCY));
        let parent = if few { None } else { territory };
        if parent.is_none() && !few {
            return false;
        }
        let found = near::nearest(self.gazetteer, parent, kinds, 2, self.scratch, &mut self.mentions.regions);
        *edits = found.unwrap_or_default();
        found.is_some()
    }

    /// Adds the regions of a name that belong to the territory or contain it.
    fn add(&mut self, roll: Roll, kinds: Kinds, territory: Option<RegionCode>) -> bool {
        let before = self.mentions.regions.len();
        // An everyday name of a region of another kind counts where nothing of the kind is called so.
        for aliases in [false, true] {
            for entry in self.gazetteer.find(roll.key()) {
                let Some(code) = self.gazetteer.code_of(entry.row()) else { continue };
                let near = territory.is_none_or(|its| its.contains(&code) || code.contains(&its));
                if near && (kinds.allow(code) || (aliases && entry.is_alias())) {
                    self.mentions.regions.push(code);
                }
            }
            if self.mentions.regions.len() > before {
                return true;
            }
        }
        false
    }

    fn close(&mut self, before: usize, source: PlaceSource, end: usize, edits: usize) {
        if let Some(regions) = self.mentions.regions.get_mut(before..) {
            regions.sort_unstable();
        }
        let (start, end) = (0, end as u32);
        let strength = Strength::Field;
        let (goes_on, enclosed, everyday) = (false, false, false);
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
        self.mentions.close(before, mention);
    }
}

/// What is known after a field that can mean `regions`.
fn narrow(regions: &[RegionCode], known: &mut Option<RegionCode>, agreed: &mut bool) {
    let Some(&first) = regions.first() else { return };
    let common = regions.iter().try_fold(first, |common, &code| common.common(code));
    match (*known, common) {
        (None, Some(common)) => *known = Some(common),
        (Some(before), Some(common)) if before.contains(&common) => *known = Some(common),
        (Some(before), Some(common)) if common.contains(&before) => {}
        (Some(_), _) => *agreed = false,
        (None, None) => {}
    }
}

//! What a query says about the place: each mention of a name, with the regions that it can mean.

use super::code::RegionCode;
use super::resolve::PlaceSource;

/// Most mentions that are weighed; what a longer text says beyond them is not read.
pub(super) const MOST: usize = 32;

/// How a name stands in the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Alone in running text.
    Bare,
    /// Behind a word that says what kind of region it is.
    Marked,
    /// In a structured field.
    Field,
}

/// One name of a query.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The regions it can mean: a range of [`Mentions::regions`].
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) strength: Strength,
    pub(super) source: PlaceSource,
    /// Edits between what is written and the name.
    pub(super) edits: usize,
    /// What it weighs against others, once all are known.
    pub(super) weight: f32,
    /// Whether the name goes on as names of streets and estates do (`Wonorejo Timur 4`).
    pub(super) goes_on: bool,
    /// Whether the name begins with that of a region around it (`Purwokerto Timur`).
    pub(super) enclosed: bool,
    /// Whether it is written as an everyday word is, without a capital; behind a marker, whether it is one besides.
    pub(super) everyday: bool,
    /// Where it stands in the text of its source.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// All mentions of a query; buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    pub(super) items: Vec<Mention>,
    pub(super) regions: Vec<RegionCode>,
}

impl Mentions {
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.regions.clear();
    }

    /// The regions that a mention can mean, ascending.
    pub(super) fn regions_of(&self, mention: &Mention) -> &[RegionCode] {
        self.regions.get(mention.from as usize..mention.to as usize).unwrap_or_default()
    }

    /// Makes a mention of the regions behind `from`; one that repeats another says nothing new. Gives which of the items
    /// stands for it.
    pub(super) fn close(&mut self, from: usize, mention: Mention) -> Option<usize> {
        let mut mention = mention;
        (mention.from, mention.to) = (from as u32, self.regions.len() as u32);
        if mention.from == mention.to || self.items.len() >= MOST {
            self.regions.truncate(from);
            return None;
        }
        let known = self.items.iter().position(|item| self.regions_of(item) == self.regions_of(&mention));
        match known.and_then(|at| self.items.get_mut(at)) {
            Some(item)
                if (item.strength, item.source.rank()) >= (mention.strength, mention.source.rank()) =>
            {
                self.regions.truncate(from);
                item.goes_on &= mention.goes_on;
            }
            Some(item) => *item = mention,
            None => self.items.push(mention),
        }
        Some(known.unwrap_or(self.items.len() - 1))
    }

    /// Whether a mention can mean this region or one that it belongs to.
    pub(super) fn supports(&self, mention: &Mention, region: RegionCode) -> bool {
        self.named(mention, region).is_some()
    }

    /// The deepest region that a mention can mean and that contains `region`.
    pub(super) fn named(&self, mention: &Mention, region: RegionCode) -> Option<RegionCode> {
        let regions = self.regions_of(mention);
        let mut next = Some(region);
        while let Some(code) = next {
            if regions.binary_search(&code).is_ok() {
                return Some(code);
            }
            next = code.parent();
        }
        None
    }
}

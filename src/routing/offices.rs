//! The offices that decisions name: made once each, then shared.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decision::Body;
use super::directory::Directory;
use super::jurisdiction::Ruling;
use super::office::Tier;
use crate::place::RegionCode;

/// Offices of a directory by function, tier and place, kept once they are made; a buffer of one thread.
#[derive(Debug, Default)]
pub(super) struct Offices {
    made: FxHashMap<String, Vec<Made>>,
}

#[derive(Debug)]
struct Made {
    tier: Tier,
    /// The place that was asked for, as deep as the tier looks.
    place: Option<RegionCode>,
    office: Option<Arc<Body>>,
}

/// A place holds at most so many offices of a function in the buffer; a country has more.
const MOST: usize = 4096;

impl Offices {
    /// The office that carries a function at a tier, for a place. `None` when there is none, or the place is not
    /// known well enough.
    pub(super) fn at(
        &mut self,
        directory: &Directory,
        function: &str,
        tier: Tier,
        place: Option<RegionCode>,
    ) -> Option<Arc<Body>> {
        let place = match tier {
            Tier::National => None,
            _ => Some(tier.region(place?)?),
        };
        if !self.made.contains_key(function) {
            self.made.insert(function.to_owned(), Vec::new());
        }
        let made = self.made.get_mut(function)?;
        match made.binary_search_by(|known| (known.tier, known.place).cmp(&(tier, place))) {
            Ok(at) => made.get(at)?.office.clone(),
            Err(at) => {
                let office = directory.at(function, tier, place).map(|office| Arc::new(office.into()));
                if made.len() < MOST {
                    made.insert(at, Made { tier, place, office: office.clone() });
                }
                office
            }
        }
    }

    /// The office that has the task by a ruling; of national bodies the local branch, where there is one.
    pub(super) fn by(
        &mut self,
        directory: &Directory,
        function: &str,
        ruling: Option<&Ruling>,
        place: Option<RegionCode>,
    ) -> Option<Arc<Body>> {
        let tier = ruling.map_or(Tier::Regency, |ruling| ruling.tier);
        if tier == Tier::National
            && let Some(branch) = self.at(directory, function, Tier::Branch, place)
        {
            return Some(branch);
        }
        self.at(directory, function, tier, place)
    }
}

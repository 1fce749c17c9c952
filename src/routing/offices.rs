//! The offices that decisions name: made once each, then shared.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decision::Body;
use super::directory::Directory;
use super::jurisdiction::Ruling;
use super::listed::Listed;
use super::office::Tier;
use crate::place::RegionCode;

/// Offices of a directory by function, tier and place, kept once they are made; a buffer of one thread.
#[derive(Debug, Default)]
pub(super) struct Offices {
    made: FxHashMap<String, Vec<Made>>,
    /// By the names that exports give them.
    named: FxHashMap<String, Option<Arc<Body>>>,
}

#[derive(Debug)]
struct Made {
    tier: Tier,
    /// Its territory.
    region: Option<RegionCode>,
    office: Option<Arc<Body>>,
}

/// Most offices of a function that are kept; a country has more.
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
        let region = match tier {
            Tier::National => None,
            _ => Some(tier.region(place?)?),
        };
        if !self.made.contains_key(function) {
            self.made.insert(function.to_owned(), Vec::new());
        }
        let made = self.made.get_mut(function)?;
        match made.binary_search_by(|known| (known.tier, known.region).cmp(&(tier, region))) {
            Ok(at) => made.get(at)?.office.clone(),
            Err(at) => {
                let office = directory.at(function, tier, place).map(|office| Arc::new(office.into()));
                if made.len() < MOST {
                    made.insert(at, Made { tier, region, office: office.clone() });
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
        if !matches!(tier, Tier::National | Tier::Branch) {
            return self.at(directory, function, tier, place);
        }
        let branch = self.at(directory, function, Tier::Branch, place);
        branch.or_else(|| self.at(directory, function, Tier::National, place))
    }

    /// The office or unit of a name as it stands in data.
    pub(super) fn named(&mut self, directory: &Directory, name: &str) -> Option<Arc<Body>> {
        if let Some(known) = self.named.get(name) {
            return known.clone();
        }
        let body = directory.find(name).map(|listed| {
            Arc::new(match listed {
                Listed::Office(office) => office.into(),
                Listed::Unit(unit) => Body::from(unit),
            })
        });
        if self.named.len() < MOST {
            self.named.insert(name.to_owned(), body.clone());
        }
        body
    }
}

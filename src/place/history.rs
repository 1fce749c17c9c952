//! The villages that a history of complaints names: what a place memory learns from.

use rustc_hash::FxHashMap;

use super::code::{Level, RegionCode};
use super::gazetteer::Gazetteer;
use super::resolve::{PlaceQuery, Resolver};

/// Share of the rows that must name a village of one regency for it to be taken for the territory.
const MOST: f64 = 0.6;

/// What the fields of one row of a history say; empty where they say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PlaceFields<'a> {
    /// Kelurahan or desa: a name or a code.
    pub village: &'a str,
    /// Kecamatan.
    pub district: &'a str,
    /// A code, or the name of a regency, city or province.
    pub region: &'a str,
}

/// The village of each row; `None` where its fields name none, or one of several namesakes.
///
/// Without a territory, the regency or city that has a village of the name that most rows give, is taken for it where
/// six tenths of the rows or more do.
///
/// ```
/// use pilah::place::{PlaceFields, villages_of};
///
/// let rows = ["Mojo", "Keputih", "Gebang Putih"].map(|village| PlaceFields { village, ..PlaceFields::default() });
/// let codes = villages_of(&rows, None);
/// assert_eq!(codes[1].map(|code| code.to_string()).as_deref(), Some("35.78.09.1001"));
/// ```
pub fn villages_of(rows: &[PlaceFields<'_>], within: Option<RegionCode>) -> Vec<Option<RegionCode>> {
    let within = within.or_else(|| territory(rows));
    let mut resolver = Resolver::new(Gazetteer::shipped());
    let mut known = FxHashMap::default();
    let mut village = |fields: &PlaceFields<'_>| {
        let is_code = fields.region.starts_with(|c: char| c.is_ascii_digit());
        let (code, regency) = if is_code { (fields.region, "") } else { ("", fields.region) };
        let PlaceFields { village, district, .. } = *fields;
        let query = PlaceQuery { village, district, regency, code, within, ..PlaceQuery::default() };
        resolver.resolve(&query).map(|place| place.region).filter(|region| region.level() == Level::Village)
    };
    rows.iter().map(|fields| *known.entry(*fields).or_insert_with(|| village(fields))).collect()
}

/// The regency or city that most rows can mean.
fn territory(rows: &[PlaceFields<'_>]) -> Option<RegionCode> {
    let mut counts = FxHashMap::<RegionCode, usize>::default();
    let mut names = FxHashMap::<&str, usize>::default();
    for fields in rows.iter().filter(|fields| !fields.village.trim().is_empty()) {
        *names.entry(fields.village).or_default() += 1;
    }
    let named: usize = names.values().sum();
    for (name, count) in names {
        let villages = Gazetteer::shipped().named(name);
        let regencies = villages.iter().filter(|code| code.level() == Level::Village);
        let mut regencies: Vec<RegionCode> = regencies.filter_map(|code| code.at(Level::Regency)).collect();
        regencies.dedup();
        for regency in regencies {
            *counts.entry(regency).or_default() += count;
        }
    }
    let most = counts.into_iter().max_by_key(|&(regency, count)| (count, std::cmp::Reverse(regency)));
    most.filter(|&(_, count)| count as f64 >= MOST * named as f64).map(|(regency, _)| regency)
}

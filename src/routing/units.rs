//! Units below the offices, by name: which there are, and which a text names.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::directory::Directory;
use super::inferred::{self, Inferred};
use super::kinds::Kinds;
use super::listed::fold;
use super::office::{Office, Territory};
use super::spellings::{Target, phrases};
use super::table;
use crate::error::{Error, Result};
use crate::place::{Gazetteer, Level, RegionCode};
use crate::text::{Phrases, Tokens};

/// A unit below an office: a school, a health centre, a section of a secretariat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id in the instance's table; `KIND/NAME@REGION` for one that stands in no table.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What kind of unit it is, by `data/routing/units.csv`.
    pub kind: String,
    /// The function it belongs to.
    pub function: String,
    /// Where it is, as far as is known.
    pub region: Option<RegionCode>,
    /// The office it stands under; `None` where the place is not known well enough.
    pub office: Option<Office>,
}

/// The kinds of unit that ship with the crate, and the named units of an instance.
///
/// ```
/// use pilah::routing::Directory;
/// use pilah::text::{Analyzer, Tokens};
///
/// let directory = Directory::shipped();
/// let mut tokens = Tokens::new();
/// Analyzer::indonesian().analyze("Antrean di puskesmas keputih lama sekali", &mut tokens);
/// let mentions = directory.units().find(&tokens);
/// assert_eq!((mentions.len(), mentions[0].tokens.clone()), (1, 2..4));
///
/// let units = directory.units_of(&mentions[0], "35.78".parse().ok());
/// assert_eq!((units[0].name.as_str(), units[0].kind.as_str()), ("Puskesmas Keputih", "puskesmas"));
/// assert_eq!(units[0].office.as_ref().unwrap().name, "Dinas Kesehatan Kota Surabaya");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// By id.
    rows: Vec<Row>,
    phrases: Phrases<Target>,
    /// The hash of each name and alias, and whose it is; ascending.
    names: Vec<(u64, u32)>,
}

/// Where a text names a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitMention {
    /// The tokens that name it.
    pub tokens: Range<usize>,
    named: Named,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    /// Rows of the table, ascending: all that bear the name.
    Listed(Vec<u32>),
    /// In no table: a kind and a name.
    Inferred(Inferred),
}

impl UnitMention {
    /// Whether the unit stands in no table: its kind is sure, its name is what follows.
    pub fn is_inferred(&self) -> bool {
        matches!(self.named, Named::Inferred(_))
    }
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: u16,
    region: Option<RegionCode>,
    parent: Parent,
}

#[derive(Debug, Clone)]
enum Parent {
    /// An office, by its function.
    Function(String),
    /// Another unit, by its place.
    Unit(u32),
    /// The office of the kind's function.
    Kind,
}

/// The columns of a table of units.
pub(super) const UNITS: [&str; 6] = ["id", "name", "aliases", "kind", "region", "parent"];

impl Units {
    /// No named units, only the kinds.
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Units> =
            std::sync::LazyLock::new(|| Units { phrases: phrases(&[], &[], ""), ..Units::default() });
        &SHIPPED
    }

    /// From a table with the columns `id`, `name`, `aliases` (between `|`), `kind` (of `data/routing/units.csv`),
    /// `region` (a code; empty for the whole `territory`) and `parent` (another unit's id or a function's code; empty
    /// for the function of its kind). Spellings that stand for each other (`SMPN 1`, `SMP Negeri 1`, `SMPN1`) are made
    /// from the kinds and need no aliases.
    ///
    /// Cost: about 4 microseconds a unit.
    ///
    /// # Errors
    ///
    /// By line: an id that is empty or occurs twice, no name, a kind that is none (with the nearest), what is no region
    /// or lies outside the territory, a parent that is neither unit nor function, parents that lead in a circle.
    pub fn parse(table: &str, territory: Option<RegionCode>) -> Result<Self> {
        let kinds = Kinds::shipped();
        let mut rows = Vec::new();
        for (line, [id, name, aliases, kind, region, parent]) in table::rows(table, UNITS)? {
            let at = |error: Error| Error::input(format!("line {line}: {error}"));
            for (column, value) in [("id", &id), ("name", &name)] {
                if value.is_empty() {
                    return Err(at(Error::input(format!(
                        "column `{column}` is empty: every unit needs one"
                    ))));
                }
            }
            let kind = kinds.place(&kind).map_err(at)?;
            let region = unit_region(&region, territory).map_err(at)?;
            rows.push((Row { line, id, name, kind, region, parent: Parent::Kind }, aliases, parent));
        }
        rows.sort_by(|(a, ..), (b, ..)| (&a.id, a.line).cmp(&(&b.id, b.line)));
        let mut aliases = Vec::with_capacity(rows.len());
        let mut parents = Vec::with_capacity(rows.len());
        let rows: Vec<Row> = rows
            .into_iter()
            .map(|(row, other, parent)| {
                aliases.push(other);
                parents.push(parent);
                row
            })
            .collect();
        let mut units = Self { rows, ..Self::default() };
        for pair in units.rows.windows(2) {
            if let [a, b] = pair
                && a.id == b.id
            {
                return Err(Error::input(format!(
                    "line {}: id `{}` stands in line {} already: give each unit an id of its own",
                    b.line, b.id, a.line
                )));
            }
        }
        for (place, parent) in parents.into_iter().enumerate() {
            let parent = if parent.is_empty() {
                Parent::Kind
            } else {
                units.place(&parent).map_or(Parent::Function(parent), Parent::Unit)
            };
            if let Some(row) = units.rows.get_mut(place) {
                row.parent = parent;
            }
        }
        if let Some(row) = units.rows.iter().find(|row| units.top(row).is_none()) {
            return Err(Error::input(format!(
                "line {}: the parents of `{}` lead in a circle: give one of them an office's function",
                row.line, row.id
            )));
        }
        let city = territory.and_then(|territory| Gazetteer::shipped().name(territory)).unwrap_or_default();
        let city = city.strip_prefix("Kota ").or_else(|| city.strip_prefix("Kabupaten ")).unwrap_or(city);
        let mut folded = String::new();
        for (place, (row, aliases)) in units.rows.iter().zip(&aliases).enumerate() {
            for name in std::iter::once(row.name.as_str()).chain(aliases.split('|')) {
                fold(name, &mut folded);
                if !folded.is_empty() {
                    units.names.push((xxh3_64(folded.as_bytes()), place as u32));
                }
            }
        }
        units.names.sort_unstable();
        units.names.dedup();
        units.phrases = phrases(&units.rows, &aliases, city);
        Ok(units)
    }

    /// How many units have names.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no unit has a name: only kinds are known.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The units that a text names, from left to right, none overlapping another: those of the table, the longest name
    /// first; else those that have a kind and a name behind it. [`Directory::units_of`] says which they are.
    ///
    /// Cost: some ten nanoseconds a token, and no allocation while no unit is named, however many units there are.
    pub fn find(&self, tokens: &Tokens) -> Vec<UnitMention> {
        let mut mentions: Vec<UnitMention> = Vec::new();
        self.phrases.find(tokens, |range, target| {
            let last = mentions.last_mut();
            let free = last.as_ref().is_none_or(|last| last.tokens.end <= range.start);
            match (target, last) {
                (Target::Unit(place), Some(last)) if !free => match &mut last.named {
                    Named::Listed(places) if last.tokens == range => places.push(place),
                    Named::Listed(_) => {}
                    // What stands in the table is surer than what was taken for a name.
                    Named::Inferred(_) => {
                        let tokens = last.tokens.start..last.tokens.end.max(range.end);
                        *last = UnitMention { tokens, named: Named::Listed(vec![place]) };
                    }
                },
                (Target::Unit(place), _) => {
                    mentions.push(UnitMention { tokens: range, named: Named::Listed(vec![place]) });
                }
                (Target::Kind(kind, word), _) if free => {
                    if let Some((tokens, unit)) = inferred::infer(tokens, range, kind, word) {
                        mentions.push(UnitMention { tokens, named: Named::Inferred(unit) });
                    }
                }
                (Target::Kind(..), _) => {}
            }
        });
        for mention in &mut mentions {
            if let Named::Listed(places) = &mut mention.named {
                places.sort_unstable();
                places.dedup();
            }
        }
        mentions
    }

    /// Places of the units that bear a name, [`fold`]ed.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = u32> + '_ {
        let hash = xxh3_64(name.as_bytes());
        let from = self.names.partition_point(|(known, _)| *known < hash);
        let rest = self.names.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(known, _)| *known == hash).map(|(_, place)| *place)
    }

    /// Each parent that is a function, with the line it stands on.
    pub(super) fn parents(&self) -> impl Iterator<Item = (u64, &str)> {
        self.rows.iter().filter_map(|row| match &row.parent {
            Parent::Function(function) => Some((row.line, function.as_str())),
            Parent::Unit(_) | Parent::Kind => None,
        })
    }

    /// The unit of an id.
    fn place(&self, id: &str) -> Option<u32> {
        self.rows.binary_search_by(|row| row.id.as_str().cmp(id)).ok().map(|place| place as u32)
    }

    /// The unit at the end of the chain of parents; `None` when there is no end.
    fn top<'u>(&'u self, mut row: &'u Row) -> Option<&'u Row> {
        for _ in 0..=self.rows.len() {
            let Parent::Unit(parent) = row.parent else { return Some(row) };
            row = self.rows.get(parent as usize)?;
        }
        None
    }
}

impl Directory {
    /// The units that a mention can mean, by id. Those of a name that several units bear are narrowed by `place` to
    /// those that lie there or around there, unless there is none.
    pub fn units_of(&self, mention: &UnitMention, place: Option<RegionCode>) -> Vec<Unit> {
        match &mention.named {
            Named::Listed(places) => {
                let units: Vec<Unit> = places.iter().map(|&place| self.unit(place)).collect();
                let fits = |unit: &&Unit| {
                    place.zip(unit.region).is_some_and(|(a, b)| a.contains(&b) || b.contains(&a))
                };
                let here: Vec<Unit> = units.iter().filter(fits).cloned().collect();
                if here.is_empty() { units } else { here }
            }
            Named::Inferred(unit) => self.inferred_unit(unit, place.or(self.territory)).into_iter().collect(),
        }
    }

    /// The unit of a row of the table.
    pub(super) fn unit(&self, place: u32) -> Unit {
        let units = self.units();
        let Some(row) = units.rows.get(place as usize) else { return Unit::default() };
        let top = units.top(row).unwrap_or(row);
        let kind = Kinds::shipped().get(row.kind);
        let function = kind.map_or("", |kind| kind.function.as_str());
        let above = match &top.parent {
            Parent::Function(function) => function,
            Parent::Unit(_) | Parent::Kind => {
                Kinds::shipped().get(top.kind).map_or("", |kind| &kind.function)
            }
        };
        Unit {
            id: row.id.clone(),
            name: row.name.clone(),
            kind: kind.map_or_else(String::new, |kind| kind.id.clone()),
            function: function.to_owned(),
            region: row.region,
            office: self.office_above(above, top.kind, top.region),
        }
    }

    fn inferred_unit(&self, unit: &Inferred, place: Option<RegionCode>) -> Option<Unit> {
        let kind = Kinds::shipped().get(unit.kind)?;
        let regency = place.and_then(|place| place.at(Level::Regency));
        let around = regency.or(place);
        let mut named = unit.regions.iter().copied().filter(|region| {
            around.is_some_and(|around| around.contains(region))
                && place.is_none_or(|p| p.contains(region) || region.contains(&p))
        });
        // A name that one region around here bears says where it is; else it is where the complaint is.
        let region = match (named.next(), named.next()) {
            (Some(region), None) => Some(region),
            _ => place,
        };
        Some(Unit {
            id: format!("{}/{}@{}", kind.id, unit.slug, Territory(around)),
            name: unit.name.clone(),
            kind: kind.id.clone(),
            function: kind.function.clone(),
            region,
            office: self.office_above(&kind.function, unit.kind, region.or(place)),
        })
    }

    /// The office of a function that has charge of a kind of unit in a region.
    fn office_above(&self, function: &str, kind: u16, region: Option<RegionCode>) -> Option<Office> {
        let kind = Kinds::shipped().get(kind).filter(|kind| kind.function == function);
        let by_kind = kind.and_then(|kind| self.at(function, kind.tier, region));
        let levels = [Level::Regency, Level::Province];
        let by_level = || levels.iter().find_map(|&level| self.office(function, region?.at(level)?));
        by_kind.or_else(by_level).or_else(|| region.and_then(|_| self.national(function)))
    }
}

impl Default for Unit {
    fn default() -> Self {
        let none = String::new;
        Self { id: none(), name: none(), kind: none(), function: none(), region: None, office: None }
    }
}

/// The region of a unit: what is written, else the territory.
///
/// # Errors
///
/// What is no code, no region, outside the territory; nothing where there is no territory.
pub(super) fn unit_region(text: &str, territory: Option<RegionCode>) -> Result<Option<RegionCode>> {
    let region = super::directory::own_region(text, territory)?.or(territory);
    if region.is_none() {
        return Err(Error::input("column `region` is empty and the instance has no territory: give a code"));
    }
    Ok(region)
}

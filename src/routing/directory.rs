//! Which office carries a function in a territory, and what it is called.

use std::fmt;

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::place::{Gazetteer, Level, RegionCode};

/// At which level an office works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// A village: desa or kelurahan.
    Village,
    /// A district: kecamatan.
    District,
    /// A regency or city.
    Regency,
    /// A province.
    Province,
    /// The local branch of a national body.
    Branch,
    /// A ministry or another national body.
    National,
}

impl Tier {
    const NAMES: [(&'static str, Self); 6] = [
        ("kel", Self::Village),
        ("kec", Self::District),
        ("kab", Self::Regency),
        ("prov", Self::Province),
        ("cabang", Self::Branch),
        ("pusat", Self::National),
    ];

    /// By its name in the tables.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = if name == "desa" { "kel" } else { name };
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, tier)| *tier)
    }

    /// The region whose office it is, for a place: its village, district, …; `None` where the place is not known so
    /// well. Of the capital's cities and regency it is the province, which alone has offices of its own.
    pub(super) fn region(self, place: RegionCode) -> Option<RegionCode> {
        let level = match self {
            Self::National => return None,
            Self::Village => Level::Village,
            Self::District => Level::District,
            Self::Regency | Self::Branch => Level::Regency,
            Self::Province => Level::Province,
        };
        let province = place.at(Level::Province)?;
        let region = place.at(level)?;
        Some(if self == Self::Regency && province.to_string() == JAKARTA { province } else { region })
    }
}

/// The one province whose cities and regency are no governments of their own (Law 2/2024, before it 29/2007).
const JAKARTA: &str = "31";

/// An office: the function it carries and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// The function's code.
    pub function: String,
    /// Its territory; `None` for a national body.
    pub region: Option<RegionCode>,
    /// What it is called.
    pub name: String,
}

impl Office {
    /// `FUNCTION@REGION`, with `00` for the whole country.
    pub fn id(&self) -> String {
        format!("{}@{}", self.function, Territory(self.region))
    }
}

/// A region or the whole country, as it stands in an office's id.
pub(super) struct Territory(pub(super) Option<RegionCode>);

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(region) => region.fmt(f),
            None => f.write_str("00"),
        }
    }
}

/// The offices of every territory, made by rule: `data/routing/offices.csv` says what the office of a function is
/// called at each level.
///
/// ```
/// use pilah::routing::Directory;
///
/// let directory = Directory::shipped();
/// let office = directory.office("perhubungan", "35.78".parse()?).unwrap();
/// assert_eq!((office.id().as_str(), office.name.as_str()), ("perhubungan@35.78", "Dinas Perhubungan Kota Surabaya"));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By function: what its office is called at each tier.
    names: FxHashMap<String, Vec<(Tier, String)>>,
    /// Offices that are called otherwise, by region: the function and the name.
    others: FxHashMap<RegionCode, Vec<(String, String)>>,
}

impl Directory {
    /// The rules that ship with the crate.
    ///
    /// # Panics
    ///
    /// When the table built into the program is damaged, which a test rules out.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Directory> =
            std::sync::LazyLock::new(|| {
                match Directory::parse(include_str!("../../data/routing/offices.csv")) {
                    Ok(directory) => directory,
                    Err(error) => panic!("the shipped directory: {error}"),
                }
            });
        &SHIPPED
    }

    /// From a table with the columns `function`, `level` (kel, kec, kab, prov, cabang, pusat) and `name`, in which
    /// `{region}` stands for the region's name.
    ///
    /// # Errors
    ///
    /// A level that is none, by line.
    fn parse(table: &str) -> Result<Self> {
        let mut directory = Self::default();
        for row in super::table::rows(table, ["function", "level", "name"])? {
            let (line, [function, level, name]) = row;
            let tier = Tier::from_name(&level).ok_or_else(|| {
                Error::input(format!(
                    "line {line}: `{level}` is no level: give kel, kec, kab, prov, cabang or pusat"
                ))
            })?;
            directory.names.entry(function).or_default().push((tier, name));
        }
        Ok(directory)
    }

    /// Names offices otherwise than by rule, from a table with the columns `function`, `unit` and `office`: a unit is
    /// a region's code, empty for the whole `territory`. Units below an office, which are no regions, are not read
    /// yet.
    pub(super) fn add(&mut self, table: &str, territory: RegionCode) -> Result<()> {
        for (line, [function, unit, office]) in super::table::rows(table, ["function", "unit", "office"])? {
            self.must_know(&function).map_err(|error| Error::input(format!("line {line}: {error}")))?;
            let region = if unit.is_empty() {
                territory
            } else if unit.starts_with(|c: char| c.is_ascii_digit()) {
                let region: RegionCode = unit.parse()?;
                if !territory.contains(&region) || !Gazetteer::shipped().contains_code(region) {
                    return Err(Error::input(format!("line {line}: `{unit}` is no region of {territory}")));
                }
                region
            } else {
                continue;
            };
            let offices = self.others.entry(region).or_default();
            if offices.iter().all(|(known, _)| *known != function) {
                offices.push((function, office));
            }
        }
        Ok(())
    }

    /// # Errors
    ///
    /// For what is no function's code.
    pub(super) fn must_know(&self, function: &str) -> Result<()> {
        if self.names.contains_key(function) {
            return Ok(());
        }
        Err(Error::input(format!("`{function}` is no function: give a code of data/routing/offices.csv")))
    }

    /// The office that carries a function at a tier, for a place. `None` when there is none, or the place is not
    /// known well enough.
    pub(super) fn at(&self, function: &str, tier: Tier, place: Option<RegionCode>) -> Option<Office> {
        let (_, template) = self.names.get(function)?.iter().find(|(known, _)| *known == tier)?;
        let region = match tier {
            Tier::National => None,
            _ => Some(tier.region(place?)?),
        };
        let own =
            region.and_then(|region| self.others.get(&region)?.iter().find(|(known, _)| known == function));
        let name = match (own, region) {
            (Some((_, name)), _) => name.clone(),
            (None, Some(region)) => {
                template.replace("{region}", &Gazetteer::shipped().full_name(region).unwrap_or_default())
            }
            (None, None) => template.clone(),
        };
        Some(Office { function: function.to_owned(), region, name })
    }

    /// The office of a function whose territory is this region.
    pub fn office(&self, function: &str, region: RegionCode) -> Option<Office> {
        let tiers: &[Tier] = match region.level() {
            Level::Village => &[Tier::Village],
            Level::District => &[Tier::District],
            Level::Regency => &[Tier::Regency, Tier::Branch],
            Level::Province => &[Tier::Province],
        };
        tiers.iter().find_map(|&tier| self.at(function, tier, Some(region)))
    }
}

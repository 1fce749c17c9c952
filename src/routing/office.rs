//! An office: the function it carries, its territory, and the level it works at.

use std::fmt;

use crate::place::{Level, RegionCode};

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

    /// What the tables call the levels, for messages.
    pub(super) const KNOWN: &str = "kel, kec, kab, prov, cabang or pusat";

    /// By its name in the tables.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = if name == "desa" { "kel" } else { name };
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, tier)| *tier)
    }

    /// As it stands in the tables.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, tier)| *tier == self).map_or("", |(name, _)| name)
    }

    /// How high it stands: a branch stands beside the offices of its regency or city.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Village => 0,
            Self::District => 1,
            Self::Regency | Self::Branch => 2,
            Self::Province => 3,
            Self::National => 4,
        }
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
    /// Whether a city has many such offices, that differ by territory alone: those of villages and districts.
    pub(super) fn is_local(&self) -> bool {
        self.region.is_some_and(|region| region.level() >= Level::District)
    }

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

//! Codes of regions, as the Ministry of Home Affairs gives them.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// How deep a region stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Provinsi.
    Province,
    /// Kabupaten or kota.
    Regency,
    /// Kecamatan.
    District,
    /// Kelurahan or desa.
    Village,
}

/// The code of a region: `35`, `35.78`, `35.78.08` or `35.78.08.1002`.
///
/// A code need not belong to a region that exists: [`Gazetteer::contains_code`](super::Gazetteer::contains_code)
/// tells. Codes sort so that a region stands right before all that belongs to it.
///
/// ```
/// use pilah::place::{Level, RegionCode};
///
/// let village: RegionCode = "35.78.08.1002".parse()?;
/// assert_eq!(village.level(), Level::Village);
/// let city = village.at(Level::Regency).unwrap();
/// assert_eq!(city.to_string(), "35.78");
/// assert!(city.contains(&village) && city.contains(&city));
/// assert_eq!(village.parent(), "357808".parse().ok());
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(u64);

/// Where the parts of a code stand in its number; the last has four digits, the others two.
const SHIFTS: [u32; 4] = [32, 24, 16, 0];
const LEVELS: [Level; 4] = [Level::Province, Level::Regency, Level::District, Level::Village];

impl RegionCode {
    /// `00`: the whole country, for what no region has charge of. It contains every region, counts as a province
    /// where a level is asked for, and is no region of the gazetteer.
    pub const NATION: Self = Self(0);

    /// How deep the region stands.
    pub fn level(self) -> Level {
        match self.0 {
            code if code & 0xFFFF != 0 => Level::Village,
            code if code & 0xFF_0000 != 0 => Level::District,
            code if code & 0xFF00_0000 != 0 => Level::Regency,
            _ => Level::Province,
        }
    }

    /// The region it belongs to; `None` for a province.
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::Regency => self.at(Level::Province),
            Level::District => self.at(Level::Regency),
            Level::Village => self.at(Level::District),
        }
    }

    /// The region of that level it belongs to, itself included; `None` when it stands higher.
    pub fn at(self, level: Level) -> Option<Self> {
        (level <= self.level()).then(|| Self(self.0 & mask(level)))
    }

    /// Whether `other` is this region or belongs to it.
    pub fn contains(&self, other: &Self) -> bool {
        *self == Self::NATION || other.0 & mask(self.level()) == self.0
    }

    /// The smallest region that contains both; `None` in different provinces.
    pub fn common(self, other: Self) -> Option<Self> {
        LEVELS.iter().rev().find_map(|&level| self.at(level).filter(|region| region.contains(&other)))
    }

    /// Whether it is a village that is called kelurahan; `false` for desa and all other levels.
    pub fn is_kelurahan(self) -> bool {
        self.level() == Level::Village && (self.0 & 0xFFFF) / 1000 == 1
    }

    /// Whether it is a city (kota) and not a kabupaten; `false` for all other levels.
    pub fn is_city(self) -> bool {
        self.level() == Level::Regency && (self.0 >> 24) & 0xFF > 70
    }

    /// The first and the last code that this region can contain.
    pub(super) fn range(self) -> (Self, Self) {
        if self == Self::NATION {
            return (self, Self(u64::MAX));
        }
        (self, Self(self.0 | !mask(self.level())))
    }

    /// Reads a code of the gazetteer's table: dotted, and known to be well formed when it has the length of one.
    pub(super) fn of_row(code: &[u8]) -> Option<Self> {
        if !matches!(code.len(), 2 | 5 | 8 | 13) {
            return None;
        }
        let mut parts = [0_u64; 4];
        let mut at = 0;
        for &byte in code {
            if byte == b'.' {
                at += 1;
            } else {
                let part = parts.get_mut(at)?;
                *part = *part * 10 + u64::from(byte.wrapping_sub(b'0') % 10);
            }
        }
        Some(Self(parts.iter().zip(SHIFTS).fold(0, |code, (&part, shift)| code | part << shift)))
    }

    /// Reads a code, dotted or as digits alone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut digits = [0_u8; 10];
        let (mut count, mut dots, mut behind_dot) = (0, 0, false);
        for byte in text.trim().bytes() {
            match byte {
                b'.' if matches!(count, 2 | 4 | 6) && !behind_dot => {
                    dots += 1;
                    behind_dot = true;
                }
                b'0'..=b'9' if count < digits.len() => {
                    digits[count] = byte - b'0';
                    count += 1;
                    behind_dot = false;
                }
                _ => return None,
            }
        }
        if !matches!(count, 2 | 4 | 6 | 10) {
            return None;
        }
        let parts = if count == 10 { 4 } else { count / 2 };
        // Either every part ends with a dot or none does.
        if dots != 0 && dots != parts - 1 {
            return None;
        }
        let number = |from: usize, to: usize| {
            digits.get(from..to).unwrap_or_default().iter().fold(0_u64, |sum, &d| sum * 10 + u64::from(d))
        };
        let values = [number(0, 2), number(2, 4), number(4, 6), number(6, 10)];
        let given = values.get(..parts)?;
        if given.contains(&0) && parts > 1 {
            return None;
        }
        Some(Self(given.iter().zip(SHIFTS).fold(0, |code, (&value, shift)| code | value << shift)))
    }
}

/// The bits that a region of this level has in common with all that belongs to it.
fn mask(level: Level) -> u64 {
    u64::MAX << SHIFTS[level as usize]
}

impl FromStr for RegionCode {
    type Err = Error;

    /// Reads `35.78.08.1002` and `3578081002`, and the higher levels likewise.
    ///
    /// # Errors
    ///
    /// For anything else. Whether such a region exists is not checked.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).ok_or_else(|| {
            Error::new(
                ErrorKind::Parameter,
                format!("no code of a region: `{text}`; expected one like `35`, `35.78`, `35.78.08` or `35.78.08.1002`"),
            )
        })
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |shift: u32| (self.0 >> shift) & 0xFF;
        write!(f, "{:02}", part(32))?;
        if self.level() >= Level::Regency {
            write!(f, ".{:02}", part(24))?;
        }
        if self.level() >= Level::District {
            write!(f, ".{:02}", part(16))?;
        }
        if self.level() == Level::Village {
            write!(f, ".{:04}", self.0 & 0xFFFF)?;
        }
        Ok(())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({self})")
    }
}

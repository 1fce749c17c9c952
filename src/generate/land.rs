//! Where complaints come from: villages, streets, houses; and names that nobody has heard before.

use std::fmt::Write as _;
use std::ops::Range;

use super::draw::{Draw, mix, sums};
use super::words::{ENDINGS, ESTATES, LANDMARKS, ROMAN, STREETS, SYLLABLES, TAILS};
use crate::error::{Error, ErrorKind, Result};
use crate::place::{Gazetteer, Level, RegionCode};

/// Highest rank of an invented name.
const NAMES: usize = 1 << 30;

/// The villages of a region, with regencies by how many complaints come from them.
#[derive(Debug)]
pub(super) struct Land {
    villages: Vec<Village>,
    regencies: Vec<Regency>,
    /// Ascending sums of the regencies' shares: Zipf's law.
    shares: Vec<f64>,
}

#[derive(Debug)]
pub(super) struct Village {
    pub(super) name: &'static str,
    pub(super) district: &'static str,
    pub(super) is_kelurahan: bool,
}

#[derive(Debug)]
pub(super) struct Regency {
    pub(super) name: &'static str,
    pub(super) code: String,
    villages: Range<usize>,
}

/// A place of a complaint; the street is the seed of its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) regency: usize,
    pub(super) village: usize,
    pub(super) street: u64,
    pub(super) house: u16,
    pub(super) rt: u8,
    pub(super) rw: u8,
}

impl Land {
    pub(super) fn new(within: RegionCode, seed: u64) -> Result<Self> {
        let gazetteer = Gazetteer::shipped();
        let name = |code: Option<RegionCode>| code.and_then(|code| gazetteer.name(code)).unwrap_or_default();
        let (mut villages, mut regencies) = (Vec::new(), Vec::<(RegionCode, Range<usize>)>::new());
        let all = gazetteer.codes().iter().copied();
        for code in all.filter(|code| code.level() == Level::Village && within.contains(code)) {
            let Some(regency) = code.at(Level::Regency) else { continue };
            let at = villages.len();
            villages.push(Village {
                name: name(Some(code)),
                district: name(code.parent()),
                is_kelurahan: code.is_kelurahan(),
            });
            match regencies.last_mut() {
                Some((last, range)) if *last == regency => range.end = at + 1,
                _ => regencies.push((regency, at..at + 1)),
            }
        }
        if villages.is_empty() {
            let message = format!("`{within}` is no region with villages: give a code such as 35 or 35.78");
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        // Who complains most is drawn; cities stand before what is not one, more often than not.
        regencies.sort_by_cached_key(|(code, _)| {
            let drawn =
                Draw::of(seed, code.to_string().bytes().fold(0, |sum, byte| sum * 256 + u64::from(byte)))
                    .next();
            if code.is_city() { drawn / 4 } else { drawn }
        });
        let shares = sums((0..regencies.len()).map(|rank| 1.0 / (rank as f64 + 2.0)));
        let regency = |(code, villages): (RegionCode, Range<usize>)| Regency {
            name: name(Some(code)),
            code: code.to_string(),
            villages,
        };
        Ok(Self { villages, regencies: regencies.into_iter().map(regency).collect(), shares })
    }

    pub(super) fn village(&self, spot: &Spot) -> &Village {
        &self.villages[spot.village]
    }

    pub(super) fn regency(&self, spot: &Spot) -> &Regency {
        &self.regencies[spot.regency]
    }

    pub(super) fn draw_regency(&self, draw: &mut Draw) -> usize {
        draw.weighted(&self.shares)
    }

    /// A place in a regency; some villages and streets come up more often than others.
    pub(super) fn spot(&self, regency: usize, draw: &mut Draw) -> Spot {
        let range = &self.regencies[regency].villages;
        let (count, u) = (range.len(), draw.unit());
        // Which villages are the busy ones differs from regency to regency.
        let village =
            range.start + ((u * u * count as f64) as usize + mix(regency as u64) as usize % count) % count;
        let street = Draw::of(village as u64, draw.rank(400) as u64).next();
        Spot {
            regency,
            village,
            street,
            house: 1 + draw.rank(180) as u16,
            rt: draw.between(1, 12) as u8,
            rw: draw.between(1, 9) as u8,
        }
    }
}

/// The name of a street without `Jalan`.
pub(super) fn street(seed: u64, out: &mut String) {
    let mut draw = Draw::of(seed, 1);
    if draw.chance(0.3) {
        name(draw.rank(NAMES), out);
    } else {
        out.push_str(draw.pick(STREETS));
    }
    match draw.below(8) {
        0 => {
            out.push(' ');
            out.push_str(draw.pick(TAILS));
        }
        1 | 2 => {
            out.push(' ');
            out.push_str(draw.pick(ROMAN));
        }
        _ => {}
    }
}

pub(super) fn estate(draw: &mut Draw, out: &mut String) {
    out.push_str(draw.pick(ESTATES));
    out.push(' ');
    name(draw.rank(NAMES), out);
    if draw.chance(0.4) {
        out.push(' ');
        out.push_str(draw.pick(TAILS));
    }
}

pub(super) fn landmark(draw: &mut Draw, out: &mut String) {
    out.push_str(draw.pick(LANDMARKS));
    out.push(' ');
    name(draw.rank(NAMES), out);
    if draw.chance(0.15) {
        // A string takes whatever is written to it.
        let _ = write!(out, " {}", draw.between(1, 9));
    }
}

/// The invented name of a rank, another one for each: a number spelled in syllables.
fn name(rank: usize, out: &mut String) {
    let start = out.len();
    out.push_str(SYLLABLES[rank % 64]);
    let (ending, mut rest) = (rank / 64 % ENDINGS.len(), rank / 64 / ENDINGS.len());
    while rest > 0 {
        out.push_str(SYLLABLES[rest % 64]);
        rest /= 64;
    }
    out.push_str(ENDINGS[ending]);
    if let Some(first) = out.get_mut(start..=start) {
        first.make_ascii_uppercase();
    }
}

//! What a judgement rests on, in words that a clerk can check.

use std::fmt;

use super::pair::Pair;
use super::witness::{FAR, NEAR};
use super::words::Known;

/// Days below which the time between two complaints says something.
const SOON: u64 = 61;
/// Stands for days that are not known, or too many to say something.
const LATE: u32 = 255;

/// What the bits say, the strongest first.
const SAYINGS: [&str; 22] = [
    "nomor laporan disebut",
    "menanyakan laporannya sendiri",
    "teks sama",
    "sebagian besar teks sama",
    "nama tempat dan nomor sama",
    "nomor tempat berbeda",
    "nama tempat sama",
    "nama tempat berbeda",
    "nomor rumah sama",
    "nomor rumah berbeda",
    "RT sama",
    "RT berbeda",
    "RW sama",
    "RW berbeda",
    "jarak kurang dari 100 m",
    "jarak lebih dari 250 m",
    "kelurahan atau desa sama",
    "hal yang disebut sama",
    "hal yang disebut berbeda",
    "urusan sama",
    "urusan berbeda",
    "pelapor sama",
];

/// What a judgement rests on, in few bytes: [`words`](Self::words) says it to the clerk.
///
/// ```
/// use pilah::similar::Evidence;
///
/// assert_eq!(Evidence::CITED.words().collect::<Vec<_>>(), ["nomor laporan disebut"]);
/// assert_eq!(Evidence::from_bits(Evidence::CITED.to_bits()), Evidence::CITED);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// Which of [`SAYINGS`] hold, from the lowest bit.
    said: u32,
    /// Days between the two; [`LATE`] when that says nothing.
    days: u32,
}

/// Bits of a kept number that hold the days.
const DAYS: u32 = 24;

impl Evidence {
    /// The later one cites the number of the earlier one.
    pub const CITED: Self = Self { said: 1, days: LATE };
    /// The later one asks what became of an earlier one of the same reporter.
    pub const OWN: Self = Self { said: 2, days: LATE };

    /// As one number, to be kept.
    pub fn to_bits(self) -> u32 {
        self.said | self.days << DAYS
    }

    /// From a kept number; bits that say nothing are left out.
    pub fn from_bits(bits: u32) -> Self {
        Self { said: bits & ((1 << SAYINGS.len()) - 1), days: bits >> DAYS }
    }

    /// In words for the clerk, the strongest first: `teks sama`, `RT berbeda`, `selisih 3 hari`.
    pub fn words(self) -> impl Iterator<Item = String> {
        let said = SAYINGS.iter().enumerate().filter(move |(bit, _)| self.said >> bit & 1 == 1);
        let days = match self.days {
            LATE => None,
            0 => Some("hari yang sama".to_owned()),
            days => Some(format!("selisih {days} hari")),
        };
        said.map(|(_, saying)| (*saying).to_owned()).chain(days)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { said: self.said | other.said, days: self.days.min(other.days) }
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.words()).finish()
    }
}

impl Pair<'_> {
    pub(super) fn evidence(&self) -> Evidence {
        let Self { one, other, .. } = self;
        let known = Known::shipped();
        let have_places = one.totals.places > 0.0 && other.totals.places > 0.0;
        let [house, rt, rw] = [known.number, known.rt, known.rw].map(|word| self.compare(word));
        let metres = self.metres();
        // In the order of what the bits say.
        let holds = [
            false,
            false,
            self.same_text,
            !self.same_text && self.run >= 0.5,
            self.same_number == Some(true),
            self.same_number == Some(false),
            self.places >= 0.5 && self.same_number != Some(true),
            have_places && self.places == 0.0,
            house == Some(true),
            house == Some(false),
            rt == Some(true),
            rt == Some(false),
            rw == Some(true),
            rw == Some(false),
            metres.is_some_and(|metres| metres < NEAR),
            metres.is_some_and(|metres| metres > FAR),
            self.is_same_village(),
            self.things >= 0.7,
            self.other_things,
            self.topic >= 0.8,
            self.topic < 0.2,
            self.one.is_by_same(self.other),
        ];
        let said = holds.iter().enumerate().map(|(bit, holds)| u32::from(*holds) << bit).sum();
        let day = |seconds: i64| seconds.div_euclid(86_400);
        let days = match (one.context.received, other.context.received) {
            (Some(one), Some(other)) => day(one).abs_diff(day(other)),
            _ => SOON,
        };
        Evidence { said, days: if days < SOON { days as u32 } else { LATE } }
    }
}

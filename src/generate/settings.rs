//! How many rows, of when and where, and how many of them repeat others.

use jiff::civil::{Date, date};

use crate::error::{Error, ErrorKind, Result};
use crate::place::RegionCode;

/// Most rows: ids have eight digits.
const MOST_ROWS: u64 = 99_999_999;
/// Longest period, in days: a weight is kept for each.
const MOST_DAYS: i32 = 36_525;

/// What to generate. [`Generator::new`](super::Generator::new) checks it.
///
/// | name | default | purpose | range |
/// |---|---|---|---|
/// | `rows` | 10,000 | rows in all | 1 to 99,999,999 |
/// | `seed` | 1 | of everything that is drawn | any |
/// | `since`, `until` | 2021-01-01, 2023-12-31 | first and last day | at most 100 years, `since` not after `until` |
/// | `within` | whole country | where complaints come from | a region of the gazetteer with villages |
/// | `copies` | 0.02 | share of near-copies of an earlier row | 0 to 1, with `repeats` at most 1 |
/// | `repeats` | 0.05 | share of further reports of an earlier row's problem | 0 to 1 |
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Rows in all.
    pub rows: u64,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// First day.
    pub since: Date,
    /// Last day.
    pub until: Date,
    /// Where complaints come from.
    pub within: RegionCode,
    /// Share of near-copies of an earlier row.
    pub copies: f64,
    /// Share of further reports of an earlier row's problem.
    pub repeats: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rows: 10_000,
            seed: 1,
            since: date(2021, 1, 1),
            until: date(2023, 12, 31),
            within: RegionCode::NATION,
            copies: 0.02,
            repeats: 0.05,
        }
    }
}

impl Settings {
    /// Days from the first to the last, both included.
    pub(super) fn days(&self) -> i32 {
        self.since.duration_until(self.until).as_hours() as i32 / 24 + 1
    }

    pub(super) fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::new(ErrorKind::Parameter, message));
        if !(1..=MOST_ROWS).contains(&self.rows) {
            return wrong(format!("{} rows: give 1 to {MOST_ROWS}", self.rows));
        }
        for (name, share) in [("copies", self.copies), ("repeats", self.repeats)] {
            if !(0.0..=1.0).contains(&share) {
                return wrong(format!("a share of {share} of {name}: give 0 to 1"));
            }
        }
        if self.copies + self.repeats > 1.0 {
            return wrong(format!(
                "shares of {} of copies and {} of repeats: together they may be at most 1",
                self.copies, self.repeats
            ));
        }
        if self.since > self.until {
            return wrong(format!(
                "from {} until {}: give a last day that is not before the first",
                self.since, self.until
            ));
        }
        if self.days() > MOST_DAYS {
            return wrong(format!("from {} until {}: give at most 100 years", self.since, self.until));
        }
        Ok(())
    }
}

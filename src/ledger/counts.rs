//! Counts for planners: how many complaints by office, category, place and month.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::read::{LedgerReader, STATE, state};
use super::record::State;
use crate::error::{Error, ErrorKind, Result};

/// What complaints are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountBy {
    /// The office that must act.
    Agency,
    /// Its function.
    Function,
    /// SP4N main category.
    Category,
    /// Type of report.
    Type,
    /// The way it came.
    Channel,
    /// How far it is dealt with.
    Status,
    /// What to do with it.
    Action,
    /// Month it came in, local time: `2023-01`.
    Month,
    /// Code of the region, cut to a level: the number of its characters is 2, 5, 8 or 13. A region that is not known
    /// that deep is empty.
    Region(Depth),
}

/// A level of region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Province.
    Province,
    /// Regency or city.
    Regency,
    /// District.
    District,
    /// Village.
    Village,
}

impl CountBy {
    const NAMES: [(&'static str, Self); 12] = [
        ("agency", Self::Agency),
        ("function", Self::Function),
        ("category", Self::Category),
        ("type", Self::Type),
        ("channel", Self::Channel),
        ("status", Self::Status),
        ("action", Self::Action),
        ("month", Self::Month),
        ("region:province", Self::Region(Depth::Province)),
        ("region:regency", Self::Region(Depth::Regency)),
        ("region:district", Self::Region(Depth::District)),
        ("region:village", Self::Region(Depth::Village)),
    ];

    /// Its name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, by)| *by == self).map_or("", |(name, _)| name)
    }

    /// The column of the view `complaints`.
    fn column(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Function => "function",
            Self::Category => "category",
            Self::Type => "type",
            Self::Channel => "channel",
            Self::Status => "status",
            Self::Action => "action",
            Self::Month => "substr(received, 1, 7)",
            Self::Region(Depth::Province) => "substr(region, 1, 2)",
            Self::Region(Depth::Regency) => {
                "CASE WHEN length(region) >= 5 THEN substr(region, 1, 5) ELSE '' END"
            }
            Self::Region(Depth::District) => {
                "CASE WHEN length(region) >= 8 THEN substr(region, 1, 8) ELSE '' END"
            }
            Self::Region(Depth::Village) => "CASE WHEN length(region) >= 13 THEN region ELSE '' END",
        }
    }
}

impl fmt::Display for CountBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CountBy {
    type Err = Error;

    /// Reads `agency`, `function`, `category`, `type`, `channel`, `status`, `action`, `month`, or `region:` with
    /// `province`, `regency`, `district` or `village`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other name.
    fn from_str(name: &str) -> Result<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        found.map(|(_, by)| *by).ok_or_else(|| {
            let known: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            let known = known.join(", ");
            Error::new(ErrorKind::Parameter, format!("`{name}` is nothing to count by: give {known}"))
        })
    }
}

/// Stands between values; no value has it.
const BETWEEN: char = '\u{1f}';

/// Days, local time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day; `None` for no bound.
    pub since: Option<Date>,
    /// The last day; `None` for no bound.
    pub until: Option<Date>,
}

impl Period {
    /// Bounds of `received` as it stands in the ledger: from the first, before the second.
    pub(super) fn bounds(self) -> (String, String) {
        let first = self.since.map_or_else(String::new, |day| day.to_string());
        // Behind every time of the last day: `T` comes before `U`.
        let last = self.until.map_or_else(|| "~".to_owned(), |day| format!("{day}U"));
        (first, last)
    }
}

/// Complaints counted: a row for each combination that occurs, ascending by its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// What they were counted by.
    pub by: Vec<CountBy>,
    /// Values in the order of `by`, and how many complaints.
    pub rows: Vec<(Vec<String>, u64)>,
}

impl LedgerReader {
    /// Counts the complaints of a period.
    ///
    /// Cost: one pass over the complaints; some 0.7 µs for each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the file is damaged, [`ErrorKind::Io`] when it cannot be read.
    pub fn counts(&self, by: &[CountBy], period: Period) -> Result<Counts> {
        let columns: Vec<&str> = by.iter().map(|by| by.column()).collect();
        let columns = if columns.is_empty() { "NULL".to_owned() } else { columns.join(", ") };
        let sql = format!("SELECT {columns} FROM complaint WHERE received >= ?1 AND received < ?2");
        let (first, last) = period.bounds();
        let mut statement = self.connection.prepare(&sql).map_err(self.fail())?;
        let mut complaints = statement.query([first, last]).map_err(self.fail())?;
        // Counted here: SQLite would sort all of them first.
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        let mut values = String::new();
        while let Some(row) = complaints.next().map_err(self.fail())? {
            values.clear();
            for at in 0..by.len() {
                let value = row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(self.fail())?;
                values.push_str(value);
                values.push(BETWEEN);
            }
            match counts.get_mut(&values) {
                Some(count) => *count += 1,
                None => drop(counts.insert(values.clone(), 1)),
            }
        }
        let cut = |(values, count): (String, u64)| {
            (values.split_terminator(BETWEEN).map(str::to_owned).collect::<Vec<_>>(), count)
        };
        let mut rows: Vec<(Vec<String>, u64)> = counts.into_iter().map(cut).collect();
        rows.sort_unstable();
        Ok(Counts { by: by.to_vec(), rows })
    }

    /// Visits the complaints of a period that are neither anonymous nor confidential, ascending by number; gives how many
    /// are one of these.
    ///
    /// # Errors
    ///
    /// As [`counts`](Self::counts), and what `visitor` gives.
    pub fn visit_open(
        &self,
        period: Period,
        mut visitor: impl FnMut(OpenRow<'_>) -> Result<()>,
    ) -> Result<u64> {
        let (first, last) = period.bounds();
        let sql = format!(
            "SELECT {STATE}, complaint.id, coalesce(agency.name, '')
             FROM complaint LEFT JOIN agency ON agency.id = complaint.agency
             WHERE received >= ?1 AND received < ?2 ORDER BY number"
        );
        let mut statement = self.connection.prepare(&sql).map_err(self.fail())?;
        let mut rows = statement.query([first, last]).map_err(self.fail())?;
        let mut left_out = 0;
        while let Some(row) = rows.next().map_err(self.fail())? {
            let (_, state) = state(row).map_err(self.fail())?;
            if state.anonymous || state.confidential {
                left_out += 1;
                continue;
            }
            let text = |at| row.get_ref(at).and_then(|text| Ok(text.as_str()?)).map_err(self.fail());
            let (id, agency_name) = (text(15)?, text(16)?);
            visitor(OpenRow { id, state, agency_name })?;
        }
        Ok(left_out)
    }
}

/// A complaint without what it says.
#[derive(Debug)]
pub struct OpenRow<'r> {
    /// The least of its ids.
    pub id: &'r str,
    /// As it stands.
    pub state: State,
    /// What its office is called.
    pub agency_name: &'r str,
}

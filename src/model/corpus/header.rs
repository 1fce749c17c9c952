//! The header row of a table: where it stands and what it names.

use super::Failure;
use super::columns::{Columns, Slots};
use super::plan::Plan;
use super::profile::Profile;

/// Rows among which a header is looked for: exports carry a title and other remarks above it.
pub(super) const ROWS: usize = 20;

/// A plan, and where its columns stand.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) plan: Plan,
    pub(super) places: Vec<Option<usize>>,
    /// All columns, by what they are called.
    pub(super) columns: Vec<String>,
}

impl Header {
    pub(super) fn width(&self) -> usize {
        self.plan.width()
    }

    pub(super) fn slots(&self) -> Slots {
        self.plan.slots()
    }
}

/// Looks for the header among the first rows of a table.
pub(super) struct Search<'c> {
    columns: &'c Columns,
    /// Why the first row is none.
    first: Option<Failure>,
}

impl<'c> Search<'c> {
    pub(super) fn new(columns: &'c Columns) -> Self {
        Self { columns, first: None }
    }

    /// Whether this row is the header. An error where it must be, but lacks a column that was asked for.
    pub(super) fn is(&mut self, row: &[String]) -> Result<Option<Header>, Failure> {
        let profile = self.columns.profile;
        let is = |mark: &&str| row.iter().any(|cell| cell.trim().eq_ignore_ascii_case(mark));
        let header = |profile: Profile| {
            let plan = Plan::new(self.columns, profile)?;
            let places = plan.places(row)?;
            Ok(Header { plan, places, columns: row.to_vec() })
        };
        if profile != Profile::Named && profile.marks().iter().all(is) {
            return header(if profile == Profile::Guess { Profile::Sp4n } else { profile }).map(Some);
        }
        if !matches!(profile, Profile::Named | Profile::Guess) {
            return Ok(None);
        }
        match header(Profile::Named) {
            Ok(header) => Ok(Some(header)),
            Err(failure) => {
                self.first.get_or_insert(failure);
                Ok(None)
            }
        }
    }

    /// Notes why a row cannot be looked at.
    pub(super) fn unreadable(&mut self, reason: &str) {
        self.first.get_or_insert_with(|| Failure::Content(format!("header: {reason}")));
    }

    /// Why there is none; cells of a file whose header is not known are not shown, they may be names.
    pub(super) fn failed(self, empty: &str) -> Failure {
        let marks = self.columns.profile.marks();
        match self.columns.profile {
            Profile::Sp4n | Profile::Open311 => Failure::Content(format!(
                "none of the first {ROWS} rows names `{}`: give another --format, and --text COL",
                marks.join("` and `")
            )),
            _ => self.first.unwrap_or_else(|| Failure::Content(empty.to_owned())),
        }
    }
}

//! Values of a file that pilah does not know: said once each, the rows are decided all the same.

use std::collections::BTreeMap;
use std::path::Path;

#[cfg(feature = "store")]
use pilah::complaint::Status;
use pilah::complaint::{Channel, ReportType};
use pilah::model::{Batch, Field};

use crate::files::shown;

/// Different values that are named; a wrong column would have thousands.
const NAMED: usize = 20;
/// Characters of a value that are shown.
const SHOWN: usize = 40;

/// Channels and types of report that are none, in the order of the file.
#[derive(Default)]
pub(crate) struct Unknown {
    values: BTreeMap<(&'static str, String), Seen>,
    /// Rows with values beyond those named.
    more: u64,
}

struct Seen {
    line: u64,
    rows: u64,
}

impl Unknown {
    pub(crate) fn add_batch(&mut self, batch: &Batch) {
        for row in batch.rows() {
            let (channel, kind) = (row.field(Field::Channel).trim(), row.field(Field::Type).trim());
            if !channel.is_empty() && channel.parse::<Channel>().is_err() {
                self.add("channel, taken as `other`", channel, row.line());
            }
            if !kind.is_empty() && kind.parse::<ReportType>().is_err() {
                self.add("type of report, taken as not stated", kind, row.line());
            }
        }
    }

    /// The same for what only a store keeps: statuses and dates.
    #[cfg(feature = "store")]
    pub(crate) fn add_kept(&mut self, batch: &Batch) {
        for row in batch.rows() {
            let (status, date) = (row.field(Field::Status).trim(), row.field(Field::Date).trim());
            if !status.is_empty() && status.parse::<Status>().is_err() {
                self.add("status, left as it was", status, row.line());
            }
            if !date.is_empty() && row.date().is_none() {
                self.add("date, taken as not given: the time it is kept counts", date, row.line());
            }
        }
    }

    fn add(&mut self, what: &'static str, value: &str, line: u64) {
        let value = value.chars().take(SHOWN).collect();
        let full = self.values.len() >= NAMED;
        match self.values.entry((what, value)) {
            std::collections::btree_map::Entry::Occupied(mut seen) => seen.get_mut().rows += 1,
            std::collections::btree_map::Entry::Vacant(_) if full => self.more += 1,
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(Seen { line, rows: 1 });
            }
        }
    }

    /// Names them on standard error, by the line where each stands first.
    pub(crate) fn report(self, path: &Path) {
        let name = shown(path);
        let mut values: Vec<_> = self.values.into_iter().collect();
        values.sort_by_key(|(_, seen)| seen.line);
        for ((what, value), Seen { line, rows }) in values {
            eprintln!("{name}:{line}: warning: `{value}` is no {what} ({rows} rows)");
        }
        if self.more > 0 {
            eprintln!("{name}: warning: {} further rows with such values", self.more);
        }
    }
}

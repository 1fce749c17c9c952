//! Counts and rows as tables.

use std::io::Write;

use crate::error::Result;
use crate::ledger::{CountBy, Counts, LedgerReader, Period};
use crate::sheet::{Column, Sheet, SheetFormat};

/// Writes counts: a column for each value that was counted by, for offices and regions one more with the name, and the
/// number of complaints last. `name` says what an office or a region is called.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails.
pub fn write_counts<W: Write + Send>(
    counts: &Counts,
    name: impl Fn(CountBy, &str) -> String,
    format: SheetFormat,
    out: W,
) -> Result<W> {
    let mut columns = Vec::new();
    for by in &counts.by {
        columns.push(Column::text(by.name()));
        columns.extend(is_named(*by).then(|| Column::text(format!("{by}_name"))));
    }
    columns.push(Column::number("complaints"));
    let mut sheet = Sheet::new(format, "Counts", columns, out)?;
    for (values, count) in &counts.rows {
        let mut cells = Vec::with_capacity(values.len() * 2 + 1);
        for (by, value) in counts.by.iter().zip(values) {
            cells.push(value.clone());
            cells.extend(is_named(*by).then(|| name(*by, value)));
        }
        cells.push(count.to_string());
        sheet.row(cells)?;
    }
    sheet.finish()
}

fn is_named(by: CountBy) -> bool {
    matches!(by, CountBy::Agency | CountBy::Region(_))
}

/// Writes a row for each complaint of a period, ascending by number: what was decided, without what was written and by
/// whom. Anonymous and confidential complaints are left out (they are in the counts); gives how many those are.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails, [`ErrorKind::Store`](crate::ErrorKind::Store) when the
/// ledger is damaged.
pub fn write_rows<W: Write + Send>(
    ledger: &LedgerReader,
    period: Period,
    region_name: impl Fn(&str) -> String,
    format: SheetFormat,
    out: W,
) -> Result<(W, u64)> {
    let names = [
        "id",
        "received",
        "channel",
        "status",
        "action",
        "type",
        "category",
        "function",
        "agency",
        "agency_name",
        "region",
        "region_name",
        "flags",
    ];
    let mut columns: Vec<Column> = names.into_iter().map(Column::text).collect();
    columns.extend(["p", "corrected"].map(Column::number));
    let mut sheet = Sheet::new(format, "Complaints", columns, out)?;
    let left_out = ledger.visit_open(period, |row| {
        let state = &row.state;
        let region_name = region_name(&state.region);
        let (p, corrected) = (format!("{:.4}", state.p), u8::from(state.corrected).to_string());
        let received = state.received.to_string();
        let cells = [
            row.id,
            &received,
            &state.channel,
            state.status.name(),
            &state.action,
            &state.kind,
            &state.category,
            &state.function,
            &state.agency,
            row.agency_name,
            &state.region,
            &region_name,
            &state.flags,
            &p,
            &corrected,
        ];
        sheet.row(cells)
    })?;
    sheet.finish().map(|out| (out, left_out))
}

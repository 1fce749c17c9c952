//! Decisions as a table: CSV for scripts and spreadsheets, XLSX for people.

use std::fmt::Display;
use std::io::{self, Write};

use super::decision::{Agency, Decision};
use super::office::Territory;
use super::triage::Triage;
use crate::error::Result;
use crate::model::{Batch, Reader, Row, stream_rows};
use crate::sheet::{Column, Sheet, SheetFormat, record};

/// The columns, in their order.
const COLUMNS: [&str; 21] = [
    "id",
    "action",
    "reason",
    "type",
    "type_p",
    "category",
    "category_p",
    "agency_id",
    "agency",
    "function",
    "agency_region",
    "agency_p",
    "place",
    "place_name",
    "place_p",
    "flags",
    "missing",
    "alternatives",
    "also",
    "model",
    "rules",
];

/// A table of decisions that is being written: `id`, `action`, `reason`, `type`, `type_p`, `category`, `category_p`,
/// `agency_id`, `agency`, `function`, `agency_region`, `agency_p`, `place`, `place_name`, `place_p`, `flags`, `missing`,
/// `alternatives` and `also` (ids of offices), `model`, `rules`. Lists are joined by `|`; probabilities have four digits.
///
/// How each format is written says [`SheetFormat`].
///
/// ```
/// use pilah::model::{Columns, Format, Reader};
/// use pilah::routing::{DecisionSheet, Triage, triage_sheet};
///
/// let csv = "id,isi\n7,Lampu jalan di Gubeng Surabaya mati sejak seminggu\n";
/// let columns = Columns { text: vec!["isi".into()], ..Columns::default() };
/// let mut reader = Reader::new(csv.as_bytes(), Format::Csv, &columns)?;
/// let mut sheet = DecisionSheet::csv(Vec::new())?;
/// triage_sheet(Triage::shipped, &mut reader, &mut sheet, 1, |_| {})?;
/// let table = String::from_utf8(sheet.finish()?).unwrap();
/// assert!(table.starts_with("id,action,reason,"));
/// assert!(table.contains("perhubungan@35.78"));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct DecisionSheet<W: Write>(Sheet<W>);

impl<W: Write + Send> DecisionSheet<W> {
    /// A CSV file; the header is written at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails.
    pub fn csv(out: W) -> Result<Self> {
        Sheet::new(SheetFormat::Csv, TITLE, columns(), out).map(Self)
    }

    /// A workbook.
    ///
    /// # Errors
    ///
    /// As [`csv`](Self::csv).
    pub fn xlsx(out: W) -> Result<Self> {
        Sheet::new(SheetFormat::Xlsx, TITLE, columns(), out).map(Self)
    }

    /// Begins a further sheet after this many rows: see [`Sheet::rows_per_sheet`].
    #[must_use]
    pub fn rows_per_sheet(self, rows: u32) -> Self {
        Self(self.0.rows_per_sheet(rows))
    }

    /// Writes what is not yet written and gives back what was written to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails.
    pub fn finish(self) -> Result<W> {
        self.0.finish()
    }
}

/// What the sheets of a workbook are called.
const TITLE: &str = "Decisions";

fn columns() -> Vec<Column> {
    COLUMNS
        .iter()
        .map(|name| if name.ends_with("_p") { Column::number(*name) } else { Column::text(*name) })
        .collect()
}

/// Decides about every row of `reader` and adds a row to `sheet` for each; otherwise as
/// [`triage_stream`](super::triage_stream).
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io) when reading or writing fails.
pub fn triage_sheet<'m, W: Write + Send>(
    worker: impl Fn() -> Triage<'m> + Sync,
    reader: &mut Reader<'_>,
    sheet: &mut DecisionSheet<W>,
    threads: usize,
    after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    let line = |triage: &mut Triage<'m>, row: Row<'_>, lines: &mut Vec<u8>| {
        lines.extend(record(cells(row.id(), &triage.decide(&row.complaint()))));
    };
    stream_rows(reader, &mut Records(&mut sheet.0), threads, worker, line, after)
}

/// Rows travel as CSV, whatever they become: whole records at a time.
struct Records<'s, W: Write + Send>(&'s mut Sheet<W>);

impl<W: Write + Send> Write for Records<'_, W> {
    fn write(&mut self, records: &[u8]) -> io::Result<usize> {
        self.0.records(records).map(|()| records.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One cell for each of [`COLUMNS`].
fn cells(id: &str, decision: &Decision) -> [String; COLUMNS.len()] {
    let (agency, place) = (decision.agency.as_ref(), decision.place.as_ref());
    let of_agency = |part: fn(&Agency) -> String| agency.map(part).unwrap_or_default();
    [
        id.to_owned(),
        text(&decision.action),
        text(&decision.reason),
        text(&decision.kind.label),
        probability(decision.kind.p),
        text(&decision.category.label),
        probability(decision.category.p),
        of_agency(|agency| text(&agency.id)),
        of_agency(|agency| text(&agency.name)),
        of_agency(|agency| text(&agency.function)),
        of_agency(|agency| text(&Territory(agency.region))),
        of_agency(|agency| probability(agency.p)),
        place.map(|place| text(&place.region)).unwrap_or_default(),
        place.map(|place| text(&place.name)).unwrap_or_default(),
        place.map(|place| probability(place.p)).unwrap_or_default(),
        joined(&decision.flags),
        joined(&decision.missing),
        joined(decision.alternatives.iter().map(|agency| &agency.id)),
        joined(decision.also.iter().map(|agency| &agency.id)),
        text(&decision.model),
        text(&decision.rules),
    ]
}

/// What is shown, of whatever type of text it is.
fn text(value: &impl Display) -> String {
    value.to_string()
}

fn probability(p: f32) -> String {
    format!("{p:.4}")
}

fn joined(parts: impl IntoIterator<Item: Display>) -> String {
    let parts: Vec<String> = parts.into_iter().map(|part| text(&part)).collect();
    parts.join("|")
}

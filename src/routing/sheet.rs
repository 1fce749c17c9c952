//! Decisions as a table: CSV for scripts and spreadsheets, XLSX for people.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::decision::{Agency, Decision};
use super::office::Territory;
use super::triage::Triage;
use crate::error::{Error, Result};
use crate::model::{Batch, Reader, Row, stream_rows};

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

/// What a spreadsheet program may take for a formula when a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Most rows of a sheet, header included.
const SHEET_ROWS: u32 = 1_048_576;
/// Most characters of a cell.
const CELL: usize = 32_767;
/// Every workbook carries the same date, so that the same decisions are the same bytes.
const CREATED: (u16, u8, u8) = (2000, 1, 1);

/// A table of decisions that is being written: `id`, `action`, `reason`, `type`, `type_p`, `category`, `category_p`,
/// `agency_id`, `agency`, `function`, `agency_region`, `agency_p`, `place`, `place_name`, `place_p`, `flags`, `missing`,
/// `alternatives` and `also` (ids of offices), `model`, `rules`. Lists are joined by `|`; probabilities have four digits.
///
/// **CSV** (RFC 4180, UTF-8): a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in
/// front, so that no spreadsheet program takes what a citizen wrote for a formula.
///
/// **XLSX**: text is stored as text and needs no such guard; what is longer than the 32,767 characters that a cell may
/// have is cut. A sheet has at most 1,048,576 rows; what is beyond them goes on in further sheets, each with its header.
/// Rows wait in temporary files, not in memory, and nothing is written before [`finish`](Self::finish).
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
pub struct DecisionSheet<W: Write> {
    sink: Sink<W>,
}

enum Sink<W: Write> {
    Csv(W),
    Xlsx(Box<Book<W>>),
}

struct Book<W> {
    workbook: Workbook,
    sheets: usize,
    /// Row of the last sheet that is written next.
    next: u32,
    limit: u32,
    out: W,
}

impl<W: Write> fmt::Debug for DecisionSheet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.sink {
            Sink::Csv(_) => "csv",
            Sink::Xlsx(_) => "xlsx",
        };
        f.debug_struct("DecisionSheet").field("kind", &kind).finish_non_exhaustive()
    }
}

impl<W: Write + Send> DecisionSheet<W> {
    /// A CSV file; the header is written at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails.
    pub fn csv(mut out: W) -> Result<Self> {
        let header = COLUMNS.join(",") + "\n";
        out.write_all(header.as_bytes()).map_err(failed)?;
        Ok(Self { sink: Sink::Csv(out) })
    }

    /// A workbook.
    pub fn xlsx(out: W) -> Self {
        let mut workbook = Workbook::new();
        let (year, month, day) = CREATED;
        if let Ok(created) = ExcelDateTime::from_ymd(year, month, day) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        }
        Self { sink: Sink::Xlsx(Box::new(Book { workbook, sheets: 0, next: 0, limit: SHEET_ROWS, out })) }
    }

    /// Begins a further sheet after this many rows, header included; at most 1,048,576, at least 2. CSV has no sheets.
    #[must_use]
    pub fn rows_per_sheet(mut self, rows: u32) -> Self {
        if let Sink::Xlsx(book) = &mut self.sink {
            book.limit = rows.clamp(2, SHEET_ROWS);
        }
        self
    }

    /// Writes what is not yet written and gives back what was written to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when writing fails.
    pub fn finish(self) -> Result<W> {
        match self.sink {
            Sink::Csv(mut out) => out.flush().map(|()| out).map_err(failed),
            Sink::Xlsx(book) => {
                let Book { mut workbook, sheets, mut out, .. } = *book;
                if sheets == 0 {
                    begin_sheet(&mut workbook, 1).map_err(|error| failed(io_error(error)))?;
                }
                workbook.save_to_writer(&mut out).map_err(|error| failed(io_error(error)))?;
                out.flush().map(|()| out).map_err(failed)
            }
        }
    }
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
    let guarded = matches!(sheet.sink, Sink::Csv(_));
    let line = |triage: &mut Triage<'m>, row: Row<'_>, lines: &mut Vec<u8>| {
        let decision = triage.decide(&row.complaint());
        let mut cells = cells(row.id(), &decision);
        if guarded {
            for cell in cells.iter_mut().filter(|cell| cell.starts_with(FORMULA)) {
                cell.insert(0, '\'');
            }
        }
        // Writing to memory: it cannot fail.
        let _ = WriterBuilder::new().buffer_capacity(1 << 10).from_writer(lines).write_record(cells);
    };
    stream_rows(reader, &mut sheet.sink, threads, worker, line, after)
}

/// Rows travel as CSV, whatever they become: whole records at a time.
impl<W: Write + Send> Write for Sink<W> {
    fn write(&mut self, records: &[u8]) -> io::Result<usize> {
        match self {
            Self::Csv(out) => out.write(records),
            Self::Xlsx(book) => book.add(records).map(|()| records.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(out) => out.flush(),
            Self::Xlsx(_) => Ok(()),
        }
    }
}

impl<W> Book<W> {
    fn add(&mut self, records: &[u8]) -> io::Result<()> {
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(records);
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            if self.sheets == 0 || self.next >= self.limit {
                self.sheets += 1;
                begin_sheet(&mut self.workbook, self.sheets).map_err(io_error)?;
                self.next = 1;
            }
            self.add_row(&record).map_err(io_error)?;
            self.next += 1;
        }
        Ok(())
    }

    fn add_row(&mut self, record: &ByteRecord) -> std::result::Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (column, (name, cell)) in (0..).zip(COLUMNS.iter().zip(record)) {
            let cell = String::from_utf8_lossy(cell);
            match cell.parse::<f64>() {
                Ok(p) if name.ends_with("_p") => sheet.write_number(self.next, column, p)?,
                _ if cell.is_empty() => sheet,
                _ if cell.len() > CELL => {
                    sheet.write_string(self.next, column, cell.chars().take(CELL).collect::<String>())?
                }
                _ => sheet.write_string(self.next, column, cell)?,
            };
        }
        Ok(())
    }
}

/// Adds a sheet with its header, whose rows go to a temporary file.
fn begin_sheet(workbook: &mut Workbook, number: usize) -> std::result::Result<(), XlsxError> {
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(if number == 1 { "Decisions".to_owned() } else { format!("Decisions {number}") })?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_with_format(0, column, name, &bold)?;
    }
    Ok(())
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

fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

fn failed(error: io::Error) -> Error {
    Error::for_file("write to", Path::new("output"), error)
}

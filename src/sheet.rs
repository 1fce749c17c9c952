//! Tables that are written: CSV for scripts and spreadsheets, JSON lines for programs, XLSX for people.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};

/// What a spreadsheet program may take for a formula when a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Most rows of a sheet of a workbook, header included.
const SHEET_ROWS: u32 = 1_048_576;
/// Most characters of a cell.
const CELL: usize = 32_767;
/// Every workbook carries the same date, so that the same rows are the same bytes.
const CREATED: (u16, u8, u8) = (2000, 1, 1);

/// How a table is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SheetFormat {
    /// CSV (RFC 4180, UTF-8). A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in
    /// front, so that no spreadsheet program takes what a citizen wrote for a formula; numbers do not.
    #[default]
    Csv,
    /// A JSON object a row, by the columns' names; numbers are numbers.
    Jsonl,
    /// A workbook: numbers are numbers, text is text, and cut where it is longer than the 32,767 characters that a cell may
    /// have. A sheet has at most 1,048,576 rows; what is beyond them goes on in further sheets, each with its header. Rows
    /// wait in temporary files, not in memory, and nothing is written before [`Sheet::finish`].
    Xlsx,
}

impl FromStr for SheetFormat {
    type Err = Error;

    /// Reads `csv`, `jsonl` or `xlsx`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other name.
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::Jsonl),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Error::new(
                ErrorKind::Parameter,
                format!("`{name}` is no format of a table: give csv, jsonl or xlsx"),
            )),
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands in the header.
    pub name: String,
    /// Its cells are numbers.
    pub is_number: bool,
}

impl Column {
    /// A column of text.
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: false }
    }

    /// A column of numbers.
    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: true }
    }
}

/// A table that is being written.
///
/// ```
/// use pilah::sheet::{Column, Sheet, SheetFormat};
///
/// let columns = vec![Column::text("month"), Column::number("complaints")];
/// let mut sheet = Sheet::new(SheetFormat::Jsonl, "Counts", columns, Vec::new())?;
/// sheet.row(["2023-01", "17"])?;
/// assert_eq!(sheet.finish()?, b"{\"month\":\"2023-01\",\"complaints\":17}\n");
/// # Ok::<(), pilah::Error>(())
/// ```
pub struct Sheet<W: Write> {
    columns: Vec<Column>,
    sink: Sink,
    out: W,
}

enum Sink {
    Csv,
    Jsonl,
    Xlsx(Box<Book>),
}

struct Book {
    title: String,
    workbook: Workbook,
    sheets: usize,
    /// Row of the last sheet that is written next.
    next: u32,
    limit: u32,
}

impl<W: Write> fmt::Debug for Sheet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<W: Write + Send> Sheet<W> {
    /// Begins a table; the header of a CSV is written at once. `title` is what the sheets of a workbook are called.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when writing fails.
    pub fn new(format: SheetFormat, title: &str, columns: Vec<Column>, out: W) -> Result<Self> {
        let sink = match format {
            SheetFormat::Csv => Sink::Csv,
            SheetFormat::Jsonl => Sink::Jsonl,
            SheetFormat::Xlsx => Sink::Xlsx(Box::new(Book::new(title))),
        };
        let mut sheet = Self { columns, sink, out };
        if matches!(sheet.sink, Sink::Csv) {
            let names = record(sheet.columns.iter().map(|column| column.name.as_str()));
            sheet.out.write_all(&names).map_err(failed)?;
        }
        Ok(sheet)
    }

    /// How it is written.
    pub fn format(&self) -> SheetFormat {
        match self.sink {
            Sink::Csv => SheetFormat::Csv,
            Sink::Jsonl => SheetFormat::Jsonl,
            Sink::Xlsx(_) => SheetFormat::Xlsx,
        }
    }

    /// Begins a further sheet of a workbook after this many rows, header included; at most 1,048,576, at least 2. Other
    /// formats have no sheets.
    #[must_use]
    pub fn rows_per_sheet(mut self, rows: u32) -> Self {
        if let Sink::Xlsx(book) = &mut self.sink {
            book.limit = rows.clamp(2, SHEET_ROWS);
        }
        self
    }

    /// Adds a row: a cell for each column.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when writing fails.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<()> {
        let row: ByteRecord = cells.into_iter().map(|cell| cell.as_ref().as_bytes().to_vec()).collect();
        self.add(&row).map_err(failed)
    }

    /// Adds rows that were written as CSV on another thread, by [`record`]: whole ones.
    pub(crate) fn records(&mut self, records: &[u8]) -> io::Result<()> {
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(records);
        let mut row = ByteRecord::new();
        while reader.read_byte_record(&mut row)? {
            self.add(&row)?;
        }
        Ok(())
    }

    fn add(&mut self, row: &ByteRecord) -> io::Result<()> {
        match &mut self.sink {
            Sink::Csv => self.out.write_all(&guarded(&self.columns, row)),
            Sink::Jsonl => write_object(&self.columns, row, &mut self.out),
            Sink::Xlsx(book) => book.add(&self.columns, row).map_err(io_error),
        }
    }

    /// Writes what is not yet written and gives back what was written to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when writing fails.
    pub fn finish(mut self) -> Result<W> {
        if let Sink::Xlsx(book) = self.sink {
            book.finish(&self.columns, &mut self.out).map_err(|error| failed(io_error(error)))?;
        }
        self.out.flush().map(|()| self.out).map_err(failed)
    }
}

/// A row as CSV.
pub(crate) fn record<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = WriterBuilder::new().buffer_capacity(1 << 10).from_writer(&mut bytes);
    // Writing to memory: it cannot fail.
    let _ = writer.write_record(cells.into_iter().map(|cell| cell.as_ref().to_owned()));
    drop(writer);
    bytes
}

/// A row whose text no spreadsheet program takes for a formula.
fn guarded(columns: &[Column], row: &ByteRecord) -> Vec<u8> {
    let cells = columns.iter().zip(row).map(|(column, cell)| {
        let cell = String::from_utf8_lossy(cell);
        if !column.is_number && cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.into_owned() }
    });
    record(cells)
}

fn write_object(columns: &[Column], row: &ByteRecord, out: &mut impl Write) -> io::Result<()> {
    let cell = |(column, cell): (&Column, &[u8])| {
        let cell = String::from_utf8_lossy(cell).into_owned();
        let number = if column.is_number { serde_json::from_str::<Value>(&cell).ok() } else { None };
        (column.name.clone(), number.unwrap_or(Value::String(cell)))
    };
    let object: Map<String, Value> = columns.iter().zip(row).map(cell).collect();
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}

impl Book {
    fn new(title: &str) -> Self {
        let mut workbook = Workbook::new();
        let (year, month, day) = CREATED;
        if let Ok(created) = ExcelDateTime::from_ymd(year, month, day) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        }
        Self { title: title.to_owned(), workbook, sheets: 0, next: 0, limit: SHEET_ROWS }
    }

    fn add(&mut self, columns: &[Column], row: &ByteRecord) -> Result<(), XlsxError> {
        if self.sheets == 0 || self.next >= self.limit {
            self.begin_sheet(columns)?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (at, (column, cell)) in (0..).zip(columns.iter().zip(row)) {
            let cell = String::from_utf8_lossy(cell);
            match cell.parse::<f64>() {
                Ok(number) if column.is_number => sheet.write_number(self.next, at, number)?,
                _ if cell.is_empty() => sheet,
                _ if cell.len() > CELL => {
                    sheet.write_string(self.next, at, cell.chars().take(CELL).collect::<String>())?
                }
                _ => sheet.write_string(self.next, at, cell)?,
            };
        }
        self.next += 1;
        Ok(())
    }

    /// Adds a sheet with its header, whose rows go to a temporary file.
    fn begin_sheet(&mut self, columns: &[Column]) -> Result<(), XlsxError> {
        self.sheets += 1;
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        let title = &self.title;
        sheet.set_name(if self.sheets == 1 { title.clone() } else { format!("{title} {}", self.sheets) })?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (at, column) in (0..).zip(columns) {
            sheet.write_with_format(0, at, column.name.as_str(), &bold)?;
        }
        self.next = 1;
        Ok(())
    }

    fn finish(mut self, columns: &[Column], out: &mut (impl Write + Send)) -> Result<(), XlsxError> {
        if self.sheets == 0 {
            self.begin_sheet(columns)?;
        }
        self.workbook.save_to_writer(out)
    }
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

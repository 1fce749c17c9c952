//! Complaints from files: CSV, JSON lines, plain lines, XLSX.
//!
//! [`Reader`] gives the chosen columns in [`Batch`]es whose memory is used again. A row that cannot be read is
//! not lost: it is a [`Reject`] with its line and the reason.

mod delimited;
mod json;
mod lines;
mod spreadsheet;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// What stands between the columns that make the text.
const JOINT: &str = " . ";

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One text a line.
    Lines,
    /// The first sheet of an Excel workbook, with a header row.
    Xlsx,
}

impl Format {
    const ALL: [(&'static str, Self); 4] =
        [("csv", Self::Csv), ("jsonl", Self::Jsonl), ("lines", Self::Lines), ("xlsx", Self::Xlsx)];

    /// From the ending of a file's name: `csv`; `jsonl`, `ndjson`; `txt`, `lines`; `xlsx`.
    ///
    /// # Errors
    ///
    /// For any other ending, and for standard input.
    pub fn guess(path: &Path) -> Result<Self> {
        let ending =
            path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "txt" | "lines" => Ok(Self::Lines),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Error::input(format!(
                "cannot tell the format of `{}` by its ending: give --format csv, jsonl, lines or xlsx",
                path.display()
            ))),
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.iter().find(|format| format.0 == name).map(|format| format.1).ok_or_else(|| {
            Error::new(
                ErrorKind::Parameter,
                format!("unknown format `{name}`: give csv, jsonl, lines or xlsx"),
            )
        })
    }
}

/// Which columns to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The columns that make the text, joined by ` . `. Left aside for [`Format::Lines`].
    pub text: Vec<String>,
    /// The column of the id; when none is given, `id` if there is one, else the line number serves.
    pub id: Option<String>,
    /// Further columns, such as labels and dates.
    pub others: Vec<String>,
}

/// A row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it begins: line of a text file, row of a sheet; from 1.
    pub line: u64,
    /// What is wrong and what to do about it.
    pub reason: String,
}

/// Rows with their chosen columns; a buffer to use again and again.
#[derive(Debug, Default)]
pub struct Batch {
    /// All fields, one after another.
    bytes: String,
    /// Where each field ends: text, id, others of the first row, then of the second ….
    ends: Vec<usize>,
    lines: Vec<u64>,
    width: usize,
    rejects: Vec<Reject>,
}

/// One row of a [`Batch`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'b> {
    batch: &'b Batch,
    index: usize,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + Clone {
        (0..self.len()).map(|index| Row { batch: self, index })
    }

    /// A row; `None` past the end.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len()).then_some(Row { batch: self, index })
    }

    /// The rows left out while this batch was filled.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    fn clear(&mut self, width: usize) {
        self.bytes.clear();
        self.ends.clear();
        self.lines.clear();
        self.rejects.clear();
        self.width = width;
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejects.push(Reject { line, reason: reason.into() });
    }

    fn end_row(&mut self, line: u64) {
        debug_assert_eq!(self.ends.len(), (self.lines.len() + 1) * self.width);
        self.lines.push(line);
    }

    /// Takes back the fields of an unfinished row.
    fn undo_row(&mut self) {
        self.ends.truncate(self.lines.len() * self.width);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

impl<'b> Row<'b> {
    /// The text: its columns joined.
    pub fn text(&self) -> &'b str {
        self.field(0)
    }

    /// The id, or the line number where there is no such column.
    pub fn id(&self) -> &'b str {
        self.field(1)
    }

    /// The further column of this place in [`Columns::others`]; empty when the row has none.
    pub fn other(&self, place: usize) -> &'b str {
        self.field(2 + place)
    }

    /// Where the row begins.
    pub fn line(&self) -> u64 {
        self.batch.lines[self.index]
    }

    fn field(&self, field: usize) -> &'b str {
        if field >= self.batch.width {
            return "";
        }
        let at = self.index * self.batch.width + field;
        let from = if at == 0 { 0 } else { self.batch.ends[at - 1] };
        &self.batch.bytes[from..self.batch.ends[at]]
    }
}

/// Reads a file batch by batch.
///
/// ```
/// use pilah::model::{Batch, Columns, Format, Reader};
///
/// let csv = "id,isi,lokasi\n7,Jalan rusak,Jl. Melati\n";
/// let columns = Columns { text: vec!["isi".into(), "lokasi".into()], ..Columns::default() };
/// let mut reader = Reader::new(csv.as_bytes(), Format::Csv, &columns)?;
/// let mut batch = Batch::new();
/// assert!(reader.read(&mut batch, 100)?);
/// let row = batch.row(0).unwrap();
/// assert_eq!((row.id(), row.text()), ("7", "Jalan rusak . Jl. Melati"));
/// assert!(!reader.read(&mut batch, 100)?);
/// # Ok::<(), pilah::Error>(())
/// ```
pub struct Reader<'r> {
    name: PathBuf,
    width: usize,
    source: Box<dyn Source + Send + 'r>,
}

/// A kind of file.
trait Source {
    /// Adds up to `limit` rows and gives whether there may be more.
    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure>;
}

/// Why a file cannot be read on.
enum Failure {
    Io(io::Error),
    Content(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failure {
    fn at(self, name: &Path) -> Error {
        match self {
            Self::Io(error) => Error::for_file("read", name, error),
            Self::Content(reason) => Error::input(format!("`{}`: {reason}", name.display())),
        }
    }
}

impl<'r> Reader<'r> {
    /// Reads from a file, or from standard input when `path` is `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when it cannot be opened, [`ErrorKind::Input`] for a column it does not have or an
    /// unreadable header.
    pub fn open(path: &Path, format: Format, columns: &Columns) -> Result<Reader<'static>> {
        let input: Box<dyn BufRead + Send> = if path == Path::new("-") {
            Box::new(BufReader::with_capacity(1 << 18, io::stdin()))
        } else {
            let file = File::open(path).map_err(|error| Error::for_file("open", path, error))?;
            Box::new(BufReader::with_capacity(1 << 18, file))
        };
        Reader::named(path.to_path_buf(), input, format, columns)
    }

    /// Reads from anything.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn new(input: impl BufRead + Send + 'r, format: Format, columns: &Columns) -> Result<Self> {
        Self::named(PathBuf::from("input"), Box::new(input), format, columns)
    }

    fn named(
        name: PathBuf,
        input: Box<dyn BufRead + Send + 'r>,
        format: Format,
        columns: &Columns,
    ) -> Result<Self> {
        if format != Format::Lines && columns.text.is_empty() {
            return Err(Error::new(ErrorKind::Parameter, "no text column named: give --text COL"));
        }
        let source: Result<Box<dyn Source + Send + 'r>, Failure> = match format {
            Format::Csv => delimited::open(input, columns).map(|source| Box::new(source) as _),
            Format::Jsonl => Ok(Box::new(json::open(input, columns))),
            Format::Lines => Ok(Box::new(lines::open(input, columns.others.len()))),
            Format::Xlsx => spreadsheet::open(input, columns).map(|source| Box::new(source) as _),
        };
        let source = source.map_err(|failure| failure.at(&name))?;
        Ok(Self { name, width: 2 + columns.others.len(), source })
    }

    /// Replaces what `batch` held by the next rows, at most `limit`; `false` once there are none and no rejects
    /// either.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when reading fails. A row that cannot be read is no error but a [`Reject`].
    pub fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool> {
        batch.clear(self.width);
        while self.source.read(batch, limit).map_err(|failure| failure.at(&self.name))? {
            if !batch.is_empty() || !batch.rejects.is_empty() {
                return Ok(true);
            }
        }
        Ok(!batch.is_empty() || !batch.rejects.is_empty())
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where the chosen columns stand in a header.
#[derive(Debug)]
struct Places {
    text: Vec<usize>,
    id: Option<usize>,
    others: Vec<usize>,
}

impl Places {
    fn find<S: AsRef<str>>(header: &[S], columns: &Columns) -> Result<Self, Failure> {
        let place = |name: &String| {
            let same = |column: &S| column.as_ref().trim() == name;
            header.iter().position(same).ok_or_else(|| {
                let known: Vec<&str> = header.iter().map(|column| column.as_ref().trim()).collect();
                Failure::Content(format!("no column `{name}`: it has {}", known.join(", ")))
            })
        };
        Ok(Self {
            text: columns.text.iter().map(place).collect::<Result<_, _>>()?,
            id: match &columns.id {
                Some(name) => Some(place(name)?),
                None => header.iter().position(|column| column.as_ref().trim() == "id"),
            },
            others: columns.others.iter().map(place).collect::<Result<_, _>>()?,
        })
    }

    /// Adds the chosen fields of one row; `field` gives a field's text or says why it cannot.
    fn row<F: AsRef<str>>(&self, batch: &mut Batch, line: u64, field: impl Fn(usize) -> Result<F, String>) {
        let mut fill = || -> Result<(), String> {
            for (at, &place) in self.text.iter().enumerate() {
                if at > 0 {
                    batch.bytes.push_str(JOINT);
                }
                batch.bytes.push_str(field(place)?.as_ref());
            }
            batch.end_field();
            match self.id {
                Some(place) => batch.bytes.push_str(field(place)?.as_ref()),
                None => batch.bytes.push_str(&line.to_string()),
            }
            batch.end_field();
            for &place in &self.others {
                batch.bytes.push_str(field(place)?.as_ref());
                batch.end_field();
            }
            Ok(())
        };
        match fill() {
            Ok(()) => batch.end_row(line),
            Err(reason) => {
                batch.undo_row();
                batch.reject(line, reason);
            }
        }
    }
}

/// The text of bytes, or what is wrong with them.
fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        format!("byte 0x{byte:02X} at {at} is not UTF-8: save the file as UTF-8")
    })
}

//! Complaints from files: CSV, JSON lines, JSON lists, plain lines, XLSX, and the exports of systems that are well known.
//!
//! [`Format`] says how bytes become rows, [`Columns`] which columns mean what; a [`Profile`] knows the columns of an
//! export. [`Reader`] gives the chosen columns in [`Batch`]es whose memory is used again. A row that cannot be read is
//! not lost: it is a [`Reject`] with its line and the reason.

mod batch;
mod columns;
mod delimited;
mod format;
mod header;
mod json;
mod lines;
mod list;
mod plan;
mod profile;
mod spreadsheet;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

pub use batch::{Batch, Reject, Row};
pub use columns::{Columns, Field};
pub use format::Format;
pub use profile::Profile;

use crate::error::{Error, ErrorKind, Result};
use columns::Slots;
use plan::Plan;

/// What stands between the columns that make the text.
const JOINT: &str = " . ";

/// Leaves in `joined` the text with the address behind it, so many `times`: what a model that reads both is trained on
/// and asked. A place memory reads the address three times, so that its few words stand against the many of the text.
///
/// ```
/// let mut joined = String::new();
/// pilah::model::join_address("Lampu mati", " Jl. Kenari ", 2, &mut joined);
/// assert_eq!(joined, "Lampu mati . Jl. Kenari . Jl. Kenari");
/// ```
pub fn join_address(text: &str, address: &str, times: usize, joined: &mut String) {
    joined.clear();
    joined.push_str(text);
    let address = address.trim();
    for part in [JOINT, address].repeat(if address.is_empty() { 0 } else { times }) {
        joined.push_str(part);
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
    source: Box<dyn Source + Send + 'r>,
}

/// Fields of a row, and where those stand that have a meaning.
type Layout = (usize, Slots);

/// A kind of file.
trait Source {
    /// How many fields its rows have, and where those stand that have a meaning.
    fn layout(&self) -> Layout;

    /// Adds up to `limit` rows and gives whether there may be more.
    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure>;
}

/// Why a file cannot be read on.
enum Failure {
    Io(io::Error),
    Content(String),
    Parameter(String),
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
            Self::Parameter(reason) => Error::new(ErrorKind::Parameter, reason),
        }
    }
}

impl<'r> Reader<'r> {
    /// Reads from a file, or from standard input when `path` is `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when it cannot be opened, [`ErrorKind::Input`] for a column it does not have or an
    /// unreadable header, [`ErrorKind::Parameter`] when neither text columns nor a profile are named.
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
        let source = source(input, format, columns).map_err(|failure| failure.at(&name))?;
        Ok(Self { name, source })
    }

    /// Replaces what `batch` held by the next rows, at most `limit`; `false` once there are none and no rejects
    /// either.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when reading fails. A row that cannot be read is no error but a [`Reject`].
    pub fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool> {
        let (width, slots) = self.source.layout();
        batch.clear(width, slots);
        while self.source.read(batch, limit).map_err(|failure| failure.at(&self.name))? {
            if !batch.is_empty() || !batch.rejects().is_empty() {
                return Ok(true);
            }
        }
        Ok(!batch.is_empty() || !batch.rejects().is_empty())
    }
}

/// Opens a kind of file.
fn source<'r>(
    mut input: Box<dyn BufRead + Send + 'r>,
    format: Format,
    columns: &Columns,
) -> Result<Box<dyn Source + Send + 'r>, Failure> {
    let plan = || Plan::new(columns, columns.profile);
    Ok(match format {
        Format::Jsonl => Box::new(json::Json::new(input, 0, json::Objects::new(plan()?))),
        Format::Json => list::open(input, plan()?)?,
        Format::Lines => Box::new(lines::open(input, Plan::of_texts(columns))),
        Format::Xlsx => Box::new(spreadsheet::open(input, columns)?),
        // A workbook is a ZIP archive.
        Format::Sheet if input.fill_buf()?.starts_with(b"PK") => Box::new(spreadsheet::open(input, columns)?),
        Format::Csv | Format::Sheet => Box::new(delimited::open(input, columns)?),
    })
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("name", &self.name).finish_non_exhaustive()
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

//! How bytes become rows.

use std::path::Path;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// How a file is to be read. Which columns mean what is said by [`Columns`](super::Columns).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Values separated by commas, semicolons or tabs, with a header line (RFC 4180).
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// A JSON array of objects, an object that holds one, or JSON lines.
    Json,
    /// One text a line.
    Lines,
    /// The first sheet of an Excel workbook, with a header row.
    Xlsx,
    /// [`Csv`](Self::Csv) or [`Xlsx`](Self::Xlsx), whichever the first bytes say.
    Sheet,
}

impl Format {
    const ALL: [(&'static str, Self); 6] = [
        ("csv", Self::Csv),
        ("jsonl", Self::Jsonl),
        ("json", Self::Json),
        ("lines", Self::Lines),
        ("xlsx", Self::Xlsx),
        ("sheet", Self::Sheet),
    ];

    /// From the ending of a file's name: `csv`; `jsonl`, `ndjson`; `json`; `txt`, `lines`; `xlsx`.
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
            "json" => Ok(Self::Json),
            "txt" | "lines" => Ok(Self::Lines),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Error::input(format!(
                "cannot tell the format of `{}` by its ending: give --format csv, jsonl, json, lines, xlsx, sp4n or open311",
                path.display()
            ))),
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.iter().find(|format| format.0 == name).map(|format| format.1).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|format| format.0).collect();
            Error::new(
                ErrorKind::Parameter,
                format!("unknown format `{name}`: give one of {}", known.join(", ")),
            )
        })
    }
}

//! CSV, by the `csv` crate; separated by commas, semicolons or tabs, whichever gives a header.

use std::io::{BufRead, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::header::{Header, ROWS, Search};
use super::lines::LONGEST_LINE;
use super::{Batch, Columns, Failure, Layout, Source, utf8};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

pub(super) struct Delimited<R> {
    reader: csv::Reader<R>,
    header: Header,
    record: ByteRecord,
    /// Lines up to the header and with it.
    above: u64,
    /// 1 where lines end in LF, which the `csv` crate counts with the line it ends; 0 for CR LF.
    ahead: u64,
}

pub(super) fn open<R: BufRead>(mut input: R, columns: &Columns) -> Result<Delimited<R>, Failure> {
    let mut search = Search::new(columns);
    let mut above = 0;
    let mut row = Vec::new();
    for _ in 0..ROWS {
        row.clear();
        if !next_row(&mut input, &mut row)? {
            break;
        }
        above += newlines(&row);
        for separator in SEPARATORS {
            let cells = match cells(&row, separator) {
                Ok(cells) => cells,
                Err(reason) => {
                    search.unreadable(&reason);
                    break;
                }
            };
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if let Some(header) = search.is(&cells)? {
                let reader = ReaderBuilder::new()
                    .delimiter(separator)
                    .has_headers(false)
                    .flexible(true)
                    .buffer_capacity(1 << 18)
                    .from_reader(input);
                let ahead = u64::from(!row.ends_with(b"\r\n"));
                return Ok(Delimited { reader, header, record: ByteRecord::new(), above, ahead });
            }
        }
    }
    Err(search.failed("no header line: the first line must name the columns"))
}

impl<R: BufRead> Source for Delimited<R> {
    fn layout(&self) -> Layout {
        (self.header.width(), self.header.slots())
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        let Header { plan, places, columns } = &self.header;
        while batch.len() < limit {
            if !self.reader.read_byte_record(&mut self.record).map_err(failure)? {
                return Ok(false);
            }
            // Where the record begins, by where it ends: blank lines before it are not its own.
            let ended = self.reader.position().line().saturating_sub(self.ahead);
            let began = self.record.position().map_or(0, csv::Position::line);
            let line = self.above + began.max(ended.saturating_sub(newlines(self.record.as_slice())));
            if self.record.len() != columns.len() {
                let reason = format!(
                    "{} fields, but the header has {}: a quote or comma may be missing",
                    self.record.len(),
                    columns.len()
                );
                batch.reject(line, reason);
                continue;
            }
            let record = &self.record;
            plan.row(batch, line, |name| {
                let Some(place) = places[name] else { return Ok(None) };
                let bytes = record.get(place).unwrap_or_default();
                utf8(bytes).map(Some).map_err(|reason| format!("column `{}`: {reason}", columns[place]))
            });
        }
        Ok(true)
    }
}

/// Reads the lines of one row, quoted line breaks included; `false` at the end.
fn next_row(mut input: &mut impl BufRead, row: &mut Vec<u8>) -> Result<bool, Failure> {
    let mut limited = Read::take(&mut input, LONGEST_LINE as u64);
    // Each line is looked at once: a file may be one open quote and millions of lines.
    let (mut seen, mut quotes) = (0, 0);
    while limited.read_until(b'\n', row)? > 0 {
        quotes += memchr::memchr_iter(b'"', &row[seen..]).count();
        seen = row.len();
        if quotes.is_multiple_of(2) {
            break;
        }
    }
    Ok(!row.is_empty())
}

/// The cells of a row under this separator.
fn cells(row: &[u8], separator: u8) -> Result<Vec<String>, String> {
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(row);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(|error| error.to_string())?;
    record.iter().map(|cell| Ok(utf8(cell)?.trim_start_matches('\u{FEFF}').to_owned())).collect()
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

fn failure(error: csv::Error) -> Failure {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::Io(error),
        _ => Failure::Content(text),
    }
}

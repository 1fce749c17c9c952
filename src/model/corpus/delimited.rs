//! CSV, by the `csv` crate.

use std::io::BufRead;

use csv::{ByteRecord, ReaderBuilder};

use super::{Batch, Columns, Failure, Places, Source, utf8};

pub(super) struct Delimited<R> {
    reader: csv::Reader<R>,
    places: Places,
    columns: Vec<String>,
    record: ByteRecord,
    /// 1 where lines end in LF, which the `csv` crate counts with the line it ends; 0 for CR LF.
    ahead: u64,
}

pub(super) fn open<R: BufRead>(input: R, columns: &Columns) -> Result<Delimited<R>, Failure> {
    let mut reader = ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_reader(input);
    let header = reader.byte_headers().map_err(failure)?;
    let header: Vec<String> = header
        .iter()
        .map(|column| utf8(column).map(|column| column.trim_start_matches('\u{FEFF}').to_owned()))
        .collect::<Result<_, _>>()
        .map_err(|reason| Failure::Content(format!("header: {reason}")))?;
    if header.iter().all(String::is_empty) {
        return Err(Failure::Content("no header line: the first line must name the columns".to_owned()));
    }
    let places = Places::find(&header, columns)?;
    let newlines = header.iter().map(|column| newlines(column.as_bytes())).sum::<u64>();
    let ahead = reader.position().line().saturating_sub(1 + newlines).min(1);
    Ok(Delimited { reader, places, columns: header, record: ByteRecord::new(), ahead })
}

impl<R: BufRead> Source for Delimited<R> {
    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        while batch.len() < limit {
            if !self.reader.read_byte_record(&mut self.record).map_err(failure)? {
                return Ok(false);
            }
            // Where the record begins, by where it ends: blank lines before it are not its own.
            let ended = self.reader.position().line().saturating_sub(self.ahead);
            let began = self.record.position().map_or(0, csv::Position::line);
            let line = began.max(ended.saturating_sub(newlines(self.record.as_slice())));
            if self.record.len() != self.columns.len() {
                let reason = format!(
                    "{} fields, but the header has {}: a quote or comma may be missing",
                    self.record.len(),
                    self.columns.len()
                );
                batch.reject(line, reason);
                continue;
            }
            let record = &self.record;
            let field = |place: usize| {
                let bytes = record.get(place).unwrap_or_default();
                utf8(bytes).map_err(|reason| format!("column `{}`: {reason}", self.columns[place]))
            };
            self.places.row(batch, line, field);
        }
        Ok(true)
    }
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

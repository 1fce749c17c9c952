//! XLSX, by `calamine`: the first sheet, header in its first row that is not empty.

use std::io::{BufRead, Cursor};

use calamine::{Data, DataType, Range, Reader as _, Xlsx};

use super::{Batch, Columns, Failure, Places, Source};

pub(super) struct Spreadsheet {
    range: Range<Data>,
    places: Places,
    /// Row of the range that is read next.
    next: usize,
}

/// Reads the whole workbook into memory: its rows are not stored in an order that can be streamed.
pub(super) fn open<R: BufRead>(mut input: R, columns: &Columns) -> Result<Spreadsheet, Failure> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let content =
        |error: calamine::XlsxError| Failure::Content(format!("not a readable XLSX workbook: {error}"));
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(content)?;
    let range = workbook
        .worksheet_range_at(0)
        .ok_or_else(|| Failure::Content("the workbook has no sheet".to_owned()))?
        .map_err(content)?;
    let header = range
        .rows()
        .position(|row| row.iter().any(|cell| !cell.is_empty()))
        .ok_or_else(|| Failure::Content("the first sheet is empty".to_owned()))?;
    let names: Vec<String> = range
        .rows()
        .nth(header)
        .unwrap_or_default()
        .iter()
        .map(|cell| text(cell).unwrap_or_default())
        .collect();
    let places = Places::find(&names, columns)?;
    Ok(Spreadsheet { range, places, next: header + 1 })
}

impl Source for Spreadsheet {
    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        let first = self.range.start().map_or(0, |start| start.0 as usize);
        while batch.len() < limit {
            if self.next >= self.range.height() {
                return Ok(false);
            }
            let row = &self.range[self.next];
            let line = (first + self.next + 1) as u64;
            self.next += 1;
            if row.iter().any(|cell| !cell.is_empty()) {
                self.places.row(batch, line, |place| row.get(place).map_or(Ok(String::new()), text));
            }
        }
        Ok(true)
    }
}

/// A cell as text: dates in ISO form, whole numbers without a decimal point.
fn text(cell: &Data) -> Result<String, String> {
    Ok(match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(_) => match cell.as_datetime() {
            Some(moment) => moment.to_string(),
            None => return Err("a cell holds a date that does not exist".to_owned()),
        },
        Data::Error(error) => return Err(format!("a cell holds the spreadsheet error {error}")),
    })
}

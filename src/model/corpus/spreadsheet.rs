//! XLSX, by `calamine`: the first sheet, its header among the first rows that are not empty.

use std::io::{BufRead, Cursor};

use calamine::{Data, ExcelDateTime, Range, Reader as _, Xlsx};
use jiff::civil::DateTime;

use super::header::{Header, ROWS, Search};
use super::{Batch, Columns, Failure, Layout, Source};

/// The day after the last that a spreadsheet knows, 9999-12-31.
const DAYS: f64 = 2_958_466.0;

pub(super) struct Spreadsheet {
    range: Range<Data>,
    header: Header,
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
    let mut search = Search::new(columns);
    let filled =
        range.rows().enumerate().filter(|(_, row)| row.iter().any(|cell| !matches!(cell, Data::Empty)));
    for (at, row) in filled.take(ROWS) {
        let names: Vec<String> = row.iter().map(|cell| text(cell).unwrap_or_default()).collect();
        if let Some(header) = search.is(&names)? {
            return Ok(Spreadsheet { range, header, next: at + 1 });
        }
    }
    Err(search.failed("the first sheet is empty"))
}

impl Source for Spreadsheet {
    fn layout(&self) -> Layout {
        (self.header.width(), self.header.slots())
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        let Header { plan, places, columns } = &self.header;
        let first = self.range.start().map_or(0, |start| start.0 as usize);
        while batch.len() < limit {
            if self.next >= self.range.height() {
                return Ok(false);
            }
            let row = &self.range[self.next];
            let line = (first + self.next + 1) as u64;
            self.next += 1;
            if row.iter().all(|cell| matches!(cell, Data::Empty)) {
                continue;
            }
            plan.row(batch, line, |name| {
                let Some(place) = places[name] else { return Ok(None) };
                let cell = row.get(place).unwrap_or(&Data::Empty);
                text(cell).map(Some).map_err(|reason| format!("column `{}`: {reason}", columns[place]))
            });
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
        Data::DateTime(moment) => match date(moment) {
            Some(moment) if moment.date().year() < 1900 => moment.time().to_string(),
            Some(moment) => moment.strftime("%Y-%m-%d %H:%M:%S%.f").to_string(),
            None => return Err(format!("{} is the number of no date: write it as text", moment.as_f64())),
        },
        Data::Error(error) => return Err(format!("a cell holds the spreadsheet error {error}")),
    })
}

/// Days since the end of 1899 as a date; `calamine`'s own conversions saturate or panic on numbers beyond their range.
fn date(moment: &ExcelDateTime) -> Option<DateTime> {
    if !(0.0..DAYS).contains(&moment.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let number = |value: u8| i8::try_from(value).ok();
    DateTime::new(
        i16::try_from(year).ok()?,
        number(month)?,
        number(day)?,
        number(hour)?,
        number(minute)?,
        number(second)?,
        1_000_000 * i32::from(milli),
    )
    .ok()
}

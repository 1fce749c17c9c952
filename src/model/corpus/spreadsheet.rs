//! XLSX, by `calamine`: the first sheet, its header among the first rows that are not empty.

use std::io::{BufRead, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use jiff::civil::DateTime;

use super::header::{Header, ROWS, Search};
use super::{Batch, Columns, Failure, Layout, Source};

/// The day after the last that a spreadsheet knows, 9999-12-31.
const DAYS: f64 = 2_958_466.0;

pub(super) struct Spreadsheet {
    /// Cells that hold something, row by row. A sheet as a rectangle would be as large as its two farthest cells say:
    /// half a terabyte for `A1` and `XFD1048576`.
    cells: Vec<Cell>,
    header: Header,
    /// The column of each of the header's names.
    columns: Vec<u32>,
    /// The cell that is read next.
    next: usize,
}

struct Cell {
    /// Counted from 0.
    row: u32,
    column: u32,
    value: Data,
}

/// Reads the whole workbook into memory: its rows are not stored in an order that can be streamed.
pub(super) fn open<R: BufRead>(mut input: R, columns: &Columns) -> Result<Spreadsheet, Failure> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    // `calamine` adds up the letters and digits of a cell's place unchecked: in a build that checks, it panics.
    let read = catch_unwind(AssertUnwindSafe(|| first_sheet(&bytes)));
    let cells = read
        .unwrap_or(Err(XlsxError::Unexpected("a place or number beyond all bounds")))
        .map_err(|error| Failure::Content(format!("not a readable XLSX workbook: {error}")))?
        .ok_or_else(|| Failure::Content("the workbook has no sheet".to_owned()))?;
    let mut search = Search::new(columns);
    let mut next = 0;
    for _ in 0..ROWS {
        let row = row_at(&cells, next);
        if row.is_empty() {
            break;
        }
        next += row.len();
        let names: Vec<String> = row.iter().map(|cell| text(&cell.value).unwrap_or_default()).collect();
        if let Some(header) = search.is(&names)? {
            let columns = row.iter().map(|cell| cell.column).collect();
            return Ok(Spreadsheet { cells, header, columns, next });
        }
    }
    Err(search.failed("the first sheet is empty"))
}

/// The cells of the first sheet that hold something, sorted by place; of several in one place the last is the last.
fn first_sheet(bytes: &[u8]) -> Result<Option<Vec<Cell>>, XlsxError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes))?;
    let Some(sheet) = workbook.sheet_names().first().cloned() else { return Ok(None) };
    let mut reader = workbook.worksheet_cells_reader(&sheet)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        if !matches!(cell.get_value(), DataRef::Empty) {
            let (row, column) = cell.get_position();
            cells.push(Cell { row, column, value: cell.get_value().clone().into() });
        }
    }
    cells.sort_by_key(|cell| (cell.row, cell.column));
    Ok(Some(cells))
}

/// The cells of the row that begins at a cell; none at the end.
fn row_at(cells: &[Cell], first: usize) -> &[Cell] {
    let rest = cells.get(first..).unwrap_or_default();
    let row = rest.first().map(|cell| cell.row);
    let end = rest.iter().position(|cell| Some(cell.row) != row);
    &rest[..end.unwrap_or(rest.len())]
}

impl Source for Spreadsheet {
    fn layout(&self) -> Layout {
        (self.header.width(), self.header.slots())
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        let Header { plan, places, columns: names } = &self.header;
        while batch.len() < limit {
            let row = row_at(&self.cells, self.next);
            let Some(first) = row.first() else { return Ok(false) };
            self.next += row.len();
            plan.row(batch, u64::from(first.row) + 1, |name| {
                let Some(place) = places[name] else { return Ok(None) };
                let column = self.columns[place];
                let upto = row.partition_point(|cell| cell.column <= column);
                let cell = row[..upto].last().filter(|cell| cell.column == column);
                let text = cell.map_or_else(|| Ok(String::new()), |cell| text(&cell.value));
                text.map(Some).map_err(|reason| format!("column `{}`: {reason}", names[place]))
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

//! The small tables of `data/routing/` and of instances.

use csv::StringRecord;

use crate::error::{Error, Result};

/// The columns asked for, of a row: the line it begins on, those that must be there, and those that may be.
pub(super) type Row<const N: usize, const M: usize> = (u64, [String; N], [String; M]);

/// The named columns of each row of a CSV text, with the line it begins on.
///
/// # Errors
///
/// A column that is not there, or a row that is no CSV, by line.
pub(super) fn rows<const N: usize>(table: &str, columns: [&str; N]) -> Result<Vec<(u64, [String; N])>> {
    Ok(rows_with(table, columns, [])?.into_iter().map(|(line, columns, [])| (line, columns)).collect())
}

/// The same with columns that the table need not have; where it has not, they are empty.
pub(super) fn rows_with<const N: usize, const M: usize>(
    table: &str,
    columns: [&str; N],
    further: [&str; M],
) -> Result<Vec<Row<N, M>>> {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let unreadable = |error: csv::Error| Error::input(error.to_string());
    let header = reader.headers().map_err(unreadable)?.clone();
    let place = |column: &str| header.iter().position(|name| name == column);
    let mut places = [0; N];
    for (at, column) in places.iter_mut().zip(columns) {
        *at = place(column).ok_or_else(|| {
            let known: Vec<&str> = header.iter().collect();
            Error::input(format!("no column `{column}`: it has {}", known.join(", ")))
        })?;
    }
    let others = further.map(place);
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, csv::Position::line);
        let field = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
        rows.push((line, places.map(field), others.map(|place| place.map_or_else(String::new, field))));
    }
    Ok(rows)
}

/// The names of the columns.
///
/// # Errors
///
/// What is no CSV.
pub(super) fn header(table: &str) -> Result<Vec<String>> {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().map_err(|error| Error::input(error.to_string()))?;
    Ok(header.iter().map(str::to_owned).collect())
}

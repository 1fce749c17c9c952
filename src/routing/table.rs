//! The small tables of `data/routing/`.

use csv::StringRecord;

use crate::error::{Error, Result};

/// The named columns of each row of a CSV text, with the line it begins on.
///
/// # Errors
///
/// A column that is not there, or a row that is no CSV, by line.
pub(super) fn rows<const N: usize>(table: &str, columns: [&str; N]) -> Result<Vec<(u64, [String; N])>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let unreadable = |error: csv::Error| Error::input(error.to_string());
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header.iter().position(|name| name == column).ok_or_else(|| {
            let known: Vec<&str> = header.iter().collect();
            Error::input(format!("no column `{column}`: it has {}", known.join(", ")))
        })?;
    }
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, places.map(|place| record.get(place).unwrap_or_default().trim().to_owned())));
    }
    Ok(rows)
}

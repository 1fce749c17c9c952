//! The split by date: what is later is what a model must prove itself on.

use jiff::civil::{Date, DateTime};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::train::Example;

/// Ways people and systems write a point in time; the local one, zones are left aside.
const FORMATS: [&str; 9] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d %b %Y %H:%M:%S",
];

const DATE_FORMATS: [&str; 4] = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d %b %Y"];

/// Reads a local date and time: ISO 8601 with or without time and zone, or day first (`20-06-2014 19:23`,
/// `23/09/2024`, `23 Sep 2024`). `None` for anything else; a month never comes first.
///
/// ```
/// let earlier = pilah::model::parse_date("20-06-2014 19:23").unwrap();
/// let later = pilah::model::parse_date("2014-06-20T19:24:00+07:00").unwrap();
/// assert!(earlier < later);
/// assert_eq!(pilah::model::parse_date("06/20/2014"), None);
/// ```
pub fn parse_date(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let local = match text.get(19..) {
        // An offset or `Z` at the end: the local time is what stands before it.
        Some(rest) if text.is_char_boundary(19) && rest.starts_with(['+', '-', 'Z', 'z']) => &text[..19],
        _ => text,
    };
    let time = FORMATS.iter().find_map(|format| DateTime::strptime(format, local).ok());
    time.or_else(|| {
        DATE_FORMATS.iter().find_map(|format| Date::strptime(format, local).ok()).map(DateTime::from)
    })
}

/// Splits examples into an earlier and a later part: by date where every one has a date and they differ, else by
/// a hash of the text.
///
/// Examples of equal date stay together, and so do those of equal text where there are no dates.
pub(super) fn split_later(examples: &[&Example], share: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let wanted = ((1.0 - share) * examples.len() as f64).round() as usize;
    let mut known: Vec<DateTime> = examples.iter().filter_map(|example| example.date).collect();
    if known.len() == examples.len() && !known.is_empty() {
        known.sort_unstable();
        let border = known[wanted.min(known.len() - 1)];
        if known[0] < border {
            return (0..examples.len())
                .partition(|&row| examples[row].date.is_some_and(|date| date < border));
        }
    }
    let limit = (share * u64::MAX as f64) as u64;
    (0..examples.len()).partition(|&row| xxh3_64_with_seed(examples[row].text.as_bytes(), seed) >= limit)
}

//! Points in time as people and systems write them.

use jiff::civil::{Date, DateTime, Time};

/// Local dates with a time; zones are left aside.
const FORMATS: [&str; 10] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d %m %Y %H:%M:%S",
    "%d %m %Y %H:%M",
];

const DATE_FORMATS: [&str; 4] = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d %m %Y"];

const TIME_FORMATS: [&str; 3] = ["%H:%M:%S%.f", "%H:%M", "%H.%M"];

/// The months by number: Indonesian and English, in full and as they are cut short.
const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "february", "pebruari", "feb", "peb"],
    &["maret", "march", "mar"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["agustus", "august", "agu", "agt", "ags", "aug"],
    &["september", "sep", "sept"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "december", "des", "dec"],
];

/// Reads a local date and time: ISO 8601 with or without time and zone, or day first (`20-06-2014 19:23`,
/// `23/09/2024`, `23 Sep 2024`, `23 Agustus 2024 00:41:43`). `None` for anything else; a month never comes first.
///
/// ```
/// let earlier = pilah::model::parse_date("20-06-2014 19:23").unwrap();
/// let later = pilah::model::parse_date("2014-06-20T19:24:00+07:00").unwrap();
/// assert!(earlier < later);
/// assert_eq!(pilah::model::parse_date("20 Juni 2014 19:23:00"), Some(earlier));
/// assert_eq!(pilah::model::parse_date("06/20/2014"), None);
/// ```
pub fn parse_date(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let local = match text.get(19..) {
        // An offset or `Z` at the end: the local time is what stands before it.
        Some(rest) if rest.starts_with(['+', '-', 'Z', 'z']) => &text[..19],
        _ => text,
    };
    let numbered = month_as_number(local);
    let local = numbered.as_deref().unwrap_or(local);
    let time = FORMATS.iter().find_map(|format| DateTime::strptime(format, local).ok());
    time.or_else(|| {
        DATE_FORMATS.iter().find_map(|format| Date::strptime(format, local).ok()).map(DateTime::from)
    })
}

/// Reads a date and a time of day that stand apart, as in the exports of SP4N-LAPOR!. A time that cannot be read
/// leaves the date as it is.
pub(super) fn parse_date_and_time(date: &str, time: &str) -> Option<DateTime> {
    let date = parse_date(date)?;
    let time = time.trim();
    match TIME_FORMATS.iter().find_map(|format| Time::strptime(format, time).ok()) {
        Some(time) => Some(date.date().to_datetime(time)),
        None => Some(date),
    }
}

/// `23 Sep 2024 …` with the month's number in place of its name; `None` where there is no such name.
fn month_as_number(text: &str) -> Option<String> {
    let mut words = text.split_ascii_whitespace();
    let (day, name, year) = (words.next()?, words.next()?, words.next()?);
    let name = name.trim_end_matches('.');
    let same = |month: &&[&str]| month.iter().any(|known| known.eq_ignore_ascii_case(name));
    let month = 1 + MONTHS.iter().position(same)?;
    let mut numbered = format!("{day} {month:02} {year}");
    if let Some(time) = words.next() {
        numbered.push(' ');
        numbered.push_str(time);
    }
    words.next().is_none().then_some(numbered)
}

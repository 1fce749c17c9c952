//! Time zones of Indonesia.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The local time of a region of Indonesia to the second, by its code: WIB (UTC+7) unless its province keeps WITA or WIT. The zones
/// are those of Keputusan Presiden 41/1987, with the provinces founded since.
///
/// ```
/// use pilah::complaint::local_time;
///
/// let time = "2024-01-31T18:30:00Z".parse()?;
/// assert_eq!(local_time(time, "35.78").to_string(), "2024-02-01T01:30:00");
/// assert_eq!(local_time(time, "94.71").to_string(), "2024-02-01T03:30:00");
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn local_time(time: Timestamp, region: &str) -> DateTime {
    let province = region.get(..2).and_then(|code| code.parse::<u8>().ok());
    let hours = match province {
        Some(51..=53 | 63..=65 | 71..=76) => 8,
        Some(81..=82 | 91..=97) => 9,
        _ => 7,
    };
    let local = time.checked_add(SignedDuration::from_hours(hours)).unwrap_or(time);
    let local = Offset::UTC.to_datetime(local);
    // To the second: that is how far such times are kept.
    local.with().subsec_nanosecond(0).build().unwrap_or(local)
}

//! The split by date: what is later is what a model must prove itself on.

use jiff::civil::DateTime;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::train::Example;

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

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

/// Splits off the newest share of the examples, to hold a model against them that has not seen them: the same split that
/// a training makes for itself.
///
/// Only what has a date can be newest; the rest stays with the earlier ones. Where nothing has a date, or all have one
/// date, a hash of the text and the seed choose instead. Both parts keep the order.
///
/// ```
/// use pilah::model::{Example, parse_date, split_newest};
///
/// let example = |day: u32| Example {
///     date: parse_date(&format!("2024-05-{day:02}")),
///     ..Example::new("jalan rusak", [Some("jalan")])
/// };
/// let (earlier, newest) = split_newest((1..=20).map(example).collect(), 0.2, 1);
/// assert_eq!((earlier.len(), newest.len()), (16, 4));
/// ```
pub fn split_newest(examples: Vec<Example>, share: f64, seed: u64) -> (Vec<Example>, Vec<Example>) {
    let dated = examples.iter().any(|example| example.date.is_some());
    let places: Vec<usize> =
        (0..examples.len()).filter(|&at| !dated || examples[at].date.is_some()).collect();
    let chosen: Vec<&Example> = places.iter().map(|&at| &examples[at]).collect();
    let (_, later) = split_later(&chosen, share.clamp(0.0, 1.0), seed);
    let mut newest = later.into_iter().map(|at| places[at]).peekable();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, example) in examples.into_iter().enumerate() {
        if newest.next_if_eq(&at).is_some() { after.push(example) } else { before.push(example) }
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::super::{Example, parse_date};
    use super::split_newest;

    #[test]
    fn the_newest_share_is_split_off() {
        let example = |at: usize| {
            let date = (!at.is_multiple_of(3))
                .then(|| parse_date(&format!("2024-01-{:02}", 1 + at * 7 % 28)).unwrap());
            Example { date, ..Example::new(format!("teks {at}"), [Some("a")]) }
        };
        let examples: Vec<Example> = (0..28).map(example).collect();
        let (earlier, newest) = split_newest(examples.clone(), 0.25, 1);
        assert_eq!(earlier.len() + newest.len(), 28);
        let border = newest.iter().map(|example| example.date.unwrap()).min().unwrap();
        assert!(earlier.iter().all(|example| example.date.is_none_or(|date| date < border)));
        let rebuilt = |part: &[Example]| {
            examples.iter().filter(|known| part.contains(known)).cloned().collect::<Vec<_>>()
        };
        assert_eq!((rebuilt(&earlier), rebuilt(&newest)), (earlier, newest));

        let undated: Vec<Example> =
            (0..400).map(|at| Example::new(format!("teks {at}"), [Some("a")])).collect();
        let (_, chosen) = split_newest(undated.clone(), 0.25, 1);
        assert!((70..130).contains(&chosen.len()), "{}", chosen.len());
        assert_eq!(split_newest(undated.clone(), 0.25, 1).1, chosen);
        assert_eq!(split_newest(undated, 0.0, 1).1, []);
        assert_eq!(split_newest(Vec::new(), 0.5, 1), (vec![], vec![]));
    }
}

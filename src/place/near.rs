//! Misspelled names: what lies within an edit or two, in a territory that is known.

use super::code::RegionCode;
use super::gazetteer::Gazetteer;
use super::words::Kinds;

/// Longest name that is compared, in letters.
const LONGEST: usize = 32;

/// How many edits a written name may be away: none below four letters, two from eight on.
pub(super) fn allowance(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Adds to `found` the regions of `parent`, or of all provinces and regencies, whose names are nearest to `written`, at
/// most `most` edits away (letters and digits in lower case, nothing between them). An edit is a letter more, less, other, or two neighbours exchanged.
/// Gives the number of edits; nothing is added when it is `None`.
///
/// Cost: a few nanoseconds for each region of the parent, most of which are told apart by their letters alone.
pub(super) fn nearest(
    gazetteer: &Gazetteer,
    parent: Option<RegionCode>,
    kinds: Kinds,
    most: usize,
    written: &str,
    found: &mut Vec<RegionCode>,
) -> Option<usize> {
    let from = found.len();
    let mut best = allowance(written.len()).min(most);
    if best == 0 || written.len() > LONGEST {
        return None;
    }
    let letters = super::roll::letters_of(written);
    let mut try_row = |row: usize| {
        let Some(code) = gazetteer.code_of(row).filter(|code| kinds.allow(*code)) else { return };
        if (letters ^ gazetteer.letters(row)).count_ones() as usize > 2 * best {
            return;
        }
        let Some(edits) = edits(written, gazetteer.bare_name(row), best) else { return };
        if edits < best {
            found.truncate(from);
            best = edits;
        }
        found.push(code);
    };
    match parent {
        Some(parent) => gazetteer.rows_in(parent).for_each(&mut try_row),
        None => gazetteer.upper_rows().iter().for_each(|row| try_row(*row as usize)),
    }
    (found.len() > from).then_some(best)
}

/// The edits between a written name and one of the gazetteer (optimal string alignment); `None` when they are more than
/// `most`.
pub(super) fn edits(written: &str, name: &str, most: usize) -> Option<usize> {
    let mut official = [0_u8; LONGEST];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        *official.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let official = official.get(..length)?;
    if written.len().abs_diff(length) > most || allowance(length) == 0 {
        return None;
    }
    let official = std::str::from_utf8(official).ok()?;
    Some(strsim::osa_distance(written, official)).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn edits_are_counted() {
        let cases = [
            ("gubeng", "Gubeng", Some(0)),
            ("gubneg", "Gubeng", Some(1)),
            ("gubenk", "Gubeng", Some(1)),
            ("guben", "Gubeng", Some(1)),
            ("karangpilank", "Karang Pilang", Some(1)),
            ("karanpilank", "Karang Pilang", Some(2)),
            ("kranpilank", "Karang Pilang", None),
            ("", "Gubeng", None),
        ];
        for (written, name, expected) in cases {
            assert_eq!(edits(written, name, 2), expected, "{written}");
        }
    }
}

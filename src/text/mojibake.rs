//! UTF-8 that somebody read as Windows-1252: `â€œ` for `“`, `Ã©` for `é`, `ðŸ™` for an emoji.

/// Reads one character that was encoded twice from the front of `text`: the character meant, and the bytes it
/// takes up in `text`. `None` when the front is not such a sequence, which is the rule.
///
/// A sequence counts only when its characters, as Windows-1252 bytes, are one whole, valid UTF-8 character of
/// two bytes or more. In honest text that happens to no Indonesian word.
pub(super) fn decode(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let first = byte(chars.next()?)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0];
    for slot in &mut bytes[1..length] {
        *slot = byte(chars.next()?)?;
    }
    let meant = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    Some((meant, text.len() - chars.as_str().len()))
}

/// The Windows-1252 byte of a character, after the WHATWG table (bytes without a character stand for
/// themselves).
fn byte(c: char) -> Option<u8> {
    Some(match c {
        '\u{80}'..='\u{FF}' => c as u8,
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    })
}

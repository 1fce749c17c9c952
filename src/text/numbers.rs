//! Which number is a telephone, which a NIK, and which may stay.

use super::token::{TokenKind, Tokens};

/// What a run of `digits` (ASCII digits only) is by itself.
pub(super) fn kind(digits: &[u8]) -> TokenKind {
    match digits.len() {
        0..=6 => TokenKind::Number,
        16 => TokenKind::Nik,
        9..=15 if begins_like_a_phone(digits) => TokenKind::Phone,
        _ => TokenKind::LongNumber,
    }
}

/// Whether the last tokens are one number written in groups, and which: a telephone number (`0812-0000-0000`,
/// `(0274) 000 000`, `+62 812 0000 0000`) or a NIK in fours. Gives the index of its first group.
///
/// Between two groups stand one to three of `- . ( )` and space; a telephone number has nine to fifteen digits, its
/// first group begins like one, and the others have three digits or more.
pub(super) fn grouped(text: &str, tokens: &Tokens) -> Option<(usize, TokenKind)> {
    let mut total = 0;
    let mut fours = true;
    let mut found = None;
    let mut next_start: Option<u32> = None;
    for (index, token) in tokens.items.iter().enumerate().rev() {
        if !matches!(token.kind, TokenKind::Number | TokenKind::LongNumber | TokenKind::Phone) {
            break;
        }
        if let Some(next) = next_start {
            let gap = text.get(token.end as usize..next as usize).unwrap_or_default();
            if !(1..=3).contains(&gap.len()) || !gap.bytes().all(|byte| b"-.() ".contains(&byte)) {
                break;
            }
        }
        let original = text.get(token.span()).unwrap_or_default();
        let group = if token.kind == TokenKind::Number { tokens.text(token) } else { original };
        let digits = group.chars().count();
        total += digits;
        fours &= digits == 4;
        if total > 16 {
            break;
        }
        let several = next_start.is_some();
        if several && (9..=15).contains(&total) && begins_like_a_phone(group.as_bytes()) {
            found = Some((index, TokenKind::Phone));
        }
        if fours && total == 16 {
            found = Some((index, TokenKind::Nik));
        }
        if digits < 3 {
            break; // too short for anything but the first group
        }
        next_start = Some(token.start);
    }
    found
}

/// `08…` mobile, `62…` with country code, `021…` and the other area codes.
fn begins_like_a_phone(digits: &[u8]) -> bool {
    matches!(digits, [b'0', b'2'..=b'9', _, ..] | [b'6', b'2', ..])
}

//! Which number is a telephone, which a NIK, and which may stay.

use super::token::{Token, TokenKind};

/// What a run of `digits` (ASCII digits only) is by itself.
pub(super) fn kind(digits: &[u8]) -> TokenKind {
    match digits.len() {
        0..=6 => TokenKind::Number,
        16 => TokenKind::Nik,
        9..=15 if begins_like_a_phone(digits) => TokenKind::Phone,
        _ => TokenKind::LongNumber,
    }
}

/// Whether the last tokens of `items` are a telephone number written in groups (`0812-0000-0000`,
/// `+62 812 0000 0000`): the index of the first group when they are.
///
/// Groups are numbers of the original `text` with a single `-`, `.` or space between two of them, nine to
/// fifteen digits together, and the first begins like a telephone number.
pub(super) fn grouped_phone(text: &[u8], items: &[Token]) -> Option<usize> {
    let mut total = 0;
    let mut found = None;
    let mut next_start = None;
    for (index, token) in items.iter().enumerate().rev() {
        if !matches!(token.kind, TokenKind::Number | TokenKind::LongNumber | TokenKind::Phone) {
            break;
        }
        if let Some(next) = next_start {
            let apart = token.end + 1 == next;
            if !apart || !matches!(text.get(token.end as usize), Some(b'-' | b'.' | b' ')) {
                break;
            }
        }
        let group = text.get(token.span()).unwrap_or_default();
        total += group.len();
        if total > 15 {
            break;
        }
        if total >= 9 && next_start.is_some() && begins_like_a_phone(group) {
            found = Some(index);
        }
        next_start = Some(token.start);
    }
    found
}

/// `08…` mobile, `62…` with country code, `021…` and the other area codes.
fn begins_like_a_phone(digits: &[u8]) -> bool {
    matches!(digits, [b'0', b'2'..=b'9', ..] | [b'6', b'2', ..])
}

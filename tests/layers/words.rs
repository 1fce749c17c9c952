//! Rust source as words.

/// A word or mark of a file.
pub(crate) struct Word<'t> {
    pub(crate) text: &'t str,
    pub(crate) line: usize,
}

/// Names, numbers and marks of Rust source (`::` is one mark), without comments and literals of text.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let in_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let (mut words, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let from = at;
        match bytes[at] {
            b'/' if byte(at + 1) == b'/' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'/' if byte(at + 1) == b'*' => at = end_of_comment(bytes, at),
            b'"' => at = end_of_string(bytes, at),
            b'\'' => at = end_of_quote(text, at),
            space if space.is_ascii_whitespace() => at += 1,
            first if in_name(first) => {
                at += bytes[at..].iter().take_while(|&&byte| in_name(byte)).count();
                let hashes = bytes[at..].iter().take_while(|&&byte| byte == b'#').count();
                if matches!(&text[from..at], "r" | "br" | "cr") && byte(at + hashes) == b'"' {
                    let end = format!("\"{}", "#".repeat(hashes));
                    let inside = at + hashes + 1;
                    at = text[inside..].find(&end).map_or(text.len(), |length| inside + length + end.len());
                } else {
                    words.push(Word { text: &text[from..at], line });
                }
            }
            mark => {
                at += if mark == b':' && byte(at + 1) == b':' { 2 } else { 1 };
                words.push(Word { text: &text[from..at], line });
            }
        }
        line += text[from..at].matches('\n').count();
    }
    words
}

fn end_of_comment(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// Behind a character literal, or behind the mark that begins a lifetime.
fn end_of_quote(text: &str, from: usize) -> usize {
    let mut inside = text[from + 1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), Some(escaped)) => {
            let at = from + 2 + escaped.len_utf8();
            text[at..].find('\'').map_or(text.len(), |length| at + length + 1)
        }
        (Some(character), Some('\'')) => from + 2 + character.len_utf8(),
        _ => from + 1,
    }
}

//! ASCII characters that mean more than the end of a word: apostrophes, dots, HTML, addresses.

use super::scan::{Open, Scanner};
use super::token::TokenKind;

/// How far behind `<` its `>` may stand for both to be a tag.
const LONGEST_TAG: usize = 200;

impl Scanner<'_> {
    /// Deals with the special character `byte` at `at`.
    pub(super) fn special(&mut self, byte: u8, at: usize) -> usize {
        match byte {
            b'\'' | b'`' => self.apostrophe(at, at + 1),
            b'&' => self.entity(at),
            b'<' => self.tag(at),
            b'@' => self.at_sign(at),
            b'.' if self.reads("www") => self.url(at),
            b'.' => self.dot(at),
            b':' if self.bytes[at..].starts_with(b"://") && (self.reads("http") || self.reads("https")) => {
                self.url(at)
            }
            _ => {
                self.close();
                at + 1
            }
        }
    }

    /// Inside a word an apostrophe is silent; elsewhere it ends one.
    pub(super) fn apostrophe(&mut self, at: usize, next: usize) -> usize {
        let inside = self.open.letters && self.open.end == at && self.byte(next).is_ascii_alphabetic();
        if inside {
            self.open.end = next;
        } else {
            self.close();
        }
        next
    }

    /// `P.T.S.L.` is one word: single letters with dots between them.
    fn dot(&mut self, at: usize) -> usize {
        let single = self.open.letters
            && !self.open.digits
            && self.open.end == at
            && (at < 2 || !self.byte(at - 2).is_ascii_alphanumeric());
        let continues = self.byte(at + 1).is_ascii_alphabetic() && !self.byte(at + 2).is_ascii_alphanumeric();
        if single && continues {
            self.open.end = at + 1;
        } else {
            self.close();
        }
        at + 1
    }

    fn entity(&mut self, at: usize) -> usize {
        let end =
            self.bytes[at..].iter().take(12).position(|&byte| byte == b';').map(|length| at + length + 1);
        let Some(end) = end else {
            self.close();
            return at + 1;
        };
        let mut entity = std::mem::take(&mut self.tokens.entity);
        entity.clear();
        html_escape::decode_html_entities_to_string(&self.text[at..end], &mut entity);
        let decoded = entity != self.text[at..end];
        if decoded {
            for c in entity.chars() {
                self.char(c, at, end);
            }
        } else {
            self.close();
        }
        self.tokens.entity = entity;
        if decoded { end } else { at + 1 }
    }

    fn tag(&mut self, at: usize) -> usize {
        self.close();
        if !matches!(self.byte(at + 1), b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!') {
            return at + 1;
        }
        let inside = self.bytes[at + 1..].iter().take(LONGEST_TAG);
        match inside.clone().position(|&byte| byte == b'>' || byte == b'<') {
            Some(length) if self.byte(at + 1 + length) == b'>' => at + length + 2,
            _ => at + 1,
        }
    }

    /// An e-mail address when something stands right before it, a mention when something follows.
    fn at_sign(&mut self, at: usize) -> usize {
        let next = self.byte(at + 1);
        // What stands right before it, up to white space or a bracket, is the name of a mailbox.
        // What an earlier sign has looked at is not looked at again: `@@@@…` would take the square of its length.
        let (from, so_far) = self.run;
        let border = |c: char| c.is_whitespace() || "<>()[],;:\"".contains(c);
        let nearest = self.text[from..at].char_indices().rev().find(|&(_, c)| border(c));
        let start = nearest.map_or(so_far, |(place, c)| from + place + c.len_utf8());
        self.run = (at, start);
        let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        self.close();
        if !(next.is_ascii_alphanumeric() || next == b'_') {
            return at + 1;
        }
        let mut end = at + 1 + self.bytes[at + 1..].iter().take_while(named).count();
        while matches!(self.byte(end - 1), b'.' | b'-') && end > at + 2 {
            end -= 1;
        }
        while self.tokens.items.last().is_some_and(|token| token.end as usize > start) {
            self.tokens.items.pop();
        }
        self.mask(if start < at { TokenKind::Email } else { TokenKind::Mention }, start, end);
        end
    }

    /// The open word is `http`, `https` or `www`: the address goes on to the next white space.
    fn url(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = at + rest.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(rest.len());
        let start = self.open.start;
        self.tokens.buffer.truncate(self.open.lo);
        self.open = Open::NONE;
        self.mask(TokenKind::Url, start, end);
        end
    }
}

//! The tokeniser's one pass over the text.
//!
//! ASCII goes by a byte table; whatever is not ASCII goes by grapheme cluster through NFKC. Each helper takes
//! the position it stands at and gives the position to go on from.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::{Entry, Lexicon};
use super::token::{Token, TokenKind, Tokens};
use super::{mojibake, numbers};

/// Longest word that is kept whole, in bytes; a longer run of letters (a script without spaces, a line drawn
/// with one letter) is cut into pieces.
const LONGEST_WORD: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Separator,
    Letter,
    Digit,
    Special,
    High,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Separator; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'\'' | b'`' | b'&' | b'<' | b'@' | b'.' | b':' => Class::Special,
            0x80.. => Class::High,
            _ => Class::Separator,
        };
        byte += 1;
    }
    classes
};

pub(super) fn scan(text: &str, lexicon: Option<&Lexicon>, tokens: &mut Tokens) {
    tokens.buffer.clear();
    tokens.items.clear();
    let text = text.get(..text.floor_char_boundary(u32::MAX as usize)).unwrap_or(text);
    let mut scanner = Scanner { text, bytes: text.as_bytes(), lexicon, tokens, open: Open::NONE };
    let mut at = 0;
    while let Some(&byte) = scanner.bytes.get(at) {
        at = match CLASSES[byte as usize] {
            Class::Letter => scanner.letters(at),
            Class::Digit => scanner.digits(at),
            Class::Separator => {
                scanner.close();
                at + 1
            }
            Class::Special => scanner.special(byte, at),
            Class::High => scanner.cluster(at),
        };
    }
    scanner.close();
}

/// The token under construction.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where it begins in the buffer.
    pub(super) lo: usize,
    pub(super) letters: bool,
    pub(super) digits: bool,
    last: char,
    run: u8,
}

impl Open {
    pub(super) const NONE: Self =
        Self { start: 0, end: 0, lo: 0, letters: false, digits: false, last: '\0', run: 0 };

    fn is_empty(self) -> bool {
        !self.letters && !self.digits
    }
}

pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    lexicon: Option<&'t Lexicon>,
    pub(super) tokens: &'t mut Tokens,
    pub(super) open: Open,
}

impl Scanner<'_> {
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b' ')
    }

    /// A run of ASCII letters.
    fn letters(&mut self, from: usize) -> usize {
        let length = self.bytes[from..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let end = from + length;
        if self.byte(end) >= 0x80 && self.combines(end) {
            // The last letter belongs to what follows.
            for at in from..end - 1 {
                self.letter(self.byte(at).to_ascii_lowercase() as char, at, at + 1);
            }
            return self.cluster(end - 1);
        }
        let run = &self.bytes[from..end];
        let stretched =
            run.windows(3).any(|three| three[0] | 32 == three[1] | 32 && three[1] | 32 == three[2] | 32);
        if self.open.is_empty() && !stretched && length <= LONGEST_WORD {
            // Nearly every word: copied at once.
            let lo = self.tokens.buffer.len();
            self.tokens.buffer.push_str(&self.text[from..end]);
            self.tokens.buffer[lo..].make_ascii_lowercase();
            let last = self.byte(end - 1).to_ascii_lowercase();
            let run = if length > 1 && self.byte(end - 2).to_ascii_lowercase() == last { 2 } else { 1 };
            self.open = Open { start: from, end, lo, letters: true, digits: false, last: last as char, run };
        } else {
            for at in from..end {
                self.letter(self.byte(at).to_ascii_lowercase() as char, at, at + 1);
            }
        }
        end
    }

    /// A run of ASCII digits.
    fn digits(&mut self, from: usize) -> usize {
        let mut at = from;
        while self.byte(at).is_ascii_digit() {
            self.digit(self.byte(at) as char, at, at + 1);
            at += 1;
        }
        at
    }

    /// A character that is not ASCII, with all that belongs to it.
    fn cluster(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        if let Some((meant, length)) = mojibake::decode(rest) {
            if is_emoji(meant) {
                self.emoji(at, at + length);
            } else {
                self.normalised(meant.encode_utf8(&mut [0; 4]), at, at + length);
            }
            return at + length;
        }
        let Some(cluster) = rest.graphemes(true).next() else { return self.text.len() };
        let end = at + cluster.len();
        if cluster.chars().next().is_some_and(is_emoji) {
            self.emoji(at, end);
        } else {
            self.normalised(cluster, at, end);
        }
        end
    }

    fn normalised(&mut self, cluster: &str, start: usize, end: usize) {
        for c in cluster.nfkc().flat_map(char::to_lowercase).nfc() {
            self.char(c, start, end);
        }
    }

    pub(super) fn char(&mut self, c: char, start: usize, end: usize) {
        match c {
            // Zero-width marks, the soft hyphen and the marks of reading direction are not there.
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' => {}
            '\'' | '‘' | '’' | 'ʼ' => {
                self.apostrophe(start, end);
            }
            _ if c.is_alphabetic() || (self.open.letters && is_mark(c)) => {
                for lower in c.to_lowercase() {
                    self.letter(lower, start, end);
                }
            }
            _ if c.is_ascii_digit() => self.digit(c, start, end),
            _ => self.close(),
        }
    }

    /// Whether the character at `at` joins the one before it.
    fn combines(&self, at: usize) -> bool {
        self.text[at..].chars().next().is_some_and(is_mark)
    }

    fn begin(&mut self, start: usize) {
        if self.open.is_empty() {
            self.open = Open { start, lo: self.tokens.buffer.len(), ..Open::NONE };
        }
    }

    fn letter(&mut self, c: char, start: usize, end: usize) {
        if self.tokens.buffer.len() - self.open.lo >= LONGEST_WORD && !self.open.is_empty() {
            self.close();
        }
        self.begin(start);
        let open = &mut self.open;
        (open.letters, open.end) = (true, end);
        if open.last == c {
            open.run = open.run.saturating_add(1);
            if open.run == 3 {
                self.tokens.buffer.pop();
            }
            if open.run >= 3 {
                return;
            }
        } else {
            (open.last, open.run) = (c, 1);
        }
        self.tokens.buffer.push(c);
    }

    fn digit(&mut self, c: char, start: usize, end: usize) {
        self.begin(start);
        let open = &mut self.open;
        (open.digits, open.end, open.last, open.run) = (true, end, '\0', 0);
        self.tokens.buffer.push(c);
    }

    /// Whether the open token is this word in the original.
    pub(super) fn reads(&self, word: &str) -> bool {
        let original = self.text.get(self.open.start..self.open.end).unwrap_or_default();
        self.open.letters && original.eq_ignore_ascii_case(word)
    }

    /// Ends the open token, whatever it is.
    pub(super) fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let open = std::mem::replace(&mut self.open, Open::NONE);
        match (open.letters, open.digits) {
            (true, false) => self.word(open),
            (false, _) => self.number(open),
            (true, true) => self.mixed(open),
        }
    }

    fn word(&mut self, open: Open) {
        let hash = xxh3_64(&self.tokens.buffer.as_bytes()[open.lo..]);
        if !self.known_to_lexicon(open, hash) {
            self.push(open, hash, TokenKind::Word);
        }
    }

    /// Puts the standard words in place of a slang form, or marks a name; whether it was either.
    fn known_to_lexicon(&mut self, open: Open, hash: u64) -> bool {
        let Some(lexicon) = self.lexicon else { return false };
        match lexicon.lookup(&self.tokens.buffer[open.lo..], hash) {
            None => return false,
            Some(Entry::Name) => self.push(open, hash, TokenKind::Name),
            Some(Entry::Slang { words, .. }) => {
                self.tokens.buffer.truncate(open.lo);
                for &(word, hash) in words {
                    let lo = self.tokens.buffer.len();
                    self.tokens.buffer.push_str(word);
                    self.push(Open { lo, ..open }, hash, TokenKind::Word);
                }
            }
        }
        true
    }

    /// Letters and digits without a gap: a slang form (`se7`), a doubled word (`anak2`), or both apart (`rt05`).
    fn mixed(&mut self, open: Open) {
        let hash = xxh3_64(&self.tokens.buffer.as_bytes()[open.lo..]);
        if self.known_to_lexicon(open, hash) {
            return;
        }
        let form = &self.tokens.buffer[open.lo..];
        if let Some((stem, rest)) = form.split_once('2')
            && stem.chars().count() >= 3
            && stem.chars().all(char::is_alphabetic)
            && matches!(rest, "" | "nya" | "an")
        {
            self.tokens.buffer.truncate(open.lo + stem.len());
            self.word(open);
            return;
        }
        self.split(open);
    }

    /// Takes a mixed form apart where letters meet digits. All parts span the whole when characters and bytes
    /// of the original do not correspond one to one.
    fn split(&mut self, open: Open) {
        let mut form = std::mem::take(&mut self.tokens.parts);
        form.clear();
        form.reserve(LONGEST_WORD);
        form.push_str(&self.tokens.buffer[open.lo..]);
        let original = self.text.get(open.start..open.end).unwrap_or_default();
        let exact = original.eq_ignore_ascii_case(&form);
        self.tokens.buffer.truncate(open.lo);
        let mut done = 0;
        while done < form.len() {
            let rest = &form[done..];
            let digits = rest.starts_with(|c: char| c.is_ascii_digit());
            let length = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let lo = self.tokens.buffer.len();
            self.tokens.buffer.push_str(&rest[..length]);
            let (start, end) =
                if exact { (open.start + done, open.start + done + length) } else { (open.start, open.end) };
            let part = Open { start, end, lo, ..Open::NONE };
            if digits {
                self.number(part);
            } else {
                self.word(part);
            }
            done += length;
        }
        self.tokens.parts = form;
    }

    fn number(&mut self, open: Open) {
        let kind = numbers::kind(&self.tokens.buffer.as_bytes()[open.lo..]);
        if kind == TokenKind::Number {
            let hash = xxh3_64(&self.tokens.buffer.as_bytes()[open.lo..]);
            self.push(open, hash, kind);
        } else {
            self.tokens.buffer.truncate(open.lo);
            self.mask(kind, open.start, open.end);
        }
        if let Some((first, kind)) = numbers::grouped(self.text, self.tokens) {
            let Token { start, lo, .. } = self.tokens.items[first];
            self.tokens.items.truncate(first);
            self.tokens.buffer.truncate(lo as usize);
            self.mask(kind, start as usize, open.end);
        }
    }

    /// Several emoji in a row are one token.
    fn emoji(&mut self, start: usize, end: usize) {
        self.close();
        match self.tokens.items.last_mut() {
            Some(last) if last.kind == TokenKind::Emoji && last.end as usize == start => {
                last.end = end as u32;
            }
            _ => self.mask(TokenKind::Emoji, start, end),
        }
    }

    pub(super) fn mask(&mut self, kind: TokenKind, start: usize, end: usize) {
        let mask = kind.mask().unwrap_or_default();
        let lo = self.tokens.buffer.len();
        self.tokens.buffer.push_str(mask);
        self.push(Open { start, end, lo, ..Open::NONE }, xxh3_64(mask.as_bytes()), kind);
    }

    /// A token from `open.lo` to the end of the buffer.
    fn push(&mut self, open: Open, hash: u64, kind: TokenKind) {
        self.tokens.items.push(Token {
            start: open.start as u32,
            end: open.end as u32,
            lo: open.lo as u32,
            hi: self.tokens.buffer.len() as u32,
            hash,
            kind,
        });
    }
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Pictographs, dingbats and flags; keycaps and their like count as the digit they show.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}')
}

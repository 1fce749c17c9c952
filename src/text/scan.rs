//! The tokeniser's one pass over the text.
//!
//! ASCII goes by a byte table; whatever is not ASCII goes by grapheme cluster through NFKC. Each helper takes
//! the position it stands at and gives the position to go on from.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::{Entry, Lexicon};
use super::run::Run;
use super::token::{Token, TokenKind, Tokens};
use super::{mojibake, numbers};

/// Longest word that is kept whole, in bytes; a longer run of letters (a script without spaces, a line drawn
/// with one letter) is cut into pieces.
const LONGEST_WORD: usize = 64;

/// What stands after this many bytes is not read: offsets have 32 bits, and normal forms can be longer than what
/// was written.
const LONGEST_TEXT: usize = 1 << 28;

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
    let text = text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text);
    tokens.items.clear();
    // The buffer begins with the text in lower case: there most words are found as they are. Other normal forms
    // are written behind it.
    tokens.buffer.clear();
    tokens.buffer.push_str(text);
    tokens.buffer.make_ascii_lowercase();
    let mut scanner =
        Scanner { text, bytes: text.as_bytes(), lexicon, tokens, open: Open::NONE, run: (0, 0) };
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
    /// The last at sign, and where the run without white space and brackets begins that leads to it.
    pub(super) run: (usize, usize),
}

impl Scanner<'_> {
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b' ')
    }

    /// A run of ASCII letters.
    fn letters(&mut self, from: usize) -> usize {
        let Run { length, stretched } = Run::of_letters(&self.bytes[from..]);
        let end = from + length;
        let next = self.byte(end);
        let plain = !stretched && length <= LONGEST_WORD && self.open.is_empty();
        if plain && (CLASSES[next as usize] == Class::Separator || (next == b'.' && length > 1)) {
            // Nearly every word: nothing belongs to it but these letters.
            self.word(Form { start: from, end, lo: from, hi: end });
            return end + 1;
        }
        if next >= 0x80 && self.combines(end) {
            // The last letter belongs to what follows.
            for at in from..end - 1 {
                self.letter(self.byte(at).to_ascii_lowercase() as char, at, at + 1);
            }
            return self.cluster(end - 1);
        }
        for at in from..end {
            self.letter(self.byte(at).to_ascii_lowercase() as char, at, at + 1);
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
        let form = Form { start: open.start, end: open.end, lo: open.lo, hi: self.tokens.buffer.len() };
        match (open.letters, open.digits) {
            (true, false) => self.word(form),
            (false, _) => self.number(form),
            (true, true) => self.mixed(form),
        }
    }

    fn word(&mut self, form: Form) {
        let hash = self.hash(form);
        if !self.known_to_lexicon(form, hash) {
            self.push(form, hash, TokenKind::Word);
        }
    }

    /// Puts the standard words in place of a slang form, or marks a name; whether it was either.
    fn known_to_lexicon(&mut self, form: Form, hash: u64) -> bool {
        let Some(lexicon) = self.lexicon else { return false };
        match lexicon.lookup(hash) {
            None => return false,
            Some(Entry::Name) => self.push(form, hash, TokenKind::Name),
            Some(Entry::Slang { first, count }) => {
                for &(word, hash) in lexicon.words(first, count) {
                    let form = self.write(word, form.start, form.end);
                    self.push(form, hash, TokenKind::Word);
                }
            }
        }
        true
    }

    /// Letters and digits without a gap: a slang form (`se7`), a doubled word (`anak2`), or both apart (`rt05`).
    fn mixed(&mut self, form: Form) {
        let hash = self.hash(form);
        if self.known_to_lexicon(form, hash) {
            return;
        }
        if let Some((stem, rest)) = self.tokens.buffer[form.lo..form.hi].split_once('2')
            && stem.chars().count() >= 3
            && stem.chars().all(char::is_alphabetic)
            && matches!(rest, "" | "nya" | "an")
        {
            self.word(Form { hi: form.lo + stem.len(), ..form });
            return;
        }
        self.split(form);
    }

    /// Takes a mixed form apart where letters meet digits. All parts span the whole when characters and bytes
    /// of the original do not correspond one to one.
    fn split(&mut self, form: Form) {
        let original = self.text.get(form.start..form.end).unwrap_or_default();
        let exact = original.eq_ignore_ascii_case(&self.tokens.buffer[form.lo..form.hi]);
        let mut lo = form.lo;
        while lo < form.hi {
            let rest = &self.tokens.buffer[lo..form.hi];
            let digits = rest.starts_with(|c: char| c.is_ascii_digit());
            let hi = lo + rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (start, end) = if exact {
                (form.start + lo - form.lo, form.start + hi - form.lo)
            } else {
                (form.start, form.end)
            };
            let part = Form { start, end, lo, hi };
            if digits {
                self.number(part);
            } else {
                self.word(part);
            }
            lo = hi;
        }
    }

    fn number(&mut self, form: Form) {
        let kind = numbers::kind(&self.tokens.buffer.as_bytes()[form.lo..form.hi]);
        if kind == TokenKind::Number {
            self.push(form, self.hash(form), kind);
        } else {
            self.mask(kind, form.start, form.end);
        }
        if let Some((first, kind)) = numbers::grouped(self.text, self.tokens) {
            let start = self.tokens.items[first].start;
            self.tokens.items.truncate(first);
            self.mask(kind, start as usize, form.end);
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
        let form = self.write(mask, start, end);
        self.push(form, xxh3_64(mask.as_bytes()), kind);
    }

    /// A normal form that is not what was written.
    fn write(&mut self, normal: &str, start: usize, end: usize) -> Form {
        let lo = self.tokens.buffer.len();
        self.tokens.buffer.push_str(normal);
        Form { start, end, lo, hi: self.tokens.buffer.len() }
    }

    fn hash(&self, form: Form) -> u64 {
        xxh3_64(&self.tokens.buffer.as_bytes()[form.lo..form.hi])
    }

    fn push(&mut self, form: Form, hash: u64, kind: TokenKind) {
        let Form { start, end, lo, hi } = form;
        let [start, end, lo, hi] = [start, end, lo, hi].map(|at| at as u32);
        self.tokens.items.push(Token { start, end, lo, hi, hash, kind });
    }
}

/// A token without its kind: where it stands in the text, and where its normal form stands in the buffer.
#[derive(Clone, Copy)]
struct Form {
    start: usize,
    end: usize,
    lo: usize,
    hi: usize,
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Pictographs, dingbats and flags; keycaps and their like count as the digit they show.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}')
}

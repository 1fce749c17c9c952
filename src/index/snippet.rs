//! The part of a text that shows why it was found.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::prepared::Prepared;
use super::wording::{Reading, Wording};
use crate::text::TokenKind;

/// The part of a text that shows why it was found, fit to be shown: telephone numbers, NIK, other long numbers, mentions
/// and addresses of the web and of e-mail stand as their masks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The part, in one line.
    pub text: String,
    /// Byte ranges of `text` that a query's words were found in, ascending, none in another.
    pub highlights: Vec<Range<usize>>,
    /// Something of the text stands before the part.
    pub is_cut_before: bool,
    /// Something of the text stands behind the part.
    pub is_cut_after: bool,
}

/// Makes snippets; its buffers are used again.
///
/// ```
/// use pilah::index::{Prepared, Query, Snippets, Wording};
///
/// let wording = Wording::indonesian();
/// let query: Query = "lampu mati".parse()?;
/// let mut snippets = Snippets::new(&wording);
/// let text = "Selamat pagi. Lampunya sudah seminggu mati, hubungi 0812-0000-0000";
/// let snippet = snippets.snippet(text, &Prepared::new(&query, &wording), 80);
/// assert_eq!(snippet.text, "Selamat pagi. Lampunya sudah seminggu mati, hubungi <telepon>");
/// assert_eq!(&snippet.text[snippet.highlights[0].clone()], "Lampunya");
/// # Ok::<(), pilah::Error>(())
/// ```
pub struct Snippets {
    reading: Reading,
    words: Vec<Word>,
}

/// What stands in one place of a text: the tokens of one span.
struct Word {
    span: Range<usize>,
    /// Which of the wanted terms it is.
    wanted: Option<usize>,
    mask: Option<&'static str>,
}

impl Snippets {
    /// For texts and queries of this wording.
    pub fn new(wording: &Wording) -> Self {
        Self { reading: wording.reading(), words: Vec::new() }
    }

    /// The part of a text, of at most so many bytes of it, with the most different words of a query, then with the most
    /// of them; of equal ones the first. It begins and ends with a word.
    pub fn snippet(&mut self, text: &str, query: &Prepared, bytes: usize) -> Snippet {
        self.find_words(text, &query.wanted());
        let shown = self.window(bytes);
        let Some(words) = self.words.get(shown).filter(|words| !words.is_empty()) else {
            return Snippet { is_cut_after: !text.trim().is_empty(), ..Snippet::default() };
        };
        render(text, words)
    }

    fn find_words(&mut self, text: &str, wanted: &[u64]) {
        self.reading.read(text);
        self.words.clear();
        for (at, token) in self.reading.tokens().iter().enumerate() {
            let span = token.span();
            let found =
                self.reading.term(at).and_then(|term| wanted.binary_search(&xxh3_64(term.as_bytes())).ok());
            // Emoji tell nobody who wrote.
            let mask = token.kind().mask().filter(|_| token.kind() != TokenKind::Emoji);
            match self.words.last_mut() {
                Some(last) if span.start < last.span.end => {
                    last.span.end = last.span.end.max(span.end);
                    last.wanted = last.wanted.or(found);
                    last.mask = last.mask.or(mask);
                }
                _ => self.words.push(Word { span, wanted: found, mask }),
            }
        }
    }

    /// Which words to show.
    fn window(&self, bytes: usize) -> Range<usize> {
        let hits: Vec<usize> = (0..self.words.len()).filter(|&at| self.words[at].wanted.is_some()).collect();
        let length = |first: usize, last: usize| self.words[last].span.end - self.words[first].span.start;
        let mut best = (0, 0, 0..0);
        let mut end = 0;
        for (begin, &first) in hits.iter().enumerate() {
            while end < hits.len() && length(first, hits[end]) <= bytes {
                end += 1;
            }
            let inside = hits.get(begin..end).unwrap_or_default();
            let mut different: Vec<_> = inside.iter().map(|&at| self.words[at].wanted).collect();
            different.sort_unstable();
            different.dedup();
            if (different.len(), inside.len()) > (best.0, best.1) {
                best = (different.len(), inside.len(), first..inside.last().map_or(first, |last| last + 1));
            }
            end = end.max(begin + 1);
        }
        self.widened(best.2, bytes)
    }

    /// As many words around as there is room for, on both sides by turns.
    fn widened(&self, inner: Range<usize>, bytes: usize) -> Range<usize> {
        let Range { start: mut from, end: mut to } = inner;
        let fits = |from: usize, to: usize| {
            let words = self.words.get(from..to).unwrap_or_default();
            let length =
                words.last().map_or(0, |last| last.span.end) - words.first().map_or(0, |w| w.span.start);
            length <= bytes
        };
        loop {
            let before = from > 0 && to > from && fits(from - 1, to);
            from -= usize::from(before);
            let after = to < self.words.len() && fits(from, to + 1);
            to += usize::from(after);
            if !before && !after {
                return from..to;
            }
        }
    }
}

/// Writes words and what stands between them.
fn render(text: &str, words: &[Word]) -> Snippet {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Snippet::default() };
    let mut snippet = Snippet {
        is_cut_before: text.get(..first.span.start).is_some_and(|before| !before.trim().is_empty()),
        is_cut_after: text.get(last.span.end..).is_some_and(|after| !after.trim().is_empty()),
        ..Snippet::default()
    };
    let mut at = first.span.start;
    for word in words {
        push_line(&mut snippet.text, text.get(at..word.span.start).unwrap_or_default());
        let from = snippet.text.len();
        match word.mask {
            Some(mask) => snippet.text.push_str(mask),
            None => push_line(&mut snippet.text, text.get(word.span.clone()).unwrap_or_default()),
        }
        if word.wanted.is_some() {
            snippet.highlights.push(from..snippet.text.len());
        }
        at = word.span.end;
    }
    snippet
}

/// Without breaks of lines and other characters that control a terminal.
fn push_line(line: &mut String, text: &str) {
    line.extend(text.chars().map(|character| if character.is_control() { ' ' } else { character }));
}

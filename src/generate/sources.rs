//! The texts whose sentences are recombined, and what is left out of them for the sake of privacy.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::book::{Book, Sentence, Slot};
use crate::error::Result;
use crate::model::{Batch, Bundle, Columns, Field, Format, Reader};
use crate::place::{Gazetteer, Level, PlaceQuery, PlaceSource, RegionCode, Resolver};
use crate::text::{Analyzer, TokenKind, Tokens};

const SAMPLE: &str = include_str!("../../data/sample.jsonl");

/// Texts whose words fewer write are not used, nor the sentence they stand in.
const FEWEST: u32 = 3;
/// Bytes of a text that are read, and of all sentences.
const LONGEST: usize = 4000;
const MOST: usize = 1 << 31;
/// Words of the shortest sentence.
const WORDS: usize = 3;
/// What stands before a person's name, as a rule.
const TITLES: [&str; 24] = [
    "pak", "bapak", "bpk", "bu", "ibu", "buk", "sdr", "sdri", "saudara", "saudari", "nama", "namanya",
    "bernama", "mas", "mbak", "mba", "kak", "h", "hj", "haji", "ustad", "kyai", "an", "dr",
];
/// What a dot may stand behind without ending the sentence.
const SHORTENED: [&str; 24] = [
    "jl", "jln", "no", "kel", "kec", "kab", "bpk", "sdr", "yth", "tgl", "rt", "rw", "dr", "gg", "ds", "dsn",
    "perum", "prov", "hj", "h", "ass", "dll", "kp", "km",
];

/// Texts to take sentences from: those that ship with the crate, and more of one's own.
///
/// Of texts of one's own a sentence is left out when it holds a telephone number, a NIK, another long number, a web or
/// e-mail address, an account, an emoji or a name of [`Lexicon::names`](crate::text::Lexicon::names), a word that fewer
/// than three texts have, or, behind a title such as *Pak*, a word that the shipped texts do not know. Digits are drawn
/// anew. This keeps persons out of test data, but it is no anonymisation: what many wrote is repeated as they wrote it.
///
/// Memory: what the texts take, some three times.
///
/// ```
/// use pilah::generate::Sources;
///
/// let mut sources = Sources::sample()?;
/// let shipped = sources.len();
/// sources.add("Pohon tumbang menutup jalan. Tolong dipotong.", "lingkungan-hidup");
/// assert_eq!(sources.len(), shipped + 1);
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct Sources {
    texts: Vec<Source>,
    topics: Vec<String>,
}

#[derive(Debug)]
struct Source {
    text: String,
    topic: usize,
    /// Written for this project, so that it may be used as it is.
    written: bool,
    /// Where it is from, as far as known.
    within: Option<RegionCode>,
}

/// The sentences of all texts.
#[derive(Debug)]
pub(super) struct Stock {
    pub(super) book: Book,
    pub(super) topics: Vec<Topic>,
}

/// Texts of one topic.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) texts: Vec<Vec<Part>>,
    pub(super) parts: Vec<Part>,
}

/// A sentence and where it stood in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// 0 first, 1 between, 2 last.
    pub(super) place: u8,
    pub(super) sentence: Sentence,
}

impl Sources {
    /// The 480 complaints that ship with the crate, written for it; each belongs to the function of an office.
    ///
    /// # Errors
    ///
    /// None, as long as the shipped file can be read.
    pub fn sample() -> Result<Self> {
        let columns = Columns {
            text: vec!["text".into()],
            others: vec!["function".into()],
            fields: vec![(Field::Region, "region".into())],
            ..Columns::default()
        };
        let mut reader = Reader::new(SAMPLE.as_bytes(), Format::Jsonl, &columns)?;
        let (mut sources, mut batch) = (Self { texts: Vec::new(), topics: Vec::new() }, Batch::new());
        while reader.read(&mut batch, 1024)? {
            for row in batch.rows() {
                let within = row.field(Field::Region).parse().ok();
                sources.push(row.text(), row.other(0), true, within);
            }
        }
        Ok(sources)
    }

    /// Adds a text; only sentences of texts of one topic are put together.
    pub fn add(&mut self, text: &str, topic: &str) {
        self.push(text, topic, false, None);
    }

    /// Adds the texts of rows; the shipped model says what each is about.
    ///
    /// Cost: some ten microseconds a text.
    pub fn add_batch(&mut self, batch: &Batch) {
        let mut classifier = Bundle::shipped().classifier();
        for row in batch.rows() {
            let prediction = classifier.classify(row.text());
            let topic = prediction.head("function").map_or("-", |head| head.label());
            self.add(row.text(), topic);
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn push(&mut self, text: &str, topic: &str, written: bool, within: Option<RegionCode>) {
        let place = self.topics.iter().position(|known| known == topic).unwrap_or_else(|| {
            self.topics.push(topic.to_owned());
            self.topics.len() - 1
        });
        let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text).to_owned();
        self.texts.push(Source { text, topic: place, written, within });
    }

    /// Cuts all texts into sentences, leaves out what may point to a person and marks what is to be filled in anew.
    pub(super) fn stock(&self) -> Stock {
        let filter = Filter::new(self);
        let mut resolver = Resolver::new(Gazetteer::shipped());
        let mut book = Book::new();
        let named = |name: &String| Topic { name: name.clone(), texts: Vec::new(), parts: Vec::new() };
        let mut topics: Vec<Topic> = self.topics.iter().map(named).collect();
        let mut tokens = Tokens::new();
        for source in &self.texts {
            if book.len() > MOST {
                break;
            }
            let spans = places(&mut resolver, source);
            let sentences = sentences(&source.text);
            let count = sentences.len();
            let mut parts = Vec::new();
            for (at, range) in sentences.into_iter().enumerate() {
                if filter.keeps(source, &range, &spans, &mut tokens) {
                    let place = if at == 0 { 0 } else { 1 + u8::from(at + 1 == count) };
                    parts.push(Part { place, sentence: book.add(&source.text, range, &spans) });
                }
            }
            if !parts.is_empty() {
                topics[source.topic].parts.extend(&parts);
                topics[source.topic].texts.push(parts);
            }
        }
        topics.retain(|topic| !topic.texts.is_empty());
        Stock { book, topics }
    }
}

/// The names of places in a text, ascending, with the word before them that says what they are.
fn places(resolver: &mut Resolver<'_>, source: &Source) -> Vec<(Range<usize>, Slot)> {
    let text = &source.text;
    let within = source.within.and_then(|code| code.at(Level::Regency).or(Some(code)));
    let Some(place) = resolver.resolve(&PlaceQuery { text, within, ..PlaceQuery::default() }) else {
        return Vec::new();
    };
    let gazetteer = Gazetteer::shipped();
    let mut spans: Vec<(Range<usize>, Slot)> = Vec::new();
    for evidence in place.evidence.iter().filter(|evidence| evidence.source == PlaceSource::Text) {
        let Some(start) = text.find(&evidence.words).filter(|_| !evidence.words.is_empty()) else { continue };
        let levels = gazetteer.named(&evidence.words).into_iter();
        let level = levels.filter(|code| code.contains(&place.region) || place.region.contains(code));
        let slot = match level.map(RegionCode::level).max() {
            Some(Level::Village) => Slot::Village,
            Some(Level::District) => Slot::District,
            Some(Level::Regency | Level::Province) => Slot::Regency,
            None => continue,
        };
        let span = start..start + evidence.words.len();
        if spans.iter().all(|(known, _)| known.end <= span.start || span.end <= known.start) {
            spans.push((span, slot));
        }
    }
    spans.sort_by_key(|(span, _)| span.start);
    spans
}

/// The sentences of a text; one of fewer than three words belongs to the next.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut close = |start: &mut usize, end: usize, last: bool| {
        let part = &text[*start..end];
        let from =
            *start + part.len() - part.trim_start_matches(|c: char| c.is_whitespace() || c == '.').len();
        let range = from..(*start + part.trim_end().len()).max(from);
        if text[range.clone()].split_whitespace().count() >= WORDS {
            found.push(range);
            *start = end;
        } else if last {
            *start = end;
        }
    };
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let next = signs.peek().map(|(_, next)| *next);
        let ends = match sign {
            '\n' => true,
            '!' | '?' => next.is_none_or(char::is_whitespace),
            '.' => {
                let word = text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                next.is_none_or(char::is_whitespace)
                    && !SHORTENED.iter().any(|short| word.eq_ignore_ascii_case(short))
            }
            _ => false,
        };
        if ends {
            close(&mut start, at + sign.len_utf8(), false);
        }
    }
    close(&mut start, text.len(), true);
    found
}

/// What keeps sentences out.
struct Filter {
    analyzer: Analyzer,
    /// In how many texts each word stands, by its hash.
    counts: FxHashMap<u64, u32>,
    /// Words of what was written for this project.
    written: FxHashSet<u64>,
}

impl Filter {
    fn new(sources: &Sources) -> Self {
        let mut filter = Self {
            analyzer: Analyzer::indonesian(),
            counts: FxHashMap::default(),
            written: FxHashSet::default(),
        };
        let (mut tokens, mut seen) = (Tokens::new(), FxHashSet::default());
        for source in &sources.texts {
            filter.analyzer.analyze(&source.text, &mut tokens);
            seen.clear();
            seen.extend(tokens.iter().map(crate::text::Token::hash));
            for &hash in &seen {
                *filter.counts.entry(hash).or_default() += 1;
            }
            if source.written {
                filter.written.extend(&seen);
            }
        }
        filter
    }

    fn keeps(
        &self,
        source: &Source,
        range: &Range<usize>,
        spans: &[(Range<usize>, Slot)],
        tokens: &mut Tokens,
    ) -> bool {
        let replaced = |at: Range<usize>| {
            let (start, end) = (range.start + at.start, range.start + at.end);
            spans.iter().any(|(span, _)| span.start <= start && end <= span.end)
        };
        self.analyzer.analyze(&source.text[range.clone()], tokens);
        let mut titled = false;
        for token in tokens.iter().filter(|token| !replaced(token.span())) {
            let known = source.written || self.written.contains(&token.hash());
            let frequent = self.counts.get(&token.hash()).is_some_and(|count| *count >= FEWEST);
            match token.kind() {
                TokenKind::Number => {}
                TokenKind::Word if known || (frequent && !titled) => {}
                _ => return false,
            }
            titled = TITLES.contains(&tokens.written(token)) || TITLES.contains(&tokens.text(token));
        }
        true
    }
}

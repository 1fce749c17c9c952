//! A query whose words are terms.

use xxhash_rust::xxh3::xxh3_64;

use super::key::Key;
use super::query::{Node, Query, Side};
use super::schema::seconds;
use super::wording::{Reading, Wording};

/// A query made ready for one wording: its words are terms. Make it once, use it for many complaints.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(super) test: Test,
}

/// One condition.
#[derive(Debug, Clone)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Phrase(Side, Phrase),
    Key(Key, String),
    Region(String),
    Id(String),
    Number(u64),
    /// From the first second until before the second.
    Received(Option<i64>, Option<i64>),
    Corrected(bool),
    Confidential(bool),
}

/// Terms at their distances from the first; of none, nothing is found.
#[derive(Debug, Clone)]
pub(super) struct Phrase(pub(super) Vec<PhraseTerm>);

#[derive(Debug, Clone)]
pub(super) struct PhraseTerm {
    pub(super) offset: usize,
    pub(super) term: String,
    pub(super) hash: u64,
}

impl Prepared {
    /// Reads the words of a query as the texts of an index with this wording are read.
    pub fn new(query: &Query, wording: &Wording) -> Self {
        Self { test: Test::of(&query.0, &mut wording.reading()) }
    }

    /// Hashes of the terms that a text is found by.
    pub(super) fn wanted(&self) -> Vec<u64> {
        let mut wanted = Vec::new();
        self.test.wanted(&mut wanted);
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

impl Test {
    fn of(node: &Node, reading: &mut Reading) -> Self {
        match node {
            Node::All(nodes) => Self::All(nodes.iter().map(|node| Self::of(node, reading)).collect()),
            Node::Any(nodes) => Self::Any(nodes.iter().map(|node| Self::of(node, reading)).collect()),
            Node::Not(node) => Self::Not(Box::new(Self::of(node, reading))),
            Node::Words(side, words) => Self::Phrase(*side, Phrase::of(words, reading)),
            Node::Key(key, value) => Self::Key(*key, value.clone()),
            Node::Region(code) => Self::Region(code.clone()),
            Node::Id(id) => Self::Id(id.clone()),
            Node::Number(number) => Self::Number(*number),
            Node::Received(since, until) => Self::Received(since.map(seconds), until.map(seconds)),
            Node::Corrected(yes) => Self::Corrected(*yes),
            Node::Confidential(yes) => Self::Confidential(*yes),
        }
    }

    fn wanted(&self, wanted: &mut Vec<u64>) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.wanted(wanted)),
            Self::Phrase(Side::Text | Side::Title, Phrase(terms)) => {
                wanted.extend(terms.iter().map(|term| term.hash));
            }
            _ => {}
        }
    }
}

impl Phrase {
    fn of(words: &str, reading: &mut Reading) -> Self {
        reading.read(words);
        let first = reading.terms().position(|term| term.is_some()).unwrap_or_default();
        let terms = reading.terms().enumerate().filter_map(|(at, term)| {
            let term = term?;
            let hash = xxh3_64(term.as_bytes());
            Some(PhraseTerm { offset: at - first, term: term.to_owned(), hash })
        });
        Self(terms.collect())
    }

    /// Whether a text has these terms in these places; a masked token of the text has the hash 0.
    pub(super) fn stands_in(&self, hashes: &[u64]) -> bool {
        let Some((first, others)) = self.0.split_first() else { return false };
        let mut places = hashes.iter().enumerate().filter(|(_, hash)| **hash == first.hash);
        places.any(|(at, _)| others.iter().all(|term| hashes.get(at + term.offset) == Some(&term.hash)))
    }
}

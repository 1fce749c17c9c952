//! A query asked of one complaint, without an index.

use xxhash_rust::xxh3::xxh3_64;

use super::prepared::{Prepared, Test};
use super::query::{Query, Side};
use super::schema::{ancestors, is_hidden, seconds, title};
use super::wording::{Reading, Wording};
use crate::ledger::Record;

/// Asks queries of complaints one by one, as saved queries need it when complaints arrive. It finds exactly what a
/// search finds. One for each thread; its buffers are used again.
///
/// ```
/// use pilah::index::{Matcher, Prepared, Query, Wording};
/// # use pilah::ledger::{Record, State, Version};
/// # let received = "2023-01-31T09:30".parse().unwrap();
/// # let state = State {
/// #     received, channel: String::new(), status: Default::default(), action: String::new(), kind: String::new(),
/// #     category: String::new(), function: String::new(), agency: String::new(), region: "35.78".into(),
/// #     flags: String::new(), p: 0.0, corrected: false, anonymous: false, confidential: false, version: 1, decision: 0,
/// # };
/// # let said = Version { text: "Lampunya padam lagi".into(), ..Version::default() };
/// # let record = Record { number: 1, ids: Vec::new(), state, said };
///
/// let wording = Wording::indonesian();
/// let saved: Query = "lampu region:35".parse()?;
/// let saved = Prepared::new(&saved, &wording);
///
/// let mut matcher = Matcher::new(&wording);
/// assert!(matcher.read(&record).matches(&saved));
/// # Ok::<(), pilah::Error>(())
/// ```
pub struct Matcher {
    reading: Reading,
    /// Hashes of the terms of text, title and address, in their places.
    hashes: [Vec<u64>; 3],
}

/// A complaint that was read, to ask queries of.
pub struct Reader<'m> {
    record: &'m Record,
    hashes: &'m [Vec<u64>; 3],
}

impl Matcher {
    /// For queries of this wording.
    pub fn new(wording: &Wording) -> Self {
        Self { reading: wording.reading(), hashes: Default::default() }
    }

    /// Reads a complaint. Cost: that of analysing its text; each query then costs a look at its terms.
    pub fn read<'m>(&'m mut self, record: &'m Record) -> Reader<'m> {
        let said = &record.said;
        let parts = [said.text.as_str(), title(&said.text), &said.address];
        for (hashes, part) in self.hashes.iter_mut().zip(parts) {
            hashes.clear();
            if !part.is_empty() && !is_hidden(record) {
                self.reading.read(part);
                hashes
                    .extend(self.reading.terms().map(|term| term.map_or(0, |term| xxh3_64(term.as_bytes()))));
            }
        }
        Reader { record, hashes: &self.hashes }
    }
}

impl Reader<'_> {
    /// Whether a search would find the complaint.
    pub fn matches(&self, query: &Prepared) -> bool {
        self.meets(&query.test)
    }

    fn meets(&self, test: &Test) -> bool {
        let Record { number, ids, state, .. } = self.record;
        match test {
            Test::All(tests) => tests.iter().all(|test| self.meets(test)),
            Test::Any(tests) => tests.iter().any(|test| self.meets(test)),
            Test::Not(test) => !self.meets(test),
            Test::Phrase(side, phrase) => {
                let [text, title, address] = self.hashes;
                phrase.stands_in(match side {
                    Side::Text => text,
                    Side::Title => title,
                    Side::Address => address,
                })
            }
            Test::Key(key, wanted) => key.values(state).any(|value| value == wanted),
            Test::Region(wanted) => ancestors(&state.region).any(|code| code == wanted),
            Test::Id(wanted) => !is_hidden(self.record) && ids.iter().any(|id| id.as_str() == wanted),
            Test::Number(wanted) => number == wanted,
            Test::Received(since, until) => {
                let received = seconds(state.received);
                since.is_none_or(|since| received >= since) && until.is_none_or(|until| received < until)
            }
            Test::Corrected(wanted) => state.corrected == *wanted,
            Test::Confidential(wanted) => state.confidential == *wanted,
        }
    }
}

impl Query {
    /// Whether a search in an index of this wording would find the complaint. For many, use a [`Matcher`].
    pub fn matches(&self, record: &Record, wording: &Wording) -> bool {
        Matcher::new(wording).read(record).matches(&Prepared::new(self, wording))
    }
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Matcher")
    }
}

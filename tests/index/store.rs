//! An index in a directory that goes when it does, and complaints to put in.

use jiff::ToSpan;
use jiff::civil::date;
use pilah::complaint::Status;
use pilah::index::{Index, IndexWriter, Page, Query, Wording};
use pilah::ledger::{Changes, Record, State, Version};
use tempfile::TempDir;

pub(crate) struct Store {
    pub(crate) index: Index,
    pub(crate) dir: TempDir,
}

impl Store {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::create(dir.path(), &Wording::indonesian()).unwrap();
        Self { index, dir }
    }

    pub(crate) fn of(records: Vec<Record>) -> Self {
        let store = Self::new();
        store.add(1, records);
        store
    }

    pub(crate) fn writer(&self) -> IndexWriter {
        self.index.writer(15_000_000).unwrap()
    }

    pub(crate) fn add(&self, upto: u64, records: Vec<Record>) {
        let mut writer = self.writer();
        writer.apply(&Changes { upto, records, gone: Vec::new() }).unwrap();
        writer.close().unwrap();
    }
}

/// A complaint that came some hours after the beginning of 2023.
pub(crate) fn record(number: u64, text: &str, hour: i32) -> Record {
    let received = date(2023, 1, 1).at(0, 0, 0, 0).checked_add(hour.hours()).unwrap();
    let state = State {
        received,
        channel: ["whatsapp", "web"][number as usize % 2].into(),
        status: [Status::New, Status::Closed][number as usize % 2],
        action: "route".into(),
        kind: ["aspirasi", ""][number as usize % 2].into(),
        category: "TOPIK LAINNYA".into(),
        function: String::new(),
        agency: format!("perhubungan@35.{:02}", number % 3),
        region: String::new(),
        flags: String::new(),
        p: 0.5,
        corrected: false,
        anonymous: false,
        confidential: false,
        version: number * 10,
        decision: number * 10 + 1,
    };
    let said = Version { text: text.into(), ..Version::default() };
    let ids = vec![format!("sp4n:{number}").parse().unwrap(), format!("surat {number}").parse().unwrap()];
    Record { number, ids, state, said }
}

pub(crate) fn query(text: &str) -> Query {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The numbers that a query finds, newest first.
pub(crate) fn numbers(index: &Index, text: &str) -> Vec<u64> {
    let hits =
        index.searcher().unwrap().search(&query(text), &Page { limit: 100, ..Page::default() }).unwrap();
    hits.items.iter().map(|hit| hit.number).collect()
}

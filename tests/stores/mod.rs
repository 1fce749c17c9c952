//! What tests of stores share: complaints to hand in, and whether a store is whole.
#![allow(dead_code)] // each test takes what it needs

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pilah::complaint::Complaint;
use pilah::engine::{Engine, FoundComplaint, Options, Submission, Writer};
use pilah::index::{Facet, FacetCounts, Page, Query};

/// What citizens might write.
pub(crate) const TEXTS: [&str; 6] = [
    "Lampu penerangan jalan di depan balai desa mati sejak Senin",
    "Jalan kampung berlubang dalam, pengendara motor sudah dua kali jatuh",
    "Tumpukan sampah di samping pasar belum diangkut satu minggu",
    "Air keran keruh dan berbau, mohon diperiksa",
    "Petugas loket meminta uang tambahan untuk mengurus akta",
    "Kapan jadwal vaksinasi anak di puskesmas kami?",
];

/// A seeded stream of numbers (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }
}

/// Hands in a complaint under an id; which one depends on `at`.
pub(crate) fn submit(writer: &Writer<'_>, id: &str, at: usize) -> pilah::Result<()> {
    let complaint = Complaint {
        text: TEXTS[at % TEXTS.len()],
        village: ["Mojo", "Kedungdoro", ""][at % 3],
        confidential: at.is_multiple_of(11),
        ..Complaint::default()
    };
    let received = format!("2023-0{}-1{}T08:30", 1 + at % 9, at % 10).parse().ok();
    let submission = Submission { received, ..Submission::new(id.parse()?, complaint) };
    writer.submit(&submission).map(drop)
}

/// Options that index at once and with little memory.
pub(crate) fn options() -> Options<'static> {
    Options { index_pause: std::time::Duration::ZERO, index_memory: 15_000_000, ..Options::default() }
}

/// The number of a variable of the environment, or what is usual without it.
pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// Every id of the whole lines of a file of acknowledgements.
pub(crate) fn acknowledged(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_owned).collect()
}

/// Everything acknowledged is there, each once.
#[track_caller]
pub(crate) fn check_kept(engine: &Engine, ids: &[String]) {
    for id in ids {
        let dossier =
            engine.get(id).unwrap().unwrap_or_else(|| panic!("`{id}` was acknowledged and is lost"));
        let versions = dossier.history.iter().filter(|line| line.kind == "version").count();
        assert_eq!(versions, 1, "of `{id}`");
    }
}

/// Lets the index follow, checks that ledger and index are whole, and gives why the index was made anew.
#[track_caller]
pub(crate) fn check_whole(folder: &Path) -> Option<String> {
    let engine = Engine::create(folder).unwrap();
    let writer = engine.writer(options()).unwrap();
    let rebuilt = writer.rebuilt().map(str::to_owned);
    writer.close().unwrap();
    let found = engine.verify(|_| ()).unwrap();
    assert!(found.whole, "{:?}", found.wrong);
    let (stats, count) = (engine.stats().unwrap(), engine.searcher().unwrap().count());
    assert_eq!((stats.complaints, stats.indexed), (count, Some(stats.last)));
    rebuilt
}

/// What searches in a store give.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    facets: BTreeMap<&'static str, Vec<FacetCounts>>,
    found: BTreeMap<&'static str, Vec<FoundComplaint>>,
}

pub(crate) fn seen(engine: &Engine) -> Seen {
    let searcher = engine.searcher().unwrap();
    let mut seen = Seen { facets: BTreeMap::new(), found: BTreeMap::new() };
    for text in
        ["", "lampu", "jalan OR sampah", "\"jalan kampung\"", "status:closed", "air -keruh", "region:35.78"]
    {
        let query: Query = text.parse().unwrap();
        seen.facets.insert(text, searcher.facets(&query, &Facet::ALL).unwrap());
        let (mut page, mut all) = (Page { limit: 500, ..Page::default() }, Vec::new());
        loop {
            let found = searcher.search(&query, &page).unwrap();
            all.extend(found.complaints);
            page.after = found.next;
            if page.after.is_none() {
                assert_eq!(found.total, all.len() as u64, "of {text:?}");
                break;
            }
        }
        seen.found.insert(text, all);
    }
    seen
}

/// The index finds what one that is made anew from a copy of the ledger finds.
#[track_caller]
pub(crate) fn check_index(folder: &Path) {
    let copy = tempfile::tempdir().unwrap();
    let engine = Engine::open(folder).unwrap();
    engine.backup(copy.path()).unwrap();
    check_whole(copy.path());
    let anew = Engine::open(copy.path()).unwrap();
    assert!(seen(&engine) == seen(&anew), "the index finds something else than one made anew");
}

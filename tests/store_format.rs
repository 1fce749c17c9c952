//! A store of every format that was ever released opens, is read whole, is written to and is rebuilt.
//!
//! `tests/fixtures/store_v1` was made by `cargo test --test store_format make -- --ignored`. Never make a released one
//! again: a new format gets a folder of its own beside it.
#![cfg(feature = "store")]
#![allow(missing_docs)]

mod stores;

use std::fs;
use std::path::{Path, PathBuf};

use pilah::complaint::{Channel, Complaint, Status};
use pilah::engine::{Engine, Submission};
use pilah::index::{Page, Query};
use pilah::ledger::{Correction, Event, Fact, Office, Outcome};
use stores::{check_index, check_whole, options};

const IDS: [&str; 5] = ["web:1", "web:2", "sms:3", "web:4", "kota:5"];
const REPORTER: &str = "0800-CONTOH";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// All that is known of each complaint, a JSON line each.
fn told(engine: &Engine) -> String {
    IDS.map(|id| engine.get(id).unwrap().unwrap().to_json(true).unwrap() + "\n").concat()
}

fn first() -> Submission<'static> {
    let complaint = Complaint {
        text: "Lampu penerangan jalan di depan balai warga padam sejak Jumat",
        address: "Jl. Contoh Indah 12",
        village: "Mojo",
        district: "Gubeng",
        region: "35.78",
        channel: Some(Channel::Web),
        entry: "qr-balai",
        ..Complaint::default()
    };
    Submission {
        also: vec!["lama:0001".parse().unwrap()],
        at: Some("2024-05-01T03:04:05.678901Z".parse().unwrap()),
        received: Some("2024-05-01T10:04:05".parse().unwrap()),
        reporter: REPORTER,
        position: Some((-7.25, 112.75)),
        ..Submission::new("web:1".parse().unwrap(), complaint)
    }
}

/// Not a test: makes the fixture.
#[test]
#[ignore = "makes tests/fixtures/store_v1"]
fn make() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    writer.submit(&first()).unwrap();
    let texts = [
        ("web:2", "Sampah di belakang pasar menumpuk dan mulai berbau", false),
        ("sms:3", "Oknum di loket minta biaya di luar aturan untuk surat pindah", true),
        ("web:4", "Jalan berlubang di tikungan, motor sering tergelincir", false),
        ("web:4", "Jalan berlubang di tikungan, tadi pagi ada yang jatuh", false),
        ("kota:5", "Lampu jalan dekat balai warga mati total", false),
    ];
    for (id, text, confidential) in texts {
        let complaint = Complaint { text, confidential, anonymous: confidential, ..Complaint::default() };
        let received = Some("2024-06-02T08:00".parse().unwrap());
        writer.submit(&Submission { received, ..Submission::new(id.parse().unwrap(), complaint) }).unwrap();
    }
    let office = || Office { id: "perhubungan@35.78".into(), name: "Dinas Perhubungan Kota Surabaya".into() };
    let correction = Correction {
        agency: Some(office()),
        category: Some("Topik Lainnya".into()),
        region: Some("35.78.08".into()),
        ..Correction::default()
    };
    let facts = [
        ("web:1", Fact::Status { status: Status::InProgress }),
        ("web:2", Fact::Corrected(correction)),
        ("web:4", Fact::Assigned { agency: office() }),
        ("web:4", Fact::Bounced { agency: office().id, reason: "Bukan jalan kota".into() }),
        ("sms:3", Fact::Note { text: "Pelapor minta dirahasiakan".into() }),
        ("kota:5", Fact::Same { id: "web:1".parse().unwrap() }),
    ];
    for (day, (id, fact)) in (10..).zip(facts) {
        let at = format!("2024-06-{day}T01:00:00Z").parse().unwrap();
        writer.record(Event { complaint: id.parse().unwrap(), at, by: "admin".into(), fact }).unwrap();
    }
    writer.save_query("pju", Some(&"lampu region:35.78".parse().unwrap())).unwrap();
    writer.close().unwrap();
    engine.backup(&fixture("store_v1")).unwrap();
    fs::write(fixture("store_v1.jsonl"), told(&engine)).unwrap();
}

#[test]
fn format_1_is_read_written_and_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    fs::create_dir(&store).unwrap();
    fs::copy(fixture("store_v1/ledger.sqlite"), store.join("ledger.sqlite")).unwrap();
    let engine = Engine::open(&store).unwrap();
    assert_eq!(told(&engine), fs::read_to_string(fixture("store_v1.jsonl")).unwrap());
    assert_eq!(engine.saved_queries().unwrap().len(), 1);
    let stats = engine.stats().unwrap();
    assert_eq!((stats.complaints, stats.versions, stats.events), (4, 6, 7));

    assert!(check_whole(&store).is_some(), "there was no index");
    let query: Query = "balai".parse().unwrap();
    let found = engine.searcher().unwrap().search(&query, &Page::default()).unwrap();
    assert_eq!(
        found.complaints[0].ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["kota:5", "lama:0001", "web:1"]
    );

    let writer = engine.writer(options()).unwrap();
    let again = writer.submit(&first()).unwrap();
    assert_eq!((again.outcome, again.seq), (Outcome::Known, 1), "nothing of it is told otherwise now");
    let complaint = Complaint { text: "Lampu taman padam", region: "35.78", ..Complaint::default() };
    let new = Submission { reporter: REPORTER, ..Submission::new("web:6".parse().unwrap(), complaint) };
    let new = writer.submit(&new).unwrap();
    assert_eq!((new.outcome, new.seq), (Outcome::New, stats.last + 1));
    assert_eq!(new.matches, ["pju"]);
    writer.close().unwrap();
    let reporter = |id: &str| engine.get(id).unwrap().unwrap().history[0].body.clone();
    let pseudonym =
        |id: &str| serde_json::from_str::<serde_json::Value>(&reporter(id)).unwrap()["reporter"].clone();
    assert_eq!(pseudonym("web:6"), pseudonym("web:1"), "one reporter, one pseudonym");

    pilah::engine::rebuild(&store).unwrap();
    assert_eq!(check_whole(&store), None);
    check_index(&store);
}

//! Ten thousand seeded inputs: whatever is sent gets a decision, a reject or a typed error. `fuzz/` looks further, with
//! the same checks.
#![allow(missing_docs)]

#[path = "fuzz/check.rs"]
mod check;
#[path = "fuzz/files.rs"]
mod files;
#[path = "fuzz/garbage.rs"]
mod garbage;
#[path = "fuzz/workbook.rs"]
mod workbook;

use std::path::Path;

use check::{Counts, decide, read};
use files::file;
use garbage::Garbage;
use pilah::Bundle;
use pilah::complaint::{Channel, Complaint, ReportType};
use pilah::model::{Example, Training};
use pilah::routing::{Instance, Triage};

const COMPLAINTS: u64 = 6000;
const FILES: u64 = 4000;

/// Names the seed when a check fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with seed {}", self.0);
        }
    }
}

fn surabaya() -> Instance {
    Instance::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances/surabaya.toml")).unwrap()
}

/// A model of offices and villages; not every label is one.
fn own_model() -> Bundle {
    let offices = ["Dinas Perhubungan", "perhubungan", "Kecamatan Gubeng", "entah", ""];
    let villages = ["35.78.08.1002", "35.78.08.1003", "35.78.01.1001", "35.78", "entah"];
    let topics = ["lampu jalan mati", "macet parah", "surat pengantar", "sampah bau", "air keruh"];
    let example = |at: usize| {
        let text = format!("{} di blok{}", topics[at % 5], char::from(b'a' + (at / 5) as u8));
        Example::new(text, [Some(offices[at % 5]).filter(|name| !name.is_empty()), Some(villages[at % 5])])
    };
    let mut training = Training::new(["agency", "village"]);
    (training.min_count, training.spec.min_df) = (2, 1);
    training.run(&(0..100).map(example).collect::<Vec<_>>(), |_| {}).unwrap()
}

#[test]
fn any_complaint_gets_a_sound_decision() {
    let (instance, model) = (surabaya(), own_model());
    let mut triages =
        [Triage::shipped(), Triage::of(&instance), Triage::with_model(&model, &instance), Triage::shipped()];
    let kinds = [ReportType::Supervision, ReportType::Information, ReportType::None];
    for seed in 0..COMPLAINTS {
        let named = Seed(seed);
        let mut garbage = Garbage::new(seed);
        let text = garbage.text();
        let fields: [String; 8] = std::array::from_fn(|_| garbage.field());
        let [address, village, district, region, province, entry, category, sent_to] = &fields;
        let entry = if garbage.below(3) == 0 { "kesehatan" } else { entry };
        let code = garbage.code();
        let complaint = Complaint {
            text: &text,
            address,
            village,
            district,
            region: if garbage.below(2) == 0 { region } else { &code },
            province,
            channel: (garbage.below(2) == 0).then_some(Channel::Sms),
            entry,
            stated_type: kinds.get(garbage.below(4)).copied(),
            stated_category: category,
            sent_to,
            anonymous: garbage.below(2) == 0,
            confidential: garbage.below(2) == 0,
        };
        // The last has decided about other complaints than the first: what came before leaves nothing behind.
        let which = garbage.below(4);
        let json = decide(&mut triages[which], &complaint);
        if which == 3 {
            assert_eq!(decide(&mut triages[0], &complaint), json, "whoever decides");
        }
        drop(named);
    }
}

#[test]
fn every_row_of_a_file_is_decided_or_named() {
    let instance = surabaya();
    let mut ends = [0u64; 3];
    for seed in 0..FILES {
        let named = Seed(seed);
        let file = file(&mut Garbage::new(seed));
        let read = |threads| read(|| Triage::of(&instance), &file.bytes, file.format, &file.columns, threads);
        let result = read(1);
        match (&result, file.rows) {
            (Ok((Counts { rows, rejects }, _)), Some(given)) => {
                assert_eq!(rows + rejects, given, "{rows} rows, {rejects} rejects: {file:?}");
                ends[0] += rows;
                ends[1] += rejects;
            }
            (Err(error), Some(_)) => panic!("{error}: {file:?}"),
            (Ok(_), None) => {}
            (Err(_), None) => ends[2] += 1,
        }
        if seed % 40 == 0 {
            assert_eq!(read(2).ok(), result.ok(), "on two threads");
        }
        drop(named);
    }
    assert!(ends.iter().all(|end| *end > 100), "rows, rejects and files refused: {ends:?}");
}

/// Each takes no more than its length.
#[test]
fn texts_of_a_megabyte_are_read() {
    let instance = surabaya();
    let mut triage = Triage::of(&instance);
    for piece in [
        "a",
        "9",
        "🙏",
        "e\u{301}",
        "\u{301}",
        "\0",
        "\n",
        "مياه ",
        "Kelurahan Mojo Kecamatan Gubeng ",
        "jl. Melati RT 03 RW 05, ",
        "lampu jalan mati ",
        "0812 ",
        "a@",
        "@",
        "1a",
        "http://",
        "www.",
        "&amp;",
        "35.78.08.1002 ",
        "Mojo ",
        "kota surabaya ",
        "\u{202e}",
        "<",
        "(",
        "-",
        "Budi ",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        decide(&mut triage, &Complaint { text: &text, ..Complaint::default() });
        decide(&mut triage, &Complaint { text: "air mati", address: &text, ..Complaint::default() });
        decide(&mut triage, &Complaint { text: "air mati", village: &text, ..Complaint::default() });
    }
    let mut garbage = Garbage::new(1);
    let words: Vec<String> = (0..100_000).map(|_| format!("k{:x}", garbage.below(1 << 30))).collect();
    decide(&mut triage, &Complaint { text: &words.join(" "), ..Complaint::default() });
}

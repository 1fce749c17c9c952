//! The model on disk: round trips, every kind of damage, and what the shipped model may and may not hold.
#![allow(missing_docs)]

use std::collections::BTreeSet;

use pilah::model::{Example, Training};
use pilah::{Bundle, ErrorKind};
use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

const SHIPPED: &[u8] = include_bytes!("../models/pilah-id.bundle");
/// Magic, version, length of the file, length of what describes the model.
const HEADER: usize = 8 + 4 + 8 + 4;

fn examples() -> Vec<Example> {
    let places = [
        "di gang mawar",
        "depan sekolah",
        "dekat pasar",
        "di kampung kami",
        "sejak kemarin",
        "tolong segera",
    ];
    let subjects = [
        (
            "jalan",
            [
                "jalan rusak berlubang",
                "aspal jalan hancur",
                "jalan amblas rusak parah",
                "lubang besar di jalan",
            ],
        ),
        (
            "lampu",
            ["lampu jalan mati", "penerangan padam gelap", "lampu mati total gelap", "tiang lampu padam"],
        ),
        (
            "sampah",
            [
                "sampah menumpuk bau",
                "sampah belum diangkut",
                "tumpukan sampah bau busuk",
                "truk sampah tidak datang",
            ],
        ),
    ];
    let mut examples = Vec::new();
    for (label, texts) in subjects {
        for (at, text) in
            texts.iter().flat_map(|text| places.map(|place| format!("{text} {place}"))).enumerate()
        {
            let urgent = (at % 3 != 1).then(|| if text.contains("segera") { "ya" } else { "tidak" });
            examples.push(Example::new(text, [Some(label), urgent]));
        }
    }
    examples
}

fn train() -> Bundle {
    let mut training = Training::new(["perihal", "segera"]);
    (training.min_count, training.later) = (2, 0.2);
    let steps = training.steps();
    let mut seen = 0;
    let bundle = training.run(&examples(), |_| seen += 1).unwrap();
    assert_eq!(seen, steps, "as many steps as promised");
    bundle
}

fn tiny() -> &'static [u8] {
    static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| train().to_bytes());
    &BYTES
}

/// All answers to some texts, every bit of them.
fn answers(bundle: &Bundle) -> Vec<(String, Vec<u32>)> {
    let mut classifier = bundle.classifier();
    let mut answers = Vec::new();
    for text in
        ["jalan berlubang", "lampunya padam", "sampah bau", "", "zzz", "Jln rusak & lampu mati 5 hari!"]
    {
        for head in classifier.classify(text).iter() {
            answers
                .push((head.label().to_owned(), head.probabilities().iter().map(|p| p.to_bits()).collect()));
        }
    }
    answers
}

#[track_caller]
fn check_refused(bytes: &[u8], expected: &str) {
    let Err(error) = Bundle::from_bytes(bytes) else { panic!("taken, not refused: {expected}") };
    assert_eq!(error.kind(), ErrorKind::Bundle, "{error}");
    let message = error.to_string();
    assert!(message.contains(expected), "`{message}` does not say `{expected}`");
    assert!(!message.ends_with('.'), "{message}");
}

/// Puts the right length and checksum on changed bytes, so that only what they say can be wrong.
fn reseal(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u64;
    bytes[12..20].copy_from_slice(&length.to_le_bytes());
    let body = bytes.len() - 8;
    let checksum = xxh3_64(&bytes[..body]);
    bytes[body..].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

fn meta_length(bytes: &[u8]) -> usize {
    u32::from_le_bytes(bytes[20..24].try_into().unwrap()) as usize
}

#[test]
fn bytes_and_files_give_the_same_model() {
    let bundle = train();
    assert_eq!(bundle.to_bytes(), tiny(), "training twice gives the same bytes");
    let again = Bundle::from_bytes(tiny()).unwrap();
    assert_eq!(again.to_bytes(), tiny());
    assert_eq!(answers(&again), answers(&bundle));
    assert_eq!((again.heads(), again.facts(), again.spec()), (bundle.heads(), bundle.facts(), bundle.spec()));
    assert_eq!(again.id(), bundle.id());
    assert_eq!(again.analyzer().fingerprint(), bundle.analyzer().fingerprint());

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kota.bundle");
    std::fs::write(&path, "an older file").unwrap();
    bundle.save(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), tiny());
    assert_eq!(answers(&Bundle::load(&path).unwrap()), answers(&bundle));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_tiny_model_learns_what_it_was_shown() {
    let bundle = Bundle::from_bytes(tiny()).unwrap();
    let mut classifier = bundle.classifier();
    for (text, label) in [("jalan hancur", "jalan"), ("lampu padam", "lampu"), ("sampah busuk", "sampah")] {
        assert_eq!(classifier.classify(text).head("perihal").unwrap().label(), label);
    }
    let [subject, urgent] = bundle.heads() else { panic!("two heads") };
    assert_eq!(subject.labels(), ["jalan", "lampu", "sampah"]);
    assert_eq!(subject.facts().label_rows, [24, 24, 24]);
    assert_eq!((urgent.facts().rows, urgent.name()), (48, "segera"));
    assert!(subject.facts().held_out > 0 && subject.facts().held_out < 36);
    assert_eq!((bundle.facts().rows, bundle.facts().seed), (72, 1));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for length in (0..HEADER + 200).chain((HEADER + 200..tiny().len()).step_by(97)).chain([tiny().len() - 1])
    {
        check_refused(&tiny()[..length], "");
    }
    check_refused(&[], "does not begin with `PILAH`");
    check_refused(&tiny()[..tiny().len() - 1], "cut or added to");
    // Cut, but with a length and a checksum that agree.
    let body = tiny().len() - 8;
    for cut in [9, 100, body - HEADER - 8] {
        check_refused(&reseal(tiny()[..tiny().len() - cut].to_vec()), "");
    }
}

#[test]
fn one_wrong_byte_anywhere_is_noticed() {
    let mut bytes = tiny().to_vec();
    let meta = HEADER + meta_length(&bytes);
    for at in (0..meta).chain((meta..bytes.len()).step_by(61)).chain(bytes.len() - 8..bytes.len()) {
        for bits in [1, 0x80, 0xFF] {
            bytes[at] ^= bits;
            check_refused(&bytes, "");
            bytes[at] ^= bits;
        }
    }
    assert!(Bundle::from_bytes(&bytes).is_ok());
}

#[test]
fn foreign_newer_and_longer_files_are_refused() {
    check_refused(b"PK\x03\x04 a spreadsheet", "not a pilah model");
    check_refused(b"PILAH", "not a pilah model");
    let mut newer = tiny().to_vec();
    newer[8..12].copy_from_slice(&77u32.to_le_bytes());
    check_refused(&newer, "model format 77");
    check_refused(&[tiny(), b"x"].concat(), "cut or added to");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rusak.bundle");
    std::fs::write(&path, newer).unwrap();
    let error = Bundle::load(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bundle);
    assert!(error.to_string().contains("rusak.bundle") && error.to_string().contains("77"), "{error}");
    assert_eq!(Bundle::load(directory.path().join("tiada")).unwrap_err().kind(), ErrorKind::Io);
}

/// A file that is whole but says something else than was written: an error, or a model that still answers.
#[test]
fn a_header_that_lies_never_panics() {
    let meta = HEADER..HEADER + meta_length(tiny());
    let (mut refused, mut taken) = (0, 0);
    for at in (20..24).chain(meta) {
        for bits in [0x01, 0x02, 0x40, 0x80, 0xFF] {
            let mut bytes = tiny().to_vec();
            bytes[at] ^= bits;
            match Bundle::from_bytes(&reseal(bytes)) {
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Bundle);
                    refused += 1;
                }
                Ok(bundle) => {
                    answers(&bundle);
                    let heads: Vec<&str> = bundle.heads().iter().map(pilah::model::Head::name).collect();
                    for head in heads {
                        bundle.classifier().explain("jalan rusak dan lampu mati", head).unwrap();
                    }
                    taken += 1;
                }
            }
        }
    }
    assert!(refused > 100 && taken > 100, "{refused} refused, {taken} taken");
}

#[test]
fn a_header_that_contradicts_itself_is_refused() {
    // One label less than biases: `sampah` (a length, then its letters) becomes two bytes of another string.
    let bytes = tiny();
    let label = bytes.windows(7).position(|window| window == b"\x06sampah").unwrap();
    let count = label - b"\x05jalan\x05lampu".len() - 1;
    assert_eq!(bytes[count], 3, "three labels");
    let mut fewer = bytes.to_vec();
    fewer.drain(label..label + 7);
    fewer[count] = 2;
    let meta = (meta_length(bytes) - 7) as u32;
    fewer[20..24].copy_from_slice(&meta.to_le_bytes());
    check_refused(&reseal(fewer), "contradicts itself");
    // The fingerprint of the analyser follows the two switches; any other is refused.
    let mut other = bytes.to_vec();
    other[HEADER + 2] ^= 1;
    check_refused(&reseal(other), "text rules");
}

#[test]
fn what_cannot_be_trained_is_an_error() {
    let check = |change: fn(&mut Training), examples: &[Example], kind: ErrorKind, expected: &str| {
        let mut training = Training::new(["perihal"]);
        (training.min_count, training.later) = (2, 0.2);
        change(&mut training);
        let error = training.run(examples, |_| ()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    let examples = examples();
    check(|training| training.later = 0.6, &examples, ErrorKind::Parameter, "`later` is 0.6");
    check(|training| training.spec.min_df = 0, &examples, ErrorKind::Parameter, "`min_df` is 0");
    check(|training| training.min_count = 25, &examples, ErrorKind::Training, "head `perihal`: 0 label(s)");
    check(|_| (), &examples[..24], ErrorKind::Training, "1 label(s)");
    check(|_| (), &[], ErrorKind::Training, "among 0 labelled rows");
}

#[test]
fn the_shipped_model_is_what_it_should_be() {
    assert!(SHIPPED.len() <= 6 << 20, "{} bytes", SHIPPED.len());
    let model = Bundle::shipped();
    assert_eq!(model.to_bytes(), SHIPPED);
    let heads: Vec<&str> = model.heads().iter().map(pilah::model::Head::name).collect();
    assert_eq!(
        heads,
        ["function", "category", "complaint", "type", "level", "misconduct", "urgent", "where", "when"]
    );
    let labels =
        |head: usize| model.heads()[head].labels().iter().map(String::as_str).collect::<BTreeSet<&str>>();
    assert_eq!(labels(2), BTreeSet::from(["complaint", "neither", "reply"]));
    let mut reader = csv::Reader::from_reader(include_str!("../data/seed.csv").as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for head in 0..2 {
        let known: BTreeSet<&str> =
            rows.iter().map(|row| &row[head]).filter(|label| !label.is_empty()).collect();
        assert!(labels(head).is_subset(&known), "{:?}", labels(head).difference(&known));
    }
    assert_eq!(labels(0).len(), 44);
    assert!(labels(0).contains("lainnya"));
    for head in model.heads() {
        assert!(head.labels().is_sorted());
        assert_eq!(head.facts().label_rows.len(), head.labels().len());
        assert!(head.threshold(0.05).is_some() && head.threshold(0.001).is_none());
        assert!(head.thresholds().windows(2).all(|pair| pair[0].max_error < pair[1].max_error
            && pair[0].p.iter().zip(&pair[1].p).all(|(strict, loose)| strict >= loose)));
    }
}

#[test]
fn no_word_of_any_complaint_stands_in_the_shipped_model() {
    let weights = &SHIPPED[HEADER + meta_length(SHIPPED)..];
    for word in
        ["jalan", "rusak", "lampu", "sampah", "banjir", "bapak", "tolong", "mohon", "surabaya", "kelurahan"]
    {
        for form in [word.to_owned(), word.to_uppercase()] {
            assert!(!weights.windows(form.len()).any(|window| window == form.as_bytes()), "{form}");
        }
    }
    // Names and labels are the only text of its header: without them no five letters stand in a row there.
    let mut header = SHIPPED[HEADER..HEADER + meta_length(SHIPPED)].to_vec();
    for head in Bundle::shipped().heads() {
        for known in head.labels().iter().map(String::as_str).chain([head.name()]) {
            let at = header.windows(known.len()).position(|window| window == known.as_bytes());
            header[at.unwrap()..][..known.len()].fill(b' ');
        }
    }
    let longest = header.split(|byte| !byte.is_ascii_alphabetic()).max_by_key(|run| run.len()).unwrap();
    assert!(longest.len() < 5, "{}", String::from_utf8_lossy(longest));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(Bundle::from_bytes(&bytes).unwrap_err().kind(), ErrorKind::Bundle);
        let sealed = reseal([b"PILAH\r\n\x1a\x01\0\0\0\0\0\0\0\0\0\0\0".as_slice(), &bytes, &[0; 8]].concat());
        prop_assert_eq!(Bundle::from_bytes(&sealed).unwrap_err().kind(), ErrorKind::Bundle);
    }
}

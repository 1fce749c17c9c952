//! The judge of pairs: the same whichever complaint is named first, the same from kept bytes, and its longest common run
//! against a slow twin.
#![cfg(feature = "store")]
#![allow(missing_docs)]

use jiff::civil::date;
use pilah::complaint::Complaint;
use pilah::engine::Subjects;
use pilah::similar::{Evidence, Portrait, RelationModel, Subject};
use proptest::prelude::*;

fn portrait(subjects: &mut Subjects, text: &str, address: &str, day: i8, reporter: &str) -> Portrait {
    let complaint = Complaint { text, address, village: "Mojo", ..Complaint::default() };
    let received = Some(date(2026, 5, day).at(8, 0, 0, 0));
    subjects.read(&complaint, received, |subject| {
        RelationModel::shipped().portrait(&Subject { reporter, position: Some((-7.2, 112.0)), ..*subject })
    })
}

fn feature(one: &Portrait, other: &Portrait, name: &str) -> f64 {
    RelationModel::shipped().features(one, other).find(|(known, _)| *known == name).unwrap().1
}

/// The longest run of words that both have, in letters and one for each word, as part of the shorter text's.
fn slow_run(one: &[&str], other: &[&str]) -> f64 {
    let letters = |words: &[&str]| words.iter().map(|word| word.len() + 1).sum::<usize>();
    let mut longest = 0;
    for from in 0..one.len() {
        for to in from + 1..=one.len() {
            let run = &one[from..to];
            if other.windows(run.len()).any(|window| window == run) {
                longest = longest.max(letters(run));
            }
        }
    }
    longest as f64 / letters(one).min(letters(other)).max(1) as f64
}

/// Words that the analyser leaves as they are.
const WORDS: [&str; 12] = [
    "lampu", "padam", "taman", "merah", "pohon", "tumbang", "sampah", "pasar", "banjir", "jembatan",
    "kucing", "hujan",
];

#[test]
fn evidence_outlives_its_bits() {
    let mut subjects = Subjects::new();
    let text = "lampu taman padam di Jalan Merah 5 RT 2 RW 3";
    let one = portrait(&mut subjects, text, "Jalan Merah 5", 4, "siti");
    let other = portrait(&mut subjects, "pohon tumbang", "Jalan Merah 7 RT 1", 9, "siti");
    let judgement = RelationModel::shipped().judge(&one, &other);
    let words: Vec<String> = judgement.evidence.words().collect();
    for expected in [
        "RT berbeda",
        "pelapor sama",
        "selisih 5 hari",
        "kelurahan atau desa sama",
        "hal yang disebut berbeda",
    ] {
        assert!(words.iter().any(|word| word == expected), "{words:?} lack {expected}");
    }
    assert_eq!(Evidence::from_bits(judgement.evidence.to_bits()), judgement.evidence);
    let both: Vec<String> = judgement.evidence.and(Evidence::OWN).words().collect();
    assert_eq!(both.first().unwrap(), "menanyakan laporannya sendiri");
    assert_eq!(both.get(1..).unwrap(), words);
    // Bits that another version may have set say nothing.
    assert_eq!(Evidence::from_bits(u32::MAX >> 1).words().count(), 23);
}

#[test]
fn damaged_bytes_are_no_portrait() {
    let mut subjects = Subjects::new();
    let bytes = portrait(&mut subjects, "lampu taman padam", "Jalan Merah 5", 4, "").to_bytes();
    let model = RelationModel::shipped();
    assert!(model.portrait_from(&bytes).is_some());
    for damaged in [&bytes[..bytes.len() / 2], b"", b"\xff\xff\xff\xff\xff"] {
        assert_eq!(model.portrait_from(damaged), None);
    }
    // Whatever stands there, it is read or refused.
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        if let Some(portrait) = model.portrait_from(&damaged) {
            assert!(model.judge(&portrait, &portrait).p.is_finite());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn it_is_the_same_from_either_side_and_from_bytes(
        texts in prop::collection::vec(prop::collection::vec(0..WORDS.len(), 0..40), 2),
        numbers in prop::collection::vec(0..20u16, 4),
        days in (1..28i8, 1..28i8),
    ) {
        let mut subjects = Subjects::new();
        let texts: Vec<Vec<&str>> = texts.iter().map(|text| text.iter().map(|at| WORDS[*at]).collect()).collect();
        let [a, b, c, d] = numbers[..] else { unreachable!() };
        let one = portrait(&mut subjects, &texts[0].join(" "), &format!("Jalan Melati {a} RT {b}"), days.0, "siti");
        let other = portrait(&mut subjects, &texts[1].join(" "), &format!("Jalan Melati {c} RW {d}"), days.1, "");
        let model = RelationModel::shipped();
        let (there, back) = (model.judge(&one, &other), model.judge(&other, &one));
        prop_assert!((there.p_same - back.p_same).abs() < 1e-5, "{there:?} {back:?}");
        prop_assert_eq!((there.relation, there.evidence), (back.relation, back.evidence));
        let again = model.portrait_from(&one.to_bytes()).unwrap();
        prop_assert_eq!(&again, &one);
        prop_assert_eq!(model.judge(&again, &other), there);
        let expected = slow_run(&texts[0], &texts[1]);
        for (one, other) in [(&one, &other), (&other, &one)] {
            let run = feature(one, other, "run");
            prop_assert!((run - expected).abs() < 1e-9, "{run} for {expected}: {texts:?}");
        }
    }
}

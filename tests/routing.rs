//! Decisions: the golden table, the tables they rest on, and that any complaint gets one.

use std::collections::BTreeMap;
use std::path::Path;

use pilah::complaint::Complaint;
use pilah::place::Gazetteer;
use pilah::routing::{Action, Decision, Directory, Flag, Instance, Jurisdiction, Triage};
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/decisions.csv");
const FUNCTIONS: &str = include_str!("../data/routing/offices.csv");

type Case = BTreeMap<String, String>;

fn cases() -> Vec<Case> {
    csv::Reader::from_reader(GOLDEN.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn decide<'m>(triage: &mut Triage<'m>, case: &Case) -> Decision<'m> {
    triage.decide(&Complaint {
        text: &case["text"],
        address: &case["address"],
        village: &case["village"],
        district: &case["district"],
        region: &case["region"],
        channel: case["channel"].parse().ok(),
        entry: &case["entry"],
        ..Complaint::default()
    })
}

/// What of a case the decision does not fulfil.
fn misses(case: &Case, decision: &Decision) -> Vec<&'static str> {
    let mut misses = Vec::new();
    let mut check = |what: &'static str, expected: &str, right: bool| {
        if !expected.is_empty() && !right {
            misses.push(what);
        }
    };
    let agency = decision.agency.as_ref();
    let action = serde_json::to_value(decision.action).unwrap();
    check("action", &case["action"], action == case["action"].as_str());
    check("type", &case["type"], decision.kind.label == case["type"]);
    check("function", &case["function"], decision.function.label == case["function"]);
    check("office", &case["office"], agency.is_some_and(|agency| agency.id == case["office"]));
    let place = decision.place.as_ref().map_or_else(String::new, |place| place.region.to_string());
    check("place", &case["place"], place == case["place"]);
    for flag in case["flags"].split('|').filter(|flag| !flag.is_empty()) {
        let (unwanted, name) = flag.strip_prefix('!').map_or((false, flag), |name| (true, name));
        let raised = decision.flags.iter().any(|raised| raised.name().starts_with(name));
        check("flags", flag, raised != unwanted);
    }
    for wanted in case["also"].split('|').filter(|wanted| !wanted.is_empty()) {
        let all = decision.agency.iter().chain(&decision.also).chain(&decision.alternatives);
        let found = all.into_iter().any(|agency| agency.id == wanted || agency.function == wanted);
        check("also", wanted, found);
    }
    misses
}

/// The floors are what was measured when the table was last worked on; they only ever rise.
#[test]
fn the_golden_table_is_met_as_far_as_it_was() {
    let mut whole = Triage::shipped();
    let instance =
        Instance::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances/surabaya.toml")).unwrap();
    let mut surabaya = Triage::of(&instance);
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    let mut report = Vec::new();
    for case in cases() {
        let triage = if case["instance"].is_empty() { &mut whole } else { &mut surabaya };
        let decision = decide(triage, &case);
        let misses = misses(&case, &decision);
        for what in ["action", "type", "function", "office", "place", "flags", "also"] {
            if !case[what].is_empty() {
                let (wanted, right) = counts.entry(what).or_default();
                *wanted += 1;
                *right += usize::from(!misses.contains(&what));
            }
        }
        if !misses.is_empty() {
            let agency = decision.agency.map_or_else(String::new, |agency| agency.id.clone());
            let place = decision.place.map_or_else(String::new, |place| place.region.to_string());
            let Decision { action, kind, flags, .. } = decision;
            report.push(format!(
                "{} {misses:?}: {agency} {place} {action:?} {} {flags:?}",
                case["id"], kind.label
            ));
        }
    }
    let shares: BTreeMap<&str, f64> =
        counts.iter().map(|(what, (wanted, right))| (*what, *right as f64 / *wanted as f64)).collect();
    let report = report.join("\n");
    println!("{counts:?}\n{report}");
    for (what, floor) in FLOORS {
        assert!(shares[what] >= floor, "{what}: {:.3}, but it was {floor}\n{report}", shares[what]);
    }
}

const FLOORS: [(&str, f64); 7] = [
    ("action", 0.85),
    ("type", 0.92),
    ("function", 0.97),
    ("office", 0.97),
    ("place", 1.0),
    ("flags", 0.98),
    ("also", 0.78),
];

/// One text, four roads: the words on the road's status choose the office.
#[test]
fn the_status_of_a_road_chooses_the_office() {
    let mut triage = Triage::shipped();
    let mut office = |text: &str| {
        let decision = triage.decide(&Complaint { text, region: "33.74", ..Complaint::default() });
        (
            decision.agency.unwrap().id.clone(),
            decision.alternatives.into_iter().map(|agency| agency.id.clone()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(office("Jalan nasional rusak parah dan berlubang, mohon diperbaiki").0, "pekerjaan-umum@00");
    assert_eq!(office("Jalan provinsi rusak parah dan berlubang, mohon diperbaiki").0, "pekerjaan-umum@33");
    let (agency, others) = office("Jalan rusak parah dan berlubang, mohon diperbaiki");
    assert_eq!(agency, "pekerjaan-umum@33.74");
    for other in ["pekerjaan-umum@33", "pekerjaan-umum@00"] {
        assert!(others.contains(&other.to_owned()), "{others:?}");
    }
}

/// Offices of the worked example carry the names that the city gives them, villages' and districts' included.
#[test]
fn an_instance_names_its_own_offices() {
    let instance =
        Instance::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances/surabaya.toml")).unwrap();
    let mut triage = Triage::of(&instance);
    let mut name = |text: &str, village: &str, district: &str| {
        let complaint = Complaint { text, village, district, ..Complaint::default() };
        triage.decide(&complaint).agency.map(|agency| agency.name.clone()).unwrap_or_default()
    };
    let water = "Air PDAM mati sudah tiga hari, mohon dicek pipanya";
    assert_eq!(name(water, "", ""), "Bagian Perekonomian dan Sumber Daya Alam");
    let village = "Pelayanan kantor kelurahan lambat, petugas kelurahan tidak ada di tempat, surat pengantar RT RW ditolak";
    assert_eq!(name(village, "Wonorejo", "Rungkut"), "Kelurahan Wonorejo - Rungkut");
    assert_eq!(name(village, "Wonorejo", "Tegalsari"), "Kelurahan Wonorejo-Tegalsari");
}

/// A QR code's office is taken where the text leaves it open; where it does not, that is said.
#[test]
fn an_entry_point_is_favoured_but_not_believed_against_the_text() {
    let mut triage = Triage::shipped();
    let mut decide = |text: &str| {
        let decision =
            triage.decide(&Complaint { text, entry: "kesehatan", region: "33.74", ..Complaint::default() });
        (decision.agency.unwrap().function.clone(), decision.flags)
    };
    assert_eq!(decide("Antrean di sini lama sekali, mohon ditambah petugasnya").0, "kesehatan");
    let (function, flags) = decide("Jalan berlubang dan rusak parah, mohon segera ditambal aspalnya");
    assert_eq!(function, "pekerjaan-umum");
    assert!(flags.contains(&Flag::EntryMismatch), "{flags:?}");
    let text = "Antrean di sini lama sekali, mohon ditambah petugasnya";
    let decision =
        triage.decide(&Complaint { text, entry: "qr-entah", region: "33.74", ..Complaint::default() });
    assert!(decision.flags.contains(&Flag::EntryUnknown), "{:?}", decision.flags);
}

#[test]
fn the_tables_are_sound() {
    let directory = Directory::shipped();
    let functions: std::collections::BTreeSet<&str> =
        FUNCTIONS.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(functions.len() >= 43, "{functions:?}");
    for ruling in Jurisdiction::shipped().rulings() {
        assert!(functions.contains(ruling.function.as_str()), "{}: {}", ruling.id, ruling.function);
        assert!(!ruling.reason.is_empty() && !ruling.source.is_empty(), "{}", ruling.id);
    }
    for region in Gazetteer::shipped().children("35".parse().unwrap()) {
        let office = directory.office("perhubungan", region).unwrap();
        assert!(office.name.contains(&*Gazetteer::shipped().full_name(region).unwrap()), "{office:?}");
    }
}

#[test]
fn nothing_said_is_asked_for() {
    let mut triage = Triage::shipped();
    for text in ["", "   ", "pak", "🙏🙏"] {
        let decision = triage.decide(&Complaint { text, ..Complaint::default() });
        assert!(matches!(decision.action, Action::Incomplete | Action::OutOfScope), "{text:?}: {decision:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_complaint_gets_a_decision(
        text in prop_oneof![any::<String>(), "[a-zA-Z0-9@.,<>&' \\n]{0,300}"],
        address in any::<String>(),
        village in "\\PC{0,20}",
        region in prop_oneof!["[0-9.]{0,14}", "\\PC{0,12}"],
    ) {
        let complaint = Complaint { text: &text, address: &address, village: &village, region: &region, ..Complaint::default() };
        let decision = Triage::shipped().decide(&complaint);
        prop_assert!(serde_json::to_string(&decision).is_ok());
        prop_assert!((0.0..=1.0).contains(&decision.kind.p));
    }
}

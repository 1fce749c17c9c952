//! A store's history and what people decided, made into a model.
#![cfg(feature = "store")]
#![allow(missing_docs)]

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use pilah::complaint::{Complaint, Id, ReportType, Status};
use pilah::engine::{Engine, Options, RetrainOptions, Retrained, Submission, Writer};
use pilah::ledger::{Correction, Event, Fact, Office};
use pilah::model::Head;
use pilah::routing::{Instance, Triage};
use pilah::{Error, ErrorKind};
use serde::Deserialize;
use tempfile::TempDir;

#[derive(Deserialize)]
struct Sample {
    text: String,
    function: String,
}

/// Kinds of complaints that are frequent in the sample, and who is to have them from now on.
const MOVED: [(&str, &str); 8] = [
    ("pekerjaan-umum", "pekerjaan-umum"),
    ("perhubungan", "kominfo"),
    ("air-minum", "esdm"),
    ("lingkungan-hidup", "lingkungan-hidup"),
    ("trantibum", "kesbangpol"),
    ("dukcapil", "dukcapil"),
    ("sosial", "perumahan"),
    ("kesehatan", "kesehatan"),
];

/// Some 300 texts of these kinds, with the kind of each.
fn texts() -> Vec<(String, &'static str)> {
    let samples = include_str!("../data/sample.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Sample>(line).unwrap());
    let samples: Vec<Sample> = samples.collect();
    let ends = ["", " Mohon segera ditangani ya pak.", " Terima kasih atas perhatiannya min."];
    let of_end = |end: &'static str| {
        let samples = samples.iter();
        samples.filter_map(move |sample| {
            let (kind, _) = MOVED.iter().find(|(kind, _)| *kind == sample.function)?;
            Some((format!("{}{end}", sample.text), *kind))
        })
    };
    ends.into_iter().flat_map(of_end).collect()
}

fn moved(kind: &str) -> &'static str {
    MOVED.iter().find(|(known, _)| *known == kind).unwrap().1
}

fn at(minutes: usize) -> DateTime {
    date(2024, 1, 1).at(0, 0, 0, 0) + Duration::from_secs(60 * minutes as u64)
}

/// A store with all texts; of each `decide` says what happened to it.
fn store(decide: impl Fn(usize, &'static str) -> Vec<Fact>) -> (TempDir, Engine) {
    filled(|_, _| (), decide)
}

fn filled(
    change: impl Fn(usize, &mut Complaint<'_>),
    decide: impl Fn(usize, &'static str) -> Vec<Fact>,
) -> (TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(Options::default()).unwrap();
    let mut events = Vec::new();
    for (at_row, (text, kind)) in texts().iter().enumerate() {
        // Kinds stand together in the sample, and are to be mixed in time.
        let minutes = at_row * 97 % texts().len();
        let mut complaint = Complaint { text, ..Complaint::default() };
        change(at_row, &mut complaint);
        let id: Id = format!("t:{at_row}").parse().unwrap();
        let submission = Submission { received: Some(at(minutes)), ..Submission::new(id.clone(), complaint) };
        writer.submit(&submission).unwrap();
        events
            .extend(decide(at_row, kind).into_iter().zip(1..).map(|(fact, second)| event(&id, fact, second)));
    }
    writer.sync(events).unwrap();
    writer.close().unwrap();
    (folder, engine)
}

/// What happened so many seconds from now: after the decision, and in this order.
fn event(id: &Id, fact: Fact, seconds: u64) -> Event {
    let at = Timestamp::now() + Duration::from_secs(seconds);
    Event { complaint: id.clone(), at, by: "admin".to_owned(), fact }
}

fn to_function(function: &str) -> Fact {
    Fact::Corrected(Correction { function: Some(function.to_owned()), ..Correction::default() })
}

fn to_office(id: &str) -> Fact {
    Fact::Assigned { agency: Office { id: id.to_owned(), name: String::new() } }
}

fn options() -> RetrainOptions<'static> {
    RetrainOptions { min_count: 5, ..RetrainOptions::default() }
}

fn sources(retrained: &Retrained, head: &str) -> [u64; 4] {
    let head = retrained.report.heads.iter().find(|known| known.head == head).unwrap();
    [head.sources.corrected, head.sources.accepted, head.sources.stated, head.sources.bounced]
}

#[test]
fn what_people_moved_is_sent_where_they_moved_it() {
    let (_folder, engine) = store(|_, kind| vec![to_function(moved(kind))]);
    let retrained = engine.retrain(&options(), |_| ()).unwrap();
    assert_eq!(retrained.report.worse, [""; 0]);
    let model = retrained.bundle.as_ref().unwrap();
    let names: Vec<&str> = model.heads().iter().map(Head::name).collect();
    assert_eq!(names, ["function"]);
    assert_eq!(retrained.report.comparison.heads[0].head, "function");
    let function = sources(&retrained, "function");
    assert_eq!(function[1..], [0, 0, 0]);
    assert_eq!(function[0] + retrained.report.copies, texts().len() as u64);
    let text = "Lampu jalan di depan gang kami mati total, gelap sekali";
    let complaint = Complaint { text, ..Complaint::default() };
    assert_eq!(Triage::shipped().decide(&complaint).function.label, "perhubungan");
    assert_eq!(Triage::with_model(model, Instance::shipped()).decide(&complaint).function.label, "kominfo");
    // The same store gives the same bytes, and the ones that are read again are the same model.
    let again = Engine::open(engine.folder()).unwrap().retrain(&options(), |_| ()).unwrap();
    assert_eq!(again.bundle.unwrap().to_bytes(), model.to_bytes());
    assert_eq!(again.report, retrained.report);
}

#[test]
fn a_worse_model_is_refused_unless_it_is_forced() {
    // Labels without any sense.
    let kinds: Vec<&str> = MOVED.iter().map(|(kind, _)| *kind).collect();
    let (_folder, engine) = store(|at, kind| {
        let newest = at * 97 % texts().len() >= texts().len() * 8 / 10;
        vec![to_function(if newest { kind } else { kinds[at * 31 % 7 % kinds.len()] })]
    });
    let refused = engine.retrain(&options(), |_| ()).unwrap();
    assert!(refused.bundle.is_none() && refused.report.model.is_none());
    assert!(refused.report.worse[0].contains("`function`"), "{:?}", refused.report.worse);
    let forced = engine.retrain(&RetrainOptions { force: true, ..options() }, |_| ()).unwrap();
    assert_eq!(forced.report.worse, refused.report.worse);
    assert_eq!(forced.report.model, forced.bundle.map(|model| model.id()));
}

#[test]
fn a_model_that_knows_too_little_is_refused() {
    // Two kinds are decided about, all others are left as they are.
    let (_folder, engine) = store(|_, kind| match kind {
        "dukcapil" | "pekerjaan-umum" => vec![to_function(kind)],
        _ => vec![],
    });
    let refused = engine.retrain(&options(), |_| ()).unwrap();
    assert!(refused.report.narrowed[0].share > 0.5, "{:?}", refused.report.narrowed);
    assert!(refused.bundle.is_none());
}

#[test]
fn an_office_that_sends_back_counts_against_itself() {
    let (light, office) = ("perhubungan", "perhubungan@35.78");
    let p = |bounced: bool| {
        let (_folder, engine) = store(|at, kind| match kind {
            kind if kind == light && at % 3 > 0 => {
                if bounced {
                    vec![Fact::Bounced { agency: office.to_owned(), reason: String::new() }]
                } else {
                    vec![]
                }
            }
            kind => vec![to_office(&format!("{kind}@35.78"))],
        });
        let retrained = engine.retrain(&RetrainOptions { force: true, ..options() }, |_| ()).unwrap();
        assert_eq!(sources(&retrained, "function")[3] > 0, bounced);
        assert!(sources(&retrained, "function")[1] > 100);
        let model = retrained.bundle.unwrap();
        let mut classifier = model.classifier();
        let answer = classifier.classify("Lampu jalan di depan gang kami mati total, gelap sekali");
        let head = answer.head("function").unwrap();
        let class = head.head().labels().iter().position(|label| label == light).unwrap();
        head.probabilities()[class]
    };
    let (before, after) = (p(false), p(true));
    assert!(after < before - 0.1, "{before} {after}");
}

#[test]
fn what_was_sent_back_is_no_truth_any_more() {
    let agency = || Office { id: "perhubungan@35.78".to_owned(), name: String::new() };
    let bounced = || Fact::Bounced { agency: agency().id, reason: String::new() };
    let seen = |facts: fn(&dyn Fn() -> Fact) -> Vec<Fact>| {
        let (_folder, engine) = store(|_, kind| match kind {
            "perhubungan" => facts(&bounced),
            kind => vec![to_function(kind)],
        });
        let retrained = engine.retrain(&RetrainOptions { force: true, ..options() }, |_| ()).unwrap();
        let model = retrained.bundle.as_ref().unwrap();
        let known = model.heads()[0].labels().iter().any(|label| label == "perhubungan");
        (known, sources(&retrained, "function")[3] > 0)
    };
    assert_eq!(seen(|_| vec![to_office("perhubungan@35.78")]), (true, false));
    assert_eq!(seen(|bounced| vec![to_office("perhubungan@35.78"), bounced()]), (false, true));
    assert_eq!(seen(|bounced| vec![bounced(), to_office("perhubungan@35.78")]), (true, false));
    assert_eq!(
        seen(|bounced| {
            let agency = Some(Office { id: "perhubungan@35.78".to_owned(), name: String::new() });
            vec![Fact::Corrected(Correction { agency, ..Correction::default() }), bounced()]
        }),
        (false, true)
    );
}

#[test]
fn what_a_machine_decided_is_learned_once_an_office_acts_on_it() {
    let closed = |_: usize, _: &'static str| vec![Fact::Status { status: Status::Closed }];
    let placed = |_: usize, complaint: &mut Complaint<'_>| complaint.village = "35.78.09.1001";
    let (_folder, engine) = filled(placed, closed);
    let retrained = engine.retrain(&RetrainOptions { force: true, ..options() }, |_| ()).unwrap();
    let [corrected, accepted, stated, _] = sources(&retrained, "function");
    assert!(corrected == 0 && stated == 0 && accepted > 50, "{accepted}");
    let (_folder, engine) = filled(placed, |_, _| vec![]);
    assert_eq!(engine.retrain(&options(), |_| ()).unwrap_err().kind(), ErrorKind::Training);
}

#[test]
fn corrected_beats_accepted_beats_stated() {
    let state = |_: usize, complaint: &mut Complaint<'_>| {
        complaint.stated_type = Some(ReportType::Supervision);
        complaint.stated_category = "Agama";
        complaint.sent_to = "Dinas Kesehatan Kota Surabaya";
    };
    let (_folder, engine) = filled(state, |at, kind| match at % 3 {
        0 => vec![to_function(moved(kind)), to_office("sosial@35.78")],
        1 => vec![to_office("sosial@35.78")],
        _ => vec![],
    });
    let options = RetrainOptions { force: true, ..options() };
    let retrained = engine.retrain(&options, |_| ()).unwrap();
    let [corrected, accepted, stated, _] = sources(&retrained, "function");
    assert!([corrected, accepted, stated].iter().all(|&count| count.abs_diff(texts().len() as u64 / 3) < 40));
    assert!(sources(&retrained, "category")[2] > 200);
    let category = retrained.report.heads.iter().find(|head| head.head == "category").unwrap();
    assert_eq!((category.labels, category.trained), (1, false));
}

#[test]
fn confidential_reports_are_left_out_unless_asked_for() {
    let (_folder, engine) = filled(
        |at, complaint| complaint.confidential = at % 4 == 0,
        |_, kind| vec![to_function(moved(kind))],
    );
    let without = engine.retrain(&RetrainOptions { force: true, ..options() }, |_| ()).unwrap();
    assert_eq!(without.report.confidential, texts().len().div_ceil(4) as u64);
    let with =
        engine.retrain(&RetrainOptions { force: true, confidential: true, ..options() }, |_| ()).unwrap();
    assert_eq!(with.report.confidential, 0);
    assert!(sources(&with, "function")[0] > sources(&without, "function")[0]);
}

#[test]
fn too_little_is_said_with_figures_and_advice() {
    let (_folder, engine) = store(|at, kind| if at < 30 { vec![to_function(kind)] } else { vec![] });
    let error = |options: &RetrainOptions<'_>| -> Error { engine.retrain(options, |_| ()).unwrap_err() };
    let little = error(&RetrainOptions::default());
    assert_eq!(little.kind(), ErrorKind::Training);
    for part in ["complaints with 8 labels", "20 different texts", "pilah correct", "--min-count"] {
        assert!(little.to_string().contains(part), "{little}");
    }
    let late = RetrainOptions { since: Some(date(2030, 1, 1).at(0, 0, 0, 0)), ..options() };
    assert!(error(&late).to_string().contains("in 0 complaints"));
    assert_eq!(error(&RetrainOptions { newest: 0.9, ..options() }).kind(), ErrorKind::Parameter);
    assert_eq!(error(&RetrainOptions { min_count: 1, ..options() }).kind(), ErrorKind::Parameter);
}

#[test]
fn a_city_learns_its_offices_and_its_places() {
    let surabaya = Instance::load("data/instances/surabaya.toml").unwrap();
    let villages = ["35.78.09.1001", "35.78.08.1002"];
    let (_folder, engine) = store(|at, kind| {
        let region = Some(villages[at % 2].to_owned());
        vec![
            to_office(&format!("{kind}@35.78")),
            Fact::Corrected(Correction { region, ..Correction::default() }),
        ]
    });
    let options = RetrainOptions { instance: Some(&surabaya), force: true, ..options() };
    let retrained = engine.retrain(&options, |_| ()).unwrap();
    let model = retrained.bundle.unwrap();
    let names: Vec<&str> = model.heads().iter().map(Head::name).collect();
    assert_eq!(names, ["agency", "function", "village", "district"]);
    let agency = model.heads()[0].labels().iter();
    let found: Vec<_> = agency.map(|label| surabaya.directory().find(label).unwrap().id()).collect();
    assert!(found.contains(&"perhubungan@35.78".to_owned()), "{found:?}");
    assert_eq!(model.heads()[2].labels(), ["35.78.08.1002", "35.78.09.1001"]);
}

/// The store is read while another has it open to write.
#[test]
fn a_writer_is_not_in_the_way() {
    let (_folder, engine) = store(|_, kind| vec![to_function(moved(kind))]);
    let writer: Writer<'_> = engine.writer(Options::default()).unwrap();
    assert!(engine.retrain(&options(), |_| ()).unwrap().bundle.is_some());
    writer.close().unwrap();
}

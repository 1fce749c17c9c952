//! The ledger against a slow twin that keeps a list and folds it: random histories in any order and grouping, with replays.
#![cfg(feature = "store")]
#![allow(missing_docs)]

#[path = "ledger/twin.rs"]
mod twin;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use jiff::Timestamp;
use pilah::ErrorKind;
use pilah::complaint::{Complaint, Status};
use pilah::ledger::{
    Correction, Durability, Event, Fact, Ledger, LedgerReader, Office, Outcome, Packer, Place, Prepared,
    Record, Version,
};
use pilah::routing::{Decision, Instance, Triage};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;
use twin::Twin;

const TEXTS: [&str; 3] = [
    "Lampu jalan mati di gang kami",
    "Sampah menumpuk di tepi sungai",
    "Mohon jadwal perpanjangan kartu keluarga",
];
const IDS: usize = 4;

/// One thing that becomes known, with ids by number; times are seconds.
#[derive(Debug, Clone)]
enum Op {
    Submit { id: usize, text: usize, confidential: bool, at: Option<u8>, also: Option<usize> },
    Tell { id: usize, at: u8, by: &'static str, fact: Told },
}

#[derive(Debug, Clone)]
enum Told {
    Fact(Fact),
    Same(usize),
}

fn said(text: usize, confidential: bool) -> Complaint<'static> {
    Complaint { text: TEXTS[text], village: "Mojo", region: "35.78", confidential, ..Complaint::default() }
}

fn version(text: usize, confidential: bool) -> Version {
    let received = Some(format!("2024-03-0{}T10:00", text + 1).parse().unwrap());
    Version { received, ..Version::of(&said(text, confidential)) }
}

fn decisions() -> Vec<Decision<'static>> {
    let mut triage = Triage::of(Instance::shipped());
    (0..TEXTS.len()).map(|text| triage.decide(&said(text, false))).collect()
}

/// A ledger, and an index that follows it.
struct Book {
    _folder: TempDir,
    ledger: Ledger,
    reader: LedgerReader,
    packer: Packer,
    decisions: Vec<Decision<'static>>,
    recorded: i64,
    followed: (u64, BTreeMap<u64, Record>),
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let ledger = Ledger::open(&path, Durability::Process).unwrap();
        let (reader, packer) =
            (LedgerReader::open(&path).unwrap(), Packer::new(ledger.dictionary()).unwrap());
        let (decisions, followed) = (decisions(), (0, BTreeMap::new()));
        Self { _folder: folder, ledger, reader, packer, decisions, recorded: 250_000, followed }
    }

    /// Applies a group; ids begin with the case's number.
    fn apply(&mut self, case: u32, ops: &[Op], twin: &mut Twin) -> Vec<Place> {
        let mut group = self.ledger.begin().unwrap();
        let name = |id: usize| format!("{case}:{id}").parse().unwrap();
        let second = |at: u8| Timestamp::from_second(at.into()).unwrap();
        let mut places = Vec::new();
        for op in ops {
            self.recorded += 500_000;
            let recorded = Timestamp::from_microsecond(self.recorded).unwrap();
            let place = match op {
                Op::Submit { id, text, confidential, at, also } => {
                    let (also, at) = (also.iter().copied().map(name).collect(), at.map(second));
                    let said = version(*text, *confidential);
                    twin.submit(*id, &said, at, recorded, *text, &also_of(op));
                    let decision = &self.decisions[*text];
                    let new = Prepared::new(name(*id), also, at, said, decision, &mut self.packer).unwrap();
                    group.submit(&new, recorded).unwrap()
                }
                Op::Tell { id, at, by, fact } => {
                    let (complaint, at, by) = (name(*id), second(*at), (*by).to_owned());
                    let (fact, other) = match fact {
                        Told::Fact(fact) => (fact.clone(), None),
                        Told::Same(other) => (Fact::Same { id: name(*other) }, Some(*other)),
                    };
                    twin.tell(*id, &fact, at, &by, other);
                    group.record(&Event { complaint, at, by, fact }, recorded, true).unwrap()
                }
            };
            places.push(place);
        }
        group.commit().unwrap();
        places
    }

    /// Follows as an index does, so many lines at a time.
    fn follow(&mut self, limit: u64) {
        let (at, records) = &mut self.followed;
        let changes = self.reader.changes(*at, limit).unwrap();
        *at = changes.upto;
        for gone in changes.gone {
            records.remove(&gone);
        }
        records.extend(changes.records.into_iter().map(|record| (record.number, record)));
    }

    fn record(&mut self, case: u32, id: usize) -> Option<Record> {
        let number = self.reader.number_of(&format!("{case}:{id}")).unwrap()?;
        self.reader.record(number).unwrap()
    }

    /// What a complaint is, without places and numbers, which depend on the order.
    fn stands(&mut self, case: u32, id: usize) -> Option<String> {
        let Record { ids, mut state, said, .. } = self.record(case, id)?;
        let decision = self.reader.decision(state.decision).unwrap();
        (state.version, state.decision) = (0, 0);
        Some(format!("{ids:?} {state:?} {said:?} {decision}"))
    }

    #[track_caller]
    fn check_whole(&mut self) {
        let findings = self.reader.check(|_| ()).unwrap();
        assert_eq!(findings.wrong, [""; 0]);
    }
}

fn also_of(op: &Op) -> Vec<usize> {
    match op {
        Op::Submit { also, .. } => also.iter().copied().collect(),
        Op::Tell { .. } => Vec::new(),
    }
}

fn fact(offices: Vec<String>) -> impl Strategy<Value = Told> {
    let office = prop::sample::select(offices);
    let status = prop::sample::select(vec![Status::Verified, Status::InProgress, Status::Closed]);
    let named = |id: String| Office { id, name: String::new() };
    let correction =
        (prop::option::of(office.clone()), 0..3_usize, 0..3_usize).prop_map(move |(agency, what, action)| {
            Correction {
                agency: agency.map(named),
                function: (what == 1).then(|| "perhubungan".to_owned()),
                region: (what == 2).then(|| "35.78.08".to_owned()),
                action: [Some("review"), Some("incomplete"), None][action].map(str::to_owned),
                category: (what == 0).then(|| "Topik Lainnya".to_owned()),
                ..Correction::default()
            }
        });
    prop_oneof![
        3 => status.prop_map(|status| Told::Fact(Fact::Status { status })),
        3 => office.clone().prop_map(move |id| Told::Fact(Fact::Assigned { agency: named(id) })),
        3 => office.prop_map(|agency| Told::Fact(Fact::Bounced { agency, reason: String::new() })),
        3 => correction.prop_map(|correction| Told::Fact(Fact::Corrected(correction))),
        1 => Just(Told::Fact(Fact::Note { text: "Pelapor menelepon".into() })),
        3 => (0..IDS).prop_map(Told::Same),
    ]
}

fn op(timed: bool, offices: Vec<String>) -> impl Strategy<Value = Op> {
    let at = if timed { (0..8_u8).prop_map(Some).boxed() } else { prop::option::of(0..8_u8).boxed() };
    let also = prop_oneof![4 => Just(None), 1 => (0..IDS).prop_map(Some)];
    let submit = (0..IDS, 0..TEXTS.len(), any::<bool>(), at, also)
        .prop_map(|(id, text, confidential, at, also)| Op::Submit { id, text, confidential, at, also });
    let tell = (0..IDS, 0..8_u8, prop::sample::select(vec!["", "admin"]), fact(offices))
        .prop_map(|(id, at, by, fact)| Op::Tell { id, at, by, fact });
    prop_oneof![2 => submit, 3 => tell]
}

/// Sizes of groups, and how many lines the index reads after each.
type Groups = Vec<(usize, u64)>;

fn groups() -> impl Strategy<Value = Groups> {
    prop::collection::vec((1..5_usize, 0..6_u64), 1..6)
}

/// Applies a history group by group, checks every complaint against the twin, and that all of it again adds nothing.
fn play(book: &mut Book, case: u32, ops: &[Op], groups: &Groups) {
    let mut twin = Twin::new(IDS, &book.decisions);
    let (mut rest, mut sizes) = (ops, groups.iter().cycle());
    while !rest.is_empty() {
        let (size, limit) = *sizes.next().unwrap();
        let (group, later) = rest.split_at(size.min(rest.len()));
        book.apply(case, group, &mut twin);
        if limit > 0 {
            book.follow(limit);
        }
        rest = later;
    }
    for id in 0..IDS {
        let record = book.record(case, id);
        let told = record.map(|record| twin::shown(&record.state, &record.said, &record.ids));
        assert_eq!(told, twin.stands(case, id), "complaint {id}");
    }
    let last = book.ledger.last();
    let again = book.apply(case, ops, &mut twin);
    assert!(again.iter().all(|place| place.outcome == Outcome::Known), "{again:?}");
    assert_eq!(book.ledger.last(), last, "a replay added lines");
}

fn offices() -> Vec<String> {
    let mut offices: Vec<String> =
        decisions().iter().filter_map(|decision| Some(decision.agency.as_ref()?.id.clone())).collect();
    offices.push("kesehatan@35.78".into());
    offices.sort();
    offices.dedup();
    offices
}

#[test]
fn any_order_and_grouping_ends_in_the_same_state() {
    let (book, other, case) = (RefCell::new(Book::new()), RefCell::new(Book::new()), Cell::new(0));
    let history = prop::collection::vec(op(true, offices()), 1..14);
    let shuffled = history.prop_flat_map(|ops| {
        // Some of them twice.
        let twice: Vec<Op> = ops.iter().chain(ops.iter().step_by(3)).cloned().collect();
        (Just(ops), Just(twice).prop_shuffle())
    });
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let run = runner.run(&(shuffled, groups(), groups()), |((ops, shuffled), groups, others)| {
        let (mut book, mut other) = (book.borrow_mut(), other.borrow_mut());
        case.set(case.get() + 1);
        play(&mut book, case.get(), &ops, &groups);
        play(&mut other, case.get(), &shuffled, &others);
        for id in 0..IDS {
            assert_eq!(book.stands(case.get(), id), other.stands(case.get(), id), "complaint {id}");
        }
        Ok(())
    });
    run.unwrap();
    finish(book.into_inner());
    finish(other.into_inner());
}

#[test]
fn versions_without_times_count_as_they_come() {
    let (book, case) = (RefCell::new(Book::new()), Cell::new(0));
    let history = prop::collection::vec(op(false, offices()), 1..14);
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let run = runner.run(&(history, groups()), |(ops, groups)| {
        let mut book = book.borrow_mut();
        case.set(case.get() + 1);
        // The times of records begin anew beside those of events.
        book.recorded = 250_000;
        play(&mut book, case.get(), &ops, &groups);
        Ok(())
    });
    run.unwrap();
    finish(book.into_inner());
}

/// The ledger is whole, and an index that followed in steps holds what stands in it.
fn finish(mut book: Book) {
    while book.followed.0 < book.ledger.last() {
        book.follow(7);
    }
    book.check_whole();
    let numbers: Vec<u64> = book.followed.1.keys().copied().collect();
    for number in &numbers {
        assert_eq!(book.reader.record(*number).unwrap().as_ref(), book.followed.1.get(number));
    }
    assert_eq!(book.reader.tally().unwrap().complaints, numbers.len() as u64);
}

fn submit(id: usize, text: usize, at: Option<u8>) -> Op {
    Op::Submit { id, text, confidential: false, at, also: None }
}

fn tell(id: usize, at: u8, fact: Fact) -> Op {
    Op::Tell { id, at, by: "admin", fact: Told::Fact(fact) }
}

/// What becomes of each of these.
#[track_caller]
fn check(ops: &[Op], expected: &[Outcome]) -> Book {
    let mut book = Book::new();
    let mut twin = Twin::new(IDS, &book.decisions);
    let places = book.apply(0, ops, &mut twin);
    assert_eq!(places.iter().map(|place| place.outcome).collect::<Vec<_>>(), expected);
    book.check_whole();
    play(&mut book, 1, ops, &vec![(1, 1)]);
    book
}

#[test]
fn the_same_id_is_one_complaint() {
    use Outcome::{Changed, Known, New};
    check(&[submit(0, 0, None), submit(0, 0, None)], &[New, Known]);
    let mut book = check(&[submit(0, 0, None), submit(0, 1, None)], &[New, Changed]);
    assert_eq!(book.record(0, 0).unwrap().said.text, TEXTS[1]);
    // Back to what it was, without a time: that was known. With a time it counts.
    let mut book =
        check(&[submit(0, 0, None), submit(0, 1, None), submit(0, 0, None)], &[New, Changed, Known]);
    assert_eq!(book.record(0, 0).unwrap().said.text, TEXTS[1]);
    let mut book = check(
        &[submit(0, 0, Some(1)), submit(0, 1, Some(2)), submit(0, 0, Some(3))],
        &[New, Changed, Changed],
    );
    assert_eq!(book.record(0, 0).unwrap().said.text, TEXTS[0]);
    // The later time counts, whichever comes first.
    let mut book = check(&[submit(0, 0, Some(5)), submit(0, 1, Some(2))], &[New, Changed]);
    assert_eq!(book.record(0, 0).unwrap().said.text, TEXTS[0]);
}

#[test]
fn events_may_come_before_their_complaint() {
    let closed = Fact::Status { status: Status::Closed };
    let mut book = check(&[tell(0, 3, closed), submit(0, 0, None)], &[Outcome::Changed, Outcome::New]);
    assert_eq!(book.record(0, 0).unwrap().state.status, Status::Closed);
    // Or never.
    let mut book = check(&[tell(0, 3, Fact::Note { text: "menyusul".into() })], &[Outcome::Changed]);
    assert_eq!(book.record(0, 0), None);
}

#[test]
fn an_unknown_id_and_a_link_to_itself_are_refused() {
    let mut book = Book::new();
    let event = |id: &str, fact| Event {
        complaint: id.parse().unwrap(),
        at: Timestamp::UNIX_EPOCH,
        by: String::new(),
        fact,
    };
    let mut group = book.ledger.begin().unwrap();
    let error = group
        .record(&event("tidak-ada", Fact::Note { text: "?".into() }), Timestamp::now(), false)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert!(error.to_string().contains("`tidak-ada`"), "{error}");
    drop(group);
    book.apply(0, &[submit(0, 0, None)], &mut Twin::new(IDS, &decisions()));
    let mut group = book.ledger.begin().unwrap();
    let same = event("0:0", Fact::Same { id: "0:0".parse().unwrap() });
    assert_eq!(group.record(&same, Timestamp::now(), false).unwrap_err().kind(), ErrorKind::Parameter);
    drop(group);
    assert_eq!(book.ledger.last(), 2, "a group that was dropped left something");
    book.check_whole();
}

#[test]
fn links_make_one_complaint_of_several() {
    use Outcome::{Changed, New};
    let link = |id, at, other| Op::Tell { id, at, by: "admin", fact: Told::Same(other) };
    let office = |id: &str| Office { id: id.into(), name: String::new() };
    let ops = [
        submit(2, 0, Some(1)),
        submit(1, 1, Some(2)),
        submit(0, 2, Some(3)),
        tell(2, 4, Fact::Assigned { agency: office("kesehatan@35.78") }),
        tell(0, 5, Fact::Status { status: Status::Closed }),
        link(0, 6, 1),
        link(3, 6, 2),
        link(3, 7, 0),
    ];
    let mut book = check(&ops, &[New, New, New, Changed, Changed, Changed, Changed, Changed]);
    let records: Vec<Record> = (0..IDS).map(|id| book.record(0, id).unwrap()).collect();
    assert!(records.windows(2).all(|pair| pair[0] == pair[1]));
    let Record { ids, state, said, .. } = &records[0];
    assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0:0", "0:1", "0:2", "0:3"]);
    assert_eq!(
        (said.text.as_str(), state.status, state.agency.as_str()),
        (TEXTS[2], Status::Closed, "kesehatan@35.78")
    );
    assert_eq!(book.reader.tally().unwrap().complaints, 2, "of this and of the replay, one each");
}

/// Times are kept in microseconds; what comes again in nanoseconds is known all the same.
#[test]
fn a_replay_in_nanoseconds_is_known() {
    let mut book = Book::new();
    let at: Timestamp = "2024-03-01T10:00:00.123456789Z".parse().unwrap();
    for expected in [Outcome::New, Outcome::Known] {
        let mut group = book.ledger.begin().unwrap();
        let said = Version { received: None, ..version(0, false) };
        let new = Prepared::new(
            "a".parse().unwrap(),
            Vec::new(),
            Some(at),
            said,
            &book.decisions[0],
            &mut book.packer,
        );
        assert_eq!(group.submit(&new.unwrap(), at).unwrap().outcome, expected);
        let event = Event {
            complaint: "a".parse().unwrap(),
            at,
            by: String::new(),
            fact: Fact::Note { text: "x".into() },
        };
        let known = if expected == Outcome::New { Outcome::Changed } else { Outcome::Known };
        assert_eq!(group.record(&event, at, false).unwrap().outcome, known);
        group.commit().unwrap();
        // What was received when it was recorded, too, is as the ledger keeps it.
        book.check_whole();
    }
}

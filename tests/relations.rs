//! Who said the same, through the whole engine: receipts tell it, people stand above it, and a rebuilt store says what
//! one says that grew.
#![cfg(feature = "store")]
#![allow(missing_docs)]

mod stores;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use pilah::complaint::{Complaint, Status};
use pilah::engine::{Engine, IssueFilter, Options, Receipt, Submission, Writer, rebuild};
use pilah::ledger::{Event, Fact, Outcome};
use pilah::similar::Relation;
use proptest::prelude::*;
use stores::{Dice, options};

const LAMP: &str =
    "Lampu penerangan jalan umum di depan balai RW 3 Mojo Kidul padam sejak Senin malam, jalan gelap sekali";
const LAMP_AGAIN: &str =
    "PJU di depan balai RW 3 Mojo Kidul masih padam, mohon segera diperbaiki karena jalan gelap";
const WASTE: &str = "Tumpukan sampah di samping pasar Kenanga belum diangkut satu minggu dan berbau busuk";

fn complaint<'a>(text: &'a str, address: &'a str) -> Complaint<'a> {
    Complaint { text, address, village: "Mojo", district: "Gubeng", region: "35.78", ..Complaint::default() }
}

fn send<'m>(writer: &Writer<'m>, id: &str, day: i8, complaint: Complaint<'_>) -> Receipt<'m> {
    let received = Some(date(2024, 5, day).at(9, 0, 0, 0));
    writer.submit(&Submission { received, ..Submission::new(id.parse().unwrap(), complaint) }).unwrap()
}

fn tell(writer: &Writer<'_>, id: &str, fact: Fact) -> Outcome {
    let at = jiff::Timestamp::now();
    writer.record(Event { complaint: id.parse().unwrap(), at, by: "admin".into(), fact }).unwrap().outcome
}

/// The members of each cluster, by its name.
fn clusters(engine: &Engine) -> BTreeMap<u64, BTreeSet<String>> {
    let issues = engine.issues(&IssueFilter::default()).unwrap();
    issues
        .into_iter()
        .map(|issue| (issue.id, issue.members.iter().map(ToString::to_string).collect()))
        .collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn a_receipt_tells_who_said_it_before() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let first = send(&writer, "web:1", 6, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!((first.related.as_slice(), first.cluster), (&[][..], None));
    send(&writer, "web:2", 6, complaint(WASTE, "Pasar Kenanga"));
    let again = send(&writer, "sms:3", 7, complaint(LAMP, "Jalan Mojo Kidul 12"));
    let related = again.related.first().unwrap();
    assert_eq!((related.id.as_str(), related.relation), ("web:1", Relation::Duplicate));
    assert!(related.evidence.iter().any(|why| why == "teks sama"), "{:?}", related.evidence);
    assert!(related.evidence.iter().any(|why| why == "selisih 1 hari"), "{:?}", related.evidence);
    assert!(again.cluster.is_some());
    let third = send(&writer, "web:4", 9, complaint(LAMP_AGAIN, "Jalan Mojo Kidul 12"));
    assert!(third.related.iter().any(|related| related.relation.is_same_issue()), "{:?}", third.related);
    assert_eq!(third.cluster, again.cluster);
    // Before it is sent, an intake service can show the same.
    let found = engine
        .similar(&complaint(LAMP, "Jalan Mojo Kidul 12"), date(2024, 5, 10).at(9, 0, 0, 0), None)
        .unwrap();
    let found: BTreeSet<&str> = found.iter().map(|related| related.id.as_str()).collect();
    assert!(found.is_superset(&BTreeSet::from(["web:1", "sms:3", "web:4"])), "{found:?}");
    assert_eq!(engine.related("web:9").unwrap(), None);
    writer.close().unwrap();

    let issue = engine.issue_of("sms:3").unwrap().unwrap();
    assert_eq!((issue.size, issue.days, issue.function.as_str()), (3, 3, "perhubungan"));
    assert_eq!(issue.region, "35.78.08.1002");
    assert!(!issue.relapsed && !issue.pinned);
    assert!(!issue.title.contains(char::is_numeric), "{}", issue.title);
}

/// One who writes often about one neighbour made both their names words of a title.
#[test]
fn a_title_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let text = "Tetangga saya Zubairsyah selalu parkir mobil di jalan depan rumah, mengganggu warga. Hormat kami, Dewantarini";
    for day in 1..20 {
        send(&writer, &format!("web:{day}"), day, complaint(text, "Jalan Mojo Kidul 12"));
    }
    writer.close().unwrap();
    let issue = engine.issue_of("web:1").unwrap().unwrap();
    assert_eq!(issue.size, 19);
    for name in ["zubairsyah", "dewantarini"] {
        assert!(!issue.title.to_lowercase().contains(name), "{}", issue.title);
    }
    assert!(issue.title.contains("tetangga"), "{}", issue.title);
}

#[test]
fn what_a_confidential_report_says_is_related_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let confidential = Complaint { confidential: true, ..complaint(LAMP, "Jalan Mojo Kidul 12") };
    send(&writer, "web:1", 6, confidential);
    let open = send(&writer, "web:2", 6, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!((open.related.len(), open.cluster), (0, None));
    let hidden = send(&writer, "web:3", 6, confidential);
    assert_eq!((hidden.related.len(), hidden.cluster), (0, None));
    writer.close().unwrap();
    assert_eq!(engine.related("web:1").unwrap().unwrap(), []);
    let found = engine
        .similar(&complaint(LAMP, "Jalan Mojo Kidul 12"), date(2024, 5, 7).at(9, 0, 0, 0), None)
        .unwrap();
    assert_eq!(found.iter().map(|related| related.id.as_str()).collect::<Vec<_>>(), ["web:2"]);
}

/// A report that was open when it was related stood in clusters and relations with what its reporter had withdrawn since.
#[test]
fn what_becomes_confidential_later_is_shown_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    for day in 1..4 {
        send(&writer, &format!("web:{day}"), day, complaint(LAMP, "Jalan Mojo Kidul 12"));
    }
    assert_eq!(clusters(&engine).into_values().collect::<Vec<_>>(), [set(&["web:1", "web:2", "web:3"])]);
    let withdrawn = Complaint { confidential: true, ..complaint(LAMP, "Jalan Mojo Kidul 12") };
    send(&writer, "web:2", 2, withdrawn);
    writer.close().unwrap();
    assert_eq!(clusters(&engine).into_values().collect::<Vec<_>>(), [set(&["web:1", "web:3"])]);
    assert_eq!(engine.related("web:2").unwrap().unwrap(), []);
    assert_eq!(relations(&engine, "web:3"), [("web:1".to_owned(), Relation::Duplicate)]);
}

#[test]
fn who_cites_a_number_follows_up() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    send(&writer, "sp4n:8112829", 1, complaint(WASTE, ""));
    let text = "Laporan no. 8112829 dan 8588371 belum ditindaklanjuti, bagaimana kelanjutannya?";
    let receipt = send(&writer, "sp4n:9000001", 20, complaint(text, ""));
    let cited: Vec<_> = receipt.related.iter().filter(|one| one.relation == Relation::FollowUp).collect();
    assert_eq!(cited.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["sp4n:8112829"]);
    assert_eq!(cited[0].evidence, ["nomor laporan disebut"]);
    assert_eq!(receipt.cluster, None, "a question about a report is no report of the issue");
}

#[test]
fn people_stand_above_the_machine_also_when_all_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    for (at, id) in ["a:1", "a:2", "a:3", "a:4"].into_iter().enumerate() {
        send(&writer, id, 1 + at as i8, complaint(LAMP, "Jalan Mojo Kidul 12"));
    }
    send(&writer, "b:1", 3, complaint(WASTE, "Pasar Kenanga"));
    let whole = clusters(&engine);
    assert_eq!(whole.values().collect::<Vec<_>>(), [&set(&["a:1", "a:2", "a:3", "a:4"])]);
    let name = *whole.keys().next().unwrap();

    tell(&writer, "a:4", Fact::Split { with: vec!["a:3".parse().unwrap()] });
    tell(&writer, "b:1", Fact::Merged { with: "a:1".parse().unwrap() });
    let receipt = send(&writer, "a:5", 6, complaint(LAMP, "Jalan Mojo Kidul 12"));
    let joined = receipt.cluster.unwrap();
    let now = clusters(&engine);
    assert_eq!(now.len(), 2, "{now:?}");
    let merged = engine.issue_of("b:1").unwrap().unwrap();
    assert_eq!(
        merged.by_relation.get("other"),
        Some(&vec!["b:1".parse().unwrap()]),
        "a person brought it in"
    );
    let both = [set(&["a:1", "a:2", "b:1"]), set(&["a:3", "a:4"])].map(|mut members| {
        let with_new = now.get(&joined).is_some_and(|now| now.is_superset(&members));
        members.extend(with_new.then(|| "a:5".to_owned()));
        members
    });
    assert_eq!(now.values().cloned().collect::<BTreeSet<_>>(), BTreeSet::from(both));
    assert!(now.contains_key(&name), "the cluster kept its name");

    // Nothing joins what is pinned.
    let before = clusters(&engine);
    for id in ["a:1", "a:3"] {
        tell(&writer, id, Fact::Pinned { pinned: true });
    }
    send(&writer, "a:6", 8, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!(clusters(&engine), before);
    assert!(engine.issue_of("a:1").unwrap().unwrap().pinned);
    tell(&writer, "a:1", Fact::Pinned { pinned: false });
    let receipt = send(&writer, "a:7", 9, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert!(receipt.cluster.is_some());

    let missing = Fact::Merged { with: "c:9".parse().unwrap() };
    let event = Event {
        complaint: "a:1".parse().unwrap(),
        at: jiff::Timestamp::now(),
        by: String::new(),
        fact: missing,
    };
    assert_eq!(writer.record(event).unwrap_err().kind(), pilah::ErrorKind::Missing);
    writer.close().unwrap();
    let before = clusters(&engine);
    rebuild(folder.path()).unwrap();
    assert_eq!(clusters(&engine), before);
}

#[test]
fn an_issue_that_comes_back_after_it_was_closed_has_relapsed() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    send(&writer, "a:1", 1, complaint(LAMP, "Jalan Mojo Kidul 12"));
    send(&writer, "a:2", 2, complaint(LAMP, "Jalan Mojo Kidul 12"));
    let closed = |at: &str| Event {
        complaint: "a:1".parse().unwrap(),
        at: at.parse().unwrap(),
        by: "dishub".into(),
        fact: Fact::Status { status: Status::Closed },
    };
    writer.record(closed("2024-05-03T05:00:00Z")).unwrap();
    assert!(!engine.issue_of("a:1").unwrap().unwrap().relapsed);
    send(&writer, "a:3", 9, complaint(LAMP, "Jalan Mojo Kidul 12"));
    let issue = engine.issue_of("a:1").unwrap().unwrap();
    assert!(issue.relapsed);
    assert_eq!(issue.statuses, BTreeMap::from([("closed".to_owned(), 1), ("new".to_owned(), 2)]));
    let filter = IssueFilter { relapsed: true, region: "35.78".into(), ..IssueFilter::default() };
    assert_eq!(engine.issues(&filter).unwrap().len(), 1);
    let elsewhere = IssueFilter { region: "35.7".into(), ..IssueFilter::default() };
    assert_eq!(engine.issues(&elsewhere).unwrap(), []);
    writer.close().unwrap();
}

/// Who asked about a draft in the middle of a group made the writer forget what it had just read.
#[test]
fn who_asks_about_drafts_does_not_disturb_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let asking = std::sync::atomic::AtomicBool::new(true);
    let places: Vec<String> = (0..40).map(|house| format!("Jalan Mojo Kidul {house}")).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let moment = date(2024, 5, 20).at(9, 0, 0, 0);
            while asking.load(std::sync::atomic::Ordering::Relaxed) {
                engine.similar(&complaint(LAMP, "Jalan Mojo Kidul 12"), moment, None).unwrap();
            }
        });
        let submitting: Vec<_> = (0..4)
            .map(|thread| {
                let (writer, places) = (&writer, &places);
                scope.spawn(move || {
                    for (at, place) in places.iter().enumerate() {
                        let text = [LAMP, LAMP_AGAIN, WASTE][(at + thread) % 3];
                        send(writer, &format!("a:{thread}-{at}"), 1 + at as i8 % 27, complaint(text, place));
                    }
                })
            })
            .collect();
        for thread in submitting {
            thread.join().unwrap();
        }
        asking.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    writer.close().unwrap();
    let all = || {
        let ids = (0..4).flat_map(|thread| (0..40).map(move |at| format!("a:{thread}-{at}")));
        let related: Vec<_> = ids.map(|id| relations(&engine, &id)).collect();
        (related, clusters(&engine))
    };
    let grown = all();
    rebuild(folder.path()).unwrap();
    assert!(all() == grown, "what grew is not what is made anew");
}

fn relations(engine: &Engine, id: &str) -> Vec<(String, Relation)> {
    let related = engine.related(id).unwrap().unwrap();
    related.into_iter().map(|related| (related.id.to_string(), related.relation)).collect()
}

/// Files come in any order: a report that cites another one was often read before it.
#[test]
fn a_cited_report_is_linked_whenever_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let elsewhere = |text| complaint(text, "Kantor kelurahan");
    send(&writer, "sp4n:20411", 3, complaint(LAMP, "Jalan Mojo Kidul 12"));
    let after =
        send(&writer, "sp4n:20500", 9, elsewhere("Laporan nomor 20411 belum dijawab, ini sudah lama"));
    assert_eq!(after.related.first().unwrap().evidence, ["nomor laporan disebut"]);
    send(&writer, "sp4n:20501", 9, elsewhere("Tiket 20600 dan no tiket 20700/MC/VI/2024 mohon dicek lagi"));
    send(&writer, "sp4n:20600", 4, complaint(WASTE, "Pasar Kenanga"));
    send(&writer, "sp4n:20700", 4, complaint("Antrean di loket sangat lama", "Kantor kecamatan"));
    writer.close().unwrap();
    let follow_up = |id: &str| (id.to_owned(), Relation::FollowUp);
    assert_eq!(relations(&engine, "sp4n:20500"), [follow_up("sp4n:20411")]);
    assert_eq!(relations(&engine, "sp4n:20501"), [follow_up("sp4n:20600"), follow_up("sp4n:20700")]);
    assert!(relations(&engine, "sp4n:20700").contains(&follow_up("sp4n:20501")));
    rebuild(folder.path()).unwrap();
    assert_eq!(relations(&engine, "sp4n:20501"), [follow_up("sp4n:20600"), follow_up("sp4n:20700")]);
}

#[test]
fn who_asks_about_a_report_of_theirs_is_linked_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let by = |id: &str, day, reporter, text| {
        let received = Some(date(2024, 5, day).at(9, 0, 0, 0));
        let submission = Submission::new(id.parse().unwrap(), complaint(text, "Jalan Mojo Kidul 12"));
        writer.submit(&Submission { received, reporter, ..submission }).unwrap()
    };
    by("a:1", 1, "Siti", LAMP);
    by("a:2", 2, "Joko", LAMP);
    let asks =
        "Laporan saya tentang lampu jalan di depan balai RW 3 Mojo Kidul yang padam belum ada tanggapan";
    let receipt = by("a:3", 8, "Siti", asks);
    let follow_up = receipt.related.iter().find(|related| related.relation == Relation::FollowUp).unwrap();
    assert_eq!(follow_up.id.as_str(), "a:1");
    assert!(follow_up.evidence.iter().any(|why| why == "menanyakan laporannya sendiri"), "{follow_up:?}");
    assert!(follow_up.evidence.iter().any(|why| why == "pelapor sama"), "{follow_up:?}");
    // Of somebody who reported nothing before it is not known which one is meant.
    let receipt = by("a:4", 8, "Budi", asks);
    assert!(receipt.related.iter().all(|related| related.relation != Relation::FollowUp), "{receipt:?}");
    writer.close().unwrap();
}

#[test]
fn coordinates_say_what_addresses_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    let at = |id: &str, text, position| {
        let bare = Complaint { text, ..Complaint::default() };
        let received = Some(date(2024, 5, 6).at(9, 0, 0, 0));
        let submission = Submission::new(id.parse().unwrap(), bare);
        writer.submit(&Submission { received, position: Some(position), ..submission }).unwrap()
    };
    at("a:1", "lampu penerangan jalan mati total sejak kemarin", (-7.26, 112.75));
    // 40 metres away, in the next square of the grid, and 3 kilometres away.
    let near = at("a:2", "lampu jalan mati, gelap sekali kalau malam", (-7.260_3, 112.750_2));
    let far = at("a:3", "lampu jalan mati dan gelap sekali", (-7.29, 112.75));
    let first = near.related.first().unwrap();
    assert_eq!((first.id.as_str(), first.relation.is_same_issue()), ("a:1", true), "{first:?}");
    assert!(first.evidence.iter().any(|why| why == "jarak kurang dari 100 m"), "{first:?}");
    assert!(near.cluster.is_some());
    assert!(far.related.iter().all(|related| !related.relation.is_same_issue()), "{:?}", far.related);
    assert_eq!(far.cluster, None);
    writer.close().unwrap();
    let asked = Complaint { text: "lampu penerangan jalan mati", ..Complaint::default() };
    let moment = date(2024, 5, 7).at(9, 0, 0, 0);
    let best = |position| engine.similar(&asked, moment, position).unwrap().into_iter().next();
    let near = best(Some((-7.260_1, 112.75))).unwrap();
    assert!(["a:1", "a:2"].contains(&near.id.as_str()) && near.relation.is_same_issue(), "{near:?}");
    assert!(best(Some((-7.27, 112.76))).is_none_or(|found| !found.relation.is_same_issue()));
}

/// A report that was put right kept the relations of what it had said first.
#[test]
fn what_was_put_right_is_related_anew() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(options()).unwrap();
    send(&writer, "a:1", 1, complaint(LAMP, "Jalan Mojo Kidul 12"));
    send(&writer, "a:2", 2, complaint(WASTE, "Pasar Kenanga"));
    let wrong = send(&writer, "a:3", 3, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!(wrong.related.first().unwrap().id.as_str(), "a:1");
    let right = send(&writer, "a:3", 3, complaint(WASTE, "Pasar Kenanga"));
    assert_eq!(right.related.first().unwrap().id.as_str(), "a:2");
    assert!(relations(&engine, "a:1").iter().all(|(_, relation)| !relation.is_same_issue()));
    // What says nothing new changes nothing.
    let again = send(&writer, "a:3", 3, complaint(WASTE, "Pasar Kenanga"));
    assert_eq!(again.related, right.related);
    writer.close().unwrap();
    let grown = (relations(&engine, "a:1"), relations(&engine, "a:3"), clusters(&engine));
    rebuild(folder.path()).unwrap();
    assert_eq!((relations(&engine, "a:1"), relations(&engine, "a:3"), clusters(&engine)), grown);
}

/// What is like a draft is known at once to whoever asks, whether it came before the first question or after.
#[test]
fn drafts_are_compared_with_what_came_since() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, other) = (Engine::create(folder.path()).unwrap(), Engine::open(folder.path()).unwrap());
    let found = |engine: &Engine| {
        let moment = date(2024, 5, 20).at(9, 0, 0, 0);
        let found = engine.similar(&complaint(LAMP, "Jalan Mojo Kidul 12"), moment, None).unwrap();
        found.into_iter().map(|related| related.id.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(found(&other), set(&[]));
    let writer = engine.writer(options()).unwrap();
    send(&writer, "a:1", 1, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!((found(&engine), found(&other)), (set(&["a:1"]), set(&["a:1"])));
    send(&writer, "a:2", 2, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!((found(&engine), found(&other)), (set(&["a:1", "a:2"]), set(&["a:1", "a:2"])));
    writer.close().unwrap();
    rebuild(folder.path()).unwrap();
    assert_eq!((found(&engine), found(&other)), (set(&["a:1", "a:2"]), set(&["a:1", "a:2"])));
}

#[test]
fn relations_that_are_lost_or_damaged_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(Options { relations: false, ..options() }).unwrap();
    send(&writer, "a:1", 1, complaint(LAMP, "Jalan Mojo Kidul 12"));
    assert_eq!(send(&writer, "a:2", 2, complaint(LAMP, "Jalan Mojo Kidul 12")).related, []);
    writer.close().unwrap();
    assert_eq!(relations(&engine, "a:2"), []);
    let expected = [("a:1".to_owned(), Relation::Duplicate)];
    let catch_up = || engine.writer(options()).unwrap().close().unwrap();
    catch_up();
    assert_eq!(relations(&engine, "a:2"), expected);
    let verified = || Engine::open(folder.path()).unwrap().verify(|_| ()).unwrap().wrong;
    assert_eq!(verified(), [""; 0]);
    let file = folder.path().join("relations.sqlite");
    for (damage, told) in [
        ("DELETE FROM mark WHERE number = 1", "the relations lack complaint 1"),
        ("DELETE FROM portrait WHERE number = 2", "the relations lack the portrait of complaint 2"),
        ("UPDATE setting SET value = 99 WHERE name = 'seen'", "hold place 99 of a history that ends at 4"),
        ("UPDATE mark SET body = x'00'", "the marks of complaint 1 are damaged"),
    ] {
        rusqlite::Connection::open(&file).unwrap().execute(damage, []).unwrap();
        let found = verified();
        assert!(found.iter().any(|found| found.contains(told)), "{damage}: {found:?}");
        rebuild(folder.path()).unwrap();
        assert_eq!(verified(), [""; 0]);
    }
    std::fs::write(
        &file,
        b"no database at all, and longer than a header of SQLite is, so that it is looked at in full",
    )
    .unwrap();
    assert!(verified().iter().any(|found| found.contains("relations.sqlite")), "{:?}", verified());
    for damage in [&b"no database at all"[..], b""] {
        std::fs::write(&file, damage).unwrap();
        catch_up();
        assert_eq!(relations(&engine, "a:2"), expected);
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(relations(&engine, "a:2"), []);
    catch_up();
    assert_eq!(relations(&engine, "a:2"), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// What grew complaint by complaint, writer by writer, is what is made from the history at once.
    #[test]
    fn a_rebuilt_store_says_the_same(seed in any::<u64>()) {
        let (places, problems) = (
            ["Jalan Mojo Kidul 12", "Jalan Mojo Kidul 14", "Pasar Kenanga", "Jalan Dharmahusada 7 RT 2 RW 5"],
            [LAMP, LAMP_AGAIN, WASTE, "Jalan berlubang dalam di depan sekolah, sudah dua pengendara motor jatuh"],
        );
        let (folder, mut dice) = (tempfile::tempdir().unwrap(), Dice(seed));
        let engine = Engine::create(folder.path()).unwrap();
        let mut sent = 0;
        for _ in 0..3 {
            let writer = engine.writer(options()).unwrap();
            for _ in 0..8 {
                let text = problems[dice.roll(4) as usize];
                sent += 1;
                send(&writer, &format!("a:{sent}"), 1 + dice.roll(27) as i8, complaint(text, places[dice.roll(4) as usize]));
                let one = format!("a:{}", 1 + dice.roll(sent));
                let other = format!("a:{}", 1 + dice.roll(sent)).parse().unwrap();
                match dice.roll(9) {
                    0 if one != format!("{other}") => drop(tell(&writer, &one, Fact::Merged { with: other })),
                    1 => drop(tell(&writer, &one, Fact::Split { with: vec![other] })),
                    8 if one != format!("{other}") => drop(tell(&writer, &one, Fact::Same { id: other })),
                    2 => drop(tell(&writer, &one, Fact::Pinned { pinned: dice.roll(2) == 0 })),
                    _ => {}
                }
            }
            writer.close().unwrap();
        }
        let grown = clusters(&engine);
        let before: Vec<_> = (1..=sent).map(|at| relations(&engine, &format!("a:{at}"))).collect();
        rebuild(folder.path()).unwrap();
        prop_assert_eq!(clusters(&engine), grown);
        prop_assert_eq!((1..=sent).map(|at| relations(&engine, &format!("a:{at}"))).collect::<Vec<_>>(), before);
    }
}

//! Kills: whatever was acknowledged is there afterwards, once, and the index follows the ledger.
//!
//! `PILAH_CRASHES=200 cargo test --release --test crash` kills two hundred times, `PILAH_SECONDS=60` reads beside a writer
//! for a minute; `PILAH_SEED` tells another story.
#![cfg(all(feature = "store", feature = "cli"))]
#![allow(missing_docs)]

mod stores;

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use pilah::complaint::Status;
use pilah::engine::{Engine, rebuild};
use pilah::index::{Facet, Page, Query};
use pilah::ledger::{CountBy, Event, Fact, Period};
use stores::{Dice, acknowledged, check_index, check_kept, check_whole, number, options, submit};

const STORE: &str = "PILAH_CRASH_STORE";

/// Not a test: the process that is killed. Four threads hand in complaints and tell what happened to them.
#[test]
#[ignore = "a process of other tests"]
fn child() {
    let Some(folder) = std::env::var_os(STORE).map(PathBuf::from) else { return };
    let round = number("PILAH_CRASH_ROUND", 0);
    let engine = Engine::create(folder.join("store")).unwrap();
    let writer = engine.writer(options()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (writer, acks) = (&writer, append(&folder.join("acks")));
            scope.spawn(move || write(writer, acks, round, thread));
        }
    });
}

fn write(writer: &pilah::engine::Writer<'_>, mut acks: File, round: u64, thread: u64) {
    for at in 0.. {
        let id = format!("{round}-{thread}-{at}");
        submit(writer, &id, at).unwrap();
        acks.write_all(format!("{id}\n").as_bytes()).unwrap();
        let before = format!("{round}-{thread}-{}", at / 2);
        match at % 4 {
            0 => submit(writer, &before, at / 2).unwrap(),
            1 => {
                let fact = Fact::Status { status: Status::Closed };
                let event = Event {
                    complaint: before.parse().unwrap(),
                    at: Timestamp::now(),
                    by: "uji".into(),
                    fact,
                };
                writer.record(event).unwrap();
            }
            2 => {
                let fact = Fact::Same { id: format!("lain:{id}").parse().unwrap() };
                let event =
                    Event { complaint: id.parse().unwrap(), at: Timestamp::now(), by: String::new(), fact };
                writer.sync(vec![event]).unwrap();
            }
            _ if number("PILAH_CRASH_UNITE", 0) > 0 => {
                let fact = Fact::Same { id: before.parse().unwrap() };
                let event =
                    Event { complaint: id.parse().unwrap(), at: Timestamp::now(), by: String::new(), fact };
                writer.record(event).unwrap();
            }
            _ => {}
        }
    }
}

fn append(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap()
}

fn start(folder: &Path, round: u64, unite: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--ignored", "--nocapture"]).env(STORE, folder);
    command.env("PILAH_CRASH_UNITE", unite.to_string());
    let quiet = command.env("PILAH_CRASH_ROUND", round.to_string()).stdout(Stdio::null());
    quiet.stderr(File::create(folder.join("stderr")).unwrap()).spawn().unwrap()
}

/// Kills a child some time after it acknowledged so many more lines; `false` when it ended by itself.
fn kill(child: &mut Child, acks: &Path, lines: u64, after: Duration) -> bool {
    let length = || fs::metadata(acks).map_or(0, |file| file.len());
    let before = length();
    // A line has some eight bytes.
    while length() < before + 8 * lines {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(after);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !ended
}

#[test]
fn what_was_acknowledged_survives_kills() {
    let (crashes, seed) = (number("PILAH_CRASHES", 12), number("PILAH_SEED", 1));
    let mut dice = Dice(seed);
    let directory = tempfile::tempdir().unwrap();
    let (folder, acks) = (directory.path(), directory.path().join("acks"));
    let store = folder.join("store");
    let (mut checked, mut torn) = (0, 0);
    for round in 0..crashes {
        let mut child = start(folder, round, 0);
        // One in four is killed while it opens the store or makes it.
        let (lines, after) =
            if round % 4 == 0 { (0, dice.roll(400)) } else { (dice.roll(400), dice.roll(30)) };
        let killed = kill(&mut child, &acks, lines, Duration::from_millis(after));
        assert!(
            killed,
            "round {round} of seed {seed}: {}",
            fs::read_to_string(folder.join("stderr")).unwrap()
        );
        let ids = acknowledged(&acks);
        let engine = Engine::create(&store).unwrap();
        check_kept(&engine, &ids[checked..]);
        checked = ids.len();
        drop(engine);
        check_whole(&store);
        if round % 5 == 4 || round + 1 == crashes {
            check_index(&store);
        }
        if round % 3 == 2 {
            tear(&store.join("index"), &mut dice);
            torn += 1;
            mend(&store);
        }
    }
    let ids = acknowledged(&acks);
    let engine = Engine::open(&store).unwrap();
    check_kept(&engine, &ids);
    let stats = engine.stats().unwrap();
    assert_eq!(stats.complaints, stats.versions);
    eprintln!(
        "{crashes} kills, {torn} torn indexes, {} acknowledged, all of them among {stats:?}",
        ids.len()
    );
}

/// Truncates, deletes or garbles files of an index.
fn tear(index: &Path, dice: &mut Dice) {
    let mut files: Vec<PathBuf> = fs::read_dir(index).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for _ in 0..=dice.roll(2) {
        let file = &files[dice.roll(files.len() as u64) as usize];
        let Ok(mut bytes) = fs::read(file) else { continue };
        match dice.roll(3) {
            0 => fs::remove_file(file).unwrap(),
            1 => fs::write(file, &bytes[..dice.roll(bytes.len() as u64 + 1) as usize]).unwrap(),
            _ => {
                let at = dice.roll(bytes.len() as u64 + 1) as usize;
                bytes.iter_mut().skip(at).take(16).for_each(|byte| *byte = !*byte);
                fs::write(file, bytes).unwrap();
            }
        }
    }
}

/// Whatever happened to the index: who writes makes it anew and says why, or a check finds what is damaged and
/// `rebuild` mends it.
fn mend(store: &Path) {
    let engine = Engine::open(store).unwrap();
    // Bytes that changed below a file's end are found by their checksum only.
    let whole = engine.verify(|_| ()).unwrap().whole;
    let writer = engine.writer(options()).unwrap();
    let rebuilt = writer.rebuilt().map(str::to_owned);
    let closed = writer.close();
    if let Some(reason) = &rebuilt {
        assert!(!reason.is_empty());
        closed.unwrap();
    } else if !whole {
        rebuild(store).unwrap();
    }
    check_whole(store);
}

/// While complaints are handed in, told of and united, a check finds no fault: what is on its way is none.
#[test]
fn a_check_beside_a_writer_finds_no_fault() {
    let directory = tempfile::tempdir().unwrap();
    let (folder, acks) = (directory.path(), directory.path().join("acks"));
    let mut child = start(folder, 0, 1);
    while acknowledged(&acks).len() < 50 {
        assert!(
            child.try_wait().unwrap().is_none(),
            "{}",
            fs::read_to_string(folder.join("stderr")).unwrap()
        );
        std::thread::yield_now();
    }
    let engine = Engine::open(folder.join("store")).unwrap();
    for _ in 0..20 {
        let found = engine.verify(|_| ()).unwrap();
        assert!(found.whole, "{:?}", found.wrong);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    check_whole(&folder.join("store"));
}

/// Complaints as a file, with ids from `first`.
fn csv(first: usize, rows: usize) -> String {
    let mut csv = "id,isi,kelurahan\n".to_owned();
    for at in first..first + rows {
        writeln!(csv, "{at},\"{}, nomor {at}\",Mojo", stores::TEXTS[at % stores::TEXTS.len()]).unwrap();
    }
    csv
}

fn ingest(folder: &Path, file: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    let line = format!(
        "ingest --store store --input {file} --id id --text isi --village kelurahan --system uji --acks acks"
    );
    command.current_dir(folder).args(line.split(' '));
    command
}

#[test]
fn a_file_goes_on_after_kills() {
    const ROWS: usize = 20_000;
    let mut dice = Dice(number("PILAH_SEED", 1));
    let directory = tempfile::tempdir().unwrap();
    let (folder, acks) = (directory.path(), directory.path().join("acks"));
    fs::write(folder.join("a.csv"), csv(0, ROWS)).unwrap();
    let mut kills = 0;
    for round in 0..number("PILAH_CRASHES", 12).min(30) / 3 {
        let quiet = Stdio::null;
        let mut child = ingest(folder, "a.csv").stdout(quiet()).stderr(quiet()).spawn().unwrap();
        let lines = if round == 0 { 0 } else { dice.roll(5000) };
        kills += u64::from(kill(&mut child, &acks, lines, Duration::from_millis(dice.roll(500))));
        let ids = acknowledged(&acks);
        let engine = Engine::create(folder.join("store")).unwrap();
        check_kept(&engine, &ids);
    }
    let output = ingest(folder, "a.csv").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut ids = acknowledged(&acks);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), ROWS);
    check_whole(&folder.join("store"));
    let engine = Engine::open(folder.join("store")).unwrap();
    check_kept(&engine, &ids);
    assert_eq!(engine.stats().unwrap().complaints, ROWS as u64);
    let output = ingest(folder, "a.csv").output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("0 new, 0 changed, {ROWS} known, 0 rejected\n")
    );
    eprintln!("{kills} kills of `pilah ingest`");
}

/// While one process writes, another one searches, counts, checks and copies: no error on either side.
#[test]
fn readers_work_beside_a_writer() {
    let seconds = number("PILAH_SECONDS", 2);
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path();
    fs::write(folder.join("a.csv"), csv(0, 200)).unwrap();
    assert!(ingest(folder, "a.csv").stdout(Stdio::null()).status().unwrap().success());
    let engine = Engine::open(folder.join("store")).unwrap();
    let (until, mut rounds, mut files) = (Instant::now() + Duration::from_secs(seconds), 0, 0);
    let mut highest = 0;
    while Instant::now() < until || files == 0 {
        files += 1;
        fs::write(folder.join("b.csv"), csv(200 * files, 1500)).unwrap();
        let mut child = ingest(folder, "b.csv").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            let searcher = engine.searcher().unwrap();
            let query: Query = "lampu jalan".parse().unwrap();
            let found = searcher.search(&query, &Page { limit: 50, ..Page::default() }).unwrap();
            assert_eq!(found.complaints.len() as u64, found.total.min(50), "a hit was not in the snapshot");
            let facets = searcher.facets(&Query::everything(), &[Facet::Month]).unwrap();
            assert_eq!(facets[0].values.iter().map(|value| value.1).sum::<u64>(), searcher.count());
            assert!(searcher.seen() >= highest, "a later snapshot holds less");
            highest = searcher.seen();
            let counts = engine.counts(&[CountBy::Status], Period::default()).unwrap();
            assert!(counts.rows.iter().map(|row| row.1).sum::<u64>() >= searcher.count());
            engine.stats().unwrap();
            if rounds % 8 == 0 {
                let found = engine.verify(|_| ()).unwrap();
                assert!(found.whole, "{:?}", found.wrong);
                let copy = tempfile::tempdir().unwrap();
                engine.backup(copy.path()).unwrap();
                assert!(Engine::open(copy.path()).unwrap().stats().unwrap().complaints >= counts.rows[0].1);
            }
            rounds += 1;
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
    check_whole(&folder.join("store"));
    check_index(&folder.join("store"));
    eprintln!("{rounds} rounds of reading beside {files} files");
}

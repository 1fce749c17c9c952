//! A disk that fails, is full or may not be written to, and files that are damaged or foreign: a clear error each time,
//! nothing acknowledged is lost, and the store opens again.
//!
//! `PILAH_FAULTS=500 cargo test --test faults` looks at more places where a write fails; `PILAH_SEED` at others.
#![cfg(all(feature = "store", feature = "cli"))]
#![allow(missing_docs)]

mod stores;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pilah::engine::Engine;
use pilah::{Error, ErrorKind};
use stores::{Dice, acknowledged, check_kept, check_whole, number, options, submit};

const EIO: u32 = 5;
const ENOSPC: u32 = 28;
const EROFS: u32 = 30;

/// The shim that makes calls fail; `None`, with a word, where there is none.
fn shim(folder: &Path) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: faults are injected on Linux only");
        return None;
    }
    let (source, shim) =
        (concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/faults.c"), folder.join("faults.so"));
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).args([source, "-ldl"]).status();
    if made.is_ok_and(|status| status.success()) {
        return Some(shim);
    }
    eprintln!("skipped: no C compiler `cc`");
    None
}

/// Which calls below `store` fail, and how.
#[derive(Debug, Clone, Copy)]
struct Fault<'a> {
    calls: &'a str,
    at: u64,
    times: u64,
    errno: u32,
}

impl Fault<'_> {
    fn set(self, command: &mut Command, shim: &Path, below: &Path) {
        let Self { calls, at, times, errno } = self;
        command.env("LD_PRELOAD", shim).env("FAULT_DIR", below).env("FAULT_CALLS", calls);
        command.env("FAULT_AT", at.to_string()).env("FAULT_TIMES", times.to_string());
        command.env("FAULT_ERRNO", errno.to_string());
    }
}

const CSV: &str = "id,isi,kelurahan,status\n1,Lampu jalan mati di gang sempit,Mojo,baru\n2,Sampah menumpuk di pasar,,selesai\n\
    3,Jalan berlubang depan sekolah,Mojo,proses\n4,Air keran keruh,,\n5,Saluran air mampet dan meluap,Mojo,\n";

fn pilah(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    command.current_dir(folder).args(line.split(' '));
    command
}

const INGEST: &str =
    "ingest --store store --input a.csv --text isi --id id --village kelurahan --status status --acks acks";

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A clear end: no signal, no panic, and a failure says what failed.
#[track_caller]
fn check_end(output: &Output, of: &str) -> i32 {
    let (code, error) = (output.status.code(), text(&output.stderr));
    assert!(matches!(code, Some(0 | 1)), "{of}: {output:?}");
    assert!(!error.contains("panicked"), "{of}: {error}");
    assert!(
        code == Some(0) || error.contains("pilah: cannot ") || error.contains("pilah: no"),
        "{of}: {error}"
    );
    code.unwrap()
}

#[test]
fn whatever_call_fails_nothing_acknowledged_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let Some(shim) = shim(directory.path()) else { return };
    let mut dice = Dice(number("PILAH_SEED", 1));
    // How many calls there are.
    let calls = sweep_one(&shim, Fault { calls: "wst", at: 0, times: 0, errno: EIO }).1;
    assert!(calls > 50, "{calls} calls");
    // Once the tables were made by half, and only a writer may take that back.
    sweep_one(&shim, Fault { calls: "wst", at: 10, times: 3, errno: EIO });
    let (runs, mut failed) = (number("PILAH_FAULTS", 24), 0);
    for run in 0..runs {
        let at = 1 + (run * calls / runs + dice.roll(calls.div_ceil(runs))) % calls;
        let errno = [EIO, ENOSPC, 0][dice.roll(3) as usize];
        let times = if errno == 0 { dice.roll(2) } else { [0, 1, 1, 3][dice.roll(4) as usize] };
        let calls = if errno == 0 { "w" } else { ["wst", "wst", "s"][dice.roll(3) as usize] };
        failed += u64::from(sweep_one(&shim, Fault { calls, at, times, errno }).0 != 0);
    }
    eprintln!("{runs} faults among {calls} calls, {failed} ended the program");
}

/// Ingests into a new store while calls fail; gives the exit code, and how many calls there were.
fn sweep_one(shim: &Path, fault: Fault<'_>) -> (i32, u64) {
    let of = format!("{fault:?}");
    let directory = tempfile::tempdir().unwrap();
    // The system's own name of it, as the shim sees it.
    let folder = directory.path().canonicalize().unwrap();
    let (store, count) = (folder.join("store"), folder.join("count"));
    fs::write(folder.join("a.csv"), CSV).unwrap();
    let mut command = pilah(&folder, INGEST);
    fault.set(&mut command, shim, &store);
    let output = command.env("FAULT_COUNT", &count).output().unwrap();
    let code = check_end(&output, &of);
    let ids = acknowledged(&folder.join("acks"));
    assert!(code != 0 || ids.len() == 5, "{of}: {output:?}");
    let engine = Engine::create(&store).unwrap_or_else(|error| panic!("{of}: {error}"));
    check_kept(&engine, &ids);
    drop(engine);
    check_whole(&store);
    // The same again, on a disk that works.
    let output = pilah(&folder, INGEST).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{of}: {output:?}");
    assert_eq!(Engine::open(&store).unwrap().stats().unwrap().complaints, 5, "{of}");
    check_whole(&store);
    (code, fs::metadata(&count).map_or(0, |file| file.len()))
}

const STORE: &str = "PILAH_FAULTY_STORE";

/// Not a test: a writer on a disk that fails while the file `FAULT_WHILE` is there.
#[test]
#[ignore = "a process of other tests"]
fn child() {
    let Some(store) = std::env::var_os(STORE).map(PathBuf::from) else { return };
    let switch = PathBuf::from(std::env::var_os("FAULT_WHILE").unwrap());
    let is_full = std::env::var("FAULT_ERRNO").unwrap() == ENOSPC.to_string();
    let engine = Engine::create(&store).unwrap();
    let writer = engine.writer(options()).unwrap();
    submit(&writer, "1", 0).unwrap();
    fs::write(&switch, "").unwrap();
    // All at once, so that groups of several fail too.
    let failed: Vec<Error> = std::thread::scope(|scope| {
        let threads: Vec<_> = (10..18)
            .map(|at| {
                let writer = &writer;
                scope.spawn(move || submit(writer, &at.to_string(), at).unwrap_err())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let kinds: Vec<ErrorKind> = failed.iter().map(Error::kind).collect();
    let first = if is_full { ErrorKind::Full } else { ErrorKind::Io };
    assert!(kinds.contains(&first), "{failed:?}");
    assert!(kinds.iter().all(|kind| *kind == first || *kind == ErrorKind::Closed), "{failed:?}");
    fs::remove_file(&switch).unwrap();
    let again = submit(&writer, "3", 3);
    if is_full {
        again.unwrap();
        writer.close().unwrap();
    } else {
        let error = again.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
        assert!(error.to_string().contains("open the store anew"), "{error}");
        assert_eq!(writer.close().unwrap_err().kind(), ErrorKind::Closed);
    }
    assert!(engine.get("1").unwrap().is_some());
    // Opened anew it takes what failed before.
    let writer = engine.writer(options()).unwrap();
    for at in 10..18 {
        submit(&writer, &at.to_string(), at).unwrap();
    }
    writer.close().unwrap();
    assert!(engine.verify(|_| ()).unwrap().whole);
}

#[test]
fn after_a_failed_sync_nothing_is_written_until_it_is_opened_anew() {
    check_writer(Fault { calls: "s", at: 1, times: 0, errno: EIO });
}

#[test]
fn one_failed_sync_is_enough() {
    // Of several that share a commit none is tried again: what was not synced then may be lost.
    check_writer(Fault { calls: "s", at: 1, times: 1, errno: EIO });
}

#[test]
fn after_a_full_disk_is_freed_it_goes_on() {
    check_writer(Fault { calls: "w", at: 1, times: 0, errno: ENOSPC });
}

fn check_writer(fault: Fault<'_>) {
    let directory = tempfile::tempdir().unwrap();
    let Some(shim) = shim(directory.path()) else { return };
    let folder = directory.path().canonicalize().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--ignored", "--nocapture"]);
    // The ledger's files only: the index may fail at any time, and nobody who hands in a complaint is told.
    fault.set(&mut command, &shim, &folder.join("store/ledger"));
    let output =
        command.env(STORE, folder.join("store")).env("FAULT_WHILE", folder.join("switch")).output().unwrap();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("1 passed"), "{}", text(&output.stdout));
}

/// A store of five complaints, in a folder with its file.
fn store() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().canonicalize().unwrap();
    fs::write(folder.join("a.csv"), CSV).unwrap();
    let output = pilah(&folder, INGEST).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    (directory, folder)
}

#[test]
fn a_disk_that_is_read_only_is_named() {
    let (_directory, folder) = store();
    let Some(shim) = shim(&folder) else { return };
    for line in [INGEST, "status --store store 1 closed", "sync --store store --input a.csv"] {
        let mut command = pilah(&folder, line);
        Fault { calls: "o", at: 1, times: 0, errno: EROFS }.set(&mut command, &shim, &folder.join("store"));
        let output = command.output().unwrap();
        assert_eq!(check_end(&output, line), 1, "{output:?}");
        let said = text(&output.stderr);
        assert!(said.contains("Read-only file system") || said.contains("may be opened"), "{output:?}");
    }
    check_whole(&folder.join("store"));
}

/// Opening a store must fail with this kind, the program with 1, and both say this.
#[track_caller]
fn check_refused(folder: &Path, kind: ErrorKind, says: &[&str]) {
    let store = folder.join("store");
    let error = Engine::create(&store).and_then(|engine| engine.writer(options()).map(drop)).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    for line in [INGEST, "get --store store 1", "stats --store store", "verify --store store"] {
        let output = pilah(folder, line).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {output:?}");
        let missing = line != INGEST && said.contains("no store in");
        for part in says {
            assert!(missing || said.contains(part), "{line} does not say `{part}`: {said}");
        }
    }
}

#[test]
fn what_is_no_store_is_refused() {
    let (_directory, folder) = store();
    let ledger = folder.join("store/ledger.sqlite");
    let whole = fs::read(&ledger).unwrap();

    fs::write(&ledger, "Catatan rapat, bukan basis data.\n".repeat(60)).unwrap();
    check_refused(&folder, ErrorKind::Store, &["it is no ledger", "name the folder of a store"]);

    // The last byte of the page's header says which version of the tables it is; SQLite keeps it at byte 60.
    let mut other = whole.clone();
    other[63] = 2;
    fs::write(&ledger, &other).unwrap();
    check_refused(&folder, ErrorKind::Store, &["has format 2", "use the pilah that wrote it"]);

    // And at 68 whose it is.
    let mut foreign = whole.clone();
    foreign[68..72].copy_from_slice(b"GPKG");
    fs::write(&ledger, &foreign).unwrap();
    check_refused(&folder, ErrorKind::Store, &["a database of another program"]);

    fs::write(&ledger, &whole[..whole.len() / 2]).unwrap();
    check_refused(&folder, ErrorKind::Store, &["damaged", "restore the newest backup"]);

    fs::write(&ledger, &whole).unwrap();
    check_whole(&folder.join("store"));
}

#[test]
fn a_folder_with_other_files_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path();
    fs::write(folder.join("a.csv"), CSV).unwrap();
    fs::create_dir(folder.join("store")).unwrap();
    fs::write(folder.join("store/laporan.docx"), "").unwrap();
    check_refused(folder, ErrorKind::Store, &["holds `laporan.docx`", "name an empty folder"]);
    fs::remove_dir_all(folder.join("store")).unwrap();
    fs::write(folder.join("store"), "").unwrap();
    check_refused(folder, ErrorKind::Io, &["store"]);
}

/// Bytes of the ledger overwritten: `verify` finds it where something is kept, and nothing ends in a panic anywhere.
#[test]
fn damaged_pages_are_found() {
    let (_directory, folder) = store();
    let ledger = folder.join("store/ledger.sqlite");
    let whole = fs::read(&ledger).unwrap();
    let mut dice = Dice(number("PILAH_SEED", 1));
    // What is kept of each complaint, and places where there may be nothing.
    let kept = ["gang sempit", "menumpuk di", "depan sekolah", "keruh", "mampet dan"]
        .map(|text| whole.windows(text.len()).position(|part| part == text.as_bytes()).unwrap());
    let anywhere =
        (0..number("PILAH_FAULTS", 24) / 2).map(|_| 100 + dice.roll(whole.len() as u64 - 164) as usize);
    for at in kept.into_iter().chain(anywhere) {
        let mut bytes = whole.clone();
        bytes[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x5A);
        fs::write(&ledger, &bytes).unwrap();
        let verified = Engine::open(folder.join("store")).and_then(|engine| engine.verify(|_| ()));
        let found = match verified {
            Ok(verified) => !verified.whole,
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::Store | ErrorKind::Io), "{error}");
                true
            }
        };
        assert!(found || !kept.contains(&at), "what was written at {at} is not found");
        for line in [
            "get --store store 1 2 3 4 5 --confidential",
            "search --store store lampu",
            "stats --store store",
        ] {
            let output = pilah(&folder, line).output().unwrap();
            assert!(matches!(output.status.code(), Some(0 | 1)), "{at} {line}: {output:?}");
        }
    }
    fs::write(&ledger, &whole).unwrap();
    check_whole(&folder.join("store"));
}

/// An index of another version, one that is gone, and one that knows more than the ledger: made anew, with the reason.
#[test]
fn an_index_that_cannot_be_used_is_made_anew() {
    let (_directory, folder) = store();
    let (store, index) = (folder.join("store"), folder.join("store/index"));
    let meta = fs::read_to_string(index.join("meta.json")).unwrap();
    assert!(meta.contains(r#"\"format\":"#), "{meta}");
    fs::write(index.join("meta.json"), meta.replace(r#"\"format\":"#, r#"\"format\":9"#)).unwrap();
    let error = Engine::open(&store).unwrap().searcher().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(
        error.to_string().contains("another version") && error.to_string().contains("rebuild"),
        "{error}"
    );
    let output = pilah(&folder, "search --store store lampu").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(check_whole(&store).unwrap().contains("another version"));

    fs::remove_dir_all(&index).unwrap();
    assert!(check_whole(&store).unwrap().contains("no index"));

    let (ledger, older) = (store.join("ledger.sqlite"), fs::read(store.join("ledger.sqlite")).unwrap());
    {
        let writer = Engine::open(&store).unwrap().writer(options()).unwrap();
        submit(&writer, "lagi", 0).unwrap();
        writer.close().unwrap();
    }
    fs::write(&ledger, older).unwrap();
    assert!(check_whole(&store).unwrap().contains("of a history that ends at"));

    // Who made it and was killed left a file without a name; who deleted it left the list of files.
    for left in [".tmpXyz", ".managed.json"] {
        fs::remove_dir_all(&index).unwrap();
        fs::create_dir(&index).unwrap();
        fs::write(index.join(left), "[]").unwrap();
        assert!(check_whole(&store).is_some());
    }
    // What is not an index is left alone.
    fs::remove_dir_all(&index).unwrap();
    fs::create_dir(&index).unwrap();
    fs::write(index.join("foto.jpg"), "").unwrap();
    let error = Engine::open(&store).unwrap().writer(options()).unwrap_err();
    assert!(error.to_string().contains("delete it yourself"), "{error}");
}

/// Who made a store was killed before its tables were there.
#[test]
fn a_store_that_was_never_made_is_made() {
    let directory = tempfile::tempdir().unwrap();
    for left in ["lock", "ledger.sqlite", "ledger.sqlite-journal"] {
        let folder = directory.path().join(left);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(left), "").unwrap();
        check_whole(&folder);
    }
}

//! Who may read, copies, and two writers.

use std::fs;
use std::io::Write as _;

use super::{check, command, run, store, stores, words};

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_a_store() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, folder) = store();
    check(&folder, "backup --to salinan", 0, &[]);
    for path in ["store/ledger.sqlite", "store/index", "salinan/ledger.sqlite"] {
        let mode = fs::metadata(folder.join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
    }
}

#[test]
fn backups_and_rebuilt_indexes_are_whole() {
    let (_directory, folder) = store();
    check(&folder, "backup --to salinan", 0, &[]);
    check(&folder, "backup --to salinan", 1, &["salinan", "exists", "name a new"]);
    let copy = run(&folder, &words("get --store salinan sp4n:8000004"), "");
    assert_eq!((copy.code, copy.out), (Some(0), check(&folder, "get sp4n:8000004", 0, &[])));
    // It has no index before somebody writes to it.
    let searched = run(&folder, &words("search --store salinan lampu"), "");
    assert_eq!(searched.code, Some(1));
    assert_eq!(run(&folder, &words("verify --store salinan"), "").code, Some(1));
    assert_eq!(run(&folder, &words("rebuild --store salinan"), "").out, "4 complaints indexed\n");
    assert_eq!(run(&folder, &words("verify --store salinan"), "").code, Some(0));
    let search = "search jalan --json --order newest --facet agency";
    let before = check(&folder, search, 0, &[]);
    assert_eq!(check(&folder, "rebuild", 0, &[]), "4 complaints indexed\n");
    assert_eq!(check(&folder, search, 0, &[]), before);
}

#[test]
fn two_writers_and_an_interrupted_one() {
    let (_directory, folder) = store();
    let mut child = command(
        &folder,
        &words("ingest --store store --input - --format csv --text isi --id id --acks acks3"),
    )
    .spawn()
    .unwrap();
    let mut input = child.stdin.take().unwrap();
    // It has the store from its first row on, and waits for more.
    let row = "Lampu jalan mati di gang";
    writeln!(input, "id,isi").unwrap();
    let held = (0..u32::MAX).find(|at| {
        let _ = writeln!(input, "{at},{row} {at}");
        let _ = input.flush();
        fs::read_to_string(folder.join("store/lock"))
            .is_ok_and(|line| line.contains(&format!("process {},", child.id())))
    });
    assert!(held.is_some());
    let holder = format!("process {}", child.id());
    check(
        &folder,
        "status sp4n:8000001 new",
        1,
        &["`store` is written to by", &holder, "wait for it to end"],
    );
    check(&folder, "rebuild", 1, &[&holder]);
    // Readers work all the same.
    check(&folder, "get sp4n:8000001", 0, &[]);
    check(&folder, "search lampu", 0, &[]);
    check(&folder, "backup --to salinan", 0, &[]);
    // More than the batches that are made ready ahead, then Ctrl-C.
    for at in 0..20_000 {
        writeln!(input, "x{at},{row} {at}").unwrap();
    }
    input.flush().unwrap();
    while stores::acknowledged(&folder.join("acks3")).is_empty() {
        std::thread::yield_now();
    }
    let interrupt = format!("kill -INT {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert!(
        !output.status.success() && !String::from_utf8_lossy(&output.stderr).contains("panicked"),
        "{output:?}"
    );
    let engine = pilah::engine::Engine::open(folder.join("store")).unwrap();
    let ids = stores::acknowledged(&folder.join("acks3"));
    stores::check_kept(&engine, &ids);
    stores::check_whole(&folder.join("store"));
    eprintln!("{} acknowledged before the interruption", ids.len());
}

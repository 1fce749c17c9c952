//! The commands that work on a store, from outside: output, exit codes, and what must not be told.
#![cfg(all(feature = "store", feature = "cli"))]
#![allow(missing_docs)]

mod stores;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

/// Four complaints of an invented export; the third is confidential, the reporters' names must never be kept.
const EXPORT: &str = "Tracking ID,Tanggal Laporan Masuk,Waktu Laporan Masuk,Nama Pelapor,Judul Laporan,Isi Laporan Awal,\
Tipe Laporan (Anonim/Rahasia),Sumber Laporan,Status Laporan,Kota/Kabupaten,Kelurahan
8000001,23 Sep 2024,08:41:43,Wira Contoh,Lampu mati,Lampu jalan di gang kami mati sejak Senin malam,,Website,Ditutup oleh Admin,Kota Surabaya,Mojo
8000002,24 Sep 2024,09:00:00,Wira Contoh,Sampah,Sampah pasar menumpuk dan berbau sampai ke jalan,Anonim,SMS,,Kota Surabaya,
8000003,25 Sep 2024,10:00:00,Ratna Misal,Pungutan,Petugas loket kepingting meminta uang untuk akta,Rahasia,Whatsapp,Konten Terlupakan,Kota Surabaya,
8000004,26 Sep 2024,11:00:00,,Jalan,Jalan berlubang di depan sekolah dasar sudah memakan korban,,Website,,Kota Surabaya,Mojo
";

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut child = command(folder, arguments).spawn().unwrap();
    // It may have ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Words of a command line; what stands between quotes is one.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
        .collect()
}

/// Runs `pilah LINE --store store`: it must end with `code` and say each of `parts` on standard error; gives its output.
#[track_caller]
fn check(folder: &Path, line: &str, code: i32, parts: &[&str]) -> String {
    let mut arguments = words(line);
    arguments.extend(["--store", "store"]);
    let ran = run(folder, &arguments, "");
    assert_eq!(ran.code, Some(code), "{line}\n{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "`{line}` does not say `{part}`:\n{}", ran.err);
    }
    if code == 0 && parts.is_empty() {
        assert_eq!(ran.err, "", "{line}");
    }
    ran.out
}

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

fn get(folder: &Path, id: &str) -> Value {
    json(&check(folder, &format!("get {id}"), 0, &[]))
}

const INGEST: &str =
    "ingest --input ekspor.csv --format sp4n --reporter 'Nama Pelapor' --system sp4n --acks acks";

fn folder() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_path_buf();
    fs::write(folder.join("ekspor.csv"), EXPORT).unwrap();
    (directory, folder)
}

/// A store of the export.
fn store() -> (TempDir, PathBuf) {
    let (directory, folder) = folder();
    let out = check(&folder, INGEST, 0, &["ekspor.csv:4: warning: `Konten Terlupakan` is no status"]);
    assert_eq!(out, "4 new, 0 changed, 0 known, 0 rejected\n");
    (directory, folder)
}

#[test]
fn a_file_is_kept_once() {
    let (_directory, folder) = store();
    let ids = "sp4n:8000001\nsp4n:8000002\nsp4n:8000003\nsp4n:8000004\n";
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), ids);
    let before = check(&folder, "stats --json", 0, &[]);
    let out = check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(out, "0 new, 0 changed, 4 known, 0 rejected\n");
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), ids.repeat(2));
    let (before, after) = (json(&before), json(&check(&folder, "stats --json", 0, &[])));
    for key in ["complaints", "versions", "decisions", "events", "last", "indexed"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!((&after["complaints"], &after["versions"]), (&4.into(), &4.into()));
    assert!(after["bytes"].as_u64().unwrap() > 0);

    fs::write(folder.join("ekspor.csv"), EXPORT.replace("sejak Senin malam", "sejak Selasa malam")).unwrap();
    assert_eq!(check(&folder, INGEST, 0, &["no status"]), "0 new, 1 changed, 3 known, 0 rejected\n");
    let dossier = get(&folder, "sp4n:8000001");
    assert_eq!((&dossier["versions"], &dossier["status"]), (&2.into(), &"closed".into()));
    assert!(dossier["text"].as_str().unwrap().contains("Selasa"));
    assert_eq!(check(&folder, "verify", 0, &[]), "4 complaints in the ledger, 4 in the index: all is well\n");
}

/// Of two rows with one id in one file the later one counts, however they fall into commits; all of it again adds nothing.
/// An export of last week, read again today, once opened what had been closed.
#[test]
fn an_old_file_takes_nothing_back() {
    let (_directory, folder) = store();
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "closed");
    check(&folder, "status sp4n:8000001 in_progress --by dishub", 0, &[]);
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "in_progress");
    fs::write(folder.join("ekspor.csv"), EXPORT.replace("Ditutup oleh Admin", "Diarsipkan")).unwrap();
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "archived");
}

#[test]
fn the_later_row_of_an_id_counts() {
    let (_directory, folder) = folder();
    let texts = ["Lampu mati", "Lampu menyala lagi", "Lampu mati lagi", "Lampu roboh"];
    let statuses = ["baru", "proses", "disposisi", "selesai"];
    for (at, text) in texts.iter().enumerate() {
        let rows = texts[..=at].iter().zip(statuses);
        let rows: Vec<String> = rows.map(|(text, status)| format!("{at},{text},{status}")).collect();
        fs::write(folder.join("a.csv"), format!("id,isi,status\n{}\n", rows.join("\n"))).unwrap();
        check(&folder, "ingest --input a.csv --text isi --status status", 0, &[]);
        let dossier = get(&folder, &at.to_string());
        assert_eq!((&dossier["text"], &dossier["versions"]), (&(*text).into(), &(at + 1).into()));
        let status = ["new", "in_progress", "assigned", "closed"][at];
        assert_eq!(dossier["status"], status);
    }
    check(&folder, "verify", 0, &[]);
}

#[test]
fn rows_without_ids_and_rejected_rows() {
    let (_directory, folder) = folder();
    fs::write(folder.join("a.csv"), "isi\nLampu mati\nJalan rusak\n").unwrap();
    fs::write(folder.join("b.csv"), "isi\nSampah menumpuk\n").unwrap();
    check(&folder, "ingest --input a.csv b.csv --text isi --acks acks", 0, &[]);
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), "a.csv:2\na.csv:3\nb.csv:2\n");
    // Standard input has no name to tell its rows from others'.
    let ran =
        run(&folder, &words("ingest --store store --input - --format csv --text isi"), "isi\nAir keruh\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), "0 new, 0 changed, 0 known, 1 rejected\n"));
    assert!(ran.err.contains("<stdin>:2: the row has no id"), "{}", ran.err);

    let long = "9".repeat(300);
    fs::write(
        folder.join("c.csv"),
        format!("id,isi\n1,Lampu mati\n,Tanpa nomor\n{long},Terlalu panjang\n2,\"rusak\n"),
    )
    .unwrap();
    let ran = check(
        &folder,
        "ingest --input c.csv --text isi --acks acks2 --rejects buang --json",
        3,
        &["c.csv:4: the id `999"],
    );
    assert_eq!(json(&ran)["new"], fs::read_to_string(folder.join("acks2")).unwrap().lines().count());
    let rejects = fs::read_to_string(folder.join("buang")).unwrap();
    assert!(rejects.contains("c.csv:4: the id"), "{rejects}");
    // One that has no number of its own goes by its line.
    assert!(fs::read_to_string(folder.join("acks2")).unwrap().contains("c.csv:3\n"));
    assert_eq!(json(&ran)["rejected"], rejects.lines().count());
}

/// Half a line of a run that was cut short is no id.
#[test]
fn acks_begin_on_a_line_of_their_own() {
    let (_directory, folder) = folder();
    for (before, after) in
        [("sp4n:1\nsp4n:80", "sp4n:1\n"), ("sp4n:80", ""), ("sp4n:1\n", "sp4n:1\n"), ("", "")]
    {
        fs::write(folder.join("acks"), before).unwrap();
        check(&folder, INGEST, 0, &["no status"]);
        let acks = fs::read_to_string(folder.join("acks")).unwrap();
        assert_eq!(acks.strip_prefix(after).unwrap().lines().count(), 4, "{acks}");
    }
}

#[test]
fn what_people_decide() {
    let (_directory, folder) = store();
    let one = "sp4n:8000001";
    let out = check(
        &folder,
        &format!("correct {one} --agency perhubungan@35.78 --region 35.78.08 --by admin"),
        0,
        &[],
    );
    assert!(out.starts_with("sp4n:8000001: recorded at place "), "{out}");
    check(
        &folder,
        &format!("status {one} 'sedang diproses' --by dishub --at 2024-10-01T09:00:00+07:00"),
        0,
        &[],
    );
    let dossier = get(&folder, one);
    // What was ingested as closed is later than a status of long ago.
    assert_eq!((&dossier["status"], &dossier["corrected"]), (&"closed".into(), &true.into()));
    assert_eq!(
        (&dossier["agency"]["id"], &dossier["region"]),
        (&"perhubungan@35.78".into(), &"35.78.08".into())
    );
    assert_eq!(dossier["agency"]["name"], "Dinas Perhubungan Kota Surabaya");

    let again = format!("note {one} 'Pelapor menelepon lagi' --by loket --at 2024-10-02T09:00:00.123456789Z");
    check(&folder, &again, 0, &[]);
    assert!(check(&folder, &again, 0, &[]).ends_with(", known already\n"));

    let two = "sp4n:8000002";
    check(&folder, &format!("assign {two} 'Dinas Perhubungan Kota Surabaya'"), 0, &[]);
    assert_eq!(get(&folder, two)["status"], "assigned");
    check(&folder, &format!("bounce {two} --reason 'bukan kami'"), 0, &[]);
    let dossier = get(&folder, two);
    assert_eq!(dossier["status"], "bounced");
    assert_ne!(dossier["agency"]["id"], "perhubungan@35.78");

    check(&folder, &format!("link {one} kota:77"), 0, &[]);
    let dossier = get(&folder, "kota:77");
    assert_eq!(dossier["ids"], serde_json::json!(["kota:77", "sp4n:8000001"]));
    let facts: Vec<&str> = dossier["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"]["fact"].as_str().unwrap())
        .collect();
    assert_eq!(facts, ["status", "corrected", "status", "note", "same"]);

    // People win: what is ingested again or changes undoes no correction.
    fs::write(folder.join("ekspor.csv"), EXPORT.replace("sejak Senin", "sejak Rabu")).unwrap();
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, one)["agency"]["id"], "perhubungan@35.78");
    check(&folder, "verify", 0, &[]);
}

#[test]
fn another_systems_events_are_taken_over() {
    let (_directory, folder) = folder();
    let events = concat!(
        r#"{"id":"sp4n:8000001","at":"2024-10-01T09:00:00+07:00","by":"sp4n","fact":"status","status":"verified"}"#,
        "\n\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-01T09:00:00+07:00","fact":"same","other":"kota:5"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-02T09:00:00.5Z","fact":"assigned","agency":{"id":"kebersihan@35.78"}}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"note","text":"  "}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"kemarin","fact":"note","text":"?"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"status","status":"entah"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"corrected","agency":{"id":""}}"#,
        "\n",
    );
    fs::write(folder.join("kejadian.jsonl"), [events.as_bytes(), b"\xFF\xFE\n"].concat()).unwrap();
    let line = "sync --input kejadian.jsonl";
    let wrong = ["kejadian.jsonl:5: ", "empty note", "kejadian.jsonl:6: ", ":7: ", "entah", ":8: ", ":9: "];
    // Before their complaints.
    assert_eq!(check(&folder, line, 3, &wrong), "3 new, 0 known, 5 rejected\n");
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(check(&folder, line, 3, &wrong), "0 new, 3 known, 5 rejected\n");
    let dossier = get(&folder, "kota:5");
    assert_eq!(
        (&dossier["status"], &dossier["agency"]["id"]),
        (&"assigned".into(), &"kebersihan@35.78".into())
    );
    assert_eq!(dossier["ids"], serde_json::json!(["kota:5", "sp4n:8000002"]));
    check(&folder, "verify", 0, &[]);
}

#[test]
fn searching_and_watching() {
    let (_directory, folder) = store();
    let found = json(&check(&folder, "search jalan --json --facet status,month --limit 1", 0, &[]));
    assert_eq!((&found["total"], found["complaints"].as_array().unwrap().len()), (&3.into(), 1));
    assert_eq!(found["facets"]["month"], serde_json::json!([["2024-09", 3]]));
    let next = found["next"].as_str().unwrap();
    let more = json(&check(&folder, &format!("search jalan --json --after {next}"), 0, &[]));
    assert_eq!((&more["total"], more["complaints"].as_array().unwrap().len()), (&3.into(), 2));
    assert!(check(&folder, "search 'gang -lampu'", 0, &[]).contains("0 found"));
    assert!(
        check(&folder, "search --since 2024-09-24 --until 2024-09-25 --region 35.78", 0, &[])
            .contains("2 found")
    );
    assert!(check(&folder, "search lampu", 0, &[]).contains("[Lampu] jalan di gang"));

    check(&folder, "watch pju 'lampu status:new -(padam OR \"lampu merah\")'", 0, &[]);
    let kept = check(&folder, "watch", 0, &[]);
    assert!(kept.starts_with("pju: "), "{kept}");
    assert!(kept.contains(&check(&folder, "watch pju", 0, &[])));
    check(&folder, "watch tidak-ada", 1, &["tidak-ada"]);
    check(&folder, "watch tidak-ada --remove", 1, &["tidak-ada"]);
    check(&folder, "watch pju --remove", 0, &[]);
    assert_eq!(check(&folder, "watch", 0, &[]), "");
}

#[test]
fn wrong_use_names_the_value() {
    let (_directory, folder) = store();
    let one = "sp4n:8000001";
    for (line, value) in [
        ("correct ID --agency jalan@35.78", "jalan"),
        ("correct ID --agency 'Dinas Antah Berantah'", "Dinas Antah Berantah"),
        ("correct ID --function jalan", "jalan"),
        ("correct ID --category Entah", "Entah"),
        ("correct ID --type entah", "entah"),
        ("correct ID --region 99.99", "99.99"),
        ("correct ID --region Mojo", "Mojo"),
        ("correct ID --action entah", "entah"),
        ("correct ID", "nothing to correct"),
        ("status ID entah", "entah"),
        ("status ID closed --at kemarin", "kemarin"),
        ("assign ID entah", "entah"),
        ("assign ID perhubungan@99", "99"),
        ("bounce ID --agency entah", "entah"),
        ("note ID ' '", "empty note"),
        ("link ID ' '", "is empty"),
        ("link ID ID", "its own id"),
        ("search status:entah", "entah"),
        ("search --status entah", "entah"),
        ("search --type entah", "entah"),
        ("search --region Mojo", "Mojo"),
        ("search --since kemarin", "kemarin"),
        ("search --after entah", "entah"),
        ("search --facet entah", "entah"),
        ("search '(lampu'", "("),
        ("search warna:merah", "warna"),
        ("watch nama '(lampu'", "("),
        ("ingest --input ekspor.csv --within Mojo", "Mojo"),
        ("ingest --input ekspor.csv --durability selamanya", "selamanya"),
        ("ingest --input ekspor.csv --format sp4n --system 'a\u{7}b'", ""),
    ] {
        let ran = run(&folder, &words(&format!("{} --store store", line.replace("ID", one))), "");
        let code = if line.contains('\u{7}') { 3 } else { 2 };
        assert_eq!(ran.code, Some(code), "{line}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(value), "`{line}` does not name `{value}`: {}", ran.err);
    }
    for line in ["status", "note", "link", "assign", "bounce", "correct"] {
        let rest = match line {
            "status" => "closed",
            "note" | "link" => "lain",
            "assign" => "perhubungan@35.78",
            "correct" => "--function perhubungan",
            _ => "",
        };
        check(&folder, &format!("{line} tidak-ada {rest}"), 1, &["no complaint `tidak-ada`"]);
    }
    let out = check(&folder, &format!("get tidak-ada {one} juga-tidak"), 1, &["`tidak-ada`, `juga-tidak`"]);
    assert_eq!(json(&out)["id"], one);
    let elsewhere = run(&folder, &words("get --store lain 1"), "");
    assert_eq!(elsewhere.code, Some(1));
    assert!(
        elsewhere.err.contains("no store in `lain`: `pilah ingest --store lain --input FILE` makes one"),
        "{}",
        elsewhere.err
    );
    assert!(!folder.join("lain").exists());
    // None of it left anything.
    assert_eq!(json(&check(&folder, "stats --json", 0, &[]))["events"], 1);
    check(&folder, "verify", 0, &[]);
}

#[test]
fn what_is_confidential_stays_so() {
    let (_directory, folder) = store();
    let three = "sp4n:8000003";
    check(&folder, &format!("note {three} 'Saksi kepingting bersedia bicara'"), 0, &[]);
    let shut = check(&folder, &format!("get {three}"), 0, &[]);
    assert!(!shut.contains("kepingting"), "{shut}");
    let dossier = json(&shut);
    assert_eq!(
        (&dossier["confidential"], &dossier["text"], &dossier["decision"]),
        (&true.into(), &Value::Null, &Value::Null)
    );
    assert!(check(&folder, &format!("get {three} --confidential"), 0, &[]).contains("loket kepingting"));
    for query in ["kepingting", "loket", "id:sp4n:8000003"] {
        let found = json(&check(&folder, &format!("search {query} --json"), 0, &[]));
        assert_eq!(found["total"], 0, "{query}");
    }
    let all = check(&folder, "search --json", 0, &[]);
    assert!(!all.contains("kepingting"), "{all}");
    assert_eq!(json(&all)["total"], 4);
    let (backup, _) = (check(&folder, "backup --to salinan", 0, &[]), check(&folder, "rebuild", 0, &[]));
    assert_eq!(backup, "copied to salinan\n");
    // Reporters are nowhere, not even in what was deleted; what is confidential is not in the index.
    for (below, hidden) in [
        ("store", "Wira Contoh"),
        ("store", "Ratna Misal"),
        ("salinan", "Ratna Misal"),
        ("store/index", "kepingting"),
    ] {
        assert!(!holds(&folder.join(below), hidden), "`{hidden}` stands in `{below}`");
    }
    assert!(holds(&folder.join("store"), "loket kepingting"), "the search above finds nothing anywhere");
}

/// Whether a file of a folder has this text, in any case.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let lower = |bytes: &[u8]| bytes.to_ascii_lowercase();
        let within =
            |bytes: Vec<u8>| lower(&bytes).windows(text.len()).any(|part| part == lower(text.as_bytes()));
        if path.is_dir() { holds(&path, text) } else { within(fs::read(&path).unwrap()) }
    })
}

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

//! The program `pilah` from outside: commands, exit codes, messages and the documented JSON.
#![allow(missing_docs)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn pilah_with(directory: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    let output = command.current_dir(directory).args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs a command that must end with `code` and say each of `parts` on standard error; gives its output.
#[track_caller]
fn check(directory: &Path, line: &str, code: i32, parts: &[&str]) -> String {
    let ran = pilah_with(directory, &line.split(' ').collect::<Vec<_>>(), "");
    assert_eq!(ran.code, code, "{line}\n{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "`{line}` does not say `{part}`:\n{}", ran.err);
    }
    if code == 0 {
        assert_eq!(ran.err, "", "no progress in a pipe, and nothing to complain of");
    }
    ran.out
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `latih.csv`: 72 written complaints of three offices on three days a month; `uji.csv`: six more.
fn complaints() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let places =
        ["di gang mawar", "depan sekolah", "dekat pasar", "di kampung kami", "sejak kemarin", "mohon segera"];
    let offices = [
        (
            "dinas jalan",
            ["jalan rusak berlubang", "aspal hancur", "jalan amblas rusak", "lubang besar di jalan"],
        ),
        ("dinas lampu", ["lampu jalan mati", "penerangan padam", "lampu mati gelap", "tiang lampu roboh"]),
        (
            "dinas \"sampah\"",
            ["sampah menumpuk", "sampah belum diangkut", "tumpukan sampah bau", "truk sampah tidak datang"],
        ),
    ];
    let mut csv = "nomor,tanggal,isi,lokasi,instansi\n".to_owned();
    for (office, (name, texts)) in offices.iter().enumerate() {
        for (at, (text, place)) in texts.iter().flat_map(|text| places.map(|place| (text, place))).enumerate()
        {
            let name = name.replace('"', "\"\"");
            writeln!(
                csv,
                "{office}-{at},2024-{:02}-1{office},\"{text}, sekali\",{place},\"{name}\"",
                1 + at % 12
            )
            .unwrap();
        }
    }
    let test = "nomor,isi,lokasi,instansi\n1,jalan hancur,di desa,dinas jalan\n2,lampu padam,di desa,dinas lampu\n\
                3,sampah bau,di desa,\"dinas \"\"sampah\"\"\"\n4,lubang di aspal,,dinas jalan\n5,tidak tahu,,dinas air\n6,gelap,,\n";
    std::fs::write(directory.path().join("latih.csv"), csv).unwrap();
    std::fs::write(directory.path().join("uji.csv"), test).unwrap();
    directory
}

/// The same with a model, `kota.bundle`.
fn with_model() -> (TempDir, PathBuf) {
    let directory = complaints();
    let path = directory.path().to_path_buf();
    let train = "train --input latih.csv --text isi,lokasi --head kantor=instansi --min-count 3 --date tanggal --out kota.bundle";
    let out = check(&path, train, 0, &[]);
    assert!(out.contains("kantor") && out.contains("kota.bundle"), "{out}");
    (directory, path)
}

#[test]
fn from_training_to_reasons() {
    let (_directory, path) = with_model();
    let out = check(
        &path,
        "eval --model kota.bundle --input uji.csv --text isi,lokasi --head kantor=instansi --json",
        0,
        &[],
    );
    let figures = &lines(&out)[0]["heads"]["kantor"];
    let keys: Vec<&String> = figures.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["n", "unknown_labels", "classes", "accuracy", "macro_f1", "top3", "auto"]);
    assert_eq!(
        (&figures["n"], &figures["unknown_labels"], &figures["classes"]),
        (&4.into(), &1.into(), &3.into())
    );
    assert_eq!((figures["accuracy"].as_f64(), figures["top3"].as_f64()), (Some(1.0), Some(1.0)));
    assert_eq!(figures["auto"]["max_error"].as_f64(), Some(0.05));
    assert!(figures["auto"]["coverage"].is_f64() && figures["auto"]["error"].is_f64());

    let classify = "classify --model kota.bundle --input uji.csv --text isi,lokasi --id nomor";
    let out = check(&path, classify, 0, &[]);
    let answers = lines(&out);
    assert_eq!(answers.len(), 6);
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], (at + 1).to_string());
        let head = &answer["heads"]["kantor"];
        let top = head["top"].as_array().unwrap();
        assert_eq!((top.len(), &top[0][0], &top[0][1]), (3, &head["label"], &head["p"]));
        let total: f64 = top.iter().map(|entry| entry[1].as_f64().unwrap()).sum();
        assert!((total - 1.0).abs() < 1e-3, "{head}");
    }
    assert_eq!(answers[2]["heads"]["kantor"]["label"], "dinas \"sampah\"");
    assert_eq!(check(&path, &format!("{classify} --threads 3"), 0, &[]), out);
    assert_eq!(
        lines(&check(&path, &format!("{classify} --top 1"), 0, &[]))[0]["heads"]["kantor"]["top"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let ran =
        pilah_with(&path, &["explain", "--model", "kota.bundle", "--json", "lampu depan rumah mati"], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let why = &lines(&ran.out)[0];
    assert!(why["model"].as_str().is_some_and(|id| id.len() == 16));
    let head = &why["heads"]["kantor"];
    assert_eq!(head["label"], "dinas lampu");
    let evidence = head["evidence"].as_array().unwrap();
    assert_eq!(
        (&evidence[0]["words"], &evidence[0]["start"], &evidence[0]["end"]),
        (&"lampu".into(), &0.into(), &5.into())
    );
    let sum: f64 = evidence.iter().map(|word| word["contribution"].as_f64().unwrap()).sum();
    assert!((sum + head["bias"].as_f64().unwrap() - head["score"].as_f64().unwrap()).abs() < 1e-9);
    let from_input =
        pilah_with(&path, &["explain", "--model", "kota.bundle", "--json", "-"], "lampu depan rumah mati");
    assert_eq!(from_input.out, ran.out);
}

#[test]
fn tables_for_people() {
    let (_directory, path) = with_model();
    let out = check(
        &path,
        "eval --model kota.bundle --input uji.csv --text isi --head kantor=instansi --per-class",
        0,
        &[],
    );
    assert!(out.contains("macro-F1") && out.contains("kantor") && out.contains("precision"), "{out}");
    let ran = pilah_with(&path, &["explain", "Jalan rusak, hub 0812-0000-0000"], "");
    assert!(ran.code == 0 && ran.out.contains("function: pekerjaan-umum"), "{}", ran.out);
    assert!(ran.out.contains("without any word") && !ran.out.contains("0812"), "{}", ran.out);
}

#[test]
fn training_is_repeatable() {
    let (_directory, path) = with_model();
    let train = "train --input latih.csv --text isi,lokasi --head kantor=instansi --min-count 3 --date tanggal --out lagi.bundle";
    check(&path, train, 0, &[]);
    assert_eq!(
        std::fs::read(path.join("lagi.bundle")).unwrap(),
        std::fs::read(path.join("kota.bundle")).unwrap()
    );
}

#[test]
fn standard_input_and_formats() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], input: &str| pilah_with(directory.path(), arguments, input);
    let ran = run(&["classify", "--input", "-", "--format", "lines"], "jalan rusak\nlampu jalan mati\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers = lines(&ran.out);
    assert_eq!(answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect::<Vec<_>>(), ["1", "2"]);
    assert!(answers[0]["heads"].as_object().unwrap().keys().take(3).eq([
        "function",
        "category",
        "complaint"
    ]));
    let json = "{\"id\":\"a\",\"isi\":\"jalan rusak\"}\n{\"id\":\"b\"}\n";
    let ran = run(
        &["classify", "--input", "-", "--format", "jsonl", "--text", "isi", "--rejects", "tolak.txt"],
        json,
    );
    assert_eq!((ran.code, lines(&ran.out).len()), (3, 1));
    assert!(ran.err.starts_with("<stdin>:2: no `isi`"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(directory.path().join("tolak.txt")).unwrap(), ran.err);
    let ran = run(&["classify", "--input", "-", "--text", "isi"], "isi\na\n");
    assert!(ran.code == 1 && ran.err.contains("--format"), "{}", ran.err);
    assert_eq!(run(&["classify", "--input", "-", "--format", "lines"], "").out, "");
}

#[test]
fn rejected_rows_are_named_and_the_rest_is_done() {
    let (_directory, path) = with_model();
    std::fs::write(path.join("cacat.csv"), b"isi,lokasi\njalan rusak,a\nlampu\nsam\xffpah,b\nlampu mati,c\n")
        .unwrap();
    let line = "classify --model kota.bundle --input cacat.csv --text isi,lokasi --rejects tolak.txt";
    let out = check(&path, line, 3, &["cacat.csv:3: 1 fields", "cacat.csv:4: column `isi`: byte 0xFF"]);
    assert_eq!(lines(&out).len(), 2);
    let rejects = std::fs::read_to_string(path.join("tolak.txt")).unwrap();
    assert_eq!(rejects.lines().count(), 2);
    assert!(rejects.starts_with("cacat.csv:3: 1 fields"), "{rejects}");

    let mut csv = std::fs::read_to_string(path.join("latih.csv")).unwrap();
    csv.push_str("x,kemarin,jalan rusak,di sini,dinas jalan\n");
    std::fs::write(path.join("tanggal.csv"), csv).unwrap();
    let line = "train --input tanggal.csv --text isi --head kantor=instansi --min-count 3 --date tanggal --out t.bundle";
    check(&path, line, 3, &["tanggal.csv:74: column `tanggal`: `kemarin` is no date"]);
    assert!(path.join("t.bundle").exists());
}

#[test]
fn decisions_name_office_place_and_reason() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(
        path.join("aduan.csv"),
        "id,isi,lokasi,kel,kec\n\
         1,Lampu jalan di depan balai RW mati sejak seminggu,Jl. Melati 5,Mojo,Gubeng\n\
         2,Urus KTP dimintai uang oleh oknum petugas kecamatan,,,Gubeng\n\
         3,tolong pak,,,\n",
    )
    .unwrap();
    let line =
        "triage --input aduan.csv --text isi --address lokasi --village kel --district kec --within 35.78";
    let out = check(path, line, 0, &[]);
    assert_eq!(check(path, &format!("{line} --threads 3"), 0, &[]), out);
    let lines = lines(&out);
    assert_eq!(lines[0]["id"], "1");
    assert_eq!(lines[0]["agency"]["id"], "perhubungan@35.78");
    assert_eq!(lines[0]["agency"]["name"], "Dinas Perhubungan Kota Surabaya");
    assert_eq!(lines[0]["place"]["region"], "35.78.08.1002");
    assert_eq!(lines[0]["missing"], serde_json::json!([]));
    assert_eq!(lines[1]["flags"], serde_json::json!(["misconduct", "conflict-of-interest"]));
    assert_eq!(
        (&lines[1]["action"], &lines[1]["also"][0]["id"]),
        (&"review".into(), &"pengawasan@35.78".into())
    );
    assert_eq!(lines[2]["action"], "incomplete");
    for key in ["action", "reason", "type", "category", "alternatives", "evidence", "model", "rules"] {
        assert!(!lines[0][key].is_null(), "{key}");
    }
    check(path, "triage --input aduan.csv --text isi --within 99x", 2, &["99x"]);
}

#[test]
fn failures_name_the_file_and_what_is_wrong() {
    let (_directory, path) = with_model();
    let mut bytes = std::fs::read(path.join("kota.bundle")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path.join("rusak.bundle"), &bytes).unwrap();
    std::fs::write(path.join("pendek.bundle"), &bytes[..middle]).unwrap();
    let table = [
        ("classify --model rusak.bundle --input uji.csv --text isi", vec!["`rusak.bundle`", "checksum"]),
        ("explain --model pendek.bundle jalan", vec!["`pendek.bundle`", "cut"]),
        (
            "eval --model uji.csv --input uji.csv --text isi --head a=b",
            vec!["`uji.csv`", "not a pilah model"],
        ),
        ("classify --model tiada.bundle --input uji.csv --text isi", vec!["`tiada.bundle`"]),
        ("classify --input tiada.csv --text isi", vec!["`tiada.csv`"]),
        (
            "classify --input uji.csv --text uraian",
            vec!["`uji.csv`", "`uraian`", "nomor, isi, lokasi, instansi"],
        ),
        (
            "train --input uji.csv --text isi --head kantor=instansi --out x.bundle",
            vec!["head `kantor`", "--min-count"],
        ),
        (
            "train --input latih.csv --text isi,lokasi --head k=instansi --out tiada/x.bundle",
            vec!["tiada/x.bundle"],
        ),
    ];
    for (line, parts) in table {
        assert_eq!(check(&path, line, 1, &parts), "");
    }
    assert!(!path.join("x.bundle").exists());
}

#[test]
fn wrong_use_ends_with_2() {
    let (_directory, path) = with_model();
    let table = [
        ("tiada", "tiada"),
        ("classify", "--input"),
        ("classify --input uji.csv", "--text"),
        ("classify --input uji.csv --text isi --format pdf", "pdf"),
        ("classify --input uji.csv --text isi --threads banyak", "banyak"),
        ("train --input latih.csv --text isi --head kantor --out x.bundle", "NAME=COL"),
        (
            "eval --model kota.bundle --input uji.csv --text isi --head topik=instansi",
            "no head `topik`: it has kantor",
        ),
    ];
    for (line, part) in table {
        assert_eq!(check(&path, line, 2, &[part]), "");
    }
}

#[test]
fn help_has_examples_and_the_version_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let help = check(directory.path(), "--help", 0, &[]);
    for command in ["demo", "train", "eval", "classify", "triage", "explain", "generate"] {
        assert!(help.contains(command));
        let help = check(directory.path(), &format!("{command} --help"), 0, &[]);
        assert!(help.contains("Example") && help.contains(&format!("pilah {command}")), "{help}");
    }
    assert_eq!(
        check(directory.path(), "--version", 0, &[]).trim(),
        format!("pilah {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_demo_needs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let out = check(directory.path(), "demo", 0, &[]);
    for part in
        ["route", "review", "S001", "pekerjaan-umum", "Kabupaten", "misconduct", "Next:", "pilah triage"]
    {
        assert!(out.contains(part), "no {part} in\n{out}");
    }
    let widest = out.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 110 && out.lines().count() <= 80, "more than a page:\n{out}");
    // But for the line of the speed, the same page each time.
    let timeless = |out: &str| {
        let lines: Vec<String> =
            out.lines().filter(|line| !line.contains("on one thread")).map(str::to_owned).collect();
        assert_eq!(lines.len() + 1, out.lines().count());
        lines
    };
    assert_eq!(timeless(&check(directory.path(), "demo", 0, &[])), timeless(&out));
    check(directory.path(), "demo --rows 0", 0, &[]);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "it leaves nothing behind");
}

#[test]
fn invented_complaints_are_written_whole_or_not_at_all() {
    let directory = complaints();
    let path = directory.path();
    let generate = "generate --rows 300 --seed 7 --within 35.78 --since 2024-01-01 --until 2024-06-30";
    let out = check(path, generate, 0, &[]);
    assert!(out.starts_with(
        "id,date,channel,text,address,village,district,region,reporter,origin\nG00000001,2024-01-0"
    ));
    assert!(!path.join("beban.csv").exists());
    assert_eq!(check(path, &format!("{generate} --out beban.csv"), 0, &[]), "");
    assert_eq!(std::fs::read_to_string(path.join("beban.csv")).unwrap(), out);
    let with_own = check(path, &format!("{generate} --input latih.csv uji.csv --text isi,lokasi"), 0, &[]);
    assert_ne!(with_own, out);
    let classified =
        pilah_with(path, &["classify", "--input", "-", "--format", "csv", "--text", "text"], &out);
    assert_eq!((classified.code, lines(&classified.out).len()), (0, 300));

    for (line, part) in [
        ("--rows 0", "0 rows"),
        ("--rows viel", "viel"),
        ("--copies 1.5", "1.5"),
        ("--copies nan", "NaN"),
        ("--copies 0.7 --repeats 0.6", "0.7"),
        ("--since 2024-02-30", "2024-02-30"),
        ("--since 2024-02-01 --until 2024-01-31", "2024-01-31"),
        ("--within 3", "`3`"),
        ("--within 99", "`99`"),
    ] {
        let rows = if line.starts_with("--rows") { "" } else { "--rows 10 " };
        check(path, &format!("generate {rows}{line} --out salah.csv"), 2, &[part]);
    }
    check(path, "generate --rows 10 --input latih.csv --text judul --out salah.csv", 1, &["judul"]);
    check(path, "generate --rows 10 --input tidak-ada.csv --text isi --out salah.csv", 1, &["tidak-ada.csv"]);
    let left: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("salah")), "{left:?}");
}

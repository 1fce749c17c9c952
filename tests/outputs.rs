//! What `triage` reads and writes besides JSON lines: exports by their profile, CSV, XLSX, files that appear at once.
#![allow(missing_docs)]

use std::io::Cursor;
use std::path::Path;

use assert_cmd::Command;
use calamine::{Data, Reader as _, Xlsx};
use pilah::model::{Columns, Format, Reader};
use pilah::routing::{DECISION_SCHEMA, DecisionSheet, Triage, triage_sheet};
use serde_json::Value;
use tempfile::TempDir;

/// Runs the program; it must end with `code`. Gives what it wrote on standard output and on standard error.
#[track_caller]
fn run(directory: &Path, line: &str, code: i32) -> (Vec<u8>, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    let output = command.current_dir(directory).args(line.split(' ')).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}\n{err}");
    (output.stdout, err)
}

const COMPLAINTS: &str = "id,isi,kec,kanal\n\
    =1+1,Lampu jalan di depan balai RW mati sejak seminggu,Gubeng,web\n\
    2,\"Jalan berlubang, parah\ndan bahaya\",Gubeng,pos merpati\n\
    3,tolong pak,,pos merpati\n";

fn folder() -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("aduan.csv"), COMPLAINTS).unwrap();
    directory
}

const TRIAGE: &str = "triage --input aduan.csv --text isi --district kec --within 35.78";

fn table(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn sheets(xlsx: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(xlsx)).unwrap();
    let rows =
        |(name, range): (String, calamine::Range<Data>)| (name, range.rows().map(<[Data]>::to_vec).collect());
    book.worksheets().into_iter().map(rows).collect()
}

#[test]
fn csv_says_what_the_lines_say() {
    let folder = folder();
    let (json, _) = run(folder.path(), TRIAGE, 0);
    let (csv, _) = run(folder.path(), &format!("{TRIAGE} --to csv"), 0);
    let rows = table(&csv);
    let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let lines: Vec<Value> =
        String::from_utf8(json).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((rows.len(), rows[0].len()), (4, 21));
    for (row, line) in rows[1..].iter().zip(&lines) {
        for (column, pointer) in [
            ("action", "/action"),
            ("reason", "/reason"),
            ("type", "/type/label"),
            ("category", "/category/label"),
            ("agency_id", "/agency/id"),
            ("agency", "/agency/name"),
            ("function", "/agency/function"),
            ("agency_region", "/agency/region"),
            ("place", "/place/region"),
            ("place_name", "/place/name"),
            ("model", "/model"),
            ("rules", "/rules"),
        ] {
            let value = line.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert_eq!(row[at(column)], value, "{column}");
        }
        for (column, pointer) in [("type_p", "/type/p"), ("agency_p", "/agency/p"), ("place_p", "/place/p")] {
            let value = line.pointer(pointer).and_then(Value::as_f64);
            let same = value.map_or(row[at(column)].is_empty(), |p| {
                (row[at(column)].parse::<f64>().unwrap() - p).abs() < 1e-4
            });
            assert!(same, "{column}: {} is not {value:?}", row[at(column)]);
        }
        let joined = |list: &str, key: &str| {
            let parts = line[list].as_array().unwrap().iter();
            parts.map(|part| part.pointer(key).unwrap().as_str().unwrap()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(row[at("flags")], joined("flags", ""));
        assert_eq!(row[at("missing")], joined("missing", ""));
        assert_eq!(row[at("alternatives")], joined("alternatives", "/id"));
        assert_eq!(row[at("also")], joined("also", "/id"));
    }
    // A spreadsheet program shows the id, it does not compute it.
    assert_eq!(rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["id", "'=1+1", "2", "3"]);
    let (threads, _) = run(folder.path(), &format!("{TRIAGE} --to csv --threads 3"), 0);
    assert_eq!(threads, csv);
    // By the ending of the file, which is there once it is complete, and nothing else.
    run(folder.path(), &format!("{TRIAGE} --output keputusan.csv"), 0);
    assert_eq!(std::fs::read(folder.path().join("keputusan.csv")).unwrap(), csv);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn workbooks_hold_text_and_numbers() {
    let folder = folder();
    let (csv, _) = run(folder.path(), &format!("{TRIAGE} --to csv"), 0);
    run(folder.path(), &format!("{TRIAGE} --output keputusan.xlsx"), 0);
    let xlsx = std::fs::read(folder.path().join("keputusan.xlsx")).unwrap();
    let (piped, _) = run(folder.path(), &format!("{TRIAGE} --output - --to xlsx --threads 3"), 0);
    assert_eq!(piped, xlsx, "the same bytes");
    let sheets = sheets(&xlsx);
    assert_eq!((sheets.len(), sheets[0].0.as_str()), (1, "Decisions"));
    let expected = table(&csv);
    assert_eq!(sheets[0].1.len(), expected.len());
    for (row, (found, expected)) in sheets[0].1.iter().zip(&expected).enumerate() {
        for ((cell, expected), name) in found.iter().zip(expected).zip(&table(&csv)[0]) {
            match cell {
                Data::Float(number) => {
                    assert!(name.ends_with("_p") && (number - expected.parse::<f64>().unwrap()).abs() < 1e-9);
                }
                Data::Empty => assert_eq!(expected, ""),
                cell if row == 1 && name == "id" => assert_eq!(cell, &Data::String("=1+1".to_owned())),
                cell => assert_eq!(cell, &Data::String(expected.clone())),
            }
        }
    }
}

#[test]
fn more_rows_than_a_sheet_has_go_on_in_the_next() {
    let columns = Columns { text: vec!["isi".into()], ..Columns::default() };
    let write = |csv: &str, rows: u32| {
        let mut reader = Reader::new(csv.as_bytes(), Format::Csv, &columns).unwrap();
        let mut sheet = DecisionSheet::xlsx(Vec::new()).unwrap().rows_per_sheet(rows);
        triage_sheet(Triage::shipped, &mut reader, &mut sheet, 1, |_| {}).unwrap();
        sheets(&sheet.finish().unwrap())
    };
    let ids = |sheet: &(String, Vec<Vec<Data>>)| {
        let ids: Vec<String> = sheet.1.iter().map(|row| row[0].to_string()).collect();
        format!("{}: {}", sheet.0, ids.join(" "))
    };
    let found: Vec<String> = write(COMPLAINTS, 3).iter().map(ids).collect();
    assert_eq!(found, ["Decisions: id =1+1 2", "Decisions 2: id 3"]);
    let found: Vec<String> = write("isi\n", 3).iter().map(ids).collect();
    assert_eq!(found, ["Decisions: id"]);
    // What no cell can hold is cut, what XML cannot hold is escaped.
    let long = format!("id,isi\n{},jalan rusak\n\u{1}\u{fffe}x,jalan rusak\n", "é".repeat(40_000));
    let rows = &write(&long, 10)[0].1;
    assert_eq!(rows[1][0].to_string().chars().count(), 32_767);
    assert!(rows[2][0].to_string().ends_with('x'));
}

#[test]
fn nothing_is_left_of_what_fails() {
    let folder = folder();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    std::fs::write(folder.path().join("lama.csv"), "lama").unwrap();
    let (_, err) = run(folder.path(), "triage --input aduan.csv --text tiada --output lama.csv", 1);
    assert!(err.contains("no column `tiada`"), "{err}");
    let (_, err) = run(folder.path(), "triage --input aduan.csv --text isi --output tiada/baru.csv", 1);
    assert!(err.contains("tiada/baru.csv"), "{err}");
    // The name is taken by a folder: all is written, but cannot be put there.
    std::fs::create_dir(folder.path().join("map.csv")).unwrap();
    let (_, err) = run(folder.path(), "triage --input aduan.csv --text isi --output map.csv", 1);
    assert!(err.contains("map.csv"), "{err}");
    assert_eq!(names(), ["aduan.csv", "lama.csv", "map.csv"]);
    assert_eq!(std::fs::read(folder.path().join("lama.csv")).unwrap(), b"lama");
    run(folder.path(), "triage --input aduan.csv --text isi --to pdf", 2);
    run(folder.path(), "triage", 2);
}

#[test]
fn what_is_not_known_is_said_once() {
    let folder = folder();
    let (out, err) = run(folder.path(), &format!("{TRIAGE} --channel kanal --reporter id --date kec"), 0);
    assert_eq!(err, "aduan.csv:3: warning: `pos merpati` is no channel, taken as `other` (2 rows)\n");
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 3, "the rows are decided");
}

#[test]
fn exports_need_no_columns() {
    let folder = TempDir::new().unwrap();
    let export = "Tracking ID;Nama Pelapor;Klasifikasi Laporan;Judul Laporan;Isi Laporan Awal;Sumber Laporan;Provinsi;Kota/Kabupaten;Kecamatan;Kelurahan\n\
        7000001;Fulan;Aspirasi;Lampu jalan mati;Lampu di depan balai RW mati sejak seminggu;Whatsapp;Jawa Timur;Kota Surabaya;GUBENG;Mojo\n\
        7000002;Fulan;Keluhan;Jalan rusak;Jalan berlubang dan rusak parah;Website - kota;Jawa Tengah;;;\n";
    std::fs::write(folder.path().join("ekspor.csv"), export).unwrap();
    let (named, err) = run(folder.path(), "triage --input ekspor.csv --format sp4n", 0);
    assert_eq!(err, "ekspor.csv:3: warning: `Keluhan` is no type of report, taken as not stated (1 rows)\n");
    let (guessed, _) = run(folder.path(), "triage --input ekspor.csv", 0);
    assert_eq!(named, guessed);
    let named = String::from_utf8(named).unwrap();
    let lines: Vec<Value> = named.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["id"], &lines[0]["place"]["region"]), (&"7000001".into(), &"35.78.08.1002".into()));
    assert_eq!(lines[1]["id"], "7000002");
    assert!(!named.contains("Fulan"));
    // Formats that are named leave profiles out.
    let (_, err) = run(folder.path(), "triage --input ekspor.csv --format csv", 2);
    assert!(err.contains("--text"), "{err}");
    let requests = r#"[{"service_request_id":"a1","description":"Lampu jalan mati sejak seminggu","address":"Gubeng, Surabaya"}]"#;
    std::fs::write(folder.path().join("permintaan.json"), requests).unwrap();
    let (out, _) = run(folder.path(), "classify --input permintaan.json --format open311", 0);
    assert!(out.starts_with(b"{\"id\":\"a1\""));
    let (out, _) = run(folder.path(), "triage --input permintaan.json --format open311", 0);
    assert!(String::from_utf8(out).unwrap().contains("35.78"));
}

#[test]
fn the_schema_is_printed() {
    let folder = TempDir::new().unwrap();
    let (out, _) = run(folder.path(), "triage --schema", 0);
    assert_eq!(String::from_utf8(out).unwrap().trim(), DECISION_SCHEMA.trim());
}

//! Reading complaints: CSV, JSON lines, plain lines, XLSX, what is rejected and why, and dates.
#![allow(missing_docs)]

use std::path::Path;

use pilah::model::{Batch, Columns, Format, Reader, parse_date};
use pilah::{Error, ErrorKind};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Formula, Workbook};

fn columns(text: &[&str], id: Option<&str>, others: &[&str]) -> Columns {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Columns { text: owned(text), id: id.map(str::to_owned), others: owned(others), ..Columns::default() }
}

/// Rows as `line|id|text|others…`, and rejects as `line: reason`.
fn read(
    bytes: &[u8],
    format: Format,
    columns: &Columns,
    limit: usize,
) -> Result<(Vec<String>, Vec<String>), Error> {
    let mut reader = Reader::new(bytes, format, columns)?;
    let (mut batch, mut rows, mut rejects) = (Batch::new(), Vec::new(), Vec::new());
    while reader.read(&mut batch, limit)? {
        assert!(!batch.is_empty() || !batch.rejects().is_empty());
        assert!(batch.len() <= limit && batch.row(batch.len()).is_none());
        for row in batch.rows() {
            assert_eq!(row.other(columns.others.len()), "", "past the end");
            let mut fields = vec![row.line().to_string(), row.id().to_owned(), row.text().to_owned()];
            fields.extend((0..columns.others.len()).map(|place| row.other(place).to_owned()));
            rows.push(fields.join("|"));
        }
        rejects.extend(batch.rejects().iter().map(|reject| format!("{}: {}", reject.line, reject.reason)));
    }
    assert!(!reader.read(&mut batch, limit)? && batch.is_empty(), "the end stays the end");
    Ok((rows, rejects))
}

/// Rows must be equal; of each reject the line and a part of the reason are given.
#[track_caller]
fn check(bytes: &[u8], format: Format, columns: &Columns, rows: &[&str], rejects: &[(u64, &str)]) {
    for limit in [1, 2, 1000] {
        let (found, refused) = read(bytes, format, columns, limit).unwrap();
        assert_eq!(found, rows, "{limit} at a time");
        assert_eq!(refused.len(), rejects.len(), "{refused:?}");
        for (found, (line, reason)) in refused.iter().zip(rejects) {
            assert!(
                found.starts_with(&format!("{line}: ")) && found.contains(reason),
                "{found:?}, not {line}: {reason}"
            );
        }
    }
}

#[track_caller]
fn check_error(bytes: &[u8], format: Format, columns: &Columns, kind: ErrorKind, parts: &[&str]) {
    let error = Reader::new(bytes, format, columns).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "`{error}` does not say `{part}`");
    }
}

#[test]
fn csv() {
    let isi = columns(&["isi"], None, &[]);
    check(b"isi\nsatu\ndua\n", Format::Csv, &isi, &["2|2|satu", "3|3|dua"], &[]);
    check(b"id,isi\n7,satu\n8,dua", Format::Csv, &isi, &["2|7|satu", "3|8|dua"], &[]);
    check("\u{feff}isi,x\nsatu,1\n".as_bytes(), Format::Csv, &isi, &["2|2|satu"], &[]);
    check(" isi ,x\nsatu,1\n".as_bytes(), Format::Csv, &isi, &["2|2|satu"], &[]);
    check(b"isi\n", Format::Csv, &isi, &[], &[]);
    let (rows, rejects) = read(b"id,isi\r\n7,satu\r\n\r\n8,\"d\r\nua\"\r\n", Format::Csv, &isi, 9).unwrap();
    let texts: Vec<&str> = rows.iter().map(|row| row.split_once('|').unwrap().1).collect();
    assert_eq!((texts, rejects.len()), (vec!["7|satu", "8|d\r\nua"], 0));
    let quoted = "id,isi\n1,\"koma, dan \"\"kutip\"\"\"\n2,\"dua\nbaris\"\n3,akhir\n";
    check(
        quoted.as_bytes(),
        Format::Csv,
        &isi,
        &["2|1|koma, dan \"kutip\"", "3|2|dua\nbaris", "5|3|akhir"],
        &[],
    );
    let all = columns(&["isi", "lokasi"], Some("nomor"), &["topik", "tanggal"]);
    let file = "tanggal,topik,nomor,lokasi,isi\n2024-01-02,jalan,A1,Jl. Melati,rusak\n,,A2,,\n";
    check(
        file.as_bytes(),
        Format::Csv,
        &all,
        &["2|A1|rusak . Jl. Melati|jalan|2024-01-02", "3|A2| . ||"],
        &[],
    );
}

#[test]
fn csv_rows_that_cannot_be_read() {
    let both = columns(&["isi"], None, &["topik"]);
    let file = b"isi,topik\nsatu,a\ndua\ntiga,b,c\nempat,d\n";
    check(
        file,
        Format::Csv,
        &both,
        &["2|2|satu|a", "5|5|empat|d"],
        &[(3, "1 fields, but the header has 2"), (4, "3 fields, but the header has 2")],
    );
    let file = b"isi,topik\nsa\xffu,a\nd\xc3\xa9,b\ntiga,\xe9\n";
    check(
        file,
        Format::Csv,
        &both,
        &["3|3|d\u{e9}|b"],
        &[(2, "column `isi`: byte 0xFF at 2 is not UTF-8"), (4, "column `topik`: byte 0xE9 at 0")],
    );
    // What is not asked for need not be readable.
    check(b"isi,topik\nsatu,\xe9\n", Format::Csv, &columns(&["isi"], None, &[]), &["2|2|satu"], &[]);
}

#[test]
fn csv_files_that_cannot_be_read() {
    let header = b"nomor,uraian,lokasi\n1,a,b\n";
    let parts = ["`isi`", "nomor, uraian, lokasi"];
    check_error(header, Format::Csv, &columns(&["isi"], None, &[]), ErrorKind::Input, &parts);
    check_error(header, Format::Csv, &columns(&["uraian"], Some("isi"), &[]), ErrorKind::Input, &parts);
    check_error(header, Format::Csv, &columns(&["uraian"], None, &["isi"]), ErrorKind::Input, &parts);
    check_error(header, Format::Csv, &columns(&[], None, &[]), ErrorKind::Parameter, &["--text"]);
    check_error(b"", Format::Csv, &columns(&["isi"], None, &[]), ErrorKind::Input, &["no header line"]);
    check_error(
        b"is\xe9,x\n",
        Format::Csv,
        &columns(&["isi"], None, &[]),
        ErrorKind::Input,
        &["header", "0xE9"],
    );
}

#[test]
fn json_lines() {
    let isi = columns(&["isi"], None, &["n"]);
    let file = concat!(
        "{\"isi\":\"satu\\nbaris \\u00e9\",\"n\":\"a\",\"lain\":{\"x\":[1,2]}}\n",
        "\n  \r\n",
        "{\"id\":17,\"n\":2.5,\"isi\":\"dua\"}\r\n",
        "{\"isi\":true,\"n\":null}\n",
        "{\"isi\":-3,\"id\":null}"
    );
    let rows = ["1|1|satu\nbaris é|a", "4|17|dua|2.5", "5|5|true|", "6|6|-3|"];
    check(file.as_bytes(), Format::Jsonl, &isi, &rows, &[]);
    check("\u{feff}{\"isi\":\"a\"}".as_bytes(), Format::Jsonl, &isi, &["1|1|a|"], &[]);
    check(b"", Format::Jsonl, &isi, &[], &[]);
    let two = columns(&["judul", "isi"], Some("kode"), &[]);
    let file = b"{\"kode\":\"K1\",\"isi\":\"b\",\"judul\":\"a\"}\n{\"kode\":2,\"isi\":\"b\"}\n";
    check(file, Format::Jsonl, &two, &["1|K1|a . b", "2|2| . b"], &[]);
}

#[test]
fn json_lines_that_cannot_be_read() {
    let isi = columns(&["isi"], None, &["n"]);
    let file = concat!(
        "{\"isi\":\"a\",\"n\":[1]}\n{\"isi\":{\"x\":1}}\n{\"n\":1}\n{\"isi\":null}\n[1]\n\"teks\"\n",
        "{\"isi\":\"a\"} x\n{\"isi\":\"a\"\ntiada\n{\"isi\":\"baik\"}\n"
    );
    let plain = "not a JSON object of plain values";
    let rejects = [
        (1, plain),
        (2, plain),
        (3, "no `isi`"),
        (4, "no `isi`"),
        (5, plain),
        (6, plain),
        (7, plain),
        (8, plain),
        (9, plain),
    ];
    check(file.as_bytes(), Format::Jsonl, &isi, &["10|10|baik|"], &rejects);
    check(b"{\"isi\":\"\xff\"}\n{\"isi\":\"b\"}", Format::Jsonl, &isi, &["2|2|b|"], &[(1, "byte 0xFF at 8")]);
    check(
        b"{\"isi\":\"a\"}\n",
        Format::Jsonl,
        &columns(&["isi"], Some("kode"), &[]),
        &[],
        &[(1, "no `kode`")],
    );
    check(b"{\"x\":1}", Format::Jsonl, &columns(&["a", "b"], None, &[]), &[], &[(1, "no `a` or `b`")]);
}

#[test]
fn plain_lines() {
    let none = columns(&[], None, &[]);
    check(
        b"satu\r\n\ntiga, \"kutip\"\nempat",
        Format::Lines,
        &none,
        &["1|1|satu", "2|2|", "3|3|tiga, \"kutip\"", "4|4|empat"],
        &[],
    );
    check(
        "\u{feff}satu\n\u{feff}dua\n".as_bytes(),
        Format::Lines,
        &none,
        &["1|1|satu", "2|2|\u{feff}dua"],
        &[],
    );
    check(b"a\n\xff\nc\n", Format::Lines, &none, &["1|1|a", "3|3|c"], &[(2, "byte 0xFF at 0")]);
    check(b"", Format::Lines, &none, &[], &[]);
    check(b"a\n", Format::Lines, &columns(&["isi"], None, &["topik"]), &["1|1|a|"], &[]);
    let long = [vec![b'a'; (16 << 20) + 5], b"\nb\n".to_vec()].concat();
    check(&long, Format::Lines, &none, &["2|2|b"], &[(1, "longer than")]);
}

#[test]
fn workbooks() {
    let date = CellFormat::new().set_num_format("yyyy-mm-dd hh:mm");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // Rows 1 and 2 are empty but for nothing at all; the header is row 3.
    for (column, name) in ["id", "isi", "lokasi", "tanggal", "baik"].into_iter().enumerate() {
        sheet.write(2, column as u16, name).unwrap();
    }
    sheet.write(3, 0, 101).unwrap().write(3, 1, "jalan rusak").unwrap().write(3, 2, "Jl. Melati").unwrap();
    let moment = ExcelDateTime::from_ymd(2024, 9, 23).unwrap().and_hms(14, 5, 0).unwrap();
    sheet.write_with_format(3, 3, &moment, &date).unwrap().write(3, 4, true).unwrap();
    sheet.write(5, 0, 2.5).unwrap().write(5, 1, 17).unwrap();
    sheet.write(6, 0, "akhir").unwrap().write(6, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let all = columns(&["isi", "lokasi"], None, &["tanggal", "baik"]);
    let (rows, rejects) = read(&bytes, Format::Xlsx, &all, 2).unwrap();
    assert_eq!(rows[..2], ["4|101|jalan rusak . Jl. Melati|2024-09-23 14:05:00|true", "6|2.5|17 . ||"]);
    assert_eq!(rows.len() + rejects.len(), 3);
    check_error(
        &bytes,
        Format::Xlsx,
        &columns(&["uraian"], None, &[]),
        ErrorKind::Input,
        &["`uraian`", "id, isi, lokasi, tanggal, baik"],
    );
    assert!(parse_date("2024-09-23 14:05:00").is_some(), "dates of workbooks can be read as dates");
}

#[test]
fn workbooks_that_are_none() {
    let isi = columns(&["isi"], None, &[]);
    check_error(b"id,isi\n1,a\n", Format::Xlsx, &isi, ErrorKind::Input, &["not a readable XLSX"]);
    check_error(b"", Format::Xlsx, &isi, ErrorKind::Input, &["not a readable XLSX"]);
    let mut book = Workbook::new();
    book.add_worksheet();
    check_error(&book.save_to_buffer().unwrap(), Format::Xlsx, &isi, ErrorKind::Input, &["empty"]);
}

#[test]
fn formats_are_known_by_name_and_ending() {
    let table = [
        ("a.csv", Format::Csv),
        ("b/c.CSV", Format::Csv),
        ("a.jsonl", Format::Jsonl),
        ("a.ndjson", Format::Jsonl),
        ("a.json", Format::Json),
        ("a.txt", Format::Lines),
        ("a.lines", Format::Lines),
        ("a.b.xlsx", Format::Xlsx),
    ];
    for (path, format) in table {
        assert_eq!(Format::guess(Path::new(path)).unwrap(), format, "{path}");
    }
    for path in ["a.pdf", "a", "-", "csv", ".csv"] {
        let error = Format::guess(Path::new(path)).unwrap_err();
        assert!(
            error.to_string().contains(&format!("`{path}`")) && error.to_string().contains("--format"),
            "{error}"
        );
    }
    assert_eq!("xlsx".parse::<Format>().unwrap(), Format::Xlsx);
    let error = "pdf".parse::<Format>().unwrap_err();
    assert!(error.kind() == ErrorKind::Parameter && error.to_string().contains("`pdf`"), "{error}");
}

#[test]
fn files_are_named_in_errors() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aduan.csv");
    let open = || Reader::open(&path, Format::Csv, &columns(&["isi"], None, &[]));
    let error = open().unwrap_err();
    assert!(error.kind() == ErrorKind::Io && error.to_string().contains("aduan.csv"), "{error}");
    std::fs::write(&path, "uraian\na\n").unwrap();
    let error = open().unwrap_err();
    assert!(error.kind() == ErrorKind::Input && error.to_string().contains("aduan.csv"), "{error}");
    std::fs::write(&path, "isi\na\n").unwrap();
    assert!(open().unwrap().read(&mut Batch::new(), 5).unwrap());
}

#[test]
fn dates() {
    let table = [
        ("2024-09-23", "2024-09-23T00:00:00"),
        ("2024-09-23 14:05", "2024-09-23T14:05:00"),
        ("2024-09-23 14:05:09", "2024-09-23T14:05:09"),
        ("2024-09-23 14:05:09.250", "2024-09-23T14:05:09.25"),
        ("2024-09-23T14:05", "2024-09-23T14:05:00"),
        ("2024-09-23T14:05:09Z", "2024-09-23T14:05:09"),
        ("2024-09-23T14:05:09+07:00", "2024-09-23T14:05:09"),
        ("2024-09-23 14:05:09-0800", "2024-09-23T14:05:09"),
        ("23-09-2024", "2024-09-23T00:00:00"),
        ("23/09/2024", "2024-09-23T00:00:00"),
        ("23-09-2024 14:05", "2024-09-23T14:05:00"),
        ("23/09/2024 14:05:09", "2024-09-23T14:05:09"),
        ("23 Sep 2024", "2024-09-23T00:00:00"),
        ("23 Sep 2024 14:05:09", "2024-09-23T14:05:09"),
        ("23 Agustus 2024", "2024-08-23T00:00:00"),
        ("1 Mei 2024 14:05", "2024-05-01T14:05:00"),
        ("01 DES. 2024", "2024-12-01T00:00:00"),
        ("  2024-02-29\n", "2024-02-29T00:00:00"),
    ];
    for (text, expected) in table {
        assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text:?}");
    }
    for text in [
        "",
        "kemarin",
        "2024",
        "2024-13-01",
        "2023-02-29",
        "09/23/2024",
        "31-04-2024",
        "2024-09-23 25:00",
        "2024-09-23x",
        "23 September",
        "12:00",
        "2024-09-23T14:05:09 siang",
        "é024-09-23T14:05:0é+07",
    ] {
        assert_eq!(parse_date(text), None, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_as_csv_and_json_is_read(texts in proptest::collection::vec(any::<String>(), 0..6)) {
        let isi = columns(&["isi"], None, &["lain"]);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["isi", "lain"]).unwrap();
        let mut json = String::new();
        for text in &texts {
            writer.write_record([text, "x"]).unwrap();
            json += &serde_json::json!({"isi": text, "lain": "x"}).to_string();
            json.push('\n');
        }
        for (bytes, format) in [(writer.into_inner().unwrap(), Format::Csv), (json.into_bytes(), Format::Jsonl)] {
            let mut reader = Reader::new(bytes.as_slice(), format, &isi).unwrap();
            let mut batch = Batch::new();
            prop_assert_eq!(reader.read(&mut batch, 100).unwrap(), !texts.is_empty());
            prop_assert!(batch.rejects().is_empty());
            prop_assert!(batch.rows().map(|row| row.text()).eq(texts.iter().map(String::as_str)));
        }
    }

    #[test]
    fn any_bytes_are_rows_or_rejects(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,40}") {
        let isi = columns(&["isi"], None, &[]);
        for format in [Format::Csv, Format::Jsonl, Format::Json, Format::Lines, Format::Sheet] {
            for content in [bytes.clone(), [b"isi\n", bytes.as_slice()].concat(), [b"[{", bytes.as_slice()].concat()] {
                let _ = read(&content, format, &isi, 7);
            }
        }
        let lines = bytes.split_inclusive(|&byte| byte == b'\n').count();
        let (rows, rejects) = read(&bytes, Format::Lines, &isi, 7).unwrap();
        prop_assert_eq!(rows.len() + rejects.len(), lines);
        parse_date(&text);
    }
}

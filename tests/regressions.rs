//! Bugs that were, each with its story; all were found by tests before the first release.

use pilah::model::{Batch, Columns, Example, Format, Reader, Training, parse_date};
use pilah::text::{Analyzer, Tokens};
use pilah::{Bundle, ErrorKind};

#[track_caller]
fn check(input: &str, expected: &str) {
    let mut tokens = Tokens::new();
    Analyzer::indonesian().analyze(input, &mut tokens);
    assert_eq!(tokens.normalized(), expected, "of {input:?}");
}

#[track_caller]
fn check_lines(csv: &str, rows: &[u64], rejects: &[u64]) {
    let columns = Columns { text: vec!["isi".into()], ..Columns::default() };
    let mut reader = Reader::new(csv.as_bytes(), Format::Csv, &columns).unwrap();
    let mut batch = Batch::new();
    reader.read(&mut batch, 100).unwrap();
    assert_eq!(batch.rows().map(|row| row.line()).collect::<Vec<_>>(), rows, "of {csv:?}");
    assert_eq!(batch.rejects().iter().map(|reject| reject.line).collect::<Vec<_>>(), rejects, "of {csv:?}");
}

/// 1. Stretched letters are folded while a word is read, so `www` was `w` before it could be seen to be an address.
#[test]
fn r1_www_is_an_address() {
    check("www.contoh.go.id/berita rusak", "<tautan> rusak");
    check("WWW.contoh.go.id", "<tautan>");
}

/// 2. Telephone numbers in brackets, with wide digits or wide gaps stayed readable, and so did a NIK in fours.
#[test]
fn r2_numbers_in_groups_are_masked() {
    for phone in [
        "(0274) 555 000",
        "0812 - 0000 - 0000",
        "0812  0000  0000",
        "０８１２-００００-００００",
        "+62 812 0000 0000",
    ] {
        check(phone, "<telepon>");
    }
    check("3500 0000 0000 0000", "<nik>");
}

/// 3. Whatever number stood beside a telephone number was taken for a part of it.
#[test]
fn r3_neighbours_of_a_number_stay() {
    check("0812 0000 0000 3 kali", "<telepon> 3 kali");
    check("rt 05 2024 2025", "rt 05 2024 2025");
}

/// 4. Only ASCII letters and digits counted as the name of a mailbox, so the rest of it was left standing.
#[test]
fn r4_whole_mail_addresses_are_masked() {
    for mail in ["o'neng@contoh.id", "josé@contoh.id", "a.b+c@contoh.id"] {
        check(mail, "<surel>");
    }
}

/// 5. The `csv` crate numbers a record of a CR LF file one too low, and one after blank lines by the first of them.
#[test]
fn r5_lines_of_csv_are_those_an_editor_shows() {
    check_lines("isi,x\nsatu,1\ndua\n", &[2], &[3]);
    check_lines("isi,x\r\nsatu,1\r\ndua\r\n", &[2], &[3]);
    check_lines("isi,x\n\n\nsatu,1\n", &[4], &[]);
    check_lines("isi,x\n\"satu\ndua\",1\ntiga,1", &[2, 4], &[]);
}

/// 6. A bundle with a valid checksum but a body of the wrong length took the checksum for weights.
#[test]
fn r6_a_sealed_bundle_of_the_wrong_length_is_refused() {
    let whole = Bundle::shipped().to_bytes();
    for change in [-8i64, 8] {
        let mut bytes = whole[..whole.len() - 8].to_vec();
        bytes.resize((bytes.len() as i64 + change) as usize, 0);
        let length = bytes.len() as u64 + 8;
        bytes[12..20].copy_from_slice(&length.to_le_bytes());
        let seal = xxhash_rust::xxh3::xxh3_64(&bytes);
        bytes.extend_from_slice(&seal.to_le_bytes());
        assert_eq!(Bundle::from_bytes(&bytes).unwrap_err().kind(), ErrorKind::Bundle, "{change} bytes");
    }
}

/// 7. With one date for all examples none was earlier, and probabilities were set by a model of nothing.
#[test]
fn r7_examples_of_one_date_are_split_by_text() {
    let example = |index: usize| {
        let text = format!("{} kata{}", ["jalan", "lampu"][index % 2], char::from(b'a' + index as u8));
        Example { date: parse_date("2024-01-01"), ..Example::new(text, [Some(["x", "y"][index % 2])]) }
    };
    let examples: Vec<Example> = (0..24).map(example).collect();
    let mut training = Training::new(["k"]);
    (training.min_count, training.spec.min_df, training.later) = (2, 1, 0.3);
    let bundle = training.run(&examples, |_| {}).unwrap();
    let facts = bundle.heads()[0].facts();
    assert!(facts.held_out > 0 && facts.held_out < 24, "{facts:?}");
    assert!(facts.accuracy > 0.9, "{facts:?}");
}

/// 8. A weight that is no number was taken, and gave a model that answers nothing.
#[test]
fn r8_weights_are_checked() {
    for weight in [f32::NAN, f32::INFINITY, 0.0, -1.0] {
        let example = |label: &str| Example { weight, ..Example::new(label, [Some(label)]) };
        let mut training = Training::new(["k"]);
        training.min_count = 1;
        let error = training.run(&[example("a"), example("b")], |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert!(error.to_string().contains(&weight.to_string()), "{error}");
    }
    assert_eq!(Training::new([] as [&str; 0]).run(&[], |_| {}).unwrap_err().kind(), ErrorKind::Parameter);
}

/// 9. Every `@` looked back over all that stood before it: half a megabyte of them took minutes.
#[test]
fn r9_at_signs_take_no_square() {
    check("a@b@c", "<surel>");
    check("x,a@b@c y@z @ w", "x <surel> <surel> w");
    check(&"a@".repeat(1 << 19), "<surel>");
    check(&"@".repeat(1 << 20), "");
}

/// 10. The cells of a sheet were laid out as a rectangle: two of them, far apart, asked for half a terabyte.
#[test]
fn r10_cells_far_apart_are_two() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, column, text) in
        [(0, 0, "isi"), (0, 2, "kel"), (1, 0, "satu"), (1, 2, "Mojo"), (1_048_575, 16_383, "jauh")]
    {
        sheet.write_string(row, column, text).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let columns = Columns { text: vec!["isi".into()], others: vec!["kel".into()], ..Columns::default() };
    let mut reader = Reader::new(bytes.as_slice(), Format::Xlsx, &columns).unwrap();
    let mut batch = Batch::new();
    reader.read(&mut batch, 100).unwrap();
    let rows: Vec<_> = batch.rows().map(|row| (row.line(), row.text(), row.other(0))).collect();
    assert_eq!(rows, [(2, "satu", "Mojo"), (1_048_576, "", "")]);
}

/// 11. The quotes of a header row that does not end were counted anew with each of its lines.
#[test]
fn r11_an_open_quote_is_counted_once() {
    let csv = format!("id,\"teks\n{}", "\n".repeat(3 << 20));
    let columns = Columns { text: vec!["isi".into()], ..Columns::default() };
    assert_eq!(Reader::new(csv.as_bytes(), Format::Csv, &columns).unwrap_err().kind(), ErrorKind::Input);
}

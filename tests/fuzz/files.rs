//! Files of every format with garbage in them.

use pilah::model::{Columns, Field, Format, Profile};
use serde_json::{Value, json};

use super::garbage::Garbage;
use super::workbook::{cell, workbook};

/// A file, and how many rows were put into it, where that is certain.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) format: Format,
    pub(crate) columns: Columns,
    pub(crate) rows: Option<u64>,
}

/// The columns of a table whose text is `isi`.
const HEADER: [&str; 10] = ["id", "isi", "alamat", "kel", "kec", "kota", "jalur", "qr", "tanggal", "nama"];

/// Some of the columns of SP4N-LAPOR!'s export.
const SP4N: [&str; 10] = [
    "Tracking ID",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "Tipe Laporan",
    "Sumber Laporan",
    "Kota/Kabupaten",
    "Kelurahan",
];

fn named() -> Columns {
    let fields = [
        Field::Address,
        Field::Village,
        Field::District,
        Field::Region,
        Field::Channel,
        Field::Entry,
        Field::Date,
    ];
    Columns {
        text: vec!["isi".into()],
        fields: fields.into_iter().zip(HEADER[2..].iter().map(|name| (*name).to_owned())).collect(),
        ..Columns::default()
    }
}

fn known(profile: Profile) -> Columns {
    Columns { profile, ..Columns::default() }
}

/// A file of any kind.
pub(crate) fn file(garbage: &mut Garbage) -> File {
    let count = garbage.below(9);
    match garbage.below(12) {
        0 => lines(garbage, count),
        1 => objects(garbage, count, named(), Format::Jsonl),
        2 => objects(garbage, count, known(Profile::Open311), Format::Jsonl),
        3 => list(garbage, count),
        4 | 5 => table(garbage, count, &HEADER, named()),
        6 => table(garbage, count, &SP4N, known(Profile::Sp4n)),
        7 => sheet(garbage, count),
        8 => {
            let format = any_format(garbage);
            let columns = any_columns(garbage);
            File { bytes: garbage.bytes(3000), format, columns, rows: None }
        }
        // What was whole, under another name or with damage.
        9 => File {
            columns: any_columns(garbage),
            format: any_format(garbage),
            rows: None,
            ..any_whole(garbage, count)
        },
        _ => {
            let mut file = any_whole(garbage, count);
            garbage.damage(&mut file.bytes);
            File { rows: None, ..file }
        }
    }
}

fn any_whole(garbage: &mut Garbage, count: usize) -> File {
    match garbage.below(6) {
        0 => objects(garbage, count, named(), Format::Json),
        1 => list(garbage, count),
        2 => table(garbage, count, &SP4N, known(Profile::Guess)),
        3 => sheet(garbage, count),
        _ => table(garbage, count, &HEADER, named()),
    }
}

pub(crate) fn any_format(garbage: &mut Garbage) -> Format {
    let all = [Format::Csv, Format::Jsonl, Format::Json, Format::Lines, Format::Xlsx, Format::Sheet];
    all[garbage.below(all.len())]
}

fn any_columns(garbage: &mut Garbage) -> Columns {
    match garbage.below(4) {
        0 => named(),
        1 => known(Profile::Open311),
        2 => known(Profile::Sp4n),
        _ => known(Profile::Guess),
    }
}

fn lines(garbage: &mut Garbage, count: usize) -> File {
    let mut bytes = Vec::new();
    for _ in 0..count {
        let line = if garbage.below(3) == 0 { garbage.bytes(200) } else { garbage.text().into_bytes() };
        bytes.extend(line.into_iter().filter(|byte| *byte != b'\n'));
        bytes.push(b'\n');
    }
    File { bytes, format: Format::Lines, columns: named(), rows: Some(count as u64) }
}

/// What may stand where an object should.
fn object(garbage: &mut Garbage, columns: &Columns) -> String {
    let names: &[&str] = match columns.profile {
        Profile::Open311 => {
            &["service_request_id", "description", "address", "requested_datetime", "lat", "long"]
        }
        _ => &HEADER,
    };
    let value = |garbage: &mut Garbage| match garbage.below(9) {
        0 => Value::Null,
        1 => json!({ "isi": [garbage.text(), { "isi": null }] }),
        2 => json!(garbage.number()),
        3 => json!([[[[[[[[]]]]]]]]),
        4 => json!(i64::MIN),
        _ => json!(garbage.field()),
    };
    let members: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), value(garbage))).collect();
    match garbage.below(9) {
        0 => json!(garbage.text()).to_string(),
        1 => "[".repeat(200) + &"]".repeat(200),
        2 => "{}".to_owned(),
        3 => format!("{{\"isi\":{},\"isi\":1e400}}", "9".repeat(400)),
        4 => "{\"isi\":\"\\ud800\",\"description\":\"\\udc00\\u0000\"}".to_owned(),
        _ => Value::Object(members).to_string(),
    }
}

fn objects(garbage: &mut Garbage, count: usize, columns: Columns, format: Format) -> File {
    let mut bytes = Vec::new();
    for _ in 0..count {
        let mut line = object(garbage, &columns).into_bytes();
        if format == Format::Jsonl && garbage.below(5) == 0 {
            garbage.damage(&mut line);
            line.retain(|byte| *byte != b'\n');
            line.insert(0, b'{');
        }
        bytes.extend(line);
        bytes.push(b'\n');
    }
    // Another first byte than a brace makes the whole no list and no lines.
    let rows = (format == Format::Jsonl).then_some(count as u64);
    File { bytes, format, columns, rows }
}

fn list(garbage: &mut Garbage, count: usize) -> File {
    let open311 = garbage.below(2) == 0;
    let columns = if open311 { known(Profile::Open311) } else { named() };
    let objects: Vec<String> = (0..count).map(|_| object(garbage, &columns)).collect();
    let list = format!("[{}]", objects.join(",\n"));
    let json =
        if open311 { format!("{{\"n\": [1], \"service_requests\": {list}, \"m\": \"]\"}}") } else { list };
    File { bytes: json.into_bytes(), format: Format::Json, columns, rows: Some(count as u64) }
}

fn table(garbage: &mut Garbage, count: usize, header: &[&str], columns: Columns) -> File {
    let separator = *b",;\t".get(garbage.below(3)).unwrap_or(&b',');
    let mut writer = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for _ in 0..count {
        let width = if garbage.below(8) == 0 { 1 + garbage.below(20) } else { header.len() };
        let field = |_| if garbage.below(20) == 0 { garbage.bytes(20) } else { garbage.field().into_bytes() };
        let record: Vec<Vec<u8>> = (0..width).map(field).collect();
        writer.write_record(&record).unwrap();
    }
    let bytes = writer.into_inner().unwrap();
    let format = if garbage.below(2) == 0 { Format::Csv } else { Format::Sheet };
    File { bytes, format, columns, rows: Some(count as u64) }
}

/// Cells in places that are, that are far apart, and that are none.
fn sheet(garbage: &mut Garbage, count: usize) -> File {
    let mut rows = String::new();
    for (at, name) in HEADER.iter().enumerate() {
        rows += &cell(&format!("{}1", char::from(b'A' + at as u8)), name);
    }
    rows = format!("<row r=\"1\">{rows}</row>");
    let wild = garbage.below(2) == 0;
    for row in 0..count {
        let mut cells = cell(&format!("B{}", row + 2), &plain(&garbage.field()));
        if wild {
            let place = garbage.one(&[
                "XFD1048576",
                "A0",
                "A",
                "1",
                "ZZZZZZZZZ1",
                "A99999999999",
                "é1",
                "A4294967295",
            ]);
            cells += &cell(place, &plain(&garbage.field()));
            cells += garbage.one(&[
                "<c r=\"C3\" t=\"s\"><v>7</v></c>",
                "<c r=\"I4\" t=\"d\"><v>9e99</v></c>",
                "<c r=\"B5\" t=\"e\"><v>#N/A</v></c>",
                "<c><v>-1e300</v></c>",
                "<c",
            ]);
        }
        rows.extend(["<row>", &cells, "</row>"]);
    }
    let format = if garbage.below(2) == 0 { Format::Xlsx } else { Format::Sheet };
    File { bytes: workbook(&rows), format, columns: named(), rows: (!wild).then_some(count as u64) }
}

/// What XML can say.
fn plain(text: &str) -> String {
    format!(
        "x{}",
        text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect::<String>()
    )
}

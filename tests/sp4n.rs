//! Exports of systems as they are: the summary export of SP4N-LAPOR! (CSV, XLSX) and service requests of Open311.
#![allow(missing_docs)]

use pilah::complaint::{Channel, Complaint, ReportType};
use pilah::model::{Batch, Columns, Field, Format, Profile, Reader, Row};
use pilah::routing::Triage;
use pilah::{Error, ErrorKind};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

/// The columns of an export, in their order.
const HEADER: [&str; 21] = [
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Nama Pelapor",
    "Klasifikasi Laporan",
    "ID Kategori",
    "Kategori",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Induk",
    "ID Instansi Terdisposisi",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
    "Kecamatan",
    "Kelurahan",
];

/// An invented report; the cells are those of [`HEADER`].
fn reports() -> [[&'static str; 21]; 3] {
    [
        [
            "7000001",
            "23 Sep 2024",
            "00:41:43",
            "Fulan bin Rahasia",
            "Pengaduan Tidak Berkadar Pengawasan",
            "12",
            "Penerangan Jalan Umum",
            "Lampu jalan mati",
            "Lampu penerangan jalan di depan balai RW mati, sudah seminggu; mohon \"segera\" diperbaiki",
            "Lampu jalan mati (disunting)",
            "Anonim|Rahasia",
            "Website - pemerintah-kota-contoh",
            "Pemerintah Kota Surabaya",
            "77",
            "Dinas Perhubungan",
            "Ditutup oleh Sistem",
            "",
            "Jawa Timur",
            "Kota Surabaya",
            "GUBENG",
            "Mojo",
        ],
        [
            "7000002",
            "1 Agustus 2023",
            "9.05",
            "Fulanah",
            "permintaan informasi",
            "",
            "",
            "",
            "",
            "Bagaimana cara mengurus KTP hilang?\nTerima kasih",
            "",
            "Hotline Service",
            "",
            "",
            "",
            "Menunggu Kelengkapan Informasi",
            "",
            "Jawa Tengah",
            "",
            "",
            "",
        ],
        [
            "7000003",
            "kemarin",
            "",
            "",
            "",
            "",
            "",
            "Jalan",
            "Jalan rusak",
            "",
            "Rahasia",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
    ]
}

/// A CSV of these reports, without the columns that `kept` refuses.
fn csv(separator: u8, kept: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    for row in std::iter::once(HEADER).chain(reports()) {
        let cells = HEADER.iter().zip(row).filter(|(name, _)| kept(name)).map(|(_, cell)| cell);
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

fn sp4n() -> Columns {
    Columns { profile: Profile::Sp4n, ..Columns::default() }
}

fn read(bytes: &[u8], format: Format, columns: &Columns) -> Result<Batch, Error> {
    let mut batch = Batch::new();
    Reader::new(bytes, format, columns)?.read(&mut batch, 1000)?;
    Ok(batch)
}

/// The reports of [`reports`], from whatever file; `line` is where the first stands.
#[track_caller]
fn check_reports(batch: &Batch, line: u64) {
    assert_eq!(batch.rejects(), []);
    let rows: Vec<_> = batch.rows().collect();
    assert_eq!(rows.iter().map(Row::id).collect::<Vec<_>>(), ["7000001", "7000002", "7000003"]);
    assert_eq!(rows[0].line(), line);
    assert_eq!(
        rows.iter().map(Row::text).collect::<Vec<_>>(),
        [
            "Lampu jalan mati . Lampu penerangan jalan di depan balai RW mati, sudah seminggu; mohon \"segera\" diperbaiki",
            "Bagaimana cara mengurus KTP hilang?\nTerima kasih",
            "Jalan . Jalan rusak",
        ]
    );
    let date = |row: usize| rows[row].date().map(|date| date.to_string());
    assert_eq!(date(0).as_deref(), Some("2024-09-23T00:41:43"));
    assert_eq!(date(1).as_deref(), Some("2023-08-01T09:05:00"));
    assert_eq!(date(2), None);
    let Complaint { channel, stated_type, anonymous, confidential, .. } = rows[0].complaint();
    assert_eq!((channel, stated_type), (Some(Channel::Web), Some(ReportType::Service)));
    assert!(anonymous && confidential);
    let Complaint { village, district, region, province, stated_category, sent_to, .. } = rows[0].complaint();
    assert_eq!((village, district, region, province), ("Mojo", "GUBENG", "Kota Surabaya", "Jawa Timur"));
    assert_eq!((stated_category, sent_to), ("Penerangan Jalan Umum", "Dinas Perhubungan"));
    assert_eq!(rows[0].field(Field::Status), "Ditutup oleh Sistem");
    let second = rows[1].complaint();
    assert_eq!((second.channel, second.stated_type), (Some(Channel::Call), Some(ReportType::Information)));
    assert_eq!((second.province, second.anonymous, second.confidential), ("Jawa Tengah", false, false));
    let third = rows[2].complaint();
    assert_eq!((third.channel, third.stated_type, third.confidential), (None, None, true));
    // Names of reporters are nowhere in the batch.
    assert!(!format!("{batch:?}").contains("Fulan"));
}

#[test]
fn csv_with_commas_or_semicolons() {
    for separator in [b',', b';', b'\t'] {
        let all = csv(separator, |_| true);
        for format in [Format::Csv, Format::Sheet] {
            check_reports(&read(&all, format, &sp4n()).unwrap(), 2);
            let guessed = Columns { profile: Profile::Guess, ..Columns::default() };
            check_reports(&read(&all, format, &guessed).unwrap(), 2);
        }
        check_reports(
            &read(&csv(separator, |name| name != "Nama Pelapor"), Format::Csv, &sp4n()).unwrap(),
            2,
        );
        // Lines above the header, and a byte-order mark.
        let above = "\u{feff}Judul Laporan,,Laporan Ringkas\r\n\r\nNama Instansi,,\"Pemerintah\nKota\"\r\n";
        let preamble = [above.as_bytes(), &all].concat();
        check_reports(&read(&preamble, Format::Csv, &sp4n()).unwrap(), 6);
    }
    let shouted = String::from_utf8(csv(b',', |_| true)).unwrap().replace("Tracking ID", " TRACKING id ");
    check_reports(&read(shouted.as_bytes(), Format::Csv, &sp4n()).unwrap(), 2);
}

/// A workbook with rows above the header and dates as text or as dates.
fn workbook(with_names: bool, as_dates: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Judul Laporan").unwrap().write(0, 2, "Laporan Ringkas").unwrap();
    sheet.write(2, 0, "Nama Instansi").unwrap().write(2, 2, "Pemerintah Kota Contoh").unwrap();
    let (date, time) =
        (CellFormat::new().set_num_format("dd mmm yyyy"), CellFormat::new().set_num_format("hh:mm:ss"));
    for (row, cells) in std::iter::once(HEADER).chain(reports()).enumerate() {
        let row = 4 + row as u32;
        let cells = HEADER.iter().zip(cells).filter(|(name, _)| with_names || **name != "Nama Pelapor");
        for (column, (name, cell)) in cells.enumerate() {
            let column = column as u16;
            let moment = match (*name, cell) {
                ("Tanggal Laporan Masuk", "23 Sep 2024") => Some((45558.0, &date)),
                ("Tanggal Laporan Masuk", "1 Agustus 2023") => Some((45139.0, &date)),
                ("Waktu Laporan Masuk", "00:41:43") => Some((2503.0 / 86400.0, &time)),
                ("Waktu Laporan Masuk", "9.05") => Some((545.0 / 1440.0, &time)),
                _ => None,
            };
            match moment.filter(|_| as_dates) {
                Some((number, format)) => sheet.write_number_with_format(row, column, number, format),
                None if *name == "Tracking ID" && row > 4 => {
                    sheet.write_number(row, column, cell.parse::<f64>().unwrap())
                }
                // Most exports leave empty cells out.
                None if cell.is_empty() => Ok(&mut *sheet),
                None => sheet.write_string(row, column, cell),
            }
            .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn workbooks() {
    for (with_names, as_dates) in [(true, true), (true, false), (false, true)] {
        let bytes = workbook(with_names, as_dates);
        for format in [Format::Xlsx, Format::Sheet] {
            check_reports(&read(&bytes, format, &sp4n()).unwrap(), 6);
        }
        let guessed = Columns { profile: Profile::Guess, ..Columns::default() };
        check_reports(&read(&bytes, Format::Xlsx, &guessed).unwrap(), 6);
    }
}

/// Numbers with a date's format that are no dates: a conversion that panics on them is not used.
#[test]
fn dates_that_do_not_exist_are_rejects_or_nothing() {
    let format = CellFormat::new().set_num_format("dd mmm yyyy");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let header = ["Tracking ID", "Isi Laporan Awal", "Tanggal Laporan Masuk", "Waktu Laporan Masuk"];
    for (column, name) in header.into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    let numbers = [-1e300, 1e300, -1.0, 2_958_466.0, 0.0, 0.5, 59.0, 60.0, 61.0, 2_958_465.999_999_999];
    for (row, number) in numbers.into_iter().enumerate() {
        let row = row as u32 + 1;
        sheet.write(row, 0, row).unwrap().write(row, 1, "jalan rusak").unwrap();
        sheet.write_number_with_format(row, 2, number, &format).unwrap();
    }
    let far = ExcelDateTime::from_ymd(9999, 12, 31).unwrap();
    sheet.write(11, 1, "jalan rusak").unwrap().write_with_format(11, 2, &far, &format).unwrap();
    let batch = read(&book.save_to_buffer().unwrap(), Format::Xlsx, &sp4n()).unwrap();
    let refused: Vec<u64> = batch.rejects().iter().map(|reject| reject.line).collect();
    assert_eq!(refused[..4], [2, 3, 4, 5]);
    for reject in batch.rejects() {
        assert!(reject.reason.contains("column `Tanggal Laporan Masuk`"), "{}", reject.reason);
    }
    assert_eq!(batch.len() + refused.len(), 11);
    let last = batch.row(batch.len() - 1).unwrap();
    assert_eq!((last.id(), last.date().unwrap().to_string().as_str()), ("12", "9999-12-31T00:00:00"));
    for (date, time) in
        [("31 Feb 2024", ""), ("99 Mei 9999999999", "x"), ("0 Jan 0", "99:99"), ("23 é 2024", "")]
    {
        let file = format!(
            "Tracking ID,Isi Laporan Awal,Tanggal Laporan Masuk,Waktu Laporan Masuk\n1,a,{date},{time}\n"
        );
        let batch = read(file.as_bytes(), Format::Csv, &sp4n()).unwrap();
        assert_eq!(batch.row(0).unwrap().date(), None, "{date}");
    }
}

#[test]
fn options_come_before_the_profile() {
    let own = Columns {
        text: vec!["Judul Laporan".into()],
        id: Some("ID Kategori".into()),
        others: vec!["Instansi Induk".into()],
        fields: vec![(Field::Village, "Kecamatan".into()), (Field::Date, "Waktu Laporan Masuk".into())],
        profile: Profile::Guess,
        ..Columns::default()
    };
    let batch = read(&csv(b';', |_| true), Format::Csv, &own).unwrap();
    let row = batch.row(0).unwrap();
    assert_eq!((row.text(), row.id()), ("Lampu jalan mati", "12"));
    assert_eq!(row.other(0), "Pemerintah Kota Surabaya");
    assert_eq!((row.field(Field::Village), row.field(Field::District)), ("GUBENG", "GUBENG"));
    assert_eq!((row.field(Field::Date), row.field(Field::Time)), ("00:41:43", ""));
    let error = read(&csv(b';', |_| true), Format::Csv, &Columns { text: vec!["isi".into()], ..own });
    assert!(error.unwrap_err().to_string().contains("no column `isi`"));
}

#[test]
fn encodings() {
    let file = |text: &[u8]| [b"Tracking ID,Isi Laporan Awal,Kategori\n1,", text, b",\n2,jalan,x\n"].concat();
    // UTF-8 that somebody read as Windows-1252 is repaired when the text is read.
    let mut triage = Triage::shipped();
    let mut evidence = |text: &str| {
        let batch = read(&file(text.as_bytes()), Format::Csv, &sp4n()).unwrap();
        triage.decide(&batch.row(0).unwrap().complaint()).evidence
    };
    assert_eq!(evidence("Lampu jalan â€œmatiâ€\u{9d} di Gubeng"), evidence("Lampu jalan “mati” di Gubeng"));
    // Bytes of Windows-1252 could be anything: the row is named.
    let batch = read(&file(b"lampu \x93mati\x94"), Format::Csv, &sp4n()).unwrap();
    assert_eq!((batch.len(), batch.rejects()[0].line), (1, 2));
    assert!(batch.rejects()[0].reason.contains("column `Isi Laporan Awal`: byte 0x93 at 6 is not UTF-8"));
}

#[test]
fn files_that_are_no_export() {
    let error = read(b"id,isi\n1,Fulan\n", Format::Csv, &sp4n()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("`Tracking ID` and `Isi Laporan Awal`"), "{error}");
    assert!(!error.to_string().contains("Fulan"));
    let guess = Columns { profile: Profile::Guess, ..Columns::default() };
    assert_eq!(read(b"id,isi\n1,a\n", Format::Csv, &guess).unwrap_err().kind(), ErrorKind::Parameter);
    let isi = Columns { text: vec!["isi".into()], ..guess };
    assert_eq!(read(b"id;isi\n1;a, b\n", Format::Csv, &isi).unwrap().row(0).unwrap().text(), "a, b");
}

#[test]
fn service_requests() {
    let requests = [
        r#"{"service_request_id":"638344","status":"open","service_name":"Street light","description":"Lampu jalan mati, \"gelap\" [blok B] {x}",
            "requested_datetime":"2024-04-14T06:37:38-08:00","address":"Jl. Melati 5","lat":-7.26,"long":112.75,"media_url":null,
            "notes":[{"datetime":"2024-04-15","description":"bukan ini"}]}"#,
        r#"{"service_request_id":2,"description":"sampah"}"#,
        r#"{"service_request_id":3,"description":null}"#,
    ];
    let array = format!("[\n{}]\n", requests.join(",\n"));
    let wrapped = format!(
        "{{\"count\": 3,\n\"service_requests\" : [{}], \"next\": {{\"x\": []}} }}",
        requests.join(",\n")
    );
    let deep = format!("\u{feff}{{\"service_requests\":{{\n\"request\":[{}]}}}}", requests.join(",\n"));
    let lines = format!("\n{}\n", requests.map(|request| request.replace('\n', " ")).join("\n"));
    let pages = format!("[{},\n{}]\n[{}]", requests[0], requests[1], requests[2]);
    let open311 = Columns { profile: Profile::Open311, ..Columns::default() };
    for (file, at) in
        [(array, [2, 5, 6]), (wrapped, [2, 5, 6]), (deep, [2, 5, 6]), (lines, [2, 3, 4]), (pages, [1, 4, 5])]
    {
        let batch = read(file.as_bytes(), Format::Json, &open311).unwrap();
        let rows: Vec<_> = batch.rows().map(|row| (row.line(), row.id(), row.text())).collect();
        let first = "Lampu jalan mati, \"gelap\" [blok B] {x}";
        assert_eq!(rows, [(at[0], "638344", first), (at[1], "2", "sampah")], "{file}");
        let row = batch.row(0).unwrap();
        assert_eq!(row.complaint().address, "Jl. Melati 5");
        assert_eq!(row.complaint().stated_category, "Street light");
        assert_eq!((row.field(Field::Latitude), row.field(Field::Longitude)), ("-7.26", "112.75"));
        assert_eq!(row.date().unwrap().to_string(), "2024-04-14T06:37:38");
        let refused: Vec<_> =
            batch.rejects().iter().map(|reject| (reject.line, reject.reason.as_str())).collect();
        assert_eq!(refused, [(at[2], "no `description`: every object must have it")]);
    }
}

#[test]
fn lists_that_are_damaged() {
    let isi = Columns { text: vec!["isi".into()], ..Columns::default() };
    let table: [(&[u8], usize, &[&str]); 12] = [
        (b"", 0, &[]),
        (b"[]", 0, &[]),
        (b"{\"data\":[]}", 0, &[]),
        (b"[{\"isi\":\"a\"},{\"isi\":\"b\"", 1, &["1: not a JSON object", "1: the list does not end"]),
        (b"[{\"isi\":\"a\"},\n7,\n[1,{}],\"x,]\",{\"isi\":\"b\"}]", 2, &["2: not", "3: not", "3: not"]),
        (b"[}\n,{\"isi\":\"a\"}]", 1, &["1: not a JSON object"]),
        (b"[{\"isi\":\"a\"}]\nx y\n[{\"isi\":\"b\"}]", 1, &["2: not a JSON array"]),
        (b"x", 0, &["1: not a JSON array"]),
        (b"[{\"isi\":\"\xff\"},{\"isi\":\"b\"}]", 1, &["1: byte 0xFF"]),
        (b"{\"isi\":\"a\"\n{\"isi\":\"b\"}\n", 1, &["1: not a JSON object"]),
        (b"{\"isi\":\"a]\\\"[\"}\n{\"isi\":\"b\"", 1, &["2: not a JSON object"]),
        (b"[{\"isi\":\"a\"} {\"isi\":\"b\"}]", 0, &["1: not a JSON object"]),
    ];
    for (file, rows, refused) in table {
        let batch = read(file, Format::Json, &isi).unwrap();
        let found: Vec<_> =
            batch.rejects().iter().map(|reject| format!("{}: {}", reject.line, reject.reason)).collect();
        let file = String::from_utf8_lossy(file);
        assert_eq!((batch.len(), found.len()), (rows, refused.len()), "{file}: {found:?}");
        for (found, part) in found.iter().zip(refused) {
            assert!(found.starts_with(part), "{file}: {found}, not {part}");
        }
    }
}

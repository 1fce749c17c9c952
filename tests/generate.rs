//! Generated complaints: the same for the same seed, readable, and as the documentation says they are.
#![allow(missing_docs)]

use std::collections::{HashMap, HashSet};

use jiff::civil::{DateTime, date};
use pilah::ErrorKind;
use pilah::complaint::Channel;
use pilah::generate::{COLUMNS, Generated, Generator, Settings, Sources};
use pilah::model::{Batch, Columns, Field, Format, Profile, Reader};
use pilah::place::{Gazetteer, Level, RegionCode};
use pilah::text::{Analyzer, Tokens};

fn settings(rows: u64, seed: u64) -> Settings {
    Settings { rows, seed, ..Settings::default() }
}

fn generator(settings: Settings) -> Generator {
    Generator::new(&Sources::sample().unwrap(), settings).unwrap()
}

fn csv(settings: Settings) -> Vec<u8> {
    let mut out = Vec::new();
    let rows = settings.rows;
    assert_eq!(generator(settings).write_csv(&mut out, |_| ()).unwrap(), rows);
    out
}

fn rows() -> Vec<Generated> {
    generator(settings(20_000, 3)).collect()
}

fn share(rows: &[Generated], is: impl Fn(&Generated) -> bool) -> f64 {
    rows.iter().filter(|row| is(row)).count() as f64 / rows.len() as f64
}

/// Groups of three words, in lower case.
fn shingles(text: &str) -> HashSet<Vec<String>> {
    let text = text.to_lowercase();
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.windows(3.min(words.len().max(1))).map(<[String]>::to_vec).collect()
}

#[test]
fn a_seed_stands_for_its_bytes() {
    let one = csv(settings(2000, 1));
    assert_eq!(one, csv(settings(2000, 1)));
    assert_ne!(one, csv(settings(2000, 2)));
}

#[test]
fn an_iterator_gives_what_is_written() {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS).unwrap();
    for row in generator(settings(500, 9)) {
        out.write_record(row.fields()).unwrap();
    }
    assert_eq!(out.into_inner().unwrap(), csv(settings(500, 9)));
}

#[test]
fn rows_are_read_back_without_rejects() {
    let csv = csv(settings(5000, 4));
    let named = |field, name: &str| (field, name.to_owned());
    let columns = Columns {
        text: vec!["text".into()],
        others: vec!["reporter".into(), "origin".into()],
        fields: vec![
            named(Field::Date, "date"),
            named(Field::Channel, "channel"),
            named(Field::Village, "village"),
            named(Field::District, "district"),
            named(Field::Region, "region"),
        ],
        profile: Profile::Named,
        ..Columns::default()
    };
    let mut reader = Reader::new(csv.as_slice(), Format::Csv, &columns).unwrap();
    let (mut batch, mut count, mut last) = (Batch::new(), 0, DateTime::MIN);
    let gazetteer = Gazetteer::shipped();
    while reader.read(&mut batch, 1000).unwrap() {
        assert_eq!(batch.rejects(), []);
        for row in batch.rows() {
            count += 1;
            assert_eq!(row.id(), format!("G{count:08}"));
            let at = row.date().unwrap();
            assert!(at >= last && (2021..=2023).contains(&at.year()), "{at}");
            last = at;
            assert!(row.field(Field::Channel).parse::<Channel>().is_ok());
            assert!(!row.text().trim().is_empty() && row.other(0).starts_with('r'));
            let villages = gazetteer.named(row.field(Field::Village));
            assert_eq!(villages.is_empty(), row.field(Field::Village).is_empty());
            let region = row.field(Field::Region).parse::<RegionCode>();
            assert!(
                region.is_ok_and(|code| code.level() == Level::Regency)
                    || row.field(Field::Region).is_empty()
            );
        }
    }
    assert_eq!(count, 5000);
}

#[test]
fn shares_are_what_is_documented() {
    let rows = rows();
    let near =
        |found: f64, wanted: f64, off: f64| assert!((found - wanted).abs() < off, "{found} for {wanted}");
    near(share(&rows, |row| row.origin().starts_with('G')), 0.02, 0.004);
    near(share(&rows, |row| row.origin().starts_with('~')), 0.05, 0.006);
    let reports: Vec<Generated> = rows.into_iter().filter(|row| !row.origin().starts_with('G')).collect();
    near(share(&reports, |row| !row.village().is_empty()), 0.7, 0.015);
    near(share(&reports, |row| !row.address().is_empty()), 0.6, 0.015);
    near(share(&reports, |row| !row.region().is_empty()), 0.5, 0.015);
    let length = reports.iter().map(|row| row.text().len()).sum::<usize>() as f64 / reports.len() as f64;
    near(length, 275.0, 25.0);
    let mut reporters = HashMap::<&str, usize>::new();
    for row in &reports {
        *reporters.entry(row.reporter()).or_default() += 1;
    }
    let busiest = reporters.values().max().unwrap();
    assert!(*busiest > 50 && reporters.len() > reports.len() / 3, "{busiest} of {}", reporters.len());
}

#[test]
fn copies_are_near_and_repeats_are_other_words() {
    let rows = rows();
    let by_id: HashMap<&str, &Generated> = rows.iter().map(|row| (row.id(), row)).collect();
    let jaccard = |a: &str, b: &str| {
        let (a, b) = (shingles(a), shingles(b));
        a.intersection(&b).count() as f64 / a.union(&b).count().max(1) as f64
    };
    let (mut changed, mut repeats) = (0, Vec::new());
    for row in &rows {
        let Some(origin) = by_id.get(row.origin().trim_start_matches('~')) else { continue };
        assert!(origin.id() < row.id());
        let near = jaccard(row.text(), origin.text());
        if row.origin().starts_with('~') {
            let at = |row: &Generated| row.date().parse::<DateTime>().unwrap();
            let days = at(row).duration_since(at(origin)).as_hours() / 24;
            assert!((2..=182).contains(&days) && origin.origin().is_empty(), "{days} days");
            repeats.push(near);
        } else {
            assert!(
                near >= 0.8 && !origin.origin().starts_with('G'),
                "{near}\n{}\n{}",
                row.text(),
                origin.text()
            );
            changed += usize::from(row.text() != origin.text());
        }
    }
    repeats.sort_by(f64::total_cmp);
    assert!(changed > 100 && repeats.len() > 500, "{changed} {}", repeats.len());
    assert!(repeats[repeats.len() / 2] < 0.2, "half of all repeats: {}", repeats[repeats.len() / 2]);
}

#[test]
fn words_go_on_growing() {
    let mut seen = HashSet::new();
    let mut sizes = Vec::new();
    for (count, row) in (1..).zip(rows()) {
        let text = row.text().to_lowercase();
        seen.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        if matches!(count, 2000 | 20_000) {
            sizes.push(seen.len() as f64);
        }
    }
    assert!(sizes[0] > 5000.0 && sizes[1] > 2.5 * sizes[0], "{sizes:?}");
}

#[test]
fn nothing_that_is_masked_is_written() {
    let analyzer = Analyzer::indonesian();
    let mut tokens = Tokens::new();
    for row in rows() {
        for text in [row.text(), row.address()] {
            analyzer.analyze(text, &mut tokens);
            let masked = tokens.iter().find(|token| token.kind().mask().is_some());
            assert_eq!(masked.map(|token| &text[token.span()]), None, "{text}");
        }
    }
}

#[test]
fn what_points_to_a_person_is_left_out() {
    let mut sources = Sources::sample().unwrap();
    let private = [
        "Hubungi zubaidullah di nomor 0812 0000 0000 untuk keterangan zubaidullah.",
        "Kata Pak Wirakusumajaya lampu jalan belum diganti.",
        "NIK saya 3578000000000000 ditolak zubaidullah.",
        "Surat ke zubaidullah@contoh.id tidak dibalas.",
    ];
    for text in private {
        sources.add(text, "perhubungan");
    }
    // What three wrote may be used, but not behind a title.
    for _ in 0..3 {
        sources
            .add("Ada qwertilampu padam di gang kami. Lapor ke Pak Zxcvbnm tidak ada hasil.", "perhubungan");
    }
    let settings = Settings { rows: 20_000, copies: 0.0, repeats: 0.0, ..Settings::default() };
    let texts: Vec<String> =
        Generator::new(&sources, settings).unwrap().map(|row| row.text().to_lowercase()).collect();
    for hidden in ["zubaid", "wirakusuma", "zxcvb", "@contoh"] {
        assert!(!texts.iter().any(|text| text.contains(hidden)), "{hidden}");
    }
    assert!(texts.iter().any(|text| text.contains("qwertilampu")));
}

#[test]
fn all_of_it_lies_within() {
    for within in ["35.78", "35.78.08", "35.78.08.1002"] {
        let code: RegionCode = within.parse().unwrap();
        let gazetteer = Gazetteer::shipped();
        for row in generator(Settings { within: code, ..settings(300, 5) }) {
            let villages = gazetteer.named(row.village());
            assert!(row.village().is_empty() || villages.iter().any(|village| code.contains(village)));
            assert!(row.region().is_empty() || row.region() == "35.78");
        }
    }
}

#[test]
fn small_and_short_runs_end() {
    let day = date(2024, 2, 29);
    for rows in [1, 2, 50] {
        let settings = Settings { since: day, until: day, copies: 0.5, repeats: 0.5, ..settings(rows, 1) };
        let rows: Vec<Generated> = generator(settings).collect();
        assert!(rows.iter().all(|row| row.date().starts_with("2024-02-29T")));
    }
}

#[test]
fn settings_are_checked() {
    let check = |settings: Settings, expected: &str| {
        let error = Generator::new(&Sources::sample().unwrap(), settings).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert!(error.to_string().contains(expected), "{error}");
    };
    let default = Settings::default;
    check(Settings { rows: 0, ..default() }, "0 rows");
    check(Settings { rows: 100_000_000, ..default() }, "100000000 rows");
    check(Settings { copies: -0.1, ..default() }, "-0.1");
    check(Settings { repeats: f64::NAN, ..default() }, "NaN");
    check(Settings { copies: 0.6, repeats: 0.5, ..default() }, "0.6");
    check(Settings { since: date(2024, 1, 1), ..default() }, "2024-01-01");
    check(Settings { since: date(-9999, 1, 1), ..default() }, "100 years");
    check(Settings { within: "99".parse().unwrap(), ..default() }, "`99`");
}

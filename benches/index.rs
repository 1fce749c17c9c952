//! The index: complaints a second, bytes each, and the time of a search among 100,000.

mod common;

use std::time::Instant;

use criterion::{BatchSize, Criterion, Throughput};
use jiff::ToSpan;
use jiff::civil::date;
use pilah::complaint::Status;
use pilah::index::{Facet, Index, Matcher, Order, Page, Prepared, Query, Wording};
use pilah::ledger::{Changes, Record, State, Version};

const COMPLAINTS: u64 = 100_000;
const FACETS: [Facet; 7] = [
    Facet::Function,
    Facet::Category,
    Facet::Status,
    Facet::Channel,
    Facet::Agency,
    Facet::Month,
    Facet::District,
];

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let records = records();
    let texts: usize = records.iter().map(|record| record.said.text.len()).sum();
    println!("{COMPLAINTS} complaints of {} bytes", texts as u64 / COMPLAINTS);

    let wording = Wording::indonesian();
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path(), &wording).unwrap();
    let begin = Instant::now();
    add(&index, 1, records.clone());
    println!(
        "{:.0} complaints/s indexed, committed and merged",
        COMPLAINTS as f64 / begin.elapsed().as_secs_f64()
    );
    println!(
        "{} bytes a complaint in {} segments",
        index.disk_bytes().unwrap() / COMPLAINTS,
        index.searcher().unwrap().segments()
    );

    let mut group = criterion.benchmark_group("index");
    group.throughput(Throughput::Elements(COMPLAINTS / 5)).sample_size(10);
    group.bench_function("apply and commit 20,000", |bencher| {
        let some = &records[..(COMPLAINTS / 5) as usize];
        let new = || {
            let dir = tempfile::tempdir().unwrap();
            (Index::create(dir.path(), &wording).unwrap(), dir, some.to_vec())
        };
        bencher.iter_batched(
            new,
            |(index, dir, records)| {
                add(&index, 1, records);
                assert_eq!(index.searcher().unwrap().count(), COMPLAINTS / 5);
                dir
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();

    let searcher = index.searcher().unwrap();
    let mut group = criterion.benchmark_group("search");
    let asked = [
        ("everything", ""),
        ("filters", "function:perhubungan status:new region:35.78 month:2023-03"),
        ("a word", "lampu"),
        ("words and filters", "jalan rusak region:35 -flag:urgent"),
        ("a phrase", "\"lampu jalan\""),
    ];
    for (name, text) in asked {
        let query: Query = text.parse().unwrap();
        let total = assert_total(searcher.total(&query).unwrap(), &query, &records, &wording);
        println!("{name}: {total} found");
        for (how, order) in [("newest", Order::Newest), ("best", Order::Best)] {
            let page = Page { limit: 20, order, after: None };
            group.bench_function(format!("{name}, {how}"), |bencher| {
                bencher.iter(|| assert_eq!(searcher.search(&query, &page).unwrap().total, total));
            });
        }
        group.bench_function(format!("{name}, newest, 7 facets"), |bencher| {
            bencher.iter(|| {
                let (hits, counts) = searcher.search_with_facets(&query, &Page::default(), &FACETS).unwrap();
                let by_function: u64 = counts[0].values.iter().map(|(_, count)| count).sum();
                assert_eq!((hits.total, by_function), (total, total));
            });
        });
    }
    group.bench_function("similar", |bencher| {
        let record = &records[4321];
        bencher.iter(|| {
            let hits = searcher.similar(&record.said.text, &Query::everything(), 10).unwrap();
            assert!(hits.iter().any(|hit| hit.number == record.number));
        });
    });
    group.bench_function("saved query", |bencher| {
        let query = Prepared::new(&"lampu jalan region:35".parse().unwrap(), &wording);
        let mut matcher = Matcher::new(&wording);
        bencher.iter(|| matcher.read(&records[0]).matches(&query));
    });
    group.finish();
    criterion.final_summary();
}

fn add(index: &Index, upto: u64, records: Vec<Record>) {
    let mut writer = index.writer(64_000_000).unwrap();
    writer.apply(&Changes { upto, records, gone: Vec::new() }).unwrap();
    writer.close().unwrap();
}

/// The total, when a look at every complaint gives the same.
fn assert_total(total: u64, query: &Query, records: &[Record], wording: &Wording) -> u64 {
    let query = Prepared::new(query, wording);
    let mut matcher = Matcher::new(wording);
    let slowly = records.iter().filter(|record| matcher.read(record).matches(&query)).count();
    assert_eq!(total, slowly as u64);
    total
}

/// Halves of the sample's texts put together anew, with a number of their own.
fn records() -> Vec<Record> {
    let sample = common::sample();
    let rows: Vec<_> = sample.rows().collect();
    let half = |text: &str, second: bool| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (first, last) = words.split_at(words.len() / 2);
        if second { last.join(" ") } else { first.join(" ") }
    };
    let of = |number: u64| {
        let pick = |prime: u64| &rows[(number.wrapping_mul(prime) >> 7) as usize % rows.len()];
        let (row, other) = (pick(2_654_435_761), pick(40_503_001));
        let text = format!(
            "{} . {} {} RT {} RW {}",
            half(row.text(), true),
            half(row.text(), false),
            half(other.text(), true),
            number % 17,
            number % 11
        );
        let minutes = (number * 9 + number.wrapping_mul(2_654_435_761) % 5000) as i64;
        let state = State {
            received: date(2023, 1, 1).at(0, 0, 0, 0).checked_add(minutes.minutes()).unwrap(),
            channel: ["whatsapp", "web", "app", "sms"][number as usize % 4].into(),
            status: [Status::New, Status::Assigned, Status::Closed][number as usize % 3],
            action: "route".into(),
            kind: "pengaduan-tidak-berkadar-pengawasan".into(),
            category: row.other(1).into(),
            function: row.other(0).into(),
            agency: format!("{}@35.{}", row.other(0), 70 + number % 30),
            region: format!("35.{}.{:02}.10{:02}", 70 + number % 10, number % 23 + 1, number % 7 + 1),
            flags: if number.is_multiple_of(10) { "urgent".into() } else { String::new() },
            p: 0.5,
            corrected: false,
            anonymous: false,
            confidential: false,
            version: number * 2,
            decision: number * 2 + 1,
        };
        let ids = vec![format!("sp4n:{}", 7_000_000 + number).parse().unwrap()];
        Record { number, ids, state, said: Version { text, ..Version::default() } }
    };
    (1..=COMPLAINTS).map(of).collect()
}

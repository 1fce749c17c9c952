//! A store: single submissions, whole files, search, counts, catching up.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pilah::complaint::Complaint;
use pilah::engine::{Engine, Naming, Options, Submission, rebuild};
use pilah::generate::{Generator, Settings, Sources};
use pilah::index::{Facet, Page, Query};
use pilah::ledger::{CountBy, Durability, Period};
use pilah::model::{Columns, Field, Format, Reader};

const ROWS: u64 = 2_000;

/// Invented complaints as CSV.
fn complaints(rows: u64) -> Vec<u8> {
    let settings = Settings { rows, ..Settings::default() };
    let mut csv = Vec::new();
    Generator::new(&Sources::sample().unwrap(), settings).unwrap().write_csv(&mut csv, |_| {}).unwrap();
    csv
}

fn ingest(engine: &Engine, csv: &[u8]) -> u64 {
    let fields = [
        (Field::Address, "address"),
        (Field::Village, "village"),
        (Field::District, "district"),
        (Field::Date, "date"),
    ];
    let columns = Columns {
        text: vec!["text".into()],
        id: Some("id".into()),
        fields: fields.map(|(field, name)| (field, name.into())).into(),
        ..Columns::default()
    };
    let mut reader = Reader::new(csv, Format::Csv, &columns).unwrap();
    let writer = engine.writer(Options { durability: Durability::Power, ..Options::default() }).unwrap();
    let report = writer.ingest(&mut reader, &Naming::default(), |_| {}, |_, _| Ok(())).unwrap();
    writer.close().unwrap();
    report.new
}

fn filled(folder: &Path, rows: u64) -> Engine {
    let engine = Engine::create(folder).unwrap();
    assert_eq!(ingest(&engine, &complaints(rows)), rows);
    engine
}

/// Eight threads that hand in one complaint after another.
fn submit(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::create(folder.path()).unwrap();
    let writer = engine.writer(Options::default()).unwrap();
    let next = AtomicU64::new(0);
    let mut group = bench.benchmark_group("submit");
    group.throughput(Throughput::Elements(8 * 50)).sample_size(10);
    group.bench_function("8 threads, 50 each", |bench| {
        bench.iter(|| {
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            let text = format!("Lampu jalan nomor {number} mati sejak seminggu");
                            let complaint = Complaint { text: &text, ..Complaint::default() };
                            let submission = Submission::new(number.to_string().parse().unwrap(), complaint);
                            let receipt = writer.submit(&submission).unwrap();
                            assert!(receipt.seq > 0);
                        }
                    });
                }
            });
        });
    });
    group.finish();
    writer.close().unwrap();
    assert_eq!(engine.stats().unwrap().complaints, next.into_inner());
}

fn batch(bench: &mut Criterion) {
    let csv = complaints(ROWS);
    let mut group = bench.benchmark_group("store");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    group.bench_function("ingest", |bench| {
        bench.iter_batched(
            || tempfile::tempdir().unwrap(),
            |folder| {
                assert_eq!(ingest(&Engine::create(folder.path()).unwrap(), &csv), ROWS);
                folder
            },
            BatchSize::PerIteration,
        );
    });
    let folder = tempfile::tempdir().unwrap();
    let engine = filled(folder.path(), ROWS);
    group.bench_function("ingest again", |bench| bench.iter(|| assert_eq!(ingest(&engine, &csv), 0)));
    group.bench_function("catch up from nothing", |bench| {
        bench.iter(|| {
            rebuild(folder.path()).unwrap();
            assert_eq!(engine.searcher().unwrap().count(), ROWS);
        });
    });
    group.finish();
}

fn search(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let engine = filled(folder.path(), 10 * ROWS);
    let searcher = engine.searcher().unwrap();
    let query: Query = "jalan rusak action:route".parse().unwrap();
    let found = searcher.search(&query, &Page::default()).unwrap();
    assert!(found.total > 0 && found.complaints.iter().all(|complaint| complaint.state.action == "route"));
    let mut group = bench.benchmark_group("search");
    group.bench_function("a page of 20", |bench| {
        bench.iter(|| {
            assert_eq!(searcher.search(black_box(&query), &Page::default()).unwrap().total, found.total);
        });
    });
    let facets =
        [Facet::Function, Facet::Agency, Facet::Category, Facet::Status, Facet::Month, Facet::Regency];
    group.bench_function("six facets of everything", |bench| {
        bench.iter(|| {
            let counts = searcher.facets(&Query::everything(), &facets).unwrap();
            assert_eq!(counts[0].values.iter().map(|(_, count)| count).sum::<u64>(), 10 * ROWS);
        });
    });
    group.bench_function("counts from the ledger", |bench| {
        bench.iter(|| {
            let counts = engine.counts(&[CountBy::Function, CountBy::Month], Period::default()).unwrap();
            assert_eq!(counts.rows.iter().map(|(_, count)| count).sum::<u64>(), 10 * ROWS);
        });
    });
    group.finish();
}

criterion_group!(benches, submit, batch, search);
criterion_main!(benches);

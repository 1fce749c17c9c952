//! What each complaint is about: one text, many texts, whole files, and the loading of the model.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use pilah::Bundle;
use pilah::model::{Batch, Columns, Format, Reader, classify_stream};
use serde_json::Value;

const TEXT: &str = "Lapor jalan aspal di depan pasar rusak parah, lubangnya sekitar 40 meter karena genangan dan \
    saluran tersumbat. Sudah ditambal empat kali, tetapi setiap hujan terkelupas lagi dan dua pengendara motor jatuh \
    minggu ini. Mohon dinas terkait segera memperbaiki jalan beserta drainasenya. Terima kasih.";

const SHIPPED: &[u8] = include_bytes!("../models/pilah-id.bundle");

/// Rows of the file that is classified as a stream.
const ROWS: usize = 5000;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let bundle = Bundle::shipped();
    one_text(&mut criterion, bundle);
    sample(&mut criterion, bundle, &common::sample());
    stream(&mut criterion, bundle, &common::sample());
    load(&mut criterion, bundle);
    criterion.final_summary();
}

fn one_text(criterion: &mut Criterion, bundle: &Bundle) {
    let mut classifier = bundle.classifier();
    assert_eq!(label(bundle, TEXT, "function"), "pekerjaan-umum");
    assert_eq!(label(bundle, TEXT, "complaint"), "complaint");
    let mut group = criterion.benchmark_group("classify");
    group.throughput(Throughput::Bytes(TEXT.len() as u64));
    group.bench_function("one text", |bencher| {
        bencher.iter(|| {
            black_box(classifier.classify(black_box(TEXT)));
        });
    });
    group.finish();
}

fn sample(criterion: &mut Criterion, bundle: &Bundle, batch: &Batch) {
    let mut classifier = bundle.classifier();
    let labelled = batch.rows().filter(|row| row.other(0) != "-");
    let right = labelled.clone().filter(|row| label(bundle, row.text(), "function") == row.other(0)).count();
    let labelled = labelled.count();
    assert!(right * 4 > labelled * 3, "{right} of {labelled} functions are right");
    let mut group = criterion.benchmark_group("classify");
    group.throughput(Throughput::Elements(batch.len() as u64));
    group.bench_function("sample", |bencher| {
        bencher.iter(|| {
            for row in batch.rows() {
                black_box(classifier.classify(black_box(row.text())));
            }
        });
    });
    group.finish();
}

fn stream(criterion: &mut Criterion, bundle: &Bundle, batch: &Batch) {
    let file: String = common::JSONL.lines().cycle().take(ROWS).flat_map(|line| [line, "\n"]).collect();
    let columns = Columns { text: vec!["text".into()], ..Columns::default() };
    let classify = |out: &mut Vec<u8>| {
        out.clear();
        let mut reader =
            Reader::new(black_box(file.as_bytes()), Format::Jsonl, &columns).expect("a readable file");
        classify_stream(bundle, &mut reader, out, 1, &["function", "category", "complaint"], 3, |_| ())
            .expect("readable rows")
    };
    let mut out = Vec::new();
    assert_eq!(classify(&mut out), ROWS as u64);
    assert_lines(bundle, batch, &out);
    let mut group = criterion.benchmark_group("classify");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("stream", |bencher| bencher.iter(|| classify(&mut out)));
    group.finish();
}

/// One line a row, in order, with the answer that the text gets by itself.
fn assert_lines(bundle: &Bundle, batch: &Batch, out: &[u8]) {
    let lines: Vec<Value> =
        serde_json::Deserializer::from_slice(out).into_iter().collect::<Result<_, _>>().expect("JSON");
    assert_eq!(lines.len(), ROWS);
    for (at, (line, row)) in lines.iter().zip(batch.rows().cycle()).enumerate() {
        assert_eq!(line["id"], row.id());
        if at < batch.len() {
            assert_eq!(
                line["heads"]["function"]["label"],
                label(bundle, row.text(), "function"),
                "{}",
                row.text()
            );
        } else {
            assert_eq!(line, &lines[at - batch.len()]);
        }
    }
}

fn load(criterion: &mut Criterion, bundle: &Bundle) {
    let load = || Bundle::from_bytes(black_box(SHIPPED)).expect("the shipped model");
    assert_eq!(load().heads(), bundle.heads());
    assert_eq!(label(&load(), TEXT, "function"), "pekerjaan-umum");
    let mut group = criterion.benchmark_group("classify");
    group.throughput(Throughput::Bytes(SHIPPED.len() as u64));
    group.bench_function("load", |bencher| bencher.iter(load));
    group.finish();
}

/// The answer of one head to one text; with buffers of its own, so that nothing is left from the text before.
fn label<'b>(bundle: &'b Bundle, text: &str, head: &str) -> &'b str {
    let head =
        bundle.heads().iter().position(|known| known.name() == head).expect("a head of the shipped model");
    let mut classifier = bundle.classifier();
    let class = classifier
        .classify(text)
        .iter()
        .nth(head)
        .map(|answer| answer.class())
        .expect("an answer of each head");
    &bundle.heads()[head].labels()[class]
}

//! Near-copies: texts signed a second, then signatures asked for and put in a second, on one thread.

mod common;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use pilah::similar::{Candidate, Copies, Signature, Signer};
use pilah::text::{Analyzer, Tokens};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Entries of the table that is asked.
const ENTRIES: u32 = 100_000;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let sample = common::sample();
    let texts: Vec<&str> = sample.rows().map(|row| row.text()).collect();
    let analyzer = Analyzer::indonesian();
    let analysed: Vec<Tokens> = texts
        .iter()
        .map(|text| {
            let mut tokens = Tokens::new();
            analyzer.analyze(text, &mut tokens);
            tokens
        })
        .collect();
    let mut signer = Signer::new();
    let signatures: Vec<Signature> = analysed.iter().map(|tokens| signer.sign(tokens)).collect();
    let copies = table(&signatures);
    assert_found(&copies, &signatures);

    let mut group = criterion.benchmark_group("similar");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("sign tokens", |bencher| {
        bencher.iter(|| {
            for tokens in &analysed {
                black_box(signer.sign(black_box(tokens)));
            }
        });
    });
    let mut tokens = Tokens::new();
    group.bench_function("analyse and sign", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                analyzer.analyze(black_box(text), &mut tokens);
                black_box(signer.sign(&tokens));
            }
        });
    });
    let mut found = Vec::new();
    group.bench_function("query", |bencher| {
        bencher.iter(|| {
            for signature in &signatures {
                copies.query(black_box(signature), 10, &mut found);
                black_box(&found);
            }
        });
    });
    group.bench_function("query and insert", |bencher| {
        bencher.iter_batched_ref(
            Copies::new,
            |copies| {
                for (number, signature) in (0..).zip(&signatures) {
                    copies.query(black_box(signature), 10, &mut found);
                    copies.insert(number, signature).expect("room");
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
    criterion.final_summary();
}

/// The sample's signatures, then drawn ones.
fn table(signatures: &[Signature]) -> Copies {
    let mut random = SmallRng::seed_from_u64(7);
    let mut copies = Copies::new();
    for number in 0..ENTRIES {
        let drawn = Signature::from_bytes(std::array::from_fn(|_| random.random()));
        copies.insert(number, signatures.get(number as usize).unwrap_or(&drawn)).expect("room");
    }
    copies
}

/// Each text of the sample finds itself before all that is less like it.
fn assert_found(copies: &Copies, signatures: &[Signature]) {
    let mut found: Vec<Candidate> = Vec::new();
    for (number, signature) in (0..).zip(signatures) {
        copies.query(signature, 100, &mut found);
        let itself = found.iter().find(|candidate| candidate.number == number);
        assert_eq!(itself.is_some_and(|itself| itself.likeness >= found[0].likeness), !signature.is_empty());
    }
}

//! Tokens to numbers: learning the vocabulary, and rows of the matrix.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use pilah::features::{Block, FeatureSpec, Key, Vectorizer};
use pilah::text::{Analyzer, Tokens};

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let sample = common::sample();
    let texts: Vec<&str> = sample.rows().map(|row| row.text()).collect::<BTreeSet<_>>().into_iter().collect();
    let (analyzer, spec) = (Analyzer::indonesian(), FeatureSpec::default());
    let fit = || Vectorizer::fit(&analyzer, black_box(&texts), &spec).expect("the default spec");
    let vectorizer = fit();
    assert_words(&vectorizer, &analyzer, &texts);
    assert_rows(&vectorizer, &analyzer, &texts);

    let mut group = criterion.benchmark_group("vectorise");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("fit", |bencher| bencher.iter(fit));
    group.bench_function("transform", |bencher| {
        bencher.iter(|| vectorizer.transform(&analyzer, black_box(&texts)));
    });
    group.finish();
    criterion.final_summary();
}

/// The words of the vocabulary are those that a count of each text's different words finds.
fn assert_words(vectorizer: &Vectorizer, analyzer: &Analyzer, texts: &[&str]) {
    let mut counts = BTreeMap::<Key, u32>::new();
    let mut tokens = Tokens::new();
    for text in texts {
        analyzer.analyze(text, &mut tokens);
        for key in tokens.iter().filter_map(Key::word).collect::<BTreeSet<_>>() {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= vectorizer.spec().min_df);
    let words = vectorizer.features().iter().filter(|(block, _)| *block == Block::Word).map(|&(_, key)| key);
    assert!(words.eq(counts.into_keys()));
}

/// A text has the same row alone and in the batch, of length 1 or a little more: n-grams that two words share are
/// added after their squares are.
fn assert_rows(vectorizer: &Vectorizer, analyzer: &Analyzer, texts: &[&str]) {
    let matrix = vectorizer.transform(analyzer, texts);
    assert_eq!((matrix.rows(), matrix.width()), (texts.len(), vectorizer.features().len()));
    for (row, text) in texts.iter().enumerate() {
        let (columns, values) = matrix.row(row);
        assert_eq!((columns, values), vectorizer.transform(analyzer, &[text]).row(0), "{text}");
        let square: f32 = values.iter().map(|value| value * value).sum();
        assert!((0.999..2.0).contains(&square), "{square}: {text}");
    }
}

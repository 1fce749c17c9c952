//! Text to tokens: bytes a second on one thread.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use pilah::text::{Analyzer, TokenKind, Tokens};

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let sample = common::sample();
    let texts: Vec<&str> = sample.rows().map(|row| row.text()).collect();
    let mut group = criterion.benchmark_group("analyse");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    for (name, analyzer) in [("indonesian", Analyzer::indonesian()), ("plain", Analyzer::plain())] {
        assert_tokens(&analyzer, &texts);
        let mut tokens = Tokens::new();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    analyzer.analyze(black_box(text), &mut tokens);
                    black_box(tokens.as_slice());
                }
            });
        });
    }
    group.finish();
    criterion.final_summary();
}

/// One text word for word; of the others, that tokens follow the text and leave nothing long out.
fn assert_tokens(analyzer: &Analyzer, texts: &[&str]) {
    let mut tokens = Tokens::new();
    analyzer.analyze("Tolooong pak, jln Melati gelap, tksh! 0812-0000-0000", &mut tokens);
    let expected = if analyzer.has_lexicon() {
        "tolong pak jalan melati gelap terima kasih <telepon>"
    } else {
        "tolong pak jln melati gelap tksh <telepon>"
    };
    assert_eq!(tokens.normalized(), expected);
    for text in texts {
        analyzer.analyze(text, &mut tokens);
        let spaces = text.split_whitespace().count();
        assert!(tokens.len() * 4 >= spaces * 3, "{} tokens of {spaces} words: {text}", tokens.len());
        let mut last = 0;
        for token in &tokens {
            let span = token.span();
            assert!(
                span.start >= last && text.get(span.clone()).is_some_and(|part| !part.is_empty()),
                "{text}"
            );
            assert!(token.kind() != TokenKind::Word || !tokens.text(token).is_empty(), "{text}");
            last = span.start;
        }
    }
}

//! Who said the same: texts signed a second, signatures asked for and put in, pairs judged and complaints put into clusters a
//! second, on one thread.

mod common;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use pilah::similar::{
    Candidate, Clusters, Copies, Link, Portrait, RelationModel, Signature, Signer, Subject, Topics,
};
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
    let portraits = portraits(&analysed);
    let model = RelationModel::shipped();
    assert!(
        portraits.iter().all(|one| model.judge(one, one).relation.is_same_issue()),
        "a text is not like itself"
    );
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            for pair in portraits.windows(2) {
                black_box(model.judge(&pair[0], &pair[1]));
            }
        });
    });
    assert_eq!(clustered().len(), ARRIVALS as usize / 5, "five reports of each issue");
    group.throughput(Throughput::Elements(ARRIVALS));
    group.bench_function("cluster", |bencher| bencher.iter(|| black_box(clustered())));
    group.finish();
    criterion.final_summary();
}

/// Complaints that arrive.
const ARRIVALS: u64 = 10_000;

/// Complaints of which every fifth begins an issue that the next four are reports of.
fn clustered() -> Clusters {
    let mut clusters = Clusters::default();
    for number in 0..ARRIVALS {
        let first = number - number % 5;
        let links: Vec<Link> = (first..number).map(|to| Link { to, weight: 2.0 }).collect();
        clusters.arrive(number + 1, number, &links);
    }
    clusters
}

/// The sample's complaints in one village, about one thing.
fn portraits(texts: &[Tokens]) -> Vec<Portrait> {
    let one = |label: &str| vec![(label.to_owned(), 0.9)];
    let topics = Topics { functions: one("pekerjaan-umum"), categories: one("INFRASTRUKTUR") };
    let address = Tokens::new();
    let received = Some(jiff::civil::date(2026, 5, 4).at(8, 0, 0, 0));
    let portrait = |text| {
        let subject = Subject {
            text,
            address: &address,
            village: "Mojo",
            topics: &topics,
            received,
            position: None,
            reporter: "",
        };
        RelationModel::shipped().portrait(&subject)
    };
    texts.iter().filter(|tokens| !tokens.is_empty()).map(portrait).collect()
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

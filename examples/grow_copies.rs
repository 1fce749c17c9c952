//! How the table of near-copies grows: bytes an entry, time of a query, insertions a second, from ten thousand entries
//! to ten million.
//!
//! ```sh
//! cargo run --release --example grow_copies -- 10000000
//! ```
//!
//! Signatures are drawn, not made from texts: 9 of 10 are unrelated, one is a near-copy of an earlier one, and half of
//! all queries are near-copies too.

use std::time::{Duration, Instant};

use pilah::similar::{Copies, Signature};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const QUERIES: u64 = 50_000;
const CHAIN: u32 = 500_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let most: u32 = std::env::args().nth(1).map_or(Ok(1_000_000), |most| most.parse())?;
    let mut copies = Copies::new();
    let mut medians = Vec::new();
    println!(
        "{:>10} {:>8} {:>12} {:>12} {:>10} {:>10} {:>7}",
        "entries", "bytes", "inserts/s", "q+i/s", "median", "p99", "recall"
    );
    for size in [10_000, 100_000, 1_000_000, 10_000_000].into_iter().filter(|&size| size <= most) {
        let from = copies.len() as u32;
        let mut spent = Duration::ZERO;
        for first in (from..size).step_by(1_000) {
            let batch: Vec<Signature> = (first..first + 1_000).map(signature).collect();
            let begin = Instant::now();
            for (number, signature) in (first..).zip(&batch) {
                copies.insert(number, signature)?;
            }
            spent += begin.elapsed();
        }
        let inserts = f64::from(size - from) / spent.as_secs_f64();
        let Times { median, p99, mean, recall } = query(&copies, size);
        let both = 1.0 / (1.0 / inserts + mean.as_secs_f64());
        let bytes = copies.bytes() as f64 / f64::from(size);
        println!(
            "{size:>10} {bytes:>8.1} {inserts:>12.0} {both:>12.0} {median:>10.2?} {p99:>10.2?} {recall:>7.4}"
        );
        medians.push((f64::from(size), median.as_secs_f64()));
    }
    if let [first, .., last] = medians[..] {
        println!("growth exponent of the median: {:.3}", (last.1 / first.1).ln() / (last.0 / first.0).ln());
    }
    let size = copies.len() as u32;
    let chain = signature(0);
    let begin = Instant::now();
    for number in size..size + CHAIN {
        copies.insert(number, &chain)?;
    }
    let rate = f64::from(CHAIN) / begin.elapsed().as_secs_f64();
    let mut found = Vec::new();
    let mut times: Vec<Duration> = (0..2_000)
        .map(|_| {
            let begin = Instant::now();
            copies.query(&chain, 100, &mut found);
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "a message with {CHAIN} copies: {rate:.0} inserts/s, query median {:.2?}, p99 {:.2?}, {} candidates",
        times[1_000],
        times[1_980],
        found.len()
    );
    Ok(())
}

struct Times {
    median: Duration,
    p99: Duration,
    mean: Duration,
    recall: f64,
}

/// Half of the queries are like an entry (true likeness .8 to 1), half like nothing.
fn query(copies: &Copies, size: u32) -> Times {
    let mut random = SmallRng::seed_from_u64(u64::from(size));
    let mut found = Vec::new();
    let (mut times, mut hits, mut like) = (Vec::new(), 0u32, 0u32);
    for number in 0..QUERIES {
        let origin = (number % 2 == 0).then(|| random.random_range(0..size));
        let asked = match origin {
            Some(origin) => near(signature(origin), &mut random),
            None => drawn(&mut random),
        };
        let begin = Instant::now();
        copies.query(&asked, 10, &mut found);
        times.push(begin.elapsed());
        if let Some(origin) = origin {
            like += 1;
            hits += u32::from(found.iter().any(|candidate| candidate.number == origin));
        }
    }
    let mean = times.iter().sum::<Duration>() / times.len() as u32;
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    Times { median: at(0.5), p99: at(0.99), mean, recall: f64::from(hits) / f64::from(like) }
}

/// The signature of a number, always the same.
fn signature(number: u32) -> Signature {
    let mut random = SmallRng::seed_from_u64(u64::from(number));
    if number % 10 == 9 {
        // Numbers that end in 9 are near-copies of one that does not.
        let origin = random.random_range(0..number) / 10 * 10;
        return near(signature(origin), &mut random);
    }
    drawn(&mut random)
}

fn drawn(random: &mut SmallRng) -> Signature {
    let mut bytes = [0; Signature::BYTES];
    random.fill(&mut bytes[..]);
    Signature::from_bytes(bytes)
}

/// A near-copy with a true likeness between .8 and 1.
fn near(of: Signature, random: &mut SmallRng) -> Signature {
    let likeness = random.random_range(0.8..1.0);
    Signature::from_bytes(
        of.to_bytes().map(|byte| if random.random_bool(likeness) { byte } else { random.random() }),
    )
}

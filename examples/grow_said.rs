//! How what was said grows: bytes a complaint and time of a question, near-copies and shared keys together, with the marks of
//! a store, from ten thousand complaints on.
//!
//! ```sh
//! pilah generate --rows 1000000 --out load.csv
//! pilah ingest --store load --input load.csv --id id --text text --address address --date date
//! cargo run --release --example grow_said -- load 10
//! ```
//!
//! The number says how often the store is put in: each time with other signatures and keys, as if it were another country's.

use std::path::Path;
use std::time::{Duration, Instant};

use pilah::ledger::Relations;
use pilah::similar::{Marks, Said, Signature};

const QUERIES: usize = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder of a store")?;
    let times: u32 = arguments.next().map_or(Ok(1), |times| times.parse())?;
    let relations =
        Relations::read(&Path::new(&folder).join("relations.sqlite"))?.ok_or("it has no relations")?;
    let mut all = Vec::new();
    relations.each_mark(0, |_, _, marks| {
        all.push(marks);
        Ok(())
    })?;
    let mut said = Said::new();
    let (mut number, mut next, mut medians) = (0, 10_000, Vec::new());
    println!("{:>10} {:>7} {:>10} {:>10} {:>10}", "complaints", "bytes", "median", "p99", "candidates");
    for country in 0..times {
        for marks in &all {
            said.insert(number, &abroad(marks, country))?;
            number += 1;
            if number == next || (country + 1 == times && number as usize == all.len() * times as usize) {
                let (median, p99, found) = ask(&said, &all, country);
                let bytes = said.bytes() as f64 / f64::from(number);
                println!("{number:>10} {bytes:>7.0} {median:>10.2?} {p99:>10.2?} {found:>10.1}");
                medians.push((f64::from(number), median.as_secs_f64()));
                next *= 10;
            }
        }
    }
    if let [first, .., last] = medians[..] {
        println!("growth exponent of the median: {:.3}", (last.1 / first.1).ln() / (last.0 / first.0).ln());
    }
    Ok(())
}

/// Asks for complaints from all over the store, whether they are in already or not.
fn ask(said: &Said, all: &[Marks], country: u32) -> (Duration, Duration, f64) {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut times: Vec<Duration> = (0..QUERIES)
        .map(|at| {
            let marks = abroad(&all[at * 7919 % all.len()], country);
            let begin = Instant::now();
            said.candidates(&marks, &mut found);
            count += found.len();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[QUERIES / 2], times[QUERIES / 100 * 99], count as f64 / QUERIES as f64)
}

/// The same complaint in a country where everything has other names.
fn abroad(marks: &Marks, country: u32) -> Marks {
    let other = country.wrapping_mul(0x9E37_79B9);
    let mut marks = marks.clone();
    marks.keys.iter_mut().for_each(|key| *key ^= other);
    if !marks.signature.is_empty() {
        let salt = other.to_le_bytes();
        let mut bytes = marks.signature.to_bytes();
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte ^= salt[at % 4]);
        marks.signature = Signature::from_bytes(bytes);
    }
    marks
}

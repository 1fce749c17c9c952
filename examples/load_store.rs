//! How fast a store answers: searches with filters and facets, who said the same as a draft, then durable submissions from
//! eight threads.
//!
//! ```sh
//! pilah generate --rows 1000000 --out load.csv
//! pilah ingest --store load --input load.csv --id id --text text --address address --date date
//! cargo run --release --example load_store -- load
//! ```

use std::time::{Duration, Instant};

use pilah::complaint::Complaint;
use pilah::engine::{Engine, Options, Submission};
use pilah::generate::{Generator, Settings, Sources};
use pilah::index::{Facet, Order, Page, Query};

const THREADS: u64 = 8;
const EACH: u64 = 2_500;
const ROUNDS: usize = 40;
const DRAFTS: u64 = 500;

const QUERIES: [&str; 10] = [
    "lampu mati",
    "jalan rusak region:35",
    "sampah status:new action:route",
    "\"jalan berlubang\"",
    "banjir received:2022-01-01..2022-07-01",
    "function:dukcapil month:2022-03",
    "air -pdam region:32",
    "bansos OR blt type:permintaan-informasi",
    "flag:urgent",
    "region:35.78",
];

const FACETS: [Facet; 7] = [
    Facet::Function,
    Facet::Category,
    Facet::Agency,
    Facet::Type,
    Facet::Status,
    Facet::Month,
    Facet::Regency,
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder of a store")?;
    let begin = Instant::now();
    let engine = Engine::create(&folder)?;
    let searcher = engine.searcher();
    println!("opened in {:.0?}", begin.elapsed());
    if let Ok(searcher) = searcher {
        let (mut plain, mut faceted) = (Vec::new(), Vec::new());
        for query in QUERIES {
            let query: Query = query.parse()?;
            for order in [Order::Newest, Order::Best] {
                let page = Page { order, ..Page::default() };
                for _ in 0..ROUNDS {
                    let begin = Instant::now();
                    searcher.search(&query, &page)?;
                    plain.push(begin.elapsed());
                    let begin = Instant::now();
                    searcher.search_with_facets(&query, &page, &FACETS)?;
                    faceted.push(begin.elapsed());
                }
            }
        }
        println!("{} complaints", searcher.count());
        print("search, a page of 20 with snippets", plain);
        print("the same with seven facets", faceted);
    }
    ask(&engine)?;
    submit(&engine)
}

/// What an intake service asks before a citizen sends: who said the same?
fn ask(engine: &Engine) -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings { rows: DRAFTS, seed: 8, ..Settings::default() };
    let received = jiff::civil::date(2026, 5, 4).at(8, 0, 0, 0);
    let (mut first, mut later, mut found) = (Vec::new(), Vec::new(), 0);
    for row in Generator::new(&Sources::sample()?, settings)? {
        let complaint = Complaint { text: row.text(), address: row.address(), ..Complaint::default() };
        let begin = Instant::now();
        found += engine.similar(&complaint, received, None)?.len();
        if first.is_empty() { &mut first } else { &mut later }.push(begin.elapsed());
    }
    print("who said the same as a draft, the first time", first);
    print(&format!("who said the same as a draft, {:.1} on average", found as f64 / DRAFTS as f64), later);
    Ok(())
}

fn submit(engine: &Engine) -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings { rows: THREADS * EACH, seed: 7, ..Settings::default() };
    let texts: Vec<String> =
        Generator::new(&Sources::sample()?, settings)?.map(|row| row.text().to_owned()).collect();
    let run = std::process::id();
    let writer = engine.writer(Options::default())?;
    let begin = Instant::now();
    let times = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (writer, texts) = (&writer, &texts);
                scope.spawn(move || {
                    let mine = (thread * EACH..(thread + 1) * EACH).map(|number| {
                        let complaint = Complaint { text: &texts[number as usize], ..Complaint::default() };
                        let submission = Submission::new(format!("load:{run}:{number}").parse()?, complaint);
                        let begin = Instant::now();
                        writer.submit(&submission)?;
                        Ok(begin.elapsed())
                    });
                    mine.collect::<pilah::Result<Vec<Duration>>>()
                })
            })
            .collect();
        let each = threads.into_iter().map(|thread| Ok(thread.join().map_err(|_| "a thread panicked")??));
        each.collect::<Result<Vec<Vec<Duration>>, Box<dyn std::error::Error>>>()
    })?;
    let rate = (THREADS * EACH) as f64 / begin.elapsed().as_secs_f64();
    print(&format!("submit from {THREADS} threads, {rate:.0} a second"), times.concat());
    writer.close()?;
    Ok(())
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what}: median {:.2?}, p99 {:.2?}, most {:.2?}", at(0.5), at(0.99), at(1.0));
}

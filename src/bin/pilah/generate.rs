//! `pilah generate`: invented complaints, as many as are wanted.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::civil::Date;
use pilah::Result;
use pilah::generate::{Generator, Settings, Sources};
use pilah::model::Batch;
use pilah::place::RegionCode;

use crate::args::Input;
use crate::files::{Outcome, Rejects, open, row_counter};
use crate::output::Output;

/// Rows read at a time.
const BATCH: usize = 4096;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Columns: id, date, channel, text, address, village, district, region, reporter, origin. A near-copy has the \
    id of its original as origin; another report of the same problem has ~ and the id of the first.\n\n\
    Examples:\n  pilah generate --rows 100000 --within 35 --out load.csv\n  \
    pilah generate --rows 1000 --input history.csv --text isi --since 2024-01-01 --until 2024-06-30"
)]
pub(crate) struct Generate {
    /// How many rows.
    #[arg(long, value_name = "N")]
    rows: u64,
    /// Seed of everything that is drawn: the same one gives the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where rows are written, as CSV; without it standard output. The file appears under its name once it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Files whose sentences are used besides those that ship with pilah; what may point to a person is left out.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    input: Vec<PathBuf>,
    #[command(flatten)]
    source: Input,
    /// First day.
    #[arg(long, default_value = "2021-01-01", value_name = "DATE")]
    since: Date,
    /// Last day.
    #[arg(long, default_value = "2023-12-31", value_name = "DATE")]
    until: Date,
    /// The region that complaints come from, as a Ministry code; without it the whole country.
    #[arg(long, value_name = "CODE")]
    within: Option<RegionCode>,
    /// Share of near-copies of an earlier row.
    #[arg(long, default_value_t = 0.02, value_name = "SHARE")]
    copies: f64,
    /// Share of further reports of an earlier row's problem, in other words, days to months later.
    #[arg(long, default_value_t = 0.05, value_name = "SHARE")]
    repeats: f64,
}

pub(crate) fn run(args: &Generate) -> Result<Outcome> {
    let settings = Settings {
        rows: args.rows,
        seed: args.seed,
        since: args.since,
        until: args.until,
        within: args.within.unwrap_or(RegionCode::NATION),
        copies: args.copies,
        repeats: args.repeats,
    };
    let mut sources = Sources::sample()?;
    let mut rejects = Rejects::new(&args.source)?;
    let counter = row_counter("reading");
    let mut batch = Batch::new();
    for path in &args.input {
        let mut reader = open(path, &args.source, Vec::new(), Vec::new())?;
        while reader.read(&mut batch, BATCH)? {
            counter.inc(batch.len() as u64);
            rejects.add_batch(path, &batch);
            sources.add_batch(&batch);
        }
    }
    let mut generator = Generator::new(&sources, settings)?;
    counter.reset();
    counter.set_message("writing");
    let mut out = Output::create(args.out.as_deref())?;
    generator.write_csv(&mut out, |rows| counter.inc(rows))?;
    counter.finish_and_clear();
    out.finish()?;
    rejects.outcome()
}

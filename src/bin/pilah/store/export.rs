//! `pilah export`: counts and rows for planners.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::civil::Date;
use pilah::Result;
use pilah::engine::Engine;
use pilah::ledger::{CountBy, Period};
use pilah::sheet::SheetFormat;

use super::Store;
use crate::args::OutputFormat;
use crate::files::{Outcome, say};
use crate::output::Output;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  pilah export --store complaints --by agency,month --since 2023-01-01 --until 2023-12-31 --output counts.xlsx\n  \
    pilah export --store complaints --by function,region:district\n  pilah export --store complaints --rows --format jsonl"
)]
pub(crate) struct Export {
    #[command(flatten)]
    store: Store,
    /// Count by these: agency, function, category, type, channel, status, action, month, region:LEVEL with province,
    /// regency, district or village.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', required_unless_present = "rows")]
    by: Vec<CountBy>,
    /// Write a row for each complaint instead, without personal data.
    #[arg(long, conflicts_with = "by")]
    rows: bool,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// csv, jsonl or xlsx; guessed from the ending of --output, else csv.
    #[arg(long, value_name = "FORMAT")]
    format: Option<SheetFormat>,
    /// Where it is written; without it standard output. The file appears under its name once it is complete.
    #[arg(long, alias = "out", value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Export) -> Result<Outcome> {
    let engine = Engine::open(&args.store.folder)?;
    let period = Period { since: args.since, until: args.until };
    let format = args.format.unwrap_or_else(|| match OutputFormat::of(args.output.as_deref()) {
        Some(OutputFormat::Jsonl) => SheetFormat::Jsonl,
        Some(OutputFormat::Xlsx) => SheetFormat::Xlsx,
        Some(OutputFormat::Csv) | None => SheetFormat::Csv,
    });
    let mut out = Output::create(args.output.as_deref())?;
    let mut left_out = 0;
    if args.rows {
        (_, left_out) = engine.export_rows(period, format, &mut out)?;
    } else {
        engine.export(&args.by, period, format, &mut out)?;
    }
    out.finish()?;
    if left_out > 0 {
        eprintln!(
            "pilah: {left_out} anonymous or confidential complaints are left out; the counts have them"
        );
    }
    if let Some(output) = &args.output {
        say(format_args!("written to {}", output.display()))?;
    }
    Ok(Outcome::Done)
}

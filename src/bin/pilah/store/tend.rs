//! `pilah verify`, `pilah rebuild` and `pilah backup`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use pilah::Result;
use pilah::engine::Engine;

use super::Store;
use crate::files::{Outcome, row_counter, say};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 all is well, 1 something is wrong.\n\nExample:\n  pilah verify --store complaints"
)]
pub(crate) struct Verify {
    #[command(flatten)]
    store: Store,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah rebuild --store complaints")]
pub(crate) struct Rebuild {
    #[command(flatten)]
    store: Store,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah backup --store complaints --to complaints-2026-11")]
pub(crate) struct Backup {
    #[command(flatten)]
    store: Store,
    /// The folder to make the copy in.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(crate) fn verify(args: &Verify) -> Result<Outcome> {
    let counter = row_counter("checking");
    let found = Engine::open(&args.store.folder)?.verify(|at| counter.set_position(at))?;
    counter.finish_and_clear();
    if args.json {
        say(format_args!("{}", serde_json::json!(found)))?;
    } else {
        for wrong in &found.wrong {
            say(format_args!("{wrong}"))?;
        }
        let indexed = found.indexed.map_or_else(|| "none".to_owned(), |indexed| indexed.to_string());
        let verdict = if found.whole { "all is well" } else { "something is wrong" };
        say(format_args!(
            "{} complaints in the ledger, {indexed} in the index: {verdict}",
            found.complaints
        ))?;
    }
    Ok(if found.whole { Outcome::Done } else { Outcome::Missing })
}

pub(crate) fn rebuild(args: &Rebuild) -> Result<Outcome> {
    pilah::engine::rebuild(&args.store.folder)?;
    let engine = Engine::open(&args.store.folder)?;
    say(format_args!("{} complaints indexed", engine.searcher()?.count()))?;
    Ok(Outcome::Done)
}

pub(crate) fn backup(args: &Backup) -> Result<Outcome> {
    Engine::open(&args.store.folder)?.backup(&args.to)?;
    say(format_args!("copied to {}", args.to.display()))?;
    Ok(Outcome::Done)
}

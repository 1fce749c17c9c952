//! `pilah get` and `pilah stats`.

use clap::Args as ClapArgs;
use pilah::Result;
use pilah::engine::Engine;

use super::Store;
use crate::commands::table;
use crate::files::{Outcome, say};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 all found, 1 one is missing.\n\nExample:\n  pilah get --store complaints sp4n:7214406"
)]
pub(crate) struct Get {
    #[command(flatten)]
    store: Store,
    /// Ids of complaints, as any system calls them.
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Show what confidential reports say, too.
    #[arg(long)]
    confidential: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah stats --store complaints --json")]
pub(crate) struct Stats {
    #[command(flatten)]
    store: Store,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn get(args: &Get) -> Result<Outcome> {
    let engine = Engine::open(&args.store.folder)?;
    let mut missing = Vec::new();
    for id in &args.ids {
        match engine.get(id)? {
            Some(dossier) => say(format_args!("{}", dossier.to_json(args.confidential)?))?,
            None => missing.push(format!("`{id}`")),
        }
    }
    if missing.is_empty() {
        return Ok(Outcome::Done);
    }
    eprintln!("pilah: not in the store: {}", missing.join(", "));
    Ok(Outcome::Missing)
}

pub(crate) fn stats(args: &Stats) -> Result<Outcome> {
    let stats = Engine::open(&args.store.folder)?.stats()?;
    if args.json {
        say(format_args!("{}", serde_json::json!(stats)))?;
        return Ok(Outcome::Done);
    }
    let mut shown = table(&["", "of the store"]);
    let rows = [
        ("complaints", stats.complaints),
        ("versions", stats.versions),
        ("decisions", stats.decisions),
        ("events", stats.events),
        ("bytes", stats.bytes),
        ("bytes of the ledger", stats.ledger_bytes),
        ("bytes of the index", stats.index_bytes),
        ("bytes of the relations", stats.relations_bytes),
        ("lines of the history", stats.last),
    ];
    for (name, figure) in rows {
        shown.add_row([name.to_owned(), figure.to_string()]);
    }
    let indexed = stats.indexed.map_or_else(|| "cannot be opened".to_owned(), |indexed| indexed.to_string());
    shown.add_row(["lines that the index holds".to_owned(), indexed]);
    say(format_args!("{shown}"))?;
    Ok(Outcome::Done)
}

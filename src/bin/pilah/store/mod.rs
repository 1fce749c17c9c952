//! The commands that work on a store.

mod export;
mod ingest;
mod issues;
mod look;
mod people;
mod relate;
mod relations;
mod retrain;
mod search;
mod tend;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use pilah::Result;

use crate::files::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Decide about every complaint of files and keep them in a store.
    Ingest(ingest::Ingest),
    /// Show all that is known of complaints, a JSON line each.
    Get(look::Get),
    /// Search the complaints of a store.
    Search(search::Search),
    /// Keep queries by name: complaints are matched against them as they arrive.
    Watch(search::Watch),
    /// Show who said the same before: of a complaint of the store, or of a text that is not kept.
    Similar(issues::Similar),
    /// Say how the two texts of each row are related, as JSON lines.
    Relate(relate::Relate),
    /// List what keeps coming back: clusters of reports of one issue.
    Clusters(issues::Clusters),
    /// Say that two complaints, and their clusters, are one issue.
    Merge(issues::Merge),
    /// Take complaints out of their cluster.
    Split(issues::Split),
    /// Say that a cluster is complete.
    Pin(issues::Pin),
    /// Put a decision right; what is corrected stays so.
    Correct(people::Correct),
    /// Say how far a complaint is dealt with.
    Status(people::SetStatus),
    /// Say that a complaint was sent to an office.
    Assign(people::Assign),
    /// Say that an office sent a complaint back: not its mandate.
    Bounce(people::Bounce),
    /// Add a remark to a complaint.
    Note(people::Note),
    /// Say that two ids name one complaint.
    Link(people::Link),
    /// Take over events of another system, from JSON lines.
    Sync(people::Sync),
    /// Write counts for planners, or a row for each complaint without personal data.
    Export(export::Export),
    /// Train a model on a store and what people decided, and compare it with the current one.
    Retrain(retrain::Retrain),
    /// Learn from labelled pairs how complaints are related.
    TrainRelations(relations::TrainRelations),
    /// Print figures of a store.
    Stats(look::Stats),
    /// Check a store: the ledger, and the index against it.
    Verify(tend::Verify),
    /// Make the index of a store anew.
    Rebuild(tend::Rebuild),
    /// Copy a store to a new folder, while others work with it.
    Backup(tend::Backup),
}

/// Which store.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Store {
    /// The folder of the store.
    #[arg(long = "store", value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

pub(crate) fn run(command: &Command) -> Result<Outcome> {
    match command {
        Command::Ingest(args) => ingest::run(args),
        Command::Get(args) => look::get(args),
        Command::Search(args) => search::run(args),
        Command::Watch(args) => search::watch(args),
        Command::Similar(args) => issues::similar(args),
        Command::Relate(args) => relate::run(args),
        Command::Clusters(args) => issues::clusters(args),
        Command::Merge(args) => issues::merge(args),
        Command::Split(args) => issues::split(args),
        Command::Pin(args) => issues::pin(args),
        Command::Correct(args) => people::correct(args),
        Command::Status(args) => people::status(args),
        Command::Assign(args) => people::assign(args),
        Command::Bounce(args) => people::bounce(args),
        Command::Note(args) => people::note(args),
        Command::Link(args) => people::link(args),
        Command::Sync(args) => people::sync(args),
        Command::Export(args) => export::run(args),
        Command::Retrain(args) => retrain::run(args),
        Command::TrainRelations(args) => relations::run(args),
        Command::Stats(args) => look::stats(args),
        Command::Verify(args) => tend::verify(args),
        Command::Rebuild(args) => tend::rebuild(args),
        Command::Backup(args) => tend::backup(args),
    }
}

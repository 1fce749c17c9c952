//! The program `pilah`: arguments, progress bars and exit codes; the work is done by the library.

mod args;
mod commands;
mod demo;
mod directory;
mod files;
mod generate;
mod output;
#[cfg(feature = "store")]
mod store;
mod train;
mod triage;
mod unknown;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::files::Outcome;

/// Threads hand complaints to each other, and what one allocates another frees: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => commands::eval(&args),
        Command::Classify(args) => commands::classify(&args),
        Command::Triage(args) => triage::run(&args),
        Command::Explain(args) => commands::explain(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Directory(command) => directory::run(&command),
        #[cfg(feature = "store")]
        Command::Store(command) => store::run(&command),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::WithRejects) => ExitCode::from(3),
        #[cfg(feature = "store")]
        Ok(Outcome::Missing) => ExitCode::FAILURE,
        Err(error) if reader_went_away(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pilah: {error}");
            ExitCode::from(if error.kind() == pilah::ErrorKind::Parameter { 2 } else { 1 })
        }
    }
}

/// `pilah classify … | head` ends when `head` does; that is no failure.
fn reader_went_away(error: &pilah::Error) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|source| source.kind() == std::io::ErrorKind::BrokenPipe)
}

//! `pilah retrain`: a model of a store and of what people decided.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use jiff::civil::DateTime;
use pilah::engine::{Engine, RetrainOptions, RetrainReport, RetrainStep, Retrained};
use pilah::model::{DriftReport, Step, parse_date};
use pilah::routing::Instance;
use pilah::{Bundle, Error, Result};

use super::Store;
use crate::commands::table;
use crate::files::{Outcome, say, step_bar};
use crate::output::Output;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "What people corrected is learned before what offices accepted, and that before what sources stated; what \
    pilah decided by itself is never learned.\n\nExit codes: 0 written, 1 worse than the current model or too little to learn \
    from, nothing is written.\n\nExample:\n  pilah retrain --store complaints --instance city.toml --model city.bundle --out \
    city-new.bundle"
)]
pub(crate) struct Retrain {
    #[command(flatten)]
    store: Store,
    /// The model to write. The file appears under its name once it is complete.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// The model in use beside the one that ships with pilah, which the new one must not be worse than.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// A TOML file that says whose complaints these are: with a territory, its offices are learned by name.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
    /// Leave out complaints that came before.
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<DateTime>,
    /// Labels with fewer different texts are left out.
    #[arg(long, default_value_t = 20, value_name = "N")]
    min_count: usize,
    /// The share of the complaints, the newest, on which both models are compared.
    #[arg(long, default_value_t = 0.15, value_name = "SHARE")]
    newest: f64,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Learn from confidential reports, too.
    #[arg(long)]
    confidential: bool,
    /// Write the model even if it is worse.
    #[arg(long)]
    force: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn date(text: &str) -> Result<DateTime, String> {
    parse_date(text).ok_or_else(|| format!("`{text}` is no date: write 2024-09-23"))
}

/// Steps of a training, at most: two rounds of six heads and what is around them.
const STEPS: usize = 2 * 2 * (6 + 2);

pub(crate) fn run(args: &Retrain) -> Result<Outcome> {
    let instance = args.instance.as_ref().map(Instance::load).transpose()?;
    let current = args.model.as_ref().map(Bundle::load).transpose()?;
    let options = RetrainOptions {
        current: current.as_ref(),
        instance: instance.as_ref(),
        since: args.since,
        confidential: args.confidential,
        min_count: args.min_count,
        newest: args.newest,
        seed: args.seed,
        force: args.force,
    };
    let bar = step_bar(STEPS);
    let shown = |step: Step<'_>| match step {
        Step::Features => "features".to_owned(),
        Step::Head(name) => name.to_owned(),
        Step::Compile => "weights".to_owned(),
    };
    let Retrained { bundle, report } = Engine::open(&args.store.folder)?.retrain(&options, |step| {
        bar.set_message(match step {
            RetrainStep::Read(complaints) => format!("{complaints} complaints read"),
            RetrainStep::Candidate(step) => format!("without the newest: {}", shown(step)),
            RetrainStep::Compare => "comparing".to_owned(),
            RetrainStep::Model(step) => format!("all: {}", shown(step)),
        });
        bar.inc(u64::from(matches!(step, RetrainStep::Candidate(_) | RetrainStep::Model(_))));
    })?;
    bar.finish_and_clear();
    if let Some(bundle) = &bundle {
        let mut out = Output::create(Some(&args.out))?;
        out.write_all(&bundle.to_bytes()).map_err(|error| Error::for_file("write", &args.out, error))?;
        out.finish()?;
    }
    if args.json {
        say(format_args!("{}", serde_json::json!(report)))?;
    } else {
        print(&report, &args.out)?;
    }
    Ok(if bundle.is_some() { Outcome::Done } else { Outcome::Missing })
}

fn print(report: &RetrainReport, out: &Path) -> Result<()> {
    let RetrainReport { complaints, confidential, unlabelled, copies, examples: [earlier, newest], .. } =
        report;
    say(format_args!(
        "{complaints} complaints: {confidential} confidential and left out, {unlabelled} of which nothing is known, {copies} copies"
    ))?;
    let from =
        report.newest_from.map_or_else(|| "chosen by a hash".to_owned(), |from| format!("from {from} on"));
    say(format_args!("{earlier} examples to learn from, {newest} newest to compare on, {from}\n"))?;
    heads(report)?;
    comparison(report)?;
    if let Some(drift) = &report.drift {
        changes(drift)?;
    }
    for reason in &report.worse {
        say(format_args!("worse: {reason}"))?;
    }
    match &report.model {
        Some(model) => say(format_args!("Model {model}: {}", out.display())),
        None => say(format_args!("Nothing was written; --force writes it all the same.")),
    }
}

fn heads(report: &RetrainReport) -> Result<()> {
    let mut shown = table(&[
        "head",
        "corrected",
        "accepted",
        "stated",
        "sent back",
        "labels",
        "frequent",
        "accuracy",
        "macro-F1",
    ]);
    for head in &report.heads {
        let sources = head.sources;
        let counts = [sources.corrected, sources.accepted, sources.stated, sources.bounced];
        let mut row = vec![head.head.clone()];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([head.labels, head.frequent].map(|count| count.to_string()));
        row.extend(match &head.facts {
            Some(facts) => [facts.accuracy, facts.macro_f1].map(|figure| format!("{figure:.4}")),
            None if head.trained => [String::new(), String::new()],
            None => ["too few: left".to_owned(), "to the shipped".to_owned()],
        });
        shown.add_row(row);
    }
    say(format_args!("{shown}\n"))
}

fn comparison(report: &RetrainReport) -> Result<()> {
    let mut shown =
        table(&["on the newest", "complaints", "accuracy now", "then", "macro-F1 now", "then", "p", ""]);
    for head in &report.comparison.heads {
        let verdict = if head.is_worse() { "worse" } else { "" };
        shown.add_row([
            head.head.clone(),
            head.n.to_string(),
            format!("{:.4}", head.current.accuracy),
            format!("{:.4}", head.candidate.accuracy),
            format!("{:.4}", head.current.macro_f1),
            format!("{:.4}", head.candidate.macro_f1),
            format!("{:.2e}", head.p),
            verdict.to_owned(),
        ]);
    }
    say(format_args!("{shown}"))?;
    let new = &report.comparison.only_candidate;
    if new.is_empty() { say(format_args!("")) } else { say(format_args!("new heads: {}\n", new.join(", "))) }
}

/// What is different from the time before.
fn changes(drift: &DriftReport) -> Result<()> {
    if drift.is_quiet() {
        return say(format_args!("What people write about has not changed.\n"));
    }
    let words: Vec<String> =
        drift.words.iter().map(|new| format!("{} ({} → {})", new.word, new.earlier, new.later)).collect();
    if !words.is_empty() {
        say(format_args!("new words: {}", words.join(", ")))?;
    }
    for topic in &drift.topics {
        say(format_args!("fits nowhere: {} ({} complaints)", topic.words.join(", "), topic.texts))?;
    }
    for head in &drift.heads {
        for label in head.labels.iter().filter(|label| label.changed) {
            let (earlier, later) = (100.0 * label.earlier, 100.0 * label.later);
            say(format_args!("{}: {} {earlier:.1} % → {later:.1} %", head.head, label.label))?;
        }
        if head.confidence.fell {
            let (earlier, later) = (head.confidence.earlier, head.confidence.later);
            say(format_args!("{}: less sure, {earlier:.3} → {later:.3}", head.head))?;
        }
    }
    say(format_args!(""))
}

//! `eval`, `classify` and `explain`.

use std::io::Read;
use std::path::Path;

use comfy_table::{Table, presets};
use pilah::model::{Batch, Evaluation, HeadEvaluation, classify_stream};
use pilah::{Error, Result};
use serde_json::{Map, Value, json};

use crate::args::{Classify, Eval, Explain, HeadColumn};
use crate::files::{Model, Outcome, Rejects, open, row_counter, say};
use crate::output::Output;

/// Rows read at a time.
const BATCH: usize = 4096;

pub(crate) fn eval(args: &Eval) -> Result<Outcome> {
    let model = Model::open(args.model.as_ref())?;
    let mut rejects = Rejects::new(&args.source)?;
    let names: Vec<&str> = args.head.iter().map(|head| head.name.as_str()).collect();
    let mut evaluation = Evaluation::new(&model, &names)?;
    let columns = args.head.iter().map(|HeadColumn { column, .. }| column.clone()).collect();
    let mut reader = open(&args.input, &args.source, columns, Vec::new())?;
    let counter = row_counter("measuring");
    let mut batch = Batch::new();
    while reader.read(&mut batch, BATCH)? {
        counter.inc(batch.len() as u64);
        rejects.add_batch(&args.input, &batch);
        for row in batch.rows() {
            let labels: Vec<&str> = (0..names.len()).map(|head| row.other(head).trim()).collect();
            evaluation.add(row.text(), &labels);
        }
    }
    counter.finish_and_clear();
    let heads = evaluation.finish(args.max_error);
    if args.json {
        let heads: Map<String, Value> =
            heads.iter().map(|(name, figures)| (name.clone(), json!(figures))).collect();
        say(format_args!("{}", json!({ "heads": heads })))?;
    } else {
        print_evaluation(&heads, args.per_class)?;
    }
    rejects.outcome()
}

fn print_evaluation(heads: &[(String, HeadEvaluation)], per_class: bool) -> Result<()> {
    let mut summary = table(&[
        "head",
        "rows",
        "unknown labels",
        "labels",
        "accuracy",
        "macro-F1",
        "top 3",
        "sent on",
        "wrong of these",
    ]);
    for (name, figures) in heads {
        summary.add_row([
            name.clone(),
            figures.n.to_string(),
            figures.unknown_labels.to_string(),
            figures.classes.to_string(),
            format!("{:.4}", figures.accuracy),
            format!("{:.4}", figures.macro_f1),
            format!("{:.4}", figures.top3),
            format!("{:.4}", figures.auto.coverage),
            format!("{:.4}", figures.auto.error),
        ]);
    }
    say(format_args!("{summary}"))?;
    for (name, figures) in heads.iter().filter(|_| per_class) {
        let mut classes = table(&[name, "rows", "precision", "recall", "F1"]);
        for (label, class) in &figures.labels {
            classes.add_row([
                label.clone(),
                class.support.to_string(),
                format!("{:.3}", class.precision),
                format!("{:.3}", class.recall),
                format!("{:.3}", class.f1),
            ]);
        }
        say(format_args!("{classes}"))?;
    }
    Ok(())
}

pub(crate) fn classify(args: &Classify) -> Result<Outcome> {
    let model = Model::open(args.model.as_ref())?;
    // The shipped model's other heads serve decisions.
    let shipped: &[&str] = if args.model.is_none() { &["function", "category", "complaint"] } else { &[] };
    let named: Vec<&str> = args.head.iter().map(String::as_str).collect();
    let heads = if named.is_empty() { shipped.to_vec() } else { named };
    let rejects = Rejects::new(&args.source)?;
    let mut reader = open(&args.input, &args.source, Vec::new(), Vec::new())?;
    let mut out = Output::create(None)?;
    let outcome = stream(&args.input, rejects, args.threads, "classifying", |threads, after| {
        classify_stream(&model, &mut reader, &mut out, threads, &heads, args.top, after)
    })?;
    out.finish()?;
    Ok(outcome)
}

/// Works through a file with a counter of rows and the rejects named.
pub(crate) fn stream(
    input: &Path,
    mut rejects: Rejects,
    threads: Option<usize>,
    what: &'static str,
    work: impl FnOnce(usize, &mut (dyn FnMut(&Batch) + Send)) -> Result<u64>,
) -> Result<Outcome> {
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let counter = row_counter(what);
    work(threads, &mut |batch| {
        counter.inc(batch.len() as u64);
        rejects.add_batch(input, batch);
    })?;
    counter.finish_and_clear();
    rejects.outcome()
}

pub(crate) fn explain(args: &Explain) -> Result<Outcome> {
    let model = Model::open(args.model.as_ref())?;
    let mut text = args.text.clone();
    if text == "-" {
        text.clear();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Error::for_file("read", Path::new("standard input"), error))?;
    }
    let mut classifier = model.classifier();
    let mut heads = Map::new();
    for head in model.heads() {
        let Some(why) = classifier.explain(&text, head.name()) else { continue };
        if args.json {
            let evidence: Vec<Value> = why
                .evidence
                .iter()
                .map(|evidence| json!({"words": evidence.words, "start": evidence.span.start, "end": evidence.span.end, "contribution": evidence.contribution}))
                .collect();
            let value = json!({"label": why.label, "p": why.p, "score": why.score, "bias": why.bias, "evidence": evidence});
            heads.insert(head.name().to_owned(), value);
            continue;
        }
        say(format_args!("{}: {} (p {:.2}, score {:+.3})", why.head, why.label, why.p, why.score))?;
        let mut words = table(&["words", "contribution"]);
        for evidence in why.evidence.iter().take(args.words) {
            words.add_row([evidence.words.clone(), format!("{:+.3}", evidence.contribution)]);
        }
        let rest: f64 = why.evidence.iter().skip(args.words).map(|evidence| evidence.contribution).sum();
        words.add_row([
            format!("{} more", why.evidence.len().saturating_sub(args.words)),
            format!("{rest:+.3}"),
        ]);
        words.add_row(["without any word".to_owned(), format!("{:+.3}", why.bias)]);
        say(format_args!("{words}\n"))?;
    }
    if args.json {
        say(format_args!("{}", json!({ "model": model.id(), "heads": heads })))?;
    }
    Ok(Outcome::Done)
}

/// An empty table in the program's one style.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_header(header);
    table
}

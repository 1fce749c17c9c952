//! `pilah demo`: the main job on the shipped sample, with nothing to set up.

use std::collections::BTreeMap;
use std::time::Instant;

use comfy_table::{ContentArrangement, Table};
use pilah::model::{Batch, Columns, Evaluation, Format, Reader};
use pilah::{Bundle, Result};

use crate::args::Demo;
use crate::commands::table;
use crate::files::{Outcome, say};

const SAMPLE: &str = include_str!("../../../data/sample.jsonl");

/// Letters of a text that are shown.
const SHOWN: usize = 90;

pub(crate) fn run(args: &Demo) -> Result<Outcome> {
    let model = Bundle::shipped();
    let columns = Columns {
        text: vec!["text".into()],
        id: Some("id".into()),
        others: vec!["function".into(), "category".into(), "complaint".into()],
        ..Columns::default()
    };
    let mut reader = Reader::new(SAMPLE.as_bytes(), Format::Jsonl, &columns)?;
    let mut batch = Batch::new();
    reader.read(&mut batch, usize::MAX)?;
    let mut classifier = model.classifier();

    say(format_args!(
        "pilah reads what citizens write and says which office function must act (function), what it is about\n\
         (category), and whether it is a complaint at all. These are {} of the {} invented complaints that ship with it:\n",
        args.rows.min(batch.len()),
        batch.len()
    ))?;
    let mut shown = wide(&["id", "what was written", "function", "p", "category", "kind"]);
    let step = (batch.len() / args.rows.max(1)).max(1);
    for row in batch.rows().step_by(step).take(args.rows) {
        let prediction = classifier.classify(row.text());
        let label = |head| prediction.head(head).map_or("", |answer| answer.label()).to_owned();
        let p = prediction.head("function").map_or(0.0, |answer| answer.p());
        let kind = label("complaint");
        let asks = kind == "complaint";
        let or_none = |text: String| if asks { text } else { "–".to_owned() };
        shown.add_row([
            row.id().to_owned(),
            beginning(row.text()),
            or_none(label("function")),
            or_none(format!("{p:.2}")),
            or_none(label("category")),
            kind,
        ]);
    }
    say(format_args!("{shown}\n"))?;

    let started = Instant::now();
    let mut counts = BTreeMap::<String, usize>::new();
    for row in batch.rows() {
        let prediction = classifier.classify(row.text());
        if prediction.head("complaint").is_none_or(|answer| answer.label() == "complaint")
            && let Some(answer) = prediction.head("function")
        {
            *counts.entry(answer.label().to_owned()).or_default() += 1;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut most = table(&["function", "complaints"]);
    for (function, count) in ranked.iter().take(8) {
        most.add_row([function.clone(), count.to_string()]);
    }
    say(format_args!("The functions with most complaints:\n{most}\n"))?;

    let mut evaluation = Evaluation::new(model, &["function", "category", "complaint"])?;
    for row in batch.rows() {
        let function = if row.other(0) == "-" { "" } else { row.other(0) };
        let category = if function.is_empty() { "" } else { row.other(1) };
        evaluation.add(row.text(), &[function, category, row.other(2)]);
    }
    let mut figures = table(&["question", "right", "right answer among the first three"]);
    for (name, head) in evaluation.finish(0.05) {
        figures.add_row([
            name,
            format!("{:.0} %", 100.0 * head.accuracy),
            format!("{:.0} %", 100.0 * head.top3),
        ]);
    }
    say(format_args!("How often that is what a reader says:\n{figures}\n"))?;
    say(format_args!(
        "{} complaints in {:.1} ms ({:.0} a second on one thread).\n\n\
         Next:\n  pilah explain \"Lampu jalan depan sekolah mati sudah seminggu\"\n  pilah classify --input FILE.csv --text COLUMN\n  \
         pilah train --input FILE.csv --text COLUMN --head office=COLUMN --out MODEL",
        batch.len(),
        1000.0 * seconds,
        batch.len() as f64 / seconds
    ))?;
    Ok(Outcome::Done)
}

/// A table that wraps to the terminal, or to 110 columns.
fn wide(header: &[&str]) -> Table {
    let mut table = table(header);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(110);
    }
    table
}

fn beginning(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text,
    }
}

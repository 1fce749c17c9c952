//! `pilah train`: labelled complaints in, a model out.

use pilah::model::{Batch, Example, Field, Reject, Step};
use pilah::routing::{History, Instance};
use pilah::{Bundle, Result};

use crate::args::Train;
use crate::commands::table;
use crate::files::{Outcome, Rejects, open, row_counter, say, step_bar};

/// Rows read at a time.
const BATCH: usize = 4096;
/// The head of offices, as triage knows it.
const AGENCY: &str = "agency";

pub(crate) fn run(args: &Train) -> Result<Outcome> {
    let instance = args.instance.as_ref().map(Instance::load).transpose()?;
    let mut rejects = Rejects::new(&args.source)?;
    let memory = args.village.is_some();
    let mut history = History::new(instance.as_ref(), memory);
    read(args, instance.as_ref(), &mut history, &mut rejects)?;
    let (examples, unknown) = history.finish();
    if unknown > 0 {
        eprintln!(
            "pilah: {unknown} rows name a village that is not known or has namesakes; they do not teach places: \
             give --district, --region or --instance"
        );
    }
    let heads: Vec<&str> = args.head.iter().map(|head| head.name.as_str()).collect();
    let mut training = History::training(&heads, memory);
    training.min_count = args.min_count;
    training.seed = args.seed;
    let bar = step_bar(training.steps());
    let bundle = training.run(&examples, |(step, all)| {
        let rows = if all { "all rows" } else { "earlier rows" };
        bar.set_message(match step {
            Step::Features => format!("{rows}: features"),
            Step::Head(name) => format!("{rows}: {name}"),
            Step::Compile => format!("{rows}: weights"),
        });
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    bundle.save(&args.out)?;
    print(&bundle, args)?;
    rejects.outcome()
}

fn read(
    args: &Train,
    instance: Option<&Instance>,
    history: &mut History<'_>,
    rejects: &mut Rejects,
) -> Result<()> {
    let fields = [
        (Field::Date, &args.date),
        (Field::Address, &args.address),
        (Field::Village, &args.village),
        (Field::District, &args.district),
        (Field::Region, &args.region),
    ];
    let fields: Vec<_> =
        fields.into_iter().filter_map(|(field, column)| Some((field, column.clone()?))).collect();
    let counter = row_counter("reading");
    let mut batch = Batch::new();
    for path in &args.input {
        let labels = args.head.iter().map(|head| head.column.clone()).collect();
        let mut reader = open(path, &args.source, labels, fields.clone())?;
        while reader.read(&mut batch, BATCH)? {
            counter.inc(batch.len() as u64);
            rejects.add_batch(path, &batch);
            for row in batch.rows() {
                let date = row.date();
                if let (None, Some(column)) = (date, &args.date) {
                    let value = row.field(Field::Date);
                    let reason = format!(
                        "column `{column}`: `{value}` is no date: write 2024-09-23, 2024-09-23 14:05:00, 23-09-2024 or 23 Sep 2024"
                    );
                    rejects.add(path, &Reject { line: row.line(), reason });
                    continue;
                }
                let labels = args.head.iter().enumerate().map(|(place, head)| {
                    let label = row.other(place).trim();
                    let label = match instance.filter(|_| head.name == AGENCY) {
                        Some(instance) => instance.task_of(label).into_owned(),
                        None => label.to_owned(),
                    };
                    (!label.is_empty()).then_some(label)
                });
                history.add(&row.complaint(), None, Example { date, ..Example::new("", labels) });
            }
        }
    }
    counter.finish_and_clear();
    Ok(())
}

fn print(bundle: &Bundle, args: &Train) -> Result<()> {
    let mut table = table(&[
        "head",
        "rows",
        "labels",
        "rare rows left out",
        "later rows",
        "accuracy",
        "macro-F1",
        "labels sent on at ≤ 5 % wrong",
    ]);
    for head in bundle.heads() {
        let facts = head.facts();
        let sure = head.threshold(0.05).unwrap_or_default().iter().filter(|&&p| p <= 1.0).count();
        table.add_row([
            head.name().to_owned(),
            facts.rows.to_string(),
            head.labels().len().to_string(),
            facts.rare.to_string(),
            facts.held_out.to_string(),
            format!("{:.4}", facts.accuracy),
            format!("{:.4}", facts.macro_f1),
            sure.to_string(),
        ]);
    }
    say(format_args!("{table}"))?;
    say(format_args!("Measured on the later rows before training on all. Model: {}", args.out.display()))
}

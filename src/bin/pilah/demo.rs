//! `pilah demo`: the main job on the shipped sample, with nothing to set up.

use std::collections::BTreeMap;
use std::time::Instant;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, TableComponent, Width};
use pilah::model::{Batch, Columns, Evaluation, Field, Format, Reader};
use pilah::place::RegionCode;
use pilah::routing::{Decision, Flag, Triage};
use pilah::{Bundle, Result};

use crate::args::Demo;
use crate::commands::table;
use crate::files::{Outcome, say};

const SAMPLE: &str = include_str!("../../../data/sample.jsonl");

/// What a reader of the sample says, by its place among the further columns.
const LABELS: [&str; 5] = ["function", "category", "complaint", "region", "misconduct"];
/// Letters of a text that are shown.
const SHOWN: usize = 42;
/// Columns of the table of decisions and how wide they are; with a space between them 110 in all.
const SHAPE: [(&str, u16); 7] = [
    ("id", 6),
    ("what was written", 23),
    ("action", 14),
    ("office", 25),
    ("place", 15),
    ("flags", 15),
    ("p", 6),
];
/// Width of the page.
const WIDTH: u16 = 110;
/// Functions that are counted by name.
const FUNCTIONS: usize = 8;

pub(crate) fn run(args: &Demo) -> Result<Outcome> {
    let fields = [
        (Field::Address, "address"),
        (Field::Village, "village"),
        (Field::District, "district"),
        (Field::Region, "regency"),
        (Field::Channel, "channel"),
    ];
    let columns = Columns {
        text: vec!["text".into()],
        id: Some("id".into()),
        others: LABELS.map(str::to_owned).to_vec(),
        fields: fields.map(|(field, name)| (field, name.to_owned())).to_vec(),
        ..Columns::default()
    };
    let mut reader = Reader::new(SAMPLE.as_bytes(), Format::Jsonl, &columns)?;
    let mut batch = Batch::new();
    reader.read(&mut batch, usize::MAX)?;

    let mut triage = Triage::shipped();
    // The tables of places and offices are read with the first complaint; the clock starts after it.
    batch.row(0).map(|row| triage.decide(&row.complaint()));
    let started = Instant::now();
    let decisions: Vec<Decision<'_>> = batch.rows().map(|row| triage.decide(&row.complaint())).collect();
    let seconds = started.elapsed().as_secs_f64();

    show(&batch, &decisions, args.rows)?;
    count(&decisions)?;
    compare(&batch, &decisions)?;
    say(format_args!(
        "{} complaints decided in {:.1} ms ({:.0} a second on one thread).\n\n\
         Next:\n  pilah triage --input FILE.csv --text COLUMN\n  \
         pilah explain \"Lampu jalan depan sekolah mati sudah seminggu\"\n  \
         pilah train --input FILE.csv --text COLUMN --head agency=COLUMN --out MODEL",
        batch.len(),
        1000.0 * seconds,
        batch.len() as f64 / seconds
    ))?;
    Ok(Outcome::Done)
}

/// Some complaints with what is to be done.
fn show(batch: &Batch, decisions: &[Decision<'_>], rows: usize) -> Result<()> {
    say(format_args!(
        "pilah reads what citizens write and says what to do (action), which office must act and where, what to take\n\
         care of (flags), and how sure that is (p). {} of the {} invented complaints that ship with it:\n",
        rows.min(batch.len()),
        batch.len()
    ))?;
    let mut shown = compact(&SHAPE.map(|(name, _)| name));
    shown.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    shown.set_constraints(SHAPE.map(|(_, width)| ColumnConstraint::Absolute(Width::Fixed(width))));
    let step = (batch.len() / rows.max(1)).max(1);
    for (row, decision) in batch.rows().zip(decisions).step_by(step).take(rows) {
        let none = || "–".to_owned();
        // The long names may be folded.
        let flag = |flag: &Flag| flag.name().replace("-of-", "-of- ").replace(':', ": ");
        let flags: Vec<String> = decision.flags.iter().map(flag).collect();
        shown.add_row([
            row.id().to_owned(),
            beginning(row.text()),
            decision.action.to_string(),
            decision.agency.as_ref().map_or_else(none, |agency| agency.name.clone()),
            decision.place.as_ref().map_or_else(none, |place| place.name.clone().into_owned()),
            flags.join(", "),
            decision.agency.as_ref().map_or_else(none, |agency| format!("{:.2}", agency.p)),
        ]);
    }
    say(format_args!("{shown}\n"))
}

/// How many decisions say what.
fn count(decisions: &[Decision<'_>]) -> Result<()> {
    let actions = ranked(decisions.iter().map(|decision| decision.action.to_string()));
    let agencies = decisions.iter().filter_map(|decision| decision.agency.as_ref());
    let functions = ranked(agencies.map(|agency| agency.function.clone()));
    let mut counts = compact(&["action", "complaints", "function of the office", "complaints"]);
    for place in 0..actions.len().max(functions.len().min(FUNCTIONS)) {
        let [action, function] = [&actions, &functions].map(|counts| {
            counts.get(place).map_or_else(Default::default, |(name, count)| (name.clone(), count.to_string()))
        });
        counts.add_row([action.0, action.1, function.0, function.1]);
    }
    let more = functions.len().saturating_sub(FUNCTIONS);
    say(format_args!("{counts}\n  and {more} further functions\n"))
}

/// Names with how often they occur, the most frequent first.
fn ranked(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::<String, usize>::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked
}

/// How often that is what a reader of the complaints says.
fn compare(batch: &Batch, decisions: &[Decision<'_>]) -> Result<()> {
    let mut evaluation = Evaluation::new(Bundle::shipped(), &LABELS[..3])?;
    let (mut placed, mut right) = (0, 0);
    let (mut alleged, mut flagged) = (0, 0);
    for (row, decision) in batch.rows().zip(decisions) {
        let function = if row.other(0) == "-" { "" } else { row.other(0) };
        let category = if function.is_empty() { "" } else { row.other(1) };
        evaluation.add(row.text(), &[function, category, row.other(2)]);
        if let (Ok(truth), Some(place)) = (row.other(3).parse::<RegionCode>(), &decision.place) {
            placed += 1;
            right += usize::from(place.region.contains(&truth));
        }
        if row.other(4) == "1" {
            alleged += 1;
            flagged += usize::from(decision.flags.contains(&Flag::Misconduct));
        }
    }
    let mut figures = compact(&["question", "right", "right answer among the first three"]);
    for (name, head) in evaluation.finish(0.05) {
        figures.add_row([
            name,
            format!("{:.0} %", 100.0 * head.accuracy),
            format!("{:.0} %", 100.0 * head.top3),
        ]);
    }
    let share = |part: usize, whole: usize| format!("{:.0} %", 100.0 * part as f64 / whole.max(1) as f64);
    figures.add_row(["place, as deep as it is named".to_owned(), share(right, placed), String::new()]);
    figures.add_row([
        "misconduct, of those that allege it".to_owned(),
        share(flagged, alleged),
        String::new(),
    ]);
    say(format_args!("How often that is what a reader says:\n{figures}\n"))
}

/// A table without lines between its rows: all of it is to fit on a page.
fn compact(header: &[&str]) -> Table {
    let mut table = table(header);
    for part in [
        TableComponent::HorizontalLines,
        TableComponent::MiddleIntersections,
        TableComponent::LeftBorderIntersections,
        TableComponent::RightBorderIntersections,
    ] {
        table.remove_style(part);
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

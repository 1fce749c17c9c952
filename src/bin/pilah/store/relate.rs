//! `pilah relate`: pairs of texts in, how they are related out.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use jiff::civil::DateTime;
use pilah::complaint::Complaint;
use pilah::engine::Subjects;
use pilah::model::{Batch, Columns, Format, Profile, Reader, Reject, Row, parse_date};
use pilah::similar::{Judgement, Portrait, RelationModel};
use pilah::{Error, Result};
use serde_json::json;

use crate::args::{Input, InputFormat};
use crate::files::{Outcome, Rejects, row_counter};
use crate::output::Output;

/// Rows read at a time.
const BATCH: usize = 1024;

/// What is known of each of the two, by the names that its column may have without the ending.
const KNOWN: [&[&str]; 3] = [&["alamat", "address"], &["kel", "kelurahan", "village"], &["tanggal", "date"]];

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The columns are text_a and text_b and, where they are there, pair, alamat_a, alamat_b, kel_a, kel_b, \
    tanggal_a, tanggal_b (or address_, village_, date_).\n\nExample:\n  pilah relate --input pairs.csv"
)]
pub(crate) struct Relate {
    /// The pairs; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// How to read the input: csv, jsonl, json or xlsx; guessed from the ending.
    #[arg(long, value_name = "FORMAT")]
    format: Option<InputFormat>,
    /// A model that `pilah train-relations` wrote, instead of the shipped one.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Write the JSON lines to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write rejected rows to this file too, as `file:line: reason`.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

pub(crate) fn run(args: &Relate) -> Result<Outcome> {
    let own = args.model.as_deref().map(RelationModel::load).transpose()?;
    let model = own.as_ref().unwrap_or_else(|| RelationModel::shipped());
    let source = Input { format: args.format, text: Vec::new(), id: None, rejects: args.rejects.clone() };
    let mut rejects = Rejects::new(&source)?;
    let format = args.format.map_or_else(|| Format::guess(&args.input), |format| Ok(format.format))?;
    let mut reader = Reader::open(&args.input, format, &columns())?;
    let mut out = Output::create(args.out.as_deref())?;
    let shown = args.out.as_deref().unwrap_or(Path::new("output"));
    let (mut subjects, mut batch, bar) = (Subjects::new(), Batch::new(), row_counter("comparing"));
    let mut undated = 0;
    while reader.read(&mut batch, BATCH)? {
        rejects.add_batch(&args.input, &batch);
        for row in batch.rows() {
            undated += u64::from(DATES.iter().any(|place| date(&row, *place).is_err()));
            match compare(&row, model, &mut subjects) {
                Ok(judgement) => writeln!(out, "{}", line(&row, &judgement))
                    .map_err(|error| Error::for_file("write to", shown, error))?,
                Err(reason) => rejects.add(&args.input, &Reject { line: row.line(), reason }),
            }
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    out.finish()?;
    if undated > 0 {
        eprintln!(
            "pilah: {undated} pairs have a date that cannot be read and were compared without it: write it as \
             2026-05-04 or 2026-05-04 08:00"
        );
    }
    rejects.outcome()
}

/// `text_a` is the text and `text_b` the first of the others; behind it stand `pair`, and what is known of either.
fn columns() -> Columns {
    let names = |known: &[&str], end: &str| known.iter().map(|name| format!("{name}_{end}")).collect();
    let mut optional = vec![vec!["pair".to_owned()]];
    optional.extend(["a", "b"].into_iter().flat_map(|end| KNOWN.map(|known| names(known, end))));
    Columns {
        text: vec!["text_a".to_owned()],
        others: vec!["text_b".to_owned()],
        optional,
        profile: Profile::Named,
        ..Columns::default()
    }
}

/// Where the dates of both stand among the further columns.
const DATES: [usize; 2] = [1 + KNOWN.len(), 1 + 2 * KNOWN.len()];

/// A date of the row; `None` for none, an error for one that cannot be read.
fn date(row: &Row<'_>, place: usize) -> Result<Option<DateTime>, ()> {
    let written = row.other(place).trim();
    if written.is_empty() { Ok(None) } else { parse_date(written).map(Some).ok_or(()) }
}

/// Judges a row, or says what is wrong with it.
fn compare(row: &Row<'_>, model: &RelationModel, subjects: &mut Subjects) -> Result<Judgement, String> {
    let mut portrait = |text: &str, from: usize, dated: usize| {
        if text.trim().is_empty() {
            return Err("a text is empty: give text_a and text_b".to_owned());
        }
        let (address, village) = (row.other(from), row.other(from + 1));
        let complaint = Complaint { text, address, village, ..Complaint::default() };
        let received = date(row, dated).ok().flatten();
        Ok(subjects.read(&complaint, received, |subject| model.portrait(subject)))
    };
    let [first, second] = DATES;
    let one: Portrait = portrait(row.text(), 2, first)?;
    let other = portrait(row.other(0), 2 + KNOWN.len(), second)?;
    Ok(model.judge(&one, &other))
}

fn line(row: &Row<'_>, judgement: &Judgement) -> serde_json::Value {
    let pair = Some(row.other(1)).filter(|pair| !pair.is_empty()).unwrap_or_else(|| row.id());
    let same = (f64::from(judgement.p_same) * 1e4).round() / 1e4;
    json!({
        "pair": pair, "relation": judgement.relation.name(), "p_same_issue": same,
        "evidence": judgement.evidence.words().collect::<Vec<_>>(),
    })
}

//! Rebuilds the shipped model: `cargo run --release --example build_model -- DATA MODELS` writes `pilah-id.bundle`
//! into the folder MODELS.
//!
//! DATA is the folder with `surabaya/complaints.csv`, `lapor2017/complaints.csv`, `laporgub2018/complaints.csv`,
//! `bandung_tweets/messages.csv` and `gold/complaints.csv` (left out of training). The labels come from the tables
//! of `data/maps/` and the texts of `data/seed.csv`; the model card says how.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::path::Path;

use pilah::model::{Batch, Columns, Evaluation, Example, Format, LinearParams, Reader, Row, Training};
use pilah::text::{Analyzer, Tokens};

/// A source: its folder and file, and the tables for its columns, the first that knows a label decides.
struct Source {
    name: &'static str,
    file: &'static str,
    maps: &'static [(&'static str, &'static str)],
    /// Weight of labels by map; of a reading it is [`READING`].
    weight: f32,
    /// Column of the complaint classes, where there is one.
    kind: Option<&'static str>,
}

const SOURCES: [Source; 4] = [
    Source {
        name: "surabaya",
        file: "surabaya/complaints.csv",
        maps: &[("topik", "surabaya_topik"), ("instansi", "surabaya_instansi")],
        weight: 0.4,
        kind: None,
    },
    Source {
        name: "lapor2017",
        file: "lapor2017/complaints.csv",
        maps: &[("instansi_raw", "lapor2017_instansi")],
        weight: 1.0,
        kind: None,
    },
    Source {
        name: "laporgub2018",
        file: "laporgub2018/complaints.csv",
        maps: &[("diteruskan", "laporgub2018_diteruskan"), ("kategori", "laporgub2018_kategori")],
        weight: 1.0,
        kind: None,
    },
    Source {
        name: "bandung_tweets",
        file: "bandung_tweets/messages.csv",
        maps: &[("topik_spesifik", "bandung_topik"), ("topik_umum", "bandung_topik_umum")],
        weight: 1.0,
        kind: Some("kelas"),
    },
];

/// Weight of a label that somebody gave by reading the text.
const READING: f32 = 1.5;
/// Weight of the office's label beside a reading of the same text.
const BESIDE_READING: f32 = 0.3;
/// Weight of a text of `data/seed.csv`.
const SEED: f32 = 1.5;

/// The heads: function, category and complaint by maps, readings and seed texts; the others by readings and reports.
const HEADS: [&str; 9] =
    ["function", "category", "complaint", "type", "level", "misconduct", "urgent", "where", "when"];

/// The columns of the readings that the labels come from.
const READ: [&str; 8] =
    ["function", "category", "complaint", "type", "level", "misconduct", "urgent", "complete"];

type Labels = [String; HEADS.len()];
type Table = BTreeMap<String, Labels>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, models, rest @ ..] = arguments.as_slice() else {
        return Err(
            "usage: build_model DATA MODELS [SOURCE …: train on these only and measure on the others]".into(),
        );
    };
    let models = Path::new(models);
    let data = Path::new(data);
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let gold = normal_forms(&data.join("gold/complaints.csv"))?;
    let mut examples = Vec::new();
    for source in &SOURCES {
        if rest.is_empty() || rest.iter().any(|name| name == source.name) {
            add_source(source, data, &home, &gold, &mut examples)?;
        }
    }
    if rest.is_empty() || rest.iter().any(|name| name == "seed") {
        add_seed(&home.join("seed.csv"), &READ[..3], &mut examples)?;
        add_seed(&home.join("seed_reports.csv"), &READ[3..7], &mut examples)?;
    }

    let mut training = Training::new(HEADS);
    training.min_count = 15;
    training.max_rows = Some(95_000);
    training.spec.char_weight = 0.4;
    training.linear = LinearParams::default().c(0.4).nb_strength(0.5);
    if !rest.is_empty() {
        training.heads.truncate(2); // some sources hold complaints only
    }
    let bundle = training
        .run(&examples, |(step, all)| eprintln!("{step:?}{}", if all { ", all rows" } else { "" }))?;
    bundle.save(models.join("pilah-id.bundle"))?;
    eprintln!("{} examples, {} bytes, id {}", examples.len(), bundle.to_bytes().len(), bundle.id());

    if !rest.is_empty() {
        let mut others = Vec::new();
        for source in SOURCES.iter().filter(|source| rest.iter().all(|name| name != source.name)) {
            others.clear();
            add_source(source, data, &home, &gold, &mut others)?;
            for by in ["map", "reading"] {
                let mut evaluation = Evaluation::new(&bundle, &["function", "category"])?;
                let wanted =
                    |example: &&Example| (example.weight > source.weight.max(1.0)) == (by == "reading");
                for example in others.iter().filter(wanted) {
                    let label = |head: usize| example.labels[head].as_deref().unwrap_or_default();
                    evaluation.add(&example.text, &[label(0), label(1)]);
                }
                for (head, figures) in evaluation.finish(0.05) {
                    println!(
                        "{} by {by}, {head}: n {} accuracy {:.4} macro-F1 {:.4} top 3 {:.4} unknown {}",
                        source.name,
                        figures.n,
                        figures.accuracy,
                        figures.macro_f1,
                        figures.top3,
                        figures.unknown_labels
                    );
                }
            }
        }
    }
    Ok(())
}

fn add_source(
    source: &Source,
    data: &Path,
    home: &Path,
    gold: &HashSet<String>,
    examples: &mut Vec<Example>,
) -> Result<(), Box<dyn Error>> {
    let maps: Vec<Table> = source
        .maps
        .iter()
        .map(|(_, map)| table(&home.join(format!("maps/{map}.csv")), "label"))
        .collect::<Result<_, _>>()?;
    let readings = table(&home.join(format!("maps/readings_{}.csv", source.name)), "row")?;
    let mut others: Vec<&str> = source.maps.iter().map(|(column, _)| *column).collect();
    others.extend(source.kind);
    let mut seen = HashSet::new();
    let (analyzer, mut tokens) = (Analyzer::indonesian(), Tokens::new());
    let mut number = 0;
    rows(&data.join(source.file), "text", &others, |row| {
        let reading = readings.get(&number.to_string());
        number += 1;
        analyzer.analyze(row.text(), &mut tokens);
        let normal = tokens.normalized();
        if is_gold(gold, &normal) || (!seen.insert(normal) && reading.is_none()) {
            return;
        }
        let kind = source.kind.map(|_| match row.other(source.maps.len()) {
            "keluhan" => "complaint",
            "respon" => "reply",
            "bukan" => "neither",
            _ => "",
        });
        let mapped = |place: usize| {
            let labels =
                maps.iter().enumerate().filter_map(|(map, table)| Some(&table.get(row.other(map))?[place]));
            let label = labels.into_iter().find(|label| !label.is_empty()).cloned().unwrap_or_default();
            if kind.is_none_or(|kind| kind == "complaint") { label } else { String::new() }
        };
        let (function, category) = (mapped(0), mapped(1));
        let kind = kind.unwrap_or(if function.is_empty() { "" } else { "complaint" }).to_owned();
        let weight = if reading.is_some() { BESIDE_READING } else { source.weight };
        let mut labels = Labels::default();
        [labels[0], labels[1], labels[2]] = [function, category, kind];
        add(examples, row.text(), labels, weight, false);
        if let Some(labels) = reading {
            add(examples, row.text(), labels.clone(), READING, false);
        }
    })
}

/// Texts with some of the columns.
fn add_seed(path: &Path, columns: &[&str], examples: &mut Vec<Example>) -> Result<(), Box<dyn Error>> {
    rows(path, "text", columns, |row| {
        add(examples, row.text(), labels(columns, &row), SEED, true);
    })
}

/// The labels of a row with these further columns.
fn labels(columns: &[&str], row: &Row<'_>) -> Labels {
    HEADS.map(|head| {
        // One column says what a complaint holds: W what, L where, T when.
        let name = if matches!(head, "where" | "when") { "complete" } else { head };
        let column = columns.iter().position(|column| *column == name);
        let label = column.map(|column| row.other(column)).unwrap_or_default();
        match (head, label) {
            ("type", "pengawasan") => "pengaduan-berkadar-pengawasan",
            ("type", "pengaduan") => "pengaduan-tidak-berkadar-pengawasan",
            ("type", "informasi") => "permintaan-informasi",
            ("type", "bukan") => "bukan-laporan",
            ("where" | "when", "") => "",
            ("where", letters) => {
                if letters.contains('L') {
                    "yes"
                } else {
                    "no"
                }
            }
            ("when", letters) => {
                if letters.contains('T') {
                    "yes"
                } else {
                    "no"
                }
            }
            ("misconduct" | "urgent", "0") => "no",
            ("misconduct" | "urgent", "1") => "yes",
            _ => label,
        }
        .to_owned()
    })
}

fn add(examples: &mut Vec<Example>, text: &str, mut labels: Labels, weight: f32, written: bool) {
    if matches!(labels[2].as_str(), "reply" | "neither") {
        "TOPIK LAINNYA".clone_into(&mut labels[1]);
    }
    if labels.iter().any(|label| !label.is_empty()) {
        let labels = labels.map(|label| (!label.is_empty()).then_some(label)).to_vec();
        examples.push(Example { weight, written, ..Example::new(text, labels) });
    }
}

/// Labels by the `key` column.
fn table(path: &Path, key: &str) -> Result<Table, Box<dyn Error>> {
    let columns = if key == "row" { &READ[..] } else { &READ[..2] };
    let mut table = Table::new();
    rows(path, key, columns, |row| {
        table.insert(row.text().to_owned(), labels(columns, &row));
    })?;
    Ok(table)
}

/// Normal forms of the texts that are kept out, whole and their beginnings (the sets cut texts differently).
fn normal_forms(path: &Path) -> Result<HashSet<String>, Box<dyn Error>> {
    let (analyzer, mut tokens) = (Analyzer::indonesian(), Tokens::new());
    let mut forms = HashSet::new();
    rows(path, "text", &[], |row| {
        analyzer.analyze(row.text(), &mut tokens);
        let normal = tokens.normalized();
        forms.insert(beginning(&normal).to_owned());
        forms.insert(normal);
    })?;
    Ok(forms)
}

fn is_gold(gold: &HashSet<String>, normal: &str) -> bool {
    gold.contains(normal) || gold.contains(beginning(normal))
}

fn beginning(normal: &str) -> &str {
    &normal[..normal.floor_char_boundary(80)]
}

fn rows(
    path: &Path,
    text: &str,
    others: &[&str],
    mut each: impl FnMut(Row<'_>),
) -> Result<(), Box<dyn Error>> {
    let columns = Columns {
        text: vec![text.to_owned()],
        id: None,
        others: others.iter().map(|&name| name.to_owned()).collect(),
        ..Columns::default()
    };
    let mut reader = Reader::open(path, Format::Csv, &columns)?;
    let mut batch = Batch::new();
    while reader.read(&mut batch, 4096)? {
        if let Some(reject) = batch.rejects().first() {
            return Err(format!("{}:{}: {}", path.display(), reject.line, reject.reason).into());
        }
        batch.rows().for_each(&mut each);
    }
    Ok(())
}

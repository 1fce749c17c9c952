//! `pilah train-relations`: labelled pairs in, a judge of pairs out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use pilah::Result;
use pilah::engine::Subjects;
use pilah::model::{Batch, Figures, Row};
use pilah::similar::{LabelledPair, Portrait, Relation, RelationLearner, RelationTraining};

use crate::args::{Fields, Input};
use crate::commands::table;
use crate::files::{Outcome, Rejects, open, row_counter, say};

/// Rows read at a time.
const BATCH: usize = 4096;
/// Relations that pairs are labelled with, and how a hand may have written them.
const LABELS: [(Relation, &str); 4] = [
    (Relation::Duplicate, "D"),
    (Relation::Recurring, "S"),
    (Relation::Related, "R"),
    (Relation::Unrelated, "N"),
];

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah train-relations --input history.csv --text isi --address lokasi --village kelurahan \
    --date tanggal --pairs pairs.csv --out relations.bundle"
)]
pub(crate) struct TrainRelations {
    /// The complaints that the pairs are of; all of them say how rare words are.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) source: Input,
    #[command(flatten)]
    pub(crate) fields: Fields,
    /// The labelled pairs.
    #[arg(long, value_name = "FILE")]
    pub(crate) pairs: PathBuf,
    /// Column of the one complaint's id.
    #[arg(long, default_value = "id_a", value_name = "COL")]
    pub(crate) first: String,
    /// Column of the other complaint's id.
    #[arg(long, default_value = "id_b", value_name = "COL")]
    pub(crate) second: String,
    /// Column of the label: duplicate, recurring, related or unrelated, or D, S, R, N; pairs with another are left out.
    #[arg(long, default_value = "label", value_name = "COL")]
    pub(crate) label: String,
    /// How much large weights cost.
    #[arg(long, default_value_t = 7.0, value_name = "X")]
    pub(crate) ridge: f64,
    /// Parts of the cross-validation.
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) folds: usize,
    /// How often it is repeated, with other parts.
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) repeats: u64,
    /// The model to write.
    #[arg(long, value_name = "MODEL")]
    pub(crate) out: PathBuf,
}

pub(crate) fn run(args: &TrainRelations) -> Result<Outcome> {
    let mut rejects = Rejects::new(&args.source)?;
    let mut subjects = Subjects::new();
    let mut training = RelationTraining::default().with_ridge(args.ridge);
    each_row(args, &mut rejects, |row| {
        subjects.read(&row.complaint(), row.date(), |subject| training.count(subject));
    })?;
    let learner = training.counted();
    let labelled = read_pairs(args, &mut rejects)?;
    let mut portraits: HashMap<String, Portrait> = HashMap::new();
    let wanted: HashSet<&str> =
        labelled.iter().flat_map(|(one, other, _)| [one.as_str(), other.as_str()]).collect();
    each_row(args, &mut Rejects::new(&silent(&args.source))?, |row| {
        if wanted.contains(row.id()) {
            let portrait = subjects.read(&row.complaint(), row.date(), |subject| learner.portrait(subject));
            portraits.insert(row.id().to_owned(), portrait);
        }
    })?;
    let groups = groups(&labelled);
    let (mut pairs, mut missing) = (Vec::new(), 0);
    for ((one, other, relation), group) in labelled.iter().zip(groups) {
        match (portraits.get(one), portraits.get(other)) {
            (Some(one), Some(other)) => {
                pairs.push(LabelledPair {
                    one: one.clone(),
                    other: other.clone(),
                    relation: *relation,
                    group,
                });
            }
            _ => missing += 1,
        }
    }
    if missing > 0 {
        eprintln!(
            "pilah: {missing} pairs name a complaint that is not in {}: they are left out",
            args.input.display()
        );
    }
    print(args, &learner, &pairs)?;
    learner.fit(&pairs)?.save(&args.out)?;
    rejects.outcome()
}

/// The same source, without a file of rejects: it is read a second time.
fn silent(source: &Input) -> Input {
    Input { rejects: None, ..source.clone() }
}

fn each_row(args: &TrainRelations, rejects: &mut Rejects, mut take: impl FnMut(Row<'_>)) -> Result<()> {
    let mut reader = open(&args.input, &args.source, Vec::new(), args.fields.named())?;
    let (mut batch, bar) = (Batch::new(), row_counter("reading"));
    while reader.read(&mut batch, BATCH)? {
        rejects.add_batch(&args.input, &batch);
        batch.rows().for_each(&mut take);
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

fn read_pairs(args: &TrainRelations, rejects: &mut Rejects) -> Result<Vec<(String, String, Relation)>> {
    let source = Input { format: None, text: vec![args.label.clone()], id: None, rejects: None };
    let others = vec![args.first.clone(), args.second.clone()];
    let mut reader = open(&args.pairs, &source, others, Vec::new())?;
    let (mut pairs, mut batch, mut other_labels) = (Vec::new(), Batch::new(), 0);
    while reader.read(&mut batch, BATCH)? {
        rejects.add_batch(&args.pairs, &batch);
        for row in batch.rows() {
            match label(row.text()) {
                Some(relation) => pairs.push((row.other(0).to_owned(), row.other(1).to_owned(), relation)),
                None => other_labels += 1,
            }
        }
    }
    if other_labels > 0 {
        eprintln!("pilah: {other_labels} pairs have another label: they are left out");
    }
    Ok(pairs)
}

fn label(written: &str) -> Option<Relation> {
    let short = LABELS.iter().find(|(_, short)| *short == written).map(|(relation, _)| *relation);
    short
        .or_else(|| written.parse().ok().filter(|known| LABELS.iter().any(|(relation, _)| relation == known)))
}

/// Pairs that share a complaint, by whatever way, are of one group.
fn groups(pairs: &[(String, String, Relation)]) -> Vec<u64> {
    let mut group: BTreeMap<&str, u64> = BTreeMap::new();
    for (number, (one, other, _)) in (0..).zip(pairs) {
        let (first, second) = (
            group.get(one.as_str()).copied().unwrap_or(number),
            group.get(other.as_str()).copied().unwrap_or(number),
        );
        let united = first.min(second);
        group.values_mut().filter(|of| **of == first || **of == second).for_each(|of| *of = united);
        group.insert(one, united);
        group.insert(other, united);
    }
    pairs.iter().map(|(one, ..)| group.get(one.as_str()).copied().unwrap_or_default()).collect()
}

/// Prints what models say of pairs that they did not learn from.
fn print(args: &TrainRelations, learner: &RelationLearner, pairs: &[LabelledPair]) -> Result<()> {
    let (mut same, mut four) = (Vec::new(), Vec::new());
    let mut classes = vec![Vec::new(); LABELS.len()];
    for seed in 0..args.repeats {
        let said: Vec<[f64; 4]> = learner.cross_validate(pairs, args.folds, seed)?;
        let (mut hits, mut said_same, mut are_same) = (0.0, 0.0, 0.0);
        let (mut truth, mut answers) = (Vec::new(), Vec::new());
        for (pair, p) in pairs.iter().zip(&said) {
            let says = Relation::likeliest(*p);
            let says = LABELS.iter().position(|(relation, _)| *relation == says).unwrap_or_default();
            let is = LABELS.iter().position(|(relation, _)| *relation == pair.relation).unwrap_or_default();
            truth.push(is);
            answers.push(says);
            let [duplicate, recurring, ..] = *p;
            let (is, says) = (pair.relation.is_same_issue(), duplicate + recurring > 0.5);
            hits += f64::from(is && says);
            said_same += f64::from(says);
            are_same += f64::from(is);
        }
        same.push(2.0 * hits / (said_same + are_same));
        let figures = Figures::new(&truth, &answers);
        four.push(figures.macro_f1());
        for class in figures.per_class() {
            if let Some(f1) = classes.get_mut(class.class) {
                f1.push(class.f1);
            }
        }
    }
    let mean = |figures: &[f64]| figures.iter().sum::<f64>() / figures.len().max(1) as f64;
    let spread = |figures: &[f64]| {
        let mean = mean(figures);
        (figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / figures.len().max(1) as f64)
            .sqrt()
    };
    let mut shown = table(&["", "pairs", "F1", "±"]);
    let mut row = |name: &str, count: usize, figures: &[f64]| {
        let cells = [
            name.to_owned(),
            count.to_string(),
            format!("{:.3}", mean(figures)),
            format!("{:.3}", spread(figures)),
        ];
        shown.add_row(cells);
    };
    let count = |is: &dyn Fn(Relation) -> bool| pairs.iter().filter(|pair| is(pair.relation)).count();
    row("duplicate or recurring", count(&Relation::is_same_issue), &same);
    for ((relation, _), figures) in LABELS.iter().zip(&classes) {
        row(relation.name(), count(&|of| of == *relation), figures);
    }
    row("all four (macro)", pairs.len(), &four);
    say(format_args!("{shown}"))
}

//! `pilah train`: labelled complaints in, a model out.

use pilah::model::{Batch, Example, Field, Reject, Step, Training, join_address};
use pilah::place::{Level, PlaceFields, villages_of};
use pilah::routing::{Instance, MEMORY_ADDRESS};
use pilah::{Bundle, Result};

use crate::args::Train;
use crate::commands::table;
use crate::files::{Outcome, Rejects, open, row_counter, say, step_bar};

/// Rows read at a time.
const BATCH: usize = 4096;
/// The head of offices, and those of the place memory, as triage knows them.
const AGENCY: &str = "agency";
const PLACES: [&str; 2] = ["village", "district"];
/// Fewest texts of a feature beside a place memory, which reads most complaints twice: three complaints, still.
const LEAST: u32 = 5;
/// Weight of character n-grams beside a place memory: names are spelled in many ways.
const CHAR_WEIGHT: f32 = 0.4;

pub(crate) fn run(args: &Train) -> Result<Outcome> {
    let instance = args.instance.as_ref().map(Instance::load).transpose()?;
    let mut history = History::default();
    let mut rejects = Rejects::new(&args.source)?;
    history.read(args, instance.as_ref(), &mut rejects)?;
    let mut heads: Vec<String> = args.head.iter().map(|head| head.name.clone()).collect();
    if args.village.is_some() {
        heads.extend(PLACES.map(str::to_owned));
        history.name_villages(instance.as_ref());
    }
    let mut training = Training::new(heads);
    if args.village.is_some() {
        training.memory = PLACES.map(str::to_owned).to_vec();
        let spec = &mut training.spec;
        spec.char_weight = CHAR_WEIGHT;
        (spec.min_df, spec.min_df_pair, spec.min_df_char) = (LEAST, LEAST, LEAST);
    }
    training.min_count = args.min_count;
    training.seed = args.seed;
    let bar = step_bar(training.steps());
    let bundle = training.run(&history.examples, |(step, all)| {
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

/// What was read.
#[derive(Default)]
struct History {
    examples: Vec<Example>,
    /// What the place memory learns of each example.
    remembered: Vec<Remembered>,
}

struct Remembered {
    text: String,
    village: String,
    district: String,
    region: String,
}

impl History {
    fn read(&mut self, args: &Train, instance: Option<&Instance>, rejects: &mut Rejects) -> Result<()> {
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
        let (mut batch, mut joined) = (Batch::new(), String::new());
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
                    let address = row.field(Field::Address);
                    join_address(row.text(), address, 1, &mut joined);
                    self.examples.push(Example { date, ..Example::new(joined.as_str(), labels) });
                    if args.village.is_some() {
                        join_address(row.text(), address, MEMORY_ADDRESS, &mut joined);
                        self.remembered.push(Remembered {
                            text: joined.clone(),
                            village: row.field(Field::Village).to_owned(),
                            district: row.field(Field::District).to_owned(),
                            region: row.field(Field::Region).to_owned(),
                        });
                    }
                }
            }
        }
        counter.finish_and_clear();
        Ok(())
    }

    /// Adds what the place memory learns: the same complaints, read with more weight on the address.
    fn name_villages(&mut self, instance: Option<&Instance>) {
        let fields: Vec<PlaceFields<'_>> = self
            .remembered
            .iter()
            .map(|Remembered { village, district, region, .. }| PlaceFields { village, district, region })
            .collect();
        let villages = villages_of(&fields, instance.and_then(|instance| instance.territory));
        let unknown = villages
            .iter()
            .zip(&fields)
            .filter(|(village, fields)| village.is_none() && !fields.village.trim().is_empty())
            .count();
        if unknown > 0 {
            eprintln!(
                "pilah: {unknown} rows name a village that is not known or has namesakes; they do not teach places: \
                 give --district, --region or --instance"
            );
        }
        let heads = self.examples.first().map_or(0, |example| example.labels.len());
        for example in &mut self.examples {
            example.labels.extend(PLACES.map(|_| None));
        }
        for (at, (Remembered { text, .. }, village)) in self.remembered.iter().zip(villages).enumerate() {
            let district = village.and_then(|village| village.at(Level::District));
            let labels = [village, district].map(|code| code.map(|code| code.to_string()));
            let Some(example) = self.examples.get_mut(at) else { continue };
            if example.text == *text {
                example.labels.truncate(heads);
                example.labels.extend(labels);
            } else {
                let date = example.date;
                let labels = std::iter::repeat_n(None, heads).chain(labels);
                self.examples.push(Example { date, ..Example::new(text.as_str(), labels) });
            }
        }
    }
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

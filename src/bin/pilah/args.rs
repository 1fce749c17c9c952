//! Names and options of the command line.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use pilah::model::{Field, Format, Profile};
use pilah::place::RegionCode;

use crate::generate::Generate;

/// Reads citizens' complaints: what each is about, and which office function must handle it.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what pilah does, on the complaints and the model that ship with it.
    Demo(Demo),
    /// Learn from labelled complaints and write a model.
    Train(Train),
    /// Measure a model on labelled complaints.
    Eval(Eval),
    /// Say what each complaint of a file is about, as JSON lines.
    Classify(Classify),
    /// Decide about each complaint of a file: which office, how sure, what to take care of; as JSON lines, CSV or XLSX.
    Triage(Triage),
    /// Say why a text is classified as it is.
    Explain(Explain),
    /// Write invented complaints: load for tests and demonstrations.
    Generate(Generate),
    /// Look after the directory of offices and units.
    #[command(subcommand)]
    Directory(Directory),
    #[cfg(feature = "store")]
    #[command(flatten)]
    Store(crate::store::Command),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Directory {
    /// Find gaps, circles, doubles and unknown names in an instance or one of its tables.
    Check(DirectoryCheck),
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 nothing found, 3 something found, 1 the file cannot be read, 2 wrong use.\n\n\
    Example:\n  pilah directory check data/instances/surabaya.toml"
)]
pub(crate) struct DirectoryCheck {
    /// An instance (.toml), or a table of offices, units or general rules (CSV).
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print JSON: the findings, and how many there are.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where complaints come from.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Input {
    /// How to read the input: csv, jsonl, json (an array), lines (one text a line), xlsx; sp4n (summary export of
    /// SP4N-LAPOR!, CSV or XLSX) or open311 (service requests as JSON), whose columns are known. Guessed from the
    /// ending, and sp4n from the header.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<InputFormat>,
    /// Columns that make the text, joined by " . "; not needed for sp4n and open311.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    pub(crate) text: Vec<String>,
    /// Column of the id; without it `id` where there is one, else the line number.
    #[arg(long, value_name = "COL")]
    pub(crate) id: Option<String>,
    /// Write rejected rows to this file too, as `file:line: reason`.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

/// What columns say of a complaint besides its text and its id.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Fields {
    /// Column of the address.
    #[arg(long, value_name = "COL")]
    pub(crate) address: Option<String>,
    /// Column of the village: its name or code.
    #[arg(long, value_name = "COL")]
    pub(crate) village: Option<String>,
    /// Column of the district: its name or code.
    #[arg(long, value_name = "COL")]
    pub(crate) district: Option<String>,
    /// Column of the region: a Ministry code of any level, or the name of a regency, city or province.
    #[arg(long, value_name = "COL")]
    pub(crate) region: Option<String>,
    /// Column of the channel.
    #[arg(long, value_name = "COL")]
    pub(crate) channel: Option<String>,
    /// Column of the date; decisions do not depend on it.
    #[arg(long, value_name = "COL")]
    pub(crate) date: Option<String>,
    /// Column of the reporter; triage does not read it, of what is ingested a pseudonym is kept.
    #[arg(long, value_name = "COL")]
    pub(crate) reporter: Option<String>,
    /// Column of the entry point, such as a QR code's.
    #[arg(long, value_name = "COL")]
    pub(crate) entry: Option<String>,
}

impl Fields {
    /// Each field with its column.
    pub(crate) fn named(&self) -> Vec<(Field, String)> {
        let named = [
            (Field::Address, &self.address),
            (Field::Village, &self.village),
            (Field::District, &self.district),
            (Field::Region, &self.region),
            (Field::Channel, &self.channel),
            (Field::Entry, &self.entry),
            (Field::Date, &self.date),
        ];
        named.into_iter().filter_map(|(field, column)| Some((field, column.clone()?))).collect()
    }
}

/// What `--format` names: how bytes become rows, and which columns mean what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InputFormat {
    pub(crate) format: Format,
    pub(crate) profile: Profile,
}

impl FromStr for InputFormat {
    type Err = pilah::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match name {
            "sp4n" => Self { format: Format::Sheet, profile: Profile::Sp4n },
            "open311" => Self { format: Format::Json, profile: Profile::Open311 },
            name => Self { format: name.parse()?, profile: Profile::Named },
        })
    }
}

/// What `--to` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Jsonl,
    Csv,
    Xlsx,
}

impl OutputFormat {
    /// By the ending of a file's name; JSON lines where it says nothing.
    pub(crate) fn guess(path: Option<&Path>) -> Self {
        Self::of(path).unwrap_or(Self::Jsonl)
    }

    /// By the ending of a file's name; `None` where it says nothing.
    pub(crate) fn of(path: Option<&Path>) -> Option<Self> {
        let ending = path.and_then(Path::extension).and_then(OsStr::to_str).unwrap_or_default();
        Self::from_str(ending, true).ok()
    }
}

/// A head and the column of its labels.
#[derive(Debug, Clone)]
pub(crate) struct HeadColumn {
    pub(crate) name: String,
    pub(crate) column: String,
}

impl FromStr for HeadColumn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, column)) if !name.is_empty() && !column.is_empty() => {
                Ok(Self { name: name.to_owned(), column: column.to_owned() })
            }
            _ => Err(format!("`{text}` is not NAME=COL, such as office=instansi")),
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah demo --rows 20")]
pub(crate) struct Demo {
    /// How many complaints to show.
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub(crate) rows: usize,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  pilah train --input history.csv --text isi,lokasi --head office=instansi --head topic=topik \
    --date tanggal --out city.bundle\n  pilah train --input history.csv --text isi --address lokasi --head agency=instansi \
    --village kelurahan --district kecamatan --instance city.toml --date tanggal --out city.bundle"
)]
pub(crate) struct Train {
    /// Files to learn from.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) input: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Input,
    /// A head of the model and the column with its labels. `agency` is one of names of offices, for triage.
    #[arg(long, required_unless_present = "village", value_name = "NAME=COL")]
    pub(crate) head: Vec<HeadColumn>,
    /// Column of the address: it is read behind the text, as triage does.
    #[arg(long, value_name = "COL")]
    pub(crate) address: Option<String>,
    /// Column of the village: a place memory is learned, which names the villages of later complaints.
    #[arg(long, value_name = "COL")]
    pub(crate) village: Option<String>,
    /// Column of the district, to tell namesakes apart.
    #[arg(long, value_name = "COL")]
    pub(crate) district: Option<String>,
    /// Column of the region: a code, or the name of a regency, city or province.
    #[arg(long, value_name = "COL")]
    pub(crate) region: Option<String>,
    /// A TOML file that says whose complaints these are: offices that differ by territory alone are learned as one.
    #[arg(long, value_name = "FILE")]
    pub(crate) instance: Option<PathBuf>,
    /// Labels with fewer different texts are left out.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) min_count: usize,
    /// Column of the date: probabilities are calibrated on the latest rows.
    #[arg(long, value_name = "COL")]
    pub(crate) date: Option<String>,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The model to write.
    #[arg(long, value_name = "MODEL")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah eval --model city.bundle --input later.csv --text isi,lokasi --head office=instansi --json"
)]
pub(crate) struct Eval {
    /// The model; without it the one that ships with pilah.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// The labelled complaints, `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) source: Input,
    /// A head of the model and the column with the true labels.
    #[arg(long, required = true, value_name = "NAME=COL")]
    pub(crate) head: Vec<HeadColumn>,
    /// The share of wrong answers allowed in what is sent on without a person.
    #[arg(long, default_value_t = 0.05, value_name = "SHARE")]
    pub(crate) max_error: f32,
    /// Print figures of each label too.
    #[arg(long)]
    pub(crate) per_class: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah classify --input complaints.csv --text isi > classified.jsonl")]
pub(crate) struct Classify {
    /// The model; without it the one that ships with pilah.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// The complaints, `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) source: Input,
    /// Threads to work on; without it one a core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Heads to print; without it all, of the shipped model function, category and complaint.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) head: Vec<String>,
    /// How many labels of each head to list.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) top: usize,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah triage --input complaints.csv --text isi --address lokasi --instance surabaya.toml > decisions.jsonl\n  \
    pilah triage --input laporan-ringkas.xlsx --format sp4n --output decisions.xlsx"
)]
pub(crate) struct Triage {
    /// The complaints, `-` for standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "schema")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Input,
    /// A model of one's own beside the one that ships with pilah: heads `agency`, `function`, `village` … count.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// Where decisions are written; without it standard output. The file appears under its name once it is complete.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How decisions are written: jsonl, csv or xlsx; guessed from the ending of --output, else jsonl.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<OutputFormat>,
    /// Print the JSON Schema of the lines instead.
    #[arg(long)]
    pub(crate) schema: bool,
    #[command(flatten)]
    pub(crate) fields: Fields,
    /// A TOML file that says whose complaints these are: territory, offices, thresholds, entry points.
    #[arg(long, value_name = "FILE")]
    pub(crate) instance: Option<PathBuf>,
    /// The territory whose complaints these are, as a Ministry code: it decides between places of one name.
    #[arg(long, value_name = "CODE", conflicts_with = "instance")]
    pub(crate) within: Option<RegionCode>,
    /// Threads to work on; without it one a core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah explain \"Lampu jalan depan sekolah mati sudah seminggu\"")]
pub(crate) struct Explain {
    /// The model; without it the one that ships with pilah.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// The text, `-` for standard input.
    pub(crate) text: String,
    /// How many words to list for each head.
    #[arg(long, default_value_t = 8, value_name = "N")]
    pub(crate) words: usize,
    /// Print JSON, with all words.
    #[arg(long)]
    pub(crate) json: bool,
}

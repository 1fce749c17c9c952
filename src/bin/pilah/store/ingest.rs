//! `pilah ingest`: files into a store.

use std::fs::{File, OpenOptions};
use std::io::{LineWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use pilah::engine::{Engine, IngestReport, Kept, Naming, Options, Writer};
use pilah::ledger::Durability;
use pilah::model::{Batch, Field, Reject};
use pilah::place::RegionCode;
use pilah::routing::Instance;
use pilah::{Bundle, Error, Result};

use super::Store;
use crate::args::{Fields, Input};
use crate::files::{Outcome, Rejects, open, row_counter, say};
use crate::unknown::Unknown;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Ids that --acks has are durable. Ingesting a file again adds nothing; after an interruption it goes on \
    where it ended.\n\nExample:\n  pilah ingest --store complaints --input complaints.csv --id id --text isi --address lokasi \
    --date tanggal --acks done.txt"
)]
pub(crate) struct Ingest {
    #[command(flatten)]
    store: Store,
    /// The complaints, `-` for standard input.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    input: Vec<PathBuf>,
    #[command(flatten)]
    source: Input,
    #[command(flatten)]
    fields: Fields,
    /// Column that says how far a complaint is dealt with.
    #[arg(long, value_name = "COL")]
    status: Option<String>,
    /// The system that the complaints are of: `NAME:` is put before each id.
    #[arg(long, value_name = "NAME")]
    system: Option<String>,
    /// Append the id of each complaint to this file, once it is durable.
    #[arg(long, value_name = "FILE")]
    acks: Option<PathBuf>,
    /// A model of one's own beside the one that ships with pilah.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// A TOML file that says whose complaints these are.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
    /// The territory whose complaints these are, as a Ministry code.
    #[arg(long, value_name = "CODE", conflicts_with = "instance")]
    within: Option<RegionCode>,
    /// What an acknowledged complaint survives: the loss of power, or the end of the process.
    #[arg(long, value_name = "WHAT", default_value = "power")]
    durability: Survives,
    /// Threads that decide; without it one a core.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Leave it to the next command that writes to the store to find out who said the same: a large file is in sooner.
    #[arg(long)]
    no_relations: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Survives {
    Power,
    Process,
}

pub(crate) fn run(args: &Ingest) -> Result<Outcome> {
    let mut instance =
        args.instance.as_ref().map_or_else(|| Ok(Instance::whole_country()), Instance::load)?;
    instance.territory = args.within.or(instance.territory);
    let model = args.model.as_ref().map(Bundle::load).transpose()?;
    let mut acks = args.acks.as_deref().map(Acks::open).transpose()?;
    let mut rejects = Rejects::new(&args.source)?;
    let engine = Engine::create(&args.store.folder)?;
    let durability = match args.durability {
        Survives::Power => Durability::Power,
        Survives::Process => Durability::Process,
    };
    let mut options =
        Options { instance: Some(&instance), model: model.as_ref(), durability, ..Options::default() };
    options.threads = args.threads.unwrap_or(options.threads);
    options.relations = !args.no_relations;
    let writer = engine.writer(options)?;
    if let Some(reason) = writer.rebuilt() {
        eprintln!("pilah: the index is made anew: {reason}");
    }
    let mut total = IngestReport::default();
    for input in &args.input {
        total += file(args, input, &writer, &mut acks, &mut rejects)?;
    }
    writer.close()?;
    let IngestReport { new, changed, known, rejected } = total;
    if args.json {
        let figures =
            serde_json::json!({ "new": new, "changed": changed, "known": known, "rejected": rejected });
        say(format_args!("{figures}"))?;
    } else {
        say(format_args!("{new} new, {changed} changed, {known} known, {rejected} rejected"))?;
    }
    rejects.outcome()
}

fn file(
    args: &Ingest,
    input: &Path,
    writer: &Writer<'_>,
    acks: &mut Option<Acks>,
    rejects: &mut Rejects,
) -> Result<IngestReport> {
    let mut fields = args.fields.named();
    fields.extend(args.status.clone().map(|column| (Field::Status, column)));
    let others: Vec<String> = args.fields.reporter.iter().cloned().collect();
    let naming = Naming {
        system: args.system.clone(),
        file: input
            .file_name()
            .filter(|_| input != Path::new("-"))
            .map(|name| name.to_string_lossy().into_owned()),
        reporter: (!others.is_empty()).then_some(0),
    };
    let mut reader = open(input, &args.source, others, fields)?;
    let mut unknown = Unknown::default();
    let counter = row_counter("ingesting");
    let mut unread = Vec::new();
    let read = |batch: &Batch| {
        unknown.add_batch(batch);
        unknown.add_kept(batch);
        unread.extend(batch.rejects().iter().cloned());
    };
    let kept = |kept: &[Kept], nameless: &[Reject]| {
        counter.inc(kept.len() as u64);
        for reject in nameless {
            rejects.add(input, reject);
        }
        acks.as_mut().map_or(Ok(()), |acks| acks.add(kept))
    };
    let report = writer.ingest(&mut reader, &naming, read, kept);
    counter.finish_and_clear();
    for reject in &unread {
        rejects.add(input, reject);
    }
    unknown.report(input);
    report
}

/// The file of ids that are durable. It is written line by line: half an id may be another one's.
struct Acks {
    path: PathBuf,
    file: LineWriter<File>,
}

impl Acks {
    fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path);
        let mut file = file.map_err(|error| Error::for_file("open", path, error))?;
        cut(&mut file).map_err(|error| Error::for_file("mend", path, error))?;
        Ok(Self { path: path.to_owned(), file: LineWriter::new(file) })
    }

    fn add(&mut self, kept: &[Kept]) -> Result<()> {
        let written = kept.iter().try_for_each(|kept| writeln!(self.file, "{}", kept.id));
        written.and_then(|()| self.file.flush()).map_err(|error| Error::for_file("write", &self.path, error))
    }
}

/// Cuts off the half line that a full disk or the loss of power left.
fn cut(file: &mut File) -> std::io::Result<()> {
    let length = file.metadata()?.len();
    // Longer than any id.
    let tail = length.min(1024);
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(length - tail))?;
    Read::by_ref(file).take(tail).read_to_end(&mut end)?;
    match end.iter().rposition(|byte| *byte == b'\n') {
        Some(at) if at + 1 < end.len() => file.set_len(length - tail + at as u64 + 1),
        None if length > 0 && length == tail => file.set_len(0),
        _ => Ok(()),
    }
}

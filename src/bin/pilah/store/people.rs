//! What people decide: `pilah correct`, `status`, `assign`, `bounce`, `note`, `link`, `sync`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use jiff::Timestamp;
use pilah::complaint::{Id, Status};
use pilah::engine::{Engine, Options, Wish, office};
use pilah::ledger::{Event, Fact, Outcome as Became};
use pilah::routing::Instance;
use pilah::{Error, Result};
use serde::Deserialize;

use super::Store;
use crate::files::{Outcome, say, shown};

/// Which complaint, who says so and when.
#[derive(Debug, ClapArgs)]
pub(super) struct About {
    #[command(flatten)]
    store: Store,
    /// The complaint, by any of its ids.
    #[arg(value_name = "ID")]
    id: Id,
    /// Who decided.
    #[arg(long, value_name = "WHO", default_value = "")]
    by: String,
    /// When, such as 2024-01-31T09:30:00+07:00; without it now.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

impl About {
    /// Records a fact and says what became of it.
    pub(super) fn record(&self, fact: Fact) -> Result<Outcome> {
        let engine = Engine::open(&self.store.folder)?;
        let writer = engine.writer(Options::default())?;
        let at = self.at.unwrap_or_else(Timestamp::now);
        let event = Event { complaint: self.id.clone(), at, by: self.by.clone(), fact };
        let kept = writer.record(event)?;
        writer.close()?;
        let known = if kept.outcome == Became::Known { ", known already" } else { "" };
        say(format_args!("{}: recorded at place {} of the history{known}", kept.id, kept.seq))?;
        Ok(Outcome::Done)
    }
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah correct --store complaints web:17 --agency perhubungan@35.78 --by admin"
)]
pub(crate) struct Correct {
    #[command(flatten)]
    about: About,
    /// The office that must act: its id or its full name.
    #[arg(long, value_name = "OFFICE", default_value = "")]
    agency: String,
    /// Code of the function that must act.
    #[arg(long, value_name = "CODE", default_value = "")]
    function: String,
    /// SP4N main category.
    #[arg(long, value_name = "NAME", default_value = "")]
    category: String,
    /// Type of report.
    #[arg(long = "type", value_name = "TYPE", default_value = "")]
    kind: String,
    /// Code of the region where it is.
    #[arg(long, value_name = "CODE", default_value = "")]
    region: String,
    /// What to do: route, review, incomplete or `out_of_scope`.
    #[arg(long, value_name = "ACTION", default_value = "")]
    action: String,
    /// A TOML file with the offices' names.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Statuses: new, verified, assigned, in_progress, on_hold, bounced, closed, archived; also as SP4N-LAPOR! \
    calls them.\n\nExample:\n  pilah status --store complaints web:17 closed --by dishub"
)]
pub(crate) struct SetStatus {
    #[command(flatten)]
    about: About,
    /// The status.
    #[arg(value_name = "STATUS")]
    status: Status,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah assign --store complaints web:17 perhubungan@35.78 --by admin")]
pub(crate) struct Assign {
    #[command(flatten)]
    about: About,
    /// The office: its id or its full name.
    #[arg(value_name = "OFFICE")]
    office: String,
    /// A TOML file with the offices' names.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah bounce --store complaints web:17 --reason \"jalan nasional\" --by dpu"
)]
pub(crate) struct Bounce {
    #[command(flatten)]
    about: About,
    /// The office, by id or full name; without it the one that has the complaint.
    #[arg(long, value_name = "OFFICE")]
    agency: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// A TOML file with the offices' names.
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  pilah note --store complaints web:17 \"Pelapor menelepon lagi\" --by call-centre"
)]
pub(crate) struct Note {
    #[command(flatten)]
    about: About,
    /// The remark.
    #[arg(value_name = "TEXT")]
    text: String,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah link --store complaints web:17 sp4n:7214406")]
pub(crate) struct Link {
    #[command(flatten)]
    about: About,
    /// The other id of the same complaint.
    #[arg(value_name = "OTHER")]
    other: Id,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Events may come twice and in any order, also before their complaint. A line each, such as\n  \
    {\"id\":\"sp4n:7214406\",\"at\":\"2024-01-31T09:30:00+07:00\",\"by\":\"sp4n\",\"fact\":\"status\",\"status\":\"closed\"}\n\
    Facts: status (status), assigned (agency: id, name), bounced (agency, reason), corrected (agency: id, name; function,\n\
    category, type, region, action), note (text), same (id of the other as `other`),\n\
    merged (with), split (with: ids), pinned (pinned).\n\n\
    Example:\n  pilah sync --store complaints --input events.jsonl"
)]
pub(crate) struct Sync {
    #[command(flatten)]
    store: Store,
    /// The events as JSON lines, `-` for standard input.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
}

pub(crate) fn correct(args: &Correct) -> Result<Outcome> {
    let Correct { agency, function, category, kind, region, action, .. } = args;
    let wish = Wish { agency, function, category, kind, region, action };
    args.about.record(Fact::Corrected(wish.check(instance(args.instance.as_deref())?.directory())?))
}

pub(crate) fn status(args: &SetStatus) -> Result<Outcome> {
    args.about.record(Fact::Status { status: args.status })
}

pub(crate) fn assign(args: &Assign) -> Result<Outcome> {
    let instance = instance(args.instance.as_deref())?;
    args.about.record(Fact::Assigned { agency: office(instance.directory(), &args.office)? })
}

pub(crate) fn bounce(args: &Bounce) -> Result<Outcome> {
    let agency = if let Some(agency) = &args.agency {
        office(instance(args.instance.as_deref())?.directory(), agency)?.id
    } else {
        let About { store, id, .. } = &args.about;
        let Some(dossier) = Engine::open(&store.folder)?.get(id.as_str())? else {
            eprintln!("pilah: no complaint `{id}`: check the id, or ingest the complaint first");
            return Ok(Outcome::Missing);
        };
        dossier.record.state.agency
    };
    args.about.record(Fact::Bounced { agency, reason: args.reason.clone() })
}

pub(crate) fn note(args: &Note) -> Result<Outcome> {
    args.about.record(Fact::Note { text: args.text.clone() })
}

pub(crate) fn link(args: &Link) -> Result<Outcome> {
    args.about.record(Fact::Same { id: args.other.clone() })
}

fn instance(path: Option<&Path>) -> Result<Instance> {
    path.map_or_else(|| Ok(Instance::whole_country()), Instance::load)
}

/// Events that become durable together.
const GROUP: usize = 1000;

/// An event as another system tells it.
#[derive(Deserialize)]
struct Line {
    id: Id,
    at: Timestamp,
    #[serde(default)]
    by: String,
    #[serde(flatten)]
    fact: Fact,
}

pub(crate) fn sync(args: &Sync) -> Result<Outcome> {
    let input: Box<dyn BufRead> = if args.input == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let file = File::open(&args.input).map_err(|error| Error::for_file("open", &args.input, error))?;
        Box::new(BufReader::new(file))
    };
    let engine = Engine::create(&args.store.folder)?;
    let writer = engine.writer(Options::default())?;
    let (mut new, mut known, mut rejected) = (0_u64, 0_u64, 0_u64);
    let mut events = Vec::new();
    let mut hand_in = |events: &mut Vec<Event>| -> Result<()> {
        for kept in writer.sync(std::mem::take(events))? {
            if kept.outcome == Became::Known { known += 1 } else { new += 1 }
        }
        Ok(())
    };
    for (number, line) in input.split(b'\n').enumerate() {
        let line = line.map_err(|error| Error::for_file("read", &args.input, error))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match event(&line) {
            Ok(event) => events.push(event),
            Err(reason) => {
                rejected += 1;
                eprintln!("{}:{}: {reason}", shown(&args.input), number + 1);
            }
        }
        if events.len() >= GROUP {
            hand_in(&mut events)?;
        }
    }
    hand_in(&mut events)?;
    writer.close()?;
    say(format_args!("{new} new, {known} known, {rejected} rejected"))?;
    Ok(if rejected == 0 { Outcome::Done } else { Outcome::WithRejects })
}

/// The event of a line, or what is wrong with it.
fn event(line: &[u8]) -> std::result::Result<Event, String> {
    let Line { id, at, by, fact } = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let event = Event { complaint: id, at, by, fact };
    event.check().map_err(|error| error.to_string())?;
    Ok(event)
}

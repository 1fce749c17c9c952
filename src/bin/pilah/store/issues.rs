//! `pilah similar`, `clusters`, `merge`, `split` and `pin`: who said the same, and what keeps coming back.

use std::io::Read;
use std::path::Path;

use clap::Args as ClapArgs;
use jiff::Zoned;
use jiff::civil::Date;
use pilah::complaint::{Complaint, Id};
use pilah::engine::{Engine, Issue, IssueFilter, Related};
use pilah::ledger::Fact;
use pilah::{Error, Result};
use serde_json::json;

use super::Store;
use super::people::About;
use crate::commands::table;
use crate::files::{Outcome, say};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 done, 1 the complaint is not in the store.\n\nExamples:\n  pilah similar --store complaints web:17\n  \
    echo \"lampu di depan balai RW padam\" | pilah similar --store complaints - --address \"Jl. Mojo Kidul 12\" --village Mojo"
)]
pub(crate) struct Similar {
    #[command(flatten)]
    store: Store,
    /// Id of a complaint of the store, or `-` for a text from standard input that is not kept.
    #[arg(value_name = "ID")]
    id: String,
    /// The text's address.
    #[arg(long, value_name = "TEXT", default_value = "")]
    address: String,
    /// Its village.
    #[arg(long, value_name = "NAME", default_value = "")]
    village: String,
    /// Code of its region.
    #[arg(long, value_name = "CODE", default_value = "")]
    region: String,
    /// How many to list.
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah clusters --store complaints --region 35.78 --min-size 5 --rising")]
#[allow(clippy::struct_excessive_bools)] // switches of the command line
pub(crate) struct Clusters {
    #[command(flatten)]
    store: Store,
    /// Code of a region: issues of which all reports belong to it.
    #[arg(long, value_name = "CODE", default_value = "")]
    region: String,
    /// Code of the function.
    #[arg(long, value_name = "CODE", default_value = "")]
    function: String,
    /// SP4N main category.
    #[arg(long, value_name = "NAME", default_value = "")]
    category: String,
    /// Type of report, of one at least.
    #[arg(long = "type", value_name = "TYPE", default_value = "")]
    kind: String,
    /// A flag, of one at least.
    #[arg(long, value_name = "FLAG", default_value = "")]
    flag: String,
    /// The last report came on this day or later.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The first report came on this day or before.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Least number of reports.
    #[arg(long, default_value_t = 2, value_name = "N")]
    min_size: usize,
    /// Least number of reporters.
    #[arg(long, default_value_t = 0, value_name = "N")]
    min_reporters: usize,
    /// Only what was reported again after it was closed.
    #[arg(long)]
    relapsed: bool,
    /// Only what is reported more often than before.
    #[arg(long)]
    rising: bool,
    /// Only what fits no known category, and may be a new topic.
    #[arg(long)]
    novel: bool,
    /// How many to list.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print JSON, an object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "What is merged stays together; `pilah split` takes it back.\n\nExample:\n  pilah merge --store complaints web:17 web:23"
)]
pub(crate) struct Merge {
    #[command(flatten)]
    about: About,
    /// The other complaint.
    #[arg(value_name = "OTHER")]
    other: Id,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "What is taken apart is never put together again by the program; `pilah merge` takes it back.\n\n\
    Example:\n  pilah split --store complaints web:17 web:18"
)]
pub(crate) struct Split {
    #[command(flatten)]
    about: About,
    /// Others that leave the cluster with it.
    #[arg(value_name = "WITH")]
    with: Vec<Id>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  pilah pin --store complaints web:17")]
pub(crate) struct Pin {
    #[command(flatten)]
    about: About,
    /// It is not complete after all.
    #[arg(long)]
    off: bool,
}

pub(crate) fn merge(args: &Merge) -> Result<Outcome> {
    args.about.record(Fact::Merged { with: args.other.clone() })
}

pub(crate) fn split(args: &Split) -> Result<Outcome> {
    args.about.record(Fact::Split { with: args.with.clone() })
}

pub(crate) fn pin(args: &Pin) -> Result<Outcome> {
    args.about.record(Fact::Pinned { pinned: !args.off })
}

pub(crate) fn similar(args: &Similar) -> Result<Outcome> {
    let engine = Engine::open(&args.store.folder)?;
    let related = if args.id == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Error::for_file("read", Path::new("-"), error))?;
        let Similar { address, village, region, .. } = args;
        let complaint = Complaint { text: text.trim(), address, village, region, ..Complaint::default() };
        engine.similar(&complaint, Zoned::now().datetime(), None)?
    } else if let Some(related) = engine.related(&args.id)? {
        related
    } else {
        eprintln!("pilah: no complaint `{}`: check the id, or ingest the complaint first", args.id);
        return Ok(Outcome::Missing);
    };
    let related = related.get(..related.len().min(args.limit)).unwrap_or_default();
    if args.json {
        related.iter().try_for_each(|related| say(format_args!("{}", line(related))))?;
        return Ok(Outcome::Done);
    }
    let mut shown = table(&["id", "relation", "p", "received", "status", "cluster", "why"]);
    for Related { id, relation, p, evidence, received, status, cluster, .. } in related {
        shown.add_row([
            id.to_string(),
            relation.to_string(),
            format!("{p:.2}"),
            received.date().to_string(),
            status.name().to_owned(),
            cluster.map_or_else(String::new, |cluster| cluster.to_string()),
            evidence.join(", "),
        ]);
    }
    say(format_args!("{shown}")).map(|()| Outcome::Done)
}

fn line(related: &Related) -> serde_json::Value {
    let Related { id, relation, p, same, evidence, received, status, cluster, .. } = related;
    let four = |p: f32| (f64::from(p) * 1e4).round() / 1e4;
    json!({
        "id": id.as_str(), "relation": relation.name(), "p": four(*p), "same": four(*same), "evidence": evidence,
        "received": received.to_string(), "status": status.name(), "cluster": cluster,
    })
}

pub(crate) fn clusters(args: &Clusters) -> Result<Outcome> {
    let Clusters { region, function, category, kind, flag, since, until, min_size, min_reporters, .. } = args;
    let filter = IssueFilter {
        region: region.clone(),
        function: function.clone(),
        category: category.clone(),
        kind: kind.clone(),
        flag: flag.clone(),
        since: *since,
        until: *until,
        min_size: *min_size,
        min_reporters: *min_reporters,
        relapsed: args.relapsed,
        rising: args.rising,
        novel: args.novel,
    };
    let issues = Engine::open(&args.store.folder)?.issues(&filter)?;
    let listed = issues.get(..issues.len().min(args.limit)).unwrap_or_default();
    if args.json {
        listed.iter().try_for_each(|issue| say(format_args!("{}", json!(issue))))?;
        return Ok(Outcome::Done);
    }
    let mut shown =
        table(&["id", "title", "function", "region", "size", "reporters", "days", "first", "last", ""]);
    for issue in listed {
        let Issue { id, title, function, region, size, reporters, days, first, last, .. } = issue;
        let marks = [
            (issue.rising, "rising"),
            (issue.relapsed, "relapsed"),
            (issue.novel, "new topic"),
            (issue.pinned, "pinned"),
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
        shown.add_row([
            id.to_string(),
            title.clone(),
            function.clone(),
            region.clone(),
            size.to_string(),
            reporters.to_string(),
            days.to_string(),
            first.date().to_string(),
            last.date().to_string(),
            marks.join(", "),
        ]);
    }
    say(format_args!("{shown}"))?;
    say(format_args!("{} of {} clusters", listed.len(), issues.len())).map(|()| Outcome::Done)
}

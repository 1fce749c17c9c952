//! `pilah search` and `pilah watch`.

use clap::Args as ClapArgs;
use jiff::civil::{Date, time};
use pilah::Result;
use pilah::engine::{Engine, Found, FoundComplaint, Options};
use pilah::index::{Cursor, Facet, FacetCounts, Order, Page, Query};
use serde_json::{Value, json};

use super::Store;
use crate::commands::table;
use crate::files::{Outcome, say};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "A query: words (all must occur), \"phrases\", -without, OR, (groups), and fields: function:perhubungan \
    region:35.78 status:new month:2023-01 id:web:17 title:lampu received:2023-01-01..2023-02-01\n\n\
    Example:\n  pilah search --store complaints \"lampu mati\" --region 35.78 --status new --facet function,month"
)]
pub(crate) struct Search {
    #[command(flatten)]
    store: Store,
    /// What to look for; without it everything.
    #[arg(value_name = "QUERY", default_value = "", allow_hyphen_values = true)]
    query: String,
    #[command(flatten)]
    filters: Filters,
    /// How many complaints to list.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// The newest first, or the best; without it the best where there are words to look for.
    #[arg(long, value_name = "ORDER")]
    order: Option<Sorted>,
    /// Behind the page that ended here.
    #[arg(long, value_name = "CURSOR")]
    after: Option<Cursor>,
    /// Count what is found by these fields too: function, category, agency, type, status, channel, action, flag, month,
    /// province, regency, district, village.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    facet: Vec<Facet>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Sorted {
    Newest,
    Best,
}

/// What complaints must be.
#[derive(Debug, ClapArgs)]
struct Filters {
    /// Code of the function.
    #[arg(long, value_name = "CODE")]
    function: Option<String>,
    /// Id of the office.
    #[arg(long, value_name = "ID")]
    agency: Option<String>,
    /// SP4N main category.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Type of report.
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// How far they are dealt with.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// The way they came.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// What is to be done.
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// A flag.
    #[arg(long, value_name = "FLAG")]
    flag: Option<String>,
    /// Code of a region: all that belongs to it.
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

impl Filters {
    fn add_to(&self, mut query: Query) -> Result<Query> {
        let fields = [
            ("function", &self.function),
            ("agency", &self.agency),
            ("category", &self.category),
            ("type", &self.kind),
            ("status", &self.status),
            ("channel", &self.channel),
            ("action", &self.action),
            ("flag", &self.flag),
            ("region", &self.region),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                query = query.filter(field, value)?;
            }
        }
        let midnight = |day: Date| day.to_datetime(time(0, 0, 0, 0));
        if let Some(day) = self.since {
            query = query.since(midnight(day));
        }
        if let Some(day) = self.until.and_then(|day| day.tomorrow().ok()) {
            query = query.until(midnight(day));
        }
        Ok(query)
    }
}

pub(crate) fn run(args: &Search) -> Result<Outcome> {
    let query = args.filters.add_to(args.query.parse()?)?;
    let order = match args.order {
        Some(Sorted::Newest) => Order::Newest,
        None if args.query.trim().is_empty() => Order::Newest,
        Some(Sorted::Best) | None => Order::Best,
    };
    let searcher = Engine::open(&args.store.folder)?.searcher()?;
    let page = Page { limit: args.limit, order, after: args.after };
    let (found, facets) = searcher.search_with_facets(&query, &page, &args.facet)?;
    if args.json {
        say(format_args!("{}", as_json(&found, &facets)))?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&["id", "received", "status", "office", "text"]);
    for complaint in &found.complaints {
        let state = &complaint.state;
        let day = state.received.date().to_string();
        rows.add_row([id(complaint), day, state.status.to_string(), state.agency.clone(), marked(complaint)]);
    }
    if !found.complaints.is_empty() {
        say(format_args!("{rows}"))?;
    }
    for FacetCounts { facet, values } in &facets {
        let mut counts = table(&[facet.name(), "complaints"]);
        for (value, count) in values {
            counts.add_row([value.clone(), count.to_string()]);
        }
        say(format_args!("{counts}"))?;
    }
    match found.next {
        Some(next) => say(format_args!("{} found; more with --after {next}", found.total))?,
        None => say(format_args!("{} found", found.total))?,
    }
    Ok(Outcome::Done)
}

fn id(complaint: &FoundComplaint) -> String {
    complaint.ids.first().map(ToString::to_string).unwrap_or_default()
}

/// The snippet with what was found between brackets.
fn marked(complaint: &FoundComplaint) -> String {
    let mut marked = String::new();
    let mut at = 0;
    for found in &complaint.snippet.highlights {
        let text = &complaint.snippet.text;
        marked += text.get(at..found.start).unwrap_or_default();
        marked = marked + "[" + text.get(found.clone()).unwrap_or_default() + "]";
        at = found.end;
    }
    marked + complaint.snippet.text.get(at..).unwrap_or_default()
}

fn as_json(found: &Found, facets: &[FacetCounts]) -> Value {
    let complaint = |complaint: &FoundComplaint| {
        let state = &complaint.state;
        json!({
            "id": id(complaint), "ids": complaint.ids, "received": state.received.to_string(),
            "status": state.status, "action": state.action, "type": state.kind, "category": state.category,
            "function": state.function, "agency": state.agency, "region": state.region, "channel": state.channel,
            "flags": state.flags.split(',').filter(|flag| !flag.is_empty()).collect::<Vec<_>>(),
            "corrected": state.corrected, "confidential": state.confidential, "score": complaint.score,
            "snippet": complaint.snippet.text,
            "highlights": complaint.snippet.highlights.iter().map(|range| [range.start, range.end]).collect::<Vec<_>>(),
        })
    };
    let facet = |facet: &FacetCounts| {
        let values: Vec<Value> = facet.values.iter().map(|(value, count)| json!([value, count])).collect();
        (facet.facet.name().to_owned(), Value::from(values))
    };
    json!({
        "total": found.total,
        "complaints": found.complaints.iter().map(complaint).collect::<Vec<_>>(),
        "facets": facets.iter().map(facet).collect::<serde_json::Map<_, _>>(),
        "next": found.next.map(|next| next.to_string()),
    })
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  pilah watch --store complaints flood \"banjir region:35.78\"\n  \
    pilah watch --store complaints flood --remove\n  pilah watch --store complaints")]
pub(crate) struct Watch {
    #[command(flatten)]
    store: Store,
    /// What the query is called; without it all are listed.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The query, as for search.
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<Query>,
    /// Keep it no longer.
    #[arg(long, requires = "name", conflicts_with = "query")]
    remove: bool,
}

pub(crate) fn watch(args: &Watch) -> Result<Outcome> {
    let engine = Engine::open(&args.store.folder)?;
    let Some(name) = &args.name else {
        for (name, query) in engine.saved_queries()? {
            say(format_args!("{name}: {query}"))?;
        }
        return Ok(Outcome::Done);
    };
    if args.query.is_none() && !args.remove {
        if let Some((_, query)) = engine.saved_queries()?.into_iter().find(|(known, _)| known == name) {
            return say(format_args!("{query}")).map(|()| Outcome::Done);
        }
        eprintln!("pilah: no saved query `{name}`: give one to keep it");
        return Ok(Outcome::Missing);
    }
    let writer = engine.writer(Options::default())?;
    writer.save_query(name, args.query.as_ref())?;
    writer.close()?;
    Ok(Outcome::Done)
}

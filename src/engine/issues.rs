//! Recurring issues: clusters of complaints as an inspectorate asks for them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::store::Engine;
use crate::complaint::{Id, local_time};
use crate::error::Result;
use crate::ledger::{LedgerReader, Record, Relations};
use crate::similar::{RelationModel, surprise};
use crate::text::{Analyzer, Tokens};

/// Days that are compared with those before them.
const RECENT: i32 = 30;
/// Days before them.
const BEFORE: i32 = 180;
/// Share of the issues that do not grow and are called rising all the same.
const ALARM: f64 = 0.01;
/// Mean probability of the best category below which an issue fits no known topic: of 1,456 issues of a city whose topics are
/// known, 14 are below.
const NOVEL: f32 = 0.55;
/// Texts that a title is made from.
const TITLED: usize = 20;

/// Which issues are wanted; what is empty or `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct IssueFilter {
    /// Code of a region: issues of which all reports with a place are in it.
    pub region: String,
    /// Code of the function.
    pub function: String,
    /// SP4N main category.
    pub category: String,
    /// Type of report, of one member at least.
    pub kind: String,
    /// Name of a flag, of one member at least.
    pub flag: String,
    /// The last report came on this day or later.
    pub since: Option<Date>,
    /// The first report came on this day or before.
    pub until: Option<Date>,
    /// Least number of reports.
    pub min_size: usize,
    /// Least number of reporters.
    pub min_reporters: usize,
    /// Reported again after it was closed.
    pub relapsed: bool,
    /// More often than before.
    pub rising: bool,
    /// Fits no known topic.
    pub novel: bool,
}

/// A recurring issue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(clippy::struct_excessive_bools)] // each is a key of its JSON
pub struct Issue {
    /// What it is called for good.
    pub id: u64,
    /// What it is about, in a few words of its own that name no person; where there are none, its category.
    pub title: String,
    /// The most frequent category.
    pub category: String,
    /// The most frequent function.
    pub function: String,
    /// The region that all reports are in, as deep as that is.
    pub region: String,
    /// How many reports there are.
    pub size: usize,
    /// By how many reporters; those that are not known count one each.
    pub reporters: usize,
    /// On how many days.
    pub days: usize,
    /// When the first came, local time.
    pub first: DateTime,
    /// When the last came.
    pub last: DateTime,
    /// The reports, by when they came.
    pub members: Vec<Id>,
    /// The same by how each is surest related to one that came before it: `first`, `duplicate`, `recurring`, and `other` for
    /// those that another relation or a person brought in.
    pub by_relation: BTreeMap<&'static str, Vec<Id>>,
    /// How many came in which month, as `2026-05`.
    pub timeline: BTreeMap<String, usize>,
    /// How many reports have which status.
    pub statuses: BTreeMap<String, usize>,
    /// Reported more often in the last 30 days of the store than in the 180 before: fewer than 1 of 100 issues that do not
    /// grow are called so (see [`surprise`]).
    pub rising: bool,
    /// Reported again after a report of it was closed.
    pub relapsed: bool,
    /// It fits no known category, and may be a new topic: of its reports the best category is less than .55 probable on
    /// average. About 1 of 100 issues of known topics is called so.
    pub novel: bool,
    /// A person said that it is complete.
    pub pinned: bool,
}

impl Engine {
    /// The recurring issues of a store, the largest first, of equals the older one.
    ///
    /// Cost: reads every complaint that is in a cluster of the size wanted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the ledger or the relations are damaged.
    pub fn issues(&self, filter: &IssueFilter) -> Result<Vec<Issue>> {
        let Some(relations) = self.relations()? else { return Ok(Vec::new()) };
        let (clusters, judge) = (clusters(&relations)?, self.judge()?);
        self.read(|reader| {
            let scene = Scene { now: reader.newest()?, judge: &judge, relations: &relations };
            let mut issues = Vec::new();
            for (id, (members, pinned)) in clusters {
                let least = if pinned { filter.min_size } else { filter.min_size.max(2) };
                if members.len() < least {
                    continue;
                }
                let records = open_records(&members, reader)?;
                if records.len() >= least
                    && filter.wants_one(&records)
                    && let Some(issue) = issue(id, records, pinned, &scene, reader)?
                    && filter.wants(&issue)
                {
                    issues.push(issue);
                }
            }
            issues.sort_by_key(|issue| (std::cmp::Reverse(issue.size), issue.id));
            Ok(issues)
        })
    }

    /// The issue that a complaint is a report of; `None` where it is of none.
    ///
    /// # Errors
    ///
    /// As [`issues`](Self::issues).
    pub fn issue_of(&self, id: &str) -> Result<Option<Issue>> {
        let Some(relations) = self.relations()? else { return Ok(None) };
        let judge = self.judge()?;
        self.read(|reader| {
            let Some(number) = reader.number_of(id)? else { return Ok(None) };
            let Some((cluster, pinned)) = relations.cluster_of(number)? else { return Ok(None) };
            let records = open_records(&relations.members_of(cluster)?, reader)?;
            let scene = Scene { now: reader.newest()?, judge: &judge, relations: &relations };
            issue(cluster, records, pinned, &scene, reader)
        })
    }
}

impl IssueFilter {
    fn wants(&self, issue: &Issue) -> bool {
        let is = |wanted: &str, given: &str| wanted.is_empty() || wanted.eq_ignore_ascii_case(given);
        let inside = self.region.is_empty()
            || issue.region == self.region
            || issue.region.strip_prefix(&self.region).is_some_and(|rest| rest.starts_with('.'));
        inside
            && is(&self.function, &issue.function)
            && is(&self.category, &issue.category)
            && self.since.is_none_or(|since| issue.last.date() >= since)
            && self.until.is_none_or(|until| issue.first.date() <= until)
            && issue.reporters >= self.min_reporters
            && (!self.relapsed || issue.relapsed)
            && (!self.rising || issue.rising)
            && (!self.novel || issue.novel)
    }

    fn wants_one(&self, records: &[Record]) -> bool {
        let kind = |record: &Record| self.kind.is_empty() || record.state.kind == self.kind;
        let flag = |record: &Record| {
            self.flag.is_empty() || record.state.flags.split(',').any(|flag| flag == self.flag)
        };
        records.iter().any(kind) && records.iter().any(flag)
    }
}

/// The complaints of these numbers, but for those that became confidential since they were related.
fn open_records(numbers: &[u64], reader: &mut LedgerReader) -> Result<Vec<Record>> {
    let records = numbers.iter().filter_map(|number| reader.record(*number).transpose());
    records.filter(|record| record.as_ref().map_or(true, |record| !record.state.confidential)).collect()
}

/// The members of each cluster, and whether it is pinned.
fn clusters(relations: &Relations) -> Result<BTreeMap<u64, (Vec<u64>, bool)>> {
    let mut clusters: BTreeMap<u64, (Vec<u64>, bool)> = BTreeMap::new();
    for (number, cluster, pinned) in relations.members()? {
        let (members, is_pinned) = clusters.entry(cluster).or_default();
        members.push(number);
        *is_pinned |= pinned;
    }
    Ok(clusters)
}

/// What an issue is seen against.
struct Scene<'s> {
    /// When the newest complaint came.
    now: Option<DateTime>,
    judge: &'s RelationModel,
    relations: &'s Relations,
}

fn issue(
    id: u64,
    mut records: Vec<Record>,
    pinned: bool,
    scene: &Scene<'_>,
    reader: &mut LedgerReader,
) -> Result<Option<Issue>> {
    records.sort_by_key(|record| (record.state.received, record.number));
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(None) };
    let (first, last) = (first.state.received, last.state.received);
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        *statuses.entry(record.state.status.name().to_owned()).or_default() += 1;
    }
    let reporters: BTreeSet<String> = records
        .iter()
        .map(|record| match record.said.reporter.as_str() {
            "" => format!("#{}", record.number),
            reporter => reporter.to_owned(),
        })
        .collect();
    let days: BTreeSet<Date> = records.iter().map(|record| record.state.received.date()).collect();
    let category = most_frequent(records.iter().map(|record| record.state.category.as_str()));
    let title = title(&records, scene.judge);
    Ok(Some(Issue {
        id,
        title: if title.is_empty() { category.to_lowercase() } else { title },
        category,
        function: most_frequent(records.iter().map(|record| record.state.function.as_str())),
        region: common_region(&records),
        size: records.len(),
        reporters: reporters.len(),
        days: days.len(),
        first,
        last,
        members: records.iter().filter_map(|record| record.ids.first().cloned()).collect(),
        by_relation: by_relation(&records, scene.relations)?,
        timeline: timeline(&records),
        statuses,
        rising: scene.now.is_some_and(|now| is_rising(&records, now)),
        relapsed: is_relapsed(&records, reader)?,
        novel: is_novel(&records, scene.relations)?,
        pinned,
    }))
}

fn title(records: &[Record], judge: &RelationModel) -> String {
    let analyzer = Analyzer::indonesian();
    let texts = records.iter().take(TITLED).map(|record| {
        let mut tokens = Tokens::new();
        analyzer.analyze(&record.said.text, &mut tokens);
        tokens
    });
    judge.title(&texts.collect::<Vec<_>>())
}

/// The reports by how each is related to those before it; they are given by when they came.
fn by_relation(records: &[Record], relations: &Relations) -> Result<BTreeMap<&'static str, Vec<Id>>> {
    let mut by_relation: BTreeMap<&'static str, Vec<Id>> = BTreeMap::new();
    let mut before = BTreeSet::new();
    for record in records {
        let surest = relations.of(record.number)?.into_iter().find(|row| {
            let other = if row.later == record.number { row.earlier } else { row.later };
            row.relation.is_same_issue() && before.contains(&other)
        });
        let name = match surest {
            _ if before.is_empty() => "first",
            Some(row) => row.relation.name(),
            None => "other",
        };
        before.insert(record.number);
        by_relation.entry(name).or_default().extend(record.ids.first().cloned());
    }
    Ok(by_relation)
}

fn timeline(records: &[Record]) -> BTreeMap<String, usize> {
    let mut timeline = BTreeMap::new();
    for record in records {
        *timeline.entry(record.state.received.strftime("%Y-%m").to_string()).or_default() += 1;
    }
    timeline
}

/// Of equals the first in the alphabet.
fn most_frequent<'r>(values: impl Iterator<Item = &'r str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let best = counts.iter().max_by_key(|(value, count)| (**count, std::cmp::Reverse(**value)));
    best.map_or_else(String::new, |(value, _)| (*value).to_owned())
}

/// The deepest region that all reports with a place are in.
fn common_region(records: &[Record]) -> String {
    let mut common: Option<Vec<&str>> = None;
    for record in records.iter().filter(|record| !record.state.region.is_empty()) {
        let parts: Vec<&str> = record.state.region.split('.').collect();
        common = Some(match common {
            None => parts,
            Some(before) => before.iter().zip(&parts).take_while(|(a, b)| a == b).map(|(a, _)| *a).collect(),
        });
    }
    common.unwrap_or_default().join(".")
}

fn is_rising(records: &[Record], now: DateTime) -> bool {
    let ago = |days: i32| now.checked_sub(days.days()).unwrap_or(now);
    let (recent_from, before_from) = (ago(RECENT), ago(RECENT + BEFORE));
    let since = |from: DateTime| records.iter().filter(|record| record.state.received > from).count() as u64;
    let recent = since(recent_from);
    let before = since(before_from) - recent;
    surprise(recent, before, f64::from(RECENT) / f64::from(RECENT + BEFORE)) < ALARM
}

/// Whether reports fit no known topic, on average; those that were compared with nothing do not count.
fn is_novel(records: &[Record], relations: &Relations) -> Result<bool> {
    let marks = records.iter().filter_map(|record| relations.marks_of(record.number).transpose());
    let fits: Vec<f32> = marks.map(|marks| Ok(marks?.fit())).collect::<Result<_>>()?;
    Ok(!fits.is_empty() && fits.iter().sum::<f32>() / (fits.len() as f32) < NOVEL)
}

/// Whether a report came after one before it was closed.
fn is_relapsed(records: &[Record], reader: &mut LedgerReader) -> Result<bool> {
    let mut closed: Option<DateTime> = None;
    for record in records {
        if closed.is_some_and(|closed| record.state.received > closed) {
            return Ok(true);
        }
        let Some(at) = reader.closed_at(record.number)? else { continue };
        let at = local_time(at, &record.state.region);
        closed = Some(closed.map_or(at, |before| before.min(at)));
    }
    let after = |closed: DateTime| records.iter().any(|record| record.state.received > closed);
    Ok(closed.is_some_and(after))
}

//! The thread that finds who said the same before, and keeps the clusters: it follows the ledger line by line.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::progress::{Progress, guarded};
use super::store::Engine;
use super::subjects::Subjects;
use crate::complaint::Complaint;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{
    Fact, Happening, LedgerReader, RelationGroup, RelationRow, Relations, Seq, Version, What,
};
use crate::model::Bundle;
use crate::similar::{
    Clusters, Judgement, Link, MARKS_VERSION, Marks, Portrait, Relation, RelationModel, Said, Signer, cited,
};

/// Lines of the history that become visible together, at most.
const LINES: u64 = 2048;
/// Portraits that are kept at hand: some kilobytes each.
const AT_HAND: usize = 16_384;
/// Relations that are kept of a complaint to earlier ones.
const KEPT: usize = 8;

/// What the relations of a store are made by: other versions make them anew.
pub(super) fn versions(judge: &RelationModel) -> String {
    format!("{MARKS_VERSION} {} {}", judge.id(), Bundle::shipped().id())
}

/// Works until the writer closes and all is related, or something breaks; the ledger does not depend on it.
pub(super) fn run(engine: &Engine, relations: Relations, progress: &Progress) {
    if let Err(error) = guarded("file of relations", || follow(engine, relations, progress)) {
        progress.fail_relating(error.to_string());
    }
}

fn follow(engine: &Engine, mut relations: Relations, progress: &Progress) -> Result<()> {
    let mut relater = Relater::new(engine.ledger()?, engine.judge()?);
    relater.restore(&relations)?;
    let mut at = relations.seen()?;
    progress.related(at);
    while progress.more_to_relate() {
        let (tale, upto) = relater.reader.tale(at, LINES)?;
        let group = relations.begin()?;
        for happening in &tale {
            relater.take(happening, &group)?;
        }
        group.commit(upto)?;
        at = upto;
        progress.related(at);
    }
    Ok(())
}

/// Knows all that was said, and how it hangs together.
pub(super) struct Relater {
    reader: LedgerReader,
    said: Said,
    clusters: Clusters,
    /// Complaints that were taken in.
    known: FxHashSet<u64>,
    painter: Painter,
    portraits: FxHashMap<u64, Arc<Portrait>>,
    found: Vec<u32>,
}

/// Makes portraits and marks.
#[derive(Debug)]
pub(super) struct Painter {
    model: Arc<RelationModel>,
    subjects: Subjects,
    signer: Signer,
}

impl Painter {
    pub(super) fn new(model: Arc<RelationModel>) -> Self {
        Self { model, subjects: Subjects::new(), signer: Signer::new() }
    }

    pub(super) fn judge(&self, one: &Portrait, other: &Portrait) -> Judgement {
        self.model.judge(one, other)
    }

    pub(super) fn explain(&self, one: &Portrait, other: &Portrait) -> Judgement {
        self.model.explain(one, other)
    }

    /// What is compared of a complaint that was painted before.
    pub(super) fn again(&mut self, said: &Version, marks: &Marks) -> Portrait {
        let Self { model, subjects, .. } = self;
        subjects.words(&said.text, &said.address, |text, address| {
            model.portrait_again(text, address, &said.reporter, marks)
        })
    }

    /// What is compared of a complaint as it was submitted, by what it is found, and the numbers that it cites.
    pub(super) fn paint(
        &mut self,
        said: &Version,
        received: jiff::civil::DateTime,
        region: &str,
    ) -> (Portrait, Marks, Vec<String>) {
        let Self { model, subjects, signer } = self;
        // A code names a village better than its name does, where the decision found one.
        let village = if region.len() == VILLAGE { region } else { &said.village };
        let complaint = Complaint { village, ..said.complaint() };
        subjects.read(&complaint, &said.reporter, Some(received), |subject| {
            let portrait = model.portrait(subject);
            let marks = Marks::new(signer.sign(subject.text), &portrait);
            let cited = cited(&said.text, subject.text);
            let cited = cited.into_iter().filter_map(|range| said.text.get(range).map(str::to_owned));
            (portrait, marks, cited.collect())
        })
    }
}

/// Characters of a village's code: `35.78.08.1001`.
const VILLAGE: usize = 13;

impl Relater {
    fn new(reader: LedgerReader, judge: Arc<RelationModel>) -> Self {
        Self {
            reader,
            said: Said::new(),
            clusters: Clusters::default(),
            known: FxHashSet::default(),
            painter: Painter::new(judge),
            portraits: FxHashMap::default(),
            found: Vec::new(),
        }
    }

    /// Takes in what was kept.
    fn restore(&mut self, relations: &Relations) -> Result<()> {
        relations.each_mark(|number, marks| {
            self.known.insert(number);
            self.said.insert(short(number)?, &marks)
        })?;
        for (number, cluster, pinned) in relations.members()? {
            self.clusters.restore(number, cluster, pinned);
        }
        for (number, side) in relations.sides()? {
            self.clusters.restore_side(number, side);
        }
        Ok(())
    }

    fn take(&mut self, happening: &Happening, group: &RelationGroup<'_>) -> Result<()> {
        let Happening { seq, number, what } = happening;
        match what {
            // What a confidential report says is compared with nothing.
            What::Submitted { said, .. } if said.confidential || self.known.contains(number) => return Ok(()),
            What::Submitted { id, said, received, region } => {
                let (portrait, marks, cited) = self.painter.paint(said, *received, region);
                self.arrive(*seq, *number, portrait, &marks, group)?;
                self.follow_up(*number, id.as_str(), &cited, group)?;
                group.mark(*number, &marks)?;
            }
            What::Fact(Fact::Merged { with }) => {
                if let Some(other) = self.reader.number_of(with.as_str())? {
                    self.clusters.merge(*seq, *number, other);
                }
            }
            What::Fact(Fact::Split { with }) => {
                let mut out = vec![*number];
                for id in with {
                    out.extend(self.reader.number_of(id.as_str())?);
                }
                self.split(*seq, &out, group)?;
            }
            What::Fact(Fact::Pinned { pinned }) => self.clusters.pin(*seq, *number, *pinned),
            What::Fact(Fact::Same { id }) => {
                if let Some(gone) = self.reader.own_number(id.as_str())?.filter(|gone| gone != number) {
                    self.clusters.join(*seq, *number, gone);
                }
            }
            What::Fact(_) => return Ok(()),
        }
        for number in self.clusters.take_moved() {
            let cluster = self.clusters.of(number).map(|id| (id, self.clusters.is_pinned(id)));
            group.member(number, cluster)?;
        }
        Ok(())
    }

    fn arrive(
        &mut self,
        seq: Seq,
        number: u64,
        portrait: Portrait,
        marks: &Marks,
        group: &RelationGroup<'_>,
    ) -> Result<()> {
        let mut found = std::mem::take(&mut self.found);
        self.said.candidates(marks, &mut found);
        let (mut links, mut rows) = (Vec::new(), Vec::new());
        for &candidate in &found {
            let earlier = u64::from(candidate);
            let Some(other) = self.portrait(earlier, group)? else { continue };
            let judgement = self.painter.judge(&portrait, &other);
            links.push(Link { to: earlier, weight: judgement.weight() });
            let (relation, p, same) = (judgement.relation, judgement.p, judgement.p_same);
            if relation != Relation::Unrelated {
                rows.push(RelationRow { later: number, earlier, relation, p, same });
            }
        }
        self.found = found;
        rows.sort_by(|one, other| {
            let surest = other.same.total_cmp(&one.same).then(other.p.total_cmp(&one.p));
            surest.then(one.earlier.cmp(&other.earlier))
        });
        rows.iter().take(KEPT).try_for_each(|row| group.relation(row))?;
        self.clusters.arrive(seq, number, &links);
        self.said.insert(short(number)?, marks)?;
        self.known.insert(number);
        self.keep(number, Arc::new(portrait));
        Ok(())
    }

    /// Relates a complaint to those whose numbers it cites.
    fn follow_up(&mut self, later: u64, id: &str, cited: &[String], group: &RelationGroup<'_>) -> Result<()> {
        let system = id.split_once(':').map(|(system, _)| system);
        for cited in cited {
            let names = [
                system.map(|system| format!("{system}:{cited}")),
                Some(cited.clone()),
                Some(format!("#{cited}")),
            ];
            for name in names.into_iter().flatten() {
                let Some(earlier) = self.reader.number_of(&name)?.filter(|earlier| *earlier < later) else {
                    continue;
                };
                group.relation(&RelationRow {
                    later,
                    earlier,
                    relation: Relation::FollowUp,
                    p: 1.0,
                    same: 1.0,
                })?;
                break;
            }
        }
        Ok(())
    }

    fn split(&mut self, seq: Seq, out: &[u64], group: &RelationGroup<'_>) -> Result<()> {
        let cluster = out.first().and_then(|first| self.clusters.of(*first));
        let members: Vec<u64> = cluster.map(|id| self.clusters.members(id).collect()).unwrap_or_default();
        self.clusters.split(seq, out);
        for member in members {
            for side in self.clusters.sides(member).iter().filter(|side| side.split == seq) {
                group.side(member, *side)?;
            }
        }
        Ok(())
    }

    fn portrait(&mut self, number: u64, group: &RelationGroup<'_>) -> Result<Option<Arc<Portrait>>> {
        if let Some(portrait) = self.portraits.get(&number) {
            return Ok(Some(portrait.clone()));
        }
        let (Some(said), Some(marks)) = (self.reader.first_version(number)?, group.marks_of(number)?) else {
            return Ok(None);
        };
        let portrait = Arc::new(self.painter.again(&said, &marks));
        self.keep(number, portrait.clone());
        Ok(Some(portrait))
    }

    fn keep(&mut self, number: u64, portrait: Arc<Portrait>) {
        if self.portraits.len() >= AT_HAND {
            self.portraits.clear();
        }
        self.portraits.insert(number, portrait);
    }
}

/// A complaint's number in the tables in memory.
fn short(number: u64) -> Result<u32> {
    u32::try_from(number).map_err(|_| {
        Error::new(
            ErrorKind::Full,
            format!("complaint {number}: no more than 4 thousand million are compared"),
        )
    })
}

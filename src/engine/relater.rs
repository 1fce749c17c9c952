//! The thread that finds who said the same before, and keeps the clusters: it follows the ledger line by line.

use std::sync::Arc;

use super::memory::Memory;
use super::painter::{Painted, Painter};
use super::portraits::Portraits;
use super::progress::{Progress, guarded};
use super::store::Engine;
use crate::error::Result;
use crate::ledger::{Fact, Happening, LedgerReader, RelationGroup, RelationRow, Relations, Seq, What};
use crate::model::Bundle;
use crate::similar::{
    Clusters, Evidence, Judgement, Link, MARKS_VERSION, Marks, Portrait, Relation, RelationModel,
};

/// Lines of the history that become visible together, at most.
const LINES: u64 = 2048;
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
    let mut relater = Relater::new(engine, &relations)?;
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
struct Relater {
    reader: LedgerReader,
    memory: Arc<Memory>,
    clusters: Clusters,
    painter: Painter,
    portraits: Portraits,
    /// No complaint behind this number has marks.
    newest: u64,
    found: Vec<u32>,
}

impl Relater {
    /// With what was kept.
    fn new(engine: &Engine, relations: &Relations) -> Result<Self> {
        let (memory, mut clusters) = (engine.memory(), Clusters::default());
        memory.follow(relations)?;
        for (number, cluster, pinned) in relations.members()? {
            clusters.restore(number, cluster, pinned);
        }
        for (number, side) in relations.sides()? {
            clusters.restore_side(number, side);
        }
        Ok(Self {
            reader: engine.ledger()?,
            memory,
            clusters,
            painter: Painter::new(engine.judge()?),
            portraits: Portraits::default(),
            newest: relations.newest()?,
            found: Vec::new(),
        })
    }

    fn take(&mut self, happening: &Happening, group: &RelationGroup<'_>) -> Result<()> {
        let Happening { seq, number, what } = happening;
        match what {
            // What a confidential report says is compared with nothing.
            What::Submitted { said, .. } if said.confidential => return Ok(()),
            What::Submitted { id, said, received, region } => {
                let painted = self.painter.paint(said, *received, region);
                if !self.is_known(*number, &painted.marks, group)? {
                    self.arrive(*seq, *number, painted, id.as_str(), group)?;
                }
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

    /// Whether a complaint was taken in before and says the same as then; what was judged of one that has changed is forgotten.
    fn is_known(&mut self, number: u64, marks: &Marks, group: &RelationGroup<'_>) -> Result<bool> {
        if number > self.newest {
            self.newest = number;
            return Ok(false);
        }
        match group.marks_of(number)? {
            Some(before) if before == *marks => Ok(true),
            Some(_) => group.forget(number).map(|()| false),
            None => Ok(false),
        }
    }

    fn arrive(
        &mut self,
        seq: Seq,
        number: u64,
        painted: Painted,
        id: &str,
        group: &RelationGroup<'_>,
    ) -> Result<()> {
        let Painted { portrait, marks, cited, asks } = painted;
        let mut found = std::mem::take(&mut self.found);
        self.memory.candidates(&marks, &mut found);
        let (mut links, mut rows) = (Vec::new(), Vec::new());
        for other in found.iter().copied().map(u64::from).filter(|other| *other != number) {
            let Some(painted) = self.portrait(other, group)? else { continue };
            let judgement = self.painter.judge(&portrait, &painted);
            links.push(Link { to: other, weight: judgement.weight() });
            rows.push(Judged { row: row(number, other, judgement), by_same: portrait.is_by_same(&painted) });
        }
        self.found = found;
        rows.retain(|judged| judged.row.relation != Relation::Unrelated);
        rows.sort_by(|one, other| one.row.surest_first(&other.row));
        if asks && let Some(own) = rows.iter_mut().find(|judged| judged.by_same) {
            own.row = RelationRow {
                relation: Relation::FollowUp,
                evidence: own.row.evidence.and(Evidence::OWN),
                ..own.row
            };
        }
        rows.iter().take(KEPT).try_for_each(|judged| group.relation(&judged.row))?;
        self.cite(number, id, &cited, group)?;
        self.clusters.arrive(seq, number, &links);
        self.memory.add(seq, number, &marks)?;
        group.mark(seq, number, &marks)?;
        group.paint(number, &portrait)?;
        self.portraits.put(number, Arc::new(portrait));
        Ok(())
    }

    /// Relates a complaint to those whose numbers it cites, and to those that cited it before it was here.
    fn cite(&mut self, number: u64, id: &str, cited: &[String], group: &RelationGroup<'_>) -> Result<()> {
        let follow_up = |later, earlier| RelationRow {
            later,
            earlier,
            relation: Relation::FollowUp,
            p: 1.0,
            same: 1.0,
            evidence: Evidence::CITED,
        };
        let system = id.split_once(':').map(|(system, _)| system);
        for cited in cited {
            let mut names = vec![cited.clone(), format!("#{cited}")];
            names.extend(system.map(|system| format!("{system}:{cited}")));
            // What stands behind a stroke may belong to the number, as in `20411/MC/VI`, or not.
            if let Some((digits, _)) = cited.split_once('/') {
                names.push(digits.to_owned());
                names.extend(system.map(|system| format!("{system}:{digits}")));
            }
            let mut known = None;
            for name in &names {
                known = known.or(self.reader.number_of(name)?.filter(|known| *known < number));
            }
            match known {
                Some(earlier) => group.relation(&follow_up(number, earlier))?,
                None => names.iter().try_for_each(|name| group.cite(name, number))?,
            }
        }
        for citing in group.citing(id)? {
            if citing != number {
                group.relation(&follow_up(citing, number))?;
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
        if let Some(portrait) = self.portraits.get(number) {
            return Ok(Some(portrait));
        }
        let painted = group.portrait_of(number)?.and_then(|bytes| self.painter.again(&bytes)).map(Arc::new);
        if let Some(portrait) = &painted {
            self.portraits.put(number, portrait.clone());
        }
        Ok(painted)
    }
}

/// What was judged of a complaint and another one.
struct Judged {
    row: RelationRow,
    /// Both are known to be of one reporter.
    by_same: bool,
}

fn row(number: u64, other: u64, judgement: Judgement) -> RelationRow {
    let Judgement { relation, p, p_same: same, evidence } = judgement;
    RelationRow { later: number.max(other), earlier: number.min(other), relation, p, same, evidence }
}

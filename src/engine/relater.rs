//! The threads that find who said the same before, and keep the clusters: they follow the ledger line by line. One reads what
//! was submitted, one compares it with what was there.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rustc_hash::{FxHashMap, FxHashSet};

use super::memory::Memory;
use super::painter::{Painted, Painter};
use super::portraits::Portraits;
use super::progress::{Progress, guarded};
use super::store::Engine;
use crate::complaint::Id;
use crate::error::Result;
use crate::ledger::{Fact, LedgerReader, RelationGroup, RelationRow, Relations, Seq, What};
use crate::model::Bundle;
use crate::similar::{
    Clusters, Evidence, Judgement, Link, MARKS_VERSION, Marks, Portrait, Relation, RelationModel,
};

/// Lines of the history that become visible together, at most.
const LINES: u64 = 1024;
/// So many times that is read ahead of what is compared.
const AHEAD: usize = 2;
/// Relations that are kept of a complaint to earlier ones.
const KEPT: usize = 8;

/// What may be damaged.
const FILE: &str = "file of relations";

/// What the relations of a store are made by: other versions make them anew.
pub(super) fn versions(judge: &RelationModel) -> String {
    format!("{MARKS_VERSION} {} {}", judge.id(), Bundle::shipped().id())
}

/// Works until the writer closes and all is related, or something breaks; the ledger does not depend on it.
pub(super) fn run(engine: &Engine, relations: Relations, progress: &Progress) {
    if let Err(error) = guarded(FILE, || follow(engine, relations, progress)) {
        progress.fail_relating(error.to_string());
    }
    engine.memory().let_go();
}

/// What happened to complaints in a part of the history, and the place up to which that is.
type Part = (Vec<Told>, Seq);

/// Something that happened, read as far as it can be without those that were there before.
struct Told {
    seq: Seq,
    number: u64,
    what: Tale,
}

enum Tale {
    Said { id: Id, painted: Box<Painted> },
    Fact(Fact),
}

fn follow(engine: &Engine, mut relations: Relations, progress: &Progress) -> Result<()> {
    let mut relater = Relater::new(engine, &relations)?;
    let from = relations.seen()?;
    progress.related(from);
    let (sender, receiver) = sync_channel(AHEAD);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || read(engine, progress, from, &sender));
        let related = guarded(FILE, || relate(&mut relater, &mut relations, receiver, progress));
        if let Err(error) = &related {
            // Whoever reads waits for more to be written, and is to end.
            progress.fail_relating(error.to_string());
        }
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        related.and(read)
    })
}

/// Reads the history behind a place until the writer closes, or whoever compares has failed.
fn read(engine: &Engine, progress: &Progress, from: Seq, sender: &SyncSender<Part>) -> Result<()> {
    let (mut reader, mut painter) = (engine.ledger()?, Painter::new(engine.judge()?));
    let mut at = from;
    while progress.more_behind(at) {
        let (tale, upto) = reader.tale(at, LINES)?;
        let mut part = Vec::with_capacity(tale.len());
        for happening in tale {
            let what = match happening.what {
                // What a confidential report says is compared with nothing.
                What::Submitted { said, .. } if said.confidential => continue,
                What::Submitted { id, said, received, region } => {
                    Tale::Said { id, painted: Box::new(painter.paint(&said, received, &region)) }
                }
                What::Fact(fact) => Tale::Fact(fact),
            };
            part.push(Told { seq: happening.seq, number: happening.number, what });
        }
        at = upto;
        if sender.send((part, upto)).is_err() {
            break;
        }
    }
    Ok(())
}

fn relate(
    relater: &mut Relater,
    relations: &mut Relations,
    receiver: Receiver<Part>,
    progress: &Progress,
) -> Result<()> {
    for (part, upto) in receiver {
        let group = relations.begin()?;
        for told in part {
            relater.take(told, &group)?;
        }
        group.commit(upto)?;
        progress.related(upto);
    }
    Ok(())
}

/// Knows all that was said, and how it hangs together.
struct Relater {
    reader: LedgerReader,
    memory: Arc<Memory>,
    clusters: Clusters,
    judge: Arc<RelationModel>,
    portraits: Portraits,
    /// Numbers that turned out to name a complaint that has another one.
    united: FxHashMap<u64, u64>,
    /// No complaint behind this number has marks.
    newest: u64,
    found: Vec<u32>,
}

impl Relater {
    /// With what was kept.
    fn new(engine: &Engine, relations: &Relations) -> Result<Self> {
        let (memory, mut clusters) = (engine.memory(), Clusters::default());
        memory.lead(relations)?;
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
            judge: engine.judge()?,
            portraits: Portraits::default(),
            united: relations.united()?.into_iter().collect(),
            newest: relations.newest()?,
            found: Vec::new(),
        })
    }

    fn take(&mut self, told: Told, group: &RelationGroup<'_>) -> Result<()> {
        let Told { seq, what, .. } = told;
        let number = self.kept(told.number);
        match what {
            Tale::Said { id, painted } => {
                if !self.is_known(number, &painted.marks, group)? {
                    self.arrive(seq, number, *painted, id.as_str(), group)?;
                }
            }
            Tale::Fact(Fact::Merged { with }) => {
                if let Some(other) = self.number_of(&with)? {
                    self.clusters.merge(seq, number, other);
                }
            }
            Tale::Fact(Fact::Split { with }) => {
                let mut out = vec![number];
                for id in &with {
                    out.extend(self.number_of(id)?);
                }
                self.split(seq, &out, group)?;
            }
            Tale::Fact(Fact::Pinned { pinned }) => self.clusters.pin(seq, number, pinned),
            Tale::Fact(Fact::Same { id }) => {
                if let Some(other) = self.number_of(&id)?.filter(|other| *other != number) {
                    let (kept, gone) = (number.min(other), number.max(other));
                    self.clusters.join(seq, kept, gone);
                    self.united.insert(gone, kept);
                    group.unite(gone, kept)?;
                }
            }
            Tale::Fact(_) => return Ok(()),
        }
        for number in self.clusters.take_moved() {
            let cluster = self.clusters.of(number).map(|id| (id, self.clusters.is_pinned(id)));
            group.member(number, cluster)?;
        }
        Ok(())
    }

    /// The number under which a complaint is known at this point of the history.
    fn kept(&self, mut number: u64) -> u64 {
        while let Some(kept) = self.united.get(&number) {
            number = *kept;
        }
        number
    }

    /// The same by an id; `None` for one that was never named.
    fn number_of(&self, id: &Id) -> Result<Option<u64>> {
        Ok(self.reader.own_number(id.as_str())?.map(|number| self.kept(number)))
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
        for candidate in found.iter().copied().map(u64::from) {
            let other = self.kept(candidate);
            if other == number {
                continue;
            }
            let Some(painted) = self.portrait(candidate, group)? else { continue };
            let judgement = self.judge.judge(&portrait, &painted);
            links.push(Link { to: other, weight: judgement.weight() });
            rows.push(Judged { row: row(number, other, judgement), by_same: portrait.is_by_same(&painted) });
        }
        self.found = found;
        rows.retain(|judged| judged.row.relation != Relation::Unrelated);
        rows.sort_by(|one, other| one.row.surest_first(&other.row));
        // Of two versions of one complaint the surer counts.
        let mut others = FxHashSet::default();
        rows.retain(|judged| others.insert((judged.row.later, judged.row.earlier)));
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
                let own = self.reader.own_number(name)?.map(|own| self.kept(own));
                known = known.or(own.filter(|known| *known < number));
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
        let painted =
            group.portrait_of(number)?.and_then(|bytes| self.judge.portrait_from(&bytes)).map(Arc::new);
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

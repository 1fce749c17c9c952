//! Who said the same: relations of a complaint, before it is kept and after.

use jiff::civil::DateTime;

use super::painter::Painter;
use super::store::Engine;
use crate::complaint::{Complaint, Id, Status};
use crate::error::Result;
use crate::ledger::{Glance, LedgerReader, RelationRow, Relations, Version};
use crate::similar::{Judgement, Relation};

/// A complaint that another one is related to.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// What it is called.
    pub id: Id,
    /// Its number in the store.
    pub number: u64,
    /// How they are related.
    pub relation: Relation,
    /// How probable that is.
    pub p: f32,
    /// How probable it is that both are reports of one problem.
    pub same: f32,
    /// What that rests on, in words for the clerk.
    pub evidence: Vec<String>,
    /// When it came, local time.
    pub received: DateTime,
    /// How far it is dealt with.
    pub status: Status,
    /// The cluster that it is in.
    pub cluster: Option<u64>,
}

/// Looks up relations, again and again.
#[derive(Debug)]
pub(super) struct Kin {
    relations: Option<Relations>,
}

impl Kin {
    pub(super) fn open(engine: &Engine) -> Result<Self> {
        Ok(Self { relations: engine.relations()? })
    }

    /// How a complaint is related to others, and the cluster that it is in.
    pub(super) fn of(&self, engine: &Engine, number: u64) -> Result<(Vec<Related>, Option<u64>)> {
        let Some(relations) = &self.relations else { return Ok((Vec::new(), None)) };
        let related = engine.read(|reader| related_of(reader, relations, number))?;
        Ok((related, relations.cluster_of(number)?.map(|(cluster, _)| cluster)))
    }
}

/// Least probability of one problem for what is only similar.
const NEAR: f32 = 0.2;

impl Engine {
    /// How a complaint of the store is related to others, earlier and later ones, the surest first; `None` where there is
    /// no such complaint. What a confidential report says is related to nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the ledger or the relations are damaged.
    pub fn related(&self, id: &str) -> Result<Option<Vec<Related>>> {
        let Some(number) = self.read(|reader| reader.number_of(id))? else { return Ok(None) };
        // It may have become so since it was related.
        if self.read(|reader| reader.glance(number))?.is_none() {
            return Ok(Some(Vec::new()));
        }
        let Some(relations) = self.relations()? else { return Ok(Some(Vec::new())) };
        self.read(|reader| related_of(reader, &relations, number)).map(Some)
    }

    /// What was said before that is like a complaint which is not in the store: what an intake service shows before the
    /// citizen sends it. The surest first. `position` are latitude and longitude, in degrees.
    ///
    /// Cost: among a million complaints 0.9 ms (p99 1.5). The first call of a process that does not write reads the marks of all
    /// complaints, 3.5 s for a million; later ones read those that came since. Clones of one engine share them.
    ///
    /// # Errors
    ///
    /// As [`related`](Self::related).
    pub fn similar(
        &self,
        complaint: &Complaint<'_>,
        received: DateTime,
        position: Option<(f64, f64)>,
    ) -> Result<Vec<Related>> {
        let Some(relations) = self.relations()? else { return Ok(Vec::new()) };
        let memory = self.memory();
        memory.follow(&relations)?;
        let mut painter = Painter::new(self.judge()?);
        let draft = Version { position, ..Version::of(complaint) };
        let own = painter.paint(&draft, received, complaint.region);
        let mut found = Vec::new();
        memory.candidates(&own.marks, &mut found);
        self.read(|reader| {
            let mut related = Vec::new();
            for number in found.into_iter().map(u64::from) {
                // What the writer of this process has not committed yet has no portrait here.
                let Some(other) = relations.portrait_of(number)?.and_then(|bytes| painter.again(&bytes))
                else {
                    continue;
                };
                let Judgement { relation, p, p_same: same, evidence } = painter.judge(&own.portrait, &other);
                if relation != Relation::Unrelated || same >= NEAR {
                    let row = RelationRow { later: 0, earlier: number, relation, p, same, evidence };
                    related.extend(relate(reader, &relations, number, &row)?);
                }
            }
            related.sort_by(|one: &Related, other: &Related| {
                other.same.total_cmp(&one.same).then(one.number.cmp(&other.number))
            });
            Ok(related)
        })
    }

    /// The relations as they are kept; `None` where there are none yet.
    pub(super) fn relations(&self) -> Result<Option<Relations>> {
        Relations::read(&self.relations_path())
    }
}

/// How a complaint is related to others, from what is kept of that.
fn related_of(reader: &LedgerReader, relations: &Relations, number: u64) -> Result<Vec<Related>> {
    let mut related = Vec::new();
    for row in relations.of(number)? {
        let other = if row.later == number { row.earlier } else { row.later };
        related.extend(relate(reader, relations, other, &row)?);
    }
    Ok(related)
}

/// `None` for what is or became confidential.
fn relate(
    reader: &LedgerReader,
    relations: &Relations,
    number: u64,
    row: &RelationRow,
) -> Result<Option<Related>> {
    let Some(Glance { id, received, status }) = reader.glance(number)? else { return Ok(None) };
    let RelationRow { relation, p, same, evidence, .. } = *row;
    let cluster = relations.cluster_of(number)?.map(|(cluster, _)| cluster);
    let evidence = evidence.words().collect();
    Ok(Some(Related { id, number, relation, p, same, evidence, received, status, cluster }))
}

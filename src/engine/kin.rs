//! Who said the same: relations of a complaint, before it is kept and after.

use jiff::civil::DateTime;

use super::relater::Painter;
use super::store::Engine;
use crate::complaint::{Complaint, Id, Status};
use crate::error::Result;
use crate::ledger::{LedgerReader, RelationRow, Relations, Version};
use crate::similar::{Portrait, Relation, Said};

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
    painter: Painter,
}

impl Kin {
    pub(super) fn open(engine: &Engine) -> Result<Self> {
        Ok(Self { relations: engine.relations()?, painter: Painter::new(engine.judge()?) })
    }

    /// How a complaint is related to others, and the cluster that it is in.
    pub(super) fn of(&mut self, engine: &Engine, number: u64) -> Result<(Vec<Related>, Option<u64>)> {
        let Some(relations) = &self.relations else { return Ok((Vec::new(), None)) };
        let related = engine.read(|reader| related_of(reader, relations, &mut self.painter, number))?;
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
        if self.read(|reader| reader.record(number))?.is_none_or(|record| record.state.confidential) {
            return Ok(Some(Vec::new()));
        }
        let Some(relations) = self.relations()? else { return Ok(Some(Vec::new())) };
        self.read(|reader| related_of(reader, &relations, &mut Painter::new(self.judge()?), number)).map(Some)
    }

    /// What was said before that is like a complaint which is not in the store: what an intake service shows before the
    /// citizen sends it. The surest first.
    ///
    /// Cost: reads the marks of all complaints.
    ///
    /// # Errors
    ///
    /// As [`related`](Self::related).
    pub fn similar(&self, complaint: &Complaint<'_>, received: DateTime) -> Result<Vec<Related>> {
        let Some(relations) = self.relations()? else { return Ok(Vec::new()) };
        let mut said = Said::new();
        relations.each_mark(|number, marks| match u32::try_from(number) {
            Ok(number) => said.insert(number, &marks),
            Err(_) => Ok(()),
        })?;
        let mut painter = Painter::new(self.judge()?);
        let (own, marks, _) = painter.paint(&Version::of(complaint), received, complaint.region);
        let mut found = Vec::new();
        said.candidates(&marks, &mut found);
        self.read(|reader| {
            let mut related = Vec::new();
            for number in found.into_iter().map(u64::from) {
                let Some(other) = portrait(reader, &relations, &mut painter, number)? else { continue };
                let judgement = painter.explain(&own, &other);
                if judgement.relation == Relation::Unrelated && judgement.p_same < NEAR {
                    continue;
                }
                let (relation, p, same) = (judgement.relation, judgement.p, judgement.p_same);
                let row = RelationRow { later: 0, earlier: number, relation, p, same };
                related.extend(relate(reader, &relations, number, row, judgement.evidence)?);
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
pub(super) fn related_of(
    reader: &mut LedgerReader,
    relations: &Relations,
    painter: &mut Painter,
    number: u64,
) -> Result<Vec<Related>> {
    let rows = relations.of(number)?;
    let mut related = Vec::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(related);
    }
    let Some(own) = portrait(reader, relations, painter, number)? else { return Ok(related) };
    for row in rows {
        let other = if row.later == number { row.earlier } else { row.later };
        let evidence = match (row.relation, portrait(reader, relations, painter, other)?) {
            (Relation::FollowUp, _) => vec!["nomor laporan disebut".to_owned()],
            (_, Some(other)) => painter.explain(&own, &other).evidence,
            (_, None) => Vec::new(),
        };
        related.extend(relate(reader, relations, other, row, evidence)?);
    }
    Ok(related)
}

fn portrait(
    reader: &LedgerReader,
    relations: &Relations,
    painter: &mut Painter,
    number: u64,
) -> Result<Option<Portrait>> {
    let (Some(said), Some(marks)) = (reader.first_version(number)?, relations.marks_of(number)?) else {
        return Ok(None);
    };
    Ok(Some(painter.again(&said, &marks)))
}

fn relate(
    reader: &mut LedgerReader,
    relations: &Relations,
    number: u64,
    row: RelationRow,
    evidence: Vec<String>,
) -> Result<Option<Related>> {
    let record = reader.record(number)?.filter(|record| !record.state.confidential);
    let Some(record) = record else { return Ok(None) };
    let Some(id) = record.ids.into_iter().next() else { return Ok(None) };
    let RelationRow { relation, p, same, .. } = row;
    let (received, status) = (record.state.received, record.state.status);
    let cluster = relations.cluster_of(number)?.map(|(cluster, _)| cluster);
    Ok(Some(Related { id, number, relation, p, same, evidence, received, status, cluster }))
}

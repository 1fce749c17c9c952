//! What is added to the relations of a store in one go.

use rusqlite::{Transaction, params};

use super::failure;
use super::record::Seq;
use super::relations::{MARKS, PORTRAIT, RelationRow, body, damaged};
use crate::error::Result;
use crate::similar::{Marks, Portrait, Relation, Side};

/// Additions that become visible together.
#[derive(Debug)]
pub struct RelationGroup<'r> {
    transaction: Transaction<'r>,
    shown: String,
}

impl<'r> RelationGroup<'r> {
    pub(super) fn new(transaction: Transaction<'r>, shown: String) -> Self {
        Self { transaction, shown }
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = self.transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        run.map(drop).map_err(|error| failure("write to", &self.shown, error))
    }

    /// The marks of a complaint's last version; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the file is damaged.
    pub fn marks_of(&self, number: u64) -> Result<Option<Marks>> {
        let bytes =
            body(&self.transaction, MARKS, number).map_err(|error| failure("read", &self.shown, error))?;
        bytes.map(|bytes| Marks::from_bytes(&bytes).ok_or_else(|| damaged(number))).transpose()
    }

    /// What is compared of a complaint; `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// As [`marks_of`](Self::marks_of).
    pub fn portrait_of(&self, number: u64) -> Result<Option<Vec<u8>>> {
        body(&self.transaction, PORTRAIT, number).map_err(|error| failure("read", &self.shown, error))
    }

    /// Keeps what is compared of a complaint.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn paint(&self, number: u64, portrait: &Portrait) -> Result<()> {
        self.run("INSERT OR REPLACE INTO portrait VALUES (?1, ?2)", params![number, portrait.to_bytes()])
    }

    /// Keeps the marks of a version, by its place in the history.
    ///
    /// # Errors
    ///
    /// As all writing: [`ErrorKind::Io`], [`ErrorKind::Full`] or [`ErrorKind::Store`].
    pub fn mark(&self, seq: Seq, number: u64, marks: &Marks) -> Result<()> {
        self.run("INSERT INTO mark VALUES (?1, ?2, ?3)", params![seq, number, marks.to_bytes()])
    }

    /// Keeps how a complaint is related to an earlier one.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn relation(&self, row: &RelationRow) -> Result<()> {
        let RelationRow { later, earlier, relation, p, same, evidence } = row;
        let sql = "INSERT OR REPLACE INTO relation VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.run(sql, params![later, earlier, relation.name(), p, same, evidence.to_bits()])
    }

    /// Forgets what a judge said of a complaint that has changed since, and keeps what texts say of it.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn forget(&self, number: u64) -> Result<()> {
        for column in ["later", "earlier"] {
            let sql = format!("DELETE FROM relation WHERE {column} = ?1 AND relation <> ?2");
            self.run(&sql, params![number, Relation::FollowUp.name()])?;
        }
        Ok(())
    }

    /// Keeps that a number turned out to name a complaint that has another one, whose relations and
    /// sides are those of both.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn unite(&self, gone: u64, kept: u64) -> Result<()> {
        self.run("INSERT OR REPLACE INTO united VALUES (?1, ?2)", params![gone, kept])?;
        for (table, column) in [("relation", "later"), ("relation", "earlier"), ("side", "number")] {
            let sql = format!("UPDATE OR IGNORE {table} SET {column} = ?2 WHERE {column} = ?1");
            self.run(&sql, params![gone, kept])?;
            self.run(&format!("DELETE FROM {table} WHERE {column} = ?1"), params![gone])?;
        }
        self.run("DELETE FROM relation WHERE later = ?1 AND earlier = ?1", [kept])
    }

    /// Remembers that a complaint cites an id that nothing has yet.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn cite(&self, name: &str, later: u64) -> Result<()> {
        self.run("INSERT OR IGNORE INTO cited VALUES (?1, ?2)", params![name, later])
    }

    /// Numbers of the complaints that cite an id, and were taken in before anything had it.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn citing(&self, name: &str) -> Result<Vec<u64>> {
        let read = || -> rusqlite::Result<Vec<u64>> {
            let sql = "SELECT later FROM cited WHERE name = ?1 ORDER BY later";
            self.transaction.prepare_cached(sql)?.query_map([name], |row| row.get(0))?.collect()
        };
        read().map_err(|error| failure("read", &self.shown, error))
    }

    /// Keeps which cluster a complaint is in.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn member(&self, number: u64, cluster: Option<(u64, bool)>) -> Result<()> {
        match cluster {
            Some((cluster, pinned)) => self
                .run("INSERT OR REPLACE INTO member VALUES (?1, ?2, ?3)", params![number, cluster, pinned]),
            None => self.run("DELETE FROM member WHERE number = ?1", [number]),
        }
    }

    /// Keeps that a complaint stands on a side of a split.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn side(&self, number: u64, side: Side) -> Result<()> {
        self.run("INSERT OR REPLACE INTO side VALUES (?1, ?2, ?3)", params![number, side.split, side.out])
    }

    /// Makes the group visible, and with it the place up to which everything is in.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn commit(self, seen: Seq) -> Result<()> {
        self.run("UPDATE setting SET value = ?1 WHERE name = 'seen'", [seen])?;
        self.transaction.commit().map_err(|error| failure("write to", &self.shown, error))
    }
}

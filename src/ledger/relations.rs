//! What follows from a ledger about who said the same: kept beside it, and made anew from it whenever need be.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params};

use super::failure;
use super::record::Seq;
use super::store::prepare;
use crate::error::{Error, ErrorKind, Result};
use crate::similar::{Marks, Relation, Side};

/// Format of the tables.
const FORMAT: i32 = 1;
/// Everything in it is derived: a file of another format, or made by another model, is thrown away and made anew.
const TABLES: &str = "
-- `seen`: the place in the ledger's history up to which everything is in here; `versions`: what it was made by.
CREATE TABLE setting (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE mark (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE relation (
    later INTEGER NOT NULL, earlier INTEGER NOT NULL, relation TEXT NOT NULL, p REAL NOT NULL, same REAL NOT NULL,
    PRIMARY KEY (later, earlier)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_of_earlier ON relation (earlier);
CREATE TABLE member (number INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, pinned INTEGER NOT NULL) STRICT;
CREATE INDEX member_of ON member (cluster);
CREATE TABLE side (number INTEGER NOT NULL, split INTEGER NOT NULL, out INTEGER NOT NULL, PRIMARY KEY (number, split))
STRICT, WITHOUT ROWID;
";

/// How a complaint is related to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelationRow {
    /// Number of the complaint that came later.
    pub later: u64,
    /// Number of the one before.
    pub earlier: u64,
    /// How they are related.
    pub relation: Relation,
    /// How probable that is.
    pub p: f32,
    /// How probable it is that both are reports of one problem.
    pub same: f32,
}

/// The relations of a store; one process at a time writes, any number read.
#[derive(Debug)]
pub struct Relations {
    connection: Connection,
    path: PathBuf,
}

impl Relations {
    /// Opens the file to write to. One that is missing, damaged, of another format or made by other `versions` is made
    /// anew, empty; with `anew` any.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when it cannot be made.
    pub fn open(path: &Path, versions: &str, anew: bool) -> Result<Self> {
        if !anew
            && let Ok(known) = Self::connect(path, OpenFlags::default())
            && known.made_by().is_ok_and(|by| by.as_deref() == Some(versions))
        {
            return Ok(known);
        }
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::for_file("remove", Path::new(&name), error));
                }
                _ => {}
            }
        }
        let new = Self::connect(path, OpenFlags::default())?;
        new.run(|connection| {
            connection.execute_batch(TABLES)?;
            connection.execute("INSERT INTO setting VALUES ('versions', ?1), ('seen', 0)", [versions])?;
            connection.pragma_update(None, "user_version", FORMAT)
        })?;
        Ok(new)
    }

    /// Opens the file to read; `None` where there is none yet, or one that no reader of this version understands.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let known = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        Ok(known.made_by().ok().flatten().is_some().then_some(known))
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            prepare(&connection)?;
            if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
                connection.pragma_update(None, "journal_mode", "WAL")?;
                // What a loss of power takes away is made again from the ledger.
                connection.pragma_update(None, "synchronous", "NORMAL")?;
            }
            Ok(connection)
        };
        let connection = open().map_err(|error| failure("open", &path.display().to_string(), error))?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// What it was made by; `None` for a file of another format.
    fn made_by(&self) -> Result<Option<String>> {
        self.run(|connection| {
            let format: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if format != FORMAT {
                return Ok(None);
            }
            let sql = "SELECT value FROM setting WHERE name = 'versions'";
            connection.query_row(sql, [], |row| row.get(0)).optional()
        })
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.connection).map_err(|error| failure("use", &self.path.display().to_string(), error))
    }

    /// The place in the ledger's history up to which everything is in here.
    ///
    /// # Errors
    ///
    /// As all reading: [`ErrorKind::Store`] when the file is damaged, [`ErrorKind::Io`] when it cannot be read.
    pub fn seen(&self) -> Result<Seq> {
        self.run(|connection| {
            connection.query_row("SELECT value FROM setting WHERE name = 'seen'", [], |row| row.get(0))
        })
    }

    /// Shows the marks of all complaints, by ascending number.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen), and those of `show`, which end it.
    pub fn each_mark(&self, mut show: impl FnMut(u64, Marks) -> Result<()>) -> Result<()> {
        let damaged = |number: u64| {
            let reason = format!("the marks of complaint {number} are damaged: run pilah rebuild");
            Error::new(ErrorKind::Store, reason)
        };
        let fail = |error| failure("read", &self.path.display().to_string(), error);
        let mut statement =
            self.connection.prepare("SELECT number, body FROM mark ORDER BY number").map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let number = row.get(0).map_err(fail)?;
            let body = row.get_ref(1).and_then(|body| Ok(body.as_blob()?)).map_err(fail)?;
            show(number, Marks::from_bytes(body).ok_or_else(|| damaged(number))?)?;
        }
        Ok(())
    }

    /// The marks of a complaint; `None` where it has none.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn marks_of(&self, number: u64) -> Result<Option<Marks>> {
        let rows: Vec<Vec<u8>> =
            self.rows("SELECT body FROM mark WHERE number = ?1", [number], |row| row.get(0))?;
        Ok(rows.first().and_then(|body| Marks::from_bytes(body)))
    }

    /// Who is in which cluster, and whether that is pinned, by ascending number.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn members(&self) -> Result<Vec<(u64, u64, bool)>> {
        self.rows("SELECT number, cluster, pinned FROM member ORDER BY number", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    }

    /// Who stands on which side of which split, in the order of the splits.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn sides(&self) -> Result<Vec<(u64, Side)>> {
        self.rows("SELECT number, split, out FROM side ORDER BY split, number", [], |row| {
            Ok((row.get(0)?, Side { split: row.get(1)?, out: row.get(2)? }))
        })
    }

    /// The cluster that a complaint is in, and whether that is pinned.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn cluster_of(&self, number: u64) -> Result<Option<(u64, bool)>> {
        let sql = "SELECT cluster, pinned FROM member WHERE number = ?1";
        let rows = self.rows(sql, [number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.first().copied())
    }

    /// The members of a cluster, ascending.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn members_of(&self, cluster: u64) -> Result<Vec<u64>> {
        self.rows("SELECT number FROM member WHERE cluster = ?1 ORDER BY number", [cluster], |row| row.get(0))
    }

    /// How a complaint is related to others, earlier and later ones, the surest first.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn of(&self, number: u64) -> Result<Vec<RelationRow>> {
        let sql = "SELECT later, earlier, relation, p, same FROM relation WHERE later = ?1
                   UNION ALL SELECT later, earlier, relation, p, same FROM relation WHERE earlier = ?1
                   ORDER BY same DESC, p DESC, later, earlier";
        self.rows(sql, [number], |row| {
            let relation = row.get_ref(2)?.as_str()?.parse().unwrap_or(Relation::Unrelated);
            let (later, earlier) = (row.get(0)?, row.get(1)?);
            Ok(RelationRow { later, earlier, relation, p: row.get(3)?, same: row.get(4)? })
        })
    }

    fn rows<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.run(|connection| connection.prepare_cached(sql)?.query_map(values, read)?.collect())
    }

    /// Begins a group of additions that become visible together.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written.
    pub fn begin(&mut self) -> Result<RelationGroup<'_>> {
        let shown = self.path.display().to_string();
        let transaction =
            self.connection.transaction().map_err(|error| failure("write to", &shown, error))?;
        Ok(RelationGroup { transaction, shown })
    }
}

/// Additions that become visible together.
#[derive(Debug)]
pub struct RelationGroup<'r> {
    transaction: Transaction<'r>,
    shown: String,
}

impl RelationGroup<'_> {
    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = self.transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        run.map(drop).map_err(|error| failure("write to", &self.shown, error))
    }

    /// The marks of a complaint; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the file is damaged.
    pub fn marks_of(&self, number: u64) -> Result<Option<Marks>> {
        let read = |statement: &mut rusqlite::Statement<'_>| {
            statement.query_row([number], |row| row.get::<_, Vec<u8>>(0)).optional()
        };
        let sql = "SELECT body FROM mark WHERE number = ?1";
        let body = self.transaction.prepare_cached(sql).and_then(|mut statement| read(&mut statement));
        let body = body.map_err(|error| failure("read", &self.shown, error))?;
        Ok(body.and_then(|body| Marks::from_bytes(&body)))
    }

    /// Keeps the marks of a complaint.
    ///
    /// # Errors
    ///
    /// As all writing: [`ErrorKind::Io`], [`ErrorKind::Full`] or [`ErrorKind::Store`].
    pub fn mark(&self, number: u64, marks: &Marks) -> Result<()> {
        self.run("INSERT OR REPLACE INTO mark VALUES (?1, ?2)", params![number, marks.to_bytes()])
    }

    /// Keeps how a complaint is related to an earlier one.
    ///
    /// # Errors
    ///
    /// As [`mark`](Self::mark).
    pub fn relation(&self, row: &RelationRow) -> Result<()> {
        let RelationRow { later, earlier, relation, p, same } = row;
        let sql = "INSERT OR REPLACE INTO relation VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![later, earlier, relation.name(), p, same])
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

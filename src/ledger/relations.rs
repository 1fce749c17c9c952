//! What follows from a ledger about who said the same: kept beside it, and made anew from it whenever need be.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::failure;
use super::record::Seq;
use super::relation_group::RelationGroup;
use super::store::prepare;
use crate::error::{Error, ErrorKind, Result};
use crate::similar::{Evidence, Marks, Relation, Side};

/// Format of the tables.
const FORMAT: i32 = 2;
/// Everything in it is derived: a file of another format, or made by another model, is thrown away and made anew.
const TABLES: &str = "
-- `seen`: the place in the ledger's history up to which everything is in here; `versions`: what it was made by.
CREATE TABLE setting (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
-- By the place in the history of the version that they are the marks of; the last of a complaint count.
CREATE TABLE mark (seq INTEGER PRIMARY KEY, number INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX mark_of ON mark (number);
-- What is compared of each complaint: hashes and numbers, no words.
CREATE TABLE portrait (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE relation (
    later INTEGER NOT NULL, earlier INTEGER NOT NULL, relation TEXT NOT NULL, p REAL NOT NULL, same REAL NOT NULL,
    evidence INTEGER NOT NULL, PRIMARY KEY (later, earlier)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_of_earlier ON relation (earlier);
CREATE TABLE member (number INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, pinned INTEGER NOT NULL) STRICT;
CREATE INDEX member_of ON member (cluster);
CREATE TABLE side (number INTEGER NOT NULL, split INTEGER NOT NULL, out INTEGER NOT NULL, PRIMARY KEY (number, split))
STRICT, WITHOUT ROWID;
-- Numbers that turned out to name a complaint that has another one.
CREATE TABLE united (gone INTEGER PRIMARY KEY, kept INTEGER NOT NULL) STRICT;
-- Ids that complaints cite and that nothing has yet.
CREATE TABLE cited (name TEXT NOT NULL, later INTEGER NOT NULL, PRIMARY KEY (name, later)) STRICT, WITHOUT ROWID;
";

/// What is kept of the file in memory while it is written, in negative KiB as `SQLite` wants it: 32 MiB.
const CACHE: i32 = -32_768;
/// Pages of the write-ahead log after which they are brought into the file, which waits for the disk: 16 MiB.
const CHECKPOINT: i32 = 4096;

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
    /// What that rests on.
    pub evidence: Evidence,
}

/// The relations of a store; one process at a time writes, any number read.
#[derive(Debug)]
pub struct Relations {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl RelationRow {
    /// The surest that both are reports of one problem first, of equals the surest of its relation, then the older one.
    pub fn surest_first(&self, other: &Self) -> std::cmp::Ordering {
        let surest = other.same.total_cmp(&self.same).then(other.p.total_cmp(&self.p));
        surest.then((self.later, self.earlier).cmp(&(other.later, other.earlier)))
    }
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

    /// The same, where damage is told.
    pub(super) fn to_check(path: &Path) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let known = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        Ok(known.made_by()?.is_some().then_some(known))
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            prepare(&connection)?;
            if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
                connection.pragma_update(None, "journal_mode", "WAL")?;
                // What a loss of power takes away is made again from the ledger.
                connection.pragma_update(None, "synchronous", "NORMAL")?;
                // Who relates reads portraits from all over the file.
                connection.pragma_update(None, "cache_size", CACHE)?;
                connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
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

    /// What it was made by: see [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn versions(&self) -> Result<String> {
        Ok(self.made_by()?.unwrap_or_default())
    }

    /// Shows the marks of all versions behind a place in the history, in its order: place, number of the complaint, marks.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen), and those of `show`, which end it.
    pub fn each_mark(&self, since: Seq, mut show: impl FnMut(Seq, u64, Marks) -> Result<()>) -> Result<()> {
        let fail = |error| failure("read", &self.path.display().to_string(), error);
        let sql = "SELECT seq, number, body FROM mark WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query([since]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let (seq, number) = (row.get(0).map_err(fail)?, row.get(1).map_err(fail)?);
            let body = row.get_ref(2).and_then(|body| Ok(body.as_blob()?)).map_err(fail)?;
            show(seq, number, Marks::from_bytes(body).ok_or_else(|| damaged(number))?)?;
        }
        Ok(())
    }

    /// The marks of a complaint's last version; `None` where it has none.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn marks_of(&self, number: u64) -> Result<Option<Marks>> {
        let bytes = self.run(|connection| body(connection, MARKS, number))?;
        bytes.map(|bytes| Marks::from_bytes(&bytes).ok_or_else(|| damaged(number))).transpose()
    }

    /// What is compared of a complaint; `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn portrait_of(&self, number: u64) -> Result<Option<Vec<u8>>> {
        self.run(|connection| body(connection, PORTRAIT, number))
    }

    /// The greatest number of a complaint that has marks; 0 where there is none.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn newest(&self) -> Result<u64> {
        let sql = "SELECT coalesce(max(number), 0) FROM mark";
        self.run(|connection| connection.query_row(sql, [], |row| row.get(0)))
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

    /// Numbers that turned out to name a complaint that has another one, with that.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub fn united(&self) -> Result<Vec<(u64, u64)>> {
        self.rows("SELECT gone, kept FROM united ORDER BY gone", [], |row| Ok((row.get(0)?, row.get(1)?)))
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
        let sql = "SELECT later, earlier, relation, p, same, evidence FROM relation WHERE later = ?1
                   UNION ALL SELECT later, earlier, relation, p, same, evidence FROM relation WHERE earlier = ?1
                   ORDER BY same DESC, p DESC, later, earlier";
        self.rows(sql, [number], |row| {
            let relation = row.get_ref(2)?.as_str()?.parse().unwrap_or(Relation::Unrelated);
            let (later, earlier) = (row.get(0)?, row.get(1)?);
            let evidence = Evidence::from_bits(row.get(5)?);
            Ok(RelationRow { later, earlier, relation, p: row.get(3)?, same: row.get(4)?, evidence })
        })
    }

    pub(super) fn rows<T>(
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
        Ok(RelationGroup::new(transaction, shown))
    }
}

pub(super) const MARKS: &str = "SELECT body FROM mark WHERE number = ?1 ORDER BY seq DESC LIMIT 1";
pub(super) const PORTRAIT: &str = "SELECT body FROM portrait WHERE number = ?1";

pub(super) fn body(connection: &Connection, sql: &str, number: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached(sql)?.query_row([number], |row| row.get(0)).optional()
}

pub(super) fn damaged(number: u64) -> Error {
    let reason = format!("the marks of complaint {number} are damaged: run pilah rebuild");
    Error::new(ErrorKind::Store, reason)
}

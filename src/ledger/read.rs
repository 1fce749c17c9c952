//! Reading a ledger; any number of readers, in any process, beside the writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::failure;
use super::fold::{Line, fold};
use super::packing::Unpacker;
use super::record::{Changes, Record, Seq, State, is_confidential};
use super::store::{open_to_read, settings};
use super::version::Version;
use crate::complaint::Id;
use crate::error::{Error, ErrorKind, Result};

/// A ledger opened for reading; for one thread.
#[derive(Debug)]
pub struct LedgerReader {
    pub(super) connection: Connection,
    pub(super) shown: String,
    pub(super) path: PathBuf,
    pub(super) unpacker: Unpacker,
}

/// Columns of `complaint` from which a [`State`] is read.
pub(super) const STATE: &str =
    "number, received, channel, status, action, type, category, function, agency, region, flags, p,
    marks, version, decision";

impl LedgerReader {
    /// Opens the ledger.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] for a file that is no ledger, is damaged or of another format; [`ErrorKind::Io`] when it
    /// cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open_to_read(path)?;
        let shown = path.display().to_string();
        let (dictionary, _) = settings(&connection, &shown)?;
        Ok(Self { connection, shown, path: path.to_owned(), unpacker: Unpacker::new(&dictionary)? })
    }

    pub(super) fn fail(&self) -> impl Fn(rusqlite::Error) -> Error + '_ {
        |error| failure("read", &self.shown, error)
    }

    /// The last place in the history.
    ///
    /// # Errors
    ///
    /// As all reading: [`ErrorKind::Store`] when the file is damaged, [`ErrorKind::Io`] when it cannot be read.
    pub fn last(&self) -> Result<Seq> {
        let sql = "SELECT coalesce(max(seq), 0) FROM history";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.fail())
    }

    /// Number of the complaint that has this id.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn number_of(&self, id: &str) -> Result<Option<u64>> {
        let sql = "SELECT complaint FROM key WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        statement.query_row([id.trim()], |row| row.get(0)).optional().map_err(self.fail())
    }

    /// Digest of the newest version of the complaint that has this id.
    pub(crate) fn digest_of(&self, id: &str) -> Result<Option<i64>> {
        let sql =
            "SELECT digest FROM key JOIN complaint ON complaint.number = key.complaint WHERE key.id = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        statement.query_row([id.trim()], |row| row.get(0)).optional().map_err(self.fail())
    }

    /// A complaint as it stands; `None` where there is no such number, or nothing was submitted under it yet.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn record(&self, number: u64) -> Result<Option<Record>> {
        let sql = format!("SELECT {STATE} FROM complaint WHERE number = ?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.fail())?;
        let found = statement.query_row([number], state).optional().map_err(self.fail())?;
        let Some((number, state)) = found else { return Ok(None) };
        Ok(Some(Record { number, ids: self.ids(number)?, said: self.version(state.version)?, state }))
    }

    /// A complaint as it stood at a place in the history; `None` where it was not there yet, or is not any more.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn state_at(&mut self, number: u64, upto: Seq) -> Result<Option<State>> {
        let mut lines = self.unpacked(number)?;
        lines.retain(|line| line.seq <= upto);
        fold(&lines)
    }

    pub(super) fn unpacked(&mut self, number: u64) -> Result<Vec<Line>> {
        let shown = &self.shown;
        lines(&self.connection, number, &mut self.unpacker, &|error| failure("read", shown, error))
    }

    /// All ids of a complaint, ascending.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn ids(&self, number: u64) -> Result<Vec<Id>> {
        let sql =
            "SELECT id FROM key WHERE number = ?1 OR (complaint = ?1 AND complaint <> number) ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let ids = statement.query_map([number], |row| row.get::<_, String>(0)).map_err(self.fail())?;
        ids.map(|id| id.map_err(self.fail())?.parse()).collect()
    }

    /// What was submitted at a place in the history.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] where no version stands there; else as [`last`](Self::last).
    pub fn version(&self, seq: Seq) -> Result<Version> {
        let sql = "SELECT body FROM history WHERE seq = ?1 AND kind = 'version'";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let body: Option<Vec<u8>> =
            statement.query_row([seq], |row| row.get(0)).optional().map_err(self.fail())?;
        let body = body.ok_or_else(|| self.damaged(seq, "no version stands there"))?;
        serde_json::from_slice(&body).map_err(|error| self.damaged(seq, &error.to_string()))
    }

    /// The JSON of the decision at a place in the history, as `pilah triage` writes it.
    ///
    /// # Errors
    ///
    /// As [`version`](Self::version).
    pub fn decision(&mut self, seq: Seq) -> Result<String> {
        let sql = "SELECT body FROM history WHERE seq = ?1 AND kind = 'decision'";
        let body: Option<Vec<u8>> = {
            let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
            statement.query_row([seq], |row| row.get(0)).optional().map_err(self.fail())?
        };
        let body = body.ok_or_else(|| self.damaged(seq, "no decision stands there"))?;
        let json = self.unpacker.unpack(&body)?;
        String::from_utf8(json).map_err(|error| self.damaged(seq, &error.to_string()))
    }

    fn damaged(&self, seq: Seq, reason: &str) -> Error {
        let shown = &self.shown;
        let reason = format!("`{shown}`: place {seq} of the history is damaged ({reason}): run pilah verify");
        Error::new(ErrorKind::Store, reason)
    }

    /// What changed behind a place in the history: of the next `limit` lines. Complaints are given as they stand now.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn changes(&mut self, since: Seq, limit: u64) -> Result<Changes> {
        // One snapshot for all that is read.
        self.connection.execute_batch("BEGIN").map_err(self.fail())?;
        let changes = self.changes_of_snapshot(since, limit);
        let ended = self.connection.execute_batch("COMMIT").map_err(self.fail());
        let changes = changes?;
        ended.map(|()| changes)
    }

    fn changes_of_snapshot(&mut self, since: Seq, limit: u64) -> Result<Changes> {
        let upto = self.last()?.min(since.saturating_add(limit)).max(since);
        let mut changes = Changes { upto, ..Changes::default() };
        // Complaints with events alone have no row yet, and are left out.
        let sql = format!(
            "WITH changed AS (SELECT DISTINCT key.complaint AS changed FROM history JOIN key ON key.number = history.key
                              WHERE seq > ?1 AND seq <= ?2)
             SELECT {STATE}, id, (SELECT body FROM history WHERE seq = complaint.version)
             FROM changed JOIN complaint ON number = changed ORDER BY number"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.fail())?;
        let mut rows = statement.query(params![since, upto]).map_err(self.fail())?;
        while let Some(row) = rows.next().map_err(self.fail())? {
            let (number, state) = state(row).map_err(self.fail())?;
            let id = row.get_ref(15).and_then(|id| Ok(id.as_str()?)).map_err(self.fail())?;
            let body = row.get_ref(16).and_then(|body| Ok(body.as_blob()?)).map_err(self.fail())?;
            let said = serde_json::from_slice(body)
                .map_err(|error| self.damaged(state.version, &error.to_string()))?;
            changes.records.push(Record { number, ids: vec![id.parse()?], state, said });
        }
        drop(rows);
        drop(statement);
        if !self.numbers("SELECT number FROM key WHERE complaint <> number LIMIT 1", [])?.is_empty() {
            for record in &mut changes.records {
                record.ids = self.ids(record.number)?;
                let sql = "SELECT number FROM key WHERE complaint = ?1 AND complaint <> number";
                changes.gone.extend(self.numbers(sql, [record.number])?);
            }
            changes.gone.sort_unstable();
        }
        Ok(changes)
    }

    /// A column of numbers.
    pub(super) fn numbers(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<u64>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let rows = statement.query_map(values, |row| row.get(0)).map_err(self.fail())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.fail())
    }

    /// What is known of a complaint, line by line, in the order it was recorded.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn history(&mut self, number: u64) -> Result<Vec<HistoryLine>> {
        let lines = self.unpacked(number)?;
        let line = |line: Line| {
            let body =
                String::from_utf8(line.body).map_err(|error| self.damaged(line.seq, &error.to_string()))?;
            Ok(HistoryLine {
                seq: line.seq,
                kind: line.kind,
                at: line.at,
                recorded: line.recorded,
                by: line.by,
                body,
            })
        };
        lines.into_iter().map(line).collect()
    }

    /// What an office is called; `None` for an id that no decision named.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn office_name(&self, id: &str) -> Result<Option<String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT name FROM agency WHERE id = ?1").map_err(self.fail())?;
        statement.query_row([id], |row| row.get(0)).optional().map_err(self.fail())
    }

    /// What offices are called, by id.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn office_names(&self) -> Result<BTreeMap<String, String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, name FROM agency").map_err(self.fail())?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(self.fail())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.fail())
    }

    /// The queries that complaints are matched against as they arrive, by name.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn saved_queries(&self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, query FROM saved_query ORDER BY name";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(self.fail())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.fail())
    }

    /// When the newest complaint came, local time; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn newest(&self) -> Result<Option<DateTime>> {
        let sql = "SELECT max(received) FROM complaint";
        let newest: Option<String> =
            self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.fail())?;
        let wrong = |error: jiff::Error| {
            Error::new(ErrorKind::Store, format!("`{}`: a complaint has no proper date: {error}", self.shown))
        };
        newest.map(|newest| newest.parse().map_err(wrong)).transpose()
    }

    /// When a complaint was first closed; `None` where it never was.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn closed_at(&self, number: u64) -> Result<Option<Timestamp>> {
        let sql = "SELECT min(coalesce(at, recorded)) FROM history
                   WHERE (key = ?1 OR key IN (SELECT number FROM key WHERE complaint = ?1 AND complaint <> number))
                         AND kind = 'status' AND json_extract(body, '$.status') = 'closed'";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let closed: Option<i64> = statement.query_row([number], |row| row.get(0)).map_err(self.fail())?;
        closed.map(|closed| time(closed).map_err(self.fail())).transpose()
    }

    /// Copies the ledger to a new file while others read and write: what was committed when the copy began.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when the file exists or cannot be written.
    pub fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            let reason = format!("`{}` exists: name a new file", to.display());
            return Err(Error::new(ErrorKind::Io, reason));
        }
        let copy = self.connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]);
        copy.map(drop).map_err(|error| failure("write to", &to.display().to_string(), error))
    }

    /// Where the ledger stands.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A line of a complaint's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryLine {
    /// Its place in the history of the store.
    pub seq: Seq,
    /// `version`, `decision`, or the kind of a [`Fact`](super::Fact).
    pub kind: String,
    /// When it happened, where that was said.
    pub at: Option<Timestamp>,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// Who did it, where that was said.
    pub by: Option<String>,
    /// What it says, as JSON.
    pub body: String,
}

/// Reads the columns [`STATE`].
pub(super) fn state(row: &Row<'_>) -> rusqlite::Result<(u64, State)> {
    let wrong = |at, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error)
    };
    let marks: u8 = row.get(12)?;
    let state = State {
        received: row.get_ref(1)?.as_str()?.parse().map_err(|error: jiff::Error| wrong(1, error.into()))?,
        channel: row.get(2)?,
        status: row.get_ref(3)?.as_str()?.parse().map_err(|error: Error| wrong(3, error.into()))?,
        action: row.get(4)?,
        kind: row.get(5)?,
        category: row.get(6)?,
        function: row.get(7)?,
        agency: row.get(8)?,
        region: row.get(9)?,
        flags: row.get(10)?,
        p: row.get(11)?,
        corrected: marks & 1 != 0,
        anonymous: marks & 2 != 0,
        confidential: is_confidential(marks),
        version: row.get(13)?,
        decision: row.get(14)?,
    };
    Ok((row.get(0)?, state))
}

/// A time as the ledger keeps it.
pub(super) fn time(micros: i64) -> rusqlite::Result<Timestamp> {
    let wrong = |error: jiff::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    Timestamp::from_microsecond(micros).map_err(wrong)
}

/// The history of a complaint by all its ids, in the order it was recorded, unpacked.
pub(super) fn lines(
    connection: &Connection,
    number: u64,
    unpacker: &mut Unpacker,
    fail: &impl Fn(rusqlite::Error) -> Error,
) -> Result<Vec<Line>> {
    let sql = "SELECT seq, kind, at, recorded, by, about, digest, body FROM history
               WHERE key = ?1 OR key IN (SELECT number FROM key WHERE complaint = ?1 AND complaint <> number)
               ORDER BY seq";
    let mut statement = connection.prepare_cached(sql).map_err(fail)?;
    let line = |row: &Row<'_>| {
        Ok(Line {
            seq: row.get(0)?,
            kind: row.get(1)?,
            at: row.get::<_, Option<i64>>(2)?.map(time).transpose()?,
            recorded: time(row.get(3)?)?,
            by: row.get(4)?,
            about: row.get(5)?,
            digest: row.get(6)?,
            body: row.get(7)?,
        })
    };
    let rows = statement.query_map([number], line).map_err(fail)?;
    let mut lines = rows.collect::<rusqlite::Result<Vec<Line>>>().map_err(fail)?;
    for line in lines.iter_mut().filter(|line| line.kind == "decision") {
        line.body = unpacker.unpack(&line.body)?;
    }
    Ok(lines)
}

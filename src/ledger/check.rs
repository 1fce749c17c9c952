//! Whether a ledger is whole.

use super::failure;
use super::fold::{Line, fold};
use super::read::{LedgerReader, STATE, lines, state};
use super::record::Seq;
use super::version::digest;
use crate::error::{Error, Result};

/// What a check of a ledger counted, and what it found wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Complaints.
    pub complaints: u64,
    /// Versions of them.
    pub versions: u64,
    /// Decisions on them.
    pub decisions: u64,
    /// Everything else that happened.
    pub events: u64,
    /// The last place in the history.
    pub last: Seq,
    /// What is wrong, each in a sentence; empty when the ledger is whole.
    pub wrong: Vec<String>,
}

/// No more is reported of one kind.
const MOST: usize = 20;

impl LedgerReader {
    /// How many complaints, versions, decisions and events there are.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn tally(&self) -> Result<Findings> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.fail());
        let mut findings = Findings { last: self.last()?, ..Findings::default() };
        findings.complaints = count("SELECT count(*) FROM complaint")?;
        let mut statement = self
            .connection
            .prepare("SELECT kind, count(*) FROM history GROUP BY kind")
            .map_err(self.fail())?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))
            .map_err(self.fail())?;
        for row in rows {
            let (kind, count) = row.map_err(self.fail())?;
            match kind.as_str() {
                "version" => findings.versions = count,
                "decision" => findings.decisions = count,
                _ => findings.events += count,
            }
        }
        Ok(findings)
    }

    /// Numbers of the complaints that were submitted up to a place in the history, ascending.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn numbers_upto(&self, seq: Seq) -> Result<Vec<u64>> {
        let sql = "SELECT DISTINCT key.complaint FROM history JOIN key ON key.number = history.key
                   WHERE history.kind = 'version' AND history.seq <= ?1 ORDER BY 1";
        self.numbers(sql, [seq])
    }

    /// Whether anything was added to a complaint behind a place in the history.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn changed_since(&self, number: u64, seq: Seq) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM history JOIN key ON key.number = history.key WHERE history.seq > ?2
                   AND key.complaint = (SELECT complaint FROM key WHERE number = ?1))";
        self.connection.query_row(sql, [number, seq], |row| row.get(0)).map_err(self.fail())
    }

    /// Checks the file's pages, that the history has no gap, that every line's digest is that of its content, and that
    /// every complaint's state is what its history says. `progress` is told how many complaints were looked at.
    ///
    /// Cost: reads the whole file; some 25 µs a complaint.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when the file cannot be read. What is damaged is no error, but a finding.
    pub fn check(&mut self, progress: impl FnMut(u64)) -> Result<Findings> {
        // One snapshot: what is written meanwhile is no fault.
        self.connection.execute_batch("BEGIN").map_err(self.fail())?;
        let findings = self.check_snapshot(progress);
        let ended = self.connection.execute_batch("COMMIT").map_err(self.fail());
        let findings = findings?;
        ended.map(|()| findings)
    }

    fn check_snapshot(&mut self, progress: impl FnMut(u64)) -> Result<Findings> {
        let mut wrong = self.damaged_pages()?;
        if wrong.is_empty() {
            // A page may still fail where it is read.
            match self.check_content(&mut wrong, progress) {
                Ok(()) => {}
                Err(error) => wrong.push(error.to_string()),
            }
        }
        let findings = self.tally().unwrap_or_else(|error| {
            wrong.push(error.to_string());
            Findings::default()
        });
        Ok(Findings { wrong, ..findings })
    }

    fn damaged_pages(&self) -> Result<Vec<String>> {
        let mut statement =
            self.connection.prepare(&format!("PRAGMA integrity_check({MOST})")).map_err(self.fail())?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(self.fail())?;
        let mut wrong = Vec::new();
        for row in rows {
            match row {
                Ok(line) if line == "ok" => {}
                Ok(line) => wrong.push(format!("the ledger's file is damaged: {line}")),
                Err(error) => {
                    wrong.push(self.fail()(error).to_string());
                    break;
                }
            }
        }
        Ok(wrong)
    }

    fn check_content(&mut self, wrong: &mut Vec<String>, mut progress: impl FnMut(u64)) -> Result<()> {
        let one =
            |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, u64>(0)).map_err(self.fail());
        let (lines_there, last) = (one("SELECT count(*) FROM history")?, self.last()?);
        if lines_there != last {
            wrong.push(format!(
                "the history has {lines_there} lines, but its last is {last}: lines are missing"
            ));
        }
        let stray = one("SELECT count(*) FROM history WHERE key NOT IN (SELECT number FROM key)")?;
        if stray > 0 {
            wrong.push(format!("{stray} lines of the history belong to no complaint"));
        }
        // Placeholders of events that came before their complaint have no state yet.
        let numbers = self.numbers("SELECT DISTINCT complaint FROM key ORDER BY 1", [])?;
        let shown = self.shown.clone();
        let fail = |error| failure("read", &shown, error);
        for (at, number) in numbers.into_iter().enumerate() {
            let history = lines(&self.connection, number, &mut self.unpacker, &fail);
            match history.and_then(|history| self.check_complaint(number, &history)) {
                Ok(None) => {}
                Ok(Some(reason)) => wrong.push(format!("complaint {number}: {reason}")),
                Err(error) => wrong.push(format!("complaint {number}: {error}")),
            }
            if wrong.len() >= MOST {
                wrong.push("there is more: the rest was not looked at".to_owned());
                break;
            }
            if at % 1024 == 0 {
                progress(at as u64);
            }
        }
        Ok(())
    }

    fn check_complaint(&self, number: u64, history: &[Line]) -> Result<Option<String>, Error> {
        if let Some(line) = history.iter().find(|line| digest(&line.body) != line.digest) {
            return Ok(Some(format!("line {} of the history is not what was written", line.seq)));
        }
        let sql = format!("SELECT {STATE} FROM complaint WHERE number = ?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.fail())?;
        let mut rows = statement.query([number]).map_err(self.fail())?;
        let kept =
            rows.next().map_err(self.fail())?.map(|row| state(row)).transpose().map_err(self.fail())?;
        let told = fold(history)?;
        Ok(match (kept, told) {
            (None, None) => None,
            (Some((_, kept)), Some(told)) if kept == told => None,
            (Some(_), Some(_)) => Some("its state is not what its history says".to_owned()),
            (Some(_), None) => Some("it has a state, but was never submitted".to_owned()),
            (None, Some(_)) => Some("its history is there, but not its state".to_owned()),
        })
    }
}

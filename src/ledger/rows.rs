//! The rows that a group writes.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::event::Fact;
use super::failure;
use super::fold::{Line, fold};
use super::group::Group;
use super::prepared::Prepared;
use super::record::{Seq, State};
use super::version::digest;
use crate::complaint::Id;
use crate::error::{Error, ErrorKind, Result};

/// A line to be added.
pub(super) struct New<'a> {
    pub(super) key: u64,
    pub(super) kind: &'a str,
    pub(super) at: Option<Timestamp>,
    pub(super) recorded: Timestamp,
    pub(super) by: Option<&'a str>,
    pub(super) about: Option<Seq>,
    pub(super) digest: i64,
    pub(super) body: &'a [u8],
}

impl Group<'_> {
    pub(super) fn add_version(
        &mut self,
        key: u64,
        new: &Prepared,
        recorded: Timestamp,
    ) -> Result<(Seq, Seq)> {
        let (at, body) = (new.at, new.json.as_bytes());
        let line =
            New { key, kind: "version", at, recorded, by: None, about: None, digest: new.digest, body };
        let version = self.add(&line)?;
        let decision = self.add(&New {
            kind: "decision",
            at: None,
            about: Some(version),
            digest: new.decision_digest,
            body: &new.packed,
            ..line
        })?;
        Ok((version, decision))
    }

    pub(super) fn add(&mut self, line: &New<'_>) -> Result<Seq> {
        let seq = self.counters.last + 1;
        let insert = "INSERT INTO history (seq, key, kind, at, recorded, by, about, digest, body)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let (at, recorded) = (line.at.map(Timestamp::as_microsecond), line.recorded.as_microsecond());
        let values =
            params![seq, line.key, line.kind, at, recorded, line.by, line.about, line.digest, line.body];
        self.run(insert, values)?;
        self.counters.last = seq;
        Ok(seq)
    }

    pub(super) fn add_key(&mut self, id: &Id) -> Result<u64> {
        let number = self.counters.last_key + 1;
        self.run(
            "INSERT INTO key (number, id, complaint) VALUES (?1, ?2, ?1)",
            params![number, id.as_str()],
        )?;
        self.counters.last_key = number;
        Ok(number)
    }

    pub(super) fn name_agency(&mut self, new: &Prepared) -> Result<()> {
        match &new.verdict.agency {
            Some(agency) => self.name_office(&agency.id, &agency.name),
            None => Ok(()),
        }
    }

    pub(super) fn name_office(&mut self, id: &str, name: &str) -> Result<()> {
        if name.is_empty() || self.counters.agencies.contains(id) {
            return Ok(());
        }
        // The first name stays: of two that are used side by side, neither flickers.
        self.run("INSERT INTO agency (id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![id, name])?;
        self.counters.agencies.insert(id.to_owned());
        Ok(())
    }

    /// Gives a complaint further ids.
    pub(super) fn unite(&mut self, mut number: u64, also: &[Id], recorded: Timestamp) -> Result<u64> {
        for other in also {
            if self.number_of(other)? == Some(number) {
                continue;
            }
            let fact = Fact::Same { id: other.clone() };
            let body = serde_json::to_vec(&fact).unwrap_or_default();
            let digest = digest(&body);
            let line = New {
                key: number,
                kind: "same",
                at: None,
                recorded,
                by: None,
                about: None,
                digest,
                body: &body,
            };
            self.add(&line)?;
            number = self.join(number, other)?;
            self.refresh(number)?;
        }
        Ok(number)
    }

    /// Makes `other` a name of complaint `number`; gives the number of both, the lesser one.
    pub(super) fn join(&mut self, number: u64, other: &Id) -> Result<u64> {
        let second = match self.number_of(other)? {
            Some(second) => second,
            None => self.add_key(other)?,
        };
        let (kept, gone) = (number.min(second), number.max(second));
        if kept != gone {
            self.run(
                "UPDATE key SET complaint = ?1 WHERE number = ?2 OR (complaint = ?2 AND complaint <> number)",
                params![kept, gone],
            )?;
            self.run("DELETE FROM complaint WHERE number = ?1", params![gone])?;
        }
        Ok(kept)
    }

    /// Writes the state of a complaint anew from its history.
    pub(super) fn refresh(&mut self, number: u64) -> Result<()> {
        let lines = self.lines(number)?;
        let Some(state) = fold(&lines)? else { return Ok(()) };
        let digest = lines.iter().find(|line| line.seq == state.version).map_or(0, |line| line.digest);
        let sql = "SELECT min(id) FROM key WHERE number = ?1 OR (complaint = ?1 AND complaint <> number)";
        let id: Option<String> = self.one(sql, params![number], |row| row.get(0))?;
        let id: Id = id.unwrap_or_default().parse()?;
        self.put(number, &id, &state, digest)
    }

    pub(super) fn put(&mut self, number: u64, id: &Id, state: &State, digest: i64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO complaint (number, id, received, channel, status, action, type, category, function,
                       agency, region, flags, p, marks, version, decision, digest)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        let values = params![
            number,
            id.as_str(),
            state.received.to_string(),
            state.channel,
            state.status.name(),
            state.action,
            state.kind,
            state.category,
            state.function,
            state.agency,
            state.region,
            state.flags,
            state.p,
            state.marks(),
            state.version,
            state.decision,
            digest,
        ];
        self.run(sql, values)
    }

    pub(super) fn number_of(&self, id: &Id) -> Result<Option<u64>> {
        self.maybe("SELECT complaint FROM key WHERE id = ?1", params![id.as_str()], |row| row.get(0))
    }

    pub(super) fn key_of(&self, id: &Id) -> Result<u64> {
        self.one("SELECT number FROM key WHERE id = ?1", params![id.as_str()], |row| row.get(0))
    }

    /// The history of a complaint, by all its ids.
    pub(super) fn lines(&mut self, number: u64) -> Result<Vec<Line>> {
        let fail = |error| failure("read", &self.shown, error);
        super::read::lines(&self.transaction, number, self.unpacker, &fail)
    }

    pub(super) fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = self.transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        run.map(drop).map_err(|error| failure("write to", &self.shown, error))
    }

    pub(super) fn maybe<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let found = self
            .transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(values, read).optional());
        found.map_err(|error| failure("read", &self.shown, error))
    }

    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let none = || {
            Error::new(ErrorKind::Store, format!("`{}` lacks a row of `{sql}`: run pilah verify", self.shown))
        };
        self.maybe(sql, values, read)?.ok_or_else(none)
    }
}

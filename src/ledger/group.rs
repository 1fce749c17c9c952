//! Groups of additions: what is submitted and what happens, made durable together.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::event::{Event, Fact, Office};
use super::failure;
use super::fold::{Line, fresh};
use super::packing::Unpacker;
use super::prepared::{Outcome, Place, Prepared, kept_time};
use super::record::Seq;
use super::rows::New;
use super::store::Counters;
use super::version::digest;
use crate::complaint::{Id, Status};
use crate::error::{Error, ErrorKind, Result};

/// Additions that become durable together. Dropped before [`commit`](Self::commit), it leaves nothing.
#[derive(Debug)]
pub struct Group<'l> {
    pub(super) transaction: Transaction<'l>,
    pub(super) counters: &'l mut Counters,
    before: (Seq, u64),
    pub(super) unpacker: &'l mut Unpacker,
    committed: bool,
    pub(super) shown: String,
}

/// Who says what stands in a file of complaints.
const FILE: &str = "(file)";

impl<'l> Group<'l> {
    pub(super) fn new(
        transaction: Transaction<'l>,
        counters: &'l mut Counters,
        unpacker: &'l mut Unpacker,
        shown: String,
    ) -> Self {
        let before = (counters.last, counters.last_key);
        Self { transaction, counters, before, unpacker, committed: false, shown }
    }

    /// Adds a complaint, or a new version of one. The same content under the same id is known already, unless it says
    /// that it was made at another time than the versions before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written or is damaged; nothing of the group is
    /// kept then.
    pub fn submit(&mut self, new: &Prepared, recorded: Timestamp) -> Result<Place> {
        let recorded = kept_time(recorded);
        let Some(number) = self.number_of(&new.id)? else {
            let key = self.add_key(&new.id)?;
            let (version, decision) = self.add_version(key, new, recorded)?;
            let state = fresh(&new.said, recorded, version, Some((decision, new.verdict.clone())));
            self.name_agency(new)?;
            self.put(key, &new.id, &state, new.digest)?;
            let number = self.unite(key, &new.also, recorded)?;
            return Ok(Place { number, seq: version, outcome: Outcome::New });
        };
        let lines = self.lines(number)?;
        let known = lines.iter().find(|line| {
            let same = line.kind == "version" && line.digest == new.digest;
            same && (new.at.is_none() || line.at == new.at)
        });
        if let Some(known) = known {
            let seq = known.seq;
            let united = self.unite(number, &new.also, recorded)?;
            return Ok(Place { number: united, seq, outcome: Outcome::Known });
        }
        let outcome =
            if lines.iter().any(|line| line.kind == "version") { Outcome::Changed } else { Outcome::New };
        let key = self.key_of(&new.id)?;
        let (seq, _) = self.add_version(key, new, recorded)?;
        self.name_agency(new)?;
        let number = self.unite(number, &new.also, recorded)?;
        self.refresh(number)?;
        Ok(Place { number, seq, outcome })
    }

    /// Adds what happened to a complaint. An event that was told before is known; of a complaint that was not submitted
    /// yet it is kept until it is, where `early` allows it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] for a complaint that is not known; else as [`submit`](Self::submit).
    pub fn record(&mut self, event: &Event, recorded: Timestamp, early: bool) -> Result<Place> {
        let (id, at) = (&event.complaint, kept_time(event.at));
        let number = match self.number_of(id)? {
            Some(number) => number,
            None if early => self.add_key(id)?,
            None => {
                let reason = format!("no complaint `{id}`: check the id, or ingest the complaint first");
                return Err(Error::new(ErrorKind::Missing, reason));
            }
        };
        if let Fact::Same { id: other } = &event.fact
            && !early
            && other == id
        {
            return Err(Error::new(ErrorKind::Parameter, format!("`{id}` is its own id: name another one")));
        }
        if !early {
            self.must_know(&event.fact)?;
        }
        let body = serde_json::to_vec(&event.fact).map_err(|error| {
            Error::new(ErrorKind::Store, format!("cannot write what happened to `{id}` as JSON: {error}"))
        })?;
        let digest = digest(&body);
        let by = (!event.by.is_empty()).then_some(event.by.as_str());
        let lines = self.lines(number)?;
        let same = |line: &&Line| line.digest == digest && line.at == Some(at) && line.by.as_deref() == by;
        if let Some(known) = lines.iter().find(same) {
            return Ok(Place { number, seq: known.seq, outcome: Outcome::Known });
        }
        let key = self.key_of(id)?;
        let (kind, at) = (event.fact.kind(), Some(at));
        let seq = self.add(&New { key, kind, at, recorded, by, about: None, digest, body: &body })?;
        let office = match &event.fact {
            Fact::Assigned { agency } => Some(agency),
            Fact::Corrected(correction) => correction.agency.as_ref(),
            _ => None,
        };
        if let Some(Office { id, name }) = office {
            self.name_office(id, name)?;
        }
        let number = match &event.fact {
            Fact::Same { id: other } => self.join(number, other)?,
            _ => number,
        };
        self.refresh(number)?;
        Ok(Place { number, seq, outcome: Outcome::Changed })
    }

    /// Refuses what is said of complaints that are not known.
    fn must_know(&self, fact: &Fact) -> Result<()> {
        let others = match fact {
            Fact::Merged { with } => std::slice::from_ref(with),
            Fact::Split { with } => with,
            _ => return Ok(()),
        };
        for id in others {
            if self.number_of(id)?.is_none() {
                let reason = format!("no complaint `{id}`: check the id, or ingest the complaint first");
                return Err(Error::new(ErrorKind::Missing, reason));
            }
        }
        Ok(())
    }

    /// Where a complaint stands of which nothing new was told.
    pub(crate) fn known(&self, id: &Id) -> Result<Place> {
        let sql = "SELECT complaint.number, complaint.version FROM key JOIN complaint ON complaint.number = key.complaint
                   WHERE key.id = ?1";
        let outcome = Outcome::Known;
        self.one(sql, params![id.as_str()], |row| {
            Ok(Place { number: row.get(0)?, seq: row.get(1)?, outcome })
        })
    }

    /// Adds the status that a file gives for a complaint now, unless it has that status already, or this is what the file
    /// before said: an old file that is read again takes nothing back that people did since.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn status_seen(&mut self, id: &Id, status: Status, recorded: Timestamp) -> Result<Place> {
        let sql = "SELECT complaint.number, complaint.status FROM key JOIN complaint ON complaint.number = key.complaint
                   WHERE key.id = ?1";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?));
        let fact = Fact::Status { status };
        if let Some((number, now)) = self.maybe(sql, params![id.as_str()], read)? {
            let said = digest(&serde_json::to_vec(&fact).unwrap_or_default());
            let of_file = |line: &&Line| line.kind == "status" && line.by.as_deref() == Some(FILE);
            let again = now != status.name()
                && self.lines(number)?.iter().rev().find(of_file).is_some_and(|line| line.digest == said);
            if again || now == status.name() {
                return Ok(Place { number, seq: self.counters.last, outcome: Outcome::Known });
            }
        }
        self.record(
            &Event { complaint: id.clone(), at: recorded, by: FILE.to_owned(), fact },
            recorded,
            false,
        )
    }

    /// Keeps a query under a name, or with `None` removes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] for a name to remove that is not there; else as [`submit`](Self::submit).
    pub fn save_query(&mut self, name: &str, query: Option<&str>) -> Result<Place> {
        let sql = "SELECT 1 FROM saved_query WHERE name = ?1";
        let known = self.maybe(sql, params![name], |_| Ok(()))?.is_some();
        match query {
            Some(query) => {
                self.run(
                    "INSERT OR REPLACE INTO saved_query (name, query) VALUES (?1, ?2)",
                    params![name, query],
                )?;
            }
            None if known => self.run("DELETE FROM saved_query WHERE name = ?1", params![name])?,
            None => {
                let reason = format!("no saved query `{name}`: `pilah watch --store DIR` lists them");
                return Err(Error::new(ErrorKind::Missing, reason));
            }
        }
        let outcome = if known { Outcome::Changed } else { Outcome::New };
        Ok(Place { number: 0, seq: self.counters.last, outcome })
    }

    /// Makes the group durable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when the disk is full or fails; nothing of the group is kept then.
    pub fn commit(mut self) -> Result<()> {
        // A transaction that is dropped rolls back.
        self.transaction.execute_batch("COMMIT").map_err(|error| failure("write to", &self.shown, error))?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if !self.committed {
            // What was counted on is rolled back.
            (self.counters.last, self.counters.last_key) = self.before;
            self.counters.agencies.clear();
        }
    }
}

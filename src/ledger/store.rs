//! Opening a ledger, and adding to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use rustc_hash::FxHashSet;

use super::event::{Event, Fact, Office};
use super::failure;
use super::fold::{Line, Verdict, fold, fresh};
use super::packing::{DICTIONARY, Packer, Unpacker};
use super::record::{Seq, State};
use super::schema;
use super::version::{Version, digest};
use crate::complaint::Id;
use crate::error::{Error, ErrorKind, Result};
use crate::routing::Decision;

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// The loss of power: the bytes are on the disk (`synchronous=FULL`).
    #[default]
    Power,
    /// The end of the process, however sudden; after a loss of power the latest commits may be missing, what is there
    /// is whole (`synchronous=NORMAL`).
    Process,
}

/// How long a writer waits for another process that holds the file for a moment, such as a backup.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pages of the write-ahead log before they are moved into the file: 16 MB.
const CHECKPOINT: i32 = 4096;

/// The durable record of a store, opened for writing. One process at a time has it.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    connection: Connection,
    dictionary: Vec<u8>,
    salt: [u8; 32],
    unpacker: Unpacker,
    last: Seq,
    last_key: u64,
    agencies: FxHashSet<String>,
}

/// A submission, made ready on the thread that took it: the ledger only has to write it down.
#[derive(Debug)]
pub struct Prepared {
    id: Id,
    also: Vec<Id>,
    at: Option<Timestamp>,
    said: Version,
    json: String,
    digest: i64,
    verdict: Verdict,
    packed: Vec<u8>,
    decision_digest: i64,
}

impl Prepared {
    /// A complaint with the decision on it. `also` are further ids of the same complaint; `at` says when this version of
    /// it was made, where the source knows: of two versions the later one counts, whichever comes first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the decision cannot be packed.
    pub fn new(
        id: Id,
        also: Vec<Id>,
        at: Option<Timestamp>,
        said: Version,
        decision: &Decision<'_>,
        packer: &mut Packer,
    ) -> Result<Self> {
        let json = said.to_json();
        let whole = serde_json::to_vec(decision).map_err(|error| {
            Error::new(ErrorKind::Store, format!("cannot write the decision on `{id}` as JSON: {error}"))
        })?;
        Ok(Self {
            digest: digest(json.as_bytes()),
            verdict: Verdict::of(decision),
            packed: packer.pack(&whole)?,
            decision_digest: digest(&whole),
            id,
            also,
            at,
            said,
            json,
        })
    }

    /// What the complaint is called.
    pub fn id(&self) -> &Id {
        &self.id
    }
}

/// What became of a submission or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A complaint that was not known before.
    New,
    /// A known complaint changed.
    Changed,
    /// It was known already; nothing was written.
    Known,
}

/// Where something stands in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the complaint in this store.
    pub number: u64,
    /// The place in the history that holds it; where it was known already, that of what was known.
    pub seq: Seq,
    /// What became of it.
    pub outcome: Outcome,
}

impl Ledger {
    /// Opens a ledger to write to, and makes one where there is no file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] for a file that is no ledger, is damaged or of another format; [`ErrorKind::Io`] when it
    /// cannot be made, such as on a disk that is read-only.
    pub fn open(path: &Path, durability: Durability) -> Result<Self> {
        let shown = path.display().to_string();
        let fail = |error| failure("open", &shown, error);
        let mut connection = Connection::open(path).map_err(fail)?;
        connection.busy_timeout(PATIENCE).map_err(fail)?;
        connection.set_prepared_statement_cache_capacity(64);
        if !schema::check(&connection, &shown)? {
            create(&mut connection).map_err(|error| failure("make", &shown, error))?;
        }
        let set = |name, value: &str| connection.pragma_update(None, name, value).map_err(fail);
        set("journal_mode", "WAL")?;
        set("synchronous", if durability == Durability::Power { "FULL" } else { "NORMAL" })?;
        set("wal_autocheckpoint", &CHECKPOINT.to_string())?;
        set("cache_size", "-32768")?;
        let one = |sql| connection.query_row(sql, [], |row| row.get(0)).map_err(fail);
        let last: Seq = one("SELECT coalesce(max(seq), 0) FROM history")?;
        let last_key: u64 = one("SELECT coalesce(max(number), 0) FROM key")?;
        let (dictionary, salt) = settings(&connection, &shown)?;
        let unpacker = Unpacker::new(&dictionary)?;
        let path = path.to_owned();
        Ok(Self { path, connection, dictionary, salt, unpacker, last, last_key, agencies: FxHashSet::default() })
    }

    /// A packer for a thread that makes submissions ready.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the store's dictionary cannot be used.
    pub fn packer(&self) -> Result<Packer> {
        Packer::new(&self.dictionary)
    }

    /// Key of the pseudonyms of reporters. It never leaves the store.
    pub(crate) fn salt(&self) -> [u8; 32] {
        self.salt
    }

    /// The last place in the history.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Begins a group of additions that become durable together, or not at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written.
    pub fn begin(&mut self) -> Result<Group<'_>> {
        let shown = self.path.display().to_string();
        let behaviour = TransactionBehavior::Immediate;
        let transaction = Transaction::new(&mut self.connection, behaviour)
            .map_err(|error| failure("write to", &shown, error))?;
        Ok(Group {
            transaction,
            unpacker: &mut self.unpacker,
            agencies: &mut self.agencies,
            before: (self.last, self.last_key),
            last: &mut self.last,
            last_key: &mut self.last_key,
            committed: false,
            shown,
        })
    }

    /// Moves what stands in the write-ahead log into the file, as far as no reader holds it back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written.
    pub fn checkpoint(&self) -> Result<()> {
        let run = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        run.map_err(|error| failure("write to", &self.path.display().to_string(), error))
    }
}

fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    // Two processes may come at once: the second finds the tables made.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let made: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if made == 0 {
        transaction.execute_batch(schema::TABLES)?;
        transaction.pragma_update(None, "application_id", schema::APPLICATION)?;
        transaction.pragma_update(None, "user_version", schema::FORMAT)?;
        let insert = "INSERT INTO setting (name, value) VALUES (?1, ?2)";
        transaction.execute(insert, params!["dictionary", DICTIONARY])?;
        // SQLite's generator is seeded by the system's.
        transaction.execute("INSERT INTO setting (name, value) VALUES ('salt', randomblob(32))", [])?;
    }
    transaction.commit()
}

/// The dictionary and the salt of a ledger.
pub(super) fn settings(connection: &Connection, shown: &str) -> Result<(Vec<u8>, [u8; 32])> {
    let read = |name| {
        connection
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get::<_, Vec<u8>>(0))
            .map_err(|error| failure("read", shown, error))
    };
    let salt = <[u8; 32]>::try_from(read("salt")?).map_err(|salt| {
        let length = salt.len();
        Error::new(ErrorKind::Store, format!("`{shown}`: the salt has {length} bytes, not 32: restore a backup"))
    })?;
    Ok((read("dictionary")?, salt))
}

/// Opens a ledger to read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection> {
    let shown = path.display().to_string();
    let fail = |error| failure("open", &shown, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    connection.busy_timeout(PATIENCE).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(64);
    if !schema::check(&connection, &shown)? {
        return Err(Error::new(ErrorKind::Store, format!("`{shown}` is empty: ingest complaints first")));
    }
    connection.pragma_update(None, "mmap_size", 1_i64 << 30).map_err(fail)?;
    Ok(connection)
}

/// Additions that become durable together. Dropped before [`commit`](Self::commit), it leaves nothing.
#[derive(Debug)]
pub struct Group<'l> {
    transaction: Transaction<'l>,
    unpacker: &'l mut Unpacker,
    agencies: &'l mut FxHashSet<String>,
    before: (Seq, u64),
    last: &'l mut Seq,
    last_key: &'l mut u64,
    committed: bool,
    shown: String,
}

/// A line to be added.
struct New<'a> {
    key: u64,
    kind: &'a str,
    at: Option<Timestamp>,
    recorded: Timestamp,
    by: Option<&'a str>,
    about: Option<Seq>,
    digest: i64,
    body: &'a [u8],
}

impl Group<'_> {
    /// Adds a complaint, or a new version of one. The same content under the same id is known already, unless it says
    /// that it was made at another time than the versions before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written or is damaged; nothing of the group is
    /// kept then.
    pub fn submit(&mut self, new: &Prepared, recorded: Timestamp) -> Result<Place> {
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
        let id = &event.complaint;
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
        let body = serde_json::to_vec(&event.fact).map_err(|error| {
            Error::new(ErrorKind::Store, format!("cannot write what happened to `{id}` as JSON: {error}"))
        })?;
        let digest = digest(&body);
        let by = (!event.by.is_empty()).then_some(event.by.as_str());
        let lines = self.lines(number)?;
        let same = |line: &&Line| {
            line.digest == digest && line.at == Some(event.at) && line.by.as_deref() == by
        };
        if let Some(known) = lines.iter().find(same) {
            return Ok(Place { number, seq: known.seq, outcome: Outcome::Known });
        }
        let key = self.key_of(id)?;
        let (kind, at) = (event.fact.kind(), Some(event.at));
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

    fn add_version(&mut self, key: u64, new: &Prepared, recorded: Timestamp) -> Result<(Seq, Seq)> {
        let (at, body) = (new.at, new.json.as_bytes());
        let line = New { key, kind: "version", at, recorded, by: None, about: None, digest: new.digest, body };
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

    fn add(&mut self, line: &New<'_>) -> Result<Seq> {
        let seq = *self.last + 1;
        let insert = "INSERT INTO history (seq, key, kind, at, recorded, by, about, digest, body)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let (at, recorded) = (line.at.map(Timestamp::as_microsecond), line.recorded.as_microsecond());
        let values =
            params![seq, line.key, line.kind, at, recorded, line.by, line.about, line.digest, line.body];
        self.run(insert, values)?;
        *self.last = seq;
        Ok(seq)
    }

    fn add_key(&mut self, id: &Id) -> Result<u64> {
        let number = *self.last_key + 1;
        self.run("INSERT INTO key (number, id, complaint) VALUES (?1, ?2, ?1)", params![number, id.as_str()])?;
        *self.last_key = number;
        Ok(number)
    }

    fn name_agency(&mut self, new: &Prepared) -> Result<()> {
        match &new.verdict.agency {
            Some(agency) => self.name_office(&agency.id, &agency.name),
            None => Ok(()),
        }
    }

    fn name_office(&mut self, id: &str, name: &str) -> Result<()> {
        if name.is_empty() || self.agencies.contains(id) {
            return Ok(());
        }
        // The first name stays: of two that are used side by side, neither flickers.
        self.run("INSERT INTO agency (id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![id, name])?;
        self.agencies.insert(id.to_owned());
        Ok(())
    }

    /// Gives a complaint further ids.
    fn unite(&mut self, mut number: u64, also: &[Id], recorded: Timestamp) -> Result<u64> {
        for other in also {
            if self.number_of(other)? == Some(number) {
                continue;
            }
            let fact = Fact::Same { id: other.clone() };
            let body = serde_json::to_vec(&fact).unwrap_or_default();
            let digest = digest(&body);
            let line = New { key: number, kind: "same", at: None, recorded, by: None, about: None, digest, body: &body };
            self.add(&line)?;
            number = self.join(number, other)?;
            self.refresh(number)?;
        }
        Ok(number)
    }

    /// Makes `other` a name of complaint `number`; gives the number of both, the lesser one.
    fn join(&mut self, number: u64, other: &Id) -> Result<u64> {
        let second = match self.number_of(other)? {
            Some(second) => second,
            None => self.add_key(other)?,
        };
        let (kept, gone) = (number.min(second), number.max(second));
        if kept != gone {
            self.run("UPDATE key SET complaint = ?1 WHERE number = ?2 OR (complaint = ?2 AND complaint <> number)", params![kept, gone])?;
            self.run("DELETE FROM complaint WHERE number = ?1", params![gone])?;
        }
        Ok(kept)
    }

    /// Writes the state of a complaint anew from its history.
    fn refresh(&mut self, number: u64) -> Result<()> {
        let lines = self.lines(number)?;
        let Some(state) = fold(&lines)? else { return Ok(()) };
        let digest = lines.iter().find(|line| line.seq == state.version).map_or(0, |line| line.digest);
        let sql = "SELECT min(id) FROM key WHERE number = ?1 OR (complaint = ?1 AND complaint <> number)";
        let id: Option<String> = self.one(sql, params![number], |row| row.get(0))?;
        let id: Id = id.unwrap_or_default().parse()?;
        self.put(number, &id, &state, digest)
    }

    fn put(&mut self, number: u64, id: &Id, state: &State, digest: i64) -> Result<()> {
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

    fn number_of(&self, id: &Id) -> Result<Option<u64>> {
        self.maybe("SELECT complaint FROM key WHERE id = ?1", params![id.as_str()], |row| row.get(0))
    }

    fn key_of(&self, id: &Id) -> Result<u64> {
        self.one("SELECT number FROM key WHERE id = ?1", params![id.as_str()], |row| row.get(0))
    }

    /// The history of a complaint, by all its ids.
    fn lines(&mut self, number: u64) -> Result<Vec<Line>> {
        let fail = |error| failure("read", &self.shown, error);
        super::read::lines(&self.transaction, number, self.unpacker, &fail)
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = self.transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        run.map(drop).map_err(|error| failure("write to", &self.shown, error))
    }

    fn maybe<T>(
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

    fn one<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let none = || Error::new(ErrorKind::Store, format!("`{}` lacks a row of `{sql}`: run pilah verify", self.shown));
        self.maybe(sql, values, read)?.ok_or_else(none)
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if !self.committed {
            // What was counted on is rolled back.
            (*self.last, *self.last_key) = self.before;
            self.agencies.clear();
        }
    }
}

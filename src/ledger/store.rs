//! Opening a ledger, and adding to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use rustc_hash::FxHashSet;

use super::failure;
use super::group::Group;
use super::packing::{DICTIONARY, Unpacker};
use super::record::Seq;
use super::schema;
use crate::error::{Error, ErrorKind, Result};

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
    counters: Counters,
}

/// What a writer knows of its ledger without asking.
#[derive(Debug, Clone, Default)]
pub(super) struct Counters {
    /// The last place in the history.
    pub(super) last: Seq,
    /// The last number of a key.
    pub(super) last_key: u64,
    /// Offices whose names are kept.
    pub(super) agencies: FxHashSet<String>,
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
        prepare(&connection).map_err(fail)?;
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
        let counters = Counters { last, last_key, agencies: FxHashSet::default() };
        Ok(Self { path, connection, dictionary, salt, unpacker, counters })
    }

    /// What decisions are packed with, for the [`Packer`](super::Packer) of each thread.
    pub fn dictionary(&self) -> &[u8] {
        &self.dictionary
    }

    /// Key of the pseudonyms of reporters. It never leaves the store.
    pub(crate) fn salt(&self) -> [u8; 32] {
        self.salt
    }

    /// The last place in the history.
    pub fn last(&self) -> Seq {
        self.counters.last
    }

    /// Begins a group of additions that become durable together, or not at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] or [`ErrorKind::Store`] when the file cannot be written.
    pub fn begin(&mut self) -> Result<Group<'_>> {
        let shown = self.path.display().to_string();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| failure("write to", &shown, error))?;
        Ok(Group::new(transaction, &mut self.counters, &mut self.unpacker, shown))
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

/// What writers and readers have in common.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Else a statement over a partial index is planned anew whenever other values are bound to it: half of all the time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
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
        Error::new(
            ErrorKind::Store,
            format!("`{shown}`: the salt has {length} bytes, not 32: restore a backup"),
        )
    })?;
    Ok((read("dictionary")?, salt))
}

/// Opens a ledger to read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection> {
    let shown = path.display().to_string();
    let fail = |error| failure("open", &shown, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    prepare(&connection).map_err(fail)?;
    if !schema::check(&connection, &shown)? {
        return Err(Error::new(ErrorKind::Store, format!("`{shown}` is empty: ingest complaints first")));
    }
    connection.pragma_update(None, "cache_size", -16384).map_err(fail)?;
    Ok(connection)
}

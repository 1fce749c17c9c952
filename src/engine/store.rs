//! A store, opened.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::dossier::Dossier;
use super::memory::Memory;
use super::options::Options;
use super::relater;
use super::searcher::Searcher;
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::index::{Index, Wording};
use crate::ledger::{CountBy, Counts, Durability, Ledger, LedgerReader, Period, Relations, Seq};
use crate::place::{Gazetteer, RegionCode};
use crate::report;
use crate::sheet::SheetFormat;
use crate::similar::RelationModel;

/// A store, opened: to read, and to get the [`Writer`]. Cheap to clone; clones share what is open.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    readers: Mutex<Vec<LedgerReader>>,
    index: Mutex<Option<Index>>,
    judge: OnceLock<Arc<RelationModel>>,
    memory: Arc<Memory>,
}

impl Engine {
    /// Opens a store.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] when there is none, [`ErrorKind::Store`] when its ledger is damaged, foreign or of another
    /// version.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref().to_owned();
        if !folder.join(LEDGER).is_file() {
            let shown = folder.display();
            let reason =
                format!("no store in `{shown}`: `pilah ingest --store {shown} --input FILE` makes one");
            return Err(Error::new(ErrorKind::Missing, reason));
        }
        let (readers, index, judge, memory) = Default::default();
        let shared = Shared { folder, readers, index, judge, memory };
        let engine = Self { shared: Arc::new(shared) };
        engine.read(|_| Ok(()))?;
        Ok(engine)
    }

    /// Opens a store, and makes one where the folder is empty or not there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] for a folder with other files in it; else as [`open`](Self::open), and [`ErrorKind::Io`] when
    /// it cannot be made.
    pub fn create(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let ledger = folder.join(LEDGER);
        // Who made a store and was killed may have left an empty file, or half a one with a journal to take it back, which
        // a reader may not do. Later there is no such journal, but a write-ahead log.
        let is_made = std::fs::metadata(&ledger).is_ok_and(|file| file.is_file() && file.len() > 0);
        if !is_made || ledger.with_extension("sqlite-journal").exists() {
            std::fs::create_dir_all(folder).map_err(|error| Error::for_file("make", folder, error))?;
            let mut files =
                std::fs::read_dir(folder).map_err(|error| Error::for_file("read", folder, error))?;
            let foreign = |file: &std::fs::DirEntry| {
                let name = file.file_name();
                name != "lock" && name != JUDGE && !name.to_string_lossy().starts_with(LEDGER)
            };
            if let Some(file) = files.find_map(|file| file.ok().filter(foreign)) {
                let (shown, file) = (folder.display(), file.file_name());
                let file = file.to_string_lossy();
                let reason =
                    format!("`{shown}` holds `{file}` and no store: name an empty folder, or a new one");
                return Err(Error::new(ErrorKind::Store, reason));
            }
            // Two that make the same store at once: SQLite lets one of them make the tables.
            drop(Ledger::open(&ledger, Durability::Power)?);
            restrict(&ledger)?;
        }
        Self::open(folder)
    }

    /// The one that writes. It keeps the index up with the ledger, and makes it anew where it is missing or broken
    /// ([`Writer::rebuilt`] says why).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Locked`] while another writer has the store; [`ErrorKind::Store`] or [`ErrorKind::Io`] when the
    /// ledger cannot be written to.
    pub fn writer<'m>(&self, options: Options<'m>) -> Result<Writer<'m>> {
        Writer::open(self, options, false)
    }

    /// The same, with an index that is made anew.
    pub(super) fn writer_anew<'m>(&self, options: Options<'m>) -> Result<Writer<'m>> {
        Writer::open(self, options, true)
    }

    /// A snapshot to search in: it does not change while others write.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the index is missing, broken or of another version: `pilah rebuild` makes it anew.
    pub fn searcher(&self) -> Result<Searcher> {
        let mut index = self.shared.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = index.as_ref() {
            match open.searcher() {
                Ok(searcher) => return Ok(Searcher::new(self.clone(), searcher)),
                // It may have been made anew meanwhile.
                Err(_) => *index = None,
            }
        }
        let open = Index::open(&self.index_path(), Wording::shipped())?;
        let searcher = open.searcher()?;
        *index = Some(open);
        Ok(Searcher::new(self.clone(), searcher))
    }

    /// All that is known of a complaint, by any of its ids; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the ledger is damaged, [`ErrorKind::Io`] when it cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<Dossier>> {
        self.read(|reader| {
            let Some(number) = reader.number_of(id)? else { return Ok(None) };
            let Some(record) = reader.record(number)? else { return Ok(None) };
            Dossier::new(id.trim().parse()?, record, reader).map(Some)
        })
    }

    /// Counts complaints of a period by office, category, place …; rows ascend by their values.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn counts(&self, by: &[CountBy], period: Period) -> Result<Counts> {
        self.read(|reader| reader.counts(by, period))
    }

    /// Writes [`counts`](Self::counts) as a table, with the names of offices and regions: the same bytes for the same store.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`ErrorKind::Io`] when writing fails.
    pub fn export<W: Write + Send>(
        &self,
        by: &[CountBy],
        period: Period,
        format: SheetFormat,
        out: W,
    ) -> Result<W> {
        let counts = self.counts(by, period)?;
        let offices = self.read(|reader| reader.office_names())?;
        let name = |by, code: &str| match by {
            CountBy::Agency => offices.get(code).cloned().unwrap_or_default(),
            _ => region_name(code),
        };
        report::write_counts(&counts, name, format, out)
    }

    /// Writes a row for each complaint of a period, without personal data; gives how many were left out because they are
    /// anonymous or confidential.
    ///
    /// # Errors
    ///
    /// As [`export`](Self::export).
    pub fn export_rows<W: Write + Send>(
        &self,
        period: Period,
        format: SheetFormat,
        out: W,
    ) -> Result<(W, u64)> {
        self.read(|reader| report::write_rows(reader, period, region_name, format, out))
    }

    /// The queries that complaints are matched against as they arrive, by name: [`Writer::save_query`].
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn saved_queries(&self) -> Result<Vec<(String, String)>> {
        self.read(|reader| reader.saved_queries())
    }

    /// Copies the store to a new folder while others read and write. The copy has no index: whoever writes to it first
    /// makes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when there is something already, or it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<()> {
        std::fs::create_dir_all(to).map_err(|error| Error::for_file("make", to, error))?;
        self.read(|reader| reader.backup(&to.join(LEDGER)))?;
        let judge = self.shared.folder.join(JUDGE);
        if judge.exists() {
            std::fs::copy(&judge, to.join(JUDGE)).map_err(|error| Error::for_file("copy", &judge, error))?;
        }
        restrict(&to.join(LEDGER))
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    pub(super) fn ledger_path(&self) -> PathBuf {
        self.shared.folder.join(LEDGER)
    }

    pub(super) fn index_path(&self) -> PathBuf {
        self.shared.folder.join("index")
    }

    /// The relations for the writer; made anew where they were made by something else, or hold more than the ledger.
    pub(super) fn relations_to_write(&self, last: Seq, anew: bool) -> Result<Relations> {
        let path = self.relations_path();
        let versions = relater::versions(&*self.judge()?);
        let mut relations = Relations::open(&path, &versions, anew)?;
        if relations.seen()? > last {
            drop(relations);
            relations = Relations::open(&path, &versions, true)?;
        }
        for ending in ["sqlite", "sqlite-wal", "sqlite-shm"] {
            let file = path.with_extension(ending);
            if file.exists() {
                restrict(&file)?;
            }
        }
        Ok(relations)
    }

    /// What judges pairs of complaints: the store's own model, where its folder holds a `relations.bundle` that `pilah
    /// train-relations` made, else the one that ships with the crate.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Bundle`] when the store's own cannot be read.
    pub fn judge(&self) -> Result<Arc<RelationModel>> {
        if let Some(judge) = self.shared.judge.get() {
            return Ok(judge.clone());
        }
        let own = self.shared.folder.join(JUDGE);
        let judge = if own.exists() { RelationModel::load(&own)? } else { RelationModel::shipped().clone() };
        Ok(self.shared.judge.get_or_init(|| Arc::new(judge)).clone())
    }

    pub(super) fn memory(&self) -> Arc<Memory> {
        self.shared.memory.clone()
    }

    pub(super) fn relations_path(&self) -> PathBuf {
        self.shared.folder.join("relations.sqlite")
    }

    /// The index for the writer, and why it begins anew where it does.
    pub(super) fn index_to_write(&self, last: Seq, anew: bool) -> Result<(Index, Option<String>)> {
        let path = self.index_path();
        let opened = Index::open(&path, Wording::shipped()).and_then(|index| match index.seen()? {
            _ if anew => Err(Error::new(ErrorKind::Missing, "it is to be made anew")),
            seen if seen <= last => Ok(index),
            seen => {
                let reason = format!("the index holds place {seen} of a history that ends at {last}");
                Err(Error::new(ErrorKind::Store, reason))
            }
        });
        match opened {
            Ok(index) => Ok((index, None)),
            Err(error) => {
                *self.shared.index.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Index::remove(&path)?;
                let first = anew || last == 0 && error.kind() == ErrorKind::Missing;
                std::fs::create_dir_all(&path).map_err(|error| Error::for_file("make", &path, error))?;
                restrict(&path)?;
                Ok((Index::create(&path, Wording::shipped())?, (!first).then(|| error.to_string())))
            }
        }
    }

    /// Reads the ledger with a reader that is free, or a new one.
    pub(super) fn read<T>(&self, work: impl FnOnce(&mut LedgerReader) -> Result<T>) -> Result<T> {
        let readers = || self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let free = readers().pop();
        let mut reader = free.map_or_else(|| self.ledger(), Ok)?;
        let done = work(&mut reader);
        readers().push(reader);
        done
    }

    /// A reader of the ledger for a thread of its own.
    pub(super) fn ledger(&self) -> Result<LedgerReader> {
        LedgerReader::open(&self.ledger_path())
    }
}

/// What a region is called; empty for none.
fn region_name(code: &str) -> String {
    let code: Option<RegionCode> = code.parse().ok();
    code.and_then(|code| Gazetteer::shipped().full_name(code)).unwrap_or_default().into_owned()
}

const LEDGER: &str = "ledger.sqlite";
/// The store's own judge of pairs.
const JUDGE: &str = "relations.bundle";

/// It holds what citizens wrote: only its owner may read it.
#[cfg(unix)]
fn restrict(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .map_err(|error| Error::for_file("protect", path, error))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> Result<()> {
    Ok(())
}

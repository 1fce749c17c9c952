//! An index in its directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::index::SegmentComponent;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Directory, IndexReader, ReloadPolicy, TantivyError};
use xxhash_rust::xxh3::xxh3_64;

use super::schema::{FORMAT, Fields};
use super::searcher::IndexSearcher;
use super::tokenizer::{self, WordTokenizer};
use super::wording::Wording;
use super::writer::{IndexWriter, WriterParams};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::Seq;

/// The file that says which segments make the index; tantivy replaces it whole with every commit.
const META: &str = "meta.json";
/// The file that lists what tantivy may delete.
const MANAGED: &str = ".managed.json";

/// What each commit says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) format: u32,
    pub(super) wording: u64,
    /// The place in the ledger's history up to which everything is indexed.
    pub(super) seen: Seq,
    /// The highest number that was ever indexed.
    pub(super) highest: u64,
}

/// A search index over the complaints of a ledger, in a directory of its own. It can be made again from the ledger at
/// any time, so nothing in it needs to be kept safe.
///
/// One process writes at a time, any number read; a reader sees what was committed when it asked for a
/// [`searcher`](Index::searcher). Cheap to clone.
#[derive(Clone)]
pub struct Index(Arc<Shared>);

struct Shared {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    wording: Wording,
    dir: PathBuf,
    /// Digest of [`META`] when the reader loaded it, and what that commit had seen.
    loaded: Mutex<(u64, Payload)>,
}

impl Index {
    /// Makes an empty index in a directory that is empty or not there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when something stands in the directory, [`ErrorKind::Io`] when it cannot be written.
    pub fn create(dir: &Path, wording: &Wording) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|source| Error::for_file("create", dir, source))?;
        if !is_empty(dir)? {
            let message = format!("cannot make an index in `{}`: something stands there", dir.display());
            return Err(Error::new(ErrorKind::Store, format!("{message}; open it, or remove it first")));
        }
        let (schema, _) = Fields::of_schema();
        let broken = |source| failed("make", dir, source);
        let index = tantivy::Index::create_in_dir(dir, schema).map_err(broken)?;
        let mut writer =
            index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000).map_err(broken)?;
        let payload = Payload { format: FORMAT, wording: wording.fingerprint(), seen: 0, highest: 0 };
        let mut commit = writer.prepare_commit().map_err(broken)?;
        commit.set_payload(&payload.to_json());
        commit.commit().map_err(broken)?;
        writer.wait_merging_threads().map_err(broken)?;
        Self::open(dir, wording)
    }

    /// Opens the index in a directory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] when nothing stands there; [`ErrorKind::Store`] when the index is damaged or torn, or was
    /// made by another format or wording: [`Index::remove`] it and make it again.
    pub fn open(dir: &Path, wording: &Wording) -> Result<Self> {
        if !dir.exists() || is_empty(dir)? {
            let message = format!("there is no index in `{}`: make one", dir.display());
            return Err(Error::new(ErrorKind::Missing, message));
        }
        guarded("open", dir, || {
            let broken = |source| failed("open", dir, source);
            let directory = MmapDirectory::open(dir).map_err(|source| broken(source.into()))?;
            let mut index = tantivy::Index::open(directory).map_err(broken)?;
            // A search looks at several segments at once.
            index.set_default_multithread_executor().map_err(broken)?;
            let (digest, payload) = load(&index, dir)?;
            let (schema, fields) = Fields::of_schema();
            let of = (payload.format, payload.wording, index.schema() == schema);
            if of != (FORMAT, wording.fingerprint(), true) {
                return Err(unusable(
                    dir,
                    "it was made by another version of the program or by other text rules",
                ));
            }
            // tantivy takes a segment without its positions for one that has none.
            let metas = index.searchable_segment_metas().map_err(broken)?;
            let mut positions = metas.iter().map(|meta| meta.relative_path(SegmentComponent::Positions));
            if let Some(file) = positions.find(|file| !dir.join(file).exists()) {
                return Err(unusable(dir, &format!("`{}` is missing", file.display())));
            }
            let tokenizer = TextAnalyzer::from(WordTokenizer::new(wording));
            index.tokenizers().register(tokenizer::NAME, tokenizer);
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
            let reader: IndexReader = reader.map_err(broken)?;
            // Somebody may have committed while it loaded: then the first searcher loads again.
            let digest = if load(&index, dir)?.0 == digest { digest } else { 0 };
            Ok(Self(Arc::new(Shared {
                index,
                reader,
                fields,
                wording: wording.clone(),
                dir: dir.to_owned(),
                loaded: Mutex::new((digest, payload)),
            })))
        })
    }

    /// Opens the index in a directory, or makes one where nothing stands.
    ///
    /// # Errors
    ///
    /// As [`Index::open`] and [`Index::create`].
    pub fn open_or_create(dir: &Path, wording: &Wording) -> Result<Self> {
        match Self::open(dir, wording) {
            Err(error) if error.kind() == ErrorKind::Missing => Self::create(dir, wording),
            result => result,
        }
    }

    /// Deletes the index in a directory, whatever state it is in, and the directory. Nobody may write to it; who reads it
    /// keeps what was loaded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when what stands there is no index, [`ErrorKind::Io`] when it cannot be deleted.
    pub fn remove(dir: &Path) -> Result<()> {
        if !dir.exists() {
            return Ok(());
        }
        let failed = |source| Error::for_file("delete", dir, source);
        let files: Vec<_> = fs::read_dir(dir).and_then(Iterator::collect).map_err(failed)?;
        let named = |file: &fs::DirEntry| file.file_name().to_string_lossy().into_owned();
        // Who made it and was killed may have left no more than locks and files that were not named yet.
        let is_known = [META, MANAGED].iter().any(|file| dir.join(file).exists());
        if !is_known && files.iter().any(|file| !named(file).starts_with('.')) {
            let message = format!("`{}` is no index: delete it yourself if it is not needed", dir.display());
            return Err(Error::new(ErrorKind::Store, message));
        }
        // The two by which it is known go last: who is killed here can be followed by another.
        for file in files.iter().filter(|file| ![META, MANAGED].contains(&named(file).as_str())) {
            fs::remove_file(file.path()).map_err(failed)?;
        }
        fs::remove_dir_all(dir).map_err(failed)
    }

    /// The place in the ledger's history up to which everything is indexed and committed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the index was damaged since it was opened.
    pub fn seen(&self) -> Result<Seq> {
        Ok(load(&self.0.index, &self.0.dir)?.1.seen)
    }

    /// The one writer, with a thread that indexes and a budget of memory in bytes (at least 15 MB).
    ///
    /// # Errors
    ///
    /// As [`Index::writer_with`].
    pub fn writer(&self, memory: usize) -> Result<IndexWriter> {
        self.writer_with(&WriterParams { memory, ..WriterParams::default() })
    }

    /// The one writer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Locked`] while another one writes, [`ErrorKind::Parameter`] for parameters outside their range,
    /// [`ErrorKind::Io`] and [`ErrorKind::Store`] when the index cannot be written.
    pub fn writer_with(&self, params: &WriterParams) -> Result<IndexWriter> {
        guarded("write to", self.dir(), || IndexWriter::new(self, params))
    }

    /// What is committed now, to search in; it stays as it is. Cost: microseconds when nothing was committed since the
    /// last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the index was damaged since it was opened.
    pub fn searcher(&self) -> Result<IndexSearcher> {
        guarded("read", self.dir(), || {
            let mut loaded = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            let mut newest = load(&self.0.index, &self.0.dir)?;
            // Until nobody committed while it loaded: what is loaded and what its commit says of it must be one.
            while newest.0 != loaded.0 {
                self.0.reader.reload().map_err(|source| failed("read", self.dir(), source))?;
                *loaded = newest;
                newest = load(&self.0.index, &self.0.dir)?;
            }
            Ok(IndexSearcher::new(self.clone(), self.0.reader.searcher(), loaded.1.seen))
        })
    }

    /// How words become terms here.
    pub fn wording(&self) -> &Wording {
        &self.0.wording
    }

    /// The directory it stands in.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Bytes on disk.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when the directory cannot be read.
    pub fn disk_bytes(&self) -> Result<u64> {
        let unreadable = |source| Error::for_file("read", self.dir(), source);
        let entries = fs::read_dir(self.dir()).map_err(unreadable)?;
        // A file may be deleted by a merge between the listing and the look.
        Ok(entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum())
    }

    /// Reads every byte and compares it with its checksum.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when one differs: it names the files.
    pub fn check(&self) -> Result<()> {
        guarded("check", self.dir(), || {
            let damaged =
                self.0.index.validate_checksum().map_err(|source| failed("check", self.dir(), source))?;
            let mut files: Vec<String> = damaged.iter().map(|file| file.display().to_string()).collect();
            files.sort();
            if files.is_empty() {
                return Ok(());
            }
            Err(unusable(self.dir(), &format!("files are damaged: {}", files.join(", "))))
        })
    }

    pub(super) fn tantivy(&self) -> &tantivy::Index {
        &self.0.index
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub(super) fn payload(&self) -> Result<Payload> {
        Ok(load(&self.0.index, &self.0.dir)?.1)
    }
}

impl Payload {
    pub(super) fn to_json(&self) -> String {
        // Four numbers: there is nothing that JSON cannot hold.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What the newest commit says of itself, and a digest that changes with it.
fn load(index: &tantivy::Index, dir: &Path) -> Result<(u64, Payload)> {
    #[derive(Deserialize)]
    struct Meta {
        payload: Option<String>,
    }
    let bytes = index.directory().atomic_read(Path::new(META));
    let bytes = bytes.map_err(|source| failed("read", dir, source.into()))?;
    let meta = serde_json::from_slice::<Meta>(&bytes).ok().and_then(|meta| meta.payload);
    let payload = meta.and_then(|payload| serde_json::from_str(&payload).ok());
    let payload = payload.ok_or_else(|| unusable(dir, "its last commit does not say what it holds"))?;
    Ok((xxh3_64(&bytes), payload))
}

fn is_empty(dir: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(dir).map_err(|source| Error::for_file("read", dir, source))?;
    Ok(entries.next().is_none())
}

fn unusable(dir: &Path, why: &str) -> Error {
    let message = format!("the index in `{}` cannot be used: {why}; rebuild it", dir.display());
    Error::new(ErrorKind::Store, message)
}

/// An error of tantivy as one of ours.
pub(super) fn failed(action: &str, dir: &Path, source: TantivyError) -> Error {
    let dir = dir.display();
    let (kind, message) = match &source {
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            (ErrorKind::Locked, format!("cannot {action} the index in `{dir}`: another one writes to it"))
        }
        TantivyError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            (ErrorKind::Io, format!("cannot {action} the index in `{dir}`: {source}"))
        }
        TantivyError::OpenWriteError(_) => {
            (ErrorKind::Io, format!("cannot {action} the index in `{dir}`: {source}"))
        }
        _ => (ErrorKind::Store, format!("cannot {action} the index in `{dir}`: {source}; rebuild it")),
    };
    Error::because(kind, message, source)
}

/// Damaged bytes may end in a panic inside tantivy: it becomes an error like the others.
pub(super) fn guarded<T>(action: &str, dir: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(unusable(dir, &format!("it is damaged, as an attempt to {action} it has shown")))
    })
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("dir", &self.dir()).finish_non_exhaustive()
    }
}

//! The model on disk.
//!
//! ```text
//! magic     8 bytes  "PILAH\r\n\x1a"
//! version   u32
//! length    u64      of everything, the checksum included
//! meta      u32 length, then postcard: analyser, features, heads, facts
//! rows      one a feature: key u32, norm f32, scale u16, half a byte for each class of all heads, their number
//!           rounded up to a multiple of 16
//! checksum  u64      xxh3 of all bytes before it
//! ```
//!
//! Numbers are little-endian. No text of any complaint stands in it, only hashes (see [`features`](crate::features)).

use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::classifier::Classifier;
use super::rows::Rows;
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::features::FeatureSpec;
use crate::text::{Analyzer, Language};

const MAGIC: &[u8; 8] = b"PILAH\r\n\x1a";
const VERSION: u32 = 3;
const HEADER: usize = 8 + 4 + 8 + 4;

/// A trained model: everything that is needed to classify, and what is known about how well it does.
///
/// ```
/// let model = pilah::Bundle::shipped();
/// let mut classifier = model.classifier();
/// let prediction = classifier.classify("Lampu jalan depan balai RW mati sudah seminggu");
/// assert_eq!(prediction.head("function").unwrap().label(), "perhubungan");
/// ```
pub struct Bundle {
    pub(super) meta: Meta,
    pub(super) table: Table,
    pub(super) analyzer: Analyzer,
    /// Made when it is first asked for; nothing changes a bundle that anybody can ask.
    pub(super) id: OnceLock<String>,
}

/// What stands before the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) lexicon: bool,
    pub(super) stemmer: Option<String>,
    pub(super) fingerprint: u64,
    pub(super) spec: FeatureSpec,
    pub(super) heads: Vec<Head>,
    pub(super) facts: Facts,
    pub(super) rows: u32,
    pub(super) quanta: Vec<f32>,
}

/// One question the model answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) biases: Vec<f32>,
    pub(super) sharpness: f32,
    pub(super) thresholds: Vec<Threshold>,
    pub(super) facts: HeadFacts,
}

/// From which probabilities on at most `max_error` of the answers were wrong on the later slice of the training
/// period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The promise.
    pub max_error: f32,
    /// For each label the least probability that keeps it; above 1 when none does.
    pub p: Vec<f32>,
}

/// What the model was trained on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Version of pilah that trained it.
    pub pilah: String,
    /// Rows it learned from, repeats counted once.
    pub rows: u64,
    /// First and last date of them, where dates were given.
    pub period: Option<(String, String)>,
    /// Seed of the trainer.
    pub seed: u64,
}

/// How a head was trained, and how it did on the later slice before it was trained on everything.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HeadFacts {
    /// Rows with a label of this head, after rare labels were dropped.
    pub rows: u64,
    /// Rows of each label, in the order of the labels.
    pub label_rows: Vec<u64>,
    /// Rows whose label was too rare.
    pub rare: u64,
    /// Rows of the later slice.
    pub held_out: u64,
    /// Accuracy on it.
    pub accuracy: f32,
    /// Macro-F1 on it.
    pub macro_f1: f32,
}

impl Head {
    /// Whether what it holds for each label is there for each label.
    fn is_sound(&self) -> bool {
        let count = self.labels.len();
        let promises = self.thresholds.iter().all(|threshold| threshold.p.len() == count);
        count > 0 && self.biases.len() == count && promises
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its labels, ascending.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How it was trained.
    pub fn facts(&self) -> &HeadFacts {
        &self.facts
    }

    /// The promises it can keep, strictest first.
    pub fn thresholds(&self) -> &[Threshold] {
        &self.thresholds
    }

    /// For each label the least probability at which at most `max_error` of the answers should be wrong: that of
    /// the next stricter promise. `None` when no promise is as strict.
    pub fn threshold(&self, max_error: f32) -> Option<&[f32]> {
        let kept = self.thresholds.iter().filter(|threshold| threshold.max_error <= max_error + 1e-6);
        kept.map(|threshold| threshold.p.as_slice()).next_back()
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let heads: Vec<&str> = self.heads().iter().map(Head::name).collect();
        f.debug_struct("Bundle").field("heads", &heads).field("rows", &self.meta.rows).finish_non_exhaustive()
    }
}

impl Bundle {
    /// The model that ships with the crate; loaded once.
    ///
    /// # Panics
    ///
    /// When the file built into the program is not a model of this version, which a test rules out.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Bundle> =
            LazyLock::new(|| match Bundle::from_bytes(include_bytes!("../../models/pilah-id.bundle")) {
                Ok(bundle) => bundle,
                Err(error) => panic!("the shipped model: {error}"),
            });
        &SHIPPED
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when it cannot be read, else as [`from_bytes`](Self::from_bytes).
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| Error::for_file("read model", path, error))?;
        Self::from_bytes(&bytes).map_err(|error| Error::bundle(format!("`{}`: {error}", path.display())))
    }

    /// Reads a model. Cost: a few milliseconds for the shipped one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Bundle`](crate::ErrorKind::Bundle) for a file that is foreign, truncated, damaged, of a newer
    /// version, or made with another lexicon or other text rules.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() < 8 || &bytes[..8] != MAGIC {
            return Err(Error::bundle(
                "not a pilah model: it does not begin with `PILAH`; make one with `pilah train`",
            ));
        }
        let mut reader = Reader { bytes: &bytes[8..] };
        let version = reader.u32()?;
        if version != VERSION {
            return Err(Error::bundle(format!(
                "model format {version}, but this pilah reads format {VERSION}: use the pilah that made it, or train again"
            )));
        }
        let length = reader.u64()?;
        if length != bytes.len() as u64 {
            return Err(Error::bundle(format!(
                "{} bytes, but its header says {length}: the file was cut or added to; copy it again",
                bytes.len()
            )));
        }
        let (body, checksum) = bytes.split_at(bytes.len().saturating_sub(8));
        if checksum != xxh3_64(body).to_le_bytes() {
            return Err(Error::bundle(
                "checksum does not agree with its content: the file is damaged; copy it again",
            ));
        }
        reader.bytes = &body[HEADER - 4..];
        let meta_length = reader.u32()? as usize;
        let meta: Meta = postcard::from_bytes(reader.take(meta_length)?)
            .map_err(|error| Error::bundle(format!("unreadable header ({error}): train it again")))?;
        let analyzer = meta.analyzer()?;
        if analyzer.fingerprint() != meta.fingerprint {
            return Err(Error::bundle(format!(
                "made with text rules {:016x}, but this pilah has {:016x}: use the pilah that made it ({}), or train again",
                meta.fingerprint,
                analyzer.fingerprint(),
                meta.facts.pilah
            )));
        }
        let width: usize = meta.heads.iter().map(|head| head.labels.len()).sum();
        let sound =
            meta.quanta.len() == width && meta.spec.check().is_ok() && meta.heads.iter().all(Head::is_sound);
        if !sound {
            return Err(Error::bundle("header contradicts itself: train it again"));
        }
        let rows = reader.take((meta.rows as usize).saturating_mul(Rows::stride(width)))?;
        let table = Table {
            rows: Rows::from_bytes(width, rows)?,
            quanta: meta.quanta.clone(),
            biases: meta.heads.iter().flat_map(|head| &head.biases).copied().collect(),
        };
        if !reader.bytes.is_empty() {
            return Err(Error::bundle(format!("{} bytes too many: train it again", reader.bytes.len())));
        }
        Ok(Self { meta, table, analyzer, id: OnceLock::new() })
    }

    /// The model as bytes: the same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Ok(meta) = postcard::to_stdvec(&self.meta) else { unreachable!("the header is plain data") };
        let rows = self.table.rows.bytes();
        let length = HEADER + meta.len() + rows.len() + 8;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(length as u64).to_le_bytes());
        bytes.extend_from_slice(&(meta.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&meta);
        bytes.extend_from_slice(rows);
        bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Writes the model to a file: to a temporary one beside it, synced, then renamed, so that a crash leaves the
    /// old file or the new one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".part");
        let write = || {
            let mut file = std::fs::File::create(&temporary)?;
            std::io::Write::write_all(&mut file, &self.to_bytes())?;
            file.sync_all()?;
            std::fs::rename(&temporary, path)
        };
        write().map_err(|error| Error::for_file("write model", path, error))
    }

    /// What it answers.
    pub fn heads(&self) -> &[Head] {
        &self.meta.heads
    }

    /// The place of a head among [`heads`](Self::heads).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for one it does not have.
    pub(super) fn must_have(&self, name: &str) -> Result<usize> {
        self.heads().iter().position(|head| head.name() == name).ok_or_else(|| {
            let known: Vec<&str> = self.heads().iter().map(Head::name).collect();
            Error::new(
                ErrorKind::Parameter,
                format!("the model has no head `{name}`: it has {}", known.join(", ")),
            )
        })
    }

    /// What it was trained on.
    pub fn facts(&self) -> &Facts {
        &self.meta.facts
    }

    /// What its features are.
    pub fn spec(&self) -> &FeatureSpec {
        &self.meta.spec
    }

    /// The analyser that gives it its tokens.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// A hash of everything in it, to name it in a decision.
    pub fn id(&self) -> String {
        self.id.get_or_init(|| format!("{:016x}", xxh3_64(&self.to_bytes()))).clone()
    }

    /// A classifier: this model and the buffers of one thread.
    pub fn classifier(&self) -> Classifier<'_> {
        Classifier::new(self, self.heads().len())
    }
}

impl Meta {
    pub(super) fn analyzer(&self) -> Result<Analyzer> {
        let analyzer = if self.lexicon { Analyzer::indonesian() } else { Analyzer::plain() };
        match &self.stemmer {
            None => Ok(analyzer),
            Some(code) => code
                .parse::<Language>()
                .map(|language| analyzer.with_stemmer(language))
                .map_err(|error| Error::bundle(error.to_string())),
        }
    }
}

/// Takes bytes from the front and never past the end.
struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or_else(|| {
            Error::bundle(format!(
                "ends {} bytes early: the file is truncated; copy it again",
                count - self.bytes.len()
            ))
        })?;
        self.bytes = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32> {
        self.take(4).map(le_u32)
    }

    fn u64(&mut self) -> Result<u64> {
        let low = self.u32()?;
        Ok(u64::from(self.u32()?) << 32 | u64::from(low))
    }
}

/// Little-endian, of the first four bytes.
fn le_u32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

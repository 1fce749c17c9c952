//! A store of complaints: what an intake service, an inspectorate and a planner work with.
//!
//! | you want to | take |
//! |---|---|
//! | keep complaints and get decisions | [`Engine::writer`], [`Writer::submit`] |
//! | keep a whole file | [`Writer::ingest`] |
//! | tell what people decided | [`Writer::record`] |
//! | look one up | [`Engine::get`] |
//! | search | [`Engine::searcher`], [`Searcher`] |
//! | ask who said the same before | [`Engine::related`], [`Engine::similar`], a [`Receipt`] |
//! | list what keeps coming back | [`Engine::issues`] |
//! | count for a plan | [`Engine::counts`] |
//! | make a model of what people decided | [`Engine::retrain`] |
//! | look after the data | [`Engine::verify`], [`Engine::backup`], [`Engine::stats`], [`rebuild`] |
//!
//! A store is a folder: `ledger.sqlite`, the truth, and `index/` and `relations.sqlite`, which are made from it and may be
//! deleted at any time. One [`Writer`] at a time has the store, in one process; any number of readers, in any processes,
//! work beside it.
//!
//! ```
//! use pilah::complaint::Complaint;
//! use pilah::engine::{Engine, Options, Submission};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let engine = Engine::create(folder.path())?;
//! let writer = engine.writer(Options::default())?;
//! let complaint = Complaint { text: "Lampu jalan mati sejak seminggu", village: "Mojo", ..Complaint::default() };
//! let receipt = writer.submit(&Submission::new("web:1".parse()?, complaint))?;
//! // From here on the complaint survives whatever happens to the process.
//! println!("{}: {}", receipt.id, receipt.decision.action);
//! writer.close()?;
//! assert!(engine.get("web:1")?.is_some());
//! # Ok::<(), pilah::Error>(())
//! ```
//!
//! # What an acknowledgement means
//!
//! [`Writer::submit`] returns after the commit that makes the complaint durable, as durable as [`Options::durability`] says.
//! Many threads may submit at once: what waits is made durable by one commit. The index follows within
//! [`Options::index_pause`]; [`Writer::flush`] waits for it. If it breaks, complaints are taken all the same. Who said the
//! same is found out behind the commit, too; a receipt waits for that, unless [`Options::relations`] is off.
//!
//! # Async code
//!
//! No runtime is asked for. [`Writer::submit_async`] gives a future that any executor can drive; it computes for some 60 µs
//! and never waits for the disk.

mod care;
mod committer;
mod dossier;
mod gaps;
mod indexer;
mod ingest;
mod issues;
mod kin;
mod lock;
mod memory;
mod options;
mod painter;
mod people;
mod portraits;
mod progress;
mod relater;
mod retrain;
mod retrained;
mod searcher;
mod store;
mod subjects;
mod submission;
mod taught;
mod writer;

pub use care::{Stats, Verification, rebuild};
pub use dossier::Dossier;
pub use ingest::{IngestReport, Naming};
pub use issues::{Issue, IssueFilter};
pub use kin::Related;
pub use options::Options;
pub use people::{Wish, office};
pub use retrain::{RetrainOptions, RetrainStep};
pub use retrained::{HeadReport, Narrowed, RetrainReport, Retrained, Sources};
pub use searcher::{Found, FoundComplaint, Searcher};
pub use store::Engine;
pub use subjects::Subjects;
pub use submission::{Kept, Receipt, Submission};
pub use writer::Writer;

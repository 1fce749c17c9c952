//! pilah (Indonesian: *to sort*) reads what citizens write to their government and says what it is about, which
//! office function must act, and why. Nothing leaves the process, and no server is needed.
//!
//! # The three types you need
//!
//! - [`Bundle`]: a trained model. [`Bundle::shipped`] is the one that comes with the crate; [`Bundle::load`] reads
//!   one of your own.
//! - [`Classifier`](model::Classifier): a model and the buffers of one thread. It classifies and explains.
//! - [`Training`](model::Training): makes a bundle from your own labelled texts, in any language.
//!
//! # Classify
//!
//! ```
//! let mut classifier = pilah::Bundle::shipped().classifier();
//! let prediction = classifier.classify("Mhn lampu jln dpn SD diperbaiki, gelap gulita tiap malam");
//!
//! let function = prediction.head("function").unwrap();
//! assert_eq!(function.label(), "perhubungan");
//! for (label, p) in function.ranked().take(3) {
//!     println!("{p:.2} {label}");
//! }
//! ```
//!
//! # Explain
//!
//! ```
//! let mut classifier = pilah::Bundle::shipped().classifier();
//! let why = classifier.explain("KTP saya belum jadi sudah 3 bulan", "function").unwrap();
//! assert_eq!(why.label, "dukcapil");
//! assert_eq!(why.evidence[0].words, "ktp"); // the weightiest word
//! ```
//!
//! # Train your own
//!
//! ```
//! use pilah::model::{Example, Training};
//!
//! let labelled = [("lampu jalan mati", "lights"), ("jalan berlubang", "roads"), ("lampu padam lagi", "lights"),
//!                 ("jalan rusak parah", "roads"), ("tiang lampu roboh", "lights"), ("aspal jalan hancur", "roads")];
//! let examples: Vec<Example> = labelled
//!     .iter()
//!     .map(|(text, label)| Example::new(*text, [Some(*label)]))
//!     .collect();
//! let mut training = Training::new(["topic"]);
//! training.min_count = 2; // six texts are few
//! training.spec.min_df = 1;
//! let model = training.run(&examples, |_| {})?;
//! assert_eq!(model.classifier().classify("lampu mati").head("topic").unwrap().label(), "lights");
//! # Ok::<(), pilah::Error>(())
//! ```
//!
//! # Whole files
//!
//! [`Reader`](model::Reader) reads CSV, JSON, plain lines and XLSX in batches; a [`Profile`](model::Profile) knows the
//! columns of exports of SP4N-LAPOR! and of Open311. [`classify_stream`](model::classify_stream) and
//! [`triage_stream`](routing::triage_stream) write a JSON line for each row on as many threads as you like,
//! [`triage_sheet`](routing::triage_sheet) a CSV or a workbook; [`Evaluation`](model::Evaluation) measures.
//!
//! # Load for tests
//!
//! [`Generator`](generate::Generator) writes as many invented complaints as a test or a demonstration needs.
//!
//! # Keep, search, count
//!
//! `engine::Engine` is a store: complaints go in and are never lost, people's corrections stand above the machine, and what is in it can
//! be searched and counted. With `store` in the features.
//!
//! # Layers
//!
//! [`text`] → [`features`] → [`model`] → [`place`] → [`routing`] → [`similar`] → `ledger` → `index` → `report` → `engine`; each imports only
//! what stands to its left. `text` and `features` are lower-level API that you can skip. linfa's traits are implemented by [`features::Matrix`] and
//! [`model::LinearModel`]; the versions they belong to are re-exported as [`linfa`] and [`ndarray`].
//!
//! # Features
//!
//! `cli` (default): the program `pilah`. `store` (default): ledger, index, engine. Turn both off to classify and route alone, with neither
//! tantivy nor `SQLite` in the tree.

pub mod complaint;
#[cfg(feature = "store")]
pub mod engine;
mod error;
pub mod features;
pub mod generate;
#[cfg(feature = "store")]
pub mod index;
#[cfg(feature = "store")]
pub mod ledger;
pub mod model;
pub mod place;
#[cfg(feature = "store")]
pub mod report;
pub mod routing;
pub mod sheet;
pub mod similar;
pub mod text;

pub use error::{Error, ErrorKind, Result};
pub use model::Bundle;
pub use {linfa, ndarray};

/// The examples of the README are tested too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

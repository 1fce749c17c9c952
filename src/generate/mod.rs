//! Complaints that nobody wrote: load for tests and demonstrations, as much as is wanted.
//!
//! [`Generator`] puts sentences of [`Sources`] together anew, fills in other streets, numbers, months and villages, and
//! writes as people write: in a hurry, misspelled, shouting. What makes real complaints hard is there too:
//!
//! - **Words**: new ones never end (misspellings, names of villages, streets and shops), as with Heaps' law.
//! - **Copies**: reports sent twice, messages handed on by hundreds; [`Generated::origin`] names the row.
//! - **Repeats**: further reports of a problem in other words, days to months later; `origin` names it behind `~`.
//! - **Places**: 7 of 10 rows name village and district in columns, 2 the village in the text alone, 1 not at all; 6 of
//!   10 have an address, half the code of the regency or city. A few regencies, streets and reporters have most.
//! - **Time**: days of the week, hours, seasons by topic, and bursts in which many write about one thing.
//!
//! It is no measure of how well texts are classified: what is put together so is easier to tell than what people write,
//! and sentences of one topic need not fit each other.
//!
//! ```
//! use pilah::generate::{Generator, Settings, Sources};
//!
//! let settings = Settings { rows: 1000, seed: 7, ..Settings::default() };
//! let mut csv = Vec::new();
//! Generator::new(&Sources::sample()?, settings)?.write_csv(&mut csv, |_| ())?;
//! assert!(csv.starts_with(b"id,date,channel,text,address,village,district,region,reporter,origin\nG00000001,2021-01-0"));
//! # Ok::<(), pilah::Error>(())
//! ```

mod book;
mod calendar;
mod compose;
mod draw;
mod generator;
mod land;
mod past;
mod row;
mod settings;
mod sources;
mod variants;
mod voice;
mod words;

pub use generator::Generator;
pub use row::{COLUMNS, Generated};
pub use settings::Settings;
pub use sources::Sources;

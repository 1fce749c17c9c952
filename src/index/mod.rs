//! The search index: what was said, decided and done, found in milliseconds.
//!
//! An [`Index`] is made from the [`Changes`](crate::ledger::Changes) of a ledger and can be made from it again at any
//! time. Three types do the work: [`Index`] opens the directory, [`IndexWriter`] applies changes and commits them,
//! [`IndexSearcher`] is a snapshot to search in. The commit is the only boundary: before it, nobody sees what was
//! applied; after it, nobody loses it.
//!
//! ```
//! use pilah::index::{Facet, Index, Page, Query, Wording};
//! use pilah::ledger::{Changes, Record, State, Version};
//!
//! # let dir = tempfile::tempdir().unwrap();
//! # let dir = dir.path();
//! # let state = State {
//! #     received: "2023-01-31T09:30".parse().unwrap(), channel: "sms".into(), status: Default::default(),
//! #     action: "route".into(), kind: String::new(), category: String::new(), function: "perhubungan".into(),
//! #     agency: String::new(), region: "35.78".into(), flags: String::new(), p: 0.9, corrected: false,
//! #     anonymous: false, confidential: false, version: 1, decision: 2,
//! # };
//! # let said = Version { text: "Lampu jln padam sudah seminggu".into(), ..Version::default() };
//! # let record = Record { number: 1, ids: Vec::new(), state, said };
//! let index = Index::create(dir, &Wording::indonesian())?;
//! let mut writer = index.writer(50_000_000)?;
//! writer.apply(&Changes { upto: 2, records: vec![record], gone: Vec::new() })?;
//! writer.commit()?;
//!
//! let searcher = index.searcher()?;
//! let query: Query = "\"lampu jalan\" region:35".parse()?;
//! let hits = searcher.search(&query, &Page::default())?;
//! assert_eq!((hits.total, hits.items[0].number), (1, 1));
//! let counts = searcher.facets(&query, &[Facet::Function])?;
//! assert_eq!(counts[0].values, [("perhubungan".to_owned(), 1)]);
//! # Ok::<(), pilah::Error>(())
//! ```
//!
//! # How regions are indexed
//!
//! A region's code is a path: `35.78.08` stands below `35.78`, and that below `35`. Every complaint is indexed under
//! all codes on its path, so that a province and all that belongs to it is one term, as fast as a village. That is
//! tantivy's idea of hierarchical facets with codes for paths. Counts of every level come from one column, which
//! holds the deepest code.
//!
//! # What is not found
//!
//! Confidential complaints are counted and found by what was decided on them; nothing they say, nor their ids, is
//! indexed. Telephone numbers, NIK, e-mail and web addresses and other long numbers are not indexed at all.

mod collect;
mod compile;
mod cursor;
mod entries;
mod excluded;
mod facets;
mod key;
mod matches;
mod open;
mod parse;
mod prepared;
mod query;
mod schema;
mod searcher;
mod snippet;
mod tokenizer;
mod vocabulary;
mod wording;
mod writer;

pub use cursor::{Cursor, Order};
pub use entries::Entry;
pub use facets::{Facet, FacetCounts};
pub use matches::{Matcher, Reader};
pub use open::Index;
pub use prepared::Prepared;
pub use query::Query;
pub use searcher::{Hit, Hits, IndexSearcher, Page};
pub use snippet::{Snippet, Snippets};
pub use wording::Wording;
pub use writer::{IndexWriter, WriterParams};

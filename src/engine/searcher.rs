//! Searching in a snapshot of a store.

use super::store::Engine;
use crate::complaint::Id;
use crate::error::Result;
use crate::index::{
    Cursor, Facet, FacetCounts, Hit, IndexSearcher, Page, Prepared, Query, Snippet, Snippets, Wording,
};
use crate::ledger::{Seq, State};

/// Searches in a store as it was when [`Engine::searcher`] was called, however much is written meanwhile.
#[derive(Debug)]
pub struct Searcher {
    engine: Engine,
    index: IndexSearcher,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How many complaints the query finds in all.
    pub total: u64,
    /// Those of this page.
    pub complaints: Vec<FoundComplaint>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// A complaint that was found, as it stood in the snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundComplaint {
    /// All its ids, ascending.
    pub ids: Vec<Id>,
    /// Its number in the store.
    pub number: u64,
    /// As it stood.
    pub state: State,
    /// The part of its text where the words of the query stand; empty for a confidential report.
    pub snippet: Snippet,
    /// How well it matches; 0 when the newest come first.
    pub score: f32,
}

/// Bytes of a snippet, at most.
const SNIPPET: usize = 160;

impl Searcher {
    pub(super) fn new(engine: Engine, index: IndexSearcher) -> Self {
        Self { engine, index }
    }

    /// The place in the history up to which everything is in the snapshot.
    pub fn seen(&self) -> Seq {
        self.index.seen()
    }

    /// How many complaints there are.
    pub fn count(&self) -> u64 {
        self.index.count()
    }

    /// The page of what a query finds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the index or the ledger is damaged,
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a cursor of another order.
    pub fn search(&self, query: &Query, page: &Page) -> Result<Found> {
        let hits = self.index.search(query, page)?;
        let complaints = self.look_up(&hits.items, query)?;
        Ok(Found { total: hits.total, complaints, next: hits.next })
    }

    /// [`search`](Self::search) and [`facets`](Self::facets) in one pass.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    pub fn search_with_facets(
        &self,
        query: &Query,
        page: &Page,
        facets: &[Facet],
    ) -> Result<(Found, Vec<FacetCounts>)> {
        let (hits, counts) = self.index.search_with_facets(query, page, facets)?;
        let complaints = self.look_up(&hits.items, query)?;
        Ok((Found { total: hits.total, complaints, next: hits.next }, counts))
    }

    /// How many complaints a query finds, by the values of fields: exact, the most frequent first.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Result<Vec<FacetCounts>> {
        self.index.facets(query, facets)
    }

    /// Complaints whose weightiest words are those of a text, the best first, of those that `within` finds.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    pub fn similar(&self, text: &str, within: &Query, limit: usize) -> Result<Vec<FoundComplaint>> {
        let hits = self.index.similar(text, within, limit)?;
        self.look_up(&hits, &Query::everything())
    }

    /// What was found, read at the places of the history that the snapshot names.
    fn look_up(&self, hits: &[Hit], query: &Query) -> Result<Vec<FoundComplaint>> {
        let wording = Wording::shipped();
        let prepared = Prepared::new(query, wording);
        let mut snippets = Snippets::new(wording);
        self.engine.read(|reader| {
            let mut found = Vec::with_capacity(hits.len());
            for &Hit { number, version, score, .. } in hits {
                // Gone since: it was united with another complaint, and is found under that one's number.
                let Some(state) = reader.state_at(number, self.seen())? else { continue };
                let snippet = if state.confidential {
                    Snippet::default()
                } else {
                    snippets.snippet(&reader.version(version)?.text, &prepared, SNIPPET)
                };
                found.push(FoundComplaint { ids: reader.ids(number)?, number, state, snippet, score });
            }
            Ok(found)
        })
    }

    /// Bytes of the index on disk.
    pub(super) fn bytes(&self) -> Result<u64> {
        self.index.index().disk_bytes()
    }

    /// Whether every file of the index is whole, by its checksum.
    pub(super) fn check(&self) -> Result<()> {
        self.index.index().check()
    }

    pub(super) fn index(&self) -> &IndexSearcher {
        &self.index
    }
}

//! Search, counts and likeness in a snapshot.

use std::sync::Arc;

use tantivy::collector::{Collector, Count};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::collect::{Found, Top, TopCollector};
use super::compile::compile;
use super::cursor::{Cursor, Order};
use super::facets::{Facet, FacetCollector, FacetCounts};
use super::open::{Index, failed, guarded};
use super::prepared::Prepared;
use super::query::Query;
use super::schema::{DECISION, RECEIVED, VERSION};
use super::vocabulary::Vocabularies;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::Seq;

/// Terms of a text that similar ones are looked for by.
const MOST_TERMS: usize = 12;

/// Which part of what is found to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most so many; with 0, they are counted only.
    pub limit: usize,
    /// Which come first.
    pub order: Order,
    /// Behind the page that ended here; from the start without.
    pub after: Option<Cursor>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 20, order: Order::Newest, after: None }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// How many complaints were found, exactly.
    pub total: u64,
    /// Those of the page, in their order.
    pub items: Vec<Hit>,
    /// Where the next page begins; `None` behind the last.
    pub next: Option<Cursor>,
}

/// A complaint that was found. What it says stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its number in the store.
    pub number: u64,
    /// Where the version that was indexed stands in the ledger's history.
    pub version: Seq,
    /// Where the decision on that stands; 0 when there is none.
    pub decision: Seq,
    /// When it was received: seconds of local time since 1970.
    pub received: i64,
    /// How well it matches the words; 0 unless the best come first.
    pub score: f32,
}

/// What was committed when it was made; it never changes. Cheap to clone, and shared by threads.
#[derive(Clone)]
pub struct IndexSearcher {
    index: Index,
    pub(super) searcher: Searcher,
    seen: Seq,
    vocabularies: Arc<Vocabularies>,
}

impl IndexSearcher {
    pub(super) fn new(index: Index, searcher: Searcher, seen: Seq) -> Self {
        Self { index, searcher, seen, vocabularies: Arc::default() }
    }

    /// The place in the ledger's history up to which everything is in it.
    pub fn seen(&self) -> Seq {
        self.seen
    }

    /// How many complaints it holds.
    pub fn count(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// How many segments it has. A search looks into each.
    pub fn segments(&self) -> usize {
        self.searcher.segment_readers().len()
    }

    /// Finds complaints. Cost: linear in their number, some nanoseconds for each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a cursor of another order, [`ErrorKind::Store`] for a damaged index.
    pub fn search(&self, query: &Query, page: &Page) -> Result<Hits> {
        let collector = top(page)?;
        let top = self.collect(&*self.compiled(query), &collector)?;
        self.hits(page.order, &top)
    }

    /// Counts the complaints that a query finds.
    ///
    /// # Errors
    ///
    /// As [`IndexSearcher::search`].
    pub fn total(&self, query: &Query) -> Result<u64> {
        self.collect(&*self.compiled(query), &Count).map(|total| total as u64)
    }

    /// Counts what a query finds by the values of fields, exactly; in the order of `facets`.
    ///
    /// Cost: some nanoseconds for each complaint found and facet; the first time that this snapshot counts by a facet, it
    /// reads the names of all its values.
    ///
    /// # Errors
    ///
    /// As [`IndexSearcher::search`].
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Result<Vec<FacetCounts>> {
        self.collect(&*self.compiled(query), &self.counting(facets)?)
    }

    fn counting(&self, facets: &[Facet]) -> Result<FacetCollector> {
        guarded("read", self.index.dir(), || {
            let segments = self.searcher.segment_readers();
            FacetCollector::new(facets, &self.vocabularies, segments).map_err(|source| self.failed(source))
        })
    }

    /// [`search`](Self::search) and [`facets`](Self::facets) in one pass.
    ///
    /// # Errors
    ///
    /// As [`IndexSearcher::search`].
    pub fn search_with_facets(
        &self,
        query: &Query,
        page: &Page,
        facets: &[Facet],
    ) -> Result<(Hits, Vec<FacetCounts>)> {
        let (top, counts) = self.collect(&*self.compiled(query), &(top(page)?, self.counting(facets)?))?;
        Ok((self.hits(page.order, &top)?, counts))
    }

    /// Complaints that a query finds and whose words are like those of a text, the most alike first.
    ///
    /// They are looked for by the text's twelve terms of the highest weight (frequency in the text × inverse frequency
    /// in the index), of which each found one has a third at least; what they have in common is scored by BM25.
    ///
    /// # Errors
    ///
    /// As [`IndexSearcher::search`].
    pub fn similar(&self, text: &str, within: &Query, limit: usize) -> Result<Vec<Hit>> {
        let clauses: Vec<(Occur, Box<dyn tantivy::query::Query>)> = self
            .rarest_terms(text)?
            .into_iter()
            .map(|term| -> Box<dyn tantivy::query::Query> {
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            })
            .map(|query| (Occur::Should, query))
            .collect();
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let least = clauses.len().div_ceil(3);
        let alike: Box<dyn tantivy::query::Query> =
            Box::new(BooleanQuery::with_minimum_required_clauses(clauses, least));
        let within = Box::new(ConstScoreQuery::new(self.compiled(within), 0.0));
        let query = BooleanQuery::new(vec![(Occur::Must, alike), (Occur::Must, within)]);
        let page = Page { limit, order: Order::Best, after: None };
        let top = self.collect(&query, &top(&page)?)?;
        Ok(self.hits(page.order, &top)?.items)
    }

    /// Terms of a text by weight, the heaviest first.
    fn rarest_terms(&self, text: &str) -> Result<Vec<Term>> {
        let mut reading = self.index.wording().reading();
        reading.read(text);
        let mut terms: Vec<&str> = reading.terms().flatten().collect();
        terms.sort_unstable();
        let all = self.count() as f64;
        let mut weighed = Vec::new();
        for same in terms.chunk_by(|a, b| a == b) {
            let Some(text) = same.first() else { continue };
            let term = Term::from_field_text(self.index.fields().text, text);
            let having = self.searcher.doc_freq(&term).map_err(|source| self.failed(source))?;
            if having > 0 {
                let weight = same.len() as f64 * (1.0 + all / having as f64).ln();
                weighed.push((weight, term));
            }
        }
        // Of equal weight, by the alphabet: the sort is stable.
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(weighed.into_iter().take(MOST_TERMS).map(|(_, term)| term).collect())
    }

    fn compiled(&self, query: &Query) -> Box<dyn tantivy::query::Query> {
        compile(&Prepared::new(query, self.index.wording()), self.index.fields())
    }

    fn collect<C: Collector>(&self, query: &dyn tantivy::query::Query, collector: &C) -> Result<C::Fruit> {
        guarded("search", self.index.dir(), || {
            self.searcher.search(query, collector).map_err(|source| self.failed(source))
        })
    }

    pub(super) fn failed(&self, source: tantivy::TantivyError) -> Error {
        failed("search", self.index.dir(), source)
    }

    /// The index it is of.
    pub fn index(&self) -> &Index {
        &self.index
    }

    fn hits(&self, order: Order, top: &Top) -> Result<Hits> {
        let items: Result<Vec<Hit>> = top.first.iter().map(|found| self.hit(order, *found)).collect();
        let last = top.first.last().filter(|_| top.behind > top.first.len() as u64);
        let next = last.map(|last| Cursor { order, place: last.place });
        Ok(Hits { total: top.total, items: items?, next })
    }

    fn hit(&self, order: Order, found: Found) -> Result<Hit> {
        let Found { place, segment, document } = found;
        let columns = self.searcher.segment_reader(segment).fast_fields();
        let value =
            |name| -> tantivy::Result<u64> { Ok(columns.u64(name)?.first(document).unwrap_or_default()) };
        let received =
            || -> tantivy::Result<i64> { Ok(columns.i64(RECEIVED)?.first(document).unwrap_or_default()) };
        let (received, score) = match order {
            Order::Newest => (place.key, 0.0),
            Order::Best => (received().map_err(|source| self.failed(source))?, place.score()),
        };
        Ok(Hit {
            number: place.number,
            version: value(VERSION).map_err(|source| self.failed(source))?,
            decision: value(DECISION).map_err(|source| self.failed(source))?,
            received,
            score,
        })
    }
}

fn top(page: &Page) -> Result<TopCollector> {
    let Page { limit, order, after } = *page;
    if after.is_some_and(|after| after.order != order) {
        let message = "the cursor belongs to a page of another order: give the order that page had";
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    Ok(TopCollector { order, limit, after: after.map(|after| after.place) })
}

impl std::fmt::Debug for IndexSearcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexSearcher")
            .field("dir", &self.index.dir())
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

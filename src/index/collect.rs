//! One pass over what is found: how many, and which come first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::cursor::{Order, Place, key_of};
use super::schema::{NUMBER, RECEIVED};

/// How many documents are handed on at once: columns are read in blocks.
const BLOCK: usize = 128;

/// Gathers documents that come one by one.
#[derive(Default)]
pub(super) struct Block(Vec<DocId>);

impl Block {
    /// The block, when this document fills it; give it back with [`Block::reuse`].
    pub(super) fn push(&mut self, document: DocId) -> Option<Vec<DocId>> {
        self.0.push(document);
        (self.0.len() == BLOCK).then(|| self.take())
    }

    pub(super) fn reuse(&mut self, mut block: Vec<DocId>) {
        block.clear();
        self.0 = block;
    }

    /// What was gathered since the last block.
    pub(super) fn take(&mut self) -> Vec<DocId> {
        std::mem::take(&mut self.0)
    }
}

/// A document found, with the segment it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) segment: SegmentOrdinal,
    pub(super) document: DocId,
}

/// What was found.
#[derive(Default)]
pub(super) struct Top {
    /// All of it.
    pub(super) total: u64,
    /// What stands behind the cursor.
    pub(super) behind: u64,
    /// The first of that, in their order.
    pub(super) first: Vec<Found>,
}

/// Collects the first `limit` of what stands behind `after`, and counts all.
pub(super) struct TopCollector {
    pub(super) order: Order,
    pub(super) limit: usize,
    pub(super) after: Option<Place>,
}

pub(super) struct SegmentTop {
    order: Order,
    limit: usize,
    after: Option<Place>,
    segment: SegmentOrdinal,
    received: Arc<dyn ColumnValues<i64>>,
    numbers: Arc<dyn ColumnValues<u64>>,
    block: Block,
    keys: Vec<i64>,
    total: u64,
    behind: u64,
    /// The last of the first on top.
    heap: BinaryHeap<Reverse<Found>>,
}

impl Collector for TopCollector {
    type Fruit = Top;
    type Child = SegmentTop;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentTop> {
        Ok(SegmentTop {
            order: self.order,
            limit: self.limit,
            after: self.after,
            segment,
            received: reader.fast_fields().i64(RECEIVED)?.values,
            numbers: reader.fast_fields().u64(NUMBER)?.values,
            block: Block::default(),
            keys: Vec::new(),
            total: 0,
            behind: 0,
            heap: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Best
    }

    fn merge_fruits(&self, tops: Vec<Top>) -> tantivy::Result<Top> {
        let mut all = Top::default();
        for top in tops {
            all.total += top.total;
            all.behind += top.behind;
            all.first.extend(top.first);
        }
        all.first.sort_unstable_by(|a, b| b.cmp(a));
        all.first.truncate(self.limit);
        Ok(all)
    }
}

impl SegmentTop {
    fn add(&mut self, document: DocId, key: i64) {
        // Most documents sort behind what is already kept; their number need not be read.
        let is_late =
            self.heap.len() >= self.limit && self.heap.peek().is_none_or(|last| key < last.0.place.key);
        if is_late && self.after.is_none_or(|after| key < after.key) {
            self.behind += 1;
            return;
        }
        let place = Place { key, number: self.numbers.get_val(document) };
        if self.after.is_some_and(|after| place >= after) {
            return;
        }
        self.behind += 1;
        let found = Found { place, segment: self.segment, document };
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(found));
        } else if let Some(mut last) = self.heap.peek_mut()
            && found > last.0
        {
            *last = Reverse(found);
        }
    }

    fn add_block(&mut self, documents: &[DocId]) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.resize(documents.len(), 0);
        self.received.get_vals(documents, &mut keys);
        for (document, key) in documents.iter().zip(&keys) {
            self.add(*document, *key);
        }
        self.keys = keys;
    }
}

impl SegmentCollector for SegmentTop {
    type Fruit = Top;

    fn collect(&mut self, document: DocId, score: Score) {
        self.total += 1;
        if self.order == Order::Best {
            self.add(document, key_of(score));
        } else if let Some(block) = self.block.push(document) {
            self.add_block(&block);
            self.block.reuse(block);
        }
    }

    fn collect_block(&mut self, documents: &[DocId]) {
        self.total += documents.len() as u64;
        self.add_block(documents);
    }

    fn harvest(mut self) -> Top {
        let block = self.block.take();
        self.add_block(&block);
        let first = self.heap.into_iter().map(|Reverse(found)| found).collect();
        Top { total: self.total, behind: self.behind, first }
    }
}

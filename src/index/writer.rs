//! The one who writes.

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy, UserOperation};
use tantivy::{SegmentMeta, TantivyDocument, Term};

use super::open::{Index, Payload, failed};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Changes, Seq};

/// How an index is written.
///
/// | name | default | range | purpose |
/// |---|---|---|---|
/// | `threads` | 1 | 1 to 64 | threads that index; each makes segments of its own |
/// | `memory` | 64 MB | 15 MB to 4 GB for each thread | bytes that all of them fill before they write a segment |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterParams {
    /// Threads that index.
    pub threads: usize,
    /// Bytes of memory.
    pub memory: usize,
}

impl Default for WriterParams {
    fn default() -> Self {
        Self { threads: 1, memory: 64_000_000 }
    }
}

/// Complaints handed to tantivy at once.
const BATCH: usize = 256;

/// A segment of which more than this part is deleted is written anew.
const DELETED: f32 = 0.2;

/// Writes what changes in a ledger to an index. Nothing is seen by others before [`IndexWriter::commit`]; what was not
/// committed is gone when the writer is, and is applied again by whoever catches up from [`Index::seen`].
pub struct IndexWriter {
    index: Index,
    writer: tantivy::IndexWriter,
    payload: Payload,
    /// Something was applied since the last commit.
    is_dirty: bool,
}

impl IndexWriter {
    pub(super) fn new(index: &Index, params: &WriterParams) -> Result<Self> {
        let WriterParams { threads, memory } = *params;
        let each = memory.checked_div(threads).unwrap_or_default();
        if !(1..=64).contains(&threads) || !(15_000_000..4_000_000_000).contains(&each) {
            let message = format!("{threads} threads cannot index with {memory} bytes of memory");
            let message = format!("{message}: give 1 to 64 threads, and each 15 MB to 4 GB");
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread(each)
            .num_merge_threads(1)
            .build();
        let writer = index.tantivy().writer_with_options(options);
        let writer = writer.map_err(|source| failed("write to", index.dir(), source))?;
        // Segments of a size, each size four times the one before: some 20 for a million complaints.
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(5);
        policy.set_level_log_size(2.0);
        policy.set_del_docs_ratio_before_merge(DELETED);
        writer.set_merge_policy(Box::new(policy));
        let payload = index.payload()?;
        Ok(Self { index: index.clone(), writer, payload, is_dirty: false })
    }

    /// Takes in what changed: complaints that are new or differ replace what was known of them. The
    /// same changes may be applied again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when indexing has failed before, as on a full disk: drop the writer, make a new one and
    /// apply again from [`Index::seen`].
    pub fn apply(&mut self, changes: &Changes) -> Result<()> {
        self.is_dirty = true;
        let fields = self.index.fields();
        let number = |number: u64| Term::from_field_u64(fields.number, number);
        let mut highest = self.payload.highest;
        // A delete costs a look into every segment; numbers that are new to the index need none.
        let mut operations: Vec<UserOperation<TantivyDocument>> = changes
            .gone
            .iter()
            .filter(|gone| **gone <= highest)
            .map(|gone| UserOperation::Delete(number(*gone)))
            .collect();
        for record in &changes.records {
            if record.number <= highest {
                operations.push(UserOperation::Delete(number(record.number)));
            }
            highest = highest.max(record.number);
            operations.push(UserOperation::Add(fields.document(record)));
            if operations.len() >= BATCH {
                self.run(std::mem::take(&mut operations))?;
            }
        }
        self.run(operations)?;
        self.payload.highest = highest;
        self.payload.seen = self.payload.seen.max(changes.upto);
        Ok(())
    }

    fn run(&self, operations: Vec<UserOperation<TantivyDocument>>) -> Result<()> {
        let done = self.writer.run(operations);
        done.map(drop).map_err(|source| failed("write to", self.index.dir(), source))
    }

    /// Makes durable what was applied, for all who ask for a searcher from now on, and says up to which place in the
    /// ledger's history that is. Cost: tens of milliseconds, so commit for many complaints at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] or [`ErrorKind::Io`] when the index cannot be written.
    pub fn commit(&mut self) -> Result<Seq> {
        if self.is_dirty {
            let broken = |source| failed("commit to", self.index.dir(), source);
            let mut commit = self.writer.prepare_commit().map_err(broken)?;
            commit.set_payload(&self.payload.to_json());
            commit.commit().map_err(broken)?;
            self.is_dirty = false;
        }
        Ok(self.payload.seen)
    }

    /// Commits, closes and makes one segment of all: the smallest and fastest form, for an index that was just built.
    /// Cost: all of it is written once more.
    ///
    /// # Errors
    ///
    /// As [`IndexWriter::commit`].
    pub fn merge_all(self) -> Result<Seq> {
        let index = self.index.clone();
        let seen = self.close()?;
        let broken = |source| failed("merge", index.dir(), source);
        let options = IndexWriterOptions::builder().build();
        let mut writer: tantivy::IndexWriter =
            index.tantivy().writer_with_options(options).map_err(broken)?;
        // No other merge may take a segment away meanwhile.
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let metas = index.tantivy().searchable_segment_metas().map_err(broken)?;
        if metas.len() > 1 || metas.iter().any(SegmentMeta::has_deletes) {
            let ids: Vec<_> = metas.iter().map(SegmentMeta::id).collect();
            drop(metas);
            writer.merge(&ids).wait().map_err(broken)?;
            writer.garbage_collect_files().wait().map_err(broken)?;
        }
        writer.wait_merging_threads().map_err(broken)?;
        Ok(seen)
    }

    /// Commits and waits for merges that are under way. A writer that is dropped instead gives them up.
    ///
    /// # Errors
    ///
    /// As [`IndexWriter::commit`].
    pub fn close(mut self) -> Result<Seq> {
        let seen = self.commit()?;
        let Self { writer, index, .. } = self;
        writer.wait_merging_threads().map_err(|source| failed("close", index.dir(), source))?;
        Ok(seen)
    }
}

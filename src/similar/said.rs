//! All that was said, in memory: names those that may have said the same.

use rustc_hash::FxHashMap;

use super::copies::{Candidate, Copies};
use super::marks::Marks;
use super::postings::Postings;
use crate::error::Result;

/// Near-copies that are named, at most.
const COPIES: usize = 8;
/// Least likeness of a near-copy.
const LIKE: f32 = 0.4;
/// Complaints that share keys and are named, at most.
const SHARED: usize = 12;

/// The marks of all complaints of a store, by number.
///
/// Memory: 190 to 230 bytes a complaint. Time: bounded, however many complaints there are and however often one message was
/// handed on: 2 microseconds (p99 14) among ten thousand invented complaints, 52 (163) among a million, 63 (192) among ten
/// million.
#[derive(Debug, Clone, Default)]
pub struct Said {
    copies: Copies,
    postings: Postings,
}

impl Said {
    /// Nothing was said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers a complaint.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Full`](crate::ErrorKind::Full) when there are 2²⁸ − 1 entries.
    pub fn insert(&mut self, number: u32, marks: &Marks) -> Result<()> {
        self.copies.insert(number, &marks.signature)?;
        self.postings.insert(number, &marks.keys);
        Ok(())
    }

    /// Leaves in `found` the numbers that may have said the same, at most 20, ascending: the nearest copies, and those that
    /// share most keys, of equals the newest.
    pub fn candidates(&self, marks: &Marks, found: &mut Vec<u32>) {
        let mut copies: Vec<Candidate> = Vec::new();
        self.copies.query(&marks.signature, COPIES, &mut copies);
        let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
        for (key, weight) in marks.asked() {
            self.postings.each(key, |number| *shared.entry(number).or_default() += weight);
        }
        let mut shared: Vec<(u32, u32)> = shared.into_iter().collect();
        shared.sort_unstable_by_key(|(number, keys)| std::cmp::Reverse((*keys, *number)));
        found.clear();
        let copies = copies.iter().filter(|candidate| candidate.likeness >= LIKE);
        found.extend(copies.map(|candidate| candidate.number));
        found.extend(shared.iter().take(SHARED).map(|(number, _)| *number));
        found.sort_unstable();
        found.dedup();
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        self.copies.bytes() + self.postings.bytes()
    }
}

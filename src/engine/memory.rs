//! What was said, kept in memory for all who ask: the writer adds to it, and without a writer here it follows the file.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Relations, Seq};
use crate::similar::{Marks, Said};

/// The marks of a store's complaints up to a place in its history.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    said: Said,
    /// The last place of which the marks are in.
    upto: Seq,
    /// What they were made by.
    versions: String,
    /// A writer of this process adds to it, and is ahead of the file.
    led: bool,
}

impl Memory {
    /// Takes in what is kept and not yet known, unless a writer of this process sees to that; begins anew where it was made by
    /// something else, or where less is kept.
    pub(super) fn follow(&self, relations: &Relations) -> Result<()> {
        let mut known = self.write();
        if known.led { Ok(()) } else { known.follow(relations) }
    }

    /// The same for the writer, who from now on adds to it, until it lets go.
    pub(super) fn lead(&self, relations: &Relations) -> Result<()> {
        let mut known = self.write();
        known.follow(relations)?;
        known.led = true;
        Ok(())
    }

    /// The writer adds no more. What it added and could not commit is taken back by whoever follows the file.
    pub(super) fn let_go(&self) {
        self.write().led = false;
    }

    /// Adds the marks of a version, by its place in the history.
    pub(super) fn add(&self, seq: Seq, number: u64, marks: &Marks) -> Result<()> {
        let mut known = self.write();
        known.upto = seq;
        known.said.insert(short(number)?, marks)
    }

    /// Leaves in `found` the numbers that may have said the same: see [`Said::candidates`].
    pub(super) fn candidates(&self, marks: &Marks, found: &mut Vec<u32>) {
        self.read().said.candidates(marks, found);
    }

    /// A thread that panicked while it held the lock left what is at worst incomplete.
    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn follow(&mut self, relations: &Relations) -> Result<()> {
        let versions = relations.versions()?;
        if self.versions != versions || self.upto > relations.seen()? {
            *self = Self { versions, ..Self::default() };
        }
        relations.each_mark(self.upto, |seq, number, marks| {
            self.said.insert(short(number)?, &marks)?;
            self.upto = seq;
            Ok(())
        })
    }
}

/// A complaint's number in the tables in memory.
fn short(number: u64) -> Result<u32> {
    u32::try_from(number).map_err(|_| {
        let reason = format!("complaint {number}: no more than 4 thousand million are compared");
        Error::new(ErrorKind::Full, reason)
    })
}

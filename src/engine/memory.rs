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
}

impl Memory {
    /// Takes in what is kept and not yet known; begins anew where it was made by something else, or where less is kept.
    pub(super) fn follow(&self, relations: &Relations) -> Result<()> {
        let (versions, seen) = (relations.versions()?, relations.seen()?);
        let mut known = self.write();
        if known.versions != versions || known.upto > seen {
            *known = Known { versions, ..Known::default() };
        }
        relations.each_mark(known.upto, |seq, number, marks| {
            known.said.insert(short(number)?, &marks)?;
            known.upto = seq;
            Ok(())
        })
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

/// A complaint's number in the tables in memory.
fn short(number: u64) -> Result<u32> {
    u32::try_from(number).map_err(|_| {
        let reason = format!("complaint {number}: no more than 4 thousand million are compared");
        Error::new(ErrorKind::Full, reason)
    })
}

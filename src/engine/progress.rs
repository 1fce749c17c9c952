//! How far the ledger and the index are: what threads of one writer tell each other.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::ledger::Seq;

/// Lines of the history that may stand before one whose relations are waited for: some seconds of work.
const BACKLOG: Seq = 8192;

/// The work of a thread that follows the ledger, or why it ended early. Damaged bytes may end in a panic inside a library, and
/// whoever waits for the thread must be told.
pub(super) fn guarded(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(Error::new(ErrorKind::Store, format!("the {what} is damaged"))))
}

#[derive(Debug, Default)]
pub(super) struct Progress {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The last place of the ledger that is durable.
    durable: Seq,
    /// The last place that a commit of the index holds.
    indexed: Seq,
    /// Somebody waits for the index.
    hurry: bool,
    /// The writer is closing.
    closing: bool,
    /// Why nothing more is written.
    failure: Option<String>,
    /// Why nothing more is indexed.
    index_failure: Option<String>,
    /// The last place up to which it is known who said the same.
    related: Seq,
    /// Why nothing more is related.
    relating_failure: Option<String>,
}

/// What the indexer is to do.
pub(super) enum Wanted {
    /// Index up to there, at once or when there is more.
    Index,
    /// Everything is indexed and the writer is closing.
    Stop,
}

impl Progress {
    pub(super) fn at(durable: Seq, indexed: Seq) -> Self {
        Self { state: Mutex::new(State { durable, indexed, ..State::default() }), changed: Condvar::new() }
    }

    /// Nothing is related in this writer, and nobody waits for it.
    pub(super) fn without_relations(&self) {
        self.lock().related = Seq::MAX;
    }

    /// A thread that panicked while it held the lock left numbers that are whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn durable(&self, seq: Seq) {
        self.lock().durable = seq;
        self.changed.notify_all();
    }

    pub(super) fn indexed(&self, seq: Seq) {
        let mut state = self.lock();
        state.indexed = seq;
        state.hurry &= state.indexed < state.durable;
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn fail(&self, reason: String) {
        self.lock().failure.get_or_insert(reason);
    }

    pub(super) fn failure(&self) -> Option<String> {
        self.lock().failure.clone()
    }

    pub(super) fn fail_index(&self, reason: String) {
        self.lock().index_failure.get_or_insert(reason);
        self.changed.notify_all();
    }

    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.changed.notify_all();
    }

    /// The last places of the ledger and of the index.
    pub(super) fn places(&self) -> (Seq, Seq) {
        let state = self.lock();
        (state.durable, state.indexed)
    }

    /// Waits until there is something to index, and then until `pause` is over or somebody waits for it.
    pub(super) fn wanted(&self, pause: Duration) -> Wanted {
        let mut state = self.lock();
        while state.indexed >= state.durable && !state.closing {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.indexed >= state.durable {
            return Wanted::Stop;
        }
        let until = Instant::now() + pause;
        while !state.hurry && !state.closing {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Wanted::Index
    }

    /// Waits until the index holds all that is durable now.
    pub(super) fn wait_for_index(&self) -> Result<Seq> {
        let mut state = self.lock();
        let wanted = state.durable;
        while state.indexed < wanted {
            if let Some(reason) = &state.index_failure {
                let message = format!("nothing more is indexed since {reason}: run `pilah rebuild`");
                return Err(Error::new(ErrorKind::Store, message));
            }
            state.hurry = true;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(state.indexed)
    }

    pub(super) fn related(&self, seq: Seq) {
        self.lock().related = seq;
        self.changed.notify_all();
    }

    pub(super) fn fail_relating(&self, reason: String) {
        self.lock().relating_failure.get_or_insert(reason);
        self.changed.notify_all();
    }

    /// Waits until something behind a place is durable that can be related; `false` when nothing is and the writer is closing,
    /// or relating has failed.
    pub(super) fn more_behind(&self, seq: Seq) -> bool {
        let mut state = self.lock();
        while seq >= state.durable && !state.closing && state.relating_failure.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        seq < state.durable && state.relating_failure.is_none()
    }

    /// Why not all is related, where it is not.
    pub(super) fn relating_failure(&self) -> Option<String> {
        self.lock().relating_failure.clone()
    }

    /// Waits until it is known who said the same as what stands up to a place; `false` where so much comes before it, as in
    /// a store that is caught up with, that nobody should wait.
    pub(super) fn wait_for_relations(&self, seq: Seq) -> Result<bool> {
        let mut state = self.lock();
        if seq.saturating_sub(state.related) > BACKLOG {
            return Ok(false);
        }
        while state.related < seq {
            if let Some(reason) = &state.relating_failure {
                let message = format!("nothing more is related since {reason}: run `pilah rebuild`");
                return Err(Error::new(ErrorKind::Store, message));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::{BACKLOG, Progress};

    /// A receipt waited for minutes when a store of a million complaints was opened that had no relations yet.
    #[test]
    fn nobody_waits_for_a_store_that_is_caught_up_with() {
        let progress = Progress::at(BACKLOG + 1, 0);
        assert!(!progress.wait_for_relations(BACKLOG + 1).unwrap());
        progress.related(BACKLOG + 1);
        assert!(progress.wait_for_relations(BACKLOG + 1).unwrap());
        progress.without_relations();
        assert!(progress.wait_for_relations(u64::MAX).unwrap());
    }

    #[test]
    fn who_waits_is_told_why_nothing_comes() {
        let progress = Progress::at(5, 0);
        progress.fail_relating("the disk is gone".to_owned());
        let error = progress.wait_for_relations(5).unwrap_err().to_string();
        assert!(error.contains("the disk is gone") && error.contains("pilah rebuild"), "{error}");
    }
}

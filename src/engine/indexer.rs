//! The thread that keeps the index up with the ledger.

use std::time::{Duration, Instant};

use super::progress::{Progress, Wanted, guarded};
use super::store::Engine;
use crate::error::Result;
use crate::index::Index;

/// Lines of the history that are read at a time.
const LINES: u64 = 8192;
/// While there is ever more to index, it is committed so often.
const COMMIT: Duration = Duration::from_secs(10);

/// Works until the writer closes and all is indexed, or the index breaks.
pub(super) fn run(engine: &Engine, index: &Index, memory: usize, pause: Duration, progress: &Progress) {
    let done = guarded("index", || follow(engine, index, memory, pause, progress));
    if let Err(error) = done {
        progress.fail_index(error.to_string());
    }
}

fn follow(engine: &Engine, index: &Index, memory: usize, pause: Duration, progress: &Progress) -> Result<()> {
    let mut writer = index.writer(memory)?;
    let mut reader = engine.ledger()?;
    while let Wanted::Index = progress.wanted(pause) {
        let since = Instant::now();
        let (durable, mut at) = progress.places();
        while at < durable {
            let changes = reader.changes(at, LINES)?;
            writer.apply(&changes)?;
            at = changes.upto;
            if since.elapsed() >= COMMIT {
                break;
            }
        }
        progress.indexed(writer.commit()?);
    }
    writer.close().map(drop)
}

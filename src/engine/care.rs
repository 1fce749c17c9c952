//! Looking after a store: whether it is whole, making the index anew, figures.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::options::Options;
use super::store::Engine;
use crate::error::Result;
use crate::ledger::{Findings, Seq};

/// What [`Engine::verify`] found.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// Whether all is well.
    pub whole: bool,
    /// Complaints in the ledger.
    pub complaints: u64,
    /// Complaints in the index; `None` when it cannot be opened.
    pub indexed: Option<u64>,
    /// The last place in the history, and the last one that the index holds.
    pub places: (Seq, Seq),
    /// What is wrong, each in a sentence.
    pub wrong: Vec<String>,
}

/// Figures of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Complaints.
    pub complaints: u64,
    /// Versions of them.
    pub versions: u64,
    /// Decisions on them.
    pub decisions: u64,
    /// What else happened.
    pub events: u64,
    /// Bytes on disk: ledger, index and relations.
    pub bytes: u64,
    /// Bytes of the ledger, with its write-ahead log.
    pub ledger_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Bytes of the relations.
    pub relations_bytes: u64,
    /// The last place in the history.
    pub last: Seq,
    /// The last place that the index holds; `None` when it cannot be opened.
    pub indexed: Option<Seq>,
}

/// No more is reported of one kind.
const MOST: usize = 20;

impl Engine {
    /// Checks the ledger (pages, gaps, digests, states against history), the index against it (every complaint once, as it
    /// stands in the ledger), and that the relations, where there are any, lack no complaint. `progress` is told how many
    /// complaints were looked at.
    ///
    /// While somebody writes, the index may lag behind by moments: what it does not hold yet is then no fault.
    ///
    /// Cost: reads everything once; some 60 µs a complaint.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when the files cannot be read. Damage is no error, but is found.
    pub fn verify(&self, progress: impl FnMut(u64)) -> Result<Verification> {
        let Findings { complaints, last, mut wrong, .. } = self.ledger()?.check(progress)?;
        let (mut indexed, mut seen) = (None, 0);
        match self.compare(&mut wrong) {
            Ok((count, upto)) => (indexed, seen) = (Some(count), upto),
            Err(error) => wrong.push(error.to_string()),
        }
        wrong.extend(self.read(|reader| reader.check_relations(&self.relations_path()))?);
        Ok(Verification { whole: wrong.is_empty(), complaints, indexed, places: (last, seen), wrong })
    }

    /// Compares the index with the ledger; gives how many complaints it holds, and up to which place.
    fn compare(&self, wrong: &mut Vec<String>) -> Result<(u64, Seq)> {
        let searcher = self.searcher()?;
        searcher.check()?;
        let mut reader = self.ledger()?;
        let seen = searcher.seen();
        let before = wrong.len();
        let mut held = Vec::new();
        let mut failed = Ok(());
        searcher.index().visit(|entry| {
            held.push(entry.number);
            if failed.is_err() || wrong.len() >= before + MOST {
                return;
            }
            let state = reader.state_at(entry.number, seen);
            match state.map(|state| state.is_some_and(|state| entry.agrees(&state))) {
                Ok(true) => {}
                // What was united since reads otherwise at any place.
                Ok(false) => match reader.changed_since(entry.number, seen) {
                    Ok(true) => {}
                    Ok(false) => {
                        wrong.push(format!(
                            "the index holds complaint {} otherwise than the ledger",
                            entry.number
                        ));
                    }
                    Err(error) => failed = Err(error),
                },
                Err(error) => failed = Err(error),
            }
        })?;
        failed?;
        held.sort_unstable();
        let twice = held.iter().zip(held.iter().skip(1)).find(|(one, next)| one == next);
        if let Some((twice, _)) = twice {
            wrong.push(format!("the index holds complaint {twice} twice"));
        }
        // Behind `seen` the index may lag while somebody writes.
        let mut missing = reader.numbers_upto(seen)?;
        missing.retain(|number| held.binary_search(number).is_err());
        for number in missing.into_iter().take(MOST) {
            if !reader.changed_since(number, seen)? {
                wrong.push(format!("the index lacks complaint {number}"));
            }
        }
        Ok((held.len() as u64, seen))
    }

    /// Figures of the store.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn stats(&self) -> Result<Stats> {
        let Findings { complaints, versions, decisions, events, last, .. } =
            self.read(|reader| reader.tally())?;
        let ledger = self.ledger_path();
        let log = ledger.with_extension("sqlite-wal");
        let ledger_bytes = size(&ledger) + size(&log);
        let searcher = self.searcher().ok();
        let index_bytes = searcher.as_ref().and_then(|searcher| searcher.bytes().ok()).unwrap_or_default();
        let indexed = searcher.map(|searcher| searcher.seen());
        let relations = self.relations_path();
        let relations_bytes = size(&relations) + size(&relations.with_extension("sqlite-wal"));
        let bytes = ledger_bytes + index_bytes + relations_bytes;
        Ok(Stats {
            complaints,
            versions,
            decisions,
            events,
            bytes,
            ledger_bytes,
            index_bytes,
            relations_bytes,
            last,
            indexed,
        })
    }
}

/// Makes the index and the relations of a store anew from its ledger.
///
/// # Errors
///
/// As [`Engine::open`] and [`Engine::writer`].
pub fn rebuild(folder: impl AsRef<Path>) -> Result<()> {
    let engine = Engine::open(folder)?;
    let options = Options { index_pause: Duration::ZERO, index_memory: 256 << 20, ..Options::default() };
    engine.writer_anew(options)?.close()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

//! Whole files: read, decide, write, on one thread or several, in the order of the file.

use std::io::Write;

use serde::Serialize;

use super::decision::Decision;
use super::triage::Triage;
use crate::error::Result;
use crate::model::{Batch, Reader, Row, stream_rows};

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(flatten)]
    decision: &'a Decision<'a>,
}

/// Decides about every row of `reader` and writes a JSON line for each: its id and the [`Decision`]. The lines keep
/// the order of the file, and the bytes do not depend on the number of threads. `worker` makes a [`Triage`] for each
/// thread; `after` is called with each batch once it is decided.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io) when reading or writing fails.
pub fn triage_stream<'m>(
    worker: impl Fn() -> Triage<'m> + Sync,
    reader: &mut Reader<'_>,
    out: &mut (impl Write + Send),
    threads: usize,
    after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    let line = |triage: &mut Triage<'m>, row: Row<'_>, lines: &mut Vec<u8>| {
        let decision = triage.decide(&row.complaint());
        // Writing to memory: it cannot fail.
        let _ = serde_json::to_writer(&mut *lines, &Line { id: row.id(), decision: &decision });
        lines.push(b'\n');
    };
    stream_rows(reader, out, threads, worker, line, after)
}

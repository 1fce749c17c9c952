//! Whole files: read, decide, write, on one thread or several, in the order of the file.

use std::io::Write;

use serde::Serialize;

use super::decision::Decision;
use super::triage::Triage;
use crate::complaint::{Channel, Complaint};
use crate::error::Result;
use crate::model::{Batch, Reader, Row, stream_rows};

/// Where the fields of a complaint stand among the further columns of a [`Row`]; `None` for what the file does not
/// have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ComplaintColumns {
    /// Address.
    pub address: Option<usize>,
    /// Village.
    pub village: Option<usize>,
    /// District.
    pub district: Option<usize>,
    /// Region: a code, or the name of a regency, city or province.
    pub region: Option<usize>,
    /// Channel.
    pub channel: Option<usize>,
    /// Entry point.
    pub entry: Option<usize>,
}

impl ComplaintColumns {
    /// The complaint of a row. A channel that is none counts as [`Channel::Other`].
    pub fn complaint<'b>(&self, row: &Row<'b>) -> Complaint<'b> {
        let field = |place: Option<usize>| place.map_or("", |place| row.other(place));
        let channel = field(self.channel);
        Complaint {
            text: row.text(),
            address: field(self.address),
            village: field(self.village),
            district: field(self.district),
            region: field(self.region),
            channel: (!channel.is_empty()).then(|| channel.parse().unwrap_or(Channel::Other)),
            entry: field(self.entry),
        }
    }
}

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
    columns: ComplaintColumns,
    out: &mut (impl Write + Send),
    threads: usize,
    after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    let line = |triage: &mut Triage<'m>, row: Row<'_>, lines: &mut Vec<u8>| {
        let decision = triage.decide(&columns.complaint(&row));
        // Writing to memory: it cannot fail.
        let _ = serde_json::to_writer(&mut *lines, &Line { id: row.id(), decision: &decision });
        lines.push(b'\n');
    };
    stream_rows(reader, out, threads, worker, line, after)
}

//! Whole files: read, classify, write, on one thread or several, in the order of the file.

use std::io::Write;

use rayon::prelude::*;

use super::bundle::{Bundle, Head};
use super::classifier::Classifier;
use super::corpus::{Batch, Reader, Row};
use crate::error::{Error, ErrorKind, Result};

/// Rows that are read at a time.
const BATCH: usize = 8192;
/// Rows that one thread takes at a time.
const PORTION: usize = 128;

/// Classifies every row of `reader` and writes a JSON line for each:
/// `{"id":…,"heads":{"NAME":{"label":…,"p":…,"top":[["label",p],…]}}}`, probabilities to four digits, the `top`
/// most probable labels of each head; of the heads those that `heads` names, or all when it names none. Gives the number
/// of rows written.
///
/// With more than one thread the next rows are read while these are classified; the lines keep the order of the
/// file, and the bytes are those of one thread. `after` is called with each batch once it is classified: for progress,
/// and for its rejects.
///
/// # Errors
///
/// [`ErrorKind::Io`] when reading or writing fails, [`ErrorKind::Parameter`] for a head that the model does not have.
pub fn classify_stream(
    bundle: &Bundle,
    reader: &mut Reader<'_>,
    out: &mut (impl Write + Send),
    threads: usize,
    heads: &[&str],
    top: usize,
    after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    for name in heads {
        bundle.must_have(name)?;
    }
    let form = Lines::new(bundle, heads, top);
    let needed = form.heads.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let worker = || (Classifier::new(bundle, needed), Vec::new());
    stream_rows(
        reader,
        out,
        threads,
        worker,
        |(classifier, best), row, lines| form.write(classifier, row, best, lines),
        after,
    )
}

/// Reads rows, lets `line` add the bytes of each, and writes them in the order of the file. Each thread has a
/// `worker` of its own.
pub(crate) fn stream_rows<W>(
    reader: &mut Reader<'_>,
    out: &mut (impl Write + Send),
    threads: usize,
    worker: impl Fn() -> W + Sync,
    line: impl Fn(&mut W, Row<'_>, &mut Vec<u8>) + Sync,
    mut after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    let mut rows = 0;
    let mut write = |lines: &[u8]| {
        out.write_all(lines)
            .map_err(|error| Error::for_file("write to", std::path::Path::new("output"), error))
    };
    if threads <= 1 {
        let (mut batch, mut lines) = (Batch::new(), Vec::new());
        let mut worker = worker();
        while reader.read(&mut batch, PORTION)? {
            lines.clear();
            for row in batch.rows() {
                line(&mut worker, row, &mut lines);
            }
            write(&lines)?;
            rows += batch.len() as u64;
            after(&batch);
        }
        return Ok(rows);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        Error::new(ErrorKind::Parameter, format!("cannot start {threads} threads: {error}"))
    })?;
    let (mut current, mut next) = (Batch::new(), Batch::new());
    let mut done: Vec<Vec<u8>> = Vec::new();
    let mut more = reader.read(&mut current, BATCH);
    while matches!(more, Ok(true)) {
        // While these rows are worked on, the lines of those before are written and those after are read.
        let write_and_read = || {
            done.iter().try_for_each(|lines| write(lines))?;
            reader.read(&mut next, BATCH)
        };
        (more, done) = pool.install(|| rayon::join(write_and_read, || portions(&current, &worker, &line)));
        rows += current.len() as u64;
        after(&current);
        std::mem::swap(&mut current, &mut next);
    }
    done.iter().try_for_each(|lines| write(lines))?;
    more.map(|_| rows)
}

fn portions<W>(
    batch: &Batch,
    worker: &(impl Fn() -> W + Sync),
    line: &(impl Fn(&mut W, Row<'_>, &mut Vec<u8>) + Sync),
) -> Vec<Vec<u8>> {
    let starts: Vec<usize> = (0..batch.len()).step_by(PORTION).collect();
    starts
        .into_par_iter()
        .map_init(worker, |worker, start| {
            let mut lines = Vec::new();
            for row in batch.rows().skip(start).take(PORTION) {
                line(worker, row, &mut lines);
            }
            lines
        })
        .collect()
}

/// What of a line is the same for every text: names and labels as JSON, escaped once.
struct Lines {
    /// One a head; `None` for those that are left out.
    heads: Vec<Option<HeadText>>,
    top: usize,
}

struct HeadText {
    /// `"NAME":{"label":`
    opening: String,
    /// `"LABEL",`
    labels: Vec<String>,
}

impl Lines {
    fn new(bundle: &Bundle, heads: &[&str], top: usize) -> Self {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let head = |head: &Head| HeadText {
            opening: format!("{}:{{\"label\":", quoted(head.name())),
            labels: head.labels().iter().map(|label| format!("{},", quoted(label))).collect(),
        };
        let wanted = |head: &&Head| heads.is_empty() || heads.contains(&head.name());
        let heads = bundle.heads().iter().map(|each| Some(each).filter(wanted).map(head)).collect();
        Self { heads, top }
    }

    /// Adds the line of one row to `lines`; `best` is a buffer.
    fn write(
        &self,
        classifier: &mut Classifier<'_>,
        row: Row<'_>,
        best: &mut Vec<(usize, f32)>,
        lines: &mut Vec<u8>,
    ) {
        lines.extend_from_slice(b"{\"id\":");
        // Writing to memory: it cannot fail.
        let _ = serde_json::to_writer(&mut *lines, row.id());
        lines.extend_from_slice(b",\"heads\":{");
        let answers = classifier.classify(row.text()).iter().zip(&self.heads);
        let shown = answers.filter_map(|(answer, text)| Some((answer, text.as_ref()?)));
        for (place, (answer, text)) in shown.enumerate() {
            if place > 0 {
                lines.push(b',');
            }
            answer.top(self.top.max(1), best);
            lines.extend_from_slice(text.opening.as_bytes());
            if let Some(&(class, p)) = best.first() {
                lines.extend_from_slice(text.labels[class].as_bytes());
                lines.extend_from_slice(b"\"p\":");
                write_probability(p, lines);
            }
            lines.extend_from_slice(b",\"top\":[");
            for (place, &(class, p)) in best.iter().take(self.top).enumerate() {
                lines.extend_from_slice(if place > 0 { b",[" } else { b"[" });
                lines.extend_from_slice(text.labels[class].as_bytes());
                write_probability(p, lines);
                lines.push(b']');
            }
            lines.extend_from_slice(b"]}");
        }
        lines.extend_from_slice(b"}}\n");
    }
}

/// Four digits after the point, without zeros at the end but for the first: `0.25`, `0.0`, `1.0`.
fn write_probability(p: f32, lines: &mut Vec<u8>) {
    let mut rest = (f64::from(p) * 10_000.0).round() as u32;
    let mut text = *b"0.0000";
    for digit in text[2..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    text[0] = b'0' + rest as u8;
    let zeros = text[3..].iter().rev().take_while(|&&digit| digit == b'0').count();
    lines.extend_from_slice(&text);
    lines.truncate(lines.len() - zeros);
}

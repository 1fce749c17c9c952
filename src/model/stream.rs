//! Whole files: read, classify, write, on one thread or several, in the order of the file.

use std::io::Write;

use rayon::prelude::*;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::bundle::Bundle;
use super::classifier::{Classifier, HeadPrediction, Prediction};
use super::corpus::{Batch, Reader, Row};
use crate::error::{Error, ErrorKind, Result};

/// Rows that are read at a time.
const BATCH: usize = 8192;
/// Rows that one thread takes at a time.
const PORTION: usize = 256;

/// Classifies every row of `reader` and writes a JSON line for each:
/// `{"id":…,"heads":{"NAME":{"label":…,"p":…,"top":[["label",p],…]}}}`, probabilities to four digits, the `top`
/// most probable labels of each head. Gives the number of rows written.
///
/// With more than one thread the next rows are read while these are classified; the lines keep the order of the
/// file, and the bytes are those of one thread. `after` is called with each batch once its lines are written: for
/// progress, and for its rejects.
///
/// # Errors
///
/// [`ErrorKind::Io`] when reading or writing fails.
pub fn classify_stream(
    bundle: &Bundle,
    reader: &mut Reader<'_>,
    out: &mut impl Write,
    threads: usize,
    top: usize,
    mut after: impl FnMut(&Batch) + Send,
) -> Result<u64> {
    let mut rows = 0;
    let mut write = |lines: &[u8]| {
        out.write_all(lines)
            .map_err(|error| Error::for_file("write to", std::path::Path::new("output"), error))
    };
    if threads <= 1 {
        let (mut batch, mut lines, mut classifier) = (Batch::new(), Vec::new(), bundle.classifier());
        while reader.read(&mut batch, PORTION)? {
            lines.clear();
            for row in batch.rows() {
                write_line(&mut classifier, row, top, &mut lines);
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
    let mut more = reader.read(&mut current, BATCH)?;
    while more {
        let (read, lines) = pool
            .install(|| rayon::join(|| reader.read(&mut next, BATCH), || portions(bundle, &current, top)));
        for portion in lines {
            write(&portion)?;
        }
        rows += current.len() as u64;
        after(&current);
        more = read?;
        std::mem::swap(&mut current, &mut next);
    }
    Ok(rows)
}

fn portions(bundle: &Bundle, batch: &Batch, top: usize) -> Vec<Vec<u8>> {
    let starts: Vec<usize> = (0..batch.len()).step_by(PORTION).collect();
    starts
        .into_par_iter()
        .map_init(
            || bundle.classifier(),
            |classifier, start| {
                let mut lines = Vec::new();
                for row in batch.rows().skip(start).take(PORTION) {
                    write_line(classifier, row, top, &mut lines);
                }
                lines
            },
        )
        .collect()
}

fn write_line(classifier: &mut Classifier<'_>, row: Row<'_>, top: usize, lines: &mut Vec<u8>) {
    let line = Line { id: row.id(), heads: Heads { prediction: classifier.classify(row.text()), top } };
    // Writing to memory, and no key that is not a string: it cannot fail.
    let _ = serde_json::to_writer(&mut *lines, &line);
    lines.push(b'\n');
}

#[derive(Serialize)]
struct Line<'p> {
    id: &'p str,
    heads: Heads<'p>,
}

struct Heads<'p> {
    prediction: Prediction<'p>,
    top: usize,
}

impl Serialize for Heads<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for prediction in self.prediction.iter() {
            map.serialize_entry(prediction.head().name(), &Answer { prediction, top: self.top })?;
        }
        map.end()
    }
}

struct Answer<'p> {
    prediction: HeadPrediction<'p>,
    top: usize,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        let (label, p) = self.prediction.ranked().next().unwrap_or_default();
        map.serialize_entry("label", label)?;
        map.serialize_entry("p", &four_digits(p))?;
        map.serialize_entry("top", &Top(self))?;
        map.end()
    }
}

struct Top<'a>(&'a Answer<'a>);

impl Serialize for Top<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (label, p) in self.0.prediction.ranked().take(self.0.top) {
            list.serialize_element(&(label, four_digits(p)))?;
        }
        list.end()
    }
}

pub(super) fn four_digits(p: f32) -> f64 {
    (f64::from(p) * 10_000.0).round() / 10_000.0
}

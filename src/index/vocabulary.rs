//! The values of a field in a whole snapshot, by number.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::{SegmentOrdinal, SegmentReader, TantivyError};

use super::facets::Facet;

/// The values of a facet in all segments of a snapshot. Each segment numbers its own values; here each value has one number,
/// so that what segments count is added up as numbers.
#[derive(Debug)]
pub(super) struct Vocabulary {
    values: Vec<String>,
    /// Of each segment, the number of the value of each ordinal.
    numbers: Vec<Vec<u32>>,
}

impl Vocabulary {
    /// Reads the dictionaries of all segments once. Cost: some hundred nanoseconds a value and segment.
    fn new(facet: Facet, segments: &[SegmentReader]) -> tantivy::Result<Self> {
        let column = facet.column();
        let (mut values, mut known) = (Vec::new(), FxHashMap::default());
        let mut numbers = Vec::with_capacity(segments.len());
        for segment in segments {
            let names = segment.fast_fields().str(column)?;
            let names = names.ok_or_else(|| TantivyError::FieldNotFound(column.to_owned()))?;
            let ordinals: Vec<u64> = (0..names.num_terms() as u64).collect();
            let mut of_segment = Vec::with_capacity(ordinals.len());
            names.dictionary().sorted_ords_to_term_cb(&ordinals, |name| {
                let name = String::from_utf8_lossy(name);
                let value = facet.cut(&name);
                let number = known.get(value).copied().unwrap_or_else(|| {
                    let number = values.len() as u32;
                    values.push(value.to_owned());
                    known.insert(value.to_owned(), number);
                    number
                });
                of_segment.push(number);
            })?;
            numbers.push(of_segment);
        }
        Ok(Self { values, numbers })
    }

    /// The numbers of a segment's values, by ordinal.
    pub(super) fn numbers(&self, segment: SegmentOrdinal) -> &[u32] {
        self.numbers.get(segment as usize).map_or(&[], Vec::as_slice)
    }

    /// The value of a number.
    pub(super) fn value(&self, number: u32) -> &str {
        self.values.get(number as usize).map_or("", String::as_str)
    }
}

/// The vocabularies of a snapshot, each made when it is first asked for.
#[derive(Default)]
pub(super) struct Vocabularies(Mutex<FxHashMap<Facet, Arc<Vocabulary>>>);

impl Vocabularies {
    pub(super) fn get(&self, facet: Facet, segments: &[SegmentReader]) -> tantivy::Result<Arc<Vocabulary>> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vocabulary) = made.get(&facet) {
            return Ok(vocabulary.clone());
        }
        let vocabulary = Arc::new(Vocabulary::new(facet, segments)?);
        made.insert(facet, vocabulary.clone());
        Ok(vocabulary)
    }
}

impl fmt::Debug for Vocabularies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vocabularies")
    }
}

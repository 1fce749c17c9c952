//! What an index holds of each complaint, to compare it with the ledger.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{SegmentReader, TantivyError};

use super::key::Key;
use super::open::guarded;
use super::schema::{CONFIDENTIAL, CORRECTED, DECISION, NUMBER, PLACE, RECEIVED, VERSION, seconds};
use super::searcher::IndexSearcher;
use crate::error::Result;
use crate::ledger::{Seq, State};

/// What an index holds of a complaint.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'s> {
    /// The complaint's number.
    pub number: u64,
    /// Where its newest version stands in the ledger's history.
    pub version: Seq,
    /// Where the decision on that stands; 0 when there is none.
    pub decision: Seq,
    received: i64,
    corrected: bool,
    confidential: bool,
    /// Ordinals are those of the columns.
    row: Row<'s>,
}

#[derive(Debug, Clone, Copy)]
struct Row<'s> {
    names: &'s Names,
    document: u32,
}

/// The columns of a segment that hold names, with the names.
#[derive(Debug)]
struct Names {
    place: (Column<u64>, Vec<String>),
    keys: Vec<(Column<u64>, Vec<String>)>,
}

impl Entry<'_> {
    /// Whether everything that is indexed of a state is the same in this one.
    pub fn agrees(&self, state: &State) -> bool {
        let Row { names, document } = self.row;
        let same = |(column, names): &(Column<u64>, Vec<String>), wanted: &mut dyn Iterator<Item = &str>| {
            let mut values = column.values_for_doc(document);
            values.all(|ordinal| names.get(ordinal as usize).map(String::as_str) == wanted.next())
                && wanted.next().is_none()
        };
        (self.version, self.decision) == (state.version, state.decision)
            && self.received == seconds(state.received)
            && (self.corrected, self.confidential) == (state.corrected, state.confidential)
            && same(&names.place, &mut [state.region.as_str()].into_iter())
            && Key::ALL.iter().zip(&names.keys).all(|(key, names)| same(names, &mut key.values(state)))
    }
}

impl IndexSearcher {
    /// Visits every complaint, in the order of the segments. Cost: a few hundred nanoseconds for each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) for a damaged index.
    pub fn visit(&self, mut visitor: impl FnMut(Entry<'_>)) -> Result<()> {
        guarded("read", self.index().dir(), || {
            for reader in self.searcher.segment_readers() {
                visit_segment(reader, &mut visitor).map_err(|source| self.failed(source))?;
            }
            Ok(())
        })
    }
}

fn visit_segment(reader: &SegmentReader, visitor: &mut impl FnMut(Entry<'_>)) -> tantivy::Result<()> {
    let columns = reader.fast_fields();
    let numbers = columns.u64(NUMBER)?;
    let (versions, decisions) = (columns.u64(VERSION)?, columns.u64(DECISION)?);
    let received = columns.i64(RECEIVED)?;
    let (corrected, confidential) = (columns.bool(CORRECTED)?, columns.bool(CONFIDENTIAL)?);
    let keys: tantivy::Result<_> = Key::ALL.iter().map(|key| names(reader, key.name())).collect();
    let names = Names { place: names(reader, PLACE)?, keys: keys? };
    for document in reader.doc_ids_alive() {
        visitor(Entry {
            number: numbers.first(document).unwrap_or_default(),
            version: versions.first(document).unwrap_or_default(),
            decision: decisions.first(document).unwrap_or_default(),
            received: received.first(document).unwrap_or_default(),
            corrected: corrected.first(document).unwrap_or_default(),
            confidential: confidential.first(document).unwrap_or_default(),
            row: Row { names: &names, document },
        });
    }
    Ok(())
}

/// A column of names, and the names by their ordinals.
fn names(reader: &SegmentReader, column: &str) -> tantivy::Result<(Column<u64>, Vec<String>)> {
    let values: StrColumn =
        reader.fast_fields().str(column)?.ok_or_else(|| TantivyError::FieldNotFound(column.to_owned()))?;
    let mut names = Vec::with_capacity(values.num_terms());
    let ordinals: Vec<u64> = (0..values.num_terms() as u64).collect();
    values
        .dictionary()
        .sorted_ords_to_term_cb(&ordinals, |name| names.push(String::from_utf8_lossy(name).into_owned()))?;
    Ok((values.ords().clone(), names))
}

//! The sample of complaints that every bench works on.

use pilah::model::{Batch, Columns, Format, Reader};

/// `data/sample.jsonl` as it is.
pub(crate) const JSONL: &str = include_str!("../../data/sample.jsonl");

/// The rows of the sample, with their function (`other(0)`) and their category (`other(1)`).
pub(crate) fn sample() -> Batch {
    let columns = Columns {
        text: vec!["text".into()],
        id: Some("id".into()),
        others: vec!["function".into(), "category".into()],
        ..Columns::default()
    };
    let mut reader = Reader::new(JSONL.as_bytes(), Format::Jsonl, &columns).expect("a readable sample");
    let mut batch = Batch::new();
    reader.read(&mut batch, usize::MAX).expect("a readable sample");
    assert_eq!(batch.len(), JSONL.lines().count(), "rejected: {:?}", batch.rejects());
    batch
}

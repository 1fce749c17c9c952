//! What is told of a store to those who may not read what citizens wrote: counts, and rows without personal data.

mod export;

pub use export::{write_counts, write_rows};

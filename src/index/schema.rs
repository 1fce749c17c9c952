//! What an index holds of a complaint.

use jiff::civil::DateTime;
use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use super::key::Key;
use super::tokenizer;
use crate::ledger::{Record, State};

/// Raised whenever the same complaint would be indexed otherwise. An index of another format is made anew.
pub(super) const FORMAT: u32 = 1;

/// Names of columns that are read by name.
pub(super) const NUMBER: &str = "number";
pub(super) const VERSION: &str = "version";
pub(super) const DECISION: &str = "decision";
pub(super) const RECEIVED: &str = "received";
pub(super) const MONTH: &str = "month";
pub(super) const PLACE: &str = "place";
pub(super) const CORRECTED: &str = "corrected";
pub(super) const CONFIDENTIAL: &str = "confidential";

/// The fields of the schema. Nothing is stored: texts stand in the ledger, at the place that `version` tells.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) text: Field,
    pub(super) title: Field,
    pub(super) address: Field,
    pub(super) id: Field,
    pub(super) region: Field,
    pub(super) place: Field,
    pub(super) keys: [Field; Key::ALL.len()],
    pub(super) number: Field,
    pub(super) version: Field,
    pub(super) decision: Field,
    pub(super) received: Field,
    pub(super) month: Field,
    pub(super) corrected: Field,
    pub(super) confidential: Field,
}

impl Fields {
    /// The schema and its fields; the same every time.
    pub(super) fn of_schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        // Lengths of texts are kept for the one field that is scored.
        let words = |scored| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(scored);
            TextOptions::default().set_indexing_options(indexing)
        };
        let whole = || {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false);
            TextOptions::default().set_indexing_options(indexing)
        };
        let column = NumericOptions::default().set_fast();
        let both = NumericOptions::default().set_fast().set_indexed().set_fieldnorm();
        let fields = Self {
            text: schema.add_text_field("text", words(true)),
            title: schema.add_text_field("title", words(false)),
            address: schema.add_text_field("address", words(false)),
            id: schema.add_text_field("id", whole()),
            region: schema.add_text_field("region", whole()),
            place: schema.add_text_field(PLACE, TextOptions::default().set_fast("raw")),
            keys: Key::ALL.map(|key| schema.add_text_field(key.name(), whole().set_fast("raw"))),
            number: schema.add_u64_field(NUMBER, both.clone()),
            version: schema.add_u64_field(VERSION, column.clone()),
            decision: schema.add_u64_field(DECISION, column.clone()),
            received: schema.add_i64_field(RECEIVED, column.clone()),
            month: schema.add_i64_field(MONTH, column),
            corrected: schema.add_bool_field(CORRECTED, both.clone()),
            confidential: schema.add_bool_field(CONFIDENTIAL, both),
        };
        (schema.build(), fields)
    }

    pub(super) fn key(&self, key: Key) -> Field {
        self.keys[key as usize]
    }

    /// What is indexed of a complaint. Nothing that a confidential one says is, nor its ids: it is only counted.
    pub(super) fn document(&self, record: &Record) -> TantivyDocument {
        let Record { number, ids, state, said } = record;
        let mut document = TantivyDocument::with_capacity(said.text.len() + 512);
        if !is_hidden(record) {
            document.add_text(self.text, &said.text);
            for (field, text) in [(self.title, title(&said.text)), (self.address, &said.address)] {
                if !text.is_empty() {
                    document.add_text(field, text);
                }
            }
            for id in ids {
                document.add_text(self.id, id.as_str());
            }
        }
        for code in ancestors(&state.region) {
            document.add_text(self.region, code);
        }
        document.add_text(self.place, &state.region);
        for key in Key::ALL {
            key.values(state).for_each(|value| document.add_text(self.key(key), value));
        }
        document.add_u64(self.number, *number);
        document.add_u64(self.version, state.version);
        document.add_u64(self.decision, state.decision);
        document.add_i64(self.received, seconds(state.received));
        document.add_i64(self.month, month(state));
        document.add_bool(self.corrected, state.corrected);
        document.add_bool(self.confidential, state.confidential);
        document
    }
}

/// Whether no reader may find it by what it says.
pub(super) fn is_hidden(record: &Record) -> bool {
    record.state.confidential || record.said.confidential
}

/// The title: what stands before the first joint of text columns, where there is one.
pub(super) fn title(text: &str) -> &str {
    text.split_once(" . ").map_or("", |(title, _)| title)
}

/// A region's code and those of all regions it belongs to, the highest first; of an empty code, the empty one.
pub(super) fn ancestors(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices('.').map(|(dot, _)| dot).chain([code.len()]).filter_map(|end| code.get(..end))
}

/// Seconds from 1970 to a local time, as if there were no zones. Sorting and spans need no more.
pub(super) fn seconds(time: DateTime) -> i64 {
    time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs()
}

/// Months since the year 0.
pub(super) fn month(state: &State) -> i64 {
    i64::from(state.received.year()) * 12 + i64::from(state.received.month()) - 1
}

//! Rows in memory: one buffer for all fields of a batch, used again and again.

use jiff::civil::DateTime;

use super::columns::{Field, Slots};
use crate::complaint::{Channel, Complaint};
use crate::model::date::parse_date_and_time;

/// A row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it begins: line of a text file, row of a sheet; from 1.
    pub line: u64,
    /// What is wrong and what to do about it.
    pub reason: String,
}

/// Rows with their chosen columns; a buffer to use again and again.
#[derive(Debug, Default)]
pub struct Batch {
    /// All fields, one after another.
    bytes: String,
    /// Where each field ends: text, id, others, named fields of the first row, then of the second ….
    ends: Vec<usize>,
    lines: Vec<u64>,
    /// Lines of the rows without an id of their own, ascending.
    nameless: Vec<u64>,
    width: usize,
    slots: Slots,
    rejects: Vec<Reject>,
}

/// One row of a [`Batch`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'b> {
    batch: &'b Batch,
    index: usize,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + Clone {
        (0..self.len()).map(|index| Row { batch: self, index })
    }

    /// A row; `None` past the end.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len()).then_some(Row { batch: self, index })
    }

    /// The rows left out while this batch was filled.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    pub(super) fn clear(&mut self, width: usize, slots: Slots) {
        self.bytes.clear();
        self.ends.clear();
        self.lines.clear();
        self.nameless.clear();
        self.rejects.clear();
        self.width = width;
        self.slots = slots;
    }

    /// Adds to the field that is being filled.
    pub(super) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
    }

    /// Fills the id of a row that has none.
    pub(super) fn push_line_as_id(&mut self, line: u64) {
        self.bytes.push_str(&line.to_string());
        self.nameless.push(line);
    }

    pub(super) fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }

    pub(super) fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejects.push(Reject { line, reason: reason.into() });
    }

    /// Closes a row; fields that were not filled are empty.
    pub(super) fn end_row(&mut self, line: u64) {
        self.lines.push(line);
        self.ends.resize(self.lines.len() * self.width, self.bytes.len());
    }

    /// Takes back the fields of an unfinished row.
    pub(super) fn undo_row(&mut self) {
        self.ends.truncate(self.lines.len() * self.width);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

impl<'b> Row<'b> {
    /// The text: its columns joined.
    pub fn text(&self) -> &'b str {
        self.at(0)
    }

    /// The id, or the line number where there is no such column.
    pub fn id(&self) -> &'b str {
        self.at(1)
    }

    /// Whether it has an id of its own, and not just the number of its line.
    pub fn has_id(&self) -> bool {
        self.batch.nameless.binary_search(&self.line()).is_err()
    }

    /// The further column of this place in [`Columns::others`](super::Columns::others), then in
    /// [`Columns::optional`](super::Columns::optional); empty when the row has none.
    pub fn other(&self, place: usize) -> &'b str {
        self.at(2 + place)
    }

    /// What the row says in this respect, as it stands in the file; empty when it has no such column.
    pub fn field(&self, field: Field) -> &'b str {
        self.batch.slots.get(field).map_or("", |slot| self.at(slot))
    }

    /// The local date and time by [`Field::Date`] and [`Field::Time`]; `None` where there is none or it cannot be
    /// read.
    pub fn date(&self) -> Option<DateTime> {
        parse_date_and_time(self.field(Field::Date), self.field(Field::Time))
    }

    /// The row as a complaint. A channel that is none counts as [`Channel::Other`],
    /// a type of report that is none as not stated: look at [`field`](Self::field) to tell.
    pub fn complaint(&self) -> Complaint<'b> {
        let privacy = self.field(Field::Privacy).to_ascii_lowercase();
        let channel = self.field(Field::Channel).trim();
        let stated = self.field(Field::Type).trim();
        Complaint {
            text: self.text(),
            address: self.field(Field::Address),
            village: self.field(Field::Village),
            district: self.field(Field::District),
            region: self.field(Field::Region),
            province: self.field(Field::Province),
            channel: (!channel.is_empty()).then(|| channel.parse().unwrap_or(Channel::Other)),
            entry: self.field(Field::Entry),
            stated_type: if stated.is_empty() { None } else { stated.parse().ok() },
            stated_category: self.field(Field::Category),
            sent_to: self.field(Field::SentTo),
            anonymous: privacy.contains("anonim") || privacy.contains("anonymous"),
            confidential: privacy.contains("rahasia") || privacy.contains("confidential"),
        }
    }

    /// Where the row begins.
    pub fn line(&self) -> u64 {
        self.batch.lines[self.index]
    }

    fn at(&self, place: usize) -> &'b str {
        if place >= self.batch.width {
            return "";
        }
        let at = self.index * self.batch.width + place;
        let from = if at == 0 { 0 } else { self.batch.ends[at - 1] };
        &self.batch.bytes[from..self.batch.ends[at]]
    }
}

//! One generated row.

/// The columns of a row, in their order.
pub const COLUMNS: [&str; 10] =
    ["id", "date", "channel", "text", "address", "village", "district", "region", "reporter", "origin"];

/// A generated complaint; a buffer to use again and again.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// All fields, one after another.
    pub(super) bytes: String,
    /// Where each field ends.
    ends: [u32; COLUMNS.len()],
    count: usize,
}

impl Generated {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields, in the order of [`COLUMNS`].
    pub fn fields(&self) -> [&str; COLUMNS.len()] {
        std::array::from_fn(|place| self.at(place))
    }

    /// `G` and eight digits, ascending.
    pub fn id(&self) -> &str {
        self.at(0)
    }

    /// When it came, in local time: `2023-01-31T09:05:00`.
    pub fn date(&self) -> &str {
        self.at(1)
    }

    /// The way it came: a name of [`Channel`](crate::complaint::Channel).
    pub fn channel(&self) -> &str {
        self.at(2)
    }

    /// What was written.
    pub fn text(&self) -> &str {
        self.at(3)
    }

    /// Where it is, as written; often empty, as the next three.
    pub fn address(&self) -> &str {
        self.at(4)
    }

    /// Name of the village.
    pub fn village(&self) -> &str {
        self.at(5)
    }

    /// Name of its district.
    pub fn district(&self) -> &str {
        self.at(6)
    }

    /// Code of its regency or city.
    pub fn region(&self) -> &str {
        self.at(7)
    }

    /// Who wrote it: `r` and a number.
    pub fn reporter(&self) -> &str {
        self.at(8)
    }

    /// The id of the row that this is a near-copy of; with `~` before it the id of the row that first reported the
    /// same problem; else empty.
    pub fn origin(&self) -> &str {
        self.at(9)
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }

    /// Closes the field that is being filled.
    pub(super) fn end(&mut self) {
        if let Some(end) = self.ends.get_mut(self.count) {
            *end = self.bytes.len() as u32;
            self.count += 1;
        }
    }

    pub(super) fn push(&mut self, field: &str) {
        self.bytes.push_str(field);
        self.end();
    }

    fn at(&self, place: usize) -> &str {
        let from = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        self.bytes.get(from..self.ends[place] as usize).unwrap_or_default()
    }
}

impl Clone for Generated {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), ..*self }
    }

    fn clone_from(&mut self, source: &Self) {
        self.bytes.clone_from(&source.bytes);
        (self.ends, self.count) = (source.ends, source.count);
    }
}

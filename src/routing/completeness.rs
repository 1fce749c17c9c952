//! What a clerk needs to act: what, where, when.

/// What a complaint says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Completeness {
    /// What is the matter.
    pub what: bool,
    /// Where it is, by words or fields.
    pub place: bool,
    /// When it was, or since when.
    pub time: bool,
}

impl Completeness {
    /// `what`, `where`, `when`, as far as they are missing.
    pub fn missing(self) -> impl Iterator<Item = &'static str> {
        let parts = [(self.what, "what"), (self.place, "where"), (self.time, "when")];
        parts.into_iter().filter(|(known, _)| !known).map(|(_, part)| part)
    }
}

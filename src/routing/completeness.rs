//! What a clerk needs to act: what, where, when.

use crate::complaint::Complaint;
use crate::place::{Level, Place};
use crate::text::{TokenKind, Tokens};

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
    /// By fields, the place found, and what the model says of the text. Fewer than three words say nothing.
    pub(super) fn of(
        complaint: &Complaint<'_>,
        tokens: &Tokens,
        place: Option<&Place>,
        says_where: bool,
        says_when: bool,
    ) -> Self {
        let words = tokens.iter().filter(|token| token.kind() == TokenKind::Word).count();
        let deep = place.is_some_and(|place| place.region.level() >= Level::District);
        let field = !complaint.address.trim().is_empty();
        Self { what: words >= 3, place: says_where || deep || field, time: says_when }
    }

    /// `what`, `where`, `when`, as far as they are missing.
    pub fn missing(self) -> impl Iterator<Item = &'static str> {
        let parts = [(self.what, "what"), (self.place, "where"), (self.time, "when")];
        parts.into_iter().filter(|(known, _)| !known).map(|(_, part)| part)
    }
}

//! Where a page ends.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// How found complaints are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// The last received first; of those received at once, the one with the highest number.
    #[default]
    Newest,
    /// The best match of the words first, by BM25 over the text; of those equal, the one with the highest number.
    Best,
}

/// Where a page ends, so that the next one begins there: a short text that means nothing by itself.
///
/// Complaints that arrive between two pages of [`Order::Newest`] move no other from page to page. Under
/// [`Order::Best`] that holds within one [`IndexSearcher`](super::IndexSearcher) only, since what arrives changes how
/// rare words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(super) order: Order,
    pub(super) place: Place,
}

/// What complaints are sorted by, descending: time or score, then number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// Seconds, or the bits of a score, which sort as scores do while they are positive.
    pub(super) key: i64,
    pub(super) number: u64,
}

impl Place {
    pub(super) fn score(self) -> f32 {
        f32::from_bits(self.key as u32)
    }
}

/// The key of a score.
pub(super) fn key_of(score: f32) -> i64 {
    i64::from(score.max(0.0).to_bits())
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Order::Newest => 'n',
            Order::Best => 'b',
        };
        write!(f, "{order}{:x}.{:x}", self.place.key, self.place.number)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    /// Reads what a page said.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for anything else.
    fn from_str(text: &str) -> Result<Self> {
        let read = || {
            let (order, rest) = match text.split_at_checked(1)? {
                ("n", rest) => (Order::Newest, rest),
                ("b", rest) => (Order::Best, rest),
                _ => return None,
            };
            let (key, number) = rest.split_once('.')?;
            let key = u64::from_str_radix(key, 16).ok()?.cast_signed();
            Some(Self { order, place: Place { key, number: u64::from_str_radix(number, 16).ok()? } })
        };
        read().ok_or_else(|| {
            let message = format!("`{text}` is no cursor: give the `next` of the page before");
            Error::new(ErrorKind::Parameter, message)
        })
    }
}

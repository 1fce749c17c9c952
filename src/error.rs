//! The one error type: opaque, with a kind to match on and a message to act on.

use std::fmt;
use std::path::Path;

/// What [`Result`](std::result::Result) is in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for a program to decide on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be opened, read or written.
    Io,
    /// An input file or one of its rows is not what its format asks for.
    Input,
    /// A parameter is outside its range.
    Parameter,
    /// There is too little data, or too few classes, to learn from.
    Training,
    /// A model bundle is damaged, truncated, foreign, or of another version.
    Bundle,
    /// The disk is full: what was handed in was not kept, and may be handed in again once there is room. Or a table in memory
    /// holds as much as it can.
    Full,
    /// A store's ledger or index is damaged, foreign, or of another version.
    Store,
    /// Another process writes to the store.
    Locked,
    /// What was asked for is not there: a store, a complaint, a saved query.
    Missing,
    /// The writer of a store cannot take anything any more: a write failed, or it is closing.
    Closed,
}

/// Names the value, what was expected and what to do next.
///
/// ```
/// let error = pilah::Bundle::from_bytes(b"not a model").unwrap_err();
/// assert_eq!(error.kind(), pilah::ErrorKind::Bundle);
/// ```
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn bundle(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bundle, message)
    }

    /// An error that rests on another one.
    #[cfg(feature = "store")]
    pub(crate) fn because(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self { kind, message: message.into(), source: Some(Box::new(source)) }
    }

    /// The same to be told to somebody else.
    #[cfg(feature = "store")]
    pub(crate) fn again(&self) -> Self {
        Self { kind: self.kind, message: self.message.clone(), source: None }
    }

    /// A file that could not be opened, read or written: `cannot ACTION `FILE`: REASON`.
    pub fn for_file(action: &str, path: &Path, source: std::io::Error) -> Self {
        Self {
            kind: ErrorKind::Io,
            message: format!("cannot {action} `{}`: {source}", path.display()),
            source: Some(Box::new(source)),
        }
    }

    /// The kind, to match on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// linfa's traits ask for this conversion; pilah's own code never meets such an error.
impl From<linfa::Error> for Error {
    fn from(source: linfa::Error) -> Self {
        Self { kind: ErrorKind::Training, message: source.to_string(), source: Some(Box::new(source)) }
    }
}

//! What systems call complaints.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a system calls a complaint. One complaint may have several, from several systems: give each system a prefix of
/// its own (`sp4n:7214406`), so that two never call different complaints alike.
///
/// ```
/// use pilah::complaint::Id;
///
/// let id: Id = " sp4n:7214406 ".parse()?;
/// assert_eq!(id.as_str(), "sp4n:7214406");
/// assert!("".parse::<Id>().is_err());
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

impl Id {
    /// Longest id, in bytes.
    pub const LONGEST: usize = 200;

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Id {
    type Err = Error;

    /// Reads an id; white space around it is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) for an empty one, one of more than [`Id::LONGEST`] bytes, or one with control characters.
    fn from_str(text: &str) -> Result<Self> {
        let id = text.trim();
        let wrong = match id {
            "" => "is empty: give every complaint one",
            id if id.len() > Self::LONGEST => "is longer than 200 bytes: give a shorter one",
            id if id.contains(char::is_control) => "has a control character in it: remove it",
            id => return Ok(Self(id.to_owned())),
        };
        Err(Error::input(format!(
            "the id `{}` {wrong}",
            id.chars().take(40).collect::<String>().escape_debug()
        )))
    }
}

impl TryFrom<String> for Id {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

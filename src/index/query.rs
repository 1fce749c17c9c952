//! What can be asked.

use std::fmt::{self, Write};
use std::str::FromStr;

use jiff::civil::{DateTime, Time};

use super::key::Key;
use super::parse;
use crate::error::{Error, Result};

/// A question to an index: words, phrases and filters.
///
/// | written | finds complaints |
/// |---|---|
/// | `lampu mati` | with both words, in any form: `lampunya`, `mematikan`; slang counts as what it stands for |
/// | `"lampu jalan"` | with these words behind each other |
/// | `-banjir` | without the word; a `-` may stand before anything |
/// | `banjir OR genangan` | with either; `OR` joins its two neighbours, before anything else is joined |
/// | `(a b) OR (c d)` | parentheses group; `()` finds all complaints |
/// | `title:lampu` `address:"jalan melati"` | with words in the title (what stands before the first ` . `) or the address |
/// | `function:` `category:` `agency:` `type:` `status:` `channel:` `action:` `flag:` | with exactly this value; `agency:""` where none is known |
/// | `region:35.78` | in the region or any that belongs to it |
/// | `id:sp4n:7214406` `number:12` | of that id or number |
/// | `month:2023-01` `received:2023-01-31` | received in that month or on that day, local time |
/// | `received:2023-01-01..2023-02-01` | received from the first time until before the second |
/// | `since:2023-01-01` `until:2023-02-01T12:00` | received at that time or later; before that time |
/// | `corrected:yes` `confidential:no` | put right by a person or not; public or not |
///
/// Nothing that is masked in a text (telephone numbers, NIK, addresses of the web and of e-mail) is ever found, and
/// nothing that a confidential complaint says. A question without any condition finds all complaints.
///
/// A query prints as a text that reads as the same query, so that it can be kept.
///
/// ```
/// use pilah::index::Query;
///
/// let query: Query = "lampu (mati OR padam) -banjir region:35.78".parse()?;
/// let saved = query.since("2023-01-01T00:00".parse().unwrap()).to_string();
/// assert_eq!(saved, "lampu mati OR padam -banjir region:35.78 since:2023-01-01");
/// assert!("colour:red".parse::<Query>().is_err()); // no such field
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(pub(super) Node);

/// One condition. Kept normal: no group stands in a group of its kind or has one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// All of these; of none: any complaint.
    All(Vec<Node>),
    /// One of these at least.
    Any(Vec<Node>),
    Not(Box<Node>),
    Words(Side, String),
    Key(Key, String),
    Region(String),
    Id(String),
    Number(u64),
    /// From the first until before the second; one of them at least.
    Received(Option<DateTime>, Option<DateTime>),
    Corrected(bool),
    Confidential(bool),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Text,
    Title,
    Address,
}

impl Node {
    pub(super) fn all(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Self::All(members) => flat.extend(members),
                node => flat.push(node),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::All(flat) }
    }

    /// Of at least one.
    pub(super) fn any(nodes: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Self::Any(members) => flat.extend(members),
                node => flat.push(node),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Any(flat) }
    }

    pub(super) fn not(node: Self) -> Self {
        match node {
            Self::Not(inner) => *inner,
            node => Self::Not(Box::new(node)),
        }
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(self, Self::All(members) if members.is_empty())
    }
}

impl Query {
    /// Finds all complaints.
    pub fn everything() -> Self {
        Self(Node::All(Vec::new()))
    }

    /// With all these words, whatever marks stand between them.
    pub fn words(words: &str) -> Self {
        let words = words.split_whitespace().filter(|word| parse::has_word(word));
        Self(Node::all(words.map(|word| Node::Words(Side::Text, word.to_owned()))))
    }

    /// Both this and the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Node::all([self.0, other.0]))
    }

    /// This, or the other, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.0.is_everything() || other.0.is_everything() {
            return Self::everything();
        }
        Self(Node::any([self.0, other.0]))
    }

    /// All complaints that have a value in a field: what `field:value` says in a text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a field that there is none, or a value that it never has.
    pub fn filter(self, field: &str, value: &str) -> Result<Self> {
        Ok(Self(Node::all([self.0, parse::filter(field, value)?])))
    }

    /// In a region, by its code, or in any that belongs to it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for what is no code of a region.
    pub fn region(self, code: &str) -> Result<Self> {
        self.filter("region", code)
    }

    /// Received at a local time or later.
    #[must_use]
    pub fn since(self, time: DateTime) -> Self {
        Self(Node::all([self.0, Node::Received(Some(time), None)]))
    }

    /// Received before a local time.
    #[must_use]
    pub fn until(self, time: DateTime) -> Self {
        Self(Node::all([self.0, Node::Received(None, Some(time))]))
    }
}

/// Finds all complaints.
impl Default for Query {
    fn default() -> Self {
        Self::everything()
    }
}

/// All complaints but those it finds.
impl std::ops::Not for Query {
    type Output = Self;

    fn not(self) -> Self {
        Self(Node::not(self.0))
    }
}

impl FromStr for Query {
    type Err = Error;

    /// Reads a query as the table at [`Query`] shows it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for an unknown field, a value that a field never has, a quotation mark or a parenthesis
    /// that has no other, and texts of more than 32 KiB or 1,000 conditions.
    fn from_str(text: &str) -> Result<Self> {
        parse::query(text).map(Self)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(members) if members.is_empty() => f.write_str("()"),
            Self::All(members) => join(f, members, " "),
            Self::Any(members) => join(f, members, " OR "),
            Self::Not(inner) if matches!(**inner, Self::All(_) | Self::Any(_)) => write!(f, "-({inner})"),
            Self::Not(inner) => write!(f, "-{inner}"),
            Self::Words(Side::Text, words) => quoted(f, words, ".'/-"),
            Self::Words(Side::Title, words) => field(f, "title", words),
            Self::Words(Side::Address, words) => field(f, "address", words),
            Self::Key(key, value) => field(f, key.name(), value),
            Self::Region(code) => field(f, "region", code),
            Self::Id(id) => field(f, "id", id),
            Self::Number(number) => write!(f, "number:{number}"),
            Self::Received(Some(since), Some(until)) => {
                f.write_str("received:")?;
                time(f, *since)?;
                f.write_str("..")?;
                time(f, *until)
            }
            Self::Received(Some(since), None) => {
                f.write_str("since:")?;
                time(f, *since)
            }
            Self::Received(None, until) => {
                f.write_str("until:")?;
                time(f, until.unwrap_or(DateTime::MAX))
            }
            Self::Corrected(yes) => write!(f, "corrected:{}", yes_or_no(*yes)),
            Self::Confidential(yes) => write!(f, "confidential:{}", yes_or_no(*yes)),
        }
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn join(f: &mut fmt::Formatter<'_>, nodes: &[Node], joint: &str) -> fmt::Result {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            f.write_str(joint)?;
        }
        // `OR` joins first, so that only what stands without it needs a group.
        if matches!(node, Node::All(_)) { write!(f, "({node})")? } else { write!(f, "{node}")? }
    }
    Ok(())
}

fn field(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    write!(f, "{name}:")?;
    quoted(f, value, ".@:/_-")
}

/// A text between quotation marks, unless it reads as one word without them.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str, marks: &str) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || marks.contains(c);
    if !text.is_empty() && text != "OR" && !text.starts_with('-') && text.chars().all(plain) {
        return f.write_str(text);
    }
    f.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}

/// A local time, as a date alone where it is midnight.
fn time(f: &mut fmt::Formatter<'_>, time: DateTime) -> fmt::Result {
    if time.time() == Time::midnight() { write!(f, "{}", time.date()) } else { write!(f, "{time}") }
}

//! What a complaint must be flagged for.

use std::fmt;

use crate::error::{Error, Result};
use crate::text::{Analyzer, Phrases, Tokens};

/// A reason to take care. In the order of this list in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// Alleges wrongdoing by officials, an office or a contractor. Recall first: better one too many.
    Misconduct,
    /// Life, health or safety is at risk now or within days.
    Urgent,
    /// Against the very office that would handle it: the inspectorate is added.
    ConflictOfInterest,
    /// A request under the information law, for the PPID.
    Ppid,
    /// Insults somebody.
    Insult,
    /// Attacks a group for what it is.
    Hate,
    /// Threatens somebody.
    Threat,
    /// Calls to unrest.
    Provocation,
    /// Advertisement.
    Spam,
    /// The entry point belongs to another office than the text speaks of.
    EntryMismatch,
    /// The entry point is neither in the instance's table nor a function.
    EntryUnknown,
}

impl Flag {
    const NAMES: [(&'static str, Self); 11] = [
        ("misconduct", Self::Misconduct),
        ("urgent", Self::Urgent),
        ("conflict-of-interest", Self::ConflictOfInterest),
        ("ppid", Self::Ppid),
        ("content-risk:insult", Self::Insult),
        ("content-risk:hate", Self::Hate),
        ("content-risk:threat", Self::Threat),
        ("content-risk:provocation", Self::Provocation),
        ("content-risk:spam", Self::Spam),
        ("entry-mismatch", Self::EntryMismatch),
        ("entry-unknown", Self::EntryUnknown),
    ];

    /// Whether the content itself is the risk: such a complaint goes to a person.
    pub fn is_content_risk(self) -> bool {
        matches!(self, Self::Insult | Self::Hate | Self::Threat | Self::Provocation | Self::Spam)
    }

    /// As it stands in a decision.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, flag)| *flag == self).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What words of `data/routing/flags.csv` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Flag(Flag),
    /// Names an official.
    Official,
    /// Names a head of region, or the inspectorate itself.
    Overseen,
    /// Speaks of what no office deals with.
    OutOfScope,
}

/// The words that raise flags.
#[derive(Debug)]
pub(super) struct Signs {
    words: Phrases<Sign>,
}

impl Signs {
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Signs> =
            std::sync::LazyLock::new(|| match Signs::parse(include_str!("../../data/routing/flags.csv")) {
                Ok(signs) => signs,
                Err(error) => panic!("the shipped table of flags: {error}"),
            });
        &SHIPPED
    }

    fn parse(table: &str) -> Result<Self> {
        let mut words = Vec::new();
        for (line, [flag, alternatives]) in super::table::rows(table, ["flag", "words"])? {
            let sign = match flag.as_str() {
                "official" => Sign::Official,
                "overseen" => Sign::Overseen,
                "out-of-scope" => Sign::OutOfScope,
                name => {
                    let flag = Flag::NAMES.iter().find(|(known, _)| *known == name);
                    Sign::Flag(
                        flag.ok_or_else(|| Error::input(format!("line {line}: `{name}` is no flag")))?.1,
                    )
                }
            };
            words.extend(alternatives.split('|').map(|words| (words.to_owned(), sign)));
        }
        let analyzer = Analyzer::indonesian();
        Ok(Self { words: Phrases::new(&analyzer, words.iter().map(|(words, sign)| (words.as_str(), *sign))) })
    }

    /// What the words of a text say.
    pub(super) fn read(&self, tokens: &Tokens) -> Said {
        let mut said = Said::default();
        self.words.find(tokens, |_, sign| match sign {
            Sign::Flag(flag) => said.flags.push(flag),
            Sign::Official => said.official = true,
            Sign::Overseen => said.overseen = true,
            Sign::OutOfScope => said.out_of_scope = true,
        });
        said
    }
}

/// What the words of a text say.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) flags: Vec<Flag>,
    /// An official or an office is named.
    pub(super) official: bool,
    /// A head of region, or the inspectorate itself, is named.
    pub(super) overseen: bool,
    /// It is about what no office deals with.
    pub(super) out_of_scope: bool,
}

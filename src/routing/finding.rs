//! What is wrong with a directory, and what to do about it.

use std::fmt;

use serde::Serialize;

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A key, column, function, kind of unit, region or parent that does not exist.
    Unknown,
    /// A value that is empty or outside its range.
    Invalid,
    /// Parents that lead in a circle.
    Circle,
    /// The same id, or two offices of one name in one territory.
    Double,
    /// A name or alias of several units: the place must tell them apart.
    Ambiguous,
    /// An office that is missing.
    Gap,
}

impl Fault {
    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Unknown | Self::Invalid | Self::Circle | Self::Double => Severity::Error,
            Self::Ambiguous | Self::Gap => Severity::Warning,
        }
    }

    /// As it stands in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
            Self::Circle => "circle",
            Self::Double => "double",
            Self::Ambiguous => "ambiguous",
            Self::Gap => "gap",
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The directory cannot be used as it is, or gives a wrong answer.
    Error,
    /// It works, but perhaps not as was meant.
    Warning,
}

impl Severity {
    /// As it stands in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with a directory. Displays as `file:line: what: what to do`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file, as it was named.
    pub file: String,
    /// The line it begins on, from 1.
    pub line: u64,
    /// What kind of fault it is.
    pub fault: Fault,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Finding {
    pub(super) fn new(file: &str, line: u64, fault: Fault, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, fault, severity: fault.severity(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.severity.name(), self.message)
    }
}

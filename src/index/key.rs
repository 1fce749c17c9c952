//! The fields whose values are names, taken whole.

use std::borrow::Cow;

use crate::complaint::{Channel, ReportType, Status};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::State;

/// A field whose values are names. Where a value is not known it is the empty one, which can be asked for too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Function,
    Category,
    Agency,
    Type,
    Status,
    Channel,
    Action,
    Flag,
}

const ACTIONS: [&str; 4] = ["route", "review", "incomplete", "out_of_scope"];

impl Key {
    pub(super) const ALL: [Self; 8] = [
        Self::Function,
        Self::Category,
        Self::Agency,
        Self::Type,
        Self::Status,
        Self::Channel,
        Self::Action,
        Self::Flag,
    ];

    /// Its name in queries, facets and the schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Category => "category",
            Self::Agency => "agency",
            Self::Type => "type",
            Self::Status => "status",
            Self::Channel => "channel",
            Self::Action => "action",
            Self::Flag => "flag",
        }
    }

    /// The values of a complaint: exactly one, but for flags, of which there may be several.
    pub(super) fn values(self, state: &State) -> impl Iterator<Item = &str> {
        let value = match self {
            Self::Function => &state.function,
            Self::Category => &state.category,
            Self::Agency => &state.agency,
            Self::Type => &state.kind,
            Self::Status => state.status.name(),
            Self::Channel => &state.channel,
            Self::Action => &state.action,
            Self::Flag => state.flags.as_str(),
        };
        value.split(move |character| self == Self::Flag && character == ',')
    }

    /// The value that a name in a query means.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a name that is none of a closed list.
    pub(super) fn value(self, name: &str) -> Result<Cow<'_, str>> {
        Ok(match self {
            _ if name.is_empty() => Cow::Borrowed(""),
            Self::Type => name.parse::<ReportType>()?.label().into(),
            Self::Status => name.parse::<Status>()?.name().into(),
            Self::Channel => name.parse::<Channel>()?.name().into(),
            Self::Action if !ACTIONS.contains(&name) => {
                let known = ACTIONS.join(", ");
                let message = format!("`{name}` is no action: give one of {known}");
                return Err(Error::new(ErrorKind::Parameter, message));
            }
            _ => name.into(),
        })
    }
}

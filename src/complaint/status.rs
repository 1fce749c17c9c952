//! How far complaints are dealt with.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// How far a complaint is dealt with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked at it.
    #[default]
    New,
    /// An administrator took it (*verifikasi*).
    Verified,
    /// It was sent on to an office (*disposisi*).
    Assigned,
    /// The office works on it (*proses*, *tindak lanjut*).
    InProgress,
    /// It waits for the reporter (*tunda*).
    OnHold,
    /// The office sent it back (*bukan wewenang*).
    Bounced,
    /// It was answered or done (*selesai*).
    Closed,
    /// It was put away (*arsip*).
    Archived,
}

impl Status {
    const NAMES: [(&'static str, Self); 35] = [
        ("new", Self::New),
        ("baru", Self::New),
        ("belum diverifikasi", Self::New),
        ("belum terverifikasi", Self::New),
        ("menunggu verifikasi", Self::New),
        ("verified", Self::Verified),
        ("verifikasi", Self::Verified),
        ("terverifikasi", Self::Verified),
        ("sudah diverifikasi", Self::Verified),
        ("assigned", Self::Assigned),
        ("disposisi", Self::Assigned),
        ("terdisposisi", Self::Assigned),
        ("belum ditindaklanjuti", Self::Assigned),
        ("in_progress", Self::InProgress),
        ("in progress", Self::InProgress),
        ("open", Self::New),
        ("proses", Self::InProgress),
        ("dalam proses", Self::InProgress),
        ("sedang diproses", Self::InProgress),
        ("tindak lanjut", Self::InProgress),
        ("on_hold", Self::OnHold),
        ("tunda", Self::OnHold),
        ("ditunda", Self::OnHold),
        ("bounced", Self::Bounced),
        ("bukan wewenang", Self::Bounced),
        ("menunggu kelengkapan informasi", Self::OnHold),
        ("closed", Self::Closed),
        // By the system, by an administrator or by the reporter.
        ("ditutup", Self::Closed),
        ("selesai", Self::Closed),
        ("selesai otomatis", Self::Closed),
        ("archived", Self::Archived),
        ("arsip", Self::Archived),
        ("diarsipkan", Self::Archived),
        ("arsipkan", Self::Archived),
        ("konten terblokir", Self::Archived),
    ];

    /// Its name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, status)| *status == self).map_or("new", |(name, _)| name)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Status {
    type Err = Error;

    /// Reads a status in any case, also as SP4N-LAPOR! and Open311 call it; of `Selesai otomatis dalam 10 hari` the
    /// longest name that it begins with counts.
    ///
    /// ```
    /// use pilah::complaint::Status;
    ///
    /// assert_eq!("Selesai otomatis dalam 10 hari".parse::<Status>()?, Status::Closed);
    /// assert_eq!("Ditutup oleh Sistem".parse::<Status>()?, Status::Closed);
    /// assert_eq!("Bukan Wewenang".parse::<Status>()?, Status::Bounced);
    /// # Ok::<(), pilah::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other name.
    fn from_str(name: &str) -> Result<Self> {
        let wanted = name.trim().to_lowercase();
        let begins = |known: &str| {
            let rest = wanted.strip_prefix(known);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let found = Self::NAMES.iter().filter(|(name, _)| begins(name)).max_by_key(|(name, _)| name.len());
        found.map(|(_, status)| *status).ok_or_else(|| {
            let known: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            let known = known.join(", ");
            Error::new(ErrorKind::Parameter, format!("`{name}` is no status: give one of {known}"))
        })
    }
}

//! The ways complaints come.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// The way a complaint came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Channel {
    /// A web form.
    Web,
    /// An app.
    App,
    /// SMS, such as 1708.
    Sms,
    /// `WhatsApp`.
    Whatsapp,
    /// A call centre.
    Call,
    /// E-mail.
    Email,
    /// Twitter, now X.
    Twitter,
    /// Facebook.
    Facebook,
    /// Instagram.
    Instagram,
    /// A letter, typed in later.
    Letter,
    /// A counter, typed in later.
    Counter,
    /// A QR code at a place or an office.
    Qr,
    /// Anything else.
    Other,
}

impl Channel {
    const NAMES: [(&'static str, Self); 29] = [
        ("web", Self::Web),
        ("website", Self::Web),
        ("app", Self::App),
        ("apps", Self::App),
        ("android", Self::App),
        ("ios", Self::App),
        ("sms", Self::Sms),
        ("whatsapp", Self::Whatsapp),
        ("wa", Self::Whatsapp),
        ("call", Self::Call),
        ("telepon", Self::Call),
        ("call center", Self::Call),
        ("hotline", Self::Call),
        ("hotline service", Self::Call),
        ("email", Self::Email),
        ("e-mail", Self::Email),
        ("email instansi", Self::Email),
        ("twitter", Self::Twitter),
        ("x", Self::Twitter),
        ("facebook", Self::Facebook),
        ("instagram", Self::Instagram),
        ("letter", Self::Letter),
        ("surat", Self::Letter),
        ("counter", Self::Counter),
        ("loket", Self::Counter),
        ("tatap muka", Self::Counter),
        ("qr", Self::Qr),
        ("qr code", Self::Qr),
        ("other", Self::Other),
    ];

    /// Its name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, channel)| *channel == self).map_or("other", |(name, _)| name)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Channel {
    type Err = Error;

    /// Reads a channel's name in any case, also as SP4N-LAPOR! calls its sources; `Website - pemerintah-kota-…` is a
    /// website.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other name.
    fn from_str(name: &str) -> Result<Self> {
        let wanted = name.split(" - ").next().unwrap_or_default().trim();
        let found = Self::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, channel)| *channel).ok_or_else(|| {
            let known: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            Error::new(
                ErrorKind::Parameter,
                format!("`{name}` is no channel: give one of {}", known.join(", ")),
            )
        })
    }
}

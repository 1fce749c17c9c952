//! A complaint as it comes in: plain data.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// One complaint, borrowed from whoever holds it. Only `text` is needed; what is not known stays empty.
///
/// ```
/// use pilah::complaint::{Channel, Complaint};
///
/// let complaint = Complaint {
///     text: "Lampu jalan depan balai RW mati",
///     village: "Mojo",
///     channel: Some("WhatsApp".parse::<Channel>()?),
///     ..Complaint::default()
/// };
/// assert_eq!(complaint.channel, Some(Channel::Whatsapp));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Complaint<'a> {
    /// What was written.
    pub text: &'a str,
    /// Where it is, as written.
    pub address: &'a str,
    /// Name of the village (kelurahan or desa), or its Ministry code.
    pub village: &'a str,
    /// Name of the district (kecamatan), or its code.
    pub district: &'a str,
    /// Ministry code of a region of any level, or the name of a regency, city or province.
    pub region: &'a str,
    /// Name of the province, where it stands apart.
    pub province: &'a str,
    /// The way it came.
    pub channel: Option<Channel>,
    /// The entry point it came through, such as a QR code's: a key of the instance's `entry` table, or an office's
    /// function.
    pub entry: &'a str,
    /// The type of report that its reporter or a clerk stated.
    pub stated_type: Option<ReportType>,
    /// The category that was stated, as written.
    pub stated_category: &'a str,
    /// The office that it was sent to, as written.
    pub sent_to: &'a str,
    /// The reporter's name is hidden from the office (*anonim*).
    pub anonymous: bool,
    /// The report is not public (*rahasia*).
    pub confidential: bool,
}

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

/// The types of report of SP4N-LAPOR!, and what is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportType {
    /// *Pengaduan berkadar pengawasan*: suspects a violation by officials.
    Supervision,
    /// *Pengaduan tidak berkadar pengawasan*: a problem with a public service.
    Service,
    /// *Permintaan informasi*: asks for information.
    Information,
    /// *Aspirasi*: a proposal, a wish, praise.
    Aspiration,
    /// *Bukan laporan*: none of these.
    None,
}

impl ReportType {
    const ALL: [Self; 5] =
        [Self::Supervision, Self::Service, Self::Information, Self::Aspiration, Self::None];

    /// Its label in decisions and models.
    pub fn label(self) -> &'static str {
        match self {
            Self::Supervision => "pengaduan-berkadar-pengawasan",
            Self::Service => "pengaduan-tidak-berkadar-pengawasan",
            Self::Information => "permintaan-informasi",
            Self::Aspiration => "aspirasi",
            Self::None => "bukan-laporan",
        }
    }
}

impl fmt::Display for ReportType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for ReportType {
    type Err = Error;

    /// Reads a label of decisions, or the name of SP4N-LAPOR! (`Pengaduan Berkadar Pengawasan`), in any case.
    ///
    /// ```
    /// use pilah::complaint::ReportType;
    ///
    /// assert_eq!("Permintaan Informasi".parse::<ReportType>()?, ReportType::Information);
    /// assert_eq!("aspirasi".parse::<ReportType>()?, ReportType::Aspiration);
    /// # Ok::<(), pilah::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for any other name.
    fn from_str(name: &str) -> Result<Self> {
        let words = |text| str::split(text, |c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let same =
            |kind: &Self| words(name).map(str::to_lowercase).eq(words(kind.label()).map(str::to_lowercase));
        Self::ALL.into_iter().find(same).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|kind| kind.label()).collect();
            Error::new(
                ErrorKind::Parameter,
                format!("`{name}` is no type of report: give one of {}", known.join(", ")),
            )
        })
    }
}

//! Types of report.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

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

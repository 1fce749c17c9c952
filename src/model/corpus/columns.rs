//! Which columns are read, and what they mean.

use super::profile::Profile;

/// What a column says of a complaint besides its text and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// Where it is, as written.
    Address,
    /// Village: name or code.
    Village,
    /// District: name or code.
    District,
    /// Region: a code, or the name of a regency, city or province.
    Region,
    /// Province: name or code, where it stands apart.
    Province,
    /// The way it came.
    Channel,
    /// The entry point it came through.
    Entry,
    /// When it came: a date, or date and time.
    Date,
    /// The time of day, where it stands apart from the date.
    Time,
    /// The type of report that was stated.
    Type,
    /// The category that was stated.
    Category,
    /// The office that it was sent to.
    SentTo,
    /// Whether it is anonymous or confidential (*anonim*, *rahasia*).
    Privacy,
    /// How far it is dealt with.
    Status,
    /// Latitude.
    Latitude,
    /// Longitude.
    Longitude,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Address,
        Self::Village,
        Self::District,
        Self::Region,
        Self::Province,
        Self::Channel,
        Self::Entry,
        Self::Date,
        Self::Time,
        Self::Type,
        Self::Category,
        Self::SentTo,
        Self::Privacy,
        Self::Status,
        Self::Latitude,
        Self::Longitude,
    ];
}

/// Which columns to read. What is named here comes before what the profile knows.
///
/// The name of whoever complained is not among the fields: a column that is not asked for is parsed over and not kept.
///
/// ```
/// use pilah::model::{Batch, Columns, Field, Format, Profile, Reader};
///
/// let export = "Tracking ID;Nama Pelapor;Judul Laporan;Isi Laporan Awal;Kecamatan\n\
///               1234567;Fulan;Lampu mati;Lampu jalan padam;GUBENG\n";
/// let columns = Columns { profile: Profile::Sp4n, ..Columns::default() };
/// let mut reader = Reader::new(export.as_bytes(), Format::Csv, &columns)?;
/// let mut batch = Batch::new();
/// reader.read(&mut batch, 100)?;
/// let row = batch.row(0).unwrap();
/// assert_eq!((row.id(), row.text()), ("1234567", "Lampu mati . Lampu jalan padam"));
/// assert_eq!(row.field(Field::District), "GUBENG");
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The columns that make the text, joined by ` . `. Left aside for [`Format::Lines`](super::Format::Lines).
    pub text: Vec<String>,
    /// The column of the id; when none is given, `id` if there is one, else the line number serves.
    pub id: Option<String>,
    /// Further columns, such as labels, by their place in this list.
    pub others: Vec<String>,
    /// Further columns that may be missing, each by the names it may have, the first that is there and not empty; their places
    /// follow those of `others`.
    pub optional: Vec<Vec<String>>,
    /// Further columns by what they mean.
    pub fields: Vec<(Field, String)>,
    /// What the columns that are not named here are called.
    pub profile: Profile,
}

/// Where each field stands in a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slots([Option<u16>; Field::ALL.len()]);

impl Slots {
    pub(super) fn get(self, field: Field) -> Option<usize> {
        self.0[field as usize].map(usize::from)
    }

    pub(super) fn set(&mut self, field: Field, slot: usize) {
        self.0[field as usize] = u16::try_from(slot).ok();
    }
}

//! What the columns of well-known exports are called.

use super::columns::Field;

/// What the columns of a file are called that [`Columns`](super::Columns) does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Nothing is known: only the columns that are named are read.
    #[default]
    Named,
    /// [`Sp4n`](Self::Sp4n) when the header names `Tracking ID` and `Isi Laporan Awal`, else [`Named`](Self::Named).
    Guess,
    /// The summary export (*Laporan Ringkas*) of SP4N-LAPOR!: CSV or XLSX, whatever stands above its header row. The
    /// text is the title and the text as sent; the text as edited serves when the first is empty.
    Sp4n,
    /// Service requests of Open311 (`GeoReport` v2) as JSON.
    Open311,
}

/// Columns in order of preference: the first that a file has and that is not empty counts.
pub(super) type Names = &'static [&'static str];

impl Profile {
    /// What a header must name to be one.
    pub(super) fn marks(self) -> Names {
        match self {
            Self::Named => &[],
            Self::Guess | Self::Sp4n => &["Tracking ID", "Isi Laporan Awal"],
            Self::Open311 => &["service_request_id", "description"],
        }
    }

    /// The parts of the text; those that are empty are left out.
    pub(super) fn text(self) -> &'static [Names] {
        match self {
            Self::Named | Self::Guess => &[],
            Self::Sp4n => &[&["Judul Laporan"], &["Isi Laporan Awal", "Isi Laporan Akhir"]],
            Self::Open311 => &[&["description"]],
        }
    }

    pub(super) fn id(self) -> Names {
        match self {
            Self::Named | Self::Guess => &["id"],
            Self::Sp4n => &["Tracking ID"],
            Self::Open311 => &["service_request_id"],
        }
    }

    pub(super) fn fields(self) -> &'static [(Field, Names)] {
        match self {
            Self::Named | Self::Guess => &[],
            Self::Sp4n => &[
                (Field::Date, &["Tanggal Laporan Masuk"]),
                (Field::Time, &["Waktu Laporan Masuk"]),
                (Field::Type, &["Klasifikasi Laporan"]),
                (Field::Category, &["Kategori"]),
                (Field::Privacy, &["Tipe Laporan (Anonim/Rahasia)", "Tipe Laporan"]),
                (Field::Channel, &["Sumber Laporan"]),
                (Field::SentTo, &["Instansi Terdisposisi"]),
                (Field::Status, &["Status Laporan"]),
                (Field::Province, &["Provinsi"]),
                (Field::Region, &["Kota/Kabupaten"]),
                (Field::District, &["Kecamatan"]),
                (Field::Village, &["Kelurahan"]),
            ],
            Self::Open311 => &[
                (Field::Address, &["address"]),
                (Field::Date, &["requested_datetime"]),
                (Field::Category, &["service_name"]),
                (Field::SentTo, &["agency_responsible"]),
                (Field::Status, &["status"]),
                (Field::Latitude, &["lat"]),
                (Field::Longitude, &["long"]),
            ],
        }
    }
}

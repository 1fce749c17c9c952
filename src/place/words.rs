//! Words around names: those that say what kind of place follows, and those that say that none does.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::code::{Level, RegionCode};
use super::roll::{Name, Roll};

/// The bytes of a word of up to four letters as one number; of a longer word, of its last four.
pub(super) const fn packed(word: &[u8]) -> u32 {
    let (mut number, mut at) = (0, 0);
    while at < word.len() {
        number = number << 8 | word[at] as u32;
        at += 1;
    }
    number
}

/// Abbreviations inside names, of up to four letters, [`packed`].
#[inline]
pub(super) fn written_out(word: u32) -> Option<Roll> {
    const SEI: u32 = packed(b"sei");
    const KP: u32 = packed(b"kp");
    const KMP: u32 = packed(b"kmp");
    const KAMP: u32 = packed(b"kamp");
    const TJ: u32 = packed(b"tj");
    const TJG: u32 = packed(b"tjg");
    const TG: u32 = packed(b"tg");
    const GN: u32 = packed(b"gn");
    const GNG: u32 = packed(b"gng");
    const PSR: u32 = packed(b"psr");
    const KRG: u32 = packed(b"krg");
    const SBR: u32 = packed(b"sbr");
    const BTG: u32 = packed(b"btg");
    let full: &[u8] = match word {
        SEI => b"sungai",
        KP | KMP | KAMP => b"kampung",
        TJ | TJG | TG => b"tanjung",
        GN | GNG => b"gunung",
        PSR => b"pasar",
        KRG => b"karang",
        SBR => b"sumber",
        BTG => b"batang",
        _ => return None,
    };
    Some(Roll::of(full))
}

/// Which kinds of region a name can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const PROVINCE: Self = Self(1);
    pub(super) const KABUPATEN: Self = Self(2);
    pub(super) const CITY: Self = Self(4);
    pub(super) const REGENCY: Self = Self(6);
    pub(super) const DISTRICT: Self = Self(8);
    pub(super) const VILLAGE: Self = Self(16);
    pub(super) const ALL: Self = Self(31);

    pub(super) fn of(code: RegionCode) -> Self {
        match code.level() {
            Level::Province => Self::PROVINCE,
            Level::Regency if code.is_city() => Self::CITY,
            Level::Regency => Self::KABUPATEN,
            Level::District => Self::DISTRICT,
            Level::Village => Self::VILLAGE,
        }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_part_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn allow(self, code: RegionCode) -> bool {
        self.0 & Self::of(code).0 != 0
    }
}

/// What a word says about the name that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// It is a region of these kinds.
    Region(Kinds),
    /// It is a street.
    Street,
    /// It is a person.
    Person,
    /// It is what something is called that may stand elsewhere: a market, a school, an estate.
    Landmark,
    /// Nothing: it stands between a marker and the name.
    Filler,
}

const MARKERS: [(&str, Marker); 11] = [
    (
        "kel kelurahan klurahan kelurahanya kelurahannya keluraan kelurhan klrhan kalurahan lurah kelrhn kl desa ds dsa \
         dusa nagari kades pekon gampong",
        Marker::Region(Kinds::VILLAGE),
    ),
    (
        "kec kecamatan kcmtn kecm kecmtn kecamatannya kacamatan camat kecmatan keca distrik",
        Marker::Region(Kinds::DISTRICT),
    ),
    ("kab kabupaten kabupatennya kabup kbpt pemkab bupati", Marker::Region(Kinds::KABUPATEN)),
    ("kota kotamadya kodya walikota pemkot", Marker::Region(Kinds::CITY)),
    ("prov propinsi provinsi prop pemprov pemprop gubernur", Marker::Region(Kinds::PROVINCE)),
    ("jl jln jalan jal jlan jlnan jalur gang gg gng lorong lrg", Marker::Street),
    (
        "pak bapak bpk bu ibu sdr sdri saudara saudari mas mbak an almarhum alm ustad ustadz kyai",
        Marker::Person,
    ),
    (
        "pasar psr perum perumahan puskesmas pkm pln sd sdn smp smpn sma sman smk smkn terminal stasiun rs rsud rumkit masjid \
         musholla gereja pabrik spbu polsek halte simpang perempatan pertigaan jembatan makam tpu apartemen rusun rusunawa",
        Marker::Landmark,
    ),
    ("adm administrasi nama yaitu", Marker::Filler),
    // Streets named so go on behind the word.
    ("raya", Marker::Filler),
    ("pemda", Marker::Region(Kinds::REGENCY)),
];

/// Directions and the like behind the name of a street or an estate, which make another name of it.
const QUALIFIERS: &str = "timur barat utara selatan tengah lor kidul wetan kulon raya indah asri permai jaya regency residence \
    estate park city i ii iii iv v vi vii viii ix x xi xii xiii xiv xv";

/// Words for what lies in many places, which a name follows: beside the name of a region they are no name themselves.
const KINDS_OF_PLACE: &str = "dukuh dusun kampung kampong lingkungan komplek kompleks blok pulau pantai gunung bukit danau sungai kali \
    muara teluk tanjung pelabuhan bandara candi waduk bendungan lapangan kantor";

/// Stop words that stand in the names of many regions.
const IN_NAMES: &str = "tengah dalam atas bawah baru luar kali mas jadi selamat kasih kala menanti bu salam antara \
    bersama rasa siang pagi ingin kamu buat saling";

/// Words of [`Words::seen`]: 16,384 bits for some 900 words.
const SEEN: usize = 256;

/// The tables, by [`Roll::key`].
#[derive(Debug)]
pub(super) struct Words {
    /// Markers, and stop words: words that are never a place in running text, whatever stands before them.
    known: FxHashMap<u64, Known>,
    /// One bit for some bits of each of their keys: most other words are seen not to be there without a look-up.
    seen: [u64; SEEN],
    qualifiers: FxHashSet<u64>,
    kinds: FxHashSet<u64>,
    /// Everyday words and phrases, spaces removed.
    common: FxHashSet<u64>,
}

/// What is known of a word by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) marker: Option<Marker>,
    pub(super) stop: bool,
}

impl Words {
    pub(super) fn shipped() -> &'static Self {
        static WORDS: LazyLock<Words> = LazyLock::new(Words::build);
        &WORDS
    }

    fn build() -> Self {
        let key = |word: &str| Roll::of(word.as_bytes()).key();
        let mut known: FxHashMap<u64, Known> = FxHashMap::default();
        for (words, marker) in MARKERS {
            for word in words.split_whitespace() {
                known.entry(key(word)).or_default().marker = Some(marker);
            }
        }
        for word in include_str!("../../data/lexicons/stopwords.txt").lines() {
            if IN_NAMES.split_whitespace().all(|kept| kept != word) {
                known.entry(key(word)).or_default().stop = true;
            }
        }
        let mut seen = [0; SEEN];
        for &key in known.keys() {
            let (word, bit) = place(key);
            seen[word] |= bit;
        }
        let common = include_str!("../../data/places/common_words.txt").lines();
        Self {
            known,
            seen,
            kinds: KINDS_OF_PLACE.split_whitespace().map(key).collect(),
            qualifiers: QUALIFIERS.split_whitespace().map(key).collect(),
            common: common.map(|line| Name::read(line, |_| ()).key).collect(),
        }
    }

    /// Whether a word is a marker, and whether it is a stop word.
    #[inline]
    pub(super) fn look_up(&self, key: u64) -> Known {
        let (word, bit) = place(key);
        if self.seen[word] & bit == 0 {
            return Known::default();
        }
        self.known.get(&key).copied().unwrap_or_default()
    }

    pub(super) fn is_qualifier(&self, key: u64) -> bool {
        self.qualifiers.contains(&key)
    }

    /// Whether a word alone says what kind of place it is, or which part of one, rather than its name.
    pub(super) fn is_kind(&self, key: u64) -> bool {
        self.kinds.contains(&key) || self.qualifiers.contains(&key)
    }

    pub(super) fn is_common(&self, key: u64) -> bool {
        self.common.contains(&key)
    }

    pub(super) fn is_stop(&self, key: u64) -> bool {
        self.look_up(key).stop
    }
}

fn place(key: u64) -> (usize, u64) {
    ((key >> 6) as usize % SEEN, 1 << (key & 63))
}

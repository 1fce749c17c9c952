//! The words and numbers of a complaint, as its likeness to others is judged by them.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::text::{Analyzer, TokenKind, Tokens};

/// A word or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// Of a word the hash of its normal form, of a number one of its value.
    pub(super) key: u32,
    /// A number of up to four digits, as houses, blocks, RT and RW have; small ones may be Roman.
    pub(super) number: Option<u16>,
    /// Of digits.
    pub(super) is_digits: bool,
    /// Bytes of its normal form.
    pub(super) length: u8,
    /// A comma or the end of a field stands before it.
    pub(super) apart: bool,
}

/// Adds the words and numbers of `tokens` to `items`.
pub(super) fn read(tokens: &Tokens, items: &mut Vec<Item>) {
    let mut before = None;
    for token in tokens {
        let is_digits = token.kind() == TokenKind::Number;
        if !is_digits && !matches!(token.kind(), TokenKind::Word | TokenKind::Name) {
            continue;
        }
        let form = tokens.text(token);
        let number =
            if is_digits { form.parse().ok().filter(|number| *number < 10_000) } else { roman(form) };
        let key = number.map_or((token.hash() >> 32) as u32, number_key);
        let apart = before.is_none_or(|before| tokens.between(before, token).contains(','));
        items.push(Item {
            key,
            number,
            is_digits: is_digits || number.is_some(),
            length: form.len().min(255) as u8,
            apart,
        });
        before = Some(token);
    }
}

/// Numbers of Rome up to 20, as streets and sections have them.
fn roman(word: &str) -> Option<u16> {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi",
        "xvii", "xviii", "xix", "xx",
    ];
    (1..).zip(ROMAN).find(|(_, roman)| *roman == word).map(|(number, _)| number)
}

pub(super) fn number_key(number: u16) -> u32 {
    (u32::from(number) + 1).wrapping_mul(0x9E37_79B9)
}

/// Words around the names of places.
const AROUND: &str = "jalan gang nomor rt rw kelurahan kecamatan kota kabupaten provinsi desa dusun indonesia raya depan dekat \
    samping belakang sebelah blok perumahan rumah di dari sampai ke dan sekitar sekitarnya area daerah kampung seberang arah \
    masuk utara selatan timur barat";

/// Kinds of places of which every quarter has one: their names tell no place.
const LANDMARKS: &str = "indomaret alfamart alfamidi alfa minimarket superindo masjid musholla mushola gereja sekolah sd sdn smp \
    smpn sma sman smk pasar puskesmas rs rumahsakit rusun rusunawa kantor balai taman makam spbu pom bensin bank toko hotel \
    apartemen griya pondok gapura pos sungai jembatan rel lapangan warkop cucian perempatan pertigaan sisi lokasi alamat titik \
    gedung";

/// Words that are told apart, by key.
#[derive(Debug)]
pub(super) struct Known {
    around: FxHashSet<u32>,
    landmarks: FxHashSet<u32>,
    pub(super) rt: u32,
    pub(super) rw: u32,
    pub(super) number: u32,
    pub(super) alley: u32,
    pub(super) block: u32,
}

impl Known {
    pub(super) fn shipped() -> &'static Self {
        static KNOWN: LazyLock<Known> = LazyLock::new(Known::build);
        &KNOWN
    }

    fn build() -> Self {
        let (analyzer, mut tokens) = (Analyzer::indonesian(), Tokens::new());
        let mut keys = |words: &str| {
            let mut items = Vec::new();
            analyzer.analyze(words, &mut tokens);
            read(&tokens, &mut items);
            items
        };
        let mut one = |word: &str| keys(word).first().map_or(0, |item| item.key);
        let (rt, rw, number) = (one("rt"), one("rw"), one("nomor"));
        let (alley, block) = (one("gang"), one("blok"));
        let mut set = |words: &str| keys(words).iter().map(|item| item.key).collect();
        Self { around: set(AROUND), landmarks: set(LANDMARKS), rt, rw, number, alley, block }
    }

    /// Whether a word stands around names of places rather than in them.
    pub(super) fn is_around(&self, key: u32) -> bool {
        self.around.contains(&key)
    }

    /// Whether a word may be, or be part of, the name of one place.
    pub(super) fn may_name(&self, item: &Item) -> bool {
        !item.is_digits && !self.is_around(item.key) && !self.landmarks.contains(&item.key)
    }

    /// Whether a number behind the word belongs to a house, an alley or a section, whatever the place.
    pub(super) fn is_numbered(&self, key: u32) -> bool {
        [self.rt, self.rw, self.number, self.alley].contains(&key)
    }
}

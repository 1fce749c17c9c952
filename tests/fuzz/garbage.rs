//! What people, machines and accidents put into a field.

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

/// Texts as they should be; what is done to them is below.
const SAMPLE: &str = include_str!("../../data/sample.jsonl");

/// Words that mean something to some step, and characters that are more than they seem.
const PIECES: &[&str] = &[
    "jalan rusak",
    "lampu mati",
    "kelurahan",
    "kecamatan Gubeng",
    "Kota Surabaya",
    "kab.",
    "desa",
    "jl. Melati no. 5",
    "RT 03 RW 05",
    "35.78.08.1002",
    "oknum petugas minta uang",
    "anjing kau",
    "bom",
    "kebakaran",
    "air PDAM",
    "dinas",
    "www.contoh.go.id",
    "a@b.id",
    "0812 0000 0000",
    "3500000000000000",
    "(0274) 555-000",
    "rp 5.000.000,00",
    "@nama",
    "#tagar",
    "tadi pagi",
    "besok",
    "yg dgn utk",
    "<b>tebal</b>",
    "&amp;&#x1F600;&lt;",
    "\\u0000",
    "\"",
    "'",
    ",",
    ";",
    "\t",
    "\r\n",
    "\n",
    "\0",
    "\u{1}\u{7f}\u{9f}",
    "\u{feff}",
    "\u{200b}\u{200d}\u{2060}",
    "\u{202e}kilab\u{202c}",
    "مياه الشرب مقطوعة",
    "שלום עולם",
    "e\u{301}\u{323}\u{308}",
    "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}",
    "\u{fdfa}",
    "ﬁﬂ",
    "İIıi",
    "ß",
    "Ａ１",
    "①²½",
    "ꦗꦮ",
    "한글각",
    "🙏🏽",
    "👨‍👩‍👧‍👦",
    "🇮🇩",
    "😡😡😡",
    "\u{10ffff}",
    "\u{fffd}",
    "\u{e000}",
    "ÃƒÂ©",
    "â€œ",
    "\u{a0}\u{3000}",
    "१२३",
    "٠٨١٢٣٤٥٦٧٨٩",
    "-",
    "...",
    "!!!",
    "wkwkwkwkwk",
    "buanyaaaak",
    "99999999999999999999999999999999",
    "1e308",
    "-0.0",
    "NaN",
    "null",
    "https://",
    "://",
    "@",
    "+62",
];

/// Dates, most of them wrong.
const DATES: &[&str] = &[
    "2023-02-30",
    "31-31-2023",
    "2023-13-01T25:61:61",
    "kemarin",
    "0000-00-00",
    "9999-12-31",
    "99999-01-01",
    "-1",
    "45000",
    "1e9",
    "23 Sep 2024",
    "23 Sep",
    "2024-01-01T00:00:00+99:99",
    "2024-01-01 00:00:00é",
    "",
    "29 Februari 2023",
    "01/02/03",
];

/// A source of garbage: the same seed, the same garbage.
pub(crate) struct Garbage {
    pub(crate) rng: SmallRng,
}

impl Garbage {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: SmallRng::seed_from_u64(seed) }
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.rng).copied().unwrap_or_default()
    }

    /// Any number: huge, tiny, none.
    pub(crate) fn number(&mut self) -> f64 {
        f64::from_bits(self.rng.random())
    }

    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.rng.random()).collect()
    }

    pub(crate) fn text(&mut self) -> String {
        match self.below(10) {
            0 => String::from_utf8_lossy(&self.bytes(300)).into_owned(),
            1 => (0..self.below(60)).map(|_| self.rng.random::<char>()).collect(),
            2 => self.pieces(""),
            3..=5 => self.pieces(" "),
            6 => {
                let piece = self.one(PIECES);
                piece.repeat(self.below(400))
            }
            7 => self.sample().to_uppercase(),
            8 => self.sample(),
            _ => self.damaged(),
        }
    }

    /// Something for a field that is not the text.
    pub(crate) fn field(&mut self) -> String {
        match self.below(6) {
            0 => String::new(),
            1 => self.one(DATES).to_owned(),
            2 => self.code(),
            3 => self.one(PIECES).to_owned(),
            4 => self.pieces(" "),
            _ => self.text(),
        }
    }

    /// Something like the code of a region.
    pub(crate) fn code(&mut self) -> String {
        let parts = self.below(6);
        let part = |garbage: &mut Self| match garbage.below(5) {
            0 => garbage.below(100_000).to_string(),
            1 => "35".to_owned(),
            2 => "78".to_owned(),
            3 => "٣٥".to_owned(),
            _ => format!("{:02}", garbage.below(100)),
        };
        (0..parts).map(|_| part(self)).collect::<Vec<_>>().join(if self.below(9) == 0 { "" } else { "." })
    }

    fn pieces(&mut self, between: &str) -> String {
        let count = self.below(25);
        (0..count).map(|_| self.one(PIECES)).collect::<Vec<_>>().join(between)
    }

    /// A complaint of the sample as a line of JSON; its text is not unescaped, which is one more accident.
    fn sample(&mut self) -> String {
        let lines: Vec<&str> = SAMPLE.lines().collect();
        self.one(&lines).chars().skip(60).take(300).collect()
    }

    /// A text of the sample with bytes changed, put in or cut off.
    fn damaged(&mut self) -> String {
        let mut bytes = self.sample().into_bytes();
        self.damage(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Changes, puts in, cuts off and doubles a few bytes.
    pub(crate) fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len() + 1);
            match self.below(5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.rng.random()),
                2 => bytes.insert(at, *b"\",;\n\r[]{}\0:\\ <&".choose(&mut self.rng).unwrap_or(&0)),
                3 => bytes.extend_from_within(at..),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = self.rng.random();
                    }
                }
            }
        }
    }
}

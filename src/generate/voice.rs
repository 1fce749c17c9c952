//! How somebody writes: short forms, slips of the finger, capitals; and how slots are filled.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::book::{Book, Piece, Sentence, Slot};
use super::draw::Draw;
use super::land::{Land, Spot, estate, landmark, street};
use super::variants::VARIANTS;
use super::words::MONTHS;

/// How likely each kind of change is, as shares of 65,536, and what is done to the whole text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    short: u64,
    same: u64,
    slip: u64,
    pub(super) case: Case,
    /// Without signs.
    bare: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    AsWritten,
    Lower,
    Upper,
}

const WHOLE: f64 = 65_536.0;

/// What a text is about beside its words.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    pub(super) book: &'s Book,
    pub(super) land: &'s Land,
    pub(super) spot: Spot,
    pub(super) at: DateTime,
    /// Whether places may be named.
    pub(super) named: bool,
}

impl Voice {
    /// A reporter writes alike each time; messages from telephones are more careless.
    pub(super) fn of(reporter: &mut Draw, careless: bool) -> Self {
        let u = reporter.unit();
        let level = if careless { 0.25 + 0.75 * u } else { u * u };
        let case = match reporter.below(100) {
            0..4 => Case::Upper,
            4..22 => Case::Lower,
            _ => Case::AsWritten,
        };
        let share = |share: f64| (share * WHOLE) as u64;
        Self {
            short: share(0.75 * level),
            same: share(0.30),
            slip: share(0.09 * level * reporter.unit() + 0.01),
            case,
            bare: reporter.chance(0.15 * level + 0.02),
        }
    }

    /// The same in other words.
    pub(super) fn reworded(self) -> Self {
        Self { same: (0.6 * WHOLE) as u64, ..self }
    }

    /// Writes a sentence; gives whether it names the village.
    pub(super) fn say(
        &self,
        sentence: Sentence,
        scene: &Scene<'_>,
        draw: &mut Draw,
        out: &mut String,
    ) -> bool {
        let mut named = false;
        for piece in scene.book.pieces(sentence) {
            match *piece {
                Piece::Word { at, len, variants } => self.word(scene.book.text(at, len), variants, draw, out),
                Piece::Signs { at, len } => {
                    let signs = scene.book.text(at, len);
                    self.signs(signs, draw, out);
                }
                Piece::Digits(count) => digits(count, draw, out),
                Piece::Zeros(count) => out.extend(std::iter::repeat_n('0', count.into())),
                Piece::Slot(slot) => {
                    named |= slot == Slot::Village && scene.named;
                    self.fill(slot, scene, draw, out);
                }
            }
        }
        named
    }

    fn signs(&self, signs: &str, draw: &mut Draw, out: &mut String) {
        let behind_digit = out.ends_with(|c: char| c.is_ascii_digit());
        if signs == " " {
            // Two words may run together, two numbers may not.
            if (draw.next() & 0xFFFF) >= self.slip / 3 || behind_digit {
                out.push(' ');
            }
        } else if signs.contains(char::is_whitespace) {
            out.push_str(if self.bare { " " } else { signs });
        } else if !self.bare || behind_digit || matches!(signs, "-" | "/") {
            out.push_str(signs);
        }
    }

    fn word(&self, word: &str, variants: u16, draw: &mut Draw, out: &mut String) {
        let drawn = draw.next();
        let [same, short, slip] = [drawn & 0xFFFF, (drawn >> 16) & 0xFFFF, (drawn >> 32) & 0xFFFF];
        let which = (drawn >> 48) as usize;
        if let Some(variants) = usize::from(variants).checked_sub(1).and_then(|place| VARIANTS.get(place)) {
            let (change, table) = if short < self.short && !variants.short.is_empty() {
                (true, variants.short)
            } else {
                (same < self.same && !variants.same.is_empty(), variants.same)
            };
            if change {
                let start = out.len();
                out.push_str(table[which % table.len()]);
                if word.starts_with(char::is_uppercase) {
                    let shouted = !word.contains(char::is_lowercase);
                    let end = if shouted { out.len() } else { start + 1 };
                    out.get_mut(start..end).map(str::make_ascii_uppercase);
                }
                return;
            }
        }
        if slip < self.slip && word.len() >= 4 && word.is_ascii() {
            misspell(word, draw, out);
        } else {
            out.push_str(word);
        }
    }

    fn fill(&self, slot: Slot, scene: &Scene<'_>, draw: &mut Draw, out: &mut String) {
        let spot = &scene.spot;
        // A string takes whatever is written to it.
        let _ = match slot {
            Slot::Village | Slot::District | Slot::Regency if !scene.named => {
                out.push_str(draw.pick(&["daerah kami", "kampung kami", "lingkungan kami", "wilayah sini"]));
                Ok(())
            }
            Slot::Village => {
                let village = scene.land.village(spot);
                let marks: &[&str] = if village.is_kelurahan {
                    &["Kelurahan ", "Kel. ", "kel ", "kelurahan ", ""]
                } else {
                    &["Desa ", "desa ", "Ds. ", "ds ", ""]
                };
                write!(out, "{}{}", draw.pick(marks), village.name)
            }
            Slot::District => {
                let mark = draw.pick(&["Kecamatan ", "Kec. ", "kec ", "kecamatan ", ""]);
                write!(out, "{mark}{}", scene.land.village(spot).district)
            }
            Slot::Regency => {
                let name = scene.land.regency(spot).name;
                let short = name.split_once(' ').map_or(name, |(_, short)| short);
                out.push_str(if draw.chance(0.5) { name } else { short });
                Ok(())
            }
            Slot::Street => {
                out.push_str(draw.pick(&["Jl. ", "Jl ", "Jalan ", "jln ", "jl. "]));
                street(spot.street, out);
                Ok(())
            }
            Slot::House => write!(out, "{}", spot.house),
            Slot::Rt => number(spot.rt, draw, out),
            Slot::Rw => number(spot.rw, draw, out),
            Slot::Estate => {
                estate(draw, out);
                Ok(())
            }
            Slot::Landmark => {
                landmark(draw, out);
                Ok(())
            }
            Slot::Block => write!(out, "{}", draw.pick(&["A", "B", "C", "D", "E", "F", "G", "H"])),
            Slot::Span => {
                let (unit, most) = [("hari", 20), ("minggu", 8), ("bulan", 11), ("tahun", 5)][draw.below(4)];
                write!(out, "{} {unit}", draw.between(2, most))
            }
            Slot::Count => write!(out, "{}", 2 + draw.rank(90)),
            Slot::Month => {
                let back = draw.below(4);
                out.push_str(MONTHS[(scene.at.month() as usize + 11 - back) % 12]);
                Ok(())
            }
            Slot::Year => write!(out, "{}", scene.at.year() - (draw.rank(60) / 8) as i16),
            Slot::Hour => write!(out, "{}", draw.between(1, 23)),
            Slot::Greeting => {
                let greeting = match scene.at.hour() {
                    4..11 => "pagi",
                    11..15 => "siang",
                    15..18 => "sore",
                    _ => "malam",
                };
                self.word(greeting, 0, draw, out);
                Ok(())
            }
        };
    }
}

/// The number of an RT or RW, as people write it: 3, 03, 003.
fn number(number: u8, draw: &mut Draw, out: &mut String) -> std::fmt::Result {
    match draw.below(4) {
        0 => write!(out, "{number:02}"),
        1 => write!(out, "{number:03}"),
        _ => write!(out, "{number}"),
    }
}

/// Another number of as many digits; one of two stays within the days of a month.
fn digits(count: u8, draw: &mut Draw, out: &mut String) {
    let number = match count {
        1 => draw.between(1, 9),
        2 => draw.between(10, 30),
        count => draw.between(10_usize.pow(u32::from(count) - 1), 10_usize.pow(u32::from(count)) - 1),
    };
    // A string takes whatever is written to it.
    let _ = write!(out, "{number}");
}

/// Writes a word of at least four ASCII letters with a slip: a letter left out, twice, wrong, one too many, or changed
/// with the next; or without its inner vowels. A long word may have two slips.
pub(super) fn misspell(word: &str, draw: &mut Draw, out: &mut String) {
    if word.len() >= 8 && draw.chance(0.25) {
        let (head, tail) = word.split_at(word.len() / 2);
        misspell(head, draw, out);
        return misspell(tail, draw, out);
    }
    let at = draw.between(1, word.len() - 2);
    let (head, tail) = word.split_at(at);
    let letter = &tail[..1];
    match draw.below(10) {
        0..3 => out.extend([head, &tail[1..]]),
        3 | 4 => out.extend([head, letter, tail]),
        5 => out.extend([head, &tail[1..2], letter, &tail[2..]]),
        6 | 7 => out.extend([head, near(letter), &tail[1..]]),
        8 => out.extend([head, KEYS[draw.below(KEYS.len())].0, tail]),
        _ => {
            let last = word.len() - 1;
            out.push_str(&word[..1]);
            out.extend(word[1..last].chars().filter(|letter| !"aiueo".contains(*letter)));
            out.push_str(&word[last..]);
        }
    }
}

/// A letter beside another on the keyboard.
fn near(letter: &str) -> &'static str {
    KEYS.iter().find(|(key, _)| *key == letter).map_or("e", |(_, near)| near)
}

/// Letters and one beside each on the keyboard.
const KEYS: [(&str, &str); 26] = [
    ("a", "s"),
    ("b", "n"),
    ("c", "v"),
    ("d", "f"),
    ("e", "r"),
    ("f", "g"),
    ("g", "h"),
    ("h", "j"),
    ("i", "o"),
    ("j", "k"),
    ("k", "l"),
    ("l", "k"),
    ("m", "n"),
    ("n", "m"),
    ("o", "p"),
    ("p", "o"),
    ("q", "w"),
    ("r", "t"),
    ("s", "d"),
    ("t", "y"),
    ("u", "i"),
    ("v", "b"),
    ("w", "e"),
    ("x", "c"),
    ("y", "u"),
    ("z", "x"),
];

/// Puts what stands behind `start` into one case.
pub(super) fn recase(case: Case, start: usize, out: &mut str) {
    let Some(text) = out.get_mut(start..) else { return };
    match case {
        Case::AsWritten => {}
        Case::Lower => text.make_ascii_lowercase(),
        Case::Upper => text.make_ascii_uppercase(),
    }
}

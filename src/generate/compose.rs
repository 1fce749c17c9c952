//! Texts: sentences of one topic put together, and what people say around them.

use super::book::{Book, Sentence};
use super::draw::Draw;
use super::past::words;
use super::sources::{Part, Stock};
use super::voice::{Scene, Voice, misspell, recase};
use super::words::{CLOSINGS, OPENINGS, PLACES, SPANS, STREETS_NAMED};

/// How many of a hundred texts have one sentence of their own, two …; the rest have up to [`MOST`].
const SENTENCES: [usize; 4] = [6, 31, 28, 20];
const MOST: usize = 15;

/// Words of the shortest text to which two or three are added when it is copied, and in which one is changed: four
/// fifths of its groups of three words must stay what they were.
const ENOUGH_TO_ADD: usize = 20;
const ENOUGH_TO_CHANGE: usize = 40;

/// What is written before a text that is sent again or handed on.
const AGAIN: [&str; 5] = ["Lapor lagi. ", "Mohon tanggapannya. ", "UP ", "Belum dijawab: ", "Kirim ulang. "];
const HANDED_ON: [&str; 4] = ["Fwd: ", "Dari grup sebelah: ", "Copas grup warga: ", "Diteruskan: "];

/// Where the village is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    InColumns,
    InText,
    Nowhere,
}

/// Sentences that fit any complaint.
#[derive(Debug)]
pub(super) struct Composer {
    openings: Vec<Sentence>,
    places: Vec<Sentence>,
    streets: Vec<Sentence>,
    spans: Vec<Sentence>,
    closings: Vec<Sentence>,
    chosen: Vec<Part>,
}

impl Composer {
    pub(super) fn new(book: &mut Book) -> Self {
        Self {
            openings: book.patterns(OPENINGS),
            places: book.patterns(PLACES),
            streets: book.patterns(STREETS_NAMED),
            spans: book.patterns(SPANS),
            closings: book.patterns(CLOSINGS),
            chosen: Vec::new(),
        }
    }

    /// Writes a text about what a source text is about, with a sentence of it that is not `said`, if it has another.
    /// Gives that sentence.
    #[expect(clippy::too_many_arguments, reason = "what a text depends on")]
    pub(super) fn write(
        &mut self,
        stock: &Stock,
        (topic, text): (usize, usize),
        said: Option<Sentence>,
        told: Told,
        scene: &Scene<'_>,
        voice: Voice,
        draw: &mut Draw,
        out: &mut String,
    ) -> Sentence {
        let start = out.len();
        let own = &stock.topics[topic].texts[text];
        let mut key = draw.below(own.len());
        if said == Some(own[key].sentence) {
            key = (key + 1) % own.len();
        }
        let key = own[key];
        self.choose(key, own, &stock.topics[topic].parts, draw);
        let mut named = false;
        let mut say = |sentence: Sentence, draw: &mut Draw| {
            if out.len() > start {
                out.push(' ');
            }
            named |= voice.say(sentence, scene, draw, out);
            named
        };
        let one = |table: &[Sentence], draw: &mut Draw| table[draw.below(table.len())];
        if draw.chance(0.18) {
            say(one(&self.openings, draw), draw);
        }
        let mut told_where = false;
        for part in &self.chosen {
            told_where = say(part.sentence, draw);
        }
        if draw.chance(0.2) {
            say(one(&self.spans, draw), draw);
        }
        if (told == Told::InText && !told_where) || (told == Told::InColumns && draw.chance(0.1)) {
            say(one(&self.places, draw), draw);
        } else if draw.chance(0.25) {
            say(one(&self.streets, draw), draw);
        }
        if draw.chance(0.25) {
            say(one(&self.closings, draw), draw);
        }
        recase(voice.case, start, out);
        key.sentence
    }

    /// Leaves the key sentence and some more in `chosen`: half of them of its text, the others of its topic, in the
    /// order in which people say such things.
    fn choose(&mut self, key: Part, own: &[Part], all: &[Part], draw: &mut Draw) {
        self.chosen.clear();
        self.chosen.push(key);
        let mut hundredth = draw.below(100);
        let mut wanted = 1;
        for share in SENTENCES {
            if hundredth < share {
                break;
            }
            hundredth -= share;
            wanted += 1;
        }
        if wanted > SENTENCES.len() {
            wanted = draw.between(SENTENCES.len() + 1, MOST);
        }
        for _ in 1..wanted {
            let table = if draw.chance(0.5) { own } else { all };
            let part = table[draw.below(table.len())];
            if !self.chosen.contains(&part) {
                self.chosen.push(part);
            }
        }
        self.chosen.sort_by_key(|part| part.place);
    }
}

/// Writes a text again, changed so little that at least four fifths of the groups of three words are in both.
pub(super) fn copy(text: &str, handed_on: bool, draw: &mut Draw, out: &mut String) {
    let count = words(text);
    match draw.below(10) {
        4 | 5 if count >= ENOUGH_TO_ADD => {
            out.push_str(if handed_on { draw.pick(&HANDED_ON) } else { draw.pick(&AGAIN) });
            out.push_str(text);
        }
        6 | 7 if count >= ENOUGH_TO_CHANGE => {
            let wanted = draw.below(count);
            let mut changed = false;
            for (at, piece) in text.split(' ').enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                let plain = piece.len() >= 4 && piece.bytes().all(|byte| byte.is_ascii_alphabetic());
                if at >= wanted && plain && !changed {
                    misspell(piece, draw, out);
                    changed = true;
                } else {
                    out.push_str(piece);
                }
            }
        }
        8 => {
            let start = out.len();
            out.push_str(text);
            recase(super::voice::Case::Lower, start, out);
        }
        9 => {
            out.push_str(text.trim_end_matches(['.', '!', '?', ' ']));
            out.push_str(draw.pick(&["", ".", "!!", "!!!", "..", "???"]));
        }
        _ => out.push_str(text),
    }
}

//! What of a complaint is compared with others.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::pair::tangible;
use super::position::Position;
use super::rarity::Rarity;
use super::site::Site;
use super::sketch::Sketch;
use super::words::{Item, Known, read};
use crate::text::Tokens;

/// Most labels of a kind that count.
pub(super) const TOPICS: usize = 8;
/// Longest text that is compared, in words.
pub(super) const WORDS: usize = 400;
/// Words of a text of which the longest common run is looked for.
pub(super) const RUN: usize = 120;

/// What a complaint is about, as a classifier sees it: probabilities by label. Only the order of magnitude of small ones
/// counts: the eight most probable of each are taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Topics {
    /// Which function must act.
    pub functions: Vec<(String, f32)>,
    /// The category.
    pub categories: Vec<(String, f32)>,
}

/// A complaint to be compared: borrowed from whoever holds it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The tokens of the text, by [`Analyzer::indonesian`](crate::text::Analyzer::indonesian).
    pub text: &'a Tokens,
    /// Those of the address.
    pub address: &'a Tokens,
    /// The village, by name or code, always of one kind; empty where it is not known.
    pub village: &'a str,
    /// What it is about.
    pub topics: &'a Topics,
    /// When it came, local time.
    pub received: Option<DateTime>,
    /// Latitude and longitude, in degrees.
    pub position: Option<(f64, f64)>,
    /// A pseudonym of the reporter; empty where it is not known.
    pub reporter: &'a str,
}

/// What is compared of a complaint. Made by [`RelationModel::portrait`](super::RelationModel::portrait); one to two kilobytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// Each word and number of text and address once, ascending by key.
    pub(super) words: Box<[Word]>,
    /// The text, in order: where in `words` each of its words stands, and its letters.
    pub(super) text: Box<[(u16, u8)]>,
    /// Where in the text each of `words` stands, in their order; ascending for each.
    pub(super) positions: Box<[u16]>,
    pub(super) totals: Totals,
    /// Numbers of up to four digits, ascending.
    pub(super) numbers: Box<[u16]>,
    /// Numbers by the word before them, ascending: `rt` 2, `merah` 5.
    pub(super) numbered: Box<[(u32, u16)]>,
    /// Hashes of four bytes each of the address, ascending.
    pub(super) grams: Box<[u16]>,
    pub(super) site: Site,
    /// Groups of things that words of the text belong to, ascending, each with how many words do.
    pub(super) objects: Box<[(u8, u8)]>,
    pub(super) context: Context,
}

/// A word or number of a complaint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word {
    pub(super) key: u32,
    pub(super) idf: f32,
    /// Its first place in [`Portrait::positions`].
    pub(super) first: u16,
    /// How often it stands in the text.
    pub(super) times: u8,
    pub(super) roles: Roles,
}

/// What a word is in a complaint: some of the constants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Roles(u8);

impl Roles {
    /// It stands in the text.
    pub(super) const TEXT: Self = Self(1);
    /// It stands in the address.
    pub(super) const ADDRESS: Self = Self(2);
    /// The name of a place.
    pub(super) const PLACE: Self = Self(4);
    /// It stands in the address and may name a place.
    pub(super) const MAY_NAME: Self = Self(8);
    /// A word of the text that says what is the matter: no name of a place, no number.
    pub(super) const MATTER: Self = Self(16);
    /// Digits.
    pub(super) const DIGITS: Self = Self(32);
    /// A word of the address: no number, and none that stands around names of places.
    pub(super) const SITE: Self = Self(64);

    fn add(&mut self, role: Self, holds: bool) {
        self.0 |= if holds { role.0 } else { 0 };
    }
}

impl Word {
    pub(super) fn new(key: u32, idf: f32, roles: Roles) -> Self {
        Self { key, idf, first: 0, times: 0, roles }
    }

    pub(super) fn is(&self, role: Roles) -> bool {
        self.roles.0 & role.0 != 0
    }

    /// `(1 + ln tf) · idf` in the text.
    pub(super) fn matter(&self) -> f64 {
        self.weight(self.times)
    }

    /// The same in text and address, where it counts once.
    pub(super) fn anywhere(&self) -> f64 {
        self.weight(self.times.saturating_add(u8::from(self.is(Roles::ADDRESS))))
    }

    fn weight(&self, times: u8) -> f64 {
        let more = if times < 2 { 0.0 } else { f32::from(times).ln() };
        f64::from((1.0 + more) * self.idf)
    }
}

/// Sums over the words of a complaint.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Totals {
    /// Idf of the words of the text, of the address, of places, and of the address's words that are no numbers.
    pub(super) text: f64,
    pub(super) address: f64,
    pub(super) places: f64,
    pub(super) site: f64,
    /// Length of the vectors of places, of the matter, of all words, and of things.
    pub(super) places_norm: f64,
    pub(super) matter_norm: f64,
    pub(super) all_norm: f64,
    pub(super) objects_norm: f64,
    /// Letters of the words among which a run is looked for, one more for each.
    pub(super) letters: u16,
    /// Probability that a function is meant that looks after things which stand at a place.
    pub(super) tangible: f64,
}

/// What is known of a complaint beside its words, in the form in which it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Context {
    /// Hash of the village; 0 where it is not known.
    pub(super) village: u32,
    /// Hash of the reporter's pseudonym; 0 where it is not known.
    pub(super) reporter: u32,
    /// Hashes of labels, ascending, each with its probability.
    pub(super) functions: Vec<Topic>,
    pub(super) categories: Vec<Topic>,
    /// Seconds from 1970 to when it came, local time; `None` where that is not known.
    pub(super) received: Option<i64>,
    pub(super) position: Option<Position>,
}

/// Hash of a label, and its probability in 255ths.
pub(super) type Topic = (u32, u8);

impl Context {
    fn of(subject: &Subject<'_>) -> Self {
        Self {
            village: named(&subject.village.trim().to_lowercase()),
            reporter: named(subject.reporter),
            functions: topics(&subject.topics.functions),
            categories: topics(&subject.topics.categories),
            received: subject.received.map(|received| received.duration_since(EPOCH).as_secs()),
            position: subject.position.and_then(Position::new),
        }
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

pub(super) fn hash(label: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(label.as_bytes()) as u32
}

/// The hash of a name, which is not 0; 0 for none.
fn named(name: &str) -> u32 {
    if name.is_empty() { 0 } else { hash(name).max(1) }
}

fn topics(topics: &[(String, f32)]) -> Vec<Topic> {
    let shares = topics.iter().map(|(label, p)| (hash(label), (p * 255.0).round() as u8));
    let mut shares: Vec<Topic> = shares.filter(|(_, share)| *share > 0).take(TOPICS).collect();
    shares.sort_unstable();
    shares
}

impl Portrait {
    pub(super) fn new(subject: &Subject<'_>, rarity: &Rarity) -> Self {
        let Subject { text, address, .. } = subject;
        let mut items = Vec::with_capacity(text.len() + address.len());
        read(text, &mut items);
        items.truncate(WORDS);
        let border = items.len();
        read(address, &mut items);
        items.truncate(border + WORDS);

        let mut order: Vec<(u32, u16)> = (0..).zip(&items).map(|(at, item)| (item.key, at)).collect();
        order.sort_unstable();
        let mut words = Vec::with_capacity(order.len());
        let mut steps = vec![(0, 0); border];
        for same in order.chunk_by(|(one, _), (other, _)| one == other) {
            let uses = same.iter().map(|(_, at)| (usize::from(*at), usize::from(*at) < border));
            let uses = uses.filter_map(|(at, in_text)| Some((at, in_text, items.get(at)?)));
            let at = words.len() as u16;
            words.push(word(uses.clone().map(|(_, in_text, item)| (in_text, item)), rarity));
            for (position, _, item) in uses.filter(|(_, in_text, _)| *in_text) {
                if let Some(step) = steps.get_mut(position) {
                    *step = (at, item.length);
                }
            }
        }
        Sketch {
            words,
            text: steps,
            numbers: sorted(items.iter().filter_map(|item| item.number).collect()),
            numbered: numbered(items.split_at(border)),
            grams: grams(address),
            site: Site::of(items.get(border..).unwrap_or_default()),
            context: Context::of(subject),
        }
        .finish(rarity)
    }

    /// Whether both are known to be of one reporter.
    pub fn is_by_same(&self, other: &Self) -> bool {
        self.context.reporter != 0 && self.context.reporter == other.context.reporter
    }

    /// Where in the text a word stands, ascending.
    pub(super) fn positions(&self, word: &Word) -> &[u16] {
        let first = usize::from(word.first);
        self.positions.get(first..first + usize::from(word.times)).unwrap_or_default()
    }

    pub(super) fn find(&self, key: u32) -> Option<&Word> {
        let at = self.words.binary_search_by_key(&key, |word| word.key).ok()?;
        self.words.get(at)
    }

    /// The keys of the text's words, in its order.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> {
        self.text.iter().filter_map(|(word, _)| Some(self.words.get(usize::from(*word))?.key))
    }

    /// The numbers behind a word.
    pub(super) fn numbers_behind(&self, word: u32) -> &[(u32, u16)] {
        let first = self.numbered.partition_point(|(key, _)| *key < word);
        let rest = self.numbered.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|(key, _)| *key == word)).unwrap_or_default()
    }
}

/// The key and the roles of a word of which all uses are given: whether it is in the text, and the item.
fn word<'i>(uses: impl Iterator<Item = (bool, &'i Item)>, rarity: &Rarity) -> (u32, Roles) {
    let known = Known::shipped();
    let (mut key, mut roles) = (0, Roles::default());
    for (in_text, item) in uses {
        key = item.key;
        let [in_texts, in_addresses] = rarity.is_place(item);
        if in_text {
            roles.add(Roles::TEXT, true);
            roles.add(Roles::PLACE, in_texts);
            roles.add(Roles::MATTER, !item.is_digits && !known.is_around(item.key) && !in_texts);
            roles.add(Roles::DIGITS, item.is_digits);
        } else {
            roles.add(Roles::ADDRESS, true);
            roles.add(Roles::PLACE, in_addresses);
            roles.add(Roles::MAY_NAME, known.may_name(item));
            roles.add(Roles::SITE, !item.is_digits && !known.is_around(item.key));
            roles.add(Roles::DIGITS, item.number.is_some());
        }
    }
    (key, roles)
}

impl Totals {
    pub(super) fn of(words: &[Word], text: &[(u16, u8)], context: &Context) -> Self {
        let mut totals = Self { tangible: tangible(&context.functions), ..Self::default() };
        for word in words {
            let idf = f64::from(word.idf);
            let counted = |role| if word.is(role) { idf } else { 0.0 };
            totals.text += counted(Roles::TEXT);
            totals.address += counted(Roles::ADDRESS);
            totals.places += counted(Roles::PLACE);
            totals.places_norm += counted(Roles::PLACE) * idf;
            totals.site += counted(Roles::SITE);
            totals.all_norm += word.anywhere().powi(2);
            totals.matter_norm += if word.is(Roles::MATTER) { word.matter().powi(2) } else { 0.0 };
        }
        totals.places_norm = totals.places_norm.sqrt();
        totals.matter_norm = totals.matter_norm.sqrt();
        totals.all_norm = totals.all_norm.sqrt();
        totals.letters = text.iter().take(RUN).map(|(_, letters)| u16::from(*letters) + 1).sum();
        totals
    }
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

/// The numbers behind words. `gang 2` counts for the street before it too, and the second number of `rt 2 5` is the RW.
fn numbered((text, address): (&[Item], &[Item])) -> Vec<(u32, u16)> {
    let known = Known::shipped();
    let mut numbered = Vec::new();
    for items in [text, address] {
        for (at, item) in items.iter().enumerate() {
            let (Some(number), false) = (item.number, item.apart) else { continue };
            let word = |back: usize| at.checked_sub(back).and_then(|at| items.get(at));
            let Some(before) = word(1) else { continue };
            if !before.is_digits {
                numbered.push((before.key, number));
            }
            if let Some(street) = word(2).filter(|_| before.key == known.alley && !before.apart)
                && !street.is_digits
            {
                numbered.push((street.key, number));
            }
            if before.number.is_some() && word(2).is_some_and(|word| word.key == known.rt) {
                numbered.push((known.rw, number));
            }
        }
    }
    sorted(numbered)
}

/// Hashes of four bytes each of the words, with one space between, before and behind them.
fn grams(tokens: &Tokens) -> Vec<u16> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let line = format!(" {} ", tokens.normalized());
    let hash = |gram: &[u8]| {
        let gram = u32::from_le_bytes(gram.try_into().ok()?);
        Some((gram.wrapping_mul(0x9E37_79B1) >> 16) as u16)
    };
    sorted(line.as_bytes().windows(4).filter_map(hash).collect())
}

//! What of a complaint is compared with others.

use jiff::civil::DateTime;

use super::rarity::Rarity;
use super::words::{Item, Known, number_key, read};
use crate::text::Tokens;

/// Most labels of a kind that count.
pub(super) const TOPICS: usize = 8;
/// Longest text that is compared, in words.
const WORDS: usize = 400;

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
    /// A pseudonym of the reporter; empty where it is not known.
    pub reporter: &'a str,
}

/// What is compared of a complaint. Made by [`RelationModel::portrait`](super::RelationModel::portrait); some kilobytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// Words of the text, in order.
    pub(super) text: Vec<Item>,
    /// Each word of the text, of the address, of both, with its idf; ascending.
    pub(super) in_text: Weighted,
    pub(super) in_address: Weighted,
    pub(super) all: Weighted,
    /// The names of places among them.
    pub(super) places: Weighted,
    /// Words of the address that may name a place.
    pub(super) address_names: Weighted,
    /// Words of the text that are no names of places, with `(1 + ln tf) · idf`.
    pub(super) matter: Weighted,
    /// The same words with their idf alone.
    pub(super) matter_words: Weighted,
    /// Numbers of up to four digits, ascending.
    pub(super) numbers: Vec<u16>,
    /// Keys of words and numbers that are digits, ascending.
    pub(super) digits: Vec<u32>,
    /// Numbers by the word before them, ascending: `rt` 2, `merah` 5.
    pub(super) numbered: Vec<(u32, u16)>,
    /// Four bytes each of the address, ascending.
    pub(super) grams: Vec<u32>,
    pub(super) context: Context,
    pub(super) reporter: String,
}

/// What is known of a complaint beside its words, in the form in which it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Hash of the village; 0 where it is not known.
    pub(super) village: u32,
    /// Hashes of labels, ascending, each with its probability.
    pub(super) functions: Vec<Topic>,
    pub(super) categories: Vec<Topic>,
    /// Seconds from 1970 to when it came, local time; `None` where that is not known.
    pub(super) received: Option<i64>,
}

/// Hash of a label, and its probability in 255ths.
pub(super) type Topic = (u32, u8);

impl Context {
    fn of(subject: &Subject<'_>) -> Self {
        let village = subject.village.trim().to_lowercase();
        Self {
            village: if village.is_empty() { 0 } else { hash(&village).max(1) },
            functions: topics(&subject.topics.functions),
            categories: topics(&subject.topics.categories),
            received: subject.received.map(|received| received.duration_since(EPOCH).as_secs()),
        }
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

pub(super) fn hash(label: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(label.as_bytes()) as u32
}

fn topics(topics: &[(String, f32)]) -> Vec<Topic> {
    let shares = topics.iter().map(|(label, p)| (hash(label), (p * 255.0).round() as u8));
    let mut shares: Vec<Topic> = shares.filter(|(_, share)| *share > 0).take(TOPICS).collect();
    shares.sort_unstable();
    shares
}

/// Keys with a weight each, ascending.
pub(super) type Weighted = Vec<(u32, f32)>;

impl Portrait {
    pub(super) fn new(subject: &Subject<'_>, rarity: &Rarity) -> Self {
        Self::again(subject.text, subject.address, Context::of(subject), subject.reporter, rarity)
    }

    /// The same from its words and what was kept of it.
    pub(super) fn again(
        words: &Tokens,
        site: &Tokens,
        context: Context,
        reporter: &str,
        rarity: &Rarity,
    ) -> Self {
        let known = Known::shipped();
        let (mut text, mut address) = (Vec::new(), Vec::new());
        read(words, &mut text);
        read(site, &mut address);
        text.truncate(WORDS);
        address.truncate(WORDS);
        let weigh = |items: &mut dyn Iterator<Item = &Item>| {
            weighted(items.map(|item| (item.key, rarity.idf(item.key))))
        };
        let place = |item: &&Item| rarity.is_place(item, false);
        let place_of_address = |item: &&Item| rarity.is_place(item, true);
        let matter: Vec<&Item> = text
            .iter()
            .filter(|item| !item.is_digits && !known.is_around(item.key) && !rarity.is_place(item, false))
            .collect();
        let numbers = text.iter().chain(&address).filter_map(|item| item.number);
        Self {
            in_text: weigh(&mut text.iter()),
            in_address: weigh(&mut address.iter()),
            all: weigh(&mut text.iter().chain(&address)),
            places: weigh(&mut text.iter().filter(place).chain(address.iter().filter(place_of_address))),
            address_names: weigh(&mut address.iter().filter(|item| known.may_name(item))),
            matter: by_frequency(&matter, rarity),
            matter_words: weigh(&mut matter.iter().copied()),
            digits: sorted(
                text.iter()
                    .filter(|item| item.is_digits)
                    .map(|item| item.key)
                    .chain(numbers.clone().map(number_key))
                    .collect(),
            ),
            numbers: sorted(numbers.collect()),
            numbered: numbered(&text, &address),
            grams: grams(site),
            context,
            reporter: reporter.to_owned(),
            text,
        }
    }
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

fn weighted(items: impl Iterator<Item = (u32, f32)>) -> Weighted {
    let mut all: Weighted = items.collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    all.dedup_by_key(|(key, _)| *key);
    all
}

/// `(1 + ln tf) · idf` of each word.
fn by_frequency(items: &[&Item], rarity: &Rarity) -> Weighted {
    let mut keys: Vec<u32> = items.iter().map(|item| item.key).collect();
    keys.sort_unstable();
    keys.chunk_by(PartialEq::eq)
        .filter_map(|same| {
            Some((*same.first()?, (1.0 + (same.len() as f32).ln()) * rarity.idf(*same.first()?)))
        })
        .collect()
}

/// The numbers behind words. `gang 2` counts for the street before it too, and the second number of `rt 2 5` is the RW.
fn numbered(text: &[Item], address: &[Item]) -> Vec<(u32, u16)> {
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

/// Four bytes each of the words, with one space between, before and behind them.
fn grams(tokens: &Tokens) -> Vec<u32> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let line = format!(" {} ", tokens.normalized());
    let grams = line.as_bytes().windows(4).filter_map(|gram| Some(u32::from_le_bytes(gram.try_into().ok()?)));
    sorted(grams.collect())
}

//! By what a complaint is found again.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::portrait::{Context, Portrait, Roles, hash};
use super::position::Position;
use super::signature::{SIGNATURE_VERSION, Signature};
use super::words::Known;

/// Raised whenever the same complaint would get other marks; it covers the signature's own version.
pub const MARKS_VERSION: u32 = SIGNATURE_VERSION << 8 | 2;

/// The rarest names of places that count.
const PLACES: usize = 4;
/// Of these, so many count in pairs too.
const PAIRED: usize = 3;
/// Numbers at places that count.
const NUMBERS: usize = 3;
/// The rarest other words that count, with the village.
const MATTERS: usize = 2;
/// For so many keys count a square, or one around it, and a reporter.
const STRONG: u32 = 2;

/// What is kept of a complaint to find it again: its [`Signature`] for near-copies, and keys for what is said of the same
/// place in other words. No word can be read from it.
///
/// A key is the hash of two things that few complaints share: a rare name of a place with the function that must act, with
/// a number (`merah` 5) or with another such name; the village with a rare word. A square of a hundred metres, and the
/// reporter, are keys alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Finds near-copies.
    pub signature: Signature,
    /// Find what shares one; at most [`Marks::KEYS`], ascending.
    pub keys: Vec<u32>,
    /// What is compared beside the words.
    pub(super) context: Context,
}

impl Marks {
    /// Most keys of a complaint.
    pub const KEYS: usize = PLACES + PAIRED * (PAIRED - 1) / 2 + NUMBERS + MATTERS + 2;

    /// The marks of a complaint.
    pub fn new(signature: Signature, portrait: &Portrait) -> Self {
        let mut keys = Vec::with_capacity(Self::KEYS);
        let mut add = |kind: u64, one: u64, other: u64| keys.push(key(kind, one, other));
        let context = portrait.context.clone();
        let places = rarest(portrait, Roles::PLACE, PLACES);
        for place in &places {
            add(1, u64::from(*place), function(&context));
        }
        for (at, one) in places.iter().enumerate().take(PAIRED) {
            for other in places.iter().take(PAIRED).skip(at + 1) {
                add(2, u64::from(*one.min(other)), u64::from(*one.max(other)));
            }
        }
        let known = Known::shipped();
        let is_place = |word| portrait.find(word).is_some_and(|word| word.is(Roles::PLACE));
        let numbered =
            portrait.numbered.iter().filter(|(word, _)| !known.is_numbered(*word) && is_place(*word));
        for (word, number) in numbered.take(NUMBERS) {
            add(3, u64::from(*word), u64::from(*number));
        }
        if context.village != 0 {
            let village = u64::from(context.village);
            for word in rarest(portrait, Roles::MATTER, MATTERS) {
                add(4, village, u64::from(word));
            }
        }
        if let Some(position) = context.position {
            keys.push(square(position.cell()));
        }
        keys.extend(of_reporter(&context));
        keys.sort_unstable();
        keys.dedup();
        Self { signature, keys, context }
    }

    /// How well it fits a known topic: the probability of its most probable category, that for all other topics left aside. 0
    /// where nothing is known of its category.
    pub fn fit(&self) -> f32 {
        static OTHER: LazyLock<u32> = LazyLock::new(|| hash("TOPIK LAINNYA"));
        let known = self.context.categories.iter().filter(|(label, _)| *label != *OTHER);
        f32::from(known.map(|(_, share)| *share).max().unwrap_or_default()) / 255.0
    }

    /// Under which keys others are looked for that may have said the same, each with how many it counts for: its own, and the
    /// squares around its own.
    pub(super) fn asked(&self) -> impl Iterator<Item = (u32, u32)> {
        let context = &self.context;
        let (here, own) = (context.position.map(|at| square(at.cell())), of_reporter(context));
        let weight = move |key: u32| if Some(key) == here || Some(key) == own { STRONG } else { 1 };
        let around = context.position.into_iter().flat_map(Position::cells_around);
        let around = around.map(|cell| (square(cell), STRONG));
        self.keys.iter().map(move |key| (*key, weight(*key))).chain(around)
    }

    /// The bytes to store, the same on every platform: the signature, when it came, the village, the reporter, the coordinates,
    /// the topics, the keys; numbers little-endian, lists with their length before them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { signature, keys, context } = self;
        let mut bytes = signature.to_bytes().to_vec();
        bytes.extend(context.received.unwrap_or(i64::MIN).to_le_bytes());
        bytes.extend(context.village.to_le_bytes());
        bytes.extend(context.reporter.to_le_bytes());
        let position = context.position.map_or((0, 0), |at| (at.latitude, at.longitude));
        bytes.extend(position.0.to_le_bytes());
        bytes.extend(position.1.to_le_bytes());
        for topics in [&context.functions, &context.categories] {
            bytes.push(topics.len() as u8);
            for (label, share) in topics {
                bytes.extend(label.to_le_bytes());
                bytes.push(*share);
            }
        }
        bytes.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes
    }

    /// From stored bytes; `None` where there are too few or too many.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (signature, rest) = bytes.split_first_chunk()?;
        let (received, rest) = rest.split_first_chunk()?;
        let (village, rest) = rest.split_first_chunk()?;
        let (reporter, rest) = rest.split_first_chunk()?;
        let (latitude, rest) = rest.split_first_chunk()?;
        let (longitude, mut rest) = rest.split_first_chunk()?;
        let received = Some(i64::from_le_bytes(*received)).filter(|received| *received != i64::MIN);
        let (latitude, longitude) = (i32::from_le_bytes(*latitude), i32::from_le_bytes(*longitude));
        let position = Some(Position { latitude, longitude }).filter(|_| (latitude, longitude) != (0, 0));
        let (village, reporter) = (u32::from_le_bytes(*village), u32::from_le_bytes(*reporter));
        let mut context = Context { village, reporter, received, position, ..Context::default() };
        for topics in [&mut context.functions, &mut context.categories] {
            let (&count, after) = rest.split_first()?;
            let (listed, after) = after.split_at_checked(usize::from(count) * 5)?;
            let (listed, _) = listed.as_chunks::<5>();
            topics.extend(
                listed.iter().map(|[a, b, c, d, share]| (u32::from_le_bytes([*a, *b, *c, *d]), *share)),
            );
            rest = after;
        }
        let (keys, []) = rest.as_chunks() else { return None };
        let keys = keys.iter().map(|key| u32::from_le_bytes(*key)).collect();
        Some(Self { signature: Signature::from_bytes(*signature), keys, context })
    }
}

fn key(kind: u64, one: u64, other: u64) -> u32 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&one.to_le_bytes());
    bytes[8..].copy_from_slice(&other.to_le_bytes());
    xxh3_64_with_seed(&bytes, kind) as u32
}

/// The key of a square of the grid.
fn square((latitude, longitude): (i32, i32)) -> u32 {
    key(5, u64::from(latitude as u32), u64::from(longitude as u32))
}

fn of_reporter(context: &Context) -> Option<u32> {
    (context.reporter != 0).then(|| key(6, u64::from(context.reporter), 0))
}

/// The most probable function, of equals that with the lesser hash; 0 for none.
fn function(context: &Context) -> u64 {
    let likeliest = context.functions.iter().max_by_key(|(label, share)| (*share, std::cmp::Reverse(*label)));
    likeliest.map_or(0, |(label, _)| u64::from(*label))
}

/// The rarest words of a role, of equals those with the lesser key.
fn rarest(portrait: &Portrait, role: Roles, most: usize) -> Vec<u32> {
    let words = portrait.words.iter().filter(|word| word.is(role));
    let mut words: Vec<(u32, f32)> = words.map(|word| (word.key, word.idf)).collect();
    words.sort_by(|(one, rare), (other, rarer)| rarer.total_cmp(rare).then(one.cmp(other)));
    words.into_iter().take(most).map(|(key, _)| key).collect()
}

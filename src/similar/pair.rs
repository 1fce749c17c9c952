//! What a judge sees of two complaints.

use std::sync::LazyLock;

use super::portrait::{Portrait, Topic, Weighted, hash};
use super::rarity::Rarity;
use super::words::{Item, Known};

/// Names of the features, in their order.
pub(super) const NAMES: [&str; 25] = [
    "same text",
    "topic",
    "matter",
    "gap",
    "run",
    "same number at a place",
    "same village",
    "no place",
    "rarest shared",
    "no address",
    "tangible differs",
    "address in text",
    "numbers",
    "shared matter",
    "shared names",
    "both tangible",
    "other RW",
    "topic × places",
    "topic × address",
    "numbers × month",
    "other number × run",
    "address × other places",
    "tangible × days",
    "places × other number",
    "matter × month",
];

/// Places of those among them that are asked for by themselves.
pub(super) const SAME_TEXT: usize = 0;
pub(super) const RUN_SHARE: usize = 4;

/// How many there are.
pub(super) const FEATURES: usize = NAMES.len();

/// Functions that look after things that stand at a place.
const TANGIBLE: [&str; 10] = [
    "pekerjaan-umum",
    "perhubungan",
    "lingkungan-hidup",
    "perumahan",
    "air-minum",
    "kebakaran",
    "bencana",
    "listrik",
    "telekomunikasi-pos",
    "esdm",
];

/// Words of which the longest common run is looked for.
const RUN: usize = 120;
/// Letters from which on a longer text makes a run no smaller a part of it.
const LETTERS: usize = 600;
/// Seconds.
const DAY: f64 = 86_400.0;

/// Two complaints, measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'p> {
    pub(super) one: &'p Portrait,
    pub(super) other: &'p Portrait,
    pub(super) rarity: &'p Rarity,
}

impl Pair<'_> {
    /// The features, in the order of [`NAMES`]; the same whichever complaint is named first.
    pub(super) fn features(&self) -> [f64; FEATURES] {
        let Self { one, other, .. } = *self;
        let topic = f64::midpoint(
            overlap(&one.context.functions, &other.context.functions),
            overlap(&one.context.categories, &other.context.categories),
        );
        let places = cosine(&one.places, &other.places);
        let address = set_cosine(&one.grams, &other.grams);
        let matter = cosine(&one.matter, &other.matter);
        let (run, numbers) = (self.run(), jaccard(&one.numbers, &other.numbers));
        let gap = self.days();
        let (month, days) = ((-gap / 30.0).exp(), (-gap / 3.0).exp());
        let (p, q) = (tangible(one), tangible(other));
        let (same_number, other_number) = self.numbers_at_places();
        let others = self.other_places();
        let rarest = shared(&one.all, &other.all)
            .filter(|(key, _)| one.digits.binary_search(key).is_err())
            .map(|(_, idf)| idf);
        let rarest = rarest.fold(0.0, f32::max);
        [
            f64::from(self.is_same_text()),
            topic,
            matter,
            gap.ln_1p(),
            run,
            f64::from(same_number),
            f64::from(self.is_same_village()),
            f64::from(one.places.is_empty() || other.places.is_empty()),
            f64::from(rarest) / 10.0,
            f64::from(one.in_address.is_empty()) + f64::from(other.in_address.is_empty()),
            (p - q).abs(),
            containment(&one.in_text, &other.in_address).max(containment(&other.in_text, &one.in_address)),
            numbers,
            sum(shared(&one.matter_words, &other.matter_words)).ln_1p(),
            (self.shared_names() / 8.0).min(3.0),
            p.min(q),
            f64::from(compare(one, other, Known::shipped().rw) == Some(false)),
            topic * places,
            topic * address,
            month * numbers,
            f64::from(other_number) * run,
            address * others,
            (p * q).sqrt() * days,
            places * f64::from(other_number),
            matter * month,
        ]
    }

    pub(super) fn is_same_text(&self) -> bool {
        let (one, other) = (&self.one.text, &self.other.text);
        !one.is_empty() && one.iter().map(|item| item.key).eq(other.iter().map(|item| item.key))
    }

    pub(super) fn is_same_village(&self) -> bool {
        self.one.context.village != 0 && self.one.context.village == self.other.context.village
    }

    /// Whether anything says that both are at one place.
    pub(super) fn may_share_place(&self) -> bool {
        self.is_same_village()
            || shared(&self.one.places, &self.other.places).next().is_some()
            || shared(&self.one.address_names, &self.other.all).next().is_some()
            || shared(&self.other.address_names, &self.one.all).next().is_some()
    }

    /// Days between them; 30 where one has no date.
    pub(super) fn days(&self) -> f64 {
        match (self.one.context.received, self.other.context.received) {
            (Some(one), Some(other)) => one.abs_diff(other) as f64 / DAY,
            _ => 30.0,
        }
    }

    /// Whether some place has the same number in both, and whether all that have one in both have another.
    pub(super) fn numbers_at_places(&self) -> (bool, bool) {
        let Self { one, other, rarity } = *self;
        let known = Known::shipped();
        let mut any = false;
        for keyed in one.numbered.chunk_by(|(one, _), (other, _)| one == other) {
            let Some((key, _)) = keyed.first() else { continue };
            if known.is_numbered(*key) || !rarity.is_known_place(*key) {
                continue;
            }
            match compare(one, other, *key) {
                Some(true) => return (true, false),
                Some(false) => any = true,
                None => {}
            }
        }
        (false, any)
    }

    /// How much names of places speak against each other: those of each that the other does not have.
    fn other_places(&self) -> f64 {
        let lacking = |of: &Weighted, all: &Weighted| {
            let lacking =
                of.iter().filter(|(key, _)| all.binary_search_by_key(key, |(key, _)| *key).is_err());
            lacking.map(|(_, idf)| f64::from(*idf)).sum::<f64>()
        };
        let least =
            lacking(&self.one.places, &self.other.all).min(lacking(&self.other.places, &self.one.all));
        (least / 8.0).min(3.0)
    }

    /// Words of either address that stand anywhere in the other complaint.
    fn shared_names(&self) -> f64 {
        let mut names: Weighted = shared(&self.one.address_names, &self.other.all)
            .chain(shared(&self.other.address_names, &self.one.all))
            .collect();
        names.sort_unstable_by_key(|(key, _)| *key);
        names.dedup_by_key(|(key, _)| *key);
        sum(names.into_iter())
    }

    /// The longest run of words that both texts have, as part of the shorter one's letters.
    fn run(&self) -> f64 {
        let cut = |items: &[Item]| -> Vec<(u32, u16)> {
            items.iter().take(RUN).map(|item| (item.key, u16::from(item.length) + 1)).collect()
        };
        let (one, other) = (cut(&self.one.text), cut(&self.other.text));
        let letters =
            |words: &[(u32, u16)]| words.iter().map(|(_, letters)| usize::from(*letters)).sum::<usize>();
        let least = letters(&one).min(letters(&other)).clamp(1, LETTERS);
        let keys: Vec<u32> = other.iter().map(|(key, _)| *key).collect();
        // Letters of the run that ends at each word of the other text, behind a place for "before the first".
        let (mut ends, mut next) = (vec![0u16; keys.len() + 1], vec![0u16; keys.len() + 1]);
        let mut longest = 0;
        for (key, letters) in one {
            for ((next, end), other) in next.iter_mut().skip(1).zip(&ends).zip(&keys) {
                *next = if *other == key { end + letters } else { 0 };
                longest = longest.max(*next);
            }
            std::mem::swap(&mut ends, &mut next);
        }
        f64::from(longest) / least as f64
    }
}

/// Whether both have a number behind a word, and then whether one of them is the same.
pub(super) fn compare(one: &Portrait, other: &Portrait, word: u32) -> Option<bool> {
    let of = |portrait: &Portrait| {
        portrait
            .numbered
            .iter()
            .filter(|(key, _)| *key == word)
            .map(|(_, number)| *number)
            .collect::<Vec<_>>()
    };
    let (one, other) = (of(one), of(other));
    (!one.is_empty() && !other.is_empty()).then(|| one.iter().any(|number| other.contains(number)))
}

/// How far two distributions overlap (Bhattacharyya): `Σ √(p·q)`, 1 for equal ones.
fn overlap(one: &[Topic], other: &[Topic]) -> f64 {
    let both = one.iter().filter_map(|(label, p)| {
        let at = other.binary_search_by_key(label, |(label, _)| *label).ok()?;
        Some((f64::from(*p) * f64::from(other.get(at)?.1)).sqrt() / 255.0)
    });
    both.sum()
}

fn tangible(portrait: &Portrait) -> f64 {
    static LABELS: LazyLock<[u32; TANGIBLE.len()]> = LazyLock::new(|| TANGIBLE.map(hash));
    let tangible = portrait.context.functions.iter().filter(|(label, _)| LABELS.contains(label));
    tangible.map(|(_, share)| f64::from(*share) / 255.0).sum()
}

/// What both have, with the first one's weight.
fn shared<'w>(one: &'w Weighted, other: &'w Weighted) -> impl Iterator<Item = (u32, f32)> + use<'w> {
    let mut rest = other.as_slice();
    one.iter().filter_map(move |&(key, weight)| {
        rest = rest.get(rest.partition_point(|(other, _)| *other < key)..).unwrap_or_default();
        rest.first().filter(|(other, _)| *other == key).map(|_| (key, weight))
    })
}

fn sum(weighted: impl Iterator<Item = (u32, f32)>) -> f64 {
    weighted.map(|(_, weight)| f64::from(weight)).sum()
}

pub(super) fn cosine(one: &Weighted, other: &Weighted) -> f64 {
    let dot: f64 = shared(one, other)
        .zip(shared(other, one))
        .map(|((_, one), (_, other))| f64::from(one) * f64::from(other))
        .sum();
    let norm = |all: &Weighted| all.iter().map(|(_, weight)| f64::from(*weight).powi(2)).sum::<f64>().sqrt();
    if dot > 0.0 { dot / (norm(one) * norm(other)) } else { 0.0 }
}

/// Shared idf as part of the smaller sum.
fn containment(one: &Weighted, other: &Weighted) -> f64 {
    let least = sum(one.iter().copied()).min(sum(other.iter().copied()));
    if least > 0.0 { sum(shared(one, other)) / least } else { 0.0 }
}

fn set_cosine(one: &[u32], other: &[u32]) -> f64 {
    let both = one.iter().filter(|gram| other.binary_search(gram).is_ok()).count();
    if both == 0 { 0.0 } else { both as f64 / ((one.len() * other.len()) as f64).sqrt() }
}

fn jaccard(one: &[u16], other: &[u16]) -> f64 {
    let both = one.iter().filter(|number| other.binary_search(number).is_ok()).count();
    if both == 0 { 0.0 } else { both as f64 / (one.len() + other.len() - both) as f64 }
}

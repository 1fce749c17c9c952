//! What a judge sees of two complaints.

use std::sync::LazyLock;

use super::portrait::{Portrait, RUN, Roles, Topic, hash};
use super::rarity::Rarity;
use super::words::Known;

/// Names of the features, in their order.
pub(super) const NAMES: [&str; 31] = [
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
    "address in text",
    "shared matter",
    "shared names",
    "both tangible",
    "other RW",
    "topic × places",
    "topic × address",
    "numbers × month",
    "other number × run",
    "places × other number",
    "other things × tangible",
    "things × address found",
    "other house × addresses found",
    "category × one place",
    "one alley",
    "matter × days",
    "words",
    "topic × last number",
    "shared names × last number",
    "same village × no address",
    "same numbers × addresses found",
];

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

/// Letters from which on a longer text makes a run no smaller a part of it.
const LETTERS: u16 = 600;
/// Seconds.
const DAY: f64 = 86_400.0;
/// What a word that both have is worth, at most three of which count.
const WORTH: f64 = 8.0;
/// Idf that two places count for that are one by their coordinates.
const RARE: f64 = 8.0;

/// Two complaints, measured; the same whichever is named first.
#[derive(Debug, Clone)]
pub(super) struct Pair<'p> {
    pub(super) one: &'p Portrait,
    pub(super) other: &'p Portrait,
    shared: Shared,
    /// Whether the texts are the same word for word.
    pub(super) same_text: bool,
    /// The longest run of words that both texts have, as part of the shorter one's letters.
    pub(super) run: f64,
    /// How far they are about the same: 0 to 1.
    pub(super) topic: f64,
    /// The same by categories alone.
    category: f64,
    /// Cosine of the groups of things that they name.
    pub(super) things: f64,
    /// Both name things, and none of one group.
    pub(super) other_things: bool,
    /// Cosine of the names of places.
    pub(super) places: f64,
    /// Whether some place has the same number in both; `Some(false)` where all that have one in both have another.
    pub(super) same_number: Option<bool>,
}

impl<'p> Pair<'p> {
    pub(super) fn new(one: &'p Portrait, other: &'p Portrait, rarity: &Rarity) -> Self {
        let (shared, both) = Shared::of(one, other);
        let (functions, categories) = (
            overlap(&one.context.functions, &other.context.functions),
            overlap(&one.context.categories, &other.context.categories),
        );
        let (things, other_things) = things(one, other, rarity);
        Self {
            one,
            other,
            same_text: !one.text.is_empty()
                && one.text.len() == other.text.len()
                && one.keys().eq(other.keys()),
            run: run(one, other, &both),
            topic: f64::midpoint(functions, categories),
            category: categories,
            things,
            other_things,
            places: quotient(shared.places, one.totals.places_norm * other.totals.places_norm),
            same_number: numbers_at_places(one, other, rarity),
            shared,
        }
    }

    /// The features, in the order of [`NAMES`].
    pub(super) fn features(&self) -> [f64; FEATURES] {
        let Self { one, other, shared, run, topic, .. } = self;
        // Coordinates are the name of a place: the same one as far as they are near.
        let near = self.near();
        let at_one_place = near.unwrap_or_default();
        let located = f64::from(near.is_none());
        let places = self.places.max(at_one_place);
        let address = set_cosine(&one.grams, &other.grams).max(at_one_place);
        let matter = quotient(shared.matter, one.totals.matter_norm * other.totals.matter_norm);
        let gap = self.days();
        let tangible = (one.totals.tangible, other.totals.tangible);
        let [one_in_other, other_in_one] = shared.text_in_address;
        let no_address =
            (f64::from(one.totals.address == 0.0) + f64::from(other.totals.address == 0.0)) * located;
        let village = f64::from(self.is_same_village()).max(at_one_place);
        let names = (shared.names / WORTH).max(at_one_place).min(3.0);
        // How much of either address stands anywhere in the other complaint.
        let found = (
            quotient(shared.site_of_one, one.totals.site).max(at_one_place),
            quotient(shared.site_of_other, other.totals.site).max(at_one_place),
        );
        let (least_found, most_found) = (found.0.min(found.1), found.0.max(found.1));
        let other_house =
            matches!((one.site.house, other.site.house), (Some(house), Some(another)) if house != another);
        let last = f64::from(one.site.last != 0 && one.site.last == other.site.last);
        let same_numbers = one.site.numbers != 0 && one.site.numbers == other.site.numbers;
        let other_number = f64::from(self.same_number == Some(false));
        let at_place = self.may_share_place() || at_one_place > 0.0;
        [
            f64::from(self.same_text),
            *topic,
            matter,
            gap.ln_1p(),
            *run,
            f64::from(self.same_number == Some(true)),
            village,
            f64::from(one.totals.places == 0.0 || other.totals.places == 0.0) * located,
            f64::from(shared.rarest).max(RARE * at_one_place) / 10.0,
            no_address,
            quotient(one_in_other, one.totals.text.min(other.totals.address))
                .max(quotient(other_in_one, other.totals.text.min(one.totals.address))),
            shared.matter_words.ln_1p(),
            names,
            tangible.0.min(tangible.1),
            f64::from(self.compare(Known::shipped().rw) == Some(false)),
            topic * places,
            topic * address,
            (-gap / 30.0).exp() * jaccard(&one.numbers, &other.numbers),
            other_number * run,
            places * other_number,
            f64::from(self.other_things) * (tangible.0 * tangible.1).sqrt(),
            self.things * most_found,
            f64::from(other_house) * least_found,
            f64::from(at_place) * self.category,
            f64::from(one.site.has_alley != other.site.has_alley),
            matter * (-gap / 3.0).exp(),
            quotient(shared.all, one.totals.all_norm * other.totals.all_norm),
            topic * last,
            names * last,
            village * no_address,
            f64::from(same_numbers) * least_found,
        ]
    }

    /// Letters of the shorter text, as far as a run is looked for in it; one more for each word.
    pub(super) fn letters(&self) -> u16 {
        self.one.totals.letters.min(self.other.totals.letters)
    }

    pub(super) fn is_same_village(&self) -> bool {
        self.one.context.village != 0 && self.one.context.village == self.other.context.village
    }

    /// Metres between them, where that is known.
    pub(super) fn metres(&self) -> Option<f64> {
        Some(self.one.context.position?.metres(self.other.context.position?))
    }

    /// Whether anything that they say, or their village, says that both are at one place.
    pub(super) fn may_share_place(&self) -> bool {
        self.is_same_village() || self.shared.place
    }

    /// Days between them; 30 where one has no date.
    pub(super) fn days(&self) -> f64 {
        match (self.one.context.received, self.other.context.received) {
            (Some(one), Some(other)) => one.abs_diff(other) as f64 / DAY,
            _ => 30.0,
        }
    }

    /// Whether both have a number behind a word, and then whether one of them is the same.
    pub(super) fn compare(&self, word: u32) -> Option<bool> {
        compare(self.one, self.other, word)
    }
}

/// What two complaints have in common, as sums over the words of both.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    /// Dot products.
    places: f64,
    matter: f64,
    /// Idf of the words of the matter that both have.
    matter_words: f64,
    all: f64,
    /// Idf of the words of each address that stand anywhere in the other complaint.
    site_of_one: f64,
    site_of_other: f64,
    /// Idf of the words of either address that may name a place and stand anywhere in the other.
    names: f64,
    /// Idf of the words of one's text that stand in the other's address, and the other way round.
    text_in_address: [f64; 2],
    /// Greatest idf of a word that is no number.
    rarest: f32,
    /// A name of a place is among them.
    place: bool,
}

impl Shared {
    /// One pass over the words of both; with the place in the one's words of each of the other's, or [`NOWHERE`].
    fn of(one: &Portrait, other: &Portrait) -> (Self, Vec<u16>) {
        let mut shared = Self::default();
        let mut both = vec![NOWHERE; other.words.len()];
        let (mut at, mut mine) = (0, one.words.iter().peekable());
        for (theirs, place) in other.words.iter().zip(&mut both) {
            while mine.next_if(|word| word.key < theirs.key).is_some() {
                at += 1;
            }
            let Some(word) = mine.next_if(|word| word.key == theirs.key) else { continue };
            *place = at;
            at += 1;
            let idf = f64::from(word.idf);
            let counted = |holds: bool| if holds { idf } else { 0.0 };
            let are = |role| word.is(role) && theirs.is(role);
            let named = word.is(Roles::MAY_NAME) || theirs.is(Roles::MAY_NAME);
            shared.places += counted(are(Roles::PLACE)) * idf;
            shared.all += word.anywhere() * theirs.anywhere();
            shared.site_of_one += counted(word.is(Roles::SITE));
            shared.site_of_other += counted(theirs.is(Roles::SITE));
            shared.names += counted(named);
            shared.place |= named || are(Roles::PLACE);
            if are(Roles::MATTER) {
                shared.matter += word.matter() * theirs.matter();
                shared.matter_words += idf;
            }
            let [one_in_other, other_in_one] = &mut shared.text_in_address;
            *one_in_other += counted(word.is(Roles::TEXT) && theirs.is(Roles::ADDRESS));
            *other_in_one += counted(theirs.is(Roles::TEXT) && word.is(Roles::ADDRESS));
            if !word.is(Roles::DIGITS) && !theirs.is(Roles::DIGITS) {
                shared.rarest = shared.rarest.max(word.idf);
            }
        }
        (shared, both)
    }
}

const NOWHERE: u16 = u16::MAX;

/// The longest run of words that both texts have, as part of the shorter one's letters; `both` says which words of the
/// other are which of the one's. Only places that agree are looked at: those that two texts have in common are few.
fn run(one: &Portrait, other: &Portrait, both: &[u16]) -> f64 {
    // For each place in the one's text, letters of the run that ended there last, and behind which word of the other's.
    let mut ends = [(0, 0); RUN];
    let mut longest = 0;
    for (behind, (word, letters)) in (1..).zip(other.text.iter().take(RUN)) {
        let mine = both.get(usize::from(*word)).and_then(|at| one.words.get(usize::from(*at)));
        for &at in mine.map_or(&[][..], |word| one.positions(word)).iter().rev() {
            let before = usize::from(at).checked_sub(1).and_then(|before| ends.get(before));
            let before = before.map_or(0, |(last, run)| if last + 1 == behind { *run } else { 0 });
            if let Some(end) = ends.get_mut(usize::from(at)) {
                *end = (behind, before + u16::from(*letters) + 1);
                longest = longest.max(end.1);
            }
        }
    }
    f64::from(longest) / f64::from(one.totals.letters.min(other.totals.letters).clamp(1, LETTERS))
}

/// Whether some place has the same number in both; `Some(false)` where all that have one in both have another.
fn numbers_at_places(one: &Portrait, other: &Portrait, rarity: &Rarity) -> Option<bool> {
    let known = Known::shipped();
    let places = one.numbered.chunk_by(|(one, _), (other, _)| one == other).filter_map(|keyed| keyed.first());
    let places = places.filter(|(key, _)| !known.is_numbered(*key) && rarity.is_known_place(*key));
    places.filter_map(|(key, _)| compare(one, other, *key)).reduce(|any, same| any || same)
}

fn compare(one: &Portrait, other: &Portrait, word: u32) -> Option<bool> {
    let (one, other) = (one.numbers_behind(word), other.numbers_behind(word));
    (!one.is_empty() && !other.is_empty()).then(|| one.iter().any(|number| other.contains(number)))
}

/// How far two distributions overlap (Bhattacharyya): `Σ √(p·q)`, 1 for equal ones.
fn overlap(one: &[Topic], other: &[Topic]) -> f64 {
    let both = one.iter().filter_map(|(label, p)| {
        let (_, q) = other.iter().find(|(other, _)| other == label)?;
        Some((f64::from(*p) * f64::from(*q)).sqrt() / 255.0)
    });
    both.sum()
}

/// Probability that a function is meant that looks after things which stand at a place.
pub(super) fn tangible(functions: &[Topic]) -> f64 {
    static LABELS: LazyLock<[u32; TANGIBLE.len()]> = LazyLock::new(|| TANGIBLE.map(hash));
    let tangible = functions.iter().filter(|(label, _)| LABELS.contains(label));
    tangible.map(|(_, share)| f64::from(*share) / 255.0).sum()
}

/// Cosine of the groups of things that both name, and whether both name some but none in common.
fn things(one: &Portrait, other: &Portrait, rarity: &Rarity) -> (f64, bool) {
    let same = |(group, count): &(u8, u8)| {
        let (_, another) = other.objects.iter().find(|(another, _)| another == group)?;
        Some(rarity.object((*group, *count)) * rarity.object((*group, *another)))
    };
    let dot: f64 = one.objects.iter().filter_map(same).sum();
    let none = dot == 0.0 && !one.objects.is_empty() && !other.objects.is_empty();
    (quotient(dot, one.totals.objects_norm * other.totals.objects_norm), none)
}

/// A part of a whole; 0 of nothing.
fn quotient(part: f64, whole: f64) -> f64 {
    if part > 0.0 && whole > 0.0 { part / whole } else { 0.0 }
}

fn set_cosine(one: &[u16], other: &[u16]) -> f64 {
    let both = common(one, other);
    if both == 0 { 0.0 } else { both as f64 / ((one.len() * other.len()) as f64).sqrt() }
}

fn jaccard(one: &[u16], other: &[u16]) -> f64 {
    let both = common(one, other);
    if both == 0 { 0.0 } else { both as f64 / (one.len() + other.len() - both) as f64 }
}

/// How many two ascending lists have in common.
fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let mut rest = other.iter().peekable();
    one.iter()
        .filter(|key| {
            while rest.next_if(|other| other < key).is_some() {}
            rest.next_if(|other| other == key).is_some()
        })
        .count()
}

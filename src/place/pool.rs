//! What a place memory says, pooled with the names that a query mentions.
//!
//! A village's score is a weighted sum of the logarithms of what the memory says of it and of its district, and of a one
//! for each mention that names the village, its district, or another village of the district; a softmax makes
//! probabilities of the scores (a conditional logit). [`WEIGHTS`] makes the right villages of later complaints most
//! likely; `examples/fit_place.rs` fits it.

use super::code::{Level, RegionCode};
use super::gazetteer::Gazetteer;
use super::mention::{Mention, Mentions, Strength};
use super::resolve::PlaceSource;

/// Kinds of mention: in a field; in the address marked, bare, bare and going on as streets do; so in the text.
const KINDS: usize = 7;

/// How many numbers describe a village: two of the memory's, and three tables by kind of mention.
pub(super) const FEATURES: usize = 2 + 3 * KINDS;

/// What each number weighs: fitted on 2,227 complaints to Surabaya of September to November 2022, with memories of what
/// came before; that of fields, of which there were none, is set.
pub(super) const WEIGHTS: [f32; FEATURES] = [
    0.73, 0.59, // ln p of the village, of its district
    8.0, 2.57, 0.72, 0.15, 3.35, 1.6, 2.61, // the village is named
    6.0, 0.79, 0.78, 0.42, 1.47, 2.03, 1.13, // its district is named
    0.0, -2.4, -0.35, 1.21, -1.05, -0.19, 1.64, // another village of its district is named
];

/// What is added to probabilities before their logarithm is taken, for what the memory does not know.
const LEAST: f32 = 1e-3;

fn kind(mention: &Mention) -> usize {
    let place = match (mention.strength, mention.goes_on) {
        (Strength::Field, _) => return 0,
        (Strength::Marked, _) => 1,
        (Strength::Bare, false) => 2,
        (Strength::Bare, true) => 3,
    };
    if mention.source == PlaceSource::Address { place } else { place + 3 }
}

/// Leaves in `villages` those that the memory knows and those that a mention names in the same regencies.
pub(super) fn candidates(
    gazetteer: &Gazetteer,
    mentions: &Mentions,
    memory: &[(RegionCode, f32)],
    villages: &mut Vec<(RegionCode, f32)>,
) {
    villages.clear();
    let known =
        memory.iter().filter(|(code, _)| code.level() == Level::Village && gazetteer.contains_code(*code));
    villages.extend(known.map(|&(village, p)| (village, probability(p))));
    let regency = |code: RegionCode| code.at(Level::Regency);
    let known = villages.len();
    for &code in mentions.items.iter().flat_map(|mention| mentions.regions_of(mention)) {
        let near = villages.iter().take(known).any(|(village, _)| regency(*village) == regency(code));
        if code.level() == Level::Village && near && villages.iter().all(|(other, _)| *other != code) {
            villages.push((code, 0.0));
        }
    }
}

/// What is no probability is none.
fn probability(p: f32) -> f32 {
    if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 }
}

/// What is known of a village of the probability `p`.
pub(super) fn features(
    mentions: &Mentions,
    memory: &[(RegionCode, f32)],
    village: RegionCode,
    p: f32,
) -> [f32; FEATURES] {
    let district = village.at(Level::District);
    let inside = |code: RegionCode| code.at(Level::District) == district;
    let said = memory.iter().find(|(region, _)| Some(*region) == district).map(|(_, p)| probability(*p));
    // A memory without districts.
    let sum = || memory.iter().filter(|(other, _)| inside(*other)).map(|(_, p)| probability(*p)).sum();
    let p_district: f32 = said.unwrap_or_else(sum);
    let mut features = [0.0; FEATURES];
    [features[0], features[1]] = [(p + LEAST).ln(), (p_district + LEAST).ln()];
    for mention in &mentions.items {
        let regions = mentions.regions_of(mention);
        let table = if regions.contains(&village) {
            0
        } else if district.is_some_and(|district| regions.contains(&district)) {
            1
        } else if regions.iter().any(|code| code.level() == Level::Village && inside(*code)) {
            2
        } else {
            continue;
        };
        if let Some(feature) = features.get_mut(2 + table * KINDS + kind(mention)) {
            *feature += 1.0;
        }
    }
    features
}

/// Leaves in `pooled` the villages that the memory or a mention speaks for with their probabilities, the most probable
/// first. Where no name speaks, what the memory leaves open stays open.
pub(super) fn pool(
    gazetteer: &Gazetteer,
    mentions: &Mentions,
    memory: &[(RegionCode, f32)],
    pooled: &mut Vec<(RegionCode, f32)>,
) {
    candidates(gazetteer, mentions, memory, pooled);
    let known = pooled.iter().map(|(_, p)| p).sum::<f32>().min(1.0);
    let (mut most, mut named) = (f32::NEG_INFINITY, false);
    for (village, p) in pooled.iter_mut() {
        let features = features(mentions, memory, *village, *p);
        named |= features.iter().skip(2).any(|feature| *feature > 0.0);
        *p = features.iter().zip(&WEIGHTS).map(|(feature, weight)| feature * weight).sum();
        most = most.max(*p);
    }
    let mut sum = 0.0;
    for (_, score) in pooled.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    let share = if named { 1.0 } else { known } / sum;
    for (_, p) in pooled.iter_mut() {
        *p *= share;
    }
    pooled.sort_unstable_by(|(a, p), (b, q)| q.total_cmp(p).then(a.cmp(b)));
}

//! What a place memory says, pooled with the names that a query mentions.
//!
//! A village's score is a weighted sum of the logarithms of what the memory says of it and of its district, and of a one
//! for each mention that names the village, its district, or another village of the district; a softmax makes
//! probabilities of the scores (a conditional logit). [`WEIGHTS`] makes the right villages of later complaints most
//! likely; `examples/fit_place.rs` fits it.

use super::code::{Level, RegionCode};
use super::mention::{Mention, Mentions, Strength};
use super::resolve::PlaceSource;

/// Kinds of mention: in a field; in the address marked, bare, bare and going on as streets do; so in the text.
const KINDS: usize = 7;

/// How many numbers describe a village: two of the memory's, and three tables by kind of mention.
pub(super) const FEATURES: usize = 2 + 3 * KINDS;

/// What each number weighs: fitted on 2,236 complaints to Surabaya of September to November 2022, with memories of what
/// came before; that of fields, of which there were none, is set.
pub(super) const WEIGHTS: [f32; FEATURES] = [
    0.75, 0.68, // ln p of the village, of its district
    8.0, 3.62, 2.07, 1.38, 2.71, 1.44, 1.73, // the village is named
    6.0, 1.91, 2.29, 1.61, 2.4, 2.53, 1.25, // its district is named
    0.0, -2.21, 0.93, 1.96, -0.96, -0.09, 1.4, // another village of its district is named
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
    mentions: &Mentions,
    memory: &[(RegionCode, f32)],
    villages: &mut Vec<(RegionCode, f32)>,
) {
    villages.clear();
    villages.extend(memory.iter().filter(|(region, _)| region.level() == Level::Village));
    let regency = |code: RegionCode| code.at(Level::Regency);
    for &code in mentions.items.iter().flat_map(|mention| mentions.regions_of(mention)) {
        let near = memory.iter().any(|(village, _)| regency(*village) == regency(code));
        if code.level() == Level::Village && near && villages.iter().all(|(known, _)| *known != code) {
            villages.push((code, 0.0));
        }
    }
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
    let p_district = memory.iter().find(|(region, _)| Some(*region) == district).map_or(0.0, |(_, p)| *p);
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
/// first.
pub(super) fn pool(mentions: &Mentions, memory: &[(RegionCode, f32)], pooled: &mut Vec<(RegionCode, f32)>) {
    candidates(mentions, memory, pooled);
    let mut most = f32::NEG_INFINITY;
    for (village, p) in pooled.iter_mut() {
        let features = features(mentions, memory, *village, *p);
        *p = features.iter().zip(&WEIGHTS).map(|(feature, weight)| feature * weight).sum();
        most = most.max(*p);
    }
    let mut sum = 0.0;
    for (_, score) in pooled.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for (_, p) in pooled.iter_mut() {
        *p /= sum;
    }
    pooled.sort_unstable_by(|(a, p), (b, q)| q.total_cmp(p).then(a.cmp(b)));
}

//! From the mentions of a query to one region: which hypothesis most of them support, and how sure that is.

use super::code::{Level, RegionCode};
use super::gazetteer::Gazetteer;
use super::mention::{Mention, Mentions, Strength};
use super::pool;
use super::resolve::{Place, PlaceEvidence, PlaceQuery, PlaceSource};

/// A name of more regions than these counts only where another mention tells which of them is meant.
const AMBIGUOUS: usize = 8;

/// How much of the winner's own support another hypothesis may have before neither is sure.
const RIVAL: f32 = 0.7;

/// What stands below is not said: the region above is.
const SURE: f32 = 0.5;

/// How probable a territory is when nothing speaks for a part of it.
const TERRITORY: f32 = 0.5;

/// What the gazetteer makes of the mentions.
#[derive(Debug, Clone, Copy)]
struct Verdict {
    region: RegionCode,
    p: f32,
}

/// Decides a query whose mentions are collected.
pub(super) fn decide(
    query: &PlaceQuery<'_>,
    within: Option<RegionCode>,
    gazetteer: &Gazetteer,
    mentions: &mut Mentions,
    candidates: &mut Vec<RegionCode>,
    pooled: &mut Vec<(RegionCode, f32)>,
) -> Option<Place> {
    drop_ambiguous(mentions, candidates);
    drop_stray(mentions, within, candidates);
    for at in 0..mentions.items.len() {
        let Some(weight) = mentions.items.get(at).map(|mention| weight(mentions, mention, within)) else {
            break;
        };
        mentions.items[at].weight = weight;
    }
    let verdict = weigh(mentions, within, candidates).filter(|verdict| {
        within.is_none_or(|within| !verdict.region.contains(&within) || verdict.region == within)
    });
    let asked = !query.memory.is_empty()
        && !in_a_field(mentions, verdict)
        && verdict.is_none_or(|verdict| knows(query.memory, verdict.region));
    let mut guess = None;
    let mut place = verdict;
    if asked {
        pool::pool(gazetteer, mentions, query.memory, pooled);
        guess = pooled.first().copied();
        place = pooled_place(pooled, within);
    }
    let from_memory = asked && place.is_some();
    // What only names the territory or more adds nothing to it.
    let alone = || within.map(|region| Verdict { region, p: TERRITORY });
    let Verdict { region, p, .. } = place.or_else(alone)?;
    let mut evidence: Vec<PlaceEvidence> = mentions
        .items
        .iter()
        .filter(|mention| speaks_for(mentions, mention, region))
        .map(|mention| PlaceEvidence { words: words(query, mention), source: mention.source })
        .collect();
    evidence.sort_by_key(|evidence| evidence.source);
    if from_memory {
        evidence.push(PlaceEvidence { words: String::new(), source: PlaceSource::Memory });
    }
    if evidence.is_empty() {
        evidence.push(PlaceEvidence { words: String::new(), source: PlaceSource::Territory });
    }
    Some(Place { region, p, guess, evidence })
}

/// Whether a field names the village of the verdict.
fn in_a_field(mentions: &Mentions, verdict: Option<Verdict>) -> bool {
    let field = |mention: &Mention, village: RegionCode| {
        mention.strength == Strength::Field && mentions.regions_of(mention).contains(&village)
    };
    verdict.is_some_and(|verdict| {
        verdict.region.level() == Level::Village
            && mentions.items.iter().any(|mention| field(mention, verdict.region))
    })
}

/// Whether a memory has to do with a region: it knows a village of its regency.
fn knows(memory: &[(RegionCode, f32)], region: RegionCode) -> bool {
    memory.iter().any(|(village, _)| {
        region.contains(village)
            || region.common(*village).is_some_and(|common| common.level() >= Level::Regency)
    })
}

/// Whether a mention names the region, what it belongs to, or something in it.
fn speaks_for(mentions: &Mentions, mention: &Mention, region: RegionCode) -> bool {
    mentions.supports(mention, region)
        || mentions.regions_of(mention).iter().any(|code| region.contains(code))
}

fn words(query: &PlaceQuery<'_>, mention: &Mention) -> String {
    let text = mention.source.of(query);
    text.get(mention.start as usize..mention.end as usize).unwrap_or_default().trim().to_owned()
}

/// Keeps of an ambiguous name what belongs to a region that a clearer mention means; nothing, when no other is clear.
fn drop_ambiguous(mentions: &mut Mentions, anchors: &mut Vec<RegionCode>) {
    anchors.clear();
    let clear = |mention: &Mention| (mention.to - mention.from) as usize <= AMBIGUOUS;
    if mentions.items.iter().all(clear) {
        return;
    }
    for mention in mentions.items.iter().filter(|mention| clear(mention)) {
        anchors.extend_from_slice(mentions.regions_of(mention));
    }
    let Mentions { items, regions } = mentions;
    items.retain_mut(|mention| {
        if clear(mention) {
            return true;
        }
        let from = mention.from as usize;
        let mut to = from;
        for at in from..mention.to as usize {
            let code = regions[at];
            if anchors.iter().any(|anchor| anchor.contains(&code) || code.contains(anchor)) {
                regions[to] = code;
                to += 1;
            }
        }
        mention.to = to as u32;
        to > from
    });
}

/// Drops everyday words behind a marker (`kantor lurah gelap`) that lie elsewhere than all other names and the territory.
fn drop_stray(mentions: &mut Mentions, within: Option<RegionCode>, anchors: &mut Vec<RegionCode>) {
    let everyday = |mention: &Mention| mention.everyday && mention.strength == Strength::Marked;
    if !mentions.items.iter().any(everyday) {
        return;
    }
    anchors.clear();
    anchors.extend(within);
    for mention in mentions.items.iter().filter(|mention| !everyday(mention)) {
        anchors.extend_from_slice(mentions.regions_of(mention));
    }
    if anchors.is_empty() {
        return;
    }
    let Mentions { items, regions } = mentions;
    items.retain(|mention| {
        let regions = regions.get(mention.from as usize..mention.to as usize).unwrap_or_default();
        let near =
            |code: &RegionCode| anchors.iter().any(|anchor| anchor.contains(code) || code.contains(anchor));
        !everyday(mention) || regions.iter().any(near)
    });
}

/// What a mention weighs against others. Fields before addresses, addresses before texts; a name that is called a
/// village before one that stands alone; half for one without a capital, for any word of that sound may be meant.
fn weight(mentions: &Mentions, mention: &Mention, within: Option<RegionCode>) -> f32 {
    use PlaceSource as Source;
    let weight = match (mention.strength, mention.source) {
        (Strength::Field, Source::Code) => 12.0,
        (Strength::Field, Source::Village) => 8.0,
        (Strength::Field, Source::District) => 6.0,
        (Strength::Field, Source::Regency) => 5.0,
        (Strength::Field, _) => 4.0,
        (Strength::Marked, Source::Address) => 3.5,
        (Strength::Marked, _) => 2.5,
        (Strength::Bare, Source::Address) => 2.0,
        (Strength::Bare, _) => 1.0,
    };
    let edited = if mention.edits > 0 { 0.8 } else { 1.0 };
    let street = if mention.goes_on && mention.strength == Strength::Bare { 0.6 } else { 1.0 };
    let regions = mentions.regions_of(mention);
    let alone = mention.strength == Strength::Bare && mention.everyday && !mention.enclosed;
    let deep = || regions.iter().all(|code| code.level() > Level::Regency);
    let other = |other: &Mention| other.from != mention.from && inside(regions, mentions.regions_of(other));
    let stray = alone && within.is_none() && deep() && !mentions.items.iter().any(other);
    weight * edited * street * if stray { 0.5 } else { 1.0 }
}

/// Whether one of the regions belongs to one of the others.
fn inside(regions: &[RegionCode], others: &[RegionCode]) -> bool {
    regions.iter().any(|code| others.iter().any(|other| other != code && other.contains(code)))
}

/// How often a region is not the right one when this mention names it.
fn error(mentions: &Mentions, mention: &Mention, named: RegionCode, within: Option<RegionCode>) -> f32 {
    let village = named.level() == Level::Village;
    let error: f32 = match (mention.strength, mention.source) {
        (Strength::Field, PlaceSource::Code) => 0.01,
        (Strength::Field, _) => 0.02,
        (Strength::Marked, PlaceSource::Address) => 0.04,
        (Strength::Marked, _) => 0.06,
        (Strength::Bare, PlaceSource::Address) if village => 0.26,
        (Strength::Bare, PlaceSource::Address) => 0.1,
        (Strength::Bare, _) if village => 0.32,
        (Strength::Bare, _) => 0.15,
    };
    let edited = if mention.edits > 0 { 0.08 } else { 0.0 };
    let street = if mention.goes_on && mention.strength == Strength::Bare { 0.1 } else { 0.0 };
    // Without a territory, and no other name around it, a word of any language may be a village somewhere.
    let anywhere = mention.strength == Strength::Bare && within.is_none() && named.level() > Level::Regency;
    let far = if anywhere && !mention.enclosed && !is_inside_another(mentions, named) { 0.45 } else { 0.0 };
    (error + edited + street + far).min(0.9)
}

/// Whether a name means a district or village outside the territory and another what is around it, which the territory
/// does not belong to.
fn is_agreed(mentions: &Mentions, region: RegionCode, within: RegionCode) -> bool {
    let named = |mention| mentions.named(mention, region);
    let around = |code: RegionCode| code != region && !code.contains(&within);
    region.level() > Level::Regency
        && mentions.items.iter().any(|mention| named(mention) == Some(region))
        && mentions.items.iter().any(|mention| named(mention).is_some_and(around))
}

/// Whether another name means something that the region belongs to.
fn is_inside_another(mentions: &Mentions, region: RegionCode) -> bool {
    let around = |code: &RegionCode| *code != region && code.contains(&region);
    mentions.items.iter().any(|mention| mentions.regions_of(mention).iter().any(around))
}

/// The best hypothesis.
fn weigh(
    mentions: &Mentions,
    within: Option<RegionCode>,
    candidates: &mut Vec<RegionCode>,
) -> Option<Verdict> {
    candidates.clear();
    for mention in &mentions.items {
        candidates.extend_from_slice(mentions.regions_of(mention));
    }
    candidates.sort_unstable();
    candidates.dedup();
    let score = |region: RegionCode| -> f32 {
        mentions
            .items
            .iter()
            .filter(|mention| mentions.supports(mention, region))
            .map(|mention| mention.weight)
            .sum()
    };
    let (mut best, mut tied): (Option<(RegionCode, f32)>, Option<RegionCode>) = (None, None);
    for &region in candidates.iter() {
        let score = score(region);
        match best {
            Some((_, most)) if score < most - 1e-4 => {}
            Some((_, most)) if score < most + 1e-4 => tied = tied.and_then(|tied| tied.common(region)),
            _ => (best, tied) = (Some((region, score)), Some(region)),
        }
    }
    let (first, _) = best?;
    // What is as likely elsewhere is only known as far as both have in common.
    let mut region = tied?;
    let mut doubt = 0.0_f32;
    for &rival in candidates.iter() {
        if rival.contains(&region) || region.contains(&rival) {
            continue;
        }
        let (mut its, mut ours) = (0.0, 0.0);
        for mention in &mentions.items {
            match (mentions.supports(mention, rival), mentions.supports(mention, first)) {
                (true, false) => its += mention.weight,
                (false, true) => ours += mention.weight,
                _ => {}
            }
        }
        if its >= RIVAL * ours {
            region = region.common(rival)?;
        } else {
            doubt = doubt.max(its / ours);
        }
    }
    let explicit = mentions
        .items
        .iter()
        .any(|mention| mention.strength > Strength::Bare && mentions.named(mention, region) == Some(region));
    let outside = within.filter(|within| !within.contains(&region) && !region.contains(within));
    if outside.is_some_and(|within| !explicit && !is_agreed(mentions, region, within)) {
        return None;
    }
    let p = loop {
        let p = probability(mentions, region, within) * (1.0 - 0.4 * doubt);
        match region.parent().filter(|_| p < SURE) {
            Some(parent) if Some(region) != within => region = parent,
            _ => break p,
        }
    };
    Some(Verdict { region, p })
}

/// One minus the product of the errors of all mentions that name the region or something in it; what contains it makes
/// it a little surer.
fn probability(mentions: &Mentions, region: RegionCode, within: Option<RegionCode>) -> f32 {
    let mut wrong = 1.0_f32;
    for mention in &mentions.items {
        let inside = mentions.regions_of(mention).iter().find(|code| region.contains(code));
        wrong *= match (inside, mentions.named(mention, region)) {
            (Some(&inside), _) if inside == region => error(mentions, mention, region, within),
            // It names a part: each level up halves what may be wrong.
            (Some(&inside), _) => {
                error(mentions, mention, inside, within)
                    * 0.6_f32.powi(inside.level() as i32 - region.level() as i32)
            }
            (None, Some(above)) if above.level() == Level::District => 0.7,
            (None, Some(_)) => 0.95,
            (None, None) => 1.0,
        };
    }
    (1.0 - wrong).min(0.99)
}

/// The deepest region that is at least [`SURE`].
fn pooled_place(pooled: &[(RegionCode, f32)], within: Option<RegionCode>) -> Option<Verdict> {
    let &(village, p) = pooled.first()?;
    let mut region = village;
    let mut p_region = p;
    while p_region < SURE {
        region = region.parent().filter(|_| within != Some(region))?;
        p_region = pooled.iter().filter(|(village, _)| region.contains(village)).map(|(_, p)| p).sum();
    }
    Some(Verdict { region, p: p_region.min(0.99) })
}

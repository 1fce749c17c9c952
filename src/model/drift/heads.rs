//! What the heads of a model answer: labels given, and how sure.

use super::super::bundle::Head;
use super::super::stats::{Sample, fisher, two_shares};
use super::{Confidence, EARLIER, HeadDrift, LATER, LabelDrift, PART, share};

/// Fewest texts in each period for a mean's distribution to be near enough to normal.
const FEWEST: u64 = 30;

/// The promise whose thresholds say what is unsure.
const MAX_ERROR: f32 = 0.05;

/// The answers of one head.
#[derive(Debug)]
pub(super) struct Tally<'m> {
    /// Least sure probability of each class; nothing is sure where none is known.
    least: &'m [f32],
    /// Texts of each class, by period.
    classes: Vec<[u64; 2]>,
    p: [Sample; 2],
    unsure: [u64; 2],
}

impl<'m> Tally<'m> {
    pub(super) fn new(head: &'m Head) -> Self {
        Self {
            least: head.threshold(MAX_ERROR).unwrap_or_default(),
            classes: vec![[0; 2]; head.labels().len()],
            p: [Sample::default(); 2],
            unsure: [0; 2],
        }
    }

    /// Adds an answer, and says whether it is unsure.
    pub(super) fn add(&mut self, period: usize, class: usize, p: f32) -> bool {
        if let Some(counts) = self.classes.get_mut(class) {
            counts[period] += 1;
        }
        self.p[period].add(f64::from(p));
        let unsure = self.least.get(class).is_none_or(|&least| p < least);
        self.unsure[period] += u64::from(unsure);
        unsure
    }

    fn psi(&self, texts: [u64; 2]) -> f64 {
        let smooth = |period: usize, counts: &[u64; 2]| {
            (counts[period] as f64 + 0.5) / (texts[period] as f64 + 0.5 * self.classes.len() as f64)
        };
        let each = self.classes.iter().map(|counts| (smooth(EARLIER, counts), smooth(LATER, counts)));
        each.map(|(p, q)| (q - p) * (q / p).ln()).sum()
    }
}

pub(super) fn report(tallies: &[Tally<'_>], heads: &[Head], texts: [u64; 2]) -> Vec<HeadDrift> {
    let given = |counts: &&[u64; 2]| counts.iter().sum::<u64>() > 0;
    let labels: usize = tallies.iter().map(|tally| tally.classes.iter().filter(given).count()).sum();
    let level = |tests: usize| PART / tests.max(1) as f64;
    let label = |(label, &counts): (&String, &[u64; 2])| {
        let p = fisher(counts, texts);
        LabelDrift {
            label: label.clone(),
            earlier: share(counts[EARLIER], texts[EARLIER]),
            later: share(counts[LATER], texts[LATER]),
            z: two_shares(counts, texts),
            p,
            changed: p <= level(labels),
        }
    };
    let head = |(tally, head): (&Tally<'_>, &Head)| {
        // Probabilities crowd near 1 with a long tail below. Welch's test finds falls where a small earlier period drew
        // nothing from that tail, Student's where a small later one drew much of it; not both at once.
        let (t, welch) = tally.p[EARLIER].falls_to(&tally.p[LATER]);
        let p = welch.max(tally.p[EARLIER].falls_to_alike(&tally.p[LATER]));
        let enough = texts.iter().all(|&count| count >= FEWEST);
        let given = head.labels().iter().zip(&tally.classes).filter(|(_, counts)| given(counts));
        HeadDrift {
            head: head.name().to_owned(),
            psi: tally.psi(texts),
            psi_by_chance: (tally.classes.len() as f64 - 1.0)
                * texts.iter().map(|&count| 1.0 / count.max(1) as f64).sum::<f64>(),
            labels: given.map(label).collect(),
            confidence: Confidence {
                earlier: tally.p[EARLIER].mean(),
                later: tally.p[LATER].mean(),
                unsure_earlier: share(tally.unsure[EARLIER], texts[EARLIER]),
                unsure_later: share(tally.unsure[LATER], texts[LATER]),
                t,
                p,
                fell: enough && p <= level(tallies.len()),
            },
        }
    };
    tallies.iter().zip(heads).map(head).collect()
}

//! From margins to probabilities, and from probabilities to thresholds.

use super::bundle::Threshold;
use super::classifier::softmax;
use super::linear::argmax;

/// The promises a head is asked for.
const PROMISES: [f32; 5] = [0.01, 0.02, 0.05, 0.10, 0.20];

/// The sharpness β of `softmax(β · margins)` that makes the true classes most likely, by weight: temperature scaling (Guo,
/// Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017), found by golden-section
/// search on ln β in −3 ..= 4, where the likelihood has one peak.
pub(super) fn sharpness(margins: &[Vec<f32>], truth: &[usize], weights: &[f32]) -> f32 {
    if margins.is_empty() {
        return 1.0;
    }
    let mut probabilities = Vec::new();
    let mut loss = |ln_beta: f64| -> f64 {
        let beta = ln_beta.exp() as f32;
        let each = margins.iter().zip(truth).zip(weights).map(|((margins, &class), &weight)| {
            probabilities.resize(margins.len(), 0.0);
            softmax(beta, margins, &mut probabilities);
            -f64::from(weight) * f64::from(probabilities[class].max(1e-30)).ln()
        });
        each.sum()
    };
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-3.0, 4.0);
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (loss(a), loss(b));
    while high - low > 1e-3 {
        if at_a < at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - golden * (high - low);
            at_a = loss(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + golden * (high - low);
            at_b = loss(b);
        }
    }
    f64::midpoint(low, high).exp() as f32
}

/// Fewest answers, by weight, on which a class has a threshold of its own.
const ENOUGH: f64 = 40.0;

/// An answer on the later slice.
struct Answer {
    class: usize,
    p: f32,
    right: bool,
    weight: f64,
}

/// For each promise and class the least probability above which no more than that share of the answers is wrong, by
/// weight. Classes with few answers share the threshold of all such classes together.
pub(super) fn thresholds(
    sharpness: f32,
    margins: &[Vec<f32>],
    truth: &[usize],
    weights: &[f32],
) -> Vec<Threshold> {
    let classes = margins.first().map_or(0, Vec::len);
    let mut answers: Vec<Answer> = Vec::with_capacity(margins.len());
    let mut probabilities = vec![0.0; classes];
    for ((margins, &truth), &weight) in margins.iter().zip(truth).zip(weights) {
        softmax(sharpness, margins, &mut probabilities);
        let class = argmax(&probabilities);
        answers.push(Answer {
            class,
            p: probabilities[class],
            right: class == truth,
            weight: f64::from(weight),
        });
    }
    answers.sort_by(|a, b| b.p.total_cmp(&a.p));
    let mut count = vec![0.0; classes];
    for answer in &answers {
        count[answer.class] += answer.weight;
    }
    let promise = |max_error: f32| {
        let rare = least(answers.iter().filter(|answer| count[answer.class] < ENOUGH), max_error);
        let own = |class: usize| least(answers.iter().filter(|answer| answer.class == class), max_error);
        let p = (0..classes).map(|class| if count[class] < ENOUGH { rare } else { own(class) }).collect();
        Threshold { max_error, p }
    };
    PROMISES.map(promise).to_vec()
}

/// The least probability that keeps a promise over answers of falling probability; above 1 when none does.
fn least<'a>(answers: impl Iterator<Item = &'a Answer>, max_error: f32) -> f32 {
    let (mut wrong, mut all, mut p) = (0.0, 0.0, 1.1);
    let mut answers = answers.peekable();
    while let Some(answer) = answers.next() {
        all += answer.weight;
        wrong += if answer.right { 0.0 } else { answer.weight };
        let tied = answers.peek().is_some_and(|next| next.p >= answer.p);
        if !tied && wrong <= f64::from(max_error) * all {
            p = answer.p;
        }
    }
    p
}

//! From margins to probabilities, and from probabilities to thresholds.

use super::bundle::Threshold;
use super::classifier::softmax;
use super::linear::argmax;

/// The promises a head is asked for.
const PROMISES: [f32; 5] = [0.01, 0.02, 0.05, 0.10, 0.20];

/// The sharpness β of `softmax(β · margins)` that makes the true classes most likely: temperature scaling (Guo,
/// Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017), found by golden-section
/// search on ln β in −3 ..= 4, where the likelihood has one peak.
pub(super) fn sharpness(margins: &[Vec<f32>], truth: &[usize]) -> f32 {
    if margins.is_empty() {
        return 1.0;
    }
    let mut probabilities = Vec::new();
    let mut loss = |ln_beta: f64| -> f64 {
        let beta = ln_beta.exp() as f32;
        let each = margins.iter().zip(truth).map(|(margins, &class)| {
            probabilities.resize(margins.len(), 0.0);
            softmax(beta, margins, &mut probabilities);
            -f64::from(probabilities[class].max(1e-30)).ln()
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

/// For each promise the least probability above which no more than that share of the answers is wrong.
pub(super) fn thresholds(sharpness: f32, margins: &[Vec<f32>], truth: &[usize]) -> Vec<Threshold> {
    let mut answers: Vec<(f32, bool)> = Vec::with_capacity(margins.len());
    let mut probabilities = Vec::new();
    for (margins, &class) in margins.iter().zip(truth) {
        probabilities.resize(margins.len(), 0.0);
        softmax(sharpness, margins, &mut probabilities);
        let best = argmax(&probabilities);
        answers.push((probabilities[best], best == class));
    }
    answers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let threshold = |max_error: f32| {
        let mut wrong = 0usize;
        let mut p = 1.1;
        for (index, &(probability, right)) in answers.iter().enumerate() {
            wrong += usize::from(!right);
            let tied = answers.get(index + 1).is_some_and(|next| next.0 >= probability);
            if !tied && wrong as f32 <= max_error * (index + 1) as f32 {
                p = probability;
            }
        }
        Threshold { max_error, p }
    };
    PROMISES.map(threshold).to_vec()
}

//! Prediction: one text at a time, in buffers that are used again.

use super::bundle::{Bundle, Head};
use super::explain::Explanation;
use super::lookup::{Feature, Lookup};
use super::rows::Rows;
use crate::features::{Term, Terms, char_ngrams};
use crate::text::Tokens;

/// A model and the buffers of one thread. Once the buffers have grown to the longest text, nothing is allocated.
///
/// Cost: about 9 microseconds a text of the shipped sample with the shipped model's heads, 5 for one text over and over.
#[derive(Debug)]
pub struct Classifier<'m> {
    pub(super) bundle: &'m Bundle,
    heads: &'m [Head],
    pub(super) tokens: Tokens,
    pub(super) terms: Terms,
    pub(super) lookup: Lookup,
    /// The pairs, and the n-grams of words without a row.
    others: Vec<Feature>,
    /// Sums of one chunk of rows, and of all.
    sums: Vec<i32>,
    totals: Vec<f64>,
    arch: pulp::Arch,
    /// Margins, in the columns of the table.
    pub(super) margins: Vec<f32>,
    /// 1 / (16 ‖d‖): what stands between the whole-number sums and the margins.
    pub(super) factor: f32,
    probabilities: Vec<f32>,
}

impl<'m> Classifier<'m> {
    /// For the first `heads` of the model alone: what the others would cost is saved.
    pub(super) fn new(bundle: &'m Bundle, heads: usize) -> Self {
        let heads = bundle.heads().get(..heads).unwrap_or(bundle.heads());
        let width = heads.iter().map(|head| head.labels.len()).sum();
        Self {
            heads,
            bundle,
            tokens: Tokens::new(),
            terms: Terms::default(),
            lookup: Lookup::default(),
            others: Vec::new(),
            sums: vec![0; Rows::padded(width)],
            totals: vec![0.0; width],
            arch: pulp::Arch::new(),
            margins: vec![0.0; width],
            factor: 0.0,
            probabilities: vec![0.0; width],
        }
    }

    /// What `text` is, by every head. Any text gets an answer; one without a single known feature gets that of
    /// the biases, with a low probability.
    pub fn classify(&mut self, text: &str) -> Prediction<'_> {
        self.score(text);
        self.answer()
    }

    /// The tokens of the last text that was classified.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    fn answer(&mut self) -> Prediction<'_> {
        let mut from = 0;
        for head in self.heads {
            let to = from + head.labels.len();
            softmax(head.sharpness, &self.margins[from..to], &mut self.probabilities[from..to]);
            from = to;
        }
        Prediction { heads: self.heads, probabilities: &self.probabilities }
    }

    /// Why `text` is what the head says: see [`Explanation`]. `None` when there is no such head.
    pub fn explain(&mut self, text: &str, head: &str) -> Option<Explanation> {
        let answer = self.classify(text);
        let class = answer.head(head)?.class();
        let head = self.bundle.heads().iter().position(|known| known.name() == head)?;
        self.explain_last(head, class, usize::MAX)
    }

    /// Why the last text that was classified may be `class` of the head at this place among the model's heads, with
    /// the `limit` weightiest words; the score is that of all words. `None` when there is no such head or class.
    pub fn explain_last(&self, head: usize, class: usize, limit: usize) -> Option<Explanation> {
        Explanation::of_last(self, head, class, limit)
    }

    /// The answers to the last text.
    pub fn last(&self) -> Prediction<'_> {
        Prediction { heads: self.heads, probabilities: &self.probabilities }
    }

    /// Fills `margins` and `factor`.
    pub(super) fn score(&mut self, text: &str) {
        let Bundle { meta, table, analyzer, .. } = self.bundle;
        analyzer.analyze(text, &mut self.tokens);
        let tokens = &self.tokens;
        self.terms.collect(tokens);
        let words = self.terms.words();
        let feature =
            |(place, term): (usize, &Term)| Feature { key: term.key, tf: term.tf, term: place as u32 };
        self.others.clear();
        self.others.extend(self.terms.iter().enumerate().skip(words.len()).map(feature));
        self.lookup.clear();
        let mut squares = self.lookup.find(&table.rows, words.iter().enumerate().map(feature), |word| {
            let Some(term) = words.get(word.term as usize).filter(|term| term.spelled) else { return };
            if let Some(token) = tokens.as_slice().get(term.token as usize)
                && meta.spec.chars_max > 0
            {
                let others = &mut self.others;
                char_ngrams(tokens.text(token), meta.spec.char_lengths(), |key| {
                    others.push(Feature { key, ..word });
                });
            }
        });
        squares += self.lookup.find(&table.rows, self.others.iter().copied(), |_| ());
        self.totals.fill(0.0);
        self.lookup.add(&table.rows, self.arch, &mut self.sums, &mut self.totals);
        let factor = if squares > 0.0 { squares.sqrt().recip() } else { 0.0 };
        for (((margin, &total), &quantum), &bias) in
            self.margins.iter_mut().zip(&self.totals).zip(&table.quanta).zip(&table.biases)
        {
            *margin = bias + total as f32 * quantum * factor;
        }
        self.factor = factor;
    }
}

/// `p = exp(sharpness · m) / Σ exp(sharpness · m)`.
pub(super) fn softmax(sharpness: f32, margins: &[f32], probabilities: &mut [f32]) {
    let largest =
        margins.iter().fold(f32::NEG_INFINITY, |most, &margin| if margin > most { margin } else { most });
    for (probability, &margin) in probabilities.iter_mut().zip(margins) {
        *probability = exp(sharpness * (margin - largest));
    }
    let total: f32 = probabilities.iter().sum();
    for probability in probabilities {
        *probability /= total;
    }
}

/// eˣ for x ≤ 0, to within 4 units of the last place: `2^n · e^z` with `n` whole and `e^z` by its series. Unlike
/// the system's it gives the same bits on every machine, and several at a time.
fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it rounds to whole numbers, which then stand in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.max(-87.0); // below, the result is no normal number any more
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    // ln 2 in two parts, so that n · ln 2 keeps its last digits (Cody and Waite).
    let n = shifted - ROUND;
    let z = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let series = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let e_z = series.iter().fold(0.0, |sum, term| sum * z + term);
    f32::from_bits(e_z.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// The answers of all heads for one text.
#[derive(Debug, Clone, Copy)]
pub struct Prediction<'p> {
    heads: &'p [Head],
    probabilities: &'p [f32],
}

impl<'p> Prediction<'p> {
    /// The answer of a head; `None` when there is no such head.
    pub fn head(&self, name: &str) -> Option<HeadPrediction<'p>> {
        self.iter().find(|prediction| prediction.head.name == name)
    }

    /// The answers, in the order of the heads.
    pub fn iter(&self) -> impl Iterator<Item = HeadPrediction<'p>> + use<'p> {
        let mut rest = self.probabilities;
        self.heads.iter().map(move |head| {
            let (probabilities, others) = rest.split_at(head.labels.len());
            rest = others;
            HeadPrediction { head, probabilities }
        })
    }
}

/// The answer of one head for one text.
#[derive(Debug, Clone, Copy)]
pub struct HeadPrediction<'p> {
    head: &'p Head,
    probabilities: &'p [f32],
}

impl<'p> HeadPrediction<'p> {
    /// The head.
    pub fn head(&self) -> &'p Head {
        self.head
    }

    /// The most probable label.
    pub fn label(&self) -> &'p str {
        &self.head.labels[self.class()]
    }

    /// Its probability.
    pub fn p(&self) -> f32 {
        self.probabilities[self.class()]
    }

    /// Its place among the head's labels.
    pub fn class(&self) -> usize {
        super::linear::argmax(self.probabilities)
    }

    /// The probability of every label, in the order of the head's labels; they sum to 1.
    pub fn probabilities(&self) -> &'p [f32] {
        self.probabilities
    }

    /// Leaves the `count` most probable classes in `best`, most probable first, equal ones in the order of the
    /// head's labels. Cost: one pass.
    pub fn top(&self, count: usize, best: &mut Vec<(usize, f32)>) {
        best.clear();
        let mut least = f32::NEG_INFINITY;
        for (class, &p) in self.probabilities.iter().enumerate() {
            if p <= least || count == 0 {
                continue;
            }
            if best.len() == count {
                best.pop();
            }
            best.push((class, p));
            let mut place = best.len() - 1;
            while place > 0 && best[place - 1].1 < p {
                best.swap(place - 1, place);
                place -= 1;
            }
            if best.len() == count {
                least = best[count - 1].1;
            }
        }
    }

    /// The labels by falling probability, equal ones in the order of the head's labels. Cost: one pass over the
    /// labels for each label taken.
    pub fn ranked(&self) -> impl Iterator<Item = (&'p str, f32)> + use<'p> {
        let Self { head, probabilities } = *self;
        let mut limit = u64::MAX;
        std::iter::from_fn(move || {
            // Bits of a number that is not negative sort as it does; of equals the first class must win.
            let rank =
                |(class, p): (usize, &f32)| u64::from(p.to_bits()) << 32 | u64::from(u32::MAX - class as u32);
            let below = |rank: u64| if rank < limit { rank + 1 } else { 0 };
            let best =
                probabilities.iter().enumerate().map(|entry| below(rank(entry))).max()?.checked_sub(1)?;
            limit = best;
            let class = (u32::MAX - best as u32) as usize;
            Some((head.labels[class].as_str(), probabilities[class]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn exp_is_that_of_the_library() {
        for step in 0..=87_000 {
            let x = step as f32 / -1000.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 4.0 * f64::from(f32::EPSILON), "exp({x}) is off by {error:e}");
        }
        assert_eq!(exp(0.0).to_bits(), 1.0f32.to_bits());
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }
}

//! Prediction: one text at a time, in buffers that are used again.

use super::bundle::{Bundle, Head};
use super::explain::Explanation;
use crate::features::{Block, Key, Term, Terms, char_ngrams};
use crate::text::Tokens;

/// A model and the buffers of one thread. Once the buffers have grown to the longest text, nothing is allocated.
///
/// Cost: 4 to 6 microseconds for 300 bytes with the shipped model's heads.
#[derive(Debug)]
pub struct Classifier<'m> {
    pub(super) bundle: &'m Bundle,
    pub(super) tokens: Tokens,
    pub(super) terms: Terms,
    sums: Vec<i32>,
    unseen: Vec<i32>,
    /// Margins, in the columns of the table.
    pub(super) margins: Vec<f32>,
    probabilities: Vec<f32>,
}

impl<'m> Classifier<'m> {
    pub(super) fn new(bundle: &'m Bundle) -> Self {
        let stride = bundle.table.stride();
        Self {
            bundle,
            tokens: Tokens::new(),
            terms: Terms::default(),
            sums: vec![0; stride],
            unseen: vec![0; stride],
            margins: vec![0.0; bundle.table.width],
            probabilities: vec![0.0; bundle.table.width],
        }
    }

    /// What `text` is, by every head. Any text gets an answer; one without a single known feature gets that of
    /// the biases, with a low probability.
    pub fn classify(&mut self, text: &str) -> Prediction<'_> {
        self.score(text);
        let mut from = 0;
        for head in &self.bundle.meta.heads {
            let to = from + head.labels.len();
            softmax(head.sharpness, &self.margins[from..to], &mut self.probabilities[from..to]);
            from = to;
        }
        Prediction { heads: &self.bundle.meta.heads, probabilities: &self.probabilities }
    }

    /// Why `text` is what the head says: see [`Explanation`]. `None` when there is no such head.
    pub fn explain(&mut self, text: &str, head: &str) -> Option<Explanation> {
        Explanation::of(self, text, head)
    }

    /// Fills `margins` and gives 1 / (16 ‖d‖), the factor between the whole-number sums and them.
    pub(super) fn score(&mut self, text: &str) -> f32 {
        let Bundle { meta, table, analyzer } = self.bundle;
        analyzer.analyze(text, &mut self.tokens);
        self.terms.collect(&self.tokens);
        self.sums.fill(0);
        let mut squares = 0.0f32;
        for term in self.terms.iter() {
            let known = match term.block {
                Block::Word => table.word(term.key),
                _ => table.pair(term.key),
            };
            if let Some(row) = known {
                add(&mut self.sums, table.row(row), term.tf);
                squares += (term.tf * term.tf) as f32 * table.squares[row];
            } else if term.spelled {
                squares += (term.tf * term.tf) as f32 * spell(self.bundle, &self.tokens, term, &mut self.unseen);
                for (sum, &unseen) in self.sums.iter_mut().zip(&self.unseen) {
                    *sum += term.tf * unseen;
                }
            }
        }
        let factor = if squares > 0.0 { squares.sqrt().recip() } else { 0.0 };
        let biases = meta.heads.iter().flat_map(|head| &head.biases);
        for (((margin, &sum), &quantum), &bias) in self.margins.iter_mut().zip(&self.sums).zip(&table.quanta).zip(biases) {
            *margin = bias + sum as f32 * quantum * factor;
        }
        factor
    }
}

/// Sums the n-grams of a word the model does not know; gives what it adds to ‖d‖².
pub(super) fn spell(bundle: &Bundle, tokens: &Tokens, term: &Term, sums: &mut [i32]) -> f32 {
    sums.fill(0);
    let spec = &bundle.meta.spec;
    let Some(token) = tokens.as_slice().get(term.token as usize) else { return 0.0 };
    if spec.chars_max == 0 {
        return 0.0;
    }
    let mut squares = 0.0;
    char_ngrams(tokens.text(token), spec.char_lengths(), |key: Key| {
        if let Some(row) = bundle.table.chars(key) {
            add(sums, bundle.table.row(row), 1);
            squares += bundle.table.squares[row];
        }
    });
    squares
}

/// `sums += times * row`, in the processor's wide registers.
fn add(sums: &mut [i32], row: &[i16], times: i32) {
    for (sum, &value) in sums.iter_mut().zip(row) {
        *sum += i32::from(value) * times;
    }
}

/// `p = exp(sharpness · m) / Σ exp(sharpness · m)`.
pub(super) fn softmax(sharpness: f32, margins: &[f32], probabilities: &mut [f32]) {
    let largest = margins.iter().fold(f32::NEG_INFINITY, |most, &margin| most.max(margin));
    let mut total = 0.0;
    for (probability, &margin) in probabilities.iter_mut().zip(margins) {
        *probability = (sharpness * (margin - largest)).exp();
        total += *probability;
    }
    for probability in probabilities {
        *probability /= total;
    }
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

    /// The labels by falling probability, equal ones by name. Cost: one pass a label taken.
    pub fn ranked(&self) -> impl Iterator<Item = (&'p str, f32)> + use<'p> {
        let Self { head, probabilities } = *self;
        let mut last = None;
        std::iter::from_fn(move || {
            let after = |class: usize| {
                last.is_none_or(|(at, p): (usize, f32)| probabilities[class] < p || (probabilities[class] <= p && class > at))
            };
            let mut best: Option<usize> = None;
            for class in (0..probabilities.len()).filter(|&class| after(class)) {
                if best.is_none_or(|best| probabilities[class] > probabilities[best]) {
                    best = Some(class);
                }
            }
            let class = best?;
            last = Some((class, probabilities[class]));
            Some((head.labels[class].as_str(), probabilities[class]))
        })
    }
}

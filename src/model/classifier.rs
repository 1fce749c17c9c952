//! Prediction: one text at a time, in buffers that are used again.

use super::bundle::{Bundle, Head, Meta};
use super::explain::Explanation;
use super::table::MAX_SHIFT;
use crate::features::{Block, Key, MAX_TF, Term, Terms, char_ngrams};
use crate::text::Tokens;

/// Rows that are added in 32 bits; most texts have fewer.
const CHUNK: usize = 512;

// However long a text: a chunk of the largest bytes, shifts and frequencies fits in 32 bits.
const _: () = assert!(CHUNK as i64 * 127 * ((MAX_TF as i64) << MAX_SHIFT) <= i32::MAX as i64);

/// A model and the buffers of one thread. Once the buffers have grown to the longest text, nothing is allocated.
///
/// Cost: about 10 microseconds for 300 bytes with the shipped model's heads, 6 for one text over and over.
#[derive(Debug)]
pub struct Classifier<'m> {
    pub(super) bundle: &'m Bundle,
    pub(super) tokens: Tokens,
    pub(super) terms: Terms,
    /// Rows to add up, each with its factor: tf in sixteenths, shifted as the row's bytes are.
    rows: Vec<(u32, i32)>,
    /// Sums of one chunk of rows, and of all.
    sums: Vec<i32>,
    totals: Vec<i64>,
    arch: pulp::Arch,
    /// Margins, in the columns of the table.
    pub(super) margins: Vec<f32>,
    probabilities: Vec<f32>,
}

impl<'m> Classifier<'m> {
    pub(super) fn new(bundle: &'m Bundle) -> Self {
        let width = bundle.table.width;
        Self {
            bundle,
            tokens: Tokens::new(),
            terms: Terms::default(),
            rows: Vec::new(),
            sums: vec![0; width],
            totals: vec![0; width],
            arch: pulp::Arch::new(),
            margins: vec![0.0; width],
            probabilities: vec![0.0; width],
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
        self.rows.clear();
        let mut squares = 0.0f32;
        // First all look-ups, then all sums: neither loop waits for the other's memory.
        for term in &self.terms {
            let mut term_square = 0.0;
            each_row(self.bundle, &self.tokens, term, |row| {
                self.rows.push((row as u32, term.tf << table.shifts[row]));
                term_square += table.squares[row];
            });
            squares += (term.tf * term.tf) as f32 * term_square;
        }
        self.totals.fill(0);
        for rows in self.rows.chunks(CHUNK) {
            let sums = &mut self.sums;
            sums.fill(0);
            self.arch.dispatch(|| {
                for &(row, factor) in rows {
                    add(sums, table.row(row as usize), factor);
                }
            });
            for (total, &sum) in self.totals.iter_mut().zip(&self.sums) {
                *total += i64::from(sum);
            }
        }
        let factor = if squares > 0.0 { squares.sqrt().recip() } else { 0.0 };
        let biases = meta.heads.iter().flat_map(|head| &head.biases);
        for (((margin, &total), &quantum), &bias) in
            self.margins.iter_mut().zip(&self.totals).zip(&table.quanta).zip(biases)
        {
            *margin = bias + total as f32 * quantum * factor;
        }
        factor
    }
}

/// Calls `each` with the rows of a term: its own, or those of the n-grams of a word the model does not know.
pub(super) fn each_row(bundle: &Bundle, tokens: &Tokens, term: &Term, mut each: impl FnMut(usize)) {
    let Bundle { meta: Meta { spec, .. }, table, .. } = bundle;
    let known = if term.block == Block::Word { table.word(term.key) } else { table.pair(term.key) };
    if let Some(row) = known {
        each(row);
    } else if term.spelled && spec.chars_max > 0 {
        let Some(token) = tokens.as_slice().get(term.token as usize) else { return };
        char_ngrams(tokens.text(token), spec.char_lengths(), |key: Key| {
            if let Some(row) = table.chars(key) {
                each(row);
            }
        });
    }
}

/// `sums += factor * row`, in the processor's widest registers: inlined into what [`pulp`] compiles for each
/// kind of processor.
#[inline(always)]
#[allow(clippy::inline_always)] // Code that is not inlined keeps the narrow registers of the oldest processor.
fn add(sums: &mut [i32], row: &[i8], factor: i32) {
    for (sum, &byte) in sums.iter_mut().zip(row) {
        *sum += i32::from(byte) * factor;
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

    /// Leaves the `count` most probable classes in `best`, most probable first, equal ones in the order of the
    /// head's labels. Cost: one pass.
    pub fn top(&self, count: usize, best: &mut Vec<(usize, f32)>) {
        best.clear();
        for (class, &p) in self.probabilities.iter().enumerate() {
            if best.len() == count {
                if best.last().is_none_or(|&(_, least)| p <= least) {
                    continue;
                }
                best.pop();
            }
            let place = best.partition_point(|&(_, other)| other >= p);
            best.insert(place, (class, p));
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

//! Why: the words an answer rests on, with contributions that add up to its score.

use std::ops::Range;

use super::classifier::Classifier;
use crate::features::{Block, Term};
use crate::text::{Token, TokenKind};

/// A word or pair of words and what it adds to the score.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The word or pair in its normal form; masked where it is a number, a name or personal.
    pub words: String,
    /// Where it stands in the text (first occurrence), in bytes.
    pub span: Range<usize>,
    /// What it adds to the score of the label; below zero it speaks against it.
    pub contribution: f64,
}

/// Why a head answers what it answers.
///
/// `bias` and all contributions sum to `score` (to within 1e-9), and `p` is the softmax over the scores of all
/// labels times the head's sharpness.
///
/// ```
/// let mut classifier = pilah::Bundle::shipped().classifier();
/// let why = classifier.explain("jln rusak parah, byk lubang", "function").unwrap();
/// let sum = why.bias + why.evidence.iter().map(|evidence| evidence.contribution).sum::<f64>();
/// assert!((sum - why.score).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The head asked.
    pub head: String,
    /// Its answer.
    pub label: String,
    /// The probability of the answer.
    pub p: f32,
    /// The score of the label: signed distance from its hyperplane, times ‖w‖.
    pub score: f64,
    /// What the score is without any word.
    pub bias: f64,
    /// Words and pairs, the weightiest first; those that add nothing are left out.
    pub evidence: Vec<Evidence>,
}

impl Explanation {
    /// Of the last text; at most `limit` words, the weightiest.
    pub(super) fn of_last(
        classifier: &Classifier<'_>,
        head: usize,
        class: usize,
        limit: usize,
    ) -> Option<Self> {
        let prediction = classifier.last();
        let before: usize = prediction.iter().take(head).map(|answer| answer.head().labels.len()).sum();
        let answer = prediction.iter().nth(head)?;
        let (name, label) = (answer.head().name().to_owned(), answer.head().labels.get(class)?.clone());
        let p = answer.probabilities().get(class).copied()?;
        let bias = f64::from(answer.head().biases.get(class).copied()?);
        let column = before + class;
        let table = &classifier.bundle.table;
        let worth = f64::from(table.quanta[column]) * f64::from(classifier.factor);
        let mut whole = vec![0; classifier.terms.iter().count()];
        classifier.lookup.contributions(&table.rows, column, &mut whole);
        let mut terms: Vec<(f64, &Term)> = whole
            .iter()
            .zip(classifier.terms.iter())
            .filter(|(whole, _)| **whole != 0)
            .map(|(&whole, term)| (whole as f64 * worth, term))
            .collect();
        let score = bias + terms.iter().map(|(contribution, _)| contribution).sum::<f64>();
        let start = |term: &Term| {
            classifier.tokens.as_slice().get(term.token as usize).map_or(0, |token| token.span().start)
        };
        let weightier = |(a, first): &(f64, &Term), (b, second): &(f64, &Term)| {
            let earlier = || (start(first), first.block).cmp(&(start(second), second.block));
            b.abs().total_cmp(&a.abs()).then_with(earlier)
        };
        if limit < terms.len() {
            terms.select_nth_unstable_by(limit, weightier);
            terms.truncate(limit);
        }
        terms.sort_unstable_by(weightier);
        let evidence = terms.into_iter().map(|(contribution, term)| {
            let tokens = &classifier.tokens.as_slice()[term.token as usize..];
            let tokens = &tokens[..tokens.len().min(if term.block == Block::Pair { 2 } else { 1 })];
            let mut words = String::with_capacity(24);
            for token in tokens {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(shown(classifier, token));
            }
            let span = tokens[0].span().start..tokens[tokens.len() - 1].span().end;
            Evidence { words, span, contribution }
        });
        Some(Self { head: name, label, p, score, bias, evidence: evidence.collect() })
    }
}

/// Masks stay masks, and digits and names do not leave through an explanation.
fn shown<'c>(classifier: &'c Classifier<'_>, token: &Token) -> &'c str {
    match token.kind() {
        TokenKind::Number => "<angka>",
        TokenKind::Name => "<nama>",
        _ => classifier.tokens.text(token),
    }
}

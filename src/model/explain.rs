//! Why: the words an answer rests on, with contributions that add up to its score.

use std::ops::Range;

use super::classifier::{Classifier, each_row};
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
    pub(super) fn of_last(classifier: &Classifier<'_>, name: &str, limit: usize) -> Option<Self> {
        let mut column = 0;
        let prediction = classifier.last();
        let answer = prediction.iter().find(|answer| {
            let found = answer.head().name() == name;
            if !found {
                column += answer.head().labels.len();
            }
            found
        })?;
        let (class, p) = (answer.class(), answer.p());
        let (label, bias) = (answer.label().to_owned(), f64::from(answer.head().biases[class]));
        column += class;
        let table = &classifier.bundle.table;
        let worth = f64::from(table.quanta[column]) * f64::from(classifier.factor);
        let mut terms = Vec::new();
        for term in classifier.terms.iter() {
            let mut whole = 0;
            each_row(classifier.bundle, &classifier.tokens, term, |row| {
                whole += table.rows.weight(row, column);
            });
            if whole != 0 {
                terms.push((f64::from(whole * term.tf) * worth, term));
            }
        }
        let score = bias + terms.iter().map(|(contribution, _)| contribution).sum::<f64>();
        let start = |term: &Term| {
            classifier.tokens.as_slice().get(term.token as usize).map_or(0, |token| token.span().start)
        };
        terms.sort_by(|(a, first), (b, second)| {
            b.abs().total_cmp(&a.abs()).then_with(|| start(first).cmp(&start(second)))
        });
        let evidence = terms.into_iter().take(limit).map(|(contribution, term)| {
            let tokens = &classifier.tokens.as_slice()[term.token as usize..];
            let tokens = &tokens[..tokens.len().min(if term.block == Block::Pair { 2 } else { 1 })];
            let shown: Vec<&str> = tokens.iter().map(|token| shown(classifier, token)).collect();
            let span = tokens[0].span().start..tokens[tokens.len() - 1].span().end;
            Evidence { words: shown.join(" "), span, contribution }
        });
        Some(Self { head: name.to_owned(), label, p, score, bias, evidence: evidence.collect() })
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

//! What the examples say of one head, as numbers.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::linear::Target;
use super::train::Example;
use crate::error::{Error, ErrorKind, Result};

/// Places of heads and labels that an example is not of.
pub(super) type Not<'e> = BTreeSet<(usize, &'e str)>;

/// The labels of one head as numbers.
pub(super) struct Targets {
    pub(super) name: String,
    /// Ascending.
    pub(super) labels: Vec<String>,
    pub(super) label_rows: Vec<u64>,
    /// The class of each example.
    pub(super) classes: Vec<Option<usize>>,
    /// For examples without a label, by row: the classes they are not of, ascending.
    not: FxHashMap<usize, Vec<usize>>,
    pub(super) rare: u64,
}

impl Targets {
    pub(super) fn new(
        name: &str,
        head: usize,
        examples: &[&Example],
        not: &[Not<'_>],
        min_count: usize,
    ) -> Result<Self> {
        let label =
            |example: &Example| example.labels.get(head).and_then(Option::as_deref).map(str::to_owned);
        let mut counts = BTreeMap::<String, u64>::new();
        for label in examples.iter().filter_map(|example| label(example)) {
            *counts.entry(label).or_default() += 1;
        }
        let labelled: u64 = counts.values().sum();
        counts.retain(|_, &mut count| count >= min_count as u64);
        if counts.len() < 2 {
            return Err(Error::new(
                ErrorKind::Training,
                format!(
                    "head `{name}`: {} label(s) with {min_count} different texts or more among {labelled} labelled rows, but a head \
                     needs two: lower --min-count, or check the column",
                    counts.len()
                ),
            ));
        }
        let number: FxHashMap<&str, usize> =
            counts.keys().enumerate().map(|(class, label)| (label.as_str(), class)).collect();
        let classes = examples
            .iter()
            .map(|example| label(example).and_then(|label| number.get(label.as_str()).copied()))
            .collect();
        let mut against = FxHashMap::default();
        for (row, (example, not)) in examples.iter().zip(not).enumerate() {
            // Labels ascend, and so do their numbers.
            let named = not.range((head, "")..(head + 1, ""));
            let known: Vec<usize> = named.filter_map(|(_, label)| number.get(label).copied()).collect();
            if label(example).is_none() && !known.is_empty() {
                against.insert(row, known);
            }
        }
        Ok(Self {
            name: name.to_owned(),
            classes,
            not: against,
            rare: labelled - counts.values().sum::<u64>(),
            label_rows: counts.values().copied().collect(),
            labels: counts.into_keys().collect(),
        })
    }

    /// What the trainer is told of an example; `None` when the head learns nothing from it.
    pub(super) fn target(&self, row: usize) -> Option<Target> {
        let class = self.classes.get(row).copied().flatten().map(Target::Is);
        class.or_else(|| self.not.get(&row).cloned().map(Target::IsNot))
    }
}

/// The first of equal examples, and what any of them says it is not.
pub(super) fn distinct(examples: &[Example]) -> (Vec<&Example>, Vec<Not<'_>>) {
    let mut seen = FxHashMap::default();
    let (mut first, mut not) = (Vec::new(), Vec::<Not<'_>>::new());
    for example in examples {
        let row = *seen.entry((example.text.as_str(), &example.labels)).or_insert_with(|| {
            first.push(example);
            not.push(Not::new());
            first.len() - 1
        });
        not[row].extend(example.not.iter().map(|(head, label)| (*head, label.as_str())));
    }
    (first, not)
}

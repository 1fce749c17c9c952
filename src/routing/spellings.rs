//! All words by which a text can name a unit.

use super::kinds::{Kinds, number, without_end};
use super::units::Row;
use crate::text::{Analyzer, Beginning, PhraseMaker, Phrases};

/// What the words of a phrase stand for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// A row of the table.
    Unit(u32),
    /// A kind, and which of its words these are.
    Kind(u16, u16),
}

/// The words of all kinds and the spellings of all units: with every beginning that stands for a name's own, numbers
/// apart and close, with and without the name of the city at the end.
pub(super) fn phrases(rows: &[Row], aliases: &[String], city: &str) -> Phrases<Target> {
    let kinds = Kinds::shipped();
    let analyzer = Analyzer::indonesian();
    let mut maker = PhraseMaker::new(&analyzer);
    let beginnings: Vec<Vec<Vec<Beginning>>> = kinds
        .iter()
        .map(|(_, kind)| {
            let mut group =
                |group: &Vec<String>| group.iter().filter_map(|words| maker.beginning(words)).collect();
            kind.same.iter().map(&mut group).collect()
        })
        .collect();
    for (place, (row, aliases)) in rows.iter().zip(aliases).enumerate() {
        let Some((kind, beginnings)) = kinds.get(row.kind).zip(beginnings.get(usize::from(row.kind))) else {
            continue;
        };
        let target = Target::Unit(place as u32);
        for name in std::iter::once(row.name.as_str()).chain(aliases.split('|')).map(str::trim) {
            let short = without_end(name, city);
            let Some((group, rest)) = kind.beginning(short.unwrap_or(name)) else {
                maker.add(name, target);
                if let Some(short) = short {
                    maker.add(short, target);
                }
                continue;
            };
            maker.add_each(beginnings.get(group).map_or(&[], Vec::as_slice), rest, target);
            if number(rest).is_some() {
                let words = kind.same.get(group).into_iter().flatten().filter(|words| !words.contains(' '));
                for words in words {
                    maker.add(&format!("{words}{rest}"), target);
                }
            }
        }
    }
    for (place, kind) in kinds.iter() {
        for (at, (words, _)) in kind.words.iter().enumerate() {
            maker.add(words, Target::Kind(place, at as u16));
        }
    }
    maker.finish()
}

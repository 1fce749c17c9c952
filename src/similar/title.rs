//! What an issue is called.

use super::relation::RelationModel;
use super::words::{Item, Known, read};
use crate::text::{TokenKind, Tokens};

/// Words of a title.
const WORDS: usize = 5;
/// Least idf of a word of a title: one in twenty complaints has it.
const RARE: f32 = 4.0;

impl RelationModel {
    /// What reports of one issue have in common, in a few words: of the first text those that most of the others share and
    /// that are rare elsewhere, in its order. No numbers, no names of persons, and no words that fewer than 40 complaints of the
    /// model's corpus have, for those may be names. May be empty. Cost: one pass over each text.
    pub fn title(&self, texts: &[Tokens]) -> String {
        let Some(first) = texts.first() else { return String::new() };
        let known = Known::shipped();
        let read = |tokens: &Tokens| {
            let mut items: Vec<Item> = Vec::new();
            read(tokens, &mut items);
            items
        };
        let all: Vec<Vec<Item>> = texts.iter().map(read).collect();
        let mut words: Vec<(usize, &str, f32)> = Vec::new();
        let tokens = first
            .iter()
            .filter(|token| matches!(token.kind(), TokenKind::Word | TokenKind::Name | TokenKind::Number));
        for ((at, token), item) in tokens.enumerate().zip(all.first().into_iter().flatten()) {
            let word = first.text(token);
            let names_nobody = token.kind() == TokenKind::Word && self.rarity.may_be_shown(item.key);
            if item.is_digits || !names_nobody || word.len() < 3 || known.is_around(item.key) {
                continue;
            }
            if self.rarity.idf(item.key) < RARE || words.iter().any(|(_, known, _)| *known == word) {
                continue;
            }
            let sharing = all.iter().filter(|items| items.iter().any(|other| other.key == item.key)).count();
            words.push((at, word, sharing as f32 * (self.rarity.idf(item.key) - 1.0)));
        }
        words.sort_by(|(at, _, one), (after, _, other)| other.total_cmp(one).then(at.cmp(after)));
        words.truncate(WORDS);
        words.sort_by_key(|(at, ..)| *at);
        words.iter().map(|(_, word, _)| *word).collect::<Vec<_>>().join(" ")
    }
}

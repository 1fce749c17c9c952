//! Whose task it is: village, district, city, province or nation.

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::text::{Analyzer, Phrases, Tokens};

use super::office::Tier;

/// What the table says about a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Name of the rule.
    pub id: String,
    /// The function it speaks about.
    pub function: String,
    /// Who has the task.
    pub tier: Tier,
    /// Who may have it too.
    pub also: Vec<Tier>,
    /// Why, in a sentence for the clerk.
    pub reason: String,
    /// Law or regulation.
    pub source: String,
}

/// The table `data/routing/jurisdiction.csv`: who runs which schools, roads, forests, transport …, each row with its
/// source.
#[derive(Debug)]
pub struct Jurisdiction {
    rulings: Vec<Ruling>,
    /// Words that choose a ruling.
    words: Phrases<usize>,
    /// The ruling on a function where no word decides.
    defaults: FxHashMap<String, usize>,
}

/// What the words of one text say about jurisdiction: how many words chose which ruling.
pub(super) type Chosen = Vec<(usize, usize)>;

impl Jurisdiction {
    /// The table that ships with the crate.
    ///
    /// # Panics
    ///
    /// When the table built into the program is damaged, which a test rules out.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Jurisdiction> = std::sync::LazyLock::new(|| {
            match Jurisdiction::parse(include_str!("../../data/routing/jurisdiction.csv")) {
                Ok(jurisdiction) => jurisdiction,
                Err(error) => panic!("the shipped table of jurisdiction: {error}"),
            }
        });
        &SHIPPED
    }

    /// From a table with the columns `id`, `function`, `words` (alternatives between `|`; empty for what holds
    /// where no word decides), `level`, `also`, `reason` and `source`.
    fn parse(table: &str) -> Result<Self> {
        let mut rulings = Vec::new();
        let mut words = Vec::new();
        let columns = ["id", "function", "words", "level", "also", "reason", "source"];
        for (line, [id, function, alternatives, level, also, reason, source]) in
            super::table::rows(table, columns)?
        {
            let tier = |name: &str| {
                Tier::from_name(name).ok_or_else(|| {
                    Error::input(format!(
                        "line {line}: `{name}` is no level: give kel, kec, kab, prov, cabang or pusat"
                    ))
                })
            };
            let also = also.split('|').filter(|name| !name.is_empty()).map(tier).collect::<Result<_>>()?;
            let place = rulings.len();
            words.extend(
                alternatives
                    .split('|')
                    .filter(|words| !words.is_empty())
                    .map(|words| (words.to_owned(), place)),
            );
            rulings.push(Ruling { id, function, tier: tier(&level)?, also, reason, source });
        }
        let analyzer = Analyzer::indonesian();
        let words = Phrases::new(&analyzer, words.iter().map(|(words, place)| (words.as_str(), *place)));
        let mut defaults = FxHashMap::default();
        for (place, ruling) in rulings.iter().enumerate() {
            defaults.entry(ruling.function.clone()).or_insert(place);
        }
        Ok(Self { rulings, words, defaults })
    }

    /// Leaves in `chosen` the rulings that words of a text choose.
    pub(super) fn choose(&self, tokens: &Tokens, chosen: &mut Chosen) {
        chosen.clear();
        self.words.find(tokens, |range, place| chosen.push((range.len(), place)));
    }

    /// The ruling on a function: by the longest words that decide, the first of equal ones; else its default.
    pub(super) fn ruling(&self, function: &str, chosen: &Chosen) -> Option<&Ruling> {
        let mut best: Option<(usize, usize)> = None;
        for &(length, place) in chosen {
            if self.rulings[place].function == function && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, place));
            }
        }
        let place = best.map(|(_, place)| place).or_else(|| self.defaults.get(function).copied());
        self.rulings.get(place?)
    }

    /// All rulings, in the order of the table.
    pub fn rulings(&self) -> &[Ruling] {
        &self.rulings
    }
}

//! What kinds of unit there are below the offices: schools, health centres, markets, police stations.

use super::office::Tier;
use super::table;
use crate::error::{Error, Result};

/// The table `data/routing/units.csv`.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    all: Vec<Kind>,
}

/// A kind of unit.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) id: String,
    /// What it is called in texts, in proper spelling; and whether the word means other things too, so that only a
    /// number or a region's name behind it names a unit.
    pub(super) words: Vec<(String, bool)>,
    /// Beginnings of names that stand for each other: `SMPN`, `SMP Negeri`.
    pub(super) same: Vec<Vec<String>>,
    /// Whether its units have numbers.
    pub(super) numbered: bool,
    pub(super) function: String,
    /// The level whose office runs it.
    pub(super) tier: Tier,
}

impl Kinds {
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Kinds> =
            std::sync::LazyLock::new(|| match Kinds::parse(include_str!("../../data/routing/units.csv")) {
                Ok(kinds) => kinds,
                Err(error) => panic!("the shipped kinds of unit: {error}"),
            });
        &SHIPPED
    }

    /// From a table with the columns `kind`, `words` (alternatives between `|`, with `?`
    /// before those that mean other things too), `same` (groups of beginnings between
    /// `;`), `numbered`, `function` and `level`.
    fn parse(table: &str) -> Result<Self> {
        let mut all = Vec::new();
        let list = |text: &str, sign: char| -> Vec<String> {
            text.split(sign).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let columns = ["kind", "words", "same", "numbered", "function", "level"];
        for (line, [id, words, same, numbered, function, level]) in table::rows(table, columns)? {
            let tier = Tier::from_name(&level).ok_or_else(|| {
                Error::input(format!("line {line}: `{level}` is no level: give {}", Tier::KNOWN))
            })?;
            let same = list(&same, ';').iter().map(|group| list(group, '|')).collect();
            let words = list(&words, '|').into_iter().map(|word| match word.strip_prefix('?') {
                Some(word) => (word.to_owned(), true),
                None => (word, false),
            });
            let (words, numbered) = (words.collect(), numbered == "yes");
            all.push(Kind { id, words, same, numbered, function, tier });
        }
        Ok(Self { all })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Kind)> {
        self.all.iter().enumerate().map(|(place, kind)| (place as u16, kind))
    }

    pub(super) fn get(&self, place: u16) -> Option<&Kind> {
        self.all.get(usize::from(place))
    }

    /// The place of a kind.
    ///
    /// # Errors
    ///
    /// For what is no kind, with the nearest one.
    pub(super) fn place(&self, id: &str) -> Result<u16> {
        if let Some((place, _)) = self.iter().find(|(_, kind)| kind.id == id) {
            return Ok(place);
        }
        let nearest = self.all.iter().min_by_key(|kind| strsim::levenshtein(id, &kind.id));
        let nearest = nearest.map_or("", |kind| kind.id.as_str());
        Err(Error::input(format!(
            "`{id}` is no kind of unit: give one of data/routing/units.csv, such as `{nearest}`"
        )))
    }
}

impl Kind {
    /// Which group of beginnings a name's belongs to, and the rest of the name.
    pub(super) fn beginning<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let mut best: Option<(usize, &str)> = None;
        for (place, group) in self.same.iter().enumerate() {
            for beginning in group {
                let Some(rest) = without_start(name, beginning) else { continue };
                if best.is_none_or(|(_, shortest)| rest.len() < shortest.len()) {
                    best = Some((place, rest));
                }
            }
        }
        best
    }
}

/// The number that a name goes on with; none for 2, which behind letters is read as a mark of reduplication: `anak2`.
pub(super) fn number(rest: &str) -> Option<&str> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.get(..digits).filter(|number| !number.is_empty() && *number != "2")
}

/// What stands behind the words a name begins with; `None` when it begins otherwise or nothing follows.
fn without_start<'n>(name: &'n str, start: &str) -> Option<&'n str> {
    let (head, rest) = name.split_at_checked(start.len())?;
    let rest = rest.strip_prefix(|c: char| c.is_whitespace() || c == '.')?.trim_start();
    (head.eq_ignore_ascii_case(start) && !rest.is_empty()).then_some(rest)
}

/// What stands before the words that a name of three words or more ends with.
pub(super) fn without_end<'n>(name: &'n str, end: &str) -> Option<&'n str> {
    let (rest, tail) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
    let short = rest.trim_end();
    let whole = !end.is_empty() && tail.eq_ignore_ascii_case(end) && short.len() < rest.len();
    (whole && short.split_whitespace().count() >= 2).then_some(short)
}

//! From an office's name, as it stands in data, to the office.

use rustc_hash::FxHashMap;

use super::directory::{Directory, Rule};
use super::office::{Office, Tier};
use super::units::Unit;
use crate::place::{Gazetteer, RegionCode};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// An office.
    Office(Office),
    /// A unit below one.
    Unit(Unit),
}

impl Listed {
    /// The function that it carries.
    pub fn function(&self) -> &str {
        match self {
            Self::Office(office) => &office.function,
            Self::Unit(unit) => &unit.function,
        }
    }

    /// Its territory; `None` for a national body.
    pub fn region(&self) -> Option<RegionCode> {
        match self {
            Self::Office(office) => office.region,
            Self::Unit(unit) => unit.region,
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Office(office) => &office.name,
            Self::Unit(unit) => &unit.name,
        }
    }

    /// `FUNCTION@REGION`, or the unit's id.
    pub fn id(&self) -> String {
        match self {
            Self::Office(office) => office.id(),
            Self::Unit(unit) => unit.id.clone(),
        }
    }
}

/// Offices by name, for those that are called otherwise than by rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    by_name: FxHashMap<String, Vec<(RegionCode, String)>>,
}

impl Listing {
    pub(super) fn add(&mut self, name: &str, region: RegionCode, function: &str) {
        self.by_name.entry(folded(name)).or_default().push((region, function.to_owned()));
    }
}

/// A name without what its spellings differ in: lower case, letters and digits alone.
pub(super) fn folded(name: &str) -> String {
    let mut folded = String::new();
    fold(name, &mut folded);
    folded
}

/// The same into a buffer.
pub(super) fn fold(name: &str, folded: &mut String) {
    folded.clear();
    if name.is_ascii() {
        folded.extend(name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    } else {
        folded.extend(name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
}

/// A name's words in lower case, with one space between them.
pub(super) fn words(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

impl Directory {
    /// The office or unit of that name, as it stands in data; case, spaces and signs do not matter. With it, labels of
    /// a model trained on names of offices become functions and territories.
    ///
    /// An office that carries several functions is found under its own task, not under those it has beside (`stand_in`
    /// in the tables). `None` for what is not in the directory, and for a name that several territories use.
    ///
    /// Cost: tens of microseconds, for each name is compared with every rule.
    ///
    /// ```
    /// use pilah::routing::Directory;
    ///
    /// let office = Directory::shipped().find("DINAS PERHUBUNGAN  kota Surabaya").unwrap();
    /// assert_eq!(office.id(), "perhubungan@35.78");
    /// assert!(Directory::shipped().find("Desa Sukamaju").is_none()); // there are many
    /// # Ok::<(), pilah::Error>(())
    /// ```
    pub fn find(&self, name: &str) -> Option<Listed> {
        let mut all = self.candidates(name);
        let (stands_in, region) = all.first().map(|(stands_in, listed)| (*stands_in, listed.region()))?;
        all.retain(|(other, _)| *other == stands_in);
        all.iter().all(|(_, listed)| listed.region() == region).then_some(())?;
        all.into_iter().next().map(|(_, listed)| listed)
    }

    /// All offices and units of that name: first those whose own task it is, then offices before units, by id. Where
    /// the directory has a territory and the name is used there, others elsewhere are left out.
    ///
    /// ```
    /// use pilah::routing::Directory;
    ///
    /// let surabaya: pilah::place::RegionCode = "35.78".parse()?;
    /// let all = Directory::shipped().find_all("Kelurahan Wonorejo");
    /// let here = all.iter().filter_map(|office| office.region()).filter(|region| surabaya.contains(region));
    /// assert!(here.count() >= 2); // in the districts Tegalsari and Rungkut
    /// # Ok::<(), pilah::Error>(())
    /// ```
    pub fn find_all(&self, name: &str) -> Vec<Listed> {
        self.candidates(name).into_iter().map(|(_, listed)| listed).collect()
    }

    fn candidates(&self, name: &str) -> Vec<(bool, Listed)> {
        let mut all = Vec::new();
        let key = folded(name);
        self.own_names(&key, &mut all);
        if let Some(territory) = self.territory {
            let suffix = Gazetteer::shipped().full_name(territory).map(|name| folded(&name));
            if let Some(key) = suffix.and_then(|suffix| key.strip_suffix(suffix.as_str())) {
                self.own_names(key, &mut all);
            }
        }
        let words = words(name);
        for (function, rules) in self.functions() {
            for rule in rules {
                self.by_rule(function, rule, &words, &mut all);
            }
        }
        let units = self.units().named(&key);
        all.extend(units.map(|place| (false, Listed::Unit(self.unit(place)))));
        if let Some(territory) = self.territory {
            let here = |listed: &Listed| listed.region().is_some_and(|region| territory.contains(&region));
            if all.iter().any(|(_, listed)| here(listed)) {
                all.retain(|(_, listed)| here(listed));
            }
        }
        let rank = |listed: &Listed| matches!(listed, Listed::Unit(_));
        all.sort_by_cached_key(|(stands_in, listed)| (*stands_in, rank(listed), listed.id()));
        all.dedup_by(|(_, a), (_, b)| a == b);
        all
    }

    fn own_names(&self, key: &str, all: &mut Vec<(bool, Listed)>) {
        for (region, function) in self.listing.by_name.get(key).into_iter().flatten() {
            let stands_in = self.own(function, *region).is_some_and(|own| own.stands_in);
            all.extend(self.office(function, *region).map(|office| (stands_in, Listed::Office(office))));
        }
    }

    /// The offices of a rule whose name these words are.
    fn by_rule(&self, function: &str, rule: &Rule, name: &str, all: &mut Vec<(bool, Listed)>) {
        let (before, Some(behind)) = (&rule.before, &rule.behind) else {
            if rule.before == *name {
                let office = self.at(function, rule.tier, None);
                all.extend(office.map(|office| (rule.stands_in, Listed::Office(office))));
            }
            return;
        };
        let region = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        let apart = |region: &&str| before.is_empty() || region.starts_with(' ');
        let Some(region) = region.filter(apart).map(str::trim).filter(|region| !region.is_empty()) else {
            return;
        };
        if before.is_empty() && !says_kind(rule.tier, region) {
            return;
        }
        for code in Gazetteer::shipped().named(region) {
            let office =
                self.at(function, rule.tier, Some(code)).filter(|office| office.region == Some(code));
            // An office that is called otherwise has its own entry as well: whether it stands in is said there.
            let own = self.own(function, code).map(|own| own.stands_in);
            all.extend(office.map(|office| (own.unwrap_or(rule.stands_in), Listed::Office(office))));
        }
    }
}

/// Whether a name that is nothing but a region's says what kind of region it is.
fn says_kind(tier: Tier, name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or_default();
    match tier {
        Tier::Village => ["kelurahan", "kel", "desa"].contains(&first),
        Tier::District => ["kecamatan", "kec"].contains(&first),
        _ => true,
    }
}

//! Which office carries a function in a territory, and what it is called.

use rustc_hash::FxHashMap;

use super::listed::{Listing, words};
use super::office::{Office, Tier};

use super::table;
use super::units::Units;
use crate::error::{Error, Result};
use crate::place::{Gazetteer, Level, RegionCode};

/// The offices of every territory, made by rule: `data/routing/offices.csv` says what the office of a function is
/// called at each level, and to which office it answers. An [`Instance`](super::Instance) adds offices that are called
/// otherwise, and units below them.
///
/// ```
/// use pilah::routing::Directory;
///
/// let directory = Directory::shipped();
/// let office = directory.office("perhubungan", "35.78".parse()?).unwrap();
/// assert_eq!((office.id().as_str(), office.name.as_str()), ("perhubungan@35.78", "Dinas Perhubungan Kota Surabaya"));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By function: what its office is called at each tier.
    rules: FxHashMap<String, Vec<Rule>>,
    /// Offices that are called otherwise, by region.
    others: FxHashMap<RegionCode, Vec<Own>>,
    /// Whose directory it is.
    pub(super) territory: Option<RegionCode>,
    /// The names of `others`.
    pub(super) listing: Listing,
    units: Units,
}

/// What the office of a function is called at a tier.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) tier: Tier,
    /// `{region}` stands for the region's name.
    pub(super) name: String,
    /// The words of the name before the region, and behind it where there is one.
    pub(super) before: String,
    pub(super) behind: Option<String>,
    /// The function of the office above; empty for the same function one level up.
    parent: String,
    /// Whether the office does this beside its own task.
    pub(super) stands_in: bool,
}

/// An office that is called otherwise than by rule.
#[derive(Debug, Clone)]
pub(super) struct Own {
    pub(super) function: String,
    pub(super) name: String,
    parent: String,
    pub(super) stands_in: bool,
}

/// The columns of the general rules, and of an instance's offices.
pub(super) const RULES: [&str; 3] = ["function", "level", "name"];
pub(super) const OFFICES: [&str; 3] = ["function", "unit", "office"];
/// Columns that either may have.
pub(super) const FURTHER: [&str; 2] = ["parent_function", "stand_in"];
pub(super) const OWN_FURTHER: [&str; 2] = ["parent", "stand_in"];

impl Directory {
    /// The rules that ship with the crate.
    ///
    /// # Panics
    ///
    /// When the table built into the program is damaged, which a test rules out.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Directory> =
            std::sync::LazyLock::new(|| {
                match Directory::parse(include_str!("../../data/routing/offices.csv")) {
                    Ok(directory) => directory,
                    Err(error) => panic!("the shipped directory: {error}"),
                }
            });
        &SHIPPED
    }

    /// From a table with the columns `function`, `level` (kel, kec, kab, prov, cabang, pusat) and `name`, in which
    /// `{region}` stands for the region's name; and, where it has them, `parent_function` and `stand_in` (`yes` for what
    /// the office does beside its own task).
    ///
    /// # Errors
    ///
    /// A level that is none, by line; a parent that is no function of the table; parents that lead in a circle.
    pub(super) fn parse(table: &str) -> Result<Self> {
        let mut directory = Self { units: Units::shipped().clone(), ..Self::default() };
        let mut parents = Vec::new();
        for row in table::rows_with(table, RULES, FURTHER)? {
            let (line, [function, level, name], [parent, stand_in]) = row;
            let tier = Tier::from_name(&level).ok_or_else(|| {
                Error::input(format!("line {line}: `{level}` is no level: give {}", Tier::KNOWN))
            })?;
            parents.push((line, function.clone(), tier, parent.clone()));
            directory.add_rule(&function, tier, name, parent, stand_in == "yes");
        }
        for (line, function, tier, parent) in parents {
            let at = |error: Error| Error::input(format!("line {line}: {error}"));
            if !parent.is_empty() {
                directory.must_know(&parent).map_err(at)?;
            }
            directory.must_end_at(&function, tier).map_err(at)?;
        }
        Ok(directory)
    }

    pub(super) fn add_rule(
        &mut self,
        function: &str,
        tier: Tier,
        name: String,
        parent: String,
        stands_in: bool,
    ) {
        let (before, behind) = match name.split_once("{region}") {
            Some((before, behind)) => (words(before), Some(words(behind))),
            None => (words(&name), None),
        };
        let rule = Rule { tier, name, before, behind, parent, stands_in };
        self.rules.entry(function.to_owned()).or_default().push(rule);
    }

    /// Names offices otherwise than by rule, from a table with the columns `function`, `unit` and `office`: a unit is
    /// a region's code, empty for the whole `territory`. Where it has them: `parent`, the function of the office above,
    /// and `stand_in`, `yes` for what an office does beside its own task.
    ///
    /// # Errors
    ///
    /// By line: a function or parent that does not exist, what is no region of the territory, parents in a circle.
    pub(super) fn add(&mut self, table: &str, territory: RegionCode) -> Result<()> {
        self.territory = Some(territory);
        let mut added = Vec::new();
        for (line, columns, further) in table::rows_with(table, OFFICES, OWN_FURTHER)? {
            let at = |error: Error| Error::input(format!("line {line}: {error}"));
            added.push((line, self.add_row(columns, further).map_err(at)?));
        }
        for (line, (function, region)) in added {
            let at = |error: Error| Error::input(format!("line {line}: {error}"));
            self.must_end(&function, region).map_err(at)?;
        }
        Ok(())
    }

    /// One row of such a table: its function and region.
    pub(super) fn add_row(
        &mut self,
        [function, unit, name]: [String; 3],
        [parent, stand_in]: [String; 2],
    ) -> Result<(String, RegionCode)> {
        self.must_know(&function)?;
        if !parent.is_empty() {
            self.must_know(&parent)?;
        }
        if name.is_empty() {
            return Err(Error::input("column `office` is empty: say what the office is called"));
        }
        let region = own_region(&unit, self.territory)?.or(self.territory).ok_or_else(|| {
            Error::input("column `unit` is empty and there is no territory: give a region's code")
        })?;
        let offices = self.others.entry(region).or_default();
        if offices.iter().all(|known| known.function != function) {
            self.listing.add(&name, region, &function);
            offices.push(Own { function: function.clone(), name, parent, stands_in: stand_in == "yes" });
        }
        Ok((function, region))
    }

    /// The same for the office of a rule, tried on a village, which has offices of every tier.
    pub(super) fn must_end_at(&self, function: &str, tier: Tier) -> Result<()> {
        let example = "35.78.08.1002".parse()?;
        match tier.region(example) {
            Some(region) => self.must_end(function, region),
            None => Ok(()),
        }
    }

    /// # Errors
    ///
    /// When the parents of an office lead in a circle.
    pub(super) fn must_end(&self, function: &str, region: RegionCode) -> Result<()> {
        match self.office(function, region) {
            Some(office) if self.leads_in_a_circle(&office) => Err(Error::input(format!(
                "the parents of `{}` lead in a circle: give it or one of them a parent further up, such as `sekretariat`",
                office.id()
            ))),
            _ => Ok(()),
        }
    }

    /// Takes in the table of named units of an instance, see [`Units::parse`].
    pub(super) fn add_units(&mut self, table: &str) -> Result<()> {
        let units = Units::parse(table, self.territory)?;
        for (line, parent) in units.parents() {
            self.must_know(parent).map_err(|error| Error::input(format!("line {line}: {error}")))?;
        }
        self.units = units;
        Ok(())
    }

    /// The units below the offices.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// # Errors
    ///
    /// For what is no function's code.
    pub(crate) fn must_know(&self, function: &str) -> Result<()> {
        if self.rules.contains_key(function) {
            return Ok(());
        }
        let nearest = self.rules.keys().min_by_key(|known| (strsim::levenshtein(function, known), *known));
        let nearest = nearest.map_or("", String::as_str);
        Err(Error::input(format!(
            "`{function}` is no function: give a code of data/routing/offices.csv, such as `{nearest}`"
        )))
    }

    /// All functions with their rules, by code.
    pub(super) fn functions(&self) -> Vec<(&str, &[Rule])> {
        let mut functions: Vec<_> =
            self.rules.iter().map(|(function, rules)| (function.as_str(), rules.as_slice())).collect();
        functions.sort_unstable_by_key(|(function, _)| *function);
        functions
    }

    /// The rule for a function at a tier.
    pub(super) fn rule(&self, function: &str, tier: Tier) -> Option<&Rule> {
        self.rules.get(function)?.iter().find(|rule| rule.tier == tier)
    }

    /// The office of a function in a region where it is called otherwise.
    pub(super) fn own(&self, function: &str, region: RegionCode) -> Option<&Own> {
        self.others.get(&region)?.iter().find(|own| own.function == function)
    }

    /// The office that carries a function at a tier, for a place. `None` when there is none, or the place is not
    /// known well enough.
    pub(super) fn at(&self, function: &str, tier: Tier, place: Option<RegionCode>) -> Option<Office> {
        let rule = self.rule(function, tier)?;
        let region = match tier {
            Tier::National => None,
            _ => Some(tier.region(place?)?),
        };
        let own = region.and_then(|region| self.own(function, region));
        // The capital's offices are the province's, whoever asks.
        let of_province = region.is_some_and(|region| region.level() == Level::Province);
        let rule = of_province.then(|| self.rule(function, Tier::Province)).flatten().unwrap_or(rule);
        let name = match (own, region) {
            (Some(own), _) => own.name.clone(),
            (None, Some(region)) => {
                rule.name.replace("{region}", &Gazetteer::shipped().full_name(region).unwrap_or_default())
            }
            (None, None) => rule.name.clone(),
        };
        Some(Office { function: function.to_owned(), region, name })
    }

    /// The office of a function whose territory is this region.
    pub fn office(&self, function: &str, region: RegionCode) -> Option<Office> {
        if let Some(own) = self.own(function, region) {
            let (function, name) = (own.function.clone(), own.name.clone());
            return Some(Office { function, region: Some(region), name });
        }
        Self::tiers(region).iter().find_map(|&tier| self.at(function, tier, Some(region)))
    }

    /// The national body of a function.
    pub fn national(&self, function: &str) -> Option<Office> {
        self.at(function, Tier::National, None)
    }

    /// At which tiers an office of that territory may work.
    pub(super) fn tiers(region: RegionCode) -> &'static [Tier] {
        match region.level() {
            Level::Village => &[Tier::Village],
            Level::District => &[Tier::District],
            Level::Regency => &[Tier::Regency, Tier::Branch],
            Level::Province => &[Tier::Province, Tier::Regency],
        }
    }

    /// The function of the office above, as it is written: empty for the same function one level up. And the tier of
    /// the office itself.
    pub(super) fn parent_of(&self, office: &Office) -> Option<(&str, Tier)> {
        let tiers: &[Tier] = office.region.map_or(&[Tier::National], Self::tiers);
        let rule = tiers.iter().find_map(|&tier| self.rule(&office.function, tier));
        let own = office.region.and_then(|region| self.own(&office.function, region));
        let tier = rule.map(|rule| rule.tier).or_else(|| own.and(tiers.first().copied()))?;
        let parent = own.map(|own| own.parent.as_str()).filter(|parent| !parent.is_empty());
        Some((parent.or(rule.map(|rule| rule.parent.as_str())).unwrap_or_default(), tier))
    }
}

/// The region in the column `unit` of an instance's offices, `None` when it is empty.
///
/// # Errors
///
/// What is no code, no region of the gazetteer, or outside the territory.
pub(super) fn own_region(unit: &str, territory: Option<RegionCode>) -> Result<Option<RegionCode>> {
    if unit.is_empty() {
        return Ok(None);
    }
    if !unit.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Error::input(format!(
            "`{unit}` is no region's code: leave it empty for the whole territory; named units belong into the table \
             `units`"
        )));
    }
    let region: RegionCode = unit.parse()?;
    if !Gazetteer::shipped().contains_code(region) {
        return Err(Error::input(format!(
            "`{unit}` is no region: give a code of the Ministry of Home Affairs"
        )));
    }
    match territory {
        Some(territory) if !territory.contains(&region) => {
            Err(Error::input(format!("`{unit}` is no region of {territory}: give one inside the territory")))
        }
        _ => Ok(Some(region)),
    }
}

//! The tables of a directory, row by row, and what they leave open.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::directory::{Directory, FURTHER, OFFICES, OWN_FURTHER, RULES, own_region};
use super::finding::{Fault, Finding};
use super::jurisdiction::Jurisdiction;
use super::kinds::Kinds;
use super::listed::folded;
use super::office::Tier;
use super::table;
use super::units::{UNITS, unit_region};
use crate::error::Result;
use crate::place::{Gazetteer, Level, RegionCode};

/// The tables of an instance, as far as they are read.
pub(super) struct Tables {
    pub(super) directory: Directory,
    pub(super) findings: Vec<Finding>,
}

/// Where something stood first, by what it is.
type Seen<K> = FxHashMap<K, u64>;

impl Tables {
    pub(super) fn new(territory: Option<RegionCode>) -> Self {
        let mut directory = Directory::shipped().clone();
        directory.territory = territory;
        Self { directory, findings: Vec::new() }
    }

    /// The table of an instance's offices. Without a territory it is the smallest region that contains all that the
    /// table names.
    pub(super) fn offices(&mut self, file: &str, text: &str) -> Result<()> {
        let rows = table::rows_with(text, OFFICES, OWN_FURTHER)?;
        if self.directory.territory.is_none() {
            let mut regions = rows.iter().filter_map(|(_, [_, unit, _], _)| own_region(unit, None).ok()?);
            let common = regions.next().and_then(|first| regions.try_fold(first, RegionCode::common));
            self.directory.territory = common.map(|common| common.at(Level::Regency).unwrap_or(common));
        }
        let mut rest = Vec::new();
        let mut seen = Seen::default();
        let mut names = Seen::default();
        for (line, columns, further) in rows {
            let mut find = |fault, message| self.findings.push(Finding::new(file, line, fault, message));
            let [function, unit, name] = columns.clone();
            let [_, stand_in] = further.clone();
            if !["", "yes", "no"].contains(&stand_in.as_str()) {
                find(Fault::Invalid, format!("`stand_in` is `{stand_in}`: give `yes`, or nothing"));
            }
            match self.directory.add_row(columns, further) {
                Ok((function, region)) => {
                    if let Some(first) = seen.insert((function.clone(), region), line) {
                        find(
                            Fault::Double,
                            format!(
                                "`{function}` of {region} stands in line {first} already: keep one of them"
                            ),
                        );
                        continue;
                    }
                    if stand_in != "yes"
                        && let Some(first) = names.insert(folded(&name), line)
                    {
                        find(
                            Fault::Double,
                            format!(
                                "`{name}` is the office of line {first} too: give it a name of its own, or `yes` in `stand_in` \
                             where it does this beside its own task"
                            ),
                        );
                    }
                    rest.push((line, function, region));
                }
                Err(error) => {
                    let fault = if name.is_empty() { Fault::Invalid } else { Fault::Unknown };
                    find(fault, format!("{function} {unit}: {error}").replace(" :", ":"));
                }
            }
        }
        for (line, function, region) in rest {
            if let Err(error) = self.directory.must_end(&function, region) {
                self.findings.push(Finding::new(file, line, Fault::Circle, error.to_string()));
            }
        }
        self.gaps(file);
        Ok(())
    }

    /// Functions without an office in the territory, its districts and villages without one, and two of one name.
    fn gaps(&mut self, file: &str) {
        let Some(territory) = self.directory.territory else { return };
        let mut find = |fault, message: String| self.findings.push(Finding::new(file, 1, fault, message));
        let tier = match territory.level() {
            Level::Province => Tier::Province,
            Level::Regency => Tier::Regency,
            Level::District | Level::Village => return,
        };
        for (function, _) in Directory::shipped().functions() {
            let expected = Directory::shipped().at(function, tier, Some(territory));
            if let Some(office) = expected.filter(|_| self.directory.own(function, territory).is_none()) {
                find(
                    Fault::Gap,
                    format!(
                        "no office for `{function}` in {territory}: it will be called `{}`; add a row with its name",
                        office.name
                    ),
                );
            }
        }
        let mut names = BTreeMap::<String, Vec<RegionCode>>::new();
        let first = Gazetteer::shipped().codes().partition_point(|code| *code < territory);
        let inside = Gazetteer::shipped().codes().get(first..).unwrap_or_default();
        for &region in inside.iter().take_while(|code| territory.contains(code)) {
            let function = match region.level() {
                Level::District => "kecamatan",
                Level::Village if tier == Tier::Regency => "kelurahan-desa",
                _ => continue,
            };
            match self.directory.office(function, region) {
                Some(office) if tier == Tier::Regency => names.entry(office.name).or_default().push(region),
                Some(_) => {}
                None => find(
                    Fault::Gap,
                    format!("no office for `{function}` in {region}: add a row with its name"),
                ),
            }
        }
        for (name, regions) in names.into_iter().filter(|(_, regions)| regions.len() > 1) {
            let codes: Vec<String> = regions.iter().map(ToString::to_string).collect();
            find(
                Fault::Double,
                format!(
                    "`{name}` is the office of {}: give each a row with a name of its own",
                    codes.join(" and ")
                ),
            );
        }
        let missing = unruled(&self.directory);
        self.findings.extend(missing.into_iter().map(|message| Finding::new(file, 1, Fault::Gap, message)));
    }

    /// The table of named units.
    pub(super) fn units(&mut self, file: &str, text: &str) -> Result<()> {
        let rows = table::rows(text, UNITS)?;
        let territory = self.directory.territory;
        let ids: Seen<&str> = rows.iter().rev().map(|(line, [id, ..])| (id.as_str(), *line)).collect();
        let parents: FxHashMap<&str, &str> =
            rows.iter().map(|(_, [id, .., parent])| (id.as_str(), parent.as_str())).collect();
        let mut bearers = BTreeMap::<String, Vec<(u64, &str, &str, &str)>>::new();
        for (line, [id, name, aliases, kind, region, parent]) in &rows {
            let mut find =
                |fault, message: String| self.findings.push(Finding::new(file, *line, fault, message));
            for (column, value) in [("id", id), ("name", name)] {
                if value.is_empty() {
                    find(Fault::Invalid, format!("column `{column}` is empty: every unit needs one"));
                }
            }
            if let Some(first) = ids.get(id.as_str()).filter(|first| *first < line && !id.is_empty()) {
                find(
                    Fault::Double,
                    format!("id `{id}` stands in line {first} already: give each unit an id of its own"),
                );
            }
            if let Err(error) = Kinds::shipped().place(kind) {
                find(Fault::Unknown, error.to_string());
            }
            if let Err(error) = unit_region(region, territory) {
                find(Fault::Unknown, error.to_string());
            }
            if !parent.is_empty() && !ids.contains_key(parent.as_str()) {
                if self.directory.must_know(parent).is_err() {
                    find(
                        Fault::Unknown,
                        format!(
                            "parent `{parent}` is no unit of this table and no function: give an id, or a code of \
                         data/routing/offices.csv"
                        ),
                    );
                }
            } else if circles(&parents, id) {
                find(
                    Fault::Circle,
                    format!("the parents of `{id}` lead in a circle: give one of them an office's function"),
                );
            }
            for name in std::iter::once(name.as_str()).chain(aliases.split('|')).map(str::trim) {
                if !name.is_empty() {
                    bearers.entry(folded(name)).or_default().push((*line, id, name, region));
                }
            }
        }
        for bearers in bearers.into_values() {
            let Some((first_line, first, _, first_region)) = bearers.first().copied() else { continue };
            for (line, id, name, region) in bearers.into_iter().filter(|(_, id, ..)| *id != first) {
                let same = region == first_region;
                let what = if same {
                    "in the same region: say in each where it is, or give another name"
                } else {
                    "elsewhere: only the place of a complaint tells them apart; give an alias of its own where there is one"
                };
                let fault = if same
                    && !rows.iter().any(|(_, [other, _, aliases, ..])| other == id && has(aliases, name))
                {
                    Fault::Double
                } else {
                    Fault::Ambiguous
                };
                self.findings.push(Finding::new(
                    file,
                    line,
                    fault,
                    format!("`{name}` of `{id}` is also `{first}` of line {first_line}, {what}"),
                ));
            }
        }
        Ok(())
    }
}

fn has(aliases: &str, name: &str) -> bool {
    aliases.split('|').any(|alias| alias.trim() == name)
}

/// Whether the parents of a unit come back to one that was passed.
fn circles(parents: &FxHashMap<&str, &str>, id: &str) -> bool {
    let mut at = id;
    for _ in 0..=parents.len() {
        match parents.get(at) {
            Some(parent) => at = parent,
            None => return false,
        }
        if at == id {
            return true;
        }
    }
    // A circle further up is told of where it stands.
    false
}

/// What the table of jurisdiction gives to a level that has no office for it.
fn unruled(directory: &Directory) -> Vec<String> {
    let mut missing = Vec::new();
    for ruling in Jurisdiction::shipped().rulings() {
        let has = |tier| directory.rule(&ruling.function, tier).is_some();
        let there = has(ruling.tier) || ruling.tier == Tier::National && has(Tier::Branch);
        if !there {
            missing.push(format!(
                "the rule `{}` gives `{}` to the level {}, which has no office for it: add a row to the general rules, \
                 data/routing/offices.csv",
                ruling.id,
                ruling.function,
                ruling.tier.name()
            ));
        }
    }
    missing
}

/// A table of general rules.
pub(super) fn rules(file: &str, text: &str) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let rows = table::rows_with(text, RULES, FURTHER)?;
    let mut directory = Directory::default();
    let mut seen = Seen::default();
    let mut known = Vec::new();
    for (line, [function, level, name], [parent, stand_in]) in rows {
        let mut find = |fault, message: String| findings.push(Finding::new(file, line, fault, message));
        let Some(tier) = Tier::from_name(&level) else {
            find(Fault::Unknown, format!("`{level}` is no level: give {}", Tier::KNOWN));
            continue;
        };
        if name.is_empty() {
            find(Fault::Invalid, "column `name` is empty: say what the office is called".to_owned());
        } else if tier != Tier::National && !name.contains("{region}") {
            find(
                Fault::Invalid,
                format!("`{name}` does not say where: put {{region}} in the place of the region's name"),
            );
        }
        if let Some(first) = seen.insert((function.clone(), tier), line) {
            find(
                Fault::Double,
                format!("`{function}` at the level {level} stands in line {first} already: keep one of them"),
            );
        }
        directory.add_rule(&function, tier, name, parent.clone(), stand_in == "yes");
        known.push((line, function, tier, parent));
    }
    for (line, function, tier, parent) in known {
        let mut find = |fault, message: String| findings.push(Finding::new(file, line, fault, message));
        if !parent.is_empty()
            && let Err(error) = directory.must_know(&parent)
        {
            find(Fault::Unknown, format!("parent: {error}"));
        }
        if let Err(error) = directory.must_end_at(&function, tier) {
            find(Fault::Circle, error.to_string());
        }
    }
    let mut find = |message: String| findings.push(Finding::new(file, 1, Fault::Gap, message));
    for (function, rules) in Directory::shipped().functions() {
        for rule in rules.iter().filter(|rule| directory.rule(function, rule.tier).is_none()) {
            find(format!(
                "no office for `{function}` at the level {}: add a row, such as {function},{},{}",
                rule.tier.name(),
                rule.tier.name(),
                rule.name
            ));
        }
    }
    unruled(&directory).into_iter().for_each(find);
    Ok(findings)
}

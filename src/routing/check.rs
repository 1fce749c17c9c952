//! Whether a directory is whole: an instance, or one of its tables alone.

use std::path::Path;

use super::check_tables::{Tables, rules};
use super::directory::{Directory, OFFICES, RULES};
use super::finding::{Fault, Finding};
use super::instance::{KEYS, THRESHOLDS, nearest};
use super::office::Tier;
use super::table;
use super::units::UNITS;
use crate::error::{Error, Result};
use crate::place::{Gazetteer, Level, RegionCode};

/// Finds what is wrong with an instance (a file ending in `.toml`, with the tables it names), with a table of offices
/// (columns `function`, `unit`, `office`) or of units (`id`, `name`, `aliases`, `kind`, `region`, `parent`), or with
/// a table of general rules (`function`, `level`, `name`, such as `data/routing/offices.csv`).
///
/// Faults: keys, functions, kinds and regions that do not exist; parents that lead in a circle; the same id or the same
/// name twice; names that several units bear; functions, districts and villages of the territory without an office;
/// functions that the table of jurisdiction gives to a level which has no office for them; entry points that lead
/// nowhere. In the order of files and lines.
///
/// Cost: a few milliseconds for an instance such as `data/instances/surabaya.toml`.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io) when a file cannot be read, [`ErrorKind::Input`](crate::ErrorKind::Input) for
/// what is neither TOML nor a table with such columns.
///
/// ```
/// let folder = std::env::temp_dir().join("pilah-check-example");
/// std::fs::create_dir_all(&folder)?;
/// let file = folder.join("offices.csv");
/// std::fs::write(&file, "function,unit,office\nperhubungann,35.78,Dinas Perhubungan\n")?;
/// let findings = pilah::routing::check(&file)?;
/// let second = findings.iter().find(|finding| finding.line == 2).unwrap();
/// assert!(second.message.contains("such as `perhubungan`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check(path: impl AsRef<Path>) -> Result<Vec<Finding>> {
    let path = path.as_ref();
    let text = read(path)?;
    let file = path.display().to_string();
    let about = |error: Error| Error::input(format!("`{file}`: {error}"));
    let mut findings = if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        instance(path, &file, &text)?
    } else {
        let header = table::header(&text).map_err(about)?;
        let has = |columns: &[&str]| columns.iter().all(|column| header.iter().any(|known| known == column));
        let mut tables = Tables::new(None);
        if has(&RULES) {
            rules(&file, &text).map_err(about)?
        } else if has(&OFFICES) {
            tables.offices(&file, &text).map_err(about)?;
            tables.findings
        } else if has(&UNITS) {
            tables.units(&file, &text).map_err(about)?;
            tables.findings
        } else {
            return Err(about(Error::input(format!(
                "columns {}: give an instance (.toml), or a table with the columns {}, {} or {}",
                header.join(", "),
                OFFICES.join(", "),
                UNITS.join(", "),
                RULES.join(", ")
            ))));
        }
    };
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::for_file("read", path, error))
}

fn instance(path: &Path, file: &str, text: &str) -> Result<Vec<Finding>> {
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| Error::input(format!("`{file}`: {error}")))?;
    let mut findings = Vec::new();
    let mut find = |key: &str, fault: Fault, message: String| {
        findings.push(Finding::new(file, line_of(text, key), fault, message));
    };
    for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        find(key, Fault::Unknown, format!("unknown key `{key}`: did you mean `{}`?", nearest(key, &KEYS)));
    }
    if table.get("name").and_then(toml::Value::as_str).is_none_or(str::is_empty) {
        find("name", Fault::Invalid, "no `name`: say whose instance it is".to_owned());
    }
    let thresholds = table.get("thresholds").and_then(toml::Value::as_table);
    for (key, value) in thresholds.into_iter().flatten() {
        let number = value.as_float().or_else(|| value.as_integer().map(|value| value as f64));
        if !THRESHOLDS.contains(&key.as_str()) {
            let near = nearest(key, &THRESHOLDS);
            find(key, Fault::Unknown, format!("unknown threshold `{key}`: did you mean `{near}`?"));
        } else if number.is_none_or(|value| !(0.0..=1.0).contains(&value)) {
            find(
                key,
                Fault::Invalid,
                format!("threshold `{key}` is {}: give a value in 0 ..= 1", written(value)),
            );
        }
    }
    let territory = match table.get("territory") {
        None => None,
        Some(value) => match territory(value) {
            Ok(territory) => Some(territory),
            Err(error) => {
                find("territory", Fault::Unknown, error.to_string());
                None
            }
        },
    };
    let mut named = |key: &str| match table.get(key) {
        None => None,
        Some(toml::Value::String(name)) => Some(path.parent().unwrap_or(Path::new(".")).join(name)),
        Some(value) => {
            find(
                key,
                Fault::Invalid,
                format!("`{key}` is {}: give the name of a file beside this one", written(value)),
            );
            None
        }
    };
    let (offices, units) = (named("offices"), named("units"));
    let mut tables = Tables::new(territory);
    let about = |table: &Path, error: Error| Error::input(format!("`{}`: {error}", table.display()));
    match (&offices, territory) {
        (Some(_), None) if !table.contains_key("territory") => find(
            "offices",
            Fault::Invalid,
            "`offices` but no `territory` whose offices they are: give its code".to_owned(),
        ),
        (Some(offices), _) => {
            let text = read(offices)?;
            tables.offices(&offices.display().to_string(), &text).map_err(|error| about(offices, error))?;
        }
        (None, _) => {}
    }
    if let Some(units) = &units {
        let text = read(units)?;
        tables.units(&units.display().to_string(), &text).map_err(|error| about(units, error))?;
    }
    let entries = table.get("entry").and_then(toml::Value::as_table);
    for (entry, value) in entries.into_iter().flatten() {
        if let Some((fault, message)) = entry_point(&tables.directory, territory, entry, value) {
            find(entry, fault, message);
        }
    }
    findings.append(&mut tables.findings);
    Ok(findings)
}

fn territory(value: &toml::Value) -> Result<RegionCode> {
    let wrong = || {
        Error::input(format!(
            "`territory` is {}: give a code of the Ministry of Home Affairs, such as \"35.78\"",
            written(value)
        ))
    };
    let territory: RegionCode = value.as_str().ok_or_else(wrong)?.parse().map_err(|_| wrong())?;
    if Gazetteer::shipped().contains_code(territory) { Ok(territory) } else { Err(wrong()) }
}

/// A value as it is written, or what type it is of.
fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => format!("\"{text}\""),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        other => other.type_str().to_owned(),
    }
}

/// What is wrong with an entry point: its function is none, or has no office that the territory can reach.
fn entry_point(
    directory: &Directory,
    territory: Option<RegionCode>,
    entry: &str,
    value: &toml::Value,
) -> Option<(Fault, String)> {
    let Some(function) = value.as_str() else {
        return Some((
            Fault::Invalid,
            format!("entry `{entry}` is {}: give the code of a function", written(value)),
        ));
    };
    if let Err(error) = directory.must_know(function) {
        return Some((Fault::Unknown, format!("entry `{entry}` leads nowhere: {error}")));
    }
    let territory = territory?;
    let tiers = [Tier::Village, Tier::District, Tier::Regency, Tier::Branch, Tier::Province];
    // An office of the territory, above it or inside it.
    let office = directory.office(function, territory).is_some()
        || directory.national(function).is_some()
        || tiers.iter().any(|&tier| directory.rule(function, tier).is_some() && reaches(tier, territory));
    (!office).then(|| {
        let message = format!(
            "entry `{entry}` leads nowhere: no office carries `{function}` in {territory}: add one to the table `offices`"
        );
        (Fault::Gap, message)
    })
}

fn reaches(tier: Tier, territory: RegionCode) -> bool {
    tier.region(territory).is_some()
        || territory.level() <= Level::Regency && tier.rank() < Tier::Province.rank()
}

/// The line on which a key is set; the first where none is found.
fn line_of(text: &str, key: &str) -> u64 {
    let sets = |line: &str| {
        let line = line.trim_start().trim_start_matches(['[', '"', '\'']);
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(['=', ']']))
    };
    text.lines().position(sets).map_or(1, |at| at as u64 + 1)
}

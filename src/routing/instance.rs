//! Whose pilah it is: territory, own offices, thresholds, entry points.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::directory::Directory;
use super::listed::Listed;
use crate::complaint::Channel;
use crate::error::{Error, ErrorKind, Result};
use crate::place::RegionCode;

/// What makes pilah a city's, a province's or a ministry's; read from a TOML file such as
/// `data/instances/surabaya.toml`.
///
/// ```no_run
/// use pilah::routing::{Instance, Triage};
///
/// let instance = Instance::load("data/instances/surabaya.toml")?;
/// let mut triage = Triage::of(&instance);
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Instance {
    /// What it is called.
    pub name: String,
    /// Its territory; none for a national body.
    pub territory: Option<RegionCode>,
    /// Words that a message begins with because the channel asks for them.
    pub prefixes: Vec<String>,
    /// The channels by which it takes complaints; empty where any will do.
    pub channels: Vec<Channel>,
    /// Name of the pack of deadline rules that holds for it; without one the national rules do.
    pub deadlines: Option<String>,
    /// Function of each entry point.
    pub entry: BTreeMap<String, String>,
    /// When to flag, and when to ask a person.
    pub thresholds: Thresholds,
    /// Its offices.
    pub(super) directory: Directory,
}

/// When to flag, and when to ask a person.
///
/// | key | default | purpose | range |
/// |---|---|---|---|
/// | `max_error` | 0.10 | share of wrong functions allowed in what is sent on without a person | 0 ..= 1 |
/// | `misconduct` | 0.12 | from which probability on misconduct is flagged: low, for one too few costs more | 0 ..= 1 |
/// | `urgent` | 0.15 | the same for danger | 0 ..= 1 |
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// Share of wrong functions allowed in what is sent on without a person.
    pub max_error: f32,
    /// From which probability on misconduct is flagged.
    pub misconduct: f32,
    /// From which probability on danger is flagged.
    pub urgent: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { max_error: 0.10, misconduct: 0.12, urgent: 0.15 }
    }
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
struct Written {
    name: String,
    territory: Option<String>,
    #[serde(default)]
    prefixes: Vec<String>,
    #[serde(default)]
    channels: Vec<String>,
    deadlines: Option<String>,
    offices: Option<String>,
    units: Option<String>,
    #[serde(default)]
    entry: BTreeMap<String, String>,
    #[serde(default)]
    thresholds: Thresholds,
}

pub(super) const KEYS: [&str; 9] =
    ["name", "territory", "prefixes", "channels", "deadlines", "offices", "units", "entry", "thresholds"];
pub(super) const THRESHOLDS: [&str; 3] = ["max_error", "misconduct", "urgent"];

impl Instance {
    /// The whole country, with the offices of the general rule.
    pub fn whole_country() -> Self {
        Self {
            name: "Indonesia".to_owned(),
            territory: None,
            prefixes: Vec::new(),
            channels: Vec::new(),
            deadlines: None,
            entry: BTreeMap::new(),
            thresholds: Thresholds::default(),
            directory: Directory::shipped().clone(),
        }
    }

    /// The same, made once.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Instance> = std::sync::LazyLock::new(Instance::whole_country);
        &SHIPPED
    }

    /// Reads a file, and the tables of offices and units that it names, beside it. [`check`](super::check) lists all
    /// that is wrong with them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when a file cannot be read, [`ErrorKind::Input`] for what is no TOML, an unknown key (with the
    /// nearest known one), a function, kind of unit or region that does not exist, parents in a circle, a threshold out of
    /// range.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let read =
            |path: &Path| std::fs::read_to_string(path).map_err(|error| Error::for_file("read", path, error));
        let beside = |name: &str| read(&path.parent().unwrap_or(Path::new(".")).join(name));
        Self::parse(&read(path)?, beside).map_err(|error| match error.kind() {
            ErrorKind::Io => error,
            _ => Error::input(format!("`{}`: {error}", path.display())),
        })
    }

    fn parse(text: &str, beside: impl Fn(&str) -> Result<String>) -> Result<Self> {
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| Error::input(error.to_string()))?;
        known(table.keys(), &KEYS)?;
        if let Some(toml::Value::Table(thresholds)) = table.get("thresholds") {
            known(thresholds.keys(), &THRESHOLDS)?;
        }
        let written: Written =
            table.try_into().map_err(|error: toml::de::Error| Error::input(error.to_string()))?;
        for (name, value) in THRESHOLDS.iter().zip([
            written.thresholds.max_error,
            written.thresholds.misconduct,
            written.thresholds.urgent,
        ]) {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::input(format!("threshold `{name}` is {value}: give a value in 0 ..= 1")));
            }
        }
        let mut directory = Directory::shipped().clone();
        for (entry, function) in &written.entry {
            directory
                .must_know(function)
                .map_err(|error| Error::input(format!("entry `{entry}`: {error}")))?;
        }
        let territory = written.territory.map(|code| code.parse::<RegionCode>()).transpose()?;
        directory.territory = territory;
        if let Some(name) = &written.offices {
            let Some(territory) = territory else {
                return Err(Error::input(format!(
                    "`offices` is `{name}` but there is no `territory` whose offices they are: give its code"
                )));
            };
            let table = beside(name)?;
            directory.add(&table, territory).map_err(|error| Error::input(format!("{name}: {error}")))?;
        }
        if let Some(name) = &written.units {
            let table = beside(name)?;
            directory.add_units(&table).map_err(|error| Error::input(format!("{name}: {error}")))?;
        }
        Ok(Self {
            name: written.name,
            territory,
            prefixes: written.prefixes,
            channels: written.channels.iter().map(|name| name.parse()).collect::<Result<_>>()?,
            deadlines: written.deadlines,
            entry: written.entry,
            thresholds: written.thresholds,
            directory,
        })
    }

    /// Its offices, and the units below them.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// An office's label as a model of offices learns it best: of those that differ by territory alone, the function;
    /// the place says the rest. Other labels stay as they are.
    ///
    /// ```
    /// use pilah::routing::Instance;
    ///
    /// let instance = Instance::load("data/instances/surabaya.toml")?;
    /// assert_eq!(instance.task_of("Kelurahan Keputih"), "kelurahan-desa");
    /// assert_eq!(instance.task_of("Dinas Perhubungan"), "Dinas Perhubungan");
    /// # Ok::<(), pilah::Error>(())
    /// ```
    pub fn task_of<'l>(&self, label: &'l str) -> Cow<'l, str> {
        match self.directory.find(label) {
            Some(Listed::Office(office)) if office.is_local() => Cow::Owned(office.function),
            _ => Cow::Borrowed(label),
        }
    }

    /// The text without the prefix that the channel asks for.
    pub(crate) fn without_prefix<'t>(&self, text: &'t str) -> &'t str {
        let text = text.trim_start();
        let rest = |prefix: &String| {
            let (start, rest) = text.split_at_checked(prefix.len())?;
            let ends = rest.starts_with(|c: char| c.is_whitespace() || ":#,-".contains(c));
            (start.eq_ignore_ascii_case(prefix) && ends).then_some(rest)
        };
        let rest = self.prefixes.iter().find_map(rest);
        rest.map_or(text, |rest| rest.trim_start_matches(|c: char| c.is_whitespace() || ":#,-".contains(c)))
    }
}

/// Refuses keys that are not known, and names the nearest one that is.
fn known<'k>(keys: impl Iterator<Item = &'k String>, known: &[&str]) -> Result<()> {
    for key in keys {
        if !known.contains(&key.as_str()) {
            let nearest = nearest(key, known);
            return Err(Error::input(format!("unknown key `{key}`: did you mean `{nearest}`?")));
        }
    }
    Ok(())
}

/// The known name that is nearest to what was written.
pub(super) fn nearest<'k>(written: &str, known: &[&'k str]) -> &'k str {
    known.iter().min_by_key(|known| strsim::levenshtein(written, known)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Instance;

    fn check(text: &str, part: &str) {
        let error = Instance::parse(text, |_| Ok("function,unit,office\nkesehatan,99.99,Dinas\n".to_owned()));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(part), "`{error}` does not say `{part}`");
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("name = ", "name");
        check("name = 'x'\nteritory = '35'", "did you mean `territory`?");
        check("name = 'x'\n[thresholds]\nurgen = 0.1", "did you mean `urgent`?");
        check("name = 'x'\n[thresholds]\nurgent = 1.5", "`urgent` is 1.5");
        check("name = 'x'\nterritory = '99x'", "99x");
        check("name = 'x'\n[entry]\nqr = 'dinas'", "`dinas`");
        check("name = 'x'\nterritory = '35.78'\noffices = 'o.csv'", "99.99");
        check("name = 'x'\noffices = 'o.csv'", "no `territory`");
        check("name = 'x'\nchannels = ['fax']", "`fax` is no channel");
        check("name = 'x'\nunit = 'u.csv'", "did you mean `units`?");
        check("name = 'x'\nterritory = '35.78'\nunits = 'u.csv'", "no column `id`");
    }

    #[test]
    fn prefixes_are_taken_off_whole_words() {
        let text = "name = 'x'\nprefixes = ['LAPORPAMAN']";
        let instance = Instance::parse(text, |_| Ok(String::new())).unwrap();
        assert_eq!(instance.without_prefix("laporpaman jalan rusak"), "jalan rusak");
        assert_eq!(instance.without_prefix(" LAPORPAMAN# jalan rusak"), "jalan rusak");
        assert_eq!(instance.without_prefix("LAPORPAMANKU jalan rusak"), "LAPORPAMANKU jalan rusak");
    }
}

//! What is read of each row, whatever the format: names become places once, rows are filled by place.

use super::batch::Batch;
use super::columns::{Columns, Field, Slots};
use super::profile::Profile;
use super::{Failure, JOINT};

/// Columns of [`Plan::names`] in order of preference.
type Choice = Vec<usize>;

/// What is read of each row.
#[derive(Debug)]
pub(super) struct Plan {
    /// Every column that may be read.
    names: Vec<Name>,
    text: Vec<Choice>,
    /// Whether parts of the text that are empty leave no trace.
    joins_filled: bool,
    id: Choice,
    /// The others, those that may be missing, then the fields.
    rest: Vec<Choice>,
    slots: Slots,
}

#[derive(Debug, PartialEq, Eq)]
struct Name {
    name: String,
    /// Named by the caller: it must be there, letter by letter.
    must: bool,
}

impl Plan {
    /// What `columns` name, and what `profile` adds to it.
    pub(super) fn new(columns: &Columns, profile: Profile) -> Result<Self, Failure> {
        let mut plan = Self {
            names: Vec::new(),
            text: Vec::new(),
            joins_filled: columns.text.is_empty(),
            id: Vec::new(),
            rest: Vec::new(),
            slots: Slots::default(),
        };
        plan.text = if columns.text.is_empty() {
            profile.text().iter().map(|names| plan.known(names)).collect()
        } else {
            columns.text.iter().map(|name| plan.named(name)).collect()
        };
        if plan.text.is_empty() {
            return Err(Failure::Parameter("no text column named: give --text COL".to_owned()));
        }
        plan.id = match &columns.id {
            Some(name) => plan.named(name),
            None => plan.known(profile.id()),
        };
        for name in &columns.others {
            let choice = plan.named(name);
            plan.rest.push(choice);
        }
        for names in &columns.optional {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let choice = plan.known(&names);
            plan.rest.push(choice);
        }
        for (field, name) in &columns.fields {
            let choice = plan.named(name);
            plan.slots.set(*field, 2 + plan.rest.len());
            plan.rest.push(choice);
        }
        // The profile's time of day belongs to its date.
        let dated = plan.slots.get(Field::Date).is_some();
        for (field, names) in profile.fields() {
            if plan.slots.get(*field).is_none() && !(dated && *field == Field::Time) {
                let choice = plan.known(names);
                plan.slots.set(*field, 2 + plan.rest.len());
                plan.rest.push(choice);
            }
        }
        Ok(plan)
    }

    /// For a file of texts alone.
    pub(super) fn of_texts(columns: &Columns) -> Self {
        let rest = vec![Vec::new(); columns.others.len() + columns.optional.len()];
        let (names, text) = (Vec::new(), Vec::new());
        Self { names, text, joins_filled: false, id: Vec::new(), rest, slots: Slots::default() }
    }

    fn named(&mut self, name: &str) -> Choice {
        vec![self.place(Name { name: name.to_owned(), must: true })]
    }

    fn known(&mut self, names: &[&str]) -> Choice {
        names.iter().map(|&name| self.place(Name { name: name.to_owned(), must: false })).collect()
    }

    fn place(&mut self, name: Name) -> usize {
        self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    /// Fields of a row.
    pub(super) fn width(&self) -> usize {
        2 + self.rest.len()
    }

    pub(super) fn slots(&self) -> Slots {
        self.slots
    }

    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| name.name.as_str())
    }

    /// Where each of the names stands in a header; `None` for one that a profile knows and the file lacks.
    pub(super) fn places<S: AsRef<str>>(&self, header: &[S]) -> Result<Vec<Option<usize>>, Failure> {
        let missing = |name: &str| {
            let known: Vec<&str> = header.iter().map(|column| column.as_ref().trim()).collect();
            Failure::Content(format!("no column `{name}`: it has {}", known.join(", ")))
        };
        let place = |name: &Name| {
            let place = header.iter().position(|column| match column.as_ref().trim() {
                column if name.must => column == name.name,
                column => column.eq_ignore_ascii_case(&name.name),
            });
            if place.is_none() && name.must { Err(missing(&name.name)) } else { Ok(place) }
        };
        let places: Vec<_> = self.names.iter().map(place).collect::<Result<_, _>>()?;
        // Of the parts of a text the last is the one that matters.
        match self.text.last() {
            Some(choice) if choice.iter().all(|&name| places[name].is_none()) => {
                Err(missing(choice.first().map_or("", |&name| &self.names[name].name)))
            }
            _ => Ok(places),
        }
    }

    /// Adds one row; `value` gives what stands in the column of this place among [`names`](Self::names), `None` when
    /// the row has no such column, or says why it cannot be read.
    pub(super) fn row<V: AsRef<str>>(
        &self,
        batch: &mut Batch,
        line: u64,
        value: impl Fn(usize) -> Result<Option<V>, String>,
    ) {
        match self.fill(batch, line, value) {
            Ok(()) => batch.end_row(line),
            Err(reason) => {
                batch.undo_row();
                batch.reject(line, reason);
            }
        }
    }

    fn fill<V: AsRef<str>>(
        &self,
        batch: &mut Batch,
        line: u64,
        value: impl Fn(usize) -> Result<Option<V>, String>,
    ) -> Result<(), String> {
        // The first that is not empty; an empty one rather than none.
        let choose = |choice: &Choice| {
            let mut chosen = None;
            for &name in choice {
                let Some(value) = value(name)? else { continue };
                if !value.as_ref().trim().is_empty() {
                    return Ok(Some(value));
                }
                chosen = chosen.or(Some(value));
            }
            Ok::<_, String>(chosen)
        };
        let (mut parts, mut known) = (0, false);
        for choice in &self.text {
            let part = choose(choice)?;
            known |= part.is_some();
            let part = part.as_ref().map_or("", AsRef::as_ref);
            if self.joins_filled && part.trim().is_empty() {
                continue;
            }
            if parts > 0 {
                batch.push(JOINT);
            }
            batch.push(part);
            parts += 1;
        }
        if !known {
            let names = self.text.iter().flatten().map(|&name| self.names[name].name.as_str());
            return Err(format!(
                "no `{}`: every object must have it",
                names.collect::<Vec<_>>().join("` or `")
            ));
        }
        batch.end_field();
        let wanted = self.id.first().map(|&name| &self.names[name]).filter(|name| name.must);
        match (choose(&self.id)?, wanted) {
            (Some(id), _) if wanted.is_some() || !id.as_ref().is_empty() => batch.push(id.as_ref()),
            (None, Some(Name { name, .. })) => {
                return Err(format!("no `{name}`: every object must have it"));
            }
            _ => batch.push_line_as_id(line),
        }
        batch.end_field();
        for choice in &self.rest {
            if let Some(value) = choose(choice)? {
                batch.push(value.as_ref());
            }
            batch.end_field();
        }
        Ok(())
    }
}

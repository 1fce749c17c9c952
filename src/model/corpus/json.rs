//! One JSON object a line, by `serde_json`.

use std::borrow::Cow;
use std::fmt;
use std::io::BufRead;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::lines::NumberedLines;
use super::plan::Plan;
use super::{Batch, Failure, Layout, Source, utf8};

/// Lines of objects.
pub(super) struct Json<R> {
    input: NumberedLines<R>,
    objects: Objects,
}

impl<R: BufRead> Json<R> {
    /// Reads what follows `above` lines.
    pub(super) fn new(input: R, above: u64, objects: Objects) -> Self {
        Self { input: NumberedLines::new(input, above), objects }
    }
}

impl<R: BufRead> Source for Json<R> {
    fn layout(&self) -> Layout {
        self.objects.layout()
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        while batch.len() < limit {
            let Some((number, line)) = self.input.next()? else { return Ok(false) };
            match line.and_then(utf8) {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => self.objects.read(line, batch, number),
                Err(reason) => batch.reject(number, reason),
            }
        }
        Ok(true)
    }
}

/// Makes rows of objects.
pub(super) struct Objects {
    plan: Plan,
    names: Vec<String>,
    values: Vec<Option<String>>,
}

impl Objects {
    pub(super) fn new(plan: Plan) -> Self {
        let names: Vec<String> = plan.names().map(str::to_owned).collect();
        Self { values: vec![None; names.len()], names, plan }
    }

    pub(super) fn layout(&self) -> Layout {
        (self.plan.width(), self.plan.slots())
    }

    /// Adds the row of one object, or its reject.
    pub(super) fn read(&mut self, object: &str, batch: &mut Batch, line: u64) {
        let Self { plan, names, values } = self;
        values.fill(None);
        let mut json = serde_json::Deserializer::from_str(object);
        let read = Fields { names, values }.deserialize(&mut json).and_then(|()| json.end());
        match read {
            Ok(()) => plan.row(batch, line, |name| Ok(values[name].as_deref())),
            Err(error) => batch.reject(line, format!("not a JSON object of plain values: {error}")),
        }
    }
}

/// Picks the named members of an object and skips all others.
struct Fields<'f> {
    names: &'f [String],
    values: &'f mut [Option<String>],
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Plain)? {
            let Some(key) = key else { return Err(de::Error::custom("a key that is null")) };
            if !self.names.iter().any(|name| **name == *key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value_seed(Plain)?.map(Cow::into_owned);
            for (name, slot) in self.names.iter().zip(self.values.iter_mut()) {
                if **name == *key {
                    slot.clone_from(&value);
                }
            }
        }
        Ok(())
    }
}

/// A string, number or boolean as text; `None` for null. Borrowed where the input allows.
struct Plain;

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, a boolean or null")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

//! One JSON object a line, by `serde_json`.

use std::borrow::Cow;
use std::fmt;
use std::io::BufRead;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::lines::NumberedLines;
use super::{Batch, Columns, Failure, JOINT, Source, utf8};

pub(super) struct Json<R> {
    input: NumberedLines<R>,
    /// Text columns, the id, others; the id may be missing in a file.
    names: Vec<String>,
    text: usize,
    id_required: bool,
    values: Vec<Option<String>>,
}

pub(super) fn open<R: BufRead>(input: R, columns: &Columns) -> Json<R> {
    let mut names = columns.text.clone();
    names.push(columns.id.clone().unwrap_or_else(|| "id".to_owned()));
    names.extend(columns.others.iter().cloned());
    Json {
        input: NumberedLines::new(input),
        values: vec![None; names.len()],
        text: columns.text.len(),
        id_required: columns.id.is_some(),
        names,
    }
}

impl<R: BufRead> Source for Json<R> {
    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        let Self { input, names, text, id_required, values } = self;
        while batch.len() < limit {
            let Some((number, line)) = input.next()? else { return Ok(false) };
            let line = match line.and_then(utf8) {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => line,
                Err(reason) => {
                    batch.reject(number, reason);
                    continue;
                }
            };
            values.fill(None);
            let mut object = serde_json::Deserializer::from_str(line);
            let read = Fields { names, values }.deserialize(&mut object).and_then(|()| object.end());
            if let Err(error) = read {
                batch.reject(number, format!("not a JSON object of plain values: {error}"));
                continue;
            }
            let (texts, rest) = values.split_at(*text);
            if texts.iter().all(Option::is_none) {
                batch.reject(
                    number,
                    format!("no `{}`: every object must have it", names[..*text].join("` or `")),
                );
                continue;
            }
            if *id_required && rest[0].is_none() {
                batch.reject(number, format!("no `{}`: every object must have it", names[*text]));
                continue;
            }
            for (at, value) in texts.iter().enumerate() {
                if at > 0 {
                    batch.bytes.push_str(JOINT);
                }
                batch.bytes.push_str(value.as_deref().unwrap_or_default());
            }
            batch.end_field();
            match &rest[0] {
                Some(id) => batch.bytes.push_str(id),
                None => batch.bytes.push_str(&number.to_string()),
            }
            batch.end_field();
            for value in &rest[1..] {
                batch.bytes.push_str(value.as_deref().unwrap_or_default());
                batch.end_field();
            }
            batch.end_row(number);
        }
        Ok(true)
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

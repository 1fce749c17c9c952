//! `data/decision.schema.json`: every line of `triage` keeps it, and what breaks it is refused.
#![allow(missing_docs)]

use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use pilah::model::{Columns, Field, Format, Reader};
use pilah::routing::{DECISION_SCHEMA, Instance, Triage, triage_stream};
use serde_json::{Value, json};

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn shipped() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("decision.json", serde_json::from_str(DECISION_SCHEMA).unwrap()).unwrap();
        let index = compiler.compile("decision.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn refuses(&self, line: &Value) -> Option<String> {
        self.schemas.validate(line, self.index).err().map(|error| format!("{error:#}"))
    }
}

/// The lines of `triage` on a file of the repository.
fn lines(file: &str, instance: Option<&str>, columns: &Columns) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let instance = instance
        .map_or_else(|| Ok(Instance::whole_country()), |file| Instance::load(root.join(file)))
        .unwrap();
    let path = root.join(file);
    let mut reader = Reader::open(&path, Format::guess(&path).unwrap(), columns).unwrap();
    let mut out = Vec::new();
    triage_stream(
        || Triage::of(&instance),
        &mut reader,
        &mut out,
        1,
        |batch| {
            assert!(batch.rejects().is_empty());
        },
    )
    .unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_decision_keeps_the_schema() {
    let schema = Schema::shipped();
    let fields =
        |names: &[(Field, &str)]| names.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
    let of = |fields| Columns { text: vec!["text".into()], fields, ..Columns::default() };
    let sample = of(fields(&[
        (Field::Address, "address"),
        (Field::Village, "village"),
        (Field::District, "district"),
        (Field::Region, "regency"),
        (Field::Channel, "channel"),
    ]));
    let golden = of(fields(&[
        (Field::Address, "address"),
        (Field::Village, "village"),
        (Field::District, "district"),
        (Field::Region, "region"),
        (Field::Channel, "channel"),
        (Field::Entry, "entry"),
    ]));
    let mut all = lines("data/sample.jsonl", None, &sample);
    all.extend(lines("tests/golden/decisions.csv", None, &golden));
    all.extend(lines("tests/golden/decisions.csv", Some("data/instances/surabaya.toml"), &golden));
    assert!(all.len() > 480 + 2 * 200, "{}", all.len());
    for line in &all {
        assert_eq!(schema.refuses(line), None, "{line}");
    }
    // What is optional occurs, so that it was tested.
    for key in ["agency", "place"] {
        assert!(all.iter().any(|line| line[key].is_null()) && all.iter().any(|line| !line[key].is_null()));
    }
    for key in ["alternatives", "also", "flags", "missing", "evidence"] {
        assert!(all.iter().any(|line| line[key].as_array().is_some_and(|list| !list.is_empty())), "{key}");
    }
}

#[test]
fn what_breaks_it_is_refused() {
    let schema = Schema::shipped();
    let columns = Columns { text: vec!["text".into()], ..Columns::default() };
    let sound = lines("data/sample.jsonl", None, &columns)
        .into_iter()
        .find(|line| {
            line["agency"].is_object()
                && line["place"]["evidence"][0].is_object()
                && line["evidence"][0].is_object()
                && line.get("units").is_none()
        })
        .unwrap();
    assert_eq!(schema.refuses(&sound), None);
    let changes = [
        ("/action", json!("send")),
        ("/action", json!(null)),
        ("/reason", json!("")),
        ("/id", json!(7)),
        ("/type/label", json!("pengaduan")),
        ("/type/p", json!(1.01)),
        ("/category/p", json!("0.5")),
        ("/agency/id", json!("")),
        ("/function", json!("perhubungan")),
        ("/agency/region", json!("3578")),
        ("/agency/name", json!("")),
        ("/agency", json!({})),
        ("/alternatives", json!(null)),
        ("/also", json!([{"id": "a@00"}])),
        ("/place/region", json!("35.78.08.10")),
        ("/place/evidence/0/source", json!("guess")),
        ("/place", json!("Surabaya")),
        ("/flags", json!(["content-risk:rude"])),
        ("/flags", json!(["urgent", "urgent"])),
        ("/missing", json!(["who"])),
        ("/evidence/0/contribution", json!("1")),
        ("/evidence/0", json!({"words": "jalan"})),
        ("/evidence/0", json!({"words": "jalan", "contribution": 1, "start": 0})),
        ("/model", json!("shipped")),
        ("/score", json!("1")),
    ];
    for (pointer, value) in changes {
        let mut line = sound.clone();
        *line.pointer_mut(pointer).unwrap() = value;
        assert!(schema.refuses(&line).is_some(), "{pointer} in {line}");
    }
    for (pointer, key, value) in [("", "units", json!([])), ("/place", "guess", json!("35.78.08.1002"))] {
        let mut line = sound.clone();
        line.pointer_mut(pointer).unwrap()[key] = value;
        assert!(schema.refuses(&line).is_some(), "{key} in {line}");
    }
    for key in sound.as_object().unwrap().keys() {
        let mut line = sound.clone();
        line.as_object_mut().unwrap().remove(key);
        assert!(schema.refuses(&line).is_some(), "without {key}");
    }
    for pointer in ["", "/type", "/category", "/agency", "/place", "/place/evidence/0"] {
        let mut line = sound.clone();
        line.pointer_mut(pointer).unwrap()["more"] = json!(1);
        assert!(schema.refuses(&line).is_some(), "more in `{pointer}`");
    }
}

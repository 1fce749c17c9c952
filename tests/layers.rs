//! The architecture as a test: which module may import which, where the large dependencies may appear, and a few
//! rules of style that a reader relies on.
//!
//! Every file under `src/` is cut into words; comments, strings and character literals are left out. Paths are
//! followed as the compiler would (`crate::…`, `super::super::…`, `self::…`, nested groups), so it does not matter
//! how an import is written.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "layers/words.rs"]
mod words;

use words::{Word, words};

/// A layer and what it may import besides [`COMMON`], from left to right: a layer imports only what stands to its
/// left.
const LAYERS: [(&str, &[&str]); 16] = [
    ("error", &[]),
    ("complaint", &[]),
    ("text", &[]),
    ("features", &["text"]),
    ("model", &["text", "features"]),
    ("place", &["text"]),
    ("sheet", &[]),
    ("routing", &["text", "model", "place", "sheet"]),
    ("similar", &["text", "features"]),
    ("ledger", &["routing", "similar"]),
    ("index", &["text", "ledger"]),
    ("clock", &["ledger"]),
    ("report", &["sheet", "similar", "ledger", "index", "clock"]),
    ("generate", &["text", "model", "place"]),
    (
        "engine",
        &[
            "text", "features", "model", "place", "routing", "sheet", "similar", "ledger", "index", "clock",
            "report",
        ],
    ),
    (
        "bin",
        &["model", "place", "routing", "similar", "ledger", "index", "sheet", "report", "generate", "engine"],
    ),
];

/// Plain data and the error type: for every layer to their right.
const COMMON: [&str; 2] = ["error", "complaint"];

/// Dependencies that would be hard to replace, and the only layers that know them.
const CONFINED: [(&str, &[&str]); 4] = [
    ("linfa", &["features", "model", "similar"]),
    ("ndarray", &["features", "model", "similar"]),
    ("tantivy", &["index"]),
    ("rusqlite", &["ledger"]),
];

/// Longest file, in lines.
const LONGEST: usize = 420;

#[test]
fn every_file_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        seen += usize::from(name == "src/lib.rs");
        broken.extend(check(&name, &text));
    }
    assert_eq!(seen, 1, "src/lib.rs was not among the files");
    assert!(broken.is_empty(), "{} broken rules:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn each_layer_stands_to_the_right_of_what_it_imports() {
    let place = |name: &str| LAYERS.iter().position(|layer| layer.0 == name).unwrap();
    for (at, (name, imports)) in LAYERS.iter().enumerate() {
        for import in *imports {
            assert!(place(import) < at, "{name} imports {import}");
        }
    }
}

#[test]
fn a_broken_rule_is_caught() {
    let cases = [
        ("src/text/scan.rs", "use crate::features::Key;", "1: `text` imports `features`"),
        ("src/text/scan.rs", "fn f() {\n    crate::model::load();\n}", "2: `text` imports `model`"),
        (
            "src/text/scan.rs",
            "use crate::{\n    error::Error,\n    model::{Head, text},\n};",
            "3: `text` imports `model`",
        ),
        ("src/text/scan.rs", "use super::super::model::Head;", "1: `text` imports `model`"),
        ("src/text/mod.rs", "use super::{features, error};", "1: `text` imports `features`"),
        (
            "src/text/mod.rs",
            "mod a { mod b { use super::super::super::model; } }",
            "1: `text` imports `model`",
        ),
        ("src/model/corpus/json.rs", "use super::super::super::report::Row;", "1: `model` imports `report`"),
        ("src/model/corpus/mod.rs", "use self::super::super::engine::Engine;", "1: `model` imports `engine`"),
        ("src/error.rs", "use super::text::Token;", "1: `error` imports `text`"),
        ("src/error.rs", "use crate::complaint::Id;", "1: `error` imports `complaint`"),
        ("src/place/mod.rs", "use crate::model::Bundle;", "1: `place` imports `model`"),
        ("src/clock.rs", "pub(in crate::index) fn f() {}", "1: `clock` imports `index`"),
        ("src/model/train.rs", "use crate::Bundle;", "1: `crate::Bundle` hides its layer"),
        ("src/model/train.rs", "use crate::*;", "1: `crate::*` hides its layer"),
        ("src/model/train.rs", "use crate as pilah;", "1: `crate` hides its layer"),
        ("src/weather/mod.rs", "", "1: `weather` is no layer"),
        ("src/bin/pilah/main.rs", "use pilah::features::Key;", "1: `bin` imports `features`"),
        ("src/bin/pilah/main.rs", "use pilah::{Error, text::{Token}};", "1: `bin` imports `text`"),
        ("src/bin/pilah/main.rs", "use pilah::*;", "1: `pilah::*` hides its layer"),
        (
            "src/bin/pilah/main.rs",
            "#[path = \"../../text/scan.rs\"]\nmod scan;",
            "1: takes in a file of the library",
        ),
        ("src/bin/pilah/main.rs", "include!(\"../../error.rs\");", "1: takes in a file of the library"),
        ("src/text/scan.rs", "\nuse ndarray::Array1;", "2: `ndarray` outside features, model, similar"),
        ("src/engine/mod.rs", "fn f(doc: tantivy::Document) {}", "1: `tantivy` outside index"),
        ("src/report/mod.rs", "use rusqlite as sql;", "1: `rusqlite` outside ledger"),
        (
            "src/text/scan.rs",
            "use linfa_logistic::Params;",
            "1: `linfa_logistic` outside features, model, similar",
        ),
        ("src/error.rs", "use linfa::Dataset;", "1: `linfa` outside features, model, similar"),
        ("src/lib.rs", "pub use linfa::Dataset;", "1: `linfa` outside features, model, similar"),
        ("src/lib.rs", "pub use tantivy;", "1: `tantivy` outside index"),
        ("src/lib.rs", "pub use model::{Bundle, *};", "1: a glob re-export in lib.rs"),
        ("src/lib.rs", "pub mod text;\npub fn version() {}", "2: a function in lib.rs"),
        ("src/text/scan.rs", "fn f() { g().unwrap() }", "1: `unwrap` outside tests"),
        ("src/text/scan.rs", "fn f() { g()\n.expect(\"x\") }", "2: `expect` outside tests"),
        ("src/text/scan.rs", "fn f() { g().map(Option::unwrap) }", "1: `unwrap` outside tests"),
        (
            "src/text/scan.rs",
            "#[cfg(test)]\nmod tests;\nfn f() { g().unwrap() }",
            "3: `unwrap` outside tests",
        ),
        ("src/text/scan.rs", "#[cfg(test)]\nfn t() {}\nfn f() { g().unwrap() }", "3: `unwrap` outside tests"),
    ];
    for (path, text, expected) in cases {
        let broken = check(path, text);
        assert!(
            broken.len() == 1 && broken[0].starts_with(&format!("{path}:{expected}")),
            "{text}\ngave {broken:?}"
        );
    }
    let long = "\n".repeat(LONGEST + 1);
    assert_eq!(check("src/text/scan.rs", &long), ["src/text/scan.rs:421: 421 lines: split a file at 420"]);
}

#[test]
fn what_is_allowed_passes() {
    let cases = [
        (
            "src/model/train.rs",
            "use crate::{error::{Error, Result}, features::Matrix, text};\nuse super::linear::argmax;",
        ),
        ("src/model/train.rs", "pub(crate) fn f(this: &crate::model::Head) { self::g() }"),
        ("src/model/train.rs", "mod tests { use super::*; use super::super::linear::argmax; }"),
        ("src/text/scan.rs", "//! [`Matrix`](crate::features::Matrix)\n/* /* */ crate::model */ fn f() {}"),
        (
            "src/text/scan.rs",
            "const A: &str = \"crate::model \\\" linfa\"; const B: &str = r#\"\" linfa\"#; const C: u8 = b'\"';",
        ),
        (
            "src/text/scan.rs",
            "fn f<'a>(x: &'a str) -> char { '\\'' }\nconst D: char = '\"';\nconst E: &str = \"linfa\";",
        ),
        ("src/text/scan.rs", "/// ```\n/// x.unwrap();\n/// ```\nfn f() { g().unwrap_or_default() }"),
        (
            "src/text/scan.rs",
            "#[expect(clippy::all)]\nfn f() {}\n#[cfg(test)]\nmod tests { #[test] fn t() { g().unwrap(); } }",
        ),
        ("src/text/tests.rs", "fn t() { g().unwrap(); }"),
        (
            "src/error.rs",
            "impl From<linfa::Error> for Error { fn from(source: linfa::Error) -> Self { g(source) } }",
        ),
        ("src/features/matrix.rs", "use linfa::dataset::Records;\nuse ndarray::Array1;"),
        ("src/engine/mod.rs", "use crate::index::Searcher;\nuse crate::complaint::Id;"),
        (
            "src/bin/pilah/main.rs",
            "use crate::args::Args;\nuse pilah::{Bundle, model::Reader};\nuse pilah::Error;",
        ),
        ("src/lib.rs", "pub use {linfa, ndarray};\npub use ndarray;"),
        ("src/lib.rs", "//! 2 * 3, fn\npub mod text;\npub use text::{Analyzer, Token};"),
    ];
    for (path, text) in cases {
        assert_eq!(check(path, text), [""; 0], "{text}");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            files.push(entry);
        }
    }
}

/// The rules that a file breaks, each as `FILE:LINE: RULE`; `path` counts from the root of the repository.
fn check(path: &str, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut report = |line: usize, rule: String| broken.push(format!("{path}:{line}: {rule}"));
    let lines = text.lines().count();
    if lines > LONGEST {
        report(lines, format!("{lines} lines: split a file at {LONGEST}"));
    }
    let words = words(text);
    let mut module: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    if module.last() == Some(&"mod") {
        module.pop();
    }
    let layer = module[0];
    if layer == "lib" {
        check_front_door(&words, &mut report);
    } else if let Some(imports) = LAYERS.iter().find(|known| known.0 == layer).map(|known| known.1) {
        for (line, target) in imported(&words, &module) {
            check_import(line, layer, imports, target, &mut report);
        }
    } else {
        report(1, format!("`{layer}` is no layer: give it a row in LAYERS of tests/layers.rs"));
    }
    check_confined(&words, path, layer, &mut report);
    if layer == "bin" {
        for pair in words.windows(2) {
            if (pair[0].text, pair[1].text) == ("include", "!")
                || (pair[0].text, pair[1].text) == ("[", "path")
            {
                report(
                    pair[0].line,
                    "takes in a file of the library: the program uses the public crate".to_owned(),
                );
            }
        }
    }
    if module.last() != Some(&"tests") {
        check_unwraps(&words, &mut report);
    }
    broken
}

/// `lib.rs` is a front door: documentation and explicit re-exports.
fn check_front_door(words: &[Word<'_>], report: &mut impl FnMut(usize, String)) {
    let mut in_use = false;
    for word in words {
        match word.text {
            "use" => in_use = true,
            ";" => in_use = false,
            "*" if in_use => {
                report(word.line, "a glob re-export in lib.rs: name what is exported".to_owned());
            }
            "fn" => {
                report(word.line, "a function in lib.rs: it is a front door, logic has a module".to_owned());
            }
            _ => {}
        }
    }
}

fn check_import(
    line: usize,
    layer: &str,
    imports: &[&str],
    target: &str,
    report: &mut impl FnMut(usize, String),
) {
    let place = |name: &str| LAYERS.iter().position(|known| known.0 == name);
    match place(target) {
        Some(_) if target == layer || imports.contains(&target) => {}
        Some(at) if COMMON.contains(&target) && Some(at) < place(layer) => {}
        Some(_) => {
            let common = COMMON.iter().filter(|common| place(common) < place(layer));
            let allowed: Vec<&str> = common.chain(imports).copied().collect();
            report(line, format!("`{layer}` imports `{target}`; it may import: {}", allowed.join(", ")));
        }
        // What the crate gives at its root is what the program is meant to use.
        None if layer == "bin" && target != "*" => {}
        None => {
            let root = if layer == "bin" { "pilah" } else { "crate" };
            let path = if target == "crate" { target.to_owned() } else { format!("{root}::{target}") };
            report(line, format!("`{path}` hides its layer: name the module"));
        }
    }
}

fn check_confined(words: &[Word<'_>], path: &str, layer: &str, report: &mut impl FnMut(usize, String)) {
    for (at, word) in words.iter().enumerate() {
        let same = |name: &str| {
            word.text == name || word.text.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'))
        };
        let Some((_, layers)) = CONFINED.iter().find(|confined| same(confined.0)) else { continue };
        let next = |ahead: usize| words.get(at + ahead).map(|next| next.text);
        // linfa's traits ask that its error converts into ours, and the conversion must stand with our type.
        let conversion = path == "src/error.rs"
            && word.text == "linfa"
            && (next(1), next(2)) == (Some("::"), Some("Error"));
        // Whoever calls the traits needs the versions they belong to: lib.rs hands these two on, whole.
        let handed_on =
            path == "src/lib.rs" && matches!(word.text, "linfa" | "ndarray") && next(1) != Some("::");
        if !layers.contains(&layer) && !conversion && !handed_on {
            report(word.line, format!("`{}` outside {}", word.text, layers.join(", ")));
        }
    }
}

/// No `unwrap` and no `expect`, except in what is only compiled for tests.
fn check_unwraps(words: &[Word<'_>], report: &mut impl FnMut(usize, String)) {
    let is = |at: usize, text: &str| words.get(at).is_some_and(|word| word.text == text);
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        if word.text == "cfg" && is(at + 1, "(") && is(at + 2, "test") && is(at + 3, ")") {
            at = end_of_item(words, at);
        } else {
            let called = at > 0 && (is(at - 1, ".") || is(at - 1, "::"));
            if called && (word.text == "unwrap" || word.text == "expect") {
                report(
                    word.line,
                    format!("`{}` outside tests: return an error or say why it cannot fail", word.text),
                );
            }
            at += 1;
        }
    }
}

/// Behind the item that begins at `at`: behind its `;` or its block, whichever comes first.
fn end_of_item(words: &[Word<'_>], mut at: usize) -> usize {
    let mut depth = 0;
    while at < words.len() {
        match words[at].text {
            ";" if depth == 0 => return at + 1,
            "{" => depth += 1,
            "}" if depth <= 1 => return at + 1,
            "}" => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The first module of every path into the crate, with its line, of a file that is `module`; for a file of the
/// program, of every path into `pilah`.
fn imported<'t>(words: &[Word<'t>], module: &[&'t str]) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let is = |at: usize, text: &str| words.get(at).is_some_and(|word| word.text == text);
    let program = module[0] == "bin";
    let mut module = module.to_vec();
    // Blocks of the file that are open, and how many modules each adds.
    let mut blocks: Vec<usize> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let begins = at == 0 || !is(at - 1, "::");
        let goes_on = is(at + 1, "::");
        match word.text {
            "{" => {
                let opens = at >= 2 && is(at - 2, "mod");
                if opens {
                    module.push(words[at - 1].text);
                }
                blocks.push(usize::from(opens));
            }
            "}" => {
                let added = blocks.pop().unwrap_or_default();
                module.truncate(module.len() - added);
            }
            "pilah" if program && begins && goes_on => follow(words, at + 2, Vec::new(), &mut found),
            _ if program => {}
            "crate" if goes_on => follow(words, at + 2, Vec::new(), &mut found),
            // `pub(crate)` names no path.
            "crate" if !is(at + 1, ")") => found.push((word.line, "crate")),
            "super" | "self" if begins && goes_on => follow(words, at, module.clone(), &mut found),
            _ => {}
        }
    }
    found
}

/// Follows a path, or a group of paths, that stands in `module`, and adds the first module of each.
fn follow<'t>(words: &[Word<'t>], at: usize, mut module: Vec<&'t str>, found: &mut Vec<(usize, &'t str)>) {
    let Some(word) = words.get(at) else { return };
    match word.text {
        "super" | "self" => {
            if word.text == "super" {
                module.pop();
            }
            if words.get(at + 1).is_some_and(|next| next.text == "::") {
                follow(words, at + 2, module, found);
            } else {
                found.push((word.line, module.first().copied().unwrap_or("crate")));
            }
        }
        "{" => {
            let mut depth = 0;
            for (at, word) in words.iter().enumerate().skip(at) {
                match word.text {
                    "{" => depth += 1,
                    "}" if depth == 1 => break,
                    "}" => depth -= 1,
                    _ => {}
                }
                let begins = depth == 1 && matches!(word.text, "{" | ",");
                if begins && words.get(at + 1).is_some_and(|next| next.text != "}") {
                    follow(words, at + 1, module.clone(), found);
                }
            }
        }
        name => found.push((word.line, module.first().copied().unwrap_or(name))),
    }
}

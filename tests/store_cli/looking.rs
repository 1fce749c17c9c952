//! Searching, wrong use, and what must not be told.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{check, json, run, store, words};

#[test]
fn searching_and_watching() {
    let (_directory, folder) = store();
    let found = json(&check(&folder, "search jalan --json --facet status,month --limit 1", 0, &[]));
    assert_eq!((&found["total"], found["complaints"].as_array().unwrap().len()), (&3.into(), 1));
    assert_eq!(found["facets"]["month"], serde_json::json!([["2024-09", 3]]));
    let next = found["next"].as_str().unwrap();
    let more = json(&check(&folder, &format!("search jalan --json --after {next}"), 0, &[]));
    assert_eq!((&more["total"], more["complaints"].as_array().unwrap().len()), (&3.into(), 2));
    assert!(check(&folder, "search 'gang -lampu'", 0, &[]).contains("0 found"));
    assert!(
        check(&folder, "search --since 2024-09-24 --until 2024-09-25 --region 35.78", 0, &[])
            .contains("2 found")
    );
    assert!(check(&folder, "search lampu", 0, &[]).contains("[Lampu] jalan di gang"));

    check(&folder, "watch pju 'lampu status:new -(padam OR \"lampu merah\")'", 0, &[]);
    let kept = check(&folder, "watch", 0, &[]);
    assert!(kept.starts_with("pju: "), "{kept}");
    assert!(kept.contains(&check(&folder, "watch pju", 0, &[])));
    check(&folder, "watch tidak-ada", 1, &["tidak-ada"]);
    check(&folder, "watch tidak-ada --remove", 1, &["tidak-ada"]);
    check(&folder, "watch pju --remove", 0, &[]);
    assert_eq!(check(&folder, "watch", 0, &[]), "");
}

#[test]
fn wrong_use_names_the_value() {
    let (_directory, folder) = store();
    let one = "sp4n:8000001";
    for (line, value) in [
        ("correct ID --agency jalan@35.78", "jalan"),
        ("correct ID --agency 'Dinas Antah Berantah'", "Dinas Antah Berantah"),
        ("correct ID --function jalan", "jalan"),
        ("correct ID --category Entah", "Entah"),
        ("correct ID --type entah", "entah"),
        ("correct ID --region 99.99", "99.99"),
        ("correct ID --region Mojo", "Mojo"),
        ("correct ID --action entah", "entah"),
        ("correct ID", "nothing to correct"),
        ("status ID entah", "entah"),
        ("status ID closed --at kemarin", "kemarin"),
        ("assign ID entah", "entah"),
        ("assign ID perhubungan@99", "99"),
        ("bounce ID --agency entah", "entah"),
        ("note ID ' '", "empty note"),
        ("link ID ' '", "is empty"),
        ("link ID ID", "its own id"),
        ("search status:entah", "entah"),
        ("search --status entah", "entah"),
        ("search --type entah", "entah"),
        ("search --region Mojo", "Mojo"),
        ("search --since kemarin", "kemarin"),
        ("search --after entah", "entah"),
        ("search --facet entah", "entah"),
        ("search '(lampu'", "("),
        ("search warna:merah", "warna"),
        ("watch nama '(lampu'", "("),
        ("ingest --input ekspor.csv --within Mojo", "Mojo"),
        ("ingest --input ekspor.csv --durability selamanya", "selamanya"),
        ("ingest --input ekspor.csv --format sp4n --system 'a\u{7}b'", ""),
    ] {
        let ran = run(&folder, &words(&format!("{} --store store", line.replace("ID", one))), "");
        let code = if line.contains('\u{7}') { 3 } else { 2 };
        assert_eq!(ran.code, Some(code), "{line}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(value), "`{line}` does not name `{value}`: {}", ran.err);
    }
    for line in ["status", "note", "link", "assign", "bounce", "correct"] {
        let rest = match line {
            "status" => "closed",
            "note" | "link" => "lain",
            "assign" => "perhubungan@35.78",
            "correct" => "--function perhubungan",
            _ => "",
        };
        check(&folder, &format!("{line} tidak-ada {rest}"), 1, &["no complaint `tidak-ada`"]);
    }
    let out = check(&folder, &format!("get tidak-ada {one} juga-tidak"), 1, &["`tidak-ada`, `juga-tidak`"]);
    assert_eq!(json(&out)["id"], one);
    let elsewhere = run(&folder, &words("get --store lain 1"), "");
    assert_eq!(elsewhere.code, Some(1));
    assert!(
        elsewhere.err.contains("no store in `lain`: `pilah ingest --store lain --input FILE` makes one"),
        "{}",
        elsewhere.err
    );
    assert!(!folder.join("lain").exists());
    // None of it left anything.
    assert_eq!(json(&check(&folder, "stats --json", 0, &[]))["events"], 1);
    check(&folder, "verify", 0, &[]);
}

#[test]
fn what_is_confidential_stays_so() {
    let (_directory, folder) = store();
    let three = "sp4n:8000003";
    check(&folder, &format!("note {three} 'Saksi kepingting bersedia bicara'"), 0, &[]);
    let shut = check(&folder, &format!("get {three}"), 0, &[]);
    assert!(!shut.contains("kepingting"), "{shut}");
    let dossier = json(&shut);
    assert_eq!(
        (&dossier["confidential"], &dossier["text"], &dossier["decision"]),
        (&true.into(), &Value::Null, &Value::Null)
    );
    assert!(check(&folder, &format!("get {three} --confidential"), 0, &[]).contains("loket kepingting"));
    for query in ["kepingting", "loket", "id:sp4n:8000003"] {
        let found = json(&check(&folder, &format!("search {query} --json"), 0, &[]));
        assert_eq!(found["total"], 0, "{query}");
    }
    let all = check(&folder, "search --json", 0, &[]);
    assert!(!all.contains("kepingting"), "{all}");
    assert_eq!(json(&all)["total"], 4);
    let (backup, _) = (check(&folder, "backup --to salinan", 0, &[]), check(&folder, "rebuild", 0, &[]));
    assert_eq!(backup, "copied to salinan\n");
    // Reporters are nowhere, not even in what was deleted; what is confidential is not in the index.
    for (below, hidden) in [
        ("store", "Wira Contoh"),
        ("store", "Ratna Misal"),
        ("salinan", "Ratna Misal"),
        ("store/index", "kepingting"),
    ] {
        assert!(!holds(&folder.join(below), hidden), "`{hidden}` stands in `{below}`");
    }
    assert!(holds(&folder.join("store"), "loket kepingting"), "the search above finds nothing anywhere");
}

/// Whether a file of a folder has this text, in any case.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let lower = |bytes: &[u8]| bytes.to_ascii_lowercase();
        let within =
            |bytes: Vec<u8>| lower(&bytes).windows(text.len()).any(|part| part == lower(text.as_bytes()));
        if path.is_dir() { holds(&path, text) } else { within(fs::read(&path).unwrap()) }
    })
}

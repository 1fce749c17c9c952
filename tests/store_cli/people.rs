//! What people decide, and other systems.

use std::fs;

use super::{EXPORT, INGEST, check, folder, get, store};

#[test]
fn what_people_decide() {
    let (_directory, folder) = store();
    let one = "sp4n:8000001";
    let out = check(
        &folder,
        &format!("correct {one} --agency perhubungan@35.78 --region 35.78.08 --by admin"),
        0,
        &[],
    );
    assert!(out.starts_with("sp4n:8000001: recorded at place "), "{out}");
    check(
        &folder,
        &format!("status {one} 'sedang diproses' --by dishub --at 2024-10-01T09:00:00+07:00"),
        0,
        &[],
    );
    let dossier = get(&folder, one);
    // What was ingested as closed is later than a status of long ago.
    assert_eq!((&dossier["status"], &dossier["corrected"]), (&"closed".into(), &true.into()));
    assert_eq!(
        (&dossier["agency"]["id"], &dossier["region"]),
        (&"perhubungan@35.78".into(), &"35.78.08".into())
    );
    assert_eq!(dossier["agency"]["name"], "Dinas Perhubungan Kota Surabaya");

    let again = format!("note {one} 'Pelapor menelepon lagi' --by loket --at 2024-10-02T09:00:00.123456789Z");
    check(&folder, &again, 0, &[]);
    assert!(check(&folder, &again, 0, &[]).ends_with(", known already\n"));

    let two = "sp4n:8000002";
    check(&folder, &format!("assign {two} 'Dinas Perhubungan Kota Surabaya'"), 0, &[]);
    assert_eq!(get(&folder, two)["status"], "assigned");
    check(&folder, &format!("bounce {two} --reason 'bukan kami'"), 0, &[]);
    let dossier = get(&folder, two);
    assert_eq!(dossier["status"], "bounced");
    assert_ne!(dossier["agency"]["id"], "perhubungan@35.78");

    check(&folder, &format!("link {one} kota:77"), 0, &[]);
    let dossier = get(&folder, "kota:77");
    assert_eq!(dossier["ids"], serde_json::json!(["kota:77", "sp4n:8000001"]));
    let facts: Vec<&str> = dossier["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"]["fact"].as_str().unwrap())
        .collect();
    assert_eq!(facts, ["status", "corrected", "status", "note", "same"]);

    // People win: what is ingested again or changes undoes no correction.
    fs::write(folder.join("ekspor.csv"), EXPORT.replace("sejak Senin", "sejak Rabu")).unwrap();
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, one)["agency"]["id"], "perhubungan@35.78");
    check(&folder, "verify", 0, &[]);
}

#[test]
fn another_systems_events_are_taken_over() {
    let (_directory, folder) = folder();
    let events = concat!(
        r#"{"id":"sp4n:8000001","at":"2024-10-01T09:00:00+07:00","by":"sp4n","fact":"status","status":"verified"}"#,
        "\n\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-01T09:00:00+07:00","fact":"same","other":"kota:5"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-02T09:00:00.5Z","fact":"assigned","agency":{"id":"kebersihan@35.78"}}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"note","text":"  "}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"kemarin","fact":"note","text":"?"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"status","status":"entah"}"#,
        "\n",
        r#"{"id":"sp4n:8000002","at":"2024-10-03T09:00:00Z","fact":"corrected","agency":{"id":""}}"#,
        "\n",
    );
    fs::write(folder.join("kejadian.jsonl"), [events.as_bytes(), b"\xFF\xFE\n"].concat()).unwrap();
    let line = "sync --input kejadian.jsonl";
    let wrong = ["kejadian.jsonl:5: ", "empty note", "kejadian.jsonl:6: ", ":7: ", "entah", ":8: ", ":9: "];
    // Before their complaints.
    assert_eq!(check(&folder, line, 3, &wrong), "3 new, 0 known, 5 rejected\n");
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(check(&folder, line, 3, &wrong), "0 new, 3 known, 5 rejected\n");
    let dossier = get(&folder, "kota:5");
    assert_eq!(
        (&dossier["status"], &dossier["agency"]["id"]),
        (&"assigned".into(), &"kebersihan@35.78".into())
    );
    assert_eq!(dossier["ids"], serde_json::json!(["kota:5", "sp4n:8000002"]));
    check(&folder, "verify", 0, &[]);
}

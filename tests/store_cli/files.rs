//! Files into a store.

use std::fs;

use super::{EXPORT, INGEST, check, folder, get, json, run, store, words};

#[test]
fn a_file_is_kept_once() {
    let (_directory, folder) = store();
    let ids = "sp4n:8000001\nsp4n:8000002\nsp4n:8000003\nsp4n:8000004\n";
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), ids);
    let before = check(&folder, "stats --json", 0, &[]);
    let out = check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(out, "0 new, 0 changed, 4 known, 0 rejected\n");
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), ids.repeat(2));
    let (before, after) = (json(&before), json(&check(&folder, "stats --json", 0, &[])));
    for key in ["complaints", "versions", "decisions", "events", "last", "indexed"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!((&after["complaints"], &after["versions"]), (&4.into(), &4.into()));
    assert!(after["bytes"].as_u64().unwrap() > 0);

    fs::write(folder.join("ekspor.csv"), EXPORT.replace("sejak Senin malam", "sejak Selasa malam")).unwrap();
    assert_eq!(check(&folder, INGEST, 0, &["no status"]), "0 new, 1 changed, 3 known, 0 rejected\n");
    let dossier = get(&folder, "sp4n:8000001");
    assert_eq!((&dossier["versions"], &dossier["status"]), (&2.into(), &"closed".into()));
    assert!(dossier["text"].as_str().unwrap().contains("Selasa"));
    assert_eq!(check(&folder, "verify", 0, &[]), "4 complaints in the ledger, 4 in the index: all is well\n");
}

/// An export of last week, read again today, once opened what had been closed.
#[test]
fn an_old_file_takes_nothing_back() {
    let (_directory, folder) = store();
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "closed");
    check(&folder, "status sp4n:8000001 in_progress --by dishub", 0, &[]);
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "in_progress");
    fs::write(folder.join("ekspor.csv"), EXPORT.replace("Ditutup oleh Admin", "Diarsipkan")).unwrap();
    check(&folder, INGEST, 0, &["no status"]);
    assert_eq!(get(&folder, "sp4n:8000001")["status"], "archived");
}

/// Of two rows with one id in one file the later one counts, however they fall into commits; all of it again adds nothing.
#[test]
fn the_later_row_of_an_id_counts() {
    let (_directory, folder) = folder();
    let texts = ["Lampu mati", "Lampu menyala lagi", "Lampu mati lagi", "Lampu roboh"];
    let statuses = ["baru", "proses", "disposisi", "selesai"];
    for (at, text) in texts.iter().enumerate() {
        let rows = texts[..=at].iter().zip(statuses);
        let rows: Vec<String> = rows.map(|(text, status)| format!("{at},{text},{status}")).collect();
        fs::write(folder.join("a.csv"), format!("id,isi,status\n{}\n", rows.join("\n"))).unwrap();
        check(&folder, "ingest --input a.csv --text isi --status status", 0, &[]);
        let dossier = get(&folder, &at.to_string());
        assert_eq!((&dossier["text"], &dossier["versions"]), (&(*text).into(), &(at + 1).into()));
        let status = ["new", "in_progress", "assigned", "closed"][at];
        assert_eq!(dossier["status"], status);
    }
    check(&folder, "verify", 0, &[]);
}

#[test]
fn rows_without_ids_and_rejected_rows() {
    let (_directory, folder) = folder();
    fs::write(folder.join("a.csv"), "isi\nLampu mati\nJalan rusak\n").unwrap();
    fs::write(folder.join("b.csv"), "isi\nSampah menumpuk\n").unwrap();
    check(&folder, "ingest --input a.csv b.csv --text isi --acks acks", 0, &[]);
    assert_eq!(fs::read_to_string(folder.join("acks")).unwrap(), "a.csv:2\na.csv:3\nb.csv:2\n");
    // Standard input has no name to tell its rows from others'.
    let ran =
        run(&folder, &words("ingest --store store --input - --format csv --text isi"), "isi\nAir keruh\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), "0 new, 0 changed, 0 known, 1 rejected\n"));
    assert!(ran.err.contains("<stdin>:2: the row has no id"), "{}", ran.err);

    let long = "9".repeat(300);
    fs::write(
        folder.join("c.csv"),
        format!("id,isi\n1,Lampu mati\n,Tanpa nomor\n{long},Terlalu panjang\n2,\"rusak\n"),
    )
    .unwrap();
    let ran = check(
        &folder,
        "ingest --input c.csv --text isi --acks acks2 --rejects buang --json",
        3,
        &["c.csv:4: the id `999"],
    );
    assert_eq!(json(&ran)["new"], fs::read_to_string(folder.join("acks2")).unwrap().lines().count());
    let rejects = fs::read_to_string(folder.join("buang")).unwrap();
    assert!(rejects.contains("c.csv:4: the id"), "{rejects}");
    // One that has no number of its own goes by its line.
    assert!(fs::read_to_string(folder.join("acks2")).unwrap().contains("c.csv:3\n"));
    assert_eq!(json(&ran)["rejected"], rejects.lines().count());
}

/// Half a line of a run that was cut short is no id.
#[test]
fn acks_begin_on_a_line_of_their_own() {
    let (_directory, folder) = folder();
    for (before, after) in
        [("sp4n:1\nsp4n:80", "sp4n:1\n"), ("sp4n:80", ""), ("sp4n:1\n", "sp4n:1\n"), ("", "")]
    {
        fs::write(folder.join("acks"), before).unwrap();
        check(&folder, INGEST, 0, &["no status"]);
        let acks = fs::read_to_string(folder.join("acks")).unwrap();
        assert_eq!(acks.strip_prefix(after).unwrap().lines().count(), 4, "{acks}");
    }
}

/// A complaint that has no date is one of the moment it is kept: nobody may find that out later.
#[test]
fn a_date_that_is_none_is_said() {
    let (_directory, folder) = folder();
    fs::write(folder.join("a.csv"), "id,isi,tanggal\n1,Lampu mati,23/09/2024\n2,Jalan rusak,kemarin sore\n")
        .unwrap();
    let says = "a.csv:3: warning: `kemarin sore` is no date";
    check(&folder, "ingest --input a.csv --text isi --date tanggal", 0, &[says]);
    assert_eq!(get(&folder, "1")["received"], "2024-09-23T00:00:00");
}

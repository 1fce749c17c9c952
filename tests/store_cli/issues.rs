//! Who said the same, and what keeps coming back.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::{check, folder, run, words};

const REPORTS: &str = "id,text,address,village,district,region,date,reporter
a1,Lampu penerangan jalan di depan balai RW 3 padam sejak Senin dan jalan gelap sekali,Jalan Mojo Kidul 12,Mojo,Gubeng,35.78,2024-05-01,Wira Contoh
a2,Lampu penerangan jalan di depan balai RW 3 padam sejak Senin dan jalan gelap sekali,Jalan Mojo Kidul 12,Mojo,Gubeng,35.78,2024-05-02,Wira Contoh
a3,Lampu penerangan jalan di depan balai RW 3 padam sejak Senin dan jalan gelap sekali,Jalan Mojo Kidul 12,Mojo,Gubeng,35.78,2024-05-05,Ratna Misal
b1,Tumpukan sampah di samping pasar Kenanga belum diangkut dan berbau busuk,Pasar Kenanga,Mojo,Gubeng,35.78,2024-05-03,
20411,Air keran di rumah kami keruh dan berbau,Jalan Contoh 5,,,,2024-05-04,
b2,\"Laporan nomor a1 tidak ada, tetapi tiket 20411 belum dijawab\",,,,,2024-05-09,
";

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn who_said_the_same() {
    let (_directory, folder) = folder();
    fs::write(folder.join("laporan.csv"), REPORTS).unwrap();
    let ingest = "ingest --input laporan.csv --text text --address address --village village --district district \
                  --region region --date date --reporter reporter";
    check(&folder, ingest, 0, &[]);

    let found = lines(&check(&folder, "similar a3 --json", 0, &[]));
    let of: BTreeMap<&str, &str> =
        found.iter().map(|one| (one["id"].as_str().unwrap(), one["relation"].as_str().unwrap())).collect();
    assert_eq!(of, BTreeMap::from([("a1", "duplicate"), ("a2", "duplicate")]));
    for one in &found {
        let why = one["evidence"].as_array().unwrap();
        let days = if one["id"] == "a2" { "selisih 3 hari" } else { "selisih 4 hari" };
        assert!(why.contains(&"teks sama".into()) && why.contains(&days.into()), "{why:?}");
    }
    let cites = lines(&check(&folder, "similar b2 --json", 0, &[]));
    assert_eq!((&cites[0]["id"], &cites[0]["relation"]), (&"20411".into(), &"follow_up".into()));
    check(&folder, "similar z9", 1, &["no complaint `z9`"]);
    let line = "similar - --store store --address 'Jalan Mojo Kidul 12' --village Mojo --json";
    let ran =
        run(&folder, &words(line), "lampu penerangan jalan di depan balai RW 3 padam dan jalan gelap sekali");
    assert_eq!(
        (ran.code, lines(&ran.out)[0]["relation"].as_str().unwrap() == "unrelated"),
        (Some(0), false),
        "{}",
        ran.err
    );

    let clusters = lines(&check(&folder, "clusters --json", 0, &[]));
    assert_eq!(clusters.len(), 1);
    let issue = &clusters[0];
    assert_eq!(issue["members"], serde_json::json!(["a1", "a2", "a3"]));
    assert_eq!((&issue["size"], &issue["reporters"], &issue["days"]), (&3.into(), &2.into(), &3.into()));
    assert_eq!(
        (&issue["first"], &issue["last"]),
        (&"2024-05-01T00:00:00".into(), &"2024-05-05T00:00:00".into())
    );
    assert_eq!(issue["by_relation"], serde_json::json!({"first": ["a1"], "duplicate": ["a2", "a3"]}));
    assert_eq!(issue["timeline"], serde_json::json!({"2024-05": 3}));
    let id = issue["id"].clone();
    assert!(!check(&folder, "clusters", 0, &[]).contains("Wira"));
    for (filter, count) in [
        ("--region 35.78", 1),
        ("--region 35.7", 0),
        ("--min-size 4", 0),
        ("--min-reporters 3", 0),
        ("--since 2024-05-06", 0),
        ("--until 2024-05-06 --function perhubungan", 1),
        ("--relapsed", 0),
    ] {
        assert_eq!(
            lines(&check(&folder, &format!("clusters --json {filter}"), 0, &[])).len(),
            count,
            "{filter}"
        );
    }

    check(&folder, "split a3 --by admin", 0, &[]);
    check(&folder, "merge b1 a3 --by admin", 0, &[]);
    check(&folder, "merge b1 z9", 1, &["no complaint `z9`"]);
    check(&folder, "merge b1 b1", 2, &["one issue with itself"]);
    check(&folder, "pin a1", 0, &[]);
    let members = || -> Vec<(Value, Value, Value)> {
        let clusters = lines(&check(&folder, "clusters --json", 0, &[]));
        clusters
            .into_iter()
            .map(|one| (one["id"].clone(), one["members"].clone(), one["pinned"].clone()))
            .collect()
    };
    let told = members();
    assert!(told.contains(&(id, serde_json::json!(["a1", "a2"]), true.into())), "{told:?}");
    assert!(told.iter().any(|(_, of, _)| *of == serde_json::json!(["b1", "a3"])), "{told:?}");
    check(&folder, ingest, 0, &[]);
    check(&folder, "rebuild", 0, &[]);
    assert_eq!(members(), told);
    check(&folder, "verify", 0, &[]);
}

const PAIRS: &str = "pair,text_a,text_b,alamat_a,alamat_b,kel_a,kel_b,tanggal_a,tanggal_b
p1,Lampu penerangan jalan di depan balai RW 3 padam dan gelap sekali,Lampu penerangan jalan di depan balai RW 3 padam dan gelap sekali,Jalan Mojo Kidul 12,Jalan Mojo Kidul 12,Mojo,Mojo,2024-05-01,2024-05-03 10:00
p2,Lampu penerangan jalan di depan balai RW 3 padam,Antrean di loket puskesmas sangat lama,Jalan Mojo Kidul 12,Puskesmas Kenanga,Mojo,Kenanga,2024-05-01,2024-05-03
p3,Lampu padam,Lampu padam,,,,,kemarin,2024-05-03
p4,Lampu padam,,,,,,,
";

#[test]
fn pairs_of_texts_are_related() {
    let (_directory, folder) = folder();
    fs::write(folder.join("pairs.csv"), PAIRS).unwrap();
    let ran = run(&folder, &words("relate --input pairs.csv --rejects salah.txt"), "");
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    for expected in ["1 pairs have a date that cannot be read", "pairs.csv:5: a text is empty"] {
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(folder.join("salah.txt")).unwrap().lines().count(), 1);
    let found = lines(&ran.out);
    let [same, other, undated] = found.as_slice() else { panic!("{}", ran.out) };
    assert_eq!((&same["pair"], &same["relation"]), (&"p1".into(), &"duplicate".into()));
    assert!(same["p_same_issue"].as_f64().unwrap() > 0.9);
    let why = same["evidence"].as_array().unwrap();
    assert!(why.contains(&"teks sama".into()) && why.contains(&"selisih 2 hari".into()), "{why:?}");
    assert_eq!((&other["pair"], &other["relation"]), (&"p2".into(), &"unrelated".into()));
    assert_eq!((&undated["pair"], &undated["evidence"][0]), (&"p3".into(), &"teks sama".into()));

    // Of what is not there nothing is assumed; a pair without a name is called after its line.
    let bare = r#"{"text_a": "Lampu jalan padam", "text_b": "Lampu jalan padam", "village_a": "Mojo"}"#;
    let ran = run(&folder, &words("relate --input - --format jsonl --out hasil.jsonl"), bare);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    let found = lines(&fs::read_to_string(folder.join("hasil.jsonl")).unwrap());
    assert_eq!((found.len(), &found[0]["pair"]), (1, &"1".into()));

    let ran = run(&folder, &words("relate --input - --format csv"), "text_a,isi\na,b\n");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("no column `text_b`") && ran.err.contains("isi"), "{}", ran.err);
    let ran = run(&folder, &words("relate --input pairs.csv --model pairs.csv"), "");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("no relation model"), "{}", ran.err);
}

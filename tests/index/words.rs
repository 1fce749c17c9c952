//! What words find, what they never find, and what is alike.

use pilah::ErrorKind;
use pilah::index::{Query, Wording};

use super::store::{Store, numbers, query, record};

const NONE: [u64; 0] = [];

#[test]
fn slang_and_forms_find_each_other() {
    let texts = ["Lampunya mati di jln Melati", "Perbaikan lampu jalan lambat", "anak2 jatuh, tksh"];
    let store =
        Store::of((1..).zip(texts).map(|(number, text)| record(number, text, number as i32)).collect());
    for (asked, expected) in [
        ("lampu", &[2, 1][..]),
        ("jalan lampu", &[2, 1]),
        ("\"lampu jalan\"", &[2]),
        ("diperbaiki", &[2]),
        ("\"jln melati\"", &[1]),
        ("anak", &[3]),
        ("terima kasih", &[3]),
        ("\"terima kasih\"", &[3]),
        ("jln -melati", &[2]),
        ("-lampu", &[3]),
        ("anak OR lambat", &[3, 2]),
        ("id:sp4n:2", &[2]),
        ("id:\"surat 2\"", &[2]),
        ("number:3", &[3]),
        ("agency:perhubungan@35.01", &[1]),
    ] {
        assert_eq!(numbers(&store.index, asked), expected, "{asked}");
    }
}

#[test]
fn confidential_complaints_are_counted_and_never_found_by_what_they_say() {
    let mut secret = record(1, "Suap di loket . Petugas minta uang 4321", 0);
    secret.said.address = "Jalan Melati 7".into();
    secret.said.confidential = true;
    secret.state.confidential = true;
    secret.state.function = "inspektorat".into();
    // A version that is confidential is so whatever the state says, and the other way round.
    let (mut by_version, mut by_state) = (secret.clone(), secret.clone());
    (by_version.number, by_version.state.confidential) = (2, false);
    (by_state.number, by_state.said.confidential) = (3, false);
    let store = Store::of(vec![secret, by_version, by_state]);
    for asked in [
        "suap",
        "title:suap",
        "petugas",
        "4321",
        "address:melati",
        "\"minta uang\"",
        "id:sp4n:1",
        "id:\"surat 1\"",
    ] {
        assert_eq!(numbers(&store.index, asked), NONE, "{asked}");
    }
    assert_eq!(numbers(&store.index, "function:inspektorat"), [3, 2, 1]);
    assert_eq!(numbers(&store.index, "confidential:yes"), [3, 1]);
    let searcher = store.index.searcher().unwrap();
    assert_eq!(searcher.similar("Petugas minta uang di loket", &Query::everything(), 9).unwrap(), []);
    // Nor does any file hold a word of it.
    for entry in std::fs::read_dir(store.dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for word in ["suap", "Suap", "uang", "melati", "4321", "sp4n"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
    }
}

#[test]
fn what_is_masked_is_never_found_and_keeps_its_place() {
    let text = "Hubungi 0812-0000-0000 atau warga@contoh.id, NIK 3578000101900001, lihat https://contoh.id/x";
    let store = Store::of(vec![record(1, text, 0)]);
    for asked in [
        "0812-0000-0000",
        "081200000000",
        "warga@contoh.id",
        "3578000101900001",
        "contoh",
        "\"hubungi atau\"",
    ] {
        assert_eq!(numbers(&store.index, asked), NONE, "{asked}");
    }
    assert_eq!(
        numbers(&store.index, "\"hubungi 0811-1111-1111 atau\""),
        [1],
        "any number stands in that place"
    );
}

#[test]
fn errors_of_queries_name_what_is_allowed() {
    for (text, part) in [
        ("colour:red", "function, category, agency"),
        ("status:lost", "bukan wewenang"),
        ("channel:pigeon", "whatsapp"),
        ("type:rant", "aspirasi"),
        ("action:ignore", "out_of_scope"),
        ("region:surabaya", "35.78"),
        ("region:357", "35.78"),
        ("month:2023", "2023-01"),
        ("received:2023", "2023-01-01..2023-02-01"),
        ("received:2023-02-01..2023-01-01", "earlier"),
        ("since:yesterday", "2023-01-31"),
        ("corrected:maybe", "`yes` or `no`"),
        ("number:x", "whole number"),
        ("title:\"!\"", "words"),
        ("(a b", "not closed"),
        ("a) b", "closes nothing"),
        ("\"a b", "quotation mark"),
        ("a OR", "both sides"),
        ("OR a", "both sides"),
    ] {
        let error = text.parse::<Query>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter, "{text}");
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
    for text in ["(".repeat(500), "-".repeat(500) + "a", "a ".repeat(2000), "a".repeat(40_000)] {
        assert_eq!(text.parse::<Query>().unwrap_err().kind(), ErrorKind::Parameter);
    }
}

#[test]
fn builders_say_what_texts_say() {
    let time = |text: &str| text.parse().unwrap();
    let built = Query::words("lampu mati - !")
        .and(!Query::words("banjir"))
        .region("3578")
        .unwrap()
        .filter("status", "baru")
        .unwrap()
        .since(time("2023-01-01T00:00"))
        .until(time("2023-02-01T10:30"));
    assert_eq!(
        built.to_string(),
        "lampu mati -banjir region:35.78 status:new since:2023-01-01 until:2023-02-01T10:30:00"
    );
    assert_eq!(query(&built.to_string()), built);
    assert_eq!(query("a OR b c"), query("(a OR b) c"));
    assert_eq!(query("  rusak () 🙏 … - "), query("rusak"));
    assert_eq!(query(""), Query::everything());
    assert_eq!(query("http://contoh.id/x").to_string(), "\"http://contoh.id/x\"");
    let record = record(1, "lampu mati", 0);
    assert!(query("lampu").matches(&record, &Wording::indonesian()));
}

#[test]
fn alike_is_what_shares_rare_words() {
    let mut records: Vec<_> =
        (1..40).map(|number| record(number, "mohon jalan di depan rumah segera diperbaiki", 0)).collect();
    records.push(record(40, "ular piton masuk kolam renang sekolah", 0));
    records.push(record(41, "kolam renang sekolah kotor, ada ular", 0));
    records.push(record(42, "kolam ikan", 0));
    let store = Store::of(records);
    let searcher = store.index.searcher().unwrap();
    let alike = |text: &str, within: &str| -> Vec<u64> {
        let hits = searcher.similar(text, &query(within), 5).unwrap();
        hits.iter().map(|hit| hit.number).collect()
    };
    let text = "Mohon ular di kolam renang sekolah segera diambil";
    assert_eq!(alike(text, "")[..2], [41, 40]);
    assert_eq!(alike(text, "-piton number:41 OR number:40"), [41]);
    assert_eq!(alike("tidak ada satu kata xyzzy", ""), [41]);
    assert_eq!(alike("", ""), NONE);
    assert_eq!(alike("0812-0000-0000", ""), NONE);
}

//! The directory of offices: parents, names, units, and the check of instances.
#![allow(missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use allocation_counter::measure;
use pilah::place::{Gazetteer, Level, RegionCode};
use pilah::routing::{Directory, Instance, Listed, Unit, Units};
use pilah::text::{Analyzer, Tokens};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tempfile::TempDir;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn surabaya() -> Instance {
    Instance::load(root("data/instances/surabaya.toml")).unwrap()
}

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

fn functions() -> Vec<String> {
    let mut table = csv::Reader::from_path(root("data/routing/offices.csv")).unwrap();
    let functions: BTreeSet<String> =
        table.records().map(|row| row.unwrap().get(0).unwrap().to_owned()).collect();
    functions.into_iter().collect()
}

fn analyzed(text: &str) -> Tokens {
    let mut tokens = Tokens::new();
    Analyzer::indonesian().analyze(text, &mut tokens);
    tokens
}

/// The units that a text names, one list for each mention.
fn units(directory: &Directory, text: &str, place: Option<&str>) -> Vec<Vec<Unit>> {
    let mentions = directory.units().find(&analyzed(text));
    mentions.iter().map(|mention| directory.units_of(mention, place.map(code))).collect()
}

#[track_caller]
fn check_units(directory: &Directory, text: &str, expected: &[&[&str]]) {
    let found = units(directory, text, None);
    let ids: Vec<Vec<&str>> =
        found.iter().map(|units| units.iter().map(|unit| unit.id.as_str()).collect()).collect();
    assert_eq!(ids, expected, "in {text:?}");
}

/// Instance files in a folder of their own.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn every_office_answers_to_another_up_to_one_top() {
    let directory = Directory::shipped();
    let above = |function: &str, region: &str| -> Vec<String> {
        let office = directory.office(function, code(region)).unwrap();
        directory.escalation(&office).map(|office| office.id()).collect()
    };
    assert_eq!(above("perhubungan", "35.78"), ["sekretariat@35.78", "sekretariat@35", "sekretariat@00"]);
    assert_eq!(above("kepolisian", "35.78"), ["kepolisian@00", "sekretariat@00"]);
    let village = ["kecamatan@31.71.01", "sekretariat@31", "sekretariat@00"];
    assert_eq!(above("kelurahan-desa", "31.71.01.1001"), village);
    assert_eq!(above("sekretariat", "35"), ["sekretariat@00"]);
    let top = directory.national("sekretariat").unwrap();
    assert_eq!(directory.parent(&top), None);
    let surabaya = surabaya();
    let office = surabaya.directory().office("air-minum", code("35.78")).unwrap();
    let parent = surabaya.directory().parent(&office).unwrap();
    assert_eq!(parent.name, "Bagian Umum Protokol dan Komunikasi Pimpinan");
}

/// The capital's offices are the province's, under one name, whoever asks.
#[test]
fn the_capital_has_one_office_under_one_name() {
    let directory = Directory::shipped();
    let district = directory.office("kecamatan", code("31.71.01")).unwrap();
    let above = directory.parent(&district).unwrap();
    assert_eq!(Some(above), directory.office("sekretariat", code("31")));
}

#[test]
fn names_lead_to_offices() {
    let directory = Directory::shipped();
    let id = |name: &str| directory.find(name).map(|listed| listed.id());
    assert_eq!(id("dinas  perhubungan kota SURABAYA").as_deref(), Some("perhubungan@35.78"));
    assert_eq!(id("Kementerian Komunikasi dan Digital").as_deref(), Some("kominfo@00"));
    assert_eq!(id("Satuan Polisi Pamong Praja Provinsi Bali").as_deref(), Some("trantibum@51"));
    assert_eq!(id("Pemerintah Kabupaten Banjar").as_deref(), Some("lainnya@63.03"));
    for name in ["", "Gubeng", "Dinas", "Dinas Perhubungan", "Dinas Perhubungan Kota Entah", "Desa Sukamaju"]
    {
        assert_eq!(id(name), None, "{name:?}");
    }
    let surabaya = surabaya();
    let id = |name: &str| surabaya.directory().find(name).map(|listed| listed.id());
    assert_eq!(id("Dinas Sosial").as_deref(), Some("sosial@35.78"));
    assert_eq!(id("Dinas Sosial Kota Surabaya").as_deref(), Some("sosial@35.78"));
    let works = "Dinas Sumber Daya Air dan Bina Marga Kota Surabaya";
    assert_eq!(id(works).as_deref(), Some("pekerjaan-umum@35.78"));
    assert_eq!(id("rsud bhakti dharma husada").as_deref(), Some("rsud-bhakti-dharma-husada"));
    assert_eq!(id("Kelurahan Wonorejo - Rungkut").as_deref(), Some("kelurahan-desa@35.78.03.1005"));
    assert_eq!(id("Kelurahan Wonorejo"), None, "there are two");
}

/// Every office that Surabaya's complaints went to is in the directory, under the function its data are mapped to.
#[test]
fn every_office_of_surabaya_is_known() {
    let instance = surabaya();
    let mut table = csv::Reader::from_path(root("tests/golden/surabaya_offices.csv")).unwrap();
    let mut ids = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in table.records() {
        let row = row.unwrap();
        let (name, function) = (row.get(0).unwrap(), row.get(1).unwrap());
        match instance.directory().find(name) {
            Some(listed) if listed.function() == function && listed.name() == name => {
                assert!(listed.region().is_some_and(|region| code("35.78").contains(&region)), "{listed:?}");
                assert!(ids.insert(listed.id()), "{name} is another office too");
            }
            other => wrong.push(format!("{name}: {function}, but {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ids.len(), 207);
}

#[test]
fn units_of_a_table_are_found_in_all_spellings() {
    let table = "id,name,aliases,kind,region,parent\n\
        sdn-keputih-245,SD Negeri Keputih 245,SDN Keputih,sd,35.78.09.1001,\n\
        smpn-1,SMP Negeri 1 Surabaya,,smp,,pendidikan\n\
        smpn-12,SMPN 12,Spendoplas,smp,35.78,\n\
        rs-soewandhie,RSUD dr. Mohamad Soewandhie,RSUD dr. Soewandhie|Soewandhie,rsud,35.78,kesehatan\n\
        pustu-a,Pustu Mawar,,poskesdes,35.78.08,rs-soewandhie\n\
        pustu-b,Pustu Mawar,,poskesdes,35.78.09,\n";
    let files = folder(&[("u.csv", table), ("i.toml", INSTANCE)]);
    let instance = Instance::load(files.path().join("i.toml")).unwrap();
    let directory = instance.directory();
    for text in
        ["smpn 1", "SMP Negeri 1", "SMP N 01", "SMPN1", "smp 1 surabaya", "Sekolah Menengah Pertama Negeri 1"]
    {
        check_units(directory, &format!("halaman {text} banjir"), &[&["smpn-1"]]);
    }
    for text in ["smpn 12", "SMPN12", "smp negeri 12 surabaya", "spendoplas"] {
        check_units(directory, &format!("di {text}, banjir"), &[&["smpn-12"]]);
    }
    for text in ["SDN Keputih 245", "sd negeri keputih 245", "sdn keputih"] {
        check_units(directory, text, &[&["sdn-keputih-245"]]);
    }
    for text in ["RSUD Dr Soewandhie", "rumah sakit dr. soewandhie", "RS Soewandhie", "soewandhie"] {
        check_units(directory, text, &[&["rs-soewandhie"]]);
    }
    check_units(directory, "pustu mawar dan smpn 12", &[&["pustu-a", "pustu-b"], &["smpn-12"]]);
    let narrowed = units(directory, "pustu mawar", Some("35.78.09.1001"));
    assert_eq!(narrowed[0].iter().map(|unit| unit.id.as_str()).collect::<Vec<_>>(), ["pustu-b"]);
    let elsewhere = units(directory, "pustu mawar", Some("35.78.10"));
    assert_eq!(elsewhere[0].len(), 2);
    let unit = &units(directory, "pustu mawar", Some("35.78.08"))[0][0];
    assert_eq!(unit.office.as_ref().unwrap().id(), "kesehatan@35.78");
    assert_eq!((unit.kind.as_str(), unit.function.as_str()), ("poskesdes", "kesehatan"));
}

const INSTANCE: &str = "name = 'x'\nterritory = '35.78'\nunits = 'u.csv'\n";

#[test]
fn units_without_a_table_are_taken_from_kind_and_name() {
    let directory = Directory::shipped();
    let named = |text: &str, place: &str| {
        let found = units(directory, text, Some(place));
        let parts = found.into_iter().flatten().map(|unit| {
            (
                unit.name,
                unit.region.unwrap().to_string(),
                unit.office.map(|office| office.id()).unwrap_or_default(),
            )
        });
        parts.collect::<Vec<_>>()
    };
    let one = |name: &str, region: &str, office: &str| {
        vec![(name.to_owned(), region.to_owned(), office.to_owned())]
    };
    let puskesmas = one("Puskesmas Keputih", "35.78.09.1001", "kesehatan@35.78");
    assert_eq!(named("antre lama di puskesmas keputih pelayanannya buruk", "35.78"), puskesmas);
    assert_eq!(named("Pkm. Keputih tutup", "35.78"), []);
    assert_eq!(named("SMPN 12 banjir", "35.78"), one("SMPN 12", "35.78", "pendidikan@35.78"));
    assert_eq!(named("sma 5 hari libur", "35.78"), []);
    assert_eq!(named("SMAN 5 Surabaya roboh", "35.78.08"), one("SMAN 5", "35.78.08", "pendidikan@35"));
    assert_eq!(named("RSUD dr. Soetomo antre", "35.78"), one("RSUD Dr Soetomo", "35.78", "kesehatan@35.78"));
    for text in [
        "puskesmas tutup",
        "di puskesmas, keputih",
        "pasar murah",
        "sekolah rusak",
        "jalan rusak",
        "sd itu kotor",
    ] {
        assert_eq!(named(text, "35.78"), [], "{text:?}");
    }
    let unknown = units(directory, "puskesmas keputih", None);
    assert_eq!((unknown[0][0].id.as_str(), &unknown[0][0].office), ("puskesmas/keputih@00", &None));
}

#[test]
fn surabaya_names_units_of_its_own() {
    let instance = surabaya();
    check_units(instance.directory(), "antre di rsud soewandhie", &[&["rsud-dr-mohamad-soewandhie"]]);
    check_units(instance.directory(), "Pkm Keputih ramai", &[&["puskesmas-keputih"]]);
    check_units(instance.directory(), "UPTD Puskesmas Dr Soetomo", &[&["puskesmas-dr-soetomo"]]);
    let Some(Listed::Unit(unit)) = instance.directory().find("Bagian Organisasi") else { panic!("no unit") };
    assert_eq!(unit.office.unwrap().id(), "sekretariat@35.78");
}

/// A table of as many units as a large city has: each is found by its name, and nothing is allocated for other texts.
#[test]
fn thirty_thousand_units_are_told_apart() {
    let kinds = [
        ("sd", "SD Negeri"),
        ("smp", "SMPN"),
        ("puskesmas", "Puskesmas"),
        ("pasar", "Pasar"),
        ("posyandu", "Posyandu"),
    ];
    let villages: Vec<RegionCode> =
        Gazetteer::shipped().codes().iter().copied().filter(|code| code.level() == Level::Village).collect();
    let mut table = "id,name,aliases,kind,region,parent\n".to_owned();
    for at in 0..30_000_usize {
        let (kind, words) = kinds[at % kinds.len()];
        let village = villages[at * 7 % villages.len()];
        let name = Gazetteer::shipped().name(village).unwrap().replace(['"', ','], "");
        writeln!(table, "u{at:05},{words} {name} {at},Mrk{at} Utama,{kind},{village},").unwrap();
    }
    let units = Units::parse(&table, None).unwrap();
    assert_eq!(units.len(), 30_000);
    let folder = folder(&[("u.csv", &table), ("i.toml", "name = 'x'\nunits = 'u.csv'\n")]);
    let instance = Instance::load(folder.path().join("i.toml")).unwrap();
    for at in (0..30_000).step_by(271) {
        check_units(instance.directory(), &format!("di mrk{at} utama"), &[&[&format!("u{at:05}")]]);
        let (_, words) = kinds[at % kinds.len()];
        let name =
            Gazetteer::shipped().name(villages[at * 7 % villages.len()]).unwrap().replace(['"', ','], "");
        check_units(instance.directory(), &format!("di {words} {name} {at}!"), &[&[&format!("u{at:05}")]]);
    }
    let text =
        "Mohon jalan di depan rumah kami diperbaiki, sudah 3 bulan rusak dan sd sekarang pasar pun banjir";
    let tokens = analyzed(text);
    let mut found = 0;
    let info = measure(|| found = units.find(&tokens).len());
    assert_eq!((found, info.count_total), (0, 0));
}

#[test]
fn a_wrong_table_of_units_is_refused_by_line() {
    let refused = |rows: &str, part: &str| {
        let table = format!("id,name,aliases,kind,region,parent\n{rows}");
        let error = Units::parse(&table, Some(code("35.78"))).unwrap_err().to_string();
        assert!(error.contains(part), "`{error}` does not say `{part}`");
    };
    refused(
        "a,A,,puskesmass,,",
        "line 2: `puskesmass` is no kind of unit: give one of data/routing/units.csv, such as `puskesmas`",
    );
    refused("a,A,,sd,,\na,B,,sd,,", "line 3: id `a` stands in line 2");
    refused("a,A,,sd,35.15,", "`35.15` is no region of 35.78");
    refused("a,A,,sd,99,", "`99` is no region");
    refused("a,,,sd,,", "`name` is empty");
    refused("a,A,,sd,,b\nb,B,,sd,,a", "circle");
    assert!(Units::parse("id,name\n", None).unwrap_err().to_string().contains("no column `aliases`"));
    let error = Units::parse("id,name,aliases,kind,region,parent\na,A,,sd,,", None).unwrap_err();
    assert!(error.to_string().contains("no territory"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// For any region and function: one chain to the one top, no office twice, and the name leads back.
    #[test]
    fn parents_never_circle_and_names_lead_back(at in any::<Index>(), function in select(functions()), own in any::<bool>()) {
        let surabaya = surabaya();
        let directory = if own { surabaya.directory() } else { Directory::shipped() };
        // An instance knows names that its own territory uses only there.
        let known = |code: &&RegionCode| !own || surabaya.territory.is_some_and(|territory| territory.contains(code));
        let regions: Vec<&RegionCode> = Gazetteer::shipped().codes().iter().filter(known).collect();
        let region = **at.get(&regions);
        let offices = [directory.office(&function, region), directory.national(&function)];
        for office in offices.into_iter().flatten() {
            let chain: Vec<String> = directory.escalation(&office).map(|office| office.id()).collect();
            let different: BTreeSet<&String> = chain.iter().collect();
            prop_assert_eq!(different.len(), chain.len(), "{:?}", chain);
            prop_assert!(!chain.contains(&office.id()));
            prop_assert_eq!(chain.last().map_or(office.id(), Clone::clone), "sekretariat@00");
            let all = directory.find_all(&office.name);
            prop_assert!(all.contains(&Listed::Office(office.clone())), "{:?} not in {:?}", office, all);
            if let Some(found) = directory.find(&office.name) {
                prop_assert_eq!(found.region(), office.region);
                prop_assert!(found == Listed::Office(office) || all.len() > 1);
            } else {
                prop_assert!(all.len() > 1);
            }
        }
    }

    #[test]
    fn any_text_and_name_can_be_asked(text in any::<String>(), name in "\\PC{0,40}", words in "((puskesmas|smpn|rsud|dr|keputih|12|3|hari|\\.|,| ) ?){0,12}") {
        let directory = Directory::shipped();
        let _ = directory.find(&name);
        for text in [&text, &words] {
            let tokens = analyzed(text);
            let mut end = 0;
            for mention in directory.units().find(&tokens) {
                prop_assert!(mention.tokens.start >= end && mention.tokens.end <= tokens.len());
                end = mention.tokens.end;
                prop_assert_eq!(directory.units_of(&mention, None).len(), 1);
            }
        }
    }
}

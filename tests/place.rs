//! Places: codes, the gazetteer, and a golden table of queries. All texts are invented.

use pilah::place::{Gazetteer, Level, Place, PlaceQuery, PlaceSource, RegionCode, Resolver};
use proptest::prelude::*;

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

/// A query written as `field=value` with `|` between; `guess=CODE:P` is what the memory suggests.
fn query(text: &str) -> PlaceQuery<'_> {
    let mut query = PlaceQuery::default();
    for part in text.split('|').filter(|part| !part.is_empty()) {
        let (field, value) = part.split_once('=').unwrap();
        match field.trim() {
            "text" => query.text = value,
            "address" => query.address = value,
            "village" => query.village = value,
            "district" => query.district = value,
            "regency" => query.regency = value,
            "province" => query.province = value,
            "code" => query.code = value,
            "within" => query.within = Some(code(value)),
            "guess" => {
                let (village, p) = value.split_once(':').unwrap();
                query.memory = Box::leak(Box::new([(code(village), p.parse().unwrap())]));
            }
            other => panic!("no field {other}"),
        }
    }
    query
}

fn resolve(text: &str) -> Option<Place> {
    Resolver::new(Gazetteer::shipped()).resolve(&query(text))
}

fn check_all(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (given, expected) in cases {
        let place = resolve(given);
        let region = place.as_ref().map_or("-".to_owned(), |place| place.region.to_string());
        if region != *expected {
            wrong.push(format!("{given}\n    gave {region}, expected {expected}: {place:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn codes_are_read_and_written() {
    for (text, expected) in [
        ("35", "35"),
        ("35.78", "35.78"),
        ("35.78.08.1002", "35.78.08.1002"),
        ("3578081002", "35.78.08.1002"),
        (" 357808 ", "35.78.08"),
        ("00", "00"),
    ] {
        assert_eq!(code(text).to_string(), expected);
    }
    for text in [
        "",
        "3",
        "35.",
        ".35",
        "35.7",
        "35..78",
        "35.7808",
        "3578.08",
        "35.78.08.10024",
        "35.00",
        "35.78.0x",
        "٣٥",
    ] {
        let error = text.parse::<RegionCode>().unwrap_err();
        assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
    }
}

#[test]
fn codes_know_what_they_belong_to() {
    let village = code("35.78.08.1002");
    let chain: Vec<_> =
        std::iter::successors(Some(village), |code| code.parent()).map(|code| code.to_string()).collect();
    assert_eq!(chain, ["35.78.08.1002", "35.78.08", "35.78", "35"]);
    assert!(code("35").contains(&village) && !village.contains(&code("35")));
    assert!(RegionCode::NATION.contains(&village) && !code("33").contains(&village));
    assert_eq!(village.common(code("35.78.03")), Some(code("35.78")));
    assert_eq!(village.common(code("33.74")), None);
    assert!(village.is_kelurahan() && code("35.78").is_city() && !code("35.15").is_city());
    assert!(code("35.78") < code("35.78.08") && code("35.78.08.1002") < code("35.78.09"));
    assert_eq!(size_of::<RegionCode>(), 8);
}

#[test]
fn the_gazetteer_is_whole() {
    let gazetteer = Gazetteer::shipped();
    let mut counts = [0; 4];
    for code in gazetteer.codes() {
        counts[code.level() as usize] += 1;
        assert!(
            code.parent().is_none_or(|parent| gazetteer.contains_code(parent)),
            "{code} belongs to nothing"
        );
        assert!(!gazetteer.name(*code).unwrap().is_empty());
    }
    assert_eq!(counts, [38, 514, 7_285, 83_762]);
    assert!(gazetteer.codes().is_sorted());
    assert_eq!(gazetteer.children(RegionCode::NATION).count(), 38);
    let all: usize = gazetteer.children(code("35")).count();
    assert_eq!(all, 38);
    for (region, name) in [
        ("35", "Provinsi Jawa Timur"),
        ("35.78", "Kota Surabaya"),
        ("35.15", "Kabupaten Sidoarjo"),
        ("35.78.08", "Kecamatan Gubeng"),
        ("35.78.08.1002", "Kelurahan Mojo"),
        ("12.07.28.1007", "Kelurahan Lubuk Pakam I,II"),
        ("11.01.01.2001", "Desa Keude Bakongan"),
    ] {
        assert_eq!(gazetteer.full_name(code(region)).as_deref(), Some(name));
    }
    assert_eq!(gazetteer.name(code("35.99")), None);
    assert!(!gazetteer.contains_code(RegionCode::NATION));
}

#[test]
fn fields() {
    check_all(&[
        // Codes, whole and partly unknown.
        ("code=35.78.08.1002", "35.78.08.1002"),
        ("code=3578081002", "35.78.08.1002"),
        ("code=35.78.08.1999", "35.78.08"),
        ("village=35.78.08.1002", "35.78.08.1002"),
        ("district=357808", "35.78.08"),
        // In any case, with and without what kind of region it is.
        ("village=MOJO|district=GUBENG|regency=KOTA SURABAYA", "35.78.08.1002"),
        ("village=Kel. Mojo|district=Kec. Gubeng|regency=Surabaya", "35.78.08.1002"),
        ("village=kelurahan mojo|within=35.78", "35.78.08.1002"),
        ("village=Mojo|regency=Kota Surabaya|province=Prov. Jawa Timur", "35.78.08.1002"),
        ("district=Kecamatan Karang Pilang|within=35.78", "35.78.01"),
        ("village=KarangPilang|within=35.78", "35.78.01.1001"),
        ("village=karang-pilang|within=35.78", "35.78.01.1001"),
        // The district tells which of two.
        ("village=Wonorejo|district=Rungkut|within=35.78", "35.78.03.1005"),
        ("village=Wonorejo - Rungkut|within=35.78", "35.78.03.1005"),
        ("village=Wonorejo Tegalsari|within=35.78", "35.78.05.1005"),
        ("village=Wonorejo|within=35.78", "35.78"),
        ("district=Rungkut|within=35.78", "35.78.03"),
        ("regency=Kab. Malang", "35.07"),
        ("regency=Kota Malang", "35.73"),
        ("regency=Malang", "35"),
        ("province=jawa timur", "35"),
        ("province=Jatim", "35"),
        ("regency=Jaksel", "31.74"),
        ("regency=Jakarta Selatan", "31.74"),
        // Misspelled, where the territory is known.
        ("village=Bringin|within=35.78", "35.78.31.1003"),
        ("district=Pabean Cantikan|within=35.78", "35.78.12"),
        ("village=Jmur Wonosarri|district=Wonocolo|within=35.78", "35.78.02.1004"),
        ("village=Jmur Wonosarri", "-"),
        ("regency=Surabya", "35.78"),
        ("province=Jawa Timor", "35"),
        // They contradict each other: only what both have in common is known.
        ("village=Mojo|district=Rungkut|within=35.78", "35.78"),
        ("village=Sukamaju", "-"),
        ("village=Sukamaju|district=Cilodong", "32.76.08.1001"),
        ("village=Sukamaju|regency=Kota Depok", "32.76.08.1001"),
        // Fields before text.
        (
            "village=Mojo|within=35.78|text=rumah saya di kelurahan Kebraon kecamatan Karang Pilang",
            "35.78.08.1002",
        ),
        ("village=Wonorejo|within=35.78|text=banjir lagi di Kecamatan Rungkut", "35.78.03.1005"),
        ("district=Gubeng|within=35.78|text=lampu mati di kel Mojo", "35.78.08.1002"),
        ("regency=Sidoarjo|within=35.78", "35.15"),
        ("village=-|district=.|within=35.78", "35.78"),
        ("", "-"),
        ("within=35.78", "35.78"),
    ]);
}

#[test]
fn running_text() {
    check_all(&[
        ("within=35.78|text=Lampu mati di kel. Mojo kec Gubeng", "35.78.08.1002"),
        ("text=Lampu mati di kel.Mojo kec.Gubeng", "35.78.08.1002"),
        ("within=35.78|text=SAMPAH MENUMPUK DI KEBRAON", "35.78.01.1002"),
        ("within=35.78|text=sampah menumpuk di kebraon dekat sungai", "35.78.01.1002"),
        ("within=35.78|text=warga karangpilang kekurangan air", "35.78.01"),
        ("within=35.78|text=kelurahan karangpilang tutup terus", "35.78.01.1001"),
        ("within=35.78|text=pelayanan kantor kecamatan rungkut lambat", "35.78.03"),
        ("within=35.78|text=pak camat rungkut mohon dibantu", "35.78.03"),
        ("within=35.78|address=Kel: Kedung Baruk, Kec: Rungkut", "35.78.03.1003"),
        // Villages that also are districts: the district is sure.
        ("within=35.78|text=banjir di gubeng", "35.78.08"),
        // Two of that name.
        ("within=35.78|text=macet di wonorejo", "35.78"),
        ("within=35.78|text=macet di wonorejo rungkut", "35.78.03.1005"),
        ("within=35.78|text=macet di wonorejo, kecamatan tegalsari", "35.78.05.1005"),
        // Streets are no places; a marker says otherwise.
        ("within=35.78|text=jalan kebraon berlubang", "35.78"),
        ("within=35.78|text=Jl. Raya Kebraon no 4 berlubang", "35.78"),
        ("within=35.78|text=jl kebraon kelurahan kedurus", "35.78.01.1003"),
        ("within=35.78|text=jalan desa kebraon rusak", "35.78.01.1002"),
        ("within=35.78|text=Pak Mojo minta uang", "35.78"),
        // Everyday words that are also villages.
        ("text=air pasar baru sumber jalan kota", "-"),
        ("within=35|text=pasar baru tutup, jalan rusak, sumber air kering", "35"),
        ("within=35.78|text=jalan baru ujung rusak", "35.78"),
        ("within=35.78|text=kelurahan ujung kecamatan semampir", "35.78.16.1004"),
        // Everyday names.
        ("text=macet di sby", "35.78"),
        ("text=macet di jaksel", "31.74"),
        ("text=trotoar solo rusak", "33.72"),
        ("text=listrik padam se kalsel", "63"),
        ("text=kota jogja kotor", "34.71"),
        ("text=Pemkot Surabaya mohon perhatiannya", "35.78"),
        ("text=Bupati Sidoarjo mohon perhatiannya", "35.15"),
        ("text=banjir di Kabupaten Bandung", "32.04"),
        ("text=banjir di Kota Bandung", "32.73"),
        ("text=prov Jawa Tengah", "33"),
        // Namesakes all over the country.
        ("text=desa Sukamaju rusak jalannya", "-"),
        ("text=desa Sukamaju kec Cilodong kota Depok", "32.76.08.1001"),
        ("address=Sukamaju, Cilodong, Depok", "32.76.08.1001"),
        ("within=32.76|text=desa sukamaju", "32.76.08.1001"),
        // Misspelled behind a marker, in a known territory only.
        ("within=35.78|text=kelurahan kedung barukk", "35.78.03.1003"),
        ("within=35.78|text=kec. rungkud banjir", "35.78.03"),
        ("within=35.78|text=kelurahan setempat tidak tanggap", "35.78"),
        ("text=kel mojoo", "-"),
        // The address before the text.
        ("within=35.78|address=Kebraon gang masjid|text=dulu saya lapor di kedurus", "35.78.01.1002"),
        ("within=35.78|text=antara kedurus dan kebraon macet", "35.78.01"),
        ("within=35.78|text=antara kedurus dan medokan ayu macet", "35.78"),
        // Elsewhere.
        ("within=35.78|text=saya orang Sidoarjo", "35.78"),
        ("within=35.78|text=jalan rusak di kecamatan Waru kabupaten Sidoarjo", "35.15.18"),
        ("within=35.78|text=Mohon dicek \u{1F64F}\u{0} \u{202E}", "35.78"),
    ]);
}

#[test]
fn names_beside_names() {
    check_all(&[
        // A name that begins with that of its regency; the name of a regency is none of these.
        ("text=SMP di Bandung Kulon banjir", "32.73.15"),
        ("text=macet di Jakarta Timur", "31.75"),
        // `Kota` belongs to the name behind it, where one stands there.
        ("text=lampu Jalan Malang Kota Kediri mati", "35.71"),
        ("text=kantor pos Bogor Kota tutup", "32.71"),
        // Misspelled inside a region that is named; not where none is.
        ("text=got di kec. Gubenk kota Surabaya", "35.78.08"),
        ("text=kelurahan setempat di Surabaya", "35.78"),
        ("text=banjir di kelurahan Taman, Sidoarjoo", "35.15.13.1005"),
        // Everyday words: with a capital beside or behind `di`, not otherwise.
        ("text=jalan di Tambang, Kampar rusak", "14.01.03"),
        ("text=jalan di Tambang rusak, mohon Dinas PU Kampar turun", "14.01.03"),
        ("within=14.01|text=jalan di Tambang rusak", "14.01.03"),
        ("within=14.01|text=jalan di tambang rusak", "14.01"),
        ("text=truk tambang Kampar ngebut", "14.01"),
        ("text=sampah di Taman Bungkul Surabaya", "35.78"),
        ("text=listrik padam di Dukuh Karanganyar", "33.13"),
        ("text=rumah di genteng banyuwangi", "35.10.09"),
        ("text=atap genteng di Sidoarjo bocor", "35.15"),
        ("text=kantor lurah gelap, Sidoarjo", "35.15"),
        ("within=35.78|text=kantor lurah gelap", "35.78"),
        ("within=35.78|text=dana tiga desa. Minta diperiksa", "35.78"),
        // Two names outside the territory; a street does not count, nor one name.
        ("within=35.78|text=banjir di Waru Sidoarjo, saya warga Surabaya", "35.15.18"),
        ("within=35.78|text=jalan raya Waru Sidoarjo rusak", "35.15.18"),
        ("within=35.78|text=jalan Waru Sidoarjo rusak", "35.78"),
    ]);
}

#[test]
fn the_memory() {
    check_all(&[
        ("guess=35.78.08.1002:0.9|within=35.78", "35.78.08.1002"),
        ("guess=35.78.08.1002:0.2|within=35.78", "35.78"),
        ("guess=35.78.08.1002:0.9", "35.78.08.1002"),
        // A field is believed against it, and so are two names; one name against a sure memory is not.
        ("guess=35.78.08.1002:0.9|within=35.78|village=Kebraon", "35.78.01.1002"),
        (
            "guess=35.78.08.1002:0.01|within=35.78|text=kelurahan kebraon kecamatan karang pilang",
            "35.78.01.1002",
        ),
        ("guess=35.78.08.1002:0.95|within=35.78|text=di kebraon", "35.78.08.1002"),
        // A name that agrees makes an unsure memory sure.
        ("guess=35.78.08.1002:0.4|within=35.78|text=kelurahan mojo", "35.78.08.1002"),
        ("guess=35.78.08.1002:0.9|within=35.78|text=kecamatan gubeng", "35.78.08.1002"),
        // It knows nothing of other cities, and what is no region or no probability is not heard.
        ("guess=35.78.08.1002:0.9|text=kelurahan sukun kota malang", "35.73.04.1005"),
        ("guess=35.78.08.1999:0.95|within=35.78", "35.78"),
        ("guess=35.78.08.1002:NaN|within=35.78", "35.78"),
    ]);
    let guess = resolve("guess=35.78.08.1002:0.4|within=35.78").unwrap().guess.unwrap();
    assert!(guess.0.to_string() == "35.78.08.1002" && guess.1 < 0.5, "{guess:?}");
    let p = |text: &str| resolve(text).unwrap().p;
    let alone = p("within=35.78|text=di kebraon");
    let agreed = p("within=35.78|text=di kebraon|guess=35.78.01.1002:0.5");
    assert!(agreed > alone, "{agreed} {alone}");
}

#[test]
fn p_grows_with_the_evidence() {
    let p = |text: &str| resolve(text).unwrap().p;
    let ladder = [
        p("within=35.78"),
        p("within=35.78|text=di kebraon"),
        p("within=35.78|address=di kebraon"),
        p("within=35.78|address=kelurahan kebraon"),
        p("within=35.78|village=kebraon"),
    ];
    assert!(ladder.is_sorted_by(|low, high| low < high), "{ladder:?}");
    assert!(p("within=35.78|text=kel mojo kec gubeng") > p("within=35.78|text=kel mojo"));
    assert!(p("within=35.78|village=mojoo") < p("within=35.78|village=mojo"));
}

#[test]
fn evidence_names_its_words() {
    let place = resolve("within=35.78|district=Gubeng|address=Kel. Mojo RT 3|text=lampu mati").unwrap();
    let evidence: Vec<_> =
        place.evidence.iter().map(|evidence| (evidence.source, evidence.words.as_str())).collect();
    assert_eq!(evidence, [(PlaceSource::District, "Gubeng"), (PlaceSource::Address, "Kel. Mojo")]);
    let place = resolve("within=35.78|text=lampu mati").unwrap();
    assert_eq!((place.p, place.evidence[0].source), (0.5, PlaceSource::Territory));
    let place = resolve("within=35.78|guess=35.78.08.1002:0.9").unwrap();
    assert_eq!(place.evidence[0].source, PlaceSource::Memory);
}

#[test]
fn a_resolver_remembers_nothing() {
    let texts = ["within=35.78|text=kel mojo", "text=macet di sby", "within=35.78|village=Wonorejo", ""];
    let mut resolver = Resolver::new(Gazetteer::shipped());
    for _ in 0..2 {
        for text in texts {
            assert_eq!(resolver.resolve(&query(text)), resolve(text), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn any_string_is_a_code_or_an_error(text in "\\PC{0,16}|[0-9.]{0,14}") {
        if let Ok(code) = text.parse::<RegionCode>() {
            prop_assert_eq!(code.to_string().parse::<RegionCode>().unwrap(), code);
            prop_assert!(code.parent().is_none_or(|parent| parent.contains(&code) && parent < code));
        }
    }

    #[test]
    fn every_region_is_found_by_its_code_and_its_fields(row in 0..91_599_usize) {
        let gazetteer = Gazetteer::shipped();
        let region = gazetteer.codes()[row];
        let written = region.to_string();
        let place = Resolver::new(gazetteer).resolve(&PlaceQuery { code: &written, ..PlaceQuery::default() }).unwrap();
        prop_assert_eq!(place.region, region);
        let name = |level: Level| region.at(level).and_then(|code| gazetteer.name(code)).unwrap_or_default();
        let query = PlaceQuery {
            village: name(Level::Village),
            district: name(Level::District),
            regency: name(Level::Regency),
            province: name(Level::Province),
            ..PlaceQuery::default()
        };
        let place = Resolver::new(gazetteer).resolve(&query).unwrap();
        // Villages of one district that bear one name are not told apart, nor are some districts and their regency.
        prop_assert!(place.region.contains(&region), "{:?} gave {:?}", query, place);
    }

    #[test]
    fn any_text_gives_a_place_of_the_gazetteer(
        parts in proptest::collection::vec(prop_oneof![
            Just("kel ".to_owned()), Just("kecamatan ".to_owned()), Just("jl. ".to_owned()), Just("kota ".to_owned()),
            Just("Sukamaju ".to_owned()), Just("Gubeng, ".to_owned()), Just("III ".to_owned()), "\\PC{0,12}",
        ], 0..24),
        field in "\\PC{0,20}",
        guess in proptest::option::of((0..91_599_usize, proptest::num::f32::ANY)),
        within in proptest::option::of(0..91_599_usize),
    ) {
        let gazetteer = Gazetteer::shipped();
        let text = parts.concat();
        let guess: Vec<_> = guess.into_iter().map(|(row, p)| (gazetteer.codes()[row], p)).collect();
        let query = PlaceQuery {
            text: &text,
            address: &field,
            village: &text,
            district: &field,
            regency: &text,
            within: within.map(|row| gazetteer.codes()[row]),
            memory: &guess,
            ..PlaceQuery::default()
        };
        let place = Resolver::new(gazetteer).resolve(&query);
        prop_assert_eq!(&place, &Resolver::new(gazetteer).resolve(&query));
        if let Some(place) = place {
            prop_assert!(gazetteer.contains_code(place.region));
            prop_assert!((0.0..=1.0).contains(&place.p), "{:?}", place);
            prop_assert!(!place.evidence.is_empty());
        } else {
            prop_assert!(query.within.is_none());
        }
    }
}

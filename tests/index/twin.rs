//! Everything a search finds is what a slow look at every complaint finds.

use std::collections::BTreeMap;

use pilah::ErrorKind;
use pilah::index::{Cursor, Facet, Matcher, Order, Page, Prepared, Query, Wording};
use pilah::ledger::{Changes, Record};
use proptest::prelude::*;

use super::store::{Store, query, record};

/// Numbers that a query finds, newest first, page by page.
fn found(store: &Store, asked: &Query, order: Order, limit: usize) -> Vec<u64> {
    let searcher = store.index.searcher().unwrap();
    let mut page = Page { limit, order, after: None };
    let mut numbers = Vec::new();
    loop {
        let hits = searcher.search(asked, &page).unwrap();
        numbers.extend(hits.items.iter().map(|hit| hit.number));
        let Some(next) = hits.next else {
            assert_eq!(hits.total, numbers.len() as u64, "{asked}");
            return numbers;
        };
        // A cursor survives being written down.
        page.after = Some(next.to_string().parse::<Cursor>().unwrap());
    }
}

/// The same by a look at every complaint.
fn slowly(records: &BTreeMap<u64, Record>, asked: &Query) -> Vec<u64> {
    let wording = Wording::indonesian();
    let prepared = Prepared::new(asked, &wording);
    let mut matcher = Matcher::new(&wording);
    let mut hits: Vec<_> =
        records.values().filter(|record| matcher.read(record).matches(&prepared)).collect();
    hits.sort_by_key(|record| std::cmp::Reverse((record.state.received, record.number)));
    hits.iter().map(|record| record.number).collect()
}

const WORDS: [&str; 16] = [
    "lampu",
    "jln",
    "jalan",
    "mati",
    "padam",
    "banjir",
    "lampunya",
    "perbaikan",
    "tksh",
    "terima",
    "kasih",
    "12",
    "0812-0000-0000",
    "Soekarno",
    "anak2",
    "é",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..9).prop_map(|words| words.join(" "))
}

prop_compose! {
    fn any_record(numbers: std::ops::Range<u64>)(
        number in numbers, title in text(), text in text(), address in text(), joint in any::<bool>(),
        region in prop::sample::select(&["", "35", "35.78", "35.78.08", "35.78.08.1002", "35.79", "12.01"][..]),
        function in prop::sample::select(&["", "perhubungan", "pu"][..]),
        flags in prop::sample::select(&["", "urgent", "misconduct,urgent"][..]),
        hour in 0_i32..2000, corrected in any::<bool>(), confidential in prop::bool::weighted(0.1),
    ) -> Record {
        let text = if joint { format!("{title} . {text}") } else { text };
        let mut record = record(number, &text, hour);
        record.said.address = address;
        record.said.confidential = confidential;
        record.state.region = region.into();
        record.state.function = function.into();
        record.state.flags = flags.into();
        record.state.corrected = corrected;
        record.state.confidential = confidential;
        record
    }
}

fn leaf() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(&WORDS[..]);
    prop_oneof![
        4 => word().prop_map(str::to_owned),
        3 => prop::collection::vec(word(), 1..4).prop_map(|words| format!("\"{}\"", words.join(" "))),
        1 => word().prop_map(|word| format!("title:{word}")),
        1 => word().prop_map(|word| format!("address:\"{word} jalan\"")),
        4 => prop::sample::select(&[
            "region:35", "region:3578", "region:35.78.08.1002", "region:\"\"", "function:pu", "function:\"\"", "flag:urgent",
            "flag:\"\"", "status:baru", "channel:wa", "type:aspirasi", "month:2023-02", "received:2023-01-05",
            "received:2023-01-10..2023-02-01T12:00", "since:2023-02-20", "until:2023-01-20T05:00", "corrected:yes",
            "confidential:no", "confidential:yes", "id:sp4n:7", "number:5", "()",
        ][..]).prop_map(str::to_owned),
    ]
}

fn any_query() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join(" "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|part| format!("-{part}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_search_finds_what_a_look_at_every_complaint_finds(
        rounds in prop::collection::vec(
            (prop::collection::vec(any_record(1..60), 0..30), prop::collection::vec(1_u64..60, 0..4)), 1..4),
        queries in prop::collection::vec(any_query(), 30),
        limit in 1_usize..12,
    ) {
        let store = Store::new();
        let mut writer = store.writer();
        let mut live: BTreeMap<u64, Record> = BTreeMap::new();
        for (round, (records, gone)) in rounds.iter().enumerate() {
            let records: BTreeMap<u64, Record> = records.iter().map(|one| (one.number, one.clone())).collect();
            let gone: Vec<u64> = gone.iter().copied().filter(|number| !records.contains_key(number)).collect();
            live.retain(|number, _| !gone.contains(number));
            live.extend(records.clone());
            let upto = round as u64 + 1;
            writer.apply(&Changes { upto, records: records.into_values().collect(), gone }).unwrap();
            prop_assert_eq!(writer.commit().unwrap(), upto);
        }
        for text in &queries {
            let asked = query(text);
            let expected = slowly(&live, &asked);
            prop_assert_eq!(&found(&store, &asked, Order::Newest, limit), &expected, "{}", asked);
            let mut best = found(&store, &asked, Order::Best, limit);
            let mut sorted = expected.clone();
            best.sort_unstable();
            sorted.sort_unstable();
            prop_assert_eq!(&best, &sorted, "{}", asked);
            let searcher = store.index.searcher().unwrap();
            prop_assert_eq!(searcher.total(&asked).unwrap(), sorted.len() as u64);
            for counts in searcher.facets(&asked, &Facet::ALL).unwrap() {
                let sum: u64 = counts.values.iter().map(|(_, count)| count).sum();
                prop_assert!(sum == sorted.len() as u64 || counts.facet == Facet::Flag, "{} by {}", asked, counts.facet);
                for (value, count) in counts.values.iter().take(3) {
                    let by_hand = sorted.iter().filter(|number| has(&live[number], counts.facet, value)).count();
                    prop_assert_eq!(by_hand as u64, *count, "{} by {}: {}", asked, counts.facet, value);
                }
            }
        }
    }

    #[test]
    fn a_query_prints_as_itself(text in any_query()) {
        let asked = query(&text);
        let printed = asked.to_string();
        prop_assert_eq!(query(&printed), asked, "{} as {}", text, printed);
    }

    #[test]
    fn any_text_is_a_query_or_an_error(text in "[-a-z:.\"\\\\() OR12\u{e9}\n]{0,30}|.{0,20}") {
        match text.parse::<Query>() {
            Ok(asked) => prop_assert_eq!(query(&asked.to_string()), asked),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Parameter),
        }
    }
}

fn has(record: &Record, facet: Facet, value: &str) -> bool {
    let state = &record.state;
    let cut = |parts: usize| {
        let parts_of: Vec<&str> = state.region.split('.').collect();
        let code = parts_of.get(..parts).map(|code| code.join("."));
        code.unwrap_or_default() == value
    };
    match facet {
        Facet::Function => state.function == value,
        Facet::Category => state.category == value,
        Facet::Agency => state.agency == value,
        Facet::Type => state.kind == value,
        Facet::Status => state.status.name() == value,
        Facet::Channel => state.channel == value,
        Facet::Action => state.action == value,
        Facet::Flag => state.flags.split(',').any(|flag| flag == value),
        Facet::Month => state.received.strftime("%Y-%m").to_string() == value,
        Facet::Province => cut(1),
        Facet::Regency => cut(2),
        Facet::District => cut(3),
        Facet::Village => cut(4),
        _ => panic!("no test for {facet}"),
    }
}

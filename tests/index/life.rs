//! Writers, readers and pages while complaints arrive.

use pilah::ErrorKind;
use pilah::index::{Cursor, Facet, Index, Order, Page, Query, Wording, WriterParams};
use pilah::ledger::Changes;

use super::store::{Store, numbers, query, record};

const NONE: [u64; 0] = [];

fn changes(upto: u64, records: Vec<pilah::ledger::Record>) -> Changes {
    Changes { upto, records, gone: Vec::new() }
}

#[test]
fn pages_do_not_shift_while_complaints_arrive() {
    let store = Store::of((1..=30).map(|number| record(number, "lampu mati", number as i32 / 3)).collect());
    let asked = query("lampu");
    let mut page = Page { limit: 7, ..Page::default() };
    let mut seen = Vec::new();
    for round in 0_u64.. {
        let hits = store.index.searcher().unwrap().search(&asked, &page).unwrap();
        assert_eq!(hits.total, 30 + round);
        seen.extend(hits.items.iter().map(|hit| hit.number));
        let Some(next) = hits.next else { break };
        page.after = Some(next);
        // One that is newer than all.
        store.add(round + 2, vec![record(100 + round, "lampu padam", 1000)]);
    }
    assert_eq!(seen, (1..=30).rev().collect::<Vec<_>>());
}

#[test]
fn a_page_knows_whether_another_follows() {
    let store = Store::of((1..=6).map(|number| record(number, "lampu", 0)).collect());
    let searcher = store.index.searcher().unwrap();
    for order in [Order::Newest, Order::Best] {
        let first = Page { limit: 3, order, after: None };
        let hits = searcher.search(&query("lampu"), &first).unwrap();
        let second = searcher.search(&query("lampu"), &Page { after: hits.next, ..first }).unwrap();
        assert_eq!(second.items.iter().map(|hit| hit.number).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!((second.total, second.next), (6, None));
        let other = if order == Order::Best { Order::Newest } else { Order::Best };
        let error =
            searcher.search(&query("lampu"), &Page { order: other, after: hits.next, limit: 3 }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
    }
    let none = searcher.search(&query("lampu"), &Page { limit: 0, ..Page::default() }).unwrap();
    assert_eq!((none.total, none.items.len()), (6, 0));
    for text in ["", "x1.2", "n1", "nz.1", "n1.2.3", "é1.2"] {
        assert_eq!(text.parse::<Cursor>().unwrap_err().kind(), ErrorKind::Parameter, "{text}");
    }
}

#[test]
fn the_best_match_comes_first() {
    let texts = ["lampu jalan mati", "lampu lampu lampu", "jalan rusak parah sekali di depan lampu merah"];
    let store = Store::of((1..).zip(texts).map(|(number, text)| record(number, text, 0)).collect());
    let page = Page { order: Order::Best, ..Page::default() };
    let hits = store.index.searcher().unwrap().search(&query("lampu region:\"\""), &page).unwrap();
    assert_eq!(hits.items.iter().map(|hit| hit.number).collect::<Vec<_>>(), [2, 1, 3]);
    assert!(hits.items[0].score > hits.items[1].score && hits.items[2].score > 0.0);
    assert_eq!((hits.items[0].version, hits.items[0].decision), (20, 21));
}

#[test]
fn a_changed_complaint_replaces_the_old_one_and_a_united_one_goes() {
    let store =
        Store::of(vec![record(1, "lampu mati", 0), record(2, "banjir", 1), record(3, "jalan rusak", 2)]);
    let mut writer = store.writer();
    let changed = vec![record(2, "genangan air", 5), record(4, "pohon tumbang", 6)];
    writer.apply(&Changes { upto: 2, records: changed, gone: vec![3] }).unwrap();
    // Within one commit too.
    writer.apply(&changes(3, vec![record(4, "pohon roboh", 7)])).unwrap();
    assert_eq!(numbers(&store.index, ""), [3, 2, 1], "nothing is seen before the commit");
    assert_eq!(writer.commit().unwrap(), 3);
    assert_eq!(numbers(&store.index, ""), [4, 2, 1]);
    assert_eq!(numbers(&store.index, "banjir OR tumbang OR rusak"), NONE);
    assert_eq!(numbers(&store.index, "genangan OR roboh"), [4, 2]);
    assert_eq!(writer.merge_all().unwrap(), 3);
    let searcher = store.index.searcher().unwrap();
    assert_eq!((searcher.count(), searcher.segments()), (3, 1));
    assert_eq!(numbers(&store.index, "genangan OR roboh"), [4, 2]);
}

#[test]
fn what_was_not_committed_is_gone_and_what_was_is_seen_after_opening() {
    let store = Store::of(vec![record(1, "lampu", 0)]);
    let mut writer = store.writer();
    writer.apply(&changes(9, vec![record(1, "banjir", 0), record(2, "banjir", 0)])).unwrap();
    drop(writer);
    let again = Index::open(store.dir.path(), &Wording::indonesian()).unwrap();
    assert_eq!(
        (again.seen().unwrap(), numbers(&again, "lampu"), numbers(&again, "banjir")),
        (1, vec![1], vec![])
    );
    store.add(9, vec![record(1, "banjir", 0), record(2, "banjir", 0)]);
    assert_eq!((again.seen().unwrap(), numbers(&again, "banjir")), (9, vec![2, 1]));
    // The same changes once more change nothing, nor do those before them.
    store.add(9, vec![record(1, "banjir", 0), record(2, "banjir", 0)]);
    store.add(4, Vec::new());
    assert_eq!((again.seen().unwrap(), numbers(&again, "banjir")), (9, vec![2, 1]));
    assert!(again.disk_bytes().unwrap() > 0);
    again.check().unwrap();
}

#[test]
fn a_searcher_is_a_snapshot_and_another_handle_sees_the_next_commit() {
    let store = Store::new();
    let reader = Index::open_or_create(store.dir.path(), &Wording::indonesian()).unwrap();
    let before = reader.searcher().unwrap();
    store.add(1, vec![record(1, "lampu", 0)]);
    assert_eq!((before.count(), before.seen()), (0, 0));
    let after = reader.searcher().unwrap();
    assert_eq!((after.count(), after.seen()), (1, 1));
    store.add(2, vec![record(2, "lampu", 0)]);
    assert_eq!(after.total(&Query::everything()).unwrap(), 1);
}

#[test]
fn one_writes_at_a_time_with_parameters_in_their_range() {
    let store = Store::new();
    let other = Index::open(store.dir.path(), &Wording::indonesian()).unwrap();
    let writer = store.writer();
    assert_eq!(other.writer(15_000_000).err().unwrap().kind(), ErrorKind::Locked);
    drop(writer);
    for (threads, memory) in [(0, 1 << 26), (65, 1 << 33), (1, 1000), (8, 1 << 26), (1, usize::MAX)] {
        let error = other.writer_with(&WriterParams { threads, memory }).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Parameter, "{threads} {memory}");
    }
    let mut writer = other.writer_with(&WriterParams { threads: 2, memory: 1 << 25 }).unwrap();
    writer.apply(&changes(1, (1..600).map(|number| record(number, "lampu", 0)).collect())).unwrap();
    assert_eq!(writer.close().unwrap(), 1);
    assert_eq!(store.index.searcher().unwrap().count(), 599);
}

#[test]
fn the_entries_agree_with_the_states_they_were_made_of() {
    let records: Vec<_> = (1..50)
        .map(|number| {
            let mut record = record(number, "lampu", number as i32);
            record.state.flags = ["", "urgent", "misconduct,urgent"][number as usize % 3].into();
            record.state.region = ["", "35", "35.78"][number as usize % 3].into();
            record
        })
        .collect();
    let store = Store::of(records.clone());
    let searcher = store.index.searcher().unwrap();
    let mut visited = Vec::new();
    searcher
        .visit(|entry| {
            let mut state = records[entry.number as usize - 1].state.clone();
            assert!(entry.agrees(&state));
            state.flags.push_str(",conflict-of-interest");
            assert!(!entry.agrees(&state));
            state = records[entry.number as usize - 1].state.clone();
            state.region = "35.79".into();
            assert!(!entry.agrees(&state));
            visited.push(entry.number);
        })
        .unwrap();
    assert_eq!(visited, (1..50).collect::<Vec<_>>());
}

#[test]
fn counts_are_sorted_and_say_what_is_not_known() {
    let codes = ["35.78.08.1002", "35.78.08.1001", "35.78", "35", "", "12.01"];
    let records = (1..).zip(codes).map(|(number, code)| {
        let mut record = record(number, "lampu", number as i32 * 500);
        record.state.region = code.into();
        record
    });
    let store = Store::of(records.collect());
    let facets = [Facet::Province, Facet::Regency, Facet::District, Facet::Village, Facet::Month];
    let (hits, counts) = store
        .index
        .searcher()
        .unwrap()
        .search_with_facets(&Query::everything(), &Page::default(), &facets)
        .unwrap();
    let shown: Vec<String> = counts
        .iter()
        .map(|counts| {
            let values = counts.values.iter().map(|(value, count)| format!("{value}={count}"));
            format!("{}: {}", counts.facet, values.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(hits.total, 6);
    assert_eq!(
        shown,
        [
            "province: 35=4 =1 12=1",
            "regency: 35.78=3 =2 12.01=1",
            "district: =4 35.78.08=2",
            "village: =4 35.78.08.1001=1 35.78.08.1002=1",
            "month: 2023-03=2 2023-01=1 2023-02=1 2023-04=1 2023-05=1",
        ]
    );
    for facet in Facet::ALL {
        assert_eq!(facet.name().parse::<Facet>().unwrap(), facet);
    }
    assert_eq!("colour".parse::<Facet>().unwrap_err().kind(), ErrorKind::Parameter);
}

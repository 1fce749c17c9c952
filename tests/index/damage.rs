//! An index that cannot be used says so and can be made again.

use std::fs;
use std::path::{Path, PathBuf};

use pilah::index::{Index, Query, Wording};
use pilah::text::Analyzer;
use pilah::{Error, ErrorKind};

use super::store::{Store, record};

fn filled() -> Store {
    Store::of((1..200).map(|number| record(number, "lampu jalan mati", number as i32)).collect())
}

fn open(dir: &Path) -> Result<Index, Error> {
    Index::open(dir, &Wording::indonesian())
}

/// Files of segments, by name.
fn segment_files(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ending| ending != "json" && ending != "lock"))
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    files
}

fn assert_unusable(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Store, "{error}");
    assert!(error.to_string().contains("rebuild"), "{error}");
}

#[test]
fn nothing_is_missing_and_something_else_is_no_index() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(open(dir.path()).err().unwrap().kind(), ErrorKind::Missing);
    assert_eq!(open(&dir.path().join("none")).err().unwrap().kind(), ErrorKind::Missing);
    fs::write(dir.path().join("letter.txt"), "dear office").unwrap();
    assert_unusable(&open(dir.path()).err().unwrap());
    for refused in [Index::create(dir.path(), &Wording::indonesian()).err(), Index::remove(dir.path()).err()]
    {
        assert_eq!(refused.unwrap().kind(), ErrorKind::Store);
    }
    assert!(dir.path().join("letter.txt").exists());
}

#[test]
fn other_text_rules_are_refused() {
    let store = filled();
    for other in [Wording::new(Analyzer::indonesian(), None), Wording::new(Analyzer::plain(), None)] {
        assert_unusable(&Index::open(store.dir.path(), &other).err().unwrap());
    }
    let path = store.dir.path().join("meta.json");
    let meta = fs::read_to_string(&path).unwrap();
    for (old, new) in [(r#"\"format\":1"#, r#"\"format\":2"#), (r#""payload""#, r#""payloads""#)] {
        assert!(meta.contains(old));
        fs::write(&path, meta.replace(old, new)).unwrap();
        assert_unusable(&open(store.dir.path()).err().unwrap());
    }
}

#[test]
fn a_damaged_list_of_segments_is_refused_and_the_index_made_again() {
    let store = filled();
    let path = store.dir.path().join("meta.json");
    let meta = fs::read(&path).unwrap();
    for part in [0, 1, meta.len() / 2, meta.len() - 2] {
        fs::write(&path, &meta[..part]).unwrap();
        assert_unusable(&open(store.dir.path()).err().unwrap());
        assert_unusable(&store.index.searcher().err().unwrap());
    }
    fs::remove_file(&path).unwrap();
    assert_unusable(&open(store.dir.path()).err().unwrap());
    Index::remove(store.dir.path()).unwrap();
    Index::remove(store.dir.path()).unwrap();
    let index = Index::open_or_create(store.dir.path(), &Wording::indonesian()).unwrap();
    assert_eq!((index.seen().unwrap(), index.searcher().unwrap().count()), (0, 0));
}

#[test]
fn a_torn_or_missing_segment_file_is_refused() {
    let store = filled();
    for path in segment_files(store.dir.path()) {
        let bytes = fs::read(&path).unwrap();
        for part in [0, 3, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&path, &bytes[..part]).unwrap();
            assert_unusable(
                &open(store.dir.path()).err().unwrap_or_else(|| panic!("{} at {part}", path.display())),
            );
        }
        fs::remove_file(&path).unwrap();
        assert_unusable(&open(store.dir.path()).err().unwrap());
        fs::write(&path, &bytes).unwrap();
    }
    open(store.dir.path()).unwrap();
}

#[test]
fn a_flipped_byte_is_found_by_the_check_and_never_a_panic() {
    let store = filled();
    for path in segment_files(store.dir.path()) {
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by((bytes.len() / 20).max(1)) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            fs::write(&path, &damaged).unwrap();
            let checked = open(store.dir.path()).and_then(|index| {
                // Whatever it finds: it ends.
                let searcher = index.searcher()?;
                let _ = searcher.search(&"lampu \"jalan mati\"".parse()?, &pilah::index::Page::default());
                let _ = searcher.facets(&Query::everything(), &pilah::index::Facet::ALL);
                index.check()
            });
            assert_unusable(&checked.err().unwrap_or_else(|| panic!("{} at {at}", path.display())));
        }
        fs::write(&path, &bytes).unwrap();
    }
    open(store.dir.path()).unwrap().check().unwrap();
}

//! The index agrees with truth, whatever happened to it.

#![allow(clippy::unwrap_used)] // a test's own helpers may fail like the test

use model::{DocumentKey, Record, Window};
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{Hits, Index, IndexOptions, Opened, Query, SearchOptions, Sort, Vocabulary};

fn record(sequence: u64, id: &str, text: &str) -> Record {
    let at = jiff::Timestamp::from_second(1_752_700_000 + sequence as i64 * 60).unwrap();
    Record {
        sequence,
        id: id.into(),
        source: "kabar-rekaan".into(),
        text: text.into(),
        at,
        day: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        ..Record::default()
    }
}

fn open(folder: &Path) -> (Index, Opened) {
    Index::open(folder, IndexOptions::default()).unwrap()
}

fn search(index: &Index, query: &str, options: &SearchOptions) -> Hits {
    let query = Query::parse(query, &Vocabulary::default()).unwrap();
    index.searcher().search(&query, options).unwrap()
}

/// Ids of everything that answers, oldest first.
fn ids(index: &Index, query: &str) -> Vec<String> {
    let options = SearchOptions { limit: 1000, sort: Sort::Oldest, ..SearchOptions::default() };
    search(index, query, &options).hits.into_iter().map(|hit| hit.record.id.0).collect()
}

fn key(id: &str) -> DocumentKey {
    DocumentKey { source: "kabar-rekaan".into(), id: id.into() }
}

#[test]
fn records_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, opened) = open(&folder.path().join("derived/index"));
    assert_eq!(opened, Opened::New);
    let sent = record(1, "a", "air naik");
    index.add(std::slice::from_ref(&sent), 1).unwrap();
    assert_eq!(index.searcher().count(), 0, "nothing is seen before it is committed");
    index.commit().unwrap();
    assert_eq!(index.searcher().get(&key("a")).unwrap(), Some(sent));
    assert_eq!(index.searcher().get(&key("b")).unwrap(), None);
    let mut long = record(2, &"x".repeat(70_000), "");
    long.source = "s".into();
    index.add(std::slice::from_ref(&long), 2).unwrap();
    index.commit().unwrap();
    assert_eq!(index.searcher().get(&long.key()).unwrap(), Some(long));
}

#[test]
fn a_revision_takes_the_place_of_the_one_before_and_a_withdrawal_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let newer = |sequence, id, text, replaces| Record { replaces: Some(replaces), ..record(sequence, id, text) };
    // Within one commit, and over two.
    index
        .add(&[record(1, "a", "lama"), newer(2, "a", "baru", 1), record(3, "b", "lama"), record(4, "c", "lama")], 4)
        .unwrap();
    index.commit().unwrap();
    index.add(&[newer(5, "b", "baru", 3), Record { withdrawn: true, ..newer(6, "c", "", 4) }], 6).unwrap();
    index.commit().unwrap();
    assert_eq!(ids(&index, "*"), ["a", "b"]);
    assert_eq!(ids(&index, "baru"), ["a", "b"]);
    assert_eq!(ids(&index, "lama"), Vec::<String>::new());
}

#[test]
fn what_was_not_committed_is_added_again_without_doubles() {
    let folder = tempfile::tempdir().unwrap();
    let records: Vec<_> = (1..=30).map(|n| record(n, &format!("d{n:02}"), "air")).collect();
    let (mut index, _) = open(folder.path());
    index.add(&records[..10], 10).unwrap();
    index.commit().unwrap();
    // Dropped without a commit, as a kill does.
    index.add(&records[10..20], 20).unwrap();
    drop(index);

    let (mut index, opened) = open(folder.path());
    assert_eq!((opened, index.last_sequence()), (Opened::Ready, 10));
    index.add(&records[10..], 30).unwrap();
    index.commit().unwrap();
    assert_eq!((ids(&index, "air").len(), index.last_sequence()), (30, 30));
    // A caller that is not sure sends more than is needed.
    index.add(&records[5..], 30).unwrap();
    index.commit().unwrap();
    assert_eq!((ids(&index, "air").len(), index.last_sequence()), (30, 30));
    index.finish().unwrap();
    assert_eq!(open(folder.path()).0.searcher().count(), 30);
}

#[test]
fn a_batch_that_leaves_nothing_to_index_still_moves_the_sequence() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    index.add(&[], 7).unwrap();
    index.commit().unwrap();
    drop(index);
    assert_eq!(open(folder.path()).0.last_sequence(), 7);
}

#[test]
fn erased_documents_and_a_cleared_index_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    index.add(&[record(1, "a", "air"), record(2, "b", "air")], 2).unwrap();
    index.commit().unwrap();
    index.remove(&[key("a")]).unwrap();
    index.commit().unwrap();
    assert_eq!((ids(&index, "*"), index.last_sequence()), (vec!["b".to_owned()], 2));
    index.clear().unwrap();
    assert_eq!((index.searcher().count(), index.last_sequence()), (0, 0));
    drop(index);
    assert_eq!(open(folder.path()).0.last_sequence(), 0);
}

#[test]
fn a_damaged_index_is_set_aside_and_begun_anew() {
    type Damage = fn(&Path);
    let file = |folder: &Path, ending: &str| -> PathBuf {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.to_string_lossy().ends_with(ending));
        files.remove(0)
    };
    fn flip(path: PathBuf) {
        let mut bytes = fs::read(&path).unwrap();
        bytes[3] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let damages: [(&str, Damage); 6] = [
        ("meta.json", |path| fs::write(path, "{").unwrap()),
        ("meta.json", |path| fs::remove_file(path).unwrap()),
        (".store", |path| fs::remove_file(path).unwrap()),
        (".store", |path| flip(path.to_owned())),
        (".idx", |path| flip(path.to_owned())),
        ("meta.json", |path| {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, text.replace(r#"\"schema\":1"#, r#"\"schema\":0"#)).unwrap();
        }),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let (mut index, mut n) = (open(&path).0, 0);
    for (ending, damage) in damages {
        index.add(&[record(1, "a", "air")], 1).unwrap();
        index.commit().unwrap();
        drop(index);
        damage(&file(&path, ending));
        let opened;
        (index, opened) = open(&path);
        n += 1;
        let Opened::Rebuilt { reason, set_aside } = opened else { panic!("{ending} {n}: {opened:?}") };
        assert!(!reason.is_empty());
        assert_eq!(set_aside, folder.path().join(format!("index.damaged-{n}")));
        assert!(set_aside.exists());
        assert_eq!((index.last_sequence(), index.searcher().count()), (0, 0), "{reason}");
    }
}

#[test]
fn an_index_with_other_fields_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    fs::create_dir(&path).unwrap();
    let mut schema = tantivy::schema::Schema::builder();
    schema.add_text_field("title", tantivy::schema::TEXT);
    tantivy::Index::create_in_dir(&path, schema.build()).unwrap();
    let (_, opened) = open(&path);
    assert!(matches!(opened, Opened::Rebuilt { reason, .. } if reason.contains("another version")));
}

#[test]
fn an_empty_index_is_ready_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let (index, opened) = open(folder.path());
    assert_eq!((opened, index.last_sequence(), index.searcher().count()), (Opened::Ready, 0, 0));
    assert_eq!(search(&index, "*", &SearchOptions::default()).total, 0);
    assert!(index.verify().unwrap().is_empty());
}

#[test]
fn a_creation_that_was_cut_short_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    drop(open(&path));
    fs::remove_file(path.join("meta.json")).unwrap();
    assert_eq!(open(&path).1, Opened::New);
    assert_eq!(open(&path).1, Opened::Ready);
}

#[test]
fn hits_are_limited_counted_and_ordered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let mut records: Vec<_> = (1..=20).map(|n| record(n, &n.to_string(), "air sungai naik")).collect();
    // Same words, same moment: the later sequence comes first.
    records[6].at = records[7].at;
    for (n, batch) in records.chunks(7).enumerate() {
        index.add(batch, n as u64).unwrap();
        index.commit().unwrap();
    }
    let first = |sort, limit| {
        let hits = search(&index, "air", &SearchOptions { limit, sort, ..SearchOptions::default() });
        assert_eq!(hits.total, 20);
        hits.hits.into_iter().map(|hit| hit.record.sequence).collect::<Vec<_>>()
    };
    assert_eq!(first(Sort::Newest, 3), [20, 19, 18]);
    assert_eq!(first(Sort::Oldest, 3), [1, 2, 3]);
    assert_eq!(first(Sort::Relevance, 3), [20, 19, 18]);
    assert_eq!(first(Sort::Newest, 0), Vec::<u64>::new());
    assert_eq!(first(Sort::Newest, usize::MAX)[11..15], [9, 8, 7, 6]);
}

#[test]
fn days_bound_a_search() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let day = |n: u64| {
        let day = jiff::civil::date(2025, 7, n as i8);
        let at = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        Record { at, day, ..record(n, &n.to_string(), "air") }
    };
    index.add(&[day(1), day(2), day(3)], 3).unwrap();
    index.commit().unwrap();
    let since = |since, until| search(&index, "air", &SearchOptions { since, until, ..SearchOptions::default() }).total;
    let (second, third) = (jiff::civil::date(2025, 7, 2), jiff::civil::date(2025, 7, 3));
    assert_eq!(since(Some(second), None), 2);
    assert_eq!(since(None, Some(second)), 2);
    assert_eq!(since(Some(second), Some(second)), 1);
    assert_eq!(since(Some(third), Some(second)), 0);
}

#[test]
fn records_of_a_window_are_in_the_order_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let mut records: Vec<_> = (1..=10).map(|n| record(n, &n.to_string(), "air")).collect();
    records.swap(2, 7);
    // A nanosecond before and after the bounds, which the index alone cannot tell apart.
    let window = Window { from: records[3].at, to: records[5].at };
    let nano = jiff::SignedDuration::from_nanos(1);
    records.push(Record { at: window.from + nano, ..record(11, "11", "air") });
    records.push(Record { at: window.to + nano, ..record(12, "12", "air") });
    index.add(&records[..6], 6).unwrap();
    index.commit().unwrap();
    index.add(&records[6..], 12).unwrap();
    index.commit().unwrap();
    let sequences = |window: Option<&Window>, limit| -> Vec<u64> {
        let records = index.searcher().records(window, limit).unwrap();
        records.iter().map(|record| record.sequence).collect()
    };
    assert_eq!(sequences(Some(&window), 100), [11, 5, 6]);
    assert_eq!(sequences(None, 100), [1, 2, 3, 4, 11, 5, 6, 12, 7, 8, 9, 10]);
    assert_eq!(sequences(None, 2), [9, 10]);
    let nothing = Window { from: window.to, to: window.from };
    assert_eq!(sequences(Some(&nothing), 100), Vec::<u64>::new());
}

#[test]
fn a_beginning_that_fits_too_many_words_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let words: String = (0..2_001).map(|n| format!("kata{n} ")).collect();
    index.add(&[record(1, "a", &words)], 1).unwrap();
    index.commit().unwrap();
    let query = Query::parse("air kata*", &Vocabulary::default()).unwrap();
    let error = index.searcher().search(&query, &SearchOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"kata*\" cocok dengan lebih dari 2000 kata; tulis awalan yang lebih panjang (huruf ke-5)"
    );
    assert_eq!(ids(&index, "kata12*"), ["a"]);
}

#[test]
fn a_searcher_keeps_answering_while_records_are_added() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = open(folder.path());
    let searcher = index.searcher().clone();
    let reader = std::thread::spawn(move || {
        let mut seen = 0;
        while seen < 200 {
            let now = searcher.search(&Query::all(), &SearchOptions::default()).unwrap().total;
            assert!(now >= seen && now % 10 == 0, "{now}");
            seen = now;
        }
    });
    for batch in 0..20 {
        let records: Vec<_> = (1..=10).map(|n| batch * 10 + n).map(|n| record(n, &n.to_string(), "air")).collect();
        index.add(&records, batch * 10 + 10).unwrap();
        index.commit().unwrap();
    }
    reader.join().unwrap();
}

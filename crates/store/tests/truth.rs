//! Truth keeps every item once, sealed, and survives what operators and disks do to it.

#![allow(clippy::unwrap_used)] // a test's own helpers may fail like the test

use jiff::Timestamp;
use model::{Author, BodyFormat, DocumentKey, Engagement, RawItem, SourceHealth, SourceKind, SourceName, SourceState};
use std::{fs, path::Path};
use store::{Appended, DataDir, Error, KeySource, Truth};
use tempfile::TempDir;

const AUTHOR: &str = "Warga Rekaan Penyusur Sungai";

fn item(id: &str, revision: &str, body: &str) -> RawItem {
    RawItem {
        source: "kabar-rekaan.example".into(),
        id: id.into(),
        revision: revision.into(),
        kind: SourceKind::News,
        url: Some(format!("https://kabar-rekaan.example/{id}")),
        title: Some(format!("Judul {id}")),
        body: body.as_bytes().to_vec(),
        format: BodyFormat::Fragment,
        charset: Some("utf-8".into()),
        published_at: Some(time("2025-07-17T01:02:03.000000004Z")),
        author: Some(Author::Name(AUTHOR.into())),
        tags: vec!["banjir".into()],
        engagement: Engagement { likes: Some(3), ..Engagement::default() },
        fetched_at: time("2025-07-17T02:00:00Z"),
        withdrawn: false,
        parent: None,
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn open(folder: &TempDir) -> (DataDir, Truth) {
    let data_dir = DataDir::open(folder.path().join("data")).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    (data_dir, truth)
}

fn refused(data_dir: &DataDir) -> Error {
    match Truth::open(data_dir, &KeySource::Beside) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

/// Everything that stands on disk, write-ahead log included.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes(&path) } else { fs::read(path).unwrap() });
    }
    all
}

fn holds(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn an_item_comes_back_as_it_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    let long = "Air naik di bantaran sungai. ".repeat(200);
    for (n, body) in ["", "pendek", &long].into_iter().enumerate() {
        for kind in SourceKind::ALL {
            let mut sent = item(&format!("{n}-{}", kind.as_str()), "1", body);
            sent.kind = kind;
            sent.title = (n > 0).then(String::new);
            sent.withdrawn = body.is_empty();
            truth.append(vec![sent.clone()], None).unwrap();
            let stored = truth.latest(&sent.key()).unwrap().unwrap();
            let Some(Author::Pseudonym(pseudonym)) = &stored.item.author else { panic!("no pseudonym") };
            assert_eq!(pseudonym.len(), 32);
            sent.author.clone_from(&stored.item.author);
            assert_eq!(stored.item, sent);
            assert_eq!(stored.first_seen_at, sent.fetched_at);
        }
    }
    assert_eq!(truth.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn the_journal_is_a_write_ahead_log() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, _truth) = open(&folder);
    // The file remembers the journal; how often it is flushed belongs to each connection and is set in one place.
    let other = rusqlite::Connection::open(data_dir.truth()).unwrap();
    let journal: String = other.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
}

#[test]
fn names_and_bodies_are_nowhere_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    let mut post = item("p1", "1", "Jalan di gang kami rusak sejak bulan lalu");
    post.kind = SourceKind::Post;
    post.url = Some("https://sosial.example/@warga_rekaan/status/1".into());
    post.title = Some("Keluhan warga_rekaan".into());
    truth.append(vec![item("a", "1", "Bodi artikel yang panjangnya cukup"), post], None).unwrap();
    let all = bytes(data_dir.path());
    assert!(holds(&all, "kabar-rekaan.example"), "the search itself works");
    for secret in [AUTHOR, "Bodi artikel", "gang kami rusak", "warga_rekaan"] {
        assert!(!holds(&all, secret), "{secret}");
    }
}

#[test]
fn pseudonyms_are_stable_within_a_source_and_differ_between_sources_and_offices() {
    let pseudonym = |truth: &mut Truth, source: &str, id: &str, name: &str| {
        let mut sent = item(id, "1", "x");
        sent.source = source.into();
        sent.author = Some(Author::Name(name.into()));
        truth.append(vec![sent.clone()], None).unwrap();
        truth.latest(&sent.key()).unwrap().unwrap().item.author
    };
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (_first_dir, mut first) = open(&folders[0]);
    let (_second_dir, mut second) = open(&folders[1]);
    let base = pseudonym(&mut first, "a", "1", "Nama");
    assert_eq!(base, pseudonym(&mut first, "a", "2", " Nama "));
    assert_ne!(base, pseudonym(&mut first, "a", "3", "Lain"));
    assert_ne!(base, pseudonym(&mut first, "b", "4", "Nama"));
    assert_ne!(base, pseudonym(&mut second, "a", "1", "Nama"));
    assert_eq!(None, pseudonym(&mut first, "a", "5", "  "));
}

#[test]
fn what_arrives_again_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    let batch = vec![item("a", "1", "x"), item("b", "1", "y"), item("a", "1", "x")];
    let first = truth.append(batch.clone(), None).unwrap();
    assert_eq!(first, Appended { imported: 2, updated: 0, unchanged: 1, last_sequence: 2 });
    let again = truth.append(batch, None).unwrap();
    assert_eq!(again, Appended { imported: 0, updated: 0, unchanged: 3, last_sequence: 2 });
    assert_eq!(truth.count().unwrap().documents, 2);
}

#[test]
fn a_new_revision_names_the_one_it_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    truth.append(vec![item("a", "1", "lama"), item("b", "1", "x")], None).unwrap();
    let mut newer = item("a", "2", "baru");
    newer.fetched_at = time("2025-07-18T00:00:00Z");
    let appended = truth.append(vec![newer.clone(), item("a", "3", "terbaru")], None).unwrap();
    assert_eq!((appended.imported, appended.updated), (0, 2));
    let batch = truth.read_after(2, 10).unwrap();
    let replaces: Vec<_> = batch.items.iter().map(|stored| (stored.sequence, stored.replaces)).collect();
    assert_eq!(replaces, [(3, Some(1)), (4, Some(3))]);
    assert!(batch.items.iter().all(|stored| stored.first_seen_at == time("2025-07-17T02:00:00Z")));
    assert_eq!(truth.latest(&newer.key()).unwrap().unwrap().item.body, b"terbaru");
    let counts = truth.count().unwrap();
    assert_eq!((counts.revisions, counts.documents), (4, 2));
}

#[test]
fn items_and_cursor_commit_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    let source = SourceName::from("kabar-rekaan.example");
    truth.append(vec![item("a", "1", "x")], Some((&source, "sampai-a"))).unwrap();

    // A batch fails in its middle: the second row violates the schema.
    let other = rusqlite::Connection::open(data_dir.truth()).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER fail BEFORE INSERT ON items WHEN NEW.id = 'c' BEGIN SELECT raise(ABORT, 'no'); END",
        )
        .unwrap();
    assert!(truth.append(vec![item("b", "1", "x"), item("c", "1", "x")], Some((&source, "sampai-c"))).is_err());
    assert_eq!(truth.cursor(&source).unwrap().as_deref(), Some("sampai-a"));
    assert_eq!(truth.count().unwrap().documents, 1);

    other.execute_batch("DROP TRIGGER fail").unwrap();
    truth.append(vec![item("b", "1", "x"), item("c", "1", "x")], Some((&source, "sampai-c"))).unwrap();
    assert_eq!(truth.cursor(&source).unwrap().as_deref(), Some("sampai-c"));
    assert_eq!(truth.count().unwrap().documents, 3);
    assert_eq!(truth.cursor(&"lain".into()).unwrap(), None);
}

#[test]
fn reading_goes_on_behind_a_damaged_row() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    truth.append((1..=5).map(|n| item(&n.to_string(), "1", "isi")).collect(), None).unwrap();
    let other = rusqlite::Connection::open(data_dir.truth()).unwrap();
    // A body of another row, a body with a flipped bit, a time that is none.
    other
        .execute("UPDATE items SET body = (SELECT body FROM items WHERE sequence = 1) WHERE sequence = 2", [])
        .unwrap();
    let mut body: Vec<u8> = other.query_row("SELECT body FROM items WHERE sequence = 3", [], |row| row.get(0)).unwrap();
    *body.last_mut().unwrap() ^= 1;
    other.execute("UPDATE items SET body = ?1 WHERE sequence = 3", [body]).unwrap();
    other.execute("UPDATE items SET fetched_at = 'kemarin' WHERE sequence = 4", []).unwrap();

    let batch = truth.read_after(0, 10).unwrap();
    let whole: Vec<_> = batch.items.iter().map(|stored| stored.sequence).collect();
    let damaged: Vec<_> = batch.damaged.iter().map(|damaged| damaged.sequence).collect();
    assert_eq!((whole, damaged, batch.last_sequence), (vec![1, 5], vec![2, 3, 4], 5));
    assert!(truth.read_after(5, 10).unwrap().is_empty());
    let key = DocumentKey { source: "kabar-rekaan.example".into(), id: "3".into() };
    assert_eq!(truth.latest(&key).unwrap_err().to_string(), "item 3 (kabar-rekaan.example, 3) is not what was written");
    let findings = truth.verify().unwrap();
    assert_eq!(findings.len(), 3, "{findings:?}");
    assert_eq!(findings[0], "item 2 (kabar-rekaan.example, 2) is not what was written");
}

#[test]
fn batches_are_bounded_in_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    let page = "a".repeat(12 << 20);
    truth.append((1..=7).map(|n| item(&n.to_string(), "1", &page)).collect(), None).unwrap();
    let mut sizes = Vec::new();
    let mut last = 0;
    loop {
        let batch = truth.read_after(last, 1000).unwrap();
        if batch.is_empty() {
            break;
        }
        sizes.push(batch.items.len());
        last = batch.last_sequence;
    }
    assert_eq!(sizes, [3, 3, 1]);
}

#[test]
fn what_was_erased_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    let gone = item("hapus-ini", "1", "x");
    truth.append(vec![item("a", "1", "x"), gone.clone(), item("hapus-ini", "2", "y")], None).unwrap();
    assert!(truth.remove(&gone.key()).unwrap());
    assert!(!truth.remove(&gone.key()).unwrap());
    assert!(truth.latest(&gone.key()).unwrap().is_none());
    assert!(!holds(&bytes(data_dir.path()), "Judul hapus-ini"));
    assert_eq!(truth.tombstones().unwrap(), [gone.key()]);

    let appended = truth.append(vec![gone, item("hapus-ini", "3", "z"), item("b", "1", "x")], None).unwrap();
    assert_eq!(appended, Appended { imported: 1, updated: 0, unchanged: 2, last_sequence: 4 });
    assert_eq!(truth.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn a_failure_keeps_the_time_of_the_last_success() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    let answered = SourceHealth {
        name: "rri".into(),
        kind: SourceKind::Broadcast,
        state: SourceState::Ok,
        reason: None,
        last_success_at: Some(time("2025-07-17T00:00:00Z")),
        last_attempt_at: Some(time("2025-07-17T00:00:00Z")),
        received: 12,
        ..SourceHealth::unknown("rri".into(), SourceKind::Broadcast)
    };
    let failed = SourceHealth {
        state: SourceState::Failed,
        reason: Some("timeout".into()),
        last_success_at: None,
        last_attempt_at: Some(time("2025-07-18T00:00:00Z")),
        received: 0,
        ..answered.clone()
    };
    truth.set_health(&[answered.clone(), SourceHealth { name: "antara".into(), ..answered.clone() }]).unwrap();
    truth.set_health(std::slice::from_ref(&failed)).unwrap();
    let health = truth.health().unwrap();
    assert_eq!(health[0].name.as_str(), "antara");
    assert_eq!(health[1], SourceHealth { last_success_at: answered.last_success_at, ..failed });
}

#[test]
fn data_without_its_keys_is_refused_by_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    truth.append(vec![item("a", "1", "x")], None).unwrap();
    drop(truth);
    let seal = data_dir.keys().join("seal.key");
    let right = fs::read(&seal).unwrap();

    fs::write(&seal, format!("{}\n", "0f".repeat(32))).unwrap();
    assert!(matches!(refused(&data_dir), Error::WrongKey { path } if path == seal));
    fs::write(&seal, "bukan kunci").unwrap();
    assert!(matches!(refused(&data_dir), Error::DamagedKey { path } if path == seal));
    fs::remove_file(&seal).unwrap();
    assert!(matches!(refused(&data_dir), Error::MissingKey { path } if path == seal));
    assert!(!seal.exists(), "no new key is made for old data");

    fs::write(&seal, right).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.read_after(0, 10).unwrap().items.len(), 1);
}

#[test]
fn keys_may_be_kept_elsewhere_and_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = DataDir::open(folder.path().join("data")).unwrap();
    let keys = folder.path().join("rahasia");
    Truth::open(&data_dir, &KeySource::Folder(keys.clone())).unwrap();
    assert!(!data_dir.keys().exists());
    for name in ["seal.key", "pseudonym.key"] {
        let mode = fs::metadata(keys.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(matches!(refused(&data_dir), Error::MissingKey { .. }));
}

#[test]
fn a_later_schema_and_a_file_that_is_no_database_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, truth) = open(&folder);
    drop(truth);
    rusqlite::Connection::open(data_dir.truth()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(data_dir.truth()).unwrap();
    let error = refused(&data_dir);
    assert!(matches!(error, Error::NewerSchema { found: 99, known: 4, .. }), "{error}");
    assert_eq!(fs::read(data_dir.truth()).unwrap(), before, "nothing was written");

    fs::write(data_dir.truth(), "ini bukan basis data ".repeat(100)).unwrap();
    let error = refused(&data_dir);
    assert!(error.to_string().contains("truth.sqlite"), "{error}");
}

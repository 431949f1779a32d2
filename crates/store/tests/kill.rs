//! A process that is killed at any moment loses nothing, doubles nothing and blocks nobody.

#![allow(clippy::unwrap_used)] // a test's own helpers may fail like the test

use jiff::Timestamp;
use model::{BodyFormat, Engagement, RawItem, Record, SourceKind, SourceName};
use std::{
    collections::BTreeSet,
    env,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};
use store::{DataDir, Index, IndexOptions, KeySource, Opened, Truth};

const FOLDER: &str = "PESUT_TEST_KILLED_FOLDER";
const BATCH: u64 = 20;

fn item(n: u64, revision: u64) -> RawItem {
    RawItem {
        source: "sumber".into(),
        id: n.to_string().into(),
        revision: revision.to_string(),
        kind: SourceKind::News,
        url: None,
        title: None,
        body: format!("air naik {n}").into_bytes(),
        format: BodyFormat::Text,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        fetched_at: Timestamp::UNIX_EPOCH,
        withdrawn: false,
        parent: None,
    }
}

/// What a run does after its start: brings the index up to truth.
fn catch_up(truth: &Truth, index: &mut Index) {
    loop {
        let batch = truth.read_after(index.last_sequence(), 500).unwrap();
        if batch.is_empty() {
            return;
        }
        let records: Vec<_> = batch
            .items
            .into_iter()
            .map(|stored| Record {
                sequence: stored.sequence,
                replaces: stored.replaces,
                id: stored.item.id,
                source: stored.item.source,
                text: String::from_utf8(stored.item.body).unwrap(),
                ..Record::default()
            })
            .collect();
        index.add(&records, batch.last_sequence).unwrap();
        index.commit().unwrap();
    }
}

/// Not a test: the process that is killed. It imports numbered items for ever, from its cursor on.
#[test]
fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let data_dir = DataDir::open(folder).unwrap();
    let mut truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    let (mut index, opened) = Index::open(&data_dir.index(), IndexOptions::default()).unwrap();
    assert!(!matches!(opened, Opened::Rebuilt { .. }), "{opened:?}");
    let source = SourceName::from("sumber");
    loop {
        let from: u64 = truth.cursor(&source).unwrap().map_or(0, |cursor| cursor.parse().unwrap());
        let to = from + BATCH;
        // Some items arrive again, some in a new revision.
        let mut items: Vec<_> = (from.saturating_sub(5)..to).map(|n| item(n, 1)).collect();
        items.push(item(from / 2, 2 + from));
        truth.append(items, Some((&source, &to.to_string()))).unwrap();
        writeln!(io::stdout(), "\nstored {to}").unwrap();
        catch_up(&truth, &mut index);
    }
}

/// Runs the child until it has reported `reports` batches, kills it, and gives back the last one that it reported.
fn run_and_kill(folder: &Path, reports: usize) -> u64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let stored = lines.filter_map(|line| line.unwrap().strip_prefix("stored ").map(|n| n.parse().unwrap()));
    let last = stored.take(reports).last().expect("the child reports");
    child.kill().unwrap();
    child.wait().unwrap();
    last
}

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut reported = 0;
    for reports in [1, 4, 2, 7, 1, 3, 5, 1, 2, 6] {
        let last = run_and_kill(folder.path(), reports);
        assert!(last > reported, "it goes on where it was");
        reported = last;
    }
    let data_dir = DataDir::open(folder.path()).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.verify().unwrap(), Vec::<String>::new());
    let cursor: u64 = truth.cursor(&"sumber".into()).unwrap().unwrap().parse().unwrap();
    assert!(cursor >= reported, "what was reported is there");
    assert_eq!(truth.count().unwrap().documents, cursor);

    let (mut index, opened) = Index::open(&data_dir.index(), IndexOptions::default()).unwrap();
    assert_eq!(opened, Opened::Ready);
    catch_up(&truth, &mut index);
    let records = index.searcher().records(None, usize::MAX).unwrap();
    let ids: BTreeSet<u64> = records.iter().map(|record| record.id.as_str().parse().unwrap()).collect();
    assert_eq!(records.len() as u64, cursor, "no doubles");
    assert_eq!(ids, (0..cursor).collect(), "nothing missing");
    assert_eq!(index.last_sequence(), truth.last_sequence().unwrap());
}

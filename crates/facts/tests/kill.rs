//! What a kill at any moment leaves behind counts nothing twice and loses nothing; damage is found, not counted.

#![allow(clippy::unwrap_used)]

mod common;

use common::{by_hand, frame, open, records, region, write};
use facts::{Error, Facts, Opened};
use model::Record;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Every file of a folder with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for inner in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()) {
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
    found
}

fn lay_out<'a>(folder: &Path, files: impl IntoIterator<Item = (&'a PathBuf, &'a Vec<u8>)>) {
    for (path, bytes) in files {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), bytes).unwrap();
    }
}

fn check(facts: &Facts, records: &[Record]) {
    assert_eq!(facts.last_sequence(), records.last().map_or(0, |record| record.sequence));
    assert_eq!(facts.tables(&frame(7), &region()).unwrap(), by_hand(records, &frame(7), &region()));
}

#[test]
fn a_kill_at_any_point_of_a_write_counts_the_batch_whole_or_not_at_all() {
    let records = records(5, 120);
    let source = tempfile::tempdir().unwrap();
    write(&open(source.path()), &records[..80], 80);
    let before = files(source.path());
    write(&open(source.path()), &records[80..], 40);
    let mut new: Vec<(PathBuf, Vec<u8>)> =
        files(source.path()).into_iter().filter(|(path, _)| !before.contains_key(path)).collect();
    // In the order of writing: parts, then the manifest.
    new.sort_by_key(|(path, _)| path.starts_with("batches"));
    assert!(new.len() > 5);
    for written in 0..=new.len() {
        let folder = tempfile::tempdir().unwrap();
        lay_out(folder.path(), &before);
        lay_out(folder.path(), new[..written].iter().map(|(path, bytes)| (path, bytes)));
        if let Some((path, bytes)) = new.get(written) {
            let half = (path.with_extension("unfinished"), bytes[..bytes.len() / 2].to_vec());
            lay_out(folder.path(), [(&half.0, &half.1)]);
        }
        let complete = written == new.len();
        check(&open(folder.path()), if complete { &records } else { &records[..80] });
        let expected = if complete { files(source.path()) } else { before.clone() };
        assert_eq!(files(folder.path()).len(), expected.len(), "leftovers are removed");
        // Whatever was there, writing it again ends in the same place.
        let facts = open(folder.path());
        write(&facts, &records[60..], 60);
        check(&facts, &records);
    }
}

#[test]
fn a_kill_while_batches_are_merged_counts_nothing_twice() {
    let records = records(6, 400);
    let source = tempfile::tempdir().unwrap();
    let facts = open(source.path());
    write(&facts, &records[..310], 10);
    let small = files(source.path());
    write(&facts, &records[310..320], 10);
    let merged = files(source.path());
    assert_eq!(merged.keys().filter(|path| path.starts_with("batches")).count(), 1, "32 batches became one");
    check(&facts, &records[..320]);

    // The merged parts are there, their manifest is not.
    let folder = tempfile::tempdir().unwrap();
    lay_out(folder.path(), &small);
    lay_out(folder.path(), merged.iter().filter(|(path, _)| !path.starts_with("batches")));
    check(&open(folder.path()), &records[..310]);

    // The merged manifest is there, what it covers is not removed yet.
    let folder = tempfile::tempdir().unwrap();
    lay_out(folder.path(), small.iter().chain(&merged));
    let facts = open(folder.path());
    check(&facts, &records[..320]);
    assert_eq!(files(folder.path()), merged);
    write(&facts, &records[320..], 7);
    check(&facts, &records);
}

#[test]
fn a_batch_may_arrive_twice() {
    let records = records(8, 100);
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    write(&facts, &records[..50], 50);
    write(&facts, &records[..50], 50);
    write(&facts, &records[20..], 80);
    check(&facts, &records);
}

#[test]
fn a_flipped_bit_is_found_when_the_part_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    write(&facts, &records(9, 200), 200);
    let today = folder.path().join(PART);
    let mut bytes = fs::read(&today).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&today, bytes).unwrap();
    let error = facts.tables(&frame(7), &region()).unwrap_err();
    assert!(matches!(&error, Error::Damaged { path, .. } if *path == today), "{error}");
    drop(facts);
    let Opened::SetAside { facts, reason, moved_to } = Facts::set_aside(folder.path(), error.to_string()).unwrap()
    else {
        panic!("not set aside")
    };
    assert!(reason.contains("2026-11-19"), "{reason}");
    assert!(moved_to.join("2026-11-19").is_dir());
    write(&facts, &records(9, 200), 200);
    check(&facts, &records(9, 200));
    fs::remove_dir_all(moved_to).unwrap();
}

#[test]
fn a_damaged_folder_is_set_aside_on_start() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("it is missing", |folder| fs::remove_file(folder.join(PART)).unwrap()),
        ("bytes instead of", |folder| fs::write(folder.join(PART), b"PAR1").unwrap()),
        ("expected value", |folder| fs::write(folder.join(MANIFEST), b"\0\0\0").unwrap()),
        ("this program writes", |folder| {
            let old = fs::read_to_string(folder.join(MANIFEST)).unwrap();
            fs::write(folder.join(MANIFEST), old.replace("\"schema\": 1", "\"schema\": 999")).unwrap();
        }),
    ];
    for (expected, damage) in damages {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("facts");
        write(&open(&folder), &records(9, 200), 200);
        damage(&folder);
        let Opened::SetAside { facts, reason, .. } = Facts::open(&folder).unwrap() else { panic!("{expected}") };
        assert!(reason.contains(expected), "{reason}");
        assert_eq!(facts.last_sequence(), 0);
    }
}

const PART: &str = "2026-11-19/000000000001-000000000200.parquet";
const MANIFEST: &str = "batches/000000000001-000000000200.json";

//! The claim index proposes, survives, and says what is wrong with a file.

#![allow(clippy::unwrap_used)]

use model::{ClaimCandidate, FactCheck};
use std::{fs, path::Path};
use store::{ClaimIndex, Opened, read_fact_checks};

fn check(id: &str, title: &str, text: &str) -> FactCheck {
    FactCheck { id: id.into(), title: title.to_owned(), text: text.to_owned(), ..FactCheck::default() }
}

fn checks() -> Vec<FactCheck> {
    vec![
        check("a", "Jembatan Muara Kelapa Ditutup Total", "Penutupan hanya malam hari."),
        check("b", "Bantuan Tunai Kartu Sungai Emas", "Jembatan tidak disebut, kartu tidak ada."),
        check("c", "Air Kota Randu Tercemar", "Hasil uji laboratorium aman."),
    ]
}

fn ids(candidates: &[ClaimCandidate]) -> Vec<&str> {
    candidates.iter().map(|candidate| candidate.id.as_str()).collect()
}

#[test]
fn a_word_of_the_claim_says_more_than_one_of_the_explanation() {
    let index = ClaimIndex::in_memory(&checks()).unwrap();
    assert_eq!(ids(&index.candidates(None, "jembatan", 10).unwrap()), ["a", "b"]);
    assert_eq!(ids(&index.candidates(Some("Jembatan"), "", 1).unwrap()), ["a"]);
    assert_eq!(ids(&index.candidates(None, "penutupan jembatannya!", 10).unwrap())[0], "a");
}

#[test]
fn what_says_nothing_finds_nothing() {
    let index = ClaimIndex::in_memory(&checks()).unwrap();
    for text in ["", "yang di dan ke", "😀", "xyz", "https://contoh.example.com/jembatan"] {
        assert_eq!(index.candidates(None, text, 10).unwrap(), [], "{text}");
    }
    assert_eq!(index.candidates(None, "jembatan", 0).unwrap(), []);
    assert!(ClaimIndex::in_memory(&[]).unwrap().candidates(None, "jembatan", 10).unwrap().is_empty());
}

#[test]
fn a_check_takes_the_place_of_its_earlier_version_and_can_be_removed() {
    let mut index = ClaimIndex::in_memory(&checks()).unwrap();
    index.add(&[check("a", "Pasar Malam Pindah", ""), check("a", "Pasar Lama Dibongkar", "")]).unwrap();
    assert_eq!(index.len(), 3);
    assert_eq!(ids(&index.candidates(None, "pasar jembatan", 10).unwrap()), ["a", "b"]);
    assert_eq!(index.checks().unwrap()[0].title, "Pasar Lama Dibongkar");
    index.remove(&["a".into(), "zzz".into()]).unwrap();
    assert_eq!(ids(&index.candidates(None, "pasar jembatan", 10).unwrap()), ["b"]);
    assert_eq!(index.checks().unwrap().len(), 2);
}

#[test]
fn long_ids_and_long_texts_are_indexed() {
    let long = check(&"x".repeat(70_000), "Jembatan", &"kata berbeda ".repeat(20_000));
    let mut index = ClaimIndex::in_memory(std::slice::from_ref(&long)).unwrap();
    assert_eq!(index.candidates(None, "jembatan", 1).unwrap()[0].id, long.id);
    index.remove(std::slice::from_ref(&long.id)).unwrap();
    assert!(index.is_empty());
}

#[test]
fn a_folder_keeps_what_was_added_and_a_damaged_one_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("derived/claims");
    let (mut index, opened) = ClaimIndex::open(&folder).unwrap();
    assert_eq!((opened, index.is_empty()), (Opened::New, true));
    index.add(&checks()).unwrap();
    drop(index);
    let (index, opened) = ClaimIndex::open(&folder).unwrap();
    assert_eq!(opened, Opened::Ready);
    assert_eq!(index.checks().unwrap(), checks());
    assert_eq!(ids(&index.candidates(None, "tercemar", 5).unwrap()), ["c"]);
    drop(index);

    let damaged = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let damaged = damaged.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "store")).unwrap();
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[3] ^= 0xff;
    fs::write(&damaged, bytes).unwrap();
    let (mut index, opened) = ClaimIndex::open(&folder).unwrap();
    let Opened::Rebuilt { set_aside, .. } = opened else { panic!("{opened:?}") };
    assert!(set_aside.is_dir() && index.is_empty());
    index.add(&checks()).unwrap();
    assert_eq!(index.len(), 3);
}

#[test]
fn a_claims_file_is_read_and_its_mistakes_are_named() {
    let path = Path::new("cek.ndjson");
    let read = |text: &str| read_fact_checks(path, text.as_bytes());
    let whole = "{\"id\":\"1\",\"title\":\"Jembatan\",\"text\":\"t\",\"url\":\"https://a.example.com\",\"published_at\":\"2026-01-02T03:04:05+08:00\"}\n\n{\"id\":\"2\",\"text\":\"isi\",\"lain\":1}";
    let checks = read(whole).unwrap();
    assert_eq!(checks.len(), 2);
    assert_eq!((checks[0].title.as_str(), checks[1].text.as_str()), ("Jembatan", "isi"));
    assert!(checks[0].published_at.is_some());
    assert!(read("").unwrap().is_empty());
    for (text, said) in [
        ("{\"id\":\"1\",\"title\":\"a\"}\n{", "cek.ndjson, line 2: EOF"),
        ("{\"title\":\"a\"}", "cek.ndjson, line 1: missing field `id`"),
        ("{\"id\":\"\",\"title\":\"a\"}", "cek.ndjson, line 1: id is empty"),
        ("{\"id\":\"1\",\"title\":\" \"}", "cek.ndjson, line 1: neither title nor text"),
        ("\u{0}", "cek.ndjson, line 1: "),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
}

//! `tests/cases/matching/<case>`: `checks.ndjson` and `texts.ndjson` in, `expected.txt` out; and what holds for any text.

#![allow(clippy::unwrap_used)]

use issues::matching::{MatchInput, MatchLine, MatchOptions};
use matching::Matching;
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

fn folders() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases/matching");
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

fn matching(folder: &Path) -> Matching {
    let path = folder.join("checks.ndjson");
    let checks = store::read_fact_checks(&path, BufReader::new(File::open(&path).unwrap())).unwrap();
    Matching::new(&checks, MatchOptions::default()).unwrap()
}

fn show(line: &MatchLine) -> String {
    let mut shown = line.id.clone();
    for found in &line.matches {
        write!(shown, "\t{} {} {:.2}", found.level, found.claim_id, found.score).unwrap();
    }
    shown + "\n"
}

#[test]
fn texts_are_matched_as_written_down() {
    for folder in folders() {
        let matching = matching(&folder);
        let texts = fs::read_to_string(folder.join("texts.ndjson")).unwrap();
        let found: String = texts
            .lines()
            .map(|line| show(&matching.line(&serde_json::from_str::<MatchInput<'_>>(line).unwrap()).unwrap()))
            .collect();
        let file = folder.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(found, expected, "{} differs: UPDATE=1 rewrites it", file.display());
    }
}

#[test]
fn a_short_text_is_never_confirmed() {
    for folder in folders() {
        let matching = matching(&folder);
        for line in fs::read_to_string(folder.join("texts.ndjson")).unwrap().lines() {
            let input: MatchInput<'_> = serde_json::from_str(line).unwrap();
            let seven: Vec<&str> = input.text.split_whitespace().take(7).collect();
            let found = matching.post("a", &seven.join(" ")).unwrap();
            assert!(found.matches.iter().all(|found| found.level == "suggest"), "{found:?}");
        }
    }
}

#[test]
fn a_text_of_any_length_is_matched() {
    let matching = matching(&folders()[0]);
    let carried = "Info: Kartu Sungai Emas dapat bantuan tunai Rp600.000, isi formulir di tautan ini, sebarkan ya ";
    let long = carried.to_owned() + &"kata lain yang tidak ada hubungannya sama sekali ".repeat(2_100);
    assert!(long.len() > 100_000);
    let found = matching.post("panjang", &long).unwrap();
    assert_eq!(found.matches[0].claim_id, "cek-01");
    for text in ["é".repeat(100_000), "a.".repeat(60_000), "1 ".repeat(60_000), "👍🏽".repeat(20_000), "\u{0}".repeat(9)]
    {
        assert_eq!(matching.post("aneh", &text).unwrap().matches, []);
    }
}

#[test]
fn nothing_is_found_among_no_fact_checks() {
    let empty = Matching::new(&[], MatchOptions::default()).unwrap();
    assert_eq!(empty.post("a", "bantuan tunai untuk semua warga kota mulai besok pagi").unwrap().matches, []);
}

#[test]
fn lines_have_the_form_that_scripts_rely_on() {
    let matching = matching(&folders()[0]);
    let line = matching.post("7", "Jembatan Muara Kelapa ditutup total tiga bulan").unwrap();
    let json: serde_json::Value = serde_json::to_value(&line).unwrap();
    assert_eq!(json["id"], "7");
    assert_eq!(json["matches"][0]["claim_id"], "cek-02");
    assert_eq!(json["matches"][0]["level"], "suggest");
    assert!(json["matches"][0]["score"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)));
    assert!(serde_json::from_str::<MatchInput<'_>>(r#"{"text":"tanpa id"}"#).is_err());
}

/// `pesut match` matches the lines of a batch on all cores.
#[test]
fn many_threads_may_match_at_once() {
    fn shared<T: Sync + Send>(value: T) -> T {
        value
    }
    let matching = shared(matching(&folders()[0]));
    let text = "Pemegang Kartu Sungai Emas dapat bantuan tunai Rp600.000, isi formulir lewat tautan di bawah ya";
    let alone = matching.post("a", text).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(matching.post("a", text).unwrap(), alone));
        }
    });
}

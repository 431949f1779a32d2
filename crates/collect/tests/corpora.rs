//! Public feed test sets and bombs, where the shared data is at hand.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn corpora() -> Option<PathBuf> {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("data/corpora");
    if !folder.is_dir() {
        eprintln!("skipped: no shared data");
        return None;
    }
    Some(folder)
}

/// Every file below a folder with one of these endings, in order.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The share of files that are read, and the names of those that are not.
fn readable(paths: &[PathBuf]) -> (usize, Vec<String>) {
    let failed = paths.iter().filter_map(|path| {
        let error = collect::parse_feed(&std::fs::read(path).unwrap(), None).err()?;
        Some(format!("{}: {error}", path.display()))
    });
    let failed: Vec<_> = failed.collect();
    (paths.len() - failed.len(), failed)
}

#[test]
fn feeds_of_other_readers_are_read() {
    let Some(corpora) = corpora() else { return };
    let sets = [
        // Two of them are an empty file and a web page, which must not be read.
        ("gofeed", files(&corpora.join("gofeed/testdata"), &[".xml"]), 2),
        // Two are lists of books.
        ("feed-rs", files(&corpora.join("feed-rs"), &[".xml"]), 2),
        ("miniflux", files(&corpora.join("miniflux"), &[".xml"]), 0),
    ];
    for (name, paths, allowed) in sets {
        let (read, failed) = readable(&paths);
        eprintln!("{name}: {read} of {} read", paths.len());
        assert!(failed.len() <= allowed, "{name}: {failed:#?}");
    }
}

/// gofeed states what each of its feeds holds: every title, address, author and date that it names must come out.
#[test]
fn fields_agree_with_another_reader() {
    let Some(corpora) = corpora() else { return };
    let (mut checked, mut wrong) = (0, Vec::new());
    for path in files(&corpora.join("gofeed/testdata/translator"), &[".xml"]) {
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let items = expected["items"].as_array().cloned().unwrap_or_default();
        let entries = collect::parse_feed(&std::fs::read(&path).unwrap(), None).unwrap();
        checked += 1;
        if items.len() != entries.len() {
            wrong.push(format!("{}: {} entries, not {}", path.display(), entries.len(), items.len()));
            continue;
        }
        for (entry, item) in entries.iter().zip(&items) {
            let got = serde_json::to_value(entry).unwrap();
            let pairs = [
                ("title", &item["title"]),
                ("url", &item["link"]),
                ("author", &item["author"]["name"]),
                ("content", &item["content"]),
                ("summary", &item["description"]),
                ("published_at", &item["publishedParsed"]),
                ("updated_at", &item["updatedParsed"]),
            ];
            for (field, wanted) in pairs {
                if !wanted.is_null() && wanted.as_str().map(str::trim) != got[field].as_str().map(str::trim) {
                    wrong.push(format!(
                        "{}: {field} is {}, not {wanted}",
                        path.file_name().unwrap().display(),
                        got[field]
                    ));
                }
            }
        }
    }
    eprintln!("gofeed translator: {checked} feeds, fields that differ: {wrong:#?}");
    // Three are choices: an edit is no publication, a date no edit, and the first of several links is the entry's own.
    assert!(wrong.len() <= 3, "{wrong:#?}");
}

#[test]
fn bombs_are_harmless() {
    let Some(corpora) = corpora() else { return };
    for path in files(&corpora.join("bombs"), &[".rss", ".xml", ".json", ".html"]) {
        let bytes = std::fs::read(&path).unwrap();
        let start = Instant::now();
        let outcome = collect::parse_feed(&bytes, None);
        let held = outcome
            .as_ref()
            .map_or(0, |entries| entries.iter().map(|entry| serde_json::to_string(entry).unwrap().len()).sum());
        assert!(held <= bytes.len() * 2, "{}: {held} bytes out of {}", path.display(), bytes.len());
        assert!(!format!("{outcome:?}").contains("root:"), "{} reads files", path.display());
        eprintln!("{}: {:?} in {:?}", path.display(), outcome.map(|entries| entries.len()), start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(5), "{}", path.display());
    }
}

//! Measures extraction: `cargo run --release -p text --example extraction -- EVALUATION [FOLDER]`.
//!
//! EVALUATION is the unpacked `corpora/trafilatura-eval` (it holds `tests/evaldata.json` and `tests/eval/`). Every page
//! has segments that its text must and must not contain, counted as that project's evaluation counts them. With FOLDER
//! the extracted texts are written there, one file a page, for comparing two versions.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use jiff::tz::TimeZone;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use text::{LexiconFiles, Lexicons, Reader};

/// The program's own allocator, so that speed is the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let tests = arguments.next().expect("the folder of the unpacked evaluation").join("tests");
    let folder = arguments.next();
    let reader = reader();
    let content = std::fs::read_to_string(tests.join("evaldata.json")).unwrap();
    let pages: serde_json::Map<String, Value> = serde_json::from_str(&content).unwrap();

    let (mut found, mut missed, mut unwanted) = (0, 0, 0);
    let mut times: Vec<(Duration, &str)> = Vec::new();
    for (url, page) in &pages {
        let file = page["file"].as_str().unwrap();
        // Some pages of the list are not in the archive.
        let Ok(html) = std::fs::read(tests.join("eval").join(file)) else { continue };
        let start = Instant::now();
        let (document, _) = reader.extract(&html, None, Some(url));
        times.push((start.elapsed(), file));
        let holds = |segment: &&Value| document.text.contains(segment.as_str().unwrap());
        let wanted = page["with"].as_array().unwrap();
        let held = wanted.iter().filter(holds).count();
        found += held;
        missed += wanted.len() - held;
        unwanted += page["without"].as_array().unwrap().iter().filter(holds).count();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(format!("{file}.txt")), &document.text).unwrap();
        }
    }
    let (precision, recall) = (share(found, found + unwanted), share(found, found + missed));
    let f = 2.0 * precision * recall / (precision + recall);
    println!("{} of {} pages: precision {precision:.4} recall {recall:.4} F {f:.4}", times.len(), pages.len());
    let seconds: f64 = times.iter().map(|(time, _)| time.as_secs_f64()).sum();
    times.sort();
    let p99 = times[times.len() * 99 / 100].0;
    println!("{:.0} pages/s a core, p99 {p99:?}; slowest:", times.len() as f64 / seconds);
    for (time, file) in times.iter().rev().take(6) {
        println!("{time:?} {file}");
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn reader() -> Reader {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let mut files = LexiconFiles::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(content) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), content);
            }
        }
    }
    let lexicons = Lexicons::load(&files, "kaltim").unwrap();
    Reader::new(Arc::new(lexicons), TimeZone::get("Asia/Makassar").unwrap()).unwrap()
}

//! Extraction on other people's annotated pages, every fourth of them, held to a floor. `examples/extraction.rs` measures
//! all of them and the speed. Without the shared data the test is skipped.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use jiff::tz::TimeZone;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use text::{LexiconFiles, Lexicons, Reader};

#[test]
fn annotated_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let archive = shared.join("data/corpora/trafilatura-eval/trafilatura-eval.tar.zst");
    if !archive.exists() {
        println!("skipped: no shared data");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trafilatura-eval");
    std::fs::create_dir_all(&folder).unwrap();
    let unpacked = Command::new("tar").arg("--zstd").arg("-xf").arg(&archive).arg("-C").arg(&folder).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        println!("skipped: tar cannot unpack zstd here");
        return;
    }
    let reader = reader(&root.join("lexicons"));
    let content = std::fs::read_to_string(folder.join("tests/evaldata.json")).unwrap();
    let pages: serde_json::Map<String, Value> = serde_json::from_str(&content).unwrap();
    let (mut found, mut missed, mut unwanted) = (0, 0, 0);
    for (url, page) in pages.iter().step_by(4) {
        let file = page["file"].as_str().unwrap();
        let Ok(html) = std::fs::read(folder.join("tests/eval").join(file)) else { continue };
        let (document, _) = reader.extract(&html, None, Some(url));
        let count = |key: &str| {
            let segments = page[key].as_array().unwrap();
            let held = segments.iter().filter(|segment| document.text.contains(segment.as_str().unwrap())).count();
            (held, segments.len())
        };
        let (held, all) = count("with");
        found += held;
        missed += all - held;
        unwanted += count("without").0;
    }
    let f = 2.0 * f64::from(found as u32) / f64::from((2 * found + missed + unwanted) as u32);
    let floors = std::fs::read_to_string(root.join("tests/eval/floors.toml")).unwrap();
    let floors: toml::Table = toml::from_str(&floors).unwrap();
    let floor = floors["extraction"]["trafilatura_f"].as_float().unwrap();
    println!("found {found}, missed {missed}, unwanted {unwanted}: F {f:.4}");
    assert!(f >= floor, "F {f:.4} is below its floor {floor}");
}

fn reader(root: &Path) -> Reader {
    let mut files = LexiconFiles::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(content) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), content);
            }
        }
    }
    let lexicons = Lexicons::load(&files, "kaltim").unwrap();
    Reader::new(Arc::new(lexicons), TimeZone::get("Asia/Makassar").unwrap()).unwrap()
}

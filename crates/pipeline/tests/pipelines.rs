//! Every pipeline in the repository parses, and every example of the reference builds.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use pipeline::Pipeline;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

#[test]
fn every_pipeline_parses() {
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("pipelines")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let pipeline = Pipeline::read(&path, None).unwrap_or_else(|error| panic!("{error}"));
            assert!(!pipeline.collect.is_empty(), "{} collects nothing", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 2, "the sample and the province");
}

#[test]
fn every_collector_example_stands_in_a_pipeline() {
    let folder = tempfile::tempdir().unwrap();
    for connector in collect::COLLECTORS {
        // An example may name a file; it only has to exist.
        let table: toml::Table = connector.kind.example.parse().unwrap();
        if let Some(path) = table.get("path").and_then(toml::Value::as_str) {
            let path = folder.path().join(path);
            if path.extension().is_none() {
                std::fs::create_dir_all(path).unwrap();
            } else {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "").unwrap();
            }
        }
        let text = format!("title = \"Contoh\"\n\n[[collect]]\n{}\n", connector.kind.example);
        let pipeline = Pipeline::parse(&text, &folder.path().join("contoh.toml"), None);
        assert_eq!(pipeline.unwrap_or_else(|error| panic!("{}: {error}", connector.kind.name)).collect.len(), 1);
    }
}

#[test]
fn a_second_province_is_data_only() {
    let folder = root().join("tests/cases/pipeline/pulau-uji");
    let text = "title = \"Pulau Uji\"\nzone = \"Asia/Jayapura\"\n";
    let region = folder.to_str().unwrap();
    let pipeline = Pipeline::parse(text, Path::new("uji.toml"), Some(region)).unwrap();
    assert_eq!(pipeline.region, region);
    let desk = pipeline::Desk::open(None, Some(region)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(desk.lexicons.region.title, "Pulau Uji");
    let line = br#"{"id":"1","title":"Dermaga Kota Satu rusak","text":"Dermaga di Kota Satu rusak, warga Kota Satu mengeluh."}"#;
    let answer = pipeline::LineAnalyser::new(&desk).unwrap().analyse(&[line.to_vec()], 1);
    let answer = String::from_utf8(answer[0].clone()).unwrap();
    assert!(answer.contains("\"99.71\"") && answer.contains("\"dermaga\""), "{answer}");
    assert!(!answer.contains("\"64"), "another province's places have no business here: {answer}");
}

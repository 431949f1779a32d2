//! The dependency rules of ARCHITECTURE.md, read from the manifests.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};

/// What each crate may depend on among ours. Siblings never see each other.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("net", &["model"]),
    ("collect", &["model", "net"]),
    ("analyse", &["model", "text"]),
    ("issues", &["model", "text"]),
    ("store", &["model", "text"]),
    ("facts", &["model"]),
    ("brief", &["model"]),
    ("render", &["model"]),
    ("deliver", &["model", "net"]),
    ("transformer", &[]),
    (
        "pipeline",
        &[
            "model",
            "text",
            "net",
            "collect",
            "analyse",
            "issues",
            "store",
            "facts",
            "brief",
            "render",
            "deliver",
            "transformer",
        ],
    ),
    (
        "cli",
        &[
            "model", "text", "net", "collect", "analyse", "issues", "store", "facts", "brief", "render", "deliver",
            "pipeline",
        ],
    ),
];

/// Heavy crates and their one home.
const OWNERS: &[(&str, &str)] = &[
    ("reqwest", "net"),
    ("rusqlite", "store"),
    ("tantivy", "store"),
    ("polars", "facts"),
    ("polars-io", "facts"),
    ("typst", "render"),
    ("typst-pdf", "render"),
    ("askama", "render"),
    ("rust_xlsxwriter", "render"),
    ("icalendar", "render"),
    ("lettre", "deliver"),
    ("croner", "pipeline"),
    ("calamine", "collect"),
    ("dom_smoothie", "text"),
    ("dom_query", "text"),
    ("whatlang", "text"),
    ("frostem", "text"),
    ("clap", "cli"),
    ("indicatif", "cli"),
];

/// `rayon` is where thinking happens; everything else is handed finished batches.
const RAYON_USERS: &[&str] = &["analyse", "issues", "pipeline"];

fn manifests() -> BTreeMap<String, toml::Table> {
    let crates = checks::root().join("crates");
    std::fs::read_dir(&crates)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path.join("Cargo.toml")).unwrap().parse().unwrap())
        })
        .collect()
}

fn names(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn every_edge_between_our_crates_is_allowed() {
    let manifests = manifests();
    let known: BTreeSet<_> = manifests.keys().cloned().collect();
    let rules: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    assert_eq!(known, rules.keys().map(|name| (*name).to_owned()).collect(), "every crate has a rule and a folder");
    for (name, manifest) in &manifests {
        assert_eq!(manifest["package"]["name"].as_str(), Some(name.as_str()), "folder name = crate name");
        for used in names(manifest, "dependencies").intersection(&known) {
            assert!(rules[name.as_str()].contains(&used.as_str()), "{name} must not depend on {used}");
        }
    }
}

#[test]
fn heavy_crates_have_one_home() {
    for (name, manifest) in manifests() {
        let used = names(&manifest, "dependencies");
        for (heavy, owner) in OWNERS {
            assert!(!used.contains(*heavy) || name == *owner, "{heavy} belongs to {owner}, not to {name}");
        }
        assert!(!used.contains("rayon") || RAYON_USERS.contains(&name.as_str()), "{name} must not start threads");
    }
}

#[test]
fn model_reads_nothing() {
    for file in std::fs::read_dir(checks::root().join("crates/model/src")).unwrap() {
        let path = file.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::env", "std::net", "SystemTime", "Instant", "Timestamp::now"] {
            assert!(!source.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn no_crate_knows_a_province() {
    for (name, _) in manifests() {
        for path in sources(&checks::root().join("crates").join(&name).join("src")) {
            let source = std::fs::read_to_string(&path).unwrap();
            // Tests at the foot of a file may name what they like.
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in source.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                // The embedded default region's name is the one exception.
                let allowed = path.ends_with("pipeline/src/regions.rs") && code.contains("DEFAULT");
                for word in ["kaltim", "samarinda", "balikpapan", "kalimantan"] {
                    assert!(
                        allowed || !code.to_lowercase().contains(word),
                        "{}:{} names a province: {line}",
                        path.display(),
                        number + 1
                    );
                }
            }
        }
    }
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

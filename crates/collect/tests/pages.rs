//! The pages of the reference about single collectors: their examples are built, so that they cannot drift.
#![allow(clippy::unwrap_used)]

use collect::{BuildContext, COLLECTORS};
use jiff::tz::TimeZone;
use std::fs;
use std::path::Path;

#[test]
fn every_example_of_a_page_builds() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/collectors");
    let base = tempfile::tempdir().unwrap();
    fs::create_dir(base.path().join("catatan")).unwrap();
    let mut built = 0;
    for page in fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().path()) {
        let name = page.file_stem().unwrap().to_string_lossy().into_owned();
        let found = COLLECTORS.iter().find(|connector| connector.kind.name == name);
        let connector = found.unwrap_or_else(|| panic!("{name}.md describes no collector"));
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
            let file: toml::Table = block.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
            let Some(tables) = file.get("collect").and_then(toml::Value::as_array) else { continue };
            for table in tables.iter().filter_map(toml::Value::as_table) {
                let context = BuildContext { base: base.path(), zone: &TimeZone::UTC };
                (connector.kind.build)(table, &context).unwrap_or_else(|error| panic!("{name}: {error}"));
                built += 1;
            }
        }
    }
    assert!(built >= COLLECTORS.len(), "{built} examples");
    for connector in COLLECTORS {
        let page = pages.join(format!("{}.md", connector.kind.name));
        assert!(page.is_file(), "{} is missing", page.display());
    }
}

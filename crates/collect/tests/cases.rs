//! Feeds and files as data: every folder of `tests/cases/collect` is one case. `UPDATE=1` rewrites what is expected.
#![allow(clippy::unwrap_used)]

use collect::{Batch, Format, ImportOptions};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::RawItem;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/collect");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| !case.join("exchange.json").exists()); // those are played by exchange.rs
    cases.sort();
    assert!(cases.len() >= 10);
    let mut wrong = Vec::new();
    for case in cases {
        let got = format!("{:#}\n", check(&case));
        let expected = case.join("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &got).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A case holds either a saved feed or a folder to import.
fn check(case: &Path) -> Value {
    let feed = ["feed.xml", "feed.json", "feed.html"].iter().map(|name| case.join(name)).find(|path| path.exists());
    match feed {
        Some(feed) => match collect::parse_feed(&fs::read(feed).unwrap(), Some("https://media.example/umpan/")) {
            Ok(entries) => json!(entries),
            Err(error) => json!({"error": error.to_string()}),
        },
        None => {
            let format = fs::read_to_string(case.join("format")).unwrap_or_else(|_| "auto".to_owned());
            import(&case.join("import"), format.trim().parse().unwrap())
        }
    }
}

fn import(folder: &Path, format: Format) -> Value {
    let options = ImportOptions {
        source: None,
        force_source: false,
        kind: None,
        zone: TimeZone::get("Asia/Makassar").unwrap(),
        format,
        fetched_at: Timestamp::UNIX_EPOCH,
    };
    let (mut items, mut skipped) = (Vec::new(), Vec::new());
    let mut emit = |batch: Batch| {
        items.extend(batch.items.iter().map(view));
        skipped.extend(batch.skipped.iter().map(|skip| {
            let file = Path::new(&skip.file).strip_prefix(folder).unwrap();
            json!(format!("{}:{}: {}", file.display(), skip.row, skip.reason))
        }));
        Ok(())
    };
    collect::import(folder, &options, &mut emit).unwrap();
    json!({"items": items, "skipped": skipped})
}

/// An item for a reader: its body as text, and without what is empty.
fn view(item: &RawItem) -> Value {
    let mut view = json!(item);
    let fields = view.as_object_mut().unwrap();
    fields.insert("body".to_owned(), json!(String::from_utf8_lossy(&item.body)));
    fields.remove("revision");
    fields.remove("fetched_at");
    fields
        .retain(|_, value| !(value.is_null() || *value == json!([]) || *value == json!({}) || *value == json!(false)));
    view
}

//! Every folder of `tests/cases/text`: an item as a source gave it, and the document that it becomes.
//! `UPDATE=1 cargo test -p text` rewrites the expected side.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use jiff::tz::TimeZone;
use model::{BodyFormat, Document, RawItem, SourceKind, StoredItem};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{LexiconFiles, Lexicons, Reader};

#[test]
fn every_case() {
    let reader = reader();
    let folder = root().join("tests/cases/text");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let found = format!("{:#}\n", check(&reader, &case));
        let expected = case.join("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(expected, found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}\n{found}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a case shows: the document without what it merely copies, and what is found in its text.
fn check(reader: &Reader, case: &Path) -> Value {
    let (document, problems) = reader.document(&stored(case));
    let text = document.full_text();
    let data = text::personal_data(&text, document.kind);
    let mut shown = shown(&document);
    shown["problems"] =
        json!(problems.iter().map(|problem| format!("{}: {}", problem.stage, problem.reason)).collect::<Vec<_>>());
    shown["language"] = json!(text::language(&text).code);
    if !data.is_empty() {
        shown["masked"] = json!(text::mask(&text, &data).lines().collect::<Vec<_>>());
    }
    shown
}

fn shown(document: &Document) -> Value {
    let mut shown = serde_json::to_value(document).unwrap();
    let fields = shown.as_object_mut().unwrap();
    for copied in ["id", "source", "kind", "first_seen_at"] {
        fields.remove(copied);
    }
    fields.retain(|_, value| !value.is_null() && *value != json!([]) && *value != json!({}));
    fields.insert("text".into(), json!(document.text.lines().collect::<Vec<_>>()));
    shown
}

fn stored(case: &Path) -> StoredItem {
    let item: Value = serde_json::from_str(&std::fs::read_to_string(case.join("item.json")).unwrap()).unwrap();
    let text = |key: &str| item[key].as_str().map(str::to_owned);
    let body = ["body.txt", "body.html", "body.page.html"].iter().find_map(|name| std::fs::read(case.join(name)).ok());
    let first_seen_at = "2026-03-20T00:00:00Z".parse().unwrap();
    let item = RawItem {
        source: "uji".into(),
        id: "1".into(),
        revision: "1".into(),
        kind: serde_json::from_value::<SourceKind>(item["kind"].clone()).unwrap(),
        url: text("url"),
        title: text("title"),
        body: body.unwrap(),
        format: serde_json::from_value::<BodyFormat>(item["format"].clone()).unwrap(),
        charset: text("charset"),
        published_at: text("published_at").map(|time| time.parse().unwrap()),
        author: serde_json::from_value(item["author"].clone()).unwrap(),
        tags: serde_json::from_value(item["tags"].clone()).unwrap_or_default(),
        engagement: serde_json::from_value(item["engagement"].clone()).unwrap_or_default(),
        fetched_at: first_seen_at,
        withdrawn: item["withdrawn"] == json!(true),
        parent: None,
    };
    StoredItem { sequence: 1, replaces: None, first_seen_at, item }
}

/// The Indonesian patterns with a tiny invented region, so that the cases do not change with the province's own lists.
fn reader() -> Reader {
    let mut files = LexiconFiles::new();
    for name in ["boilerplate.tsv", "coverage.tsv"] {
        let path = root().join("lexicons/ind").join(name);
        files.insert(format!("ind/{name}"), std::fs::read_to_string(path).unwrap());
    }
    for (name, content) in [
        (
            "region.toml",
            "title = \"Provinsi Uji\"\ngovernment = \"Pemerintah Uji\"\noffice = \"Dinas Uji\"\ncode = \"99\"\nzone = \"Asia/Makassar\"\n\
             zone_label = \"WITA\"\nlanguages = [\"ind\"]\nofficial_hosts = [\"uji.go.id\"]\n",
        ),
        ("topics.tsv", "id\tlabel\tdefinition\tlead\tothers\tauthority\tserta_merta\tsensitivity\n"),
        ("agencies.tsv", "id\tname\tshort\tlevel\tfield\n"),
        (
            "places.tsv",
            "code\tname\tshort\tlevel\tparent\tcolumn\trow\n99\tProvinsi Uji\tUji\tprovince\t\t\t\n99.01\tKota Muara Uji\tMuara Uji\tregency\t99\t\t\n",
        ),
    ] {
        files.insert(format!("regions/uji/{name}"), content.to_owned());
    }
    let lexicons = Lexicons::load(&files, "uji").unwrap();
    Reader::new(Arc::new(lexicons), TimeZone::get("Asia/Makassar").unwrap()).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn a_pattern_that_cannot_be_read_names_its_place() {
    let mut files = LexiconFiles::new();
    for name in ["region.toml", "topics.tsv", "agencies.tsv"] {
        files.insert(format!("regions/uji/{name}"), String::new());
    }
    files.insert(
        "regions/uji/region.toml".into(),
        "title = \"U\"\ngovernment = \"U\"\noffice = \"U\"\ncode = \"9\"\nzone = \"UTC\"\nzone_label = \"UTC\"\nlanguages = [\"ind\"]\n".into(),
    );
    for (content, wanted) in [
        ("action\tpattern\nline\t(?:baik)\nline\t(rusak\n", "boilerplate.tsv:3: column \"pattern\""),
        ("action\tpattern\nhapus\tx\n", "unknown action \"hapus\"; known: line, cut"),
        ("action\tpattern\tlimit\nline\tx\tbanyak\n", "\"banyak\" is not a number"),
    ] {
        files.insert("ind/boilerplate.tsv".into(), content.into());
        let lexicons = Lexicons::load(&files, "uji").unwrap();
        let error = Reader::new(Arc::new(lexicons), TimeZone::UTC).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn annotating_changes_no_byte() {
    let document = Document {
        title: Some("ADVERTORIAL: Judul".into()),
        text: "Share this news\nKata dia, Senin (2/3/2026). (Adv/Uji)\n".into(),
        ..Document::default()
    };
    let (annotated, _) = reader().annotate(document.clone());
    assert_eq!((&annotated.title, &annotated.text), (&document.title, &document.text));
    assert_eq!(annotated.coverage, model::Coverage::Advertorial);
    assert_eq!(annotated.event_date.map(|date| date.to_string()).as_deref(), Some("2026-03-02"));
}

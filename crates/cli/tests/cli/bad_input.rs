//! Bad input gets a clear line, the rest goes on, nothing is lost.

use crate::pesut::{Desk, root, said, shared_data};
use std::path::PathBuf;

/// Each `tests/cases/cli/pipelines/<case>.toml` must be refused with the line in `<case>.err`; nothing starts.
#[test]
fn a_wrong_pipeline_is_refused_with_file_line_and_key() {
    let folder = root().join("tests/cases/cli/pipelines");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 8, "the cases are missing");
    for case in cases {
        let desk = Desk::new();
        let relative = case.strip_prefix(root()).unwrap().to_str().unwrap();
        // From the root, so that the message names the path as a user would type it.
        let said = said(desk.command(&["run", relative]).current_dir(root()).output().unwrap());
        assert_eq!(said.code, 2, "{relative}: {}", said.err);
        assert_eq!(said.out, "", "{relative}");
        assert_eq!(said.err.trim_end().lines().count(), 1, "{relative}: one line, not {}", said.err);
        assert!(!desk.path("data").exists(), "{relative}: something was started");
        let expected = case.with_extension("err");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &said.err).unwrap();
        }
        assert_eq!(said.err, std::fs::read_to_string(&expected).unwrap_or_default(), "{relative}");
    }
}

#[test]
fn a_missing_pipeline_is_named() {
    let said = Desk::new().run(&["run", "pipelines/tidak-ada.toml"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("tidak-ada.toml"), "{}", said.err);
}

#[test]
fn a_dead_source_costs_only_itself() {
    let desk = Desk::new();
    desk.write("isi/a.ndjson", r#"{"id":"1","kind":"news","title":"Banjir di Samarinda surut","text":"Banjir di Samarinda surut pada Kamis (19/11/2026).","published_at":"2026-11-19T10:00:00+08:00"}"#);
    // Port 9 (discard) on loopback: nobody listens there, and the pipeline allows the address.
    let pipeline = desk.write(
        "pipeline.toml",
        format!(
            r#"title = "Uji"
clock = "2026-11-20T06:00:00+08:00"
[[collect]]
kind = "file"
name = "Media A"
path = "isi/a.ndjson"
[[collect]]
kind = "feed"
name = "Media Mati"
url = "http://127.0.0.1:9/feed"
allow_private = ["127.0.0.1:9"]
[[brief]]
out = "{}"
"#,
            desk.path("brief").display()
        ),
    );
    let said = desk.run(&["run", pipeline.to_str().unwrap()]);
    assert_eq!(said.code, 1, "{}", said.err);
    for format in ["html", "pdf", "txt", "json"] {
        assert!(desk.path("brief").join(format!("2026-11-20.{format}")).is_file(), "no {format}: {}", said.err);
    }
    let brief = std::fs::read_to_string(desk.path("brief/2026-11-20.json")).unwrap();
    assert!(brief.contains("Media Mati"), "the brief names the dead source");
    assert!(brief.contains("Banjir di Samarinda surut"), "the other source is in it");
}

#[test]
fn strange_lines_are_reported_and_the_rest_goes_on() {
    let desk = Desk::new();
    let mut lines = Vec::new();
    lines.extend_from_slice(b"{\"id\":\"1\",\"text\":\"banjir di Samarinda\"}\n");
    lines.extend_from_slice(b"{\"id\":\"2\",\"text\":\"terpotong\n");
    lines.extend_from_slice(b"{\"id\":\"3\",\"text\":\"rusak \xff\xfe\"}\n");
    lines.extend_from_slice(b"{\"id\":\"4\"}\n\n[]\n");
    lines.extend_from_slice("{\"id\":\"5\",\"text\":\"listrik padam di Bontang\"}".as_bytes());
    let file = desk.write("aneh.ndjson", &lines);
    let said = desk.run(&["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let report = said.json_lines().pop().unwrap();
    assert!(report["imported"].as_u64().unwrap() >= 2, "{report}");
    let rows: Vec<u64> = report["reasons"].as_array().unwrap().iter().map(|r| r["row"].as_u64().unwrap()).collect();
    assert!(rows.contains(&2) && rows.contains(&4) && rows.contains(&6), "{report}");
    assert_eq!(report["skipped"].as_u64().unwrap() as usize, rows.len());
    assert_eq!(desk.ok(&["search", "listrik", "--json"]).json_lines().len(), 1);
}

#[test]
fn analyse_answers_every_line_in_order() {
    let desk = Desk::new();
    let input = b"{\"id\":\"a\",\"text\":\"banjir di Samarinda\"}\nbukan json\n{\"id\":\"c\",\"text\":\"\"}\n";
    let said = desk.with_input(&["analyse", "-"], input);
    let lines = said.json_lines();
    assert_eq!(lines.len(), 3, "{}", said.out);
    assert_eq!(lines[0]["id"], "a");
    assert_eq!(lines[1]["line"], 2);
    assert!(!lines[1]["problems"].as_array().unwrap().is_empty());
    assert_eq!(lines[2]["id"], "c");
}

#[test]
fn a_feed_that_is_no_feed_gives_an_empty_array_and_the_reason() {
    let desk = Desk::new();
    for input in ["", "<html><body>404</body></html>", "{", "bukan feed"] {
        let said = desk.with_input(&["parse-feed", "-"], input.as_bytes());
        assert_eq!((said.code, said.out.trim()), (1, "[]"), "{input:?}: {}", said.err);
        assert!(!said.err.is_empty(), "{input:?}");
    }
}

#[test]
fn bombs_are_bounded() {
    let Some(bombs) = shared_data().map(|data| data.join("corpora/bombs")) else {
        eprintln!("skipped: no shared data (1 test: bombs)");
        return;
    };
    let desk = Desk::new();
    for page in ["deep-nesting-100k.html", "deep-nesting-100k.xml"] {
        let bytes = std::fs::read(bombs.join(page)).unwrap();
        let said = desk.with_input(&["extract", "-"], &bytes);
        assert!(matches!(said.code, 0 | 1), "{page}: {}", said.err);
        let document: serde_json::Value = serde_json::from_str(said.out.trim()).unwrap();
        assert!(document["problems"].is_array(), "{page}");
    }
    for feed in [
        "billion-laughs.rss",
        "recursive-entity.rss",
        "quadratic-blowup.rss",
        "xxe-file.rss",
        "deep-json-feed-100k.json",
    ] {
        let bytes = std::fs::read(bombs.join(feed)).unwrap();
        let said = desk.with_input(&["parse-feed", "-"], &bytes);
        assert!(matches!(said.code, 0 | 1), "{feed}: {}", said.err);
        assert!(said.out.len() < 4 << 20, "{feed} grew to {} bytes", said.out.len());
        assert!(!said.out.contains("root:"), "{feed} read a file");
    }
    let said = desk.run(&["import", bombs.join("xlsx-bomb-512MiB.xlsx").to_str().unwrap(), "--json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert_eq!(said.json_lines().pop().unwrap()["imported"], 0);
}

#[test]
fn a_bad_query_says_what_is_known() {
    let desk = Desk::new();
    desk.with_input(&["import", desk.write("a.ndjson", r#"{"id":"1","text":"banjir"}"#).to_str().unwrap()], b"");
    for query in ["tpik:banjir", "banjir AND", "\"banjir", "(banjir", "sejak:kemarin"] {
        let said = desk.run(&["search", query]);
        assert_eq!(said.code, 2, "{query}: {}", said.out);
        assert!(!said.err.trim().is_empty(), "{query}");
    }
    assert!(desk.run(&["search", "tpik:banjir"]).err.contains("topik"));
    assert_eq!(desk.run(&["search", "tidakadasamasekali"]).code, 0, "no hits is no error");
}

//! Imports at their limits, and the `file` collector between runs.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use collect::{Batch, BuildContext, COLLECTORS, Context, Error, Format, ImportOptions, MemoryLedger, Outcome};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use net::{Client, Options};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn options() -> ImportOptions {
    ImportOptions {
        source: None,
        force_source: false,
        kind: None,
        zone: TimeZone::UTC,
        format: Format::Auto,
        fetched_at: Timestamp::UNIX_EPOCH,
    }
}

/// Imports a file; returns the ids of its items and the reasons for what was skipped.
fn import(path: &Path) -> (Vec<String>, Vec<String>) {
    let (mut ids, mut reasons) = (Vec::new(), Vec::new());
    let mut emit = |batch: Batch| {
        assert!(batch.items.len() <= Batch::ITEMS_MAX);
        ids.extend(batch.items.iter().map(|item| item.id.to_string()));
        reasons.extend(batch.skipped.iter().map(|skip| format!("{}: {}", skip.row, skip.reason)));
        Ok(())
    };
    collect::import(path, &options(), &mut emit).unwrap();
    (ids, reasons)
}

#[test]
fn an_oversized_line_costs_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    let long = format!("{{\"id\":\"besar\",\"text\":\"{}\"}}", "x".repeat(9 << 20));
    fs::write(&path, format!("{{\"id\":\"1\",\"text\":\"a\"}}\n{long}\n{{\"id\":\"3\",\"text\":\"b\"}}\n{long}"))
        .unwrap();
    let (ids, reasons) = import(&path);
    assert_eq!(ids, ["1", "3"]);
    assert_eq!(reasons, ["2: the line is longer than 8388608 bytes", "4: the line is longer than 8388608 bytes"]);
}

#[test]
fn an_oversized_row_ends_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    fs::write(&path, format!("id,text\n1,a\n2,\"{}", "x\n".repeat(6 << 20))).unwrap();
    let (ids, reasons) = import(&path);
    assert_eq!(ids, ["1"]);
    assert!(reasons.len() == 1 && reasons[0].contains("a row is larger than 8388608 bytes"), "{reasons:?}");
}

#[test]
fn many_rows_come_in_batches_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    let lines: String =
        (0..2345).map(|number| format!("{{\"id\":{number},\"text\":\"kiriman {number}\"}}\n")).collect();
    fs::write(&path, lines).unwrap();
    let (ids, reasons) = import(&path);
    assert_eq!(ids, (0..2345).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(reasons.is_empty());
}

#[test]
fn a_named_file_is_known_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let contents = [
        ("jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\",\"text\":\"b\"}\n", 2),
        ("csv", "id;isi\n1;a\n", 1),
        ("rss", "<?xml version=\"1.0\"?><rss><channel><item><title>a</title></item></channel></rss>", 1),
        ("page", "<!doctype html><p>a</p>", 1),
        (
            "jsonfeed",
            "{\n\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"a\"}]}",
            1,
        ),
    ];
    for (name, content, items) in contents {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let (ids, reasons) = import(&path);
        assert_eq!((ids.len(), reasons.len()), (items, 0), "{name}: {reasons:?}");
    }
    let missing = collect::import(&folder.path().join("tidak ada"), &options(), &mut |_| Ok(()));
    assert!(matches!(missing, Err(Error::File { .. })));
}

#[test]
fn torn_workbooks_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    fs::write(&path, b"PK\x03\x04 torn").unwrap();
    let (ids, reasons) = import(&path);
    assert!(ids.is_empty() && reasons[0].starts_with("0: the spreadsheet cannot be read: "), "{reasons:?}");
}

#[test]
fn bombs_are_refused_within_bounds() {
    let shared = std::env::var_os("PESUT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let bombs = shared.join("data/corpora/bombs");
    if !bombs.exists() {
        eprintln!("skipped: no shared data");
        return;
    }
    for (name, reason) in [
        ("xlsx-bomb-512MiB.xlsx", "0: the spreadsheet cannot be read: it expands to more than 256 MiB"),
        (
            "zip-slip.zip",
            "0: the archive cannot be opened: it names a place outside of itself (\"../../../../tmp/evil.txt\")",
        ),
        (
            "zeros-1GiB-double.gz.gz",
            "0: the archive cannot be opened: it is an archive inside an archive; unpack it first",
        ),
        ("zeros-1GiB.gz", "0: binary data came where a table was promised"),
        ("rss-512MiB.xml.gz", "0: it is larger than "),
    ] {
        let (ids, reasons) = import(&bombs.join(name));
        assert!(ids.is_empty() && reasons.len() == 1 && reasons[0].starts_with(reason), "{name}: {reasons:?}");
    }
    assert!(!Path::new("/tmp/evil.txt").exists());
}

/// A gzip of one line that never ends, and of lines that go on for ever, both much larger than itself.
#[test]
fn what_expands_too_far_ends_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson.gz");
    let mut packed = flate2::write::GzEncoder::new(fs::File::create(&path).unwrap(), flate2::Compression::default());
    let line = format!("{{\"id\":\"1\",\"text\":\"{}\"}}\n", "a".repeat(1 << 20));
    for _ in 0..24 {
        std::io::Write::write_all(&mut packed, line.as_bytes()).unwrap();
    }
    packed.finish().unwrap();
    let (ids, reasons) = import(&path);
    assert!(ids.len() < 20, "{}", ids.len());
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].ends_with("the rest cannot be read: it expands to more than 100 times its size"), "{reasons:?}");
}

#[tokio::test]
async fn a_file_is_read_again_only_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ndjson"), "{\"id\":\"1\",\"text\":\"a\"}\nrusak\n").unwrap();
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "file").unwrap();
    let table: toml::Table =
        "kind = \"file\"\nname = \"Kiriman\"\npath = \".\"\nsource_kind = \"post\"".parse().unwrap();
    let build = BuildContext { base: folder.path(), zone: &TimeZone::UTC };
    let collector = (connector.kind.build)(&table, &build).unwrap();
    let client = Client::new(Options::default()).unwrap();
    let context = Context {
        client: &client,
        now: Timestamp::UNIX_EPOCH,
        ledger: &MemoryLedger::default(),
        listen: Duration::ZERO,
    };

    let mut batches: Vec<Batch> = Vec::new();
    let mut keep = |batch| {
        batches.push(batch);
        Ok(())
    };
    let outcome = collector.collect(&context, None, &mut keep).await.unwrap();
    assert_eq!(outcome, Outcome { received: 1, skipped: 1, ..Outcome::default() });
    let item = &batches[0].items[0];
    assert_eq!((item.source.as_str(), item.kind), ("Kiriman", model::SourceKind::Post));
    let cursor = batches.pop().unwrap().cursor.unwrap();

    let mut quiet = |_: Batch| panic!("nothing has changed");
    assert_eq!(collector.collect(&context, Some(&cursor), &mut quiet).await.unwrap(), Outcome::default());
    fs::write(folder.path().join("b.txt"), "berkas baru").unwrap();
    assert_eq!(collector.collect(&context, Some(&cursor), &mut |_| Ok(())).await.unwrap().received, 2);

    let failure = collector.collect(&context, None, &mut |_| Err("disk full".into())).await.unwrap_err();
    assert!(failure.is_stopped(), "{failure:?}");
    assert!(
        (connector.kind.build)(&"kind = \"file\"\nname = \"x\"\npath = \"tidak-ada\"".parse().unwrap(), &build)
            .err()
            .unwrap()
            .contains("there is no file or folder")
    );
}

//! Exported rows against the records that they were made from.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use common::{frame, open, records, region, write};
use facts::{Facts, RowsFormat, figures_parquet};
use model::{Figure, Record, Section, Window};
use polars::prelude::{AnyValue, DataFrame, SerReader as _};
use polars_io::parquet::read::ParquetReader;
use std::{collections::BTreeSet, io::Cursor};

/// Records whose accounts and addresses must not be seen.
fn with_accounts(seed: u64, count: u64) -> Vec<Record> {
    let mut records = records(seed, count);
    for record in &mut records {
        record.author_pseudonym = Some(format!("samaran-{}", record.sequence % 7));
        record.url = Some(format!("https://jejaring.example/@akun{}/1", record.sequence));
    }
    records
}

/// What an export of a window must hold, by hand.
fn expected(records: &[Record], window: &Window) -> Vec<Record> {
    let replaced: BTreeSet<u64> = records.iter().filter_map(|record| record.replaces).collect();
    let counts =
        |record: &&Record| !record.withdrawn && !replaced.contains(&record.sequence) && window.contains(record.at);
    records.iter().filter(counts).cloned().collect()
}

fn exported(facts: &Facts, window: &Window, format: RowsFormat) -> (u64, Vec<u8>) {
    let mut out = Vec::new();
    let rows = facts.export_rows(window, &region(), format, &mut out).unwrap();
    (rows, out)
}

fn table(bytes: Vec<u8>) -> DataFrame {
    ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
}

#[test]
fn every_row_of_the_window_leaves_once_and_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let records = with_accounts(5, 900);
    write(&facts, &records, 100);
    let window = frame(1).windows[0].window;
    let expected = expected(&records, &window);
    assert!(expected.len() > 20 && expected.iter().any(|record| record.kind.is_public_voice()));

    let (rows, csv) = exported(&facts, &window, RowsFormat::Csv);
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(rows as usize, expected.len());
    assert_eq!(csv.lines().count(), expected.len() + 1);
    assert!(csv.starts_with("\u{feff}sequence;source;id;kind;url;at;"));
    assert!(!csv.contains("samaran") && !csv.contains("pseudonym"));

    let (rows, parquet) = exported(&facts, &window, RowsFormat::Parquet);
    let table = table(parquet);
    assert_eq!((rows as usize, table.height()), (expected.len(), expected.len()));
    assert!(table.column("author_pseudonym").is_err() && table.column("withdrawn").is_err());
    let sequences: BTreeSet<u64> = table.column("sequence").unwrap().u64().unwrap().iter().flatten().collect();
    assert_eq!(sequences, expected.iter().map(|record| record.sequence).collect());
    for (row, sequence) in table.column("sequence").unwrap().u64().unwrap().iter().enumerate() {
        let record = expected.iter().find(|record| Some(record.sequence) == sequence).unwrap();
        let text = |name: &str| table.column(name).unwrap().str().unwrap().get(row).map(str::to_owned);
        assert_eq!(text("kind").as_deref(), Some(record.kind.as_str()));
        assert_eq!(text("tone").as_deref(), record.tone.map(|tone| tone.as_str()));
        assert_eq!(text("spam").is_some(), record.spam.is_some());
        let at = table.column("at").unwrap().get(row).unwrap();
        assert!(
            matches!(at, AnyValue::Datetime(nanoseconds, ..) if i128::from(nanoseconds) == record.at.as_nanosecond())
        );
        match record.kind.is_public_voice() {
            true => assert_eq!((text("url"), text("id"), text("source").as_deref()), (None, None, Some("warga"))),
            false => {
                assert_eq!((text("url"), text("id")), (record.url.clone(), Some(record.id.as_str().to_owned())));
                assert_eq!(text("source").as_deref(), Some(record.source.as_str()));
            }
        }
        // A line a row, in the same order.
        let line = csv.lines().nth(row + 1).unwrap();
        assert!(line.starts_with(&format!("{};", record.sequence)) && line.contains(&record.at.to_string()), "{line}");
        assert!(!record.kind.is_public_voice() || !line.contains("akun"), "{line}");
    }
}

#[test]
fn an_empty_window_is_a_file_with_headings() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let window = frame(1).windows[0].window;
    let (rows, csv) = exported(&facts, &window, RowsFormat::Csv);
    assert_eq!((rows, String::from_utf8(csv).unwrap().lines().count()), (0, 1));
    let (rows, parquet) = exported(&facts, &window, RowsFormat::Parquet);
    assert_eq!((rows, table(parquet).height()), (0, 0));
}

#[test]
fn texts_of_others_are_no_formulas_in_csv() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let window = frame(1).windows[0].window;
    let mut records = records(9, 400);
    for record in &mut records {
        record.source = "=HYPERLINK(\"https://jahat.example\";\"klik\")".into();
        record.url = Some("+1+1".to_owned());
        record.id = "\t@SUM(1+1)".into();
    }
    write(&facts, &records, 400);
    let csv = String::from_utf8(exported(&facts, &window, RowsFormat::Csv).1).unwrap();
    assert!(csv.lines().count() > 5);
    for line in csv.lines().skip(1) {
        for field in line.split(';') {
            let text = field.trim_start_matches('"').trim_start();
            assert!(!text.starts_with(['=', '+', '-', '@']), "{field}");
        }
    }
}

#[test]
fn figures_are_typed_columns() {
    let figure = |id: &str, value, previous| Figure {
        id: id.to_owned(),
        section: Section::Numbers,
        label: "Item bernada negatif".to_owned(),
        value,
        unit: "item".to_owned(),
        previous,
    };
    let table = table(figures_parquet(&[figure("total", 222, Some(91)), figure("nada:negatif", 38, None)]).unwrap());
    let values: Vec<_> = table.column("value").unwrap().u32().unwrap().iter().collect();
    let previous: Vec<_> = table.column("previous").unwrap().u32().unwrap().iter().collect();
    assert_eq!((values, previous), (vec![Some(222), Some(38)], vec![Some(91), None]));
    assert_eq!(table.column("section").unwrap().str().unwrap().get(0), Some("numbers"));
    assert_eq!(table_of_none().height(), 0);
}

/// A brief without figures is a file without rows.
fn table_of_none() -> DataFrame {
    table(figures_parquet(&[]).unwrap())
}

/// How much memory a million rows take; run by hand: `cargo test -p facts --test export -- --ignored --nocapture`.
#[test]
#[ignore = "takes a minute; measures rather than tests"]
fn a_million_rows() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let window = frame(1).windows[0].window;
    let sample = expected(&with_accounts(3, 4_000), &window);
    for batch in 0..100_u64 {
        let mut records: Vec<Record> = Vec::new();
        for position in 0..10_000_u64 {
            let mut record = sample[(position as usize) % sample.len()].clone();
            record.sequence = batch * 10_000 + position + 1;
            record.replaces = None;
            record.id = format!("d{}", record.sequence).as_str().into();
            records.push(record);
        }
        facts.write(&records, batch * 10_000 + 1, (batch + 1) * 10_000).unwrap();
    }
    drop(facts);
    let facts = open(folder.path());
    for format in [RowsFormat::Parquet, RowsFormat::Csv] {
        let start = std::time::Instant::now();
        let mut out = std::fs::File::create(folder.path().join("out")).unwrap();
        let rows = facts.export_rows(&window, &region(), format, &mut out).unwrap();
        let size = out.metadata().unwrap().len() >> 20;
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap().to_owned();
        eprintln!("{format:?}: {rows} rows, {size} MiB, {:?}, {peak}", start.elapsed());
        assert_eq!(rows, 1_000_000);
    }
}

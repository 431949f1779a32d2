//! Every figure against a count by hand, over generated records and over written-down cases.

#![allow(clippy::unwrap_used)]

mod common;

use common::{by_hand, frame, late_by_hand, open, records, region, write};
use facts::HourlyBy;
use jiff::Timestamp;
use model::{Coverage, Frame, Record, SourceKind, Spam, Tables, Window};
use std::{collections::BTreeSet, fs, path::PathBuf};

#[test]
fn every_figure_agrees_with_a_count_by_hand() {
    for (seed, count, batch) in [(1, 400, 37), (2, 1500, 500), (3, 60, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let facts = open(folder.path());
        let records = records(seed, count);
        write(&facts, &records, batch);
        for days in [1, 2, 7] {
            let tables = facts.tables(&frame(days), &region()).unwrap();
            assert_eq!(tables, by_hand(&records, &frame(days), &region()), "seed {seed}, {days} windows");
            let received = frame(1).windows[0].window;
            let late = facts.late(&frame(days), received).unwrap();
            assert_eq!(late, late_by_hand(&records, &frame(days), received), "seed {seed}, {days} windows");
        }
        // The same after a restart.
        let tables = open(folder.path()).tables(&frame(7), &region()).unwrap();
        assert_eq!(tables, by_hand(&records, &frame(7), &region()));
    }
}

#[test]
fn nothing_is_known_of_empty_facts() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    assert_eq!(facts.last_sequence(), 0);
    assert_eq!(facts.tables(&Frame { windows: vec![] }, &region()).unwrap(), Tables::default());
    let tables = facts.tables(&frame(3), &region()).unwrap();
    assert_eq!(tables, by_hand(&[], &frame(3), &region()));
    assert_eq!(tables.previous_total, None);
    assert!(tables.days.iter().all(|day| day.total.is_none()));
    assert_eq!(tables.places_without_data, ["91.01", "91.02", "91.03"]);
}

#[test]
fn a_gap_is_not_zero() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let mut frame = frame(4);
    let records: Vec<Record> =
        records(7, 500).into_iter().filter(|r| !frame.windows[1].window.contains(r.at)).collect();
    write(&facts, &records, 100);
    frame.windows[2].gap = true;
    let tables = facts.tables(&frame, &region()).unwrap();
    let totals: Vec<bool> = tables.days.iter().map(|day| day.total.is_some()).collect();
    assert_eq!(totals, [true, false, false, true], "one window without data, one that is said to be unusable");
    assert_eq!(tables.previous_total, None);
    assert!(tables.topics.iter().all(|row| row.previous.is_none()));
    assert_eq!(tables, by_hand(&records, &frame, &region()));
}

#[test]
fn every_figure_can_be_followed_to_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    write(&facts, &records(11, 800), 200);
    let (frame, region) = (frame(2), region());
    let window = frame.windows[1].window;
    let tables = facts.tables(&frame, &region).unwrap();
    let behind = |column: &str, value: &str| {
        let keys = facts.keys(&window, &region, column, value, usize::MAX).unwrap();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{column} {value}");
        keys.len() as u32
    };
    assert_eq!(behind("all", ""), tables.total);
    assert_eq!(behind("spam", "true"), tables.spam);
    assert_eq!(behind("dated", "false"), tables.undated);
    assert_eq!(behind("unsure", "tone"), tables.unsure);
    assert_eq!(behind("needs_verification", "true"), tables.needs_verification);
    assert_eq!(behind("tone", "negatif"), tables.tone.negatif);
    assert_eq!(behind("tone", "no such tone"), 0);
    let by_table = [
        ("voice", &tables.coverage),
        ("kind", &tables.kinds),
        ("topics", &tables.topics),
        ("places", &tables.places),
        ("agencies", &tables.agencies),
        ("language", &tables.languages),
        ("signals", &tables.signals),
    ];
    for (column, rows) in by_table {
        for row in rows {
            assert_eq!(behind(column, &row.key), row.count, "{column} {}", row.key);
        }
    }
    for row in &tables.sources {
        assert_eq!(behind("source", row.source.as_str()), row.count);
    }
    assert_eq!(facts.keys(&window, &region, "all", "", 3).unwrap().len(), 3);
    let error = facts.keys(&window, &region, "colour", "red", 1).unwrap_err().to_string();
    assert!(error.starts_with("unknown column `colour`; known are agencies, all,"), "{error}");
}

/// `tests/cases/facts/<case>`: `records.ndjson` and `frame.json` in, `tables.json` out.
#[test]
fn cases() {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/facts");
    let mut checked = 0;
    for case in fs::read_dir(&cases).unwrap() {
        let case = case.unwrap().path();
        let read = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
        let records: Vec<Record> = read("records.ndjson").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let frame: Frame = serde_json::from_str(&read("frame.json")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let facts = open(folder.path());
        write(&facts, &records, 2);
        let tables = facts.tables(&frame, &region()).unwrap();
        assert_eq!(tables, by_hand(&records, &frame, &region()), "{}", case.display());
        let found = serde_json::to_string_pretty(&tables).unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            fs::write(case.join("tables.json"), &found).unwrap();
        }
        assert_eq!(found, read("tables.json"), "{}", case.display());
        checked += 1;
    }
    assert!(checked > 0);
}

#[test]
fn hours_count_each_account_up_to_its_cap() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let said = |sequence: u64, minute: &str, author: Option<&str>, topics: &[&str]| Record {
        sequence,
        id: sequence.to_string().into(),
        source: "a".into(),
        kind: SourceKind::Post,
        at: at(&format!("2026-11-19T{minute}:00Z")),
        first_seen_at: at("2026-11-19T12:00:00Z"),
        dated: true,
        topics: topics.iter().map(|&topic| topic.into()).collect(),
        places: vec!["91.01.01.2001".into()],
        author_pseudonym: author.map(str::to_owned),
        ..Record::default()
    };
    let mut records: Vec<Record> =
        (1..=100).map(|n| said(n, &format!("03:{:02}", n % 60), Some("x"), &["banjir"])).collect();
    records.push(said(101, "03:05", Some("y"), &["banjir", "jalan"]));
    records.push(said(102, "04:05", None, &["banjir"]));
    records.push(said(103, "04:06", None, &["banjir"]));
    records.push(Record { coverage: Coverage::Advertorial, ..said(104, "04:07", None, &["banjir"]) });
    records.push(Record { spam: Some(Spam::Gambling), ..said(105, "04:08", None, &["banjir"]) });
    facts.write(&records, 1, 105).unwrap();
    let window = Window { from: at("2026-11-18T22:00:00Z"), to: at("2026-11-19T22:00:00Z") };
    let hours = |by| facts.hours(&window, &region(), by, 3).unwrap();
    let (three, four) = (at("2026-11-19T03:00:00Z"), at("2026-11-19T04:00:00Z"));
    let topics = hours(HourlyBy::Topics);
    assert_eq!(topics["banjir"], [(three, 4), (four, 2)]);
    assert_eq!(topics["jalan"], [(three, 1)]);
    assert_eq!(hours(HourlyBy::Places)["91.01"], [(three, 4), (four, 2)]);
    assert_eq!(hours(HourlyBy::All)[""], [(three, 4), (four, 2)]);
}

#[test]
fn a_period_adds_up_to_the_figures_of_its_days() {
    let folder = tempfile::tempdir().unwrap();
    let facts = open(folder.path());
    let records = records(5, 900);
    write(&facts, &records, 150);
    let (frame, region) = (frame(4), region());
    let windows: Vec<Window> = frame.windows[1..].iter().map(|window| window.window).collect();
    let period = facts.period(&windows, &frame.windows[0].window, &region).unwrap();
    let tables = facts.tables(&frame, &region).unwrap();
    let totals: Vec<Option<u32>> = tables.days.iter().map(|day| day.total).collect();
    assert_eq!(period.windows.iter().map(|day| day.total).collect::<Vec<_>>(), totals[1..]);
    assert_eq!(period.previous_total, totals[0]);
    for row in period.topics.iter().chain(&period.outlets).chain(&period.places) {
        assert_eq!(row.series.iter().sum::<u32>(), row.count, "{}", row.key);
    }
    for row in &tables.topics {
        let found = period.topics.iter().find(|topic| topic.key == row.key).unwrap();
        assert_eq!(found.series.last(), Some(&row.count), "{}", row.key);
    }
    // What is quoted first: what was cited, and nothing that is spam or from another window.
    let window = windows[2];
    let all = facts.keys(&window, &region, "all", "", usize::MAX).unwrap();
    let cited = BTreeSet::from([all.last().unwrap().clone()]);
    let (first, total) = facts.clippings(&window, &cited, None, 5).unwrap();
    assert_eq!((total as usize, &first[0], first.len()), (all.len(), all.last().unwrap(), 5));
    let documents = all.iter().take(3).cloned().collect();
    assert_eq!(facts.clippings(&window, &cited, Some(&documents), 5).unwrap().1, 3);
    assert_eq!(facts.tables_of(&frame, &region, &documents).unwrap().total, 3);
    let days = facts.days(&windows, &[all.iter().collect(), Vec::new()]).unwrap();
    assert_eq!(days, [vec![0, 0, tables.total], vec![0, 0, 0]]);
}

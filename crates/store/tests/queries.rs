//! Queries as data: each case folder holds `queries.txt`, one a line, and what they find in `records.ndjson`.
//! `UPDATE=1` rewrites `expected.txt`.

#![allow(clippy::unwrap_used)] // a test's own helpers may fail like the test

use model::{Agency, Authority, Medium, Place, PlaceLevel, Programme, Record, Region, SignalLabel, Topic};
use std::{env, fmt::Write, fs, path::Path};
use store::{Index, IndexOptions, Query, SearchOptions, Vocabulary};

fn region() -> Region {
    let topic = |id: &str, label: &str| Topic {
        id: id.into(),
        label: label.into(),
        short: String::new(),
        definition: String::new(),
        lead: "bpbd".into(),
        others: Vec::new(),
        authority: Authority::Provinsi,
        serta_merta: false,
        sensitivity: 1,
    };
    let place = |code: &str, name: &str, short: &str, level| Place {
        code: code.into(),
        name: name.into(),
        short: short.into(),
        level,
        parent: None,
        tile: None,
    };
    let agency = |id: &str, name: &str, short: &str| Agency {
        id: id.into(),
        name: name.into(),
        short: short.into(),
        level: Authority::Provinsi,
        field: String::new(),
    };
    Region {
        topics: vec![topic("banjir", "Banjir dan genangan"), topic("jalan", "Jalan dan jembatan")],
        places: vec![
            place("64.72", "Kota Samarinda", "Samarinda", PlaceLevel::Regency),
            place("64.72.03", "Kecamatan Samarinda Ulu", "Samarinda Ulu", PlaceLevel::District),
            place("64.71", "Kabupaten Contoh", "Contoh", PlaceLevel::Regency),
        ],
        agencies: vec![
            agency("bpbd", "Badan Penanggulangan Bencana Daerah", "BPBD"),
            agency("pupr", "Dinas Pekerjaan Umum", "PUPR"),
        ],
        programmes: vec![Programme { id: "jalan-mulus".into(), name: "Jalan Mulus".into(), kind: "programme".into() }],
        media: vec![Medium {
            graded_at: None,
            host: "kabarmahakam.example".into(),
            name: "Kabar Mahakam".into(),
            base: String::new(),
            kind: "online".into(),
            official: false,
            grade: None,
            press_council: None,
        }],
        signals: vec![SignalLabel {
            id: "call_to_forward".into(),
            label: "ajakan menyebarkan".into(),
            ..SignalLabel::default()
        }],
        ..Region::default()
    }
}

fn check(case: &str) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/store/queries");
    let records: Vec<Record> = fs::read_to_string(cases.join("records.ndjson"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = Index::open(&folder.path().join("index"), IndexOptions::default()).unwrap();
    // Two segments, so that nothing depends on everything being in one.
    let (first, second) = records.split_at(records.len() / 2);
    index.add(first, 4).unwrap();
    index.commit().unwrap();
    index.add(second, 8).unwrap();
    index.commit().unwrap();

    let vocabulary = Vocabulary::new(&region());
    let mut found = String::new();
    for query in fs::read_to_string(cases.join(case).join("queries.txt")).unwrap().lines() {
        writeln!(found, "> {query}").unwrap();
        let hits = Query::parse(query, &vocabulary)
            .map_err(store::Error::from)
            .and_then(|query| index.searcher().search(&query, &SearchOptions::default()));
        match hits {
            Err(error) => writeln!(found, "! {error}").unwrap(),
            Ok(hits) => {
                assert_eq!(hits.total, hits.hits.len());
                for hit in hits.hits {
                    let scored = if hit.score > 0.0 { '+' } else { ' ' };
                    writeln!(found, "{scored} {}  {}", hit.record.id, hit.snippet).unwrap();
                }
            }
        }
        found.push('\n');
    }
    let expected = cases.join(case).join("expected.txt");
    if env::var_os("UPDATE").is_some() {
        fs::write(expected, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(expected).unwrap();
    for (found, expected) in found.split("> ").zip(expected.split("> ")) {
        assert_eq!(found, expected, "{case}: run with UPDATE=1 and look at the difference");
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn words() {
    check("words");
}

#[test]
fn columns() {
    check("columns");
}

#[test]
fn errors() {
    check("errors");
}

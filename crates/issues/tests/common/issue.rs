//! An issue with nothing in it but what decisions and alerts look at.

#![allow(dead_code, missing_docs)]

use jiff::Timestamp;
use model::*;

pub fn key(id: &str) -> DocumentKey {
    DocumentKey { source: "kabar.example".into(), id: id.into() }
}

pub fn issue(id: &str, risk: Risk, documents: &[&str]) -> Issue {
    let at: Timestamp = "2026-11-19T00:00:00Z".parse().unwrap();
    let story = Story {
        id: format!("cerita-{id}").into(),
        title: format!("Judul {id}"),
        event_date: None,
        first_seen: at,
        last_seen: at,
        members: documents.iter().map(|id| key(id)).collect(),
        copies: 0,
    };
    Issue {
        id: id.into(),
        title: format!("Judul {id}"),
        risk,
        risk_reasons: vec![],
        first_seen: at,
        last_seen: at,
        stories: vec![story],
        count: documents.len() as u32,
        total: documents.len() as u32,
        topics: vec![],
        places: vec![],
        agencies: vec![],
        trend: vec![],
        rise: None,
        usual: None,
        bursts: vec![],
        weak_signal: false,
        coordination: None,
        owner: None,
        pinned: false,
        tone: ToneCount::default(),
        unsure: 0,
        coverage: CoverageCount::default(),
        sources: vec![],
        summary: vec![],
        exemplars: vec![],
        statements: vec![],
        framing: vec![],
        questions: vec![],
        unknown: vec![],
        official_response: None,
        signals: vec![],
        needs_verification: 0,
    }
}

pub fn response(at: Timestamp) -> Exemplar {
    Exemplar {
        key: key("rilis"),
        kind: SourceKind::Official,
        coverage: Coverage::Official,
        title: "Keterangan pemerintah".to_owned(),
        url: None,
        at,
        dated: true,
    }
}

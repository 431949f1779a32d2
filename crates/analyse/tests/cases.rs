//! Every folder of `tests/cases/analyse`: `input.ndjson` must give `expected.ndjson`. `UPDATE=1` rewrites the expected side.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use analyse::Analyser;
use common::ANALYSER;
use model::{Document, SourceKind};
use std::path::PathBuf;

fn cases() -> Vec<PathBuf> {
    let folder = common::root().join("tests/cases/analyse");
    let entries = std::fs::read_dir(folder).expect("cases are there").map(|entry| entry.expect("readable").path());
    let mut found: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn documents(case: &std::path::Path) -> Vec<Document> {
    let input = std::fs::read_to_string(case.join("input.ndjson")).expect("every case has an input");
    let document = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        let text = |key: &str| value.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        Document {
            id: text("id").expect("has an id").into(),
            kind: text("kind").map_or(SourceKind::News, |kind| kind.parse().expect("a known kind")),
            title: text("title"),
            published_at: text("published_at").map(|time| time.parse().expect("a time")),
            text: text("text").expect("has a text"),
            ..Document::default()
        }
    };
    input.lines().map(document).collect()
}

fn analysed(analyser: &Analyser, documents: &[Document]) -> String {
    let lines =
        analyser.analyse_batch(documents).into_iter().map(|found| serde_json::to_string(&found).expect("serialises"));
    lines.map(|line| line + "\n").collect()
}

#[test]
fn cases_give_what_is_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let expected = case.join("expected.ndjson");
        let found = analysed(&ANALYSER, &documents(&case));
        if update {
            std::fs::write(&expected, found).expect("writable");
            continue;
        }
        let expected = std::fs::read_to_string(&expected).expect("run with UPDATE=1 first");
        wrong.extend(expected.lines().zip(found.lines()).filter(|(a, b)| a != b).map(|(a, b)| format!("- {a}\n+ {b}")));
        assert_eq!(expected.lines().count(), found.lines().count(), "{}", case.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn threads_change_nothing() {
    let mut documents: Vec<_> = cases().iter().flat_map(|case| documents(case)).collect();
    for _ in 0..3 {
        documents.extend(documents.clone());
    }
    let at = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| analysed(&ANALYSER, &documents))
    };
    let one = at(1);
    assert!(one == at(2) && one == at(8), "analysis depends on threads");
}

#[test]
fn evidence_lies_in_the_text() {
    for document in cases().iter().flat_map(|case| documents(case)) {
        let text = document.full_text();
        let found = ANALYSER.analyse(&document);
        let mut spans: Vec<_> = found.topics.iter().flat_map(|topic| &topic.evidence).collect();
        spans.extend(found.places.iter().flat_map(|place| &place.evidence));
        spans.extend(found.agencies.iter().flat_map(|agency| &agency.evidence));
        spans.extend(found.signals.iter().flat_map(|signal| &signal.evidence));
        spans.extend(found.sentiment.iter().flat_map(|sentiment| &sentiment.evidence));
        for span in spans {
            assert!(
                text.get(span.start as usize..span.end as usize).is_some_and(|words| !words.is_empty()),
                "{}: {span:?}",
                document.id
            );
        }
    }
}

#[test]
fn strange_texts_are_read() {
    let long = "kata ".repeat(20_000);
    for text in [
        "",
        " \n\n ",
        "\u{0}\u{feff}",
        "👍👍🏽🏳️‍🌈",
        "((((((",
        "“”",
        "\"\"",
        "####",
        "@@@@",
        "a\u{300}\u{301}",
        "ﷺﷺ",
        "(IKN)",
        "IKN (",
        &long,
    ] {
        let document = Document {
            text: text.to_owned(),
            title: Some(text.to_owned()),
            kind: SourceKind::Post,
            ..Document::default()
        };
        assert!(ANALYSER.analyse(&document).sentiment.is_some());
    }
}

//! `tests/cases/analyse/signals.tsv`: for every signal texts that carry it, and texts that only look so.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod common;

use common::{ANALYSER, LEXICONS};
use model::{Analysis, Document, SourceKind, VerificationStatus};
use std::collections::BTreeMap;

struct Row {
    signal: String,
    carries: bool,
    queue: bool,
    document: Document,
}

/// Texts of each sort that every signal must have.
const ENOUGH: usize = 3;

/// Given where claims are matched, so that no text alone carries it.
const MATCHED: &str = "known_debunk_match";

fn rows() -> Vec<Row> {
    let file = common::root().join("tests/cases/analyse/signals.tsv");
    let content = std::fs::read_to_string(file).expect("the cases are there");
    let lines = content.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [signal, kind, carries, queue, text] = cells[..] else { panic!("five cells: {line}") };
            let (title, text) = match text.split_once(" || ") {
                Some((title, text)) => (Some(title.to_owned()), text),
                None => (None, text),
            };
            let kind: SourceKind = kind.parse().expect("a known kind");
            Row {
                signal: signal.to_owned(),
                carries: carries == "yes",
                queue: queue == "yes",
                document: Document { kind, title, text: text.to_owned(), ..Document::default() },
            }
        })
        .collect()
}

fn signals(analysis: &Analysis) -> Vec<&str> {
    analysis.signals.iter().map(|signal| signal.id.as_str()).collect()
}

#[test]
fn every_signal_is_found_and_guarded() {
    let mut wrong = Vec::new();
    for row in rows() {
        let analysis = ANALYSER.analyse(&row.document);
        let found = signals(&analysis);
        let queued = analysis.verification.status == VerificationStatus::PerluVerifikasi;
        if found.contains(&row.signal.as_str()) != row.carries || queued != row.queue {
            wrong.push(format!(
                "{} {queued} {found:?}: {}",
                row.signal,
                row.document.full_text().replace('\n', " || ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_signal_has_texts_of_both_sorts() {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for row in rows() {
        counts.entry(row.signal).or_default()[usize::from(row.carries)] += 1;
    }
    for rule in LEXICONS.signals.iter().filter(|rule| rule.id.as_str() != MATCHED) {
        let count = counts.get(rule.id.as_str()).copied().unwrap_or_default();
        assert!(count.iter().all(|count| *count >= ENOUGH), "{}: {count:?}", rule.id);
    }
}

#[test]
fn every_signal_says_how_to_check_it() {
    for rule in &LEXICONS.region.signals {
        assert!(
            rule.check.starts_with("Cara memeriksa: ") && rule.check.ends_with('.'),
            "{}: {:?}",
            rule.id,
            rule.check
        );
        assert!(!rule.why.is_empty(), "{} has no reason", rule.id);
    }
}

#[test]
fn every_cue_is_known() {
    let known = analyse::signal_cues();
    for term in &LEXICONS.signal_cues {
        let signal = LEXICONS.signals.iter().any(|rule| rule.id.as_str() == term.target);
        assert!(signal || known.contains(&term.target.as_str()), "signal_cues.tsv: \"{}\" is not known", term.target);
    }
}

/// Whatever tone a complaint has, it does not enter: the same words shouted, begged, and asked to be passed on.
#[test]
fn tone_alone_never_enters() {
    let gold = std::fs::read_to_string(common::root().join("tests/eval/gold/annotated.tsv")).expect("is there");
    let (mut all, mut queued) = (0, Vec::new());
    for line in gold.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (kind, tone, act, text) = (cells[1], cells[5], cells[6], cells[2]);
        if !(tone == "negatif" || tone == "berpotensi_negatif" || act == "aduan")
            || !matches!(kind, "post" | "comment" | "complaint")
        {
            continue;
        }
        for text in [
            text.to_owned(),
            text.to_uppercase() + "!!!",
            format!("VIRALKAN!!! {text}, sebarkan biar semua tahu"),
            format!("{text} Parah, bohong, ngawur, pemerintah gagal!"),
        ] {
            let document = Document { kind: kind.parse().expect("known"), text, ..Document::default() };
            let analysis = ANALYSER.analyse(&document);
            all += 1;
            if analysis.verification.status == VerificationStatus::PerluVerifikasi {
                queued.push(format!("{:?} {}", signals(&analysis), document.text));
            }
        }
    }
    assert!(all > 500, "{all} texts");
    assert!(queued.len() * 50 <= all, "{} of {all}:\n{}", queued.len(), queued.join("\n"));
}

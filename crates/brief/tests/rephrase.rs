//! What a language model may propose: every hostile proposal is refused for the reason that it deserves, every faithful
//! one is let through.
#![allow(clippy::unwrap_used)]

use brief::rephrase::{Evidence, check, evidence_of, passage, prompt, request_body, without_citations};
use model::Brief;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

struct Given {
    original: String,
    evidence: Vec<Evidence>,
}

fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/rephrase");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn passages() -> BTreeMap<String, Given> {
    let all: BTreeMap<String, Value> = serde_json::from_str(&file("passages.json")).unwrap();
    let evidence = |value: &Value| Evidence {
        number: value["number"].as_u64().unwrap() as u32,
        text: value["text"].as_str().unwrap().to_owned(),
    };
    let given = |value: &Value| Given {
        original: value["original"].as_str().unwrap().to_owned(),
        evidence: value["evidence"].as_array().unwrap().iter().map(evidence).collect(),
    };
    all.iter().map(|(name, value)| (name.clone(), given(value))).collect()
}

/// Rows below the comments and the heads of columns, with characters that cannot be seen read back.
fn rows(name: &str) -> Vec<Vec<String>> {
    let text = file(name);
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| line.split('\t').map(unescape).collect()).collect()
}

fn unescape(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

#[test]
fn hostile_proposals_are_refused() {
    let (passages, rows) = (passages(), rows("refused.tsv"));
    assert!(rows.len() >= 200, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let [name, objection, proposal, why] = row.as_slice() else { panic!("{row:?}") };
        let given = &passages[name];
        let kinds: BTreeSet<&str> = match check(&given.original, proposal, &given.evidence) {
            Ok(()) => BTreeSet::new(),
            Err(objections) => objections.iter().map(|objection| objection.kind()).collect(),
        };
        if !kinds.contains(objection.as_str()) {
            wrong.push(format!("{name}, {why}: wanted {objection}, got {kinds:?}: {proposal:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn faithful_proposals_are_accepted() {
    let passages = passages();
    let mut wrong = Vec::new();
    for row in rows("accepted.tsv") {
        let [name, proposal] = row.as_slice() else { panic!("{row:?}") };
        let given = &passages[name];
        if let Err(objections) = check(&given.original, proposal, &given.evidence) {
            let reasons: Vec<String> = objections.iter().map(ToString::to_string).collect();
            wrong.push(format!("{proposal}\n   {}", reasons.join("; ")));
        }
        assert!(!without_citations(proposal).contains('['));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sentence_passes_as_it_stands_once_it_cites() {
    for (name, given) in passages() {
        let number = given.evidence[0].number;
        let proposal = format!("{} [{number}].", given.original.trim_end_matches('.'));
        let outcome = check(&given.original, &proposal, &given.evidence);
        assert_eq!(outcome, Ok(()), "{name}");
        assert_eq!(without_citations(&proposal).trim_end_matches('.'), given.original.trim_end_matches('.'));
    }
}

/// Whatever comes, the check comes to an end and says something about it.
#[test]
fn nothing_breaks_the_check() {
    let original = "Banjir naik 4,2× menjadi 14 suara; “Kapan?” belum dijawab.";
    let evidence = [Evidence { number: 1, text: original.to_owned() }];
    let signs = [
        "[",
        "]",
        "[1",
        "[1]",
        "[,]",
        "[99999999999]",
        "“",
        "”",
        "\"",
        ".",
        "4,",
        "×",
        "é",
        "😀",
        "\u{0}",
        "-",
        "'",
        " ",
    ];
    for one in signs {
        for other in signs {
            let proposal = format!("{one}Banjir{other}naik{one}{other}4,2×{other}.{one}");
            assert!(check(original, &proposal, &evidence).is_err(), "{proposal:?}");
        }
    }
}

/// Pointers to every sentence of a brief that is the program's own.
fn statements(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("nature") {
                found.push(format!("{at}/text"));
            }
            fields.iter().for_each(|(name, field)| statements(field, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, item)| statements(item, &format!("{at}/{number}"), found));
        }
        _ => {}
    }
}

#[test]
fn every_sentence_of_a_brief_is_a_passage_that_passes_as_it_stands() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/brief");
    let mut seen = 0;
    for case in ["busy", "disputed_policy", "tasks", "verification_queue"] {
        let whole: Value =
            serde_json::from_str(&std::fs::read_to_string(folder.join(case).join("expected.json")).unwrap()).unwrap();
        let brief: Brief = serde_json::from_value(whole.clone()).unwrap();
        let mut parts = Vec::new();
        statements(&whole, "", &mut parts);
        for part in parts {
            let Some(given) = passage(&brief, &part) else { continue };
            assert!(!given.evidence.is_empty() && given.evidence == evidence_of(&brief, &part));
            let asked = request_body("model", &prompt(&given));
            assert!(asked.contains("KALIMAT") && !asked.contains("https://"), "{asked}");
            // Each sentence of it cites.
            let number = given.evidence[0].number;
            let outside = |text: &str| text.matches('“').count() == text.matches('”').count();
            let (mut proposal, mut sentence) = (String::new(), String::new());
            for word in given.original.split(' ') {
                sentence = format!("{sentence} {word}").trim().to_owned();
                if word.ends_with(['.', '?', '!']) && outside(&sentence) {
                    proposal.push_str(&format!(" {sentence} [{number}]"));
                    sentence.clear();
                }
            }
            if !sentence.is_empty() {
                proposal.push_str(&format!(" {sentence} [{number}]"));
            }
            let outcome = check(&given.original, proposal.trim(), &given.evidence);
            let reasons: Vec<String> = outcome.err().unwrap_or_default().iter().map(ToString::to_string).collect();
            assert!(reasons.is_empty(), "{case}{part}: {proposal}\n{reasons:?}");
            seen += 1;
        }
        assert_eq!(passage(&brief, "/references/0/title"), None, "a title is nobody's to rephrase");
        assert_eq!(passage(&brief, "/tidak/ada/text"), None);
    }
    assert!(seen > 40, "{seen}");
}

//! `tests/cases/issues/<case>`: `records.ndjson` and `frame.json` in, `issues.json` out; and the promises that hold
//! for all of them.

#![allow(clippy::unwrap_used)]

mod common;

use common::{frame, region};
use issues::{Grouping, Options};
use model::{Frame, Issue, Record};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

struct Case {
    folder: PathBuf,
    records: Vec<Record>,
    frame: Frame,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/issues");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    let case = |folder: PathBuf| {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let records = read("records.ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let wanted: Value = serde_json::from_str(&read("frame.json")).unwrap();
        let gaps: Vec<usize> = serde_json::from_value(wanted["gaps"].clone()).unwrap();
        Case { records, frame: frame(wanted["days"].as_i64().unwrap(), &gaps), folder }
    };
    folders.into_iter().map(case).collect()
}

fn group(records: &[Record], frame: &Frame) -> Grouping {
    issues::group(records, frame, &region(), &Options::default())
}

#[test]
fn issues_are_as_written_down() {
    for case in cases() {
        let grouping = group(&case.records, &case.frame);
        let found = serde_json::to_string_pretty(&outline(&grouping)).unwrap() + "\n";
        let file = case.folder.join("issues.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let same = found == fs::read_to_string(&file).unwrap_or_default();
        assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", file.display());
    }
}

/// What a reviewer wants to see of the issues.
fn outline(grouping: &Grouping) -> Value {
    let id = |key: &model::DocumentKey| key.id.as_str().to_owned();
    let framing = |framing: &model::Framing| {
        let tone = framing.tone;
        let tone = format!("+{} ={} ?{} -{}", tone.positif, tone.netral, tone.berpotensi_negatif, tone.negatif);
        let words = framing.words.join(" ");
        format!("{}, {} ({tone}): [{words}] {}", framing.group, framing.count, framing.example.key.id)
    };
    let issue = |issue: &Issue| {
        // Quiet matters around the case are only named.
        if issue.stories.iter().map(|story| story.members.len()).sum::<usize>() == 1 {
            return json!({"title": issue.title, "risk": issue.risk, "total": issue.total});
        }
        let stories: Vec<Value> = issue
            .stories
            .iter()
            .map(|story| {
                let members: Vec<String> = story.members.iter().map(id).collect();
                json!({"title": story.title, "event_date": story.event_date, "copies": story.copies, "members": members.join(" ")})
            })
            .collect();
        json!({
            "title": issue.title,
            "risk": issue.risk,
            "risk_reasons": issue.risk_reasons,
            "count": issue.count,
            "total": issue.total,
            "trend": issue.trend.iter().map(|day| day.count.map_or("-".to_owned(), |n| n.to_string())).collect::<Vec<_>>().join(" "),
            "rise": issue.rise.map(|rise| format!("{rise:.2}")),
            "topics": issue.topics,
            "places": issue.places,
            "tone": issue.tone,
            "coverage": issue.coverage,
            "stories": stories,
            "summary": issue.summary.iter().map(|s| format!("{}: {}", s.document.key.id, s.text)).collect::<Vec<_>>(),
            "exemplars": issue.exemplars.iter().map(|e| id(&e.key)).collect::<Vec<_>>().join(" "),
            "coordination": issue.coordination,
            "framing": issue.framing.iter().map(framing).collect::<Vec<_>>(),
            "statements": issue.statements.iter().map(|s| format!("{} ({}): {}", s.speaker, s.role.as_deref().unwrap_or("-"), s.text)).collect::<Vec<_>>(),
            "questions": issue.questions.iter().map(|s| format!("{} ({})", s.text, s.count)).collect::<Vec<_>>(),
            "unknown": issue.unknown,
            "official_response": issue.official_response.as_ref().map(|e| id(&e.key)),
        })
    };
    json!({
        "issues": grouping.issues.iter().map(issue).collect::<Vec<_>>(),
        "spam": grouping.spam.iter().map(|s| s.members.iter().map(id).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
        "stories": grouping.stories,
        "copies": grouping.copies,
    })
}

#[test]
fn every_document_is_in_exactly_one_story() {
    for case in cases() {
        let grouping = group(&case.records, &case.frame);
        let stories = grouping.issues.iter().flat_map(|issue| &issue.stories).chain(&grouping.spam);
        let mut members: Vec<_> = stories.flat_map(|story| story.members.clone()).collect();
        members.sort();
        let mut sent: Vec<_> = case.records.iter().map(Record::key).collect();
        sent.sort();
        assert_eq!(members, sent, "{}", case.folder.display());
        let spam: BTreeSet<_> = case.records.iter().filter(|r| r.spam.is_some()).map(Record::key).collect();
        let as_spam: BTreeSet<_> = grouping.spam.iter().flat_map(|story| story.members.clone()).collect();
        assert_eq!(spam, as_spam);
    }
}

#[test]
fn order_and_threads_change_nothing() {
    for case in cases() {
        let expected = group(&case.records, &case.frame);
        let mut shuffled = case.records.clone();
        shuffled.reverse();
        shuffled.rotate_left(3);
        assert_eq!(group(&shuffled, &case.frame), expected, "{}", case.folder.display());
        for threads in [1, 2, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| group(&case.records, &case.frame));
            assert_eq!(found, expected, "{} with {threads} threads", case.folder.display());
        }
    }
}

#[test]
fn ids_survive_what_arrives_later() {
    let ids = |grouping: &Grouping| -> BTreeMap<_, _> {
        let issue = |issue: &Issue| {
            let id = issue.id.clone();
            issue
                .stories
                .iter()
                .flat_map(move |s| s.members.clone().into_iter().map(move |m| (m, 0)).collect::<Vec<_>>())
                .map(move |(m, _)| (m, id.clone()))
                .collect::<Vec<_>>()
        };
        grouping.issues.iter().flat_map(issue).collect()
    };
    let case = cases().into_iter().find(|case| case.folder.ends_with("floods_apart")).unwrap();
    let end = case.frame.windows[5].window.to;
    let early: Vec<Record> = case.records.iter().filter(|record| record.at <= end).cloned().collect();
    assert!(early.len() < case.records.len());
    let (before, after) = (ids(&group(&early, &case.frame)), ids(&group(&case.records, &case.frame)));
    for (key, id) in before {
        assert_eq!(after[&key], id, "{key}");
    }
}

#[test]
fn replaced_and_withdrawn_documents_are_gone() {
    let case = cases().into_iter().find(|case| case.folder.ends_with("floods_apart")).unwrap();
    let mut records = case.records.clone();
    let last = records.len() as u64;
    let mut edited = records[1].clone();
    (edited.sequence, edited.replaces) = (last + 1, Some(edited.sequence));
    edited.title = Some("Judul yang sudah diperbaiki setelah terbit".to_owned());
    let mut gone = records[2].clone();
    (gone.sequence, gone.replaces, gone.withdrawn) = (last + 2, Some(gone.sequence), true);
    let gone_key = gone.key();
    records.extend([edited, gone]);
    let grouping = group(&records, &case.frame);
    let members: Vec<_> = grouping.issues.iter().flat_map(|i| &i.stories).flat_map(|s| s.members.clone()).collect();
    assert_eq!(members.len(), case.records.len() - 1);
    assert!(!members.contains(&gone_key));
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(group(&[], &frame(7, &[])), Grouping::default());
    assert_eq!(group(&[], &Frame { windows: vec![] }), Grouping::default());
    let empty = vec![Record::default(), Record { sequence: 1, id: "x".into(), ..Record::default() }];
    let grouping = group(&empty, &Frame { windows: vec![] });
    assert_eq!(grouping.issues.iter().map(|issue| issue.total).sum::<u32>(), 2);
}

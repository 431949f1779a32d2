//! The sample week: substance, not sections.
//!
//! Take a source or a topic away, and everything that rested on it is gone from the brief: sentences, figures, charts.

use crate::pesut::{Desk, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const DATE: &str = "2026-11-20";

/// What is taken away: a source file's name without ending, or a topic.
enum Without {
    Source(&'static str),
    Topic(&'static str),
}

/// Runs the sample in a copy of its folder that keeps only the items for which `keep` holds.
fn brief_of(keep: impl Fn(&str, &Value) -> bool) -> (Desk, Value) {
    let desk = Desk::new();
    let sample = root().join("pipelines/contoh");
    for entry in std::fs::read_dir(&sample).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "ndjson") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        let kept: String = std::fs::read_to_string(&path)
            .unwrap()
            .lines()
            .filter(|line| keep(name, &serde_json::from_str(line).unwrap()))
            .map(|line| format!("{line}\n"))
            .collect();
        desk.write(&format!("contoh/{name}.ndjson"), kept);
    }
    let pipeline = std::fs::read_to_string(root().join("pipelines/contoh.toml")).unwrap();
    let pipeline = desk.write("contoh.toml", pipeline);
    let said = desk.run(&["run", pipeline.to_str().unwrap()]);
    assert!(said.code <= 1, "{}", said.err);
    let out = desk.path("brief");
    let arguments = ["brief", "--pipeline", pipeline.to_str().unwrap(), "--date", DATE, "--format", "json", "--out"];
    desk.ok(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    let brief = serde_json::from_str(&std::fs::read_to_string(out.join(format!("{DATE}.json"))).unwrap()).unwrap();
    (desk, brief)
}

/// Every statement (an object with `text` and `refs`) with the keys of the documents that it rests on.
fn statements(brief: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for reference in brief["references"].as_array().unwrap() {
        keys.insert(reference["number"].as_u64().unwrap(), document(&reference["key"]));
    }
    let mut found = BTreeMap::new();
    visit(brief, &mut |object| {
        if let (Some(text), Some(refs)) = (object.get("text").and_then(Value::as_str), object.get("refs")) {
            let documents = refs.as_array().unwrap().iter().map(|number| keys[&number.as_u64().unwrap()].clone());
            found.entry(text.to_owned()).or_insert_with(BTreeSet::new).extend(documents);
        }
    });
    found
}

fn document(key: &Value) -> String {
    format!("{}/{}", key["source"].as_str().unwrap(), key["id"].as_str().unwrap())
}

fn visit(value: &Value, look: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|value| visit(value, look));
        }
        Value::Array(list) => list.iter().for_each(|value| visit(value, look)),
        _ => {}
    }
}

fn total(brief: &Value) -> u64 {
    brief["numbers"]["tables"]["total"].as_u64().unwrap()
}

#[test]
fn whatever_rested_on_a_source_or_topic_goes_with_it() {
    let (desk, whole) = brief_of(|_, _| true);
    // The search tells which documents are about a topic, as a sceptic would ask.
    let about = |topic: &str| -> BTreeSet<String> {
        let query = format!("topik:{topic}");
        let hits = desk.ok(&["search", &query, "--json", "--limit", "100000"]).json_lines();
        hits.iter().map(|hit| format!("{}/{}", hit["source"].as_str().unwrap(), hit["id"].as_str().unwrap())).collect()
    };
    let everything = statements(&whole);
    assert!(everything.values().filter(|documents| !documents.is_empty()).count() > 20, "the brief cites its material");

    for without in [
        Without::Source("media-sosial"),
        Without::Source("mahakam-kini"),
        Without::Topic("bbm_langka"),
        Without::Topic("banjir"),
        Without::Topic("gratispol"),
    ] {
        let (name, gone): (&str, BTreeSet<String>) = match without {
            Without::Source(file) => (file, documents_of(file)),
            Without::Topic(topic) => (topic, about(topic)),
        };
        assert!(gone.len() >= 5, "{name}: only {} documents to take away", gone.len());
        let (_, brief) = brief_of(|file, item| {
            let source = item["source"].as_str().unwrap_or(file);
            !gone.contains(&format!("{source}/{}", item["id"].as_str().unwrap()))
        });

        for (text, documents) in statements(&brief) {
            assert!(documents.is_disjoint(&gone), "{name}: still cited by \"{text}\"");
        }
        let left = statements(&brief);
        for (text, documents) in &everything {
            let rested = !documents.is_empty() && documents.is_subset(&gone);
            // A copy in another outlet may carry the same words; then they rest on that one now.
            let elsewhere = left.get(text).is_none_or(|documents| !documents.is_empty());
            assert!(!rested || elsewhere, "{name}: \"{text}\" rested on what was taken away");
        }
        assert!(total(&brief) < total(&whole), "{name}: the total did not change");
        assert_ne!(brief["bluf"], Value::Null);
        let charts = |brief: &Value| {
            let tables = &brief["numbers"]["tables"];
            (
                tables["tone"].clone(),
                tables["days"].clone(),
                brief["numbers"]["topics"].clone(),
                brief["numbers"]["tiles"].clone(),
            )
        };
        assert_ne!(charts(&brief), charts(&whole), "{name}: no chart changed");
        if let Without::Topic(topic) = without {
            let topics = brief["numbers"]["topics"].as_array().unwrap();
            assert!(topics.iter().all(|row| row["key"] != topic), "{topic} is still in the chart");
            for section in ["alerts", "top_issues"] {
                let cards = brief[section].as_array().unwrap();
                assert!(cards.iter().all(|card| card["topic"] != topic), "{topic} still has a card in {section}");
            }
        }
    }
}

#[test]
fn with_nothing_in_it_the_brief_says_so() {
    let (_, brief) = brief_of(|_, _| false);
    assert_eq!(total(&brief), 0);
    let text = brief.to_string();
    assert!(text.contains("data belum ada") || text.contains("Data belum ada"), "{text}");
    assert_eq!(brief["decisions"].as_array().unwrap().len(), 0);
    assert_eq!(brief["alerts"].as_array().unwrap().len(), 0);
    assert_eq!(brief["confidence"]["level"], "rendah");
}

fn documents_of(file: &str) -> BTreeSet<String> {
    let path = root().join("pipelines/contoh").join(file).with_extension("ndjson");
    let content =
        std::fs::read_to_string(Path::new(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    content
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|item| format!("{}/{}", item["source"].as_str().unwrap_or(file), item["id"].as_str().unwrap()))
        .collect()
}

//! What an issue says about people: nothing that leads to an account, whatever its conversation looks like.

#![allow(clippy::unwrap_used)]

mod common;

use common::{frame, region};
use issues::Options;
use model::{Issue, Record};
use std::{fs, path::PathBuf};

fn records(case: &str) -> Vec<Record> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/issues");
    let lines = fs::read_to_string(folder.join(case).join("records.ndjson")).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn issues(records: &[Record]) -> Vec<Issue> {
    issues::group(records, &frame(7, &[]), &region(), &Options::default()).issues
}

#[test]
fn no_pseudonym_leaves_with_an_issue() {
    for case in ["a_campaign_inside_a_complaint", "numbers_and_answers_differ"] {
        let json = serde_json::to_string(&issues(&records(case))).unwrap();
        assert!(!json.contains("rahasia"), "{case}: a pseudonym is shown");
        assert!(!json.contains("sahabat_poros"), "{case}: an account that was spoken to is shown");
    }
}

#[test]
fn an_observation_is_no_verdict_about_anybody() {
    let found = issues(&records("a_campaign_inside_a_complaint"));
    let coordination = found.iter().find_map(|issue| issue.coordination.as_ref()).unwrap();
    let json = serde_json::to_string(coordination).unwrap().to_lowercase();
    for word in ["buzzer", "bot", "palsu", "bayaran", "terorganisasi"] {
        assert!(!json.contains(word), "{word} in {json}");
    }
}

#[test]
fn a_campaign_counts_in_the_share_of_its_own_issue_only() {
    let found = issues(&records("a_campaign_inside_a_complaint"));
    let seen: Vec<&Issue> = found.iter().filter(|issue| issue.coordination.is_some()).collect();
    assert_eq!(seen.len(), 1);
    let coordination = seen[0].coordination.as_ref().unwrap();
    assert_eq!((coordination.posts, coordination.accounts), (7, Some(7)));
    assert_eq!(coordination.posts_total, seen[0].coverage.public);
}

#[test]
fn the_contents_do_not_depend_on_the_order_of_arrival() {
    for case in ["a_campaign_inside_a_complaint", "numbers_and_answers_differ"] {
        let mut records = records(case);
        let expected = issues(&records);
        records.reverse();
        records.rotate_left(5);
        assert_eq!(issues(&records), expected, "{case}");
    }
}

/// A language without words still groups, titles and sums up; it only asks and doubts less.
#[test]
fn a_region_without_wording_still_has_issues() {
    let mut bare = region();
    bare.wording = model::Wording::default();
    let records = records("numbers_and_answers_differ");
    let found = issues::group(&records, &frame(7, &[]), &bare, &Options::default()).issues;
    let largest = found.iter().max_by_key(|issue| issue.count).unwrap();
    assert!(!largest.summary.is_empty() && !largest.questions.is_empty());
    assert!(largest.unknown.iter().all(|sentence| sentence.contains('“')), "only citizens' questions are left open");
}

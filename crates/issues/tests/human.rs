//! What people decided holds: whatever the order in which documents arrive, and when a replay gives other ids.

#![allow(clippy::unwrap_used)]

#[path = "common/issue.rs"]
mod common;

use common::{issue, key};
use issues::{Human, Member, anchored};
use jiff::{Timestamp, ToSpan as _};
use model::*;
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

fn start() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// The n-th decision of a test.
fn decision(n: usize, act: Act) -> Decision {
    let at = start().checked_add((n as i64).minutes()).unwrap();
    Decision { id: format!("d{n:03}").into(), at, by: "Ratna".to_owned(), reason: None, act }
}

fn decisions(acts: impl IntoIterator<Item = Act>) -> Vec<Decision> {
    acts.into_iter().enumerate().map(|(n, act)| decision(n, act)).collect()
}

fn member(n: usize, story: &str, issue: &str, copy_of: Option<usize>) -> Member {
    Member {
        key: key(&format!("{n:02}")),
        story: story.into(),
        issue: issue.into(),
        copy_of: copy_of.map(|of| key(&format!("{of:02}"))),
        at: start().checked_add((n as i64).minutes()).unwrap(),
        kind: SourceKind::News,
        coverage: Coverage::Earned,
        author: None,
    }
}

/// Documents by issue and story, without the names of either.
fn partition(members: &[Member]) -> BTreeSet<Vec<Vec<String>>> {
    let mut groups: BTreeMap<&IssueId, BTreeMap<&StoryId, Vec<String>>> = BTreeMap::new();
    for member in members {
        let name = member
            .copy_of
            .as_ref()
            .map_or_else(|| member.key.id.to_string(), |of| format!("{}={}", member.key.id, of.id));
        groups.entry(&member.issue).or_default().entry(&member.story).or_default().push(name);
    }
    groups
        .into_values()
        .map(|stories| {
            let mut stories: Vec<Vec<String>> = stories.into_values().collect();
            stories.iter_mut().for_each(|story| story.sort());
            stories.sort();
            stories
        })
        .collect()
}

#[test]
fn groupings_are_as_written_down() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/decisions");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    for folder in folders {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        // Document, story, issue, and the document that it copies.
        let mut members: Vec<Member> = read("members.tsv")
            .lines()
            .skip(1)
            .map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                member(fields[0].parse().unwrap(), fields[1], fields[2], fields[3].parse().ok())
            })
            .collect();
        let acts = read("decisions.ndjson");
        let acts: Vec<Act> = acts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut steps = vec![("at first".to_owned(), partition(&members))];
        let machine = members.clone();
        let mut taken: Vec<Decision> = Vec::new();
        for (n, act) in acts.into_iter().enumerate() {
            let name = act.subject();
            taken.push(anchored(decision(n, act), &members));
            members.clone_from(&machine);
            Human::of(&taken).regroup(&mut members);
            steps.push((format!("{} {}", n + 1, name.trim()), partition(&members)));
        }
        let found = serde_json::to_string_pretty(&steps).unwrap() + "\n";
        let file = folder.join("steps.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let same = found == fs::read_to_string(&file).unwrap_or_default();
        assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", file.display());
    }
}

/// What the machine found: per document its story and whether it copies the first of it, per story its issue.
fn machine() -> impl Strategy<Value = Vec<Member>> {
    let documents = prop::collection::vec((0_usize..7, any::<bool>()), 2..16);
    (documents, prop::collection::vec(0_usize..4, 7)).prop_map(|(documents, issues)| {
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        let document = |(n, (story, copy)): (usize, (usize, bool))| {
            let original = *first.entry(story).or_insert(n);
            member(n, &format!("s{story}"), &format!("i{}", issues[story]), (copy && original != n).then_some(original))
        };
        documents.into_iter().enumerate().map(document).collect()
    })
}

/// The same documents grouped in the same way under other ids, as after a replay.
fn renamed(members: &[Member]) -> Vec<Member> {
    let rename = |member: &Member| Member {
        story: format!("lain-{}", member.story).into(),
        issue: format!("lain-{}", member.issue).into(),
        ..member.clone()
    };
    members.iter().map(rename).collect()
}

/// A decision that somebody who sees `members` may take.
fn act(members: &[Member], kind: u8, a: usize, b: usize) -> Act {
    let one = |n: usize| &members[n % members.len()];
    let (first, second) = (one(a), one(b));
    match kind % 4 {
        0 => Act::Merge { issue: first.issue.clone(), into: second.issue.clone(), anchor: None, into_anchor: None },
        1 => Act::Split {
            issue: first.issue.clone(),
            stories: vec![first.story.clone()],
            documents: vec![],
            anchor: None,
            story_anchors: vec![],
        },
        2 => Act::Split {
            issue: first.issue.clone(),
            stories: vec![],
            documents: vec![first.key.clone()],
            anchor: None,
            story_anchors: vec![],
        },
        _ => Act::Duplicate {
            document: first.key.clone(),
            of: Some(&second.key).filter(|of| **of != first.key).cloned(),
        },
    }
}

/// Takes decisions one after the other, each by somebody who sees what the earlier ones made.
fn take(machine: &[Member], choices: &[(u8, usize, usize)]) -> Vec<Decision> {
    let mut taken = Vec::new();
    for (n, &(kind, a, b)) in choices.iter().enumerate() {
        let mut members = machine.to_vec();
        Human::of(&taken).regroup(&mut members);
        taken.push(anchored(decision(n, act(&members, kind, a, b)), &members));
    }
    taken
}

fn choices() -> impl Strategy<Value = Vec<(u8, usize, usize)>> {
    prop::collection::vec((any::<u8>(), 0_usize..64, 0_usize..64), 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_documents_and_of_lines_does_not_matter(machine in machine(), choices in choices(), turn in 0_usize..16) {
        let taken = take(&machine, &choices);
        let mut expected = machine.clone();
        Human::of(&taken).regroup(&mut expected);

        let mut turned = machine;
        turned.reverse();
        let turn = turn % turned.len();
        turned.rotate_left(turn);
        let mut lines = taken;
        lines.reverse();
        Human::of(&lines).regroup(&mut turned);
        turned.sort_by(|a, b| a.key.cmp(&b.key));
        expected.sort_by(|a, b| a.key.cmp(&b.key));
        prop_assert_eq!(turned, expected);
    }

    #[test]
    fn a_replay_that_gives_other_ids_loses_nothing(machine in machine(), choices in choices()) {
        let taken = take(&machine, &choices);
        let (mut expected, mut replayed) = (machine.clone(), renamed(&machine));
        Human::of(&taken).regroup(&mut expected);
        Human::of(&taken).regroup(&mut replayed);
        prop_assert_eq!(partition(&replayed), partition(&expected));
    }

    #[test]
    fn nothing_is_in_two_issues_and_copies_stand_with_their_original(machine in machine(), choices in choices()) {
        let mut members = machine.clone();
        Human::of(&take(&machine, &choices)).regroup(&mut members);
        prop_assert_eq!(members.len(), machine.len());
        let mut issue_of: BTreeMap<&StoryId, &IssueId> = BTreeMap::new();
        for member in &members {
            prop_assert_eq!(*issue_of.entry(&member.story).or_insert(&member.issue), &member.issue);
            let Some(original) = &member.copy_of else { continue };
            let original = members.iter().find(|other| other.key == *original).unwrap();
            prop_assert_eq!(&original.story, &member.story);
            prop_assert_eq!(&original.copy_of, &None);
        }
    }

    #[test]
    fn the_last_decision_means_what_it_says(machine in machine(), choices in choices(), last in (0_u8..3, 0_usize..64, 0_usize..64)) {
        let mut taken = take(&machine, &choices);
        let mut before = machine.clone();
        Human::of(&taken).regroup(&mut before);
        let act = act(&before, last.0, last.1, last.2);
        taken.push(anchored(decision(99, act.clone()), &before));
        let mut after = machine;
        Human::of(&taken).regroup(&mut after);
        let moved: Vec<(&Member, &Member)> = before.iter().zip(&after).collect();
        match act {
            Act::Merge { issue, into, .. } => {
                for (before, after) in moved {
                    let expected = if before.issue == issue { &into } else { &before.issue };
                    prop_assert_eq!(&after.issue, expected);
                }
            }
            Act::Split { stories, documents, .. } => {
                let leaves = |member: &Member| {
                    stories.contains(&member.story) || documents.contains(&member.key)
                        || member.copy_of.as_ref().is_some_and(|original| documents.contains(original))
                };
                let new = issues::split_issue(taken.last().unwrap());
                for (before, after) in moved {
                    let expected = if leaves(before) { &new } else { &before.issue };
                    prop_assert_eq!(&after.issue, expected);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn what_is_grouped_with_a_split_story_later_follows_it() {
    let mut members = vec![member(1, "s1", "i", None), member(2, "s2", "i", None)];
    let split = Act::Split {
        issue: "i".into(),
        stories: vec!["s2".into()],
        documents: vec![],
        anchor: None,
        story_anchors: vec![],
    };
    let human = Human::of(&[anchored(decision(0, split), &members)]);
    members.push(member(3, "s2", "i", None));
    members.push(member(4, "s3", "i", None));
    human.regroup(&mut members);
    let issues: Vec<bool> = members.iter().map(|member| member.issue.as_str() == "i").collect();
    assert_eq!(issues, [true, false, false, true]);
    assert_eq!(members[1].issue, members[2].issue);
}

#[test]
fn two_stories_that_the_machine_joins_after_a_split_stay_apart() {
    let members = vec![member(1, "s1", "i", None), member(2, "s2", "i", None)];
    let split = Act::Split {
        issue: "i".into(),
        stories: vec!["s2".into()],
        documents: vec![],
        anchor: None,
        story_anchors: vec![],
    };
    let human = Human::of(&[anchored(decision(0, split), &members)]);
    let mut replayed = vec![member(1, "s9", "i9", None), member(2, "s9", "i9", None)];
    human.regroup(&mut replayed);
    assert_ne!(replayed[0].issue, replayed[1].issue);
}

fn rename(issue: &str, title: &str, anchor: &str) -> Act {
    Act::Rename { issue: issue.into(), title: title.to_owned(), anchor: Some(key(anchor)) }
}

fn pin(issue: &str, pinned: bool, anchor: &str) -> Act {
    Act::Pin { issue: issue.into(), pinned, anchor: Some(key(anchor)) }
}

fn merge(issue: &str, into: &str) -> Act {
    Act::Merge { issue: issue.into(), into: into.into(), anchor: None, into_anchor: None }
}

#[test]
fn titles_and_pins_are_found_again_and_the_last_one_wins() {
    let taken = decisions([
        rename("a", "Lama", "1"),
        rename("a-lama", "Banjir Muara", "1"),
        pin("b", true, "2"),
        pin("c", true, "3"),
        pin("c", false, "3"),
        rename("d", "Tidak ada lagi", "4"),
        rename("d", "", "4"),
    ]);
    // A replay has given the first one another id.
    let mut issues = vec![
        issue("d", Risk::Merah, &["4"]),
        issue("x", Risk::Oranye, &["1"]),
        issue("b", Risk::Oranye, &["2"]),
        issue("c", Risk::Oranye, &["3"]),
    ];
    let human = Human::of(&taken);
    human.finish(&mut issues);
    let found: Vec<_> = issues.iter().map(|issue| (issue.id.as_str(), issue.title.as_str(), issue.pinned)).collect();
    let expected =
        [("d", "Judul d", false), ("b", "Judul b", true), ("x", "Banjir Muara", false), ("c", "Judul c", false)];
    assert_eq!(found, expected);
    assert_eq!(human.pinned().map(|(issue, _)| issue.as_str()).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn an_issue_that_ends_in_another_leaves_its_pin_and_takes_its_title_along() {
    let taken =
        decisions([rename("a", "Judul a dari petugas", "1"), pin("a", true, "1"), merge("a", "b"), merge("b", "a")]);
    let mut issues = vec![issue("b", Risk::Kuning, &["1", "2"])];
    let human = Human::of(&taken);
    human.finish(&mut issues);
    assert_eq!((issues[0].title.as_str(), issues[0].pinned), ("Judul b", true));
    assert_eq!(human.find(&issues, &"a".into(), None).unwrap().id.as_str(), "b");
}

#[test]
fn labels_of_people_replace_those_of_the_machine() {
    let document = key("1");
    let taken = decisions([
        Act::Tone { document: document.clone(), tone: Some(Tone::Netral) },
        Act::Tone { document: document.clone(), tone: Some(Tone::Negatif) },
        Act::Topics { document: document.clone(), topics: vec!["banjir".into()] },
        Act::Spam { document: document.clone(), spam: None },
        Act::Duplicate { document: document.clone(), of: Some(key("2")) },
    ]);
    let human = Human::of(&taken);
    let machine = Record {
        source: "kabar.example".into(),
        tone: Some(Tone::Positif),
        places: vec!["91.01".into()],
        spam: Some(Spam::Loans),
        unsure: vec!["tone".into(), "topics".into(), "sentiment".into()],
        ..Record::default()
    };
    let mut record = Record { id: "1".into(), ..machine.clone() };
    human.correct(&mut record);
    assert_eq!((record.tone, record.tone_reason.as_deref()), (Some(Tone::Negatif), Some("ditetapkan petugas")));
    assert_eq!((record.topics.len(), record.places.len(), record.spam), (1, 1, None));
    assert_eq!(record.unsure, ["sentiment"]);
    assert_eq!(human.copy_of(&document), Some(Some(&key("2"))));
    let mut other = Record { id: "2".into(), ..machine };
    let before = other.clone();
    human.correct(&mut other);
    assert_eq!(other, before);
}

#[test]
fn tasks_claims_and_clarifications_are_folded() {
    let deadline = "2026-11-21T04:00:00Z".parse().unwrap();
    let task = |task: &str, issue: &str| Act::OpenTask {
        task: task.into(),
        title: "Siapkan data".to_owned(),
        owner: "bpbd".to_owned(),
        deadline,
        issue: Some(issue.into()),
        anchor: None,
    };
    let step = |status| Act::ClaimStatus {
        claim: "k".into(),
        status,
        primary_sources: vec![],
        references: vec![],
        explanation: None,
        conclusion: None,
    };
    let taken = decisions([
        Act::TaskStatus { task: "t".into(), status: TaskStatus::Berjalan, proof: None },
        task("t", "a"),
        task("u", "b"),
        Act::TaskStatus { task: "t".into(), status: TaskStatus::Selesai, proof: Some("surat 12/2026".to_owned()) },
        Act::TaskStatus { task: "tidak-ada".into(), status: TaskStatus::Selesai, proof: None },
        step(ClaimStatus::MenungguKonfirmasi),
        step(ClaimStatus::SengketaKebijakan),
        merge("a", "b"),
        Act::FactCheck { fact_check: FactCheck { id: "f".into(), title: "Lama".into(), ..FactCheck::default() } },
        Act::FactCheck { fact_check: FactCheck { id: "f".into(), title: "Baru".into(), ..FactCheck::default() } },
        Act::Clarify {
            issue: "a".into(),
            claim: None,
            published_at: deadline,
            title: "Penjelasan".to_owned(),
            url: None,
            anchor: Some(key("1")),
        },
    ]);
    let human = Human::of(&taken);
    let found: Vec<_> = human
        .tasks()
        .into_iter()
        .map(|task| (task.id.0, task.issue.unwrap().0, task.status.as_str(), task.proof))
        .collect();
    let proof = Some("surat 12/2026".to_owned());
    assert_eq!(found, [("t".into(), "b".into(), "selesai", proof), ("u".into(), "b".into(), "terbuka", None)]);
    let steps: Vec<_> = human.claim_steps(&"k".into()).into_iter().map(|step| step.status.as_str()).collect();
    assert_eq!(steps, ["menunggu_konfirmasi", "sengketa_kebijakan"]);
    assert!(human.claim_steps(&"lain".into()).is_empty());
    assert_eq!(human.fact_checks().iter().map(|check| check.title.as_str()).collect::<Vec<_>>(), ["Baru"]);
    let replayed = [issue("x", Risk::Hijau, &["1"])];
    assert_eq!(human.clarifications_in(&replayed)[0].issue.as_str(), "x");
    assert_eq!(human.clarifications()[0].issue.as_str(), "b");
}

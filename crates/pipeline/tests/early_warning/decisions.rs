//! What people decide holds at once wherever it is shown, and after a replay, after later arrivals and after the same
//! file once more.

use crate::room::{Arrival, DAY, Room, arrivals, days, hour, members};
use jiff::SignedDuration;
use model::{AlertState, ClaimId, ClaimStatus};
use pipeline::Silent;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const BRIEF: jiff::civil::Date = jiff::civil::date(2026, 5, 20);

/// The evening of the day on which a forged letter goes round.
fn evening() -> (Room, Vec<Arrival>) {
    let arrivals = arrivals("letter", 1, 3, 2);
    let mut room = Room::new(hour(days(-3), 0));
    room.pass(&arrivals, hour(DAY, 0));
    room.watch(&arrivals, hour(DAY, 0), hour(DAY, 21), 7);
    room.at(hour(DAY, 21) + SignedDuration::from_mins(10));
    (room, arrivals)
}

/// Everything that decisions may show in, as it can be seen now.
fn seen(room: &mut Room) -> Vec<(&'static str, Value)> {
    let claims = room.office().claims(&Silent).unwrap();
    let handover = room.office().handover(&Silent).unwrap();
    vec![
        ("issues of the day", room.issues(Some(BRIEF)).into()),
        ("issues of all time", room.issues(None).into()),
        ("search", room.search("*").into()),
        ("claims", serde_json::to_value(claims).unwrap()),
        ("alerts", serde_json::to_value(room.alerts()).unwrap()),
        ("handover", serde_json::to_value(handover).unwrap()),
        ("brief", serde_json::to_value(room.brief(BRIEF)).unwrap()),
    ]
}

fn assert_same(before: &[(&'static str, Value)], after: &[(&'static str, Value)], when: &str) {
    for ((name, before), (_, after)) in before.iter().zip(after) {
        if before == after {
            continue;
        }
        let lines = |value: &Value| match value {
            Value::Array(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>(),
            Value::Object(fields) => fields.iter().map(|(key, value)| format!("{key}: {value}")).collect(),
            other => vec![other.to_string()],
        };
        let (before, after) = (lines(before), lines(after));
        let gone: Vec<_> = before.iter().filter(|line| !after.contains(line)).take(3).collect();
        let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).take(3).collect();
        panic!("{name} {when}: {gone:#?} became {new:#?}");
    }
}

fn replayed(room: &mut Room) {
    let before = seen(room);
    room.replay();
    assert_same(&before, &seen(room), "after a replay");
    room.verify();
}

fn id(issue: &Value) -> String {
    issue["id"].as_str().unwrap().to_owned()
}

fn key(room: &mut Room, document: &str) -> Value {
    let found = room.search("*").into_iter().find(|hit| hit["id"] == document).unwrap();
    json!({"source": found["source"], "id": document})
}

fn hit(room: &mut Room, document: &str) -> Value {
    room.search("*").into_iter().find(|hit| hit["id"] == document).unwrap()
}

/// Issues of the day with nothing alarming about them, largest first.
fn calm(room: &mut Room) -> Vec<Value> {
    let mut issues = room.issues(Some(BRIEF));
    issues.retain(|issue| issue["risk"] == "hijau" && issue["id"] != "spam");
    issues.sort_by_key(|issue| std::cmp::Reverse(members(issue).len()));
    issues
}

fn recorded(room: &mut Room, by: &str, lines: &[Value]) {
    let report = room.decide(by, lines);
    assert_eq!((report.recorded, report.refused), (lines.len() as u64, Vec::new()));
    let again = room.decide(by, lines);
    assert_eq!((again.recorded, again.known), (0, lines.len() as u64), "the same file once more");
}

/// Adds the moment, so that the same line later is the same decision.
fn at(room: &mut Room, mut line: Value) -> Value {
    line["at"] = room.office().clock.now().to_string().into();
    line
}

#[test]
fn issues_stay_as_people_arranged_them() {
    let (mut room, arrivals) = evening();
    let issues = calm(&mut room);
    let several = issues.iter().find(|issue| issue["stories"].as_array().unwrap().len() > 1).unwrap().clone();
    let others: Vec<&Value> = issues.iter().filter(|issue| issue["id"] != several["id"]).collect();
    let (ends, goes_on, named) = (id(others[0]), id(others[1]), id(others[2]));
    let leaves = several["stories"][1].clone();
    let leaving: BTreeSet<String> =
        leaves["members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    let lines = [
        json!({"decision": "rename", "issue": named, "title": "Judul dari petugas"}),
        json!({"decision": "pin", "issue": named, "pinned": true}),
        json!({"decision": "merge", "issue": ends, "into": goes_on}),
        json!({"decision": "split", "issue": id(&several), "stories": [leaves["id"]]}),
    ]
    .map(|line| at(&mut room, line));
    recorded(&mut room, "Ratna Dewi", &lines);

    let check = |room: &mut Room, when: &str| {
        let issue = room.issues(Some(BRIEF)).into_iter().find(|issue| issue["title"] == "Judul dari petugas");
        let issue = issue.unwrap_or_else(|| panic!("{when}: the title is gone"));
        let pinned = room.office().issues(Some(BRIEF)).unwrap().grouping.issues;
        assert!(pinned.iter().any(|pinned| pinned.pinned && pinned.id.as_str() == issue["id"]), "{when}");
        let one = room.issue_of(Some(BRIEF), &members(others[0])[0]);
        assert_eq!(one["id"], room.issue_of(Some(BRIEF), &members(others[1])[0])["id"], "{when}: merged");
        assert_eq!(hit(room, &members(others[0])[0])["issue"], one["id"], "{when}: search agrees");
        let left = room.issue_of(Some(BRIEF), leaving.first().unwrap());
        assert!(leaving.iter().all(|id| members(&left).contains(id)), "{when}: what left stays together");
        let stayed = several["stories"][0]["members"][0].as_str().unwrap();
        assert_ne!(room.issue_of(Some(BRIEF), stayed)["id"], left["id"], "{when}: split");
        assert_eq!(hit(room, leaving.first().unwrap())["issue"], left["id"], "{when}: search agrees");
    };
    check(&mut room, "at once");
    let brief = serde_json::to_string(&room.brief(BRIEF)).unwrap();
    assert!(brief.contains("Judul dari petugas"), "the brief has the title, since the issue is pinned");
    replayed(&mut room);
    check(&mut room, "after a replay");
    room.watch(&arrivals, hour(DAY, 21), hour(days(1), 6), 3);
    check(&mut room, "after later arrivals");
    replayed(&mut room);
    check(&mut room, "after a replay of later arrivals");
    let again = room.decide("Ratna Dewi", &lines);
    assert_eq!((again.recorded, again.known), (0, 4), "the same file the next day");
    check(&mut room, "after the same file once more");
}

#[test]
fn labels_of_documents_stay_as_people_gave_them() {
    let (mut room, arrivals) = evening();
    let issues = calm(&mut room);
    // The first of an issue of several: it is what the ids of story and issue are made of.
    let large: Vec<&Value> = issues.iter().filter(|issue| members(issue).len() > 2).collect();
    let [toned, spam, moved, copy] = [0, 1, 2, 3].map(|at| members(large[at])[0].clone());
    let original = members(large[4])[0].clone();
    let lines = [
        json!({"decision": "tone", "document": key(&mut room, &toned), "tone": "positif"}),
        json!({"decision": "spam", "document": key(&mut room, &spam), "spam": "promotion"}),
        json!({"decision": "topics", "document": key(&mut room, &moved), "topics": ["banjir"]}),
        json!({"decision": "places", "document": key(&mut room, &moved), "places": ["64.74"]}),
        json!({"decision": "duplicate", "document": key(&mut room, &copy), "of": key(&mut room, &original)}),
    ]
    .map(|line| at(&mut room, line));
    recorded(&mut room, "Ratna Dewi", &lines);

    let check = |room: &mut Room, when: &str| {
        assert_eq!(hit(room, &toned)["tone"], "positif", "{when}");
        let spammed = room.issues(Some(BRIEF)).into_iter().find(|issue| issue["id"] == "spam");
        assert!(spammed.is_some_and(|line| members(&line).contains(&spam)), "{when}");
        assert_eq!(
            (&hit(room, &moved)["topics"], &hit(room, &moved)["places"]),
            (&json!(["banjir"]), &json!(["64.74"]))
        );
        let story = |issue: &Value, document: &str| {
            let stories = issue["stories"].as_array().unwrap().iter();
            let inside = |story: &&Value| story["members"].as_array().unwrap().iter().any(|id| id == document);
            stories.filter(inside).map(|story| story["id"].clone()).next()
        };
        let issue = room.issue_of(Some(BRIEF), &copy);
        assert!(story(&issue, &copy).is_some() && story(&issue, &copy) == story(&issue, &original), "{when}");
        let positive = room.search("nada:positif");
        assert!(positive.iter().any(|hit| hit["id"] == toned.as_str()), "{when}: facets agree");
    };
    check(&mut room, "at once");
    replayed(&mut room);
    check(&mut room, "after a replay");
    room.watch(&arrivals, hour(DAY, 21), hour(days(1), 6), 3);
    check(&mut room, "after later arrivals");
    replayed(&mut room);
}

#[test]
fn a_verdict_needs_its_evidence_and_palsu_two_people() {
    let (mut room, _) = evening();
    let claim = |room: &mut Room| room.office().claims(&Silent).unwrap().claims.into_iter().next().unwrap();
    let first = claim(&mut room);
    assert_eq!(first.status, ClaimStatus::PerluVerifikasi);
    let verdict = json!({
        "decision": "claim_status", "claim": first.id, "status": "palsu",
        "primary_sources": ["Biro Umum Setda, surat 12/2026"], "references": ["https://kaltimprov.example/klarifikasi"],
        "explanation": "Biro Umum tidak pernah menerbitkan surat itu.", "conclusion": "Surat itu bukan dari gubernur.",
    });
    let status = |room: &mut Room| {
        let found = room.office().claims(&Silent).unwrap();
        let found = found.find(&first.id).unwrap();
        (found.status, found.awaits_second)
    };
    let bare = json!({"decision": "claim_status", "claim": first.id, "status": "palsu"});
    room.decide("Ratna Dewi", &[bare]);
    assert!(!status(&mut room).1, "without evidence nothing waits for a second");
    room.at(hour(DAY, 21) + SignedDuration::from_mins(11));
    room.decide("Ratna Dewi", std::slice::from_ref(&verdict));
    assert!(status(&mut room).1 && status(&mut room).0 != ClaimStatus::Palsu);
    for (minute, by) in [(12, "Ratna Dewi"), (13, "ratna dewi, S.Kom."), (14, "R. Dewi")] {
        room.at(hour(DAY, 21) + SignedDuration::from_mins(minute));
        room.decide(by, std::slice::from_ref(&verdict));
        assert!(status(&mut room).1, "{by} is no second person");
    }
    room.at(hour(DAY, 21) + SignedDuration::from_mins(15));
    room.decide("Budi Santoso", &[verdict]);
    assert_eq!(status(&mut room), (ClaimStatus::Palsu, false));
    let known = json!({"decision": "fact_check", "fact_check": {
        "id": "arsip-7", "title": "Surat Gubernur Kaltim minta transfer biaya administrasi dana bantuan rumah ibadah",
        "text": "Surat yang meminta transfer ke rekening pribadi itu bukan surat gubernur.",
    }});
    recorded(&mut room, "Budi Santoso", &[known]);
    let matches = room.office().claims(&Silent).unwrap().find(&first.id).unwrap().matches.clone();
    assert!(matches.iter().any(|found| found.claim_id.as_str() == "arsip-7"), "a check by hand is found: {matches:?}");
    let draft = room.office().clarification(&first.id, &Silent).unwrap();
    assert!(serde_json::to_string(&draft).unwrap().contains("Biro Umum"), "{draft:?}");
    assert!(room.office().clarification(&ClaimId::from("tidak-ada"), &Silent).is_err());
    replayed(&mut room);
    assert_eq!(status(&mut room), (ClaimStatus::Palsu, false));
}

#[test]
fn alerts_tasks_and_clarifications_are_known_at_once() {
    let (mut room, arrivals) = evening();
    let alert = room.alerts().into_iter().next().unwrap();
    let lines = [
        json!({"decision": "acknowledge", "alert": alert.id}),
        json!({
            "decision": "open_task", "title": "Siapkan klarifikasi surat", "owner": "diskominfo",
            "deadline": hour(days(1), 10).to_string(), "issue": alert.issue,
        }),
        json!({
            "decision": "clarify", "issue": alert.issue, "published_at": hour(DAY, 21).to_string(),
            "title": "Penjelasan Biro Umum tentang surat bantuan", "url": "https://kaltimprov.example/klarifikasi",
        }),
    ]
    .map(|line| at(&mut room, line));
    recorded(&mut room, "Ratna Dewi", &lines);
    let state = |room: &mut Room| {
        let found = room.alerts().into_iter().find(|other| other.id == alert.id).unwrap();
        (found.state, found.acknowledged_by)
    };
    let ratna = Some("Ratna Dewi".to_owned());
    assert_eq!(state(&mut room), (AlertState::Acknowledged, ratna.clone()), "at once");
    room.weigh();
    assert_eq!(state(&mut room), (AlertState::Acknowledged, ratna.clone()), "after weighing");
    let text = |value: &dyn Fn(&mut Room) -> Value, room: &mut Room| value(room).to_string();
    let handover = |room: &mut Room| serde_json::to_value(room.office().handover(&Silent).unwrap()).unwrap();
    let brief = |room: &mut Room| serde_json::to_value(room.brief(BRIEF)).unwrap();
    assert!(text(&handover, &mut room).contains("Siapkan klarifikasi surat"));
    assert!(text(&brief, &mut room).contains("Siapkan klarifikasi surat"));
    assert!(text(&brief, &mut room).contains("Penjelasan Biro Umum tentang surat bantuan"));
    replayed(&mut room);
    assert_eq!(state(&mut room), (AlertState::Acknowledged, ratna));

    let until = hour(days(1), 9);
    room.at(hour(DAY, 21) + SignedDuration::from_mins(20));
    let snooze = at(&mut room, json!({"decision": "snooze", "alert": alert.id, "until": until.to_string()}));
    recorded(&mut room, "Budi Santoso", &[snooze]);
    assert_eq!(state(&mut room).0, AlertState::Snoozed, "at once");
    let quiet = room.watch(&arrivals, hour(DAY, 21), hour(days(1), 6), 3);
    let told = quiet.iter().find(|notice| notice.alert.id == alert.id);
    assert_eq!(told.map(|notice| &notice.text), None, "put off");
}

#[test]
fn a_wrong_line_costs_itself_and_is_named_by_its_number() {
    let (mut room, _) = evening();
    let issue = id(&calm(&mut room)[0]);
    let lines = [
        json!({"decision": "rename", "issue": issue, "title": "Judul yang benar"}),
        json!({"decision": "rename", "issue": "tidak-ada", "title": "x"}),
        json!({"decision": "tone", "document": {"source": "tidak ada", "id": "x"}, "tone": "netral"}),
        json!({"decision": "topics", "document": {"source": "tidak ada", "id": "x"}, "topics": ["tidak_ada"]}),
        json!({"decision": "acknowledge", "alert": "tidak-ada"}),
        json!({"decision": "task_status", "task": "tidak-ada", "status": "selesai"}),
        json!({"decision": "hapus", "issue": issue}),
        json!({"decision": "merge", "issue": issue, "into": issue}),
        json!({"decision": "pin", "issue": issue, "pinned": true}),
    ];
    let report = room.decide("Ratna Dewi", &lines);
    let numbers: BTreeSet<&str> =
        report.refused.iter().filter_map(|line| line.strip_prefix("line ")?.split(':').next()).collect();
    assert_eq!(numbers, BTreeSet::from(["2", "3", "4", "5", "6", "7", "8"]), "{:#?}", report.refused);
    assert_eq!(report.recorded, 2);
    assert!(room.issues(Some(BRIEF)).iter().any(|issue| issue["title"] == "Judul yang benar"));
}

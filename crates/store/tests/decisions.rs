//! Decisions of people are truth: once, in order, never edited; and a document that one is about is derived again.

#![allow(clippy::unwrap_used)] // a test's own helpers may fail like the test

use jiff::Timestamp;
use model::{
    Alert, AlertNotice, AlertState, Author, BodyFormat, Decision, DocumentKey, Engagement, NoticeCause, RawItem, Risk,
    SourceKind,
};
use store::{DataDir, KeySource, Recorded, Truth, read_decision};
use tempfile::TempDir;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn item(id: &str, revision: &str, body: &str) -> RawItem {
    RawItem {
        source: "warga-rekaan".into(),
        id: id.into(),
        revision: revision.into(),
        kind: SourceKind::Post,
        url: Some(format!("https://sosial.example/akun/{id}")),
        title: Some(format!("Judul {id}")),
        body: body.as_bytes().to_vec(),
        format: BodyFormat::Text,
        charset: None,
        published_at: Some(time("2026-11-19T01:02:03Z")),
        author: Some(Author::Name("Warga Rekaan".into())),
        tags: vec![],
        engagement: Engagement { likes: Some(3), ..Engagement::default() },
        fetched_at: time("2026-11-19T02:00:00Z"),
        withdrawn: false,
        parent: Some("induk".into()),
    }
}

fn open(folder: &TempDir) -> (DataDir, Truth) {
    let data_dir = DataDir::open(folder.path().join("data")).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    (data_dir, truth)
}

fn decisions(lines: &[&str]) -> Vec<Decision> {
    lines.iter().map(|line| read_decision(line, "Ratna", time("2026-11-20T06:00:00Z")).unwrap()).collect()
}

fn tone(id: &str, tone: &str, at: &str) -> String {
    format!(
        r#"{{"decision":"tone","document":{{"source":"warga-rekaan","id":"{id}"}},"tone":"{tone}","at":"2026-11-20T{at}:00Z"}}"#
    )
}

fn key(id: &str) -> DocumentKey {
    DocumentKey { source: "warga-rekaan".into(), id: id.into() }
}

#[test]
fn what_is_recorded_twice_counts_once_and_comes_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    let sent = decisions(&[
        r#"{"decision":"rename","issue":"a","title":"Banjir","reason":"lebih jelas","at":"2026-11-20T05:00:00Z"}"#,
        r#"{"decision":"pin","issue":"a","pinned":true,"at":"2026-11-20T04:00:00Z"}"#,
        r#"{"decision":"open_task","title":"Siapkan data","owner":"bpbd","deadline":"2026-11-21T05:00:00Z"}"#,
    ]);
    assert_eq!(truth.record_decisions(&sent).unwrap(), Recorded { recorded: 3, ..Recorded::default() });
    assert_eq!(truth.record_decisions(&sent).unwrap(), Recorded { known: 3, ..Recorded::default() });
    drop(truth);
    let mut truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.decisions().unwrap(), sent);
    assert_eq!(truth.last_sequence().unwrap(), 0, "no document is concerned");

    let again = |line: &str, by: &str, now: &str| read_decision(line, by, time(now)).unwrap();
    let pin = r#"{"decision":"pin","issue":"a","pinned":true}"#;
    let unpin = r#"{"decision":"pin","issue":"a","pinned":false}"#;
    let mut record = |decision| truth.record_decisions(&[decision]).unwrap().recorded;
    assert_eq!(record(again(pin, "Ratna", "2026-11-20T07:00:00Z")), 0, "a line without a time that says what holds");
    assert_eq!(record(again(pin, "Budi", "2026-11-20T07:00:00Z")), 1, "somebody else says so too");
    assert_eq!(record(again(unpin, "Ratna", "2026-11-20T08:00:00Z")), 1);
    assert_eq!(record(again(pin, "Ratna", "2026-11-20T09:00:00Z")), 1, "and back again");
}

#[test]
fn a_document_is_repeated_under_a_new_revision_and_only_that_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    truth.append(vec![item("1", "r1", "Jalan rusak."), item("2", "r1", "Lainnya.")], None).unwrap();
    let before = truth.latest(&key("1")).unwrap().unwrap();

    let first = decisions(&[&tone("1", "negatif", "01:00"), &tone("1", "netral", "02:00")]);
    let recorded = truth.record_decisions(&first).unwrap();
    assert_eq!((recorded.recorded, recorded.documents), (2, vec![key("1")]));
    let batch = truth.read_after(2, 10).unwrap();
    assert_eq!(batch.items.len(), 1, "two decisions about one document derive it once");
    let after = &batch.items[0];
    assert_eq!((after.sequence, after.replaces), (3, Some(before.sequence)));
    assert_eq!(after.first_seen_at, before.first_seen_at);
    assert_eq!(after.item.revision, format!("r1+{}", first[1].id));
    let mut expected = before.item.clone();
    expected.revision.clone_from(&after.item.revision);
    assert_eq!(after.item, expected, "everything else is as it was");

    let again = truth.append(vec![item("1", "r1", "Jalan rusak."), item("2", "r1", "Lainnya.")], None).unwrap();
    assert_eq!((again.imported, again.updated, again.unchanged, again.last_sequence), (0, 0, 2, 3));

    let second = decisions(&[&tone("1", "positif", "03:00")]);
    truth.record_decisions(&second).unwrap();
    let latest = truth.latest(&key("1")).unwrap().unwrap();
    assert_eq!(latest.item.revision, format!("r1+{}", second[0].id), "names do not grow");
    assert_eq!((latest.sequence, latest.replaces), (4, Some(3)));

    let updated = truth.append(vec![item("1", "r2", "Jalan sudah diperbaiki.")], None).unwrap();
    assert_eq!((updated.updated, updated.unchanged), (1, 0));
    let latest = truth.latest(&key("1")).unwrap().unwrap();
    assert_eq!((latest.item.revision.as_str(), latest.replaces), ("r2", Some(4)));
    assert_eq!(truth.count().unwrap().documents, 2);
    assert_eq!(truth.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn a_revision_of_a_source_may_look_like_one_of_a_decision() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    truth.append(vec![item("1", "2026-11-19T08:00:00+08:00", "Jalan rusak.")], None).unwrap();
    let decision = decisions(&[&tone("1", "negatif", "01:00")]);
    truth.record_decisions(&decision).unwrap();
    let latest = truth.latest(&key("1")).unwrap().unwrap();
    assert_eq!(latest.item.revision, format!("2026-11-19T08:00:00+08:00+{}", decision[0].id));
}

#[test]
fn a_decision_about_what_is_not_there_is_refused_and_the_others_stand() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(&folder);
    truth.append(vec![item("1", "r1", "Jalan rusak."), item("2", "r1", "Lainnya.")], None).unwrap();
    truth.remove(&key("2")).unwrap();
    let copy = r#"{"decision":"duplicate","document":{"source":"warga-rekaan","id":"1"},"of":{"source":"x","id":"9"}}"#;
    let sent = decisions(&[
        &tone("9", "negatif", "01:00"),
        &tone("2", "netral", "01:00"),
        copy,
        &tone("1", "netral", "01:00"),
    ]);
    let recorded = truth.record_decisions(&sent).unwrap();
    assert_eq!((recorded.recorded, recorded.known), (1, 0));
    let refused: Vec<_> = recorded.refused.iter().map(|refused| (refused.position, refused.why.as_str())).collect();
    assert_eq!(
        refused,
        [
            (0, "there is no document 9 of warga-rekaan"),
            (1, "there is no document 2 of warga-rekaan"),
            (2, "there is no document 9 of x")
        ]
    );
    assert_eq!(truth.decisions().unwrap(), sent[3..]);
    assert_eq!(truth.read_after(2, 10).unwrap().items.len(), 1);
}

#[test]
fn an_older_database_opens_and_nobody_edits_a_decision() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    truth.append(vec![item("1", "r1", "Jalan rusak.")], None).unwrap();
    drop(truth);
    let older = rusqlite::Connection::open(data_dir.truth()).unwrap();
    older
        .execute_batch(
            "DROP TABLE decisions; DROP TABLE alerts; DROP TABLE notices; DROP TABLE drafts; DROP TABLE editions;
             DROP TABLE deliveries; DROP TABLE delivery_log; DROP TABLE occasions; DROP TABLE operator_notices;
             PRAGMA user_version = 2",
        )
        .unwrap();
    drop(older);

    let mut truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.decisions().unwrap(), []);
    truth.record_decisions(&decisions(&[&tone("1", "negatif", "01:00")])).unwrap();
    assert_eq!(truth.verify().unwrap(), Vec::<String>::new());
    drop(truth);

    let intruder = rusqlite::Connection::open(data_dir.truth()).unwrap();
    assert!(intruder.execute("UPDATE decisions SET by = 'Orang lain'", []).is_err());
    assert!(intruder.execute("DELETE FROM decisions", []).is_err());
    intruder.execute_batch("DROP TRIGGER decisions_are_not_edited; UPDATE decisions SET by = 'Orang lain'").unwrap();
    drop(intruder);
    let truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.verify().unwrap(), ["decision 1 is not what was recorded"]);
}

fn alert(id: &str, risk: Risk) -> Alert {
    Alert {
        id: id.into(),
        issue: "i".into(),
        anchor: Some(key("1")),
        title: "Jalan rusak".to_owned(),
        risk,
        reasons: vec!["naik 3,0×".to_owned()],
        owner: Some("dpupr".into()),
        raised_at: time("2026-11-20T01:00:00Z"),
        risen_at: time("2026-11-20T01:00:00Z"),
        answer_by: None,
        state: AlertState::Open,
        acknowledged_by: None,
        snoozed_until: None,
        sent_at: None,
        told: Some(risk),
        rises: 0,
        reminders: 0,
        remind_at: None,
        calm_since: None,
        followed_up_on: None,
        day_and_night: false,
        closed_at: None,
    }
}

fn notice(alert: &Alert, cause: NoticeCause, occasion: &str, at: &str) -> AlertNotice {
    AlertNotice {
        alert: alert.clone(),
        cause,
        occasion: occasion.to_owned(),
        at: time(at),
        text: "Jalan rusak".to_owned(),
    }
}

#[test]
fn a_notice_leaves_once_whoever_asks_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(&folder);
    let open = alert("a", Risk::Oranye);
    let raised = notice(&open, NoticeCause::Raised, "", "2026-11-20T01:00:00Z");
    let monday = notice(&open, NoticeCause::FollowUp, "2026-11-20", "2026-11-20T08:00:00Z");
    let tuesday = notice(&open, NoticeCause::FollowUp, "2026-11-21", "2026-11-21T08:00:00Z");
    let first = [raised.clone(), monday.clone()];
    assert_eq!(truth.save_alerts(std::slice::from_ref(&open), &first).unwrap(), first);

    let later = notice(&open, NoticeCause::Raised, "", "2026-11-20T05:00:00Z");
    let acknowledged = Alert { state: AlertState::Acknowledged, ..open };
    let new = truth.save_alerts(std::slice::from_ref(&acknowledged), &[later, tuesday.clone()]).unwrap();
    assert_eq!(new, std::slice::from_ref(&tuesday));
    drop(truth);

    let mut truth = Truth::open(&data_dir, &KeySource::Beside).unwrap();
    assert_eq!(truth.alerts().unwrap(), [acknowledged]);
    let kept: Vec<_> = truth.unsent_notices().unwrap().into_iter().map(|stored| stored.notice).collect();
    assert_eq!(kept, [raised, monday, tuesday.clone()]);
    assert_eq!(truth.notices(time("2026-11-20T08:00:00Z")).unwrap().len(), 2);
    assert_eq!(truth.mark_sent(&[1, 2], time("2026-11-20T09:00:00Z")).unwrap(), 2);
    assert_eq!(truth.mark_sent(&[2], time("2026-11-20T10:00:00Z")).unwrap(), 0);
    let unsent = truth.unsent_notices().unwrap();
    assert_eq!(unsent.into_iter().map(|stored| stored.notice).collect::<Vec<_>>(), [tuesday]);
}

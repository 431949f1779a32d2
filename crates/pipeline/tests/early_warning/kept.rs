//! A day's report is made once and kept until anything that it rests on changes.

use crate::room::{DAY, Room, arrivals, days, hour, own};
use serde_json::json;
use std::fs;

/// A mark in the kept report that no report of the program has: whoever sees it was answered from the file.
const MARK: &str = "judul dari berkas";

fn mark(room: &Room) {
    let path = room.issues_folder().join(format!("reports/{}.json", days(1)));
    let mut report: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    report["issues"][0]["title"] = MARK.into();
    fs::write(path, report.to_string()).unwrap();
}

fn is_kept(room: &mut Room) -> bool {
    room.issues(Some(days(1))).iter().any(|issue| issue["title"] == MARK)
}

#[test]
fn a_report_is_kept_until_what_it_rests_on_changes() {
    let all = arrivals("letter", 1, 2, 1);
    let mut room = Room::new(hour(days(-2), 0));
    room.pass(&all, hour(DAY, 22));
    let first = room.issues(Some(days(1)));
    assert_eq!(room.issues(Some(days(1))), first);
    mark(&room);
    assert!(is_kept(&mut room), "the second answer comes from the file");
    room.close();
    room.open();
    assert!(is_kept(&mut room), "and so does that of the next program");

    room.at(hour(DAY, 23));
    room.import(&own(
        hour(DAY, 22),
        [json!({"id": "baru", "kind": "news", "source": "Mahakam Kini", "title": "Jalan poros ditutup",
            "text": "Jalan poros ditutup sementara karena longsor."})],
    ));
    assert!(!is_kept(&mut room), "a new document");
    mark(&room);
    let issue = room.issue_of(Some(days(1)), "baru")["id"].clone();
    room.decide("Ratna Dewi", &[json!({"decision": "pin", "issue": issue, "pinned": true})]);
    assert!(!is_kept(&mut room), "a decision");
    mark(&room);
    assert!(is_kept(&mut room));
    room.close();
    let pipeline = room.folder.path().join("lain.toml");
    fs::write(&pipeline, "title = \"Lain\"\n[issues]\nissue_similarity = 0.9\n").unwrap();
    let clock = room.desk.clock;
    room.desk = pipeline::Desk::open(Some(&pipeline), None).unwrap();
    room.desk.clock = clock;
    room.open();
    assert!(!is_kept(&mut room), "another option");
    assert!(!room.issues(Some(days(1))).is_empty());
}

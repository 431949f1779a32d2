//! The source registry: health, gaps, usual volumes, allowances.
#![allow(clippy::unwrap_used)]

use jiff::{Timestamp, civil::Date};
use model::{BodyFormat, Engagement, Fault, RawItem, SourceGap, SourceHealth, SourceKind, SourceState};
use store::{DataDir, GapChange, KeySource, SourceRegistry, Truth};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn open(folder: &tempfile::TempDir) -> Truth {
    let data_dir = DataDir::open(folder.path().join("data")).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::default()).unwrap();
    drop(data_dir); // these tests share a folder with nobody
    truth
}

fn item(id: &str, published_at: &str) -> RawItem {
    RawItem {
        source: "Kabar".into(),
        id: id.into(),
        revision: "1".into(),
        kind: SourceKind::News,
        url: None,
        title: Some(format!("Judul {id}")),
        body: b"isi".to_vec(),
        format: BodyFormat::Text,
        charset: None,
        published_at: Some(time(published_at)),
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        parent: Some("induk".into()),
        fetched_at: time("2026-11-20T00:00:00Z"),
        withdrawn: false,
    }
}

#[test]
fn volumes_count_what_is_new_by_hour_of_publication() {
    let folder = tempfile::tempdir().unwrap();
    let mut truth = open(&folder);
    let items =
        vec![item("a", "2026-11-19T06:10:00Z"), item("b", "2026-11-19T06:50:00Z"), item("c", "2026-11-19T07:00:00Z")];
    truth.append(items.clone(), None).unwrap();
    truth.append(items, None).unwrap();
    // An import says nothing about what a source usually brings.
    let sealed = truth.sealer().seal(item("d", "2026-11-19T07:00:00Z")).unwrap();
    truth.append_sealed(&[sealed], None).unwrap();
    let volumes = truth.volumes(time("2026-11-20T00:00:00Z")).unwrap();
    let expected = [(time("2026-11-19T06:00:00Z"), 2), (time("2026-11-19T07:00:00Z"), 1)];
    assert_eq!(volumes[&"Kabar".into()], expected);
    assert!(truth.volumes(time("2027-06-01T00:00:00Z")).unwrap().is_empty(), "too long ago to be usual");
    let stored = truth.read_after(0, 9).unwrap().items;
    assert_eq!(stored[0].item.parent, Some("induk".into()));
}

#[test]
fn a_gap_opens_once_and_closes_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut truth = open(&folder);
    let gap = |fault| SourceGap {
        source: "Kabar".into(),
        started_at: time("2026-11-19T00:00:00Z"),
        ended_at: None,
        filled: false,
        fault,
    };
    let health = SourceHealth { state: SourceState::Failed, ..SourceHealth::unknown("Kabar".into(), SourceKind::News) };
    truth.record_attempts(std::slice::from_ref(&health), &[GapChange::Open(gap(Fault::Dns))]).unwrap();
    let later = SourceGap { started_at: time("2026-11-19T01:00:00Z"), ..gap(Fault::Server) };
    truth.record_attempts(&[health], &[GapChange::Open(later)]).unwrap();
    assert_eq!(truth.gaps(time("2026-11-20T00:00:00Z")).unwrap(), [gap(Fault::Server)], "one gap, its latest fault");

    let ended_at = time("2026-11-19T02:00:00Z");
    let close = GapChange::Close { source: "Kabar".into(), ended_at, filled: true };
    truth.record_attempts(&[], std::slice::from_ref(&close)).unwrap();
    truth.record_attempts(&[], &[close]).unwrap();
    let closed = SourceGap { ended_at: Some(ended_at), filled: true, ..gap(Fault::Server) };
    assert_eq!(truth.gaps(time("2026-11-19T00:00:00Z")).unwrap(), [closed]);
    assert!(truth.gaps(time("2026-11-19T02:00:00Z")).unwrap().is_empty());
}

#[test]
fn a_source_is_switched_off_and_on_and_seen_from_another_process() {
    let folder = tempfile::tempdir().unwrap();
    assert!(SourceRegistry::open(&folder.path().join("data")).unwrap().health().unwrap().is_empty());
    let mut truth = open(&folder);
    truth.set_disabled(&"Kabar".into(), SourceKind::News, true).unwrap();
    let answered = SourceHealth {
        state: SourceState::Ok,
        soft_failures: 2.5,
        fault: Some(Fault::Busy),
        newest_at: Some(time("2026-11-19T00:00:00Z")),
        ..SourceHealth::unknown("Kabar".into(), SourceKind::News)
    };
    truth.set_health(std::slice::from_ref(&answered)).unwrap();
    // The truth is open here, as it is while another process collects.
    let seen = || SourceRegistry::open(&folder.path().join("data")).unwrap().health().unwrap();
    assert_eq!(seen(), [SourceHealth { state: SourceState::Disabled, ..answered.clone() }]);
    truth.set_disabled(&"Kabar".into(), SourceKind::News, false).unwrap();
    assert_eq!(seen(), [SourceHealth { soft_failures: 0.0, ..answered }]);
}

#[test]
fn an_allowance_is_never_passed_and_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let (day, next) = (Date::constant(2026, 11, 20), Date::constant(2026, 11, 21));
    let mut truth = open(&folder);
    assert!(!truth.charge("x", day, 101, 100).unwrap(), "the first charge alone may pass the cap");
    assert!(truth.charge("x", day, 70, 100).unwrap());
    assert!(!truth.charge("x", day, 31, 100).unwrap());
    assert!(truth.charge("x", next, 31, 100).unwrap());
    drop(truth);
    let mut truth = open(&folder);
    assert_eq!(truth.used("x", day).unwrap(), 70);
    truth.refund("x", day, 20).unwrap();
    assert!(truth.charge("x", day, 50, 100).unwrap());
    assert_eq!((truth.used("x", day).unwrap(), truth.used("y", day).unwrap()), (100, 0));

    let ids = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(truth.note_charged("x", day, &ids(&["1", "2"])).unwrap(), 2);
    assert_eq!(truth.note_charged("x", day, &ids(&["2", "3"])).unwrap(), 1);
    assert_eq!(truth.note_charged("x", next, &ids(&["1", "2"])).unwrap(), 2, "a new day charges anew");
}

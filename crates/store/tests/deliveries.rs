//! Drafts, editions and the ledger of deliveries: kept once, never edited, never doubled.
#![allow(clippy::unwrap_used)]

use jiff::{Timestamp, civil::DateTime};
use model::{Brief, BriefState, DeliveryKey, DeliveryState, Edition};
use std::path::Path;
use store::{DataDir, KeySource, OperatorNotice, Truth, content_hash};

fn at(text: &str) -> Timestamp {
    format!("2026-11-20T{text}Z").parse().unwrap()
}

fn open(folder: &Path) -> (DataDir, Truth) {
    let data_dir = DataDir::open(folder.join("data")).unwrap();
    let truth = Truth::open(&data_dir, &KeySource::default()).unwrap();
    (data_dir, truth)
}

fn brief() -> Brief {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/brief/quiet/expected.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn key(recipient: &str) -> DeliveryKey {
    DeliveryKey { message: "harian-2026-11-20/1".into(), channel: "surel".into(), recipient: recipient.into() }
}

#[test]
fn an_edition_is_what_was_approved_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(folder.path());
    let mut content = brief();
    content.header.id = "harian-2026-11-20".into();
    let hash = truth.save_draft(&content, at("00:00:00")).unwrap();
    let draft = truth.draft(&content.header.id).unwrap().unwrap();
    assert_eq!((draft.content, draft.hash.as_str()), (content.clone(), hash.as_str()));

    let mut approved = content.clone();
    approved.header.state = BriefState::Disetujui;
    assert_eq!(content_hash(&approved), hash, "approving changes nothing of what was read");
    approved.header.title.push('!');
    assert_ne!(content_hash(&approved), hash);

    let edition =
        Edition { brief: content.header.id.clone(), edition: 1, at: at("00:10:00"), by: "Ratna".into(), hash, content };
    assert!(truth.save_edition(&edition).unwrap());
    assert!(!truth.save_edition(&edition).unwrap(), "once");
    assert_eq!(truth.editions(&edition.brief).unwrap().as_slice(), std::slice::from_ref(&edition));
    assert_eq!(truth.editions_since(at("00:10:00")).unwrap().len(), 1);
    assert!(truth.editions_since(at("00:10:01")).unwrap().is_empty());
    assert!(truth.verify().unwrap().is_empty());
}

#[test]
fn a_delivery_leaves_once_and_its_log_says_all() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(folder.path());
    let keys = [key("a@kantor.example"), key("b@kantor.example")];
    assert!(!truth.begin_delivery(&keys[0], None, at("00:00:00")).unwrap(), "what is not queued is not sent");
    assert_eq!(truth.queue_deliveries(&keys, None, at("00:00:00")).unwrap(), 2);
    assert_eq!(truth.queue_deliveries(&keys, None, at("00:01:00")).unwrap(), 0);

    assert!(truth.begin_delivery(&keys[0], Some("<1@kantor>"), at("00:01:00")).unwrap());
    truth.delivery_sent(&keys[0], Some("<1@kantor>"), &["PDF dilewatkan".into()], at("00:01:01")).unwrap();
    assert!(!truth.begin_delivery(&keys[0], Some("<1@kantor>"), at("00:02:00")).unwrap(), "never twice");

    assert!(truth.begin_delivery(&keys[1], None, at("00:01:00")).unwrap());
    truth.delivery_failed(&keys[1], "451 coba lagi", Some(at("00:05:00")), at("00:01:01")).unwrap();
    assert!(!truth.begin_delivery(&keys[1], None, at("00:04:59")).unwrap(), "not before its time");
    assert!(truth.begin_delivery(&keys[1], None, at("00:05:00")).unwrap());
    truth.delivery_failed(&keys[1], "550 tidak ada", None, at("00:05:01")).unwrap();
    assert!(!truth.begin_delivery(&keys[1], None, at("09:00:00")).unwrap(), "given up");
    assert!(truth.open_deliveries().unwrap().is_empty());

    let found = truth.deliveries_of("harian-2026-11-20/1").unwrap();
    assert_eq!(found.iter().map(|one| one.state).collect::<Vec<_>>(), [DeliveryState::Sent, DeliveryState::GivenUp]);
    assert_eq!((found[1].attempts, found[1].fault.as_deref()), (2, Some("550 tidak ada")));
    let events: Vec<_> = truth.delivery_log("harian-2026-11-20/1").unwrap().into_iter().map(|one| one.event).collect();
    assert_eq!(events, ["queued", "queued", "begun", "sent", "begun", "failed", "begun", "given_up"]);
}

#[test]
fn who_was_stopped_in_between_sends_again_under_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, mut truth) = open(folder.path());
    truth.queue_deliveries(&[key("a")], None, at("00:00:00")).unwrap();
    assert!(truth.begin_delivery(&key("a"), Some("<1@kantor>"), at("00:01:00")).unwrap());
    drop((truth, data_dir));
    let (_data_dir, mut truth) = open(folder.path());
    let open = truth.open_deliveries().unwrap();
    assert_eq!((open[0].state, open[0].receipt.as_deref()), (DeliveryState::Sending, Some("<1@kantor>")));
    assert!(truth.begin_delivery(&key("a"), Some("<1@kantor>"), at("00:02:00")).unwrap());
    let log = truth.delivery_log("harian-2026-11-20/1").unwrap();
    assert!(log.last().unwrap().detail.as_deref().unwrap().contains("unknown"), "{log:?}");
}

#[test]
fn a_clock_that_ran_ahead_holds_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(folder.path());
    truth.queue_deliveries(&[key("a")], None, at("10:00:00")).unwrap();
    assert!(truth.begin_delivery(&key("a"), None, at("10:00:00")).unwrap());
    truth.delivery_failed(&key("a"), "nanti", Some(at("10:30:00")), at("10:00:01")).unwrap();
    assert!(truth.begin_delivery(&key("a"), None, at("01:00:00")).unwrap(), "the moment was told by another clock");
}

#[test]
fn an_occasion_and_a_notice_come_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(folder.path());
    let planned: DateTime = "2026-11-20T06:05:00".parse().unwrap();
    assert!(truth.record_occasion("harian/build", planned, "begun", at("00:00:00")).unwrap());
    assert!(!truth.record_occasion("harian/build", planned, "begun", at("00:00:00")).unwrap());
    truth.finish_occasion("harian/build", planned, "done").unwrap();
    assert_eq!(truth.last_occasion("harian/build").unwrap(), Some((planned, "done".to_owned())));
    assert!(truth.occasions().unwrap().contains(&("harian/build".to_owned(), planned)));
    let notice = OperatorNotice { id: "operator/x".into(), at: at("00:00:00"), subject: "a".into(), text: "b".into() };
    assert!(truth.note_for_operator(&notice).unwrap());
    assert!(!truth.note_for_operator(&notice).unwrap());
    assert_eq!(truth.operator_notice("operator/x").unwrap(), Some(notice));
}

#[test]
fn what_waits_gives_way_to_a_newer_edition() {
    let folder = tempfile::tempdir().unwrap();
    let (_data_dir, mut truth) = open(folder.path());
    truth.queue_deliveries(&[key("a"), key("b")], None, at("00:00:00")).unwrap();
    truth.begin_delivery(&key("a"), None, at("00:00:00")).unwrap();
    truth.delivery_sent(&key("a"), None, &[], at("00:00:01")).unwrap();
    assert_eq!(truth.supersede_deliveries("harian-2026-11-20/1", "digantikan", at("00:01:00")).unwrap(), 1);
    let states: Vec<_> = truth.deliveries_of("harian-2026-11-20/1").unwrap().iter().map(|one| one.state).collect();
    assert_eq!(states, [DeliveryState::Sent, DeliveryState::GivenUp]);
}

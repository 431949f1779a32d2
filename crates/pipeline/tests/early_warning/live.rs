//! What leaves while a week goes by: the alert on the first day, in its colour, to its office, once; calm weeks calm.

use crate::room::{Arrival, DAY, Room, arrivals, check, days, hour, table, zone};
use model::{AlertNotice, NoticeCause, Risk};
use std::collections::BTreeSet;

/// The whole first day and most of the second, in blocks of three hours; the days before come in as they were.
fn event(name: &str) -> Vec<AlertNotice> {
    let arrivals = arrivals(name, 1, 8, 2);
    let mut room = Room::new(hour(days(-8), 0));
    room.pass(&arrivals, hour(DAY, 0));
    room.watch(&arrivals, hour(DAY, 0), hour(days(1), 18), 3)
}

fn raised<'a>(notices: &'a [AlertNotice], owner: &'a str) -> impl Iterator<Item = &'a AlertNotice> {
    let told = |notice: &&AlertNotice| matches!(notice.cause, NoticeCause::Raised | NoticeCause::Risen);
    let is_owner = move |notice: &&AlertNotice| notice.alert.owner.as_ref().is_some_and(|id| id.as_str() == owner);
    notices.iter().filter(told).filter(is_owner)
}

/// One alert, told once at each level, the first time on the day of the event.
fn check_event(name: &str, owner: &str, levels: &[Risk]) {
    let notices = event(name);
    check(&format!("{name}.tsv"), &table(&notices));
    let told: Vec<&AlertNotice> = raised(&notices, owner).collect();
    let first = told.first().unwrap_or_else(|| panic!("{name}: nobody was told"));
    assert_eq!(first.at.to_zoned(zone()).date(), DAY, "{name}");
    let worst = told.iter().map(|notice| notice.alert.risk).max().unwrap();
    assert!(levels.contains(&worst), "{name}: {worst:?}");
    let once: BTreeSet<_> = told.iter().map(|notice| (&notice.alert.id, notice.alert.risk)).collect();
    assert_eq!(once.len(), told.len(), "{name}: a level was told twice");
    let alerts: BTreeSet<_> = told.iter().map(|notice| &notice.alert.id).collect();
    assert_eq!(alerts.len(), 1, "{name}: one matter, one alert");
    let others = notices.iter().filter(|notice| !alerts.contains(&notice.alert.id)).count();
    assert_eq!(others, 0, "{name}: something else rang");
}

#[test]
fn a_fuel_shortage_is_orange_on_its_first_day() {
    check_event("fuel", "desdm", &[Risk::Oranye]);
}

#[test]
fn a_barge_that_hits_a_bridge_is_orange_or_red_on_its_first_day() {
    check_event("barge", "dishub", &[Risk::Oranye, Risk::Merah]);
}

#[test]
fn a_forged_letter_is_orange_on_its_first_day() {
    check_event("letter", "diskominfo", &[Risk::Oranye]);
}

/// Ordinary days that follow days of which everything is known.
fn ordinary(name: &str, seed: u64, from: i64, until: i64) -> Vec<AlertNotice> {
    let arrivals: Vec<Arrival> = arrivals(name, seed, 8, until);
    let mut room = Room::new(hour(days(-8), 0));
    room.pass(&arrivals, hour(days(from), 0));
    room.watch(&arrivals, hour(days(from), 0), hour(days(until), 0), 3)
}

#[test]
fn an_ordinary_week_rings_once_at_most_and_never_red() {
    let mut found = String::new();
    for seed in 1..=2 {
        let notices = ordinary("control", seed, -3, 4);
        let rung = notices.iter().filter(|notice| notice.cause == NoticeCause::Raised).count();
        assert!(rung <= 1, "{seed}: {rung} alerts\n{}", table(&notices));
        assert!(notices.iter().all(|notice| notice.alert.risk < Risk::Merah), "{seed}\n{}", table(&notices));
        found += &format!("week {seed}\n{}", table(&notices));
    }
    check("control.tsv", &found);
}

#[test]
fn a_day_with_half_the_sources_dead_raises_nothing() {
    let notices = ordinary("half", 1, 0, 2);
    check("half.tsv", &table(&notices));
    let bad = hour(DAY, 6)..=hour(days(2), 0);
    let rung = notices.iter().find(|notice| bad.contains(&notice.at) && notice.cause != NoticeCause::Closed);
    assert_eq!(rung.map(|notice| &notice.text), None);
}

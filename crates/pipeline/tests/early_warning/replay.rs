//! A replay finds what was found live, and so does an office that got the same hours in other portions and orders.

use crate::room::{Arrival, DAY, Room, arrivals, days, hour};
use jiff::SignedDuration;

/// Documents of each hour come in at its end, in portions of `portion`, in an order of their own.
fn hourly(room: &mut Room, arrivals: &[Arrival], days_before: i64, portion: usize, order: u64) {
    let (mut start, end) = (hour(days(-days_before), 0), hour(days(1), 6));
    while start < end {
        let next = start + SignedDuration::from_hours(3);
        // Within the hour in which they are received, the moments differ.
        let moment = next + SignedDuration::from_mins((order % 50) as i64);
        room.at(moment);
        let mut block: Vec<&Arrival> =
            arrivals.iter().filter(|arrival| start < arrival.at && arrival.at <= next).collect();
        block.sort_by_key(|arrival| scrambled(arrival.line["id"].as_str().unwrap(), order));
        for (part, portion) in block.chunks(portion).enumerate() {
            room.at(moment + SignedDuration::from_secs(part as i64));
            room.import(portion.iter().copied());
        }
        start = next;
    }
    room.at(end);
}

/// An order that has nothing to do with time; 0 keeps it.
fn scrambled(id: &str, order: u64) -> u64 {
    let number: u64 = id.trim_start_matches('s').parse().unwrap();
    if order == 0 { number } else { (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ order).rotate_left(29) }
}

#[test]
fn a_replay_tells_what_was_told_live() {
    let arrivals = arrivals("barge", 1, 8, 2);
    let mut room = Room::new(hour(days(-8), 0));
    room.pass(&arrivals, hour(DAY, 0));
    room.watch(&arrivals, hour(DAY, 0), hour(days(1), 6), 3);
    let (issues, everything, alerts) = (room.issues(Some(days(1))), room.issues(None), room.alerts());
    assert!(!alerts.is_empty());
    room.replay();
    assert_eq!(room.issues(Some(days(1))), issues);
    assert_eq!(room.issues(None), everything);
    assert_eq!(room.alerts(), alerts);
    assert_eq!(room.weigh(), [], "a replay sends nothing again");
    assert_eq!(room.alerts(), alerts, "nor does it change what is known");
    room.verify();
}

#[test]
fn order_and_portions_within_an_hour_change_nothing() {
    let arrivals = arrivals("fuel", 2, 3, 2);
    let mut found = Vec::new();
    for (portion, order) in [(1_000, 0), (5, 17)] {
        let mut room = Room::new(hour(days(-3), 0));
        hourly(&mut room, &arrivals, 3, portion, order);
        found.push((room.issues(Some(days(1))), room.issues(None), room.weigh()));
    }
    let (first, second) = (&found[0], &found[1]);
    assert_eq!(first.0, second.0, "issues of the day");
    assert_eq!(first.1, second.1, "issues of all time");
    assert_eq!(first.2, second.2, "notices");
    assert!(!first.2.is_empty());
}

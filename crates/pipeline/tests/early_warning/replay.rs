//! A replay finds what was found live, and so does an office that got the same hours in other portions and orders.

use crate::room::{Arrival, DAY, Room, arrivals, days, hour, table};
use jiff::SignedDuration;
use serde_json::Value;

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

/// How the documents of an hour come in.
#[derive(Clone, Copy)]
struct Way {
    portion: usize,
    /// An order that has nothing to do with time; 0 keeps it.
    order: u64,
    /// Minutes after the hour, and seconds from one portion to the next.
    late: (i64, i64),
}

/// The first day of a fuel shortage, block by block, and then what is told.
fn told(way: Way) -> Told {
    let arrivals = arrivals("fuel", 2, 3, 2);
    let mut room = Room::new(hour(days(-3), 0));
    let (mut start, end) = (hour(days(-3), 0), hour(days(1), 6));
    while start < end {
        let next = start + SignedDuration::from_hours(3);
        let mut block: Vec<&Arrival> =
            arrivals.iter().filter(|arrival| start < arrival.at && arrival.at <= next).collect();
        block.sort_by_key(|arrival| scrambled(arrival.line["id"].as_str().unwrap(), way.order));
        for (part, portion) in block.chunks(way.portion).enumerate() {
            let late = SignedDuration::from_secs(way.late.0 * 60 + way.late.1 * part as i64);
            room.at(next + late);
            room.import(portion.iter().copied());
        }
        start = next;
    }
    room.at(end + SignedDuration::from_mins(59));
    Told { day: room.issues(Some(days(1))), ever: room.issues(None), notices: table(&room.weigh()) }
}

#[derive(Debug, PartialEq)]
struct Told {
    day: Vec<Value>,
    ever: Vec<Value>,
    notices: String,
}

fn scrambled(id: &str, order: u64) -> u64 {
    let number: u64 = id.trim_start_matches('s').parse().unwrap();
    if order == 0 { number } else { (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ order).rotate_left(29) }
}

#[test]
fn order_and_portions_within_an_hour_change_nothing() {
    let whole = told(Way { portion: 1_000, order: 0, late: (0, 0) });
    assert!(whole.notices.contains("oranye"), "{}", whole.notices);
    assert_eq!(told(Way { portion: 7, order: 17, late: (0, 0) }), whole, "received at one moment");
    assert_eq!(told(Way { portion: 9, order: 5, late: (17, 3) }), whole, "received one after the other");
}

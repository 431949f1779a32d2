//! One account that posts ten thousand times moves the figures of its issue by what one account may.

use crate::room::{DAY, Room, days, hour, members, own};
use serde_json::json;

/// Posts of one account that count in 24 hours; `Cap::DAY` of the trends.
const CAP: u64 = 3;

#[test]
fn ten_thousand_posts_of_one_account_count_as_a_few() {
    let places = ["Samarinda", "Balikpapan", "Bontang", "Sangatta", "Melak"];
    let post = |number: usize, author: &str| {
        let place = places[number % places.len()];
        json!({
            "id": format!("{author}-{number}"), "kind": "post", "source": "media sosial (uji)", "author": author,
            "text": format!("Lapor, antrean pertalite di SPBU {place} panjang sekali sejak pagi, laporan ke-{number}"),
        })
    };
    let mut room = Room::new(hour(days(-3), 12));
    let crowd = own(hour(DAY, 8), (0..20).map(|number| post(number, &format!("warga{number}"))));
    room.at(hour(DAY, 9));
    room.import(&crowd);
    let before = count(&mut room, "warga0-0");
    let flood: Vec<_> = (0..10_000).map(|number| post(number, "satu")).collect();
    let mut flood = own(hour(DAY, 9), flood);
    // All within one hour of the same day, as a machine writes.
    for (number, arrival) in flood.iter_mut().enumerate() {
        arrival.at = hour(DAY, 9) + jiff::SignedDuration::from_millis(number as i64 * 300);
        arrival.line["published_at"] = arrival.at.to_string().into();
    }
    room.at(hour(DAY, 10));
    room.import(&flood);
    let after = count(&mut room, "warga0-0");
    assert!(before > 0 && after >= before, "{before} {after}");
    assert!(after - before <= CAP, "{before} grew to {after}");
    for issue in room.issues(Some(days(1))) {
        let people = members(&issue).iter().filter(|id| id.starts_with("warga")).count() as u64;
        assert!(last(&issue) <= people + CAP, "{}: {} of {people} people", issue["title"], last(&issue));
    }
}

fn count(room: &mut Room, document: &str) -> u64 {
    last(&room.issue_of(Some(days(1)), document))
}

fn last(issue: &serde_json::Value) -> u64 {
    issue["trend"].as_array().and_then(|trend| trend.last()?.as_u64()).unwrap_or(0)
}

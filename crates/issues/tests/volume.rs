//! Volumes are of voices: whoever shouts, copies or pays moves nothing.

#![allow(clippy::unwrap_used)]

mod common;

use common::{frame, region};
use issues::Options;
use jiff::{Timestamp, ToSpan as _};
use model::{Coverage, Issue, Record, Risk, SourceKind, Tone};

const LOUD: usize = 10_000;

fn post(number: usize, author: &str, hours_ago: i64) -> Record {
    let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
    let at = end.checked_sub((hours_ago * 60 + number as i64 % 59).minutes()).unwrap();
    Record {
        sequence: number as u64 + 1,
        id: format!("p{number}").into(),
        source: "media sosial".into(),
        kind: SourceKind::Post,
        // Different words each time, so that none is a copy of another.
        text: format!("antrean bensin nomor {number} panjang sekali kata{} kata{}", number * 7, number * 13),
        at,
        day: jiff::civil::date(2026, 11, 19),
        dated: true,
        tone: Some(Tone::Negatif),
        topics: vec!["bbm_langka".into()],
        places: vec!["91.01".into()],
        author_pseudonym: Some(author.to_owned()),
        ..Record::default()
    }
}

fn largest(records: &[Record]) -> Issue {
    let grouping = issues::group(records, &frame(7, &[]), &region(), &Options::default());
    grouping.issues.into_iter().max_by_key(|issue| issue.count).unwrap()
}

/// Four accounts a day for a week.
fn calm() -> Vec<Record> {
    (0..28).map(|number| post(number, &format!("warga{}", number % 4), 24 * (number as i64 / 4) + 3)).collect()
}

#[test]
fn one_account_that_posts_ten_thousand_times_moves_an_issue_by_its_cap() {
    let before = largest(&calm());
    let loud = (28..28 + LOUD).map(|number| post(number, "pengeras suara", 1 + number as i64 % 20));
    let after = largest(&calm().into_iter().chain(loud).collect::<Vec<_>>());
    let voices = |issue: &Issue| issue.trend.last().unwrap().count.unwrap();
    assert_eq!((voices(&before), before.count), (4, 4));
    assert_eq!((voices(&after), after.count), (7, 4 + LOUD as u32), "three of one account; items stay items");
    let observed = |issue: &Issue| issue.usual.as_ref().unwrap().observed;
    assert_eq!(observed(&after) - observed(&before), 3.0);
    assert_eq!((after.risk, after.bursts.len(), after.weak_signal), (Risk::Hijau, 0, false));
}

#[test]
fn what_is_paid_for_is_no_rise() {
    let paid = |number: usize| Record {
        kind: SourceKind::News,
        coverage: Coverage::Advertorial,
        author_pseudonym: None,
        source: format!("media {}", number % 9).into(),
        ..post(number, "", 1 + number as i64 % 20)
    };
    let before = largest(&calm());
    let after = largest(&calm().into_iter().chain((28..88).map(paid)).collect::<Vec<_>>());
    assert_eq!(after.rise, before.rise);
    assert_eq!((after.risk, after.bursts), (before.risk, vec![]));
}

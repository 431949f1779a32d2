//! `received`: what share of the usual sources was read, hour by hour, so that a hole is not taken for calm.

use crate::frame::Coverage;
use facts::Hourly;
use issues::Reception;
use jiff::{SignedDuration, Timestamp};
use model::{SourceName, Window};
use std::collections::BTreeSet;

/// A source is expected on a day when it spoke on at least this share of the days before and after it.
const EXPECTED_SHARE: f64 = 0.5;
/// With fewer days than this nothing is usual yet.
const DAYS_MIN: usize = 3;
const HOURS_OF_A_DAY: i64 = 24;

/// What share of the usual sources was received in each hour of the days of 24 hours that end with `to`.
///
/// `spoke` are the hours in which each source published. Days before anything at all came in stay unknown.
pub(crate) fn received(spoke: &Hourly, coverage: &Coverage, to: Timestamp, days: usize) -> Reception {
    let from = to - SignedDuration::from_hours(HOURS_OF_A_DAY * days as i64);
    let day_of = |at: Timestamp| (at >= from && at < to).then(|| at.duration_since(from).as_hours() / HOURS_OF_A_DAY);
    let active: Vec<(SourceName, BTreeSet<i64>)> = spoke
        .iter()
        .map(|(source, hours)| {
            (source.as_str().into(), hours.iter().filter_map(|(at, _)| day_of(*at)).collect::<BTreeSet<_>>())
        })
        .collect();
    let usual = active.iter().filter(|(_, active)| is_expected(active, days as i64, days)).count();
    let mut reception = Reception::unknown(to, usual as u32);
    let first = active.iter().filter_map(|(_, active)| active.first()).min().copied();
    for day in first.into_iter().flat_map(|first| first..days as i64) {
        let expected: Vec<&(SourceName, BTreeSet<i64>)> =
            active.iter().filter(|(_, active)| is_expected(active, day, days)).collect();
        for hour in 0..HOURS_OF_A_DAY {
            let start = from + SignedDuration::from_hours(day * HOURS_OF_A_DAY + hour);
            let window = Window { from: start, to: start + SignedDuration::from_hours(1) };
            let missing = |source: &&&(SourceName, BTreeSet<i64>)| {
                !source.1.contains(&day) || in_gap(coverage, &source.0, &window)
            };
            let missing = expected.iter().filter(missing).count();
            reception.set(&window, 1.0 - missing as f32 / expected.len().max(1) as f32);
        }
    }
    reception
}

/// Spoke on enough of the other days; the days before it first spoke say nothing about it.
fn is_expected(active: &BTreeSet<i64>, day: i64, days: usize) -> bool {
    let Some(first) = active.first().filter(|first| **first <= day) else { return false };
    let others = (*first..days as i64).filter(|other| *other != day).count();
    let spoke = active.iter().filter(|other| **other != day).count();
    others >= DAYS_MIN && spoke as f64 >= others as f64 * EXPECTED_SHARE
}

fn in_gap(coverage: &Coverage, source: &SourceName, window: &Window) -> bool {
    coverage.gaps.iter().any(|gap| gap.source == *source && gap.share(window) > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_and_broken_sources_lower_the_share_of_their_hours() {
        let to: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let at = |day: i64, hour: i64| to - SignedDuration::from_hours(24 * (8 - day) - hour);
        let daily = |days: &[i64]| days.iter().map(|day| (at(*day, 3), 1)).collect::<Vec<_>>();
        let mut spoke = Hourly::new();
        for (source, days) in [
            ("a", vec![0, 1, 2, 3, 4, 5, 6, 7]),
            ("b", vec![0, 1, 2, 3, 4, 5, 6]),
            ("c", vec![2]),
            ("d", vec![4, 5, 6, 7]),
        ] {
            spoke.insert(source.to_owned(), daily(&days));
        }
        let set = |reception: &mut Reception, hours: std::ops::Range<i64>, share: f32| {
            let from = to - SignedDuration::from_hours(8 * 24 - hours.start);
            let end = to - SignedDuration::from_hours(8 * 24 - hours.end);
            reception.set(&Window { from, to: end }, share);
        };
        let whole = received(&spoke, &Coverage::default(), to, 8);
        let mut wanted = Reception::unknown(to, 3);
        set(&mut wanted, 0..7 * 24, 1.0);
        set(&mut wanted, 7 * 24..8 * 24, 1.0 - 1.0 / 3.0);
        assert_eq!(whole, wanted, "everybody spoke until b fell silent; c speaks too rarely to be missed");
        let gap = model::SourceGap {
            source: "a".into(),
            started_at: at(7, 0),
            ended_at: Some(at(7, 2)),
            filled: false,
            fault: model::Fault::Dns,
        };
        let broken = received(&spoke, &Coverage { gaps: vec![gap], ..Coverage::default() }, to, 8);
        set(&mut wanted, 7 * 24..7 * 24 + 2, 1.0 - 2.0 / 3.0);
        assert_eq!(broken, wanted);
        assert_eq!(received(&Hourly::new(), &Coverage::default(), to, 2), Reception::unknown(to, 0));
    }
}

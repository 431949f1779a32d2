//! `Received`: what share of the usual sources was read, hour by hour, so that a hole is not taken for calm.

use crate::frame::Coverage;
use facts::Hourly;
use jiff::{SignedDuration, Timestamp};
use model::{SourceName, Window};
use std::collections::BTreeSet;

/// A source is expected on a day when it spoke on at least this share of the days before and after it.
const EXPECTED_SHARE: f64 = 0.5;
/// With fewer days than this nothing is usual yet.
const DAYS_MIN: usize = 3;
const HOURS_OF_A_DAY: i64 = 24;

/// The share of the usual sources that was received in each hour from a moment on, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Received {
    pub(crate) from: Timestamp,
    pub(crate) shares: Vec<f32>,
}

impl Received {
    /// Of stretches of 24 hours that end with `to`; `spoke` are the hours in which each source published.
    pub(crate) fn of(spoke: &Hourly, coverage: &Coverage, to: Timestamp, days: usize) -> Self {
        let from = to - SignedDuration::from_hours(HOURS_OF_A_DAY * days as i64);
        let day_of = |at: Timestamp| (at >= from && at < to).then(|| at.duration_since(from).as_hours() / HOURS_OF_A_DAY);
        let active: Vec<(&str, BTreeSet<i64>)> = spoke
            .iter()
            .map(|(source, hours)| (source.as_str(), hours.iter().filter_map(|(at, _)| day_of(*at)).collect()))
            .collect();
        let shares = (0..days as i64).flat_map(|day| {
            let expected: Vec<&str> = active
                .iter()
                .filter(|(_, days_active)| is_expected(days_active, day, days))
                .map(|(source, _)| *source)
                .collect();
            let silent: BTreeSet<&str> = active
                .iter()
                .filter(|(source, days_active)| expected.contains(source) && !days_active.contains(&day))
                .map(|(source, _)| *source)
                .collect();
            (0..HOURS_OF_A_DAY)
                .map(|hour| {
                    let start = from + SignedDuration::from_hours(day * HOURS_OF_A_DAY + hour);
                    let window = Window { from: start, to: start + SignedDuration::from_hours(1) };
                    let missing = |source: &&&str| silent.contains(**source) || in_gap(coverage, source, &window);
                    let missing = expected.iter().filter(missing).count();
                    if expected.is_empty() { 1.0 } else { 1.0 - missing as f32 / expected.len() as f32 }
                })
                .collect::<Vec<_>>()
        });
        Self { from, shares: shares.collect() }
    }
}

/// Spoke on enough of the other days; the days before it first spoke say nothing about it.
fn is_expected(active: &BTreeSet<i64>, day: i64, days: usize) -> bool {
    let Some(first) = active.first() else { return false };
    let others = (*first..days as i64).filter(|other| *other != day).count();
    let spoke = active.iter().filter(|other| **other != day).count();
    others >= DAYS_MIN && spoke as f64 >= others as f64 * EXPECTED_SHARE
}

fn in_gap(coverage: &Coverage, source: &str, window: &Window) -> bool {
    let source = SourceName::from(source);
    coverage.gaps.iter().any(|gap| gap.source == source && gap.share(window) > 0.5)
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
        for (source, days) in
            [("a", vec![0, 1, 2, 3, 4, 5, 6, 7]), ("b", vec![0, 1, 2, 3, 4, 5, 6]), ("c", vec![2]), ("d", vec![4, 5, 6, 7])]
        {
            spoke.insert(source.to_owned(), daily(&days));
        }
        let whole = Received::of(&spoke, &Coverage::default(), to, 8);
        assert_eq!(whole.shares.len(), 8 * 24);
        assert!(whole.shares[..7 * 24].iter().all(|share| *share == 1.0), "everybody spoke");
        assert!(whole.shares[7 * 24..].iter().all(|share| (share - 2.0 / 3.0).abs() < 1e-6), "b is silent");
        let gap = model::SourceGap {
            source: "a".into(),
            started_at: at(7, 0),
            ended_at: Some(at(7, 2)),
            filled: false,
            fault: model::Fault::Dns,
        };
        let broken = Received::of(&spoke, &Coverage { gaps: vec![gap], ..Coverage::default() }, to, 8);
        let last: Vec<f32> = broken.shares[7 * 24..7 * 24 + 3].to_vec();
        assert!(last.iter().zip([1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]).all(|(a, b)| (a - b).abs() < 1e-6), "{last:?}");
        assert_eq!(Received::of(&Hourly::new(), &Coverage::default(), to, 2).shares, [1.0; 48]);
    }
}

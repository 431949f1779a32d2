//! What a source usually brings, by weekday and hour of the office's zone, so that silence can be told from absence.

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};

/// Hours of a week.
const WEEK: usize = 7 * 24;
/// Before a source is known for this long, nothing is usual about it.
const KNOWN_DAYS_MIN: i64 = 7;
/// Nothing is summed over more than this: whoever has been silent for so long is silent.
const SPAN_HOURS_MAX: i64 = 24 * 28;

/// The usual volume of one source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Usual {
    /// Items expected in each hour of a week, from Monday 00:00.
    hours: Vec<f64>,
    zone: TimeZone,
}

impl Usual {
    /// Learns from the hours that had items; `None` where too little is known.
    ///
    /// Hours are smoothed with their neighbours and with the same hour of other days, because a few weeks of a small
    /// site leave most hours of the week without a single item.
    pub(crate) fn learn(volumes: &[(Timestamp, u32)], now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let first = volumes.first()?.0;
        let days = now.duration_since(first).as_hours() as f64 / 24.0;
        if days < KNOWN_DAYS_MIN as f64 {
            return None;
        }
        let (mut by_day, mut by_hour, mut total) = ([0.0; 7], [0.0; 24], 0.0);
        for (hour, items) in volumes {
            let local = hour.to_zoned(zone.clone());
            let items = f64::from(*items);
            by_day[day(local.weekday())] += items;
            by_hour[local.hour() as usize] += items;
            total += items;
        }
        if total == 0.0 {
            return None;
        }
        // A tenth is spread evenly, so that an hour without any item so far is rare and not impossible.
        let share = |part: f64, parts: f64| 0.9 * part / total + 0.1 / parts;
        let a_week = total / (days / 7.0);
        let hours = (0..WEEK)
            .map(|at| a_week * share(by_day[at / 24], 7.0) * share(by_hour[at % 24], 24.0))
            .collect::<Vec<_>>();
        Some(Self { hours, zone: zone.clone() })
    }

    /// Items expected between two moments.
    pub(crate) fn expected(&self, from: Timestamp, to: Timestamp) -> f64 {
        let hours = to.duration_since(from).as_hours().clamp(0, SPAN_HOURS_MAX);
        let at = |hour: i64| {
            let local = (from + SignedDuration::from_hours(hour)).to_zoned(self.zone.clone());
            self.hours[day(local.weekday()) * 24 + local.hour() as usize]
        };
        (0..hours).map(at).sum()
    }

    /// Items expected in a whole week.
    pub(crate) fn a_week(&self) -> f64 {
        self.hours.iter().sum()
    }
}

fn day(weekday: Weekday) -> usize {
    weekday.to_monday_zero_offset() as usize
}

/// Sources of which `expected` items or more were due since they last spoke.
///
/// With a usual rate λ, none at all in that time has a probability of e^-λ; at 7 that is one in a thousand.
pub(crate) const SILENT_EXPECTED_MIN: f64 = 7.0;
/// Even a busy source may pause for a night or a holiday.
pub(crate) const SILENT_HOURS_MIN: i64 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Ten items a workday at 09 WITA for three weeks, from Monday 2 November 2026.
    fn office_hours() -> Vec<(Timestamp, u32)> {
        let monday = at("2026-11-02T01:00:00Z");
        (0..21).filter(|day| day % 7 < 5).map(|day| (monday + SignedDuration::from_hours(24 * day), 10)).collect()
    }

    #[test]
    fn expects_by_weekday_and_hour() {
        let zone = TimeZone::get("Asia/Makassar").unwrap();
        let usual = Usual::learn(&office_hours(), at("2026-11-23T00:00:00Z"), &zone).unwrap();
        assert!((45.0..55.0).contains(&usual.a_week()), "{}", usual.a_week());
        let weekend = usual.expected(at("2026-11-20T16:00:00Z"), at("2026-11-22T16:00:00Z"));
        let workdays = usual.expected(at("2026-11-22T16:00:00Z"), at("2026-11-24T16:00:00Z"));
        assert!(weekend < 2.0 && workdays > 15.0, "{weekend} {workdays}");
        let night = usual.expected(at("2026-11-22T16:00:00Z"), at("2026-11-22T22:00:00Z"));
        assert!(night < 1.0, "{night}");
    }

    #[test]
    fn nothing_is_usual_after_three_days() {
        let zone = TimeZone::UTC;
        assert_eq!(Usual::learn(&office_hours(), at("2026-11-05T00:00:00Z"), &zone), None);
        assert_eq!(Usual::learn(&[], at("2026-11-05T00:00:00Z"), &zone), None);
    }
}

//! `OfficeHours`: when an office works, and when so many working hours are over.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// Days looked ahead at most; longer than any row of holidays, so that a bad list ends nothing in a loop.
const DAYS_AHEAD: usize = 60;

/// When an office works. Breaks are not subtracted: a deadline that is half an hour early harms nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// When it opens.
    pub opens: Time,
    /// When it closes.
    pub closes: Time,
    /// Working days, 1 for Monday to 7 for Sunday.
    pub weekdays: Vec<i8>,
}

impl Default for OfficeHours {
    /// Never closed: without a list, time simply runs.
    fn default() -> Self {
        Self { opens: Time::midnight(), closes: Time::midnight(), weekdays: Vec::new() }
    }
}

/// A day on which offices are closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name.
    pub name: String,
}

impl OfficeHours {
    /// True where the office closes at all; without hours every hour is a working hour.
    fn are_known(&self) -> bool {
        self.opens < self.closes && !self.weekdays.is_empty()
    }

    /// True for a day on which the office works.
    pub fn works_on(&self, day: Date, holidays: &[Holiday]) -> bool {
        self.weekdays.contains(&day.weekday().to_monday_one_offset())
            && !holidays.iter().any(|holiday| holiday.date == day)
    }

    /// When so many working hours after a moment are over.
    pub fn after(&self, at: Timestamp, hours: u8, zone: &TimeZone, holidays: &[Holiday]) -> Timestamp {
        let mut left = SignedDuration::from_hours(i64::from(hours));
        for (opens, closes) in self.stretches(at, zone, holidays) {
            let from = opens.max(at);
            let room = closes.duration_since(from);
            if room >= left {
                return from + left;
            }
            left -= room.max(SignedDuration::ZERO);
        }
        at + left
    }

    /// When the office next closes: today, or on the next day on which it works.
    pub fn closing(&self, at: Timestamp, zone: &TimeZone, holidays: &[Holiday]) -> Timestamp {
        let next = self.stretches(at, zone, holidays).map(|(_, closes)| closes).find(|closes| *closes > at);
        next.unwrap_or(at + SignedDuration::from_hours(24))
    }

    /// Opening and closing of the days from a moment's own day on; none where no hours are known.
    fn stretches<'a>(
        &'a self,
        at: Timestamp,
        zone: &'a TimeZone,
        holidays: &'a [Holiday],
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + 'a {
        let days = if self.are_known() { DAYS_AHEAD } else { 0 };
        let first = at.to_zoned(zone.clone()).date();
        let on = move |day: Date, time: Time| day.to_datetime(time).to_zoned(zone.clone()).ok().map(|z| z.timestamp());
        first
            .series(jiff::Span::new().days(1))
            .take(days)
            .filter(move |day| self.works_on(*day, holidays))
            .filter_map(move |day| Some((on(day, self.opens)?, on(day, self.closes)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("{text}+08:00").parse().expect("a moment")
    }

    fn due(from: &str, hours: u8) -> String {
        let zone = TimeZone::get("Asia/Makassar").expect("bundled zone");
        let office = OfficeHours {
            opens: Time::constant(7, 30, 0, 0),
            closes: Time::constant(16, 0, 0, 0),
            weekdays: vec![1, 2, 3, 4, 5],
        };
        let holidays = [Holiday { date: Date::constant(2026, 12, 25), name: "Hari Natal".to_owned() }];
        let due = match hours {
            0 => office.closing(at(from), &zone, &holidays),
            hours => office.after(at(from), hours, &zone, &holidays),
        };
        due.to_zoned(zone).strftime("%d %H:%M").to_string()
    }

    #[test]
    fn working_hours_skip_nights_weekends_and_holidays() {
        assert_eq!(due("2026-11-20T06:00", 4), "20 11:30");
        assert_eq!(due("2026-11-20T14:00", 4), "23 09:30");
        assert_eq!(due("2026-11-21T06:00", 4), "23 11:30");
        assert_eq!(due("2026-12-24T15:00", 4), "28 10:30");
        assert_eq!(due("2026-11-20T10:00", 4), "20 14:00");
    }

    #[test]
    fn the_same_day_ends_when_the_office_closes() {
        assert_eq!(due("2026-11-20T06:00", 0), "20 16:00");
        assert_eq!(due("2026-11-20T16:00", 0), "23 16:00");
        assert_eq!(due("2026-12-25T06:00", 0), "28 16:00");
    }

    #[test]
    fn without_hours_time_simply_runs() {
        let from = at("2026-11-21T06:00");
        let due = OfficeHours::default().after(from, 4, &TimeZone::UTC, &[]);
        assert_eq!(due, from + SignedDuration::from_hours(4));
    }
}

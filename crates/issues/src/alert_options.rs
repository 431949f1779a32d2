//! When alerts are raised, repeated and held back; `[alerts]` in a pipeline.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, time},
    tz::TimeZone,
};
use model::Risk;
use serde::{Deserialize, Serialize};

/// When alerts are raised, repeated and held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlertOptions {
    /// The mildest level that raises an alert; milder issues stand in the handover note.
    pub from: Risk,
    /// Minutes within which a red alert is to be answered. Guide: "<=1 jam (usulan)".
    pub answer_merah_minutes: u32,
    /// Minutes of working time within which an orange alert is to be answered. Guide: "<=4 jam kerja".
    pub answer_oranye_working_minutes: u32,
    /// How often the reminder of an unanswered alert is repeated, each time after twice the wait.
    pub repeats: u8,
    /// Hours below its level after which an alert sinks or closes, so that a matter on the brink does not flap.
    pub calm_hours: u32,
    /// Local time from which only red alerts leave.
    pub quiet_from: Time,
    /// Local time until which only red alerts leave.
    pub quiet_to: Time,
    /// Local time of the follow-up of what is open.
    pub follow_up_at: Time,
    /// Local time at which work begins.
    pub work_from: Time,
    /// Local time at which work ends.
    pub work_to: Time,
    /// Working days of a week, from Monday.
    pub work_days: u8,
    /// Days off, of any year.
    pub holidays: Vec<Date>,
}

impl Default for AlertOptions {
    fn default() -> Self {
        Self {
            from: Risk::Oranye,
            answer_merah_minutes: 60,
            answer_oranye_working_minutes: 4 * 60,
            repeats: 2,
            calm_hours: 12,
            quiet_from: time(22, 0, 0, 0),
            quiet_to: time(5, 30, 0, 0),
            follow_up_at: time(16, 0, 0, 0),
            work_from: time(7, 30, 0, 0),
            work_to: time(16, 0, 0, 0),
            work_days: 5,
            holidays: Vec::new(),
        }
    }
}

/// No run of holidays is longer; a wrong list must not be searched for ever.
const WORKLESS_DAYS_MAX: usize = 60;

impl AlertOptions {
    /// Names the key that cannot be meant.
    pub fn check(&self) -> Result<(), String> {
        match self {
            _ if self.from == Risk::Hijau => {
                Err("key \"from\": hijau needs no alert; known: kuning, oranye, merah".into())
            }
            _ if self.repeats > 5 => Err("key \"repeats\" must be 0 to 5".into()),
            _ if !(1..=240).contains(&self.calm_hours) => Err("key \"calm_hours\" must be 1 to 240".into()),
            _ if !(1..=7).contains(&self.work_days) => Err("key \"work_days\" must be 1 to 7".into()),
            _ if self.work_from >= self.work_to => Err("key \"work_to\" must be later than \"work_from\"".into()),
            _ if !(1..=10_080).contains(&self.answer_merah_minutes) => {
                Err("key \"answer_merah_minutes\" must be 1 to 10080".into())
            }
            _ if !(1..=10_080).contains(&self.answer_oranye_working_minutes) => {
                Err("key \"answer_oranye_working_minutes\" must be 1 to 10080".into())
            }
            _ => Ok(()),
        }
    }

    /// When an answer is due that was asked for at `from`, after `times` the usual wait; `None` where a level sets no hour.
    /// The hours of a matter of public safety count `day_and_night`.
    pub(crate) fn due(
        &self,
        risk: Risk,
        from: Timestamp,
        times: u32,
        zone: &TimeZone,
        day_and_night: bool,
    ) -> Option<Timestamp> {
        let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes) * i64::from(times));
        match risk {
            Risk::Merah => from.checked_add(minutes(self.answer_merah_minutes)).ok(),
            Risk::Oranye if day_and_night => from.checked_add(minutes(self.answer_oranye_working_minutes)).ok(),
            Risk::Oranye => Some(self.after_work(from, minutes(self.answer_oranye_working_minutes), zone)),
            Risk::Kuning | Risk::Hijau => None,
        }
    }

    /// True where only red alerts leave.
    pub(crate) fn is_quiet(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let now = now.to_zoned(zone.clone()).time();
        if self.quiet_from <= self.quiet_to {
            self.quiet_from <= now && now < self.quiet_to
        } else {
            self.quiet_from <= now || now < self.quiet_to
        }
    }

    /// The moment at which so much working time has passed.
    fn after_work(&self, from: Timestamp, mut left: SignedDuration, zone: &TimeZone) -> Timestamp {
        let mut day = from.to_zoned(zone.clone()).date();
        let mut workless = 0;
        while workless <= WORKLESS_DAYS_MAX {
            if let Some((start, end)) = self.work_on(day, zone) {
                workless = 0;
                let start = start.max(from);
                let today = end.duration_since(start).max(SignedDuration::ZERO);
                if left <= today {
                    return start.checked_add(left).unwrap_or(end);
                }
                left -= today;
            } else {
                workless += 1;
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        from.checked_add(left).unwrap_or(from)
    }

    fn work_on(&self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let is_work =
            day.weekday().to_monday_one_offset() <= self.work_days.cast_signed() && !self.holidays.contains(&day);
        let at = |time: Time| day.to_datetime(time).to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        if !is_work || self.work_from >= self.work_to {
            return None;
        }
        Some((at(self.work_from)?, at(self.work_to)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{civil::date, tz};

    #[test]
    fn hours_of_public_safety_count_day_and_night() {
        let (options, zone) = (AlertOptions::default(), TimeZone::UTC);
        let friday: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
        let due = |day_and_night| options.due(Risk::Oranye, friday, 1, &zone, day_and_night).unwrap().to_string();
        assert_eq!(due(true), "2026-11-20T19:00:00Z");
        assert_eq!(due(false), "2026-11-23T10:30:00Z");
    }

    #[test]
    fn working_time_passes_on_working_days_only() {
        let options = AlertOptions { holidays: vec![date(2026, 11, 23)], ..AlertOptions::default() };
        let zone = TimeZone::fixed(tz::offset(8));
        let due = |from: &str, times| {
            let from = from.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp();
            options.due(Risk::Oranye, from, times, &zone, false).unwrap().to_zoned(zone.clone()).datetime().to_string()
        };
        assert_eq!(due("2026-11-18T09:00", 1), "2026-11-18T13:00:00");
        assert_eq!(due("2026-11-18T03:00", 1), "2026-11-18T11:30:00");
        assert_eq!(due("2026-11-18T14:00", 1), "2026-11-19T09:30:00");
        // Over a weekend and a Monday off.
        assert_eq!(due("2026-11-20T14:00", 1), "2026-11-24T09:30:00");
        assert_eq!(due("2026-11-21T10:00", 2), "2026-11-24T15:30:00");
    }

    #[test]
    fn a_table_is_checked() {
        assert_eq!(AlertOptions::default().check(), Ok(()));
        let of = |text: &str| serde_json::from_str::<AlertOptions>(text);
        let night = of(r#"{"quiet_from":"21:30","quiet_to":"06:00","from":"kuning"}"#).unwrap();
        assert_eq!((night.quiet_from, night.from), (time(21, 30, 0, 0), Risk::Kuning));
        assert!(of(r#"{"form":"kuning"}"#).is_err());
        for wrong in [r#"{"from":"hijau"}"#, r#"{"work_days":8}"#, r#"{"work_to":"07:00"}"#, r#"{"calm_hours":0}"#] {
            assert!(of(wrong).unwrap().check().is_err(), "{wrong}");
        }
    }
}

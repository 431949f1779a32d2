//! When what is done: cron expressions in the office's zone, and which planned times are due.
//!
//! What is planned has a local time, and each (job, local time) is served once: whatever a clock does, and however often
//! the program starts, a time that truth knows is not served again. Of times that were missed only the latest is caught
//! up, and only for some hours: yesterday's brief helps nobody at noon.

use crate::DefinitionError;
use croner::Cron;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use toml::Spanned;

/// What a job does. In this order where several fall on one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// Asks every source.
    Collect,
    /// Builds the draft and its files.
    Build,
    /// Sends what was approved.
    Send,
}

impl JobKind {
    /// The key in `[schedule.NAME]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Build => "build",
            Self::Send => "send",
        }
    }
}

/// One line of a schedule.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which brief.
    pub brief: String,
    /// What is done.
    pub kind: JobKind,
    /// When, in the office's zone.
    pub cron: Cron,
    /// For how many hours a missed time is caught up.
    pub catch_up_hours: u16,
}

impl Job {
    /// Its name in truth: `harian/build`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.brief, self.kind.as_str())
    }

    /// The next planned time after a moment.
    pub fn next(&self, now: DateTime) -> Option<DateTime> {
        self.cron.find_next_occurrence(&now, false).ok()
    }

    /// The latest planned time that is not after a moment.
    pub fn latest(&self, now: DateTime) -> Option<DateTime> {
        self.cron.find_previous_occurrence(&now, true).ok()
    }
}

/// A planned time of a job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occasion {
    /// The local time that was planned.
    pub planned: DateTime,
    /// What is done.
    pub kind: JobKind,
    /// The brief.
    pub brief: String,
}

impl Occasion {
    /// The name of its job in truth.
    pub fn job(&self) -> String {
        format!("{}/{}", self.brief, self.kind.as_str())
    }
}

/// `[schedule.NAME]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleTable {
    collect: Option<Spanned<String>>,
    build: Option<Spanned<String>>,
    send: Option<Spanned<String>>,
    catch_up_hours: Option<Spanned<u16>>,
}

/// Half a day: a morning's brief that could not be made at six is still wanted at noon.
const CATCH_UP_HOURS: u16 = 12;
/// Two weeks; a monthly report may wait that long.
const CATCH_UP_HOURS_MAX: u16 = 336;

/// Jobs that are due at a moment: for each the latest planned time, where it is not older than may be caught up and was
/// not served. In the order in which they were planned.
pub fn due(jobs: &[Job], served: &BTreeSet<(String, DateTime)>, now: DateTime) -> Vec<Occasion> {
    let mut due: Vec<Occasion> = jobs.iter().filter_map(|job| due_of(job, served, now)).collect();
    due.sort();
    due
}

fn due_of(job: &Job, served: &BTreeSet<(String, DateTime)>, now: DateTime) -> Option<Occasion> {
    let planned = job.latest(now)?;
    let late = now.duration_since(planned) > SignedDuration::from_hours(job.catch_up_hours.into());
    let known = served.contains(&(job.name(), planned));
    (!late && !known).then(|| Occasion { planned, kind: job.kind, brief: job.brief.clone() })
}

/// The next moment at which something is planned.
pub(crate) fn next_moment(jobs: &[Job], now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let local = zone.to_datetime(now);
    let moment = |planned: DateTime| planned.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
    jobs.iter().filter_map(|job| moment(job.next(local)?)).min()
}

/// Checks every expression of a schedule; the error names the place, what is wrong and what would be right.
pub(crate) fn jobs(
    tables: BTreeMap<Spanned<String>, ScheduleTable>,
    briefs: &[String],
    error: &dyn Fn(std::ops::Range<usize>, String) -> DefinitionError,
) -> Result<Vec<Job>, DefinitionError> {
    let mut jobs = Vec::new();
    for (name, table) in tables {
        if !briefs.contains(name.get_ref()) {
            let known = briefs.join(", ");
            return Err(error(name.span(), format!("no brief is called \"{}\"; known: {known}", name.get_ref())));
        }
        let catch_up_hours = match table.catch_up_hours {
            None => CATCH_UP_HOURS,
            Some(hours) if *hours.get_ref() <= CATCH_UP_HOURS_MAX => hours.into_inner(),
            Some(hours) => {
                let text = format!("catch_up_hours is a number from 0 to {CATCH_UP_HOURS_MAX} (two weeks)");
                return Err(error(hours.span(), text));
            }
        };
        let lines = [(JobKind::Collect, table.collect), (JobKind::Build, table.build), (JobKind::Send, table.send)];
        for (kind, expression) in lines {
            let Some(expression) = expression else { continue };
            let cron = Cron::from_str(expression.get_ref()).map_err(|why| {
                let text = format!(
                    "\"{}\" is no cron expression ({why}); write minute hour day month weekday, such as \"30 7 * * *\" \
                     for 07:30 every day",
                    expression.get_ref()
                );
                error(expression.span(), text)
            })?;
            jobs.push(Job { brief: name.get_ref().clone(), kind, cron, catch_up_hours });
        }
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(kind: JobKind, cron: &str) -> Job {
        Job { brief: "harian".into(), kind, cron: Cron::from_str(cron).unwrap(), catch_up_hours: 12 }
    }

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn jobs() -> Vec<Job> {
        vec![job(JobKind::Send, "30 7 * * *"), job(JobKind::Build, "5 6 * * *")]
    }

    #[test]
    fn what_is_due_when() {
        // Now, what was served, what is due.
        for (now, served, wanted) in [
            ("2026-11-20T06:04:59", &[][..], &[][..]),
            ("2026-11-20T06:05:00", &[], &["build 2026-11-20T06:05:00"]),
            ("2026-11-20T06:05:00", &["build 2026-11-20T06:05:00"], &[]),
            ("2026-11-20T07:30:00", &["build 2026-11-20T06:05:00"], &["send 2026-11-20T07:30:00"]),
            // Off from yesterday until nine: both, in the order of the morning.
            (
                "2026-11-20T09:00:00",
                &["build 2026-11-19T06:05:00"],
                &["build 2026-11-20T06:05:00", "send 2026-11-20T07:30:00"],
            ),
            // Off for a week: only the latest.
            (
                "2026-11-20T09:00:00",
                &["build 2026-11-13T06:05:00", "send 2026-11-13T07:30:00"],
                &["build 2026-11-20T06:05:00", "send 2026-11-20T07:30:00"],
            ),
            // Too late to be of use.
            ("2026-11-20T18:06:00", &[], &["send 2026-11-20T07:30:00"]),
            ("2026-11-20T23:00:00", &[], &[]),
            // The clock went back over a served time, and forth again.
            ("2026-11-20T06:01:00", &["build 2026-11-20T06:05:00", "build 2026-11-19T06:05:00"], &[]),
            ("2026-11-20T06:06:00", &["build 2026-11-20T06:05:00", "build 2026-11-19T06:05:00"], &[]),
            // The clock ran a month ahead and came back: tomorrow is served all the same.
            ("2026-11-21T06:05:00", &["build 2026-12-20T06:05:00"], &["build 2026-11-21T06:05:00"]),
        ] {
            let served = served.iter().map(|line| {
                let (kind, planned) = line.split_once(' ').unwrap();
                (format!("harian/{kind}"), at(planned))
            });
            let mut served: BTreeSet<_> = served.collect();
            // The send of the days before is not what these lines are about.
            if now < "2026-11-20T07:30:00" || now.starts_with("2026-11-21") {
                served.insert(("harian/send".into(), at("2026-11-19T07:30:00")));
                served.insert(("harian/send".into(), at("2026-11-20T07:30:00")));
            }
            let found = due(&jobs(), &served, at(now));
            let found: Vec<String> = found.iter().map(|one| format!("{} {}", one.kind.as_str(), one.planned)).collect();
            assert_eq!(found, wanted, "{now}");
        }
    }

    #[test]
    fn a_missed_evening_is_caught_up_at_night() {
        let jobs = [job(JobKind::Send, "0 16 * * MON-FRI")];
        let found = due(&jobs, &BTreeSet::new(), at("2026-11-21T03:00:00"));
        assert_eq!(found[0].planned, at("2026-11-20T16:00:00"));
        assert!(due(&jobs, &BTreeSet::new(), at("2026-11-22T16:00:00")).is_empty(), "no work on a Sunday");
    }

    #[test]
    fn whatever_a_clock_does_no_time_is_served_twice_and_none_is_skipped_while_it_runs() {
        // A small generator stands for the dice, so that a failure can be repeated by its seed.
        for seed in 1..=300_u64 {
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut next = |most: u64| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % most
            };
            let jobs = jobs();
            let (mut now, mut served, mut runs) = (at("2026-11-20T00:00:00"), BTreeSet::new(), Vec::new());
            for _ in 0..400 {
                // Mostly a few minutes; now and then a jump by up to three days either way, or a long sleep.
                let minutes = match next(20) {
                    0 => next(8_640) as i64 - 4_320,
                    1 => next(2_000) as i64,
                    _ => next(10) as i64,
                };
                now = now.saturating_add(SignedDuration::from_mins(minutes));
                for occasion in due(&jobs, &served, now) {
                    assert!(occasion.planned <= now, "seed {seed}: ahead of its time");
                    assert!(
                        now.duration_since(occasion.planned) <= SignedDuration::from_hours(12),
                        "seed {seed}: too late"
                    );
                    served.insert((occasion.job(), occasion.planned));
                    runs.push((occasion.job(), occasion.planned));
                }
                assert!(due(&jobs, &served, now).is_empty(), "seed {seed}: served, and due again");
                for job in &jobs {
                    let latest = job.latest(now).unwrap();
                    let late = now.duration_since(latest) > SignedDuration::from_hours(12);
                    assert!(late || served.contains(&(job.name(), latest)), "seed {seed}: {latest} was skipped");
                }
            }
            let once: BTreeSet<_> = runs.iter().collect();
            assert_eq!(once.len(), runs.len(), "seed {seed}: served twice");
        }
    }
}

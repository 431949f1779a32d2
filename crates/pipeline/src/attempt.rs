//! One attempt to read a source, judged: its state, when it is asked next, and whether a gap begins or ends.
//!
//! Pure, on a clock that is handed in. A source is never given up: real feeds answer 404 for a week and come back, so
//! failures only add up to a score, and even a retired source is asked once a day.

use crate::usual::{SILENT_EXPECTED_MIN, SILENT_HOURS_MIN, Usual};
use jiff::{SignedDuration, Timestamp};
use model::{Fault, SourceGap, SourceHealth, SourceState};
use std::time::Duration;
use store::GapChange;

/// A source is retired when its failures have added up to this.
pub(crate) const RETIRED_AT: f64 = 30.0;
/// The longest pause between two attempts.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Where the pipeline does not say how often: between these, by how much of each answer is new.
const INTERVAL_MIN: SignedDuration = SignedDuration::from_mins(10);
const INTERVAL_START: SignedDuration = SignedDuration::from_mins(20);
const INTERVAL_MAX: SignedDuration = SignedDuration::from_hours(6);
/// Time without any attempt that counts as a gap: nobody ran the program.
const NOT_RUNNING: SignedDuration = SignedDuration::from_hours(3);

/// What the pipeline says of a source that matters here.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    /// How often it is asked; adapts to the source where absent.
    pub(crate) every: Option<SignedDuration>,
    /// True where its collector goes back to where it stopped, however long ago that was.
    pub(crate) reaches_back: bool,
    /// Moves the next attempt by up to a tenth, so that thousands of sources do not all come due at once: -1 to 1.
    pub(crate) jitter: f64,
}

/// What an attempt brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gained {
    pub(crate) received: u64,
    /// Of these, never seen before.
    pub(crate) new: u64,
    pub(crate) skipped: u64,
    pub(crate) left_out: u64,
    /// When the newest item that came was published.
    pub(crate) newest_at: Option<Timestamp>,
}

/// Why an attempt brought nothing, or not all.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    pub(crate) fault: Fault,
    /// How long the source asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// How much a fault weighs: passing ones weigh less.
fn weight(fault: Fault) -> f64 {
    match fault {
        // Our own limits and our own absence say nothing about the source.
        Fault::Allowance | Fault::NotRunning => 0.0,
        Fault::Dns => 0.25,
        Fault::Busy | Fault::Server | Fault::Missing | Fault::Timeout | Fault::Connection => 0.5,
        _ => 1.0,
    }
}

/// The health of a source after an attempt at `now`, and what that means for its gaps.
pub(crate) fn judge(
    before: &SourceHealth,
    now: Timestamp,
    outcome: Result<&Gained, &Failure>,
    usual: Option<&Usual>,
    policy: Policy,
) -> (SourceHealth, Option<GapChange>) {
    match outcome {
        Ok(gained) => succeeded(before, now, gained, usual, policy),
        Err(failure) => failed(before, now, failure, policy),
    }
}

fn succeeded(
    before: &SourceHealth,
    now: Timestamp,
    gained: &Gained,
    usual: Option<&Usual>,
    policy: Policy,
) -> (SourceHealth, Option<GapChange>) {
    let newest_at = before.newest_at.max(gained.newest_at.filter(|at| *at <= now));
    let silent_since = newest_at.filter(|at| now.duration_since(*at).as_hours() >= SILENT_HOURS_MIN);
    let missed = silent_since.zip(usual).map(|(since, usual)| usual.expected(since, now));
    let (state, reason) = match missed {
        _ if gained.skipped > 0 => (SourceState::Partial, Some(format!("{} items could not be read", gained.skipped))),
        Some(missed) if missed >= SILENT_EXPECTED_MIN => {
            let days = now.duration_since(newest_at.unwrap_or(now)).as_hours() / 24;
            let reason = format!("nothing new for {days} days, in which it usually brings about {missed:.0} items");
            (SourceState::Silent, Some(reason))
        }
        _ => (SourceState::Ok, None),
    };
    let health = SourceHealth {
        state,
        reason,
        fault: None,
        last_success_at: Some(now),
        last_attempt_at: Some(now),
        received: gained.received,
        skipped: gained.skipped,
        left_out: gained.left_out,
        soft_failures: 0.0,
        failing_since: None,
        newest_at,
        next_attempt_at: Some(after(now, interval(before, gained, policy), policy.jitter)),
        ..before.clone()
    };
    // A known item among what came joins the answer to the one before; a collector that reaches back misses nothing.
    let filled = policy.reaches_back || gained.new < gained.received || gained.received == 0;
    let unasked = before.last_success_at.filter(|last| {
        before.failing_since.is_none()
            && now.duration_since(*last) > NOT_RUNNING.max(interval_before(before, policy) * 3)
    });
    let gap = match (before.failing_since, unasked) {
        (Some(_), _) => Some(GapChange::Close { source: before.name.clone(), ended_at: now, filled }),
        (None, Some(started_at)) => Some(GapChange::Open(SourceGap {
            source: before.name.clone(),
            started_at,
            ended_at: Some(now),
            filled,
            fault: Fault::NotRunning,
        })),
        (None, None) => None,
    };
    (health, gap)
}

fn failed(
    before: &SourceHealth,
    now: Timestamp,
    failure: &Failure,
    policy: Policy,
) -> (SourceHealth, Option<GapChange>) {
    let soft_failures = before.soft_failures + weight(failure.fault);
    let interval = interval_before(before, policy);
    // Doubles with every whole failure.
    let back_off = interval * 2_i32.pow((soft_failures as u32).min(10));
    let asked = failure.retry_after.map_or(SignedDuration::ZERO, |asked| {
        SignedDuration::from_secs(i64::try_from(asked.as_secs()).unwrap_or(i64::MAX / 4))
    });
    let pause = back_off.clamp(SignedDuration::ZERO, PAUSE_MAX).max(asked.min(PAUSE_MAX));
    let state = if soft_failures >= RETIRED_AT { SourceState::Retired } else { SourceState::Failed };
    let health = SourceHealth {
        state,
        reason: Some(failure.reason.clone()),
        fault: Some(failure.fault),
        last_attempt_at: Some(now),
        received: 0,
        skipped: 0,
        left_out: 0,
        soft_failures,
        failing_since: before.failing_since.or(Some(now)),
        next_attempt_at: Some(after(now, if state == SourceState::Retired { PAUSE_MAX } else { pause }, policy.jitter)),
        ..before.clone()
    };
    let gap = SourceGap {
        source: before.name.clone(),
        started_at: before.last_success_at.unwrap_or(now),
        ended_at: None,
        filled: false,
        fault: failure.fault,
    };
    (health, Some(GapChange::Open(gap)))
}

/// The pause until the next attempt: shorter where most of an answer is new, longer where hardly anything is.
fn interval(before: &SourceHealth, gained: &Gained, policy: Policy) -> SignedDuration {
    if let Some(every) = policy.every {
        return every;
    }
    let last = interval_before(before, policy);
    let share = if gained.received == 0 { 0.0 } else { gained.new as f64 / gained.received as f64 };
    let next = match before.last_success_at {
        None => INTERVAL_START, // everything is new the first time
        Some(_) if share > 0.67 => last / 2,
        Some(_) if share < 0.33 && gained.new == 0 => last * 3 / 2,
        Some(_) => last,
    };
    next.clamp(INTERVAL_MIN, INTERVAL_MAX)
}

/// The pause that was planned last, known from the plan itself.
fn interval_before(before: &SourceHealth, policy: Policy) -> SignedDuration {
    let planned = before
        .next_attempt_at
        .zip(before.last_attempt_at)
        .filter(|_| before.failing_since.is_none())
        .map(|(next, last)| next.duration_since(last));
    match policy.every {
        Some(every) => every,
        None => planned.unwrap_or(INTERVAL_START).clamp(INTERVAL_MIN, INTERVAL_MAX),
    }
}

fn after(now: Timestamp, pause: SignedDuration, jitter: f64) -> Timestamp {
    let moved = (pause.as_secs_f64() * 0.1 * jitter.clamp(-1.0, 1.0)) as i64;
    now.saturating_add(pause + SignedDuration::from_secs(moved)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SourceKind;

    fn start() -> Timestamp {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    fn new_source() -> SourceHealth {
        SourceHealth::unknown("Kabar".into(), SourceKind::News)
    }

    fn failure(fault: Fault) -> Failure {
        Failure { reason: "x".into(), fault, retry_after: None }
    }

    fn gained(received: u64, new: u64) -> Gained {
        Gained { received, new, ..Gained::default() }
    }

    #[test]
    fn failures_add_up_to_retirement_and_a_success_ends_it() {
        let (mut health, mut now, mut attempts) = (new_source(), start(), 0);
        while health.state != SourceState::Retired {
            let (next, gap) = judge(&health, now, Err(&failure(Fault::Server)), None, Policy::default());
            assert!(matches!(gap, Some(GapChange::Open(_))));
            let at = next.next_attempt_at.unwrap();
            assert!(at > now && at.duration_since(now) <= PAUSE_MAX, "{attempts}");
            (health, now, attempts) = (next, at, attempts + 1);
        }
        assert_eq!(attempts, 60, "thirty failures of half a weight each");
        let (next, _) = judge(&health, now, Err(&failure(Fault::Server)), None, Policy::default());
        assert_eq!(next.next_attempt_at.unwrap().duration_since(now), PAUSE_MAX, "it is still probed");
        let (next, gap) = judge(&next, now, Ok(&gained(5, 5)), None, Policy::default());
        assert_eq!((next.state, next.soft_failures, next.failing_since), (SourceState::Ok, 0.0, None));
        assert_eq!(gap, Some(GapChange::Close { source: "Kabar".into(), ended_at: now, filled: false }));
    }

    #[test]
    fn waits_longer_each_time_and_as_long_as_asked() {
        let policy = Policy { every: Some(hours(1)), ..Policy::default() };
        let pause = |before: &SourceHealth, failure: &Failure| {
            let (after, _) = judge(before, start(), Err(failure), None, policy);
            (after.next_attempt_at.unwrap().duration_since(start()).as_hours(), after)
        };
        let (first, health) = pause(&new_source(), &failure(Fault::Unreadable));
        let (second, health) = pause(&health, &failure(Fault::Unreadable));
        let (third, _) = pause(&health, &failure(Fault::Unreadable));
        assert_eq!([first, second, third], [2, 4, 8]);
        let asked = |seconds| Failure { retry_after: Some(Duration::from_secs(seconds)), ..failure(Fault::Busy) };
        assert_eq!(pause(&new_source(), &asked(5 * 3600)).0, 5);
        assert_eq!(pause(&new_source(), &asked(u64::MAX)).0, 24, "an absurd wish is cut");
        assert_eq!(pause(&new_source(), &failure(Fault::Allowance)).0, 1, "our own cap is no failure of the source");
    }

    #[test]
    fn the_pause_follows_how_much_is_new() {
        let minutes = |before: &SourceHealth, now, gained: &Gained| {
            let (after, _) = judge(before, now, Ok(gained), None, Policy::default());
            (after.next_attempt_at.unwrap().duration_since(now).as_mins(), after)
        };
        let (first, health) = minutes(&new_source(), start(), &gained(20, 20));
        let (quiet, health) = minutes(&health, start() + hours(1), &gained(20, 0));
        let (quieter, _) = minutes(&health, start() + hours(2), &gained(0, 0));
        let (busy, _) = minutes(&health, start() + hours(2), &gained(10, 9));
        assert_eq!([first, quiet, quieter, busy], [20, 30, 45, 15]);
        let fixed = Policy { every: Some(SignedDuration::from_mins(5)), jitter: 1.0, ..Policy::default() };
        let (health, _) = judge(&health, start(), Ok(&gained(10, 10)), None, fixed);
        assert_eq!(health.next_attempt_at.unwrap().duration_since(start()).as_secs(), 330);
    }

    #[test]
    fn time_in_which_nobody_ran_the_program_is_a_gap() {
        let (health, gap) = judge(&new_source(), start(), Ok(&gained(10, 10)), None, Policy::default());
        assert_eq!(gap, None, "before the first attempt there was nothing to miss");
        let monday = start() + hours(60);
        let change = |policy, gained: &Gained| judge(&health, monday, Ok(gained), None, policy).1;
        let opened = |filled| {
            Some(GapChange::Open(SourceGap {
                source: "Kabar".into(),
                started_at: start(),
                ended_at: Some(monday),
                filled,
                fault: Fault::NotRunning,
            }))
        };
        assert_eq!(
            change(Policy::default(), &gained(10, 10)),
            opened(false),
            "ten new ones and none known: some are lost"
        );
        assert_eq!(change(Policy::default(), &gained(10, 9)), opened(true), "one known item joins the two answers");
        let reaches_back = Policy { reaches_back: true, ..Policy::default() };
        assert_eq!(change(reaches_back, &gained(10, 10)), opened(true));
        assert_eq!(judge(&health, start() + hours(1), Ok(&gained(10, 10)), None, Policy::default()).1, None);
    }

    #[test]
    fn a_source_that_usually_speaks_and_does_not_is_silent() {
        let volumes: Vec<_> = (0..28 * 24).step_by(2).map(|hour| (start() + hours(hour), 1)).collect();
        let last = volumes.last().unwrap().0;
        let usual = Usual::learn(&volumes, last, &jiff::tz::TimeZone::UTC).unwrap();
        let before = SourceHealth { newest_at: Some(last), last_success_at: Some(last), ..new_source() };
        let state =
            |after: i64| judge(&before, last + hours(after), Ok(&gained(0, 0)), Some(&usual), Policy::default()).0;
        assert_eq!(state(10).state, SourceState::Ok);
        let silent = state(48);
        assert_eq!(silent.state, SourceState::Silent);
        assert!(silent.reason.unwrap().starts_with("nothing new for 2 days"));
        // A date in the future is a wrong clock, not news.
        let ahead = Gained { newest_at: Some(last + hours(900)), ..gained(1, 1) };
        let (health, _) = judge(&before, last + hours(48), Ok(&ahead), Some(&usual), Policy::default());
        assert_eq!(health.newest_at, Some(last));
    }
}

//! `movement`: how one issue moves, from the voices in it: against what is usual, in bursts, and as a weak signal.

use crate::{
    burst::bursts,
    series::{Cap, Reception, Series, Utterance},
    trend::trend,
    weak::is_weak_signal,
};
use jiff::Timestamp;
use model::{Burst, Direction, Trend, Window};

/// What movement is judged in, beyond the issue's own documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The reported stretch, mostly the frame's last window.
    pub window: Window,
    /// The clock, where the stretch may still run; nothing where it is over.
    pub now: Option<Timestamp>,
    /// Seconds that the office's clock is ahead of UTC; for hours in words only.
    pub offset_seconds: i32,
    /// How the office's zone is printed.
    pub zone_label: String,
    /// Which share of the usual sources was received when.
    pub reception: Reception,
}

impl Context {
    /// Until when things are known.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.map_or(self.window.to, |now| now.clamp(self.window.from, self.window.to))
    }

    /// "17.00 WITA".
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        let minutes = (at.as_second() + i64::from(self.offset_seconds)).div_euclid(60).rem_euclid(24 * 60);
        let clock = format!("{:02}.{:02}", minutes / 60, minutes % 60);
        if self.zone_label.is_empty() { clock } else { format!("{clock} {}", self.zone_label) }
    }
}

/// How an issue moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Movement {
    /// The reported stretch against what is usual.
    pub usual: Option<Trend>,
    /// Sudden rises in it.
    pub bursts: Vec<Burst>,
    /// True for a small matter that grows fast.
    pub weak_signal: bool,
}

impl Movement {
    /// True of a day that still runs where it is above what is usual by now, and more than `times` of it.
    pub(crate) fn rises_already(&self, times: f32) -> bool {
        self.usual.as_ref().is_some_and(|usual| {
            let expected = usual.expected.unwrap_or_default();
            usual.partial && usual.direction == Direction::Rising && usual.observed > times * expected
        })
    }
}

/// Weighs everything that was said of an issue, copies and all, as far back as it is known; order makes no difference.
///
/// Only what was earned or said by citizens counts: a campaign of advertorials is no rise.
pub fn movement(utterances: &[Utterance], context: &Context) -> Movement {
    let earned = utterances.iter().copied().filter(|utterance| utterance.earned);
    let series = Series::of(earned, Cap::DAY, context.window.to, &context.reception);
    Movement {
        usual: Some(trend(&series, &context.window, context.now())),
        bursts: bursts(utterances, context),
        weak_signal: is_weak_signal(utterances, context),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;

    #[test]
    fn one_account_moves_an_issue_by_no_more_than_its_cap() {
        let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
        let at = |minutes: i64| end.checked_sub(minutes.minutes()).unwrap();
        let post = |minutes: i64, author: u64| Utterance {
            at: at(minutes),
            public: true,
            earned: true,
            copy: false,
            author: Some(author),
            source: 1,
        };
        let context = Context {
            window: Window { from: at(1440), to: end },
            now: None,
            offset_seconds: 8 * 3600,
            zone_label: "WITA".to_owned(),
            reception: Reception::complete(end, 1, 24 * 15),
        };
        let calm: Vec<Utterance> = (0..14)
            .flat_map(|day| (0..4).map(move |n| (day, n)))
            .map(|(day, n)| post(day * 1440 + 90 * n + 1, n as u64))
            .collect();
        let loud: Vec<Utterance> = calm.iter().copied().chain((0..10_000).map(|n| post(n % 1440, 99))).collect();
        let (before, after) = (movement(&calm, &context), movement(&loud, &context));
        let observed = |movement: &Movement| movement.usual.as_ref().unwrap().observed;
        assert_eq!(observed(&after) - observed(&before), Cap::DAY.voices as f32);
        assert_eq!((after.bursts, after.weak_signal), (vec![], false));
        assert_eq!(after.usual.unwrap().direction, Direction::Steady);
    }

    #[test]
    fn what_is_paid_for_moves_nothing() {
        let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
        let at = |hours: i64| end.checked_sub(hours.hours()).unwrap();
        let paid = |n: i64| Utterance {
            at: at(n % 20),
            public: false,
            earned: false,
            copy: false,
            author: None,
            source: n as u64,
        };
        let context = Context {
            window: Window { from: at(24), to: end },
            now: None,
            offset_seconds: 0,
            zone_label: String::new(),
            reception: Reception::complete(end, 1, 24 * 15),
        };
        let found = movement(&(0..40).map(paid).collect::<Vec<_>>(), &context);
        assert_eq!(found.usual.unwrap().observed, 0.0);
        assert_eq!((found.bursts, found.weak_signal), (vec![], false));
    }

    #[test]
    fn the_order_of_arrival_changes_nothing() {
        let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
        let said = |n: i64| Utterance {
            at: end.checked_sub((n * 37 % 5000).minutes()).unwrap(),
            public: n % 3 > 0,
            earned: n % 11 > 0,
            copy: n % 7 == 0,
            author: (n % 3 > 0).then_some((n % 23) as u64),
            source: (n % 5) as u64,
        };
        let context = Context {
            window: Window { from: end.checked_sub(24.hours()).unwrap(), to: end },
            now: Some(end.checked_sub(200.minutes()).unwrap()),
            offset_seconds: 8 * 3600,
            zone_label: "WITA".to_owned(),
            reception: Reception::complete(end, 5, 24 * 15),
        };
        let mut all: Vec<Utterance> = (0..400).map(said).collect();
        let expected = movement(&all, &context);
        all.reverse();
        assert_eq!(movement(&all, &context), expected);
        all.rotate_left(111);
        assert_eq!(movement(&all, &context), expected);
    }
}

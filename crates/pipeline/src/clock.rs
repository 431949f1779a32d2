//! `Clock`: the one place where a run asks what time it is.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::atomic::{AtomicI64, Ordering};

/// Now, or a moment that the pipeline fixes so that its briefs can be reproduced.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this moment.
    Fixed(Timestamp),
    /// Seconds since 1970 that somebody else moves: weeks of collecting pass in a test without waiting.
    Shared(&'static AtomicI64),
}

impl Clock {
    /// The moment.
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(moment) => moment,
            Self::Shared(seconds) => {
                Timestamp::from_second(seconds.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// The local date.
    pub fn today(self, zone: &TimeZone) -> Date {
        self.now().to_zoned(zone.clone()).date()
    }
}

/// Moments as officials read them: the office's zone, in words.
pub struct ClockWords {
    pub(crate) zone: TimeZone,
    pub(crate) label: String,
}

impl ClockWords {
    /// "20 Nov 2026 07.30 WITA".
    pub fn of(&self, at: Timestamp) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
        let local = at.to_zoned(self.zone.clone());
        let month = MONTHS[usize::from(local.month().unsigned_abs()) - 1];
        let time = format!("{:02}.{:02}", local.hour(), local.minute());
        format!("{} {month} {} {time} {}", local.day(), local.year(), self.label).trim_end().to_owned()
    }
}

impl From<Option<Timestamp>> for Clock {
    fn from(fixed: Option<Timestamp>) -> Self {
        fixed.map_or(Self::System, Self::Fixed)
    }
}

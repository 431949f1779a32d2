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

impl From<Option<Timestamp>> for Clock {
    fn from(fixed: Option<Timestamp>) -> Self {
        fixed.map_or(Self::System, Self::Fixed)
    }
}

//! `Clock`: the one place where a run asks what time it is.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Now, or a moment that the pipeline fixes so that its briefs can be reproduced.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this moment.
    Fixed(Timestamp),
}

impl Clock {
    /// The moment.
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(moment) => moment,
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

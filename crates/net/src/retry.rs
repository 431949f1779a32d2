//! When to try again, and how long to wait before.

use crate::Error;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// A server that asks for a longer pause than this is left to the next run.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// The pause before the next try, or `None` where another try would not help or would be impolite.
///
/// One office is one client, so there is no herd to spread out and the pauses carry no jitter.
pub(crate) fn pause(error: &Error, tries_done: u32, first_pause: Duration) -> Option<Duration> {
    let back_off = first_pause.saturating_mul(1 << tries_done.saturating_sub(1).min(16)).min(WAIT_MAX);
    match error {
        Error::Busy { retry_after, .. } => match retry_after {
            Some(asked) if *asked > WAIT_MAX => None,
            Some(asked) => Some((*asked).max(back_off)),
            None => Some(back_off),
        },
        Error::Refused { .. } | Error::Reset { .. } | Error::Connect { .. } | Error::Broken { .. } => Some(back_off),
        Error::Resolver { .. } => Some(back_off),
        _ => None,
    }
}

/// Reads `Retry-After`: seconds, or a date counted from the server's own `Date`, so that a wrong clock here does no harm.
pub(crate) fn retry_after(value: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let value = value?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let seconds = http_date(value)?.as_second() - http_date(date?)?.as_second();
    Some(Duration::from_secs(seconds.max(0).unsigned_abs()))
}

fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(retry_after: Option<u64>) -> Error {
        Error::Busy { status: 503, retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn waits_longer_each_time_and_as_long_as_asked() {
        let second = Duration::from_secs(1);
        let seconds = |error: &Error, tries| pause(error, tries, second).map(|pause| pause.as_secs());
        assert_eq!([1, 2, 3].map(|tries| seconds(&busy(None), tries)), [Some(1), Some(2), Some(4)]);
        assert_eq!(seconds(&busy(Some(7)), 1), Some(7));
        assert_eq!(seconds(&busy(Some(0)), 2), Some(2));
        assert_eq!(seconds(&busy(Some(3600)), 1), None);
        assert_eq!(seconds(&busy(None), 60), Some(30));
        assert_eq!(seconds(&Error::TooLarge { limit: 1 }, 1), None);
    }

    #[test]
    fn reads_retry_after() {
        let date = Some("Fri, 20 Nov 2026 00:00:00 GMT");
        assert_eq!(retry_after(Some("120"), None), Some(Duration::from_secs(120)));
        assert_eq!(retry_after(Some("Fri, 20 Nov 2026 00:01:30 GMT"), date), Some(Duration::from_secs(90)));
        assert_eq!(retry_after(Some("Thu, 19 Nov 2026 00:01:30 GMT"), date), Some(Duration::ZERO));
        assert_eq!(retry_after(Some("Fri, 20 Nov 2026 00:01:30 GMT"), None), None);
        assert_eq!(retry_after(Some("soon"), date), None);
        assert_eq!(retry_after(None, date), None);
    }
}

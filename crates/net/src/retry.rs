//! When to try again, and what a server says about it.

use crate::Error;
use crate::gate::{ABSENCE_MAX, WAIT_MAX};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// Longest pause of our own making; longer ones are only kept where a server asks for them.
const PAUSE_MAX: Duration = Duration::from_secs(120);

/// True where another try may help and is not impolite. How long to wait before it is known at the host's gate.
pub(crate) fn helps(error: &Error) -> bool {
    match error {
        Error::Busy { retry_after, .. } => retry_after.is_none_or(|asked| asked <= WAIT_MAX),
        Error::Refused { .. }
        | Error::Reset { .. }
        | Error::Connect { .. }
        | Error::Broken { .. }
        | Error::Resolver { .. } => true,
        _ => false,
    }
}

/// The pause after so many failures in a row: doubled each time, and spread over its upper half, so that sources that
/// failed together do not come back together. `jitter` is from 0 to 1.
pub(crate) fn back_off(first_pause: Duration, failures: u32, jitter: f64) -> Duration {
    let pause = first_pause.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(PAUSE_MAX);
    pause.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// Reads `Retry-After`: seconds, or a date counted from the server's own `Date`, so that a wrong clock here does no harm.
/// An absurd value counts as a day.
pub(crate) fn retry_after(value: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let value = value?.trim();
    let pause = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().map_or(ABSENCE_MAX, Duration::from_secs)
    } else {
        let seconds = http_date(value)?.as_second() - http_date(date?)?.as_second();
        Duration::from_secs(seconds.max(0).unsigned_abs())
    };
    Some(pause.min(ABSENCE_MAX))
}

fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_and_never_in_step() {
        let second = Duration::from_secs(1);
        assert_eq!([1, 2, 3].map(|failures| back_off(second, failures, 1.0).as_secs()), [1, 2, 4]);
        assert_eq!([0.0, 0.5, 1.0].map(|jitter| back_off(second, 3, jitter).as_secs()), [2, 3, 4]);
        assert_eq!(back_off(second, 60, 1.0), PAUSE_MAX);
        assert_eq!(back_off(second, 0, 7.5), second);
    }

    #[test]
    fn tries_again_only_where_it_helps() {
        let busy = |seconds: Option<u64>| Error::Busy { status: 503, retry_after: seconds.map(Duration::from_secs) };
        assert!(helps(&busy(None)) && helps(&busy(Some(30))));
        assert!(!helps(&busy(Some(31))) && !helps(&Error::TooLarge { limit: 1 }));
    }

    #[test]
    fn reads_retry_after() {
        let date = Some("Fri, 20 Nov 2026 00:00:00 GMT");
        assert_eq!(retry_after(Some("120"), None), Some(Duration::from_secs(120)));
        assert_eq!(retry_after(Some("Fri, 20 Nov 2026 00:01:30 GMT"), date), Some(Duration::from_secs(90)));
        assert_eq!(retry_after(Some("Thu, 19 Nov 2026 00:01:30 GMT"), date), Some(Duration::ZERO));
        for absurd in ["99999999", "999999999999999999999999999999", "Fri, 20 Nov 2099 00:00:00 GMT"] {
            assert_eq!(retry_after(Some(absurd), date), Some(ABSENCE_MAX), "{absurd}");
        }
        assert_eq!(retry_after(Some("Fri, 20 Nov 2026 00:01:30 GMT"), None), None);
        for nothing in ["soon", "-5", "", "1e9", "5.5"] {
            assert_eq!(retry_after(Some(nothing), date), None, "{nothing}");
        }
        assert_eq!(retry_after(None, date), None);
    }
}

//! When to try again, and what a server says about it.

use crate::Error;
use crate::gate::{ABSENCE_MAX, WAIT_MAX};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// Longest pause of our own making; longer ones are only kept where a server asks for them.
const PAUSE_MAX: Duration = Duration::from_secs(120);

/// A number from here on counts seconds since 1970 (it is in 2001), a smaller one seconds from now.
const EPOCH_MIN: u64 = 1_000_000_000;

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

/// Until when a window of requests is used up, as interfaces say it instead: X in seconds since 1970
/// (`x-rate-limit-reset`), Mastodon as a moment of RFC 3339 and others in either way (`x-ratelimit-reset`), and the draft
/// of the IETF in seconds from now (`ratelimit-reset`). Moments are counted from the server's own `Date`; one that
/// has passed says nothing about a server that refuses all the same.
pub(crate) fn window<'a>(header: impl Fn(&'static str) -> Option<&'a str>) -> Option<Duration> {
    let reset = ["x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset"].into_iter().find_map(&header)?.trim();
    let now = || Some(http_date(header("date")?)?.as_second());
    let seconds = match reset.parse::<u64>() {
        Ok(seconds) if seconds < EPOCH_MIN => i64::try_from(seconds).ok()?,
        Ok(seconds) => i64::try_from(seconds).ok()?.saturating_sub(now()?),
        Err(_) => reset.parse::<Timestamp>().ok()?.as_second().saturating_sub(now()?),
    };
    (seconds > 0).then(|| Duration::from_secs(seconds.unsigned_abs()).min(ABSENCE_MAX))
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

    #[test]
    fn reads_when_a_window_opens_again() {
        let window = |name: &'static str, value: &'static str| {
            let headers = [(name, value), ("date", "Fri, 20 Nov 2026 00:00:00 GMT")];
            window(|asked| headers.iter().find(|(name, _)| *name == asked).map(|(_, value)| *value))
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(window("x-rate-limit-reset", "1795133700"), seconds(900));
        assert_eq!(window("x-ratelimit-reset", "2026-11-20T00:05:00.497737Z"), seconds(300));
        assert_eq!(window("x-ratelimit-reset", "1795132860"), seconds(60));
        assert_eq!(window("ratelimit-reset", "30"), seconds(30));
        assert_eq!(window("x-rate-limit-reset", "1795132000"), None, "it should be open");
        assert_eq!(window("x-rate-limit-reset", "4102444800"), Some(ABSENCE_MAX));
        for odd in ["", "soon", "-5", "1e9", "99999999999999999999", "99999999999999999999999"] {
            assert_eq!(window("x-rate-limit-reset", odd), None, "{odd}");
        }
        assert_eq!(
            super::window(|name| (name == "x-rate-limit-reset").then_some("1795133700")),
            None,
            "by whose clock?"
        );
    }
}

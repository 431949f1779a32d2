//! ISO 8601 with parts left out, as W3CDTF and its kin allow.

use super::{Parts, digit, year};
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// ISO 8601 with parts left out: "2025", "202507", "2025-198", "2025198", "25198", "2025-W29", "2025-W29-4", "--" never.
pub(super) fn reduced(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) if date.contains(digit) => (date, time),
        _ => (text, ""),
    };
    let compact: String = date.chars().filter(|c| *c != '-').collect();
    let number = |range: std::ops::Range<usize>| compact.get(range)?.parse::<i16>().ok();
    let day_of_year = |year: i16, day: i16| {
        let first = Date::new(year, 1, 1).ok()?;
        let date = first.checked_add(Span::new().try_days(day.checked_sub(1)?).ok()?).ok()?;
        (day >= 1 && date.year() == year).then_some(date)
    };
    let all_digits = compact.bytes().all(|byte| byte.is_ascii_digit());
    let day = match (compact.len(), all_digits) {
        (4, true) => Date::new(number(0..4)?, 1, 1).ok()?,
        (5, true) => day_of_year(year(compact.get(..2)?)?, number(2..5)?)?,
        (6, true) => match Date::new(number(0..4)?, i8::try_from(number(4..6)?).ok()?, 1) {
            Ok(date) if (1902..2100).contains(&date.year()) => date,
            _ => {
                let part = |range| i8::try_from(number(range)?).ok();
                Date::new(year(compact.get(..2)?)?, part(2..4)?, part(4..6)?).ok()?
            }
        },
        (7, true) => day_of_year(number(0..4)?, number(4..7)?)?,
        (7 | 8, false) => {
            let (year, week) = compact.split_once(['W', 'w'])?;
            let weekday = Weekday::from_monday_one_offset(
                week.get(2..).filter(|day| !day.is_empty()).unwrap_or("1").parse().ok()?,
            )
            .ok()?;
            ISOWeekDate::new(year.parse().ok()?, week.get(..2)?.parse().ok()?, weekday).ok()?.date()
        }
        _ => return None,
    };
    let mut parts =
        Parts { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()), ..Parts::default() };
    for word in time.split(' ').filter(|word| !word.is_empty()) {
        parts.word(word)?;
    }
    parts.moment(zone)
}

//! Moments as feeds, spreadsheets and exports write them, in English and Indonesian.
//!
//! Formats are read by their parts rather than from a list of patterns: "Kamis, 17 Juli 2025 | 10.30 WITA",
//! "Thu, 17 Jul 2025 10:30:00 +0800", "2025-07-17T10:30+08:00" and "17/07/2025 10:30" share all but the order.

mod names;

mod reduced;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use names::{month, zone_offset};
use reduced::reduced;
use std::borrow::Cow;

/// Reads a moment; one without an offset is local time in `zone`. `None` for what is no date, or an impossible one.
pub(crate) fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    parse_ordered(text, zone, false)
}

/// The same, where "07/08/2025" may be known to begin with its month.
pub(crate) fn parse_ordered(text: &str, zone: &TimeZone, month_first: bool) -> Option<Timestamp> {
    read(text, zone, month_first).filter(|moment| plausible(*moment))
}

/// Reads a moment that stands in a field for dates alone, where a year or a day of the year is one as well, and where an
/// archive may be older than the web.
pub(crate) fn parse_feed_date(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let moment = read(text, zone, false)
        .filter(|moment| plausible(*moment))
        .or_else(|| reduced(text.trim(), zone))
        .or_else(|| read(text, zone, false))?;
    // 1970 and before 1902 are what an empty column turns into: no date.
    let seconds = moment.as_second();
    (seconds.abs() > 2 * 86_400 && (-2_145_916_800..4_102_444_800).contains(&seconds)).then_some(moment)
}

fn read(text: &str, zone: &TimeZone, month_first: bool) -> Option<Timestamp> {
    let text = text.trim();
    // A date is short; anything longer is a sentence, and reading dates out of sentences belongs to `text`.
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(moment),
        Err(_) => epoch(text).or_else(|| Parts::read(text, month_first)?.moment(zone)),
    }
}

// From 1990 to 2100: outside of that a moment is a broken clock or another number altogether.
fn plausible(moment: Timestamp) -> bool {
    (631_152_000..4_102_444_800).contains(&moment.as_second())
}

/// Seconds, milliseconds or microseconds since 1970, told apart by their size.
fn epoch(text: &str) -> Option<Timestamp> {
    // "/Date(1752719400000+0800)/", as older Microsoft software writes it.
    let text =
        text.strip_prefix("/Date(").map_or(text, |inside| inside.split(|c| !digit(c)).next().unwrap_or_default());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=10 => Timestamp::from_second(number).ok(),
        12..=13 => Timestamp::from_millisecond(number).ok(),
        15..=16 => Timestamp::from_microsecond(number).ok(),
        _ => None,
    }
}

/// What has been recognised so far.
#[derive(Default)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: i8,
    second: i8,
    afternoon: Option<bool>,
    offset: Option<Offset>,
    zone: Option<TimeZone>,
    month_first: bool,
}

impl Parts {
    fn read(text: &str, month_first: bool) -> Option<Self> {
        let mut parts = Self { month_first, ..Self::default() };
        let text = east_asian(text, &mut parts);
        // "2025-07-17T" lost its time.
        let text = text.strip_suffix('T').filter(|date| date.ends_with(digit)).unwrap_or(&text);
        for word in text.split([' ', ',', '|', '(', ')', '[', ']', '\t', '\r', '\n', '\u{a0}', '\u{202f}', '\u{3000}'])
        {
            // "17 Juli 2025 - 10:30" and the like.
            if !word.contains(char::is_alphanumeric) {
                continue;
            }
            let word = word.trim_start_matches('\'');
            match date_and_time(word) {
                Some((date, time)) => {
                    parts.date_before_time(date)?;
                    parts.time_after_date(time)?;
                }
                None => parts.word(word)?,
            }
        }
        Some(parts)
    }

    /// The date of "2025-07-17T10:30"; with a year of two digits, ISO 8601 still puts it first.
    fn date_before_time(&mut self, date: &str) -> Option<()> {
        match pieces(date) {
            Some([first, second, third])
                if first.len() == 2 && second.len() == 2 && third.len() == 2 && date.contains('-') =>
            {
                (self.year, self.month, self.day) = (year(first), second.parse().ok(), third.parse().ok());
                Some(())
            }
            _ => self.word(date),
        }
    }

    /// The time of "2025-07-17T10:30" or "2025-07-17T1030".
    fn time_after_date(&mut self, time: &str) -> Option<()> {
        let digits = time.bytes().take_while(u8::is_ascii_digit).count();
        let (clock, rest) = time.split_at(digits);
        match digits {
            2 if !rest.starts_with(':') => self.time(&format!("{clock}:00{rest}"), ':'),
            4 => self.time(&format!("{}:{}{rest}", &clock[..2], &clock[2..]), ':'),
            6 => self.time(&format!("{}:{}:{}{rest}", &clock[..2], &clock[2..4], &clock[4..]), ':'),
            _ => self.word(time),
        }
    }

    /// Takes one word; `None` where it contradicts or cannot be part of a date.
    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(digit) {
            // The "+" of an offset, lost in an address: "2025-07-17T10:30:00 08:00".
            if self.hour.is_some() && self.offset.is_none() && word.len() == 5 {
                return self.offset_of(&format!("+{word}"));
            }
            return self.time(word, ':');
        }
        if word.contains(['h', 'H'])
            && word.starts_with(digit)
            && self.hour.is_none()
            && word.len() > 2
            && word.ends_with(digit)
        {
            return self.time(&word.replace(['h', 'H'], ":"), ':'); // "10h30"
        }
        if self.month.is_none() || self.day.is_none() || self.year.is_none() {
            if let Some(pieces) = pieces(word) {
                return self.date(pieces);
            }
        } else if self.hour.is_none() && word.contains('.') && word.starts_with(digit) {
            return self.time(word, '.'); // "10.30 WITA"
        }
        if word.starts_with(['+', '-']) {
            return self.offset_of(word);
        }
        if word.starts_with(digit) {
            return self.number(word);
        }
        self.name(word)
    }

    /// "17/07/2025", "2025-07-17", "17-Jul-2025", "20250717", "2025-07".
    fn date(&mut self, [first, second, third]: [&str; 3]) -> Option<()> {
        let month = |text: &str| text.parse::<i8>().ok().or_else(|| month(text));
        if first.len() == 4 {
            self.year = Some(first.parse().ok()?);
            self.month = Some(month(second)?);
            self.day = Some(if third.is_empty() { 1 } else { third.parse().ok()? });
        } else {
            self.year = Some(year(third)?);
            // Day before month, as in Indonesia; the other way round only where nothing else is possible.
            let (day, other) = (first.parse::<i8>().ok()?, month(second)?);
            let swap = other > 12 || self.month_first && day <= 12 && second.starts_with(digit);
            (self.day, self.month) = if swap { (Some(other), Some(day)) } else { (Some(day), Some(other)) };
        }
        Some(())
    }

    /// "10:30", "10:30:15.25", each perhaps with "Z", "+08:00" or "pm" behind it.
    fn time(&mut self, word: &str, separator: char) -> Option<()> {
        let end = word.find(|c: char| !(digit(c) || c == separator || c == '.')).unwrap_or(word.len());
        let (clock, rest) = word.split_at(end);
        let rest = rest.strip_prefix(',').map_or(rest, |fraction| fraction.trim_start_matches(digit)); // "10:30:15,250"
        let mut numbers = clock.split(separator);
        self.hour = Some(numbers.next()?.parse().ok()?);
        self.minute = numbers.next()?.parse().ok()?;
        if let Some(second) = numbers.next() {
            self.second = second.split('.').next()?.parse::<i8>().ok()?.min(59); // a leap second is the one before it
        }
        match rest {
            "" => Some(()),
            _ if rest.starts_with(['+', '-']) => self.offset_of(rest),
            _ => self.name(rest),
        }
    }

    /// "17", "17th", "2025", "25".
    fn number(&mut self, word: &str) -> Option<()> {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
        if self.hour.is_some() && digits.len() == 3 {
            return Some(()); // the fraction of "10:30:15,250"
        }
        match (digits.len(), self.day) {
            (1 | 2, None) => self.day = Some(digits.parse().ok()?),
            (2 | 4, _) if self.year.is_none() => self.year = Some(year(digits)?),
            _ => return None,
        }
        Some(())
    }

    /// A month, a zone, "pm"; weekdays and words such as "pukul" say nothing new.
    fn name(&mut self, word: &str) -> Option<()> {
        let lower = word.trim_end_matches('.').to_lowercase();
        if let Some(offset) = zone_offset(&lower) {
            // A number says it better than a name, whichever comes first.
            self.offset = self.offset.or(Some(offset));
        } else if let Some(rest) = ["gmt", "utc", "ut", "wib", "wita", "wit"]
            .iter()
            .find_map(|name| lower.strip_prefix(name).filter(|rest| rest.starts_with(['+', '-'])))
        {
            return self.offset_of(rest); // "GMT+7"
        } else if word.contains('/') && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.zone = TimeZone::get(word).ok(); // "Asia/Makassar"
        } else if let Some((first, rest)) = lower.split_once('-')
            && let (Some(named), Some((day, last))) = (month(first), rest.split_once('-'))
        {
            // "Jul-17-2025"
            (self.month, self.day, self.year) = (Some(named), day.parse().ok(), year(last));
        } else if matches!(
            lower.as_str(),
            "am" | "pm" | "a.m" | "p.m" | "오전" | "오후" | "上午" | "下午" | "午前" | "午後"
        ) {
            self.afternoon = Some(lower.starts_with('p') || lower.ends_with(['후', '下', '後']) || lower == "下午");
        } else if let Some(month) = month(&lower)
            && self.month.is_none()
        {
            self.month = Some(month);
        }
        Some(())
    }

    /// "+0800", "-05:30", "+7".
    fn offset_of(&mut self, word: &str) -> Option<()> {
        let (sign, digits) = word.split_at_checked(1)?;
        let digits = digits.replace(':', "");
        if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (hours, minutes) = digits.split_at(digits.len().min(if digits.len() == 3 { 1 } else { 2 }));
        let minutes = minutes.parse::<i32>().unwrap_or(0) + hours.parse::<i32>().ok()? * 60;
        self.offset = Some(Offset::from_seconds(if sign == "-" { -minutes } else { minutes } * 60).ok()?);
        Some(())
    }

    fn moment(self, zone: &TimeZone) -> Option<Timestamp> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let hour = match (self.hour.unwrap_or(0), self.afternoon) {
            (12, Some(false)) => 0,
            (hour @ 1..=11, Some(true)) => hour + 12,
            (hour, _) => hour,
        };
        let (date, hour) = if hour == 24 && self.minute == 0 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
        let local: DateTime = date.to_datetime(Time::new(hour, self.minute, self.second, 0).ok()?);
        match self.offset {
            Some(offset) => offset.to_timestamp(local).ok(),
            None => self.zone.as_ref().unwrap_or(zone).to_timestamp(local).ok(),
        }
    }
}

/// The two halves of a word that holds both: the "T" between digits, as months have one as well.
fn date_and_time(word: &str) -> Option<(&str, &str)> {
    let bytes = word.as_bytes();
    let at = (1..bytes.len().saturating_sub(1)).find(|at| {
        matches!(bytes[*at], b'T' | b't') && bytes[at - 1].is_ascii_digit() && bytes[at + 1].is_ascii_digit()
    })?;
    Some((&word[..at], &word[at + 1..]))
}

/// "2025년 07월 17일 10시 30분" with separators that the rest of this file knows.
fn east_asian<'a>(text: &'a str, parts: &mut Parts) -> Cow<'a, str> {
    if text.is_ascii() {
        return text.into();
    }
    let korean = text.contains(['년', '오']) && text.contains(['월', '전', '후']);
    if korean {
        // Software of that country alone writes dates like this, and leaves the zone out.
        parts.zone = TimeZone::get("Asia/Seoul").ok();
    }
    if !text.contains(['년', '年', '오', '午']) {
        return text.into();
    }
    let day_ends = text.replace(['년', '月', '월', '年'], "-").replace(['일', '日'], " ");
    let clock = day_ends
        .replace(['시', '时', '時', '点'], ":")
        .replace("분", ":")
        .replace(['分'], ":")
        .replace(['초', '秒'], " ");
    // "2025- 07- 17" and "10: 30:" are one word each, and a time without seconds ends with nothing.
    let joined = clock.replace("- ", "-").replace(": ", ":");
    joined.trim_end().trim_end_matches(':').to_owned().into()
}

/// The zone that a text names, and nothing else: "WIB", "GMT+7", "UTC".
pub(crate) fn zone_of(text: &str) -> Option<TimeZone> {
    let mut parts = Parts::default();
    parts.name(text.trim())?;
    parts.offset.map(TimeZone::fixed)
}

/// What a date says of the order of its day and month: `Some(true)` where the month must come first.
pub(crate) fn month_comes_first(text: &str) -> Option<bool> {
    let [first, second, _] = pieces(text.trim().split([' ', 'T', ',']).next()?)?;
    let (first, second): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
    match (first, second) {
        (1..=12, 13..=31) => Some(true),
        (13..=31, 1..=12) => Some(false),
        _ => None,
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The three pieces of a date written as one word.
fn pieces(word: &str) -> Option<[&str; 3]> {
    if word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([&word[..4], &word[4..6], &word[6..]]);
    }
    if !word.starts_with(digit) {
        return None;
    }
    ['-', '/', '.'].into_iter().find_map(|separator| {
        let mut pieces = word.splitn(4, separator);
        let (first, second) = (pieces.next()?, pieces.next()?);
        let third = pieces.next().unwrap_or_default();
        let whole = !third.is_empty() || (first.len() == 4 && separator == '-');
        (whole && pieces.next().is_none()).then_some([first, second, third])
    })
}

/// A year; two digits mean this century or the last third of the one before.
fn year(digits: &str) -> Option<i16> {
    let number: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(number),
        2 => Some(if number < 70 { 2000 + number } else { 1900 + number }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text, &TimeZone::get("Asia/Makassar").unwrap()).map(|moment| moment.to_string())
    }

    #[test]
    fn reads_many_styles_of_one_moment() {
        let styles = [
            "2025-07-17T10:30:00+08:00",
            "2025-07-17T02:30:00Z",
            "2025-07-17 10:30",
            "2025-07-17T10:30",
            "2025-07-17T10:30:00.000+0800",
            "20250717T103000+0800",
            "Thu, 17 Jul 2025 10:30:00 +0800",
            "Thu, 17 Jul 2025 02:30:00 GMT",
            "17 Jul 25 10:30:00 +08",
            "Kamis, 17 Juli 2025 10:30 WITA",
            "Kamis 17 Juli 2025 | 09.30 WIB",
            "17 Juli 2025 pukul 11:30:00 WIT",
            "17/07/2025 10:30",
            "07/17/2025 10:30:00",
            "17-07-2025 10:30:00",
            "17.07.2025 10:30",
            "17-Jul-2025 10:30",
            "July 17, 2025 10:30 AM",
            "July 17th, 2025, 10:30 am",
            "Thu Jul 17 10:30:00 2025",
            "Thu Jul 17 02:30:00 +0000 2025",
            "17 Jul 2025 10:30 GMT+8",
            "2025/07/17 10:30:00",
            "1752719400",
            "1752719400000",
            "1752719400000000",
            "1752719400.25",
        ];
        for style in styles {
            assert_eq!(read(style).as_deref(), Some("2025-07-17T02:30:00Z"), "{style}");
        }
    }

    #[test]
    fn reads_days_months_and_afternoons() {
        assert_eq!(read("17 Agustus 2025").as_deref(), Some("2025-08-16T16:00:00Z"));
        assert_eq!(read("2025-08").as_deref(), Some("2025-07-31T16:00:00Z"));
        assert_eq!(read("1 Mei 2025 3:05 PM").as_deref(), Some("2025-05-01T07:05:00Z"));
        assert_eq!(read("1 Mei 2025 12:05 am").as_deref(), Some("2025-04-30T16:05:00Z"));
        assert_eq!(read("Sabtu, 1 Nopember 2025 24:00 WITA").as_deref(), Some("2025-11-01T16:00:00Z"));
        assert_eq!(read("2024-12-31T23:59:60Z").as_deref(), Some("2024-12-31T23:59:59Z"));
    }

    #[test]
    fn refuses_what_is_no_date() {
        let wrong = [
            "",
            "kemarin",
            "2 jam yang lalu",
            "31/02/2025",
            "32 Juli 2025",
            "17 Juli",
            "0000-00-00 00:00:00",
            "10:30",
            "2025-07-17 25:00",
            "17",
            "2025",
            "1",
            "99999999999999999999",
            "17 Juli 1825",
            "2025-13-01",
            "12345",
            "+",
            "T",
            "-",
        ];
        for text in wrong {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

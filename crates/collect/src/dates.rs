//! Moments as feeds, spreadsheets and exports write them, in English and Indonesian.
//!
//! Formats are read by their parts rather than from a list of patterns: "Kamis, 17 Juli 2025 | 10.30 WITA",
//! "Thu, 17 Jul 2025 10:30:00 +0800", "2025-07-17T10:30+08:00" and "17/07/2025 10:30" share all but the order.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// Reads a moment; one without an offset is local time in `zone`. `None` for what is no date, or an impossible one.
pub(crate) fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    parse_ordered(text, zone, false)
}

/// The same, where "07/08/2025" may be known to begin with its month.
pub(crate) fn parse_ordered(text: &str, zone: &TimeZone, month_first: bool) -> Option<Timestamp> {
    let text = text.trim();
    // A date is short; anything longer is a sentence, and reading dates out of sentences belongs to `text`.
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    let moment = match text.parse::<Timestamp>() {
        Ok(moment) => moment,
        Err(_) => match epoch(text) {
            Some(moment) => moment,
            None => Parts::read(text, month_first)?.moment(zone)?,
        },
    };
    plausible(moment).then_some(moment)
}

// From 1990 to 2100: outside of that a moment is a broken clock or another number altogether.
fn plausible(moment: Timestamp) -> bool {
    (631_152_000..4_102_444_800).contains(&moment.as_second())
}

/// Seconds, milliseconds or microseconds since 1970, told apart by their size.
fn epoch(text: &str) -> Option<Timestamp> {
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
    month_first: bool,
}

impl Parts {
    fn read(text: &str, month_first: bool) -> Option<Self> {
        let mut parts = Self { month_first, ..Self::default() };
        for word in text.split([' ', ',', '|', '(', ')', '\t', '\n', '\u{a0}']).filter(|word| !word.is_empty()) {
            // "2025-07-17T10:30" is two words, but "Oktober" is one.
            match word.split_once(['T', 't']) {
                Some((date, time)) if date.ends_with(digit) && time.starts_with(digit) => {
                    parts.word(date)?;
                    parts.word(time)?;
                }
                _ => parts.word(word)?,
            }
        }
        Some(parts)
    }

    /// Takes one word; `None` where it contradicts or cannot be part of a date.
    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(digit) {
            return self.time(word, ':');
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
        if let Some(hours) = zone_hours(&lower) {
            self.offset = Some(hours);
        } else if let Some(rest) = lower.strip_prefix("gmt").or_else(|| lower.strip_prefix("utc")) {
            return self.offset_of(rest); // "GMT+7"
        } else if matches!(lower.as_str(), "am" | "pm" | "a.m" | "p.m") {
            self.afternoon = Some(lower.starts_with('p'));
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
            None => zone.to_timestamp(local).ok(),
        }
    }
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

/// Months by the letters that tell them apart in both languages.
fn month(word: &str) -> Option<i8> {
    let lower = word.to_lowercase();
    let months: [&[&str]; 12] = [
        &["jan", "januari", "january"],
        &["feb", "peb", "februari", "pebruari", "february"],
        &["mar", "maret", "march", "mrt"],
        &["apr", "april"],
        &["may", "mei"],
        &["jun", "juni", "june"],
        &["jul", "juli", "july"],
        &["aug", "agu", "ags", "agt", "agust", "agustus", "august"],
        &["sep", "sept", "september"],
        &["oct", "okt", "oktober", "october"],
        &["nov", "nop", "november", "nopember"],
        &["dec", "des", "desember", "december"],
    ];
    let index = months.iter().position(|names| names.contains(&lower.as_str()))?;
    i8::try_from(index + 1).ok()
}

/// The zones that Indonesian and international sources write by name.
fn zone_hours(lower: &str) -> Option<Offset> {
    let hours = match lower {
        "z" | "ut" | "utc" | "gmt" => 0,
        "wib" => 7,
        "wita" => 8,
        "wit" => 9,
        "est" => -5,
        "edt" | "ast" => -4,
        "cst" | "mdt" => -6,
        "cdt" => -5,
        "mst" | "pdt" => -7,
        "pst" => -8,
        "bst" | "cet" => 1,
        "cest" => 2,
        "sgt" | "myt" => 8,
        "jst" => 9,
        _ => return None,
    };
    Some(Offset::constant(hours))
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

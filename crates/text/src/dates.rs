//! Indonesian and English dates: when a text was published, and the day of the event that it reports.
//!
//! A weekday that is written beside a date is checked against the calendar: where the two disagree, one of them
//! is a slip of the pen, so the date counts for less and a problem says so. Impossible dates are refused.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use model::Problem;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A date as a text writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// First byte, weekday included.
    pub start: usize,
    /// One past the last byte, time included.
    pub end: usize,
    /// The day; `None` where no calendar has it ("31 Februari 2025").
    pub date: Option<Date>,
    /// Whether the weekday beside it is right; `None` where there is none.
    pub weekday_agrees: Option<bool>,
    /// In brackets, as Indonesian reports write the day of the event: "Kamis (17/7/2025)".
    pub bracketed: bool,
    /// The clock time behind it, with its zone where one is written.
    pub time: Option<(Time, Option<Offset>)>,
}

/// Every date of a text, in order. A date without a year gets the year that brings it nearest to `near`, and is left out without one.
pub fn find(text: &str, near: Option<Date>) -> Vec<Written> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    PATTERN.captures_iter(text).filter_map(|found| written(text, &found, near)).collect()
}

/// A point in time from whatever a source wrote: ISO 8601, RFC 2822, seconds since 1970, or words.
///
/// A time without a zone is the office's. A day without a time is put at noon there, so that it is
/// the same day in UTC and in every zone of the country.
pub fn timestamp(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    // Longer than any time: prose, in which only a written date can be found.
    let found = if text.len() <= 40 { machine_time(text, zone) } else { None };
    let found = found.or_else(|| {
        let written = find(text, None).into_iter().find(|written| written.date.is_some())?;
        at(written.date?, written.time, zone)
    });
    found.filter(|time| is_modern(time.to_zoned(zone.clone()).date()))
}

/// The day of the event that a text reports, from the dates in it.
///
/// `published` is the local day of publication, where known; "kemarin" and dates without a year mean something only beside it.
pub fn event_date(text: &str, published: Option<Date>, problems: &mut Vec<Problem>) -> Option<Date> {
    let mut best: Option<(i32, Date)> = None;
    for written in find(text, published) {
        let shown = &text[written.start..written.end];
        let Some(mut date) = written.date else {
            problems.push(Problem::new("date", format!("\"{shown}\" is in no calendar")));
            continue;
        };
        if written.weekday_agrees == Some(false) {
            let weekday = weekday_name(date.weekday());
            problems.push(Problem::new("date", format!("\"{shown}\" names the wrong weekday, {date} is {weekday}")));
            date = year_slip(text, &written, published).unwrap_or(date);
        }
        let score = score(text, &written, date, published);
        if score >= LEAST_SCORE && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, date));
        }
    }
    best.map(|(_, date)| date).or_else(|| relative(text, published?))
}

/// The day that was meant where only the year is wrong, as in the first weeks of January: the weekday agrees in the year of publication.
fn year_slip(text: &str, written: &Written, published: Option<Date>) -> Option<Date> {
    let (date, published) = (written.date?, published?);
    let meant = Date::new(published.year(), date.month(), date.day()).ok()?;
    let weekday = weekday_of(&text[written.start..written.end])?;
    (meant.weekday() == weekday && (0..=31).contains(&(published - meant).get_days())).then_some(meant)
}

/// How likely a date is the day of the event rather than one that is mentioned beside it.
fn score(text: &str, written: &Written, date: Date, published: Option<Date>) -> i32 {
    let mut score = match written.weekday_agrees {
        Some(true) => 3,
        Some(false) => -1,
        None => 0,
    };
    score += if written.bracketed { 2 } else { 0 };
    if is_bound(&text[..written.start]) {
        score -= 4;
    }
    if let Some(published) = published {
        score += match (published - date).get_days() {
            0..=7 => 2,
            8..=31 => 1,
            // What is announced is often the news, but the day of the announcement comes before it.
            -31..=-1 => 0,
            // History, or a text from the archive; not what this one reports.
            days if days.abs() > 366 => -7,
            _ => -2,
        };
    }
    score
}

/// A date with a wrong weekday still counts where nothing better is found; one that is only mentioned does not.
const LEAST_SCORE: i32 = -1;

/// Whether the words before a date make it a bound or a reference ("sejak 1 Januari 2025", "paling lambat tanggal 3 Mei 2025").
fn is_bound(before: &str) -> bool {
    let mut start = before.len().saturating_sub(40);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let words =
        before[start..].rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let mut words = words.filter(|word| !matches!(word.as_str(), "tanggal" | "tgl" | "hari" | "pada"));
    let Some(last) = words.next() else { return false };
    // "tenggat pelaporan 31 Maret": the word that makes it one stands a little before.
    BOUNDS.contains(&last.as_str()) || words.take(2).any(|word| DEADLINES.contains(&word.as_str()))
}

const DEADLINES: &[&str] = &["tenggat", "tempo", "deadline", "batas"];

const BOUNDS: &[&str] = &[
    "ditutup",
    "tertanggal",
    "bertanggal",
    "sejak",
    "hingga",
    "sampai",
    "mulai",
    "lambat",
    "lambatnya",
    "tenggat",
    "lahir",
    "kelahiran",
    "nomor",
    "no",
    "per",
    "berlaku",
    "sebelumnya",
    "dibanding",
    "dibandingkan",
    "until",
    "since",
    "born",
    "deadline",
];

/// "kemarin", "hari ini", "Selasa lalu", "Rabu malam": only in the opening of a text, where they mean the day of
/// publication or one of the week before it.
fn relative(text: &str, published: Date) -> Option<Date> {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        let weekdays = r"(?P<before>setiap\s+hari\s+|(?:setiap|tiap|hari|pada|sampai|hingga|dan)\s+|[,–-]\s?)?(?P<weekday>senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu)(?P<behind>\s+(?:kemarin|lalu|pagi|siang|sore|petang|malam|dini|subuh|depan|mendatang|besok|nanti|sampai|hingga|dan|ini)|\s?[–,.-]|\s*$)?";
        let today = r"(?:(?:hingga|sampai|saat|sehari-)\s*)?(?P<today>hari ini|(?:pagi|siang|sore|petang|malam) ini|tadi (?:pagi|siang|sore|petang|subuh)|(?:pagi|siang|sore|petang|subuh) tadi|barusan)";
        let others = r"(?P<yesterday>kemarin|tadi malam|malam tadi|semalam)|(?P<tomorrow>besok)";
        let days = r"(?P<days>[1-7]|dua|tiga|empat|lima|enam|tujuh)\s+hari\s+(?:yang\s+)?(?:lalu|silam)";
        Regex::new(&format!(r"(?i)(?-u:\b)(?:{today}|{others}|{days})(?-u:\b)|{weekdays}"))
            .expect("a fixed pattern compiles")
    });
    const OPENING: usize = 300;
    let opening = &text[..floor_boundary(text, OPENING.min(text.len()))];
    WORDS.captures_iter(opening).find_map(|found| {
        if let Some(weekday) = found.name("weekday") {
            return relative_weekday(text, &found, weekday.start(), published);
        }
        if found.name("yesterday").is_some() {
            return published.checked_sub(1.day()).ok();
        }
        if found.name("tomorrow").is_some() {
            return published.checked_add(1.day()).ok();
        }
        if let Some(days) = found.name("days") {
            let words = ["", "", "dua", "tiga", "empat", "lima", "enam", "tujuh"];
            let lower = days.as_str().to_lowercase();
            let count =
                lower.parse().ok().or_else(|| words.iter().position(|word| *word == lower).map(|at| at as i64))?;
            return published.checked_sub(count.days()).ok();
        }
        // "sampai hari ini" is a stretch of time.
        (found.name("today")?.start() == found.get(0)?.start()).then_some(published)
    })
}

/// "Kamis", "Rabu malam", "Senin lalu": the last such day. Days of opening hours and days to come are none, and
/// "minggu lalu" is a week.
fn relative_weekday(text: &str, found: &Captures<'_>, start: usize, published: Date) -> Option<Date> {
    let name = found.name("weekday")?.as_str();
    let weekday = weekday_of(name)?;
    let group = |name: &str| found.name(name).map_or(String::new(), |group| group.as_str().trim().to_lowercase());
    let (before, behind) = (group("before"), group("behind"));
    let inside_word = before.is_empty() && text[..start].ends_with(char::is_alphanumeric);
    let listed = ["setiap", "tiap", "sampai", "hingga", "dan", "-", "–"].iter().any(|word| before.starts_with(word))
        || matches!(
            behind.as_str(),
            "-" | "–" | "sampai" | "hingga" | "dan" | "depan" | "mendatang" | "besok" | "nanti"
        );
    let week = weekday == Weekday::Sunday && matches!(behind.as_str(), "lalu" | "ini" | "kemarin");
    let part_of_day = matches!(behind.as_str(), "pagi" | "siang" | "sore" | "petang" | "malam" | "dini" | "subuh");
    let past = matches!(behind.as_str(), "kemarin" | "lalu");
    let ends = matches!(behind.as_str(), "," | "." | "");
    let marked = matches!(before.as_str(), "," | "hari" | "pada") && (ends || behind == "ini");
    if inside_word || listed || week || !name.starts_with(char::is_uppercase) && !past {
        return None;
    }
    if past {
        return published.nth_weekday(-1, weekday).ok();
    }
    if !(part_of_day || marked) {
        return None;
    }
    if published.weekday() == weekday { Some(published) } else { published.nth_weekday(-1, weekday).ok() }
}

const WEEKDAYS: &str = r"senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad|sen|sel|rab|kam|jum|sab|min|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun";
const MONTHS: &str = r"januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember|january|february|march|may|june|july|august|october|december|jan|feb|peb|mar|apr|jun|jul|agust|agu|ags|agt|aug|sept|sep|okt|oct|nov|nop|des|dec";

/// Compiled once: the one pattern that every form of a date matches.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?ix)
        (?: (?-u:\b) (?P<weekday>{WEEKDAYS}) (?-u:\b) (?: \s?[-–]\s? (?:{WEEKDAYS}) (?-u:\b) )? [.,/]? \s* )?
        (?: (?P<open>\() \s? )?
        (?:
            (?P<iso_year>(?-u:\b)[0-9]{{4}}) [-/] (?P<iso_month>[0-9]{{1,2}}) [-/] (?P<iso_day>[0-9]{{1,2}})
          | (?P<named_day>(?-u:\b)[0-9]{{1,2}}) (?: (?: \s?[-–]\s? | \s (?:hingga|sampai|dan|s\.?d\.?) \s ) [0-9]{{1,2}} )? (?:\s?|-|/)
            (?P<named_month>{MONTHS}) (?-u:\b) \.? (?: (?: ,? \s* | - | / ) (?P<named_year> [0-9]{{4}} (?-u:\b) ) )?
          | (?P<day>(?-u:\b)[0-9]{{1,2}}) (?: [-–] (?P<last_day>[0-9]{{1,2}}) (?-u:\b) )?? \s?
            (?: / \s? (?P<slash_month>[0-9]{{1,2}}) (?: \s? / \s? (?P<slash_year> [0-9]{{4}} | [0-9]{{2}} ) )?
              | (?: [.-] (?P<month>[0-9]{{1,2}}) [.-] (?P<year>[0-9]{{4}}) ) )
          | (?P<english_month>(?-u:\b)(?:{MONTHS})) \.? \s+ (?P<english_day>[0-9]{{1,2}}) (?:st|nd|rd|th)? (?: ,\s* | \s+ ) (?P<english_year>[0-9]{{4}})
        )
        (?-u:\b) (?: \s? (?P<close>\)) )?
        (?: (?: \s* [,|•·@-] \s* | \s+ | T ) (?: (?:pukul|jam|at) \s+ )?
            (?P<hour>[0-9]{{1,2}}) [:.] (?P<minute>[0-9]{{2}}) (?: [:.] (?P<second>[0-9]{{2}}) )?
            (?: \s* (?P<zone>wib|wita|wit|utc|gmt|am|pm|a\.m\.|p\.m\.) )? (?-u:\b) )?"
    );
    Regex::new(&pattern).expect("a fixed pattern compiles")
});

fn written(text: &str, found: &Captures<'_>, near: Option<Date>) -> Option<Written> {
    let whole = found.get(0)?;
    let group = |name: &str| found.name(name).map(|group| group.as_str());
    let number = |name: &str| group(name).and_then(|digits| digits.parse::<i16>().ok());
    // A number in a longer number, a path or a letter's reference is no date.
    let digits_at =
        found.iter().skip(1).flatten().find(|group| group.as_str().starts_with(|c: char| c.is_ascii_digit()))?.start();
    let behind_weekday = found.name("weekday").is_some_and(|weekday| text[weekday.end()..digits_at] == *"/");
    if text[..digits_at].ends_with(['/', '-', '.']) && !behind_weekday || text[whole.end()..].starts_with('/') {
        return None;
    }
    let bracketed = found.name("open").is_some() && found.name("close").is_some();
    let weekday = group("weekday").and_then(weekday_of);
    let marked = bracketed || weekday.is_some();
    let (year, month, day) = if let Some(year) = number("iso_year") {
        (Some(year), number("iso_month")?, number("iso_day")?)
    } else if let Some(day) = number("named_day") {
        let name = group("named_month")?;
        let year = number("named_year");
        // Short month names without a year are too often words ("2 mar", "3 may").
        if year.is_none() && name.len() < 4 && !name.eq_ignore_ascii_case("mei") {
            return None;
        }
        (year, month_of(name)?, day)
    } else if let Some(day) = number("english_day") {
        (number("english_year"), month_of(group("english_month")?)?, day)
    } else if let Some(month) = number("month") {
        (number("year"), month, number("day")?)
    } else {
        let year = number("slash_year").map(|year| if year < 100 { 2000 + year } else { year });
        let short = group("slash_year").is_none_or(|year| year.len() == 2);
        // "1/2" is a fraction unless brackets or a weekday make it a day.
        if short && !marked {
            return None;
        }
        (year, number("slash_month")?, number("day")?)
    };
    let numeric = number("named_day").is_none() && number("english_day").is_none();
    let (month, day) = if numeric && month > 12 && day <= 12 { (day, month) } else { (month, day) };
    let year = match year {
        Some(year) => year,
        None => nearest_year(month, day, near?)?,
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    // A number like 2/34/5678 was never meant as a date; a named month, a weekday or brackets were.
    if date.is_none() && numeric && !marked || !(1900..2200).contains(&year) {
        return None;
    }
    Some(Written {
        start: whole.start(),
        end: whole.end(),
        date,
        weekday_agrees: date.and_then(|date| weekday.map(|weekday| date.weekday() == weekday)),
        bracketed,
        time: time(found),
    })
}

fn time(found: &Captures<'_>) -> Option<(Time, Option<Offset>)> {
    let number = |name: &str| found.name(name).and_then(|group| group.as_str().parse::<i8>().ok());
    let zone = found.name("zone").map(|zone| zone.as_str().to_ascii_lowercase().replace('.', ""));
    let mut hour = number("hour")?;
    match zone.as_deref() {
        Some("pm") if hour < 12 => hour += 12,
        Some("am") if hour == 12 => hour = 0,
        _ => {}
    }
    let time = Time::new(hour, number("minute")?, number("second").unwrap_or(0), 0).ok()?;
    Some((time, zone.as_deref().and_then(zone_offset)))
}

fn zone_offset(name: &str) -> Option<Offset> {
    let hours = match name.to_ascii_lowercase().as_str() {
        "wib" => 7,
        "wita" => 8,
        "wit" => 9,
        "utc" | "gmt" => 0,
        _ => return None,
    };
    Some(Offset::constant(hours))
}

fn nearest_year(month: i16, day: i16, near: Date) -> Option<i16> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let distance = |year: i16| Date::new(year, month, day).ok().map(|date| (near - date).get_days().abs());
    // No year at all has the day: the caller finds that out again and reports it.
    (near.year() - 1..=near.year() + 1).min_by_key(|&year| distance(year).unwrap_or(i32::MAX))
}

fn machine_time(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<i64>().ok()?;
        return match text.len() {
            10 => Timestamp::from_second(number).ok(),
            13 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        };
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= 10
    {
        return at(date, None, zone);
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return zone.to_zoned(time).ok().map(|zoned| zoned.timestamp());
    }
    // The older mail standard takes any letters for a zone that it does not know, and means UTC.
    let local = zone_offset(text.rsplit(' ').next().unwrap_or_default()).is_some_and(|offset| offset != Offset::UTC);
    ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M%z"]
        .iter()
        .find_map(|format| Timestamp::strptime(format, text).ok())
        .or_else(|| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok().filter(|_| !local))
}

fn at(date: Date, time: Option<(Time, Option<Offset>)>, zone: &TimeZone) -> Option<Timestamp> {
    let (time, offset) = time.unwrap_or((Time::constant(12, 0, 0, 0), None));
    let zone = offset.map_or_else(|| zone.clone(), TimeZone::fixed);
    zone.to_zoned(date.to_datetime(time)).ok().map(|zoned| zoned.timestamp())
}

/// Years outside this range are broken clocks and test pages.
fn is_modern(date: Date) -> bool {
    (1990..2100).contains(&date.year())
}

fn month_of(name: &str) -> Option<i16> {
    let name = name.to_ascii_lowercase();
    Some(match &name[..3] {
        "jan" => 1,
        "feb" | "peb" => 2,
        "mar" => 3,
        "apr" => 4,
        "mei" | "may" => 5,
        "jun" => 6,
        "jul" => 7,
        "agu" | "ags" | "agt" | "aug" => 8,
        "sep" => 9,
        "okt" | "oct" => 10,
        "nov" | "nop" => 11,
        "des" | "dec" => 12,
        _ => return None,
    })
}

fn weekday_of(name: &str) -> Option<Weekday> {
    let name = name.to_lowercase();
    Some(match name.get(..3)? {
        "sen" | "mon" => Weekday::Monday,
        "sel" | "tue" => Weekday::Tuesday,
        "rab" | "wed" => Weekday::Wednesday,
        "kam" | "thu" => Weekday::Thursday,
        "jum" | "fri" => Weekday::Friday,
        "sab" | "sat" => Weekday::Saturday,
        "min" | "aha" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn only(text: &str) -> Option<(Date, Option<bool>)> {
        let found = find(text, None);
        assert!(found.len() <= 1, "{text}: {found:?}");
        found.first().map(|written| (written.date.unwrap_or_default(), written.weekday_agrees))
    }

    fn event(text: &str, published: Option<Date>) -> (Option<Date>, usize) {
        let mut problems = Vec::new();
        (event_date(text, published, &mut problems), problems.len())
    }

    #[test]
    fn every_written_form() {
        let day = date(2025, 7, 17);
        for text in [
            "Kamis 17 Juli 2025",
            "Kamis, 17 Juli 2025.",
            "Kamis (17/7/2025)",
            "Kamis (17/07/25)",
            "Kam, 17 Jul 2025",
            "Thursday, July 17, 2025",
        ] {
            assert_eq!(only(text), Some((day, Some(true))), "{text}");
        }
        for text in [
            "pada 17 juli 2025,",
            "17-07-2025",
            "17.07.2025",
            "2025-07-17",
            "(17 Juli 2025)",
            "July 17th, 2025",
            "17-Jul-2025",
            "17–18 Juli 2025",
            "17/7/2025",
        ] {
            assert_eq!(only(text), Some((day, None)), "{text}");
        }
        assert_eq!(only("Jum'at (2/9/2022)"), Some((date(2022, 9, 2), Some(true))));
        assert_eq!(only("September 3, 2022 by"), Some((date(2022, 9, 3), None)));
        assert_eq!(only("7/17/2025"), Some((day, None)));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "1/2 sendok",
            "skor 3-2-1",
            "nomor 12/7/2025/abc",
            "harga 1.500.000",
            "24/7",
            "3 may",
            "pukul 08.30",
            "17 orang",
            "x17/7/2025/",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }

    #[test]
    fn weekdays_are_checked_and_impossible_dates_refused() {
        assert_eq!(only("Senin (17/7/2025)"), Some((date(2025, 7, 17), Some(false))));
        assert_eq!(event("Senin (17/7/2025)", None), (Some(date(2025, 7, 17)), 1));
        assert_eq!(event("Senin (18/7/2025), yang benar Kamis 17 Juli 2025", None), (Some(date(2025, 7, 17)), 1));
        assert_eq!(event("Jumat (31/2/2025)", None), (None, 1));
        assert_eq!(event("pada 31 Februari 2025", None), (None, 1));
    }

    #[test]
    fn the_event_among_other_dates() {
        let text = "Sejak 1 Januari 2025 aturan berlaku. Hal itu disampaikan Kamis (17/7/2025). Tenggat paling lambat 30 Juli 2025.";
        assert_eq!(event(text, None).0, Some(date(2025, 7, 17)));
        assert_eq!(
            event("Merdeka 17 Agustus 1945, dirayakan 16 Agustus 2025", Some(date(2025, 8, 17))).0,
            Some(date(2025, 8, 16))
        );
        assert_eq!(event("Berlaku sejak 1 Januari 2025", None).0, None);
    }

    #[test]
    fn a_slip_in_the_year_is_seen_by_its_weekday() {
        assert_eq!(event("Kamis (5/6/2024)", Some(date(2025, 6, 5))), (Some(date(2025, 6, 5)), 1));
        assert_eq!(event("Kamis (5/6/2024)", None), (Some(date(2024, 6, 5)), 1));
        assert_eq!(event("Sabtu (27/2/2016)", Some(date(2025, 6, 5))), (None, 0));
    }

    #[test]
    fn what_needs_the_day_of_publication() {
        let published = Some(date(2025, 1, 2));
        assert_eq!(event("kata dia, Selasa (31/12)", published).0, Some(date(2024, 12, 31)));
        assert_eq!(event("kata dia, Selasa (31/12)", None).0, None);
        assert_eq!(event("Air naik 31 Desember lalu", published).0, Some(date(2024, 12, 31)));
        assert_eq!(event("Kemarin air naik", published).0, Some(date(2025, 1, 1)));
        assert_eq!(event("Sampai hari ini air naik", published).0, None);
        assert_eq!(event("Hari ini air naik", published).0, published);
        assert_eq!(event("Selasa lalu air naik", published).0, Some(date(2024, 12, 31)));
        assert_eq!(event("Kemarin air naik", None).0, None);
    }

    #[test]
    fn times_of_publication() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let utc = |text: &str| timestamp(text, &zone).map(|time| time.to_string()).unwrap_or_default();
        for text in [
            "2025-07-17T14:05:00+08:00",
            "2025-07-17T06:05:00Z",
            "2025-07-17T14:05:00+0800",
            "2025-07-17 14:05:00",
            "Thu, 17 Jul 2025 06:05:00 GMT",
            "17 Jul 2025 14:05 WITA",
            "Kamis, 17 Juli 2025 | 13:05 WIB",
            "Kamis, 17 Juli 2025 - 14.05",
            "July 17, 2025, 2:05 pm",
            "Diterbitkan: Kamis 17/07/2025 pukul 14.05 WITA oleh redaksi kami",
            "1752732300",
        ] {
            assert_eq!(utc(text), "2025-07-17T06:05:00Z", "{text}");
        }
        assert_eq!(utc("September 3, 2022 by"), "2022-09-03T04:00:00Z");
        assert_eq!(utc("2022-09-03"), "2022-09-03T04:00:00Z");
        for text in ["", "kemarin", "0001-01-01", "31/02/2025", "99999999999999999999"] {
            assert_eq!(utc(text), "", "{text}");
        }
    }
}

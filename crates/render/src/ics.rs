//! ICS: what is due, as entries of a calendar with an alarm half an hour before.
//!
//! Only what has a moment: decisions asked, recommendations, tasks and claims. An entry keeps its UID from one day and
//! one edition to the next, so that a calendar moves it instead of showing it twice.

use crate::clean::visible;
use crate::{Error, Output, Render, words};
use icalendar::{Alarm, Calendar, CalendarDateTime, Component, Event, EventLike, Property};
use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use model::{Brief, Kind, TaskState};
use std::collections::BTreeSet;

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".ics", media_type: "text/calendar" };

const KIND: Kind<Render> = Kind {
    name: "ics",
    summary: "writes deadlines of decisions, recommendations, tasks and claims as calendar entries with an alarm",
    example: r#"formats = ["ics"]"#,
    build: render,
};

/// Entries at most; a calendar with more is read by nobody.
const ENTRIES_MAX: usize = 200;
/// An entry is a moment; calendars show nothing shorter.
const MINUTES: i64 = 15;
const ALARM: &str = "-PT30M";

/// Something that is due.
struct Due {
    /// "tugas-…": what it is and its id.
    id: String,
    at: Timestamp,
    title: String,
    lines: Vec<String>,
}

/// The calendar; the stamp of every entry is the cut-off, because there is no clock here.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let mut calendar = Calendar::empty();
    let header = &brief.header;
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Pesut//Ringkasan isu//ID"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.append_property(Property::new(
        "X-WR-CALNAME",
        format!("Tenggat – {}", words::cut(&visible(&header.title), 80)),
    ));
    for due in due(brief).iter().take(ENTRIES_MAX) {
        calendar.push(entry(brief, due));
    }
    Ok(calendar.to_string().into_bytes())
}

fn entry(brief: &Brief, due: &Due) -> Event {
    let header = &brief.header;
    let uid = format!("{}@pesut", due.id);
    let stamp = utc(header.window.to);
    let mut about = due.lines.clone();
    about.push(format!(
        "Sumber: {}, {} ({}).",
        visible(&header.title),
        visible(&header.date_words),
        visible(&header.status)
    ));
    if header.fictional {
        about.push("Data contoh (fiktif).".to_owned());
    }
    let mut event = Event::new();
    event
        .uid(&uid)
        .add_property("DTSTAMP", &stamp)
        .add_property("DTSTART", utc(due.at))
        .add_property("DTEND", utc(due.at.saturating_add(MINUTES.minutes()).unwrap_or(due.at)))
        .sequence(u32::from(header.edition.saturating_sub(1)))
        .summary(&words::cut(&due.title, 160))
        .description(&about.join("\n"));
    let title = words::cut(&due.title, 160);
    // The library knows durations of a crate that is not ours, so the trigger is replaced; and it stamps what has no
    // stamp with the clock and a random id.
    let moment: CalendarDateTime = stamp.parse().expect("a stamp is a moment of a calendar");
    let alarm = Alarm::display(&title, moment)
        .append_property(Property::new("TRIGGER", ALARM))
        .add_property("DTSTAMP", &stamp)
        .add_property("UID", format!("alarm-{uid}"))
        .done();
    event.alarm(alarm);
    event.done()
}

/// Everything with a moment, soonest first.
fn due(brief: &Brief) -> Vec<Due> {
    let mut found: Vec<Due> = Vec::new();
    found.extend(decisions(brief));
    let asked: BTreeSet<String> = found.iter().map(|due| due.id.clone()).collect();
    // One alarm for one matter: what leadership is asked to decide is what is recommended.
    found.extend(
        recommendations(brief)
            .filter(|due| !asked.contains(&decision_id(brief, due.id.trim_start_matches("rekomendasi-")))),
    );
    found.extend(tasks(brief));
    found.extend(claims(brief));
    found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut seen = BTreeSet::new();
    found.retain(|due| seen.insert(due.id.clone()));
    found
}

/// A decision is asked anew by every brief; only the editions of one brief share it.
fn decision_id(brief: &Brief, issue: &str) -> String {
    format!("keputusan-{}-{}", name(issue), name(brief.header.date.to_string().as_str()))
}

fn decisions(brief: &Brief) -> impl Iterator<Item = Due> {
    brief.decisions.iter().filter_map(|asked| {
        let of_issue = || brief.recommendations.iter().find(|it| it.issue == asked.issue)?.deadline;
        Some(Due {
            id: decision_id(brief, asked.issue.as_str()),
            at: moment_in(&asked.deadline, brief).or_else(of_issue)?,
            title: format!("Keputusan: {}", visible(&asked.text)),
            lines: vec![
                format!("Pelaksana: {}.", visible(&asked.owner)),
                format!("Bila ditunda: {}.", visible(&asked.cost_of_waiting)),
            ],
        })
    })
}

fn recommendations(brief: &Brief) -> impl Iterator<Item = Due> {
    brief.recommendations.iter().filter_map(|it| {
        let option = it.options.iter().find(|option| option.recommended).map_or("", |option| option.name.as_str());
        Some(Due {
            id: format!("rekomendasi-{}", name(it.issue.as_str())),
            at: it.deadline?,
            title: format!("{} – {}: {}", words::level(it.risk), visible(&it.title), visible(option)),
            lines: vec![
                format!("Pelaksana: {}", visible(&it.owner)),
                format!("Juru bicara: {}.", visible(&it.spokesperson)),
            ],
        })
    })
}

fn tasks(brief: &Brief) -> impl Iterator<Item = Due> {
    let open = brief.tasks.iter().filter(|task| !matches!(task.state, TaskState::Selesai | TaskState::Dibatalkan));
    open.map(|task| Due {
        id: format!("tugas-{}", name(task.id.as_str())),
        at: task.deadline,
        title: format!("Tugas: {}", visible(&task.title)),
        lines: vec![format!("Pelaksana: {}.", visible(&task.owner))],
    })
}

fn claims(brief: &Brief) -> impl Iterator<Item = Due> {
    brief.watch.iter().zip(1..).filter_map(|(item, number)| {
        let id = match item.id.as_str() {
            "" => format!("{}-{number}", brief.header.date),
            id => id.to_owned(),
        };
        Some(Due {
            id: format!("klaim-{}", name(&id)),
            at: moment_in(&item.deadline, brief)?,
            title: format!("Verifikasi: {}", visible(&item.claim)),
            lines: vec![
                format!("Status: {}.", visible(&item.status)),
                format!("Konfirmasi ke: {}.", visible(&item.ask)),
                format!("Tenggat: {}.", visible(&item.deadline)),
            ],
        })
    })
}

/// What may stand in a UID.
fn name(id: &str) -> String {
    let kept = id.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' });
    kept.take(80).collect()
}

/// `20261119T220000Z`.
fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The first moment in words of a brief: "08.30 WITA" on its date, "21 Nov 06.00 WITA" on another.
///
/// Only what is written with the office's zone counts: a bare "10.00" may be anything.
fn moment_in(text: &str, brief: &Brief) -> Option<Timestamp> {
    let header = &brief.header;
    let (zone, label) = words::zone(&header.zone_label);
    let before = text.split_once(&format!(" {label}"))?.0;
    let mut words = before.rsplit([' ', ',', ';']);
    let (hour, minute) = words.next()?.split_once('.')?;
    let time = civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let date = named_day(words.next(), words.next(), header.date).unwrap_or(header.date);
    Some(date.to_datetime(time).to_zoned(zone).ok()?.timestamp())
}

/// "21 Nov" as a date; a month before the brief's own belongs to the next year.
fn named_day(month: Option<&str>, day: Option<&str>, near: civil::Date) -> Option<civil::Date> {
    let (month, day) = (month?, day?.parse().ok()?);
    let month = (1..=12).find(|number| {
        let first = civil::Date::new(near.year(), *number, 1).expect("every month has a first day");
        words::day(first).strip_prefix("1 ") == Some(month)
    })?;
    let year = if month < near.month() { near.year().saturating_add(1) } else { near.year() };
    civil::Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief() -> Brief {
        let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/render/penuh/brief.json");
        serde_json::from_str(&std::fs::read_to_string(case).unwrap()).unwrap()
    }

    #[test]
    fn words_with_a_zone_are_moments() {
        let brief = brief();
        let moment = |text: &str| moment_in(text, &brief).map(utc);
        assert_eq!(moment("08.30 WITA").as_deref(), Some("20261120T003000Z"));
        assert_eq!(moment("09.00 WITA, dalam target; batas 21 Nov 06.00 WITA").as_deref(), Some("20261120T010000Z"));
        assert_eq!(moment("batas 21 Nov 06.00 WITA").as_deref(), Some("20261120T220000Z"));
        assert_eq!(moment("batas 2 Jan 06.00 WITA").as_deref(), Some("20270101T220000Z"));
        for none in ["", "segera", "10.00", "25.00 WITA", "WITA", "1.2.3 WITA"] {
            assert_eq!(moment(none), None, "{none}");
        }
    }
}

//! Scenarios: weeks of ordinary news and posts with, on one day, something that a government must notice.
//!
//! The words are ours and the events invented (`scenarios/*.toml`); the times of a burst can be those of a real one,
//! read from a file of posts that is not part of the repository.

use crate::{
    Sequence,
    words::{Slots, fill, slots},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ORDINARY: &str = include_str!("../scenarios/ordinary.toml");
/// Scenarios by name; `control` and `half` have nothing but ordinary days.
const EVENTS: &[(&str, &str)] = &[
    ("control", ""),
    ("half", ""),
    ("fuel", include_str!("../scenarios/fuel.toml")),
    ("barge", include_str!("../scenarios/barge.toml")),
    ("letter", include_str!("../scenarios/letter.toml")),
];
/// Seconds that the office's clock is ahead of UTC.
const OFFSET_SECONDS: i64 = 8 * 3600;
const HOUR: i64 = 3600;
/// When people write, by the hour of the day; ours, with the evening peak that public posts have.
const HOURS_OF_POSTS: [u32; 24] = [3, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 9, 10, 9, 9, 9, 10, 10, 12, 15, 16, 13, 9, 5];
/// When outlets publish.
const HOURS_OF_NEWS: [u32; 24] = [1, 0, 0, 0, 0, 2, 4, 7, 9, 10, 10, 9, 8, 9, 10, 10, 9, 8, 6, 6, 5, 4, 3, 2];
/// How a rumour runs where no real curve is given: hours after its start, the sixth the loudest.
const BURST: [u32; 20] = [4, 8, 14, 22, 30, 34, 30, 25, 21, 18, 16, 15, 15, 14, 12, 9, 6, 4, 2, 2];
/// Accounts of ordinary days; a tenth of the posts come from a few of them.
const ACCOUNTS: u64 = 600;
const BUSY_ACCOUNTS: u64 = 8;

/// What to write.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// One of `control`, `half`, `fuel`, `barge`, `letter`.
    pub name: String,
    /// The day on which it happens; ordinary days before and after it.
    pub day: Date,
    /// Ordinary days before.
    pub days_before: i64,
    /// Days from `day` on.
    pub days_after: i64,
    /// Same seed, same bytes.
    pub seed: u64,
    /// Seconds after its start at which each post of a real burst came; empty for a synthetic one.
    pub curve: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    outlets: Vec<String>,
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    matter: Vec<Matter>,
    #[serde(default)]
    wave: Vec<Wave>,
}

/// Something that is reported on an ordinary day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matter {
    #[serde(flatten)]
    texts: Texts,
    per_day: f64,
    /// Least and most outlets that report one; posts stand alone.
    #[serde(default)]
    outlets: Vec<u64>,
    /// Offices and markets: little of it at weekends.
    #[serde(default)]
    working: bool,
}

/// Many items about one event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wave {
    #[serde(flatten)]
    texts: Texts,
    day: i64,
    hour: i64,
    hours: i64,
    count: u64,
    #[serde(default)]
    accounts: u64,
    curve: String,
    /// Of its items, so many are verbatim copies of one of them.
    #[serde(default)]
    copies: u64,
}

#[derive(Deserialize)]
struct Texts {
    name: String,
    kind: String,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    opens: Vec<String>,
    says: Vec<String>,
    #[serde(default)]
    pick: usize,
}

/// One item, as `pesut import` reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// When it was published.
    pub at: Timestamp,
    /// Which matter or wave it belongs to; for tests, never written.
    pub matter: String,
    kind: String,
    source: String,
    title: Option<String>,
    text: String,
    author: Option<String>,
}

impl Item {
    /// The line for its place in the whole.
    pub fn line(&self, id: &str) -> Value {
        let mut line = json!({
            "id": id,
            "kind": self.kind,
            "source": self.source,
            "text": self.text,
            "published_at": self.at.to_string(),
        });
        if let Some(title) = &self.title {
            let host: String = self.source.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            line["title"] = json!(title);
            line["url"] = json!(format!("https://{host}.example/{id}"));
        }
        if let Some(author) = &self.author {
            line["author"] = json!(author);
        }
        line
    }

    /// Who published it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Names of the scenarios.
pub fn names() -> Vec<&'static str> {
    EVENTS.iter().map(|(name, _)| *name).collect()
}

/// Every item of a scenario in the order of time.
///
/// # Errors
/// An unknown name, or a scenario file with a mistake.
pub fn items(scenario: &Scenario) -> Result<Vec<Item>, String> {
    let (_, event) = EVENTS
        .iter()
        .find(|(name, _)| *name == scenario.name)
        .ok_or_else(|| format!("unknown scenario \"{}\"; known: {}", scenario.name, names().join(", ")))?;
    let ordinary: File = toml::from_str(ORDINARY).map_err(|error| format!("ordinary.toml: {error}"))?;
    let mut sequence = Sequence(scenario.seed);
    let mut items = Vec::new();
    for back in -scenario.days_before..scenario.days_after {
        let day = scenario.day.saturating_add(jiff::Span::new().days(back));
        ordinary.matter.iter().for_each(|matter| ordinary_day(matter, &ordinary, day, &mut sequence, &mut items));
    }
    if !event.is_empty() {
        let event: File = toml::from_str(event).map_err(|error| format!("{}.toml: {error}", scenario.name))?;
        event.wave.iter().for_each(|wave| run(wave, &event, scenario, &mut sequence, &mut items));
    }
    if scenario.name == "half" {
        let dead = |item: &Item| {
            let local = Timestamp::from_second(item.at.as_second() + OFFSET_SECONDS - 6 * HOUR);
            let day = local.map(|local| jiff::tz::Offset::UTC.to_datetime(local).date());
            day.is_ok_and(|day| day == scenario.day)
                && ordinary.outlets.iter().position(|name| *name == item.source).is_some_and(|n| n % 2 == 0)
        };
        items.retain(|item| !dead(item));
    }
    items.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
    Ok(items)
}

fn ordinary_day(matter: &Matter, file: &File, day: Date, sequence: &mut Sequence, items: &mut Vec<Item>) {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let is_news = matches!(matter.texts.kind.as_str(), "news" | "official");
    let share = match (weekend, matter.working, is_news) {
        (true, true, _) => 0.15,
        (true, false, true) => 0.7,
        (true, false, false) => 1.1,
        (false, ..) => 1.0,
    };
    for _ in 0..sequence.poisson(matter.per_day * share) {
        let slots = slots(&file.words, sequence);
        let hours = if is_news { &HOURS_OF_NEWS } else { &HOURS_OF_POSTS };
        let first = start_of(day) + sequence.by_weight(hours) as i64 * HOUR;
        let most = matter.outlets.get(1).copied().unwrap_or(1);
        let least = matter.outlets.first().copied().unwrap_or(1);
        // Most things are told once; few by everybody.
        let luck = sequence.share();
        let reports = least + ((luck * luck * luck) * (most - least + 1) as f64) as u64;
        let sources = if matter.texts.sources.is_empty() { &file.outlets } else { &matter.texts.sources };
        let begin = sequence.next() as usize;
        let mut before: Option<Item> = None;
        for report in 0..reports {
            let later = if report == 0 { 0 } else { (sequence.next() % (6 * HOUR as u64)) as i64 };
            let at = first + later + (sequence.next() % HOUR as u64) as i64;
            let source = &sources[(begin + report as usize) % sources.len()];
            let author = (!is_news).then(|| {
                let busy = sequence.next().is_multiple_of(10);
                format!("warga{}_cth", sequence.next() % if busy { BUSY_ACCOUNTS } else { ACCOUNTS })
            });
            let mut item = write(&matter.texts, &slots, source, author, at, sequence);
            // One report in five is taken over from the outlet before.
            if let Some(before) = before.filter(|_| sequence.next().is_multiple_of(5)) {
                (item.title, item.text) = (before.title, before.text);
            }
            before = Some(item.clone());
            items.push(item);
        }
    }
}

fn run(wave: &Wave, file: &File, scenario: &Scenario, sequence: &mut Sequence, items: &mut Vec<Item>) {
    let day = scenario.day.saturating_add(jiff::Span::new().days(wave.day));
    let start = start_of(day) + wave.hour * HOUR;
    let sources = if wave.texts.sources.is_empty() { &file.outlets } else { &wave.texts.sources };
    let mut first: Option<Item> = None;
    for number in 0..wave.count {
        let offset = if wave.curve == "burst" {
            burst(&scenario.curve, wave.hours, sequence)
        } else {
            (sequence.next() % (wave.hours * HOUR) as u64) as i64
        };
        let slots = slots(&file.words, sequence);
        let source = &sources[number as usize % sources.len()];
        let author = (wave.accounts > 0).then(|| {
            format!("{}{}_cth", wave.texts.name.split(',').next().unwrap_or("w"), sequence.next() % wave.accounts)
        });
        let mut item =
            write(&wave.texts, &slots, source, author.map(|author| author.replace(' ', "")), start + offset, sequence);
        if let Some(first) = first.as_ref().filter(|_| number > 0 && number <= wave.copies) {
            (item.title, item.text) = (first.title.clone(), first.text.clone());
        }
        first.get_or_insert_with(|| item.clone());
        items.push(item);
    }
}

/// Seconds after its start at which one item of a burst comes.
fn burst(curve: &[i64], hours: i64, sequence: &mut Sequence) -> i64 {
    let real: Vec<i64> = curve.iter().copied().filter(|second| *second < hours * HOUR).collect();
    if !real.is_empty() {
        return real[(sequence.next() % real.len() as u64) as usize];
    }
    let hours = &BURST[..BURST.len().min(hours as usize)];
    sequence.by_weight(hours) as i64 * HOUR + (sequence.next() % HOUR as u64) as i64
}

fn write(texts: &Texts, slots: &Slots, source: &str, author: Option<String>, at: i64, sequence: &mut Sequence) -> Item {
    let title = (!texts.titles.is_empty()).then(|| fill(sequence.one::<String>(&texts.titles), slots, sequence));
    let mut sentences = Vec::new();
    if !texts.opens.is_empty() {
        sentences.push(fill(sequence.one::<String>(&texts.opens), slots, sequence));
    }
    let pick = if texts.pick > 0 {
        texts.pick
    } else if title.is_some() {
        3
    } else {
        1
    };
    let mut left: Vec<&String> = texts.says.iter().collect();
    for _ in 0..pick.min(left.len()) {
        let position = (sequence.next() % left.len() as u64) as usize;
        sentences.push(fill(left.remove(position), slots, sequence));
    }
    let source = match texts.kind.as_str() {
        "post" => "media sosial (contoh)",
        _ => source,
    };
    Item {
        at: Timestamp::from_second(at).unwrap_or_default(),
        matter: texts.name.clone(),
        kind: texts.kind.clone(),
        source: source.to_owned(),
        title,
        text: sentences.join(" "),
        author,
    }
}

/// Midnight of a local day.
fn start_of(day: Date) -> i64 {
    jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, |at| at.as_second() - OFFSET_SECONDS)
}

/// The shape of the loudest burst in NDJSON lines with `published_at`: seconds after it began, for each post of the day
/// that follows. It begins in the first hour that has a tenth of the loudest hour.
pub fn curve<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<i64> {
    let time = |line: &str| -> Option<i64> {
        let line: Value = serde_json::from_str(line).ok()?;
        let post = line["kind"] == "post";
        line["published_at"].as_str().filter(|_| post)?.parse::<Timestamp>().ok().map(Timestamp::as_second)
    };
    let mut times: Vec<i64> = lines.filter_map(time).collect();
    times.sort_unstable();
    let day = SignedDuration::from_hours(24).as_secs();
    let until =
        |start: i64| times.partition_point(|time| *time < start + day) - times.partition_point(|time| *time < start);
    let Some(start) = times.iter().map(|time| time - time.rem_euclid(HOUR)).max_by_key(|start| until(*start)) else {
        return Vec::new();
    };
    let within: Vec<i64> = times.into_iter().map(|time| time - start).filter(|time| (0..day).contains(time)).collect();
    let in_hour = |hour: i64| within.iter().filter(|time| *time / HOUR == hour).count();
    let peak = (0..24).map(in_hour).max().unwrap_or(0);
    let begin = (0..24).find(|hour| in_hour(*hour) * 10 >= peak).unwrap_or(0) * HOUR;
    within.into_iter().map(|time| time - begin).filter(|time| *time >= 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(name: &str) -> Scenario {
        let day = Date::constant(2026, 5, 19);
        Scenario { name: name.to_owned(), day, days_before: 3, days_after: 2, seed: 5, curve: Vec::new() }
    }

    #[test]
    fn every_scenario_is_written_and_the_same_seed_writes_the_same() {
        for name in names() {
            let first = items(&scenario(name)).unwrap();
            assert!(first.len() > 200, "{name}: {}", first.len());
            assert_eq!(first, items(&scenario(name)).unwrap());
            assert!(first.iter().all(|item| !item.text.contains(['{', '}', '|'])), "{name}");
        }
        assert!(items(&scenario("nothing")).is_err());
    }

    #[test]
    fn half_the_outlets_are_silent_on_the_bad_day_only() {
        let outlets = |name: &str, day: i8| {
            let found = items(&scenario(name)).unwrap();
            let on = found.into_iter().filter(|item| {
                let local = Timestamp::from_second(item.at.as_second() + OFFSET_SECONDS - 6 * HOUR).unwrap();
                item.kind == "news" && jiff::tz::Offset::UTC.to_datetime(local).date().day() == day
            });
            on.map(|item| item.source).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!((outlets("half", 18), outlets("half", 19)), (8, 4));
    }

    #[test]
    fn a_real_burst_gives_its_shape() {
        let line = |second: i64| {
            let at = Timestamp::from_second(1_736_899_200 + second).unwrap();
            json!({"kind": "post", "published_at": at.to_string()}).to_string()
        };
        let lines: Vec<String> = (0..100).map(|n| line(7200 + n * 30)).chain([line(10), line(-200_000)]).collect();
        let found = curve(lines.iter().map(String::as_str));
        assert_eq!((found.len(), found[0]), (100, 0));
    }
}

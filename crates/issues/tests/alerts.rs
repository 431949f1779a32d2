//! `tests/cases/alerts/<case>`: a timeline of issues and people in, the notices that leave out; a virtual clock.
//!
//! A line of a timeline is a local time and what happens then, separated by tabs:
//! `every MINUTES` · `until` · `risk ISSUE LEVEL` · `gone ISSUE` · `blind ISSUE` · `answer ISSUE` · `rename ISSUE NEW`
//! (a replay) · `merge ISSUE INTO` · `ack ISSUE` · `snooze ISSUE HOURS` · `off` and `on` (nobody evaluates) ·
//! `clock MINUTES` (the clock is off by so much).

#![allow(clippy::unwrap_used)]

#[path = "common/issue.rs"]
mod common;
#[path = "common/mod.rs"]
mod invented;

use common::{issue, key, response};
use issues::{AlertOptions, alerts, follow_up_text, log_line};
use jiff::{Timestamp, ToSpan as _, civil::DateTime, tz, tz::TimeZone};
use model::*;
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(8))
}

fn local(text: &str) -> Timestamp {
    text.replace(' ', "T").parse::<DateTime>().unwrap().to_zoned(zone()).unwrap().timestamp()
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(minutes.minutes()).unwrap()
}

/// The office with its issues and its people.
#[derive(Clone)]
struct World {
    issues: BTreeMap<String, Issue>,
    known: Vec<Alert>,
    decisions: Vec<Decision>,
    options: AlertOptions,
}

impl World {
    fn new() -> Self {
        Self { issues: BTreeMap::new(), known: vec![], decisions: vec![], options: AlertOptions::default() }
    }

    fn risk(&mut self, id: &str, risk: Risk) {
        let issue = self.issues.entry(id.to_owned()).or_insert_with(|| issue(id, risk, &[id]));
        issue.risk = risk;
        issue.risk_reasons = vec!["naik 4,2× dari rata-rata tujuh hari sebelumnya (21 item, biasanya 5,0)".to_owned()];
        issue.topics = vec!["banjir".into()];
        issue.trend.clear();
    }

    fn rename(&mut self, id: &str, new: &str) {
        let mut issue = self.issues.remove(id).unwrap();
        issue.id = new.into();
        self.issues.insert(new.to_owned(), issue);
    }

    /// The machine groups them again, and the decision puts one into the other.
    fn merge(&mut self, at: Timestamp, id: &str, into: &str) {
        let act = Act::Merge { issue: id.into(), into: into.into(), anchor: None, into_anchor: None };
        self.decide(at, act);
        let gone = self.issues.remove(id).unwrap();
        self.issues.get_mut(into).unwrap().stories.extend(gone.stories);
    }

    fn decide(&mut self, at: Timestamp, act: Act) {
        let id = format!("d{:04}", self.decisions.len()).into();
        self.decisions.push(Decision { id, at, by: "Ratna".to_owned(), reason: None, act });
    }

    /// The open alert about an issue.
    fn open(&self, id: &str) -> Option<AlertId> {
        self.known.iter().find(|alert| alert.is_open() && alert.issue.as_str() == id).map(|alert| alert.id.clone())
    }

    fn evaluate(&mut self, now: Timestamp) -> Vec<AlertNotice> {
        let issues: Vec<Issue> = self.issues.values().cloned().collect();
        let mut region = Region { zone_label: "WITA".to_owned(), ..invented::region() };
        // The hours of public safety count day and night; here they are those of the office.
        region.topics.iter_mut().for_each(|topic| topic.serta_merta = false);
        let (known, notices) = alerts(&issues, &self.known, &self.decisions, now, &zone(), &region, &self.options);
        let of: BTreeSet<&IssueId> = known.iter().filter(|alert| alert.is_open()).map(|alert| &alert.issue).collect();
        assert_eq!(of.len(), known.iter().filter(|alert| alert.is_open()).count(), "one open alert an issue");
        self.known = known;
        notices
    }
}

fn level(text: &str) -> Risk {
    serde_json::from_str(&format!("\"{text}\"")).unwrap()
}

/// Runs a timeline and gives back every notice.
fn run(timeline: &str) -> Vec<AlertNotice> {
    let lines: Vec<(Timestamp, Vec<&str>)> = timeline
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (at, what) = line.split_once('\t').unwrap();
            (local(at), what.split(' ').collect())
        })
        .collect();
    let mut world = World::new();
    let mut notices = Vec::new();
    let (mut every, mut is_on, mut off_by) = (15, true, 0);
    let mut at = lines[0].0;
    let end = lines.last().unwrap().0;
    let mut lines = lines.into_iter().peekable();
    while at <= end {
        while let Some((_, what)) = lines.next_if(|(line, _)| *line <= at) {
            match what[..] {
                ["every", minutes] => every = minutes.parse().unwrap(),
                ["until"] => {}
                ["risk", id, risk] => world.risk(id, level(risk)),
                ["gone", id] => drop(world.issues.remove(id).unwrap()),
                ["blind", id] => {
                    let date = at.to_zoned(zone()).date();
                    world.issues.get_mut(id).unwrap().trend = vec![DayCount { date, count: None }];
                }
                ["answer", id] => world.issues.get_mut(id).unwrap().official_response = Some(response(at)),
                ["rename", id, new] => world.rename(id, new),
                ["merge", id, into] => world.merge(later(at, off_by), id, into),
                ["ack", id] => {
                    let alert = world.open(id).unwrap();
                    world.decide(later(at, off_by), Act::Acknowledge { alert });
                }
                ["snooze", id, hours] => {
                    let alert = world.open(id).unwrap();
                    let until = later(at, off_by + 60 * hours.parse::<i64>().unwrap());
                    world.decide(later(at, off_by), Act::Snooze { alert, until });
                }
                ["off"] => is_on = false,
                ["on"] => is_on = true,
                ["clock", minutes] => off_by = minutes.parse().unwrap(),
                _ => panic!("unknown: {what:?}"),
            }
        }
        if is_on {
            notices.extend(world.evaluate(later(at, off_by)));
        }
        at = later(at, every);
    }
    notices
}

fn name(notice: &AlertNotice) -> (AlertId, NoticeCause, Risk, String) {
    (notice.alert.id.clone(), notice.cause, notice.alert.risk, notice.occasion.clone())
}

#[test]
fn notices_are_as_written_down() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/alerts");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    for folder in folders {
        let notices = run(&fs::read_to_string(folder.join("timeline.tsv")).unwrap());
        let names: BTreeSet<_> = notices.iter().map(name).collect();
        assert_eq!(names.len(), notices.len(), "{}: something left twice", folder.display());
        let line = |notice: &AlertNotice| {
            let at = notice.at.to_zoned(zone()).datetime().strftime("%Y-%m-%d %H:%M").to_string();
            format!("{at}\t{}\t{}\t{}\n", notice.alert.risk.as_str(), notice.cause.as_str(), notice.alert.issue)
        };
        let found: String = notices.iter().map(line).collect();
        let file = folder.join("notices.tsv");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let wanted = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(found, wanted, "{} differs: UPDATE=1 rewrites it, the diff shows how", file.display());
    }
}

#[test]
fn a_notice_says_what_how_bad_why_who_and_until_when() {
    let mut world = World::new();
    world.risk("banjir", Risk::Oranye);
    let raised = world.evaluate(local("2026-11-18 09:00"));
    assert_eq!(
        raised[0].text,
        "◆ ORANYE (berpotensi krisis): Judul banjir\n\
         Peringatan baru.\n\
         Alasan: naik 4,2× dari rata-rata tujuh hari sebelumnya (21 item, biasanya 5,0).\n\
         Penjawab: Badan Penanggulangan Bencana Daerah Provinsi Contoh.\n\
         Batas jawaban: 18 November 2026 pukul 13.00 WITA."
    );
    let line = log_line(&raised[0]);
    assert!(line.contains("oranye raised at 2026-11-18T01:00:00Z: Judul banjir [naik 4,2×"), "{line}");
    assert!(line.ends_with("owner bpbd, answer by 2026-11-18T05:00:00Z"), "{line}");

    world.risk("banjir", Risk::Merah);
    let risen = world.evaluate(local("2026-11-18 10:00"));
    assert!(risen[0].text.contains("\nTingkat naik dari oranye menjadi merah.\n"), "{}", risen[0].text);
    let overdue = world.evaluate(local("2026-11-18 11:00"));
    let wanted = "\nBelum ada jawaban; batasnya 18 November 2026 pukul 11.00 WITA. Pengingat 1 dari 3.\n";
    assert!(overdue[0].text.contains(wanted), "{}", overdue[0].text);
    let alert = world.open("banjir").unwrap();
    world.decide(local("2026-11-18 11:05"), Act::Acknowledge { alert });
    let follow_up = world.evaluate(local("2026-11-18 16:00"));
    let wanted = "\nTindak lanjut sore: ditangani sejak 18 November 2026 pukul 09.00 WITA.\n";
    assert!(follow_up[0].text.contains(wanted), "{}", follow_up[0].text);
    assert!(!follow_up[0].text.contains("Batas jawaban"), "somebody takes care of it");
    assert!(follow_up_text(&follow_up).unwrap().starts_with("1 peringatan masih terbuka.\n\n▲ MERAH"));
    assert_eq!(follow_up_text(&raised), None);
    let all = [raised, risen, overdue, follow_up].concat();
    assert!(all.iter().all(|notice| !notice.text.contains("Ratna")), "the office's own names stay inside");
}

#[test]
fn milder_issues_raise_an_alert_only_where_the_office_wants_it() {
    let mut world = World::new();
    world.risk("jalan", Risk::Kuning);
    assert!(world.evaluate(local("2026-11-18 09:00")).is_empty());
    world.options.from = Risk::Kuning;
    let raised = world.evaluate(local("2026-11-18 09:15"));
    assert_eq!((raised.len(), raised[0].alert.answer_by), (1, None));
}

#[test]
fn a_clarification_that_was_recorded_is_an_answer() {
    let mut world = World::new();
    world.risk("banjir", Risk::Merah);
    world.evaluate(local("2026-11-18 09:00"));
    let published_at = local("2026-11-18 09:40");
    let clarify = Act::Clarify {
        issue: "id-lama".into(),
        claim: None,
        published_at,
        title: "Penjelasan".to_owned(),
        url: None,
        anchor: Some(key("banjir")),
    };
    world.decide(published_at, clarify);
    assert!(world.evaluate(local("2026-11-18 10:30")).is_empty());
}

/// Something that happens: when (in half hours), to which of a few issues, and what.
type Event = (i64, usize, u8);

const NAMES: [&str; 3] = ["banjir", "bbm", "jalan"];
const LEVELS: [Risk; 4] = [Risk::Hijau, Risk::Kuning, Risk::Oranye, Risk::Merah];

fn apply(world: &mut World, at: Timestamp, (_, which, what): Event) {
    let id = world.issues.keys().find(|id| id.ends_with(NAMES[which])).cloned();
    match what {
        0..4 => world.risk(&id.unwrap_or_else(|| NAMES[which].to_owned()), LEVELS[usize::from(what)]),
        4 | 5 => {
            let Some(alert) = id.and_then(|id| world.open(&id)) else { return };
            let act = if what == 4 { Act::Acknowledge { alert } } else { Act::Snooze { alert, until: later(at, 300) } };
            world.decide(at, act);
        }
        // A replay gives the issue another id.
        _ => {
            let Some(id) = id else { return };
            world.rename(&id, &format!("lagi-{id}"));
        }
    }
}

/// Four days, evaluated every half hour and at `extra` minutes; what left, with the alerts in the order of their notices.
fn days(events: &[Event], extra: &[i64], with_replays: bool) -> Vec<(Timestamp, usize, NoticeCause, Risk, String)> {
    let start = local("2026-11-19 12:00");
    let mut world = World::new();
    let mut moments: Vec<i64> = (0..192).map(|n| 30 * n).chain(extra.iter().copied()).collect();
    moments.sort_unstable();
    let mut events: Vec<Event> = events.to_vec();
    events.sort_unstable();
    let mut events = events.into_iter().filter(|event| with_replays || event.2 < 6).peekable();
    let mut notices = Vec::new();
    for moment in moments {
        let at = later(start, moment);
        let mut is_new = false;
        // People answer what they have seen, so they come after the evaluation of their moment.
        while let Some(event) = events.next_if(|event| 30 * event.0 <= moment && event.2 < 4) {
            apply(&mut world, at, event);
            is_new = true;
        }
        notices.extend(world.evaluate(at));
        while let Some(event) = events.next_if(|event| 30 * event.0 <= moment) {
            apply(&mut world, at, event);
            is_new = true;
        }
        if is_new {
            notices.extend(world.evaluate(at));
        }
    }
    let mut seen: Vec<AlertId> = Vec::new();
    let mut numbered = Vec::new();
    for notice in notices {
        let id = notice.alert.id;
        let number = seen.iter().position(|other| *other == id).unwrap_or_else(|| {
            seen.push(id);
            seen.len() - 1
        });
        numbered.push((notice.at, number, notice.cause, notice.alert.risk, notice.occasion));
    }
    numbered
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0_i64..160, 0_usize..3, 0_u8..7), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn looking_more_often_changes_nothing(events in events(), extra in prop::collection::vec(0_i64..5_700, 0..60)) {
        prop_assert_eq!(days(&events, &extra, true), days(&events, &[], true));
    }

    #[test]
    fn a_replay_never_sends_again(events in events()) {
        let plain = |notices: Vec<(Timestamp, usize, NoticeCause, Risk, String)>| -> BTreeSet<_> {
            notices.into_iter().map(|(at, _, cause, risk, _)| (at, cause, risk)).collect()
        };
        prop_assert_eq!(plain(days(&events, &[], true)), plain(days(&events, &[], false)));
    }

    #[test]
    fn a_clock_that_jumps_gives_neither_floods_nor_doubles(minutes in prop::collection::vec(0_i64..1_400, 1..80)) {
        let mut world = World::new();
        world.risk("banjir", Risk::Merah);
        let start = local("2026-11-19 02:00");
        let notices: Vec<_> = minutes.iter().flat_map(|&minute| world.evaluate(later(start, minute))).collect();
        let names: BTreeSet<_> = notices.iter().map(name).collect();
        prop_assert_eq!(names.len(), notices.len());
        prop_assert_eq!(notices.iter().filter(|notice| notice.cause == NoticeCause::Raised).count(), 1);
        // Three reminders and the follow-ups of two days at most.
        prop_assert!(notices.len() <= 6, "{} notices", notices.len());
    }
}

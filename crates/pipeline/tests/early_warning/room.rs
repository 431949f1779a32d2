//! An office on a clock that the test moves, and the invented weeks that it is told.

use generate::scenario::{self, Scenario};
use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, date},
    tz::TimeZone,
};
use model::{Alert, AlertNotice, Brief, NoticeCause};
use pipeline::{Clock, DecideReport, Desk, ImportRequest, Office, SearchRequest, Silent, issue_line, spam_line};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

/// The day on which it happens, a Tuesday.
pub const DAY: Date = date(2026, 5, 19);

/// One item of a week: when it was published, and its line.
pub struct Arrival {
    pub at: Timestamp,
    pub line: Value,
}

/// The items of a scenario in the order of time.
pub fn arrivals(name: &str, seed: u64, days_before: i64, days_after: i64) -> Vec<Arrival> {
    let scenario = Scenario { name: name.to_owned(), day: DAY, days_before, days_after, seed, curve: Vec::new() };
    let items = scenario::items(&scenario).unwrap();
    items
        .iter()
        .enumerate()
        .map(|(position, item)| Arrival { at: item.at, line: item.line(&format!("s{position:05}")) })
        .collect()
}

/// Lines of the test's own, a minute apart from a moment on.
pub fn own(from: Timestamp, lines: impl IntoIterator<Item = Value>) -> Vec<Arrival> {
    let at = |position: usize| from + SignedDuration::from_mins(position as i64);
    let dated = |(position, mut line): (usize, Value)| {
        line["published_at"] = at(position).to_string().into();
        Arrival { at: at(position), line }
    };
    lines.into_iter().enumerate().map(dated).collect()
}

/// An hour of a local day.
pub fn hour(day: Date, hour: i64) -> Timestamp {
    let midnight = day.to_zoned(zone()).unwrap().timestamp();
    midnight + SignedDuration::from_hours(hour)
}

pub fn zone() -> TimeZone {
    TimeZone::get("Asia/Makassar").unwrap()
}

pub fn days(count: i64) -> Date {
    DAY.saturating_add(count.days())
}

/// An open office and where it lies.
pub struct Room {
    pub folder: tempfile::TempDir,
    pub desk: Desk,
    time: &'static AtomicI64,
    office: Option<Office>,
}

impl Room {
    pub fn new(now: Timestamp) -> Self {
        let time: &AtomicI64 = Box::leak(Box::new(AtomicI64::new(now.as_second())));
        let mut desk = Desk::open(None, None).unwrap();
        desk.clock = Clock::Shared(time);
        let mut room = Self { folder: tempfile::tempdir().unwrap(), desk, time, office: None };
        room.open();
        room
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn issues_folder(&self) -> PathBuf {
        self.data().join("derived/issues")
    }

    pub fn open(&mut self) {
        self.office = Some(Office::open(&self.desk, &self.data(), &Silent).unwrap());
    }

    pub fn close(&mut self) {
        self.office = None;
    }

    pub fn replay(&mut self) {
        let office = self.office.take().unwrap();
        self.office = Some(office.replay(&self.desk, &Silent).unwrap());
    }

    pub fn office(&mut self) -> &mut Office {
        self.office.as_mut().unwrap()
    }

    pub fn at(&self, now: Timestamp) {
        self.time.store(now.as_second(), Ordering::Relaxed);
    }

    /// Imports items at the present moment, in this order.
    pub fn import<'a>(&mut self, arrivals: impl IntoIterator<Item = &'a Arrival>) {
        let lines: String = arrivals.into_iter().map(|arrival| format!("{}\n", arrival.line)).collect();
        if lines.is_empty() {
            return;
        }
        let file = self.folder.path().join("in.ndjson");
        std::fs::write(&file, lines).unwrap();
        let request = ImportRequest { files: vec![file], format: "jsonl".to_owned(), source: None, kind: None };
        let report = self.office().import(&request, &Silent).unwrap();
        assert_eq!((report.skipped, report.updated), (0, 0), "{:?}", report.reasons);
    }

    /// Lets blocks of hours pass until a moment: what was published meanwhile comes in, then the issues are weighed.
    pub fn watch(&mut self, arrivals: &[Arrival], from: Timestamp, until: Timestamp, hours: i64) -> Vec<AlertNotice> {
        let (mut notices, mut start) = (Vec::new(), from);
        while start < until {
            let end = (start + SignedDuration::from_hours(hours)).min(until);
            self.at(end);
            self.import(arrivals.iter().filter(|arrival| start < arrival.at && arrival.at <= end));
            notices.extend(self.weigh());
            start = end;
        }
        notices
    }

    /// Lets days pass in which nobody looks.
    pub fn pass(&mut self, arrivals: &[Arrival], until: Timestamp) {
        let mut start = arrivals.first().unwrap().at - SignedDuration::from_secs(1);
        while start < until {
            let end = (start + SignedDuration::from_hours(24)).min(until);
            self.at(end);
            self.import(arrivals.iter().filter(|arrival| start < arrival.at && arrival.at <= end));
            start = end;
        }
    }

    pub fn weigh(&mut self) -> Vec<AlertNotice> {
        self.office().weigh(&Silent).unwrap()
    }

    pub fn alerts(&mut self) -> Vec<Alert> {
        self.office().alerts().unwrap()
    }

    pub fn decide(&mut self, by: &str, lines: &[Value]) -> DecideReport {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.office().decide(text.as_bytes(), by, &Silent).unwrap()
    }

    /// The lines of `issues --json`.
    pub fn issues(&mut self, date: Option<Date>) -> Vec<Value> {
        let grouping = self.office().issues(date).unwrap().grouping;
        let lines = grouping.issues.iter().map(|issue| serde_json::to_value(issue_line(issue)).unwrap());
        lines.chain(spam_line(&grouping.spam).map(|line| serde_json::to_value(line).unwrap())).collect()
    }

    /// The issue in which a document stands.
    pub fn issue_of(&mut self, date: Option<Date>, document: &str) -> Value {
        let issues = self.issues(date);
        let found = issues.into_iter().find(|issue| members(issue).contains(&document.to_owned()));
        found.unwrap_or_else(|| panic!("{document} stands nowhere"))
    }

    /// Documents that answer a query, with their issues.
    pub fn search(&mut self, query: &str) -> Vec<Value> {
        let request = SearchRequest {
            query: query.to_owned(),
            since: None,
            until: None,
            limit: 10_000,
            with_issues: true,
            newest_first: true,
        };
        let found = self.office().search(&request).unwrap();
        found.hits.iter().map(|hit| serde_json::to_value(&hit.line).unwrap()).collect()
    }

    pub fn brief(&mut self, date: Date) -> Brief {
        self.office().brief(date, &Silent).unwrap()
    }

    pub fn verify(&mut self) {
        let problems = self.office().verify(&Silent).unwrap().problems;
        assert!(problems.is_empty(), "{problems:?}");
    }
}

/// The documents of an issue's line.
pub fn members(issue: &Value) -> Vec<String> {
    let stories = issue["stories"].as_array().unwrap().iter();
    stories.flat_map(|story| story["members"].as_array().unwrap()).map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// What left, as a table: local time, cause, level, owner, title.
pub fn table(notices: &[AlertNotice]) -> String {
    let row = |notice: &AlertNotice| {
        let at = notice.at.to_zoned(zone()).strftime("%Y-%m-%d %H.%M");
        let owner = notice.alert.owner.as_ref().map_or("-", |owner| owner.as_str());
        let cause: NoticeCause = notice.cause;
        format!("{at}\t{}\t{}\t{owner}\t{}\n", cause.as_str(), notice.alert.risk.as_str(), notice.alert.title)
    };
    notices.iter().map(row).collect()
}

/// Compares with `tests/cases/pipeline/early_warning/<name>`; `UPDATE=1` rewrites it.
pub fn check(name: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/pipeline/early_warning");
    let file = folder.join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&file, found).unwrap();
    }
    let same = found == std::fs::read_to_string(&file).unwrap_or_default();
    assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how; found\n{found}", file.display());
}

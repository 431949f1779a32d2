//! What an office is told in invented weeks, and when: `tests/cases/scenarios/<name>/alerts.tsv`.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use generate::scenario::Scenario;
use jiff::{ToSpan as _, civil::Date};
use model::{Issue, Record, Risk};
use scenarios::{Office, root};
use std::{fmt::Write as _, fs, sync::LazyLock};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::new);

const DAY: Date = Date::constant(2026, 5, 19);
const DAYS_BEFORE: i64 = 14;
const DAYS_AFTER: i64 = 3;

fn scenario(name: &str, seed: u64, curve: Vec<i64>) -> Scenario {
    Scenario { name: name.to_owned(), day: DAY, days_before: DAYS_BEFORE, days_after: DAYS_AFTER, seed, curve }
}

/// Issues above green in the brief of each day that has a week before it.
fn by_day(records: &[Record]) -> Vec<(Date, Vec<Issue>)> {
    let days = (8 - DAYS_BEFORE..=DAYS_AFTER).map(|back| DAY.saturating_add(back.days()));
    days.map(|day| {
        let mut issues = OFFICE.issues(records, day, None).issues;
        issues.retain(|issue| issue.risk > Risk::Hijau);
        (day, issues)
    })
    .collect()
}

fn table(records: &[Record]) -> String {
    let mut table = String::from("brief\trisk\ttopic\towner\tvoices\ttitle\treasons\n");
    for (day, issues) in by_day(records) {
        for issue in issues {
            let topic = issue.topics.first().map_or("-", |topic| topic.as_str());
            let owner = issue.owner.as_ref().map_or("-", |owner| owner.as_str());
            let voices = issue.trend.last().and_then(|day| day.count).unwrap_or(0);
            let reasons = issue.risk_reasons.join("; ");
            writeln!(table, "{day}\t{}\t{topic}\t{owner}\t{voices}\t{}\t{reasons}", issue.risk.as_str(), issue.title)
                .unwrap();
        }
    }
    table
}

#[test]
fn measure() {
    for name in std::env::var("SCENARIO").unwrap_or("control half fuel barge letter".into()).split(' ') {
        for seed in 1..=std::env::var("SEEDS").map_or(1, |seeds| seeds.parse().unwrap()) {
            let start = std::time::Instant::now();
            let records = OFFICE.records(&scenario(name, seed, Vec::new()));
            eprintln!("== {name} {seed} {:?}\n{}{:?}", start.elapsed(), table(&records), start.elapsed());
        }
    }
    let _ = (root(), fs::metadata("."));
}

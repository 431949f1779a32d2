//! What an office is told in invented weeks, and when: `tests/cases/scenarios/<name>.tsv`.
//!
//! `SEEDS=200-230 cargo test -p scenarios measured -- --nocapture` prints how often control weeks ring for nothing.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use generate::scenario::Scenario;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use model::{Issue, Record, Risk};
use scenarios::{Office, real_curve, root};
use std::{fmt::Write as _, fs, sync::LazyLock};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::new);

/// The day on which it happens, a Tuesday.
const DAY: Date = Date::constant(2026, 5, 19);
const DAYS_BEFORE: i64 = 14;
const DAYS_AFTER: i64 = 3;
/// What must be noticed on the first day: scenario, topic, levels that are right, who answers for it.
const EXPECTED: [(&str, &str, &[Risk], &str); 3] = [
    ("fuel", "bbm_langka", &[Risk::Oranye], "desdm"),
    ("barge", "jembatan_sungai", &[Risk::Oranye, Risk::Merah], "dishub"),
    ("letter", "hoaks_catut", &[Risk::Oranye], "diskominfo"),
];

fn records(name: &str, seed: u64, curve: Vec<i64>) -> Vec<Record> {
    let name = name.to_owned();
    OFFICE.records(&Scenario { name, day: DAY, days_before: DAYS_BEFORE, days_after: DAYS_AFTER, seed, curve })
}

fn topic(issue: &Issue) -> &str {
    issue.topics.first().map_or("-", |topic| topic.as_str())
}

fn owner(issue: &Issue) -> &str {
    issue.owner.as_ref().map_or("-", |owner| owner.as_str())
}

/// Days with a week before them, the first brief that knows the event being that of the day after it.
fn days() -> impl Iterator<Item = Date> {
    (8 - DAYS_BEFORE..=DAYS_AFTER).map(|back| DAY.saturating_add(back.days()))
}

/// What the brief of a day has from orange on, the gravest first.
fn alarms(records: &[Record], day: Date) -> Vec<Issue> {
    let mut issues = OFFICE.issues(records, day, None).issues;
    issues.retain(|issue| issue.risk >= Risk::Oranye);
    issues
}

/// The first full hour of the first day at which the matter is orange or worse, from what had come in by then.
fn first_alarm(records: &[Record], wanted: &str) -> Option<(Timestamp, Issue)> {
    (1..=24).find_map(|hour: i64| {
        let now = OFFICE.cut_off(DAY).checked_add(hour.hours()).unwrap();
        let issues = OFFICE.issues(records, DAY.tomorrow().unwrap(), Some(now)).issues;
        let found = issues.into_iter().find(|issue| issue.risk >= Risk::Oranye && topic(issue) == wanted)?;
        Some((now, found))
    })
}

#[test]
fn the_alarm_comes_on_the_first_day_in_the_right_colour_to_the_right_office() {
    for (name, wanted, levels, office) in EXPECTED {
        let records = records(name, 1, Vec::new());
        let first = alarms(&records, DAY.tomorrow().unwrap());
        let found = first.iter().find(|issue| topic(issue) == wanted).unwrap_or_else(|| panic!("{name}: no alarm"));
        assert!(levels.contains(&found.risk), "{name}: {:?} {:?}", found.risk, found.risk_reasons);
        assert_eq!(owner(found), office, "{name}");
        let said = found.risk_reasons.join("; ");
        assert!(!said.to_lowercase().contains("hoaks"), "only a person says so: {said}");
        if name == "fuel" {
            assert!(!said.contains("serta-merta"), "{said}");
        }
        if name == "letter" {
            assert!(said.contains("perlu verifikasi"), "{said}");
            assert!(found.needs_verification > 0 && !found.title.to_lowercase().contains("hoaks"), "{}", found.title);
        }
        check(name, &table(&records, wanted));
    }
}

/// Hour of the first alarm, and how the matter stands in the briefs from then on.
fn table(records: &[Record], wanted: &str) -> String {
    let (at, first) = first_alarm(records, wanted).expect("the matter rings on its first day");
    let clock = at.to_zoned(jiff::tz::TimeZone::get(&OFFICE.region().zone).unwrap()).strftime("%H.%M");
    let mut table = format!("first alarm\t{clock} WITA\t{}\t{}\n", first.risk.as_str(), first.risk_reasons.join("; "));
    for day in days().filter(|day| *day > DAY) {
        let issues = OFFICE.issues(records, day, None).issues;
        for issue in issues.iter().filter(|issue| issue.risk > Risk::Hijau && topic(issue) == wanted) {
            let usual = issue.usual.as_ref().map_or("-", |usual| usual.words.as_str());
            let (risk, reasons) = (issue.risk.as_str(), issue.risk_reasons.join("; "));
            writeln!(table, "{day}\t{risk}\t{}\t{}\t{usual}\t{reasons}", owner(issue), issue.title).unwrap();
        }
    }
    table
}

fn check(name: &str, found: &str) {
    let file = root().join(format!("tests/cases/scenarios/{name}.tsv"));
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, found).unwrap();
    }
    let same = found == fs::read_to_string(&file).unwrap_or_default();
    assert!(same, "{} differs: UPDATE=1 rewrites it, the diff shows how", file.display());
}

#[test]
fn the_shape_of_a_real_burst_rings_as_well() {
    let Some(curve) = real_curve() else {
        eprintln!("skipped: no shared data");
        return;
    };
    for (name, wanted, levels, office) in EXPECTED {
        let records = records(name, 3, curve.clone());
        let first = alarms(&records, DAY.tomorrow().unwrap());
        let found = first.iter().find(|issue| topic(issue) == wanted).unwrap_or_else(|| panic!("{name}: no alarm"));
        assert!(levels.contains(&found.risk) && owner(found) == office, "{name}: {:?}", found.risk_reasons);
    }
}

/// Two ordinary weeks, with and without a day on which half the outlets are not received.
#[test]
fn ordinary_weeks_ring_once_at_most_and_never_red() {
    for seed in 1..=2 {
        for name in ["control", "half"] {
            let records = records(name, seed, Vec::new());
            let found: Vec<(Date, Issue)> =
                days().flat_map(|day| alarms(&records, day).into_iter().map(move |issue| (day, issue))).collect();
            let red = found.iter().find(|(_, issue)| issue.risk == Risk::Merah);
            assert!(red.is_none(), "{name} {seed}: {:?}", red.map(|(_, issue)| &issue.risk_reasons));
            for (first, _) in &found {
                let week = found.iter().filter(|(day, _)| day >= first && (*day - *first).get_days() < 7).count();
                assert!(week <= 1, "{name} {seed}: {week} in the week from {first}");
            }
            let bad_day = [DAY.tomorrow().unwrap(), DAY.saturating_add(2.days())];
            let rung = found.iter().find(|(day, _)| name == "half" && bad_day.contains(day));
            assert!(rung.is_none(), "{seed}: {:?}", rung.map(|(_, issue)| &issue.risk_reasons));
        }
    }
}

/// Prints, where asked, what rings in many control weeks, and how often what must ring does.
#[test]
fn measured() {
    let Ok(seeds) = std::env::var("SEEDS") else { return };
    let (first, last) =
        seeds.split_once('-').map(|(first, last)| (first.parse().unwrap(), last.parse().unwrap())).unwrap();
    let (mut weeks, mut rung) = (0.0, 0);
    for seed in first..=last {
        let records = records("control", seed, Vec::new());
        for day in days() {
            weeks += 1.0 / 7.0;
            for issue in alarms(&records, day) {
                rung += 1;
                eprintln!("{seed} {day} {} {} {}", issue.risk.as_str(), issue.title, issue.risk_reasons.join("; "));
            }
        }
    }
    eprintln!("{rung} alarms in {weeks:.0} control weeks");
    for (name, wanted, levels, office) in EXPECTED {
        let right = (first..=last).filter(|seed| {
            let issues = alarms(&records(name, *seed, Vec::new()), DAY.tomorrow().unwrap());
            issues.iter().any(|issue| topic(issue) == wanted && levels.contains(&issue.risk) && owner(issue) == office)
        });
        eprintln!("{name}: {} of {} right on the first day", right.count(), last - first + 1);
    }
}

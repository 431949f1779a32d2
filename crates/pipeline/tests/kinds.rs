//! Every kind of brief over the sample week: its windows, and figures that add up.
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

use jiff::civil::Date;
use model::{Brief, BriefKind, Issue};
use pipeline::{BriefOptions, CollectOptions, Desk, Office, Silent};
use std::path::Path;

const DATE: Date = Date::constant(2026, 11, 20);

struct Week {
    office: Office,
    _folder: tempfile::TempDir,
}

/// The sample week, collected and derived, with the clock on its last morning.
fn week() -> Week {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(Some(&root.join("pipelines/contoh.toml")), None).unwrap();
    let mut office = Office::open(&desk, &folder.path().join("data"), &Silent).unwrap();
    let pipeline = desk.pipeline.take().unwrap();
    office.collect(&pipeline, &CollectOptions::default(), &Silent).unwrap();
    office.derive(&Silent).unwrap();
    Week { office, _folder: folder }
}

impl Week {
    fn brief(&self, kind: BriefKind, date: Date) -> Brief {
        let options = BriefOptions { kind, ..BriefOptions::default() };
        self.office.brief_of(&options, date, None, &Silent).unwrap()
    }

    fn issues(&self) -> Vec<Issue> {
        self.office.issues(Some(DATE)).unwrap().grouping.issues
    }
}

/// Coverage, kinds and the total say the same; paid and official items are in no tone of the main figure.
fn adds_up(brief: &Brief) {
    let tables = &brief.numbers.tables;
    assert_eq!(tables.coverage.iter().map(|row| row.count).sum::<u32>(), tables.total);
    assert_eq!(tables.kinds.iter().map(|row| row.count).sum::<u32>(), tables.total);
    let earned: u32 = tables
        .coverage
        .iter()
        .filter(|row| matches!(row.key.as_str(), "earned_media" | "public"))
        .map(|r| r.count)
        .sum();
    assert!(tables.tone.n() <= earned);
    let items: u32 = brief.stories.iter().map(|row| row.items).sum();
    assert_eq!(items, tables.total, "every item stands in one story");
    for row in brief.stories.iter().filter(|row| row.kind.is_public_voice()) {
        assert_eq!((row.source.as_str(), &row.url), ("warga", &None));
    }
}

#[test]
fn every_kind_of_brief_adds_up() {
    let week = week();
    let daily = week.brief(BriefKind::Harian, DATE);
    adds_up(&daily);
    assert!(daily.period.is_none());

    // The kept report and the one made first say the same.
    let again = week.brief(BriefKind::Harian, DATE);
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&daily).unwrap());

    let weekly = week.brief(BriefKind::Mingguan, DATE);
    adds_up(&weekly);
    let period = weekly.period.as_ref().unwrap();
    assert_eq!(period.windows.len(), 7);
    assert_eq!(period.windows.iter().filter_map(|window| window.total).sum::<u32>(), weekly.numbers.tables.total);
    assert_eq!(period.windows.last().unwrap().total, Some(daily.numbers.tables.total));
    for window in &period.windows {
        let coverage = &window.coverage;
        let all = coverage.earned_media + coverage.advertorial + coverage.official + coverage.public;
        assert_eq!(window.total.unwrap_or(0), all);
        assert!(window.tone.n() <= coverage.earned_media + coverage.public);
    }
    for row in period.topics.iter().chain(&period.outlets).chain(&period.places) {
        assert_eq!(row.series.iter().flatten().sum::<u32>(), row.count, "{}", row.key);
    }
    assert!(period.issues.iter().all(|issue| issue.days >= 1 && issue.days <= 7 && issue.count >= issue.days));
    assert!(!period.issues.is_empty() && !period.sentences.is_empty());
    assert!(period.responses.sentences.iter().any(|sentence| sentence.text.contains("data belum ada")));

    // October is over and nothing was collected in it.
    let monthly = week.brief(BriefKind::Bulanan, DATE);
    let period = monthly.period.as_ref().unwrap();
    assert_eq!((period.windows.len(), monthly.numbers.tables.total), (31, 0));
    assert!(period.windows.iter().all(|window| window.total.is_none() && window.gap));
    assert!(period.sentences[0].text.contains("data belum ada"));
    let november = week.brief(BriefKind::Bulanan, Date::constant(2026, 11, 30));
    let windows = &november.period.as_ref().unwrap().windows;
    assert_eq!(windows.len(), 30);
    assert_eq!(windows.iter().filter_map(|window| window.total).sum::<u32>(), november.numbers.tables.total);
    assert!(november.numbers.tables.total >= weekly.numbers.tables.total);

    let afternoon = week.brief(BriefKind::Sore, Date::constant(2026, 11, 19));
    adds_up(&afternoon);
    let window = afternoon.header.window;
    assert_eq!((window.from.to_string(), window.to.to_string()).0, "2026-11-18T22:00:00Z");
    assert_eq!(window.to.to_string(), "2026-11-19T08:00:00Z");
    assert!(afternoon.numbers.tables.total > 0 && afternoon.numbers.tables.total < daily.numbers.tables.total);
}

#[test]
fn a_brief_about_one_issue_holds_nothing_else() {
    let week = week();
    let issues = week.issues();
    let issue = issues.iter().find(|issue| issue.count > 3).unwrap();
    let options = BriefOptions { kind: BriefKind::Isu, ..BriefOptions::default() };
    let brief = week.office.brief_of(&options, DATE, Some(&issue.id), &Silent).unwrap();
    assert_eq!(brief.numbers.tables.total, issue.count);
    assert_eq!(brief.numbers.issues, 1);
    assert_eq!(brief.stories.iter().map(|row| row.items).sum::<u32>(), issue.count);
    let members: Vec<_> = issue.stories.iter().flat_map(|story| &story.members).collect();
    assert!(brief.references.iter().all(|reference| members.contains(&&reference.key)));
    let without = week.office.brief_of(&options, DATE, None, &Silent).unwrap_err().to_string();
    assert!(without.contains("name it"), "{without}");
    let unknown = week.office.brief_of(&options, DATE, Some(&"isu-tidak-ada".into()), &Silent).unwrap_err().to_string();
    assert!(unknown.contains("isu-tidak-ada"), "{unknown}");
}

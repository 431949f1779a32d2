//! `scenarios FILE…`: items as NDJSON, the issues from yellow on in the brief of each of their days.

use jiff::{Timestamp, civil::Date};
use model::{Issue, Risk};
use scenarios::Office;
use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines: Vec<serde_json::Value> = Vec::new();
    for file in std::env::args().skip(1) {
        for line in std::fs::read_to_string(file)?.lines() {
            lines.push(serde_json::from_str(line)?);
        }
    }
    lines.sort_by_key(|line| line["published_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok()));
    let office = Office::new();
    let records = office.read(&lines);
    let days = records.iter().filter(|record| record.published_at.is_some()).map(|record| record.day);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(()) };
    let mut out = std::io::stdout().lock();
    for day in first.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= after(last)) {
        let issues = office.issues(&records, day, None).issues;
        let weak = issues.iter().filter(|issue| issue.weak_signal).count();
        writeln!(out, "{day}: {} issues, {weak} weak signals", issues.len())?;
        for issue in issues.iter().filter(|issue| issue.risk > Risk::Hijau || issue.weak_signal) {
            writeln!(out, "    {}", outline(issue))?;
        }
    }
    Ok(())
}

fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn outline(issue: &Issue) -> String {
    let topic = issue.topics.first().map_or("-", |topic| topic.as_str());
    let owner = issue.owner.as_ref().map_or("-", |owner| owner.as_str());
    let usual = issue.usual.as_ref().map_or("-", |usual| usual.words.as_str());
    let weak = if issue.weak_signal { "weak " } else { "" };
    let (risk, reasons) = (issue.risk.as_str(), issue.risk_reasons.join("; "));
    format!("{weak}{risk} {topic} ({owner}) {} | {usual} | {reasons}", issue.title)
}

//! `search` and `issues`: questions to what was collected.

use super::{Context, brief::level};
use crate::{
    Outcome,
    args::{Issues, Order, Search},
    progress::say,
};
use pipeline::{SearchRequest, issue_line, spam_line};

/// Answers a query.
pub fn search(context: &mut Context, search: &Search) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    let request = SearchRequest {
        query: search.query.join(" "),
        since: search.since,
        until: search.until,
        limit: search.limit,
        with_issues: context.global.json,
        newest_first: matches!(search.order, Order::Newest),
    };
    let found = office.search(&request)?;
    for hit in &found.hits {
        if context.global.json {
            context.out.json(&hit.line)?;
        } else {
            let record = &hit.record;
            let tone = record.tone.map_or("-", |tone| tone.label());
            let at = if record.dated { record.day.to_string() } else { "tanpa tanggal".to_owned() };
            context.out.line(format!("{at}  {}  [{}]  {}", record.source, tone, record.heading(100)))?;
            context.out.line(format!("    {}", hit.line.snippet.as_deref().unwrap_or_default()))?;
            if let Some(url) = &record.url {
                context.out.line(format!("    {url}"))?;
            }
        }
    }
    say(&format!("{} of {} documents", found.hits.len(), found.total));
    Ok(Outcome::Done)
}

/// Lists issues, worst first.
pub fn issues(context: &mut Context, options: &Issues) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    let report = office.issues(options.date)?;
    for issue in &report.grouping.issues {
        if context.global.json {
            context.out.json(&issue_line(issue))?;
            continue;
        }
        let days: Vec<String> =
            issue.trend.iter().map(|day| day.count.map_or_else(|| "–".to_owned(), |count| count.to_string())).collect();
        context.out.line(format!("{} {}", level(issue.risk), issue.title))?;
        context.out.line(format!(
            "    {} items in {} stories; seven days: {}; tone +{} ={} ?{} −{}",
            issue.total,
            issue.stories.len(),
            days.join(" "),
            issue.tone.positif,
            issue.tone.netral,
            issue.tone.berpotensi_negatif,
            issue.tone.negatif
        ))?;
        for reason in &issue.risk_reasons {
            context.out.line(format!("    - {reason}"))?;
        }
    }
    if context.global.json
        && let Some(line) = spam_line(&report.grouping.spam)
    {
        context.out.json(&line)?;
    }
    say(&format!("{} issues", report.grouping.issues.len()));
    Ok(Outcome::Done)
}

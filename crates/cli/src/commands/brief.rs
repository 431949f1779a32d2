//! `run` and `brief`: the morning's work.

use super::Context;
use crate::{
    Outcome,
    args::{Brief, BriefAction, Run},
    progress::say,
};
use anyhow::Context as _;
use model::{Record, Risk};
use pipeline::{Office, RunReport};
use std::path::PathBuf;

/// Collects, derives, and writes the pipeline's briefs.
pub fn run(context: &mut Context, run: Run) -> anyhow::Result<Outcome> {
    context.global.pipeline = run.file.or(context.global.pipeline.take());
    anyhow::ensure!(context.global.pipeline.is_some(), "no pipeline given; try: pesut run pipelines/contoh.toml");
    let mut desk = context.desk()?;
    // The desk keeps what the office needs to know of it; the run takes the sources.
    let mut office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let pipeline = desk.pipeline.take().context("the pipeline was just read")?;
    let report = office.run(&pipeline, &context.watcher)?;
    for path in &report.files {
        context.out.line(path.display().to_string())?;
    }
    context.out.flush()?;
    summarise(&report);
    for notice in &report.notices {
        say(&notice.text);
    }
    Ok(if report.is_whole() { Outcome::Done } else { Outcome::Partly })
}

/// Five lines: what came in, what is in it, what is urgent, what is missing, what to do next.
fn summarise(report: &RunReport) {
    let Some(brief) = &report.brief else { return };
    let tables = &brief.numbers.tables;
    say(&format!(
        "Items: {} new, {} changed, {} known, {} skipped from {} sources",
        report.collected.imported,
        report.collected.updated,
        report.collected.unchanged,
        report.collected.skipped,
        report.collected.sources.len()
    ));
    say(&format!(
        "Brief of {}: {} items, {} issues, {} outlets; tone n = {} ({} unsure), {} advertorials apart",
        brief.header.date,
        tables.total,
        brief.numbers.issues,
        tables.outlets,
        tables.tone.n(),
        tables.unsure,
        tables.coverage.iter().find(|row| row.key == "advertorial").map_or(0, |row| row.count),
    ));
    let urgent: Vec<String> = brief.alerts.iter().map(|card| format!("{} {}", card.risk.mark(), card.title)).collect();
    say(&format!("Urgent: {}", if urgent.is_empty() { "nothing".to_owned() } else { urgent.join("; ") }));
    say(&format!(
        "Data: confidence {}, {} of {} sources received{}",
        brief.confidence.level,
        brief.confidence.received,
        brief.confidence.expected,
        report.failed().map(|failed| format!(", down: {failed}")).unwrap_or_default()
    ));
    say(&format!("Decisions asked: {}; claims to verify: {}", brief.decisions.len(), brief.watch.len()));
}

/// Writes the brief of a date, or answers a question about it.
pub fn brief(context: &mut Context, options: Brief) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    let date = options.date.unwrap_or_else(|| office.clock.today(&office.zone));
    if let Some(BriefAction::Explain { figure }) = options.action {
        return explain(context, office.explain(&figure, date)?);
    }
    let formats = if options.format.is_empty() { office.brief_options.formats.clone() } else { options.format };
    for format in &formats {
        pipeline::check_format(format)?;
    }
    let out: PathBuf = options.out.unwrap_or_else(|| office.brief_options.out.clone());
    let brief = office.brief(date, &context.watcher)?;
    for path in office.write_brief(&brief, &formats, &out, &context.watcher)? {
        context.out.line(path.display().to_string())?;
    }
    Ok(Outcome::Done)
}

fn explain(context: &mut Context, records: Vec<Record>) -> anyhow::Result<Outcome> {
    for record in &records {
        if context.global.json {
            context.out.json(&pipeline::hit_line(record, None))?;
        } else {
            let at = if record.dated { record.at.to_string() } else { format!("{} (tanpa tanggal)", record.day) };
            context.out.line(format!("{at}  {}  {}  [{}]", record.source, record.heading(90), record.id))?;
        }
    }
    say(&format!("{} documents", records.len()));
    Ok(Outcome::Done)
}

/// The mark and word of a level, for lists on a terminal.
pub fn level(risk: Risk) -> String {
    format!("{} {:<7}", risk.mark(), risk.as_str().to_uppercase())
}

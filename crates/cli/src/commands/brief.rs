//! `run` and `brief`: the morning's work.

use super::{Context, watch, workflow};
use crate::{
    Outcome,
    args::{self, BriefAction, Run},
    progress::say,
};
use anyhow::Context as _;
use jiff::civil::Date;
use model::{Brief, Risk};
use pipeline::{Behind, Explained, Office, RunReport};
use std::path::PathBuf;

/// Collects, derives, and writes the pipeline's briefs.
pub fn run(context: &mut Context, run: Run) -> anyhow::Result<Outcome> {
    context.global.pipeline = run.file.or(context.global.pipeline.take());
    anyhow::ensure!(context.global.pipeline.is_some(), "no pipeline given; try: pesut run pipelines/contoh.toml");
    let mut desk = context.desk()?;
    // The desk keeps what the office needs to know of it; the run takes the sources.
    let mut office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let pipeline = desk.pipeline.take().context("the pipeline was just read")?;
    if run.watch {
        return watch::run(context, &mut office, &pipeline);
    }
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

/// Writes the brief of a date, or does something with it.
pub fn brief(context: &mut Context, options: args::Brief) -> anyhow::Result<Outcome> {
    let about = About { date: options.date, name: options.name, out: options.out };
    match options.action {
        None => {}
        Some(BriefAction::Explain { figure }) => return asked(context, &about, figure),
        Some(action) => return workflow::act(context, &about, action),
    }
    let mut office = context.office()?;
    let settings = office.brief_named(about.name.as_deref())?;
    let date = about.date.unwrap_or_else(|| office.clock.today(&office.zone));
    let formats = if options.format.is_empty() { settings.formats.clone() } else { options.format };
    for format in &formats {
        pipeline::check_format(format)?;
    }
    let out: PathBuf = about.out.unwrap_or_else(|| settings.out.clone());
    let issue = options.issue.map(model::IssueId);
    let brief = office.build_brief(&settings, date, issue.as_ref(), &context.watcher)?;
    for path in office.write_edition(&brief, &formats, &out, &context.watcher)? {
        context.out.line(path.display().to_string())?;
    }
    workflow::say_next(&office, &brief.header.id)?;
    Ok(Outcome::Done)
}

/// Documents listed behind one figure; more are counted and not listed.
const LISTED_MAX: usize = 10_000;

/// Which brief is meant, and where its files go.
pub struct About {
    pub date: Option<Date>,
    pub name: Option<String>,
    pub out: Option<PathBuf>,
}

fn asked(context: &mut Context, about: &About, figure: Option<String>) -> anyhow::Result<Outcome> {
    let mut office = context.office()?;
    let settings = office.brief_named(about.name.as_deref())?;
    let date = about.date.unwrap_or_else(|| office.clock.today(&office.zone));
    let brief = office.build_brief(&settings, date, None, &context.watcher)?;
    match figure {
        Some(figure) => explain(context, &figure, office.explain(&brief, &figure, LISTED_MAX)?),
        None => figures(context, &brief),
    }
}

/// Every figure of the brief under its name, for whoever wants to follow one.
fn figures(context: &mut Context, brief: &Brief) -> anyhow::Result<Outcome> {
    for figure in &brief.figures {
        if context.global.json {
            context.out.json(figure)?;
        } else {
            context.out.line(format!("{}\t{} {}\t{}", figure.id, figure.value, figure.unit, figure.label))?;
        }
    }
    Ok(Outcome::Done)
}

/// The documents behind a figure, and what they add up to.
fn explain(context: &mut Context, id: &str, found: Explained) -> anyhow::Result<Outcome> {
    for Behind { record, left_out } in &found.documents {
        if context.global.json {
            context.out.json(&pipeline::hit_line(record, None))?;
        } else {
            let at = if record.dated { record.at.to_string() } else { format!("{} (tanpa tanggal)", record.day) };
            let aside = left_out.map(|reason| format!("  (tidak dihitung: {reason})")).unwrap_or_default();
            context.out.line(format!("{at}  {}  {}  [{}]{aside}", record.source, record.heading(90), record.id))?;
        }
    }
    for (name, count) in &found.groups {
        say(&format!("{count:>7}  {name}"));
    }
    let unit = found.figure.as_ref().map_or("item", |figure| figure.unit.as_str());
    let listed = found.documents.len();
    say(&format!("{id} = {} {unit}; {listed} documents listed", found.counted));
    if !found.adds_up() {
        let shown = found.figure.map_or(0, |figure| figure.value);
        say(&format!(
            "The brief says {shown}: it was made before the last items came in, or this is a fault; see pesut verify"
        ));
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

/// The mark and word of a level, for lists on a terminal.
pub fn level(risk: Risk) -> String {
    format!("{} {:<7}", risk.mark(), risk.as_str().to_uppercase())
}

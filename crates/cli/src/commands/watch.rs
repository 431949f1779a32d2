//! `schedule` and `run --watch`: what is done when.

use super::{Context, sources};
use crate::{Outcome, args::Schedule, progress::say};
use anyhow::Context as _;
use jiff::civil::DateTime;
use pipeline::{CollectOptions, JobLine, Office, Pipeline};
use serde_json::json;

/// Lists jobs with their next and last times, and what would be caught up; changes nothing.
pub fn schedule(context: &mut Context, schedule: Schedule) -> anyhow::Result<Outcome> {
    context.global.pipeline = schedule.file.or(context.global.pipeline.take());
    anyhow::ensure!(context.global.pipeline.is_some(), "no pipeline given; try: pesut schedule pipelines/contoh.toml");
    let desk = context.desk()?;
    let lines = pipeline::schedule_lines(&desk, &context.global.data)?;
    for line in &lines {
        if context.global.json {
            let last = line.last.as_ref().map(|(planned, outcome)| json!({ "planned": planned, "outcome": outcome }));
            let next = json!({ "job": line.job, "cron": line.cron, "next": line.next, "last": last, "due": line.due });
            context.out.json(&next)?;
        } else {
            context.out.line(row(line))?;
        }
    }
    if lines.is_empty() {
        say(
            "nothing is planned; add a table such as [schedule.harian] with build = \"5 6 * * *\" and send = \"30 7 * * *\"",
        );
    }
    Ok(Outcome::Done)
}

fn row(line: &JobLine) -> String {
    let time = |at: DateTime| at.strftime("%Y-%m-%d %H:%M").to_string();
    let next = line.next.map_or_else(|| "never".to_owned(), time);
    let last =
        line.last.as_ref().map_or_else(String::new, |(planned, how)| format!("  last {} ({how})", time(*planned)));
    let due = line.due.map_or_else(String::new, |due| format!("  due now: {}", time(due)));
    format!("{:<20} {:<18} next {next}{last}{due}", line.job, line.cron)
}

/// Collects, keeps the schedule, sends, until stopped.
pub fn run(context: &mut Context, office: &mut Office, pipeline: &Pipeline) -> anyhow::Result<Outcome> {
    anyhow::ensure!(pipeline.clock.is_none(), "a pipeline with a fixed clock cannot be watched: its time stands still");
    let (sender, stop) = tokio::sync::watch::channel(false);
    // A thread of its own, so that a signal is heard whatever the watch is doing.
    std::thread::Builder::new()
        .name("stop".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(sources::stopped());
                // Nobody listens any more where the watch has ended by itself.
                sender.send_replace(true);
            }
        })
        .context("cannot listen for signals")?;
    say(&format!(
        "watching {} sources, {} planned jobs, {} ways out; stop with Ctrl-C or SIGTERM",
        pipeline.collect.len(),
        pipeline.schedule.len(),
        pipeline.deliver.len()
    ));
    let watched = office.keep_watch(pipeline, &CollectOptions::default(), &context.watcher, &stop)?;
    sources::summarise(&watched.collected);
    say(&format!("{} planned times served", watched.served.len()));
    if watched.operator_unreached {
        say(&format!("nobody could be told of what failed; it is written in {}", office.operator_file().display()));
    }
    let failed = watched.served.iter().any(|served| served.outcome == "failed");
    let whole = watched.problems.is_empty() && !failed && !watched.operator_unreached;
    Ok(if whole { Outcome::Done } else { Outcome::Partly })
}

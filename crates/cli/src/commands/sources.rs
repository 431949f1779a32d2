//! `sources` and `collect`: which sources there are, how they are doing, and asking them.

use super::Context;
use crate::{
    Outcome,
    args::{Collect, Sources, SourcesAction},
    progress::say,
};
use anyhow::Context as _;
use collect::{Discovery, Verdict};
use model::SourceState;
use pipeline::{CollectOptions, Collected, Office, SourceLine};

/// Lists, tries or switches sources.
pub fn sources(context: &mut Context, sources: Sources) -> anyhow::Result<Outcome> {
    match sources.action.unwrap_or(SourcesAction::List) {
        SourcesAction::List => list(context),
        SourcesAction::Test { address, allow_private } => match address.contains("://") {
            true => test_address(context, &address, &allow_private),
            false => test_source(context, &address),
        },
        SourcesAction::Enable { name } => switch(context, &name, false),
        SourcesAction::Disable { name } => switch(context, &name, true),
    }
}

fn list(context: &mut Context) -> anyhow::Result<Outcome> {
    let lines = pipeline::sources(&context.desk()?, &context.global.data)?;
    if context.global.json {
        for line in &lines {
            context.out.json(line)?;
        }
    } else {
        let width = lines.iter().map(|line| line.health.name.as_str().chars().count()).max().unwrap_or(0).clamp(8, 32);
        for line in &lines {
            context.out.line(row(line, width))?;
        }
    }
    if lines.is_empty() {
        say("no sources; name a pipeline: pesut sources --pipeline FILE");
    }
    Ok(match lines.iter().any(|line| line.health.state.is_down() || line.health.state == SourceState::Silent) {
        true => Outcome::Partly,
        false => Outcome::Done,
    })
}

/// Name, state, how fresh, how much is usual; then whatever a person should know.
fn row(line: &SourceLine, width: usize) -> String {
    let health = &line.health;
    let name: String = health.name.as_str().chars().take(width).collect();
    let fresh = line.newest_hours_ago.map_or_else(|| "no item yet".to_owned(), |hours| format!("newest {hours} h ago"));
    let usual = line.usual_a_week.map_or_else(String::new, |items| format!(", usually {items}/week"));
    let mut notes = Vec::new();
    notes.extend(health.reason.clone());
    if health.soft_failures > 0.0 {
        notes.push(format!("failure score {:.2} of 30", health.soft_failures));
    }
    if let Some(medium) = &line.medium {
        let grade = medium.grade.as_deref().map(|grade| {
            let since = medium.graded_at.map(|day| format!(" ({day})")).unwrap_or_default();
            format!("grade {grade}{since}")
        });
        let council = medium.press_council.as_deref().map(|status| format!("press council: {status}"));
        let official = medium.official.then(|| "official".to_owned());
        notes.extend([official, grade, council].into_iter().flatten());
    }
    if !line.tested {
        notes.push("alamat belum diuji".to_owned());
    }
    if let Some(evidence) = line.evidence.as_deref().filter(|evidence| evidence.starts_with("belum diuji")) {
        notes.push(evidence.to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join("; ")) };
    let collector = line.collector.unwrap_or("-");
    format!("{name:<width$}  {:<8}  {collector:<10}  {fresh}{usual}{notes}", health.state.as_str())
}

fn test_source(context: &mut Context, name: &str) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    anyhow::ensure!(
        desk.pipeline.is_some(),
        "\"{name}\" is no address; to try a source by its name, add --pipeline FILE"
    );
    let tried = pipeline::try_source(&desk, name)?;
    if context.global.json {
        context.out.json(&tried)?;
    } else {
        context.out.line(format!(
            "{}: {} items, {} of them longer than a teaser, {} left out by rule{}",
            tried.source,
            tried.received,
            tried.whole_texts,
            tried.left_out,
            tried.newest_at.map(|at| format!(", newest {at}")).unwrap_or_default()
        ))?;
        for title in &tried.titles {
            context.out.line(format!("  {title}"))?;
        }
    }
    for reason in &tried.skipped {
        say(&format!("skipped: {reason}"));
    }
    Ok(match tried.failure {
        Some(failure) => {
            say(&format!("{name}: {failure}"));
            if tried.received > 0 { Outcome::Partly } else { Outcome::Nothing }
        }
        None if tried.skipped.is_empty() => Outcome::Done,
        None => Outcome::Partly,
    })
}

fn test_address(context: &mut Context, url: &str, allow_private: &[net::HostPort]) -> anyhow::Result<Outcome> {
    let found = pipeline::discover(url, allow_private)?;
    if context.global.json {
        context.out.json(&found)?;
    } else {
        describe(context, &found)?;
    }
    for problem in &found.problems {
        say(problem);
    }
    Ok(if found.candidates.iter().any(|candidate| candidate.works) { Outcome::Done } else { Outcome::Nothing })
}

/// What a site is, then each way into it with the lines for the pipeline file; the best stands first.
fn describe(context: &mut Context, found: &Discovery) -> anyhow::Result<()> {
    let title = found.title.as_deref().unwrap_or("a site without a title");
    let software = found.software.as_deref().map(|software| format!(", {software}")).unwrap_or_default();
    context.out.line(format!("# {title}{software}: {} ({} requests)", found.url, found.requests))?;
    for candidate in &found.candidates {
        let entries = candidate.entries.map(|entries| format!("{entries} entries"));
        let newest = candidate.newest.map(|newest| format!("newest {newest}"));
        let texts =
            candidate.full_text.map(|full| if full { "whole texts" } else { "teasers or addresses only" }.to_owned());
        let robots = (candidate.robots == Verdict::Refused).then(|| "robots.txt forbids it".to_owned());
        let works = (!candidate.works).then(|| "does not work as it stands".to_owned());
        let facts =
            [entries, newest, texts, robots, works].into_iter().flatten().chain(candidate.notes.iter().cloned());
        context.out.line(format!("\n# {} {}", candidate.kind, candidate.url))?;
        for fact in facts {
            context.out.line(format!("#   {fact}"))?;
        }
        context.out.line(candidate.toml.trim_end())?;
    }
    Ok(())
}

fn switch(context: &mut Context, name: &str, disabled: bool) -> anyhow::Result<Outcome> {
    pipeline::switch(&context.desk()?, &context.global.data, name, disabled)?;
    say(&format!(
        "{name}: {}",
        if disabled { "disabled; it is not asked until it is enabled again" } else { "enabled" }
    ));
    Ok(Outcome::Done)
}

/// Collects and derives, once or until stopped.
pub fn collect(context: &mut Context, collect: Collect) -> anyhow::Result<Outcome> {
    context.global.pipeline = collect.file.or(context.global.pipeline.take());
    anyhow::ensure!(context.global.pipeline.is_some(), "no pipeline given; try: pesut collect pipelines/contoh.toml");
    let mut desk = context.desk()?;
    let mut office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let pipeline = desk.pipeline.take().context("the pipeline was just read")?;
    let options = CollectOptions::default();
    let collected = if collect.watch {
        anyhow::ensure!(
            pipeline.clock.is_none(),
            "a pipeline with a fixed clock cannot be watched: its time stands still"
        );
        say(&format!("watching {} sources; stop with Ctrl-C or SIGTERM", pipeline.collect.len()));
        office.watch(&pipeline, &options, &context.watcher, stopped())?
    } else {
        let mut collected = office.collect(&pipeline, &options, &context.watcher)?;
        collected.problems.extend(office.derive(&context.watcher)?);
        collected
    };
    summarise(&collected);
    let whole =
        collected.problems.is_empty() && collected.skipped == 0 && collected.sources.iter().all(|s| !s.state.is_down());
    Ok(if whole { Outcome::Done } else { Outcome::Partly })
}

pub fn summarise(collected: &Collected) {
    let down = collected.sources.iter().filter(|source| source.state.is_down()).count();
    say(&format!(
        "Items: {} new, {} changed, {} known, {} skipped, {} left out by rule; {} attempts on {} sources, {down} down",
        collected.imported,
        collected.updated,
        collected.unchanged,
        collected.skipped,
        collected.left_out,
        collected.attempts,
        collected.sources.len(),
    ));
}

/// Ready when somebody asks the program to end.
pub async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            // Without the handler the default action of the signal ends the program, which loses nothing either.
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

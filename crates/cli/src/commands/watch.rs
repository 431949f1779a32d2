//! `schedule` and `run --watch`: what is done when.

use super::Context;
use crate::{Outcome, args::Schedule, progress::say};
use anyhow::bail;
use pipeline::{Office, Pipeline};

/// Lists jobs with their next and last times, and what would be caught up; changes nothing.
pub fn schedule(context: &mut Context, schedule: Schedule) -> anyhow::Result<Outcome> {
    context.global.pipeline = schedule.file.or(context.global.pipeline.take());
    bail!("not yet")
}

/// Collects, keeps the schedule, sends, until stopped.
pub fn run(_: &mut Context, _: &mut Office, _: &Pipeline) -> anyhow::Result<Outcome> {
    say("");
    bail!("not yet")
}

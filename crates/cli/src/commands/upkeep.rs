//! `replay`, `verify`, `doctor`: keeping an installation healthy.

use super::Context;
use crate::{Outcome, progress::say};

/// Derives everything anew.
pub fn replay(context: &mut Context) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let office = pipeline::Office::open_as_it_is(&desk, &context.global.data, &context.watcher)?;
    office.replay(&desk, &context.watcher)?;
    Ok(Outcome::Done)
}

/// Compares truth with everything derived from it.
pub fn verify(context: &mut Context) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    let verification = office.verify(&context.watcher)?;
    if context.global.json {
        context.out.json(&verification)?;
    } else {
        context.out.line(format!(
            "truth {}, index {}, facts {}",
            verification.truth, verification.index, verification.facts
        ))?;
    }
    for problem in &verification.problems {
        say(problem);
    }
    Ok(if verification.problems.is_empty() { Outcome::Done } else { Outcome::Partly })
}

/// Says what this installation is and what looks wrong.
pub fn doctor(context: &mut Context) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let diagnosis = pipeline::diagnose(&desk, &context.global.data, &context.watcher)?;
    if context.global.json {
        context.out.json(&diagnosis)?;
    } else {
        for (name, value) in &diagnosis.facts {
            context.out.line(format!("{name:<22} {value}"))?;
        }
    }
    for warning in &diagnosis.warnings {
        say(&format!("warning: {warning}"));
    }
    Ok(if diagnosis.warnings.is_empty() { Outcome::Done } else { Outcome::Partly })
}

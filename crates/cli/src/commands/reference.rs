//! `reference` and `completions`: what the program can do, printed from the lists that it runs by.

use super::Context;
use crate::{Outcome, args::Arguments};
use clap::CommandFactory as _;

/// Prints collectors, stages, outputs, the query language and figures as Markdown.
pub fn reference(context: &mut Context) -> anyhow::Result<Outcome> {
    context.out.line(pipeline::reference())?;
    Ok(Outcome::Done)
}

/// Prints a completion script.
pub fn completions(context: &mut Context, shell: clap_complete::Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "pesut", &mut script);
    context.out.line(String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

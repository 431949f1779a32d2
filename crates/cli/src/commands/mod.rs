//! One file a group of commands; each turns arguments into calls and a value into lines.

mod brief;

mod workflow;

mod watch;

mod desk;

mod import;

mod reference;

mod search;

mod single;

mod sources;

mod upkeep;

use crate::{
    Outcome,
    args::{Arguments, Command, Global},
    out::Out,
    progress::Watcher,
};
use pipeline::{Desk, Office};

/// What every command has at hand.
struct Context {
    global: Global,
    out: Out,
    watcher: Watcher,
}

impl Context {
    fn desk(&self) -> anyhow::Result<Desk> {
        Ok(Desk::open(self.global.pipeline.as_deref(), self.global.region.as_deref())?)
    }

    fn office(&self) -> anyhow::Result<Office> {
        Ok(Office::open(&self.desk()?, &self.global.data, &self.watcher)?)
    }
}

/// Runs the command that was asked for.
pub fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    let mut context = Context { global: arguments.global, out: Out::new(), watcher: Watcher::new() };
    let outcome = match arguments.command {
        Command::Run(run) => brief::run(&mut context, run),
        Command::Collect(collect) => sources::collect(&mut context, collect),
        Command::Sources(list) => sources::sources(&mut context, list),
        Command::Import(import) => import::import(&mut context, &import),
        Command::Analyse(input) => single::analyse(&mut context, &input),
        Command::Extract(page) => single::extract(&mut context, &page),
        Command::ParseFeed(feed) => single::parse_feed(&mut context, &feed),
        Command::Search(search) => search::search(&mut context, &search),
        Command::Issues(issues) => search::issues(&mut context, &issues),
        Command::Brief(options) => brief::brief(&mut context, options),
        Command::Schedule(schedule) => watch::schedule(&mut context, schedule),
        Command::Decide(decide) => desk::decide(&mut context, &decide),
        Command::Alerts(alerts) => desk::alerts(&mut context, &alerts),
        Command::Claims(claims) => desk::claims(&mut context, claims),
        Command::Handover => desk::handover(&mut context),
        Command::Match(input) => single::find_matches(&mut context, &input),
        Command::Replay => upkeep::replay(&mut context),
        Command::Verify => upkeep::verify(&mut context),
        Command::Doctor => upkeep::doctor(&mut context),
        Command::Reference => reference::reference(&mut context),
        Command::Completions { shell } => reference::completions(&mut context, shell),
    }?;
    context.out.flush()?;
    Ok(outcome)
}

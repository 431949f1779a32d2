//! `pesut`: arguments to calls to exit codes. Everything worth a unit test lives in the crates below.

mod args;

mod out;

mod progress;

mod commands;

use args::Arguments;
use clap::Parser as _;
use progress::say;
use std::process::ExitCode;

// Analysis makes many small strings on every thread; the system allocator costs about a fifth of the throughput.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Something was left out; standard error says what.
    Partly,
    /// Nothing was done.
    Nothing,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Partly => Self::from(1),
            Outcome::Nothing => Self::from(2),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.global.log);
    pipeline::use_threads(arguments.global.threads);
    match commands::run(arguments) {
        Ok(outcome) => outcome.into(),
        Err(error) if out::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain is printed once, here: each layer speaks for itself and leaves the cause to the next.
            let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
            say(&chain.join(": "));
            Outcome::Nothing.into()
        }
    }
}

fn start_log(filter: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}

//! The program as a user runs it: commands, exit codes, files, kills. One binary, so that it links once.
// A test that cannot go on panics, and one that is skipped says so.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod pesut;

mod articles;
mod bad_input;
mod documentation;
mod kill;
mod kill_collect;
mod sample;
mod threads;
mod workflow;

//! The program as a user runs it: commands, exit codes, files, kills. One binary, so that it links once.

mod pesut;

mod articles;
mod bad_input;
mod documentation;
mod kill;
mod sample;
mod threads;

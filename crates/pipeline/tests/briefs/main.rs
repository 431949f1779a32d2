//! Briefs through the whole office, truth and derived files on disk: figures that can be followed, nothing private,
//! nothing from outside that does anything.
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod room;

mod figures;

mod privacy;

mod hostile;

mod rephrase;

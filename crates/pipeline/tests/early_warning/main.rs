//! Early warning through the whole office, truth and derived files on disk, on a clock that the tests move: what is
//! told live, that a replay tells the same, what people decide, and what is left when files are lost.
// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod room;

mod live;

mod replay;

mod decisions;

mod derived;

mod kept;

mod flood;

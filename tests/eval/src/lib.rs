//! Labelled sets and what is measured on them; for the evaluation and for training.

pub mod data;
pub mod score;
pub mod words;

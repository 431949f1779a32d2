//! `Problem`: something strange about one item, kept beside the value instead of failing it.

use serde::{Deserialize, Serialize};

/// What was odd about an item, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The part that noticed it: `charset`, `html`, `date`, `ndjson`, …
    pub stage: String,
    /// A lowercase sentence fragment for a person: what is wrong, and what was done about it.
    pub reason: String,
}

impl Problem {
    /// A problem of one stage.
    pub fn new(stage: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { stage: stage.into(), reason: reason.into() }
    }
}

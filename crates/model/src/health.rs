//! `SourceHealth`: whether each source answered, so that "no data" is never read as "no talk".

use crate::{SourceKind, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known about one source at the end of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceHealth {
    /// The source, as the pipeline names it.
    pub name: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Whether the last attempt worked.
    pub state: SourceState,
    /// Why it did not, in a few words for an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it last answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When it was last asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt_at: Option<Timestamp>,
    /// Items received in the last attempt.
    pub received: u64,
    /// Items that could not be read in the last attempt.
    pub skipped: u64,
}

/// The outcome of the last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It answered.
    Ok,
    /// It answered, but some items could not be read.
    Partial,
    /// It did not answer.
    Failed,
}

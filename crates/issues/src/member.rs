//! `Member`: where one document stands, in the few columns that figures of an issue are counted from.

use jiff::Timestamp;
use model::{Coverage, DocumentKey, IssueId, SourceKind, StoryId};
use serde::{Deserialize, Serialize};

/// One document in its story and issue. Kept for weeks beside the facts, so it is small.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The document.
    pub key: DocumentKey,
    /// Its story.
    pub story: StoryId,
    /// The issue of that story.
    pub issue: IssueId,
    /// The document that it is a near-copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<DocumentKey>,
    /// When it counts.
    pub at: Timestamp,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Earned, paid or official.
    pub coverage: Coverage,
    /// Hash of its account's pseudonym; for caps only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<u64>,
}

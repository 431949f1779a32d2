//! Ids that stay: taken from the first document received, so that whatever arrives later changes none.

use jiff::Timestamp;
use model::{Act, Decision, DocumentKey, IssueId, Record, StoryId};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Kinds of ids; the same document may begin a story and an issue.
const STORY: u64 = 1;
const ISSUE: u64 = 2;
const SPLIT_ISSUE: u64 = 3;
const SPLIT_STORY: u64 = 4;
pub(crate) const ALERT: u64 = 5;

/// When the first document of a group was received and published, and which it is. Not the one published first: an old
/// article may still come in tomorrow.
pub(crate) type Origin = (Timestamp, Timestamp, DocumentKey);

/// The id of a story that began with this document.
pub(crate) fn story_from(origin: &Origin) -> StoryId {
    StoryId(code(STORY, &origin.2.to_string()))
}

/// The id of an issue that began with this document.
pub(crate) fn issue_from(origin: &Origin) -> IssueId {
    IssueId(code(ISSUE, &origin.2.to_string()))
}

/// The id of a story with these documents.
pub(crate) fn story<'a>(records: impl Iterator<Item = &'a Record>) -> StoryId {
    first(records).map(|origin| story_from(&origin)).unwrap_or(StoryId(String::new()))
}

/// The id of an issue with these documents.
pub(crate) fn issue<'a>(records: impl Iterator<Item = &'a Record>) -> IssueId {
    first(records).map(|origin| issue_from(&origin)).unwrap_or(IssueId(String::new()))
}

/// True where the id of an issue is made of this document.
pub(crate) fn is_issue_of(id: &IssueId, key: &DocumentKey) -> bool {
    code(ISSUE, &key.to_string()) == id.as_str()
}

/// The id of the issue that a split makes: of its first document and of the decision, so that neither what is grouped
/// with it later nor another split of the same documents changes it.
pub fn split_issue(decision: &Decision) -> IssueId {
    let first = match &decision.act {
        Act::Split { documents, story_anchors, .. } => documents.iter().chain(story_anchors).min(),
        _ => None,
    };
    let first = first.map(ToString::to_string).unwrap_or_default();
    IssueId(code(SPLIT_ISSUE, &format!("{}\u{1f}{first}", decision.id)))
}

/// The id of a story's part that a split took into an issue.
pub(crate) fn split_story(issue: &IssueId, story: &StoryId) -> StoryId {
    StoryId(code(SPLIT_STORY, &format!("{issue}\u{1f}{story}")))
}

fn first<'a>(records: impl Iterator<Item = &'a Record>) -> Option<Origin> {
    records.map(|record| (record.first_seen_at, record.at, record.key())).min()
}

/// Twelve letters and digits that are not mistaken for each other when read out (Crockford's base 32).
pub(crate) fn code(kind: u64, text: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let hash = xxh3_64_with_seed(text.as_bytes(), kind);
    (0..12).map(|digit| char::from(DIGITS[(hash >> (5 * digit)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_of_their_kind() {
        let key = DocumentKey { source: "harian".into(), id: "a".into() };
        let origin = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH, key);
        assert_eq!(story_from(&origin).as_str().len(), 12);
        assert_ne!(story_from(&origin).as_str(), issue_from(&origin).as_str());
    }
}

//! Ids that stay: taken from the first document received, so that whatever arrives later changes none.

use model::{Act, Decision, DocumentKey, IssueId, Record, StoryId};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Kinds of ids; the same document may begin a story and an issue.
const STORY: u64 = 1;
const ISSUE: u64 = 2;
const SPLIT_ISSUE: u64 = 3;
const SPLIT_STORY: u64 = 4;
pub(crate) const ALERT: u64 = 5;

/// The id of a story with these documents.
pub(crate) fn story<'a>(records: impl Iterator<Item = &'a Record>) -> StoryId {
    StoryId(first(records).map(|key| code(STORY, &key.to_string())).unwrap_or_default())
}

/// The id of an issue with these documents.
pub(crate) fn issue<'a>(records: impl Iterator<Item = &'a Record>) -> IssueId {
    IssueId(first(records).map(|key| code(ISSUE, &key.to_string())).unwrap_or_default())
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

/// The document received first. Not the one published first: an old article may still come in tomorrow.
fn first<'a>(records: impl Iterator<Item = &'a Record>) -> Option<DocumentKey> {
    records.map(|record| (record.first_seen_at, record.at, record.key())).min().map(|(.., key)| key)
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
    fn an_id_survives_what_arrives_later() {
        let record = |id: &str, seen: &str, at: &str| Record {
            id: id.into(),
            first_seen_at: seen.parse().unwrap(),
            at: at.parse().unwrap(),
            ..Record::default()
        };
        let first = record("a", "2026-11-19T01:00:00Z", "2026-11-19T01:00:00Z");
        let late = record("b", "2026-11-20T01:00:00Z", "2026-11-18T01:00:00Z");
        let alone = story([&first].into_iter());
        assert_eq!(alone, story([&late, &first].into_iter()));
        assert_eq!(alone.as_str().len(), 12);
        assert_ne!(alone.as_str(), issue([&first].into_iter()).as_str());
    }
}

//! Ids that stay: taken from the first document received, so that whatever arrives later changes none.

use jiff::Timestamp;
use model::{DocumentKey, IssueId, Record, StoryId};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Kinds of ids; the same document may begin a story and an issue.
const STORY: u64 = 1;
const ISSUE: u64 = 2;

/// When the first document of a group was received and published, and which it is. Not the one published first: an old
/// article may still come in tomorrow.
pub(crate) type Origin = (Timestamp, Timestamp, DocumentKey);

/// The id of a story that began with this document.
pub(crate) fn story_from(origin: &Origin) -> StoryId {
    StoryId(code(STORY, &origin.2))
}

/// The id of an issue that began with this document.
pub(crate) fn issue_from(origin: &Origin) -> IssueId {
    IssueId(code(ISSUE, &origin.2))
}

/// The id of a story with these documents.
pub(crate) fn story<'a>(records: impl Iterator<Item = &'a Record>) -> StoryId {
    first(records).map(|origin| story_from(&origin)).unwrap_or(StoryId(String::new()))
}

/// The id of an issue with these documents.
pub(crate) fn issue<'a>(records: impl Iterator<Item = &'a Record>) -> IssueId {
    first(records).map(|origin| issue_from(&origin)).unwrap_or(IssueId(String::new()))
}

fn first<'a>(records: impl Iterator<Item = &'a Record>) -> Option<Origin> {
    records.map(|record| (record.first_seen_at, record.at, record.key())).min()
}

/// Twelve letters and digits that are not mistaken for each other when read out (Crockford's base 32).
fn code(kind: u64, key: &DocumentKey) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let hash = xxh3_64_with_seed(key.to_string().as_bytes(), kind);
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

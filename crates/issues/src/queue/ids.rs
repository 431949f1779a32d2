//! Ids of claims: made of a document, so that whatever arrives later and whatever is replayed changes none.

use model::{ClaimId, DecisionId, DocumentKey, Record};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Kinds of ids; the same document may begin a story, an issue and a claim.
const CLAIM: u64 = 3;
const BY_HAND: u64 = 4;

/// Letters and digits that are not mistaken for each other when read out (Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits of an id, five bits each.
const LENGTH: usize = 12;

/// The id of a claim that begins with this document.
pub(super) fn of(key: &DocumentKey) -> ClaimId {
    ClaimId(code(CLAIM, &key.to_string()))
}

/// The id of a claim that a person opened without naming a document or an id.
pub(super) fn by_hand(decision: &DecisionId) -> ClaimId {
    ClaimId(code(BY_HAND, decision.as_str()))
}

/// What an id made of a document spells; `None` for an id of a person's choice.
pub(super) fn number(id: &ClaimId) -> Option<u64> {
    let digits = id.as_str().as_bytes();
    let value = |digit: &u8| DIGITS.iter().position(|other| other == digit).map(|value| value as u64);
    let spelled = |(place, digit): (usize, &u8)| value(digit).map(|value| value << (5 * place));
    (digits.len() == LENGTH).then(|| digits.iter().enumerate().map(spelled).sum()).flatten()
}

/// What the id of a claim that begins with this document would spell. A million documents are asked, so nothing is
/// allocated for each.
pub(super) fn number_of(record: &Record, buffer: &mut String) -> u64 {
    buffer.clear();
    // As `DocumentKey` is written.
    buffer.extend([record.source.as_str(), "\u{1f}", record.id.as_str()]);
    xxh3_64_with_seed(buffer.as_bytes(), CLAIM) & ((1 << (5 * LENGTH)) - 1)
}

fn code(kind: u64, of: &str) -> String {
    let hash = xxh3_64_with_seed(of.as_bytes(), kind);
    (0..LENGTH).map(|digit| char::from(DIGITS[(hash >> (5 * digit)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_again_by_its_document() {
        let record = Record { source: "s".into(), id: "é7".into(), ..Record::default() };
        assert_eq!(number(&of(&record.key())), Some(number_of(&record, &mut String::new())));
        assert_eq!(number(&"surat-setoran".into()), None);
        assert_eq!(number(&"surat-edaran".into()), None);
    }
}

//! Ids of claims: made of a document, so that whatever arrives later and whatever is replayed changes none.

use model::{ClaimId, DecisionId, DocumentKey};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Kinds of ids; the same document may begin a story, an issue and a claim.
const CLAIM: u64 = 3;
const BY_HAND: u64 = 4;

/// The id of a claim that begins with this document.
pub(super) fn of(key: &DocumentKey) -> ClaimId {
    ClaimId(code(CLAIM, &key.to_string()))
}

/// The id of a claim that a person opened without naming a document or an id.
pub(super) fn by_hand(decision: &DecisionId) -> ClaimId {
    ClaimId(code(BY_HAND, decision.as_str()))
}

/// Twelve letters and digits that are not mistaken for each other when read out (Crockford's base 32).
fn code(kind: u64, of: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let hash = xxh3_64_with_seed(of.as_bytes(), kind);
    (0..12).map(|digit| char::from(DIGITS[(hash >> (5 * digit)) as usize & 31])).collect()
}

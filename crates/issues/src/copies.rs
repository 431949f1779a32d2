//! Copies: verbatim posts, syndicated articles and press releases that differ by a few words.
//!
//! MinHash over three-word shingles, sixteen bands of four (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3):
//! two texts that share seven of ten shingles meet in a band with probability 0.99.

use crate::{features::DAY, form::Form};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Numbers of a signature.
const HASHES: usize = 64;
const BANDS: usize = 16;
/// Texts of fewer shingles are equal by accident ("mantap, lanjutkan"), which is not copying.
const SHINGLES_MIN: usize = 6;
/// Texts with so much of their signature in common are copies.
const COMMON_MIN: usize = HASHES * 7 / 10;
/// Of the documents that share a band, so many of the latest are compared.
pub(crate) const COMPARED_MAX: usize = 8;
/// The same words after more days are a new event: templates of prices, weather and prayer times come back.
const DAYS: i64 = 2;

/// The smallest of each of 64 orders of a text's shingles, of which sixteen bits tell enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signature(Vec<u16>);

impl Signature {
    /// The signature of these shingles; none where they are too few.
    pub(crate) fn of(shingles: &[u64]) -> Option<Self> {
        if shingles.len() < SHINGLES_MIN {
            return None;
        }
        let mut least = [u32::MAX; HASHES];
        for &shingle in shingles {
            let mut order = shingle;
            for least in &mut least {
                // An odd step and a multiplication give another order for each number.
                order = order.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let hash = ((order ^ (order >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32;
                *least = (*least).min(hash);
            }
        }
        Some(Self(least.iter().map(|&least| least as u16).collect()))
    }

    fn common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count()
    }

    /// What two texts must share at least once to be compared.
    pub(crate) fn bands(&self) -> impl Iterator<Item = u64> {
        self.0.chunks_exact(HASHES / BANDS).enumerate().map(|(band, hashes)| {
            let hashes =
                hashes.iter().fold(band as u64 + 1, |mixed, &hash| mixed << 16 ^ mixed >> 47 ^ u64::from(hash));
            hashes.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }
}

/// What decides whether two texts are copies.
pub(crate) struct Copied<'a> {
    pub(crate) signature: Option<&'a Signature>,
    pub(crate) form: Option<&'a Form>,
    pub(crate) time: i64,
    pub(crate) event_date: Option<Date>,
}

/// How much of two signatures is common, where that makes one the copy of the other.
pub(crate) fn common(a: &Copied<'_>, b: &Copied<'_>) -> Option<usize> {
    let same_event = a.event_date.zip(b.event_date).is_none_or(|(a, b)| a == b);
    let near = (a.time - b.time).abs() <= DAYS * DAY;
    let common = a.signature?.common(b.signature?);
    let refilled = a.form.zip(b.form).is_some_and(|(a, b)| a.refilled(b) || a.same_notice(b) == Some(false));
    (same_event && near && !refilled && common >= COMMON_MIN).then_some(common)
}

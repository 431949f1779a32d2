//! Copies: verbatim posts, syndicated articles and press releases that differ by a few words.
//!
//! MinHash over three-word shingles, sixteen bands of four (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3):
//! two texts that share seven of ten shingles meet in a band with probability 0.99.

use crate::{
    features::{DAY, Features},
    union::Union,
};
use model::Record;

/// Numbers of a signature.
const HASHES: usize = 64;
const BANDS: usize = 16;
/// Texts of fewer shingles are equal by accident ("mantap, lanjutkan"), which is not copying.
const SHINGLES_MIN: usize = 6;
/// Texts with so much of their signature in common are copies.
const COMMON_MIN: usize = HASHES * 7 / 10;
/// The same words after more days are a new event: templates of prices, weather and prayer times come back.
const DAYS: i64 = 2;

/// The smallest of each of 64 orders of a text's shingles.
pub(crate) struct Signature([u32; HASHES]);

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
        Some(Self(least))
    }

    fn common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count()
    }

    fn band(&self, band: usize) -> [u32; HASHES / BANDS] {
        let start = band * (HASHES / BANDS);
        self.0[start..start + HASHES / BANDS].try_into().expect("a band is a quarter of sixteen")
    }
}

/// For each record the record that it is a copy of: itself where it is none. Records are in the order of time.
pub(crate) fn copies(records: &[&Record], features: &[Features]) -> Vec<usize> {
    let mut union = Union::new(records.len());
    for band in 0..BANDS {
        let mut entries: Vec<([u32; HASHES / BANDS], usize)> = features
            .iter()
            .enumerate()
            .filter_map(|(index, features)| Some((features.signature.as_ref()?.band(band), index)))
            .collect();
        entries.sort_unstable();
        for run in entries.chunk_by(|a, b| a.0 == b.0) {
            // Each against the one before it: copies come in waves, and a run of thousands stays a run of thousands.
            for pair in run.windows(2) {
                let (a, b) = (pair[0].1, pair[1].1);
                if union.find(a) != union.find(b) && is_copy(records, features, a, b) {
                    union.join(a, b);
                }
            }
        }
    }
    (0..records.len()).map(|index| union.find(index)).collect()
}

fn is_copy(records: &[&Record], features: &[Features], a: usize, b: usize) -> bool {
    let days = |index: usize| records[index].event_date;
    let same_event = days(a).zip(days(b)).is_none_or(|(a, b)| a == b);
    let near = (features[a].time - features[b].time).abs() <= DAYS * DAY;
    let common = features[a].signature.as_ref().zip(features[b].signature.as_ref()).map(|(a, b)| a.common(b));
    same_event && near && common.is_some_and(|common| common >= COMMON_MIN)
}

//! Nearly the same text: short posts that differ by a word or two. Copies of articles are `copies`.
//!
//! MinHash in eight bands of four: texts that share four of five shingles meet with probability 0.98.

/// Numbers of a signature.
const HASHES: usize = 32;
const ROWS: usize = 4;
/// Shorter texts share a shingle by accident; they are the same only word by word.
const SHINGLES_MIN: usize = 5;
/// Texts with so many numbers in common are the same.
const COMMON_MIN: usize = HASHES * 7 / 10;

/// The smallest of each of 32 orders of a text's shingles.
pub(crate) type Signature = [u32; HASHES];

/// The signature of these shingles; none where they are too few.
pub(crate) fn signature(shingles: &[u64]) -> Option<Signature> {
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
    Some(least)
}

/// Calls `join` with the positions of texts that are nearly the same. Sorts once a band; a text is compared with the
/// one before it in its band only.
pub(crate) fn meet(signatures: &[Option<Signature>], mut join: impl FnMut(usize, usize)) {
    for band in 0..HASHES / ROWS {
        let of = |signature: &Signature| -> [u32; ROWS] {
            signature[band * ROWS..(band + 1) * ROWS].try_into().expect("a band is four of the numbers")
        };
        let mut entries: Vec<([u32; ROWS], usize)> = signatures
            .iter()
            .enumerate()
            .filter_map(|(position, signature)| Some((of(signature.as_ref()?), position)))
            .collect();
        entries.sort_unstable();
        for pair in entries.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (a, b) = (pair[0].1, pair[1].1);
            let both = signatures[a].as_ref().zip(signatures[b].as_ref());
            let common = both.map_or(0, |(a, b)| a.iter().zip(b).filter(|(a, b)| a == b).count());
            if common >= COMMON_MIN {
                join(a, b);
            }
        }
    }
}

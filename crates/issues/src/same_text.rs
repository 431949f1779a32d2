//! Nearly the same text: short posts that differ by a word or two. Copies of articles are `copies`.
//!
//! MinHash over words and pairs of words, in eight bands of four. Of twelve words one is another: three quarters of
//! words and pairs are the same, and the two texts meet with probability 0.95.

use xxhash_rust::xxh3::xxh3_64;

/// Numbers of a signature.
const HASHES: usize = 32;
const ROWS: usize = 4;
/// Texts with so many numbers in common are the same.
const COMMON_MIN: usize = HASHES * 6 / 10;

/// The smallest of each of 32 orders of a text's words and pairs of words.
pub(crate) type Signature = [u32; HASHES];

/// The signature of a text's words.
pub(crate) fn signature(said: &[String]) -> Signature {
    let words: Vec<u64> = said.iter().map(|word| xxh3_64(word.as_bytes())).collect();
    let pairs = words.windows(2).map(|two| two[0].rotate_left(23) ^ two[1]);
    let mut least = [u32::MAX; HASHES];
    for shingle in words.iter().copied().chain(pairs) {
        let mut order = shingle;
        for least in &mut least {
            // An odd step and a multiplication give another order for each number.
            order = order.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let hash = ((order ^ (order >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32;
            *least = (*least).min(hash);
        }
    }
    least
}

/// Calls `join` with the positions of texts that are nearly the same. Sorts once a band; a text is compared with the
/// one before it in its band only.
pub(crate) fn meet(signatures: &[Signature], mut join: impl FnMut(usize, usize)) {
    for band in 0..HASHES / ROWS {
        let of = |signature: &Signature| -> [u32; ROWS] {
            signature[band * ROWS..(band + 1) * ROWS].try_into().expect("a band is four of the numbers")
        };
        let mut entries: Vec<([u32; ROWS], usize)> =
            signatures.iter().enumerate().map(|(position, signature)| (of(signature), position)).collect();
        entries.sort_unstable();
        for pair in entries.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (a, b) = (pair[0].1, pair[1].1);
            let common = signatures[a].iter().zip(&signatures[b]).filter(|(a, b)| a == b).count();
            if common >= COMMON_MIN {
                join(a, b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_more_or_less_is_the_same_text() {
        let texts = [
            "jalan poros rusak karena dananya dimakan pejabat sebarkan supaya semua warga tahu",
            "jalan poros rusak karena dananya dimakan pejabat sebarkan supaya semua orang tahu",
            "jalan poros rusak lagi, kapan diperbaiki pak, anak sekolah lewat sini tiap pagi",
        ];
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let signatures: Vec<Signature> = texts.iter().map(|text| signature(&words(text))).collect();
        let mut joined = Vec::new();
        meet(&signatures, |a, b| joined.push((a.min(b), a.max(b))));
        joined.dedup();
        assert_eq!(joined, [(0, 1)]);
    }
}

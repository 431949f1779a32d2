//! Invented posts for benchmarks, kill tests and scenarios: same seed, same bytes.
//!
//! The sentences are put together from small lists. They load every stage (places, topics, slang, polarity, spam,
//! personal data), but they are no measure of quality.

pub mod scenario;

mod words;

use jiff::{Timestamp, ToSpan};
use serde_json::json;

const OPENERS: &[&str] = &[
    "Min mau tanya",
    "Lapor pak",
    "Gimana ini",
    "Alhamdulillah",
    "Sudah seminggu",
    "Dari tadi pagi",
    "Info dong",
    "Mohon perhatian",
    "Ya ampun",
    "Katanya",
    "Terima kasih",
    "Kada nyaman banar",
];
const MATTERS: &[&str] = &[
    "antrean pertalite di SPBU panjang sekali",
    "banjir di depan rumah belum surut",
    "jalan poros berlubang parah",
    "air PDAM mati total",
    "listrik padam lagi malam ini",
    "pelayanan di RSUD cepat dan ramah",
    "harga cabai naik terus",
    "sinyal internet hilang",
    "lampu jalan sudah diperbaiki",
    "truk batu bara lewat jalan umum",
    "pendaftaran Gratispol masih bingung",
    "sampah menumpuk di TPS",
    "buaya muncul di sungai",
    "festival tahun ini meriah",
    "slot gacor maxwin depo 10rb link alternatif",
];
const PLACES: &[&str] = &[
    "Samarinda",
    "Balikpapan",
    "Bontang",
    "Tenggarong",
    "Sangatta",
    "Tanah Grogot",
    "Penajam",
    "Tanjung Redeb",
    "Melak",
    "Sepaku",
    "Loa Janan",
    "Sungai Kunjang",
];
const CLOSERS: &[&str] = &[
    "tolong segera ditangani",
    "kapan diperbaiki?",
    "parah banget",
    "mantap pemprov",
    "warga sudah resah",
    "semoga cepat selesai",
    "katanya mau dibantu tapi mana",
    "hubungi 0812-0000-0000",
    "etam nunggu haja",
    "piye iki pak",
    "sudah bagus, pertahankan",
    "gak ada tanggapan",
];

/// A small generator with a fixed sequence for each seed (SplitMix64, public domain).
pub(crate) struct Sequence(pub(crate) u64);

impl Sequence {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[(self.next() % list.len() as u64) as usize]
    }

    /// One of a list that is not empty.
    pub(crate) fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.next() % list.len() as u64) as usize]
    }

    /// 0 (inclusive) to 1 (exclusive).
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// How often something happens that happens so often on average (Knuth 1969).
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > limit && count < 1000 {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// A position, each as likely as its weight.
    pub(crate) fn by_weight(&mut self, weights: &[u32]) -> usize {
        let mut left = self.next() % u64::from(weights.iter().sum::<u32>().max(1));
        let found = weights.iter().position(|&weight| {
            let here = left < u64::from(weight);
            left = left.wrapping_sub(u64::from(weight));
            here
        });
        found.unwrap_or(0)
    }
}

/// `count` NDJSON lines of posts of about 140 characters, spread over the seven days up to `until`.
pub fn posts(seed: u64, count: usize, until: Timestamp) -> impl Iterator<Item = String> {
    posts_over(7, seed, count, until)
}

/// The same, spread over so many days up to `until`.
pub fn posts_over(days: u64, seed: u64, count: usize, until: Timestamp) -> impl Iterator<Item = String> {
    let mut sequence = Sequence(seed);
    let stretch = days.max(1) * 24 * 3600;
    (0..count).map(move |index| {
        let mut text = format!(
            "{}, {} di {} sejak pukul {}.{:02}, {}. {} di {}, {}",
            sequence.pick(OPENERS),
            sequence.pick(MATTERS),
            sequence.pick(PLACES),
            sequence.next() % 24,
            sequence.next() % 60,
            sequence.pick(CLOSERS),
            sequence.pick(MATTERS),
            sequence.pick(PLACES),
            sequence.pick(CLOSERS),
        );
        // A serial number in every text keeps posts from being copies of each other; real copies are rare.
        if !sequence.next().is_multiple_of(50) {
            text.push_str(&format!(" #{}", sequence.next() % 1_000_000));
        }
        let back = (sequence.next() % stretch) as i64;
        let at = until.saturating_sub(back.seconds()).unwrap_or(until);
        json!({
            "id": format!("p{seed}-{index}"),
            "kind": "post",
            "source": "media sosial (uji)",
            "text": text,
            "author": format!("akun{}", sequence.next() % 20_000),
            "published_at": at.to_string(),
        })
        .to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let until: Timestamp = "2026-11-20T06:00:00+08:00".parse().unwrap();
        let first: Vec<_> = posts(7, 100, until).collect();
        assert_eq!(first, posts(7, 100, until).collect::<Vec<_>>());
        assert_ne!(first, posts(8, 100, until).collect::<Vec<_>>());
    }
}

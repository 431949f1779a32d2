//! `Known`: a fact-check as the matcher compares it.

use model::FactCheck;
use rustc_hash::FxHashSet;
use text::words::{Token, tokens};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a fact-check that are read.
const TEXT_BYTES_MAX: usize = 50_000;
/// Words of the text that give the claim before the checking begins. Fact-checks tell it in their first lines.
const LEAD_WORDS: usize = 60;
/// Titles that share so much of their words are about one claim.
const TWIN_SHARE: f32 = 0.6;

/// A fact-check in hashed words, every list sorted and each word once.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Words of the title: the claim.
    pub(super) title: Vec<u64>,
    /// Words of the title and of the beginning of the text.
    pub(super) lead: Vec<u64>,
    /// All words.
    pub(super) words: Vec<u64>,
    /// Amounts and counts in the title.
    pub(super) numbers: Vec<u64>,
    /// Words of the title that the text writes as names: places, people, programmes.
    pub(super) names: Vec<u64>,
}

impl Known {
    pub(super) fn new(check: &FactCheck) -> Self {
        let title = text::claim_words(&check.title);
        let body = &check.text[..check.text.floor_char_boundary(TEXT_BYTES_MAX)];
        let text = text::claim_words(body);
        let written_as_names = names(body);
        let hashed = |words: &mut dyn Iterator<Item = &String>| distinct(words.map(|word| hash(word)).collect());
        Self {
            title: hashed(&mut title.iter()),
            lead: hashed(&mut title.iter().chain(text.iter().take(LEAD_WORDS))),
            words: hashed(&mut title.iter().chain(&text)),
            numbers: hashed(&mut title.iter().filter(|word| is_number(word))),
            names: hashed(&mut title.iter().filter(|word| written_as_names.contains(*word))),
        }
    }

    /// True where both check one claim.
    pub(super) fn is_twin(&self, other: &Self) -> bool {
        let mine: FxHashSet<_> = self.title.iter().collect();
        let common = other.title.iter().filter(|word| mine.contains(word)).count();
        let all = self.title.len() + other.title.len() - common;
        all > 0 && common as f32 >= TWIN_SHARE * all as f32
    }
}

/// Words with a capital inside a sentence. Titles cannot tell: every word of theirs has one.
fn names(text: &str) -> FxHashSet<String> {
    let inside = |token: &Token<'_>| {
        let before = text[..token.start].trim_end_matches(' ');
        !before.is_empty() && !before.ends_with(['.', '!', '?', ':', '\n', '"', '“'])
    };
    tokens(text)
        .filter(|token| token.text.starts_with(char::is_uppercase) && inside(token))
        .flat_map(|token| text::claim_words(token.text))
        .collect()
}

pub(super) fn hash(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// Digits, apart from years, which a message carries for other reasons than its claim.
pub(super) fn is_number(word: &str) -> bool {
    let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    word.starts_with(|c: char| c.is_ascii_digit()) && !is_year
}

fn distinct(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(title: &str) -> Known {
        Known::new(&FactCheck { title: title.to_owned(), ..FactCheck::default() })
    }

    #[test]
    fn the_same_claim_checked_again_is_a_twin() {
        let check = known("Bantuan Rp600.000 untuk Pemegang Kartu Sungai Emas");
        assert!(check.is_twin(&known("Video Bantuan Rp600 ribu bagi Pemegang Kartu Sungai Emas")));
        assert!(!check.is_twin(&known("Bantuan Beras untuk Nelayan Pesisir")));
        assert!(!known("").is_twin(&known("")));
    }

    #[test]
    fn names_are_what_the_text_writes_as_names() {
        let text = "Jalan itu ditutup. Warga Muara Kelapa memutar lewat Pasar Lama.";
        let check =
            FactCheck { title: "Jalan Muara Kelapa Ditutup".to_owned(), text: text.to_owned(), ..FactCheck::default() };
        let mut expected: Vec<u64> = text::claim_words("muara kelapa").iter().map(|word| hash(word)).collect();
        expected.sort_unstable();
        assert_eq!(Known::new(&check).names, expected);
    }

    #[test]
    fn years_are_no_amounts() {
        assert!(is_number("600000") && is_number("3,5") && is_number("5000"));
        assert!(!is_number("2025") && !is_number("covid"));
    }
}

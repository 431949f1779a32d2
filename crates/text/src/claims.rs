//! The words that a claim is recognised by: the same for the index that proposes fact-checks and for whoever judges them.
//!
//! A chain message and the fact-check about it are written by different people. So function words are left out, words
//! are stemmed, compounds and hashtags are taken apart, and short forms stand for what they mean
//! (`lexicons/ind/same_meaning.tsv`). Addresses and mentions say who, not what.

use crate::words::{is_stop_word, normalise, stem, tokens};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{borrow::Cow, sync::LazyLock};

/// Words of the longest form in the list.
const FORM_WORDS_MAX: usize = 3;

/// The words of a text, in its order; forms of the list are replaced by what they mean.
pub fn claim_words(text: &str) -> Vec<String> {
    with_meanings(plain_words(text))
}

/// Stems that say something.
fn plain_words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens(text).filter(|token| !token.is_address() && !token.text.starts_with('@')) {
        let form = normalise(token.text.trim_start_matches('#'));
        let form = without_currency(&form);
        let whole = stem(&form);
        let parts = if whole.contains('-') { form.split('-').map(stem).collect() } else { vec![whole] };
        found.extend(parts.into_iter().filter(|stem| stem.len() > 1 && !is_stop_word(stem)));
    }
    whole_amounts(found)
}

/// "600 ribu" and "600000" are one amount.
fn whole_amounts(words: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let amount = found.last().and_then(|last| {
            let times = MULTIPLES.iter().find(|(name, _)| *name == word)?.1;
            let number: f64 = last.replace(',', ".").parse().ok()?;
            // Whole numbers up to 2^53 are exact; larger ones are nobody's money.
            (number > 0.0 && number < 1e6).then(|| format!("{:.0}", number * times))
        });
        match amount {
            Some(amount) => *found.last_mut().expect("the number was just read") = amount,
            None => found.push(word),
        }
    }
    found
}

/// Words that multiply the number before them.
const MULTIPLES: [(&str, f64); 8] = [
    ("rb", 1e3),
    ("ribu", 1e3),
    ("jt", 1e6),
    ("juta", 1e6),
    ("miliar", 1e9),
    ("milyar", 1e9),
    ("triliun", 1e12),
    ("trilyun", 1e12),
];

/// "rp1.500" and "1.500" are one amount; separators differ from writer to writer.
fn without_currency<'a>(form: &'a Cow<'a, str>) -> Cow<'a, str> {
    let amount = form.strip_prefix("rp").unwrap_or(form);
    if !amount.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(form);
    }
    // A dot before three digits separates thousands; a comma is a decimal mark and stays.
    let thousands = amount.split('.').skip(1).all(|group| group.len() == 3);
    if thousands && amount.contains('.') { Cow::Owned(amount.replace('.', "")) } else { Cow::Borrowed(amount) }
}

/// Replaces every form of the list, the longest first, by its meaning. Added beside it, the claim would count twice.
fn with_meanings(words: Vec<String>) -> Vec<String> {
    let mut found = Vec::with_capacity(words.len() + words.len() / 4);
    let mut at = 0;
    while at < words.len() {
        let known = (1..=FORM_WORDS_MAX.min(words.len() - at)).rev().find_map(|length| {
            let meaning = match length {
                1 => MEANINGS.get(words[at].as_str()),
                _ if !BEGINNINGS.contains(words[at].as_str()) => None,
                _ => MEANINGS.get(words[at..at + length].join(" ").as_str()),
            };
            Some((length, meaning?))
        });
        match known {
            Some((length, meaning)) => {
                found.extend_from_slice(meaning);
                at += length;
            }
            None => {
                found.push(words[at].clone());
                at += 1;
            }
        }
    }
    found
}

/// First words of forms of several words.
static BEGINNINGS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| MEANINGS.keys().filter_map(|form| form.split_once(' ')).map(|(first, _)| first).collect());

/// Stemmed form → stemmed words of its meaning.
static MEANINGS: LazyLock<FxHashMap<String, Vec<String>>> =
    LazyLock::new(|| meanings(include_str!("../../../lexicons/ind/same_meaning.tsv")));

/// Reads the list. Its lines are checked by the tests below; a line without a tabulator would be passed over.
fn meanings(file: &str) -> FxHashMap<String, Vec<String>> {
    let rows = file.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| line.split_once('\t'));
    // Forms that share their stems ("rekrut", "rekrutmen") are one.
    rows.map(|(form, meaning)| (plain_words(form).join(" "), plain_words(meaning))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(text: &str, expected: &str) {
        assert_eq!(claim_words(text).join(" "), expected, "{text}");
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        expect("yang di dan 👍", "👍");
        expect("Bantuan dari @akun di https://contoh.example.com/a", "bantuan");
        expect("", "");
    }

    #[test]
    fn amounts_are_one_however_written() {
        expect("Rp1.500.000 1500000 1,5 juta 3,79 1.5", "1500000 1500000 1500000 3,79 1.5");
        expect("Rp600 ribu dan 600.000", "600000 600000");
    }

    #[test]
    fn short_forms_mean_what_they_stand_for() {
        expect("Pinjaman online di Los Angeles", "pinjol la");
        expect("China dan Korea Selatan", "tiongkok korsel");
    }

    #[test]
    fn every_form_has_one_word_that_stands_for_itself() {
        // A form whose stem is its meaning ("ditangkap") changes nothing.
        for (form, meaning) in MEANINGS.iter().filter(|(form, meaning)| meaning.as_slice() != [form.as_str()]) {
            assert_eq!(meaning.len(), 1, "{form}");
            assert!(!MEANINGS.contains_key(&meaning[0]), "{form} means {meaning:?}, which means something else");
            assert!((1..=FORM_WORDS_MAX).contains(&form.split(' ').count()), "{form}");
        }
    }

    #[test]
    fn hashtags_and_compounds_are_words() {
        expect("#Banjir Kaltim-Kaltara", "banjir kaltim kaltara");
    }
}

//! Text to index terms: one analyser for what is stored and for what is asked.
//!
//! Every word is indexed under its stem. Where the stem differs, the word itself is kept at the same
//! position behind a mark, so that `pembang*` finds "pembangunan" although its stem is "bangun".
//! Stop words are indexed too, or phrases could not contain them; queries leave them out where they can.

use std::collections::VecDeque;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use text::words;

/// The analyser's name in the index schema.
pub(crate) const NAME: &str = "pesut";

/// Stands before a whole word; no word of a text begins with it.
pub(crate) const WHOLE: char = '\u{1}';

/// Nobody searches for more than this, and the dictionary does not have to hold it.
const TERM_BYTES_MAX: usize = 512;

/// One word of a text as the index knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where it stands, in words.
    pub(crate) position: usize,
    /// Where it stands, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Its normal form.
    pub(crate) whole: String,
    /// What it is found by.
    pub(crate) stem: String,
    /// A second form that finds it: a hashtag's word, an address's host, an amount without "Rp".
    pub(crate) other: Option<String>,
}

/// The words of a text. Compounds such as "Kaltim-Kaltara" are two words, repetitions such as "jalan-jalan" one.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut tokens = words::tokens(text);
    let mut position = 0;
    let mut parts = VecDeque::new();
    std::iter::from_fn(move || {
        while parts.is_empty() {
            let token = tokens.next()?;
            if token.text.len() <= TERM_BYTES_MAX {
                split(token, &mut parts);
            }
            for part in &mut parts {
                part.position = position;
                position += 1;
            }
        }
        parts.pop_front()
    })
}

fn split(token: words::Token<'_>, parts: &mut VecDeque<Word>) {
    let mut word = |whole: &str, stem: String, other| {
        parts.push_back(Word { position: 0, start: token.start, end: token.end, whole: whole.to_owned(), stem, other });
    };
    if token.is_address() {
        let address = token.text.to_lowercase();
        let host = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).trim_start_matches("www.");
        let host = host.split(['/', '?', '#', ':']).next().filter(|host| *host != address).map(str::to_owned);
        return word(&address, address.clone(), host);
    }
    let form = words::normalise(token.text);
    let stem = words::stem(&form);
    if let Some(name) = form.strip_prefix(['#', '@']) {
        word(&form, stem, Some(words::stem(name)));
    } else if stem.contains('-') {
        for part in form.split('-').filter(|part| !part.is_empty()) {
            word(part, words::stem(part), None);
        }
    } else {
        let amount = form.strip_prefix("rp").filter(|amount| amount.starts_with(|c: char| c.is_ascii_digit()));
        word(&form, stem, amount.map(str::to_owned));
    }
}

/// The analyser that tantivy runs over titles and texts.
pub(crate) fn analyser() -> TextAnalyzer {
    TextAnalyzer::from(Words)
}

#[derive(Clone)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        Terms { words: Box::new(words(text)), others: Vec::new(), token: Token::default() }
    }
}

struct Terms<'a> {
    words: Box<dyn Iterator<Item = Word> + 'a>,
    /// Further terms of the word at hand, at the same position.
    others: Vec<String>,
    token: Token,
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        if let Some(term) = self.others.pop() {
            self.token.text = term;
            return true;
        }
        let Some(word) = self.words.next() else { return false };
        if word.whole != word.stem {
            self.others.push(format!("{WHOLE}{}", word.whole));
        }
        self.others.extend(word.other);
        self.token = Token {
            offset_from: word.start,
            offset_to: word.end,
            position: word.position,
            text: word.stem,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(usize, String)> {
        let mut analyser = analyser();
        let mut stream = analyser.token_stream(text);
        let mut found = Vec::new();
        stream.process(&mut |token| found.push((token.position, token.text.replace(WHOLE, "="))));
        found
    }

    fn expect(text: &str, expected: &[(usize, &str)]) {
        let found = terms(text);
        let found: Vec<_> = found.iter().map(|(position, term)| (*position, term.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_found_by_stem_and_by_whole_word() {
        expect("Pembangunan jalan", &[(0, "bangun"), (0, "=pembangunan"), (1, "jalan")]);
    }

    #[test]
    fn compounds_are_two_words_and_repetitions_one() {
        expect("Kaltim-Kaltara naik", &[(0, "kaltim"), (1, "kaltara"), (2, "naik")]);
        expect("jalan-jalan rusak", &[(0, "jalan"), (0, "=jalan-jalan"), (1, "rusak")]);
    }

    #[test]
    fn hashtags_and_addresses_have_a_second_form() {
        expect("#Banjir", &[(0, "#banjir"), (0, "banjir")]);
        expect("https://www.kabar.example.com/a", &[(0, "https://www.kabar.example.com/a"), (0, "kabar.example.com")]);
    }

    #[test]
    fn amounts_are_found_with_and_without_currency() {
        expect("Rp1.500", &[(0, "rp1.500"), (0, "1.500")]);
    }

    #[test]
    fn endless_words_are_left_out() {
        expect(&format!("a {} b", "x1".repeat(1000)), &[(0, "a"), (1, "b")]);
    }
}

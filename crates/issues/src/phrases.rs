//! Phrases in a text: lists of the languages, matched word by word.

use text::words;

/// A text as words in their compared form, with the capitals that they had.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    words::tokens(text).map(|token| words::normalise(token.text).into_owned()).collect()
}

/// Where a phrase stands in words first; `#` in the phrase is any number, in figures or in one of `numbers`.
pub(crate) fn find(words: &[String], phrase: &str, numbers: &[String]) -> Option<usize> {
    let parts: Vec<&str> = phrase.split_whitespace().collect();
    if parts.is_empty() {
        return None;
    }
    words.windows(parts.len()).position(|window| {
        window.iter().zip(&parts).all(|(word, part)| if *part == "#" { is_number(word, numbers) } else { word == part })
    })
}

/// True where any of the phrases stands in the words.
pub(crate) fn any(words: &[String], phrases: &[String], numbers: &[String]) -> bool {
    phrases.iter().any(|phrase| find(words, phrase, numbers).is_some())
}

/// True where the words begin with one of the phrases.
pub(crate) fn begins(words: &[String], phrases: &[String]) -> bool {
    let with = |phrase: &String| {
        let mut parts = phrase.split_whitespace();
        let length = phrase.split_whitespace().count();
        words.len() >= length && words.iter().take(length).all(|word| parts.next() == Some(word))
    };
    phrases.iter().any(with)
}

/// The text on one line without mentions and addresses.
pub(crate) fn without_names(text: &str) -> String {
    let mut kept = String::new();
    let mut at = 0;
    for token in words::tokens(text).filter(|token| token.text.starts_with('@') || token.is_address()) {
        kept.push_str(&text[at..token.start]);
        at = token.end;
    }
    kept.push_str(&text[at..]);
    kept.replace("[akun]", " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_number(word: &str, numbers: &[String]) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || numbers.iter().any(|number| number == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_and_numbers_are_any() {
        let words = words_of("Sebanyak 1.200 jiwa mengungsi, dua rumah roboh.");
        let numbers = ["dua".to_owned()];
        assert_eq!(find(&words, "# jiwa", &numbers), Some(1));
        assert_eq!(find(&words, "# rumah", &numbers), Some(4));
        assert_eq!(find(&words, "# rumah", &[]), None);
        assert_eq!(find(&words, "ungsi", &numbers), None);
        assert!(begins(&words, &["sebanyak 1.200".to_owned()]));
        assert!(!begins(&words, &["jiwa".to_owned()]));
        assert_eq!(find(&words, "", &numbers), None);
    }
}

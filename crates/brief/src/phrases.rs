//! Sentences and phrases of a document, matched word by word, for what is looked up in texts that are quoted.

/// Words shorter than this are never cut down to a root.
const ROOT_CHARS: usize = 4;
/// Longer heads are no places and outlets.
const DATELINE_BYTES: usize = 40;
/// What stands around a root in Indonesian, longest first; enough to know "dibagikan" in "pembagian".
const PREFIXES: [&str; 15] =
    ["meng", "meny", "peng", "peny", "mem", "men", "pem", "pen", "per", "ber", "ter", "me", "pe", "di", "ke"];
const SUFFIXES: [&str; 4] = ["nya", "kan", "an", "lah"];

/// The sentences of a text; a stop inside a number or behind an abbreviation ends none.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        for (at, mark) in line.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?')) {
            let end = at + mark.len_utf8();
            let closed = line[end..].trim_start_matches(['”', '"', '’']);
            let end = line.len() - closed.len();
            if closed.starts_with(' ') && end > start && !(mark == '.' && is_abbreviation(&line[start..at])) {
                out.push(line[start..end].trim());
                start = end;
            }
        }
        out.push(line[start..].trim());
    }
    out.retain(|sentence| !sentence.is_empty());
    out
}

/// "Jl", "Dr", "H": a short word with a capital before a stop.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(', '“', '"']).next().unwrap_or_default();
    word.chars().count() <= 3 && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
}

/// A text as words in small letters; figures keep their inner points and commas.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ',' | '-' | '[' | ']'));
    let words = words.map(|word| word.trim_matches(['.', ',', '-']).to_lowercase());
    words.filter(|word| !word.is_empty()).collect()
}

/// True where the phrase stands in the words; `#` in it is any number, in figures or in one of `numbers`.
pub(crate) fn has(words: &[String], phrase: &str, numbers: &[String]) -> bool {
    let parts: Vec<&str> = phrase.split_whitespace().collect();
    !parts.is_empty()
        && words.windows(parts.len()).any(|window| {
            window.iter().zip(&parts).all(
                |(word, part)| {
                    if *part == "#" { is_number(word, numbers) } else { word == part }
                },
            )
        })
}

/// True where any of the phrases stands in the words.
pub(crate) fn any<'p>(words: &[String], phrases: impl IntoIterator<Item = &'p String>, numbers: &[String]) -> bool {
    phrases.into_iter().any(|phrase| has(words, phrase, numbers))
}

/// True where the words begin with the phrase.
pub(crate) fn begins(words: &[String], phrase: &str) -> bool {
    let mut parts = phrase.split_whitespace();
    let length = phrase.split_whitespace().count();
    length > 0 && words.len() >= length && words.iter().take(length).all(|word| parts.next() == Some(word))
}

/// A sentence without "MUARA BIRU – " or "Kabar Muara, Muara Biru - " before it.
pub(crate) fn without_dateline(sentence: &str) -> &str {
    let cut =
        [" – ", " — ", " - "].iter().filter_map(|mark| sentence.split_once(mark)).min_by_key(|(head, _)| head.len());
    match cut {
        Some((head, rest)) if head.len() <= DATELINE_BYTES && head.split_whitespace().all(is_name) => rest.trim_start(),
        _ => sentence,
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase() || c == '(')
}

fn is_number(word: &str, numbers: &[String]) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || numbers.iter().any(|number| number == word)
}

/// The word without what Indonesian puts before and behind a root, as far as enough of it stays.
fn root(word: &str) -> &str {
    let enough = |rest: &&str| rest.chars().count() >= ROOT_CHARS;
    let word = SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix).filter(enough)).unwrap_or(word);
    PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix).filter(enough)).unwrap_or(word)
}

/// True where two words have one root: "dibagikan" and "pembagian", "penyaluran" and "disalurkan".
pub(crate) fn is_akin(a: &str, b: &str) -> bool {
    let (a, b) = (root(a), root(b));
    let long = |word: &str| word.chars().count() >= ROOT_CHARS;
    a == b || long(a) && long(b) && (a.ends_with(b) || b.ends_with(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_inside_a_word_ends_no_sentence() {
        let text = "Rp1.000 di Jl. Basuki. “Sabar,” katanya. “Besok?” Ya.\nBaris kedua";
        let expected = ["Rp1.000 di Jl. Basuki.", "“Sabar,” katanya.", "“Besok?”", "Ya.", "Baris kedua"];
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn phrases_are_whole_words_and_numbers_are_any() {
        let words = words_of("Sebanyak 1.200 jiwa mengungsi, dua rumah roboh.");
        let numbers = ["dua".to_owned()];
        assert!(has(&words, "# jiwa", &numbers) && has(&words, "# rumah", &numbers));
        assert!(!has(&words, "# rumah", &[]) && !has(&words, "ungsi", &[]) && !has(&words, "", &[]));
    }

    #[test]
    fn a_dateline_is_no_part_of_the_sentence() {
        assert_eq!(without_dateline("Kabar Muara, Muara Biru – Air naik."), "Air naik.");
        assert_eq!(without_dateline("Bantuan tiba - akhirnya."), "Bantuan tiba - akhirnya.");
    }

    #[test]
    fn words_of_one_root_are_akin() {
        assert!(is_akin("dibagikan", "pembagian") && is_akin("penyaluran", "disalurkan"));
        assert!(!is_akin("bantuan", "banjir") && !is_akin("isi", "sisi"));
    }
}

//! Telephone numbers in words ("kosong delapan satu dua …"), the usual way around a filter.

use super::{Found, Kind};

const WORDS: &[(&str, char)] = &[
    ("nol", '0'),
    ("kosong", '0'),
    ("satu", '1'),
    ("dua", '2'),
    ("tiga", '3'),
    ("empat", '4'),
    ("lima", '5'),
    ("enam", '6'),
    ("tujuh", '7'),
    ("delapan", '8'),
    ("lapan", '8'),
    ("dlapan", '8'),
    ("sembilan", '9'),
];

/// Digits and words read one after the other.
#[derive(Default)]
struct Run {
    start: usize,
    end: usize,
    digits: String,
    words: usize,
}

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let has = |part: &str| memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    // A spelled number begins with a zero and has an eight next; either may be a digit, but not both.
    if !["apan", "APAN", "nol", "Nol", "NOL", "osong", "OSONG", "08 "].iter().any(|part| has(part)) {
        return;
    }
    let mut run = Run::default();
    let mut finish = |run: &mut Run| {
        let Run { start, end, digits, words } = std::mem::take(run);
        let begins = ["08", "628", "008"].iter().any(|first| digits.starts_with(first));
        // At least three words: numbers with digits alone are read elsewhere.
        if begins && words >= 3 && (9..=15).contains(&digits.len()) {
            found.push((Kind::Phone, start..end));
        }
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let gap = at;
        at += bytes[at..].iter().take_while(|byte| !is_letter(**byte)).count();
        let start = at;
        at += bytes[at..].iter().take_while(|byte| is_letter(**byte)).count();
        let part = &text[start..at];
        let number = part.len() <= 4 && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let word = if number { None } else { word(part) };
        // A comma or a line between them makes it a list.
        let joins = bytes[gap..start].iter().all(|byte| matches!(byte, b' ' | b'-' | b'.' | b'/')) && start - gap <= 3;
        if !joins || !(number || word.is_some()) {
            finish(&mut run);
        }
        if number || word.is_some() {
            if run.digits.is_empty() {
                run.start = start;
            }
            run.end = at;
            run.words += usize::from(word.is_some());
            match word {
                Some(digit) => run.digits.push(digit),
                None => run.digits.push_str(part),
            }
        }
    }
    finish(&mut run);
}

/// Letters and digits; the bytes of longer characters as well, so that no span begins within one.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn word(part: &str) -> Option<char> {
    if !(3..=8).contains(&part.len()) {
        return None;
    }
    WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(part)).map(|(_, digit)| *digit)
}

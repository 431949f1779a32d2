//! What is odd about a text before anybody reads its words: nothing to read, nothing readable, or more than is read.
//!
//! An odd text gets an answer like any other; what stands here says why the answer is thin.

use crate::reading::{MAX_WORDS, Reading};
use model::Problem;
use text::words::is_emoji;

/// Characters that are looked at. A text is odd from its beginning on, or hardly at all.
const SAMPLE: usize = 20_000;

/// A stretch of more bytes than this without a space or line break is no word.
const LONGEST_RUN: usize = 2_000;

/// Says what is odd about a text, of which the reading may have only the beginning.
pub(crate) fn problems(reading: &Reading<'_>, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |reason: String| problems.push(Problem::new("analyse", reason));
    if text.trim().is_empty() {
        say("text is empty".to_owned());
        return problems;
    }
    let counts = Counts::of(text);
    // Accents are three in a row where writing is dense; from as many marks as letters on it is decoration.
    if counts.marks > counts.letters.max(8) {
        say("text is mostly combining marks".to_owned());
    } else if counts.letters == 0 {
        let only = if counts.emoji > 0 && counts.digits == 0 { ", only emoji" } else { "" };
        say(format!("text has no words{only}"));
    }
    if counts.right_to_left * 2 > counts.letters {
        say("text is written right to left; not analysed for meaning".to_owned());
    }
    if counts.controls > 0 {
        say("text has control characters".to_owned());
    }
    if counts.directions > 0 {
        say("text has characters that turn its direction".to_owned());
    }
    if let Some(length) = longest_run(text).filter(|length| *length > LONGEST_RUN) {
        say(format!("text has a stretch of {length} bytes without a space"));
    }
    if reading.is_cut {
        say(format!("only the first {MAX_WORDS} words were analysed"));
    } else if reading.text.len() < text.len() {
        say(format!("only the first {} bytes were analysed", reading.text.len()));
    }
    problems
}

/// How many characters of each sort a text begins with.
#[derive(Default)]
struct Counts {
    letters: usize,
    right_to_left: usize,
    digits: usize,
    marks: usize,
    emoji: usize,
    controls: usize,
    directions: usize,
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for c in text.chars().take(SAMPLE) {
            match c {
                _ if c.is_ascii_alphabetic() => counts.letters += 1,
                '\t' | '\n' | '\r' => {}
                _ if c.is_control() => counts.controls += 1,
                _ if c.is_ascii_digit() => counts.digits += 1,
                _ if c.is_ascii() => {}
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => counts.directions += 1,
                _ if is_mark(c) => counts.marks += 1,
                _ if is_emoji(c) => counts.emoji += 1,
                _ if c.is_alphabetic() => {
                    counts.letters += 1;
                    counts.right_to_left += usize::from(is_right_to_left(c));
                }
                _ if c.is_numeric() => counts.digits += 1,
                _ => {}
            }
        }
        counts
    }
}

/// The blocks of combining marks that go with any script.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Bytes of the longest stretch without white space.
fn longest_run(text: &str) -> Option<usize> {
    // A text that is short cannot have one, and nearly all are.
    (text.len() > LONGEST_RUN).then(|| text.split_whitespace().map(str::len).max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Heads;
    use crate::tables::Tables;
    use model::Document;
    use text::Lexicons;

    fn said(text: &str) -> Vec<String> {
        let (document, lexicons) = (Document::default(), Lexicons::default());
        let tables = Tables::new(&lexicons);
        let heads = Heads::default();
        let reading = Reading::new(&document, text, &lexicons, &tables, &heads);
        problems(&reading, text).into_iter().map(|problem| problem.reason).collect()
    }

    #[test]
    fn ordinary_texts_have_no_problem() {
        let accents = "café, “kata”, José 👍\r\n\tbaris kedua. Bismillah بسم الله, kata beliau kepada warga yang hadir";
        for text in ["Jalan rusak 3 km.", accents, "a", "ꦱꦩꦫꦶꦤ꧀ꦢ", "ok 👍"] {
            assert!(said(text).is_empty(), "{text}: {:?}", said(text));
        }
    }

    #[test]
    fn odd_texts_say_why() {
        for (text, reason) in [
            ("", "text is empty"),
            (" \n\u{a0}", "text is empty"),
            ("👍👍🏽", "text has no words, only emoji"),
            ("... 123 !", "text has no words"),
            ("السلام عليكم", "text is written right to left; not analysed for meaning"),
            ("שלום ok", "text is written right to left; not analysed for meaning"),
            ("rusak\0", "text has control characters"),
            ("ru\u{202e}kas", "text has characters that turn its direction"),
        ] {
            assert_eq!(said(text), [reason], "{text:?}");
        }
        assert_eq!(said(&format!("a{}", "\u{301}".repeat(90))), ["text is mostly combining marks"]);
        assert_eq!(said(&"a".repeat(3_000)), ["text has a stretch of 3000 bytes without a space"]);
    }
}

//! Snippets: the stretch of a text that shows best why it was found.
//!
//! Found words stand between `**`; asterisks of the text itself are left out, so that whoever shows the
//! snippet can rely on the marks. A cut end is shown as `…`.

use super::words::words;
use model::Record;
use std::{collections::BTreeSet, ops::Range};

const SNIPPET_BYTES: usize = 240;
/// Words shown before the first one found.
const LEAD_BYTES: usize = 60;
/// A page of a million words is not read to its end for three lines.
const SEARCHED_BYTES_MAX: usize = 200_000;

/// What to look for in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    /// Stems of the query's words.
    pub(crate) stems: BTreeSet<String>,
    /// The query's beginnings of words.
    pub(crate) prefixes: BTreeSet<String>,
}

/// A word that was found: where, and which part of the query it answers.
struct Found {
    range: Range<usize>,
    answers: String,
}

/// The snippet of one record.
pub(crate) fn snippet(record: &Record, sought: &Sought) -> String {
    let text = if record.text.trim().is_empty() { record.title.as_deref().unwrap_or_default() } else { &record.text };
    let found = find(text, sought);
    let window = window(text, &found);
    let mut snippet = String::with_capacity(SNIPPET_BYTES + 32);
    if window.start > 0 {
        snippet.push('…');
    }
    let mut at = window.start;
    for word in found.iter().filter(|word| window.start <= word.range.start && word.range.end <= window.end) {
        // Parts of one compound have the same range.
        if word.range.start < at {
            continue;
        }
        push_plain(&mut snippet, &text[at..word.range.start]);
        snippet.push_str("**");
        push_plain(&mut snippet, &text[word.range.clone()]);
        snippet.push_str("**");
        at = word.range.end;
    }
    push_plain(&mut snippet, &text[at..window.end]);
    if window.end < text.trim_end().len() {
        snippet.push('…');
    }
    snippet
}

fn find(text: &str, sought: &Sought) -> Vec<Found> {
    if sought.stems.is_empty() && sought.prefixes.is_empty() {
        return Vec::new();
    }
    let text = &text[..text.floor_char_boundary(SEARCHED_BYTES_MAX)];
    words(text)
        .filter_map(|word| {
            let stem = sought.stems.get(&word.stem).or_else(|| sought.stems.get(word.other.as_ref()?));
            let prefix = || {
                sought.prefixes.iter().find(|prefix| word.whole.starts_with(*prefix) || word.stem.starts_with(*prefix))
            };
            let answers = stem.or_else(prefix)?.clone();
            Some(Found { range: word.start..word.end, answers })
        })
        .collect()
}

/// The stretch that answers most parts of the query; the first of equals.
fn window(text: &str, found: &[Found]) -> Range<usize> {
    let mut best = (0, 0);
    for (index, first) in found.iter().enumerate() {
        let end = first.range.start + SNIPPET_BYTES - LEAD_BYTES;
        let answered: BTreeSet<_> =
            found[index..].iter().take_while(|word| word.range.end <= end).map(|word| &word.answers).collect();
        if answered.len() > best.0 {
            best = (answered.len(), first.range.start);
        }
    }
    let from = best.1;
    let end = text.trim_end().len();
    if end <= SNIPPET_BYTES {
        return 0..end;
    }
    let start = if from <= LEAD_BYTES { 0 } else { word_start(text, text.ceil_char_boundary(from - LEAD_BYTES), from) };
    if end - start <= SNIPPET_BYTES {
        return start..end;
    }
    let end = text.floor_char_boundary(start + SNIPPET_BYTES);
    // Cut behind a whole word, unless one word fills everything.
    let cut = text[start..end].rfind(char::is_whitespace).map_or(end, |space| start + space);
    start..if cut > from { cut } else { end }
}

/// The start of a word at or after `at`, but not after `limit`.
fn word_start(text: &str, at: usize, limit: usize) -> usize {
    let space = text[at..limit].char_indices().find(|(_, c)| c.is_whitespace());
    space.map_or(limit, |(space, c)| at + space + c.len_utf8())
}

fn push_plain(snippet: &mut String, text: &str) {
    for c in text.chars().filter(|c| *c != '*') {
        match c.is_whitespace() {
            true if snippet.ends_with(' ') => {}
            true => snippet.push(' '),
            false => snippet.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, stems: &[&str], prefixes: &[&str]) -> String {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let record = Record { text: text.to_owned(), ..Record::default() };
        snippet(&record, &Sought { stems: owned(stems), prefixes: owned(prefixes) })
    }

    #[test]
    fn found_words_are_marked() {
        assert_eq!(
            show("Kerusakan jalan\nitu lama.", &["rusa", "rusak", "jalan"], &[]),
            "**Kerusakan** **jalan** itu lama."
        );
        assert_eq!(show("Pembangunan Pasar", &[], &["pemb"]), "**Pembangunan** Pasar");
        assert_eq!(show("Rute Kaltim-Kaltara", &["kaltim", "kaltara"], &[]), "Rute **Kaltim-Kaltara**");
    }

    #[test]
    fn marks_of_the_text_cannot_be_mistaken_for_ours() {
        assert_eq!(show("**awas** *banjir*", &["banjir"], &[]), "awas **banjir**");
    }

    #[test]
    fn the_stretch_with_most_of_the_query_is_shown() {
        let filler = "kata lain ".repeat(60);
        let text = format!("banjir {filler}lalu banjir di pasar {filler}");
        let shown = show(&text, &["banjir", "pasar"], &[]);
        assert!(shown.contains("lalu **banjir** di **pasar** kata"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with("…"), "{shown}");
        assert!(shown.len() < SNIPPET_BYTES + 20);
    }

    #[test]
    fn strange_texts_are_cut_on_characters() {
        for text in ["", " \n ", &"é".repeat(1000), &"😀 ".repeat(500), &format!("{} banjir", "ü\u{a0}".repeat(500))]
        {
            show(text, &["banjir"], &["é"]);
        }
    }
}

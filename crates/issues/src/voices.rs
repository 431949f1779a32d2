//! Who says what: statements of office holders and institutions.

use crate::{docs::Doc, phrases};
use model::{QuoteNote, SaidBy};
use std::collections::{BTreeMap, BTreeSet};

/// Statements of an issue, one a speaker, and a second where the speaker names another number.
const STATEMENTS: usize = 8;
/// Quotations that are read; a matter of thousands of articles repeats them.
const QUOTES_READ: usize = 500;
/// Longer roles are half a sentence.
const ROLE_WORDS_MAX: usize = 10;
/// Quotations of speakers whose public role is given; the speaker quoted most often first. What agencies and networks
/// send to many outlets is one quotation.
pub(crate) fn statements(shown: &[&Doc<'_>]) -> Vec<SaidBy> {
    let quotes = shown.iter().flat_map(|doc| doc.record.quotes.iter().map(move |quote| (*doc, quote)));
    let quotes: Vec<(&Doc<'_>, &QuoteNote)> =
        quotes.filter(|(_, quote)| quote.role.is_some()).take(QUOTES_READ).collect();
    let full_name = full_names(&quotes);
    let mut speakers: BTreeMap<&str, Vec<(&Doc<'_>, &QuoteNote)>> = BTreeMap::new();
    for &(doc, quote) in &quotes {
        speakers.entry(full_name[quote.speaker.as_str()]).or_default().push((doc, quote));
    }
    let mut speakers: Vec<_> = speakers.into_iter().collect();
    speakers.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    speakers.into_iter().flat_map(|(name, quotes)| of_speaker(name, &quotes)).take(STATEMENTS).collect()
}

/// For each name as written the fullest form in which exactly one speaker is named so: "Hadi" is "Hadi Prasetyo".
fn full_names<'a>(quotes: &[(&'a Doc<'a>, &'a QuoteNote)]) -> BTreeMap<&'a str, &'a str> {
    let names: BTreeSet<&str> = quotes.iter().map(|(_, quote)| quote.speaker.as_str()).collect();
    let words: Vec<(&str, Vec<String>)> = names.iter().map(|name| (*name, phrases::words_of(name))).collect();
    let full = |(name, own): &(&'a str, Vec<String>)| {
        let within = |other: &[String]| other.len() > own.len() && own.iter().all(|word| other.contains(word));
        let mut longer = words.iter().filter(|(_, other)| within(other));
        match (longer.next(), longer.next()) {
            (Some((only, _)), None) => (*name, *only),
            _ => (*name, *name),
        }
    };
    words.iter().map(full).collect()
}

/// What one speaker said most often, with the most specific role; and what contradicts it.
fn of_speaker(name: &str, quotes: &[(&Doc<'_>, &QuoteNote)]) -> Vec<SaidBy> {
    let mut different: Vec<(Vec<String>, usize, &Doc<'_>, &QuoteNote)> = Vec::new();
    for &(doc, quote) in quotes {
        let words = phrases::words_of(&quote.text);
        match different.iter_mut().find(|(known, ..)| holds(known, &words) || holds(&words, known)) {
            Some((_, count, ..)) => *count += 1,
            None => different.push((words, 1, doc, quote)),
        }
    }
    let roles = quotes.iter().filter_map(|(_, quote)| quote.role.as_deref());
    let length = |role: &str| role.split_whitespace().count();
    let specific =
        roles.filter(|role| length(role) <= ROLE_WORDS_MAX).max_by_key(|role| (length(role), std::cmp::Reverse(*role)));
    let said = |(_, _, doc, quote): &(Vec<String>, usize, &Doc<'_>, &QuoteNote)| SaidBy {
        speaker: name.to_owned(),
        role: specific.map(str::to_owned).or_else(|| quote.role.clone()),
        text: quote.text.clone(),
        document: doc.exemplar(),
    };
    // A stable sort: of equals the one in the most typical document stays first.
    different.sort_by_key(|(_, count, ..)| std::cmp::Reverse(*count));
    let Some(first) = different.first() else { return Vec::new() };
    let second = different[1..].iter().find(|other| contradicts(&first.0, &other.0));
    [Some(first), second].into_iter().flatten().map(said).collect()
}

/// True where the shorter words stand in the longer ones in a row.
fn holds(long: &[String], short: &[String]) -> bool {
    !short.is_empty() && long.windows(short.len()).any(|window| window == short)
}

/// True where both name a number of the same thing and it differs.
fn contradicts(a: &[String], b: &[String]) -> bool {
    let counted = |words: &[String]| -> BTreeMap<String, String> {
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        let pairs = words.windows(2).filter(|two| is_number(&two[0]) && !is_number(&two[1]));
        pairs.map(|two| (two[1].clone(), two[0].clone())).collect()
    };
    let (a, b) = (counted(a), counted(b));
    a.iter().any(|(of, number)| b.get(of).is_some_and(|other| other != number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Record;

    #[test]
    fn a_syndicated_quotation_stands_once_with_the_fullest_name_and_role() {
        let quote = |text: &str, speaker: &str, role: &str| QuoteNote {
            text: text.to_owned(),
            speaker: speaker.to_owned(),
            role: Some(role.to_owned()),
        };
        let records = [
            quote("Pasokan pulih Sabtu", "Hadi Prasetyo", "Manajer"),
            quote("Pasokan pulih Sabtu.", "Hadi", "Manajer Area Migas Negara"),
            quote("Kami kirim 12 truk tangki", "Hadi Prasetyo", "Manajer"),
            quote("Ada 20 truk yang kami kirim", "Hadi Prasetyo", "Manajer"),
        ]
        .map(|quote| Record { quotes: vec![quote], ..Record::default() });
        let docs: Vec<Doc<'_>> =
            records.iter().map(|record| Doc { record, now: true, copy: false, voice: true, nearness: 1.0 }).collect();
        let said = statements(&docs.iter().collect::<Vec<_>>());
        assert_eq!(said.len(), 1, "a second one only where it contradicts the first");
        assert_eq!(said[0].speaker, "Hadi Prasetyo");
        assert_eq!(said[0].role.as_deref(), Some("Manajer Area Migas Negara"));
        let two = statements(&docs[2..].iter().collect::<Vec<_>>());
        assert_eq!(two.len(), 2, "twelve or twenty");
    }
}

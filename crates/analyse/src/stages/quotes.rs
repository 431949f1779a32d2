//! Direct quotations with who said them, as fully named as the text names them.

use super::NoOptions;
use crate::people::{Mention, People, Person, is_behind, people};
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Quote};
use std::ops::{Range, RangeInclusive};

pub(crate) const KIND: Kind<Build> = Kind {
    name: "quotes",
    summary: "finds direct quotations, their speakers and the speakers' public roles",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Quotes) as Box<dyn Stage>),
};

struct Quotes;

/// Words that a quotation without a verb of saying needs: shorter ones are titles and irony.
const ALONE: usize = 6;

/// Words that a quotation needs at all.
const SHORTEST: usize = 4;

/// Entries between a quotation and its verb of saying.
const REACH: u32 = 8;

impl Stage for Quotes {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let ranges = quoted(reading.text);
        if ranges.is_empty() {
            return;
        }
        let entries: Vec<RangeInclusive<u32>> = ranges.iter().map(|range| entries_in(reading, range)).collect();
        let people = people(reading, &entries);
        for (at, (range, words)) in ranges.iter().zip(&entries).enumerate() {
            let count = words.clone().count();
            // Nothing between the marks that was read: behind "“…” katanya" there is no first word to look back from.
            if count < SHORTEST {
                continue;
            }
            // Of a speech over several paragraphs the last one says whose it is.
            let tagged = (at..ranges.len()).find(|&at| !goes_on(reading.text, &ranges[at])).unwrap_or(at);
            if entries[tagged].is_empty() {
                continue;
            }
            let Some(source) = source(reading, &people, &ranges[tagged], &entries[tagged]) else { continue };
            if count < ALONE && source == Source::Unmarked {
                continue;
            }
            let speaker = speaker(&people, &source, *words.start());
            let text = reading.text[range.clone()].trim().trim_end_matches(',');
            let start =
                range.start + (reading.text[range.clone()].len() - reading.text[range.clone()].trim_start().len());
            analysis.quotes.push(Quote {
                text: text.to_owned(),
                // Only who speaks in a public role is named; of citizens the role says enough.
                speaker: speaker
                    .filter(|person| person.public && person.role.is_some())
                    .and_then(|person| person.name.clone()),
                role: speaker.and_then(|person| person.role.clone()),
                start: start as u32,
                end: (start + text.len()) as u32,
            });
        }
    }
}

/// How a text says whose words a quotation has.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    /// It names the person beside the verb of saying.
    Named(usize),
    /// It leaves it at "ujarnya": whoever spoke last.
    Last,
    /// It says nothing.
    Unmarked,
}

/// The stretches between quotation marks. A mark that is not closed in its paragraph opens nothing, unless the next
/// paragraph opens with one again: then somebody goes on speaking.
fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = '\n';
    for (at, c) in text.char_indices() {
        let opens = before.is_whitespace() || matches!(before, '(' | ':' | '-' | '–' | '—');
        match c {
            '\n' => {
                if let Some((start, _)) = open.take()
                    && text[at..].trim_start().starts_with(['“', '"'])
                    && start < at
                {
                    found.push(start..at);
                }
            }
            '“' | '„' | '«' => open = Some((at + c.len_utf8(), c)),
            '"' if open.is_none() && opens => open = Some((at + 1, c)),
            '‘' if open.is_none() && opens => open = Some((at + c.len_utf8(), c)),
            // An apostrophe inside a word closes nothing.
            '’' if open.is_some_and(|(_, mark)| mark == '‘')
                && !text[at + c.len_utf8()..].starts_with(char::is_alphanumeric) =>
            {
                found.extend(open.take().map(|(start, _)| start..at));
            }
            '”' | '»' | '"' if open.is_some_and(|(_, mark)| mark != '‘') => {
                found.extend(open.take().map(|(start, _)| start..at));
            }
            _ => {}
        }
        before = c;
    }
    found
}

/// True where the speaker goes on in the next paragraph.
fn goes_on(text: &str, range: &Range<usize>) -> bool {
    text[range.end..].starts_with('\n')
}

fn entries_in(reading: &Reading<'_>, range: &Range<usize>) -> RangeInclusive<u32> {
    let first = reading.entries.partition_point(|entry| (entry.start as usize) < range.start) as u32;
    let end = reading.entries.partition_point(|entry| (entry.start as usize) < range.end) as u32;
    // An empty range where nothing stands between the marks.
    if end > first { first..=end - 1 } else { RangeInclusive::new(first + 1, first) }
}

/// Looks behind the quotation first, then before it. `None` for what is no quotation.
fn source(reading: &Reading<'_>, people: &People, range: &Range<usize>, words: &RangeInclusive<u32>) -> Option<Source> {
    let behind = words.end() + 1;
    let tag = people.verbs.iter().find(|verb| {
        verb.first >= behind && verb.first <= behind + 2 && {
            let gap = &reading.text[range.end..reading.entries[verb.first as usize].start as usize];
            !gap.contains(['\n', '.', '“'])
        }
    });
    if let Some(verb) = tag {
        let named = people.mentions.iter().find(|mention| {
            is_behind(reading, verb, mention.first) && !reading.breaks_within(verb.first, mention.first)
        });
        return Some(named.map_or(Source::Last, |mention| Source::Named(mention.person)));
    }
    let first = *words.start();
    let introduced = people.verbs.iter().rev().find(|verb| verb.last < first && first - verb.last <= REACH);
    if let Some(verb) = introduced {
        let start = reading.entries[verb.first as usize].start as usize;
        if !reading.text[start..range.start].contains(['\n', '.']) {
            let (from, _) = reading.sentence(verb.first);
            let named = people.mentions.iter().rev().find(|mention| mention.first >= from && mention.first < first);
            return Some(named.map_or(Source::Last, |mention| Source::Named(mention.person)));
        }
    }
    // Words that the sentence goes on after are a phrase in quotation marks, not speech.
    let goes_on = reading.text[range.end..]
        .trim_start_matches(['”', '"', '»'])
        .trim_start_matches(' ')
        .starts_with(char::is_lowercase);
    (!goes_on).then_some(Source::Unmarked)
}

fn speaker<'p>(people: &'p People, source: &Source, first: u32) -> Option<&'p Person> {
    if let Source::Named(person) = source {
        return people.people.get(*person);
    }
    let before: Vec<&Mention> = people.mentions.iter().take_while(|mention| mention.first < first).collect();
    let named = |mention: &&&Mention| people.people[mention.person].name.is_some();
    let last = before.iter().rev().find(|mention| mention.speaks).or_else(|| before.iter().rev().find(named))?;
    people.people.get(last.person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_of_all_kinds() {
        let text =
            "Ia berkata, “Satu dua.” Lalu \"tiga empat,” ujarnya. 5\" pipa dan “tak tertutup\nlalu \"lima enam\"";
        let found: Vec<_> = quoted(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Satu dua.", "tiga empat,", "lima enam"]);
        let text = "‘Jum’at kami mulai,’ katanya. “Satu dua\n“tiga ‘empat’ lima,” ujarnya.";
        let found: Vec<_> = quoted(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Jum’at kami mulai,", "Satu dua", "tiga ‘empat’ lima,"]);
    }
}

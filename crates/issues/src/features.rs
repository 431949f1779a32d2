//! Features: what grouping looks at in one record.
//!
//! Topics, places and agencies are no terms beside the words: measured, they join what merely has the same subject. They
//! decide where `themes` and `public` ask for them by name.

use crate::{
    copies::Signature,
    form::{Form, Reading},
    rarity::Rarity,
    vector::{self, Vector},
};
use model::{PlaceCode, Record, Region};
use rustc_hash::FxHashMap;
use std::{borrow::Cow, collections::BTreeSet};
use text::words::{self, Token};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of the body whose words count: the lead says what happened, the rest is background that many events share.
/// Measured: 700 finds more than 500, 1,000 or 1,500 do.
const LEAD_BYTES: usize = 700;
/// Bytes of the body in which copies are recognised.
const COPY_BYTES: usize = 6_000;
/// Bytes of the body in which the form is read: a listing is filled in from its first lines on.
const FORM_BYTES: usize = 2_000;
/// A word of the title counts as often as so many of the lead.
const TITLE_WEIGHT: f32 = 4.0;
/// Names tell one incident from another of its kind.
const NAME_WEIGHT: f32 = 2.0;
/// A date counts next to nothing as a word.
const DATE_COUNT: f32 = 0.4;
/// The share of a similarity that titles decide among themselves: two headlines of one event agree where leads differ.
const TITLE_SHARE: f32 = 0.3;
/// Set in the terms of a title as a title; without it a term is a word of title or lead.
const TITLE_SPACE: u64 = 1 << 32;
/// A first line longer than this is a paragraph, no headline.
const HEADLINE_BYTES: usize = 200;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// One record as grouping sees it.
pub(crate) struct Features {
    /// Terms with how often they occur; weighted by [`weigh`] afterwards.
    pub(crate) terms: Vector,
    /// Numbers and names of the title: what tells a notice from the next one of its kind.
    pub(crate) marks: Vec<u64>,
    /// For near-copies; short texts have none, they are equal by accident.
    pub(crate) signature: Option<Signature>,
    /// What is left of an article without its fillings, and these.
    pub(crate) form: Option<Form>,
    /// When it happened, in seconds since 1970: the day of the event where nothing else is known.
    pub(crate) time: i64,
    /// Regencies and cities that it is about.
    pub(crate) regencies: BTreeSet<PlaceCode>,
}

/// Reads one record; `whole` also for near-copies, which costs most of the time.
pub(crate) fn features(record: &Record, region: &Region, whole: bool) -> Features {
    let title = title(record);
    let body = record.text.strip_prefix(title).unwrap_or(&record.text);
    let mut counts: FxHashMap<u64, f32> = FxHashMap::default();
    let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut shingles = Vec::new();
    let mut form = Reading::default();
    let (mut words, mut before) = (0, (0, 0));
    let bytes = if whole { COPY_BYTES } else { LEAD_BYTES };
    for (text, in_title) in [(title, true), (up_to(body, bytes), false)] {
        // A date says when, not what: it tells notices apart and makes nothing alike.
        let read = if in_title { text } else { up_to(text, LEAD_BYTES) };
        let dates = text::dates::find(read, Some(record.day));
        for date in dates.iter().filter_map(|written| written.date) {
            let term = xxh3_64(date.to_string().as_bytes()) & 0xffff_ffff;
            counts.entry(term).or_insert(DATE_COUNT);
            if in_title {
                counts.entry(term | TITLE_SPACE).or_insert(DATE_COUNT);
                numbers.insert(term);
                form.title_day(date);
            }
        }
        for (token, word) in words_of(text) {
            if whole {
                words += 1;
                let hash = xxh3_64(word.as_bytes());
                if words >= 3 {
                    shingles.push(mix(before.0, mix(before.1, hash)));
                }
                before = (before.1, hash);
                let in_form = token.start < FORM_BYTES;
                match (in_title, is_number(&word)) {
                    (true, true) => {}
                    (true, false) if says_something(&word) => form.title_word(hash),
                    (false, true) if in_form => form.figure(hash),
                    (false, false) if in_form && is_name(text, &token) => form.name(hash),
                    (false, false) if in_form => form.word(hash),
                    _ => {}
                }
            }
            let in_date = || dates.iter().any(|date| (date.start..date.end).contains(&token.start));
            if says_something(&word) && (in_title || token.start < LEAD_BYTES) && !(in_title && in_date()) {
                let term = term(&word);
                let weight = match in_title {
                    true => {
                        *counts.entry(term | TITLE_SPACE).or_default() += 1.0;
                        TITLE_WEIGHT
                    }
                    false if !is_number(&word) && is_name(text, &token) => {
                        names.insert(term);
                        NAME_WEIGHT
                    }
                    false => 1.0,
                };
                if is_number(&word) {
                    numbers.insert(term);
                }
                *counts.entry(term).or_default() += weight;
            }
        }
    }
    let mut terms: Vector = counts.into_iter().collect();
    terms.sort_unstable_by_key(|&(term, _)| term);
    let in_title = |term: &u64| terms.binary_search_by_key(&(term | TITLE_SPACE), |&(term, _)| term).is_ok();
    let mut marks: Vec<u64> = names.into_iter().filter(in_title).collect();
    marks.extend(numbers.into_iter().filter(in_title).map(|number| number | NUMBER));
    let signature = Signature::of(&shingles);
    let form = (whole && !record.kind.is_public_voice()).then(|| form.form());
    Features { terms, marks, signature, form, time: time(record), regencies: regencies(record, region) }
}

/// The title; of an article without one its first line, if that is short.
fn title(record: &Record) -> &str {
    match &record.title {
        Some(title) => title,
        None if record.kind.is_public_voice() => "",
        None => record.text.lines().next().filter(|line| line.len() <= HEADLINE_BYTES).unwrap_or_default(),
    }
}

/// Turns counts into weights: frequent in the record and rare among the records is heavy. Words and titles are of length
/// 1 each before they share the whole.
pub(crate) fn weigh(terms: &Vector, rarity: &[&Rarity]) -> Vector {
    let weight = |&(term, count): &(u64, f32)| (term, (1.0 + count).log2() * Rarity::of(rarity, term & !TITLE_SPACE));
    let split = terms.partition_point(|&(term, _)| term < TITLE_SPACE);
    let words = vector::unit(terms[..split].iter().map(weight).collect());
    let titles = vector::unit(terms[split..].iter().map(weight).collect());
    let words_share = if titles.is_empty() { 1.0 } else { 1.0 - TITLE_SHARE };
    let share =
        |vector: Vector, share: f32| vector.into_iter().map(move |(term, weight)| (term, weight * share.sqrt()));
    let mut terms: Vector = share(words, words_share).chain(share(titles, TITLE_SHARE)).collect();
    vector::round(&mut terms);
    terms
}

/// Words of a record, without those of its title as a title.
pub(crate) fn words_only(terms: &Vector) -> &[(u64, f32)] {
    &terms[..terms.partition_point(|&(term, _)| term < TITLE_SPACE)]
}

/// Set in a mark that is a number.
const NUMBER: u64 = 1 << 33;

/// What two headlines say each of its own, of which the other knows nothing: so do the notices for two days, towns or
/// companies, whatever they are about.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Apart {
    /// Names: other towns, companies, people.
    pub(crate) names: bool,
    /// Numbers: other days, prices, magnitudes.
    pub(crate) numbers: bool,
    /// A name here and a number there.
    pub(crate) crossed: bool,
}

/// What tells the headlines of two documents, given by marks and terms, apart.
pub(crate) fn apart(a: (&[u64], &Vector), b: (&[u64], &Vector)) -> Apart {
    let unknown = |marks: &[u64], terms: &Vector| {
        let unknown = |mark: &u64| terms.binary_search_by_key(&(mark & !NUMBER), |&(term, _)| term).is_err();
        let split = marks.partition_point(|&mark| mark < NUMBER);
        (marks[..split].iter().any(unknown), marks[split..].iter().any(unknown))
    };
    let ((names, numbers), (other_names, other_numbers)) = (unknown(a.0, b.1), unknown(b.0, a.1));
    Apart {
        names: names && other_names,
        numbers: numbers && other_numbers,
        crossed: names && other_numbers || numbers && other_names,
    }
}

/// The regencies and cities in which a record's places lie; none where it names most of them, as a round-up does.
fn regencies(record: &Record, region: &Region) -> BTreeSet<PlaceCode> {
    /// A text about more regencies than this is about the region.
    const MANY: usize = 3;
    let found: BTreeSet<PlaceCode> =
        record.places.iter().filter_map(|place| region.regency_of(place)).map(|place| place.code.clone()).collect();
    if found.len() > MANY { BTreeSet::new() } else { found }
}

fn time(record: &Record) -> i64 {
    let at = record.at.as_second();
    match record.event_date {
        // `at` is then the start of the local day `day`, so whole days lead to the start of the event's day.
        Some(event) if !record.dated => at + i64::from((event - record.day).get_days()) * DAY,
        _ => at,
    }
}

/// Normalised words, hashtags among them; addresses and mentions are nobody's subject.
fn words_of(text: &str) -> impl Iterator<Item = (Token<'_>, Cow<'_, str>)> {
    words::tokens(text)
        .filter(|token| !token.is_address() && !token.text.starts_with('@'))
        .map(|token| (token, words::normalise(token.text.trim_start_matches('#'))))
}

/// Thirty-two bits: two words of one stream that share a term are rarer than misspellings.
fn term(word: &str) -> u64 {
    xxh3_64(words::stem(word).as_bytes()) & 0xffff_ffff
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// A capital inside a sentence. Titles tell nothing: every word of theirs has one.
fn is_name(text: &str, token: &Token<'_>) -> bool {
    let before = text[..token.start].trim_end_matches(' ');
    token.text.starts_with(char::is_uppercase)
        && !before.is_empty()
        && !before.ends_with(['.', '!', '?', ':', '\n', '"', '“'])
}

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn up_to(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// The distinct words of a sentence that say something, as terms.
pub(crate) fn word_terms(sentence: &str) -> BTreeSet<u64> {
    words_of(sentence).filter(|(_, word)| says_something(word)).map(|(_, word)| term(&word)).collect()
}

fn says_something(word: &str) -> bool {
    (word.len() > 1 || is_number(word)) && !words::is_stop_word(word)
}

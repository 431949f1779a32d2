//! Framing: how groups of outlets and voices tell an issue, with the words that set a group apart.
//!
//! Words are weighed by log-odds with an informative prior (Monroe, Colaresi and Quinn 2008, Fightin' Words): a word
//! that a small group says once is no frame. Nobody's name is a frame either, so words that stand as names are left out.

use crate::{docs::Doc, phrases};
use model::{Coverage, Framing, Region, SourceKind, ToneCount, Topic};
use rustc_hash::FxHashMap;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use text::words;

/// Groups of fewer items have no words: one outlet's style is no framing.
const ITEMS_MIN: usize = 3;
const WORDS: usize = 5;
/// A group's word stands in so many of its documents; of citizens in more, so that none is one person's.
const DOCUMENTS_MIN: usize = 2;
const DOCUMENTS_OF_CITIZENS_MIN: usize = 3;
/// One-sided 90 %.
const SCORE_MIN: f64 = 1.28;
/// Words that the prior is worth.
const PRIOR: f64 = 50.0;
/// Documents read of a group, and bytes of each: the lead says how a matter is told.
const DOCUMENTS_READ: usize = 300;
const LEAD_BYTES: usize = 1_500;

/// Who speaks; the order in which groups of one size stand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Outlets of the region by their town; empty where they have no single one.
    Local(String),
    National,
    Unlisted,
    Factcheck,
    Citizens,
    Official,
    Paid,
}

impl Group {
    fn label(&self) -> String {
        match self {
            Self::Local(town) if town.is_empty() => "media daerah".to_owned(),
            Self::Local(town) => format!("media daerah ({town})"),
            Self::National => "media nasional".to_owned(),
            Self::Unlisted => "media tidak terdaftar".to_owned(),
            Self::Factcheck => "pemeriksa fakta".to_owned(),
            Self::Citizens => "warga".to_owned(),
            Self::Official => "rilis resmi".to_owned(),
            Self::Paid => "advertorial (berbayar)".to_owned(),
        }
    }
}

/// Groups of the last window, the largest first.
pub(crate) fn framing(docs: &[Doc<'_>], topic: Option<&Topic>, region: &Region) -> Vec<Framing> {
    let mut outlets: BTreeMap<&str, Group> = BTreeMap::new();
    let mut groups: BTreeMap<Group, Vec<&Doc<'_>>> = BTreeMap::new();
    for doc in docs.iter().filter(|doc| doc.now) {
        groups.entry(group(doc, region, &mut outlets)).or_default().push(doc);
    }
    let groups = without_tiny_towns(groups);
    let mut said: BTreeMap<&Group, BTreeMap<String, usize>> = BTreeMap::new();
    // Most issues are one group or a few items, and reading these for words would be for nothing.
    let compares = groups.len() > 1 && groups.values().any(|docs| docs.len() >= ITEMS_MIN);
    if compares {
        let names = Names::of(docs, topic, region);
        said.extend(groups.iter().map(|(group, docs)| (group, documents_by_word(docs, &names))));
    }
    let mut framings: Vec<Framing> = groups
        .iter()
        .map(|(group, docs)| {
            let mut tone = ToneCount::default();
            docs.iter().filter_map(|doc| doc.record.tone).for_each(|of| tone.add(of));
            let words = if compares && docs.len() >= ITEMS_MIN { distinguishing(group, &said) } else { Vec::new() };
            Framing { group: group.label(), count: docs.len() as u32, tone, words, example: typical(docs).exemplar() }
        })
        .collect();
    framings.sort_by_key(|framing| Reverse(framing.count));
    framings
}

fn group<'a>(doc: &Doc<'a>, region: &Region, outlets: &mut BTreeMap<&'a str, Group>) -> Group {
    let record = doc.record;
    match (record.coverage, record.kind) {
        (Coverage::Advertorial, _) => Group::Paid,
        (Coverage::Official, _) | (Coverage::Earned, SourceKind::Official) => Group::Official,
        (_, SourceKind::Factcheck) => Group::Factcheck,
        (_, kind) if kind.is_public_voice() => Group::Citizens,
        _ => outlets.entry(record.source.as_str()).or_insert_with(|| outlet(record.source.as_str(), region)).clone(),
    }
}

fn outlet(source: &str, region: &Region) -> Group {
    let known = |name: &str| name.eq_ignore_ascii_case(source);
    let Some(medium) = region.media.iter().find(|medium| known(&medium.host) || known(&medium.name)) else {
        return Group::Unlisted;
    };
    let towns: Vec<&str> = medium.base.split('/').map(str::trim).filter(|town| !town.is_empty()).collect();
    let is_region = |town: &str| {
        let whole = region.place(&region.code).map(|place| (place.name.as_str(), place.short.as_str()));
        let names = [region.name.as_str(), region.title.as_str()]
            .into_iter()
            .chain(whole.into_iter().flat_map(|(name, short)| [name, short]));
        names.into_iter().any(|name| name.eq_ignore_ascii_case(town))
    };
    let is_town = |town: &str| {
        let inside = region.places.iter().filter(|place| place.code.as_str().starts_with(region.code.as_str()));
        inside.into_iter().any(|place| place.short.eq_ignore_ascii_case(town) || place.name.eq_ignore_ascii_case(town))
    };
    match towns.as_slice() {
        [only] if is_region(only) => Group::Local(String::new()),
        [first, ..] if is_town(first) => Group::Local((*first).to_owned()),
        _ => Group::National,
    }
}

/// Towns with few items stand together, and one town alone needs no name of its own beside nothing.
fn without_tiny_towns<'a, 'b>(groups: BTreeMap<Group, Vec<&'b Doc<'a>>>) -> BTreeMap<Group, Vec<&'b Doc<'a>>> {
    let mut merged: BTreeMap<Group, Vec<&Doc<'_>>> = BTreeMap::new();
    for (group, docs) in groups {
        let group = match group {
            Group::Local(_) if docs.len() < ITEMS_MIN => Group::Local(String::new()),
            group => group,
        };
        merged.entry(group).or_default().extend(docs);
    }
    merged
}

fn typical<'a, 'b>(docs: &[&'b Doc<'a>]) -> &'b Doc<'a> {
    let order = |doc: &&&Doc<'_>| (Reverse(doc.copy), doc.nearness.to_bits());
    // Of equals the first; `max_by_key` would give the last.
    docs.iter().rev().max_by_key(order).expect("a group has at least one document")
}

/// Words that stand as names: with a capital inside a sentence more often than not, or behind a form of address.
struct Names<'a> {
    names: BTreeSet<String>,
    honorifics: &'a [String],
    /// Verbs of saying and other words that any report has.
    plain: &'a [String],
    /// The matter's own name, which everybody uses.
    matter: Vec<String>,
}

impl<'a> Names<'a> {
    fn of(docs: &[Doc<'_>], topic: Option<&Topic>, region: &'a Region) -> Self {
        let honorifics = region.wording.list("honorific");
        let mut seen: FxHashMap<String, (u32, u32)> = FxHashMap::default();
        let mut names = BTreeSet::new();
        for doc in docs.iter().filter(|doc| doc.now && !doc.copy).take(DOCUMENTS_READ) {
            let text = lead(&doc.record.text);
            let (mut starts, mut behind_honorific) = (true, false);
            let mut end = 0;
            for token in words::tokens(text) {
                starts |= text[end..token.start].contains(['.', '!', '?', ':', '\n', '"', '“']);
                end = token.end;
                let word = words::normalise(token.text).into_owned();
                if behind_honorific {
                    names.insert(word.clone());
                }
                behind_honorific = honorifics.contains(&word);
                let mut letters = token.text.chars();
                // An acronym is no name ("SPBU").
                let is_name = letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
                if !starts {
                    let count = seen.entry(word).or_default();
                    count.0 += 1;
                    count.1 += u32::from(is_name);
                }
                starts = false;
            }
            let speakers = doc.record.quotes.iter().flat_map(|quote| phrases::words_of(&quote.speaker));
            names.extend(speakers);
        }
        names
            .extend(seen.into_iter().filter(|(_, (all, named))| named * 2 >= *all && *named > 0).map(|(word, _)| word));
        let matter = topic.map_or_else(Vec::new, |topic| {
            [&topic.label, &topic.short].into_iter().flat_map(|name| phrases::words_of(name)).collect()
        });
        Self { names, honorifics, plain: region.wording.list("no_frame"), matter }
    }

    fn is_frame(&self, word: &str) -> bool {
        word.chars().count() >= 3
            && word.chars().all(|c| c.is_alphabetic() || c == '-')
            && !words::is_stop_word(word)
            && !self.names.contains(word)
            && !self.plain.iter().chain(&self.matter).any(|plain| plain == word)
            && !self.honorifics.iter().any(|honorific| honorific == word)
    }
}

/// For each word of a group in how many of its documents it stands, copies counted once.
fn documents_by_word(docs: &[&Doc<'_>], names: &Names<'_>) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for doc in docs.iter().filter(|doc| !doc.copy && doc.voice).take(DOCUMENTS_READ) {
        let title = doc.record.title.as_deref().unwrap_or_default();
        let mut words: BTreeSet<String> = BTreeSet::new();
        for text in [title, lead(&doc.record.text)] {
            let plain = words::tokens(text).filter(|token| {
                token.text.starts_with(char::is_alphabetic)
                    && !token.is_address()
                    && !text[..token.start].ends_with('[')
            });
            words.extend(plain.map(|token| words::normalise(token.text).into_owned()).filter(|w| names.is_frame(w)));
        }
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    counts
}

/// The words that a group uses more than all others together.
fn distinguishing(group: &Group, said: &BTreeMap<&Group, BTreeMap<String, usize>>) -> Vec<String> {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    said.values().flatten().for_each(|(word, count)| *all.entry(word).or_default() += count);
    let total: usize = all.values().sum();
    let own = &said[group];
    let own_total: usize = own.values().sum();
    if own_total == total {
        return Vec::new();
    }
    let fewest = if *group == Group::Citizens { DOCUMENTS_OF_CITIZENS_MIN } else { DOCUMENTS_MIN };
    let score = |word: &str, count: usize| {
        let (here, there) = (count as f64, (all[word] - count) as f64);
        let prior = PRIOR * all[word] as f64 / total as f64;
        let odds = |count: f64, of: usize| ((count + prior) / (of as f64 + PRIOR - count - prior)).ln();
        let difference = odds(here, own_total) - odds(there, total - own_total);
        difference / (1.0 / (here + prior) + 1.0 / (there + prior)).sqrt()
    };
    let mut words: Vec<(f64, &String)> = own
        .iter()
        .filter(|(_, count)| **count >= fewest)
        .map(|(word, &count)| (score(word, count), word))
        .filter(|(score, _)| *score >= SCORE_MIN)
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    words.into_iter().take(WORDS).map(|(_, word)| word.clone()).collect()
}

fn lead(text: &str) -> &str {
    &text[..text.floor_char_boundary(LEAD_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Medium, Place, PlaceLevel, Record};

    fn record(source: &str, kind: SourceKind, text: &str) -> Record {
        Record { source: source.into(), kind, text: text.to_owned(), ..Record::default() }
    }

    fn region() -> Region {
        let place = |code: &str, name: &str, level| Place {
            code: code.into(),
            name: name.to_owned(),
            short: name.to_owned(),
            level,
            parent: None,
            tile: None,
        };
        let medium = |name: &str, base: &str| Medium {
            host: format!("{}.test", name.to_lowercase()),
            name: name.to_owned(),
            base: base.to_owned(),
            kind: "online".to_owned(),
            official: false,
            grade: None,
            graded_at: None,
            press_council: None,
        };
        let mut region = Region {
            code: "91".into(),
            places: vec![
                place("91", "Contoh", PlaceLevel::Province),
                place("91.01", "Muara", PlaceLevel::Regency),
                place("92.01", "Seberang", PlaceLevel::Regency),
            ],
            media: vec![medium("Warta", "Muara"), medium("Kabar", "Contoh"), medium("Nusa", "Seberang")],
            ..Region::default()
        };
        region.wording.lists.insert("honorific".to_owned(), vec!["pak".to_owned()]);
        region
    }

    fn framings(records: &[Record]) -> Vec<Framing> {
        let docs: Vec<Doc<'_>> =
            records.iter().map(|record| Doc { record, now: true, copy: false, voice: true, nearness: 0.5 }).collect();
        framing(&docs, None, &region())
    }

    #[test]
    fn groups_have_their_words_and_nobodys_name() {
        let mut records = Vec::new();
        for _ in 0..6 {
            let text = "Warta menulis penambalan jalan oleh Sugiarto dijadwalkan bulan depan.";
            records.push(record("warta.test", SourceKind::News, text));
            let text = "lubang jalan bikin motor jatuh, pak slamet sampai luka";
            records.push(record("obrolan", SourceKind::Post, text));
        }
        let found = framings(&records);
        assert_eq!(found.iter().map(|f| f.group.as_str()).collect::<Vec<_>>(), ["media daerah (Muara)", "warga"]);
        assert!(found[0].words.contains(&"penambalan".to_owned()), "{:?}", found[0].words);
        assert!(found[1].words.contains(&"lubang".to_owned()), "{:?}", found[1].words);
        let all: Vec<&String> = found.iter().flat_map(|framing| &framing.words).collect();
        assert!(!all.iter().any(|word| ["sugiarto", "slamet", "jalan"].contains(&word.as_str())), "{all:?}");
    }

    #[test]
    fn outlets_are_told_apart_by_their_home() {
        let kinds = ["Warta", "kabar.test", "Nusa", "portal lain"].map(|source| record(source, SourceKind::News, "x"));
        let found = framings(&kinds);
        let groups: Vec<(&str, u32)> = found.iter().map(|framing| (framing.group.as_str(), framing.count)).collect();
        // One item each of a town is no group of its own.
        assert_eq!(groups, [("media daerah", 2), ("media nasional", 1), ("media tidak terdaftar", 1)]);
        assert!(found.iter().all(|framing| framing.words.is_empty()));
    }
}

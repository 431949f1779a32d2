//! A document's features for the learned heads: hashed n-grams with the word each came from, and a few dense ones.
//!
//! One pass makes them for every head. The order of the n-gram groups and of the dense features is part of the model
//! format: a change here needs a new training run, and `linear` refuses a model of another [`VERSION`].

use crate::cue::Cue;
use crate::matcher::Use;
use crate::reading::Reading;
use crate::stages::sentiment;
use model::{Coverage, SourceKind};
use rustc_hash::FxHashSet;

/// Changes whenever the same text gives other features.
pub const VERSION: u32 = 1;

/// Sorts of n-grams. A head uses some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Group {
    /// Words, chat spellings made plain.
    Word,
    /// Two words in a row.
    Pair,
    /// Three and four bytes within a word, its ends marked.
    Part,
    /// Words that a negation turns.
    Turned,
    /// Known roots behind affixes.
    Root,
    /// Words behind the last "tapi".
    Behind,
    /// The last words.
    Last,
}

impl Group {
    /// All of them, in the order of the model format.
    pub const ALL: [Self; 7] = [Self::Word, Self::Pair, Self::Part, Self::Turned, Self::Root, Self::Behind, Self::Last];

    /// The name in manifests and options.
    pub fn name(self) -> &'static str {
        ["word", "pair", "part", "turned", "root", "behind", "last"][self as usize]
    }
}

/// How many dense features there are.
pub const DENSE: usize = 18 + sentiment::POLAR + Cue::ALL.len() + 4;

/// Words that are read: a long article has said by then what it is about, and how.
pub(crate) const MAX_WORDS: usize = 150;

/// Bytes of the longest part of a word. Five cost a third more reads of the tables, and told nothing that four do not.
const LONGEST: usize = 4;

/// Words counted as the end of a text.
const LAST: usize = 5;

/// One n-gram.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its hash; heads take as many low bits as they have buckets.
    pub hash: u32,
    /// The entry of the reading that it begins with.
    pub entry: u32,
}

/// What the heads look at.
#[derive(Default)]
pub struct Features {
    /// N-grams by [`Group`].
    pub groups: [Vec<Feature>; Group::ALL.len()],
    /// Dense features, each within about -1 to 1: [`DENSE`] of them, then two for each topic of the region.
    pub dense: Vec<f32>,
}

/// The written words as the heads see them, kept while the words are read.
#[derive(Default)]
pub(crate) struct Forms {
    /// Normal forms, one behind the other, each between two marks.
    bytes: Vec<u8>,
    /// Where each written word's form ends, and its first entry; [`AGAIN`] for a word that stood before.
    words: Vec<(u32, u32)>,
    /// Hash of each plain word, its entry, and whether it stood before.
    plain: Vec<(u32, u32, bool)>,
    /// Hashes of the words so far.
    seen: FxHashSet<u32>,
}

/// In place of an entry: the same word stood before, and once is enough for what is in it.
const AGAIN: u32 = u32::MAX;

/// Stands before and behind every word.
const MARK: u8 = b' ';

impl Forms {
    /// Adds a written word that became the entries from `entry` on; `plain` are the hashes of its plain words.
    pub fn push(&mut self, normal: &str, entry: u32, plain: impl Iterator<Item = u32>) {
        if self.words.len() >= MAX_WORDS {
            return;
        }
        let form = class_of(normal).unwrap_or(normal);
        self.bytes.push(MARK);
        self.bytes.extend_from_slice(&form.as_bytes()[..form.len().min(40)]);
        let hash = hash_of(form.as_bytes());
        let again = !self.seen.insert(hash);
        self.words.push((self.bytes.len() as u32, if again { AGAIN } else { entry }));
        let before = self.plain.len();
        for (at, hash) in plain.enumerate() {
            let again = !self.seen.insert(hash);
            self.plain.push((hash, entry + at as u32, again));
        }
        if self.plain.len() == before {
            self.plain.push((hash, entry, again));
        }
    }
}

/// Numbers and addresses by what they are rather than what they say.
fn class_of(normal: &str) -> Option<&'static str> {
    let bytes = normal.as_bytes();
    if bytes.first()?.is_ascii_digit() && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':')) {
        return Some("<0>");
    }
    (normal.contains("://") || normal.starts_with("www.")).then_some("<url>")
}

/// The hash of a normalised word, and of two in a row: what a bucket of a model stands for.
pub fn name_hashes(words: &[&str]) -> Vec<(String, u32)> {
    let hashes: Vec<u32> = words.iter().map(|word| hash_of(word.as_bytes())).collect();
    let mut found: Vec<(String, u32)> =
        words.iter().map(|word| (*word).to_owned()).zip(hashes.iter().copied()).collect();
    let pairs = words.windows(2).zip(hashes.windows(2));
    found.extend(pairs.map(|(words, hashes)| (words.join(" "), join(hashes[0], hashes[1], 3))));
    found
}

/// The hash of a word.
pub(crate) fn hash_of(bytes: &[u8]) -> u32 {
    finish(bytes.iter().fold(SEED, |hash, &byte| step(hash, byte)))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn finish(hash: u64) -> u32 {
    let mixed = (hash ^ hash >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// The hash of two hashes in order, apart for every use.
fn join(first: u32, second: u32, salt: u64) -> u32 {
    finish((u64::from(first) << 32 | u64::from(second)).wrapping_mul(0xff51_afd7_ed55_8ccd) ^ salt)
}

impl Features {
    /// The features of a document that has been read.
    pub(crate) fn new(reading: &Reading<'_>, forms: &Forms) -> Self {
        let mut features = Self { groups: Default::default(), dense: dense(reading) };
        features.add_words(reading, forms);
        features.add_parts(forms);
        features
    }

    /// The dense features that are not zero, with their positions.
    pub(crate) fn present(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        self.dense.iter().copied().enumerate().filter(|(_, value)| *value != 0.0)
    }

    fn group(&mut self, group: Group) -> &mut Vec<Feature> {
        &mut self.groups[group as usize]
    }

    fn add_words(&mut self, reading: &Reading<'_>, forms: &Forms) {
        let words = &forms.plain;
        let turned = turned(reading);
        let contrast = reading.hits(Use::Contrast).last().map(|hit| hit.first);
        for (at, &(hash, entry, again)) in words.iter().enumerate() {
            if !again {
                self.group(Group::Word).push(Feature { hash, entry });
            }
            let broken = reading.entries.get(entry as usize).is_some_and(|entry| entry.breaks);
            let before = at.checked_sub(1).map_or(1, |before| words[before].0);
            let before = if broken { join(before, 2, 0) } else { before };
            self.group(Group::Pair).push(Feature { hash: join(before, hash, 3), entry });
            if turned.get(entry as usize).is_some_and(|turned| *turned) {
                self.group(Group::Turned).push(Feature { hash: join(hash, 0, 7), entry });
            }
            if let Some(root) = root_hash(reading, entry).filter(|root| *root != hash) {
                self.group(Group::Root).push(Feature { hash: root, entry });
            }
            if contrast.is_some_and(|contrast| entry > contrast) {
                self.group(Group::Behind).push(Feature { hash: join(hash, 0, 11), entry });
            }
            if at + LAST >= words.len() {
                self.group(Group::Last).push(Feature { hash: join(hash, 0, 13), entry });
            }
        }
    }

    fn add_parts(&mut self, forms: &Forms) {
        let mut start = 0;
        let mut parts = Vec::with_capacity(forms.bytes.len() * (LONGEST - 2));
        for &(end, entry) in &forms.words {
            // The mark behind a word is the mark before the next one.
            let word = &forms.bytes[start..end as usize];
            let at = |at: usize| word.get(at).copied().unwrap_or(MARK);
            for first in (0..word.len()).take_while(|_| entry != AGAIN) {
                let mut hash = SEED;
                for length in 1..=LONGEST.min(word.len() + 1 - first) {
                    hash = step(hash, at(first + length - 1));
                    if length >= 3 {
                        parts.push(Feature { hash: finish(hash ^ 0x55 << 56), entry });
                    }
                }
            }
            start = end as usize;
        }
        *self.group(Group::Part) = parts;
    }
}

/// Which entries a negation turns.
fn turned(reading: &Reading<'_>) -> Vec<bool> {
    let mut turned = vec![false; reading.entries.len()];
    for negation in reading.hits(Use::Negation) {
        let reach = negation.last + 1..(negation.last + 4).min(turned.len() as u32);
        for at in reach {
            if reading.negates(negation, at) {
                turned[at as usize] = true;
            }
        }
    }
    turned
}

fn root_hash(reading: &Reading<'_>, entry: u32) -> Option<u32> {
    let entry = reading.entries.get(entry as usize)?;
    (entry.base != 0).then(|| reading.tables.vocabulary.hash(entry.base))
}

/// What lists and marks say, each within about -1 to 1. The order is part of the model format.
fn dense(reading: &Reading<'_>) -> Vec<f32> {
    let document = reading.document;
    let yes = |condition: bool| if condition { 1.0 } else { 0.0 };
    let some = |count: usize, enough: f32| (count as f32 / enough).min(1.0);
    let kind = document.kind;
    let of = |mark: char| reading.text.matches(mark).take(8).count();
    let entries = reading.entries.len();
    let (shouted, all) = reading.shouted;
    let mut dense = vec![
        1.0,
        yes(kind.is_public_voice()),
        yes(kind == SourceKind::Complaint),
        yes(kind == SourceKind::Official),
        yes(kind == SourceKind::Factcheck),
        yes(document.coverage != Coverage::Earned),
        yes(!reading.names(Use::Agency).is_empty()),
        yes(!reading.names(Use::Programme).is_empty()),
        yes(!reading.names(Use::Place).is_empty()),
        yes(!reading.hits(Use::Topic).is_empty()),
        yes(sentiment::is_ironic(reading)),
        yes(entries <= 4),
        some(of('?'), 2.0),
        some(of('!'), 3.0),
        if all >= 3 { shouted as f32 / all as f32 } else { 0.0 },
        ((entries as f32 + 1.0).ln() / 6.0).min(1.0),
        yes(document.title.is_some()),
        yes(!reading.addresses.is_empty()),
    ];
    let mut cues = [0.0; Cue::ALL.len()];
    let rules = reading.tables.rules(Use::Cue);
    for found in reading.terms(Use::Cue) {
        let target = rules.rules[found.hit.index as usize].target;
        if let Some(at) = reading.tables.cues.iter().position(|cue| cue.is_some() && *cue == target) {
            cues[at] = 1.0;
        }
    }
    dense.extend(cues);
    dense.extend(sentiment::polar(reading));
    dense.extend(crate::stages::spam::weigh(reading).map(|weight| weight.min(1.5)));
    debug_assert_eq!(dense.len(), DENSE);
    let topics = &reading.lexicons.region.topics;
    dense.resize(DENSE + 2 * topics.len(), 0.0);
    for topic in &reading.topics {
        dense[DENSE + 2 * topic.position] = 1.0;
        dense[DENSE + 2 * topic.position + 1] = (topic.weight / 3.0).min(1.0);
    }
    dense
}

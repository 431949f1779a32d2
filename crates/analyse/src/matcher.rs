//! Every phrase of every word list in one trie over word ids: a text is walked once, whatever looks for whatever.

use crate::vocabulary::{Distance, Vocabulary, WordId};
use rustc_hash::FxHashMap;

/// What a phrase is looked for by; indexes the buckets of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Use {
    Topic,
    Place,
    Agency,
    Programme,
    Signal,
    Spam,
    Cue,
    SignalCue,
    Guard,
    Polarity,
    Negation,
    Intensifier,
    Contrast,
    SpeechVerb,
    Role,
    Language,
}

impl Use {
    /// How many there are.
    pub const COUNT: usize = 16;

    /// How far a written word may be from the phrase's word. Names are matched as spelled; a clitic does not change a
    /// topic, but an affix does ("membanjiri pasar"); feelings keep their sign under affixes.
    fn reach(self) -> Distance {
        match self {
            Self::Place
            | Self::Agency
            | Self::Programme
            | Self::Negation
            | Self::SpeechVerb
            | Self::Role
            | Self::Language => Distance::Spelling,
            Self::Polarity => Distance::Affix,
            _ => Distance::Clitic,
        }
    }
}

/// One word of a text, as the trie sees it. A chat spelling of two words gives two entries with the same span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The word as written.
    pub exact: WordId,
    /// What it is read as otherwise.
    pub base: WordId,
    /// How far `base` is.
    pub distance: Distance,
    /// True where a sentence or line ends before it: no phrase reaches across.
    pub breaks: bool,
    /// Place in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// A phrase found: entries `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Position in the list that it was looked for by.
    pub index: u32,
    /// First entry.
    pub first: u32,
    /// Last entry.
    pub last: u32,
}

impl Hit {
    /// True where the two share an entry.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The trie.
#[derive(Default)]
pub(crate) struct Matcher {
    /// First step, by word id; 0 is nowhere.
    roots: Vec<u32>,
    /// Further steps.
    steps: FxHashMap<(u32, WordId), u32>,
    /// What ends at a node.
    ends: Vec<Vec<(Use, u32)>>,
}

impl Matcher {
    /// Adds a phrase of known words.
    pub fn add(&mut self, words: &[WordId], by: Use, index: u32) {
        let Some((&first, rest)) = words.split_first() else { return };
        if self.ends.is_empty() {
            self.ends.push(Vec::new());
        }
        if self.roots.len() <= first as usize {
            self.roots.resize(first as usize + 1, 0);
        }
        if self.roots[first as usize] == 0 {
            self.roots[first as usize] = self.new_node();
        }
        let mut node = self.roots[first as usize];
        for &word in rest {
            node = match self.steps.get(&(node, word)) {
                Some(&next) => next,
                None => {
                    let next = self.new_node();
                    self.steps.insert((node, word), next);
                    next
                }
            };
        }
        self.ends[node as usize].push((by, index));
    }

    fn new_node(&mut self) -> u32 {
        self.ends.push(Vec::new());
        self.ends.len() as u32 - 1
    }

    /// Finds every phrase, by first entry and then by length, into the bucket of what looks for it.
    pub fn find(&self, entries: &[Entry], hits: &mut [Vec<Hit>; Use::COUNT]) {
        for first in 0..entries.len() {
            let entry = &entries[first];
            for (word, distance) in readings(entry) {
                let node = self.roots.get(word as usize).copied().unwrap_or(0);
                if node != 0 {
                    self.walk(node, entries, first, first, distance, hits);
                }
            }
        }
    }

    fn walk(
        &self,
        node: u32,
        entries: &[Entry],
        first: usize,
        last: usize,
        far: Distance,
        hits: &mut [Vec<Hit>; Use::COUNT],
    ) {
        for &(by, index) in &self.ends[node as usize] {
            if far <= by.reach() {
                hits[by as usize].push(Hit { index, first: first as u32, last: last as u32 });
            }
        }
        let Some(next) = entries.get(last + 1).filter(|next| !next.breaks) else { return };
        for (word, distance) in readings(next) {
            if let Some(&child) = self.steps.get(&(node, word)) {
                self.walk(child, entries, first, last + 1, far.max(distance), hits);
            }
        }
    }
}

/// The words that an entry can be read as.
fn readings(entry: &Entry) -> impl Iterator<Item = (WordId, Distance)> {
    let exact = (entry.exact != 0).then_some((entry.exact, Distance::Spelling));
    let base = (entry.base != 0).then_some((entry.base, entry.distance));
    exact.into_iter().chain(base)
}

/// The longest of overlapping hits, in order; the earlier of two that are equally long.
pub(crate) fn longest(hits: &[Hit], entries: &[Entry]) -> Vec<Hit> {
    let mut sorted = hits.to_vec();
    sorted.sort_by_key(|hit| (hit.first, std::cmp::Reverse(hit.last), hit.index));
    let mut kept: Vec<Hit> = Vec::with_capacity(sorted.len());
    for hit in sorted {
        let Some(before) = kept.last() else {
            kept.push(hit);
            continue;
        };
        let same = (before.first, before.last) == (hit.first, hit.last);
        if same || !before.overlaps(&hit) {
            kept.push(hit);
        } else if width(&hit, entries) > width(before, entries) {
            while kept.last().is_some_and(|before| before.overlaps(&hit)) {
                kept.pop();
            }
            kept.push(hit);
        }
    }
    kept
}

fn width(hit: &Hit, entries: &[Entry]) -> u32 {
    entries[hit.last as usize].end - entries[hit.first as usize].start
}

/// Reads the words of a lexicon entry in the way in which texts are read.
pub(crate) fn phrase(words: &str, vocabulary: &mut Vocabulary) -> Vec<WordId> {
    let ids = quiet_phrase(words, vocabulary);
    if let [only] = ids[..] {
        vocabulary.set_alone(only);
    }
    ids
}

/// The same, but a single word is no root of others by it: such lists may change without new weights, because the
/// learned heads look at roots.
pub(crate) fn quiet_phrase(words: &str, vocabulary: &mut Vocabulary) -> Vec<WordId> {
    let mut ids = Vec::new();
    crate::cut::each_word(words, |word, _, _| ids.push(vocabulary.intern(&text::words::normalise(word))));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(exact: WordId, at: u32) -> Entry {
        Entry { exact, base: 0, distance: Distance::Spelling, breaks: false, start: at * 5, end: at * 5 + 4 }
    }

    #[test]
    fn the_longest_phrase_wins() {
        let mut matcher = Matcher::default();
        matcher.add(&[1, 2], Use::Place, 0);
        matcher.add(&[1, 2, 3], Use::Place, 1);
        matcher.add(&[3, 4], Use::Place, 2);
        let entries: Vec<_> = [1, 2, 3, 9, 3, 4].into_iter().zip(0..).map(|(word, at)| entry(word, at)).collect();
        let mut hits = Default::default();
        matcher.find(&entries, &mut hits);
        let kept: Vec<_> = longest(&hits[Use::Place as usize], &entries).iter().map(|hit| hit.index).collect();
        assert_eq!(kept, [1, 2]);
    }
}

//! Where to find what shares a word, a topic or a stretch of text, without looking at everything.
//!
//! A base that is kept, and what one hour adds to it. It holds what things are found by now, not what they were found by:
//! a base that has just been rebuilt gives the same answers as one that has grown with the stream.

use rustc_hash::{FxHashMap, FxHashSet};

/// What is found under a key: its number, and how much the key says about it.
pub(crate) type Entry = (u64, f32);

/// Numbers by key; numbers ascend.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    lists: FxHashMap<u64, Vec<Entry>>,
}

impl Index {
    /// Adds a number under each key.
    pub(crate) fn add(&mut self, number: u64, keys: impl IntoIterator<Item = (u64, f32)>) {
        for (key, weight) in keys {
            let list = self.lists.entry(key).or_default();
            if list.last().is_none_or(|last| last.0 < number) {
                list.push((number, weight));
            } else if let Err(at) = list.binary_search_by_key(&number, |entry| entry.0) {
                list.insert(at, (number, weight));
            }
        }
    }

    /// Takes a number away from each key.
    pub(crate) fn remove(&mut self, number: u64, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            let Some(list) = self.lists.get_mut(&key) else { continue };
            if let Ok(at) = list.binary_search_by_key(&number, |entry| entry.0) {
                list.remove(at);
            }
            if list.is_empty() {
                self.lists.remove(&key);
            }
        }
    }

    /// What is under a key, the latest first.
    fn latest(&self, key: u64) -> impl Iterator<Item = Entry> {
        self.lists.get(&key).into_iter().flatten().rev().copied()
    }
}

/// A base with what one hour adds, and what it changed or took away.
pub(crate) struct Found<'a> {
    pub(crate) base: &'a Index,
    pub(crate) added: Index,
    pub(crate) changed: FxHashSet<u64>,
}

impl<'a> Found<'a> {
    pub(crate) fn new(base: &'a Index) -> Self {
        Self { base, added: Index::default(), changed: FxHashSet::default() }
    }

    /// At most so many under a key, the latest first, each once.
    pub(crate) fn latest(&self, key: u64, most: usize) -> Vec<Entry> {
        self.merged(key).take(most).collect()
    }

    /// What is under a key, the latest first.
    fn merged(&self, key: u64) -> impl Iterator<Item = Entry> {
        let mut added = self.added.latest(key).peekable();
        let mut base = self.base.latest(key).filter(|entry| !self.changed.contains(&entry.0)).peekable();
        std::iter::from_fn(move || match (added.peek(), base.peek()) {
            (Some(new), Some(old)) if new.0 < old.0 => base.next(),
            (Some(_), _) => added.next(),
            (None, _) => base.next(),
        })
    }

    /// Those that have most under several weighted keys in common, at most so many.
    pub(crate) fn nearest(&self, keys: &[(u64, f32)], latest: usize, most: usize) -> Vec<u64> {
        let mut score: FxHashMap<u64, f32> = FxHashMap::default();
        for &(key, weight) in keys {
            for (number, other) in self.merged(key).take(latest) {
                *score.entry(number).or_default() += weight * other;
            }
        }
        let mut score: Vec<Entry> = score.into_iter().collect();
        let order = |a: &Entry, b: &Entry| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if score.len() > most {
            score.select_nth_unstable_by(most, order);
            score.truncate(most);
        }
        score.sort_unstable_by(order);
        score.into_iter().map(|(number, _)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_and_once() {
        let mut base = Index::default();
        [3, 1, 2].into_iter().for_each(|number| base.add(number, [(7, 0.5), (8, 1.0)]));
        base.remove(3, [8]);
        let mut found = Found::new(&base);
        found.changed.insert(2);
        found.added.add(2, [(8, 2.0)]);
        found.added.add(5, [(8, 1.0)]);
        assert_eq!(found.latest(8, 9), [(5, 1.0), (2, 2.0), (1, 1.0)]);
        assert_eq!(found.latest(8, 2), [(5, 1.0), (2, 2.0)]);
        assert!(found.latest(9, 2).is_empty());
        assert_eq!(found.nearest(&[(7, 1.0), (8, 1.0)], 9, 2), [2, 1]);
    }
}

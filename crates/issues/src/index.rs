//! Where to find what shares a word, a topic or a stretch of text, without looking at everything.
//!
//! A base that is kept, and what one hour adds to it. Entries are checked against the thing itself by who asks: a base
//! that has just been rebuilt gives the same answers as one that has grown with the stream.

use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Numbers by key; numbers ascend.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    lists: FxHashMap<u64, Vec<u64>>,
}

impl Index {
    /// Adds a number under each key.
    pub(crate) fn add(&mut self, number: u64, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            let list = self.lists.entry(key).or_default();
            if let Err(at) = list.binary_search(&number) {
                list.insert(at, number);
            }
        }
    }

    /// Takes a number away from each key.
    pub(crate) fn remove(&mut self, number: u64, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            let Some(list) = self.lists.get_mut(&key) else { continue };
            if let Ok(at) = list.binary_search(&number) {
                list.remove(at);
            }
            if list.is_empty() {
                self.lists.remove(&key);
            }
        }
    }

    /// The numbers under a key, the latest first.
    fn latest(&self, key: u64) -> impl Iterator<Item = u64> {
        self.lists.get(&key).into_iter().flatten().rev().copied()
    }
}

/// A base with what one hour adds.
pub(crate) struct Found<'a> {
    pub(crate) base: &'a Index,
    pub(crate) added: Index,
}

impl<'a> Found<'a> {
    pub(crate) fn new(base: &'a Index) -> Self {
        Self { base, added: Index::default() }
    }

    /// At most so many numbers under a key for which `holds`, the latest first, each once.
    pub(crate) fn latest(&self, key: u64, most: usize, holds: impl Fn(u64) -> bool) -> Vec<u64> {
        let of = |index: &Index| index.latest(key).filter(|&number| holds(number)).take(most).collect::<Vec<_>>();
        let (base, added) = (of(self.base), of(&self.added));
        if added.is_empty() {
            return base;
        }
        let both: BTreeSet<u64> = base.into_iter().chain(added).collect();
        both.into_iter().rev().take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_and_once() {
        let mut base = Index::default();
        [3, 1, 2].into_iter().for_each(|number| base.add(number, [7, 8]));
        base.remove(3, [8]);
        let mut found = Found::new(&base);
        found.added.add(2, [8]);
        found.added.add(5, [8]);
        assert_eq!(found.latest(8, 9, |_| true), [5, 2, 1]);
        assert_eq!(found.latest(8, 2, |number| number != 5), [2, 1]);
        assert!(found.latest(9, 2, |_| true).is_empty());
    }
}

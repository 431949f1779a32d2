//! The articles that wait for their page, and those that need none any more; small enough for a cursor.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeSet, VecDeque};
use xxhash_rust::xxh3::xxh3_64;

/// Runs in which a page is asked for before it is given up.
pub(crate) const TRIES_MAX: u8 = 3;
/// Versions of articles that are remembered: with eight bytes each half of what a cursor may hold.
pub(crate) const KNOWN_MAX: usize = 3_000;
/// Bytes of waiting articles in a cursor.
const WAITING_BYTES_MAX: usize = 24 << 10;
const TITLE_LENGTH_MAX: usize = 400;
const TAGS_MAX: usize = 10;

/// One version of an article whose page is wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Its address, cleaned.
    pub(crate) url: String,
    /// The id that the listing gives it; the address where it gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// What the listing says of its last change; empty where it says nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// Runs in which it failed.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) tries: u8,
    /// A name is not kept in a cursor; the page has it again.
    #[serde(skip)]
    pub(crate) author: Option<String>,
}

fn is_zero(tries: &u8) -> bool {
    *tries == 0
}

impl Wanted {
    /// What names the article, whatever its version.
    fn name(&self) -> &str {
        self.id.as_ref().unwrap_or(&self.url)
    }

    fn key(&self) -> u64 {
        xxh3_64(format!("{}\0{}", self.name(), self.version).as_bytes())
    }

    /// What it takes in a cursor.
    fn bytes(&self) -> usize {
        serde_json::to_string(self).map_or(0, |text| text.len() + 1)
    }
}

/// What waits, newest first, and what is done.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Queue {
    #[serde(serialize_with = "only_what_fits")]
    waiting: VecDeque<Wanted>,
    known: Known,
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// True where this version of the article is neither done nor waiting.
    pub(crate) fn is_new(&self, wanted: &Wanted) -> bool {
        self.news()(wanted)
    }

    /// [`Queue::is_new`] for many.
    pub(crate) fn news(&self) -> impl Fn(&Wanted) -> bool + '_ {
        let waiting: BTreeSet<u64> = self.waiting.iter().map(Wanted::key).collect();
        move |wanted| {
            let key = wanted.key();
            !self.known.contains(key) && !waiting.contains(&key)
        }
    }

    /// Takes the articles of a listing, newest first; what is new goes before what has waited for longer.
    ///
    /// What a listing still shows is remembered longest: were it forgotten, it would be fetched again.
    pub(crate) fn add(&mut self, listed: Vec<Wanted>) {
        let keys: BTreeSet<u64> = listed.iter().map(Wanted::key).collect();
        self.known.keep_longest(&keys);
        let mut met: BTreeSet<u64> = self.waiting.iter().map(Wanted::key).collect();
        let mut new: Vec<Wanted> = Vec::new();
        for wanted in listed {
            let key = wanted.key();
            if !self.known.contains(key) && met.insert(key) {
                new.push(wanted);
            }
        }
        // An older version of the same article needs no page any more.
        let replaced: BTreeSet<&str> = new.iter().map(Wanted::name).collect();
        self.waiting.retain(|wanted| !replaced.contains(wanted.name()));
        for mut wanted in new.into_iter().rev() {
            wanted.title = wanted.title.filter(|title| title.len() <= TITLE_LENGTH_MAX);
            wanted.tags.truncate(TAGS_MAX);
            self.waiting.push_front(wanted);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Wanted> {
        self.waiting.pop_front()
    }

    pub(crate) fn push(&mut self, wanted: Wanted) {
        self.waiting.push_back(wanted);
    }

    /// This version needs no page any more.
    pub(crate) fn note(&mut self, wanted: &Wanted) {
        self.known.note(wanted.key());
    }

    /// How many waiting articles do not fit into a cursor.
    pub(crate) fn overflow(&self) -> usize {
        self.waiting.len() - fitting(&self.waiting)
    }
}

fn fitting(waiting: &VecDeque<Wanted>) -> usize {
    let mut bytes = 0;
    waiting
        .iter()
        .take_while(|wanted| {
            bytes += wanted.bytes();
            bytes <= WAITING_BYTES_MAX
        })
        .count()
}

fn only_what_fits<S: Serializer>(waiting: &VecDeque<Wanted>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(waiting.iter().take(fitting(waiting)))
}

/// Keys of what is done, oldest first.
#[derive(Debug, Default)]
struct Known {
    order: VecDeque<u64>,
    set: BTreeSet<u64>,
}

impl Known {
    fn contains(&self, key: u64) -> bool {
        self.set.contains(&key)
    }

    fn note(&mut self, key: u64) {
        if self.set.insert(key) {
            self.order.push_back(key);
        }
        while self.order.len() > KNOWN_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.set.remove(&oldest);
            }
        }
    }

    /// Moves these to the end, where they are forgotten last.
    fn keep_longest(&mut self, keys: &BTreeSet<u64>) {
        let (kept, rest): (Vec<u64>, Vec<u64>) = self.order.iter().partition(|key| keys.contains(key));
        self.order = rest.into_iter().chain(kept).collect();
    }
}

impl Serialize for Known {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.order.iter().flat_map(|key| key.to_le_bytes()).collect();
        serializer.serialize_str(&BASE64.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text).map_err(serde::de::Error::custom)?;
        let mut known = Self::default();
        for key in bytes.as_chunks::<8>().0 {
            known.note(u64::from_le_bytes(*key));
        }
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(number: usize) -> Wanted {
        Wanted { url: format!("https://media.example/berita/{number}-judul-berita-yang-panjang"), ..Wanted::default() }
    }

    #[test]
    fn what_is_done_or_waits_is_not_new() {
        let mut queue = Queue::default();
        queue.add(vec![wanted(2), wanted(1), wanted(2)]);
        assert_eq!((queue.len(), queue.is_new(&wanted(1)), queue.is_new(&wanted(3))), (2, false, true));
        let first = queue.pop().unwrap();
        assert_eq!(first, wanted(2));
        queue.note(&first);
        queue.add(vec![wanted(3), wanted(2), wanted(1)]);
        assert_eq!((queue.pop().unwrap(), queue.pop().unwrap(), queue.len()), (wanted(3), wanted(1), 0));
        // A later version is another page, and replaces the one that waits.
        queue.add(vec![wanted(4)]);
        queue.add(vec![Wanted { version: "2026-11-21".into(), ..wanted(4) }]);
        assert_eq!((queue.len(), queue.pop().unwrap().version), (1, "2026-11-21".to_owned()));
    }

    #[test]
    fn a_cursor_stays_small_and_says_what_it_lost() {
        let mut queue = Queue::default();
        for number in 0..KNOWN_MAX + 10 {
            queue.note(&wanted(number));
        }
        queue.add((10_000..11_000).map(wanted).collect());
        let text = serde_json::to_string(&queue).unwrap();
        assert!(text.len() < 60 << 10, "{}", text.len());
        let again: Queue = serde_json::from_str(&text).unwrap();
        assert!(queue.overflow() > 0 && again.len() == queue.len() - queue.overflow() && again.overflow() == 0);
        assert!(again.is_new(&wanted(0)) && !again.is_new(&wanted(KNOWN_MAX)));
    }

    #[test]
    fn what_is_still_listed_is_forgotten_last() {
        let mut queue = Queue::default();
        queue.note(&wanted(0));
        for number in 1..KNOWN_MAX {
            queue.note(&wanted(number));
        }
        queue.add(vec![wanted(0)]);
        queue.note(&wanted(9_999));
        assert!(!queue.is_new(&wanted(0)) && queue.is_new(&wanted(1)));
    }
}

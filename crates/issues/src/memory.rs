//! What the stream remembers: documents that can still be joined, their stories, the issues that still live.
//!
//! Invariant: what can be computed from the rest is not written down, and computed the same whenever it is needed; a
//! memory that was written and read again goes on exactly as the one that was not.

use crate::{
    Options,
    cluster::Cluster,
    copies::{Copied, Signature},
    features::{self, DAY},
    form::Form,
    ids::{self, Origin},
    index::Index,
    member::Member,
    rarity::Rarity,
    table::Table,
    vector::{self, Vector},
};
use jiff::{Timestamp, civil::Date};
use model::{Coverage, DocumentKey, IssueId, PlaceCode, SourceKind, TopicId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A story of more articles is taken as a whole: it is one, and asking again would cost the square of it.
const ASKED_AGAIN_MAX: usize = 48;
/// An issue of more stories is taken as a whole.
const STORIES_ASKED_AGAIN_MAX: usize = 32;
/// So many of the latest documents are never forgotten.
const STAY_MIN: usize = 32_768;
/// Set in the key of a topic; terms have fewer bits.
const TOPIC_SPACE: u64 = 1 << 63;

/// Set in the keys of stories of posts.
pub(crate) const POSTS_SPACE: u64 = 1 << 62;

/// One document as the stream keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Doc {
    pub(crate) sequence: u64,
    pub(crate) key: DocumentKey,
    pub(crate) first_seen: Timestamp,
    pub(crate) at: Timestamp,
    /// When it happened, in seconds since 1970.
    pub(crate) time: i64,
    pub(crate) kind: SourceKind,
    pub(crate) coverage: Coverage,
    pub(crate) author: Option<u64>,
    pub(crate) topic: Option<TopicId>,
    pub(crate) regencies: BTreeSet<PlaceCode>,
    pub(crate) event_date: Option<Date>,
    /// The day of the event lies near publication; a day long before is background.
    pub(crate) is_news: bool,
    pub(crate) spam: bool,
    /// Counted words, or weights once it is placed.
    #[serde(with = "vector::written_rounded")]
    pub(crate) terms: Vector,
    pub(crate) marks: Vec<u64>,
    pub(crate) signature: Option<Signature>,
    pub(crate) form: Option<Form>,
    /// The document that it is a near-copy of; copies keep no words of their own.
    pub(crate) copy_of: Option<u64>,
}

impl Doc {
    /// The day of the event that it reports as news.
    pub(crate) fn news_date(&self) -> Option<Date> {
        self.event_date.filter(|_| self.is_news)
    }

    /// What came in within one hour came in together, so that the order within it decides no id and no tie.
    pub(crate) fn origin(&self) -> Origin {
        let hour = Timestamp::from_second(self.first_seen.as_second().div_euclid(3_600) * 3_600);
        (hour.unwrap_or(self.first_seen), self.at, self.key.clone())
    }

    pub(crate) fn copied(&self) -> Copied<'_> {
        Copied {
            signature: self.signature.as_ref(),
            form: self.form.as_ref(),
            time: self.time,
            event_date: self.event_date,
        }
    }

    /// What near-copies of it share; spam is compared with spam only.
    pub(crate) fn bands(&self) -> Vec<u64> {
        let spam = u64::from(self.spam);
        self.signature.iter().flat_map(Signature::bands).map(|band| band ^ spam).collect()
    }

    fn member(&self, story: &Story, issue: IssueId, copy_of: Option<DocumentKey>) -> Member {
        Member {
            key: self.key.clone(),
            story: ids::story_from(&story.origin),
            issue,
            copy_of,
            at: self.at,
            kind: self.kind,
            coverage: self.coverage,
            author: self.author,
        }
    }
}

/// One event, or the talk about one matter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Story {
    pub(crate) origin: Origin,
    /// Its articles, without copies; ascending.
    pub(crate) articles: Vec<u64>,
    /// Citizens' posts, without copies; ascending.
    pub(crate) voices: Vec<u64>,
    /// True where documents of it are remembered no more: it cannot become part of another.
    pub(crate) established: bool,
    /// Absent for spam, which belongs to none.
    pub(crate) issue: Option<u64>,
    /// Its articles, or its voices where it has none.
    pub(crate) words: Cluster,
    /// The voices of a story with articles.
    pub(crate) heard: Option<Cluster>,
    #[serde(skip)]
    pub(crate) keys: Vector,
    /// Length of the sum of its words.
    #[serde(skip)]
    pub(crate) length: f32,
}

impl Story {
    /// True where it may be taken apart and asked again with what is new.
    pub(crate) fn is_open(&self) -> bool {
        !self.established && !self.articles.is_empty() && self.articles.len() <= ASKED_AGAIN_MAX
    }

    /// By what it is found; stories of posts apart from those of articles.
    pub(crate) fn index_keys(&self) -> Vec<(u64, f32)> {
        let space = if self.articles.is_empty() { POSTS_SPACE } else { 0 };
        let keys = self.keys.iter().map(|&(term, weight)| (term | space, weight));
        // Spam is looked for by its copies only.
        keys.filter(|_| self.issue.is_some()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.voices.is_empty() && !self.established
    }

    fn look(&mut self, words: Option<Cluster>, samples: Vec<Arc<Doc>>) {
        if let Some(words) = words {
            self.words = words;
        }
        self.words.samples = samples;
        self.keys = self.words.keys();
        self.length = length(&self.words);
    }

    /// As one part of an issue.
    pub(crate) fn as_one(&self, position: usize) -> Cluster {
        self.words.heard(self.heard.as_ref()).into_one(position)
    }
}

/// A theme that lives for days.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Issue {
    pub(crate) origin: Origin,
    /// Stories that are remembered; ascending.
    pub(crate) stories: BTreeSet<u64>,
    /// The story that holds what citizens say about the matter as such.
    pub(crate) talk: Option<u64>,
    /// Stories that are remembered no more, as one.
    pub(crate) past: Option<Cluster>,
    #[serde(skip)]
    pub(crate) view: Option<Arc<View>>,
}

/// What others look at of an issue.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) whole: Cluster,
    pub(crate) keys: Vector,
    pub(crate) topic: Option<TopicId>,
    pub(crate) regencies: BTreeSet<PlaceCode>,
    /// Length of the sum of its words.
    pub(crate) length: f32,
    /// True for talk without articles.
    pub(crate) only_talk: bool,
}

impl Issue {
    /// True where it may be taken apart and asked again with what is new.
    pub(crate) fn is_open(&self) -> bool {
        self.past.is_none() && self.stories.len() <= STORIES_ASKED_AGAIN_MAX
    }

    pub(crate) fn view(&self) -> &View {
        self.view.as_ref().expect("an issue is looked at after it was put together")
    }

    /// By what it is found: its heaviest words and its topic.
    pub(crate) fn index_keys(&self) -> Vec<(u64, f32)> {
        let view = self.view();
        let topic = view.topic.as_ref().filter(|_| !view.whole.paid).map(topic_key);
        view.keys.iter().copied().chain(topic.map(|topic| (topic, 0.0))).collect()
    }
}

/// The key under which issues of a topic are found.
pub(crate) fn topic_key(topic: &TopicId) -> u64 {
    TOPIC_SPACE | xxh3_64_with_seed(topic.as_str().as_bytes(), 1)
}

/// All that is remembered of closed hours.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(crate) docs: Table<Shared<Doc>>,
    #[serde(serialize_with = "without_words_of_open")]
    pub(crate) stories: Table<Shared<Story>>,
    pub(crate) issues: Table<Shared<Issue>>,
    /// The story of each original.
    #[serde(skip)]
    pub(crate) story_of: Table<u64>,
    /// The copies of originals that have some.
    #[serde(skip)]
    pub(crate) copies: Table<BTreeSet<u64>>,
    pub(crate) next: u64,
    /// Latest time that is believed: a date in the far future makes nothing old.
    pub(crate) clock: i64,
    /// Documents that left, for the caller to fetch.
    #[serde(with = "written_members")]
    pub(crate) retired: Vec<Member>,
    pub(crate) rarity: Shared<Rarity>,
}

/// The words of an open story are those of its documents.
fn without_words_of_open<S: serde::Serializer>(
    stories: &Table<Shared<Story>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let written = |(&number, story): (&u64, &Shared<Story>)| match story.is_open() {
        true => (number, Story { words: Cluster::default(), ..story.as_ref().clone() }.into()),
        false => (number, story.clone()),
    };
    let written: Vec<(u64, Shared<Story>)> = stories.iter().map(written).collect();
    serializer.collect_map(written)
}

/// Every field of a member, for formats that need to know what comes.
mod written_members {
    use super::Member;
    use jiff::Timestamp;
    use model::{Coverage, DocumentKey, IssueId, SourceKind, StoryId};
    use serde::{Deserialize as _, Deserializer, Serializer};

    type Fields<K, S, I> = (K, S, I, Option<K>, Timestamp, SourceKind, Coverage, Option<u64>);

    pub(super) fn serialize<S: Serializer>(members: &[Member], serializer: S) -> Result<S::Ok, S::Error> {
        let fields = |m: &Member| -> Fields<DocumentKey, StoryId, IssueId> {
            let (key, story, issue, copy_of) = (m.key.clone(), m.story.clone(), m.issue.clone(), m.copy_of.clone());
            (key, story, issue, copy_of, m.at, m.kind, m.coverage, m.author)
        };
        serializer.collect_seq(members.iter().map(fields))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Member>, D::Error> {
        let members = Vec::<Fields<DocumentKey, StoryId, IssueId>>::deserialize(deserializer)?;
        let member = |(key, story, issue, copy_of, at, kind, coverage, author)| Member {
            key,
            story,
            issue,
            copy_of,
            at,
            kind,
            coverage,
            author,
        };
        Ok(members.into_iter().map(member).collect())
    }
}

/// Shared until changed; written as the thing itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shared<T>(pub(crate) Arc<T>);

impl<T> std::ops::Deref for Shared<T> {
    type Target = Arc<T>;

    fn deref(&self) -> &Arc<T> {
        &self.0
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

/// Length of the sum of a cluster's words, titles as such left out: posts have none.
fn length(cluster: &Cluster) -> f32 {
    features::words_only(&cluster.sum)
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f32>()
        .sqrt()
        .max(f32::MIN_POSITIVE)
}

/// Where to find what is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Indexes {
    /// Stories by word.
    pub(crate) stories: Index,
    /// Issues by word and topic.
    pub(crate) issues: Index,
    /// Originals by band of their signature.
    pub(crate) bands: Index,
    /// Documents by sequence.
    pub(crate) sequences: FxHashMap<u64, u64>,
}

impl Memory {
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(crate) fn doc(&self, number: u64) -> &Arc<Doc> {
        &self.docs[&number].0
    }

    pub(crate) fn story(&self, number: u64) -> &Story {
        &self.stories[&number]
    }

    pub(crate) fn story_mut(&mut self, number: u64) -> &mut Story {
        let story = self.stories.get_mut(&number).expect("only living stories are changed");
        Arc::make_mut(&mut story.0)
    }

    pub(crate) fn issue(&self, number: u64) -> &Issue {
        &self.issues[&number]
    }

    pub(crate) fn issue_mut(&mut self, number: u64) -> &mut Issue {
        let issue = self.issues.get_mut(&number).expect("only living issues are changed");
        Arc::make_mut(&mut issue.0)
    }

    /// Documents as one; in the order of their numbers, so that the same documents always give the same sum.
    pub(crate) fn cluster(&self, docs: &[u64]) -> Option<Cluster> {
        Cluster::union(docs.iter().map(|&doc| Cluster::of(0, self.doc(doc))))
    }

    /// Puts together again what an open story is made of.
    pub(crate) fn refresh_story(&mut self, number: u64) {
        let (words, samples) = self.look_of_story(number);
        self.story_mut(number).look(words, samples);
    }

    /// The words of an open story, and some documents of any.
    fn look_of_story(&self, number: u64) -> (Option<Cluster>, Vec<Arc<Doc>>) {
        let story = self.story(number);
        let words = story.is_open().then(|| self.cluster(&story.articles)).flatten();
        (words, Cluster::samples_of(story.articles.iter().map(|&doc| self.doc(doc))))
    }

    /// Puts together again what is seen of an issue; one without stories is gone.
    pub(crate) fn refresh_issue(&mut self, number: u64) {
        match self.view_of(number) {
            Some(view) => self.issue_mut(number).view = Some(Arc::new(view)),
            None => drop(self.issues.remove(&number)),
        }
    }

    fn view_of(&self, number: u64) -> Option<View> {
        let issue = self.issue(number);
        let parts = issue.stories.iter().map(|&story| self.story(story).as_one(0));
        let whole = Cluster::union(issue.past.clone().into_iter().chain(parts))?;
        let silent = |&story: &u64| self.story(story).articles.is_empty() && !self.story(story).established;
        let only_talk = issue.past.is_none() && issue.stories.iter().all(silent);
        Some(View {
            keys: whole.keys(),
            topic: whole.topic().cloned(),
            regencies: whole.main_regencies().into_iter().cloned().collect(),
            length: length(&whole),
            only_talk,
            whole,
        })
    }

    /// Where a document stands.
    pub(crate) fn member(&self, number: u64) -> Member {
        let doc = self.doc(number);
        let story = self.story(self.story_of[&doc.copy_of.unwrap_or(number)]);
        let issue = story.issue.map_or(IssueId(String::new()), |issue| ids::issue_from(&self.issue(issue).origin));
        doc.member(story, issue, doc.copy_of.map(|original| self.doc(original).key.clone()))
    }

    /// Forgets what has grown too old to be joined. The latest documents stay whatever their date: an import may bring
    /// old ones in any order.
    pub(crate) fn forget(&mut self, options: &Options, indexes: &mut Indexes) {
        let horizon = self.clock - (options.story_days + 1) * DAY;
        let candidates = self.docs.len().saturating_sub(STAY_MIN);
        let old: BTreeSet<u64> = self
            .docs
            .iter()
            .take(candidates)
            .filter(|(_, doc)| doc.time < horizon)
            .map(|(&number, _)| number)
            .collect();
        let is_done = |number: &&u64| {
            let copies = self.copies.get(number).into_iter().flatten();
            self.docs[number].copy_of.is_none() && copies.into_iter().all(|copy| old.contains(copy))
        };
        let done: Vec<u64> = old.iter().filter(is_done).copied().collect();
        let (mut stories, mut issues) = (BTreeSet::new(), BTreeSet::new());
        for &original in &done {
            let with_copies = [original].into_iter().chain(self.copies.get(&original).into_iter().flatten().copied());
            let members: Vec<Member> = with_copies.map(|doc| self.member(doc)).collect();
            self.retired.extend(members);
        }
        for original in done {
            indexes.bands.remove(original, self.docs[&original].bands());
            let with_copies = [original].into_iter().chain(self.copies.remove(&original).into_iter().flatten());
            for doc in with_copies.collect::<Vec<_>>() {
                let doc = self.docs.remove(&doc).expect("it was just looked at");
                indexes.sequences.remove(&doc.sequence);
            }
            let number = self.story_of.remove(&original).expect("every original is in a story");
            if stories.insert(number) {
                let keys = self.story(number).index_keys();
                indexes.stories.remove(number, keys.into_iter().map(|(key, _)| key));
            }
            let story = self.story_mut(number);
            story.established = true;
            story.articles.retain(|&doc| doc != original);
            story.voices.retain(|&doc| doc != original);
        }
        for number in stories {
            self.refresh_story(number);
            let story = self.story(number).clone();
            indexes.stories.add(number, story.index_keys());
            if story.articles.is_empty() && story.voices.is_empty() {
                indexes.stories.remove(number, story.index_keys().into_iter().map(|(key, _)| key));
                self.stories.remove(&number);
                if let Some(issue) = story.issue {
                    let found = self.issue_mut(issue);
                    found.stories.remove(&number);
                    found.talk = found.talk.filter(|&talk| talk != number);
                    found.past = Cluster::union(found.past.take().into_iter().chain([story.as_one(0)]));
                    issues.insert(issue);
                }
            }
        }
        let silent = self.clock - (options.issue_days + 1) * DAY;
        let over =
            |issue: &Issue| issue.stories.is_empty() && issue.past.as_ref().is_none_or(|past| past.last < silent);
        let ended = self.issues.iter().filter(|(_, issue)| over(issue)).map(|(&number, _)| number);
        issues.extend(ended.collect::<Vec<_>>());
        for number in issues {
            let keys = self.issue(number).index_keys();
            indexes.issues.remove(number, keys.into_iter().map(|(key, _)| key));
            if over(self.issue(number)) {
                self.issues.remove(&number);
            } else {
                self.refresh_issue(number);
                indexes.issues.add(number, self.issue(number).index_keys());
            }
        }
    }

    /// Restores after reading what was not written.
    pub(crate) fn restore(&mut self) -> Indexes {
        let mut indexes = Indexes::default();
        for (&number, doc) in self.docs.iter() {
            indexes.sequences.insert(doc.sequence, number);
            match doc.copy_of {
                Some(original) => {
                    self.copies.or_default(original).insert(number);
                }
                None => indexes.bands.add(number, doc.bands().into_iter().map(|band| (band, 1.0))),
            }
        }
        let stories: Vec<u64> = self.stories.keys().copied().collect();
        let looks: Vec<_> = stories.par_iter().map(|&number| self.look_of_story(number)).collect();
        for (number, (words, samples)) in stories.into_iter().zip(looks) {
            self.story_mut(number).look(words, samples);
            let story = self.stories[&number].clone();
            story.articles.iter().chain(&story.voices).for_each(|&doc| self.story_of.insert(doc, number));
            indexes.stories.add(number, story.index_keys());
        }
        let issues: Vec<u64> = self.issues.keys().copied().collect();
        let views: Vec<Option<View>> = issues.par_iter().map(|&number| self.view_of(number)).collect();
        for (number, view) in issues.into_iter().zip(views) {
            let Some(view) = view else {
                self.issues.remove(&number);
                continue;
            };
            self.issue_mut(number).view = Some(Arc::new(view));
            indexes.issues.add(number, self.issue(number).index_keys());
        }
        indexes
    }
}

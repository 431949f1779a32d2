//! The public's voice: posts, comments, complaints and reviews find the matter that they are about.
//!
//! A post has ten words, half of them slang; comparing posts with each other finds little. Their topic and place find
//! the issue, their words choose among several, and what fits no issue makes one of its own for each topic and place.

use crate::{
    cluster::{self, Cluster},
    features::{self, DAY},
    memory::{View, topic_key},
    place::Placing,
    themes::{Places, is_wide},
    vector,
};
use model::{PlaceCode, TopicId};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Words in common by which a post chooses among several issues of its topic.
const CHOICE: f32 = 0.04;
/// Words in common with which a post belongs to an issue whatever its topic.
const SAME_WORDS: f32 = 0.3;
/// Words in common with which a post joins one story of its issue rather than the issue's general talk.
const SAME_STORY: f32 = 0.25;
/// Words in common that make posts without a topic one story.
const POST_SIMILARITY: f32 = 0.35;
/// Of the issues of a topic, and of those that share a word, so many of the latest are looked at.
const ISSUES_MAX: usize = 60;
/// Of these that share most of a post's words, so many are compared exactly.
const COMPARED_MAX: usize = 12;

/// Posts with what they say, by number.
type Posts = Vec<(u64, Cluster)>;

impl Placing<'_> {
    /// Places citizens' posts into stories and issues.
    ///
    /// First each post by its words; then what is left, as the talk about one topic in one place, by topic and place.
    pub(crate) fn posts(&mut self, posts: Vec<u64>) {
        let posts: Posts = posts.into_iter().map(|post| (post, Cluster::of(0, self.memory.doc(post)))).collect();
        let places: Vec<Option<(u64, Option<u64>)>> = posts
            .par_iter()
            .map(|(_, post)| self.by_words(post).map(|issue| (issue, self.story_in(issue, post))))
            .collect();
        let mut found: BTreeMap<(u64, Option<u64>), Posts> = BTreeMap::new();
        let mut left = Vec::new();
        for (post, place) in posts.into_iter().zip(places) {
            match place {
                Some(place) => found.entry(place).or_default().push(post),
                None => left.push(post),
            }
        }
        let mut changed = BTreeSet::new();
        for ((issue, story), posts) in found {
            self.join(issue, story, posts);
            changed.insert(issue);
        }
        changed.into_iter().for_each(|issue| self.index_issue(issue));
        let (with_topic, without): (Posts, Posts) = left.into_iter().partition(|(_, post)| post.topic().is_some());
        self.talk(with_topic);
        self.without_topic(without);
    }

    /// Adds posts to an issue, and to the story in it that they speak of.
    fn join(&mut self, issue: u64, story: Option<u64>, posts: Posts) {
        self.change_issue(issue);
        let talk = self.memory.issue(issue).talk;
        let (numbers, clusters): (Vec<u64>, Vec<Cluster>) = posts.into_iter().unzip();
        let Some(story) = story.or(talk) else {
            let story = self.talk_story(numbers, clusters);
            self.memory.story_mut(story).issue = Some(issue);
            let issue = self.memory.issue_mut(issue);
            issue.talk = Some(story);
            issue.stories.insert(story);
            return;
        };
        self.change_story(story);
        numbers.iter().for_each(|&doc| {
            self.memory.story_of.insert(doc, story);
        });
        let found = self.memory.story_mut(story);
        found.voices.extend(numbers);
        found.voices.sort_unstable();
        match found.articles.is_empty() {
            true => found.words = union([found.words.clone()].into_iter().chain(clusters)),
            false => found.heard = Some(union(found.heard.take().into_iter().chain(clusters))),
        }
        self.index_story(story);
    }

    fn talk_story(&mut self, voices: Vec<u64>, clusters: Vec<Cluster>) -> u64 {
        let origin = voices.iter().map(|&doc| self.memory.doc(doc).origin()).min().expect("talk has a post");
        let story = self.new_story(vec![], voices, union(clusters), origin);
        self.index_story(story);
        story
    }

    /// Talk that is an issue of its own.
    fn talk_issue(&mut self, posts: Posts, is_talk: bool) -> u64 {
        let (numbers, clusters): (Vec<u64>, Vec<Cluster>) = posts.into_iter().unzip();
        let story = self.talk_story(numbers, clusters);
        let number = self.new_issue(self.memory.story(story).origin.clone());
        self.memory.story_mut(story).issue = Some(number);
        let issue = self.memory.issue_mut(number);
        issue.stories.insert(story);
        issue.talk = is_talk.then_some(story);
        self.index_issue(number);
        number
    }

    /// Posts with a topic that chose no issue: to the talk about their topic and place, to the only issue of these, or
    /// to an issue of their own.
    fn talk(&mut self, posts: Posts) {
        let mut talk: BTreeMap<(TopicId, Option<PlaceCode>), Posts> = BTreeMap::new();
        for (number, post) in posts {
            let Some(topic) = post.topic().cloned() else { continue };
            let place = post.regencies.keys().next().cloned();
            talk.entry((topic, place)).or_default().push((number, post));
        }
        // What names a place comes first: talk without one may then join it.
        let (nowhere, placed): (Vec<_>, Vec<_>) = talk.into_iter().partition(|((_, place), _)| place.is_none());
        for ((topic, place), mut posts) in placed.into_iter().chain(nowhere) {
            posts.sort_by_key(|(number, post)| (post.first, *number));
            let near = |a: &(u64, Cluster), b: &(u64, Cluster)| a.1.gap(&b.1) <= self.options.story_days * DAY;
            let stretches: Vec<Posts> = posts.chunk_by(near).map(<[_]>::to_vec).collect();
            for stretch in stretches {
                let whole = union(stretch.iter().map(|(_, post)| post.clone()));
                match self.matter_of(&topic, place.as_ref(), &whole) {
                    Some(issue) => {
                        self.join(issue, None, stretch);
                        self.index_issue(issue);
                    }
                    None => {
                        self.talk_issue(stretch, true);
                    }
                }
            }
        }
    }

    /// The issue that talk about a topic in a place belongs to.
    fn matter_of(&self, topic: &TopicId, place: Option<&PlaceCode>, talk: &Cluster) -> Option<u64> {
        let memory = &*self.memory;
        let fitting = self.fitting(talk);
        let (own, told): (Vec<u64>, Vec<u64>) =
            fitting.into_iter().partition(|&issue| memory.issue(issue).view().only_talk);
        if let [only] = told.as_slice() {
            return Some(*only);
        }
        let near = |issue: &u64, days: i64| memory.issue(*issue).view().whole.gap(talk) <= days * DAY;
        // Matters with one cause in the whole region are one issue wherever they are talked about.
        if is_wide(topic, self.region) {
            return own.into_iter().find(|issue| near(issue, self.options.story_days));
        }
        let here = |issue: &u64| match place {
            Some(place) => memory.issue(*issue).view().regencies.contains(place),
            None => memory.issue(*issue).view().regencies.is_empty(),
        };
        let same = own.iter().copied().find(|issue| here(issue) && near(issue, self.options.story_days));
        let only = || match own.iter().filter(|issue| near(issue, 1)).collect::<Vec<_>>().as_slice() {
            [only] if place.is_none() => Some(**only),
            _ => None,
        };
        same.or_else(only)
    }

    /// Posts without a topic are stories by their words alone.
    fn without_topic(&mut self, posts: Posts) {
        let memory = &*self.memory;
        let near: BTreeSet<u64> = posts
            .par_iter()
            .flat_map_iter(|(_, post)| {
                let near = self.near_stories(post, true).into_iter();
                near.filter(|&story| {
                    let words = &memory.story(story).words;
                    words.topic().is_none() && words.similarity(post) >= POST_SIMILARITY
                })
                .collect::<Vec<_>>()
            })
            .collect();
        let near: Vec<u64> = near.into_iter().collect();
        let known = near.iter().map(|&story| memory.story(story).words.clone());
        let clusters: Vec<Cluster> = known
            .chain(posts.iter().map(|(_, post)| post.clone()))
            .enumerate()
            .map(|(position, cluster)| cluster.at(position))
            .collect();
        let is_known = |cluster: &Cluster| cluster.members.iter().any(|&at| at < near.len());
        let groups = cluster::agglomerate(clusters, POST_SIMILARITY, |a, b| {
            let apart = is_known(a) && is_known(b) || a.gap(b) > self.options.story_days * DAY;
            (!apart).then(|| a.similarity(b))
        });
        for mut group in groups {
            group.members.sort_unstable();
            let (known, new): (Vec<usize>, Vec<usize>) = group.members.iter().partition(|&&at| at < near.len());
            let posts: Posts = new.into_iter().map(|at| posts[at - near.len()].clone()).collect();
            match known.first().map(|&at| near[at]) {
                _ if posts.is_empty() => {}
                Some(story) => {
                    let issue = self.memory.story(story).issue.expect("only spam has none");
                    self.join(issue, Some(story), posts);
                    self.index_issue(issue);
                }
                None => {
                    self.talk_issue(posts, false);
                }
            }
        }
    }

    /// The story of an issue that a post speaks of, if it speaks of one.
    fn story_in(&self, issue: u64, post: &Cluster) -> Option<u64> {
        let words = features::words_only(&post.sum);
        let stories = self.memory.issue(issue).stories.iter().rev().take(ISSUES_MAX);
        stories
            .map(|&story| (story, self.memory.story(story)))
            .filter(|(_, story)| story.words.gap(post) <= DAY)
            .map(|(number, story)| (vector::dot(features::words_only(&story.words.sum), words) / story.length, number))
            .filter(|(common, _)| *common >= SAME_STORY)
            .max_by(nearest)
            .map(|(_, number)| number)
    }

    /// The issue that a post's words choose: among those of its topic and place, or else among all.
    fn by_words(&self, post: &Cluster) -> Option<u64> {
        let words = features::words_only(&post.sum);
        let common = |issue: u64| {
            let view = self.memory.issue(issue).view();
            (vector::dot(features::words_only(&view.whole.sum), words) / view.length, issue)
        };
        let same_topic = self.fitting(post).into_iter().map(common).filter(|(common, _)| *common >= CHOICE);
        let any_topic = || {
            let found = self.issues.nearest(words, ISSUES_MAX, COMPARED_MAX).into_iter();
            let near = found.filter(|&issue| self.is_near(issue, post));
            near.map(common).filter(|(common, _)| *common >= SAME_WORDS).max_by(nearest)
        };
        same_topic.max_by(nearest).or_else(any_topic).map(|(_, issue)| issue)
    }

    fn is_near(&self, issue: u64, post: &Cluster) -> bool {
        self.memory.issue(issue).view().whole.gap(post) <= self.options.issue_days * DAY
    }

    /// The issues of the same topic that can be meant: those of its own place come before those of the whole region.
    fn fitting(&self, post: &Cluster) -> Vec<u64> {
        let Some(topic) = post.topic() else { return Vec::new() };
        let regencies = post.main_regencies();
        let wide = is_wide(topic, self.region);
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for (issue, _) in self.issues.latest(topic_key(topic), ISSUES_MAX) {
            if !self.is_near(issue, post) {
                continue;
            }
            let View { regencies: others, .. } = self.memory.issue(issue).view();
            let shared = || regencies.iter().any(|place| others.contains(*place));
            match Places::of_shared(regencies.is_empty() || others.is_empty(), shared) {
                Places::Shared => here.push(issue),
                Places::Unknown => elsewhere.push(issue),
                Places::Apart if wide => elsewhere.push(issue),
                Places::Apart => {}
            }
        }
        let mut fitting = if here.is_empty() { elsewhere } else { here };
        fitting.sort_unstable();
        fitting
    }
}

fn union(parts: impl IntoIterator<Item = Cluster>) -> Cluster {
    Cluster::union(parts).expect("called with at least one")
}

/// More in common, then earlier.
fn nearest(a: &(f32, u64), b: &(f32, u64)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))
}

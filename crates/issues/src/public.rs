//! The public's voice: posts, comments, complaints and reviews find the matter that they are about.
//!
//! A post has ten words, half of them slang; comparing posts with each other finds little. Their topic and place find
//! the theme, their words choose among several, and what fits no theme makes one of its own for each topic and place.

use crate::{
    Options,
    cluster::{self, Cluster},
    features::DAY,
    themes::{Places, Theme, is_wide},
    vector::{self, Vector},
};
use model::{PlaceCode, Region, TopicId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Words in common by which a post chooses among several themes of its topic.
const CHOICE: f32 = 0.04;
/// Words in common with which a post belongs to a theme whatever its topic.
const SAME_WORDS: f32 = 0.3;
/// Words in common with which a post joins one story of its theme rather than the theme's general talk.
const SAME_STORY: f32 = 0.25;
/// Heaviest words of a theme by which posts without its topic find it.
const KEY_WORDS: usize = 24;
/// Words in common that make posts without a topic one story.
const POST_SIMILARITY: f32 = 0.35;

/// Places citizens' posts, given as clusters of one document each, into stories and themes.
///
/// First each post by its words; then what is left, as the talk about one topic in one place, by topic and place.
pub(crate) fn place(
    posts: Vec<Cluster>,
    stories: &mut Vec<Cluster>,
    themes: &mut Vec<Theme>,
    region: &Region,
    options: &Options,
) {
    let left = join(posts, stories, themes, region, options, |targets, post, words| targets.by_words(post, words));
    let (with_topic, without): (Vec<_>, Vec<_>) = left.into_iter().partition(|post| post.topic().is_some());
    let left =
        join(talk(with_topic, options), stories, themes, region, options, |targets, talk, _| targets.by_place(talk));
    for talk in by_topic(left, region, options) {
        let whole = union(talk.iter().cloned());
        themes.push(Theme { stories: add(stories, talk).collect(), talk: None, whole });
    }
    let near = |a: &Cluster, b: &Cluster| (a.gap(b) <= options.story_days * DAY).then(|| a.similarity(b));
    for story in cluster::agglomerate(without, POST_SIMILARITY, near) {
        themes.push(Theme { whole: story.clone(), stories: add(stories, [story]).collect(), talk: None });
    }
}

/// Adds posts to the themes that `find` names, and to the story in it that they speak of; gives back the others.
fn join(
    posts: Vec<Cluster>,
    stories: &mut Vec<Cluster>,
    themes: &mut [Theme],
    region: &Region,
    options: &Options,
    find: impl Fn(&Targets<'_>, &Cluster, &[(u64, f32)]) -> Option<usize> + Sync,
) -> Vec<Cluster> {
    let targets = Targets::new(stories, themes, region, options);
    let places: Vec<Option<(usize, Option<usize>)>> = posts
        .par_iter()
        .map(|post| {
            let words = post.centre();
            let theme = find(&targets, post, &words)?;
            Some((theme, targets.story(theme, post, &words)))
        })
        .collect();
    let mut found: BTreeMap<(usize, Option<usize>), Vec<Cluster>> = BTreeMap::new();
    let mut left = Vec::new();
    for (post, place) in posts.into_iter().zip(places) {
        match place {
            Some(place) => found.entry(place).or_default().push(post),
            None => left.push(post),
        }
    }
    for ((theme, story), posts) in found {
        let theme = &mut themes[theme];
        theme.whole = union([theme.whole.clone()].into_iter().chain(posts.iter().cloned()));
        match story.or(theme.talk) {
            Some(story) => stories[story] = union([stories[story].clone()].into_iter().chain(posts)),
            None => {
                theme.talk = Some(stories.len());
                theme.stories.extend(add(stories, [union(posts)]));
            }
        }
    }
    left
}

fn union(parts: impl IntoIterator<Item = Cluster>) -> Cluster {
    Cluster::union(parts).expect("called with at least one")
}

/// Appends stories and gives their positions.
fn add(stories: &mut Vec<Cluster>, new: impl IntoIterator<Item = Cluster>) -> std::ops::Range<usize> {
    let start = stories.len();
    stories.extend(new);
    start..stories.len()
}

/// What posts can join.
struct Targets<'a> {
    themes: Vec<Target<'a>>,
    by_topic: BTreeMap<TopicId, Vec<usize>>,
    by_word: FxHashMap<u64, Vec<usize>>,
    region: &'a Region,
    window: i64,
}

struct Target<'a> {
    whole: &'a Cluster,
    regencies: BTreeSet<&'a PlaceCode>,
    centre: Vector,
    stories: Vec<(usize, &'a Cluster, Vector)>,
}

impl<'a> Targets<'a> {
    fn new(stories: &'a [Cluster], themes: &'a [Theme], region: &'a Region, options: &Options) -> Self {
        let targets: Vec<Target<'a>> = themes
            .par_iter()
            .map(|theme| Target {
                whole: &theme.whole,
                regencies: theme.whole.main_regencies(),
                centre: theme.whole.centre(),
                stories: theme.stories.iter().map(|&s| (s, &stories[s], stories[s].centre())).collect(),
            })
            .collect();
        let mut by_topic: BTreeMap<TopicId, Vec<usize>> = BTreeMap::new();
        let mut by_word: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (position, target) in targets.iter().enumerate() {
            // Nobody talks about an advertisement; who uses its words may still be meant by them.
            if let Some(topic) = target.whole.topic().filter(|_| !target.whole.paid) {
                by_topic.entry(topic.clone()).or_default().push(position);
            }
            let mut keys = target.centre.clone();
            vector::truncate(&mut keys, KEY_WORDS);
            keys.iter().for_each(|(word, _)| by_word.entry(*word).or_default().push(position));
        }
        Self { themes: targets, by_topic, by_word, region, window: options.issue_days * DAY }
    }

    /// The story of a theme that a post speaks of, if it speaks of one.
    fn story(&self, theme: usize, post: &Cluster, words: &[(u64, f32)]) -> Option<usize> {
        self.themes[theme]
            .stories
            .iter()
            .filter(|(_, story, _)| story.gap(post) <= DAY)
            .map(|(position, _, centre)| (vector::dot(centre, words), *position))
            .filter(|(common, _)| *common >= SAME_STORY)
            .max_by(nearest)
            .map(|(_, position)| position)
    }

    /// The theme that a post's words choose: among those of its topic and place, or else among all.
    fn by_words(&self, post: &Cluster, words: &[(u64, f32)]) -> Option<usize> {
        let common = |position: usize| (vector::dot(&self.themes[position].centre, words), position);
        let same_topic = self.fitting(post).into_iter().map(common).filter(|(common, _)| *common >= CHOICE);
        let any_topic = || {
            let found = words.iter().filter_map(|(word, _)| self.by_word.get(word)).flatten().copied();
            let near = found.collect::<BTreeSet<_>>().into_iter().filter(|&theme| self.near(theme, post));
            near.map(common).filter(|(common, _)| *common >= SAME_WORDS).max_by(nearest)
        };
        same_topic.max_by(nearest).or_else(any_topic).map(|(_, position)| position)
    }

    /// The only theme of the talk's topic and place.
    fn by_place(&self, talk: &Cluster) -> Option<usize> {
        match self.fitting(talk).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The themes of the same topic that can be meant: those of its own place come before those of the whole region.
    fn fitting(&self, post: &Cluster) -> Vec<usize> {
        let Some(topic) = post.topic() else { return Vec::new() };
        let regencies = post.main_regencies();
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for &position in self.by_topic.get(topic).into_iter().flatten() {
            match Places::of(&regencies, &self.themes[position].regencies) {
                _ if !self.near(position, post) => {}
                Places::Shared => here.push(position),
                Places::Unknown => elsewhere.push(position),
                Places::Apart if is_wide(topic, self.region) => elsewhere.push(position),
                Places::Apart => {}
            }
        }
        if here.is_empty() { elsewhere } else { here }
    }

    fn near(&self, theme: usize, post: &Cluster) -> bool {
        self.themes[theme].whole.gap(post) <= self.window
    }
}

/// More in common, then earlier.
fn nearest(a: &(f32, usize), b: &(f32, usize)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))
}

/// Posts with a topic as stretches of talk: one topic, one regency or none, no pause longer than a story may make.
fn talk(posts: Vec<Cluster>, options: &Options) -> Vec<Cluster> {
    let mut talk: BTreeMap<(TopicId, Option<PlaceCode>), Vec<Cluster>> = BTreeMap::new();
    for post in posts {
        let Some(topic) = post.topic().cloned() else { continue };
        talk.entry((topic, post.regencies.keys().next().cloned())).or_default().push(post);
    }
    let stretches = |mut posts: Vec<Cluster>| {
        posts.sort_by_key(|post| (post.first, post.members[0]));
        let near = |a: &Cluster, b: &Cluster| a.gap(b) <= options.story_days * DAY;
        posts.chunk_by(near).map(|stretch| union(stretch.iter().cloned())).collect::<Vec<_>>()
    };
    talk.into_values().flat_map(stretches).collect()
}

/// Talk that fits no theme makes themes of its own. Talk without a place joins the only one of its topic; matters with
/// one cause in the whole region are one theme wherever they are talked about.
fn by_topic(talk: Vec<Cluster>, region: &Region, options: &Options) -> Vec<Vec<Cluster>> {
    let mut topics: BTreeMap<TopicId, Vec<Cluster>> = BTreeMap::new();
    for talk in talk {
        topics.entry(talk.topic().cloned().unwrap_or_default()).or_default().push(talk);
    }
    let mut themes = Vec::new();
    for (topic, talk) in topics {
        if is_wide(&topic, region) {
            themes.extend(overlapping(talk, options));
            continue;
        }
        let (nowhere, placed): (Vec<_>, Vec<_>) = talk.into_iter().partition(|talk| talk.regencies.is_empty());
        let mut placed: Vec<Vec<Cluster>> = placed.into_iter().map(|talk| vec![talk]).collect();
        for talk in nowhere {
            let mut near = placed.iter_mut().filter(|theme| theme[0].gap(&talk) <= DAY);
            match (near.next(), near.next()) {
                (Some(only), None) => only.push(talk),
                _ => themes.push(vec![talk]),
            }
        }
        themes.append(&mut placed);
    }
    themes
}

/// Puts together what is talked about at the same time.
fn overlapping(mut talk: Vec<Cluster>, options: &Options) -> Vec<Vec<Cluster>> {
    talk.sort_by_key(|talk| (talk.first, talk.members[0]));
    let mut themes: Vec<Vec<Cluster>> = Vec::new();
    let mut last = i64::MIN;
    for talk in talk {
        let end = last.max(talk.last);
        match themes.last_mut().filter(|_| talk.first <= last.saturating_add(options.story_days * DAY)) {
            Some(theme) => theme.push(talk),
            None => themes.push(vec![talk]),
        }
        last = end;
    }
    themes
}

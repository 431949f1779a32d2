//! Analysed documents to `Issue`s: near-copies collapse, reports of one event become a story, the stories of a matter
//! that lives for days become an issue with its trend, its voices and its risk.
//!
//! Invariant: pure. The same records, frame and region give the same issues, in the same order, on any number of
//! threads and in whatever order the records come. Every document that is not spam is in exactly one story.

// From one record to a group of them.
mod features;

mod vector;

mod union;

mod copies;

mod cluster;

mod stories;

mod themes;

mod public;

// From a group to what is said about it.
mod window;

mod docs;

mod ids;

mod phrases;

mod same_text;

mod coordination;

mod framing;

mod unknown;

mod title;

mod summary;

mod voices;

mod questions;

mod answer;

mod risk;

mod issue;

pub use coordination::Options as CoordinationOptions;

use cluster::Cluster;
use features::Features;
use issue::Material;
use model::{Frame, Issue, Record, Region, Story};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use window::Windows;

/// How close is close; `[issues]` in a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Mean similarity of the documents of a story, 0 to 1. Measured on the development set of labelled events.
    pub story_similarity: f32,
    /// Days without a report after which the same words are another event.
    pub story_days: i64,
    /// Similarity of the stories of an issue that share topic and place, 0 to 1; others need more.
    pub issue_similarity: f32,
    /// Days without a story after which an issue is over.
    pub issue_days: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { story_similarity: 0.22, story_days: 3, issue_similarity: 0.2, issue_days: 3 }
    }
}

/// What a set of documents is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// Most serious first, then by documents in the last window.
    pub issues: Vec<Issue>,
    /// Spam, its copies together; it belongs to no issue and counts in no figure of one.
    pub spam: Vec<Story>,
    /// Stories with a document in the last window.
    pub stories: u32,
    /// Near-copies in the last window.
    pub copies: u32,
}

/// Groups records into issues and weighs each over the frame's windows; the last window is the one reported.
pub fn group(records: &[Record], frame: &Frame, region: &Region, options: &Options) -> Grouping {
    let replaced: BTreeSet<u64> = records.iter().filter_map(|record| record.replaces).collect();
    let mut records: Vec<&Record> =
        records.iter().filter(|record| !record.withdrawn && !replaced.contains(&record.sequence)).collect();
    records.sort_by_cached_key(|record| (record.at, record.key(), record.sequence));
    let windows = Windows::new(frame, records.iter().map(|record| record.at));
    let (spam, records): (Vec<&Record>, Vec<&Record>) = records.into_iter().partition(|record| record.spam.is_some());

    let features = read(&records, region);
    let original = copies::copies(&records, &features);
    let material = Material { records: &records, features: &features, original: &original, windows: &windows, region };
    let (stories, themes) = cluster_all(&material, options);

    // Copies follow their originals.
    let mut members: Vec<Vec<usize>> = stories.iter().map(|story| story.members.clone()).collect();
    let mut story_of = vec![0; records.len()];
    for (story, members) in members.iter().enumerate() {
        members.iter().for_each(|&member| story_of[member] = story);
    }
    for (member, &original) in original.iter().enumerate().filter(|(member, original)| member != *original) {
        members[story_of[original]].push(member);
    }
    members.iter_mut().for_each(|members| members.sort_unstable());

    let mut issues: Vec<Issue> = themes
        .par_iter()
        .map(|theme| {
            let stories: Vec<Vec<usize>> = theme.stories.iter().map(|&story| members[story].clone()).collect();
            issue::issue(&material, &stories, &theme.whole.centre())
        })
        .collect();
    issues.sort_by(|a, b| {
        (b.risk, b.count, b.total, b.last_seen).cmp(&(a.risk, a.count, a.total, a.last_seen)).then(a.id.cmp(&b.id))
    });
    let is_now = |member: &usize| material.windows.is_now(records[*member].at);
    Grouping {
        issues,
        spam: spam_stories(&spam, &windows, region),
        stories: members.iter().filter(|story| story.iter().any(is_now)).count() as u32,
        copies: (0..records.len()).filter(|member| original[*member] != *member && is_now(member)).count() as u32,
    }
}

fn read(records: &[&Record], region: &Region) -> Vec<Features> {
    let mut features: Vec<Features> = records.par_iter().map(|record| features::features(record, region)).collect();
    features::weigh(&mut features);
    features
}

/// Articles into stories and themes by their words, then citizens' posts into these by words, topic and place.
fn cluster_all(material: &Material<'_>, options: &Options) -> (Vec<Cluster>, Vec<themes::Theme>) {
    let Material { records, features, original, region, .. } = *material;
    let (posts, articles): (Vec<usize>, Vec<usize>) = (0..records.len())
        .filter(|&member| original[member] == member)
        .partition(|&member| records[member].kind.is_public_voice());
    let clusters = |members: Vec<usize>| -> Vec<Cluster> {
        members.into_iter().map(|member| Cluster::of(member, records[member], &features[member])).collect()
    };
    let mut stories = stories::stories(clusters(articles), options);
    let mut themes = themes::themes(&stories, region, options);
    public::place(clusters(posts), &mut stories, &mut themes, region, options);
    (stories, themes)
}

fn spam_stories(records: &[&Record], windows: &Windows<'_>, region: &Region) -> Vec<Story> {
    let features = read(records, region);
    let original = copies::copies(records, &features);
    let material = Material { records, features: &features, original: &original, windows, region };
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (member, &original) in original.iter().enumerate() {
        groups.entry(original).or_default().push(member);
    }
    groups.values().map(|members| issue::story(&material, members)).collect()
}

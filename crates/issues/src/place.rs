//! One hour's documents into what is remembered.
//!
//! Local re-agglomeration: the open stories near a new document are taken apart into their documents and put together
//! again with it, so that two reports which met in the wrong order still end where a look at all of them would have put
//! them. What is large, or partly forgotten, takes part as a whole. Issues are made from stories in the same way.

use crate::{
    Options,
    cluster::{self, Cluster},
    copies,
    features::{self, DAY},
    ids::Origin,
    index::Found,
    memory::{Doc, Indexes, Memory, POSTS_SPACE, Story},
    rarity::Rarity,
    stories, themes,
    vector::Vector,
};
use model::Region;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Of the groups that share a heavy word, so many of the latest are looked at.
const LATEST_MAX: usize = 150;
/// Of the groups that share most words, so many are compared exactly.
const COMPARED_MAX: usize = 16;

/// The work on one hour.
pub(crate) struct Placing<'a> {
    pub(crate) memory: &'a mut Memory,
    pub(crate) stories: Found<'a>,
    pub(crate) issues: Found<'a>,
    pub(crate) bands: Found<'a>,
    pub(crate) rarity: Rarity,
    pub(crate) region: &'a Region,
    pub(crate) options: &'a Options,
    indexes: &'a Indexes,
    /// Index keys that groups had before they were changed.
    story_keys: BTreeMap<u64, Vec<u64>>,
    issue_keys: BTreeMap<u64, Vec<u64>>,
    gone_bands: BTreeMap<u64, Vec<u64>>,
    /// Documents that came, by sequence.
    came: Vec<(u64, u64)>,
    /// Documents that became originals.
    new_bands: Vec<u64>,
    /// Issues that lost a story.
    touched: BTreeSet<u64>,
}

/// What an hour changed in the indexes.
pub(crate) struct Changed {
    story_keys: BTreeMap<u64, Vec<u64>>,
    issue_keys: BTreeMap<u64, Vec<u64>>,
    gone_bands: BTreeMap<u64, Vec<u64>>,
    came: Vec<(u64, u64)>,
    rarity: Rarity,
    new_bands: Vec<u64>,
}

impl<'a> Placing<'a> {
    pub(crate) fn new(memory: &'a mut Memory, indexes: &'a Indexes, region: &'a Region, options: &'a Options) -> Self {
        Self {
            memory,
            stories: Found::new(&indexes.stories),
            issues: Found::new(&indexes.issues),
            bands: Found::new(&indexes.bands),
            rarity: Rarity::default(),
            region,
            options,
            indexes,
            story_keys: BTreeMap::new(),
            issue_keys: BTreeMap::new(),
            gone_bands: BTreeMap::new(),
            came: Vec::new(),
            new_bands: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Places the documents of one hour, whatever order they are in; documents of these sequences are gone.
    pub(crate) fn place(mut self, docs: &[Doc], gone: &BTreeSet<u64>) -> Changed {
        gone.iter().for_each(|&sequence| self.remove(sequence));
        let mut docs: Vec<&Doc> = docs.iter().collect();
        docs.sort_by(|a, b| (a.at, &a.key, a.sequence).cmp(&(b.at, &b.key, b.sequence)));
        docs.iter().for_each(|doc| self.rarity.add(&doc.terms));
        let originals = self.take_in(&docs);
        let of_kind = |wanted: fn(&Doc) -> bool| -> Vec<u64> {
            originals.iter().copied().filter(|&doc| wanted(self.memory.doc(doc))).collect()
        };
        let spam = of_kind(|doc| doc.spam);
        let posts = of_kind(|doc| !doc.spam && doc.kind.is_public_voice());
        let articles = of_kind(|doc| !doc.spam && !doc.kind.is_public_voice());
        for doc in spam {
            let words = Cluster::of(0, self.memory.doc(doc));
            self.new_story(vec![], vec![doc], words, self.memory.doc(doc).origin());
        }
        let changed = self.articles(articles);
        self.settle(changed);
        self.posts(posts);
        Changed {
            story_keys: self.story_keys,
            issue_keys: self.issue_keys,
            gone_bands: self.gone_bands,
            came: self.came,
            rarity: self.rarity,
            new_bands: self.new_bands,
        }
    }

    /// Weighs documents, finds copies, gives numbers; returns the originals.
    fn take_in(&mut self, docs: &[&Doc]) -> Vec<u64> {
        let rarity = [self.memory.rarity.as_ref(), &self.rarity];
        let weighed: Vec<Vector> = docs.par_iter().map(|doc| features::weigh(&doc.terms, &rarity)).collect();
        let mut originals = Vec::new();
        for (&doc, terms) in docs.iter().zip(weighed) {
            let number = self.memory.number();
            let bands = doc.bands();
            let copy_of = self.original(doc, &bands);
            let signature = doc.signature.clone().filter(|_| copy_of.is_none());
            let terms = if copy_of.is_none() { terms } else { Vector::new() };
            let doc = Doc { terms, signature, copy_of, ..doc.clone() };
            self.came.push((doc.sequence, number));
            self.memory.clock = self.memory.clock.max(doc.time.min(doc.first_seen.as_second() + DAY));
            self.memory.docs.insert(number, doc.into());
            match copy_of {
                Some(original) => {
                    self.memory.copies.or_default(original).insert(number);
                }
                None => {
                    self.bands.added.add(number, bands.into_iter().map(|band| (band, 1.0)));
                    self.new_bands.push(number);
                    originals.push(number);
                }
            }
        }
        originals
    }

    /// The document that this one is a copy of: the one with most in common, then the earliest.
    fn original(&self, doc: &Doc, bands: &[u64]) -> Option<u64> {
        let docs = &self.memory.docs;
        let near = bands.iter().flat_map(|&band| self.bands.latest(band, copies::COMPARED_MAX));
        let near: BTreeSet<u64> = near.map(|(number, _)| number).collect();
        let copied = near.into_iter().filter_map(|number| {
            let other = &docs[&number];
            // The same form for another day or town has nearly the same words, and is no copy.
            let apart = features::apart((&doc.marks, &doc.terms), (&other.marks, &other.terms));
            let later = (doc.time - other.time).abs() >= stories::ANOTHER_ISSUE;
            let is_form = apart.names || apart.numbers && later;
            let common =
                copies::common(&doc.copied(), &other.copied()).filter(|_| !is_form && doc.spam == other.spam)?;
            Some((common, std::cmp::Reverse(number)))
        });
        copied.max().map(|(_, number)| number.0)
    }

    /// Forgets a document that was replaced or withdrawn.
    fn remove(&mut self, sequence: u64) {
        let Some(&number) = self.indexes.sequences.get(&sequence) else { return };
        let Some(doc) = self.memory.docs.remove(&number) else { return };
        if let Some(original) = doc.copy_of {
            if let Some(copies) = self.memory.copies.get_mut(&original) {
                copies.remove(&number);
            }
            return;
        }
        self.gone_bands.insert(number, doc.bands());
        self.bands.changed.insert(number);
        let Some(story) = self.memory.story_of.remove(&number) else { return };
        self.change_story(story);
        // The first of its copies takes its place: the words are the same.
        let heir = self.memory.copies.remove(&number).filter(|copies| !copies.is_empty()).map(|mut copies| {
            let heir = copies.pop_first().expect("it is not empty");
            for &copy in &copies {
                let copy = self.memory.docs.get_mut(&copy).expect("copies of it are remembered with it");
                Arc::make_mut(&mut copy.0).copy_of = Some(heir);
            }
            if !copies.is_empty() {
                self.memory.copies.insert(heir, copies);
            }
            let copy = self.memory.docs.get_mut(&heir).expect("copies of it are remembered with it");
            let copy = Arc::make_mut(&mut copy.0);
            copy.copy_of = None;
            (copy.terms, copy.signature, copy.marks) = (doc.terms.clone(), doc.signature.clone(), doc.marks.clone());
            self.bands.added.add(heir, copy.bands().into_iter().map(|band| (band, 1.0)));
            self.new_bands.push(heir);
            self.memory.story_of.insert(heir, story);
            heir
        });
        let found = self.memory.story_mut(story);
        for members in [&mut found.articles, &mut found.voices] {
            if let Some(at) = members.iter().position(|&member| member == number) {
                members.remove(at);
                members.extend(heir);
                members.sort_unstable();
            }
        }
        let issue = found.issue;
        if found.is_empty() {
            self.drop_story(story);
        } else {
            self.index_story(story);
        }
        if let Some(issue) = issue {
            self.index_issue(issue);
        }
    }

    /// Puts articles into stories; returns the stories that are new or changed.
    fn articles(&mut self, articles: Vec<u64>) -> BTreeSet<u64> {
        let memory = &*self.memory;
        let single = |doc: u64| Cluster::of(0, memory.doc(doc));
        let near: BTreeSet<u64> = articles
            .par_iter()
            .flat_map_iter(|&doc| {
                let cluster = single(doc);
                let near = self.near_stories(&cluster, false).into_iter();
                near.filter(|story| stories::near(&cluster, &memory.story(*story).words, self.options))
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut nodes: Vec<Node> = articles.iter().map(|&doc| Node::Part(doc)).collect();
        let mut old = Vec::new();
        for number in near {
            let story = memory.story(number);
            old.push(Old {
                number,
                origin: story.origin.clone(),
                established: story.established,
                heir: story.articles[0],
            });
            match story.is_open() {
                true => nodes.extend(story.articles.iter().map(|&doc| Node::Part(doc))),
                false => nodes.push(Node::Whole(number)),
            }
        }
        nodes.sort_unstable();
        let clusters: Vec<Cluster> = nodes
            .iter()
            .enumerate()
            .map(|(position, node)| match *node {
                Node::Part(doc) => Cluster::of(position, memory.doc(doc)),
                Node::Whole(story) => memory.story(story).words.clone().at(position),
            })
            .collect();
        let established = |cluster: &Cluster| {
            cluster.members.iter().any(|&at| matches!(nodes[at], Node::Whole(story) if memory.story(story).established))
        };
        let groups = cluster::agglomerate(clusters, self.options.story_similarity, |a, b| {
            if established(a) && established(b) {
                return None;
            }
            stories::similarity(a, b, self.options)
        });
        self.rebuild_stories(groups, &nodes, &old)
    }

    fn rebuild_stories(&mut self, groups: Vec<Cluster>, nodes: &[Node], old: &[Old]) -> BTreeSet<u64> {
        let parts = |group: &Cluster| -> Vec<u64> {
            let mut docs: Vec<u64> = group
                .members
                .iter()
                .flat_map(|&at| match nodes[at] {
                    Node::Part(doc) => vec![doc],
                    Node::Whole(story) => self.memory.story(story).articles.clone(),
                })
                .collect();
            docs.sort_unstable();
            docs
        };
        let parts: Vec<Vec<u64>> = groups.iter().map(parts).collect();
        let (kept, heirs) = inherit(&parts, old);
        let mut changed = BTreeSet::new();
        for ((group, articles), kept) in groups.into_iter().zip(parts).zip(&kept) {
            let number = match kept {
                Some(number) if self.memory.story(*number).articles == articles => continue,
                Some(number) => {
                    self.change_story(*number);
                    *number
                }
                None => {
                    let origin = articles.iter().map(|&doc| self.memory.doc(doc).origin()).min();
                    self.new_story(vec![], vec![], group.clone(), origin.expect("a group has a document"))
                }
            };
            articles.iter().for_each(|&doc| {
                self.memory.story_of.insert(doc, number);
            });
            let story = self.memory.story_mut(number);
            (story.articles, story.words) = (articles, group);
            changed.insert(number);
        }
        for (&from, &to) in &heirs {
            self.merge_story(from, to.unwrap_or(from));
        }
        changed.iter().for_each(|&story| self.index_story(story));
        changed
    }

    /// What citizens said about a story that became part of another goes there too.
    fn merge_story(&mut self, from: u64, to: u64) {
        if from == to {
            return;
        }
        self.change_story(from);
        let old = self.memory.story(from).clone();
        old.voices.iter().for_each(|&voice| {
            self.memory.story_of.insert(voice, to);
        });
        let story = self.memory.story_mut(to);
        story.voices.extend(old.voices);
        story.voices.sort_unstable();
        story.heard = Cluster::union(story.heard.take().into_iter().chain(old.heard));
        if story.issue.is_none() {
            story.issue = old.issue;
            if let Some(issue) = old.issue {
                self.change_issue(issue);
                self.memory.issue_mut(issue).stories.insert(to);
            }
        }
        self.drop_story(from);
        if let Some(issue) = old.issue {
            self.touched.insert(issue);
        }
    }

    /// Puts new stories into issues, asking again the open issues of the changed ones.
    fn settle(&mut self, changed: BTreeSet<u64>) {
        let memory = &*self.memory;
        let alone: Vec<u64> = changed.iter().copied().filter(|&story| memory.story(story).issue.is_none()).collect();
        let issues: BTreeSet<u64> = changed.iter().filter_map(|&story| memory.story(story).issue).collect();
        let touched: BTreeSet<u64> = self.touched.iter().chain(&issues).copied().collect();
        for issue in touched {
            self.index_issue(issue);
        }
        self.touched.clear();
        let memory = &*self.memory;
        let mut issues: BTreeSet<u64> = issues.into_iter().filter(|issue| memory.issues.contains_key(issue)).collect();
        let wholes: Vec<Cluster> = alone.iter().map(|&story| memory.story(story).as_one(0)).collect();
        let near: Vec<u64> = wholes
            .par_iter()
            .chain(issues.par_iter().map(|&issue| &memory.issue(issue).view().whole).collect::<Vec<_>>())
            .flat_map_iter(|cluster| {
                let near = self.near_issues(cluster).into_iter();
                let fits = |issue: &u64| {
                    let whole = &memory.issue(*issue).view().whole;
                    themes::affinity(cluster, whole, self.region, self.options).is_some_and(|affinity| affinity >= 0.8)
                };
                near.filter(fits).collect::<Vec<_>>()
            })
            .collect();
        issues.extend(near);
        let mut nodes: Vec<Node> = alone.into_iter().map(Node::Part).collect();
        let mut old = Vec::new();
        for number in issues {
            let issue = memory.issue(number);
            let told = |story: &u64| !memory.story(*story).articles.is_empty() || memory.story(*story).established;
            let first = issue.stories.iter().copied().find(told);
            let established = issue.past.is_some();
            match first.filter(|_| issue.is_open()) {
                Some(heir) => {
                    old.push(Old { number, origin: issue.origin.clone(), established, heir });
                    nodes.extend(issue.stories.iter().copied().filter(told).map(Node::Part));
                }
                None => {
                    old.push(Old { number, origin: issue.origin.clone(), established, heir: u64::MAX - number });
                    nodes.push(Node::Whole(number));
                }
            }
        }
        nodes.sort_unstable();
        let clusters: Vec<Cluster> = nodes
            .iter()
            .enumerate()
            .map(|(position, node)| match *node {
                Node::Part(story) => memory.story(story).as_one(position),
                Node::Whole(issue) => memory.issue(issue).view().whole.clone().at(position),
            })
            .collect();
        let established = |cluster: &Cluster| {
            cluster
                .members
                .iter()
                .any(|&at| matches!(nodes[at], Node::Whole(issue) if memory.issue(issue).past.is_some()))
        };
        let groups = cluster::agglomerate(clusters, 1.0, |a, b| {
            if established(a) && established(b) {
                return None;
            }
            themes::affinity(a, b, self.region, self.options)
        });
        self.rebuild_issues(groups, &nodes, &old);
    }

    fn rebuild_issues(&mut self, groups: Vec<Cluster>, nodes: &[Node], old: &[Old]) {
        // A whole stands in the place of its heir's number, which no story has.
        let parts = |group: &Cluster| -> Vec<u64> {
            let number = |&at: &usize| match nodes[at] {
                Node::Part(story) => story,
                Node::Whole(issue) => u64::MAX - issue,
            };
            let mut parts: Vec<u64> = group.members.iter().map(number).collect();
            parts.sort_unstable();
            parts
        };
        let parts: Vec<Vec<u64>> = groups.iter().map(parts).collect();
        let (kept, heirs) = inherit(&parts, old);
        // Stories leave where they were before they come where they are.
        let mut changed: BTreeSet<u64> = BTreeSet::new();
        let told: BTreeSet<u64> = parts.iter().flatten().copied().collect();
        for old in old.iter().filter(|old| told.contains(&old.heir)) {
            self.change_issue(old.number);
            if old.heir < u64::MAX / 2 {
                self.memory.issue_mut(old.number).stories.retain(|story| !told.contains(story));
            }
        }
        for (parts, kept) in parts.into_iter().zip(&kept) {
            let stories: Vec<u64> = parts.into_iter().filter(|&part| part < u64::MAX / 2).collect();
            let number = kept.unwrap_or_else(|| {
                let origin = stories.iter().map(|&story| self.memory.story(story).origin.clone()).min();
                self.new_issue(origin.expect("a new issue has a story"))
            });
            for story in stories {
                self.memory.story_mut(story).issue = Some(number);
                self.memory.issue_mut(number).stories.insert(story);
            }
            changed.insert(number);
        }
        for (&from, &to) in &heirs {
            let Some(to) = to.filter(|&to| to != from) else { continue };
            let rest: Vec<u64> = self.memory.issue(from).stories.iter().copied().collect();
            for story in rest {
                self.memory.story_mut(story).issue = Some(to);
            }
            let old = self.memory.issues.remove(&from).expect("it was among the old");
            let issue = self.memory.issue_mut(to);
            issue.stories.extend(&old.stories);
            issue.past = Cluster::union(issue.past.take().into_iter().chain(old.past.clone()));
            issue.talk = issue.talk.or(old.talk);
            changed.insert(to);
        }
        changed.into_iter().for_each(|issue| self.index_issue(issue));
    }

    /// Stories that share heavy words: of articles, or of posts.
    pub(crate) fn near_stories(&self, cluster: &Cluster, of_posts: bool) -> Vec<u64> {
        let space = if of_posts { POSTS_SPACE } else { 0 };
        let keys: Vector = cluster.keys().into_iter().map(|(term, weight)| (term | space, weight)).collect();
        self.stories.nearest(&keys, LATEST_MAX, COMPARED_MAX)
    }

    /// Issues that share heavy words.
    fn near_issues(&self, cluster: &Cluster) -> Vec<u64> {
        self.issues.nearest(&cluster.keys(), LATEST_MAX, COMPARED_MAX)
    }

    pub(crate) fn new_story(&mut self, articles: Vec<u64>, voices: Vec<u64>, words: Cluster, origin: Origin) -> u64 {
        let number = self.memory.number();
        voices.iter().for_each(|&doc| {
            self.memory.story_of.insert(doc, number);
        });
        let story = Story {
            origin,
            articles,
            voices,
            established: false,
            issue: None,
            words,
            heard: None,
            keys: Vector::new(),
            length: 0.0,
        };
        self.memory.stories.insert(number, story.into());
        self.story_keys.insert(number, Vec::new());
        number
    }

    pub(crate) fn new_issue(&mut self, origin: Origin) -> u64 {
        let number = self.memory.number();
        let issue = crate::memory::Issue { origin, stories: BTreeSet::new(), talk: None, past: None, view: None };
        self.memory.issues.insert(number, issue.into());
        self.issue_keys.insert(number, Vec::new());
        number
    }

    fn drop_story(&mut self, number: u64) {
        let Some(story) = self.memory.stories.remove(&number) else { return };
        if let Some(issue) = story.issue {
            self.change_issue(issue);
            let issue = self.memory.issue_mut(issue);
            issue.stories.remove(&number);
            issue.talk = issue.talk.filter(|&talk| talk != number);
        }
    }

    /// Remembers by what a story was found, before it changes.
    pub(crate) fn change_story(&mut self, number: u64) {
        let keys: Vec<u64> = self.memory.story(number).index_keys().into_iter().map(|(key, _)| key).collect();
        self.stories.added.remove(number, keys.iter().copied());
        self.stories.changed.insert(number);
        self.story_keys.entry(number).or_insert(keys);
    }

    /// Remembers by what an issue was found, before it changes.
    pub(crate) fn change_issue(&mut self, number: u64) {
        let keys: Vec<u64> = match self.memory.issue(number).view {
            Some(_) => self.memory.issue(number).index_keys().into_iter().map(|(key, _)| key).collect(),
            None => Vec::new(),
        };
        self.issues.added.remove(number, keys.iter().copied());
        self.issues.changed.insert(number);
        self.issue_keys.entry(number).or_insert(keys);
    }

    pub(crate) fn index_story(&mut self, number: u64) {
        self.memory.refresh_story(number);
        self.stories.added.add(number, self.memory.story(number).index_keys());
    }

    pub(crate) fn index_issue(&mut self, number: u64) {
        if !self.memory.issues.contains_key(&number) {
            return;
        }
        self.change_issue(number);
        self.memory.refresh_issue(number);
        if let Some(issue) = self.memory.issues.get(&number) {
            self.issues.added.add(number, issue.index_keys());
        }
    }
}

/// What is put together: a document or story, or a story or issue that is taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Part(u64),
    Whole(u64),
}

/// A group that was asked again.
struct Old {
    number: u64,
    origin: Origin,
    established: bool,
    /// Its first part: where this goes, the group goes.
    heir: u64,
}

/// Which old group each new one continues, and where each old one went.
///
/// Of several the one of which something is already forgotten, then the oldest: an id that was given stays.
fn inherit(parts: &[Vec<u64>], old: &[Old]) -> (Vec<Option<u64>>, BTreeMap<u64, Option<u64>>) {
    let place: FxHashMap<u64, usize> =
        parts.iter().enumerate().flat_map(|(group, parts)| parts.iter().map(move |&part| (part, group))).collect();
    let mut chosen: Vec<Option<&Old>> = vec![None; parts.len()];
    for old in old {
        let Some(&group) = place.get(&old.heir) else { continue };
        let rank = |old: &Old| (!old.established, old.origin.clone());
        if chosen[group].is_none_or(|before| rank(old) < rank(before)) {
            chosen[group] = Some(old);
        }
    }
    let kept: Vec<Option<u64>> = chosen.iter().map(|chosen| chosen.map(|old| old.number)).collect();
    let heirs = old.iter().map(|old| (old.number, place.get(&old.heir).and_then(|&group| kept[group]))).collect();
    (kept, heirs)
}

impl Changed {
    /// Writes what one hour changed into the indexes.
    pub(crate) fn keep(self, memory: &mut Memory, indexes: &mut Indexes) {
        for (number, keys) in self.story_keys {
            indexes.stories.remove(number, keys);
            if let Some(story) = memory.stories.get(&number) {
                indexes.stories.add(number, story.index_keys());
            }
        }
        for (number, keys) in self.issue_keys {
            indexes.issues.remove(number, keys);
            if let Some(issue) = memory.issues.get(&number) {
                indexes.issues.add(number, issue.index_keys());
            }
        }
        for (number, keys) in self.gone_bands {
            indexes.bands.remove(number, keys);
        }
        for number in self.new_bands {
            if let Some(doc) = memory.docs.get(&number).filter(|doc| doc.copy_of.is_none()) {
                indexes.bands.add(number, doc.bands().into_iter().map(|band| (band, 1.0)));
            }
        }
        indexes.sequences.extend(self.came);
        Arc::make_mut(&mut memory.rarity.0).join(self.rarity);
    }
}

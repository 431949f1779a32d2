//! Merges, splits and duplicates that people decided, laid over where the machine put the documents.
//!
//! Decisions are applied one after the other, so that a split after a merge and a merge after a split both mean what
//! they say. Whatever is grouped with a document or a story later follows it, since nothing but the machine's present
//! grouping and the decisions counts. Each document keeps one story, each story one issue.

use crate::{Human, Member, ids};
use model::{Act, Decision, DocumentKey, IssueId, StoryId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

impl Human {
    /// Puts documents where people want them. The order of `members` does not matter and is kept.
    pub fn regroup(&self, members: &mut [Member]) {
        let is_about_groups = |act: &Act| matches!(act, Act::Merge { .. } | Act::Split { .. } | Act::Duplicate { .. });
        // Most runs have no such decision, and the tables below are as large as the weeks of documents.
        if !self.decisions.iter().any(|decision| is_about_groups(&decision.act)) {
            return;
        }
        let mut standing = Standing::of(members, &self.decisions);
        for decision in &self.decisions {
            standing.apply(decision);
        }
    }
}

/// Adds to a decision the documents by which its issues and stories are found when a replay has given them other ids.
/// `members` are the documents as they stood before the decision, regrouped.
pub fn anchored(mut decision: Decision, members: &[Member]) -> Decision {
    let of_issue = |id: &IssueId, but: &BTreeSet<&DocumentKey>| {
        let inside = members.iter().filter(|member| member.issue == *id && !but.contains(&member.key));
        // The document that the id is made of stays the issue's own the longest.
        inside.min_by_key(|member| (!ids::is_issue_of(id, &member.key), member.at, &member.key)).map(|m| m.key.clone())
    };
    let of_story = |id: &StoryId| {
        let inside = members.iter().filter(|member| member.story == *id);
        inside.min_by_key(|member| (member.copy_of.is_some(), member.at, &member.key)).map(|m| m.key.clone())
    };
    let none = BTreeSet::new();
    match &mut decision.act {
        Act::Merge { issue, into, anchor, into_anchor } => {
            *anchor = anchor.take().or_else(|| of_issue(issue, &none));
            *into_anchor = into_anchor.take().or_else(|| of_issue(into, &none));
        }
        Act::Split { issue, stories, documents, anchor, story_anchors } => {
            let leaves = |member: &&Member| stories.contains(&member.story) || documents.contains(&member.key);
            let left: BTreeSet<&DocumentKey> = members.iter().filter(leaves).map(|member| &member.key).collect();
            *anchor = anchor.take().or_else(|| of_issue(issue, &left));
            // One a story and in their order, or none: a story that is not there cannot be found again.
            if story_anchors.is_empty() {
                *story_anchors = stories.iter().map(of_story).collect::<Option<_>>().unwrap_or_default();
            }
        }
        Act::Rename { issue, anchor, .. } | Act::Pin { issue, anchor, .. } | Act::Clarify { issue, anchor, .. } => {
            *anchor = anchor.take().or_else(|| of_issue(issue, &none));
        }
        Act::OpenTask { issue: Some(issue), anchor, .. } => *anchor = anchor.take().or_else(|| of_issue(issue, &none)),
        _ => {}
    }
    decision
}

/// What decisions name, and the stories and issues in which that stands: nothing outside of these ever moves, since a
/// copy is in the story of its original.
#[derive(Default)]
struct Touched {
    keys: FxHashSet<DocumentKey>,
    stories: FxHashSet<StoryId>,
    issues: FxHashSet<IssueId>,
}

impl Touched {
    fn of(members: &[Member], decisions: &[Decision]) -> Self {
        let mut touched = Self::default();
        decisions.iter().for_each(|decision| touched.name(&decision.act));
        for member in members {
            if touched.names(member) {
                touched.stories.insert(member.story.clone());
                touched.issues.insert(member.issue.clone());
            }
        }
        touched
    }

    fn name(&mut self, act: &Act) {
        match act {
            Act::Merge { issue, into, anchor, into_anchor } => {
                self.issues.extend([issue.clone(), into.clone()]);
                self.keys.extend(anchor.iter().chain(into_anchor).cloned());
            }
            Act::Split { stories, documents, anchor, story_anchors, .. } => {
                self.stories.extend(stories.iter().cloned());
                self.keys.extend(documents.iter().chain(anchor).chain(story_anchors).cloned());
            }
            Act::Duplicate { document, of } => self.keys.extend(std::iter::once(document).chain(of).cloned()),
            _ => {}
        }
    }

    fn names(&self, member: &Member) -> bool {
        self.keys.contains(&member.key) || member.copy_of.as_ref().is_some_and(|original| self.keys.contains(original))
    }

    fn has(&self, member: &Member) -> bool {
        self.issues.contains(&member.issue) || self.stories.contains(&member.story) || self.names(member)
    }
}

/// Where documents stand while decisions are applied.
struct Standing<'a> {
    members: &'a mut [Member],
    position: FxHashMap<DocumentKey, usize>,
    // Positions that once stood there; whether they still do is read from the member.
    by_issue: FxHashMap<IssueId, Vec<usize>>,
    by_story: FxHashMap<StoryId, Vec<usize>>,
    copies: FxHashMap<DocumentKey, Vec<usize>>,
    /// Issues that ended in another one.
    merged: BTreeMap<IssueId, IssueId>,
}

impl<'a> Standing<'a> {
    /// Tables of the documents that decisions can move or read; weeks of others stay out of them.
    fn of(members: &'a mut [Member], decisions: &[Decision]) -> Self {
        let touched = Touched::of(members, decisions);
        let touched: Vec<usize> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| touched.has(member))
            .map(|(position, _)| position)
            .collect();
        let mut standing = Self {
            position: FxHashMap::default(),
            by_issue: FxHashMap::default(),
            by_story: FxHashMap::default(),
            copies: FxHashMap::default(),
            merged: BTreeMap::new(),
            members,
        };
        for position in touched {
            let member = &standing.members[position];
            standing.position.insert(member.key.clone(), position);
            standing.by_issue.entry(member.issue.clone()).or_default().push(position);
            standing.by_story.entry(member.story.clone()).or_default().push(position);
            if let Some(original) = &member.copy_of {
                standing.copies.entry(original.clone()).or_default().push(position);
            }
        }
        standing
    }

    fn apply(&mut self, decision: &Decision) {
        match &decision.act {
            Act::Merge { issue, into, anchor, into_anchor } => {
                self.merge((issue, anchor.as_ref()), (into, into_anchor.as_ref()));
            }
            Act::Split { stories, documents, anchor, story_anchors, .. } => {
                let new = ids::split_issue(decision);
                self.merged.remove(&new);
                let mut alone: Vec<DocumentKey> = documents.clone();
                for (n, story) in stories.iter().enumerate() {
                    alone.extend(self.split_story(story, story_anchors.get(n), anchor.as_ref(), &new));
                }
                self.split_documents(&alone, &new);
            }
            Act::Duplicate { document, of } => self.duplicate(document, of.as_ref()),
            _ => {}
        }
    }

    fn merge(&mut self, ended: (&IssueId, Option<&DocumentKey>), into: (&IssueId, Option<&DocumentKey>)) {
        let (from, to) = (self.issue(ended.0, ended.1), self.issue(into.0, into.1));
        self.merged.remove(&to);
        for position in self.in_issue(&from) {
            self.set_issue(position, &to);
        }
        for id in [&from, ended.0, into.0] {
            if *id != to {
                self.merged.insert(id.clone(), to.clone());
            }
        }
    }

    /// Moves a whole story. Gives back the document that has to leave alone where the story now also holds what stays.
    fn split_story(
        &mut self,
        story: &StoryId,
        anchor: Option<&DocumentKey>,
        stays: Option<&DocumentKey>,
        new: &IssueId,
    ) -> Option<DocumentKey> {
        let mut inside = self.in_story(story);
        if inside.is_empty() {
            let found = anchor.and_then(|anchor| self.position.get(anchor))?;
            inside = self.in_story(&self.members[*found].story.clone());
        }
        let stays = stays.and_then(|stays| self.position.get(stays));
        if let (Some(stays), Some(anchor)) = (stays, anchor)
            && inside.contains(stays)
        {
            return Some(anchor.clone());
        }
        for position in inside {
            self.set_issue(position, new);
        }
        None
    }

    /// Moves documents with their copies; those of one story stay one story.
    fn split_documents(&mut self, documents: &[DocumentKey], new: &IssueId) {
        let mut leaving: BTreeSet<usize> = documents.iter().filter_map(|key| self.position.get(key).copied()).collect();
        leaving.extend(documents.iter().flat_map(|document| self.copies_of(document)));
        self.part_from_originals(&leaving);
        for position in leaving {
            let story = ids::split_story(new, &self.members[position].story);
            self.set_story(position, story);
            self.set_issue(position, new);
        }
    }

    /// Of copies that leave their original, the first is the original of the others.
    fn part_from_originals(&mut self, leaving: &BTreeSet<usize>) {
        let mut orphans: BTreeMap<DocumentKey, Vec<usize>> = BTreeMap::new();
        for &position in leaving {
            let Some(original) = &self.members[position].copy_of else { continue };
            if !self.position.get(original).is_some_and(|original| leaving.contains(original)) {
                orphans.entry(original.clone()).or_default().push(position);
            }
        }
        for mut group in orphans.into_values() {
            group.sort_by_key(|&position| (self.members[position].at, self.members[position].key.clone()));
            let first = self.members[group[0]].key.clone();
            self.members[group[0]].copy_of = None;
            group[1..].iter().for_each(|&position| self.set_copy(position, &first));
        }
    }

    fn duplicate(&mut self, document: &DocumentKey, of: Option<&DocumentKey>) {
        let Some(&position) = self.position.get(document) else { return };
        let Some(of) = of else {
            self.members[position].copy_of = None;
            return;
        };
        let original = self.original(of);
        // The other one was the copy so far: they change places.
        let original = if original == *document { of.clone() } else { original };
        let there = self.position.get(&original).copied();
        if let Some(there) = there {
            self.members[there].copy_of = None;
        }
        let mut moving = self.copies_of(document);
        moving.push(position);
        moving.retain(|moving| Some(*moving) != there);
        for moving in moving {
            self.set_copy(moving, &original);
            if let Some(there) = there {
                let (story, issue) = (self.members[there].story.clone(), self.members[there].issue.clone());
                self.set_story(moving, story);
                self.set_issue(moving, &issue);
            }
        }
    }

    /// The issue that is meant: the one with the id, the one that it ended in, the one in which the anchor stands.
    fn issue(&self, id: &IssueId, anchor: Option<&DocumentKey>) -> IssueId {
        if !self.in_issue(id).is_empty() {
            return id.clone();
        }
        let mut last = id;
        while let Some(next) = self.merged.get(last) {
            last = next;
        }
        if last != id {
            return last.clone();
        }
        let anchored = anchor.and_then(|anchor| self.position.get(anchor));
        anchored.map_or_else(|| id.clone(), |&position| self.members[position].issue.clone())
    }

    /// The document that a copy goes back to.
    fn original(&self, key: &DocumentKey) -> DocumentKey {
        let mut key = key;
        // Originals are no copies, so that one step is enough; a damaged table must not turn for ever.
        for _ in 0..8 {
            let Some(next) = self.position.get(key).and_then(|&position| self.members[position].copy_of.as_ref())
            else {
                break;
            };
            key = next;
        }
        key.clone()
    }

    fn in_issue(&self, id: &IssueId) -> Vec<usize> {
        standing(self.by_issue.get(id), |position| self.members[position].issue == *id)
    }

    fn in_story(&self, id: &StoryId) -> Vec<usize> {
        standing(self.by_story.get(id), |position| self.members[position].story == *id)
    }

    fn copies_of(&self, key: &DocumentKey) -> Vec<usize> {
        standing(self.copies.get(key), |position| self.members[position].copy_of.as_ref() == Some(key))
    }

    fn set_issue(&mut self, position: usize, issue: &IssueId) {
        self.by_issue.entry(issue.clone()).or_default().push(position);
        self.members[position].issue.clone_from(issue);
    }

    fn set_story(&mut self, position: usize, story: StoryId) {
        self.by_story.entry(story.clone()).or_default().push(position);
        self.members[position].story = story;
    }

    fn set_copy(&mut self, position: usize, original: &DocumentKey) {
        self.copies.entry(original.clone()).or_default().push(position);
        self.members[position].copy_of = Some(original.clone());
    }
}

fn standing(once: Option<&Vec<usize>>, still: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut positions: Vec<usize> = once.into_iter().flatten().copied().filter(|&position| still(position)).collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}

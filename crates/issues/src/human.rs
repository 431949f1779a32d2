//! `Human`: what people decided, folded once, and laid over what the machine found.
//!
//! Decisions name issues by id. An id is made of an issue's first document, so it may change when a replay groups
//! otherwise; where it is gone, the anchor that was recorded with the decision tells which issue is meant.

use crate::ids;
use model::{
    Act, ClaimId, ClaimStep, Clarification, Decision, DocumentKey, FactCheck, FactCheckId, Issue, IssueId, OpenTask,
    PlaceCode, Record, Region, Spam, TaskId, TaskStatus, Tone, TopicId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why a document has its tone where a person gave it.
const BY_HAND: &str = "ditetapkan petugas";

/// Decisions of people, ready to be applied. The later decision wins.
#[derive(Clone, Debug, Default)]
pub struct Human {
    /// Each once, by time and id: the order in which they hold, whatever the order in which they were read.
    pub(crate) decisions: Vec<Decision>,
    labels: BTreeMap<DocumentKey, Labels>,
    /// Issues that ended in another one.
    merged: BTreeMap<IssueId, IssueId>,
    titles: Vec<(IssueRef, String)>,
    pins: Vec<(IssueRef, bool)>,
    tasks: BTreeMap<TaskId, (OpenTask, Option<IssueRef>)>,
    clarifications: Vec<(Clarification, IssueRef)>,
    fact_checks: BTreeMap<FactCheckId, FactCheck>,
}

/// What people said about one document; a label that nobody spoke of is absent.
#[derive(Clone, Debug, Default)]
struct Labels {
    tone: Option<Option<Tone>>,
    topics: Option<Vec<TopicId>>,
    places: Option<Vec<PlaceCode>>,
    spam: Option<Option<Spam>>,
    copy_of: Option<Option<DocumentKey>>,
}

/// An issue as a decision names it.
#[derive(Clone, Debug, PartialEq)]
struct IssueRef {
    id: IssueId,
    anchor: Option<DocumentKey>,
}

impl Human {
    /// Folds decisions, given in any order.
    pub fn of(decisions: &[Decision]) -> Self {
        let mut decisions = decisions.to_vec();
        decisions.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        decisions.dedup_by(|a, b| a.id == b.id);
        let mut human = Self::default();
        for decision in &decisions {
            human.fold_labels(&decision.act);
            human.fold_issues(decision);
            human.fold_work(decision);
        }
        // A status may carry an earlier time than the line that gave the task.
        for decision in &decisions {
            human.fold_task_status(decision);
        }
        human.decisions = decisions;
        human
    }

    /// True where nobody decided anything.
    pub fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// Gives a document the tone, topics, places and spam that a person gave it.
    pub fn correct(&self, record: &mut Record) {
        // Keys are built of two texts; most runs have no decision at all.
        if self.labels.is_empty() {
            return;
        }
        let Some(labels) = self.labels.get(&record.key()) else { return };
        let mut sure = |field: &str| record.unsure.retain(|unsure| unsure != field);
        if let Some(tone) = labels.tone {
            record.tone = tone;
            record.tone_reason = tone.map(|_| BY_HAND.to_owned());
            sure("tone");
        }
        if let Some(topics) = &labels.topics {
            record.topics.clone_from(topics);
            sure("topics");
        }
        if let Some(places) = &labels.places {
            record.places.clone_from(places);
            sure("places");
        }
        if let Some(spam) = labels.spam {
            record.spam = spam;
            sure("spam");
        }
    }

    /// What a person said about a document being a copy: `None` nothing, `Some(None)` that it is none.
    pub fn copy_of(&self, document: &DocumentKey) -> Option<Option<&DocumentKey>> {
        self.labels.get(document)?.copy_of.as_ref().map(Option::as_ref)
    }

    /// Gives issues the titles and pins that people gave them; pinned ones come first within their level.
    pub fn finish(&self, issues: &mut [Issue]) {
        for (issue, title) in &self.titles {
            // An empty title gives it back to the material.
            if let Some(position) = self.position(issues, issue).filter(|_| !title.trim().is_empty()) {
                issues[position].title.clone_from(title);
            }
        }
        for (issue, pinned) in &self.pins {
            if let Some(position) = self.position(issues, issue) {
                issues[position].pinned = *pinned;
            }
        }
        issues.sort_by_key(|issue| std::cmp::Reverse((issue.risk, issue.pinned)));
    }

    /// Issues that are to stay in the list whatever their figures, with a document by which each may be found.
    pub fn pinned(&self) -> impl Iterator<Item = (&IssueId, Option<&DocumentKey>)> {
        self.pins.iter().filter(|(_, pinned)| *pinned).map(|(issue, _)| (&issue.id, issue.anchor.as_ref()))
    }

    /// The issue that is meant by an id: that one, the one that it was merged into, or the one in which its anchor stands.
    pub fn find<'a>(&self, issues: &'a [Issue], id: &IssueId, anchor: Option<&DocumentKey>) -> Option<&'a Issue> {
        let issue = IssueRef { id: id.clone(), anchor: anchor.cloned() };
        self.position(issues, &issue).map(|position| &issues[position])
    }

    /// Every task as it stands, by deadline.
    pub fn tasks(&self) -> Vec<OpenTask> {
        self.tasks_in(&[])
    }

    /// The same, each with the present id of its issue.
    pub fn tasks_in(&self, issues: &[Issue]) -> Vec<OpenTask> {
        let present = |(task, issue): &(OpenTask, Option<IssueRef>)| OpenTask {
            issue: issue.as_ref().map(|issue| self.present(issues, issue)),
            ..task.clone()
        };
        let mut tasks: Vec<OpenTask> = self.tasks.values().map(present).collect();
        tasks.sort_by(|a, b| (a.deadline, &a.id).cmp(&(b.deadline, &b.id)));
        tasks
    }

    /// Every published clarification, oldest first.
    pub fn clarifications(&self) -> Vec<Clarification> {
        self.clarifications_in(&[])
    }

    /// The same, each with the present id of its issue.
    pub fn clarifications_in(&self, issues: &[Issue]) -> Vec<Clarification> {
        let present = |(clarification, issue): &(Clarification, IssueRef)| Clarification {
            issue: self.present(issues, issue),
            ..clarification.clone()
        };
        let mut all: Vec<Clarification> = self.clarifications.iter().map(present).collect();
        all.sort_by(|a, b| (a.published_at, &a.decision).cmp(&(b.published_at, &b.decision)));
        all
    }

    /// What was decided about a claim, oldest first.
    pub fn claim_steps(&self, wanted: &ClaimId) -> Vec<ClaimStep> {
        self.decisions.iter().filter_map(|decision| claim_step(decision, wanted)).collect()
    }

    /// Fact-checks entered by hand, by id.
    pub fn fact_checks(&self) -> Vec<FactCheck> {
        self.fact_checks.values().cloned().collect()
    }

    fn fold_labels(&mut self, act: &Act) {
        let Some(document) = act.document() else { return };
        let labels = self.labels.entry(document.clone()).or_default();
        match act {
            Act::Tone { tone, .. } => labels.tone = Some(*tone),
            Act::Topics { topics, .. } => labels.topics = Some(topics.clone()),
            Act::Places { places, .. } => labels.places = Some(places.clone()),
            Act::Spam { spam, .. } => labels.spam = Some(*spam),
            Act::Duplicate { of, .. } => labels.copy_of = Some(of.clone()),
            _ => {}
        }
    }

    fn fold_issues(&mut self, decision: &Decision) {
        match &decision.act {
            Act::Rename { issue, title, anchor } => {
                let issue = IssueRef { id: issue.clone(), anchor: anchor.clone() };
                self.titles.retain(|(other, _)| !same(&self.merged, other, &issue));
                self.titles.push((issue, title.clone()));
            }
            Act::Pin { issue, pinned, anchor } => {
                let issue = IssueRef { id: issue.clone(), anchor: anchor.clone() };
                self.pins.retain(|(other, _)| !same(&self.merged, other, &issue));
                self.pins.push((issue, *pinned));
            }
            Act::Merge { issue, into, anchor, into_anchor } => {
                let ended = IssueRef { id: issue.clone(), anchor: anchor.clone() };
                self.merge(&ended, IssueRef { id: into.clone(), anchor: into_anchor.clone() });
            }
            Act::Split { documents, anchor, story_anchors, .. } => {
                self.merged.remove(&ids::split_issue(decision));
                let left: BTreeSet<&DocumentKey> = documents.iter().chain(story_anchors).collect();
                self.anchor_again(&left, anchor.as_ref());
            }
            _ => {}
        }
    }

    /// The title of the issue that ends goes with it; a pin stays in sight.
    fn merge(&mut self, ended: &IssueRef, into: IssueRef) {
        self.titles.retain(|(other, _)| !same(&self.merged, other, ended) || same(&self.merged, other, &into));
        let pinned = self.pins.iter().any(|(other, pinned)| *pinned && same(&self.merged, other, ended));
        self.pins.retain(|(other, _)| !same(&self.merged, other, ended) || same(&self.merged, other, &into));
        if pinned {
            self.pins.retain(|(other, _)| !same(&self.merged, other, &into));
            self.pins.push((into.clone(), true));
        }
        let (from, to) = (last(&self.merged, &ended.id).clone(), last(&self.merged, &into.id).clone());
        if from != to {
            self.merged.insert(from, to);
        }
    }

    /// What was said about an issue goes on about what stays of it, not about what leaves.
    fn anchor_again(&mut self, left: &BTreeSet<&DocumentKey>, stays: Option<&DocumentKey>) {
        let titles = self.titles.iter_mut().map(|(issue, _)| issue);
        let pins = self.pins.iter_mut().map(|(issue, _)| issue);
        let tasks = self.tasks.values_mut().filter_map(|(_, issue)| issue.as_mut());
        let clarifications = self.clarifications.iter_mut().map(|(_, issue)| issue);
        for issue in titles.chain(pins).chain(tasks).chain(clarifications) {
            if issue.anchor.as_ref().is_some_and(|anchor| left.contains(anchor)) {
                issue.anchor = stays.cloned();
            }
        }
    }

    fn fold_work(&mut self, decision: &Decision) {
        match &decision.act {
            Act::OpenTask { task, title, owner, deadline, issue, anchor } => {
                let known = self.tasks.get(task).map(|(known, _)| known);
                let open = OpenTask {
                    id: task.clone(),
                    title: title.clone(),
                    owner: owner.clone(),
                    deadline: *deadline,
                    issue: None,
                    status: TaskStatus::Terbuka,
                    proof: None,
                    given_at: known.map_or(decision.at, |known| known.given_at),
                    given_by: known.map_or_else(|| decision.by.clone(), |known| known.given_by.clone()),
                    changed_at: decision.at,
                };
                let issue = issue.clone().map(|id| IssueRef { id, anchor: anchor.clone() });
                self.tasks.insert(task.clone(), (open, issue));
            }
            Act::Clarify { issue, claim, published_at, title, url, anchor } => {
                let clarification = Clarification {
                    decision: decision.id.clone(),
                    issue: issue.clone(),
                    claim: claim.clone(),
                    published_at: *published_at,
                    title: title.clone(),
                    url: url.clone(),
                };
                self.clarifications.push((clarification, IssueRef { id: issue.clone(), anchor: anchor.clone() }));
            }
            Act::FactCheck { fact_check } => {
                self.fact_checks.insert(fact_check.id.clone(), fact_check.clone());
            }
            _ => {}
        }
    }

    fn fold_task_status(&mut self, decision: &Decision) {
        let Act::TaskStatus { task, status, proof } = &decision.act else { return };
        let Some((task, _)) = self.tasks.get_mut(task) else { return };
        task.status = *status;
        task.changed_at = task.changed_at.max(decision.at);
        if proof.is_some() {
            task.proof.clone_from(proof);
        }
    }

    fn position(&self, issues: &[Issue], wanted: &IssueRef) -> Option<usize> {
        let by_id = |id: &IssueId| issues.iter().position(|issue| issue.id == *id);
        let by_anchor = || {
            let anchor = wanted.anchor.as_ref()?;
            issues.iter().position(|issue| issue.stories.iter().any(|story| story.members.contains(anchor)))
        };
        by_id(&wanted.id).or_else(|| by_id(last(&self.merged, &wanted.id))).or_else(by_anchor)
    }

    fn present(&self, issues: &[Issue], wanted: &IssueRef) -> IssueId {
        match self.position(issues, wanted) {
            Some(position) => issues[position].id.clone(),
            None => last(&self.merged, &wanted.id).clone(),
        }
    }
}

fn claim_step(decision: &Decision, wanted: &ClaimId) -> Option<ClaimStep> {
    let Act::ClaimStatus { claim, status, primary_sources, references, explanation, conclusion } = &decision.act else {
        return None;
    };
    (claim == wanted).then(|| ClaimStep {
        at: decision.at,
        by: decision.by.clone(),
        status: *status,
        primary_sources: primary_sources.clone(),
        references: references.clone(),
        explanation: explanation.clone(),
        conclusion: conclusion.clone(),
        reason: decision.reason.clone(),
    })
}

/// Whether two decisions mean one issue.
fn same(merged: &BTreeMap<IssueId, IssueId>, a: &IssueRef, b: &IssueRef) -> bool {
    last(merged, &a.id) == last(merged, &b.id) || a.anchor.is_some() && a.anchor == b.anchor
}

/// The issue that an issue ended in, over any number of merges. The chain has an end: only ends are ever linked.
fn last<'a>(merged: &'a BTreeMap<IssueId, IssueId>, id: &'a IssueId) -> &'a IssueId {
    let mut id = id;
    while let Some(next) = merged.get(id) {
        id = next;
    }
    id
}

/// Names the topic or place of an act that the region does not have, with what would have been right.
pub fn check_names(act: &Act, region: &Region) -> Result<(), String> {
    match act {
        Act::Topics { topics, .. } => {
            let Some(unknown) = topics.iter().find(|topic| region.topic(topic).is_none()) else { return Ok(()) };
            let known: Vec<&str> = region.topics.iter().map(|topic| topic.id.as_str()).collect();
            Err(format!("key \"topics\": \"{unknown}\" is not known; known: {}", known.join(", ")))
        }
        Act::Places { places, .. } => {
            let Some(unknown) = places.iter().find(|place| region.place(place).is_none()) else { return Ok(()) };
            Err(format!("key \"places\": \"{unknown}\" is no code of the region's list of places"))
        }
        _ => Ok(()),
    }
}

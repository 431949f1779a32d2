//! One claim while it is put together: its documents, who opened it, and what its steps make of it.

use super::{QueueOptions, Standing, carriers::Carried, evidence, ids, steps};
use jiff::{SignedDuration, Timestamp};
use model::{
    Claim, ClaimId, ClaimMatch, ClaimStatus, Decision, DocumentKey, IssueId, Record, Refusal, Risk, SignalNote, StoryId,
};
use std::collections::{BTreeMap, BTreeSet};

/// How pressing a claim is that a person opened and no document carries.
const BY_HAND_SCORE: f32 = 0.5;

/// From this part of the strongest score a document tells the claim as well as the strongest does.
const STRONG_PART: f32 = 0.8;

/// A claim before its steps.
pub(super) struct Draft<'a> {
    pub(super) id: ClaimId,
    /// Every id under which decisions may name it.
    pub(super) aliases: BTreeSet<ClaimId>,
    pub(super) issue: Option<IssueId>,
    story: Option<StoryId>,
    /// Issues of the claims that this one took over: the most urgent of all sets the clock.
    joined_issues: BTreeSet<IssueId>,
    /// Oldest first.
    records: Vec<&'a Record>,
    /// Those among them that the machine flags.
    flagged: Vec<&'a Record>,
    /// Documents that people named and that are not among those looked at.
    unseen: BTreeSet<DocumentKey>,
    /// In a person's words, masked.
    text: Option<String>,
    opened_at: Option<Timestamp>,
}

impl<'a> Draft<'a> {
    /// What documents carry; it belongs to the issue of the first of them.
    pub(super) fn carried(id: ClaimId, carried: Carried<'a>, standings: &BTreeMap<DocumentKey, Standing>) -> Self {
        let keys: Vec<DocumentKey> = carried.records.iter().map(|record| record.key()).collect();
        let issue = keys.iter().filter_map(|key| standings.get(key)).next().map(|standing| standing.issue.clone());
        Self {
            aliases: keys.iter().map(ids::of).collect(),
            id,
            issue,
            story: carried.story,
            joined_issues: BTreeSet::new(),
            records: carried.records,
            flagged: carried.flagged,
            unseen: BTreeSet::new(),
            text: None,
            opened_at: None,
        }
    }

    /// What a person opened and no document in sight carries.
    pub(super) fn by_hand(
        id: ClaimId,
        decision: &Decision,
        text: &str,
        issue: Option<&IssueId>,
        document: Option<&DocumentKey>,
    ) -> Self {
        Self {
            aliases: document.map(ids::of).into_iter().chain([id.clone()]).collect(),
            id,
            issue: issue.cloned(),
            story: None,
            joined_issues: BTreeSet::new(),
            records: Vec::new(),
            flagged: Vec::new(),
            unseen: document.cloned().into_iter().collect(),
            text: Some(evidence::masked(text)),
            opened_at: Some(decision.at),
        }
    }

    /// A person opened it too, or named one more document that carries it: the person's words, issue and, where one was
    /// given, id hold.
    pub(super) fn opened(
        &mut self,
        id: ClaimId,
        decision: &Decision,
        text: &str,
        (issue, document): (Option<&IssueId>, Option<&DocumentKey>),
        keeps_id: bool,
    ) {
        self.aliases.extend([id.clone(), self.id.clone()]);
        if let Some(key) = document.filter(|key| !self.carries(key)) {
            self.aliases.insert(ids::of(key));
            self.unseen.insert(key.clone());
        }
        // Of two people's ids the first one stays.
        if keeps_id && self.opened_at.is_none() {
            self.id = id;
        }
        self.text = Some(evidence::masked(text));
        self.issue = issue.or(self.issue.as_ref()).cloned();
        self.opened_at = self.opened_at.or(Some(decision.at));
    }

    /// Takes over the documents of another claim, which ends; decisions about it are this one's.
    pub(super) fn absorb(&mut self, other: Self) {
        self.aliases.extend(other.aliases);
        self.aliases.insert(other.id);
        self.issue = self.issue.take().or(other.issue);
        self.story = self.story.take().or(other.story);
        self.unseen.extend(other.unseen);
        for (own, others) in [(&mut self.records, other.records), (&mut self.flagged, other.flagged)] {
            own.extend(others);
            own.sort_by_cached_key(|record| (record.first_seen_at, record.at, record.key()));
        }
        self.opened_at = self.opened_at.into_iter().chain(other.opened_at).min();
    }

    /// Takes over a claim that is the same in other words: its words and the urgency of its issue stay, too.
    pub(super) fn join(&mut self, mut other: Self) {
        self.text = self.text.take().or(other.text.take());
        self.joined_issues.extend(other.joined_issues.iter().cloned().chain(other.issue.clone()));
        self.absorb(other);
    }

    /// Its issue and those of the claims that it took over.
    pub(super) fn issues(&self) -> impl Iterator<Item = &IssueId> {
        self.issue.iter().chain(&self.joined_issues)
    }

    /// Documents that the machine flags, oldest first.
    pub(super) fn flagged(&self) -> &[&'a Record] {
        &self.flagged
    }

    /// Orders claims that are the same: one that a person named before the machine's, then by the first document.
    pub(super) fn seniority(&self) -> (bool, Option<Timestamp>, Option<Timestamp>, ClaimId) {
        let of_a_document = self.records.iter().any(|record| ids::of(&record.key()) == self.id);
        let first = self.records.first();
        (of_a_document, first.map(|record| record.first_seen_at), first.map(|record| record.at), self.id.clone())
    }

    pub(super) fn carries(&self, key: &DocumentKey) -> bool {
        self.unseen.contains(key) || self.records.iter().any(|record| record.key() == *key)
    }

    /// The claim after its steps; `None` where it was closed long ago.
    pub(super) fn claim(
        &self,
        risk: Risk,
        decisions: &[&Decision],
        matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>,
        now: Timestamp,
        options: &QueueOptions,
        refusals: &mut Vec<Refusal>,
    ) -> Option<Claim> {
        let matches = self.matches(matches, options);
        let entered_at = self.entered_at(now);
        let mut claim = Claim {
            id: self.id.clone(),
            text: self.text(options),
            issue: self.issue.clone(),
            story: self.story.clone(),
            documents: self.records.iter().map(|record| record.key()).chain(self.unseen.iter().cloned()).collect(),
            signals: self.signals(),
            score: self.score(&matches),
            matches,
            status: ClaimStatus::PerluVerifikasi,
            awaits_second: false,
            entered_at,
            target_at: entered_at,
            limit_at: entered_at,
            history: Vec::new(),
        };
        for decision in decisions {
            self.reopen(&mut claim, decision.at, now);
            if let Err(refusal) = steps::take(&mut claim, decision) {
                refusals.push(refusal);
            }
        }
        self.reopen(&mut claim, now, now);
        if closed_at(&claim).is_some_and(|closed| now.duration_since(closed) > days(options.closed_days)) {
            return None;
        }
        let limit = match risk {
            Risk::Merah => options.merah_hours.min(options.limit_hours),
            Risk::Oranye => options.oranye_hours.min(options.limit_hours),
            Risk::Kuning | Risk::Hijau => options.limit_hours,
        };
        claim.target_at = later(claim.entered_at, options.target_hours.min(limit));
        claim.limit_at = later(claim.entered_at, limit);
        Some(claim)
    }

    /// When it came into the queue: flagged by the machine or opened by a person, whichever was first. What only
    /// decisions keep here came with its documents.
    fn entered_at(&self, now: Timestamp) -> Timestamp {
        let flagged = self.flagged.iter().map(|record| received(record, now));
        let kept = || self.records.iter().map(|record| received(record, now)).min();
        flagged.chain(self.opened_at).min().or_else(kept).unwrap_or(now)
    }

    /// A closed claim that a new document carries is in the queue again, with a new clock.
    fn reopen(&self, claim: &mut Claim, until: Timestamp, now: Timestamp) {
        let Some(closed) = closed_at(claim) else { return };
        let again = self.records.iter().filter(|record| {
            let circulated = if record.dated { record.at } else { record.first_seen_at };
            circulated > closed && circulated <= until
        });
        if let Some(first) = again.map(|record| received(record, now).max(closed)).min() {
            claim.status = ClaimStatus::PerluVerifikasi;
            claim.awaits_second = false;
            claim.entered_at = first;
        }
    }

    /// A person's words, or those of the oldest document with strong signals, so that the next copy changes nothing.
    fn text(&self, options: &QueueOptions) -> String {
        let strong = STRONG_PART * self.records.iter().map(|record| record.verification_score).fold(0.0, f32::max);
        let strongest = self.records.iter().find(|record| record.verification_score >= strong);
        let own = strongest.map(|record| record.title.as_deref().unwrap_or(&record.text));
        shortened(self.text.as_deref().or(own).unwrap_or_default(), options.text_chars)
    }

    /// Signals, the most frequent first.
    fn signals(&self) -> Vec<SignalNote> {
        let mut tally: BTreeMap<&str, (u32, &SignalNote)> = BTreeMap::new();
        for note in self.records.iter().flat_map(|record| &record.signals) {
            tally.entry(note.id.as_str()).or_insert((0, note)).0 += 1;
        }
        let mut notes: Vec<(u32, &SignalNote)> = tally.into_values().collect();
        notes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        notes.into_iter().map(|(_, note)| note.clone()).collect()
    }

    /// The best match with each fact-check, the best of all first.
    fn matches(&self, matches: &BTreeMap<DocumentKey, Vec<ClaimMatch>>, options: &QueueOptions) -> Vec<ClaimMatch> {
        let mut best: BTreeMap<&str, &ClaimMatch> = BTreeMap::new();
        for found in self.records.iter().filter_map(|record| matches.get(&record.key())).flatten() {
            let kept = best.entry(&found.claim_id).or_insert(found);
            if rank(found) > rank(kept) || rank(found) == rank(kept) && found.score > kept.score {
                *kept = found;
            }
        }
        let mut best: Vec<ClaimMatch> = best.into_values().cloned().collect();
        best.sort_by(|a, b| {
            rank(b).cmp(&rank(a)).then(b.score.total_cmp(&a.score)).then_with(|| a.claim_id.cmp(&b.claim_id))
        });
        best.truncate(options.matches_max);
        best
    }

    fn score(&self, matches: &[ClaimMatch]) -> f32 {
        let signals = self.records.iter().map(|record| record.verification_score);
        let confirmed = matches.iter().filter(|found| rank(found) > 0).map(|found| found.score);
        let by_hand = self.opened_at.map(|_| BY_HAND_SCORE);
        signals.chain(confirmed).chain(by_hand).fold(0.0, f32::max)
    }
}

/// A sure match stands before any that is only suggested.
fn rank(found: &ClaimMatch) -> u8 {
    u8::from(found.level == "confirm")
}

/// When the office could first know of it. What an archive brings later than `now` counts by its own time.
fn received(record: &Record, now: Timestamp) -> Timestamp {
    if record.first_seen_at <= now { record.first_seen_at } else { record.at.min(now) }
}

fn closed_at(claim: &Claim) -> Option<Timestamp> {
    let last = claim.history.iter().rfind(|step| step.status == ClaimStatus::Ditutup)?;
    (claim.status == ClaimStatus::Ditutup).then_some(last.at)
}

pub(super) fn days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

fn later(at: Timestamp, hours: u16) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(i64::from(hours))).unwrap_or(Timestamp::MAX)
}

/// At most so many characters on one line, cut at a word.
fn shortened(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{cut} …")
}

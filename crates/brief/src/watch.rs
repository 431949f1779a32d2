//! Section 8: claims that need verification. It names signals and whom to ask; it never judges.

use crate::{
    queued,
    references::{References, Source},
    spread::{self, Way},
    view::{self, View, fact},
    words,
};
use model::{
    Agency, AgencyId, Claim, ClaimStatus, DocumentKey, Issue, Record, Region, Risk, Section, SignalId, SignalNote,
    SourceKind, Statement, Story, Topic, TopicId, WatchItem,
};
use std::collections::{BTreeMap, BTreeSet};

/// Claims listed at most.
pub(crate) const CLAIMS: usize = 7;
/// Documents named behind a claim.
const CLAIM_REFS: usize = 4;
const CLAIM_CHARS: usize = 200;
/// Agencies asked at most.
const ASKED: usize = 2;
/// Hours for a confirmation where the issue's level sets none.
const CONFIRM_HOURS: u8 = 4;
/// A fact-check is called related from so many shared words, and from this share of the claim's words.
const SHARED_WORDS: usize = 3;
const SHARED_PART: f32 = 0.25;
/// Words shorter than this say little about the matter.
const WORD_CHARS: usize = 5;
/// How much of a fact-check is compared: its claim stands at the beginning.
const FACTCHECK_CHARS: usize = 400;

/// Items that carry one claim: those of one story, or an item that is in none.
pub(crate) struct Group<'a> {
    issue: Option<&'a Issue>,
    /// Highest score first; empty where only the issue says that something needs verification.
    records: Vec<&'a Record>,
    count: u32,
    /// The claim in the verification queue, where there is one.
    queued: Option<&'a Claim>,
}

impl<'a> Group<'a> {
    /// The claim in its own words.
    pub(crate) fn claim(&self, limit: usize) -> String {
        let text = match (self.records.first(), self.issue) {
            _ if self.queued.is_some() => self.queued.map_or("", |claim| claim.text.as_str()),
            (Some(record), _) => record.title.as_deref().unwrap_or_else(|| first_sentence(&record.text)),
            (None, Some(issue)) => &issue.title,
            (None, None) => "",
        };
        words::quote(text, limit)
    }

    /// Numbers of the documents that carry it.
    pub(crate) fn cite(&self, references: &mut References<'_>) -> Vec<u32> {
        if self.records.is_empty() {
            return references.cite_all(self.issue.into_iter().flat_map(view::proof));
        }
        references.cite_sources(self.records.iter().take(CLAIM_REFS).map(|record| Source::Clipping(record)))
    }

    /// The issue that the claim belongs to.
    pub(crate) fn issue(&self) -> Option<&'a Issue> {
        self.issue
    }

    fn risk(&self) -> Risk {
        self.issue.map_or(Risk::Hijau, |issue| issue.risk)
    }

    fn score(&self) -> f32 {
        self.records.first().map_or(0.0, |record| record.verification_score)
    }

    fn topics(&self) -> Vec<&'a TopicId> {
        let own = self.records.iter().flat_map(|record| &record.topics);
        let issue = self.records.is_empty().then_some(self.issue).flatten();
        own.chain(issue.into_iter().flat_map(|issue| &issue.topics)).collect()
    }

    /// Signals, the most frequent first.
    fn signals(&self) -> Vec<&'a SignalNote> {
        if let Some(claim) = self.queued {
            return claim.signals.iter().collect();
        }
        let mut tally: BTreeMap<&SignalId, (u32, &SignalNote)> = BTreeMap::new();
        for note in self.records.iter().flat_map(|record| &record.signals) {
            tally.entry(&note.id).or_insert((0, note)).0 += 1;
        }
        let mut notes: Vec<(u32, &SignalNote)> = tally.into_values().collect();
        notes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        if self.records.is_empty() {
            return self.issue.into_iter().flat_map(|issue| &issue.signals).map(|tally| &tally.signal).collect();
        }
        notes.into_iter().map(|(_, note)| note).collect()
    }
}

/// The claims of the window, the most serious first.
///
/// Clippings are grouped by story. An issue whose flagged items were not handed over stands for itself.
pub(crate) fn groups<'a>(view: &View<'a>) -> Vec<Group<'a>> {
    if !view.input.claims.is_empty() {
        return queue(view);
    }
    let mut stories: BTreeMap<&DocumentKey, (&'a Issue, &'a Story)> = BTreeMap::new();
    for issue in &view.issues {
        for story in &issue.stories {
            stories.extend(story.members.iter().map(|member| (member, (*issue, story))));
        }
    }
    let mut carried: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for record in view.current().filter(|record| carries_claim(record)) {
        let key = record.key();
        let (name, issue) = match stories.get(&key) {
            Some((issue, story)) => (story.id.to_string(), Some(*issue)),
            None => (key.to_string(), None),
        };
        let group = carried.entry(name).or_insert_with(|| Group { issue, records: Vec::new(), count: 0, queued: None });
        group.records.push(record);
        group.count += 1;
    }
    let mut groups: Vec<Group<'a>> = carried.into_values().collect();
    groups.iter_mut().for_each(|group| sort(&mut group.records));
    for issue in &view.issues {
        let mut own: Vec<&mut Group<'a>> =
            groups.iter_mut().filter(|group| group.issue.is_some_and(|other| other.id == issue.id)).collect();
        match own.as_mut_slice() {
            [] if issue.needs_verification > 0 && !issue.signals.is_empty() => {
                let count = issue.needs_verification;
                groups.push(Group { issue: Some(issue), records: Vec::new(), count, queued: None });
            }
            // The clippings are bounded; where the issue carries a single claim, its own count is the full one.
            [only] => only.count = only.count.max(issue.needs_verification),
            _ => {}
        }
    }
    groups.sort_by(|a, b| b.risk().cmp(&a.risk()).then(b.count.cmp(&a.count)).then(b.score().total_cmp(&a.score())));
    groups
}

/// The claims of the queue in its order, open ones first; what is closed needs nobody's eyes.
fn queue<'a>(view: &View<'a>) -> Vec<Group<'a>> {
    let claims = view.input.claims.iter().filter(|claim| claim.status != ClaimStatus::Ditutup);
    let (open, answered): (Vec<&Claim>, Vec<&Claim>) = claims.partition(|claim| claim.verdict().is_none());
    let group = |claim: &'a Claim| {
        let mut records: Vec<&Record> = claim.documents.iter().filter_map(|key| view.record(key)).collect();
        sort(&mut records);
        let issue = view.issues.iter().copied().find(|issue| claim.issue.as_ref() == Some(&issue.id));
        let count = u32::try_from(claim.documents.len()).unwrap_or(u32::MAX);
        Group { issue, records, count, queued: Some(claim) }
    };
    open.into_iter().chain(answered).map(group).collect()
}

/// Those that nobody has answered; they stand first.
pub(crate) fn open<'g, 'a>(groups: &'g [Group<'a>]) -> &'g [Group<'a>] {
    let answered = groups.iter().position(|group| group.queued.is_some_and(|claim| claim.verdict().is_some()));
    &groups[..answered.unwrap_or(groups.len())]
}

/// Highest score first.
fn sort(records: &mut [&Record]) {
    records.sort_by(|a, b| {
        b.verification_score.total_cmp(&a.verification_score).then(a.at.cmp(&b.at)).then_with(|| a.key().cmp(&b.key()))
    });
}

/// A fact-check or a release speaks about a claim; it does not carry it.
fn carries_claim(record: &Record) -> bool {
    record.needs_verification() && !matches!(record.kind, SourceKind::Factcheck | SourceKind::Official)
}

/// The queue with signals, whom to ask and until when.
pub(crate) fn compose(view: &View<'_>, groups: &[Group<'_>], references: &mut References<'_>) -> Vec<WatchItem> {
    let limit = view.input.options.layout.limit(Section::Watch, CLAIMS);
    groups.iter().take(limit).map(|group| item(view, group, references)).collect()
}

fn item(view: &View<'_>, group: &Group<'_>, references: &mut References<'_>) -> WatchItem {
    let refs = group.cite(references);
    let queued = group.queued;
    let similar = queued.and_then(|claim| queued::related(view, claim, references));
    WatchItem {
        id: queued.map(|claim| claim.id.to_string()).unwrap_or_default(),
        spread: spread::points(view, &way(view, group)),
        claim: group.claim(CLAIM_CHARS),
        status: queued.map_or("perlu verifikasi", queued::status).to_owned(),
        signals: group.signals().into_iter().map(|note| signal_words(view, note)).collect(),
        count: group.count,
        documents: queued.map(|claim| claim.documents.clone()).unwrap_or_default(),
        ask: ask(view, group),
        deadline: queued.map_or_else(|| deadline(view, group), |claim| queued::deadline(view, claim)),
        related_factcheck: similar.or_else(|| related(view, group, references)),
        steps: queued.map(|claim| queued::steps(view, claim)).unwrap_or_default(),
        refs,
    }
}

/// The documents that carry the claim, and how many of them were not handed over.
fn way<'a>(view: &View<'a>, group: &Group<'a>) -> Way<'a> {
    let records = group.records.iter().copied().filter(|record| record.at <= view.window.to).collect::<Vec<_>>();
    let earlier = match group.queued {
        Some(claim) => u32::try_from(claim.documents.len().saturating_sub(group.records.len())).unwrap_or(u32::MAX),
        None => 0,
    };
    Way { records, earlier, claim: group.queued, issue: group.issue }
}

/// An urgent issue keeps its own hour; any other claim has the hours of the queue.
fn deadline(view: &View<'_>, group: &Group<'_>) -> String {
    let due = group.issue.filter(|issue| issue.risk >= Risk::Oranye).and_then(|issue| view.due(issue));
    due.map_or_else(|| view.deadline(CONFIRM_HOURS), |due| view.due_words(due))
}

fn signal_words(view: &View<'_>, note: &SignalNote) -> String {
    let label = view.input.region.signals.iter().find(|label| label.id == note.id);
    words::uncapital(&words::without_verdict(label.map_or(note.why.as_str(), |label| label.label.as_str())))
}

/// Whom to ask about documents and topics.
fn ask(view: &View<'_>, group: &Group<'_>) -> String {
    asked(view.input.region, group.records.iter().flat_map(|record| &record.agencies), &group.topics())
}

/// Agencies that the claim speaks of and the one that leads its topic; the office itself where neither is known.
pub(crate) fn asked<'r>(region: &Region, named: impl Iterator<Item = &'r AgencyId>, topics: &[&TopicId]) -> String {
    let named = named.filter_map(|id| region.agency(id));
    let leads = topics.iter().filter_map(|id| region.topic(id)).filter_map(|topic: &Topic| region.agency(&topic.lead));
    let mut asked: Vec<&str> = Vec::new();
    for Agency { name, .. } in named.chain(leads) {
        if asked.len() < ASKED && !asked.contains(&name.as_str()) {
            asked.push(name);
        }
    }
    if asked.is_empty() { region.office.clone() } else { words::list(&asked) }
}

/// The fact-check in the material that shares the claim's topic and most of its words.
fn related(view: &View<'_>, group: &Group<'_>, references: &mut References<'_>) -> Option<Statement> {
    let topics = group.topics();
    let claim = match group.records.first() {
        Some(record) => significant(&format!("{} {}", record.title.as_deref().unwrap_or_default(), record.text)),
        None => significant(&group.claim(CLAIM_CHARS)),
    };
    let needed = SHARED_WORDS.max((claim.len() as f32 * SHARED_PART).ceil() as usize);
    let checks = view.input.clippings.iter().filter(|record| {
        record.kind == SourceKind::Factcheck && !record.withdrawn && record.topics.iter().any(|id| topics.contains(&id))
    });
    let (shared, check) = checks
        .map(|check| {
            let text: String = check.text.chars().take(FACTCHECK_CHARS).collect();
            let words = significant(&format!("{} {text}", check.title.as_deref().unwrap_or_default()));
            (claim.intersection(&words).count(), check)
        })
        .max_by(|(a, first), (b, second)| {
            a.cmp(b).then(first.at.cmp(&second.at)).then(second.key().cmp(&first.key()))
        })?;
    (shared >= needed).then(|| {
        let text = format!(
            "Ada cek fakta yang membahas hal serupa, {}: {}. Kesamaannya perlu dinilai petugas.",
            view.source_name(&check.source),
            words::quote(&check.heading(CLAIM_CHARS), CLAIM_CHARS)
        );
        fact(text, vec![references.cite_record(check)])
    })
}

/// The words that say what a text is about.
fn significant(text: &str) -> BTreeSet<String> {
    const COMMON: [&str; 12] = [
        "adalah", "akan", "bahwa", "beredar", "dalam", "dengan", "karena", "kepada", "sebagai", "sudah", "tidak",
        "untuk",
    ];
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= WORD_CHARS && !COMMON.contains(&word.as_str())).collect()
}

fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    // A stop inside a word ("1.000", an address) ends no sentence.
    let end = [". ", "! ", "? "].iter().filter_map(|stop| line.find(stop)).min();
    end.map_or(line, |end| &line[..=end])
}

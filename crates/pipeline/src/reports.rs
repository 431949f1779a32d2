//! Reports: the issues of one frame, weighed once and kept until anything that they rest on changes.

use crate::frame::{self, Coverage};
use crate::{Error, Office, answers::write_whole, collecting, queue::Queued, received::received};
use facts::HourlyBy;
use issues::compact::{decoded, encoded};
use issues::{Grouping, History, Human, Member, Reception};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Act, Decision, DocumentKey, Frame, Issue, IssueId, Record, Story, StoryRow, Tables, Window};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Records that are loaded for one frame at most. A week of a province is tens of thousands.
pub(crate) const FRAME_RECORDS_MAX: usize = 2_000_000;
/// Days before a frame's end from which the usual is known: two weeks for outlets, and the week before for each day.
pub(crate) const HISTORY_DAYS: usize = 22;
/// Files of kept reports, two each; the oldest go first.
const KEPT_MAX: usize = 120;
/// Items that a brief may choose its references from.
pub(crate) const CLIPPINGS_MAX: usize = 600;
/// Stories of an issue that its report keeps whether anything names them or not, and documents of each.
const SAMPLE_STORIES: usize = 50;
const SAMPLE_MEMBERS: usize = 5;
/// Bytes of the checksum before a kept membership.
const CHECKSUM_BYTES: usize = 8;

/// Issues with the frame that they were looked at in.
pub struct IssueReport {
    /// Windows, with their gaps.
    pub frame: Frame,
    /// Issues, stories, copies.
    pub grouping: Grouping,
}

/// What briefs need of a frame, as it lies on disk: no list in it grows with the documents, except that of the issues.
///
/// The whole membership lies beside it, since only `issues`, effects and whoever follows a figure ask for it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Report {
    /// Hash of everything that it rests on.
    basis: u64,
    /// Windows, with their gaps.
    pub(crate) frame: Frame,
    /// Stories with a document in the last window.
    pub(crate) stories: u32,
    /// Near-copies in the last window.
    pub(crate) copies: u32,
    /// Issues with some of their stories' documents.
    pub(crate) issues: Vec<Issue>,
    /// What the verification queue is made of.
    pub(crate) queued: Vec<Queued>,
    /// Documents to quote from, in their order.
    pub(crate) clippings: Vec<DocumentKey>,
    /// How many they were chosen from.
    pub(crate) clippings_total: u32,
    /// Every figure of the last window.
    pub(crate) tables: Tables,
    /// One row a story of the last window.
    pub(crate) story_rows: Vec<StoryRow>,
}

/// Every document of every story, as it lies on disk beside its report.
#[derive(Serialize, Deserialize)]
struct Membership {
    basis: u64,
    /// Of each issue of the report, in its order.
    issues: Vec<Vec<Story>>,
    spam: Vec<Story>,
}

impl Office {
    /// Issues of the week up to `date`, or over all documents where no date is given; each with all its documents.
    ///
    /// # Errors
    /// The index or the grouping cannot be read.
    pub fn issues(&self, date: Option<Date>) -> Result<IssueReport, Error> {
        match date {
            Some(date) => {
                let frame = frame::frame(date, self.brief_options.cut_off_time(), &self.zone);
                self.issues_in(frame, &date.to_string())
            }
            None => self.report_of_everything(),
        }
    }

    /// The issues of a frame with all their documents: the kept ones where nothing has changed since.
    pub(crate) fn issues_in(&self, frame: Frame, name: &str) -> Result<IssueReport, Error> {
        let decisions = self.truth.decisions()?;
        let report = self.report_in(frame.clone(), name, &decisions)?;
        let Some(membership) = self.membership(name, report.basis) else {
            return self.weigh_frame(frame, &decisions);
        };
        let Report { frame, stories, copies, mut issues, .. } = report;
        issues.iter_mut().zip(membership.issues).for_each(|(issue, stories)| issue.stories = stories);
        Ok(IssueReport { frame, grouping: Grouping { issues, spam: membership.spam, stories, copies } })
    }

    /// The report of a frame: the kept one where nothing has changed since.
    pub(crate) fn report_in(&self, frame: Frame, name: &str, decisions: &[Decision]) -> Result<Report, Error> {
        let basis = self.basis(&frame, decisions)?;
        let path = self.standing().reports().join(format!("{name}.json"));
        if let Some(kept) = read_kept(&path).filter(|kept| kept.basis == basis) {
            return Ok(kept);
        }
        let (report, membership) = self.weighed(frame, basis, decisions, None)?;
        self.keep(name, &report, &membership)?;
        Ok(report)
    }

    /// The report of one issue among all of a frame; kept nowhere, since its frame ends now.
    pub(crate) fn report_on(&self, frame: Frame, issue: &IssueId, decisions: &[Decision]) -> Result<Report, Error> {
        Ok(self.weighed(frame, 0, decisions, Some(issue))?.0)
    }

    /// Weighs a frame, and finds what else its briefs need while its documents are at hand.
    fn weighed(
        &self,
        frame: Frame,
        basis: u64,
        decisions: &[Decision],
        only: Option<&IssueId>,
    ) -> Result<(Report, Membership), Error> {
        let region = &self.lexicons.region;
        let window = frame.windows.last().map(|last| last.window).unwrap_or_default();
        let (IssueReport { frame, mut grouping }, story_rows) = match span(&frame) {
            None => (IssueReport { frame, grouping: Grouping::default() }, Vec::new()),
            Some(span) => {
                let records = self.records_of(&frame)?;
                let members = self.members(Some(&with_history(&span)))?;
                let mut report = self.assemble(frame, &records, members, decisions)?;
                if let Some(only) = only {
                    keep_one(&mut report.grouping, only, decisions)?;
                }
                let rows = brief::story_rows(region, &report.grouping.issues, &records, &window);
                if only.is_some() {
                    (report.grouping.stories, report.grouping.copies) = counted(&report.grouping.issues, &rows);
                }
                (report, rows)
            }
        };
        let documents = only.map(|_| grouping.issues.iter().flat_map(documents).cloned().collect::<HashSet<_>>());
        let mut queued = self.queued(window.to, decisions)?;
        let tables = match &documents {
            Some(documents) => {
                queued.retain(|queued| documents.contains(&queued.key));
                self.facts.tables_of(&frame, region, documents)?
            }
            None => self.facts.tables(&frame, region)?,
        };
        let cited: BTreeSet<DocumentKey> = grouping.issues.iter().flat_map(Issue::cited).cloned().collect();
        let (clippings, clippings_total) = self.facts.clippings(&window, &cited, documents.as_ref(), CLIPPINGS_MAX)?;
        let mut named: HashSet<&DocumentKey> =
            clippings.iter().chain(queued.iter().map(|queued| &queued.key)).collect();
        named.extend(decisions.iter().flat_map(|decision| anchors(&decision.act)));
        let whole = grouping.issues.iter_mut().map(|issue| sampled(issue, &named)).collect();
        let Grouping { issues, spam, stories, copies } = grouping;
        let report =
            Report { basis, frame, stories, copies, issues, queued, clippings, clippings_total, tables, story_rows };
        Ok((report, Membership { basis, issues: whole, spam }))
    }

    /// Every document of these issues, by the kept membership of their report.
    pub(crate) fn documents_of(&self, name: &str, report: &Report) -> Option<Vec<Vec<Story>>> {
        self.membership(name, report.basis).map(|membership| membership.issues)
    }

    fn membership(&self, name: &str, basis: u64) -> Option<Membership> {
        let path = self.standing().reports().join(format!("{name}.members"));
        let bytes = std::fs::read(path).ok()?;
        let (checksum, state) = bytes.split_at_checked(CHECKSUM_BYTES)?;
        if xxh3_64(state).to_le_bytes() != checksum {
            return None;
        }
        decoded::<Membership>(state).filter(|membership| membership.basis == basis)
    }

    fn report_of_everything(&self) -> Result<IssueReport, Error> {
        let mut records = self.index.searcher().records(None, FRAME_RECORDS_MAX)?;
        records.sort_by_cached_key(|record| (record.at, record.key()));
        let last = records.iter().map(|record| record.at).max().unwrap_or_else(|| self.clock.now());
        let cut_off = self.brief_options.cut_off_time();
        let frame = frame::frame(frame::date_of(last, cut_off, &self.zone), cut_off, &self.zone);
        let members = self.members(None)?;
        self.assemble(frame, &records, members, &self.truth.decisions()?)
    }

    /// Weighs the issues of a frame: documents, where they stand, what people decided, what is usual.
    pub(crate) fn weigh_frame(&self, frame: Frame, decisions: &[Decision]) -> Result<IssueReport, Error> {
        let Some(span) = span(&frame) else {
            return Ok(IssueReport { frame, grouping: Grouping::default() });
        };
        let records = self.records_of(&frame)?;
        let members = self.members(Some(&with_history(&span)))?;
        self.assemble(frame, &records, members, decisions)
    }

    fn assemble(
        &self,
        mut frame: Frame,
        records: &[Record],
        mut members: Vec<Member>,
        decisions: &[Decision],
    ) -> Result<IssueReport, Error> {
        let coverage = self.coverage(&frame)?;
        let windows: Vec<Window> = frame.windows.iter().map(|window| window.window).collect();
        frame::mark_gaps(&mut frame, &self.facts.spoke(&windows)?, &coverage);
        let human = Human::of(decisions);
        human.regroup(&mut members);
        let reception = self.received(&frame, &coverage)?;
        let history = History::new(&members, &frame, reception, None);
        let region = &self.lexicons.region;
        let mut grouping = issues::assemble(records, &members, &frame, region, Some(&history));
        human.finish(&mut grouping.issues);
        Ok(IssueReport { frame, grouping })
    }

    /// The documents of a frame, oldest first.
    pub(crate) fn records_of(&self, frame: &Frame) -> Result<Vec<Record>, Error> {
        let searcher = self.index.searcher();
        // A week or a month as one window is still no reason to load more than a day's share.
        let limit = FRAME_RECORDS_MAX / frame.windows.len().max(frame::WINDOWS);
        let days: Result<Vec<Vec<Record>>, store::Error> =
            frame.windows.par_iter().map(|window| searcher.records(Some(&window.window), limit)).collect();
        let mut records: Vec<Record> = days?.into_iter().flatten().collect();
        records.sort_by_cached_key(|record| (record.at, record.key()));
        Ok(records)
    }

    /// What the registry knows about the time of a frame.
    pub(crate) fn coverage(&self, frame: &Frame) -> Result<Coverage, Error> {
        let Some(span) = span(frame) else { return Ok(Coverage::default()) };
        let usual = collecting::usual(&self.truth, span.to, &self.zone)?;
        Ok(Coverage { gaps: self.truth.gaps(with_history(&span).from)?, usual })
    }

    /// What share of the usual sources was read in each hour up to the end of a frame.
    pub(crate) fn received(&self, frame: &Frame, coverage: &Coverage) -> Result<Reception, Error> {
        let Some(span) = span(frame) else { return Ok(Reception::unknown(Timestamp::UNIX_EPOCH, 0)) };
        let spoke = self.facts.hours(&with_history(&span), &self.lexicons.region, HourlyBy::Sources, u32::MAX)?;
        Ok(received(&spoke, coverage, span.to, HISTORY_DAYS))
    }

    pub(crate) fn standing(&self) -> MutexGuard<'_, crate::standing::Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that changes with everything that a report rests on.
    fn basis(&self, frame: &Frame, decisions: &[Decision]) -> Result<u64, Error> {
        let mut hasher = Xxh3Default::new();
        let mut add = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        let standing = self.standing();
        for number in
            [standing.last_sequence(), standing.settings(), self.index.last_sequence(), self.facts.last_sequence()]
        {
            add(&number.to_le_bytes());
        }
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(self.lexicons.version.as_bytes());
        let Some(span) = span(frame) else { return Ok(hasher.digest()) };
        let gaps = self.truth.gaps(with_history(&span).from)?;
        add(&serde_json::to_vec(&(frame, &gaps, decisions, &self.verification_options.matching))
            .expect("plain data becomes JSON"));
        Ok(hasher.digest())
    }

    fn keep(&self, name: &str, report: &Report, membership: &Membership) -> Result<(), Error> {
        let folder = self.standing().reports();
        std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
        let state = encoded(membership);
        let mut bytes = xxh3_64(&state).to_le_bytes().to_vec();
        bytes.extend(state);
        let members = folder.join(format!("{name}.members"));
        write_whole(&members, &bytes)?;
        let path = folder.join(format!("{name}.json"));
        write_whole(&path, &serde_json::to_vec(report).expect("plain data becomes JSON"))?;
        let mut kept: Vec<PathBuf> =
            std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        kept.sort();
        let surplus = kept.len().saturating_sub(KEPT_MAX);
        let is_old = |old: &&PathBuf| **old != path && **old != members;
        // A report that cannot be removed costs a little room and nothing else.
        kept.iter().take(surplus).filter(is_old).for_each(|old| drop(std::fs::remove_file(old)));
        Ok(())
    }
}

/// Leaves only the issue that is meant by an id.
fn keep_one(grouping: &mut Grouping, only: &IssueId, decisions: &[Decision]) -> Result<(), Error> {
    let found = Human::of(decisions).find(&grouping.issues, only, None).map(|issue| issue.id.clone());
    let found = found.ok_or_else(|| Error::UnknownIssue { id: only.to_string() })?;
    grouping.issues.retain(|issue| issue.id == found);
    grouping.spam.clear();
    Ok(())
}

/// Stories with a document in the last window, and the near-copies of these.
fn counted(issues: &[Issue], rows: &[StoryRow]) -> (u32, u32) {
    let copies = issues.iter().flat_map(|issue| &issue.stories).map(|story| story.copies).sum();
    (rows.len() as u32, copies)
}

/// The documents of an issue.
pub(crate) fn documents(issue: &Issue) -> impl Iterator<Item = &DocumentKey> {
    issue.stories.iter().flat_map(|story| &story.members)
}

/// Leaves of an issue's stories the first ones and those that hold a named document, and of their documents the first
/// few and the named ones. Gives back what it was.
fn sampled(issue: &mut Issue, named: &HashSet<&DocumentKey>) -> Vec<Story> {
    let sample = |(position, story): (usize, &Story)| {
        let chosen =
            |(at, key): (usize, &DocumentKey)| (at < SAMPLE_MEMBERS || named.contains(key)).then(|| key.clone());
        let is_named = story.members.iter().any(|key| named.contains(key));
        (position < SAMPLE_STORIES || is_named).then(|| Story {
            members: story.members.iter().enumerate().filter_map(chosen).collect(),
            id: story.id.clone(),
            title: story.title.clone(),
            ..*story
        })
    };
    let sample = issue.stories.iter().enumerate().filter_map(sample).collect();
    std::mem::replace(&mut issue.stories, sample)
}

/// Documents by which decisions find their issues again.
fn anchors(act: &Act) -> Vec<&DocumentKey> {
    match act {
        Act::Merge { anchor, into_anchor, .. } => anchor.iter().chain(into_anchor).collect(),
        Act::Split { anchor, story_anchors, documents, .. } => {
            anchor.iter().chain(story_anchors).chain(documents).collect()
        }
        Act::Rename { anchor, .. }
        | Act::Pin { anchor, .. }
        | Act::OpenTask { anchor, .. }
        | Act::Clarify { anchor, .. } => anchor.iter().collect(),
        Act::OpenClaim { document, .. } => document.iter().collect(),
        _ => Vec::new(),
    }
}

/// A report that cannot be read is as good as none: it is made anew.
fn read_kept(path: &PathBuf) -> Option<Report> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// The time of a frame.
pub(crate) fn span(frame: &Frame) -> Option<Window> {
    Some(Window { from: frame.windows.first()?.window.from, to: frame.windows.last()?.window.to })
}

/// The same with the weeks before it.
fn with_history(span: &Window) -> Window {
    let from: Timestamp = span.to - SignedDuration::from_hours(24 * HISTORY_DAYS as i64);
    Window { from: from.min(span.from), to: span.to }
}

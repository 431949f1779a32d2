//! Reports: the issues of one frame, weighed once and kept until anything that they rest on changes.

use crate::frame::{self, Coverage};
use crate::{Error, Office, answers::write_whole, collecting, received::received};
use facts::HourlyBy;
use issues::{Grouping, History, Human, Member, Reception};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Decision, Frame, Issue, Record, Story, Window};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use xxhash_rust::xxh3::Xxh3Default;

/// Records that are loaded for one frame at most. A week of a province is tens of thousands.
pub(crate) const FRAME_RECORDS_MAX: usize = 2_000_000;
/// Days before a frame's end from which the usual is known: two weeks for outlets, and the week before for each day.
pub(crate) const HISTORY_DAYS: usize = 22;
/// Kept reports; the oldest go first.
const KEPT_MAX: usize = 60;

/// Issues with the frame that they were looked at in.
pub struct IssueReport {
    /// Windows, with their gaps.
    pub frame: Frame,
    /// Issues, stories, copies.
    pub grouping: Grouping,
}

/// A report as it lies on disk.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Hash of everything that it rests on.
    basis: u64,
    frame: Frame,
    stories: u32,
    copies: u32,
    issues: Vec<Issue>,
    spam: Vec<Story>,
}

impl Office {
    /// Issues of the week up to `date`, or over all documents where no date is given.
    ///
    /// # Errors
    /// The index or the grouping cannot be read.
    pub fn issues(&self, date: Option<Date>) -> Result<IssueReport, Error> {
        match date {
            Some(date) => self.report_of(date),
            None => self.report_of_everything(),
        }
    }

    /// The report of a local date: the kept one where nothing has changed since.
    fn report_of(&self, date: Date) -> Result<IssueReport, Error> {
        let decisions = self.truth.decisions()?;
        let frame = frame::frame(date, self.brief_options.cut_off_time(), &self.zone);
        let basis = self.basis(&frame, &decisions)?;
        let path = self.standing().reports().join(format!("{date}.json"));
        if let Some(kept) = read_kept(&path).filter(|kept| kept.basis == basis) {
            let Kept { frame, stories, copies, issues, spam, .. } = kept;
            return Ok(IssueReport { frame, grouping: Grouping { issues, spam, stories, copies } });
        }
        let report = self.weigh_frame(frame, &decisions)?;
        self.keep(&path, basis, &report)?;
        Ok(report)
    }

    fn report_of_everything(&self) -> Result<IssueReport, Error> {
        let mut records = self.index.searcher().records(None, FRAME_RECORDS_MAX)?;
        records.sort_by_cached_key(|record| (record.at, record.key()));
        let last = records.iter().map(|record| record.at).max().unwrap_or_else(|| self.clock.now());
        let cut_off = self.brief_options.cut_off_time();
        let frame = frame::frame(frame::date_of(last, cut_off, &self.zone), cut_off, &self.zone);
        let members = self.members(None)?;
        self.assemble(frame, records, members, &self.truth.decisions()?)
    }

    /// Weighs the issues of a frame: documents, where they stand, what people decided, what is usual.
    pub(crate) fn weigh_frame(&self, frame: Frame, decisions: &[Decision]) -> Result<IssueReport, Error> {
        let Some(span) = span(&frame) else {
            return Ok(IssueReport { frame, grouping: Grouping::default() });
        };
        let records = self.records_of(&frame)?;
        let members = self.members(Some(&with_history(&span)))?;
        self.assemble(frame, records, members, decisions)
    }

    fn assemble(
        &self,
        mut frame: Frame,
        records: Vec<Record>,
        mut members: Vec<Member>,
        decisions: &[Decision],
    ) -> Result<IssueReport, Error> {
        let coverage = self.coverage(&frame)?;
        let mut spoke: std::collections::BTreeMap<model::SourceName, std::collections::BTreeSet<usize>> =
            Default::default();
        for record in &records {
            if let Some(index) = frame.windows.iter().position(|window| window.window.contains(record.at)) {
                spoke.entry(record.source.clone()).or_default().insert(index);
            }
        }
        frame::mark_gaps(&mut frame, &spoke, &coverage);
        let human = Human::of(decisions);
        human.regroup(&mut members);
        let reception = self.received(&frame, &coverage)?;
        let history = History::new(&members, &frame, reception, None);
        let region = &self.lexicons.region;
        let mut grouping = issues::assemble(&records, &members, &frame, region, Some(&history));
        human.finish(&mut grouping.issues);
        Ok(IssueReport { frame, grouping })
    }

    /// The documents of a frame, oldest first.
    pub(crate) fn records_of(&self, frame: &Frame) -> Result<Vec<Record>, Error> {
        let searcher = self.index.searcher();
        let limit = FRAME_RECORDS_MAX / frame.windows.len().max(1);
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
        for number in [standing.last_sequence(), standing.settings(), self.index.last_sequence()] {
            add(&number.to_le_bytes());
        }
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(self.lexicons.version.as_bytes());
        let Some(span) = span(frame) else { return Ok(hasher.digest()) };
        let gaps = self.truth.gaps(with_history(&span).from)?;
        add(&serde_json::to_vec(&(frame, &gaps, decisions)).expect("plain data becomes JSON"));
        Ok(hasher.digest())
    }

    fn keep(&self, path: &PathBuf, basis: u64, report: &IssueReport) -> Result<(), Error> {
        let folder = self.standing().reports();
        std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
        let grouping = &report.grouping;
        let kept = Kept {
            basis,
            frame: report.frame.clone(),
            stories: grouping.stories,
            copies: grouping.copies,
            issues: grouping.issues.clone(),
            spam: grouping.spam.clone(),
        };
        write_whole(path, &serde_json::to_vec(&kept).expect("plain data becomes JSON"))?;
        let mut kept: Vec<PathBuf> =
            std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        kept.sort();
        let surplus = kept.len().saturating_sub(KEPT_MAX);
        // A report that cannot be removed costs a little room and nothing else.
        kept.iter().take(surplus).filter(|old| *old != path).for_each(|old| drop(std::fs::remove_file(old)));
        Ok(())
    }
}

/// A report that cannot be read is as good as none: it is made anew.
fn read_kept(path: &PathBuf) -> Option<Kept> {
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

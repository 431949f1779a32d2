//! The verification queue, and the draft of what the office says about a claim.

use crate::{Error, Office, Progress, frame};
use issues::Human;
use issues::queue::{Queue, Standing};
use jiff::{SignedDuration, Timestamp};
use model::{
    ClaimId, ClaimMatch, ClarificationDraft, Decision, DocumentKey, Issue, IssueId, Record, Risk, StoryId, Window,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Days back to which claims are looked for: whoever asks about an older one opens it by hand.
const DAYS: i64 = 30;
/// Documents that need verification in so many days, at most.
const DOCUMENTS_MAX: usize = 20_000;

/// A document that the queue may hold, as the day's report keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Queued {
    pub(crate) key: DocumentKey,
    at: Timestamp,
    /// False where only a fact-check brought it in, which counts for a day.
    flagged: bool,
    stands: Option<(StoryId, IssueId)>,
    matches: Vec<ClaimMatch>,
}

/// Documents for which people opened a claim.
fn opened(decisions: &[Decision]) -> impl Iterator<Item = &DocumentKey> {
    decisions.iter().filter_map(|decision| match &decision.act {
        model::Act::OpenClaim { document, .. } => document.as_ref(),
        _ => None,
    })
}

impl Office {
    /// Claims that a person should check, most pressing first.
    ///
    /// # Errors
    /// Truth or something derived cannot be read.
    pub fn claims(&self, progress: &dyn Progress) -> Result<Queue, Error> {
        let now = self.clock.now();
        let date = frame::date_of(now, self.brief_options.cut_off_time(), &self.zone);
        let issues = self.issues(Some(date))?.grouping.issues;
        self.queue_at(now, &issues, &self.truth.decisions()?, progress)
    }

    /// What the queue of any moment within a day after a frame is made of: found once, when its issues are weighed.
    pub(crate) fn queued(&self, end: Timestamp, decisions: &[Decision]) -> Result<Vec<Queued>, Error> {
        let day = SignedDuration::from_hours(24);
        let window = Window { from: end - SignedDuration::from_hours(24 * DAYS), to: end + day };
        let mut records = self.flagged(&window, decisions)?;
        let flagged = records.len();
        let mut matches = self.match_all(&mut records, &Window { from: end - day, to: end + day }, decisions)?;
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let mut standings = self.standings(&window, &records, &[], decisions)?;
        let queued = |(position, record): (usize, &Record)| {
            let key = record.key();
            let standing = standings.remove(&key);
            Queued {
                flagged: position < flagged,
                stands: standing.map(|standing| (standing.story, standing.issue)),
                matches: matches.remove(&key).unwrap_or_default(),
                at: record.at,
                key,
            }
        };
        Ok(records.iter().enumerate().map(queued).collect())
    }

    /// The queue at a moment, from what was found when the issues were weighed.
    pub(crate) fn queue_of(
        &self,
        now: Timestamp,
        queued: &[Queued],
        issues: &[Issue],
        decisions: &[Decision],
    ) -> Result<Queue, Error> {
        let window = Window { from: now - SignedDuration::from_hours(24 * DAYS), to: now };
        let day = Window { from: now - SignedDuration::from_hours(24), to: now };
        let named: BTreeSet<&DocumentKey> = opened(decisions).collect();
        let is_wanted = |queued: &&Queued| match queued.flagged {
            true => window.contains(queued.at) || named.contains(&queued.key),
            false => day.contains(queued.at),
        };
        let wanted: Vec<&Queued> = queued.iter().filter(is_wanted).collect();
        let keys: Vec<DocumentKey> = wanted.iter().map(|queued| queued.key.clone()).collect();
        let records = self.records_with(&keys)?;
        let risks: BTreeMap<&IssueId, Risk> = issues.iter().map(|issue| (&issue.id, issue.risk)).collect();
        let (mut standings, mut matches) = (BTreeMap::new(), BTreeMap::new());
        for queued in wanted {
            if let Some((story, issue)) = &queued.stands {
                let risk = risks.get(issue).copied().unwrap_or_default();
                let standing = Standing { story: story.clone(), issue: issue.clone(), risk };
                standings.insert(queued.key.clone(), standing);
            }
            if !queued.matches.is_empty() {
                matches.insert(queued.key.clone(), queued.matches.clone());
            }
        }
        let options = &self.verification_options.queue;
        Ok(issues::queue::queue(&records, &standings, &matches, decisions, now, options))
    }

    /// The documents with these keys, in their order, as far as the index has them.
    pub(crate) fn records_with(&self, keys: &[DocumentKey]) -> Result<Vec<Record>, Error> {
        let searcher = self.index.searcher();
        let found: Result<Vec<Option<Record>>, store::Error> = keys.par_iter().map(|key| searcher.get(key)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// The queue at a moment, beside the issues of its day.
    pub(crate) fn queue_at(
        &self,
        now: Timestamp,
        issues: &[Issue],
        decisions: &[Decision],
        progress: &dyn Progress,
    ) -> Result<Queue, Error> {
        let task = progress.begin("claims", Some(2));
        let window = Window { from: now - SignedDuration::from_hours(24 * DAYS), to: now };
        let mut records = self.flagged(&window, decisions)?;
        let day = Window { from: now - SignedDuration::from_hours(24), to: now };
        let matches = self.match_all(&mut records, &day, decisions)?;
        task.advance(1);
        let standings = self.standings(&window, &records, issues, decisions)?;
        let options = &self.verification_options.queue;
        let queue = issues::queue::queue(&records, &standings, &matches, decisions, now, options);
        task.advance(1);
        Ok(queue)
    }

    /// Documents with reasons to look, and those that decisions name.
    fn flagged(&self, window: &Window, decisions: &[Decision]) -> Result<Vec<Record>, Error> {
        let region = &self.lexicons.region;
        let mut keys: BTreeSet<DocumentKey> =
            self.facts.keys(window, region, "needs_verification", "true", DOCUMENTS_MAX)?.into_iter().collect();
        keys.extend(opened(decisions).cloned());
        self.records_with(&Vec::from_iter(keys))
    }

    /// Where these documents stand, and how bad their issues are.
    fn standings(
        &self,
        window: &Window,
        records: &[Record],
        issues: &[Issue],
        decisions: &[Decision],
    ) -> Result<BTreeMap<DocumentKey, Standing>, Error> {
        let wanted: BTreeSet<DocumentKey> = records.iter().map(Record::key).collect();
        let risks: BTreeMap<&IssueId, Risk> = issues.iter().map(|issue| (&issue.id, issue.risk)).collect();
        let mut members = self.members(Some(window))?;
        Human::of(decisions).regroup(&mut members);
        let standings = members.into_iter().filter(|member| wanted.contains(&member.key)).map(|member| {
            let risk = risks.get(&member.issue).copied().unwrap_or_default();
            (member.key, Standing { story: member.story, issue: member.issue, risk })
        });
        Ok(standings.collect())
    }

    /// The draft of what the office says about a claim.
    ///
    /// # Errors
    /// The claim is unknown, or truth or something derived cannot be read.
    pub fn clarification(&self, id: &ClaimId, progress: &dyn Progress) -> Result<ClarificationDraft, Error> {
        let queue = self.claims(progress)?;
        let claim = queue.find(id).ok_or_else(|| Error::UnknownClaim { id: id.to_string() })?;
        let mut records = Vec::new();
        for key in &claim.documents {
            records.extend(self.index.searcher().get(key)?);
        }
        let fact_checks = self.fact_checks_of(std::slice::from_ref(claim), &self.truth.decisions()?)?;
        Ok(brief::clarification(claim, &records, &fact_checks, &self.lexicons.region))
    }
}

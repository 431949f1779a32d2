//! The verification queue, and the draft of what the office says about a claim.

use crate::{Error, Office, Progress, frame};
use issues::Human;
use issues::queue::{Queue, Standing};
use jiff::{SignedDuration, Timestamp};
use model::{ClaimId, ClarificationDraft, Decision, DocumentKey, Issue, IssueId, Record, Risk, Window};
use std::collections::{BTreeMap, BTreeSet};

/// Days back to which claims are looked for: whoever asks about an older one opens it by hand.
const DAYS: i64 = 30;
/// Documents that need verification in so many days, at most.
const DOCUMENTS_MAX: usize = 20_000;

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
        let matches = self.match_all(&mut records, now, decisions)?;
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
        keys.extend(decisions.iter().filter_map(|decision| match &decision.act {
            model::Act::OpenClaim { document, .. } => document.clone(),
            _ => None,
        }));
        let searcher = self.index.searcher();
        let mut records = Vec::with_capacity(keys.len());
        for key in &keys {
            records.extend(searcher.get(key)?);
        }
        Ok(records)
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

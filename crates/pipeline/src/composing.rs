//! `brief_of`: the brief of any kind for a date: its frame, what stands in it, and what people did about it.
//!
//! Nothing here looks at every document: the report of a frame is weighed once and kept, figures are counted in columns,
//! and only what is quoted is read in full.

use crate::reports::{CLIPPINGS_MAX, Report, documents, span};
use crate::{BriefOptions, Error, Office, Progress, frame, masking};
use brief::{EffectOptions, PeriodInput};
use issues::Human;
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use model::{
    Brief, BriefKind, Claim, Clarification, Decision, DocumentKey, Effect, Frame, FrameWindow, Issue, IssueId,
    OpenTask, Period, Record, Window,
};
use std::collections::HashSet;

/// When the morning's window closes where no daily brief says so.
const MORNING: Time = Time::constant(6, 0, 0, 0);
/// When the afternoon's window closes where its own options name no later hour than the morning's.
const AFTERNOON: Time = Time::constant(16, 0, 0, 0);

/// Where a brief looks.
struct Scope {
    frame: Frame,
    /// The name under which its report is kept.
    name: String,
    /// Days of a week or month, and the stretch before them.
    period: Option<(Vec<FrameWindow>, Window)>,
}

/// What was counted and decided for a brief.
struct Matter {
    decisions: Vec<Decision>,
    moment: Timestamp,
    claims: Vec<Claim>,
    clarifications: Vec<Clarification>,
    tasks: Vec<OpenTask>,
}

impl Office {
    /// Composes the brief of a local date with the office's own options.
    ///
    /// # Errors
    /// Index or facts cannot be read.
    pub fn brief(&self, date: Date, progress: &dyn Progress) -> Result<Brief, Error> {
        self.brief_of(&self.brief_options, date, None, progress)
    }

    /// Composes a brief of any kind; `issue` is the one that a brief of kind `isu` is about.
    ///
    /// # Errors
    /// Index or facts cannot be read; the issue is missing or unknown.
    pub fn brief_of(
        &self,
        options: &BriefOptions,
        date: Date,
        issue: Option<&IssueId>,
        progress: &dyn Progress,
    ) -> Result<Brief, Error> {
        let task = progress.begin("brief", Some(3));
        let scope = self.scope(options, date);
        let decisions = self.truth.decisions()?;
        let mut report = match (options.kind, issue) {
            (BriefKind::Isu, None) => return Err(Error::IssueNotNamed),
            (BriefKind::Isu, Some(issue)) => self.report_on(scope.frame.clone(), issue, &decisions)?,
            _ => self.report_in(scope.frame.clone(), &scope.name, &decisions)?,
        };
        let matter = self.matter(&report, decisions, options.kind == BriefKind::Isu)?;
        task.advance(1);
        let period = scope.period.as_ref().map(|(days, before)| self.marked(days, *before)).transpose()?;
        let days: &[FrameWindow] = period.as_ref().map_or(&report.frame.windows, |(days, _)| days);
        let gaps: Vec<Window> = days.iter().filter(|window| window.gap).map(|window| window.window).collect();
        let effects = self.effects(&scope, &report, &matter, &gaps)?;
        let period = match &period {
            Some((days, before)) => Some(self.period((options.kind, days, *before), &scope, &report, &matter)?),
            None => None,
        };
        let late = if issue.is_some() { Vec::new() } else { self.late(date, &report.frame)? };
        report.tables.late = late.len() as u32;
        task.advance(1);
        let mut clippings = self.records_with(&report.clippings)?;
        clippings.extend(self.records_with(&late[..late.len().min(CLIPPINGS_MAX)])?);
        clippings.iter_mut().for_each(masking::record);
        let composed = brief::Options {
            fictional: self.fictional,
            version: format!("pesut {} · leksikon {}", env!("CARGO_PKG_VERSION"), self.lexicons.version),
            ..options.composed()
        };
        let brief = brief::compose(&brief::Input {
            region: &self.lexicons.region,
            frame: &report.frame,
            tables: &report.tables,
            issues: &report.issues,
            stories: report.stories,
            copies: report.copies,
            health: &self.health()?,
            gaps: &self.coverage(&report.frame)?.gaps,
            clippings: &clippings,
            clippings_total: report.clippings_total,
            claims: &matter.claims,
            tasks: &matter.tasks,
            clarifications: &matter.clarifications,
            effects: &effects,
            fact_checks: &self.fact_checks_of(&matter.claims, &matter.decisions)?,
            told: &self.told(date)?,
            story_rows: &report.story_rows,
            period: period.as_ref(),
            options: &composed,
        });
        task.advance(1);
        Ok(masking::brief(&brief))
    }

    /// The windows of a kind of brief.
    fn scope(&self, options: &BriefOptions, date: Date) -> Scope {
        let (zone, cut_off) = (&self.zone, options.cut_off_time());
        let named = |frame: Frame| Scope { frame, name: format!("{date}-{}", options.kind.as_str()), period: None };
        let first = match options.kind {
            BriefKind::Harian => {
                return Scope { name: date.to_string(), ..named(frame::frame(date, cut_off, zone)) };
            }
            BriefKind::Sore => {
                let morning = self.morning();
                let cut_off = if cut_off > morning { cut_off } else { AFTERNOON };
                return named(frame::afternoon(date, morning, cut_off, zone));
            }
            BriefKind::Isu => return named(frame::rolling(self.until(date), zone)),
            BriefKind::Mingguan => (date.saturating_sub(jiff::Span::new().days(6)), date),
            BriefKind::Bulanan => month_of(date),
        };
        let days = frame::days(first.0, first.1, cut_off, zone);
        let before = match options.kind {
            BriefKind::Bulanan => month_of(first.0.yesterday().unwrap_or(first.0)),
            _ => (first.0.saturating_sub(jiff::Span::new().days(7)), first.0.yesterday().unwrap_or(first.0)),
        };
        let from = frame::window(before.0, cut_off, zone).from;
        let before = Window { from, to: frame::window(before.1, cut_off, zone).to };
        Scope { period: Some((days.clone(), before)), ..named(frame::stretches(&days, before)) }
    }

    /// The issues that a composed brief was made from, with all their documents.
    pub(crate) fn issues_behind(&self, brief: &Brief) -> Result<Vec<Issue>, Error> {
        let closes = brief.header.window.to.to_zoned(self.zone.clone()).strftime("%H:%M").to_string();
        let options = BriefOptions { kind: brief.header.kind, cut_off: closes, ..BriefOptions::default() };
        let scope = self.scope(&options, brief.header.date);
        Ok(self.issues_in(scope.frame, &scope.name)?.grouping.issues)
    }

    /// When the morning's window closes.
    fn morning(&self) -> Time {
        match self.brief_options.kind {
            BriefKind::Harian => self.brief_options.cut_off_time(),
            _ => MORNING,
        }
    }

    /// Now, or the end of a day that is over.
    fn until(&self, date: Date) -> Timestamp {
        let now = self.clock.now();
        let end = date.tomorrow().ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        end.map_or(now, |end| end.timestamp().min(now))
    }

    /// What is to be verified, what people decided and recorded; for one issue only what is about it.
    fn matter(&self, report: &Report, decisions: Vec<Decision>, of_one_issue: bool) -> Result<Matter, Error> {
        let moment = self.moment_of(&report.frame);
        let claims = self.queue_of(moment, &report.queued, &report.issues, &decisions)?.claims;
        let human = Human::of(&decisions);
        let clarifications = human.clarifications_in(&report.issues);
        let tasks = human.tasks_in(&report.issues);
        let mut matter = Matter { decisions, moment, claims, clarifications, tasks };
        if of_one_issue {
            let is_it = |issue: Option<&IssueId>| report.issues.iter().any(|other| Some(&other.id) == issue);
            matter.claims.retain(|claim| is_it(claim.issue.as_ref()));
            matter.clarifications.retain(|clarification| is_it(Some(&clarification.issue)));
            matter.tasks.retain(|task| is_it(task.issue.as_ref()));
        }
        Ok(matter)
    }

    /// What clarifications did to the issues that they answered.
    fn effects(&self, scope: &Scope, report: &Report, matter: &Matter, gaps: &[Window]) -> Result<Vec<Effect>, Error> {
        let Some(span) = span(&report.frame) else { return Ok(Vec::new()) };
        let answered =
            |clarification: &Clarification| report.issues.iter().position(|issue| issue.id == clarification.issue);
        if matter.clarifications.iter().all(|clarification| answered(clarification).is_none()) {
            return Ok(Vec::new());
        }
        let whole = self.whole(scope, report)?;
        let mut effects = Vec::new();
        for clarification in &matter.clarifications {
            let Some(position) = answered(clarification) else { continue };
            let members: HashSet<DocumentKey> = documents(&whole[position]).cloned().collect();
            let inside: Vec<Record> = self.facts.said(&span, &members)?.into_iter().map(record_of).collect();
            let claim = matter.claims.iter().find(|claim| Some(&claim.id) == clarification.claim.as_ref());
            let carrying = claim.map_or(&[][..], |claim| &claim.documents);
            let items = brief::effect_items(&inside, carrying);
            effects.push(brief::effect(clarification, &items, gaps, matter.moment, &EffectOptions::default()));
        }
        Ok(effects)
    }

    /// The issues of a report with all their documents.
    fn whole(&self, scope: &Scope, report: &Report) -> Result<Vec<Issue>, Error> {
        if let Some(stories) = self.documents_of(&scope.name, report) {
            let issues = report.issues.iter().cloned().zip(stories);
            return Ok(issues.map(|(issue, stories)| Issue { stories, ..issue }).collect());
        }
        let found = self.issues_in(scope.frame.clone(), &scope.name)?.grouping.issues;
        // Beside the report's own order; for one issue, all others are left out.
        let of = |issue: &Issue| found.iter().find(|other| other.id == issue.id).unwrap_or(issue).clone();
        Ok(report.issues.iter().map(of).collect())
    }

    /// The days of a week or a month with their gaps.
    fn marked(&self, days: &[FrameWindow], before: Window) -> Result<(Vec<FrameWindow>, Window), Error> {
        let windows: Vec<Window> = days.iter().map(|day| day.window).collect();
        let mut daily = Frame { windows: days.to_vec() };
        let coverage = self.coverage(&daily)?;
        frame::mark_gaps(&mut daily, &self.facts.spoke(&windows)?, &coverage);
        Ok((daily.windows, before))
    }

    /// What a week or a month shows.
    fn period(
        &self,
        (kind, days, before): (BriefKind, &[FrameWindow], Window),
        scope: &Scope,
        report: &Report,
        matter: &Matter,
    ) -> Result<Period, Error> {
        let region = &self.lexicons.region;
        let windows: Vec<Window> = days.iter().map(|day| day.window).collect();
        let whole = self.whole(scope, report)?;
        let groups: Vec<Vec<&DocumentKey>> = whole.iter().map(|issue| documents(issue).collect()).collect();
        Ok(brief::period(&PeriodInput {
            region,
            kind,
            windows: days,
            tables: &self.facts.period(&windows, &before, region)?,
            issues: &report.issues,
            days: &self.facts.days(&windows, &groups)?,
            alerts: &self.truth.alerts()?,
            decisions: &matter.decisions,
            clarifications: &matter.clarifications,
            claims: &matter.claims,
            tasks: &matter.tasks,
        }))
    }

    /// The moment at which a brief is made: now while its day lasts, and the end of its window for a day long past.
    fn moment_of(&self, frame: &Frame) -> Timestamp {
        let now = self.clock.now();
        let end = frame.windows.last().map_or(now, |last| last.window.to);
        if now.duration_since(end).as_hours() < 24 && now >= end { now } else { end }
    }

    /// Items received for the brief of a date that none of its figures counts: from the start of its window to the end
    /// of its local day, so that a brief built again at noon also lists what came in since the morning.
    pub(crate) fn late(&self, date: Date, frame: &Frame) -> Result<Vec<DocumentKey>, Error> {
        let Some(window) = frame.windows.last().map(|last| last.window) else { return Ok(Vec::new()) };
        let end = date.tomorrow().ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        let received = Window { from: window.from, to: end.map_or(window.to, |end| end.timestamp()) };
        let mut late = self.facts.late(frame, received)?;
        late.sort();
        Ok(late)
    }
}

/// The first and last day of the calendar month that ends on or before a date.
fn month_of(date: Date) -> (Date, Date) {
    let last = if date == date.last_of_month() { date } else { date.first_of_month().yesterday().unwrap_or(date) };
    (last.first_of_month(), last)
}

/// A document in the columns that an effect is measured by.
fn record_of(said: facts::Said) -> Record {
    Record {
        source: said.key.source,
        id: said.key.id,
        at: said.at,
        tone: said.tone,
        author_pseudonym: said.author,
        ..Record::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_told_when_it_is_over() {
        let month = |month, day| {
            let (first, last) = month_of(Date::constant(2026, month, day));
            (first.to_string(), last.to_string())
        };
        assert_eq!(month(11, 20), ("2026-10-01".to_owned(), "2026-10-31".to_owned()));
        assert_eq!(month(11, 30), ("2026-11-01".to_owned(), "2026-11-30".to_owned()));
        assert_eq!(month(1, 5), ("2025-12-01".to_owned(), "2025-12-31".to_owned()));
    }
}

//! The life of alerts: raised, told, answered or not, calm again.
//!
//! A pure step from what is known to what holds now. Nothing here counts evaluations: whoever looks more often, later,
//! or twice at the same moment gets the same notices, since each notice is the difference between what people were told
//! and what holds. A clock that jumps and days without an evaluation therefore give neither floods nor doubles.

use crate::{AlertOptions, Human, alert_text, ids};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{Act, Alert, AlertId, AlertNotice, AlertState, Decision, Issue, IssueId, NoticeCause, Region, Risk};
use std::collections::BTreeSet;

/// A moment that lies further ahead was written by a clock that was wrong; nearer ones are the same clock set right.
const CLOCK_SLIP: SignedDuration = SignedDuration::from_hours(24);
/// The same for the day of a follow-up, where forgetting it says something twice.
const AHEAD_DAYS_MAX: i32 = 7;

/// Brings alerts up to `now` and says what leaves about them.
///
/// `known` is what the last call gave back, closed ones included; it is to be kept before anything leaves.
pub fn alerts(
    issues: &[Issue],
    known: &[Alert],
    decisions: &[Decision],
    now: Timestamp,
    zone: &TimeZone,
    region: &Region,
    options: &AlertOptions,
) -> (Vec<Alert>, Vec<AlertNotice>) {
    let human = Human::of(decisions);
    let moment = Moment { human: &human, now, zone, region, options };
    let (mut open, mut alerts): (Vec<Alert>, Vec<Alert>) = known.iter().cloned().partition(Alert::is_open);
    let mut notices = Vec::new();

    // Where a person merged two issues with an alert each, the more serious one, or the older, goes on.
    open.sort_by(|a, b| (b.risk, a.raised_at, &a.id).cmp(&(a.risk, b.raised_at, &b.id)));
    let mut taken: BTreeSet<IssueId> = BTreeSet::new();
    for mut alert in open {
        let issue = human.find(issues, &alert.issue, alert.anchor.as_ref());
        if issue.is_some_and(|issue| !taken.insert(issue.id.clone())) {
            close(&mut alert, now);
        } else {
            notices.extend(moment.step(&mut alert, issue));
        }
        alerts.push(alert);
    }
    for issue in issues.iter().filter(|issue| issue.risk >= options.from && !taken.contains(&issue.id)) {
        let mut alert = moment.raise(issue);
        notices.extend(moment.step(&mut alert, Some(issue)));
        alerts.push(alert);
    }
    alerts.sort_by(|a, b| (a.raised_at, &a.id).cmp(&(b.raised_at, &b.id)));
    notices.sort_by(|a, b| (b.alert.risk, a.cause, &a.alert.id).cmp(&(a.alert.risk, b.cause, &b.alert.id)));
    (alerts, notices)
}

/// One evaluation.
struct Moment<'a> {
    human: &'a Human,
    now: Timestamp,
    zone: &'a TimeZone,
    region: &'a Region,
    options: &'a AlertOptions,
}

impl Moment<'_> {
    fn raise(&self, issue: &Issue) -> Alert {
        let anchor = issue.stories.iter().flat_map(|story| story.members.iter().map(|key| (story.first_seen, key)));
        let day_and_night = self.is_of_safety(issue);
        let answer_by = self.options.due(issue.risk, self.now, 1, self.zone, day_and_night);
        let mut alert = Alert {
            id: AlertId(ids::code(ids::ALERT, &format!("{}\u{1f}{}", issue.id, self.now))),
            issue: issue.id.clone(),
            anchor: anchor.min().map(|(_, key)| key.clone()),
            title: String::new(),
            risk: issue.risk,
            reasons: Vec::new(),
            owner: None,
            raised_at: self.now,
            risen_at: self.now,
            answer_by,
            state: AlertState::Open,
            acknowledged_by: None,
            snoozed_until: None,
            sent_at: None,
            told: None,
            rises: 0,
            reminders: 0,
            remind_at: answer_by,
            calm_since: None,
            followed_up_on: None,
            day_and_night,
            closed_at: None,
        };
        self.describe(&mut alert, issue);
        alert
    }

    /// True where the law wants an announcement at once when safety is threatened.
    fn is_of_safety(&self, issue: &Issue) -> bool {
        issue.topics.first().and_then(|topic| self.region.topic(topic)).is_some_and(|topic| topic.serta_merta)
    }

    /// One alert's way to the present; `issue` is absent where nobody speaks of it any more.
    fn step(&self, alert: &mut Alert, issue: Option<&Issue>) -> Vec<AlertNotice> {
        self.set_clock_right(alert);
        self.follow(alert, issue);
        self.hear(alert);
        let mut notices = Vec::new();
        notices.extend(self.tell(alert, issue));
        notices.extend(self.follow_up(alert));
        notices
    }

    fn set_clock_right(&self, alert: &mut Alert) {
        let is_wrong = |at: Timestamp| at.duration_since(self.now) > CLOCK_SLIP;
        if is_wrong(alert.raised_at) {
            alert.raised_at = self.now;
        }
        if is_wrong(alert.risen_at) {
            alert.risen_at = self.now;
            alert.answer_by = self.options.due(alert.risk, self.now, 1, self.zone, alert.day_and_night);
            alert.remind_at = alert.remind_at.and(alert.answer_by);
        }
        if alert.calm_since.is_some_and(|(since, _)| is_wrong(since)) {
            alert.calm_since = None;
        }
    }

    /// Takes over the issue's level: a rise at once, a fall only after the hours of calm.
    fn follow(&self, alert: &mut Alert, issue: Option<&Issue>) {
        let level = issue.map_or(Risk::Hijau, |issue| issue.risk);
        if let Some(issue) = issue {
            alert.issue.clone_from(&issue.id);
            // A day without data says nothing about calm: its hours begin again.
            let is_blind = issue.trend.last().is_some_and(|day| day.count.is_none());
            if level >= alert.risk {
                alert.calm_since = None;
                self.describe(alert, issue);
            } else if is_blind {
                alert.calm_since = None;
                return;
            }
        }
        if level > alert.risk {
            self.rise(alert, level);
        } else if level < alert.risk {
            self.sink(alert, level, issue);
        }
    }

    fn rise(&self, alert: &mut Alert, level: Risk) {
        // What people said about the milder level is no answer to this one.
        let said = self.said_about(&alert.id).map(|decision| decision.at).max();
        let after = said.and_then(|at| at.checked_add(SignedDuration::from_secs(1)).ok());
        alert.risen_at = after.map_or(self.now, |after| after.max(self.now));
        alert.risk = level;
        // One that nobody was told of is simply raised at this level.
        alert.rises += u16::from(alert.told.is_some());
        alert.state = AlertState::Open;
        alert.acknowledged_by = None;
        alert.snoozed_until = None;
        alert.answer_by = self.options.due(level, self.now, 1, self.zone, alert.day_and_night);
        alert.remind_at = alert.answer_by;
        alert.reminders = 0;
    }

    fn sink(&self, alert: &mut Alert, level: Risk, issue: Option<&Issue>) {
        if alert.told.is_none() {
            // Quiet hours held it back, and it is over before anybody was told.
            if level >= self.options.from {
                alert.risk = level;
            } else {
                close(alert, self.now);
            }
            return;
        }
        let (since, worst) = alert.calm_since.map_or((self.now, level), |(since, worst)| (since, worst.max(level)));
        alert.calm_since = Some((since, worst));
        if !self.is_calm_long(since) || worst < self.options.from {
            return;
        }
        // It sinks to the worst of these hours, and has to be calm as long again before it sinks further.
        alert.risk = worst;
        alert.told = Some(worst);
        alert.calm_since = (level < worst).then_some((self.now, level));
        if let Some(issue) = issue.filter(|_| level == worst) {
            self.describe(alert, issue);
        }
    }

    fn is_calm_long(&self, since: Timestamp) -> bool {
        self.now.duration_since(since) >= SignedDuration::from_hours(i64::from(self.options.calm_hours))
    }

    fn describe(&self, alert: &mut Alert, issue: &Issue) {
        alert.title.clone_from(&issue.title);
        alert.reasons.clone_from(&issue.risk_reasons);
        let lead = || Some(self.region.topic(issue.topics.first()?)?.lead.clone());
        alert.owner = issue.owner.clone().or_else(lead);
    }

    fn said_about(&self, alert: &AlertId) -> impl Iterator<Item = &Decision> {
        self.human.decisions.iter().filter(move |decision| match &decision.act {
            Act::Acknowledge { alert: about } | Act::Snooze { alert: about, .. } => about == alert,
            _ => false,
        })
    }

    /// What people last said about the alert at its present level.
    fn hear(&self, alert: &mut Alert) {
        let said = self.said_about(&alert.id).filter(|decision| decision.at >= alert.risen_at).last();
        match said.map(|decision| (&decision.act, &decision.by)) {
            Some((Act::Acknowledge { .. }, by)) if alert.is_open() => {
                alert.state = AlertState::Acknowledged;
                alert.acknowledged_by = Some(by.clone());
                alert.snoozed_until = None;
            }
            // A pause that is known may be over; it does not begin again.
            Some((Act::Snooze { until, .. }, _)) if alert.is_open() && alert.snoozed_until != Some(*until) => {
                alert.state = AlertState::Snoozed;
                alert.snoozed_until = Some(*until);
                alert.acknowledged_by = None;
            }
            _ => {}
        }
    }

    /// The one thing that people must hear now, if any. What may not leave in quiet hours waits for their end as it is.
    fn tell(&self, alert: &mut Alert, issue: Option<&Issue>) -> Option<AlertNotice> {
        let is_quiet = self.options.is_quiet(self.now, self.zone);
        if !alert.is_open() || is_quiet && alert.risk < Risk::Merah {
            return None;
        }
        let calm = alert.calm_since.map(|(since, _)| since);
        match alert.told {
            None => return Some(self.tell_level(alert, NoticeCause::Raised, String::new())),
            Some(told) if told < alert.risk => {
                let occasion = alert.rises.to_string();
                return Some(self.tell_level(alert, NoticeCause::Risen, occasion));
            }
            Some(_) => {}
        }
        if let Some(since) = calm {
            // Nobody is woken to hear that all is well.
            if self.is_calm_long(since) && !is_quiet {
                close(alert, self.now);
                return Some(self.notice(alert, NoticeCause::Closed, String::new(), None));
            }
            return None;
        }
        if alert.state == AlertState::Snoozed {
            return self.resume(alert);
        }
        self.remind(alert, issue)
    }

    fn tell_level(&self, alert: &mut Alert, cause: NoticeCause, occasion: String) -> AlertNotice {
        let before = alert.told.replace(alert.risk);
        alert.sent_at = Some(self.now);
        // Held back past its hour: nobody can have answered what nobody was told.
        if alert.answer_by.is_some_and(|answer_by| answer_by <= self.now) {
            alert.answer_by = self.options.due(alert.risk, self.now, 1, self.zone, alert.day_and_night);
            alert.remind_at = alert.remind_at.and(alert.answer_by);
        }
        self.notice(alert, cause, occasion, before)
    }

    fn resume(&self, alert: &mut Alert) -> Option<AlertNotice> {
        let until = alert.snoozed_until.filter(|until| *until <= self.now)?;
        alert.state = AlertState::Open;
        // People need the hours from when they hear of it again.
        alert.answer_by = self.options.due(alert.risk, self.now, 1, self.zone, alert.day_and_night);
        alert.remind_at = alert.answer_by.filter(|_| alert.reminders <= self.options.repeats);
        Some(self.notice(alert, NoticeCause::Resumed, until.to_string(), None))
    }

    fn remind(&self, alert: &mut Alert, issue: Option<&Issue>) -> Option<AlertNotice> {
        let is_waiting = matches!(alert.state, AlertState::Open | AlertState::Escalated);
        let due = alert.remind_at.filter(|due| is_waiting && *due <= self.now)?;
        if self.is_answered(alert, issue) {
            return None;
        }
        alert.state = AlertState::Escalated;
        alert.reminders += 1;
        alert.remind_at = (alert.reminders <= self.options.repeats)
            .then(|| {
                let wait = 1 << alert.reminders;
                let next = self.options.due(alert.risk, due, wait, self.zone, alert.day_and_night)?;
                // After days without an evaluation the waits begin now: one reminder, not all that were missed.
                if next > self.now {
                    Some(next)
                } else {
                    self.options.due(alert.risk, self.now, wait, self.zone, alert.day_and_night)
                }
            })
            .flatten();
        let occasion = format!("{}.{}", alert.rises, alert.reminders);
        Some(self.notice(alert, NoticeCause::Overdue, occasion, None))
    }

    /// Answered in public: officials speak in the issue's material, or a clarification was recorded since.
    fn is_answered(&self, alert: &Alert, issue: Option<&Issue>) -> bool {
        let Some(issue) = issue else { return false };
        let clarified = || {
            self.human
                .clarifications_in(std::slice::from_ref(issue))
                .iter()
                .any(|clarification| clarification.issue == issue.id && clarification.published_at >= alert.raised_at)
        };
        issue.official_response.is_some() || clarified()
    }

    /// Once a day: what was told before the hour of the follow-up and is still open.
    fn follow_up(&self, alert: &mut Alert) -> Option<AlertNotice> {
        let local = self.now.to_zoned(self.zone.clone());
        let today = local.date();
        let hour = today.to_datetime(self.options.follow_up_at).to_zoned(self.zone.clone()).ok()?.timestamp();
        let is_time = hour <= self.now && !self.options.is_quiet(self.now, self.zone);
        let is_told = alert.sent_at.is_some_and(|sent_at| sent_at < hour);
        // A clock that is days ahead costs the follow-ups of these days; one that is further ahead was wrong.
        let is_done = alert
            .followed_up_on
            .is_some_and(|day| today <= day && day.since(today).is_ok_and(|ahead| ahead.get_days() <= AHEAD_DAYS_MAX));
        if !is_time || !is_told || is_done || !alert.is_open() || alert.state == AlertState::Snoozed {
            return None;
        }
        alert.followed_up_on = Some(today);
        Some(self.notice(alert, NoticeCause::FollowUp, today.to_string(), None))
    }

    fn notice(&self, alert: &Alert, cause: NoticeCause, occasion: String, before: Option<Risk>) -> AlertNotice {
        let words = alert_text::Words { zone: self.zone, region: self.region, options: self.options };
        let text = words.text(alert, cause, before);
        AlertNotice { alert: alert.clone(), cause, occasion, at: self.now, text }
    }
}

fn close(alert: &mut Alert, now: Timestamp) {
    alert.state = AlertState::Closed;
    alert.closed_at = Some(now);
    alert.remind_at = None;
}

//! Early warning: the issues of the last 24 hours weighed, and what must be looked at told once.
//!
//! Between briefs the day has no end yet, so the windows end now and not at the cut-off. Alerts and notices are truth:
//! what has been told is known after a replay, and is not told again.

use crate::{ClockWords, Error, Office, Progress, frame, reports::IssueReport};
use model::{Act, Alert, AlertNotice, AlertState, Decision};

impl Office {
    /// Weighs the issues of the last 24 hours, raises what must be looked at and gives the notices that leave now.
    ///
    /// # Errors
    /// Truth or something derived cannot be read, or truth cannot be written.
    pub fn weigh(&mut self, progress: &dyn Progress) -> Result<Vec<AlertNotice>, Error> {
        let task = progress.begin("alerts", Some(1));
        let now = self.clock.now();
        let decisions = self.truth.decisions()?;
        let IssueReport { grouping, .. } = self.weigh_frame(frame::rolling(now, &self.zone), &decisions)?;
        let known = self.truth.alerts()?;
        let region = &self.lexicons.region;
        let mut options = self.alert_options.clone();
        options.holidays.extend(region.guide.holidays.iter().map(|holiday| holiday.date));
        let (alerts, notices) = issues::alerts(&grouping.issues, &known, &decisions, now, &self.zone, region, &options);
        let notices = self.truth.save_alerts(&alerts, &notices)?;
        for notice in &notices {
            tracing::warn!(alert = notice.alert.id.as_str(), "{}", issues::log_line(notice));
        }
        task.advance(1);
        Ok(notices)
    }

    /// Alerts that are open, most serious first, with what people said about them since they were last weighed.
    ///
    /// # Errors
    /// Truth cannot be read.
    pub fn alerts(&self) -> Result<Vec<Alert>, Error> {
        let mut alerts = self.truth.alerts()?;
        alerts.retain(Alert::is_open);
        let decisions = self.truth.decisions()?;
        alerts.iter_mut().for_each(|alert| hear(alert, &decisions));
        alerts.sort_by(|a, b| b.risk.cmp(&a.risk).then(a.raised_at.cmp(&b.raised_at)).then(a.id.cmp(&b.id)));
        Ok(alerts)
    }

    /// How moments are told in lists.
    pub fn clock_words(&self) -> ClockWords {
        ClockWords { zone: self.zone.clone(), label: self.lexicons.region.zone_label.clone() }
    }
}

/// Lays the last word about an alert's present level over it, as the next weighing will.
fn hear(alert: &mut Alert, decisions: &[Decision]) {
    let is_about = |act: &Act| match act {
        Act::Acknowledge { alert: about } | Act::Snooze { alert: about, .. } => *about == alert.id,
        _ => false,
    };
    let said = decisions.iter().filter(|decision| decision.at >= alert.risen_at && is_about(&decision.act));
    let Some(last) = said.max_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id))) else { return };
    match &last.act {
        Act::Acknowledge { .. } => {
            alert.state = AlertState::Acknowledged;
            alert.acknowledged_by = Some(last.by.clone());
            alert.snoozed_until = None;
        }
        // A pause that is known may be over; it does not begin again.
        Act::Snooze { until, .. } if alert.snoozed_until != Some(*until) => {
            alert.state = AlertState::Snoozed;
            alert.snoozed_until = Some(*until);
            alert.acknowledged_by = None;
        }
        _ => {}
    }
}

//! The note for whoever takes over.

use crate::{Error, Office, Progress, frame};
use brief::HandoverInput;
use issues::Human;
use model::Handover;

impl Office {
    /// What is open, what was promised, what to watch.
    ///
    /// # Errors
    /// Truth or something derived cannot be read.
    pub fn handover(&self, progress: &dyn Progress) -> Result<Handover, Error> {
        let now = self.clock.now();
        let decisions = self.truth.decisions()?;
        let issues = self.weigh_frame(frame::rolling(now, &self.zone), &decisions)?.grouping.issues;
        let queue = self.queue_at(now, &issues, &decisions, progress)?;
        Ok(brief::handover(&HandoverInput {
            region: &self.lexicons.region,
            at: now,
            alerts: &self.truth.alerts()?,
            claims: &queue.claims,
            tasks: &Human::of(&decisions).tasks_in(&issues),
            issues: &issues,
            health: &self.health()?,
        }))
    }
}

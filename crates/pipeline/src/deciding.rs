//! `decide`: a person's decisions into truth, and what they touch derived again.

use crate::{Error, Office, Progress};
use issues::{Human, Member};
use model::{Act, Decision, IssueId};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::BufRead;
use store::DecisionLines;

/// What became of a file of decisions.
#[derive(Debug, Default, Serialize)]
pub struct DecideReport {
    /// Decisions that were not known.
    pub recorded: u64,
    /// Decisions that were recorded before.
    pub known: u64,
    /// Lines that could not be recorded, each with its number and what would be right.
    pub refused: Vec<String>,
}

impl Office {
    /// Records the decisions of a file, one JSON line each, in the name of one person, and derives what they touch.
    ///
    /// # Errors
    /// The file cannot be read, or truth cannot be written. A line that is wrong is in the report instead.
    pub fn decide(&mut self, file: impl BufRead, by: &str, progress: &dyn Progress) -> Result<DecideReport, Error> {
        let DecisionLines { decisions, wrong } =
            store::read_decisions(file, by, self.clock.now()).map_err(Error::Decisions)?;
        let mut report = DecideReport { refused: wrong, ..DecideReport::default() };
        let (mut earlier, mut members) = (self.truth.decisions()?, Vec::new());
        if decisions.iter().any(|(_, decision)| !issues_of(&decision.act).is_empty()) {
            members = self.standing().members(None, &self.lexicons.region)?;
        }
        let (mut found, mut lines) = (Vec::new(), Vec::new());
        for (line, decision) in decisions {
            match self.anchored(decision, &members, &earlier) {
                Ok(decision) => {
                    earlier.push(decision.clone());
                    found.push(decision);
                    lines.push(line);
                }
                Err(reason) => report.refused.push(format!("line {line}: {reason}")),
            }
        }
        let recorded = self.truth.record_decisions(&found)?;
        (report.recorded, report.known) = (recorded.recorded, recorded.known);
        let refused = recorded.refused.into_iter();
        report.refused.extend(refused.map(|refused| format!("line {}: {}", lines[refused.position], refused.why)));
        self.derive(progress)?;
        Ok(report)
    }

    /// The decision with the documents by which its issues are found again where a replay gives them other ids.
    fn anchored(&self, decision: Decision, members: &[Member], earlier: &[Decision]) -> Result<Decision, String> {
        issues::check_names(&decision.act, &self.lexicons.region)?;
        self.check_known(&decision.act, earlier)?;
        let named = issues_of(&decision.act);
        if named.is_empty() {
            return Ok(decision);
        }
        let mut members = members.to_vec();
        Human::of(earlier).regroup(&mut members);
        let present: BTreeSet<&IssueId> = members.iter().map(|member| &member.issue).collect();
        let known: BTreeSet<&IssueId> = earlier.iter().flat_map(|decision| issues_of(&decision.act)).collect();
        match named.into_iter().find(|issue| !present.contains(issue) && !known.contains(issue)) {
            Some(issue) => Err(format!("there is no issue {issue}; pesut issues --json lists them")),
            None => Ok(issues::anchored(decision, &members)),
        }
    }
}

impl Office {
    /// Refuses what names an alert or a task that nobody has heard of.
    fn check_known(&self, act: &Act, earlier: &[Decision]) -> Result<(), String> {
        match act {
            Act::Acknowledge { alert } | Act::Snooze { alert, .. } => {
                let alerts = self.truth.alerts().map_err(|error| format!("the alerts cannot be read: {error}"))?;
                match alerts.iter().any(|known| known.id == *alert) {
                    true => Ok(()),
                    false => Err(format!("there is no alert {alert}; pesut alerts lists them")),
                }
            }
            Act::TaskStatus { task, .. } => {
                let tasks = Human::of(earlier).tasks();
                let known: Vec<&str> = tasks.iter().map(|known| known.id.as_str()).collect();
                match known.contains(&task.as_str()) {
                    true => Ok(()),
                    false => Err(format!("there is no task {task}; known: {}", known.join(", "))),
                }
            }
            _ => Ok(()),
        }
    }
}

/// The issues that an act names.
fn issues_of(act: &Act) -> Vec<&IssueId> {
    match act {
        Act::Merge { issue, into, .. } => vec![issue, into],
        Act::Split { issue, .. } | Act::Rename { issue, .. } | Act::Pin { issue, .. } | Act::Clarify { issue, .. } => {
            vec![issue]
        }
        Act::OpenTask { issue, .. } | Act::OpenClaim { issue, .. } => issue.iter().collect(),
        _ => Vec::new(),
    }
}

//! `decide`: a person's decisions into truth, and what they touch derived again.

use crate::{Error, Office, Progress};
use issues::{Human, Member};
use model::{Act, AlertId, Decision, IssueId, TaskId};
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
            members = self.members(None)?;
        }
        let known = Known {
            alerts: self.truth.alerts()?.into_iter().map(|alert| alert.id).collect(),
            // A task's status may stand before the line that gives it.
            tasks: earlier.iter().chain(decisions.iter().map(|(_, decision)| decision)).filter_map(task_of).collect(),
        };
        let (mut found, mut lines) = (Vec::new(), Vec::new());
        for (line, decision) in decisions {
            // What is decided about a brief rests on the lines before it, and is recorded by itself.
            if decision.act.brief().is_some() {
                match self.record_brief_act(&decision)? {
                    Ok(true) => report.recorded += 1,
                    Ok(false) => report.known += 1,
                    Err(reason) => report.refused.push(format!("line {line}: {reason}")),
                }
                continue;
            }
            if let Err(reason) = known.check(&decision.act) {
                report.refused.push(format!("line {line}: {reason}"));
                continue;
            }
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
        report.recorded += recorded.recorded;
        report.known += recorded.known;
        let refused = recorded.refused.into_iter();
        report.refused.extend(refused.map(|refused| format!("line {}: {}", lines[refused.position], refused.why)));
        self.derive(progress)?;
        Ok(report)
    }

    /// The decision with the documents by which its issues are found again where a replay gives them other ids.
    fn anchored(&self, decision: Decision, members: &[Member], earlier: &[Decision]) -> Result<Decision, String> {
        issues::check_names(&decision.act, &self.lexicons.region)?;
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

/// What a decision may be about beside documents and issues.
struct Known {
    alerts: BTreeSet<AlertId>,
    tasks: BTreeSet<TaskId>,
}

impl Known {
    fn check(&self, act: &Act) -> Result<(), String> {
        match act {
            Act::Acknowledge { alert } | Act::Snooze { alert, .. } if !self.alerts.contains(alert) => {
                Err(format!("there is no alert {alert}; pesut alerts --json lists them"))
            }
            Act::TaskStatus { task, .. } if !self.tasks.contains(task) => Err(format!("there is no task {task}")),
            _ => Ok(()),
        }
    }
}

fn task_of(decision: &Decision) -> Option<TaskId> {
    match &decision.act {
        Act::OpenTask { task, .. } => Some(task.clone()),
        _ => None,
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

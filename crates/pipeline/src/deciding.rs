//! `decide`: a person's decisions into truth, and what they touch derived again.

use crate::{Error, Office, Progress};
use issues::{Human, Member};
use model::{Act, Decision, DocumentKey, IssueId, StoryId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{BufRead, Read as _};

/// A line longer than this is no decision.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// Lines of one file.
const LINES_MAX: usize = 100_000;

/// What became of a file of decisions.
#[derive(Debug, Default, Serialize)]
pub struct DecideReport {
    /// Decisions that were not known.
    pub recorded: u64,
    /// Decisions that were recorded before.
    pub known: u64,
    /// Lines that could not be recorded.
    pub refused: Vec<RefusedLine>,
}

/// A line that could not be recorded.
#[derive(Debug, Serialize)]
pub struct RefusedLine {
    /// Its number, from 1.
    pub line: u64,
    /// Why, and what would be right.
    pub reason: String,
}

impl Office {
    /// Records the decisions of a file, one JSON line each, in the name of one person, and derives what they touch.
    ///
    /// # Errors
    /// The file cannot be read, or truth cannot be written. A line that is wrong is in the report instead.
    pub fn decide(&mut self, file: impl BufRead, by: &str, progress: &dyn Progress) -> Result<DecideReport, Error> {
        let mut report = DecideReport::default();
        let (mut decisions, mut lines) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(read_lines(file)?) {
            match line.and_then(|line| self.read_line(&line, by)) {
                Ok(Some(decision)) => {
                    decisions.push(decision);
                    lines.push(number);
                }
                Ok(None) => {}
                Err(reason) => report.refused.push(RefusedLine { line: number, reason }),
            }
        }
        if decisions.is_empty() {
            return Ok(report);
        }
        let earlier = self.truth.decisions()?;
        let mut members = Vec::new();
        if decisions.iter().any(|decision| !issues_of(&decision.act).is_empty()) {
            members = self.standing().members(None, &self.lexicons.region)?;
            Human::of(&earlier).regroup(&mut members);
        }
        let anchors = Anchors::of(&members, &earlier);
        let mut found = Vec::new();
        let mut positions = Vec::new();
        for (mut decision, line) in decisions.into_iter().zip(lines) {
            match anchors.fill(&mut decision.act) {
                Ok(()) => {
                    found.push(decision);
                    positions.push(line);
                }
                Err(reason) => report.refused.push(RefusedLine { line, reason }),
            }
        }
        let recorded = self.truth.record_decisions(&found)?;
        (report.recorded, report.known) = (recorded.recorded, recorded.known);
        let refused = recorded.refused.into_iter();
        report
            .refused
            .extend(refused.map(|refused| RefusedLine { line: positions[refused.position], reason: refused.why }));
        report.refused.sort_by_key(|refused| refused.line);
        self.derive(progress)?;
        Ok(report)
    }

    /// One line; nothing of an empty one.
    fn read_line(&self, line: &str, by: &str) -> Result<Option<Decision>, String> {
        if line.trim().is_empty() {
            return Ok(None);
        }
        store::read_decision(line, by, self.clock.now()).map(Some)
    }
}

/// The lines of a file, each readable or with the reason why not.
fn read_lines(mut file: impl BufRead) -> Result<Vec<Result<String, String>>, Error> {
    let mut lines = Vec::new();
    loop {
        let mut bytes = Vec::new();
        let read = file.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut bytes).map_err(Error::Decisions)?;
        if read == 0 {
            return Ok(lines);
        }
        if lines.len() == LINES_MAX {
            lines.push(Err(format!("more than {LINES_MAX} lines; record them in parts")));
            return Ok(lines);
        }
        if bytes.len() as u64 > LINE_BYTES_MAX {
            lines.push(Err(format!("longer than {LINE_BYTES_MAX} bytes; nothing after it was read")));
            return Ok(lines);
        }
        lines.push(String::from_utf8(bytes).map_err(|_| "no UTF-8".to_owned()));
    }
}

/// The first document of every issue and story, by which they are found again where a replay gives them other ids.
struct Anchors<'a> {
    issues: BTreeMap<&'a IssueId, &'a Member>,
    stories: BTreeMap<&'a StoryId, &'a Member>,
    /// Issues that decisions made, merged or named before.
    named: Vec<&'a IssueId>,
}

impl<'a> Anchors<'a> {
    fn of(members: &'a [Member], decisions: &'a [Decision]) -> Self {
        let mut anchors = Self { issues: BTreeMap::new(), stories: BTreeMap::new(), named: Vec::new() };
        for member in members {
            let earlier = |first: &mut &'a Member| {
                if (member.at, &member.key) < (first.at, &first.key) {
                    *first = member;
                }
            };
            anchors.issues.entry(&member.issue).and_modify(earlier).or_insert(member);
            anchors.stories.entry(&member.story).and_modify(earlier).or_insert(member);
        }
        anchors.named = decisions.iter().flat_map(|decision| issues_of(&decision.act)).collect();
        anchors
    }

    /// Fills in what the program knows and the person need not write; an issue that does not exist is an error.
    fn fill(&self, act: &mut Act) -> Result<(), String> {
        for issue in issues_of(act) {
            if !self.issues.contains_key(issue) && !self.named.contains(&issue) {
                return Err(format!("there is no issue {issue}; pesut issues --json lists them"));
            }
        }
        match act {
            Act::Merge { issue, into, anchor, into_anchor } => {
                *anchor = self.of_issue(issue);
                *into_anchor = self.of_issue(into);
            }
            Act::Rename { issue, anchor, .. } | Act::Pin { issue, anchor, .. } | Act::Clarify { issue, anchor, .. } => {
                *anchor = self.of_issue(issue);
            }
            Act::OpenTask { issue: Some(issue), anchor, .. } => *anchor = self.of_issue(issue),
            Act::Split { issue, stories, anchor, story_anchors, .. } => {
                *anchor = self.of_issue(issue);
                *story_anchors =
                    stories.iter().filter_map(|story| self.stories.get(story)).map(|m| m.key.clone()).collect();
            }
            _ => {}
        }
        Ok(())
    }

    fn of_issue(&self, issue: &IssueId) -> Option<DocumentKey> {
        self.issues.get(issue).map(|member| member.key.clone())
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

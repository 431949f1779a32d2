//! `History`: what is known of a frame beyond its windows: earlier voices of each issue, and how well sources were read.

use crate::{
    member::Member,
    series::{Reception, Utterance},
};
use jiff::Timestamp;
use model::{Frame, IssueId};
use std::collections::BTreeMap;

/// What came before a frame.
#[derive(Clone, Debug)]
pub struct History {
    /// Which share of the usual sources was received when.
    pub(crate) reception: Reception,
    /// The clock, where the last window may still run.
    pub(crate) now: Option<Timestamp>,
    earlier: BTreeMap<IssueId, Vec<Utterance>>,
}

impl History {
    /// Of everything that stands in an issue, as far back as it is known; what lies in the frame is left to its records.
    pub fn new(members: &[Member], frame: &Frame, reception: Reception, now: Option<Timestamp>) -> Self {
        let start = frame.windows.first().map(|first| first.window.from);
        let mut earlier: BTreeMap<IssueId, Vec<Utterance>> = BTreeMap::new();
        for member in members.iter().filter(|member| start.is_some_and(|start| member.at <= start)) {
            earlier.entry(member.issue.clone()).or_default().push(Utterance::from(member));
        }
        Self { reception, now, earlier }
    }

    /// What was said of an issue before the frame.
    pub(crate) fn earlier(&self, issue: &IssueId) -> &[Utterance] {
        self.earlier.get(issue).map_or(&[], Vec::as_slice)
    }
}

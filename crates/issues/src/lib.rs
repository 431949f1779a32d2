//! Analysed documents to `Issue`s: near-copies collapse, reports of one event become a story, the stories of a matter
//! that lives for days become an issue with its trend, its voices and its risk.
//!
//! Invariant: pure. The same records, frame and region give the same issues, in the same order, on any number of
//! threads and in whatever order the records come. Every document that is not spam is in exactly one story.

// From one record to a group of them.
mod features;
mod form;

mod vector;

mod union;

mod rarity;

mod copies;

mod cluster;

mod stories;

mod themes;

mod public;

// What goes on from hour to hour.
mod member;

mod index;

mod memory;

mod place;

mod stream;

pub mod compact;

// From a group to what is said about it.
mod window;

mod series;

mod usual;

mod wording;

mod trend;

mod burst;

mod weak;

mod movement;

mod history;

mod docs;

mod ids;

mod phrases;

mod same_text;

mod coordination;

mod framing;

mod unknown;

mod title;

mod summary;
mod table;

mod voices;

mod outlets;

mod borrowed;
mod questions;

mod answer;

mod risk;

mod reasons;

mod issue;

mod assemble;

// What people decide, and what they are told.
mod human;

mod regroup;

mod alert_options;

mod alert_text;

mod alerts;

pub mod queue;

// From a text to the fact-checks of its claim.
pub mod matching;

pub use alert_options::AlertOptions;
pub use alert_text::{follow_up_text, log_line};
pub use alerts::alerts;
pub use assemble::assemble;
pub use coordination::Options as CoordinationOptions;
pub use history::History;
pub use human::{Human, check_names};
pub use ids::split_issue;
pub use member::Member;
pub use movement::{Context, Movement, movement};
pub use regroup::anchored;
pub use series::{Cap, DAY_HOURS, Reception, Series, Stretch, Utterance, WEEK_HOURS};
pub use stream::Stream;
pub use trend::trend;

use model::{Frame, Issue, Record, Region, Story};
use serde::{Deserialize, Serialize};

/// How close is close; `[issues]` in a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Mean similarity of the documents of a story, 0 to 1. Measured on the development set of labelled events.
    pub story_similarity: f32,
    /// Days without a report after which the same words are another event.
    pub story_days: i64,
    /// Similarity of the stories of an issue that share topic and place, 0 to 1; others need more.
    pub issue_similarity: f32,
    /// Days without a story after which an issue is over.
    pub issue_days: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { story_similarity: 0.2, story_days: 3, issue_similarity: 0.2, issue_days: 3 }
    }
}

/// What a set of documents is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// Most serious first, then by documents in the last window.
    pub issues: Vec<Issue>,
    /// Spam, its copies together; it belongs to no issue and counts in no figure of one.
    pub spam: Vec<Story>,
    /// Stories with a document in the last window.
    pub stories: u32,
    /// Near-copies in the last window.
    pub copies: u32,
}

/// Groups records into issues and weighs each over the frame's windows; the last window is the one reported.
///
/// The same as a [`Stream`] that received them in the order of arrival.
pub fn group(records: &[Record], frame: &Frame, region: &Region, options: &Options) -> Grouping {
    let mut arrived: Vec<Record> = assemble::standing(records).into_iter().cloned().collect();
    arrived.sort_by_key(|record| record.first_seen_at);
    for (position, record) in arrived.iter_mut().enumerate() {
        (record.sequence, record.replaces) = (position as u64 + 1, None);
    }
    let mut stream = Stream::new(options);
    stream.add(&arrived, region);
    let mut members = stream.retire();
    members.extend(stream.members(region));
    assemble(&arrived, &members, frame, region, None)
}

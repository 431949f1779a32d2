//! `Decision`: what a person decided, who, when and why. Truth: it wins over everything derived and survives a replay.

use crate::{
    AlertId, ClaimId, ClaimStatus, DecisionId, DocumentKey, FactCheck, IssueId, PlaceCode, Spam, StoryId, TaskId, Tone,
    TopicId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One decision of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Made of its content, so that the same file recorded twice counts once.
    pub id: DecisionId,
    /// When it was taken.
    pub at: Timestamp,
    /// Who took it, by the name under which the person signs; never a citizen.
    pub by: String,
    /// Why, in the person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was decided.
    pub act: Act,
}

/// What can be decided. In a file of decisions the name stands under `decision`, the rest beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// The tone of a document; `null` where government plays no part in it.
    Tone {
        /// Which document.
        document: DocumentKey,
        /// Its tone.
        tone: Option<Tone>,
    },
    /// The topics of a document, most important first.
    Topics {
        /// Which document.
        document: DocumentKey,
        /// Its topics.
        topics: Vec<TopicId>,
    },
    /// The places of a document, most specific first.
    Places {
        /// Which document.
        document: DocumentKey,
        /// Its places.
        places: Vec<PlaceCode>,
    },
    /// Whether a document is spam; `null` where it is none.
    Spam {
        /// Which document.
        document: DocumentKey,
        /// Which sort of spam.
        spam: Option<Spam>,
    },
    /// A document repeats another; `null` where it repeats none.
    Duplicate {
        /// Which document.
        document: DocumentKey,
        /// The document that it repeats.
        of: Option<DocumentKey>,
    },
    /// Two issues are one; whatever is grouped with the first stands in the second from now on.
    Merge {
        /// The issue that ends.
        issue: IssueId,
        /// The issue that goes on.
        into: IssueId,
    },
    /// Stories, or single documents, of an issue are an issue of their own.
    Split {
        /// The issue that they leave.
        issue: IssueId,
        /// Stories that leave with all that is grouped with them later.
        #[serde(default)]
        stories: Vec<StoryId>,
        /// Documents that leave.
        #[serde(default)]
        documents: Vec<DocumentKey>,
    },
    /// The title of an issue.
    Rename {
        /// Which issue.
        issue: IssueId,
        /// Its title; empty gives it back to the material.
        title: String,
    },
    /// An issue that stays in sight whatever its figures.
    Pin {
        /// Which issue.
        issue: IssueId,
        /// False takes the pin out.
        pinned: bool,
    },
    /// Somebody has seen an alert and takes care of it.
    Acknowledge {
        /// Which alert.
        alert: AlertId,
    },
    /// An alert is not to be repeated before a moment.
    Snooze {
        /// Which alert.
        alert: AlertId,
        /// Until when.
        until: Timestamp,
    },
    /// A claim enters the verification queue by hand.
    OpenClaim {
        /// The claim's id: the document's where it is absent.
        #[serde(default)]
        claim: ClaimId,
        /// What is claimed.
        text: String,
        /// A document that carries it.
        #[serde(default)]
        document: Option<DocumentKey>,
        /// The issue that it belongs to.
        #[serde(default)]
        issue: Option<IssueId>,
    },
    /// The status of a claim; a verdict needs its evidence.
    ClaimStatus {
        /// Which claim.
        claim: ClaimId,
        /// Its status.
        status: ClaimStatus,
        /// Primary sources asked or read: "Biro Umum, surat 12/2026", an address.
        #[serde(default)]
        primary_sources: Vec<String>,
        /// Addresses that a reader can follow.
        #[serde(default)]
        references: Vec<String>,
        /// What checking found, in plain sentences.
        #[serde(default)]
        explanation: Option<String>,
        /// The sentence that the public should keep.
        #[serde(default)]
        conclusion: Option<String>,
    },
    /// A fact-check that no source brings, entered by hand.
    FactCheck {
        /// The fact-check.
        fact_check: FactCheck,
    },
    /// A task is given.
    OpenTask {
        /// The task's id: made of its content where it is absent.
        #[serde(default)]
        task: TaskId,
        /// What is to be done.
        title: String,
        /// Who does it: an agency's id or a unit's name; never a citizen.
        owner: String,
        /// Until when.
        deadline: Timestamp,
        /// The issue that it answers.
        #[serde(default)]
        issue: Option<IssueId>,
    },
    /// How a task stands.
    TaskStatus {
        /// Which task.
        task: TaskId,
        /// Its status.
        status: TaskStatus,
        /// What proves it: an address, the number of a letter.
        #[serde(default)]
        proof: Option<String>,
    },
    /// A clarification or an announcement was published; its effect is measured from here.
    Clarify {
        /// The issue that it answers.
        issue: IssueId,
        /// The claim that it answers, where it answers one.
        #[serde(default)]
        claim: Option<ClaimId>,
        /// When it was published.
        published_at: Timestamp,
        /// Its title.
        title: String,
        /// Where it stands.
        #[serde(default)]
        url: Option<String>,
    },
}

/// How a task stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Given, not begun.
    #[default]
    Terbuka,
    /// Being done.
    Berjalan,
    /// Done, with its proof.
    Selesai,
    /// No longer wanted.
    Dibatalkan,
}

impl TaskStatus {
    /// The name in JSON and the words for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terbuka => "terbuka",
            Self::Berjalan => "berjalan",
            Self::Selesai => "selesai",
            Self::Dibatalkan => "dibatalkan",
        }
    }
}

/// A task as its decisions leave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenTask {
    /// Which task.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub deadline: Timestamp,
    /// The issue that it answers.
    pub issue: Option<IssueId>,
    /// How it stands.
    pub status: TaskStatus,
    /// What proves that it was done.
    pub proof: Option<String>,
    /// When and by whom it was given.
    pub given_at: Timestamp,
    /// By whom.
    pub given_by: String,
    /// When its status last changed.
    pub changed_at: Timestamp,
}

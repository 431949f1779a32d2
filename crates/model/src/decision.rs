//! `Decision`: what a person decided, who, when and why. Truth: it wins over everything derived and survives a replay.

use crate::{
    AlertId, BriefId, ClaimId, ClaimStatus, DecisionId, DocumentKey, FactCheck, IssueId, Layout, PlaceCode, Spam,
    StoryId, TaskId, Tone, TopicId,
};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// One decision of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Made of its content, anchors aside, so that the same file recorded twice counts once.
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
        #[serde(deserialize_with = "written")]
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
        #[serde(deserialize_with = "written")]
        spam: Option<Spam>,
    },
    /// A document repeats another; `null` where it repeats none.
    Duplicate {
        /// Which document.
        document: DocumentKey,
        /// The document that it repeats.
        #[serde(deserialize_with = "written")]
        of: Option<DocumentKey>,
    },
    /// Two issues are one; whatever is grouped with the first stands in the second from now on.
    Merge {
        /// The issue that ends.
        issue: IssueId,
        /// The issue that goes on.
        into: IssueId,
        /// A document of the issue that ends, by which it is found where a replay gave it another id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
        /// The same of the issue that goes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        into_anchor: Option<DocumentKey>,
    },
    /// Stories, or single documents, of an issue are an issue of their own.
    Split {
        /// The issue that they leave.
        issue: IssueId,
        /// Stories that leave with all that is grouped with them later.
        #[serde(default)]
        stories: Vec<StoryId>,
        /// Documents that leave, each with its copies.
        #[serde(default)]
        documents: Vec<DocumentKey>,
        /// A document of the issue that stays in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
        /// A document of each story that leaves, in the order of `stories`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        story_anchors: Vec<DocumentKey>,
    },
    /// The title of an issue.
    Rename {
        /// Which issue.
        issue: IssueId,
        /// Its title; empty gives it back to the material.
        title: String,
        /// A document of it, by which it is found where a replay gave it another id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
    },
    /// An issue that stays in sight whatever its figures.
    Pin {
        /// Which issue.
        issue: IssueId,
        /// False takes the pin out.
        pinned: bool,
        /// A document of it, by which it is found where a replay gave it another id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
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
        /// A document of that issue, by which it is found where a replay gave it another id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
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
        /// A document of that issue, by which it is found where a replay gave it another id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<DocumentKey>,
    },
    /// A person has read a draft.
    ReviewBrief {
        /// Which brief.
        brief: BriefId,
    },
    /// A person answers for a brief as it stood: it is frozen, and what is sent is what was approved.
    ApproveBrief {
        /// Which brief.
        brief: BriefId,
        /// Which edition: 1 for the first, one more for every correction.
        edition: u16,
        /// Hash of the content that was read, as the draft shows it.
        hash: String,
    },
    /// A brief goes back to draft; says why in the reason.
    ReturnBrief {
        /// Which brief.
        brief: BriefId,
    },
    /// A text of a brief reads otherwise; the generated one stays beside it.
    EditBrief {
        /// Which brief.
        brief: BriefId,
        /// Which text, as a pointer into the brief: `/bluf/0/text`.
        part: String,
        /// What stands there.
        before: String,
        /// What is to stand there.
        after: String,
    },
    /// Sections, order and headings of a brief, and of all later ones of the same name.
    LayoutBrief {
        /// Which brief.
        brief: BriefId,
        /// Its layout.
        layout: Layout,
    },
    /// RALAT: what was wrong in a brief that was approved; makes a new edition, which is to be approved.
    CorrectBrief {
        /// Which brief.
        brief: BriefId,
        /// What stands there.
        wrong: String,
        /// What is right.
        right: String,
    },
}

/// A field that may be `null` but must be there: leaving it out is a slip, not a decision.
fn written<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(value)
}

impl Act {
    /// Every act by its name in a file of decisions.
    pub const NAMES: [&'static str; 23] = [
        "tone",
        "topics",
        "places",
        "spam",
        "duplicate",
        "merge",
        "split",
        "rename",
        "pin",
        "acknowledge",
        "snooze",
        "open_claim",
        "claim_status",
        "fact_check",
        "open_task",
        "task_status",
        "clarify",
        "review_brief",
        "approve_brief",
        "return_brief",
        "edit_brief",
        "layout_brief",
        "correct_brief",
    ];

    /// The document that is analysed and shown otherwise from now on, and so has to be derived again.
    pub fn document(&self) -> Option<&DocumentKey> {
        match self {
            Self::Tone { document, .. }
            | Self::Topics { document, .. }
            | Self::Places { document, .. }
            | Self::Spam { document, .. }
            | Self::Duplicate { document, .. } => Some(document),
            _ => None,
        }
    }

    /// The brief that it is about.
    pub fn brief(&self) -> Option<&BriefId> {
        match self {
            Self::ReviewBrief { brief }
            | Self::ApproveBrief { brief, .. }
            | Self::ReturnBrief { brief }
            | Self::EditBrief { brief, .. }
            | Self::LayoutBrief { brief, .. }
            | Self::CorrectBrief { brief, .. } => Some(brief),
            _ => None,
        }
    }

    /// What it is about, as a key: of two acts with one subject the later holds.
    pub fn subject(&self) -> String {
        let (kind, about) = match self {
            Self::Tone { document, .. } => ("tone", document.to_string()),
            Self::Topics { document, .. } => ("topics", document.to_string()),
            Self::Places { document, .. } => ("places", document.to_string()),
            Self::Spam { document, .. } => ("spam", document.to_string()),
            Self::Duplicate { document, .. } => ("duplicate", document.to_string()),
            // Merging and splitting undo each other, whatever issues they name.
            Self::Merge { .. } | Self::Split { .. } => ("grouping", String::new()),
            Self::Rename { issue, .. } => ("rename", issue.to_string()),
            Self::Pin { issue, .. } => ("pin", issue.to_string()),
            Self::Acknowledge { alert } | Self::Snooze { alert, .. } => ("alert", alert.to_string()),
            Self::OpenClaim { claim, document, .. } => {
                ("open_claim", document.as_ref().map_or_else(|| claim.to_string(), ToString::to_string))
            }
            Self::ClaimStatus { claim, .. } => ("claim_status", claim.to_string()),
            Self::FactCheck { fact_check } => ("fact_check", fact_check.id.to_string()),
            Self::OpenTask { task, .. } => ("open_task", task.to_string()),
            Self::TaskStatus { task, .. } => ("task_status", task.to_string()),
            Self::Clarify { issue, claim, .. } => {
                ("clarify", claim.as_ref().map_or_else(|| issue.to_string(), |claim| format!("{issue} {claim}")))
            }
            // Reading, approving and giving back undo each other.
            Self::ReviewBrief { brief } | Self::ApproveBrief { brief, .. } | Self::ReturnBrief { brief } => {
                ("brief", brief.to_string())
            }
            Self::EditBrief { brief, part, .. } => ("edit_brief", format!("{brief} {part}")),
            Self::LayoutBrief { brief, .. } => ("layout_brief", brief.to_string()),
            Self::CorrectBrief { brief, wrong, .. } => ("correct_brief", format!("{brief} {wrong}")),
        };
        format!("{kind} {about}")
    }

    /// The same without its anchors: what the person wrote, whatever the program added to find it again.
    pub fn without_anchors(&self) -> Self {
        let mut act = self.clone();
        match &mut act {
            Self::Merge { anchor, into_anchor, .. } => (*anchor, *into_anchor) = (None, None),
            Self::Split { anchor, story_anchors, .. } => {
                *anchor = None;
                story_anchors.clear();
            }
            Self::Rename { anchor, .. }
            | Self::Pin { anchor, .. }
            | Self::OpenTask { anchor, .. }
            | Self::Clarify { anchor, .. } => *anchor = None,
            _ => {}
        }
        act
    }
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

/// A clarification or an announcement as its decision leaves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clarification {
    /// The decision that recorded it.
    pub decision: DecisionId,
    /// The issue that it answers.
    pub issue: IssueId,
    /// The claim that it answers, where it answers one.
    pub claim: Option<ClaimId>,
    /// When it was published.
    pub published_at: Timestamp,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub url: Option<String>,
}

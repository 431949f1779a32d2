//! The way of a brief: draft, reviewed, approved, sent, corrected; and what people changed in its words.
//!
//! What people did is truth ([`crate::Act`]); these values are what a brief shows of it.

use crate::{BriefId, DocumentKey, IssueId, Risk};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How far a brief has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BriefState {
    /// Made by the program, not looked at by anybody.
    #[default]
    Draf,
    /// A person has read it.
    Ditinjau,
    /// A person answers for it.
    Disetujui,
    /// It has left.
    Terkirim,
    /// It has left, and what was wrong in it was corrected.
    Diralat,
}

impl BriefState {
    /// Every state, in the order of the way.
    pub const ALL: [Self; 5] = [Self::Draf, Self::Ditinjau, Self::Disetujui, Self::Terkirim, Self::Diralat];

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draf => "draf",
            Self::Ditinjau => "ditinjau",
            Self::Disetujui => "disetujui",
            Self::Terkirim => "terkirim",
            Self::Diralat => "diralat",
        }
    }

    /// The word on the paper: everything before approval is a draft, everything after it is final.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draf => "DRAF",
            Self::Ditinjau => "DRAF (sudah ditinjau)",
            Self::Disetujui | Self::Terkirim => "FINAL",
            Self::Diralat => "RALAT",
        }
    }

    /// True where a person answers for the paper, so that it carries no watermark.
    pub fn is_final(self) -> bool {
        self >= Self::Disetujui
    }
}

/// One step of the way, as the paper and the log show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkflowStep {
    /// Where it led.
    pub state: BriefState,
    /// Who took it, by the name under which the person signs; empty where the program did.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The same in words, in the office's zone.
    pub at_words: String,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A text that a person changed; the generated one stays beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Which text: a JSON pointer into the brief, such as `/bluf/0/text`.
    pub part: String,
    /// What that part is called on the paper: "Ringkasan eksekutif, kalimat 1".
    pub label: String,
    /// What the program wrote.
    pub before: String,
    /// What the person wrote.
    pub after: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// True where the generated text has changed since, so that the change could not be laid over it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conflict: bool,
}

/// A correction (RALAT) of a brief that has left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// What stood there.
    pub wrong: String,
    /// What is right.
    pub right: String,
    /// Who corrects it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The same in words.
    pub at_words: String,
}

/// An approved brief as it was when it was approved: what is sent is what was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// Which brief.
    pub brief: BriefId,
    /// 1 for the first, one more for every correction.
    pub edition: u16,
    /// When it was approved.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Hash of the content.
    pub hash: String,
    /// The content.
    pub content: crate::Brief,
}

/// An issue as an approved brief told it; what a later brief calls "lanjutan".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The issue.
    pub issue: IssueId,
    /// The latest brief that told it.
    pub brief: BriefId,
    /// Its date.
    pub date: Date,
    /// The date of the first brief that told it.
    pub since: Date,
    /// How it stood there.
    pub risk: Risk,
    /// The end of that brief's window: what came later is new.
    pub until: Timestamp,
    /// Regencies and cities that it named.
    #[serde(default)]
    pub places: Vec<crate::PlaceCode>,
    /// Documents that the brief named for it, by which it is found where a replay gave it another id.
    pub documents: Vec<DocumentKey>,
}

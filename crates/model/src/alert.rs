//! `Alert`: an issue that somebody must look at now, with the arithmetic that says so.

use crate::{AgencyId, AlertId, DocumentKey, IssueId, Risk};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Something a person must look at. One issue has at most one open alert; it rises with the issue's risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Which alert; made of the issue and the moment it was first raised.
    pub id: AlertId,
    /// The issue; the one that it was merged into from then on.
    pub issue: IssueId,
    /// A document of the issue, by which it is found where a replay gave it another id.
    #[serde(default)]
    pub anchor: Option<DocumentKey>,
    /// Its title when the alert was last raised.
    pub title: String,
    /// How bad it was when the alert was last raised.
    pub risk: Risk,
    /// Why, one Indonesian clause a reason, with the arithmetic.
    pub reasons: Vec<String>,
    /// The agency that answers for it.
    pub owner: Option<AgencyId>,
    /// When it was first raised.
    pub raised_at: Timestamp,
    /// When its level last rose.
    pub risen_at: Timestamp,
    /// Until when somebody must have answered; absent where the level sets no hour.
    pub answer_by: Option<Timestamp>,
    /// How it stands.
    pub state: AlertState,
    /// Who acknowledged it.
    pub acknowledged_by: Option<String>,
    /// Not repeated before.
    pub snoozed_until: Option<Timestamp>,
    /// When it went out at its present level; absent while quiet hours hold it back.
    pub sent_at: Option<Timestamp>,
    /// The level that people were last told; absent before the first notice.
    #[serde(default)]
    pub told: Option<Risk>,
    /// How often its level rose after it was raised.
    #[serde(default)]
    pub rises: u16,
    /// Reminders that left at its present level because nobody answered.
    #[serde(default)]
    pub reminders: u8,
    /// When the next reminder leaves; absent where none is left or somebody answered.
    #[serde(default)]
    pub remind_at: Option<Timestamp>,
    /// Since when the issue is below its level, and the worst that it was meanwhile.
    #[serde(default)]
    pub calm_since: Option<(Timestamp, Risk)>,
    /// The local day of its last follow-up.
    #[serde(default)]
    pub followed_up_on: Option<Date>,
    /// True for a matter of public safety: its hours count day and night.
    #[serde(default)]
    pub day_and_night: bool,
    /// When it was closed.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
}

impl Alert {
    /// True until it is closed.
    pub fn is_open(&self) -> bool {
        self.state != AlertState::Closed
    }
}

/// How an alert stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Raised; nobody has taken it.
    #[default]
    Open,
    /// Somebody takes care of it.
    Acknowledged,
    /// Put off.
    Snoozed,
    /// Its hour passed without an answer: it goes one step up.
    Escalated,
    /// The issue is calm again.
    Closed,
}

impl AlertState {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Snoozed => "snoozed",
            Self::Escalated => "escalated",
            Self::Closed => "closed",
        }
    }

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "terbuka",
            Self::Acknowledged => "ditangani",
            Self::Snoozed => "ditunda",
            Self::Escalated => "dinaikkan",
            Self::Closed => "selesai",
        }
    }
}

/// One message that leaves about an alert; what `deliver` will carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertNotice {
    /// The alert as it stands.
    pub alert: Alert,
    /// Why it leaves now.
    pub cause: NoticeCause,
    /// Which of several with this cause and level: the number of the rise or of the reminder, the end of a pause, the
    /// day of a follow-up. Alert, cause, level and occasion name a notice; one that is known never leaves again.
    #[serde(default)]
    pub occasion: String,
    /// When it leaves.
    pub at: Timestamp,
    /// The message in Indonesian, without personal data.
    pub text: String,
}

/// Why a notice leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCause {
    /// Raised for the first time.
    Raised,
    /// Its level rose.
    Risen,
    /// Its hour passed without an answer.
    Overdue,
    /// Put off, and the time is over.
    Resumed,
    /// The afternoon's follow-up of what is open.
    FollowUp,
    /// The issue is calm again.
    Closed,
}

impl NoticeCause {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Risen => "risen",
            Self::Overdue => "overdue",
            Self::Resumed => "resumed",
            Self::FollowUp => "follow_up",
            Self::Closed => "closed",
        }
    }
}

//! What leaves the house: messages, who gets them, and what became of each.

use crate::BriefId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that leaves, once a recipient, by one channel. The ledger of deliveries is truth.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeliveryKey {
    /// What leaves: `harian-2026-11-20/1` for an edition of a brief, `peringatan/…` for a notice, `operator/…`.
    pub message: String,
    /// The `[[deliver]]` entry, by name.
    pub channel: String,
    /// An address, a chat, a number, a folder.
    pub recipient: String,
}

/// How one delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which.
    pub key: DeliveryKey,
    /// The brief that it carries, where it carries one.
    pub brief: Option<BriefId>,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u16,
    /// When it was put in the ledger.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// Not tried again before.
    pub next_at: Option<Timestamp>,
    /// What names it on the way, and stays the same for every try: a Message-ID, or what the service gave.
    pub receipt: Option<String>,
    /// Why the last try failed, in words.
    pub fault: Option<String>,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent.
    #[default]
    Pending,
    /// Handed to the channel; whoever finds this after a start does not know how it ended, and sends it again under
    /// the same name.
    Sending,
    /// The other side has taken it.
    Sent,
    /// Tried in vain as often as is allowed, or refused for good; the operator is told.
    GivenUp,
}

impl DeliveryState {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "menunggu",
            Self::Sending => "sedang dikirim",
            Self::Sent => "terkirim",
            Self::GivenUp => "gagal",
        }
    }
}

//! `Channel`: one way out, built from a `[[deliver]]` entry.

use crate::Message;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{DeliveryKey, Kind};
use std::path::Path;

/// How a channel is built from its entry; the keys that all entries share have been taken out of the table.
pub type Build = fn(toml::Table, &BuildContext<'_>) -> Result<Box<dyn Channel>, String>;

/// One entry of the list of channels.
pub type ChannelKind = Kind<Build>;

/// What a channel may need while it is built.
#[derive(Clone, Copy)]
pub struct BuildContext<'a> {
    /// The folder of the pipeline file: relative paths start here.
    pub base: &'a Path,
    /// The one HTTP client.
    pub client: &'a net::Client,
}

/// One way out. Sends one message to one recipient at a time; the ledger decides whether and when.
pub trait Channel: Send + Sync {
    /// What may go wrong with this message, before anything is sent: "surel kosong", "berkas 24 MB, batas 20 MB".
    /// A warning never blocks; it says how to go on. In Indonesian.
    fn warnings(&self, message: &Message, recipient: &str) -> Vec<String>;

    /// Who gets it where the entry names nobody, such as the one folder of a folder channel.
    fn own_recipients(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether an address could be one of this channel; the reason in Indonesian where it could not.
    ///
    /// # Errors
    /// It could not.
    fn check_recipient(&self, recipient: &str) -> Result<(), String>;

    /// The name that this delivery bears on the way, made of its key alone: a Message-ID, an idempotency key.
    fn receipt_name(&self, key: &DeliveryKey) -> Option<String>;

    /// Sends. Where the answer was lost, the fault is [`Fault::Unknown`].
    ///
    /// # Errors
    /// It was not taken, or nobody knows.
    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>>;

    /// Ends what stays open between messages, such as a connection to a mail server.
    fn finish(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// What the other side answered when it took a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What names it over there: a Message-ID, a message number, a path.
    pub name: Option<String>,
    /// What was left out to make it fit, in Indonesian.
    pub notes: Vec<String>,
}

/// Why a delivery failed; never holds a secret. In words for the operator, Indonesian.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It may go better later, not before the time that the other side named.
    #[error("{reason}")]
    Later {
        /// Why.
        reason: String,
        /// How long the other side wants to be left alone.
        after: Option<SignedDuration>,
    },
    /// It will never go: the address does not exist, the key is refused, the file is too large.
    #[error("{reason}")]
    Never {
        /// Why.
        reason: String,
    },
    /// It may have arrived: the answer was lost. Sent again under the same name.
    #[error("{reason}")]
    Unknown {
        /// Why.
        reason: String,
    },
}

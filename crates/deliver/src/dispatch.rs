//! The ledger's rhythm: claim, send, record; later again what failed, and give up in the end.

use crate::{Channel, Fault, Message, Receipt};
use jiff::{SignedDuration, Timestamp};
use model::{Delivery, DeliveryKey};
use serde::Deserialize;

/// Keeps what became of every delivery, so that no start and no clock jump sends anything twice. Each call is durable
/// when it returns.
pub trait Ledger {
    /// Why the ledger could not be kept.
    type Error;

    /// Writes down that a delivery is about to be handed over, under the name that it bears on the way; gives back
    /// whether it may be sent: false where it was sent or given up already, or is not due.
    ///
    /// # Errors
    /// The ledger cannot be written.
    fn begin(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> Result<bool, Self::Error>;

    /// Writes down that the other side has taken it.
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    fn sent(&mut self, key: &DeliveryKey, receipt: &Receipt, now: Timestamp) -> Result<(), Self::Error>;

    /// Writes down that it failed, and when it is tried again; `None` gives it up.
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    fn failed(
        &mut self,
        key: &DeliveryKey,
        fault: &Fault,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Self::Error>;
}

/// How often and how fast it is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DispatchOptions {
    /// Tries before a delivery is given up.
    pub tries: u16,
    /// Pause before the second try; doubled before every further one.
    pub pause_seconds: u32,
    /// The longest pause.
    pub pause_seconds_max: u32,
}

impl Default for DispatchOptions {
    fn default() -> Self {
        // One minute, two, four, … thirty: eight tries take an hour and a half, the time from brief to office hours.
        Self { tries: 8, pause_seconds: 60, pause_seconds_max: 1_800 }
    }
}

impl DispatchOptions {
    /// When a delivery is tried again after so many tries; `None` where none is left.
    pub fn next(&self, attempts: u16, after: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        if attempts >= self.tries {
            return None;
        }
        let doubled = u64::from(self.pause_seconds) << u32::from(attempts.saturating_sub(1)).min(20);
        let pause = SignedDuration::from_secs(doubled.min(u64::from(self.pause_seconds_max)) as i64);
        now.checked_add(after.map_or(pause, |after| after.max(pause))).ok()
    }
}

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dispatched {
    /// Taken by the other side.
    pub sent: Vec<DeliveryKey>,
    /// To be tried again, with the reason.
    pub later: Vec<(DeliveryKey, String)>,
    /// Given up, with the reason: the operator must know.
    pub given_up: Vec<(DeliveryKey, String)>,
}

/// Sends one message by one channel to all whose deliveries are due, one after another.
///
/// # Errors
/// The ledger cannot be kept; nothing further is sent then.
pub async fn dispatch<L: Ledger>(
    channel: &dyn Channel,
    message: &Message,
    due: &[Delivery],
    ledger: &mut L,
    options: &DispatchOptions,
    now: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Dispatched, L::Error> {
    let mut done = Dispatched::default();
    for delivery in due {
        let key = &delivery.key;
        let name = channel.receipt_name(key);
        if !ledger.begin(key, name.as_deref(), now())? {
            continue;
        }
        match channel.send(message, key).await {
            Ok(receipt) => {
                ledger.sent(key, &receipt, now())?;
                done.sent.push(key.clone());
            }
            Err(fault) => {
                let next = match &fault {
                    Fault::Later { after, .. } => options.next(delivery.attempts + 1, *after, now()),
                    Fault::Unknown { .. } => options.next(delivery.attempts + 1, None, now()),
                    Fault::Never { .. } => None,
                };
                ledger.failed(key, &fault, next, now())?;
                let list = if next.is_some() { &mut done.later } else { &mut done.given_up };
                list.push((key.clone(), fault.to_string()));
            }
        }
    }
    channel.finish().await;
    Ok(done)
}

//! The ledger's rhythm: claim, send, record; later again what failed, and give up in the end.

use crate::{Channel, Fault, Message, Receipt};
use jiff::{SignedDuration, Timestamp};
use model::{Delivery, DeliveryKey};
use serde::Deserialize;

/// The longest pause that the other side may ask for: a brief that comes a day late is another day's.
const AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);

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
        let wait = after.map_or(pause, |after| after.clamp(pause, AFTER_MAX.max(pause)));
        // At the end of time there is no later; an instant that is not after all others is still better than giving up.
        Some(now.checked_add(wait).unwrap_or(Timestamp::MAX))
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
/// The rhythm of each: `begin` is durable before anything leaves, and `sent` is durable before the next one begins. A kill
/// between the two leaves a delivery that is `Sending`: it goes again, under the same name. So every recipient gets the
/// message at least once, and twice only where the answer, or the record of it, was lost.
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
    let done = send_all(channel, message, due, ledger, options, now).await;
    // Also where the ledger failed: an open connection is nobody's then.
    channel.finish().await;
    done
}

async fn send_all<L: Ledger>(
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
        if !ledger.begin(key, channel.receipt_name(key).as_deref(), now())? {
            continue;
        }
        let outcome = match channel.check_recipient(&key.recipient) {
            Ok(()) => channel.send(message, key).await,
            Err(reason) => Err(Fault::Never { reason }),
        };
        match outcome {
            Ok(receipt) => {
                ledger.sent(key, &receipt, now())?;
                done.sent.push(key.clone());
            }
            Err(fault) => {
                let next_at = next_try(options, delivery, &fault, now());
                ledger.failed(key, &fault, next_at, now())?;
                let list = if next_at.is_some() { &mut done.later } else { &mut done.given_up };
                list.push((key.clone(), fault.to_string()));
            }
        }
    }
    Ok(done)
}

/// When a delivery that just failed is tried again; `None` gives it up.
fn next_try(options: &DispatchOptions, delivery: &Delivery, fault: &Fault, now: Timestamp) -> Option<Timestamp> {
    let attempts = delivery.attempts.saturating_add(1);
    match fault {
        Fault::Later { after, .. } => options.next(attempts, *after, now),
        Fault::Unknown { .. } => options.next(attempts, None, now),
        Fault::Never { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(options: &DispatchOptions, attempts: u16, after: Option<i64>) -> Option<i64> {
        let next = options.next(attempts, after.map(SignedDuration::from_secs), Timestamp::UNIX_EPOCH);
        next.map(|next| next.duration_since(Timestamp::UNIX_EPOCH).as_secs())
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let options = DispatchOptions::default();
        let pauses: Vec<_> = (1..=8).map(|attempts| seconds(&options, attempts, None)).collect();
        let expected = [60, 120, 240, 480, 960, 1_800, 1_800].map(Some);
        assert_eq!(pauses, [&expected[..], &[None]].concat());
        assert_eq!(seconds(&options, 1, Some(90)), Some(90), "the other side asks for more");
        assert_eq!(seconds(&options, 1, Some(5)), Some(60), "the other side asks for less");
        assert_eq!(seconds(&options, 1, Some(i64::MAX)), Some(24 * 3_600), "nobody asks for years");
    }
}

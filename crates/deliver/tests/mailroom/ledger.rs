//! A ledger in memory.

use deliver::{Fault, Ledger, Receipt};
use jiff::Timestamp;
use model::{Delivery, DeliveryKey, DeliveryState};
use std::collections::BTreeMap;
use std::convert::Infallible;

#[derive(Clone, Default)]
pub struct Memory {
    pub deliveries: BTreeMap<DeliveryKey, Delivery>,
}

impl Memory {
    pub fn of(keys: impl IntoIterator<Item = DeliveryKey>) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let delivery = |key: DeliveryKey| Delivery {
            key,
            brief: None,
            state: DeliveryState::Pending,
            attempts: 0,
            created_at: now,
            changed_at: now,
            next_at: None,
            receipt: None,
            fault: None,
        };
        Self { deliveries: keys.into_iter().map(|key| (key.clone(), delivery(key))).collect() }
    }

    pub fn all(&self) -> Vec<Delivery> {
        self.deliveries.values().cloned().collect()
    }

    /// What is to be tried now, as the real ledger says: also what a start finds on its way, and what was written when the
    /// clock stood later than it does.
    pub fn due(&self, now: Timestamp) -> Vec<Delivery> {
        let is_due = |delivery: &&Delivery| match delivery.state {
            DeliveryState::Sending => true,
            DeliveryState::Pending => delivery.next_at.is_none_or(|next| next <= now) || delivery.changed_at > now,
            DeliveryState::Sent | DeliveryState::GivenUp => false,
        };
        self.deliveries.values().filter(is_due).cloned().collect()
    }

    pub fn at(&mut self, key: &DeliveryKey) -> &mut Delivery {
        self.deliveries.get_mut(key).expect("in the ledger")
    }

    pub fn state(&self, key: &DeliveryKey) -> DeliveryState {
        self.deliveries[key].state
    }
}

impl Ledger for Memory {
    type Error = Infallible;

    fn begin(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> Result<bool, Infallible> {
        let delivery = self.at(key);
        if matches!(delivery.state, DeliveryState::Sent | DeliveryState::GivenUp) {
            return Ok(false);
        }
        delivery.state = DeliveryState::Sending;
        delivery.receipt = receipt.map(ToOwned::to_owned);
        delivery.changed_at = now;
        Ok(true)
    }

    fn sent(&mut self, key: &DeliveryKey, receipt: &Receipt, now: Timestamp) -> Result<(), Infallible> {
        let delivery = self.at(key);
        delivery.state = DeliveryState::Sent;
        delivery.receipt = receipt.name.clone();
        delivery.changed_at = now;
        Ok(())
    }

    fn failed(
        &mut self,
        key: &DeliveryKey,
        fault: &Fault,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Infallible> {
        let delivery = self.at(key);
        delivery.state = if next_at.is_some() { DeliveryState::Pending } else { DeliveryState::GivenUp };
        delivery.attempts += 1;
        delivery.next_at = next_at;
        delivery.fault = Some(fault.to_string());
        delivery.changed_at = now;
        Ok(())
    }
}

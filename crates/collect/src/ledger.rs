//! What paid or rationed interfaces have cost, counted before it is spent.
//!
//! An allowance belongs to an account, not to a source: two sources with one key share it. A charge is recorded, durably,
//! before the request goes out, so that neither a crash nor a refused request can spend more than the cap.

use crate::BoxError;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// An account on one of its days; the day is counted in the zone where the interface resets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// Kind and key name, such as `youtube:env:YOUTUBE_KEY`; never the key itself.
    pub name: String,
    /// The day of the account.
    pub day: Date,
}

/// Keeps what was spent; truth does it for a running program, [`MemoryLedger`] for a try-out.
pub trait Ledger: Send + Sync {
    /// Adds `amount` to what the account used that day, unless that would pass `cap`; says whether it was added.
    fn charge(&self, account: &Account, amount: u64, cap: u64) -> Result<bool, BoxError>;

    /// Gives back what was charged and not used.
    fn refund(&self, account: &Account, amount: u64) -> Result<(), BoxError>;

    /// What the account has used that day.
    fn used(&self, account: &Account) -> Result<u64, BoxError>;

    /// Notes ids that are charged once a day, and gives back how many were not noted before.
    fn note(&self, account: &Account, ids: &[String]) -> Result<u64, BoxError>;
}

/// A ledger that forgets when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<BTreeMap<Account, (u64, BTreeSet<String>)>>);

impl MemoryLedger {
    fn with<T>(&self, account: &Account, act: impl FnOnce(&mut (u64, BTreeSet<String>)) -> T) -> Result<T, BoxError> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(act(accounts.entry(account.clone()).or_default()))
    }
}

impl Ledger for MemoryLedger {
    fn charge(&self, account: &Account, amount: u64, cap: u64) -> Result<bool, BoxError> {
        self.with(account, |(used, _)| {
            let fits = used.saturating_add(amount) <= cap;
            *used += if fits { amount } else { 0 };
            fits
        })
    }

    fn refund(&self, account: &Account, amount: u64) -> Result<(), BoxError> {
        self.with(account, |(used, _)| *used = used.saturating_sub(amount))
    }

    fn used(&self, account: &Account) -> Result<u64, BoxError> {
        self.with(account, |(used, _)| *used)
    }

    fn note(&self, account: &Account, ids: &[String]) -> Result<u64, BoxError> {
        self.with(account, |(_, noted)| ids.iter().filter(|id| noted.insert((*id).clone())).count() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_passes_the_cap_and_counts_an_id_once_a_day() {
        let ledger = MemoryLedger::default();
        let today = Account { name: "x:env:KUNCI".into(), day: Date::constant(2026, 11, 20) };
        let tomorrow = Account { day: Date::constant(2026, 11, 21), ..today.clone() };
        assert!(ledger.charge(&today, 60, 100).unwrap());
        assert!(!ledger.charge(&today, 60, 100).unwrap());
        ledger.refund(&today, 30).unwrap();
        assert!(ledger.charge(&today, 60, 100).unwrap());
        assert_eq!((ledger.used(&today).unwrap(), ledger.used(&tomorrow).unwrap()), (90, 0));
        let ids = ["1".to_owned(), "2".to_owned()];
        assert_eq!(ledger.note(&today, &ids).unwrap(), 2);
        assert_eq!(ledger.note(&today, &["2".to_owned(), "3".to_owned()]).unwrap(), 1);
        assert_eq!(ledger.note(&tomorrow, &ids).unwrap(), 2);
    }
}

//! The rhythm of sending, on a clock of the test: whatever fails when, every recipient ends sent or given up, and nobody
//! gets anything again once it is on record that they have it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod mailroom;

use deliver::{Channel, DispatchOptions, Fault, Ledger, Message, Receipt, dispatch};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use mailroom::key;
use mailroom::ledger::Memory;
use model::{DeliveryKey, DeliveryState};
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What happens at one try.
#[derive(Clone, Copy, Debug)]
enum Try {
    Taken,
    Later(i64),
    Never,
    /// The answer was lost; whether it had arrived.
    Unknown(bool),
    /// The ledger fails, and with it the process: before `begin`, when nothing is left; when `sent` or `failed` are to be
    /// written, before they are durable, or after.
    CrashAtBegin,
    CrashBeforeRecord(bool),
    CrashAfterRecord,
}

fn any_try() -> impl Strategy<Value = Try> {
    prop_oneof![
        3 => Just(Try::Taken),
        3 => (-5_i64..100_000).prop_map(Try::Later),
        1 => Just(Try::Never),
        2 => any::<bool>().prop_map(Try::Unknown),
        1 => Just(Try::CrashAtBegin),
        2 => any::<bool>().prop_map(Try::CrashBeforeRecord),
        1 => Just(Try::CrashAfterRecord),
    ]
}

/// Goes along the script of each recipient; what lies behind its end is taken.
struct Script<'a> {
    scripts: &'a BTreeMap<String, Vec<Try>>,
    world: &'a Mutex<World>,
}

/// What the other side and the test know, whatever the ledger says.
#[derive(Default)]
struct World {
    tries: BTreeMap<String, usize>,
    arrived: BTreeMap<String, u32>,
    sends: BTreeMap<String, u32>,
    names: BTreeMap<String, Vec<Option<String>>>,
    finished: u32,
}

impl Script<'_> {
    fn now(&self, recipient: &str) -> Try {
        let done = self.world.lock().unwrap().tries.get(recipient).copied().unwrap_or(0);
        self.scripts[recipient].get(done).copied().unwrap_or(Try::Taken)
    }

    fn pass(&self, recipient: &str) {
        *self.world.lock().unwrap().tries.entry(recipient.to_owned()).or_default() += 1;
    }
}

impl Channel for Script<'_> {
    fn warnings(&self, _: &Message, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn check_recipient(&self, _: &str) -> Result<(), String> {
        Ok(())
    }

    fn receipt_name(&self, key: &DeliveryKey) -> Option<String> {
        Some(format!("<{}/{}>", key.message, key.recipient))
    }

    fn send<'a>(&'a self, _: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        let done = self.now(&key.recipient);
        let mut world = self.world.lock().unwrap();
        *world.sends.entry(key.recipient.clone()).or_default() += 1;
        let arrives =
            matches!(done, Try::Taken | Try::Unknown(true) | Try::CrashBeforeRecord(true) | Try::CrashAfterRecord);
        *world.arrived.entry(key.recipient.clone()).or_default() += u32::from(arrives);
        let name = self.receipt_name(key);
        world.names.entry(key.recipient.clone()).or_default().push(name.clone());
        let reason = || "uji".to_owned();
        let result = match done {
            Try::Taken | Try::CrashAfterRecord | Try::CrashBeforeRecord(true) => {
                Ok(Receipt { name, notes: Vec::new() })
            }
            Try::Later(seconds) => {
                Err(Fault::Later { reason: reason(), after: Some(SignedDuration::from_secs(seconds)) })
            }
            Try::CrashBeforeRecord(false) | Try::CrashAtBegin => Err(Fault::Later { reason: reason(), after: None }),
            Try::Never => Err(Fault::Never { reason: reason() }),
            Try::Unknown(_) => Err(Fault::Unknown { reason: reason() }),
        };
        std::future::ready(result).boxed()
    }

    fn finish(&self) -> BoxFuture<'_, ()> {
        self.world.lock().unwrap().finished += 1;
        std::future::ready(()).boxed()
    }
}

/// A ledger that fails where the script says, as one on a disk that is full, or in a process that is killed.
struct Fragile<'a, 'b> {
    inner: &'a mut Memory,
    script: &'a Script<'b>,
}

#[derive(Debug, PartialEq)]
struct Crash;

impl Fragile<'_, '_> {
    fn record(&mut self, key: &DeliveryKey, write: impl FnOnce(&mut Memory)) -> Result<(), Crash> {
        let done = self.script.now(&key.recipient);
        self.script.pass(&key.recipient);
        if matches!(done, Try::CrashBeforeRecord(_)) {
            return Err(Crash);
        }
        write(self.inner);
        if matches!(done, Try::CrashAfterRecord) { Err(Crash) } else { Ok(()) }
    }
}

impl Ledger for Fragile<'_, '_> {
    type Error = Crash;

    fn begin(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> Result<bool, Crash> {
        if matches!(self.script.now(&key.recipient), Try::CrashAtBegin) {
            self.script.pass(&key.recipient);
            return Err(Crash);
        }
        Ok(self.inner.begin(key, receipt, now).unwrap())
    }

    fn sent(&mut self, key: &DeliveryKey, receipt: &Receipt, now: Timestamp) -> Result<(), Crash> {
        self.record(key, |ledger| ledger.sent(key, receipt, now).unwrap())
    }

    fn failed(
        &mut self,
        key: &DeliveryKey,
        fault: &Fault,
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Crash> {
        self.record(key, |ledger| ledger.failed(key, fault, next, now).unwrap())
    }
}

/// Rounds until all is done, the clock going on to when something is due, and now and then to somewhere else.
fn run(scripts: &BTreeMap<String, Vec<Try>>, jumps: &[i64], options: &DispatchOptions) -> (Memory, World) {
    let mut ledger = Memory::of(scripts.keys().map(|recipient| key("harian/1", recipient)));
    let world = Mutex::new(World::default());
    let script = Script { scripts, world: &world };
    let clock: Cell<Timestamp> = Cell::new("2026-11-20T00:00:00Z".parse().unwrap());
    let message = Message::default();
    let mut rounds = 0;
    loop {
        let due = ledger.due(clock.get());
        let waiting = ledger.deliveries.values().filter_map(|delivery| match delivery.state {
            DeliveryState::Pending => delivery.next_at,
            _ => None,
        });
        let next = waiting.min();
        match (due.is_empty(), next) {
            (true, None) => break,
            (true, Some(next)) => clock.set(next),
            (false, _) => {
                let now = clock.get();
                let mut fragile = Fragile { inner: &mut ledger, script: &script };
                let read = move || now;
                let round = dispatch(&script, &message, &due, &mut fragile, options, &read);
                // The script never waits; the error is the process that died.
                let _ = round.now_or_never().expect("nothing here waits");
                if let Some(jump) = jumps.get(rounds) {
                    clock.set(now + SignedDuration::from_secs(*jump));
                }
            }
        }
        rounds += 1;
        assert!(rounds < 10_000, "it does not end");
    }
    (ledger, world.into_inner().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_ends_and_nobody_twice_without_cause(
        scripts in prop::collection::btree_map("[a-e]{1,2}@k", prop::collection::vec(any_try(), 0..14), 1..6),
        jumps in prop::collection::vec(-400_000_000_i64..400_000_000, 0..6),
        tries in 1_u16..10,
    ) {
        let options = DispatchOptions { tries, ..DispatchOptions::default() };
        let (ledger, world) = run(&scripts, &jumps, &options);
        for (recipient, script) in &scripts {
            let delivery = &ledger.deliveries[&key("harian/1", recipient)];
            let tried = world.tries.get(recipient).copied().unwrap_or(0);
            let met = &script[..tried.min(script.len())];
            let arrived = world.arrived.get(recipient).copied().unwrap_or(0);
            // Each time that it arrived without a record of it: these alone allow one more.
            let lost = met.iter().filter(|one| matches!(one, Try::Unknown(true) | Try::CrashBeforeRecord(true))).count() as u32;
            match delivery.state {
                DeliveryState::Sent => prop_assert!(arrived == lost + 1, "{recipient}: {arrived} times, {lost} lost"),
                DeliveryState::GivenUp => {
                    prop_assert_eq!(arrived, lost, "given up though it had been taken");
                    let never = matches!(met.last(), Some(Try::Never));
                    prop_assert!(never || delivery.attempts == tries, "given up after {} of {tries}", delivery.attempts);
                    prop_assert!(delivery.fault.is_some(), "the operator is told why");
                }
                state => prop_assert!(false, "{recipient} is left {state:?}"),
            }
            let names = &world.names[recipient];
            prop_assert!(names.iter().all(|name| name == &names[0]), "one name for all tries");
        }
        prop_assert!(world.finished > 0);
    }
}

#[test]
fn a_ledger_that_cannot_be_kept_stops_the_round_before_the_next_one() {
    let scripts = BTreeMap::from([("a@k".to_owned(), vec![Try::CrashBeforeRecord(true)]), ("b@k".to_owned(), vec![])]);
    let (mut ledger, world) = (Memory::of(scripts.keys().map(|to| key("m", to))), Mutex::new(World::default()));
    let script = Script { scripts: &scripts, world: &world };
    let due = ledger.all();
    let mut fragile = Fragile { inner: &mut ledger, script: &script };
    let (message, options) = (Message::default(), DispatchOptions::default());
    let round = dispatch(&script, &message, &due, &mut fragile, &options, &|| Timestamp::UNIX_EPOCH);
    assert_eq!(round.now_or_never().unwrap(), Err(Crash));
    let world = world.into_inner().unwrap();
    assert_eq!(world.sends.keys().collect::<Vec<_>>(), ["a@k"], "nothing leaves that cannot be recorded");
    assert_eq!(world.finished, 1, "the connection is closed all the same");
    assert_eq!(ledger.state(&key("m", "a@k")), DeliveryState::Sending);
}

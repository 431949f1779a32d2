//! Time that passes only when somebody waits.

use net::{Clock, Options, Pace, Sleep};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A clock that every pause moves on, and a note of the pauses.
#[derive(Clone, Default)]
pub struct Virtual {
    milliseconds: Arc<AtomicU64>,
    pauses: Arc<Mutex<Vec<Duration>>>,
}

impl Virtual {
    /// Moves time on.
    pub fn advance(&self, by: Duration) {
        self.milliseconds.fetch_add(by.as_millis() as u64, Ordering::SeqCst);
    }

    /// What time it is.
    pub fn now(&self) -> Duration {
        Duration::from_millis(self.milliseconds.load(Ordering::SeqCst))
    }

    /// The pauses since the last call, in milliseconds.
    pub fn pauses(&self) -> Vec<u64> {
        std::mem::take(&mut *self.pauses.lock().unwrap()).iter().map(|pause| pause.as_millis() as u64).collect()
    }

    /// Options that live in this time, without chance, and as fast as the pace says.
    pub fn options(&self, pace: Pace) -> Options {
        let (sleeper, watch) = (self.clone(), self.clone());
        let sleep: Sleep = Arc::new(move |pause| {
            sleeper.pauses.lock().unwrap().push(pause);
            sleeper.advance(pause);
            Box::pin(tokio::task::yield_now())
        });
        let clock: Clock = Arc::new(move || watch.now());
        Options { sleep, clock, jitter: Arc::new(|| 1.0), pace_private: pace, max_bytes: 1 << 20, ..Options::default() }
    }
}

/// No pause at all.
pub const FAST: Pace = Pace { start: Duration::ZERO, min: Duration::ZERO, max: Duration::ZERO };

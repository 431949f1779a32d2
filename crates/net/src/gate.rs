//! Manners towards each host: one request at a time, a pause that follows its pace, and staying away when it asks for it.

use crate::{Error, Options};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

/// A server that asks for a longer absence than this is left to a later run, instead of being waited for.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(30);
/// A server that answers "in three years" is asked again tomorrow.
pub(crate) const ABSENCE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Hosts remembered; the ones longest unused are forgotten first.
const HOSTS_MAX: usize = 32 << 10;
/// How long an idle connection is kept for the next request to its host.
pub(crate) const IDLE: Duration = Duration::from_secs(3);
/// More hosts than this in the time that a connection is kept idle, and connections are closed instead: a round through
/// ten thousand feeds would otherwise hold thousands of them open, for nothing.
const FRESH_MAX: usize = 100;

/// How fast one host may be asked. The pause adapts as in Scrapy's AutoThrottle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Pause after the first request to a host.
    pub start: Duration,
    /// Shortest pause.
    pub min: Duration,
    /// Longest pause.
    pub max: Duration,
}

/// All hosts.
#[derive(Default)]
pub(crate) struct Gates {
    hosts: Mutex<Hosts>,
}

#[derive(Default)]
struct Hosts {
    gates: HashMap<String, Arc<Gate>>,
    /// When hosts were turned to that had not been asked lately.
    fresh: VecDeque<Duration>,
}

/// One host.
pub(crate) struct Gate {
    turn: Arc<Semaphore>,
    state: Mutex<State>,
    pace: Pace,
}

#[derive(Default)]
struct State {
    delay: Duration,
    /// What the site itself asks for, in robots.txt.
    floor: Duration,
    /// When the last request was done with.
    last: Option<Duration>,
    /// Requests in a row that each followed soon enough to find the connection of the one before.
    row: u32,
    /// Until when the host is left alone, and the status it said so with; 0 after a connection that failed.
    away: Option<(Duration, u16)>,
    /// Answers in a row that asked to come back later.
    strikes: u32,
}

/// The right to ask one host; given back when dropped.
pub(crate) struct Turn {
    gate: Arc<Gate>,
    options: Arc<Options>,
    _permit: OwnedSemaphorePermit,
    /// True where the connection is better closed after this request.
    pub(crate) close: bool,
}

impl Gates {
    /// The gate of a host. Web ports share it; a server on a port of its own is a host of its own.
    pub(crate) fn of(&self, url: &Url, pace: Pace, now: Duration) -> Arc<Gate> {
        let host = url.host_str().unwrap_or_default();
        let key = match url.port() {
            None | Some(80 | 443) => host.to_owned(),
            Some(port) => format!("{host}:{port}"),
        };
        let mut hosts = lock(&self.hosts);
        if let Some(gate) = hosts.gates.get(&key) {
            return gate.clone();
        }
        if hosts.gates.len() >= HOSTS_MAX {
            hosts.forget(now);
        }
        let state = Mutex::new(State { delay: pace.start.clamp(pace.min, pace.max), ..State::default() });
        let gate = Arc::new(Gate { turn: Arc::new(Semaphore::new(1)), state, pace });
        hosts.gates.insert(key, gate.clone());
        gate
    }

    /// True where many hosts are turned to one after another; `fresh` is true for one that was not asked lately.
    fn crowd(&self, now: Duration, fresh: bool) -> bool {
        let lately = &mut lock(&self.hosts).fresh;
        while lately.front().is_some_and(|then| now.saturating_sub(*then) > IDLE) || lately.len() > FRESH_MAX {
            lately.pop_front();
        }
        lately.extend(fresh.then_some(now));
        lately.len() >= FRESH_MAX
    }
}

impl Hosts {
    /// Forgets the half of the hosts that was not asked for longest; never one that is in use or asked to be left alone.
    fn forget(&mut self, now: Duration) {
        let mut ages: Vec<_> = self.gates.values().map(|gate| lock(&gate.state).last).collect();
        ages.sort_unstable();
        let middle = ages[ages.len() / 2];
        self.gates.retain(|_, gate| {
            let state = lock(&gate.state);
            Arc::strong_count(gate) > 1 || state.last > middle || state.away.is_some_and(|(until, _)| until > now)
        });
    }
}

impl Gate {
    /// Waits for the turn, as long as manners ask for; says so at once where that is too long.
    pub(crate) async fn enter(self: &Arc<Self>, gates: &Gates, options: &Arc<Options>) -> Result<Turn, Error> {
        self.pause(options)?;
        let permit = self.turn.clone().acquire_owned().await.expect("no gate is ever closed");
        // Whoever was before may have been told to stay away.
        let pause = self.pause(options)?;
        if !pause.is_zero() {
            (options.sleep)(pause).await;
        }
        let now = (options.clock)();
        let row = {
            let mut state = lock(&self.state);
            let soon = state.last.is_some_and(|last| now.saturating_sub(last) <= IDLE);
            state.row = if soon { state.row.saturating_add(1) } else { 0 };
            state.row
        };
        // A site's robots.txt and its feed are two; whoever asks a third time is paging, and keeps its connection.
        let close = gates.crowd(now, row == 0) && row < 2;
        Ok(Turn { gate: self.clone(), options: options.clone(), _permit: permit, close })
    }

    /// How long to wait from now on.
    fn pause(&self, options: &Options) -> Result<Duration, Error> {
        let (state, now) = (lock(&self.state), (options.clock)());
        let left = |until: Duration| until.saturating_sub(now);
        let away = state.away.map_or(Duration::ZERO, |(until, _)| left(until));
        match state.away {
            Some((_, status)) if away > WAIT_MAX => Err(Error::Busy { status, retry_after: Some(away) }),
            _ => Ok(away.max(state.last.map_or(Duration::ZERO, |last| left(last + state.delay.max(state.floor))))),
        }
    }

    /// What the site asks for in `robots.txt`.
    pub(crate) fn set_floor(&self, floor: Option<Duration>) {
        lock(&self.state).floor = floor.unwrap_or_default();
    }
}

impl Turn {
    /// Notes how an answer went that did not ask to stay away.
    pub(crate) fn answered(&self, status: u16, latency: Duration) {
        let (mut state, pace) = (lock(&self.gate.state), self.gate.pace);
        (state.strikes, state.away) = (0, None);
        // The average of the pause and the latency, but never less than the latency: a host that gets slow is believed at
        // once, one that gets fast in steps. An error page is quick to make, and speeds nothing up.
        let delay = ((state.delay + latency) / 2).max(latency).clamp(pace.min, pace.max);
        if status == 200 || delay > state.delay {
            state.delay = delay;
        }
    }

    /// Notes that the host asked to be left alone, and gives back for how long it will be.
    pub(crate) fn told_to_wait(&self, status: u16, asked: Option<Duration>) -> Duration {
        let mut state = lock(&self.gate.state);
        state.strikes = state.strikes.saturating_add(1);
        let own = self.options.back_off(state.strikes);
        let pause = asked.map_or(own, |asked| asked.clamp(own, ABSENCE_MAX));
        state.away = Some(((self.options.clock)() + pause, status));
        pause
    }

    /// Notes that there was no answer; whoever wants to try this host again waits a little.
    pub(crate) fn failed(&self, tries_done: u32) {
        let until = (self.options.clock)() + self.options.back_off(tries_done).min(WAIT_MAX);
        lock(&self.gate.state).away = Some((until, 0));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Runs before the permit is given back: the next one sees when this one ended.
        lock(&self.gate.state).last = Some((self.options.clock)());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

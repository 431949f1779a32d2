//! Asks sources for what is new, many at a time, once or until stopped, and keeps the registry of how they answer.
//!
//! Sources that answer and sources that failed last time wait in lanes of their own, so that a hundred dead sites
//! cannot hold up one that lives. Within a lane whoever is due first goes first.

use crate::attempt::{Failure, Gained, Policy, judge};
use crate::usual::Usual;
use crate::{Clock, Error, Office, Pipeline, Progress, Source, Task};
use collect::{Account, BoxError, Context, Ledger};
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Fault, Problem, SourceHealth, SourceName, SourceState};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Appended, GapChange, Truth, Volumes};

/// Above this many sources, progress is shown as one line and not as one a source.
const LINES_MAX: usize = 100;
/// Attempts whose outcome is written in one transaction.
const RECORDED_AT_ONCE: usize = 256;
/// While collecting goes on, what came in is derived at least this often.
const DERIVE_AFTER: Duration = Duration::from_secs(30);
/// While sources are being asked, the clock is looked at this often.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// And this often while nothing is: a machine that slept wakes up late, and its pauses with it.
const IDLE_LOOK_AFTER: Duration = Duration::from_secs(300);
/// The longest stretch between two looks at what is planned, however the clock is set back meanwhile.
const STRETCH_MAX: Duration = Duration::from_secs(600);
/// How often it is looked whether somebody wants the caller back.
const WANTED_LOOK_AFTER: Duration = Duration::from_secs(5);
/// How long whoever is being asked is waited for when a stretch ends; then it is asked again later.
const GRACE: SignedDuration = SignedDuration::from_secs(30);
/// How often it is learned anew what is usual, while collecting goes on.
const LEARN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How collecting is done.
#[derive(Clone, Debug)]
pub struct CollectOptions {
    /// Limits and manners of the HTTP client.
    pub net: net::Options,
    /// Sources asked at the same time that answered last time, or were never asked.
    pub at_once: usize,
    /// Sources asked at the same time that failed last time.
    pub suspects_at_once: usize,
    /// The longest that one source may take in all.
    pub deadline: Duration,
    /// How long a streaming source may stay connected while collecting goes on.
    pub listen: Duration,
}

impl Default for CollectOptions {
    fn default() -> Self {
        Self {
            net: net::Options::default(),
            at_once: 64,
            suspects_at_once: 16,
            deadline: Duration::from_secs(600),
            listen: Duration::from_secs(300),
        }
    }
}

/// What collecting brought.
#[derive(Debug, Default)]
pub struct Collected {
    /// Every source of the pipeline with how it is doing.
    pub sources: Vec<SourceHealth>,
    /// Attempts made.
    pub attempts: u64,
    /// Items never seen before.
    pub imported: u64,
    /// New revisions of known items.
    pub updated: u64,
    /// Items that were already there.
    pub unchanged: u64,
    /// Items that could not be read.
    pub skipped: u64,
    /// Items left out by rule.
    pub left_out: u64,
    /// What was odd while deriving; only where collecting goes on.
    pub problems: Vec<Problem>,
}

impl Collected {
    fn count(&mut self, appended: Appended) {
        self.imported += appended.imported;
        self.updated += appended.updated;
        self.unchanged += appended.unchanged;
    }

    /// Adds what a later stretch brought.
    pub(crate) fn add(&mut self, later: Self) {
        self.sources = later.sources;
        self.attempts += later.attempts;
        self.imported += later.imported;
        self.updated += later.updated;
        self.unchanged += later.unchanged;
        self.skipped += later.skipped;
        self.left_out += later.left_out;
        self.problems.extend(later.problems);
    }
}

impl Office {
    /// Asks every source once and stores what is new; a source that is down is in the report.
    ///
    /// Sources that are switched off, or retired and not due, are not asked.
    ///
    /// # Errors
    /// Truth cannot be written, or the network client cannot be set up.
    pub fn collect(
        &mut self,
        pipeline: &Pipeline,
        options: &CollectOptions,
        progress: &dyn Progress,
    ) -> Result<Collected, Error> {
        let options = CollectOptions { listen: Duration::ZERO, ..options.clone() };
        self.collecting(pipeline, &options, progress, None)
    }

    /// Asks every source whenever it is due and derives what comes in, until `stop` is ready.
    ///
    /// # Errors
    /// As [`Office::collect`], or something derived cannot be written.
    pub fn watch(
        &mut self,
        pipeline: &Pipeline,
        options: &CollectOptions,
        progress: &dyn Progress,
        stop: impl Future<Output = ()>,
    ) -> Result<Collected, Error> {
        self.collecting(
            pipeline,
            options,
            progress,
            Some(Watching { stop: Box::pin(stop), until: None, client: None, wanted: &|| false }),
        )
    }

    /// As [`Office::watch`], but comes back at a moment, when nobody is being asked: what is planned then needs
    /// everything that an office has. The client is the caller's, so that manners and connections outlast one stretch.
    pub(crate) fn watch_until(
        &mut self,
        pipeline: &Pipeline,
        options: &CollectOptions,
        progress: &dyn Progress,
        watching: Watching<'_>,
    ) -> Result<Collected, Error> {
        self.collecting(pipeline, options, progress, Some(watching))
    }

    fn collecting(
        &mut self,
        pipeline: &Pipeline,
        options: &CollectOptions,
        progress: &dyn Progress,
        stop: Option<Watching<'_>>,
    ) -> Result<Collected, Error> {
        let client = match stop.as_ref().and_then(|watching| watching.client.clone()) {
            Some(client) => client,
            None => net::Client::new(pipeline.fetch.apply(options.net.clone()))?,
        };
        let clock = self.clock;
        let registry = Registry::open(&self.truth, pipeline, clock.now(), &self.zone)?;
        let Self { truth, index, facts, standing, reader, analyst, lexicons, zone, .. } = self;
        let standing = standing.get_mut().unwrap_or_else(PoisonError::into_inner);
        let zone = &*zone;
        // Everything below runs on this thread; the lock only tells the compiler so.
        let shared =
            Mutex::new(Shared { truth, collected: Collected::default(), waiting: Vec::new(), gaps: Vec::new() });
        let ledger = TruthLedger(&shared);
        let lines = pipeline.collect.len() <= LINES_MAX && stop.is_none();
        let desk = Asking { client: &client, ledger: &ledger, options, shared: &shared, clock, progress, lines };
        let all = (!lines && stop.is_none()).then(|| progress.begin("sources", Some(pipeline.collect.len() as u64)));
        let mut rounds =
            Rounds { desk: &desk, sources: &pipeline.collect, registry, all, watching: stop.is_some(), zone };
        let mut derive = |shared: &Mutex<Shared<'_>>| {
            let mut shared = lock(shared);
            let problems = crate::office::Deriving { index, facts, standing, reader, analyst, lexicons, zone }
                .catch_up(shared.truth, progress)?;
            shared.collected.problems.extend(problems);
            Ok(())
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
        let outcome = match stop {
            None => runtime.block_on(rounds.once()),
            Some(Watching { stop, until, wanted, .. }) => {
                runtime.block_on(rounds.until(stop, until.map(|until| (until, wanted)), &mut derive))
            }
        };
        let sources = rounds.registry.in_order(&pipeline.collect);
        drop(rounds);
        let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        // What was learned about the sources is worth keeping even where something else went wrong.
        let recorded = shared.record();
        outcome?;
        recorded?;
        shared.collected.sources = sources;
        Ok(shared.collected)
    }
}

/// How long collecting goes on.
pub(crate) struct Watching<'a> {
    /// Ready when somebody asks the program to end.
    pub(crate) stop: std::pin::Pin<Box<dyn Future<Output = ()> + 'a>>,
    /// When the caller wants to be back.
    pub(crate) until: Option<Timestamp>,
    /// The client to ask with; a new one where absent.
    pub(crate) client: Option<net::Client>,
    /// True where the caller is wanted back at once; looked at every few seconds.
    pub(crate) wanted: &'a dyn Fn() -> bool,
}

/// What every attempt works with and on.
struct Shared<'a> {
    truth: &'a mut Truth,
    collected: Collected,
    /// Outcomes that are not written yet, with their gaps.
    waiting: Vec<SourceHealth>,
    gaps: Vec<GapChange>,
}

impl Shared<'_> {
    /// Writes the outcomes that wait.
    fn record(&mut self) -> Result<(), Error> {
        if !self.waiting.is_empty() {
            self.truth.record_attempts(&self.waiting, &self.gaps)?;
            self.waiting.clear();
            self.gaps.clear();
        }
        Ok(())
    }
}

fn lock<'a, 'b>(shared: &'a Mutex<Shared<'b>>) -> MutexGuard<'a, Shared<'b>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Truth as the ledger of paid interfaces.
struct TruthLedger<'a, 'b>(&'a Mutex<Shared<'b>>);

impl Ledger for TruthLedger<'_, '_> {
    fn charge(&self, account: &Account, amount: u64, cap: u64) -> Result<bool, BoxError> {
        Ok(lock(self.0).truth.charge(&account.name, account.day, amount, cap)?)
    }

    fn refund(&self, account: &Account, amount: u64) -> Result<(), BoxError> {
        Ok(lock(self.0).truth.refund(&account.name, account.day, amount)?)
    }

    fn used(&self, account: &Account) -> Result<u64, BoxError> {
        Ok(lock(self.0).truth.used(&account.name, account.day)?)
    }

    fn note(&self, account: &Account, ids: &[String]) -> Result<u64, BoxError> {
        Ok(lock(self.0).truth.note_charged(&account.name, account.day, ids)?)
    }
}

/// How every source of a pipeline is doing.
struct Registry {
    health: Vec<SourceHealth>,
    usual: BTreeMap<SourceName, Usual>,
}

impl Registry {
    fn open(truth: &Truth, pipeline: &Pipeline, now: Timestamp, zone: &TimeZone) -> Result<Self, Error> {
        let mut known: BTreeMap<SourceName, SourceHealth> =
            truth.health()?.into_iter().map(|health| (health.name.clone(), health)).collect();
        let health = pipeline.collect.iter().map(|source| {
            let health = known.remove(&source.name);
            {
                let health = health.unwrap_or_else(|| SourceHealth::unknown(source.name.clone(), source.kind));
                let state = if source.enabled { health.state } else { SourceState::Disabled };
                SourceHealth { state, kind: source.kind, ..health }
            }
        });
        let mut registry = Self { health: health.collect(), usual: BTreeMap::new() };
        registry.learn(truth, now, zone)?;
        Ok(registry)
    }

    /// Learns what is usual from what was stored so far.
    fn learn(&mut self, truth: &Truth, now: Timestamp, zone: &TimeZone) -> Result<(), Error> {
        self.usual = usual(truth, now, zone)?;
        Ok(())
    }

    fn in_order(&self, sources: &[Source]) -> Vec<SourceHealth> {
        debug_assert_eq!(self.health.len(), sources.len());
        self.health.clone()
    }
}

/// What every source usually brings, as far as enough is known.
pub(crate) fn usual(truth: &Truth, now: Timestamp, zone: &TimeZone) -> Result<BTreeMap<SourceName, Usual>, Error> {
    Ok(learn(truth.volumes(now)?, now, zone))
}

/// The usual volumes out of what was published by hour.
pub(crate) fn learn(volumes: Volumes, now: Timestamp, zone: &TimeZone) -> BTreeMap<SourceName, Usual> {
    volumes.into_iter().filter_map(|(name, volumes)| Some((name, Usual::learn(&volumes, now, zone)?))).collect()
}

/// What one attempt needs.
struct Asking<'a, 'b> {
    client: &'a net::Client,
    ledger: &'a dyn Ledger,
    options: &'a CollectOptions,
    shared: &'a Mutex<Shared<'b>>,
    clock: Clock,
    progress: &'a dyn Progress,
    lines: bool,
}

/// How an attempt ended; the outer error is ours and ends everything.
type Ended = (usize, Timestamp, Result<Result<Gained, Failure>, Error>);

impl Asking<'_, '_> {
    /// One attempt. A source's failure is its own; ours is everybody's.
    async fn ask(&self, at: usize, source: &Source) -> Ended {
        let now = self.clock.now();
        (at, now, self.attempt(now, source).await)
    }

    async fn attempt(&self, now: Timestamp, source: &Source) -> Result<Result<Gained, Failure>, Error> {
        let name = &source.name;
        let context = Context { client: self.client, now, ledger: self.ledger, listen: self.options.listen };
        let cursor = lock(self.shared).truth.cursor(name)?;
        let task = if self.lines {
            self.progress.begin(name.as_str(), None)
        } else {
            Box::new(crate::Silent) as Box<dyn Task>
        };
        let mut gained = Gained::default();
        let mut emit = |batch: collect::Batch| {
            let mut shared = lock(self.shared);
            for row in &batch.skipped {
                tracing::warn!(source = %name, file = row.file, row = row.row, reason = row.reason, "skipped");
            }
            let items = batch.items.len() as u64;
            let newest_at = batch.items.iter().filter_map(|item| item.published_at).filter(|at| *at <= now).max();
            let cursor = batch.cursor.as_deref().map(|cursor| (name, cursor));
            let appended = shared.truth.append(batch.items, cursor)?;
            gained.received += items;
            gained.new += appended.imported + appended.updated;
            gained.skipped += batch.skipped.len() as u64;
            gained.left_out += batch.left_out;
            gained.newest_at = gained.newest_at.max(newest_at);
            shared.collected.skipped += batch.skipped.len() as u64;
            shared.collected.left_out += batch.left_out;
            shared.collected.count(appended);
            task.advance(items);
            Ok(())
        };
        let deadline = self.options.deadline + self.options.listen;
        let collecting =
            AssertUnwindSafe(source.collector.collect(&context, cursor.as_deref(), &mut emit)).catch_unwind();
        let outcome = tokio::time::timeout(deadline, collecting).await;
        drop(task);
        let failure = |reason: String, fault| Ok(Err(Failure { reason, fault, retry_after: None }));
        match outcome {
            Err(_) => failure(format!("it was not done after {} s", deadline.as_secs()), Fault::Timeout),
            // One page that breaks its reader must not end the night's work.
            Ok(Err(_)) => {
                failure("it sent something that breaks the reader; please report it".into(), Fault::Unreadable)
            }
            Ok(Ok(Ok(_))) => Ok(Ok(gained)),
            Ok(Ok(Err(error))) if error.is_stopped() => Err(error.into()),
            Ok(Ok(Err(error))) => {
                let retry_after = error.retry_after();
                Ok(Err(Failure { reason: chain(&error), fault: error.fault(), retry_after }))
            }
        }
    }
}

/// An error in one line: what we say of it, and the last of its causes. What libraries say in between repeats it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes: Vec<String> =
        std::iter::successors(error.source(), |cause| cause.source()).map(ToString::to_string).collect();
    let mut text = error.to_string();
    for cause in [causes.first(), causes.last()].into_iter().flatten() {
        if !text.contains(cause.as_str()) {
            text.push_str(": ");
            text.push_str(cause);
        }
    }
    text
}

/// Sources on their way through the lanes.
struct Rounds<'a, 'b> {
    desk: &'a Asking<'a, 'b>,
    sources: &'a [Source],
    registry: Registry,
    all: Option<Box<dyn Task>>,
    watching: bool,
    zone: &'a TimeZone,
}

/// Those that can start as soon as there is room.
#[derive(Default)]
struct Lanes {
    healthy: VecDeque<usize>,
    suspect: VecDeque<usize>,
    /// How many of each run now.
    running: [usize; 2],
}

impl<'a> Rounds<'a, '_> {
    /// Asks everybody once.
    async fn once(&mut self) -> Result<(), Error> {
        let now = self.desk.clock.now();
        let mut lanes = Lanes::default();
        for at in 0..self.sources.len() {
            let health = &self.registry.health[at];
            let rests = health.state == SourceState::Disabled
                || (health.state == SourceState::Retired && health.next_attempt_at.is_some_and(|next| next > now));
            if !rests {
                self.line_up(at, &mut lanes);
            }
        }
        let mut running = FuturesUnordered::new();
        loop {
            self.start(&mut lanes, &mut running);
            let Some(ended) = running.next().await else { return Ok(()) };
            self.finish(ended, &mut lanes)?;
        }
    }

    /// Asks everybody when due, until told to stop.
    async fn until(
        &mut self,
        stop: impl Future<Output = ()>,
        back: Option<(Timestamp, &dyn Fn() -> bool)>,
        derive: &mut dyn FnMut(&Mutex<Shared<'_>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut stop = pin!(stop.fuse());
        let started = std::time::Instant::now();
        let (mut end, wanted) = back.map_or((None, None), |(end, wanted)| (Some(end), Some(wanted)));
        let mut due: BinaryHeap<Reverse<(Timestamp, usize)>> = BinaryHeap::new();
        for (at, health) in self.registry.health.iter().enumerate() {
            if health.state != SourceState::Disabled {
                due.push(Reverse((health.next_attempt_at.unwrap_or(Timestamp::MIN), at)));
            }
        }
        let (mut lanes, mut running) = (Lanes::default(), FuturesUnordered::new());
        let (mut derived_at, mut new_since) = (self.desk.clock.now(), 0);
        let (mut learned_at, mut recorded_at) = (self.desk.clock.now(), self.desk.clock.now());
        loop {
            let now = self.desk.clock.now();
            if wanted.is_some_and(|wanted| wanted()) {
                end = end.map(|end| end.min(now));
            }
            // By the office's clock, or, where that went back, by the time that really passed.
            let ending = end.is_some_and(|end| now >= end || started.elapsed() >= STRETCH_MAX);
            let waited = end.is_some_and(|end| now.duration_since(end) >= GRACE);
            if ending && (running.is_empty() || waited || started.elapsed() >= STRETCH_MAX + GRACE.unsigned_abs()) {
                return Ok(());
            }
            while !ending && due.peek().is_some_and(|Reverse((at, _))| *at <= now) {
                let Some(Reverse((_, at))) = due.pop() else { break };
                self.line_up(at, &mut lanes);
            }
            if now.duration_since(learned_at) >= LEARN_AFTER {
                self.registry.learn(lock(self.desk.shared).truth, now, self.zone)?;
                learned_at = now;
            }
            if !ending {
                self.start(&mut lanes, &mut running);
            }
            let new = {
                let shared = lock(self.desk.shared);
                shared.collected.imported + shared.collected.updated
            };
            if new > new_since && (running.is_empty() || now.duration_since(derived_at).unsigned_abs() >= DERIVE_AFTER)
            {
                lock(self.desk.shared).record()?;
                derive(self.desk.shared)?;
                (new_since, derived_at) = (new, now);
            }
            let pause = match due.peek() {
                Some(Reverse((at, _))) => at.duration_since(now).unsigned_abs(),
                None => Duration::from_secs(3600),
            };
            let pause = if new > new_since { pause.min(DERIVE_AFTER) } else { pause };
            // A clock may jump; whoever is being asked is not waited for longer than this without a look at it.
            let pause = pause.min(if running.is_empty() { IDLE_LOOK_AFTER } else { LOOK_AFTER });
            let pause = match end {
                Some(end) if end > now => pause.min(end.duration_since(now).unsigned_abs()).min(WANTED_LOOK_AFTER),
                _ => pause,
            };
            if running.is_empty() || now.duration_since(recorded_at).unsigned_abs() >= DERIVE_AFTER {
                lock(self.desk.shared).record()?;
                recorded_at = now;
            }
            tokio::select! {
                () = &mut stop => return Ok(()),
                Some(ended) = running.next(), if !running.is_empty() => {
                    let at = ended.1.0;
                    self.finish(ended, &mut lanes)?;
                    due.push(Reverse((self.registry.health[at].next_attempt_at.unwrap_or(now), at)));
                }
                () = (self.desk.options.net.sleep)(pause) => {}
            }
        }
    }

    fn line_up(&self, at: usize, lanes: &mut Lanes) {
        let lane = if self.registry.health[at].soft_failures > 0.0 { &mut lanes.suspect } else { &mut lanes.healthy };
        lane.push_back(at);
    }

    /// Starts whoever there is room for.
    fn start(&self, lanes: &mut Lanes, running: &mut FuturesUnordered<LocalBoxFuture<'a, (usize, Ended)>>) {
        let room = [self.desk.options.at_once.max(1), self.desk.options.suspects_at_once.max(1)];
        for (lane, waiting) in [&mut lanes.healthy, &mut lanes.suspect].into_iter().enumerate() {
            while lanes.running[lane] < room[lane]
                && let Some(at) = waiting.pop_front()
            {
                lanes.running[lane] += 1;
                let (desk, source) = (self.desk, &self.sources[at]);
                running.push(async move { (lane, desk.ask(at, source).await) }.boxed_local());
            }
        }
    }

    /// Judges an attempt that ended.
    fn finish(&mut self, (lane, (at, now, outcome)): (usize, Ended), lanes: &mut Lanes) -> Result<(), Error> {
        lanes.running[lane] -= 1;
        let source = &self.sources[at];
        let outcome = outcome?;
        let before = &self.registry.health[at];
        let policy = Policy {
            every: source.every,
            reaches_back: source.connector.reaches_back,
            jitter: jitter(&source.name, now),
        };
        let (health, gap) = judge(before, now, outcome.as_ref(), self.registry.usual.get(&source.name), policy);
        self.tell(before, &health, source);
        let mut shared = lock(self.desk.shared);
        shared.collected.attempts += 1;
        shared.waiting.push(health.clone());
        shared.gaps.extend(gap);
        if shared.waiting.len() >= RECORDED_AT_ONCE {
            shared.record()?;
        }
        drop(shared);
        self.registry.health[at] = health;
        if let Some(all) = &self.all {
            all.advance(1);
        }
        Ok(())
    }

    /// Says what an operator should know: every failure of a single run, and every change while watching.
    fn tell(&self, before: &SourceHealth, health: &SourceHealth, source: &Source) {
        let name = &source.name;
        let reason = health.reason.as_deref().unwrap_or_default();
        let changed = before.state != health.state || before.fault != health.fault;
        if health.state.is_down() && (changed || !self.watching) {
            let untried = if source.tested { "" } else { " (the pipeline marks this address as untested)" };
            self.desk.progress.notice(&format!("{name}: {reason}{untried}"));
        } else if health.state == SourceState::Silent && changed {
            self.desk.progress.notice(&format!("{name}: {reason}"));
        } else if self.watching && before.state.is_down() && !health.state.is_down() {
            self.desk.progress.notice(&format!("{name}: answers again"));
        }
    }
}

/// Between -1 and 1, the same for the same source and moment: a run can be repeated exactly.
fn jitter(name: &SourceName, now: Timestamp) -> f64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (name.as_str(), now.as_second()).hash(&mut hasher);
    (hasher.finish() % 2001) as f64 / 1000.0 - 1.0
}

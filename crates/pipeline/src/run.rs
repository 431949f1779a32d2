//! `run`: every source once, everything derived, the briefs written.

use crate::{Error, Office, Pipeline, Progress, Source};
use collect::Context;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use model::{Brief, Problem, SourceHealth, SourceState};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use store::{Appended, Truth};

/// Sources asked at the same time. Each host sees one request at a time, because each source is one host.
const SOURCES_AT_ONCE: usize = 8;

/// What a run did.
#[derive(Default)]
pub struct RunReport {
    /// Every source with how it answered.
    pub sources: Vec<SourceHealth>,
    /// Items never seen before.
    pub imported: u64,
    /// New revisions of known items.
    pub updated: u64,
    /// Items that were already there.
    pub unchanged: u64,
    /// Items that could not be read.
    pub skipped: u64,
    /// What was odd while deriving.
    pub problems: Vec<Problem>,
    /// The files of the briefs, in the order of the pipeline.
    pub files: Vec<PathBuf>,
    /// The last brief.
    pub brief: Option<Brief>,
}

impl RunReport {
    /// True where nothing was left out.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty() && self.sources.iter().all(|source| source.state == SourceState::Ok)
    }

    /// Names of the sources that were down, where there are any.
    pub fn failed(&self) -> Option<String> {
        let failed: Vec<&str> = self
            .sources
            .iter()
            .filter(|source| source.state == SourceState::Failed)
            .map(|source| source.name.as_str())
            .collect();
        (!failed.is_empty()).then(|| failed.join(", "))
    }

    fn count(&mut self, appended: Appended) {
        self.imported += appended.imported;
        self.updated += appended.updated;
        self.unchanged += appended.unchanged;
    }
}

impl Office {
    /// Collects from every source, derives, and writes the pipeline's briefs.
    ///
    /// # Errors
    /// Truth or something derived cannot be written. A source that is down is in the report instead.
    pub fn run(&mut self, pipeline: &Pipeline, progress: &dyn Progress) -> Result<RunReport, Error> {
        let mut report = self.collect(pipeline, progress)?;
        report.problems = self.derive(progress)?;
        let date = self.clock.today(&self.zone);
        for options in &pipeline.briefs {
            self.brief_options = options.clone();
            let brief = self.brief(date, progress)?;
            report.files.extend(self.write_brief(&brief, &options.formats, &options.out, progress)?);
            report.brief = Some(brief);
        }
        Ok(report)
    }

    /// Asks every source for what is new and stores it with the source's cursor.
    fn collect(&mut self, pipeline: &Pipeline, progress: &dyn Progress) -> Result<RunReport, Error> {
        let client = net::Client::new(net::Options::default())?;
        let ledger = collect::MemoryLedger::default();
        let context =
            Context { client: &client, now: self.clock.now(), ledger: &ledger, listen: std::time::Duration::ZERO };
        // Everything below runs on this thread; the lock only tells the compiler so.
        let sink = Mutex::new(Sink { truth: &mut self.truth, report: RunReport::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
        let outcomes: Vec<Result<SourceHealth, Error>> = runtime.block_on(
            stream::iter(&pipeline.collect)
                .map(|source| collect_one(source, &context, &sink, progress))
                .buffered(SOURCES_AT_ONCE)
                .collect(),
        );
        let Sink { truth, mut report } = sink.into_inner().unwrap_or_else(PoisonError::into_inner);
        for health in outcomes {
            report.sources.push(health?);
        }
        truth.set_health(&report.sources)?;
        Ok(report)
    }
}

struct Sink<'a> {
    truth: &'a mut Truth,
    report: RunReport,
}

/// One source; its failure is its own, ours is everybody's.
async fn collect_one(
    source: &Source,
    context: &Context<'_>,
    sink: &Mutex<Sink<'_>>,
    progress: &dyn Progress,
) -> Result<SourceHealth, Error> {
    let name = &source.name;
    let lock = || sink.lock().unwrap_or_else(PoisonError::into_inner);
    let cursor = lock().truth.cursor(name)?;
    let task = progress.begin(name.as_str(), None);
    let mut skipped = 0;
    let mut emit = |batch: collect::Batch| {
        let mut sink = lock();
        let items = batch.items.len() as u64;
        for row in &batch.skipped {
            tracing::warn!(source = %name, file = row.file, row = row.row, reason = row.reason, "skipped");
        }
        skipped += batch.skipped.len() as u64;
        sink.report.skipped += batch.skipped.len() as u64;
        let cursor = batch.cursor.as_deref().map(|cursor| (name, cursor));
        let appended = sink.truth.append(batch.items, cursor)?;
        sink.report.count(appended);
        task.advance(items);
        Ok(())
    };
    let outcome = source.collector.collect(context, cursor.as_deref(), &mut emit).await;
    drop(task);
    match outcome {
        Ok(outcome) => Ok(health(source, context.now, outcome.received, skipped, None)),
        Err(error) if error.is_stopped() => Err(error.into()),
        Err(error) => {
            let reason = chain(&error);
            let untried = if source.tested { "" } else { " (the pipeline marks this address as untested)" };
            progress.notice(&format!("{name}: {reason}{untried}"));
            Ok(health(source, context.now, 0, skipped, Some(reason)))
        }
    }
}

fn health(source: &Source, now: Timestamp, received: u64, skipped: u64, failure: Option<String>) -> SourceHealth {
    SourceHealth {
        name: source.name.clone(),
        kind: source.kind,
        state: match (&failure, skipped) {
            (Some(_), _) => SourceState::Failed,
            (None, 0) => SourceState::Ok,
            (None, _) => SourceState::Partial,
        },
        last_success_at: failure.is_none().then_some(now),
        last_attempt_at: Some(now),
        reason: failure.or((skipped > 0).then(|| format!("{skipped} items could not be read"))),
        received,
        skipped,
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

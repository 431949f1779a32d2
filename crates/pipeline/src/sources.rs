//! The list of sources as an operator sees it: what the pipeline names, how each has been doing, what is known of the
//! outlet; and the try-out of one source or one address.

use crate::collecting::{chain, learn};
use crate::{Desk, Error, Source};
use collect::{Batch, Context, Discovery, MemoryLedger, Skipped};
use jiff::Timestamp;
use model::{Medium, RawItem, SourceHealth, SourceKind, SourceName, SourceState};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use store::{DataDir, KeySource, SourceRegistry, Truth};

/// Items shown of a try-out.
const SHOWN: usize = 5;

/// One source of the list.
#[derive(Debug, Serialize)]
pub struct SourceLine {
    /// How it has been doing.
    #[serde(flatten)]
    pub health: SourceHealth,
    /// The way of collecting; absent where the pipeline no longer names the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collector: Option<&'static str>,
    /// What the collector's tests rest on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// False where the pipeline says that nobody has tried the address yet.
    pub tested: bool,
    /// Items that it usually brings in a week, where enough is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_a_week: Option<u64>,
    /// Hours since its newest item was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_hours_ago: Option<i64>,
    /// What the media registry knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
}

/// Every source that the pipeline names or the data directory knows; reads only, also while somebody collects.
///
/// # Errors
/// The registry cannot be read.
pub fn sources(desk: &Desk, data: &Path) -> Result<Vec<SourceLine>, Error> {
    let now = desk.clock.now();
    let registry = SourceRegistry::open(data)?;
    let mut known: BTreeMap<SourceName, SourceHealth> =
        registry.health()?.into_iter().map(|health| (health.name.clone(), health)).collect();
    let usual = learn(registry.volumes(now)?, now, &desk.zone);
    let line = |health: SourceHealth, source: Option<&Source>| SourceLine {
        collector: source.map(|source| source.connector.kind.name),
        evidence: source.map(|source| source.connector.evidence.label()),
        tested: source.is_none_or(|source| source.tested),
        usual_a_week: usual.get(&health.name).map(|usual| usual.a_week().round() as u64),
        newest_hours_ago: health.newest_at.map(|at| now.duration_since(at).as_hours()),
        medium: medium(desk, &health.name, source),
        health,
    };
    let named = desk.pipeline.iter().flat_map(|pipeline| &pipeline.collect);
    let mut lines: Vec<SourceLine> = named
        .map(|source| {
            let health = known.remove(&source.name);
            {
                let health = health.unwrap_or_else(|| SourceHealth::unknown(source.name.clone(), source.kind));
                let state = if source.enabled { health.state } else { SourceState::Disabled };
                line(SourceHealth { state, ..health }, Some(source))
            }
        })
        .collect();
    // Without a pipeline, everything that was ever collected is listed.
    if desk.pipeline.is_none() {
        lines.extend(known.into_values().map(|health| line(health, None)));
    }
    Ok(lines)
}

/// The registry's entry by the host of the address, else by name.
fn medium(desk: &Desk, name: &SourceName, source: Option<&Source>) -> Option<Medium> {
    let host = source
        .and_then(|source| source.address.as_deref())
        .and_then(|address| address.split_once("://"))
        .map(|(_, rest)| rest.split(['/', ':', '?']).next().unwrap_or_default().trim_start_matches("www."));
    let media = &desk.lexicons.region.media;
    let by_host = host.and_then(|host| media.iter().find(|medium| medium.host == host));
    by_host.or_else(|| media.iter().find(|medium| medium.name == name.as_str())).cloned()
}

/// Switches a source off or on.
///
/// # Errors
/// No such source, or the data directory is in use.
pub fn switch(desk: &Desk, data: &Path, name: &str, disabled: bool) -> Result<(), Error> {
    let data_dir = DataDir::open(data)?;
    let mut truth = Truth::open(&data_dir, &KeySource::default())?;
    let named = desk.pipeline.iter().flat_map(|pipeline| &pipeline.collect).find(|source| source.name.as_str() == name);
    let kind = match named {
        Some(source) => source.kind,
        None => known_kind(&truth, name)?.ok_or_else(|| unknown(desk, name))?,
    };
    Ok(truth.set_disabled(&name.into(), kind, disabled)?)
}

fn known_kind(truth: &Truth, name: &str) -> Result<Option<SourceKind>, Error> {
    Ok(truth.health()?.into_iter().find(|health| health.name.as_str() == name).map(|health| health.kind))
}

fn unknown(desk: &Desk, name: &str) -> Error {
    let known = desk.pipeline.iter().flat_map(|pipeline| &pipeline.collect).map(|source| source.name.to_string());
    Error::UnknownSource { name: name.to_owned(), known: known.collect::<Vec<_>>().join(", ") }
}

/// What one source gave when it was tried.
#[derive(Debug, Serialize)]
pub struct TryOut {
    /// The source.
    pub source: SourceName,
    /// Why it gave nothing, or not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Items received.
    pub received: u64,
    /// Items left out by rule.
    pub left_out: u64,
    /// Publication time of the newest item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_at: Option<Timestamp>,
    /// Items that carry more than a teaser.
    pub whole_texts: u64,
    /// The first items, titles only.
    pub titles: Vec<String>,
    /// What could not be read.
    pub skipped: Vec<String>,
}

/// Asks one source of the pipeline as a run would, and stores nothing.
///
/// # Errors
/// The pipeline names no such source, or the network client cannot be set up.
pub fn try_source(desk: &Desk, name: &str) -> Result<TryOut, Error> {
    let named = desk.pipeline.iter().flat_map(|pipeline| &pipeline.collect).find(|source| source.name.as_str() == name);
    let source = named.ok_or_else(|| unknown(desk, name))?;
    let fetch = desk.pipeline.as_ref().map(|pipeline| pipeline.fetch.clone()).unwrap_or_default();
    let client = net::Client::new(fetch.apply(net::Options::default()))?;
    let context =
        Context { client: &client, now: desk.clock.now(), ledger: &MemoryLedger::default(), listen: Duration::ZERO };
    let (mut items, mut skipped, mut left_out): (Vec<RawItem>, Vec<Skipped>, u64) = (Vec::new(), Vec::new(), 0);
    let mut received = 0;
    let mut emit = |batch: Batch| {
        received += batch.items.len() as u64;
        left_out += batch.left_out;
        items.extend(batch.items);
        skipped.extend(batch.skipped);
        Ok(())
    };
    let outcome = runtime()?.block_on(source.collector.collect(&context, None, &mut emit));
    Ok(TryOut {
        source: source.name.clone(),
        failure: outcome.err().map(|error| chain(&error)),
        received,
        left_out,
        newest_at: items.iter().filter_map(|item| item.published_at).max(),
        whole_texts: items.iter().filter(|item| item.body.len() > TEASER_MAX).count() as u64,
        titles: items.iter().filter_map(|item| item.title.clone()).take(SHOWN).collect(),
        skipped: skipped.into_iter().map(|row| format!("{}: {}", row.file, row.reason)).collect(),
    })
}

/// A body of fewer bytes than this is the beginning of a text, with its markup.
const TEASER_MAX: usize = 1_000;

/// Finds out what an address offers, with the lines that a pipeline would need.
///
/// # Errors
/// The address does not answer, or the network client cannot be set up.
pub fn discover(url: &str, allow_private: &[net::HostPort]) -> Result<Discovery, Error> {
    let client = net::Client::new(net::Options::default())?;
    Ok(runtime()?.block_on(collect::discover(&client, url, allow_private))?)
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)
}

//! Public and tag timelines of a Mastodon instance: paged forward, and followed live where a token allows it.
//!
//! Pages are asked for from old to new (`min_id`), so every page moves the cursor exactly and nothing can be skipped,
//! wherever a run ends. An id of Mastodon holds its time; a first run therefore starts at an id made from a time.
//! A status from elsewhere arrives late and gets the id of the time when it was written, so each run starts a while
//! before the newest one; what is known already is not handed over again. Edits and deletions are seen in that overlap,
//! in the stream, and by asking for the watched statuses in turn.

mod api;

mod events;

mod live;

mod status;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use api::{Api, IDS_MAX, Presence};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, SourceKind};
use net::SecretRef;
use serde::{Deserialize, Serialize};
use status::{Id, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Pages of 40 in one run: 2,400 statuses, a fifth of what the rate limit of five minutes allows. The rest follows.
const PAGES_MAX: usize = 60;
/// How far each run goes back before the newest status: other instances deliver late.
const OVERLAP_MILLISECONDS: u64 = 15 * 60 * 1000;
/// Statuses that are watched for edits and deletion: the newest, 40 KiB of cursor.
const WATCHED_MAX: usize = 800;
/// Watched statuses that are asked for in one run, in turn, and those that are asked for singly.
const CHECKED_MAX: usize = 100;
const SINGLE_MAX: usize = 20;
/// Tags of one kind that an instance takes (`TagFeed::LIMIT_PER_MODE`).
const TAGS_MAX: usize = 4;
/// What is remembered of a status that was left out.
const LEFT_OUT: &str = "-";

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "40 statuses a page, 60 pages a run; 300 requests in 5 minutes for an address and an account, which the \
             instance counts aloud. Streaming needs a token (since Mastodon 4.2), and many instances show timelines only with one. \
             Edits and deletions are honoured for the newest 800 statuses.",
    terms: "Each instance has rules of its own; read them and, for more than a few requests an hour, ask its administrators. \
            Accounts that do not want to be found by searching (indexable off, which is Mastodon's default, or noindex) \
            are left out and counted.",
    reaches_back: true,
    evidence: Evidence::Real(
        "55 recorded exchanges of Mastodon 4.6 (Mastodon.py); streaming after docs.joinmastodon.org",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "mastodon",
    summary: "reads a public or tag timeline of a Mastodon instance, with edits and deletions, live where a token is given",
    example: r#"kind = "mastodon"
name = "Fediverse: banjir"
url = "https://mastodon.example"
tag = "banjir"
any = ["rimba", "kotarimba"]
languages = ["id", "ms"]
token = "env:MASTODON_TOKEN"
first_hours = 24
"#,
    build: |table, _| {
        let (common, mut options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        options.check()?;
        Ok(Box::new(Mastodon { source: common.source(SourceKind::Post), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The instance.
    url: String,
    #[serde(default)]
    timeline: Scope,
    /// A tag without its #; the whole public timeline where it is absent.
    tag: Option<String>,
    /// Further tags, of which one is enough, all must be there, none may be.
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    /// Languages wanted; statuses that say none are kept.
    #[serde(default)]
    languages: Vec<String>,
    /// Whether accounts that call themselves automatic are read: warning services often are.
    #[serde(default = "yes")]
    bots: bool,
    token: Option<SecretRef>,
    /// How far back the first run reads.
    #[serde(default = "day")]
    first_hours: u16,
}

/// Which statuses of the timeline.
#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Scope {
    /// All that the instance knows.
    #[default]
    All,
    /// Written on it.
    Local,
    /// Written elsewhere.
    Remote,
}

fn yes() -> bool {
    true
}

fn day() -> u16 {
    24
}

impl Options {
    fn check(&mut self) -> Result<(), String> {
        let more = [("any", &mut self.any), ("all", &mut self.all), ("none", &mut self.none)];
        for (key, tags) in more {
            if !tags.is_empty() && self.tag.is_none() {
                return Err(format!("`{key}` adds to `tag`, which is missing"));
            }
            if tags.len() > TAGS_MAX {
                return Err(format!("`{key}` names {} tags; an instance takes {TAGS_MAX}", tags.len()));
            }
            tags.iter_mut().try_for_each(|tag| plain(key, tag))?;
        }
        self.tag.iter_mut().try_for_each(|tag| plain("tag", tag))
    }
}

/// A tag without its #, fit for an address.
fn plain(key: &str, tag: &mut String) -> Result<(), String> {
    *tag = tag.trim().trim_start_matches('#').to_owned();
    let letters = |letter: char| letter.is_alphanumeric() || letter == '_';
    if !tag.is_empty() && tag.chars().all(letters) { Ok(()) } else { Err(format!("`{key}`: \"{tag}\" is no tag")) }
}

struct Mastodon {
    source: Source,
    common: Common,
    options: Options,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// The newest status handed over.
    newest: Option<Id>,
    /// Statuses handed over lately with their revision.
    watched: BTreeMap<Id, String>,
    /// The last watched status that was asked for in its turn.
    checked: Option<Id>,
    /// When the instance's allowance is fresh again.
    resume_at: Option<Timestamp>,
}

impl Collector for Mastodon {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let cursor: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
        let api = Api::new(context.client, self);
        Run { source: self, context, api, cursor, batch: Batch::default(), emit: Counted::new(emit) }.finish().boxed()
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    source: &'a Mastodon,
    context: &'a Context<'a>,
    api: Api<'a>,
    cursor: Cursor,
    /// What is read and not yet handed over.
    batch: Batch,
    emit: Counted<'a, 'b>,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        if let Some(resume_at) = self.cursor.resume_at.take()
            && resume_at > self.context.now
        {
            let pause = Duration::try_from(resume_at.duration_since(self.context.now)).ok();
            return Err(net::Error::Busy { status: 429, retry_after: pause }.into());
        }
        if let Some(read) = self.catch_up().await? {
            self.recheck(read).await?;
            if self.source.streams() && !self.context.listen.is_zero() && self.cursor.resume_at.is_none() {
                self.listen().await?;
            }
        }
        Ok(self.emit.outcome)
    }

    /// Pages up to the newest status; `None` where the rest must wait for the next run.
    async fn catch_up(&mut self) -> Result<Option<Read>, Error> {
        let start = self.start();
        let (mut from, mut seen) = (start.clone(), BTreeSet::new());
        for _ in 0..PAGES_MAX {
            if self.must_rest()? {
                return Ok(None);
            }
            let page = self.api.newer(&from).await?;
            if page.statuses.is_empty() {
                if seen.is_empty() && self.api.instance().await.is_ok_and(|instance| instance.has_disabled(self.source))
                {
                    let found = "an empty list (the instance has switched this timeline off)".to_owned();
                    return Err(Error::Unexpected { found, wanted: "a timeline" });
                }
                let missing = self
                    .cursor
                    .watched
                    .iter()
                    .filter(|(id, revision)| **id > start && !seen.contains(*id) && *revision != LEFT_OUT);
                let missing = missing.map(|(id, _)| id.clone()).collect();
                self.flush()?;
                return Ok(Some(Read { start, missing }));
            }
            let length = page.statuses.len();
            let mut statuses: Vec<Status> = page.statuses.into_iter().flatten().collect();
            if statuses.len() < length {
                self.skip(format!("{} statuses of a page have an unusual form", length - statuses.len()));
            }
            statuses.sort_by(|a, b| a.id.cmp(&b.id));
            let last = statuses.last().map(|status| status.id.clone());
            for status in statuses {
                seen.extend(status.reblog.as_ref().map(|original| original.id.clone()));
                seen.insert(status.id.clone());
                self.take(status);
            }
            let Some(next) = page.next.max(last).filter(|next| *next > from) else {
                self.skip("the instance gives the same page again; the rest of the timeline was not read".to_owned());
                self.flush()?;
                return Ok(None);
            };
            self.cursor.newest = self.cursor.newest.take().max(Some(next.clone()));
            from = next;
            self.flush()?;
        }
        Ok(None)
    }

    fn start(&self) -> Id {
        let Some(newest) = &self.cursor.newest else {
            let back = SignedDuration::from_hours(self.source.options.first_hours.into());
            return Id::at(self.context.now.saturating_sub(back).expect("a duration of hours"));
        };
        // Where the memory is full, what lies before it could not be told from news.
        let known = self.cursor.watched.keys().next().filter(|_| self.cursor.watched.len() >= WATCHED_MAX);
        newest.before(OVERLAP_MILLISECONDS).max(known.cloned().unwrap_or_else(|| Id::at(Timestamp::UNIX_EPOCH)))
    }

    /// True where the instance's allowance is used up; its wish is kept for the next run.
    fn must_rest(&mut self) -> Result<bool, Error> {
        self.cursor.resume_at = self.api.resume_at.filter(|resume_at| *resume_at > self.context.now);
        if self.cursor.resume_at.is_some() {
            self.flush()?;
        }
        Ok(self.cursor.resume_at.is_some())
    }

    /// Reads one status into the batch, unless it is known, unwanted or not to be read.
    fn take(&mut self, status: Status) {
        let status = status.original();
        let options = &self.source.options;
        if !status.speaks(&options.languages) || status.is_by_bot() && !options.bots {
            return;
        }
        let (id, known) = (status.id.clone(), self.cursor.watched.get(&status.id).cloned());
        if !status.may_be_read() {
            // Its author may have changed their mind since it was handed over.
            self.withdraw(&id);
            self.cursor.watched.insert(id, LEFT_OUT.to_owned());
            self.batch.left_out += u64::from(known.as_deref() != Some(LEFT_OUT));
            return;
        }
        let item = status.item(self.source, self.context.now);
        if known.as_ref() != Some(&item.revision) {
            self.cursor.watched.insert(id, item.revision.clone());
            self.batch.items.push(item);
        }
    }

    /// Takes back a status that was handed over; what never was is nobody's concern.
    fn withdraw(&mut self, id: &Id) {
        if let Some(revision) = self.cursor.watched.remove(id).filter(|revision| revision != LEFT_OUT) {
            self.batch.items.push(status::withdrawn(self.source, id, &revision, self.context.now));
        }
    }

    fn skip(&mut self, reason: String) {
        self.batch.skipped.push(Skipped { file: self.source.options.url.clone(), row: 0, reason });
    }

    /// Hands over what was read, with the cursor that covers it.
    fn flush(&mut self) -> Result<(), Error> {
        while self.cursor.watched.len() > WATCHED_MAX {
            self.cursor.watched.pop_first();
        }
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields and a map by id");
        self.emit.send(Batch { cursor: Some(cursor), ..std::mem::take(&mut self.batch) })
    }

    /// Asks for statuses that were missing, and for some of the older ones in turn.
    async fn recheck(&mut self, read: Read) -> Result<(), Error> {
        let older = self.cursor.watched.iter().filter(|(id, revision)| **id <= read.start && *revision != LEFT_OUT);
        let older: Vec<Id> = older.map(|(id, _)| id.clone()).collect();
        let first = older.iter().position(|id| Some(id) > self.cursor.checked.as_ref()).unwrap_or(0);
        let mut ids: Vec<Id> = read.missing.into_iter().take(CHECKED_MAX / 2).collect();
        let room = older.len().min(CHECKED_MAX - ids.len());
        let turn: Vec<Id> = older.iter().cycle().skip(first).take(room).cloned().collect();
        self.cursor.checked = turn.last().cloned().or(self.cursor.checked.take());
        ids.extend(turn);
        let mut single = 0;
        for ids in ids.chunks(IDS_MAX) {
            if self.must_rest()? {
                return Ok(());
            }
            let present = self.api.several(ids).await?.unwrap_or_default();
            let here: BTreeSet<Id> = present.iter().map(|status| status.id.clone()).collect();
            present.into_iter().for_each(|status| self.take(status));
            for id in ids.iter().filter(|id| !here.contains(id)) {
                single += 1;
                if single > SINGLE_MAX {
                    break; // asked for in a later turn
                }
                if self.must_rest()? {
                    return Ok(());
                }
                match self.api.one(id).await? {
                    Presence::Here(status) => self.take(*status),
                    Presence::Gone => self.withdraw(id),
                    Presence::Unknown => return self.flush(),
                }
            }
        }
        if ids.is_empty() { Ok(()) } else { self.flush() }
    }
}

/// What reading the pages showed.
struct Read {
    /// The pages began above this.
    start: Id,
    /// Statuses that were known there and are not shown any more.
    missing: Vec<Id>,
}

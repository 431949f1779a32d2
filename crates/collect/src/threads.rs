//! Threads: public posts that an approved keyword search finds.
//!
//! The search gives no page marks, only a time from and a time until; so a look goes from now downwards, each page until
//! the oldest second of the one before, and the cursor keeps where it stands until the mark of the last look is reached.

use crate::collector::{Counted, Source};
use crate::graph;
use crate::interface::{self, Allowance, Interface, Key};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Author, Kind, RawItem, SourceKind};
use net::SecretRef;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

const PAGE_SIZE: usize = 100;
/// Pages of one keyword in one run; the rest follows in the next.
const PAGES_MAX: usize = 10;
/// Posts enter the index late: each look overlaps the last.
const OVERLAP: i64 = 3600;
const KEYWORDS_MAX: usize = 100;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "2,200 searches in 24 hours for a user over all apps; 1,000 a day here by default, so that no 24 hours hold \
             more. 100 posts a search. Words that Meta holds sensitive find nothing.",
    terms: "threads_basic and threads_keyword_search by app review; without it only the token's own posts are found. Meta \
            forbids surveillance and profiles of persons: usernames become pseudonyms. What is taken down there must be \
            deleted here: keep `[retention]` short.",
    reaches_back: true,
    evidence: Evidence::Documented("developers.facebook.com/docs/threads/keyword-search, error codes of the Graph API"),
};

const KIND: Kind<Build> = Kind {
    name: "threads",
    summary: "searches public posts on Threads by keyword or topic tag",
    example: r#"kind = "threads"
name = "Threads"
token = "env:THREADS_TOKEN"
keywords = ["banjir kotarimba"]
topics = ["rimba"]
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        let count = options.keywords.len() + options.topics.len();
        if count == 0 || count > KEYWORDS_MAX {
            return Err(format!("`keywords` and `topics` together must name 1 to {KEYWORDS_MAX}"));
        }
        if options.queries_a_day > 2_200 {
            return Err("`queries_a_day`: Threads allows 2,200 searches in 24 hours".to_owned());
        }
        let api = interface::base("api", &options.api)?;
        Ok(Box::new(Threads { source: common.source(SourceKind::Post), common, options, api }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    token: SecretRef,
    /// Words to search for.
    #[serde(default)]
    keywords: Vec<String>,
    /// Topic tags, without #.
    #[serde(default)]
    topics: Vec<String>,
    /// Searches a day, over all sources with this token.
    #[serde(default = "thousand")]
    queries_a_day: u64,
    /// How far back the first look reaches.
    #[serde(default = "week")]
    since_days: u16,
    #[serde(default = "home")]
    api: String,
}

fn thousand() -> u64 {
    1_000
}

fn week() -> u16 {
    7
}

fn home() -> String {
    "https://graph.threads.net/v1.0".to_owned()
}

struct Threads {
    source: Source,
    common: Common,
    options: Options,
    api: Url,
}

/// What is remembered between two runs, by mode and word.
type Cursor = BTreeMap<String, Mark>;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Mark {
    /// Everything up to this second has been read.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<i64>,
    /// A look that was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    look: Option<Look>,
}

/// A look from `until` down to `since`; everything above it is read up to `top`.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Look {
    since: i64,
    until: i64,
    top: i64,
}

#[derive(Deserialize)]
struct Post {
    id: String,
    text: Option<String>,
    permalink: Option<String>,
    #[serde(default)]
    timestamp: String,
    username: Option<String>,
    #[serde(default)]
    is_reply: bool,
}

impl Collector for Threads {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let mut cursor: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
        cursor.retain(|name, _| self.searches().any(|(mode, word)| *name == format!("{mode} {word}")));
        let run = async move {
            let key = Key::Query("access_token", self.options.token.read()?);
            let day = context.now.to_zoned(TimeZone::UTC).date();
            let account = interface::account("threads", &self.options.token, day);
            let allowance = Allowance { context, account, cap: self.options.queries_a_day, unit: "searches" };
            let interface = Interface::new(context, &self.api, key, &self.common.allow_private);
            Run { site: self, now: context.now, interface, allowance, cursor, emit: Counted::new(emit) }.finish().await
        };
        run.boxed()
    }
}

impl Threads {
    fn searches(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let topics = self.options.topics.iter().map(|word| ("TAG", word));
        self.options.keywords.iter().map(|word| ("KEYWORD", word)).chain(topics)
    }

    fn item(&self, post: Post, time: Option<Timestamp>, now: Timestamp) -> RawItem {
        let text = post.text.unwrap_or_default();
        RawItem {
            id: post.id.into(),
            revision: format!("{:016x}", xxh3_64(text.as_bytes())),
            kind: if post.is_reply { SourceKind::Comment } else { self.source.kind },
            url: post.permalink,
            body: text.into_bytes(),
            published_at: time,
            author: post.username.map(Author::Name),
            ..interface::blank(&self.source, now)
        }
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a Threads,
    now: Timestamp,
    interface: Interface<'a>,
    allowance: Allowance<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        for (mode, word) in self.site.searches() {
            if self.search(mode, word).await? {
                break; // little is left: the other words come in the next run, before the allowance is gone
            }
        }
        Ok(self.emit.outcome)
    }

    /// Reads one word down to its mark; true where the interface says that little is left.
    async fn search(&mut self, mode: &str, word: &str) -> Result<bool, Error> {
        let name = format!("{mode} {word}");
        let mark = self.cursor.get(&name).cloned().unwrap_or_default();
        let now = self.now.as_second();
        let first = SignedDuration::from_hours(24 * i64::from(self.site.options.since_days)).as_secs();
        let since = mark.newest.map_or(now - first, |newest| newest - OVERLAP);
        let mut look = mark.look.clone().unwrap_or(Look { since, until: now, top: 0 });
        let mut seen = BTreeSet::new();
        for _ in 0..PAGES_MAX {
            let page = self.page(mode, word, &look).await?;
            let (full, count) = (page.data.len() + page.unreadable >= PAGE_SIZE, page.unreadable);
            let mut skipped = Vec::new();
            let mut skip = |reason: String| skipped.push(Skipped { file: format!("search {word}"), row: 0, reason });
            if count > 0 {
                skip(format!("{count} posts of a page have an unusual form"));
            }
            let (mut items, mut oldest) = (Vec::new(), i64::MAX);
            for post in page.data {
                let time = graph::time(&post.timestamp);
                if let Some(second) = time.map(Timestamp::as_second) {
                    look.top = look.top.max(second);
                    oldest = oldest.min(second);
                }
                if seen.insert(post.id.clone()) {
                    items.push(self.site.item(post, time, self.now));
                }
            }
            let goes_on = full && oldest > look.since;
            // A second of overlap, because it is not said whether `until` belongs to the page.
            let next = oldest.saturating_add(1);
            if goes_on && next >= look.until {
                skip(format!("more than {PAGE_SIZE} posts share a second; the rest of them was not read"));
            }
            let entry = self.cursor.entry(name.clone()).or_default();
            if goes_on {
                look.until = if next >= look.until { oldest } else { next };
                entry.look = Some(look.clone());
            } else {
                entry.newest = entry.newest.max(Some(look.top)).filter(|newest| *newest > 0);
                entry.look = None;
            }
            let cursor = Some(serde_json::to_string(&self.cursor).expect("a map of plain fields"));
            self.emit.send(Batch { items, cursor, skipped, left_out: 0 })?;
            if page.strained || !goes_on {
                return Ok(page.strained);
            }
        }
        Ok(false)
    }

    async fn page(&mut self, mode: &str, word: &str, look: &Look) -> Result<graph::Page<Post>, Error> {
        let query = [
            ("q", word.to_owned()),
            ("search_type", "RECENT".to_owned()),
            ("search_mode", mode.to_owned()),
            ("since", look.since.to_string()),
            ("until", look.until.to_string()),
            ("limit", PAGE_SIZE.to_string()),
            ("fields", "id,text,permalink,timestamp,username,is_reply".to_owned()),
        ];
        self.allowance.charge(1)?;
        let page = graph::page::<Post>(&self.interface, "keyword_search", &query, None).await?;
        if page.data.is_empty() && page.unreadable == 0 {
            self.allowance.refund(1)?; // a search that finds nothing does not count
        }
        Ok(page)
    }
}

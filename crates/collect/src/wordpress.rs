//! WordPress sites by their REST interface: whole texts, edits and take-downs, which no feed tells.
//!
//! Each run asks three questions. What is new? By pages of `before=<last date>` with a second of overlap: counting pages
//! would shift while posts arrive. What was edited? The same by modification time. What is gone? The posts seen lately
//! are listed by id, and one that is missing is asked for singly, so that the site's own code says why.
//! Times carry a `Z`, without which WordPress reads them as the site's local time; errors are known by their `code`,
//! since messages come in the site's language.

mod api;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use api::{Api, Post, Presence};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use model::{BodyFormat, Engagement, Kind, RawItem, SourceKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Pages of 100 posts per question and run: a site that writes more than this in a week is not read by one office.
const PAGES_MAX: usize = 50;
/// How far a later run looks back beyond the newest post: posts are published late and with earlier dates.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// Posts that are watched for taking down.
const WATCHED_MAX: usize = 500;
/// Missing posts that are asked for singly in one run; the rest waits for the next.
const SINGLE_MAX: usize = 50;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "100 posts a page, 50 pages a run; one request at a time.",
    terms: "The REST interface is public by default; a site that closes it (401, 403) is read by its feed instead.",
    reaches_back: true,
    evidence: Evidence::Real("WordPress 6.1.9 with MariaDB 10.11, run by the tests"),
};

const KIND: Kind<Build> = Kind {
    name: "wordpress",
    summary: "reads a WordPress site's posts with their edits and take-downs through its REST interface",
    example: r#"kind = "wordpress"
name = "Suara Benua"
url = "https://suarabenua.example"
source_kind = "news"
since_days = 7
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        Ok(Box::new(WordPress { source: common.source(SourceKind::News), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: String,
    /// How far back the first run reads.
    #[serde(default = "week")]
    since_days: u16,
}

fn week() -> u16 {
    7
}

struct WordPress {
    source: Source,
    common: Common,
    options: Options,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// True where the site answers only on `?rest_route=`.
    plain_links: bool,
    /// Latest publication time seen.
    newest: Option<Timestamp>,
    /// Latest modification time seen.
    modified: Option<Timestamp>,
    /// Posts seen lately with the revision that was handed over.
    watched: BTreeMap<u64, String>,
}

/// One of the two orders in which posts are paged through.
#[derive(Clone, Copy)]
struct Order {
    by: &'static str,
    before: &'static str,
    after: &'static str,
    time: fn(&Post) -> Option<Timestamp>,
}

const NEW: Order = Order { by: "date", before: "before", after: "after", time: Post::published_at };
const EDITED: Order =
    Order { by: "modified", before: "modified_before", after: "modified_after", time: Post::modified_at };

impl Collector for WordPress {
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
        let api = Api::new(context.client, &self.options.url, &self.common, cursor.plain_links);
        let run = Run { site: self, now: context.now, api, cursor, emit: Counted::new(emit) };
        run.finish().boxed()
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a WordPress,
    now: Timestamp,
    api: Api<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        let back = |from: Timestamp, by: SignedDuration| from.saturating_sub(by).expect("a duration of hours");
        let first_day = back(self.now, SignedDuration::from_hours(24 * i64::from(self.site.options.since_days)));
        let new_since = self.cursor.newest.map_or(first_day, |last| back(last, OVERLAP));
        let edited_since = self.cursor.modified.map(|last| back(last, OVERLAP));
        let known: Vec<u64> = self.cursor.watched.keys().copied().collect();
        self.pages(NEW, new_since).await?;
        // The first run has just read the latest state of everything it watches.
        if let Some(edited_since) = edited_since {
            self.pages(EDITED, edited_since).await?;
        }
        let gone = self.gone(&known).await?;
        while self.cursor.watched.len() > WATCHED_MAX {
            self.cursor.watched.pop_first(); // the lowest number is the oldest post
        }
        self.cursor.plain_links = self.api.plain_links;
        // Only the last batch moves the cursor: pages run from new to old, so an early cursor would skip the rest.
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields and a map by number");
        self.emit.send(Batch { items: gone, cursor: Some(cursor), ..Batch::default() })?;
        Ok(self.emit.outcome)
    }

    /// Hands over every post after `since` that is not yet known in this revision.
    async fn pages(&mut self, order: Order, since: Timestamp) -> Result<(), Error> {
        let mut before: Option<Timestamp> = None;
        let mut page = 1;
        let mut seen = BTreeSet::new();
        for _ in 0..PAGES_MAX {
            let mut query = vec![
                ("orderby", order.by.to_owned()),
                ("order", "desc".to_owned()),
                (order.after, zulu(since)),
                ("page", page.to_string()),
            ];
            query.extend(before.map(|before| (order.before, zulu(before))));
            let page_of_posts = self.api.posts(&query).await?;
            let (length, posts): (_, Vec<_>) = (page_of_posts.len(), page_of_posts.into_iter().flatten().collect());
            if posts.len() < length {
                self.skip(format!("{} posts of a page have an unusual form", length - posts.len()))?;
            }
            let earliest = posts.iter().filter_map(order.time).min();
            // An old WordPress ignores the bound on modification times; the answer itself shows when it is passed.
            let more = length == api::PAGE_SIZE && earliest.is_some_and(|time| time >= since);
            let wanted = |post: &Post| (order.time)(post).is_none_or(|time| time >= since);
            let fresh = posts.into_iter().filter(|post| seen.insert(post.id) && wanted(post)).collect();
            self.hand_over(fresh).await?;
            let Some(earliest) = earliest.filter(|_| more) else { return Ok(()) };
            // A second of overlap, because many posts can share one; where a whole page does, its pages are counted.
            let next = earliest + SignedDuration::from_secs(1);
            page = if before == Some(next) { page + 1 } else { 1 };
            before = Some(next);
        }
        self.skip(format!("only the latest {} posts were read", PAGES_MAX * api::PAGE_SIZE))
    }

    fn skip(&mut self, reason: String) -> Result<(), Error> {
        let skipped = vec![Skipped { file: self.site.options.url.clone(), row: 0, reason }];
        self.emit.send(Batch { skipped, ..Batch::default() })
    }

    async fn hand_over(&mut self, posts: Vec<Post>) -> Result<(), Error> {
        let mut new = Vec::new();
        for post in posts {
            self.cursor.newest = self.cursor.newest.max(post.published_at());
            self.cursor.modified = self.cursor.modified.max(post.modified_at());
            let revision = post.revision();
            if self.cursor.watched.get(&post.id) != Some(&revision) {
                self.cursor.watched.insert(post.id, revision);
                new.push(post);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let terms = self.api.terms(&new).await;
        let items = new.into_iter().map(|post| self.item(post, &terms)).collect();
        self.emit.send(Batch { items, ..Batch::default() })
    }

    /// Withdrawals of posts of earlier runs that the site no longer shows.
    async fn gone(&mut self, known: &[u64]) -> Result<Vec<RawItem>, Error> {
        let mut missing = Vec::new();
        for ids in known.chunks(api::PAGE_SIZE) {
            let present = self.api.present(ids).await?;
            missing.extend(ids.iter().copied().filter(|id| !present.contains(id)));
        }
        let mut items = Vec::new();
        for id in missing.into_iter().take(SINGLE_MAX) {
            if self.api.presence(id).await? == Presence::Gone
                && let Some(revision) = self.cursor.watched.remove(&id)
            {
                items.push(RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..self.blank(id) });
            }
        }
        Ok(items)
    }

    fn item(&self, post: Post, terms: &BTreeMap<u64, String>) -> RawItem {
        let (revision, published_at) = (post.revision(), post.published_at());
        let tags = post.categories.iter().chain(&post.tags).filter_map(|id| terms.get(id).cloned()).collect();
        let body = if post.content.rendered.trim().is_empty() { post.excerpt.rendered } else { post.content.rendered };
        RawItem {
            revision,
            url: Some(post.link).filter(|link| web_address(link).is_ok()),
            title: Some(post.title.rendered).filter(|title| !title.trim().is_empty()),
            body: body.into_bytes(),
            published_at,
            tags,
            ..self.blank(post.id)
        }
    }

    /// An item that has nothing yet but its identity.
    fn blank(&self, id: u64) -> RawItem {
        RawItem {
            source: self.site.source.name.clone(),
            id: id.to_string().into(),
            revision: String::new(),
            kind: self.site.source.kind,
            url: None,
            title: None,
            body: Vec::new(),
            format: BodyFormat::Fragment,
            charset: None,
            published_at: None,
            author: None,
            tags: Vec::new(),
            engagement: Engagement::default(),
            fetched_at: self.now,
            withdrawn: false,
            parent: None,
        }
    }
}

/// A time as WordPress takes it: whole seconds, UTC.
fn zulu(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

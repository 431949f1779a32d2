//! WordPress sites by their REST interface: whole texts, edits and take-downs, which no feed tells, and comments.
//!
//! Each run asks three questions about posts. What is new? What was edited? Both by pages from new to old. What is gone?
//! The posts seen lately are listed by id, and one that is missing is asked for singly, so that the site's own code says
//! why. Comments are asked the first and the last of them; the interface keeps no time of their edits.
//! Times carry a `Z`, without which WordPress reads them as the site's local time; errors are known by their `code`,
//! since messages come in the site's language.

mod api;

mod pages;

mod shapes;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use api::{Api, Presence, is_closed};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use model::{Author, BodyFormat, Engagement, Kind, RawItem, SourceKind};
use pages::{COMMENTS, EDITED, NEW, Order, Pages, Span};
use serde::{Deserialize, Serialize};
use shapes::{Comment, Listed, Post};
use std::collections::{BTreeMap, BTreeSet};

/// Pages of 100 for each question of one run, and as many for what the last one left; the rest follows in the next.
const PAGES_MAX: usize = 50;
/// Stretches of time that wait to be read; a site that leaves more behind has its two oldest read as one.
const SPANS_MAX: usize = 4;
/// How far a later run looks back beyond the newest post: posts are published late and with earlier dates.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// The same for comments, which keep the time of their writing however long they wait to be approved.
const COMMENT_OVERLAP: SignedDuration = SignedDuration::from_hours(72);
/// Posts, and comments, that are watched for taking down.
const WATCHED_MAX: usize = 500;
/// Missing ones that are asked for singly in one run; the rest waits for the next.
const SINGLE_MAX: usize = 50;
/// A part that the site refused to show is left alone for so long.
const CLOSED_FOR: SignedDuration = SignedDuration::from_hours(24);

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "100 posts or comments a page, 50 pages for each question of a run, the rest in the next run; one request at \
             a time. The latest 500 posts and 500 comments are watched for take-downs.",
    terms: "The REST interface is public by default; a site that closes it (401, 403) is read by its feed instead. \
            Comments are citizens' own words: their authors are stored as pseudonyms.",
    reaches_back: true,
    evidence: Evidence::Real("WordPress 6.1.9 with MariaDB 10.11, run by the tests"),
};

const KIND: Kind<Build> = Kind {
    name: "wordpress",
    summary: "reads a WordPress site's posts and comments with their edits and take-downs through its REST interface",
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
    /// Whether the comments under the posts are read too.
    #[serde(default = "yes")]
    comments: bool,
}

fn week() -> u16 {
    7
}

fn yes() -> bool {
    true
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
    /// What an earlier run left to be read by publication time.
    rest_new: Vec<Span>,
    /// What an earlier run left to be read by modification time.
    rest_edited: Vec<Span>,
    /// Latest comment seen.
    newest_comment: Option<Timestamp>,
    /// Comments seen lately with the revision that was handed over.
    watched_comments: BTreeMap<u64, String>,
    /// What an earlier run left to be read of the comments.
    rest_comments: Vec<Span>,
    /// Parts that the site does not show, and when it said so.
    closed: BTreeMap<String, Timestamp>,
}

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
        let first_day = back(self.now, SignedDuration::from_hours(24 * i64::from(self.site.options.since_days)));
        self.posts(first_day).await?;
        if self.site.options.comments && !self.is_closed(Comment::ROUTE) {
            match self.comments(first_day).await {
                Err(error) if is_closed(&error) => self.close(Comment::ROUTE, "comments", &error)?,
                outcome => outcome?,
            }
        }
        Ok(self.emit.outcome)
    }

    async fn posts(&mut self, first_day: Timestamp) -> Result<(), Error> {
        let new_since = self.cursor.newest.map_or(first_day, |last| back(last, OVERLAP));
        let edited_since = self.cursor.modified.map(|last| back(last, OVERLAP));
        let known: Vec<u64> = self.cursor.watched.keys().copied().collect();
        let spans = std::mem::take(&mut self.cursor.rest_new);
        self.cursor.rest_new = self.read(&NEW, new_since, spans).await?;
        // The first run has just read the latest state of everything it watches.
        if let Some(edited_since) = edited_since {
            let spans = std::mem::take(&mut self.cursor.rest_edited);
            self.cursor.rest_edited = self.read(&EDITED, edited_since, spans).await?;
        }
        let mut items = Vec::new();
        for id in self.gone::<Post>(&known).await? {
            if let Some(revision) = self.cursor.watched.remove(&id) {
                items.push(withdrawn(self.blank(id.to_string(), self.site.source.kind), &revision));
            }
        }
        prune(&mut self.cursor.watched);
        self.commit(items)
    }

    async fn comments(&mut self, first_day: Timestamp) -> Result<(), Error> {
        let since = self.cursor.newest_comment.map_or(first_day, |last| back(last, COMMENT_OVERLAP));
        let known: Vec<u64> = self.cursor.watched_comments.keys().copied().collect();
        let spans = std::mem::take(&mut self.cursor.rest_comments);
        self.cursor.rest_comments = self.read(&COMMENTS, since, spans).await?;
        let mut items = Vec::new();
        for id in self.gone::<Comment>(&known).await? {
            if let Some(revision) = self.cursor.watched_comments.remove(&id) {
                items.push(withdrawn(self.blank(comment_id(id), SourceKind::Comment), &revision));
            }
        }
        prune(&mut self.cursor.watched_comments);
        self.commit(items)
    }

    /// Moves the cursor: after all posts and after all comments only, because pages run from new to old and an early
    /// cursor would skip the rest.
    fn commit(&mut self, items: Vec<RawItem>) -> Result<(), Error> {
        self.cursor.plain_links = self.api.plain_links;
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields and maps by number");
        self.emit.send(Batch { items, cursor: Some(cursor), ..Batch::default() })
    }

    /// Reads from now back to `since`, then what earlier runs left; gives back what this run leaves.
    async fn read<T: Handed>(
        &mut self,
        order: &'static Order<T>,
        since: Timestamp,
        left: Vec<Span>,
    ) -> Result<Vec<Span>, Error> {
        let mut rest: Vec<Span> = Vec::new();
        let mut pages_left = PAGES_MAX;
        for (number, span) in std::iter::once(Span::new(since)).chain(left).enumerate() {
            if number == 1 {
                pages_left = PAGES_MAX; // what is old must not wait for ever for a day without anything new
            }
            let mut pages = Pages::new(order, span);
            while pages_left > 0
                && let Some(page) = pages.next(&mut self.api).await?
            {
                pages_left -= 1;
                if page.unreadable > 0 {
                    self.skip(format!("{} {} of a page have an unusual form", page.unreadable, T::NAME))?;
                }
                T::hand_over(self, page.entries).await?;
            }
            if pages.went_round() {
                self.skip(format!("the site gives the same {} on every page; older ones are out of reach", T::NAME))?;
            }
            rest.extend(pages.rest());
        }
        while rest.len() > SPANS_MAX {
            let older = rest.pop().expect("longer than the limit");
            let newer = rest.pop().expect("longer than the limit");
            rest.push(newer.join(older));
        }
        Ok(rest)
    }

    fn skip(&mut self, reason: String) -> Result<(), Error> {
        let skipped = vec![Skipped { file: self.site.options.url.clone(), row: 0, reason }];
        self.emit.send(Batch { skipped, ..Batch::default() })
    }

    fn is_closed(&self, route: &str) -> bool {
        self.cursor.closed.get(route).is_some_and(|since| self.now.duration_since(*since).abs() < CLOSED_FOR)
    }

    /// Remembers that a part is not shown; says so the first time only, since nothing is wrong with the source.
    fn close(&mut self, route: &str, what: &str, error: &Error) -> Result<(), Error> {
        let told = self.cursor.closed.insert(route.to_owned(), self.now).is_some();
        if !told {
            self.skip(format!("the site does not show its {what}: {error}"))?;
        }
        self.commit(Vec::new())
    }

    /// Names by number; none where the site hides them, which is its right: it still gives its posts.
    async fn names(&mut self, route: &str, ids: BTreeSet<u64>) -> Result<BTreeMap<u64, String>, Error> {
        if ids.is_empty() || self.is_closed(route) {
            return Ok(BTreeMap::new());
        }
        match self.api.names(route, ids).await {
            Err(error) if is_closed(&error) => {
                self.cursor.closed.insert(route.to_owned(), self.now);
                Ok(BTreeMap::new())
            }
            // A fault is no refusal: without their names these posts would be taken over half and never again.
            outcome => outcome,
        }
    }

    /// Those of earlier runs that the site no longer shows.
    async fn gone<T: Listed>(&mut self, known: &[u64]) -> Result<Vec<u64>, Error> {
        let mut missing = Vec::new();
        for ids in known.chunks(api::PAGE_SIZE) {
            let present = self.api.present::<T>(ids).await?;
            missing.extend(ids.iter().copied().filter(|id| !present.contains(id)));
        }
        let mut gone = Vec::new();
        for id in missing.into_iter().take(SINGLE_MAX) {
            if self.api.presence::<T>(id).await? == Presence::Gone {
                gone.push(id);
            }
        }
        Ok(gone)
    }

    fn post(&self, post: Post, terms: &BTreeMap<u64, String>, authors: &BTreeMap<u64, String>) -> RawItem {
        let (revision, published_at) = (post.revision(), post.published_at());
        let tags = post.categories.iter().chain(&post.tags).filter_map(|id| terms.get(id).cloned()).collect();
        let author = authors.get(&post.author).filter(|name| !name.trim().is_empty());
        let blank = self.blank(post.id().to_string(), self.site.source.kind);
        let body = if post.content.rendered.trim().is_empty() { post.excerpt.rendered } else { post.content.rendered };
        RawItem {
            revision,
            url: Some(post.link).filter(|link| web_address(link).is_ok()),
            title: Some(post.title.rendered).filter(|title| !title.trim().is_empty()),
            body: body.into_bytes(),
            published_at,
            author: author.cloned().map(Author::Name),
            tags,
            ..blank
        }
    }

    fn comment(&self, comment: Comment) -> RawItem {
        RawItem {
            revision: comment.revision(),
            published_at: comment.published_at(),
            parent: Some(comment.post).filter(|post| *post != 0).map(|post| post.to_string().into()),
            url: Some(comment.link.clone()).filter(|link| web_address(link).is_ok()),
            author: Some(comment.author_name.clone()).filter(|name| !name.trim().is_empty()).map(Author::Name),
            ..RawItem {
                body: comment.content.rendered.clone().into_bytes(),
                ..self.blank(comment_id(comment.id()), SourceKind::Comment)
            }
        }
    }

    /// An item that has nothing yet but its identity.
    fn blank(&self, id: String, kind: SourceKind) -> RawItem {
        RawItem {
            source: self.site.source.name.clone(),
            id: id.into(),
            revision: String::new(),
            kind,
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

/// What a run hands over.
trait Handed: Listed {
    /// For messages.
    const NAME: &'static str;

    /// Hands over what is not yet known in this revision.
    async fn hand_over(run: &mut Run<'_, '_>, entries: Vec<Self>) -> Result<(), Error>;
}

impl Handed for Post {
    const NAME: &'static str = "posts";

    async fn hand_over(run: &mut Run<'_, '_>, posts: Vec<Self>) -> Result<(), Error> {
        let mut new = Vec::new();
        for post in posts {
            run.cursor.newest = latest(run.cursor.newest, post.published_at(), run.now);
            run.cursor.modified = latest(run.cursor.modified, post.modified_at(), run.now);
            let revision = post.revision();
            if run.cursor.watched.get(&post.id()) != Some(&revision) {
                run.cursor.watched.insert(post.id(), revision);
                new.push(post);
            }
        }
        let mut terms = BTreeMap::new();
        for (route, of) in [("/wp/v2/categories", categories as fn(&Post) -> &[u64]), ("/wp/v2/tags", tags)] {
            let ids = new.iter().flat_map(|post| of(post).iter().copied()).collect();
            terms.extend(run.names(route, ids).await?);
        }
        let authors = new.iter().map(|post| post.author).filter(|author| *author != 0).collect();
        let authors = run.names("/wp/v2/users", authors).await?;
        let items: Vec<RawItem> = new.into_iter().map(|post| run.post(post, &terms, &authors)).collect();
        if items.is_empty() { Ok(()) } else { run.emit.send(Batch { items, ..Batch::default() }) }
    }
}

fn categories(post: &Post) -> &[u64] {
    &post.categories
}

fn tags(post: &Post) -> &[u64] {
    &post.tags
}

impl Handed for Comment {
    const NAME: &'static str = "comments";

    async fn hand_over(run: &mut Run<'_, '_>, comments: Vec<Self>) -> Result<(), Error> {
        let mut items = Vec::new();
        for comment in comments {
            run.cursor.newest_comment = latest(run.cursor.newest_comment, comment.published_at(), run.now);
            let revision = comment.revision();
            if run.cursor.watched_comments.get(&comment.id()) != Some(&revision) {
                run.cursor.watched_comments.insert(comment.id(), revision);
                items.push(run.comment(comment));
            }
        }
        if items.is_empty() { Ok(()) } else { run.emit.send(Batch { items, ..Batch::default() }) }
    }
}

/// The later of the two, but never later than now: a date in the far future would hide everything that comes before it.
fn latest(known: Option<Timestamp>, seen: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    known.max(seen.map(|seen| seen.min(now)))
}

fn back(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.saturating_sub(by).expect("a duration of hours")
}

/// Keeps the latest: the lowest number is the oldest.
fn prune(watched: &mut BTreeMap<u64, String>) {
    while watched.len() > WATCHED_MAX {
        watched.pop_first();
    }
}

/// Comments and posts are numbered apart.
fn comment_id(id: u64) -> String {
    format!("comment-{id}")
}

fn withdrawn(blank: RawItem, revision: &str) -> RawItem {
    RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..blank }
}

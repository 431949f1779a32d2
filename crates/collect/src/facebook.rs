//! Facebook: the posts of the office's own page and what people write under them.
//!
//! Each run reads the posts of the last days, newest first, and then the comments of those where something changed.

use crate::collector::{Counted, Source};
use crate::followed::{self, Followed};
use crate::graph::{self, Edge};
use crate::interface::{self, Interface, Key};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use model::{Author, Engagement, Kind, RawItem, SourceKind};
use net::SecretRef;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// Pages of posts in one run: 500 posts in the days that are followed.
const POST_PAGES_MAX: usize = 10;
/// Pages of 100 comments of one post in one run; the rest follows in the next.
const COMMENT_PAGES_MAX: usize = 20;
const POSTS_MAX: usize = 250;
/// Missing posts that are asked for singly in one run.
const SINGLE_MAX: usize = 20;
const CURSOR_MAX: usize = 60 << 10;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "The posts of the last days of a page that the office manages (at most 250) and their comments, 100 a page. \
             Stops for this run when the interface reports 90 % of its allowance used.",
    terms: "A page token with pages_read_engagement and pages_read_user_content. Meta forbids surveillance and profiles of \
            persons: own pages only, no one's profile is asked for, names become pseudonyms. What is taken down there \
            must be deleted here: posts are watched for it, comments are not, so keep `[retention]` short.",
    reaches_back: true,
    evidence: Evidence::Documented(
        "developers.facebook.com/docs/graph-api: page feed, comments, paging, rate limits, error codes",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "facebook",
    summary: "reads the posts of the office's own Facebook page with their comments",
    example: r#"kind = "facebook"
name = "Halaman Facebook Dinas"
page = "100000000000001"
token = "env:FACEBOOK_PAGE_TOKEN"
post_days = 14
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        graph::check_id("page", &options.page)?;
        let api = interface::base("api", &options.api)?;
        Ok(Box::new(Facebook { source: common.source(SourceKind::Official), common, options, api }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The id of the page.
    page: String,
    /// The page's access token.
    token: SecretRef,
    /// How long the comments of a post are followed.
    #[serde(default = "fortnight")]
    post_days: u16,
    /// The interface with its version.
    #[serde(default = "home")]
    api: String,
}

fn fortnight() -> u16 {
    14
}

fn home() -> String {
    "https://graph.facebook.com/v24.0".to_owned()
}

struct Facebook {
    source: Source,
    common: Common,
    options: Options,
    api: Url,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    posts: BTreeMap<String, Followed>,
}

#[derive(Deserialize)]
struct Post {
    id: String,
    message: Option<String>,
    story: Option<String>,
    #[serde(default)]
    created_time: String,
    permalink_url: Option<String>,
    from: Option<From>,
    #[serde(default)]
    shares: Shares,
    #[serde(default)]
    reactions: Edge,
    #[serde(default)]
    comments: Edge,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Shares {
    count: Option<u64>,
}

#[derive(Deserialize)]
struct From {
    id: String,
}

#[derive(Deserialize)]
struct Comment {
    id: String,
    message: Option<String>,
    #[serde(default)]
    created_time: String,
    permalink_url: Option<String>,
    from: Option<From>,
    parent: Option<From>,
    like_count: Option<u64>,
    comment_count: Option<u64>,
}

const POST_FIELDS: &str = "id,message,story,created_time,permalink_url,from{id},shares,\
                           reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)";
const COMMENT_FIELDS: &str = "id,message,created_time,permalink_url,from{id},parent{id},like_count,comment_count";

impl Collector for Facebook {
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
        let run = async move {
            let key = Key::Query("access_token", self.options.token.read()?);
            let interface = Interface::new(context, &self.api, key, &self.common.allow_private);
            let emit = Counted::new(emit);
            Run { site: self, now: context.now, interface, cursor, emit, skipped: Vec::new(), strained: false }
                .finish()
                .await
        };
        run.boxed()
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a Facebook,
    now: Timestamp,
    interface: Interface<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
    skipped: Vec<Skipped>,
    /// True once the interface says that little is left.
    strained: bool,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        let since = self.now.saturating_sub(SignedDuration::from_hours(24 * i64::from(self.site.options.post_days)));
        let since = since.expect("a duration of hours").as_second();
        self.cursor.posts.retain(|_, post| post.published >= since);
        let known: BTreeSet<String> = self.cursor.posts.keys().cloned().collect();
        let (counts, whole) = self.posts(since).await?;
        if whole {
            let missing: Vec<_> = known.into_iter().filter(|id| !counts.contains_key(id)).take(SINGLE_MAX).collect();
            self.withdraw(missing).await?;
        }
        let mut newest_first: Vec<_> =
            self.cursor.posts.iter().map(|(id, post)| (-post.published, id.clone())).collect();
        newest_first.sort();
        for (_, id) in newest_first {
            if self.strained {
                break;
            }
            if let Some(count) = counts.get(&id) {
                self.comments(&id, *count).await?;
            }
        }
        self.send(Vec::new())?;
        Ok(self.emit.outcome)
    }

    /// Reads the posts since a time; the comment counts come back, and whether every post was seen.
    async fn posts(&mut self, since: i64) -> Result<(BTreeMap<String, Option<u64>>, bool), Error> {
        let (mut counts, mut after) = (BTreeMap::new(), None);
        let path = format!("{}/feed", self.site.options.page);
        let query = [("fields", POST_FIELDS.to_owned()), ("since", since.to_string()), ("limit", "50".to_owned())];
        for _ in 0..POST_PAGES_MAX {
            let page = graph::page::<Post>(&self.interface, &path, &query, after.as_deref()).await?;
            self.unreadable(page.unreadable, "posts");
            self.strained |= page.strained;
            let mut items = Vec::new();
            for post in page.data {
                let Some(time) = graph::time(&post.created_time).filter(|time| time.as_second() >= since) else {
                    continue;
                };
                let count = post.comments.total();
                let followed = self.cursor.posts.entry(post.id.clone()).or_insert_with(|| Followed::new(time));
                let item = self.site.post(post, time, self.now);
                counts.insert(item.id.to_string(), count);
                if item.revision != followed.revision {
                    followed.revision.clone_from(&item.revision);
                    items.push(item);
                }
            }
            let surplus = followed::bound(&mut self.cursor.posts, POSTS_MAX);
            if surplus > 0 {
                self.skip("posts", format!("only the comments of the newest {POSTS_MAX} posts are followed"));
            }
            self.send(items)?;
            after = page.after;
            if after.is_none() {
                return Ok((counts, true));
            }
            if self.strained {
                return Ok((counts, false));
            }
        }
        self.skip("posts", format!("only the newest {} posts were read", POST_PAGES_MAX * 50));
        Ok((counts, false))
    }

    /// Posts that the feed no longer shows: those that are gone are withdrawn.
    async fn withdraw(&mut self, missing: Vec<String>) -> Result<(), Error> {
        for id in missing {
            if self.strained {
                break;
            }
            match graph::object::<From>(&self.interface, &id, &[("fields", "id".to_owned())]).await {
                Ok(_) => {}
                Err(error) if graph::is_gone(&error) => {
                    let revision = self.cursor.posts.remove(&id).unwrap_or_default().revision;
                    let item = RawItem {
                        id: id.into(),
                        revision: format!("{revision}-withdrawn"),
                        withdrawn: true,
                        ..interface::blank(&self.site.source, self.now)
                    };
                    self.send(vec![item])?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn comments(&mut self, id: &str, count: Option<u64>) -> Result<(), Error> {
        let Some(mut look) = self.cursor.posts.get(id).and_then(|post| post.due(self.now, count)) else {
            return Ok(());
        };
        let path = format!("{id}/comments");
        // `stream` gives replies in the same list as what they answer.
        let query = [
            ("fields", COMMENT_FIELDS.to_owned()),
            ("filter", "stream".to_owned()),
            ("order", "reverse_chronological".to_owned()),
            ("limit", "100".to_owned()),
        ];
        for _ in 0..COMMENT_PAGES_MAX {
            let page = match graph::page::<Comment>(&self.interface, &path, &query, look.page.as_deref()).await {
                Err(error @ Error::Refused { .. }) => {
                    // A page mark that is no longer taken, or a post that went meanwhile: the others go on.
                    self.cursor.posts.get_mut(id).expect("the caller found it").restart();
                    self.skip(&format!("comments of {id}"), error.to_string());
                    return self.send(Vec::new());
                }
                page => page?,
            };
            self.unreadable(page.unreadable, "comments");
            self.strained |= page.strained;
            let times: Vec<_> = page.data.iter().filter_map(|comment| graph::time(&comment.created_time)).collect();
            let items = page.data.into_iter().filter_map(|comment| self.site.comment(comment, id, self.now)).collect();
            let post = self.cursor.posts.get_mut(id).expect("the caller found it");
            let goes_on = post.turn(look, times.into_iter(), page.after, self.now);
            self.send(items)?;
            match goes_on {
                Some(next) if !self.strained => look = next,
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn unreadable(&mut self, count: usize, what: &str) {
        if count > 0 {
            self.skip(what, format!("{count} of a page have an unusual form"));
        }
    }

    fn skip(&mut self, what: &str, reason: String) {
        self.skipped.push(Skipped { file: format!("{what} of page {}", self.site.options.page), row: 0, reason });
    }

    /// Hands items over with the cursor up to here.
    fn send(&mut self, items: Vec<RawItem>) -> Result<(), Error> {
        let write = |cursor: &Cursor| serde_json::to_string(cursor).expect("a map of plain fields");
        let mut cursor = write(&self.cursor);
        if cursor.len() > CURSOR_MAX {
            self.cursor.posts.values_mut().for_each(Followed::restart);
            cursor = write(&self.cursor);
        }
        let skipped = std::mem::take(&mut self.skipped);
        self.emit.send(Batch { items, cursor: Some(cursor), skipped, left_out: 0 })
    }
}

impl Facebook {
    fn post(&self, post: Post, time: Timestamp, now: Timestamp) -> RawItem {
        let text = post.message.or(post.story).unwrap_or_default();
        // What visitors write on the page is theirs; what the page writes is the office's.
        let own = post.from.as_ref().is_none_or(|from| from.id == self.options.page);
        RawItem {
            id: post.id.into(),
            // The text alone: `updated_time` moves with every comment.
            revision: format!("{:016x}", xxh3_64(text.as_bytes())),
            kind: if own { self.source.kind } else { SourceKind::Post },
            url: post.permalink_url,
            body: text.into_bytes(),
            published_at: Some(time),
            author: post.from.map(|from| Author::Name(from.id)),
            engagement: Engagement {
                likes: post.reactions.total(),
                shares: post.shares.count,
                comments: post.comments.total(),
                views: None,
            },
            ..interface::blank(&self.source, now)
        }
    }

    /// A comment; one without words (a sticker) is none.
    fn comment(&self, comment: Comment, post: &str, now: Timestamp) -> Option<RawItem> {
        let text = comment.message.filter(|text| !text.trim().is_empty())?;
        Some(RawItem {
            id: comment.id.into(),
            revision: format!("{:016x}", xxh3_64(text.as_bytes())),
            kind: SourceKind::Comment,
            url: comment.permalink_url,
            body: text.into_bytes(),
            published_at: graph::time(&comment.created_time),
            author: comment.from.map(|from| Author::Name(from.id)),
            engagement: Engagement {
                likes: comment.like_count,
                comments: comment.comment_count,
                ..Engagement::default()
            },
            parent: Some(comment.parent.map_or_else(|| post.to_owned(), |parent| parent.id).into()),
            ..interface::blank(&self.source, now)
        })
    }
}

//! Instagram: comments under the office's own posts, and public posts with approved hashtags.
//!
//! A hashtag gives only what was posted in the last 24 hours, in no firm order, and its page mark has the same value on
//! every page; so it is read until a page brings nothing new, every time. An account may look at 30 different hashtags
//! in seven days, which is counted before a new one is looked up.

use crate::collector::{Counted, Source};
use crate::followed::{self, Followed};
use crate::graph;
use crate::interface::{self, Allowance, Interface, Key};
use crate::options::{Common, options};
use crate::{Account, Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use model::{Author, Engagement, Kind, RawItem, SourceKind};
use net::SecretRef;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

const HASHTAGS_MAX: u64 = 30;
/// Pages of 50 posts of one hashtag in one run.
const HASHTAG_PAGES_MAX: usize = 20;
const MEDIA_PAGES_MAX: usize = 5;
/// Pages of 50 comments of one post in one run; the rest follows in the next.
const COMMENT_PAGES_MAX: usize = 20;
const POSTS_MAX: usize = 250;
const CURSOR_MAX: usize = 60 << 10;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Own posts of the last days with their comments; at most 30 different hashtags in 7 days, of which only the \
             last 24 hours can be read, so poll at least twice a day. Stops for this run when the interface reports 90 % \
             of its allowance used.",
    terms: "A professional account and instagram_manage_comments; hashtags need Instagram Public Content Access by app \
            review and come without the names of their authors. Meta forbids surveillance and profiles of persons. \
            What is taken down there must be deleted here: keep `[retention]` short.",
    reaches_back: true,
    evidence: Evidence::Documented(
        "developers.facebook.com/docs/instagram-platform: hashtag search, recent media, user media, comments",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "instagram",
    summary: "reads comments under the office's own Instagram posts, and public posts with listed hashtags",
    example: r#"kind = "instagram"
name = "Instagram Dinas"
account = "17841400000000001"
token = "env:INSTAGRAM_TOKEN"
hashtags = ["kotarimba", "banjirkotarimba"]
post_days = 14
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        graph::check_id("account", &options.account)?;
        if options.hashtags.len() as u64 > HASHTAGS_MAX {
            return Err(format!("`hashtags`: Instagram allows {HASHTAGS_MAX} different ones in seven days"));
        }
        let odd = |tag: &&String| tag.is_empty() || !tag.chars().all(|c| c.is_alphanumeric() || c == '_');
        if let Some(tag) = options.hashtags.iter().find(odd) {
            return Err(format!("`hashtags`: \"{tag}\" has letters, digits and _ only, without #"));
        }
        let api = interface::base("api", &options.api)?;
        Ok(Box::new(Instagram { source: common.source(SourceKind::Post), common, options, api }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The id of the professional account.
    account: String,
    token: SecretRef,
    #[serde(default)]
    hashtags: Vec<String>,
    /// How long the comments of an own post are followed; 0 leaves own posts alone.
    #[serde(default = "fortnight")]
    post_days: u16,
    #[serde(default = "home")]
    api: String,
}

fn fortnight() -> u16 {
    14
}

fn home() -> String {
    "https://graph.facebook.com/v24.0".to_owned()
}

struct Instagram {
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
    /// The ids of hashtags, which never change.
    hashtags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Media {
    id: String,
    caption: Option<String>,
    permalink: Option<String>,
    #[serde(default)]
    timestamp: String,
    like_count: Option<u64>,
    comments_count: Option<u64>,
}

#[derive(Deserialize)]
struct Comment {
    id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    timestamp: String,
    username: Option<String>,
    like_count: Option<u64>,
    #[serde(default)]
    replies: Replies,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Replies {
    data: Vec<Comment>,
}

#[derive(Deserialize)]
struct Hashtag {
    id: String,
}

/// Said where a page leads to itself.
const AGAIN: &str = "the interface gives the same page again and again; the rest is asked for next time";

const MEDIA_FIELDS: &str = "id,caption,permalink,timestamp,like_count,comments_count";
const COMMENT_FIELDS: &str =
    "id,text,timestamp,username,like_count,replies.limit(50){id,text,timestamp,username,like_count}";

impl Collector for Instagram {
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
        cursor.hashtags.retain(|tag, _| self.options.hashtags.contains(tag));
        let run = async move {
            let key = Key::Query("access_token", self.options.token.read()?);
            let interface = Interface::new(context, &self.api, key, &self.common.allow_private);
            let emit = Counted::new(emit);
            Run { site: self, context, interface, cursor, emit, skipped: Vec::new(), strained: false }.finish().await
        };
        run.boxed()
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a Instagram,
    context: &'a Context<'a>,
    interface: Interface<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
    skipped: Vec<Skipped>,
    strained: bool,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        if self.site.options.post_days > 0 {
            self.own().await?;
        }
        for tag in &self.site.options.hashtags {
            if self.strained {
                self.skip(&format!("#{tag}"), "left for the next run: the interface reports its allowance nearly used");
                continue;
            }
            self.hashtag(tag).await?;
        }
        self.send(Vec::new())?;
        Ok(self.emit.outcome)
    }

    /// The account's own posts and their comments.
    async fn own(&mut self) -> Result<(), Error> {
        let days = SignedDuration::from_hours(24 * i64::from(self.site.options.post_days));
        let since = self.context.now.saturating_sub(days).expect("a duration of hours").as_second();
        self.cursor.posts.retain(|_, post| post.published >= since);
        let path = format!("{}/media", self.site.options.account);
        let query = [("fields", MEDIA_FIELDS.to_owned()), ("limit", "50".to_owned())];
        let (mut posts, mut after) = (Vec::new(), None);
        for number in 1..=MEDIA_PAGES_MAX {
            let page = graph::page::<Media>(&self.interface, &path, &query, after.as_deref()).await?;
            self.unreadable(page.unreadable);
            self.strained |= page.strained;
            let (mut items, mut reached) = (Vec::new(), false);
            for media in page.data {
                let Some(time) = graph::time(&media.timestamp) else { continue };
                if time.as_second() < since {
                    reached = true;
                    continue;
                }
                posts.push((time, media.id.clone(), media.comments_count));
                let followed = self
                    .cursor
                    .posts
                    .entry(media.id.clone())
                    .or_insert_with(|| Followed::new(time.min(self.context.now)));
                // The account is the office's own.
                let kind = self.site.common.source_kind.unwrap_or(SourceKind::Official);
                let item = self.site.media(media, kind, self.context.now);
                if item.revision != followed.revision {
                    followed.revision.clone_from(&item.revision);
                    items.push(item);
                }
            }
            followed::bound(&mut self.cursor.posts, POSTS_MAX);
            self.send(items)?;
            if page.after.is_some() && page.after == after {
                self.skip("own posts", AGAIN);
                break;
            }
            after = page.after;
            if after.is_none() || reached || self.strained {
                break;
            }
            if number == MEDIA_PAGES_MAX {
                self.skip("own posts", "only the newest 250 were read");
            }
        }
        posts.sort_by_key(|(time, _, _)| std::cmp::Reverse(*time));
        for (_, id, count) in posts {
            if self.strained {
                break;
            }
            self.comments(&id, count).await?;
        }
        Ok(())
    }

    async fn comments(&mut self, id: &str, count: Option<u64>) -> Result<(), Error> {
        let now = self.context.now;
        let Some(mut look) = self.cursor.posts.get(id).and_then(|post| post.due(now, count)) else { return Ok(()) };
        let path = format!("{id}/comments");
        let query = [("fields", COMMENT_FIELDS.to_owned()), ("limit", "50".to_owned())];
        for _ in 0..COMMENT_PAGES_MAX {
            let page = match graph::page::<Comment>(&self.interface, &path, &query, look.page.as_deref()).await {
                Err(error @ Error::Refused { .. }) => {
                    self.cursor.posts.get_mut(id).expect("the caller found it").restart();
                    self.skip(&format!("comments of {id}"), &error.to_string());
                    return self.send(Vec::new());
                }
                page => page?,
            };
            self.unreadable(page.unreadable);
            self.strained |= page.strained;
            if page.after.is_some() && page.after == look.page {
                self.cursor.posts.get_mut(id).expect("the caller found it").restart();
                self.skip(&format!("comments of {id}"), AGAIN);
                return self.send(Vec::new());
            }
            let times: Vec<_> = page.data.iter().filter_map(|comment| graph::time(&comment.timestamp)).collect();
            let mut items = Vec::new();
            for mut comment in page.data {
                let replies = std::mem::take(&mut comment.replies.data);
                let top = comment.id.clone();
                items.extend(self.site.comment(comment, id, now));
                items.extend(replies.into_iter().filter_map(|reply| self.site.comment(reply, &top, now)));
            }
            let post = self.cursor.posts.get_mut(id).expect("the caller found it");
            let goes_on = post.turn(look, times.into_iter(), page.after, now);
            self.send(items)?;
            match goes_on {
                Some(next) if !self.strained => look = next,
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    /// Public posts of the last day with a hashtag.
    async fn hashtag(&mut self, tag: &str) -> Result<(), Error> {
        if !self.may_query(tag)? {
            self.skip(&format!("#{tag}"), "not read: 30 different hashtags in seven days are used up");
            return Ok(());
        }
        let account = ("user_id", self.site.options.account.clone());
        let id = match self.cursor.hashtags.get(tag) {
            Some(id) => id.clone(),
            None => {
                let query = [account.clone(), ("q", tag.to_owned())];
                let found = graph::page::<Hashtag>(&self.interface, "ig_hashtag_search", &query, None).await;
                let found = match found {
                    Ok(page) => page.data.into_iter().next(),
                    // Words that Instagram holds sensitive, and hashtags that nobody uses, are an error there.
                    Err(Error::Refused { .. }) => None,
                    Err(error) => return Err(error),
                };
                let Some(found) = found else {
                    self.skip(&format!("#{tag}"), "Instagram knows no such hashtag, or does not show it");
                    return Ok(());
                };
                self.cursor.hashtags.insert(tag.to_owned(), found.id.clone());
                found.id
            }
        };
        let path = format!("{id}/recent_media");
        let query = [account, ("fields", MEDIA_FIELDS.to_owned()), ("limit", "50".to_owned())];
        let (mut seen, mut after) = (BTreeSet::new(), None);
        for number in 1..=HASHTAG_PAGES_MAX {
            let page = graph::page::<Media>(&self.interface, &path, &query, after.as_deref()).await?;
            self.unreadable(page.unreadable);
            self.strained |= page.strained;
            let new = page.data.into_iter().filter(|media| seen.insert(media.id.clone()));
            let items: Vec<_> = new.map(|media| self.site.media(media, SourceKind::Post, self.context.now)).collect();
            // The mark says nothing: only what comes tells whether this was the last page.
            let nothing_new = items.is_empty();
            self.send(items)?;
            after = page.after;
            if nothing_new || after.is_none() {
                break;
            }
            if self.strained {
                self.skip(&format!("#{tag}"), "read in part: the interface reports its allowance nearly used");
                break;
            }
            if number == HASHTAG_PAGES_MAX {
                self.skip(&format!("#{tag}"), "only 1,000 posts of the last day were read");
            }
        }
        Ok(())
    }

    /// Counts a hashtag that was not looked up in the last seven days; false where 30 were.
    fn may_query(&self, tag: &str) -> Result<bool, Error> {
        let today = self.context.now.to_zoned(TimeZone::UTC).date();
        let account = |suffix: &str, back: i64| Account {
            name: format!("instagram:{}{suffix}", self.site.options.account),
            day: today.saturating_sub(back.days()),
        };
        let (mut known, mut total) = (false, 0);
        for back in 0..7 {
            let used = |account: &Account| self.context.ledger.used(account).map_err(Error::Ledger);
            known |= used(&account(&format!(":#{tag}"), back))? > 0;
            total += used(&account("", back))?;
        }
        if known {
            return Ok(true);
        }
        if total >= HASHTAGS_MAX {
            return Ok(false);
        }
        let charge = |suffix: &str| {
            let (account, context) = (account(suffix, 0), self.context);
            Allowance { context, account, cap: HASHTAGS_MAX, unit: "hashtags" }.charge(1)
        };
        charge("")?;
        charge(&format!(":#{tag}"))?;
        Ok(true)
    }

    fn unreadable(&mut self, count: usize) {
        if count > 0 {
            self.skip("a page", &format!("{count} entries have an unusual form"));
        }
    }

    fn skip(&mut self, what: &str, reason: &str) {
        let file = format!("{what} of account {}", self.site.options.account);
        self.skipped.push(Skipped { file, row: 0, reason: reason.to_owned() });
    }

    /// Hands items over with the cursor up to here.
    fn send(&mut self, items: Vec<RawItem>) -> Result<(), Error> {
        let write = |cursor: &Cursor| serde_json::to_string(cursor).expect("maps of plain fields");
        let mut text = write(&self.cursor);
        if text.len() > CURSOR_MAX {
            self.cursor.posts.values_mut().for_each(Followed::restart);
            text = write(&self.cursor);
        }
        let mut items = items.into_iter().peekable();
        loop {
            let part: Vec<_> = items.by_ref().take(Batch::ITEMS_MAX).collect();
            let last = items.peek().is_none();
            // Only the last part moves the cursor: it covers them all.
            let skipped = if last { std::mem::take(&mut self.skipped) } else { Vec::new() };
            self.emit.send(Batch { items: part, cursor: last.then(|| text.clone()), skipped, left_out: 0 })?;
            if last {
                return Ok(());
            }
        }
    }
}

impl Instagram {
    fn media(&self, media: Media, kind: SourceKind, now: Timestamp) -> RawItem {
        let text = media.caption.unwrap_or_default();
        RawItem {
            id: media.id.into(),
            // The text alone: counts move with every look.
            revision: format!("{:016x}", xxh3_64(text.as_bytes())),
            kind,
            url: media.permalink,
            body: text.into_bytes(),
            published_at: graph::time(&media.timestamp),
            engagement: Engagement { likes: media.like_count, comments: media.comments_count, ..Engagement::default() },
            ..interface::blank(&self.source, now)
        }
    }

    fn comment(&self, comment: Comment, parent: &str, now: Timestamp) -> Option<RawItem> {
        if comment.text.trim().is_empty() {
            return None;
        }
        Some(RawItem {
            id: comment.id.into(),
            revision: format!("{:016x}", xxh3_64(comment.text.as_bytes())),
            kind: SourceKind::Comment,
            body: comment.text.into_bytes(),
            published_at: graph::time(&comment.timestamp),
            author: comment.username.map(Author::Name),
            engagement: Engagement { likes: comment.like_count, ..Engagement::default() },
            parent: Some(parent.into()),
            ..interface::blank(&self.source, now)
        })
    }
}

//! Searches through the account's own server, page by page from new to old.
//!
//! Posts are found by the time under which the network sorts them. Each run reads down to a while before the newest post
//! of the last one; what a run cannot finish is kept as a gap with two ends, and read by the next.
//! Searching tells nothing of deletions, so posts handed over lately are asked for by name, some in each run.

use super::Bluesky;
use super::post::{self, Key, Record, short};
use super::session::Api;
use crate::collector::Counted;
use crate::{Batch, Context, Error, Outcome, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::Engagement;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most posts of one page.
const PAGE_SIZE: usize = 100;
/// Pages of one search in one run; the rest follows in the next.
const PAGES_MAX: usize = 20;
/// The longest mark of a page that is remembered.
const PAGE_MARK_MAX: usize = 512;
/// How far each run reads back beyond the newest post: posts are indexed late.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// Unfinished stretches of one search; the oldest is given up, aloud.
const GAPS_MAX: usize = 8;
/// Posts that are watched for deletion: 40 KiB of cursor.
const WATCHED_MAX: usize = 500;
/// Posts that are asked for by name at once (`app.bsky.feed.getPosts`), and how often in one run.
const URIS_MAX: usize = 25;
const CHECKS_MAX: usize = 4;
/// An account's own label: do not show me to people without an account.
const MEMBERS_ONLY: &str = "!no-unauthenticated";
/// What is remembered of a post that was left out.
const LEFT_OUT: &str = "-";

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Cursor {
    searches: BTreeMap<String, Progress>,
    /// Posts handed over lately, by account and key, with the end of their content id.
    watched: BTreeMap<String, String>,
    /// The last watched post that was asked for in its turn.
    checked: Option<String>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Progress {
    newest: Option<Timestamp>,
    gaps: Vec<Gap>,
}

/// A stretch of time that is not read yet.
#[derive(Clone, Deserialize, Serialize)]
struct Gap {
    since: Timestamp,
    until: Option<Timestamp>,
    /// The server's own mark of the page where reading stopped; one that it has forgotten is done without.
    #[serde(default)]
    page: Option<String>,
}

#[derive(Deserialize)]
struct Found {
    posts: Vec<Value>,
    #[serde(default)]
    cursor: Option<String>,
}

/// `app.bsky.feed.defs#postView`, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Post {
    uri: String,
    cid: String,
    author: Profile,
    record: Record,
    indexed_at: Timestamp,
    #[serde(default)]
    like_count: Option<u64>,
    #[serde(default)]
    repost_count: Option<u64>,
    #[serde(default)]
    quote_count: Option<u64>,
    #[serde(default)]
    reply_count: Option<u64>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    val: String,
    #[serde(default)]
    neg: bool,
}

impl Post {
    fn time(&self) -> Timestamp {
        self.record.time(self.indexed_at)
    }

    fn is_for_members_only(&self) -> bool {
        self.author.labels.iter().any(|label| label.val == MEMBERS_ONLY && !label.neg)
    }
}

/// One run with what it has learned so far.
pub(super) struct Run<'a, 'b> {
    source: &'a Bluesky,
    now: Timestamp,
    api: Api<'a>,
    cursor: Cursor,
    batch: Batch,
    /// Posts met in this run.
    seen: BTreeSet<String>,
    emit: Counted<'a, 'b>,
}

impl<'a, 'b> Run<'a, 'b> {
    pub(super) fn new(source: &'a Bluesky, context: &'a Context<'a>, cursor: Cursor, emit: Counted<'a, 'b>) -> Self {
        let api = Api::new(context.client, source);
        Self { source, now: context.now, api, cursor, batch: Batch::default(), seen: BTreeSet::new(), emit }
    }

    pub(super) async fn finish(mut self) -> Result<Outcome, Error> {
        let source = self.source;
        self.cursor.searches.retain(|query, _| source.options.queries.contains(query));
        for query in &source.options.queries {
            self.search(query).await?;
        }
        self.recheck().await?;
        Ok(self.emit.outcome)
    }

    /// One search: what is new, and what earlier runs left.
    async fn search(&mut self, query: &str) -> Result<(), Error> {
        let mut progress = self.cursor.searches.remove(query).unwrap_or_default();
        let first = SignedDuration::from_hours(self.source.options.first_hours.into());
        let back = progress.newest.map_or((self.now, first), |newest| (newest, OVERLAP));
        let since = back.0.saturating_sub(back.1).expect("a duration of hours");
        let mut left = Vec::new();
        for gap in [Gap { since, until: None, page: None }].into_iter().chain(std::mem::take(&mut progress.gaps)) {
            let (newest, rest) = self.pages(query, gap).await?;
            progress.newest = progress.newest.max(newest.map(|newest| newest.min(self.now)));
            left.extend(rest);
        }
        if left.len() > GAPS_MAX {
            self.skip(format!(
                "\"{query}\" finds more than can be read; the posts before {} are not",
                left[GAPS_MAX].until.unwrap_or(self.now)
            ));
            left.truncate(GAPS_MAX);
        }
        progress.newest = progress.newest.or(Some(since));
        progress.gaps = left;
        self.cursor.searches.insert(query.to_owned(), progress);
        self.flush()
    }

    /// The posts of a stretch: the newest one's time, and what is left of the stretch.
    async fn pages(&mut self, query: &str, gap: Gap) -> Result<(Option<Timestamp>, Option<Gap>), Error> {
        let (mut newest, mut oldest, mut page): (Option<Timestamp>, _, _) = (None, gap.until, gap.page);
        for turn in 0..PAGES_MAX {
            let mut parameters = self.source.parameters(query);
            parameters.push(("since", gap.since.to_string()));
            parameters.extend(gap.until.map(|until| ("until", until.to_string())));
            parameters.extend(page.clone().map(|page| ("cursor", page)));
            let found: Found = match self.api.get("app.bsky.feed.searchPosts", &parameters).await {
                Err(Error::Refused { status: 400, .. }) if turn == 0 && page.is_some() => {
                    page = None;
                    continue;
                }
                found => found?,
            };
            let (length, posts) = (found.posts.len(), found.posts.into_iter());
            let posts: Vec<Post> = posts.filter_map(|post| serde_json::from_value(post).ok()).collect();
            if posts.len() < length {
                self.skip(format!("{} posts of a page have an unusual form", length - posts.len()));
            }
            for post in posts {
                let time = post.time();
                newest = newest.max(Some(time));
                oldest = Some(oldest.map_or(time, |oldest| oldest.min(time)));
                // Some servers do not know the bounds; the answer itself shows when they are passed.
                if time >= gap.since && gap.until.is_none_or(|until| time <= until) {
                    self.take(post);
                }
            }
            self.hand_over()?;
            let passed = oldest.is_some_and(|oldest| oldest < gap.since);
            match found.cursor {
                Some(next) if length > 0 && !passed && page.as_ref() == Some(&next) => {
                    self.skip(format!(
                        "\"{query}\" gives the same page again and again; its older posts are asked for next time"
                    ));
                    return Ok((newest, Some(Gap { since: gap.since, until: oldest, page: None })));
                }
                Some(next) if length > 0 && !passed => page = Some(next),
                _ => return Ok((newest, None)),
            }
        }
        let page = page.filter(|page| page.len() <= PAGE_MARK_MAX);
        Ok((newest, Some(Gap { since: gap.since, until: oldest, page })))
    }

    fn take(&mut self, post: Post) {
        let Some(key) = Key::of(&post.uri) else {
            return self.skip("a post has an unusual address".to_owned());
        };
        self.seen.insert(key.as_str().to_owned());
        if !self.source.speaks(&post.record.langs) {
            return;
        }
        let known = self.cursor.watched.get(key.as_str()).cloned();
        if post.is_for_members_only() {
            self.withdraw(key.as_str());
            self.cursor.watched.insert(key.as_str().to_owned(), LEFT_OUT.to_owned());
            self.batch.left_out += u64::from(known.as_deref() != Some(LEFT_OUT));
            return;
        }
        let revision = short(&post.cid);
        if known.as_ref() == Some(&revision) {
            return;
        }
        self.cursor.watched.insert(key.as_str().to_owned(), revision);
        let engagement = Engagement {
            likes: post.like_count,
            shares: post.repost_count.map(|reposts| reposts + post.quote_count.unwrap_or(0)),
            comments: post.reply_count,
            views: None,
        };
        let item = post.record.item(self.source, &key, &post.cid, post.indexed_at, engagement, self.now);
        self.batch.items.push(item);
    }

    fn withdraw(&mut self, key: &str) {
        if let Some(revision) = self.cursor.watched.remove(key).filter(|revision| revision != LEFT_OUT) {
            self.batch.items.push(post::withdrawn(self.source, key, &revision, self.now));
        }
    }

    fn skip(&mut self, reason: String) {
        self.batch.skipped.push(Skipped { file: self.source.options.service.clone(), row: 0, reason });
    }

    /// Hands over what was read. Pages run from new to old, so the cursor does not move before a search is done.
    fn hand_over(&mut self) -> Result<(), Error> {
        if self.batch == Batch::default() { Ok(()) } else { self.emit.send(std::mem::take(&mut self.batch)) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let surplus = self.cursor.watched.len().saturating_sub(WATCHED_MAX);
        if surplus > 0 {
            // The oldest are forgotten first, and of the others those that this run did not meet.
            let mut keys: Vec<&String> = self.cursor.watched.keys().collect();
            keys.sort_by_key(|key| (self.seen.contains(*key), age(key)));
            let forgotten: Vec<String> = keys.into_iter().take(surplus).cloned().collect();
            for key in forgotten {
                self.cursor.watched.remove(&key);
            }
        }
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields and maps by text");
        self.emit.send(Batch { cursor: Some(cursor), ..std::mem::take(&mut self.batch) })
    }

    /// Asks for some of the posts that this run did not meet; one that is not given is gone.
    async fn recheck(&mut self) -> Result<(), Error> {
        let watched = self.cursor.watched.iter();
        let older = watched.filter(|(key, revision)| !self.seen.contains(*key) && *revision != LEFT_OUT);
        let older: Vec<String> = older.map(|(key, _)| key.clone()).collect();
        if older.is_empty() {
            return Ok(());
        }
        let first = older.iter().position(|key| Some(key) > self.cursor.checked.as_ref()).unwrap_or(0);
        let turn = older.iter().cycle().skip(first).take(older.len().min(URIS_MAX * CHECKS_MAX));
        let turn: Vec<String> = turn.cloned().collect();
        for keys in turn.chunks(URIS_MAX) {
            let uris: Vec<_> = keys.iter().map(|key| ("uris", post::uri(key))).collect();
            let found: Found = self.api.get("app.bsky.feed.getPosts", &uris).await?;
            let here: BTreeSet<&str> = found.posts.iter().filter_map(|post| post["uri"].as_str()).collect();
            for key in keys.iter().filter(|key| !here.contains(post::uri(key).as_str())) {
                self.withdraw(key);
            }
            found.posts.iter().filter_map(|post| Post::deserialize(post).ok()).for_each(|post| self.take(post));
        }
        self.cursor.checked = turn.last().cloned();
        self.flush()
    }
}

/// Record keys hold their time and sort by it.
fn age(key: &str) -> &str {
    key.split_once('/').map_or(key, |(_, rkey)| rkey)
}

impl Bluesky {
    fn parameters(&self, query: &str) -> Vec<(&'static str, String)> {
        let options = &self.options;
        let mut parameters =
            vec![("q", query.to_owned()), ("sort", "latest".to_owned()), ("limit", PAGE_SIZE.to_string())];
        // The interface takes one language; several are told apart here.
        if let [language] = options.languages.as_slice() {
            parameters.push(("lang", language.clone()));
        }
        let single = [("author", &options.author), ("url", &options.url), ("domain", &options.domain)];
        parameters.extend(single.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        parameters.extend(options.tags.iter().map(|tag| ("tag", tag.trim_start_matches('#').to_owned())));
        parameters
    }
}

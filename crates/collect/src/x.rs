//! X: posts of the last seven days that a query finds, within a cap in rupiah.
//!
//! Posts come newest first, so a search is an interval that is worked off from its top downwards: until its end is
//! reached, the cursor keeps the page to go on with, and only then the mark for `since_id` moves up. A kill, a bound or
//! an empty allowance in the middle costs nothing and loses nothing.
//! Every post read is paid for. The price of the largest possible page is charged before the request; afterwards the
//! posts are noted, since X charges one post once in a UTC day, and what was not used is given back.

use crate::collector::{Counted, Source};
use crate::interface::{self, Allowance, Interface, Key};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Author, Engagement, Kind, RawItem, SourceKind};
use net::{Response, SecretRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// What one page may hold.
const PAGE_MIN: u64 = 10;
const PAGE_MAX: u64 = 100;
/// The search reaches back seven days; an hour is kept as a margin between our clock and theirs.
const REACH: SignedDuration = SignedDuration::from_hours(7 * 24 - 1);
/// A search without a mark starts a day later than it could: its pages must still be in reach when it goes on tomorrow.
const START: SignedDuration = SignedDuration::from_hours(6 * 24);
/// When the first id of today's kind was made, in milliseconds; an id carries its time above 22 other bits.
const SNOWFLAKE_EPOCH: i64 = 1_288_834_974_657;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Posts of the last 7 days; 100 a page, 10 pages a run, the rest in the next. 0.005 dollars a post, the same \
             post once a UTC day; nothing is asked for that would pass `rupiah_a_day`. 15-minute windows are obeyed.",
    terms: "A developer account with credits. Only issues, never people: X forbids to derive health, belief, ethnicity or \
            politics of a user, to match accounts with people, and surveillance by governments. Posts that X or their \
            authors take down must be deleted here: keep `[retention]` of this source short, and use `pesut forget`.",
    reaches_back: true,
    evidence: Evidence::Documented("docs.x.com: recent search, pagination, response codes, rate limits, pricing"),
};

const KIND: Kind<Build> = Kind {
    name: "x",
    summary: "searches the posts of the last week on X, within a cap on what they may cost",
    example: r#"kind = "x"
name = "X"
query = "(banjir OR \"jalan rusak\") kotarimba lang:in -is:retweet"
token = "env:X_BEARER_TOKEN"
rupiah_a_day = 50000
rupiah_per_dollar = 16500
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        if options.query.trim().is_empty() || options.query.chars().count() > 4096 {
            return Err("`query` must have 1 to 4,096 characters".to_owned());
        }
        if !(options.dollars_per_post > 0.0 && options.dollars_per_post <= 1.0) {
            return Err("`dollars_per_post` is the price of one post, such as 0.005".to_owned());
        }
        let api = interface::base("api", &options.api)?;
        let x = X { source: common.source(SourceKind::Post), common, options, api };
        if x.price(PAGE_MIN) > x.options.rupiah_a_day {
            let least = x.price(PAGE_MIN);
            return Err(format!("`rupiah_a_day` does not pay for one page of {PAGE_MIN} posts, which costs {least}"));
        }
        Ok(Box::new(x))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// A query of X's own language.
    query: String,
    /// The bearer token of the app.
    token: SecretRef,
    /// What the token may cost a day, over all sources that use it.
    rupiah_a_day: u64,
    rupiah_per_dollar: u32,
    #[serde(default = "half_a_cent")]
    dollars_per_post: f64,
    #[serde(default = "ten")]
    pages_a_run: u16,
    #[serde(default = "home")]
    api: String,
}

fn half_a_cent() -> f64 {
    0.005
}

fn ten() -> u16 {
    10
}

fn home() -> String {
    "https://api.x.com/2".to_owned()
}

struct X {
    source: Source,
    common: Common,
    options: Options,
    api: Url,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// Everything up to this post has been read.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    /// An interval that is not yet worked off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<Pending>,
    /// Until when X wants to be left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_until: Option<Timestamp>,
    /// A fingerprint of the query: another query starts anew.
    query: String,
}

/// The rest of an interval: from the page `next` down to `since`; above it all is read up to `top`.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Pending {
    top: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Where no `since` bounds the interval: its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Timestamp>,
    next: String,
}

impl Pending {
    /// The time down to which it reads.
    fn bottom(&self) -> Option<Timestamp> {
        self.since.as_deref().and_then(time_of).or(self.start)
    }
}

impl Collector for X {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let query = format!("{:016x}", xxh3_64(self.options.query.as_bytes()));
        let cursor: Option<Cursor> = cursor.and_then(|cursor| serde_json::from_str(cursor).ok());
        let cursor = cursor.filter(|cursor| cursor.query == query).unwrap_or_default();
        let run = async move {
            let key = Key::Bearer(self.options.token.read()?);
            let day = context.now.to_zoned(TimeZone::UTC).date();
            let account = interface::account("x", &self.options.token, day);
            let allowance = Allowance { context, account, cap: self.options.rupiah_a_day, unit: "rupiah" };
            let interface = Interface::new(context, &self.api, key, &self.common.allow_private);
            let cursor = Cursor { query, ..cursor };
            Run { site: self, now: context.now, interface, allowance, cursor, emit: Counted::new(emit) }.finish().await
        };
        run.boxed()
    }
}

impl X {
    /// What so many posts cost, rounded up to whole rupiah.
    fn price(&self, posts: u64) -> u64 {
        // The cap binds a person's money: rounding must not undercut it. Both factors are small, so the cast is exact.
        let rupiah = self.options.dollars_per_post * f64::from(self.options.rupiah_per_dollar) * posts as f64;
        (rupiah - 1e-9).ceil().max(0.0) as u64
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a X,
    now: Timestamp,
    interface: Interface<'a>,
    allowance: Allowance<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        if let Some(until) = self.cursor.closed_until.filter(|until| *until > self.now) {
            let wait = until.duration_since(self.now).as_secs().unsigned_abs();
            return Err(net::Error::Busy { status: 429, retry_after: Some(Duration::from_secs(wait)) }.into());
        }
        self.cursor.closed_until = None;
        let mut skipped = Vec::new();
        let mut interval = match self.cursor.pending.take() {
            Some(pending) if pending.bottom().is_none_or(|bottom| bottom > self.reach()) => pending,
            // Left lying until the search no longer reaches its end: what is still in reach is read anew.
            Some(pending) => {
                let bottom = pending.bottom();
                self.interval(bottom, &mut skipped)
            }
            None => self.interval(self.cursor.newest.as_deref().and_then(time_of), &mut skipped),
        };
        for _ in 0..self.site.options.pages_a_run.max(1) {
            let page = match self.page(&interval).await {
                // A page mark that is no longer taken: the interval starts again from its top, which costs nothing
                // on the same day.
                Err(Error::Refused { status: 400, .. }) if !interval.next.is_empty() => {
                    interval.next = String::new();
                    self.page(&interval).await?
                }
                page => page?,
            };
            if interval.top.is_empty() {
                interval.top = page.meta.newest_id.clone().unwrap_or_default();
            }
            let strange = page.entries.len() - page.data.len();
            if strange > 0 {
                let reason = format!("{strange} posts of a page have an unusual form");
                skipped.push(Skipped { file: self.site.options.query.clone(), row: 0, reason });
            }
            let mut seen = BTreeSet::new();
            let items: Vec<_> = page.data.iter().flat_map(|post| self.items(post)).collect();
            let items =
                items.into_iter().filter(|item| seen.insert((item.id.clone(), item.revision.clone()))).collect();
            let goes_on = match page.meta.next_token {
                // The next page is the one that was asked for. The interval is read again from its top, which costs
                // nothing on the same day, and its mark does not move.
                Some(next) if next == interval.next => {
                    let reason = "X gives the same page again and again; the older posts are asked for next time";
                    let (file, reason) = (self.site.options.query.clone(), reason.to_owned());
                    skipped.push(Skipped { file, row: 0, reason });
                    interval.next = String::new();
                    self.cursor.pending = Some(interval.clone());
                    false
                }
                Some(next) => {
                    interval.next = next;
                    self.cursor.pending = Some(interval.clone());
                    true
                }
                None => {
                    self.cursor.pending = None;
                    if !interval.top.is_empty() {
                        self.cursor.newest = Some(std::mem::take(&mut interval.top));
                    }
                    false
                }
            };
            self.cursor.closed_until = page.closed_until.filter(|until| *until > self.now);
            let cursor = Some(serde_json::to_string(&self.cursor).expect("plain fields"));
            self.emit.send(Batch { items, cursor, skipped: std::mem::take(&mut skipped), left_out: 0 })?;
            if self.cursor.closed_until.is_some() || !goes_on {
                break;
            }
        }
        Ok(self.emit.outcome)
    }

    /// How far back the search reaches.
    fn reach(&self) -> Timestamp {
        self.now.saturating_sub(REACH).expect("a duration of hours")
    }

    /// The interval from the last mark to now; a mark that the search no longer reaches is a gap, and said.
    fn interval(&self, last: Option<Timestamp>, skipped: &mut Vec<Skipped>) -> Pending {
        let start = self.now.saturating_sub(START).expect("a duration of hours");
        match last {
            Some(time) if time > self.reach() => Pending { since: self.cursor.newest.clone(), ..Pending::default() },
            Some(time) => {
                let reason = format!("posts from {time} to {start} can no longer be searched (seven days)");
                skipped.push(Skipped { file: self.site.options.query.clone(), row: 0, reason });
                Pending { start: Some(start), ..Pending::default() }
            }
            None => Pending { start: Some(start), ..Pending::default() },
        }
    }

    /// Pays for and asks for one page.
    async fn page(&mut self, interval: &Pending) -> Result<Page, Error> {
        let left = self.allowance.left()?;
        // The last of the allowance pays for a smaller page.
        let size = (PAGE_MIN..=PAGE_MAX).rev().find(|posts| self.site.price(*posts) <= left);
        let size = size.ok_or_else(|| self.allowance.empty())?;
        let charged = self.site.price(size);
        let mut query = vec![
            ("query", self.site.options.query.clone()),
            ("max_results", size.to_string()),
            // The author's id is a field of the post; the user's profile would be another resource, and another price.
            (
                "tweet.fields",
                "author_id,created_at,edit_history_tweet_ids,entities,note_tweet,public_metrics,referenced_tweets"
                    .to_owned(),
            ),
        ];
        query.extend(interval.since.clone().map(|since| ("since_id", since)));
        query.extend(interval.start.map(|start| ("start_time", start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())));
        if !interval.next.is_empty() {
            query.push(("next_token", interval.next.clone()));
        }
        self.allowance.charge(charged)?;
        let response = match self.interface.get("tweets/search/recent", &query).await {
            Ok(response) => response,
            Err(error) => {
                // Where an answer may have been on its way, nobody knows whether it was charged: then it counts.
                use net::Error::{Address, Busy, Connect, Private};
                if matches!(error, Error::Fetch(Busy { .. } | Connect { .. } | Private { .. } | Address { .. })) {
                    self.allowance.refund(charged)?;
                }
                return Err(error);
            }
        };
        if !response.is_success() {
            self.allowance.refund(charged)?;
            return Err(refused(&response));
        }
        let mut page: Page = interface::json(&response, "a page of posts")?;
        page.data = page.entries.iter().filter_map(|entry| Post::deserialize(entry).ok()).collect();
        if page.meta.result_count.is_none() && page.entries.is_empty() {
            self.allowance.refund(charged)?;
            let code = page.errors.first().map(|problem| interface::code(&problem.title)).unwrap_or_default();
            return Err(Error::Refused { status: 200, code });
        }
        // What cannot be read was charged all the same, so every entry with an id is noted.
        let id = |entry: &Value| Some(entry.get("id")?.as_str()?.to_owned());
        let ids: Vec<String> = page.entries.iter().filter_map(id).collect();
        let new = self.allowance.context.ledger.note(&self.allowance.account, &ids).map_err(Error::Ledger)?;
        self.allowance.refund(charged.saturating_sub(self.site.price(new)))?;
        page.closed_until = closed_until(&response);
        Ok(page)
    }

    /// A post, and the withdrawal of the versions that it replaces: each edit has an id of its own.
    fn items(&self, post: &Post) -> Vec<RawItem> {
        let text = post.note_tweet.as_ref().map_or(&post.text, |note| &note.text);
        let metrics = &post.public_metrics;
        let shares = match (metrics.retweet_count, metrics.quote_count) {
            (None, None) => None,
            (reposts, quotes) => Some(reposts.unwrap_or(0).saturating_add(quotes.unwrap_or(0))),
        };
        let item = RawItem {
            id: post.id.as_str().into(),
            // A post of one id never changes; its counts do, and are no new revision.
            revision: format!("{:016x}", xxh3_64(text.as_bytes())),
            url: Some(format!("https://x.com/i/web/status/{}", post.id)),
            body: text.clone().into_bytes(),
            published_at: post.created_at.or_else(|| time_of(&post.id)),
            author: post.author_id.clone().map(Author::Name),
            tags: post.entities.hashtags.iter().take(50).map(|hashtag| hashtag.tag.clone()).collect(),
            engagement: Engagement {
                likes: metrics.like_count,
                shares,
                comments: metrics.reply_count,
                views: metrics.impression_count,
            },
            parent: post
                .referenced_tweets
                .iter()
                .find(|reference| reference.kind == "replied_to")
                .map(|reference| reference.id.as_str().into()),
            ..interface::blank(&self.site.source, self.now)
        };
        let replaced = post.edit_history_tweet_ids.iter().filter(|id| **id != post.id && *id < &post.id).take(10);
        let withdrawn = replaced.map(|id| RawItem {
            id: id.as_str().into(),
            revision: "edited-withdrawn".to_owned(),
            withdrawn: true,
            ..interface::blank(&self.site.source, self.now)
        });
        withdrawn.chain([item.clone()]).collect()
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default, rename = "data")]
    entries: Vec<Value>,
    /// Those of the entries that have the form of a post.
    #[serde(skip)]
    data: Vec<Post>,
    #[serde(default)]
    meta: Meta,
    #[serde(default)]
    errors: Vec<Problem>,
    #[serde(skip)]
    closed_until: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    newest_id: Option<String>,
    next_token: Option<String>,
    result_count: Option<u64>,
}

#[derive(Deserialize)]
struct Post {
    id: String,
    #[serde(default)]
    text: String,
    author_id: Option<String>,
    created_at: Option<Timestamp>,
    #[serde(default)]
    edit_history_tweet_ids: Vec<String>,
    #[serde(default)]
    entities: Entities,
    /// The whole of a long post, whose `text` is cut off.
    note_tweet: Option<Note>,
    #[serde(default)]
    public_metrics: Metrics,
    #[serde(default)]
    referenced_tweets: Vec<Reference>,
}

#[derive(Deserialize)]
struct Note {
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entities {
    hashtags: Vec<Hashtag>,
}

#[derive(Deserialize)]
struct Hashtag {
    tag: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metrics {
    like_count: Option<u64>,
    retweet_count: Option<u64>,
    quote_count: Option<u64>,
    reply_count: Option<u64>,
    impression_count: Option<u64>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What a refusal means for an operator.
fn refused(response: &Response) -> Error {
    let status = response.status;
    let problem: Problem = serde_json::from_slice(&response.body).unwrap_or_default();
    // "https://api.x.com/2/problems/client-forbidden" says more than "Forbidden".
    let last = problem.kind.rsplit('/').next().filter(|last| !last.is_empty() && !last.contains(':'));
    let code = interface::code(last.unwrap_or(&problem.title));
    let named = format!("{code} {}", problem.title).to_lowercase();
    let advice = match status {
        _ if named.contains("credits") => "the credits of the X account are used up; buy some, or lower `rupiah_a_day`",
        _ if named.contains("cap") => {
            "the account's own spending limit is reached; raise it, or wait for its next month"
        }
        401 => "the bearer token is wrong or was revoked; make a new one in the developer console",
        402 => "the credits of the X account are used up; buy some, or lower `rupiah_a_day`",
        403 => "the app may not search; enrol it in a project with pay-per-use access",
        500.. => return Error::Status { status },
        _ if code.is_empty() => return Error::Status { status },
        _ => return Error::Refused { status, code },
    };
    Error::Denied { status, code, advice }
}

/// When the window opens again, if this answer was its last.
fn closed_until(response: &Response) -> Option<Timestamp> {
    let header = |name: &str| response.headers.get(name)?.trim().parse::<i64>().ok();
    if header("x-rate-limit-remaining")? > 0 {
        return None;
    }
    Timestamp::from_second(header("x-rate-limit-reset")?).ok()
}

/// When the post of an id was made.
fn time_of(id: &str) -> Option<Timestamp> {
    let id: i64 = id.parse().ok()?;
    Timestamp::from_millisecond((id >> 22) + SNOWFLAKE_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_time() {
        // The id of X's own documentation of ids.
        assert_eq!(time_of("1212092628029698048").expect("an id").to_string(), "2019-12-31T19:26:16.771Z");
        assert_eq!(time_of("x"), None);
    }

    #[test]
    fn a_price_is_rounded_up() {
        let table = KIND.example.parse().expect("valid TOML");
        let (common, options): (Common, Options) = options(&table).expect("the example");
        let api = interface::base("api", &options.api).expect("an address");
        let x = X { source: common.source(SourceKind::Post), common, options, api };
        assert_eq!([0, 1, 10, 100].map(|posts| x.price(posts)), [0, 83, 825, 8250]);
    }
}

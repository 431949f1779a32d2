//! YouTube: what people write under the videos of listed channels and under videos that a search finds.
//!
//! One run asks, in this order: which videos are new (the uploads of each channel; a search where its hour has come),
//! what is known about the followed videos now (text, counts; a missing one is withdrawn), and then, newest video
//! first, the comments. Every call is charged to a ledger before it is sent, since YouTube counts a day's units, also
//! those of invalid calls. Each batch carries the cursor up to itself, so a run may end anywhere.

mod api;

use crate::collector::{Counted, Source};
use crate::followed::{self, Followed, Look};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped, interface};
use api::{Api, Comment, Fault, Thread, Video};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Author, Engagement, Kind, RawItem, SourceKind};
use net::SecretRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// Videos that are followed at once; the cursor names them all.
const VIDEOS_MAX: usize = 250;
/// Pages of 100 threads read of one video in one run; the rest follows in the next.
const PAGES_MAX: usize = 20;
/// Pages of replies to one comment.
const REPLY_PAGES_MAX: usize = 20;
const CURSOR_MAX: usize = 60 << 10;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "10,000 units a day for a project, reset at midnight in California: 1 for a page of 100 comments or of 50 \
             videos; a search is charged 100 and at most 90 are made a day. Counted before a call is sent, across \
             sources with the same key; when it is used up, the rest follows the next day. 250 videos are followed.",
    terms: "A key of a Google Cloud project. Stored data must be refreshed or deleted within 30 days: keep \
            `[retention]` of this source at 30 days or less. Show that it comes from YouTube, with a link. The channel \
            feeds are closed to programs by robots.txt, so videos are found through the interface.",
    reaches_back: true,
    evidence: Evidence::Documented("developers.google.com/youtube/v3: commentThreads, comments, videos, errors, quota"),
};

const KIND: Kind<Build> = Kind {
    name: "youtube",
    summary: "reads the comments under a YouTube channel's videos, and under videos found by a search",
    example: r#"kind = "youtube"
name = "YouTube"
key = "env:YOUTUBE_KEY"
channels = ["UCabcdefghijklmnopqrstuv"]
searches = ["banjir kotarimba"]   # each costs 100 units
search_hours = [5, 17]            # office time
video_days = 14                   # comments are followed for so long
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        if options.channels.is_empty() && options.searches.is_empty() {
            return Err("`channels` or `searches` must name something".to_owned());
        }
        let odd = |id: &&String| !(id.len() == 24 && id.starts_with("UC") && id.bytes().all(api::is_id));
        if let Some(id) = options.channels.iter().find(odd) {
            return Err(format!("`channels`: \"{id}\" is no channel id; it starts with UC and has 24 characters"));
        }
        if options.search_hours.is_empty() || options.search_hours.iter().any(|hour| *hour > 23) {
            return Err("`search_hours` are hours from 0 to 23".to_owned());
        }
        let (api, feeds) = (interface::base("api", &options.api)?, interface::base("feeds", &options.feeds)?);
        let source = common.source(SourceKind::Post);
        Ok(Box::new(YouTube { source, common, options, api, feeds, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The key of the project.
    key: SecretRef,
    /// Ids of channels whose videos are followed.
    #[serde(default)]
    channels: Vec<String>,
    /// Words to search for.
    #[serde(default)]
    searches: Vec<String>,
    /// Office hours at which the searches are made.
    #[serde(default = "mornings")]
    search_hours: Vec<i8>,
    #[serde(default = "ninety")]
    searches_a_day: u64,
    /// What a search is charged; 1 for a project whose searches have an allowance of their own.
    #[serde(default = "hundred")]
    units_a_search: u64,
    #[serde(default = "ten_thousand")]
    units_a_day: u64,
    /// How long the comments of a video are followed.
    #[serde(default = "fortnight")]
    video_days: u16,
    #[serde(default = "indonesia")]
    region: String,
    #[serde(default = "indonesian")]
    language: String,
    /// How the videos of a channel are found.
    #[serde(default)]
    discover: Discover,
    #[serde(default = "google")]
    api: String,
    #[serde(default = "feeds")]
    feeds: String,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Discover {
    /// The channel's list of uploads, one unit a look.
    #[default]
    Uploads,
    /// The channel's feed, which costs nothing, and which robots.txt is asked about.
    Feed,
}

fn mornings() -> Vec<i8> {
    vec![5, 17]
}

fn ninety() -> u64 {
    90
}

fn hundred() -> u64 {
    100
}

fn ten_thousand() -> u64 {
    10_000
}

fn fortnight() -> u16 {
    14
}

fn indonesia() -> String {
    "ID".to_owned()
}

fn indonesian() -> String {
    "id".to_owned()
}

fn google() -> String {
    "https://www.googleapis.com/youtube/v3".to_owned()
}

fn feeds() -> String {
    "https://www.youtube.com/feeds/videos.xml".to_owned()
}

struct YouTube {
    source: Source,
    common: Common,
    options: Options,
    api: Url,
    feeds: Url,
    zone: TimeZone,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    videos: BTreeMap<String, Followed>,
    /// When each search was made last, by its words.
    searches: BTreeMap<String, Timestamp>,
}

impl Collector for YouTube {
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
        cursor.searches.retain(|words, _| self.options.searches.contains(words));
        let run = async move {
            let api = Api::new(self, context)?;
            let emit = Counted::new(emit);
            Run { site: self, now: context.now, api, cursor, emit, skipped: Vec::new() }.finish().await
        };
        run.boxed()
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    site: &'a YouTube,
    now: Timestamp,
    api: Api<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
    /// What the next batch reports.
    skipped: Vec<Skipped>,
}

impl Run<'_, '_> {
    async fn finish(mut self) -> Result<Outcome, Error> {
        for channel in &self.site.options.channels {
            match self.api.videos_of(channel, self.since()).await? {
                Ok(videos) => self.follow(videos),
                Err(fault) => self.skip(&format!("channel {channel}"), &fault),
            }
        }
        self.search().await?;
        let since = self.since().as_second();
        self.cursor.videos.retain(|_, video| video.published >= since);
        let surplus = followed::bound(&mut self.cursor.videos, VIDEOS_MAX);
        if surplus > 0 {
            let reason = format!("only the newest {VIDEOS_MAX} videos are followed; {surplus} older ones are not");
            self.skipped.push(Skipped { file: self.site.api.to_string(), row: 0, reason });
        }
        let counts = self.look_at_videos().await?;
        let mut newest_first: Vec<_> =
            self.cursor.videos.iter().map(|(id, video)| (-video.published, id.clone())).collect();
        newest_first.sort();
        for (_, id) in newest_first {
            self.comments(&id, counts.get(&id).copied().flatten()).await?;
        }
        let unreadable = self.api.unreadable();
        if unreadable > 0 {
            let reason = format!("{unreadable} entries have an unusual form");
            self.skipped.push(Skipped { file: self.site.api.to_string(), row: 0, reason });
        }
        self.send(Vec::new())?;
        Ok(self.emit.outcome)
    }

    /// The oldest publication of a video that is followed.
    fn since(&self) -> Timestamp {
        let days = SignedDuration::from_hours(24 * i64::from(self.site.options.video_days));
        self.now.saturating_sub(days).expect("a duration of hours")
    }

    fn follow(&mut self, videos: Vec<(String, Timestamp)>) {
        for (id, published) in videos {
            self.cursor.videos.entry(id).or_insert_with(|| Followed::new(published));
        }
    }

    fn skip(&mut self, what: &str, fault: &Fault) {
        self.skipped.push(Skipped { file: what.to_owned(), row: 0, reason: fault.reason() });
    }

    /// Makes the searches whose hour has come.
    async fn search(&mut self) -> Result<(), Error> {
        let Some(slot) = latest_slot(self.now, &self.site.zone, &self.site.options.search_hours) else { return Ok(()) };
        for words in &self.site.options.searches {
            let last = self.cursor.searches.get(words).copied();
            if last.is_some_and(|last| last >= slot) {
                continue;
            }
            // Videos enter the index late, so the last search is overlapped by a day.
            let since = last.map_or(self.since(), |last| last - SignedDuration::from_hours(24)).max(self.since());
            let found = match self.api.search(words, since).await {
                // What is left may still do for comments, which cost a hundredth of it.
                Err(Error::Allowance { .. }) => {
                    let said = Fault::said("not made: too little of today's allowance is left; it follows tomorrow");
                    self.skip(&format!("search {words}"), &said);
                    continue;
                }
                found => found?,
            };
            match found {
                Ok((videos, more)) => {
                    self.follow(videos);
                    if more {
                        self.skip(&format!("search {words}"), &Fault::said("only its newest 50 videos were read"));
                    }
                }
                Err(fault) => self.skip(&format!("search {words}"), &fault),
            }
            self.cursor.searches.insert(words.clone(), self.now);
            self.send(Vec::new())?;
        }
        Ok(())
    }

    /// Reads text and counts of every followed video; one that is missing is withdrawn. The comment counts come back.
    async fn look_at_videos(&mut self) -> Result<BTreeMap<String, Option<u64>>, Error> {
        let ids: Vec<String> = self.cursor.videos.keys().cloned().collect();
        let mut counts = BTreeMap::new();
        for ids in ids.chunks(api::VIDEOS_A_PAGE) {
            let mut found: BTreeMap<String, Video> =
                self.api.videos(ids).await?.into_iter().map(|video| (video.id.clone(), video)).collect();
            let mut items = Vec::new();
            for id in ids {
                let followed = self.cursor.videos.get_mut(id).expect("the ids are its keys");
                match found.remove(id) {
                    Some(video) => {
                        counts.insert(id.clone(), video.comments());
                        let item = video.into_item(interface::blank(&self.site.source, self.now));
                        if item.revision != followed.revision {
                            followed.revision.clone_from(&item.revision);
                            items.push(item);
                        }
                    }
                    None => {
                        let followed = self.cursor.videos.remove(id).unwrap_or_default();
                        // A video that was never handed over needs no withdrawal.
                        if !followed.revision.is_empty() {
                            items.push(RawItem {
                                id: id.clone().into(),
                                revision: format!("{}-withdrawn", followed.revision),
                                withdrawn: true,
                                ..interface::blank(&self.site.source, self.now)
                            });
                        }
                    }
                }
            }
            self.send(items)?;
        }
        Ok(counts)
    }

    /// Reads the comments of one video, if a look is due.
    async fn comments(&mut self, id: &str, count: Option<u64>) -> Result<(), Error> {
        let Some(followed) = self.cursor.videos.get(id) else { return Ok(()) };
        let Some(mut look) = followed.due(self.now, count) else { return Ok(()) };
        for _ in 0..PAGES_MAX {
            let (threads, next) = match self.api.threads(id, look.page.as_deref()).await? {
                Ok(page) => page,
                Err(fault) => return self.without_comments(id, count, &fault),
            };
            self.replies(id, &threads, &look).await?;
            let mut items = Vec::new();
            for thread in &threads {
                items.extend(self.item(&thread.top, id, id));
                items.extend(thread.replies.iter().filter_map(|reply| self.item(reply, id, thread.top.id())));
            }
            let followed = self.cursor.videos.get_mut(id).expect("it was there above");
            followed.off = false;
            let goes_on = followed.turn(look, threads.iter().filter_map(|thread| thread.top.time()), next, self.now);
            self.send(items)?;
            match goes_on {
                Some(next) => look = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Fetches the replies that a page of threads leaves out: all in a full look, else those of new threads.
    async fn replies(&mut self, video: &str, threads: &[Thread], look: &Look) -> Result<(), Error> {
        for thread in threads {
            let new = look.full || self.cursor.videos.get(video).is_some_and(|video| video.is_new(thread.top.time()));
            if !new || thread.reply_count <= thread.replies.len() as u64 {
                continue;
            }
            let mut page = None;
            for number in 1..=REPLY_PAGES_MAX {
                let (replies, next) = match self.api.replies(thread.top.id(), page.as_deref()).await? {
                    Ok(replies) => replies,
                    Err(fault) => {
                        self.skip(&format!("replies to {}", thread.top.id()), &fault);
                        break;
                    }
                };
                let items = replies.iter().filter_map(|reply| self.item(reply, video, thread.top.id())).collect();
                self.emit.send(Batch { items, ..Batch::default() })?;
                page = next;
                if page.is_none() {
                    break;
                }
                if number == REPLY_PAGES_MAX {
                    let said = Fault::said("only the first 2,000 replies were read");
                    self.skip(&format!("replies to {}", thread.top.id()), &said);
                }
            }
        }
        Ok(())
    }

    /// What becomes of a video whose comments cannot be had; the others go on.
    fn without_comments(&mut self, id: &str, count: Option<u64>, fault: &Fault) -> Result<(), Error> {
        let followed = self.cursor.videos.get_mut(id).expect("the caller found it");
        let mut said = false;
        match fault.code.as_str() {
            "commentsDisabled" => {
                said = followed.off;
                followed.set_off(self.now, count);
            }
            "videoNotFound" => {
                self.cursor.videos.remove(id);
            }
            // The mark of a page is no longer taken, or the server stumbles: from the top again in the next run.
            _ => followed.restart(),
        }
        if !said {
            self.skip(&format!("comments of https://www.youtube.com/watch?v={id}"), fault);
        }
        self.send(Vec::new())
    }

    fn item(&self, comment: &Comment, video: &str, parent: &str) -> Option<RawItem> {
        let snippet = &comment.snippet;
        let text = if snippet.text_display.is_empty() { &snippet.text_original } else { &snippet.text_display };
        if comment.id().is_empty() || text.trim().is_empty() {
            return None;
        }
        let name = Some(&snippet.author_channel_id.value).filter(|id| !id.is_empty());
        Some(RawItem {
            id: comment.id().into(),
            // The time of the last edit; likes do not move it.
            revision: if snippet.updated_at.is_empty() {
                snippet.published_at.clone()
            } else {
                snippet.updated_at.clone()
            },
            kind: SourceKind::Comment,
            url: Some(format!("https://www.youtube.com/watch?v={video}&lc={}", comment.id())),
            body: text.clone().into_bytes(),
            published_at: comment.time(),
            // The channel's id stays when the name changes; both become the same sort of pseudonym.
            author: name.or(snippet.author_display_name.as_ref()).cloned().map(Author::Name),
            engagement: Engagement { likes: Some(snippet.like_count), ..Engagement::default() },
            parent: Some(parent.into()),
            ..interface::blank(&self.site.source, self.now)
        })
    }

    /// Hands items over with the cursor up to here.
    fn send(&mut self, items: Vec<RawItem>) -> Result<(), Error> {
        let write = |cursor: &Cursor| serde_json::to_string(cursor).expect("maps of plain fields");
        let mut text = write(&self.cursor);
        if text.len() > CURSOR_MAX {
            self.cursor.videos.values_mut().for_each(Followed::restart);
            text = write(&self.cursor);
        }
        let mut items = items.into_iter().peekable();
        loop {
            let part: Vec<_> = items.by_ref().take(Batch::ITEMS_MAX).collect();
            // Only the last part moves the cursor: it covers them all.
            let last = items.peek().is_none();
            let skipped = if last { std::mem::take(&mut self.skipped) } else { Vec::new() };
            self.emit.send(Batch { items: part, cursor: last.then(|| text.clone()), skipped, left_out: 0 })?;
            if last {
                return Ok(());
            }
        }
    }
}

impl Video {
    fn into_item(self, blank: RawItem) -> RawItem {
        let (views, likes, comments) = (self.views(), self.likes(), self.comments());
        let snippet = self.snippet;
        let hash = xxh3_64(format!("{}\0{}", snippet.title, snippet.description).as_bytes());
        RawItem {
            // The text alone: counts move with every look.
            revision: format!("{hash:016x}"),
            url: Some(format!("https://www.youtube.com/watch?v={}", self.id)),
            id: self.id.into(),
            title: Some(snippet.title).filter(|title| !title.trim().is_empty()),
            body: snippet.description.into_bytes(),
            published_at: snippet.published_at.parse().ok(),
            author: Some(snippet.channel_id).filter(|id| !id.is_empty()).map(Author::Name),
            tags: snippet.tags.into_iter().take(50).collect(),
            engagement: Engagement { views, likes, comments, shares: None },
            ..blank
        }
    }
}

/// The latest of the hours that has come: today's, or yesterday's last.
fn latest_slot(now: Timestamp, zone: &TimeZone, hours: &[i8]) -> Option<Timestamp> {
    let today: Date = now.to_zoned(zone.clone()).date();
    let slots = [today.yesterday().ok()?, today].into_iter().flat_map(|day| {
        hours.iter().filter_map(move |hour| day.at(*hour, 0, 0, 0).to_zoned(zone.clone()).ok().map(|at| at.timestamp()))
    });
    slots.filter(|slot| *slot <= now).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_due_once_after_each_of_its_hours() {
        let zone = TimeZone::get("Asia/Makassar").expect("bundled");
        let slot = |now: &str| latest_slot(now.parse().expect("a time"), &zone, &[5, 17]).expect("one").to_string();
        assert_eq!(slot("2026-11-20T00:00:00Z"), "2026-11-19T21:00:00Z", "08.00 WITA: five in the morning");
        assert_eq!(slot("2026-11-20T08:59:59Z"), "2026-11-19T21:00:00Z");
        assert_eq!(slot("2026-11-20T09:00:00Z"), "2026-11-20T09:00:00Z");
        assert_eq!(slot("2026-11-19T20:00:00Z"), "2026-11-19T09:00:00Z", "before the first hour: yesterday's last");
    }
}

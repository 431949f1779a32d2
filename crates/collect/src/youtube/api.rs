//! The YouTube Data API v3, as far as it is needed: calls that are charged first, their answers, their errors.

use super::{Discover, YouTube};
use crate::interface::{self, Allowance, Interface, Key};
use crate::{Context, Error, feed};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use net::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most that videos.list takes and playlistItems.list gives.
pub(super) const VIDEOS_A_PAGE: usize = 50;
/// Pages of a channel's uploads in one run: 200 new videos.
const UPLOAD_PAGES_MAX: usize = 4;

pub(super) fn is_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// An answer that concerns one video, channel or search, and leaves the others standing.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: String,
    said: Option<&'static str>,
}

impl Fault {
    pub(super) fn said(said: &'static str) -> Self {
        Self { code: String::new(), said: Some(said) }
    }

    pub(super) fn reason(&self) -> String {
        match (self.said, self.code.as_str()) {
            (Some(said), _) => said.to_owned(),
            (None, "commentsDisabled") => "comments are turned off".to_owned(),
            (None, "videoNotFound") => "the video is no longer there".to_owned(),
            (None, "playlistNotFound" | "channelNotFound") => {
                "there is no such channel, or it has no videos".to_owned()
            }
            (None, "processingFailure") => "YouTube could not process it (processingFailure); tried again".to_owned(),
            (None, code) => format!("YouTube refused it with {code}"),
        }
    }
}

/// The outcome of a call that may fail for this one thing alone.
type Single<T> = Result<Result<T, Fault>, Error>;

/// A page with the mark of the next.
type Page<T> = (Vec<T>, Option<String>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    items: Vec<Value>,
    next_page_token: Option<String>,
}

/// The entries of an answer that have the form of `T`.
struct List<T> {
    items: Vec<T>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Upload {
    #[serde(default, rename = "contentDetails")]
    details: UploadDetails,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UploadDetails {
    video_id: String,
    video_published_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Found {
    id: FoundId,
    #[serde(default)]
    snippet: VideoSnippet,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundId {
    #[serde(default)]
    video_id: String,
}

#[derive(Deserialize)]
pub(super) struct Video {
    pub(super) id: String,
    #[serde(default)]
    pub(super) snippet: VideoSnippet,
    #[serde(default)]
    statistics: serde_json::Map<String, Value>,
}

impl Video {
    fn figure(&self, name: &str) -> Option<u64> {
        interface::number(self.statistics.get(name)?)
    }

    pub(super) fn views(&self) -> Option<u64> {
        self.figure("viewCount")
    }

    pub(super) fn likes(&self) -> Option<u64> {
        self.figure("likeCount")
    }

    /// Absent where comments are turned off.
    pub(super) fn comments(&self) -> Option<u64> {
        self.figure("commentCount")
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VideoSnippet {
    pub(super) published_at: String,
    pub(super) channel_id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
}

#[derive(Deserialize)]
struct RawThread {
    #[serde(default)]
    snippet: ThreadSnippet,
    #[serde(default)]
    replies: Replies,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ThreadSnippet {
    top_level_comment: Comment,
    total_reply_count: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Replies {
    comments: Vec<Comment>,
}

/// A comment with the replies that came with it, which are not always all.
pub(super) struct Thread {
    pub(super) top: Comment,
    pub(super) replies: Vec<Comment>,
    pub(super) reply_count: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    id: String,
    pub(super) snippet: CommentSnippet,
}

impl Comment {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        self.snippet.published_at.parse().ok()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CommentSnippet {
    pub(super) author_display_name: Option<String>,
    pub(super) author_channel_id: ChannelId,
    /// Plain text, since that is asked for.
    pub(super) text_display: String,
    pub(super) text_original: String,
    pub(super) like_count: u64,
    pub(super) published_at: String,
    pub(super) updated_at: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ChannelId {
    pub(super) value: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalError,
}

#[derive(Deserialize)]
struct RefusalError {
    #[serde(default)]
    errors: Vec<RefusalReason>,
    #[serde(default)]
    details: Vec<RefusalReason>,
    #[serde(default)]
    status: Option<String>,
}

#[derive(Deserialize)]
struct RefusalReason {
    #[serde(default)]
    reason: String,
}

/// The interface with its two allowances.
pub(super) struct Api<'a> {
    site: &'a YouTube,
    context: &'a Context<'a>,
    interface: Interface<'a>,
    units: Allowance<'a>,
    searches: Allowance<'a>,
    unreadable: AtomicUsize,
}

impl<'a> Api<'a> {
    pub(super) fn new(site: &'a YouTube, context: &'a Context<'a>) -> Result<Self, Error> {
        let key = Key::Query("key", site.options.key.read()?);
        // The day of YouTube's count begins at midnight in California.
        let pacific = TimeZone::get("America/Los_Angeles").expect("the zones are bundled");
        let day = context.now.to_zoned(pacific).date();
        let account = |kind| interface::account(kind, &site.options.key, day);
        Ok(Self {
            site,
            context,
            interface: Interface::new(context, &site.api, key, &site.common.allow_private),
            units: Allowance { context, account: account("youtube"), cap: site.options.units_a_day, unit: "units" },
            searches: Allowance {
                context,
                account: account("youtube-search"),
                cap: site.options.searches_a_day,
                unit: "searches",
            },
            unreadable: AtomicUsize::new(0),
        })
    }

    /// How many entries had no readable form.
    pub(super) fn unreadable(&self) -> usize {
        self.unreadable.load(Ordering::Relaxed)
    }

    /// The videos of a channel that were published after `since`.
    pub(super) async fn videos_of(&self, channel: &str, since: Timestamp) -> Single<Vec<(String, Timestamp)>> {
        if self.site.options.discover == Discover::Feed {
            return self.feed_of(channel, since).await;
        }
        // The list of uploads has the channel's id with another second letter; that saves a call to ask for it.
        let list = format!("UU{}", channel.strip_prefix("UC").unwrap_or(channel));
        let (mut videos, mut token) = (Vec::new(), None);
        for _ in 0..UPLOAD_PAGES_MAX {
            let mut query = vec![
                ("part", "contentDetails".to_owned()),
                ("playlistId", list.clone()),
                ("maxResults", VIDEOS_A_PAGE.to_string()),
            ];
            query.extend(token.take().map(|token| ("pageToken", token)));
            let page: List<Upload> = match self.call("playlistItems", &query, 1).await? {
                Ok(page) => page,
                Err(fault) => return Ok(Err(fault)),
            };
            let dated = page.items.into_iter().filter_map(|item| {
                let id = item.details.video_id;
                Some((id, item.details.video_published_at?)).filter(|(id, _)| !id.is_empty())
            });
            let before = videos.len();
            let dated: Vec<_> = dated.collect();
            let reached = dated.iter().any(|(_, published)| *published < since) || dated.is_empty();
            videos.extend(dated.into_iter().filter(|(_, published)| *published >= since));
            token = page.next_page_token;
            if token.is_none() || reached || videos.len() == before {
                break;
            }
        }
        Ok(Ok(videos))
    }

    async fn feed_of(&self, channel: &str, since: Timestamp) -> Single<Vec<(String, Timestamp)>> {
        let mut url = self.site.feeds.clone();
        url.query_pairs_mut().append_pair("channel_id", channel);
        let request = Request { max_bytes: Some(feed::BYTES_MAX), ..self.site.common.request(url)? };
        let response = self.context.client.send(&request).await?;
        if response.status == 404 {
            return Ok(Err(Fault { code: "channelNotFound".to_owned(), said: None }));
        }
        if !response.is_success() {
            return Err(Error::Status { status: response.status });
        }
        let parsed = feed::parse(&response.body, response.charset.as_deref(), None, &TimeZone::UTC)?;
        let videos = parsed.entries.into_iter().filter_map(|entry| {
            let id = entry.id.strip_prefix("yt:video:")?.to_owned();
            Some((id, entry.published_at?)).filter(|(_, published)| *published >= since)
        });
        Ok(Ok(videos.collect()))
    }

    /// The newest videos for some words, and whether there are more.
    pub(super) async fn search(&self, words: &str, since: Timestamp) -> Single<(Vec<(String, Timestamp)>, bool)> {
        let query = [
            ("part", "snippet".to_owned()),
            ("q", words.to_owned()),
            ("type", "video".to_owned()),
            ("order", "date".to_owned()),
            ("publishedAfter", since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("regionCode", self.site.options.region.clone()),
            ("relevanceLanguage", self.site.options.language.clone()),
            ("maxResults", VIDEOS_A_PAGE.to_string()),
        ];
        self.searches.charge(1)?;
        let page: List<Found> = match self.call("search", &query, self.site.options.units_a_search).await? {
            Ok(page) => page,
            Err(fault) => return Ok(Err(fault)),
        };
        let videos = page.items.into_iter().filter_map(|found| {
            Some((found.id.video_id, found.snippet.published_at.parse().ok()?)).filter(|(id, _)| !id.is_empty())
        });
        Ok(Ok((videos.collect(), page.next_page_token.is_some())))
    }

    pub(super) async fn videos(&self, ids: &[String]) -> Result<Vec<Video>, Error> {
        let query = [
            ("part", "snippet,statistics".to_owned()),
            ("id", ids.join(",")),
            ("maxResults", VIDEOS_A_PAGE.to_string()),
        ];
        match self.call::<Video>("videos", &query, 1).await? {
            Ok(page) => Ok(page.items),
            Err(fault) => Err(Error::Refused { status: 400, code: fault.code }),
        }
    }

    pub(super) async fn threads(&self, video: &str, page: Option<&str>) -> Single<Page<Thread>> {
        let mut query = vec![
            ("part", "snippet,replies".to_owned()),
            ("videoId", video.to_owned()),
            ("order", "time".to_owned()),
            ("maxResults", "100".to_owned()),
            ("textFormat", "plainText".to_owned()),
        ];
        query.extend(page.map(|page| ("pageToken", page.to_owned())));
        Ok(self.call::<RawThread>("commentThreads", &query, 1).await?.map(|page| {
            let threads = page.items.into_iter().map(|thread| Thread {
                top: thread.snippet.top_level_comment,
                replies: thread.replies.comments,
                reply_count: thread.snippet.total_reply_count,
            });
            (threads.collect(), page.next_page_token)
        }))
    }

    pub(super) async fn replies(&self, comment: &str, page: Option<&str>) -> Single<Page<Comment>> {
        let mut query = vec![
            ("part", "snippet".to_owned()),
            ("parentId", comment.to_owned()),
            ("maxResults", "100".to_owned()),
            ("textFormat", "plainText".to_owned()),
        ];
        query.extend(page.map(|page| ("pageToken", page.to_owned())));
        let page = self.call::<Comment>("comments", &query, 1).await?;
        Ok(page.map(|page| (page.items, page.next_page_token)))
    }

    /// Charges and makes one call.
    async fn call<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)], units: u64) -> Single<List<T>> {
        self.units.charge(units)?;
        let response = self.interface.get(path, query).await?;
        // An error may come with any status, 200 included.
        let refused = serde_json::from_slice::<Refusal>(&response.body).is_ok();
        if response.is_success() && !refused {
            let answer: Answer = interface::json(&response, "a list of the YouTube interface")?;
            let count = answer.items.len();
            let items: Vec<T> = answer.items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect();
            // One strange entry must not cost the others of its page.
            self.unreadable.fetch_add(count - items.len(), Ordering::Relaxed);
            // A mark that leads to itself would go round in circles.
            let asked = query.iter().find(|(name, _)| *name == "pageToken").map(|(_, token)| token);
            let next_page_token = answer.next_page_token.filter(|next| Some(next) != asked);
            return Ok(Ok(List { items, next_page_token }));
        }
        self.refused(&response, path == "search").map(Err)
    }

    /// Sorts a refusal into one that ends the run and one that concerns a single thing.
    fn refused(&self, response: &Response, search: bool) -> Result<Fault, Error> {
        let status = response.status;
        let Ok(refusal) = serde_json::from_slice::<Refusal>(&response.body) else {
            return Err(Error::Status { status });
        };
        // A wrong key is a `badRequest` like many others; only the details say what it is.
        let key = refusal.error.details.into_iter().map(|detail| detail.reason).find(|reason| reason.contains("KEY"));
        let reason = key.or_else(|| refusal.error.errors.into_iter().next().map(|error| error.reason));
        let code = interface::code(&reason.or(refusal.error.status).unwrap_or_default());
        let denied = |advice| Err(Error::Denied { status, code: code.clone(), advice });
        match code.as_str() {
            "quotaExceeded" | "dailyLimitExceeded" => {
                Err(if search && self.site.options.units_a_search < 100 { &self.searches } else { &self.units }
                    .fill()?)
            }
            "rateLimitExceeded" | "userRateLimitExceeded" => {
                Err(net::Error::Busy { status: 429, retry_after: None }.into())
            }
            "keyInvalid" | "API_KEY_INVALID" => {
                denied("the key is not valid; copy it again from the Google Cloud console, under Credentials")
            }
            "accessNotConfigured" | "SERVICE_DISABLED" | "PERMISSION_DENIED" => {
                denied("turn on the YouTube Data API v3 for the key's project, and allow this server to use the key")
            }
            "ipRefererBlocked" => denied("the key is limited to other addresses; allow this server's address"),
            "" if response.is_success() => Err(Error::Unexpected {
                found: "an error without a reason".to_owned(),
                wanted: "a list of the YouTube interface",
            }),
            "" => Err(Error::Status { status }),
            _ if status >= 500 => Err(Error::Status { status }),
            _ => Ok(Fault { code, said: None }),
        }
    }
}

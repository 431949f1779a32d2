//! RSS, Atom and JSON Feed: the format, and the collector that polls one address.

mod decode;

mod tokens;

mod space;

mod xml;

mod draft;

mod json;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Author, BodyFormat, Engagement, Kind, RawItem, SourceKind};
use net::Request;
use serde::{Deserialize, Serialize};
use url::Url;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Most entries of one document that are read, and most bytes: what the largest public collectors accept.
const ENTRIES_MAX: usize = 2_000;
pub(crate) const BYTES_MAX: usize = 15 << 20;
/// Some servers confirm an old validator for ever; once a day the whole feed is fetched whatever they say.
const FULL_GET_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A longer validator is a fault; sent back, it would only be refused.
const VALIDATOR_MAX: usize = 1 << 10;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "2,000 entries and 15 MiB a poll; a feed holds its latest 10 to 100 entries, so it is polled at least hourly. \
             Unchanged feeds answer 304; a full fetch happens once a day whatever the server says.",
    terms: "A public feed is offered for reading; robots.txt and the site's terms apply. Texts stay in the office and \
            are quoted with their source.",
    evidence: Evidence::Real("WordPress 6.1 feeds; the gofeed, feed-rs and miniflux test inputs"),
};

const KIND: Kind<Build> = Kind {
    name: "feed",
    summary: "polls an RSS, Atom or JSON feed",
    example: r#"kind = "feed"
name = "Kabar Mahakam"
url = "https://kabarmahakam.example/feed/"
source_kind = "news"
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        let source = common.source(SourceKind::News);
        Ok(Box::new(Feed { source, common, options, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: String,
}

/// One entry of a feed, as `parse-feed` prints it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FeedEntry {
    /// The feed's own id, else the address, else a hash of the content.
    pub id: String,
    /// The title as sent: HTML entities and tags may be in it.
    pub title: Option<String>,
    /// The address of the entry's page, absolute where a base is known.
    pub url: Option<String>,
    /// Whoever wrote it, without the mail address where there is a name.
    pub author: Option<String>,
    /// Publication time.
    pub published_at: Option<Timestamp>,
    /// Time of the last edit, where the feed says so.
    pub updated_at: Option<Timestamp>,
    /// The teaser.
    pub summary: Option<String>,
    /// The whole text, where the feed carries it.
    pub content: Option<String>,
    /// Categories and tags.
    pub categories: Vec<String>,
    /// True where `content` is plain text, not HTML.
    #[serde(skip)]
    pub plain: bool,
}

impl FeedEntry {
    /// Gives an id to an entry that came without one.
    fn identified(mut self) -> Self {
        if self.id.trim().is_empty() {
            self.id = self.url.clone().unwrap_or_else(|| self.fingerprint());
        }
        self
    }

    /// Changes with the text, not with its address or dates.
    fn fingerprint(&self) -> String {
        let mut hash = Xxh3::new();
        for part in [&self.title, &self.summary, &self.content] {
            hash.update(part.as_deref().unwrap_or_default().as_bytes());
            hash.update(&[0]);
        }
        format!("{:032x}", hash.digest128())
    }

    /// The entry as an item; `None` where it says nothing at all.
    pub(crate) fn into_item(self, source: &Source, fetched_at: Timestamp) -> Option<RawItem> {
        if self.title.is_none() && self.summary.is_none() && self.content.is_none() {
            return None;
        }
        let revision = self.fingerprint();
        let (body, plain) = match (self.content, self.summary) {
            (Some(content), _) => (content, self.plain),
            (None, summary) => (summary.unwrap_or_default(), false),
        };
        Some(RawItem {
            source: source.name.clone(),
            id: self.id.into(),
            revision,
            kind: source.kind,
            url: self.url.filter(|url| web_address(url).is_ok()),
            title: self.title,
            body: body.into_bytes(),
            format: if plain { BodyFormat::Text } else { BodyFormat::Fragment },
            charset: None,
            published_at: self.published_at.or(self.updated_at),
            author: self.author.map(Author::Name),
            tags: self.categories,
            engagement: Engagement::default(),
            fetched_at,
            withdrawn: false,
            parent: None,
        })
    }
}

/// Reads a feed's entries; relative addresses are resolved against `url` where it is known.
pub fn parse_feed(bytes: &[u8], url: Option<&str>) -> Result<Vec<FeedEntry>, Error> {
    parse(bytes, None, url, &TimeZone::UTC).map(|parsed| parsed.entries)
}

/// The entries of a document.
#[derive(Default)]
pub(crate) struct Parsed {
    pub(crate) entries: Vec<FeedEntry>,
    /// True where there were more than are read.
    pub(crate) truncated: bool,
}

/// Reads a feed of any format; dates without an offset are local time in `zone`.
pub(crate) fn parse(bytes: &[u8], charset: Option<&str>, url: Option<&str>, zone: &TimeZone) -> Result<Parsed, Error> {
    if bytes.len() > BYTES_MAX {
        return Err(Error::TooLarge { limit: BYTES_MAX });
    }
    let text = decode::decode(bytes, charset);
    // A stray NUL can stand anywhere, also within a tag.
    let text = if text.contains('\0') { text.replace('\0', "").into() } else { text };
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let base = url.and_then(|url| Url::parse(url).ok());
    match text.chars().next() {
        None => Err(Error::Feed("it is empty".to_owned())),
        Some('{' | '[') => json::read(text, base, zone),
        Some(_) => xml::read(text, base, zone),
    }
}

/// Makes an address absolute, where that can be done.
fn absolute(base: Option<&Url>, address: &str) -> String {
    match (Url::parse(address), base) {
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => {
            base.join(address).map_or_else(|_| address.to_owned(), String::from)
        }
        _ => address.to_owned(),
    }
}

struct Feed {
    source: Source,
    common: Common,
    options: Options,
    zone: TimeZone,
}

/// What is remembered between two polls.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    etag: Option<String>,
    last_modified: Option<String>,
    body_hash: String,
    last_full_get: Option<Timestamp>,
}

impl Collector for Feed {
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
        self.poll(context, cursor, Counted::new(emit)).boxed()
    }
}

impl Feed {
    async fn poll(&self, context: &Context<'_>, cursor: Cursor, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let full = cursor.last_full_get.is_none_or(|last| context.now.duration_since(last).abs() > FULL_GET_AFTER);
        let request = Request {
            etag: cursor.etag.filter(|_| !full),
            last_modified: cursor.last_modified.filter(|_| !full),
            accept: Some(
                "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
                    .to_owned(),
            ),
            max_bytes: Some(BYTES_MAX),
            ..self.common.request(&self.options.url)?
        };
        let conditional = request.etag.is_some() || request.last_modified.is_some();
        let response = context.client.send(&request).await?;
        // Only who says what he knows can be told that nothing changed.
        if response.not_modified && conditional {
            return Ok(emit.outcome);
        }
        if !response.is_success() {
            return Err(Error::Status { status: response.status });
        }
        let body_hash = format!("{:032x}", xxh3_128(&response.body));
        let ending = breaks_off(&response.body);
        let mut batch = Batch::default();
        if body_hash != cursor.body_hash {
            let mut parsed = parse(&response.body, response.charset.as_deref(), Some(&response.final_url), &self.zone)?;
            let skip = |reason: &str| Skipped { file: self.options.url.clone(), row: 0, reason: reason.to_owned() };
            if parsed.truncated {
                batch.skipped.push(skip(&format!("only the first {ENTRIES_MAX} entries were read")));
            }
            if let Some(ending) = ending {
                batch.skipped.push(skip("the feed breaks off before its end; its last entries are missing"));
                // Half an entry would come with half an id, and stay for ever beside the whole one.
                if ending == Ending::InEntry {
                    parsed.entries.pop();
                }
            }
            for entry in parsed.entries {
                match entry.into_item(&self.source, context.now) {
                    Some(item) => batch.items.push(item),
                    None => batch.skipped.push(skip("an entry has neither title nor text")),
                }
                if batch.items.len() == Batch::ITEMS_MAX {
                    emit.send(std::mem::take(&mut batch))?;
                }
            }
        }
        // Only the last batch moves the cursor: should an earlier one fail, the next poll reads the feed again.
        // A feed that broke off is fetched again in full, whatever its validators say.
        let next = match ending {
            Some(_) => Cursor::default(),
            None => Cursor {
                etag: response.etag.filter(|etag| etag.len() <= VALIDATOR_MAX),
                last_modified: response.last_modified.filter(|date| date.len() <= VALIDATOR_MAX),
                body_hash,
                last_full_get: Some(context.now),
            },
        };
        batch.cursor = Some(serde_json::to_string(&next).expect("four plain fields"));
        emit.send(batch)?;
        Ok(emit.outcome)
    }
}

/// Where a feed breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    BetweenEntries,
    InEntry,
}

/// Finds out whether markup stops before its root is closed, as it does where a server fails while it writes. HTTP does
/// not tell: many servers send no length. JSON that breaks off is no JSON and needs no such look.
fn breaks_off(body: &[u8]) -> Option<Ending> {
    // The zeros of UTF-16 and UTF-32 are left out; names of elements are ASCII in every charset that feeds use.
    let text: Vec<u8> = body.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let last = |mark: &str| memchr::memmem::rfind(&text, mark.as_bytes());
    let roots = [("<rss", "</rss"), ("<feed", "</feed"), ("<rdf:rdf", "</rdf:rdf"), ("<channel", "</channel")];
    let open = roots.iter().find(|(open, _)| memchr::memmem::find(&text, open.as_bytes()).is_some())?;
    if last(open.1).is_some() {
        return None;
    }
    let cut = |open: &str, close: &str| last(close).is_some_and(|close| last(open).is_some_and(|open| open > close));
    Some(match cut("<item", "</item") || cut("<entry", "</entry") {
        true => Ending::InEntry,
        false => Ending::BetweenEntries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_a_feed_breaks_off() {
        let ending = |text: &str| breaks_off(text.as_bytes());
        assert_eq!(ending("<rss><channel><item><guid>1</guid></item></channel></rss>\n"), None);
        assert_eq!(ending("<RSS><item></item></RSS>"), None);
        assert_eq!(ending("<rss><channel><item>a</item><item><guid>2"), Some(Ending::InEntry));
        assert_eq!(ending("<feed><entry>a</entry>"), Some(Ending::BetweenEntries));
        // Nobody ever closed an entry here: that is how this feed is written.
        assert_eq!(ending("<rss><item>a<item>b"), Some(Ending::BetweenEntries));
        assert_eq!(ending("{\"items\": []}"), None);
    }
}

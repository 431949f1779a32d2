//! RSS, Atom and JSON Feed: the format, and the collector that polls one address.

mod decode;

pub(crate) mod ending;

mod charset;

mod codepages;

mod entities;

mod tokens;

mod space;

mod xml;

mod construct;

mod links;

mod draft;

mod json;

pub(crate) mod follow;

mod repair;

use crate::articles::{Articles, Queue, Wanted, pages_a_run};
use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use ending::Ending;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Author, BodyFormat, Engagement, Kind, RawItem, SourceKind};
use net::{Request, Response};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
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
    reaches_back: false,
    evidence: Evidence::Real("WordPress 6.1 feeds; the gofeed, feed-rs and miniflux test inputs"),
};

const KIND: Kind<Build> = Kind {
    name: "feed",
    summary: "polls an RSS, Atom or JSON feed",
    example: r#"kind = "feed"
name = "Kabar Mahakam"
url = "https://kabarmahakam.example/feed/"
source_kind = "news"
follow = true
pages_a_run = 100
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        if options.pages_a_run == 0 {
            return Err("`pages_a_run` is 0; leave `follow` out to fetch no pages".to_owned());
        }
        let source = common.source(SourceKind::News);
        Ok(Box::new(Feed { source, common, options, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: String,
    /// True where entries that are only teasers are followed to their pages.
    #[serde(default)]
    follow: bool,
    #[serde(default = "pages_a_run")]
    pages_a_run: u16,
}

/// One entry of a feed, as `parse-feed` prints it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FeedEntry {
    /// The feed's own id, else the address, else a hash of the content; never shared by entries that differ.
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
    let mut parsed = match text.chars().next() {
        None => Err(Error::Feed("it is empty".to_owned())),
        Some('{' | '[') => json::read(text, base.clone(), zone).or_else(|error| match error {
            // "[error] ..." that a script printed before its XML.
            Error::Feed(_) => xml::read(text, base, zone).map_err(|_| error),
            _ => Err(error),
        }),
        // A whole document escaped once too often.
        Some('&') if text.starts_with("&lt;") => xml::read(&entities::entities(text), base, zone),
        Some(_) => xml::read(text, base.clone(), zone).or_else(|error| {
            // A warning that a script printed before its JSON.
            let open = text.find('{').filter(|_| text.contains("jsonfeed.org/version"));
            open.and_then(|open| json::read(&text[open..], base, zone).ok()).ok_or(error)
        }),
    }?;
    tell_apart(&mut parsed.entries);
    Ok(parsed)
}

/// Gives different entries that share one id an id each.
///
/// Some feeds write the same guid into every item; whoever stores them would see one item edited again and again, and
/// lose the others. All entries of such an id get another, not only the later ones, so that the next poll, which holds
/// one more, gives the old ones the same ids again: the address where it is theirs alone, else the id with a hash of
/// title and address. Entries that agree in title and address are the same, and keep the id.
fn tell_apart(entries: &mut [FeedEntry]) {
    let mut seen: HashMap<&str, &FeedEntry> = HashMap::new();
    let mut shared: HashSet<String> = HashSet::new();
    let mut addresses: HashMap<&str, usize> = HashMap::new();
    for entry in entries.iter() {
        match seen.get(entry.id.as_str()) {
            Some(first) if first.title != entry.title || first.url != entry.url => {
                shared.insert(entry.id.clone());
            }
            Some(_) => {}
            None => {
                seen.insert(&entry.id, entry);
            }
        }
        if let Some(url) = &entry.url {
            *addresses.entry(url).or_default() += 1;
        }
    }
    if shared.is_empty() {
        return;
    }
    let unique: HashSet<String> =
        addresses.into_iter().filter(|(_, count)| *count == 1).map(|(url, _)| url.to_owned()).collect();
    for entry in entries.iter_mut().filter(|entry| shared.contains(&entry.id)) {
        entry.id = match &entry.url {
            Some(url) if unique.contains(url) => url.clone(),
            url => {
                let mut hash = Xxh3::new();
                for part in [&entry.title, url] {
                    hash.update(part.as_deref().unwrap_or_default().as_bytes());
                    hash.update(&[0]);
                }
                format!("{}#{:016x}", entry.id, hash.digest())
            }
        };
    }
}

/// Makes an address absolute, where that can be done.
fn absolute(base: Option<&Url>, address: &str) -> String {
    // No address holds a line break or a space, and "&amp;" in one was escaped twice.
    let address: Cow<'_, str> = match address.contains(['\n', '\r', '\t', ' ']) || address.contains("&amp;") {
        true => address.replace(['\n', '\r', '\t'], "").replace("&amp;", "&").replace(' ', "%20").into(),
        false => address.into(),
    };
    match (Url::parse(&address), base) {
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => {
            base.join(&address).map_or_else(|_| address.into_owned(), String::from)
        }
        _ => address.into_owned(),
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
    /// Pages of entries that are only teasers; absent where none is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<Queue>,
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
            etag: cursor.etag.clone().filter(|_| !full),
            last_modified: cursor.last_modified.clone().filter(|_| !full),
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
            if self.options.follow {
                self.pages(context, cursor, BTreeMap::new(), Vec::new(), &mut emit).await?;
            }
            return Ok(emit.outcome);
        }
        match response.status {
            200..=299 => {}
            410 => return Err(Error::Gone),
            status => return Err(Error::Status { status }),
        }
        let body_hash = format!("{:032x}", xxh3_128(&response.body));
        let ending = ending::find(&response.body);
        let mut batch = Batch::default();
        let (mut listed, mut teasers) = (Vec::new(), BTreeMap::new());
        if body_hash != cursor.body_hash {
            let mut parsed = self.parse(&response)?;
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
                let wanted = if self.options.follow { follow::wanted(&entry) } else { None };
                let item = entry.into_item(&self.source, context.now);
                match (wanted, item) {
                    (Some(wanted), item) => {
                        // The page, when it comes, is a later revision than the teaser that stood in for it.
                        let teaser = item.map(|item| RawItem { revision: format!("{}-teaser", item.revision), ..item });
                        teasers.extend(teaser.map(|teaser| (teaser.id.to_string(), teaser)));
                        listed.push(wanted);
                    }
                    (None, Some(item)) => batch.items.push(item),
                    (None, None) => batch.skipped.push(skip("an entry has neither title nor text")),
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
                queue: None,
            },
        };
        if self.options.follow {
            emit.send(batch)?;
            let queue = cursor.queue;
            self.pages(context, Cursor { queue, ..next }, teasers, listed, &mut emit).await?;
        } else {
            batch.cursor = Some(serde_json::to_string(&next).expect("plain fields"));
            emit.send(batch)?;
        }
        Ok(emit.outcome)
    }

    /// Reads what came; where it is a web page, says which feed that page offers.
    fn parse(&self, response: &Response) -> Result<Parsed, Error> {
        let parsed = parse(&response.body, response.charset.as_deref(), Some(&response.final_url), &self.zone);
        parsed.map_err(|error| match (error, follow::offered(response)) {
            (Error::Unexpected { found, wanted }, Some(feed)) => {
                Error::Unexpected { found: format!("{found} (which offers the feed {feed})"), wanted }
            }
            (error, _) => error,
        })
    }

    /// Fetches the pages of teasers; `cursor` is the one to save once everything is handed over.
    async fn pages(
        &self,
        context: &Context<'_>,
        mut cursor: Cursor,
        teasers: BTreeMap<String, RawItem>,
        listed: Vec<Wanted>,
        emit: &mut Counted<'_, '_>,
    ) -> Result<(), Error> {
        let mut queue = cursor.queue.take().unwrap_or_default();
        queue.add(listed);
        let articles = Articles {
            context,
            common: &self.common,
            source: &self.source,
            home: &self.options.url,
            pages_max: self.options.pages_a_run,
        };
        // Until the last batch the feed counts as unread: teasers of what does not come are still to be handed over.
        let unread = |queue: &Queue| serde_json::to_string(&Saved { queue }).ok();
        let instead = |wanted: &Wanted| teasers.get(wanted.id.as_deref()?).cloned();
        articles.drain(&mut queue, emit, &unread, &instead).await?;
        if queue.overflow() > 0 {
            (cursor.etag, cursor.last_modified) = (None, None);
            cursor.body_hash.clear();
        }
        cursor.queue = Some(queue);
        let cursor = serde_json::to_string(&cursor).expect("plain fields");
        emit.send(Batch { cursor: Some(cursor), ..Batch::default() })
    }
}

/// A [`Cursor`] of a feed that counts as unread, borrowed.
#[derive(Serialize)]
struct Saved<'a> {
    queue: &'a Queue,
}

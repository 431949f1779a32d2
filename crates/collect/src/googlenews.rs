//! Google News by its search feed: which outlets write about something, as titles and links and nothing more.
//!
//! For finding sources, not for reading them. It is off until an office has read the terms and says so; the links lead
//! through Google, and are not followed.

use crate::collector::{Counted, Source};
use crate::feed;
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use model::{Author, BodyFormat, Kind, RawItem, SourceKind};
use net::Request;
use serde::{Deserialize, Serialize};
use url::Url;
use xxhash_rust::xxh3::xxh3_128;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "About 100 titles an answer, no paging; titles and links only, no text.",
    terms: "No official interface: the feed states personal, non-commercial use. Off unless `accept_terms = true`, which is \
            the office's decision; use it to find outlets, then collect these by themselves. Its links are not followed.",
    reaches_back: false,
    evidence: Evidence::Memory(
        "the address and the shape of the feed as they are described by others; never run against the service",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "googlenews",
    summary: "finds titles and outlets by a Google News search; discovery only, off until its terms are accepted",
    example: r#"kind = "googlenews"
name = "Google News"
query = "banjir Kota Benua"
when = "1d"
accept_terms = true
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.api)?;
        if options.query.trim().is_empty() {
            return Err("`query` is empty; say what to look for".to_owned());
        }
        if !options.accept_terms {
            return Err(
                "Google states that this feed is for personal, non-commercial use; an office that may use it says so \
                        with `accept_terms = true`"
                    .to_owned(),
            );
        }
        let sound = |when: &str| {
            let (number, unit) = when.split_at(when.len().saturating_sub(1));
            matches!(unit, "h" | "d" | "m" | "y") && number.parse::<u16>().is_ok_and(|number| number > 0)
        };
        if !options.when.is_ascii() || !sound(&options.when) {
            return Err(format!("`when` is \"{}\"; it is a time such as \"12h\" or \"1d\"", options.when));
        }
        Ok(Box::new(GoogleNews { source: common.source(SourceKind::News), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// What to look for, in Google's syntax.
    query: String,
    /// How far back.
    #[serde(default = "day")]
    when: String,
    #[serde(default = "language")]
    language: String,
    #[serde(default = "country")]
    country: String,
    /// True where the office has read the terms and may use the feed.
    #[serde(default)]
    accept_terms: bool,
    #[serde(default = "api")]
    api: String,
}

fn day() -> String {
    "1d".to_owned()
}

fn language() -> String {
    "id".to_owned()
}

fn country() -> String {
    "ID".to_owned()
}

fn api() -> String {
    "https://news.google.com".to_owned()
}

struct GoogleNews {
    source: Source,
    common: Common,
    options: Options,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    body_hash: String,
}

impl Collector for GoogleNews {
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

impl GoogleNews {
    async fn poll(&self, context: &Context<'_>, cursor: Cursor, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let Options { query, when, language, country, api, .. } = &self.options;
        let mut url = Url::parse(api).and_then(|url| url.join("/rss/search")).expect("checked when built");
        url.query_pairs_mut().extend_pairs([
            ("q", format!("{query} when:{when}").as_str()),
            ("hl", language),
            ("gl", country),
            ("ceid", &format!("{country}:{language}")),
        ]);
        let request = Request { max_bytes: Some(feed::BYTES_MAX), ..self.common.request(url)? };
        let response = context.client.send(&request).await?;
        if !response.is_success() {
            return Err(Error::Status { status: response.status });
        }
        let mut parsed =
            feed::parse(&response.body, response.charset.as_deref(), Some(&response.final_url), &TimeZone::UTC)?;
        let mut batch = Batch::default();
        let ending = feed::ending::find(&response.body);
        if let Some(ending) = ending {
            let reason = "the feed breaks off before its end; its last entries are missing".to_owned();
            batch.skipped.push(Skipped { file: self.options.api.clone(), row: 0, reason });
            // Half an entry would come with half an id, and stay for ever beside the whole one.
            if ending == feed::ending::Ending::InEntry {
                parsed.entries.pop();
            }
        }
        // The time in the feed's head changes with every answer; what counts is its entries and what they are called.
        let parts = parsed.entries.iter().flat_map(|entry| [entry.id.as_str(), entry.title.as_deref().unwrap_or("")]);
        let body_hash = format!("{:032x}", xxh3_128(parts.collect::<Vec<_>>().join("\n").as_bytes()));
        if body_hash != cursor.body_hash || ending.is_some() {
            for entry in parsed.entries {
                match entry.into_item(&self.source, context.now) {
                    // The description repeats the title as a link; there is no text of the article in it.
                    Some(item) if item.title.is_some() => batch.items.push(RawItem {
                        revision: format!("{:032x}", xxh3_128(item.title.as_deref().unwrap_or_default().as_bytes())),
                        body: Vec::new(),
                        format: BodyFormat::Text,
                        author: None::<Author>,
                        ..item
                    }),
                    _ => batch.skipped.push(Skipped {
                        file: self.options.api.clone(),
                        row: 0,
                        reason: "an entry has no title".to_owned(),
                    }),
                }
                if batch.items.len() == Batch::ITEMS_MAX {
                    emit.send(std::mem::take(&mut batch))?;
                }
            }
            // A feed that broke off is not known yet, whatever its entries are.
            let body_hash = if ending.is_none() { body_hash } else { String::new() };
            batch.cursor = serde_json::to_string(&Cursor { body_hash }).ok();
            emit.send(batch)?;
        }
        Ok(emit.outcome)
    }
}

//! JSON Feed 1.0 and 1.1 to entries.

use super::{ENTRIES_MAX, FeedEntry, Parsed, absolute};
use crate::{Error, dates};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// A feed's own fields that matter; here and below a field of the wrong type counts as absent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Feed {
    #[serde(deserialize_with = "text")]
    version: Option<String>,
    items: Option<Vec<Item>>,
    #[serde(deserialize_with = "person")]
    author: Option<String>,
    #[serde(deserialize_with = "person")]
    authors: Option<String>,
    #[serde(deserialize_with = "text")]
    home_page_url: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    #[serde(deserialize_with = "text")]
    id: Option<String>,
    #[serde(deserialize_with = "text")]
    url: Option<String>,
    #[serde(deserialize_with = "text")]
    external_url: Option<String>,
    #[serde(deserialize_with = "text")]
    title: Option<String>,
    #[serde(deserialize_with = "text")]
    content_html: Option<String>,
    #[serde(deserialize_with = "text")]
    content_text: Option<String>,
    #[serde(deserialize_with = "text")]
    summary: Option<String>,
    #[serde(deserialize_with = "text")]
    date_published: Option<String>,
    #[serde(deserialize_with = "text")]
    date_modified: Option<String>,
    #[serde(deserialize_with = "person")]
    author: Option<String>,
    #[serde(deserialize_with = "person")]
    authors: Option<String>,
    #[serde(deserialize_with = "texts")]
    tags: Vec<String>,
}

/// Reads every entry; nesting is bounded by the JSON reader itself.
pub(super) fn read(json: &str, base: Option<Url>, zone: &TimeZone) -> Result<Parsed, Error> {
    let feed: Feed = serde_json::from_str(json).map_err(|error| Error::Feed(error.to_string()))?;
    let is_feed = feed.version.as_deref().is_some_and(|version| version.contains("jsonfeed.org"));
    let Some(items) = feed.items.filter(|_| is_feed) else {
        return Err(Error::Unexpected { found: "other JSON".to_owned(), wanted: "a feed" });
    };
    let base = base.or_else(|| Url::parse(feed.home_page_url.as_deref()?).ok());
    let author = feed.author.or(feed.authors);
    let truncated = items.len() > ENTRIES_MAX;
    let entry = |item: Item| {
        let plain = item.content_html.is_none();
        let entry = FeedEntry {
            id: item.id.unwrap_or_default(),
            title: item.title,
            url: item.url.or(item.external_url).map(|url| absolute(base.as_ref(), url.trim())),
            author: item.author.or(item.authors).or_else(|| author.clone()),
            published_at: item.date_published.and_then(|date| dates::parse(&date, zone)),
            updated_at: item.date_modified.and_then(|date| dates::parse(&date, zone)),
            summary: item.summary,
            content: item.content_html.or(item.content_text),
            categories: item.tags,
            plain,
        };
        entry.identified()
    };
    Ok(Parsed { entries: items.into_iter().take(ENTRIES_MAX).map(entry).collect(), truncated })
}

/// Text, or a number written as text; anything else is absent.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The name of one author, or of the first of several.
fn person<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    fn name(value: &Value) -> Option<String> {
        match value {
            Value::String(name) => Some(name.clone()),
            Value::Object(person) => person.get("name")?.as_str().map(str::to_owned),
            Value::Array(people) => people.iter().find_map(name),
            _ => None,
        }
    }
    Ok(name(&Value::deserialize(deserializer)?).filter(|name| !name.trim().is_empty()))
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(values) => {
            values.into_iter().filter_map(|value| value.as_str().map(str::to_owned)).take(64).collect()
        }
        _ => Vec::new(),
    })
}

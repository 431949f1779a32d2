//! JSON Feed 1.0 and 1.1 to entries.

use super::draft;
use super::links::absolute_links;
use super::repair::repaired;
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
    #[serde(deserialize_with = "items")]
    items: Option<Items>,
    #[serde(deserialize_with = "person")]
    author: Option<String>,
    #[serde(deserialize_with = "person")]
    authors: Option<String>,
    #[serde(deserialize_with = "text")]
    home_page_url: Option<String>,
}

/// The entries that are some, up to the limit.
#[derive(Default)]
struct Items {
    items: Vec<Item>,
    truncated: bool,
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
    #[serde(deserialize_with = "attached")]
    attachments: Option<String>,
}

impl Item {
    fn says_something(&self) -> bool {
        let titled = self.title.is_some() || self.summary.is_some();
        let placed = self.id.is_some() || self.url.is_some() || self.date_published.is_some();
        self.content_html.is_some() || self.content_text.is_some() || (titled && placed)
    }
}

/// Reads every entry; nesting is bounded by the JSON reader itself.
pub(super) fn read(json: &str, base: Option<Url>, zone: &TimeZone) -> Result<Parsed, Error> {
    let (feed, broken) = match serde_json::from_str::<Feed>(json) {
        Ok(feed) => (feed, None),
        // What is wrong with the document as it came is what a reader needs to know.
        Err(error) => match serde_json::from_str(&repaired(json)) {
            Ok(feed) => (feed, Some(error)),
            Err(_) => return Err(Error::Feed(error.to_string())),
        },
    };
    // The version says that it is one; without it, or with a bare number, the entries must look like it.
    let named = feed.version.as_deref().is_some_and(|version| version.contains("jsonfeed"));
    let numbered = feed.version.as_deref().is_none_or(|version| version.starts_with('1'));
    let like_one = |items: &Items| numbered && items.items.iter().any(Item::says_something);
    let Some(Items { items, truncated }) = feed.items.filter(|items| named || like_one(items)) else {
        return Err(match broken {
            Some(error) => Error::Feed(error.to_string()),
            None => Error::Unexpected { found: "other JSON".to_owned(), wanted: "a feed" },
        });
    };
    let stated = base.clone();
    let base = base.or_else(|| Url::parse(feed.home_page_url.as_deref()?).ok());
    let author = feed.author.or(feed.authors);
    let entry = |item: Item| {
        let plain = item.content_html.is_none();
        let html = |html: String| absolute_links(html, stated.as_ref());
        let url = item.url.or(item.external_url).or(item.attachments);
        let entry = FeedEntry {
            id: item.id.unwrap_or_default(),
            title: item.title,
            url: url.map(|url| absolute(base.as_ref(), url.trim())),
            author: item.authors.or(item.author).or_else(|| author.clone()),
            published_at: item.date_published.and_then(|date| dates::parse_feed_date(&date, zone)),
            updated_at: item.date_modified.and_then(|date| dates::parse_feed_date(&date, zone)),
            summary: item.summary,
            content: item.content_html.map(html).or(item.content_text).and_then(draft::present),
            categories: item.tags,
            plain,
        };
        entry.identified()
    };
    Ok(Parsed { entries: items.into_iter().map(entry).collect(), truncated })
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Items>, D::Error> {
    let Value::Array(values) = Value::deserialize(deserializer)? else { return Ok(None) };
    let truncated = values.len() > ENTRIES_MAX;
    // One entry that is none must not cost the others.
    let items = values.into_iter().filter(Value::is_object).take(ENTRIES_MAX);
    Ok(Some(Items { items: items.filter_map(|item| serde_json::from_value(item).ok()).collect(), truncated }))
}

/// The address of the first attachment: all that an entry of a podcast may have.
fn attached<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.get(0).and_then(|first| first.get("url")?.as_str().map(str::to_owned)))
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
            Value::Object(person) => ["name", "email", "url"]
                .iter()
                .find_map(|key| person.get(*key)?.as_str().filter(|value| !value.trim().is_empty()).map(str::to_owned)),
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
        Value::String(words) => {
            words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).take(64).collect()
        }
        _ => Vec::new(),
    })
}

//! One status as the instance gives it, and the item that it becomes.

use super::Mastodon;
use jiff::Timestamp;
use model::{Author, BodyFormat, DocumentId, Engagement, RawItem, SourceKind};
use serde::Deserialize;

/// A status, as far as it is read. <https://docs.joinmastodon.org/entities/Status/>
#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) id: Id,
    created_at: Timestamp,
    #[serde(default)]
    pub(super) edited_at: Option<Timestamp>,
    #[serde(default)]
    in_reply_to_id: Option<String>,
    #[serde(default)]
    spoiler_text: String,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    uri: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    replies_count: Option<u64>,
    #[serde(default)]
    reblogs_count: Option<u64>,
    #[serde(default)]
    favourites_count: Option<u64>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    pub(super) reblog: Option<Box<Status>>,
    account: Account,
    #[serde(default)]
    media_attachments: Vec<Media>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    poll: Option<Poll>,
}

#[derive(Deserialize)]
struct Account {
    acct: String,
    #[serde(default)]
    bot: bool,
    /// Whether posts may be found by searching: off unless its owner switched it on; absent on old servers.
    #[serde(default)]
    indexable: Option<bool>,
    /// Whether search engines are kept out.
    #[serde(default)]
    noindex: Option<bool>,
}

#[derive(Deserialize)]
struct Media {
    #[serde(default)]
    description: Option<String>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

#[derive(Deserialize)]
struct Poll {
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    title: String,
}

/// An id: a number that grows with time, of any length. Its text sorts by length first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Id(String);

/// Bits of a Mastodon id below its milliseconds (`lib/mastodon/snowflake.rb`).
const SEQUENCE_BITS: u32 = 16;

impl Id {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The smallest id of this moment.
    pub(super) fn at(time: Timestamp) -> Self {
        let milliseconds = u64::try_from(time.as_millisecond()).unwrap_or(0);
        Self((milliseconds << SEQUENCE_BITS).to_string())
    }

    /// The smallest id of the moment that lies `milliseconds` before this one.
    pub(super) fn before(&self, milliseconds: u64) -> Self {
        match self.0.parse::<u64>() {
            Ok(id) => Self(id.saturating_sub(milliseconds << SEQUENCE_BITS).to_string()),
            Err(_) => self.clone(), // an id of other software, which says nothing about time
        }
    }
}

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // It goes into addresses; every known server uses numbers or letters.
        let plain = !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { Ok(Self(text)) } else { Err("an id that is no number") }
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Status {
    /// The words somebody wrote: a boost adds none and stands for the status that it repeats.
    pub(super) fn original(self) -> Self {
        match self.reblog {
            Some(reblog) => *reblog,
            None => self,
        }
    }

    /// False where the author keeps searches away, or the status is not for everybody.
    pub(super) fn may_be_read(&self) -> bool {
        let account = &self.account;
        let public = self.visibility.as_deref().is_none_or(|visibility| visibility == "public");
        public && account.indexable != Some(false) && account.noindex != Some(true)
    }

    pub(super) fn is_by_bot(&self) -> bool {
        self.account.bot
    }

    /// True where the status says no language, or one of these.
    pub(super) fn speaks(&self, languages: &[String]) -> bool {
        let Some(language) = &self.language else { return true };
        languages.is_empty() || languages.iter().any(|wanted| wanted.eq_ignore_ascii_case(language))
    }

    /// The item. Its revision is the time of the last edit: counts of likes alone make no new one.
    pub(super) fn item(self, source: &Mastodon, now: Timestamp) -> RawItem {
        let revision = self.edited_at.unwrap_or(self.created_at).to_string();
        let mut body = self.content;
        // What the author wrote beside the text: descriptions of pictures, and the choices of a poll.
        let descriptions = self.media_attachments.into_iter().filter_map(|media| media.description);
        let choices = self.poll.into_iter().flat_map(|poll| poll.options).map(|choice| choice.title);
        for text in descriptions.chain(choices).filter(|text| !text.trim().is_empty()) {
            body.push_str("<p>");
            body.push_str(&escaped(&text));
            body.push_str("</p>");
        }
        let url = self.url.unwrap_or(self.uri);
        RawItem {
            revision,
            kind: source.kind(self.in_reply_to_id.is_some()),
            url: Some(url).filter(|url| crate::options::web_address(url).is_ok()),
            // The line under which an author hides a text says what it is about.
            title: Some(self.spoiler_text).filter(|text| !text.trim().is_empty()),
            body: body.into_bytes(),
            published_at: Some(self.created_at),
            author: Some(Author::Name(self.account.acct)),
            tags: self.tags.into_iter().map(|tag| tag.name).collect(),
            engagement: Engagement {
                likes: self.favourites_count,
                shares: self.reblogs_count,
                comments: self.replies_count,
                views: None,
            },
            parent: self.in_reply_to_id.map(DocumentId),
            ..blank(source, &self.id, now)
        }
    }
}

/// The item of a status that was taken down.
pub(super) fn withdrawn(source: &Mastodon, id: &Id, revision: &str, now: Timestamp) -> RawItem {
    RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..blank(source, id, now) }
}

fn blank(source: &Mastodon, id: &Id, now: Timestamp) -> RawItem {
    RawItem {
        source: source.source.name.clone(),
        id: id.as_str().into(),
        revision: String::new(),
        kind: source.source.kind,
        url: None,
        title: None,
        body: Vec::new(),
        format: BodyFormat::Fragment,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        fetched_at: now,
        withdrawn: false,
        parent: None,
    }
}

impl Mastodon {
    /// A reply is a comment, unless the pipeline says what the source is.
    fn kind(&self, is_reply: bool) -> SourceKind {
        match self.common.source_kind {
            None if is_reply => SourceKind::Comment,
            _ => self.source.kind,
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_their_time_and_sort_as_numbers() {
        let id = |text: &str| Id::try_from(text.to_owned()).unwrap();
        let (time, of_that_time) = ("2026-08-01T13:55:50.337Z".parse().unwrap(), id("117020593378945190"));
        assert!(Id::at(time) <= of_that_time && of_that_time.before(1) < Id::at(time));
        assert!(id("9") < id("10") && id("117020593378945190").before(60_000) < of_that_time);
        assert_eq!(id("01HZX3ABC").before(60_000), id("01HZX3ABC"));
        assert!(Id::try_from("1/../2".to_owned()).is_err());
    }
}

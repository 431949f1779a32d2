//! A post's record, and the item that it becomes.

use super::Bluesky;
use jiff::Timestamp;
use model::{Author, BodyFormat, DocumentId, Engagement, RawItem, SourceKind};
use serde::Deserialize;
use serde_json::Value;

/// The collection that posts lie in.
pub(super) const POSTS: &str = "app.bsky.feed.post";
/// The longest address of a post: 2 KiB for the account and 512 for the key are allowed, and nobody uses them.
const KEY_LENGTH_MAX: usize = 200;

/// `app.bsky.feed.post`, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    created_at: String,
    #[serde(default)]
    pub(super) langs: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    facets: Vec<Facet>,
    #[serde(default)]
    reply: Option<Reply>,
    #[serde(default)]
    embed: Option<Value>,
}

#[derive(Deserialize)]
struct Facet {
    #[serde(default)]
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    tag: Option<String>,
}

#[derive(Deserialize)]
struct Reply {
    parent: Reference,
}

#[derive(Deserialize)]
struct Reference {
    uri: String,
}

/// Which post: `account/key`, checked and short enough to be remembered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn new(did: &str, rkey: &str) -> Option<Self> {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":._~-%".contains(&byte))
        };
        let fits = did.starts_with("did:") && did.len() + rkey.len() < KEY_LENGTH_MAX;
        (fits && plain(did) && plain(rkey)).then(|| Self(format!("{did}/{rkey}")))
    }

    pub(super) fn of(uri: &str) -> Option<Self> {
        let (did, rest) = uri.strip_prefix("at://")?.split_once('/')?;
        Self::new(did, rest.strip_prefix(POSTS)?.strip_prefix('/')?)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').expect("made of two parts")
    }
}

/// `at://…`, the post's own id.
pub(super) fn uri(key: &str) -> String {
    let (did, rkey) = key.split_once('/').unwrap_or((key, ""));
    format!("at://{did}/{POSTS}/{rkey}")
}

impl Record {
    /// When it was written, as far as that can be true: nobody writes after they were read.
    pub(super) fn time(&self, indexed: Timestamp) -> Timestamp {
        self.created_at.parse().map_or(indexed, |created: Timestamp| created.min(indexed))
    }

    /// Hashtags, in the text and beside it.
    pub(super) fn hashtags(&self) -> impl Iterator<Item = &str> {
        let inside = self.facets.iter().flat_map(|facet| &facet.features).filter_map(|feature| feature.tag.as_deref());
        inside.chain(self.tags.iter().map(String::as_str))
    }

    /// The post's words: its text, the descriptions of its pictures, and what its link says.
    pub(super) fn words(&self) -> String {
        let mut words = self.text.clone();
        for text in self.embed.iter().flat_map(shown) {
            words.push_str("\n\n");
            words.push_str(&text);
        }
        words
    }

    pub(super) fn item(
        self,
        source: &Bluesky,
        key: &Key,
        revision: &str,
        indexed: Timestamp,
        engagement: Engagement,
        now: Timestamp,
    ) -> RawItem {
        let (did, rkey) = key.parts();
        let mut tags: Vec<String> = Vec::new();
        for tag in self.hashtags() {
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        RawItem {
            revision: revision.to_owned(),
            kind: match source.common.source_kind {
                None if self.reply.is_some() => SourceKind::Comment,
                _ => source.source.kind,
            },
            // By account and not by handle, which can change hands.
            url: Some(format!("https://bsky.app/profile/{did}/post/{rkey}")),
            body: self.words().into_bytes(),
            published_at: Some(self.time(indexed)),
            author: Some(Author::Name(did.to_owned())),
            tags,
            engagement,
            parent: self.reply.map(|reply| DocumentId(reply.parent.uri)),
            ..blank(source, key.as_str(), now)
        }
    }
}

/// Words of what a post carries: <https://docs.bsky.app/docs/advanced-guides/posts#images-embeds>.
fn shown(embed: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let mut texts: Vec<String> = Vec::new();
    texts.extend(embed["images"].as_array().into_iter().flatten().take(10).filter_map(|image| text(&image["alt"])));
    texts.extend(text(&embed["alt"])); // a film's
    texts.extend(text(&embed["external"]["title"]));
    texts.extend(text(&embed["external"]["description"]));
    if embed["media"].is_object() && embed["media"]["media"].is_null() {
        texts.extend(shown(&embed["media"])); // pictures beside a quoted post
    }
    texts
}

/// The item of a post that is gone.
pub(super) fn withdrawn(source: &Bluesky, key: &str, revision: &str, now: Timestamp) -> RawItem {
    RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..blank(source, key, now) }
}

fn blank(source: &Bluesky, key: &str, now: Timestamp) -> RawItem {
    RawItem {
        source: source.source.name.clone(),
        id: uri(key).into(),
        revision: String::new(),
        kind: source.source.kind,
        url: None,
        title: None,
        body: Vec::new(),
        format: BodyFormat::Text,
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

/// Enough of a content id to know a revision by.
pub(super) fn short(cid: &str) -> String {
    let start = cid.char_indices().rev().nth(11).map_or(0, |(start, _)| start);
    cid[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked() {
        let key = Key::of("at://did:plc:abc/app.bsky.feed.post/3n2tyl").unwrap();
        assert_eq!(
            (key.as_str(), uri(key.as_str()).as_str()),
            ("did:plc:abc/3n2tyl", "at://did:plc:abc/app.bsky.feed.post/3n2tyl")
        );
        for odd in [
            "",
            "at://did:plc:abc",
            "at://warga.test/app.bsky.feed.post/1",
            "at://did:plc:abc/app.bsky.feed.like/1",
            "at://did:plc:abc/app.bsky.feed.post/1/2",
            "at://did:plc:a?b/app.bsky.feed.post/1",
        ] {
            assert_eq!(Key::of(odd), None, "{odd}");
        }
        assert_eq!(short("bafyreievtmlbumo2einxt"), "mlbumo2einxt");
    }

    #[test]
    fn words_of_embeds() {
        let record = |embed: &str| -> Record {
            serde_json::from_str(&format!(r#"{{"text": "a", "createdAt": "x", "embed": {embed}}}"#)).unwrap()
        };
        assert_eq!(record(r#"{"images": [{"alt": " b "}, {"alt": ""}, {}]}"#).words(), "a\n\nb");
        assert_eq!(record(r#"{"external": {"title": "c", "description": "d"}}"#).words(), "a\n\nc\n\nd");
        assert_eq!(record(r#"{"media": {"alt": "e"}, "record": {}}"#).words(), "a\n\ne");
        assert_eq!(record("null").words(), "a");
    }
}

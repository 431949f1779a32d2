//! `RawItem`: one thing as the world gave it, before anything is understood.

use crate::{DocumentId, DocumentKey, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Stands between the pages of one article, where a site spreads it over several and a collector joined them.
pub const NEXT_PAGE: &str = "<!-- pesut:next-page -->";

/// One item exactly as a collector or an import received it.
///
/// Unique in truth by `(source, id, revision)`; never edited once stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawItem {
    /// Who published it.
    pub source: SourceName,
    /// The id that the source or file gave it.
    pub id: DocumentId,
    /// What changes when the source edits the item: its modification time, or a hash of its content.
    pub revision: String,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Where it can be read, if anywhere.
    pub url: Option<String>,
    /// The title that came beside the body, still with entities and markup if the source sent them.
    pub title: Option<String>,
    /// The body's bytes as received.
    pub body: Vec<u8>,
    /// How the body is to be read.
    pub format: BodyFormat,
    /// The charset that the transport declared (`Content-Type`), if it did.
    pub charset: Option<String>,
    /// Publication time as the source states it.
    pub published_at: Option<Timestamp>,
    /// The author as the source states it; a pseudonym once the item has passed the door of truth.
    pub author: Option<Author>,
    /// The source's own categories and tags.
    pub tags: Vec<String>,
    /// Reactions counted by the platform.
    #[serde(default)]
    pub engagement: Engagement,
    /// When Pesut first received this revision.
    pub fetched_at: Timestamp,
    /// True where the source has taken the item down; the body is then empty.
    pub withdrawn: bool,
}

impl RawItem {
    /// Identity across sources.
    pub fn key(&self) -> DocumentKey {
        DocumentKey { source: self.source.clone(), id: self.id.clone() }
    }
}

/// A stored item with its place in truth.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// Position in truth, strictly increasing from 1.
    pub sequence: u64,
    /// The sequence of the revision that this one replaces, if any.
    pub replaces: Option<u64>,
    /// When any revision of this item was first received.
    pub first_seen_at: Timestamp,
    /// The item; its author is a pseudonym.
    pub item: RawItem,
}

/// An author: a name outside truth, a keyed pseudonym inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// As the source wrote it; never stored.
    Name(String),
    /// Keyed hash of source and name, hex.
    Pseudonym(String),
}

/// How a body is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// A whole HTML page with navigation around the article.
    Page,
    /// HTML of the article alone, as feeds and WordPress give it.
    Fragment,
    /// Plain text.
    Text,
}

/// Reactions counted by a platform; absent where it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Engagement {
    /// Likes, hearts, thumbs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Shares, reposts, forwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Comments and replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// Views or plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
}

/// What sort of voice an item is (`jenis` in queries).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// An outlet's article.
    #[default]
    News,
    /// A government site's release or announcement.
    Official,
    /// A fact-checker's article.
    Factcheck,
    /// A citizen's or account's own public post.
    Post,
    /// A comment under somebody's post or article.
    Comment,
    /// A complaint handed over from the complaint channel.
    Complaint,
    /// A review of an application or a service.
    Review,
    /// Radio, television or print, entered by hand.
    Broadcast,
}

impl SourceKind {
    /// Every kind, in the order in which tables show them.
    pub const ALL: [Self; 8] = [
        Self::News,
        Self::Official,
        Self::Factcheck,
        Self::Broadcast,
        Self::Post,
        Self::Comment,
        Self::Complaint,
        Self::Review,
    ];

    /// The name in JSON, SQL, TOML and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Official => "official",
            Self::Factcheck => "factcheck",
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Complaint => "complaint",
            Self::Review => "review",
            Self::Broadcast => "broadcast",
        }
    }

    /// The name shown to officials.
    pub fn label(self) -> &'static str {
        match self {
            Self::News => "berita",
            Self::Official => "rilis resmi",
            Self::Factcheck => "cek fakta",
            Self::Post => "unggahan warga",
            Self::Comment => "komentar",
            Self::Complaint => "aduan",
            Self::Review => "ulasan",
            Self::Broadcast => "siaran",
        }
    }

    /// True for citizens' own words: posts, comments, complaints, reviews.
    pub fn is_public_voice(self) -> bool {
        matches!(self, Self::Post | Self::Comment | Self::Complaint | Self::Review)
    }
}

impl FromStr for SourceKind {
    type Err = String;

    /// Reads the English name or the usual Indonesian and export synonyms.
    fn from_str(value: &str) -> Result<Self, String> {
        Ok(match value.trim().to_lowercase().as_str() {
            "news" | "berita" | "article" | "artikel" | "media" => Self::News,
            "official" | "resmi" | "rilis" | "release" | "government" => Self::Official,
            "factcheck" | "fact-check" | "fact_check" | "cekfakta" | "cek fakta" => Self::Factcheck,
            "post" | "unggahan" | "social" | "medsos" | "tweet" | "status" => Self::Post,
            "comment" | "komentar" | "reply" | "balasan" => Self::Comment,
            "complaint" | "aduan" | "laporan" | "lapor" => Self::Complaint,
            "review" | "ulasan" => Self::Review,
            "broadcast" | "siaran" | "radio" | "tv" | "print" | "cetak" => Self::Broadcast,
            other => {
                let known: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
                return Err(format!("unknown kind \"{other}\"; known: {}", known.join(", ")));
            }
        })
    }
}

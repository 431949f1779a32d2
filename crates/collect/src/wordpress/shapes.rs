//! Posts and comments as the REST interface shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What the interface lists by pages.
pub(super) trait Listed: DeserializeOwned {
    const ROUTE: &'static str;
    const FIELDS: &'static str;
    /// The refusal behind the last page.
    const PAST_THE_END: &'static str;
    /// The refusals of a single entry that readers cannot see any more.
    const GONE: &'static [&'static str];

    fn id(&self) -> u64;
    /// Changes with every edit.
    fn revision(&self) -> String;
}

/// One post.
#[derive(Deserialize)]
pub(super) struct Post {
    id: u64,
    #[serde(default)]
    date_gmt: Option<String>,
    #[serde(default)]
    modified_gmt: String,
    #[serde(default)]
    pub(super) link: String,
    #[serde(default)]
    pub(super) title: Rendered,
    #[serde(default)]
    pub(super) content: Rendered,
    #[serde(default)]
    pub(super) excerpt: Rendered,
    #[serde(default)]
    pub(super) author: u64,
    #[serde(default)]
    pub(super) categories: Vec<u64>,
    #[serde(default)]
    pub(super) tags: Vec<u64>,
}

/// One comment under a post.
#[derive(Deserialize)]
pub(super) struct Comment {
    id: u64,
    /// The post; 0 where the site does not say.
    #[serde(default)]
    pub(super) post: u64,
    #[serde(default)]
    pub(super) author_name: String,
    #[serde(default)]
    date_gmt: Option<String>,
    #[serde(default)]
    pub(super) link: String,
    #[serde(default)]
    pub(super) content: Rendered,
}

/// A text as the site shows it: HTML with entities.
#[derive(Default, Deserialize)]
pub(super) struct Rendered {
    #[serde(default)]
    pub(super) rendered: String,
}

impl Listed for Post {
    const ROUTE: &'static str = "/wp/v2/posts";
    const FIELDS: &'static str = "id,date_gmt,modified_gmt,link,title,content,excerpt,author,categories,tags";
    const PAST_THE_END: &'static str = "rest_post_invalid_page_number";
    // Deleted for good; in the bin, a draft again or private.
    const GONE: &'static [&'static str] = &["rest_post_invalid_id", "rest_forbidden"];

    fn id(&self) -> u64 {
        self.id
    }

    /// A site that hides its modification times is read by content.
    fn revision(&self) -> String {
        match self.modified_gmt.as_str() {
            "" => {
                format!("{:032x}", xxh3_128(format!("{}\0{}", self.title.rendered, self.content.rendered).as_bytes()))
            }
            modified => modified.to_owned(),
        }
    }
}

impl Post {
    pub(super) fn published_at(&self) -> Option<Timestamp> {
        crate::dates::parse(self.date_gmt.as_deref()?, &TimeZone::UTC)
    }

    pub(super) fn modified_at(&self) -> Option<Timestamp> {
        crate::dates::parse(&self.modified_gmt, &TimeZone::UTC)
    }
}

impl Listed for Comment {
    const ROUTE: &'static str = "/wp/v2/comments";
    const FIELDS: &'static str = "id,post,author_name,date_gmt,link,content";
    const PAST_THE_END: &'static str = "rest_comment_invalid_page_number";
    // Deleted for good; in the bin, spam or waiting again; under a post that is not shown any more.
    const GONE: &'static [&'static str] =
        &["rest_comment_invalid_id", "rest_cannot_read", "rest_cannot_read_post", "rest_post_invalid_id"];

    fn id(&self) -> u64 {
        self.id
    }

    /// The interface has no time of modification for comments. Half a hash keeps the cursor small.
    fn revision(&self) -> String {
        format!("{:016x}", xxh3_64(self.content.rendered.as_bytes()))
    }
}

impl Comment {
    pub(super) fn published_at(&self) -> Option<Timestamp> {
        crate::dates::parse(self.date_gmt.as_deref()?, &TimeZone::UTC)
    }
}

//! Talkwalker: CSV or XLSX of results.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "talkwalker",
    summary: "Talkwalker: CSV or XLSX of results",
    evidence: Evidence::Memory("that a table names its columns as the documented interface names its fields"),
    signs: &[
        &["published", "content", "domain_url"],
        &["published", "title_snippet", "url"],
        &["published", "extra_author_attributes.name", "url"],
    ],
    columns: &[
        ("title", Column::Title),
        ("content", Column::Text),
        ("content_snippet", Column::Text),
        ("published", Column::Date),
        ("url", Column::Url),
        ("domain_url", Column::Source),
        ("host_url", Column::Source),
        ("source_type", Column::Kind),
        ("post_type", Column::Entry),
        ("extra_author_attributes.name", Column::Author),
        ("extra_author_attributes.short_name", Column::Author),
        ("twitter_likes", Column::Likes),
        ("facebook_likes", Column::Likes),
        ("twitter_retweets", Column::Shares),
        ("facebook_shares", Column::Shares),
    ],
    platform: None,
    kind: SourceKind::News,
    utc: true,
    finish: native_id,
};

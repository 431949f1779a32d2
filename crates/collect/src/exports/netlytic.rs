//! Netlytic: CSV of collected posts and comments.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "netlytic",
    summary: "Netlytic: CSV of collected posts and comments",
    evidence: Evidence::Memory("from memory"),
    signs: &[&["pubdate", "author", "description", "link"], &["pubdate", "author", "description", "guid"]],
    columns: &[
        ("guid", Column::Id),
        ("id", Column::Id),
        ("title", Column::Title),
        ("description", Column::Text),
        ("pubdate", Column::Date),
        ("link", Column::Url),
        ("author", Column::Author),
        ("source", Column::Source),
        ("in_reply_to_status_id", Column::Parent),
        ("like_count", Column::Likes),
        ("favorite_count", Column::Likes),
        ("retweet_count", Column::Shares),
        ("reply_count", Column::Comments),
    ],
    platform: None,
    kind: SourceKind::Post,
    utc: true,
    finish: native_id,
};

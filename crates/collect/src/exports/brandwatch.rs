//! Brandwatch Consumer Research: CSV or XLSX of mentions, with lines about the query above the header.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use crate::words;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "brandwatch",
    summary: "Brandwatch: CSV or XLSX of mentions, lines above the header included",
    evidence: Evidence::Documented(
        "developers.brandwatch.com, mention field definitions; column lists in public programs; the lines above the header from memory",
    ),
    signs: &[
        &["Query Id", "Query Name", "Date", "Url"],
        &["Query Name", "Page Type", "Date"],
        &["Page Type", "Thread Entry Type", "Url"],
    ],
    columns: &[
        ("Resource Id", Column::Id),
        ("Mention Id", Column::Id),
        ("Title", Column::Title),
        ("Full Text", Column::Text),
        ("Snippet", Column::Text),
        ("Date", Column::Date),
        ("Url", Column::Url),
        ("Original Url", Column::Url),
        ("Domain", Column::Source),
        ("Page Type", Column::Kind),
        ("Content Source Name", Column::Kind),
        ("Thread Entry Type", Column::Entry),
        ("Author", Column::Author),
        ("Hashtags", Column::Tags),
        ("Tags", Column::Tags),
        ("Likes", Column::Likes),
        ("X Likes", Column::Likes),
        ("Twitter Likes", Column::Likes),
        ("Facebook Likes", Column::Likes),
        ("Instagram Likes", Column::Likes),
        ("Shares", Column::Shares),
        ("X Reposts", Column::Shares),
        ("Twitter Retweets", Column::Shares),
        ("Facebook Shares", Column::Shares),
        ("Comments", Column::Comments),
        ("X Replies", Column::Comments),
        ("Twitter Reply Count", Column::Comments),
        ("Facebook Comments", Column::Comments),
        ("Instagram Comments", Column::Comments),
        ("Impressions", Column::Views),
    ],
    platform: None,
    kind: SourceKind::News,
    utc: false,
    finish,
};

/// A post has no title: what stands there is its author's name.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    let short = row.get(Column::Kind).and_then(words::platform).filter(|name| !matches!(*name, "Reddit" | "YouTube"));
    if short.is_some() && row.get(Column::Text).is_some() {
        row.take(Column::Title);
    }
    native_id(row)
}

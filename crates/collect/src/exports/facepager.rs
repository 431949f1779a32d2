//! Facepager: CSV of Facebook posts and comments, its own numbers beside Facebook's.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "facepager",
    summary: "Facepager: CSV of Facebook posts and comments",
    evidence: Evidence::Documented("import_formats.py of 4CAT (facepager)"),
    signs: &[&["object_id", "query_type", "created_time"], &["object_id", "query_status", "message"]],
    columns: &[
        // `id` counts the rows of the program's own table.
        ("object_id", Column::Id),
        ("message", Column::Text),
        ("text", Column::Text),
        ("query_type", Column::Entry), // an address of the interface, read below
        ("created_time", Column::Date),
        ("permalink_url", Column::Url),
        ("link", Column::Url),
        ("from.name", Column::Author),
        ("reactions.summary.total_count", Column::Likes),
        ("like.summary.total_count", Column::Likes),
        ("shares.count", Column::Shares),
        ("comments.summary.total_count", Column::Comments),
    ],
    platform: Some("Facebook"),
    kind: SourceKind::Post,
    utc: true,
    finish,
};

/// What was asked for says what came: ".../comments" or ".../posts".
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    if row.take(Column::Entry).contains("/comments") {
        row.put(Column::Entry, "comment".into());
    }
    native_id(row)
}

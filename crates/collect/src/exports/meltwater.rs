//! Meltwater: CSV in UTF-16 with tabs, in the older shape ("Headline", "Influencer") and the newer ("Author Handle").

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use crate::words;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "meltwater",
    summary: "Meltwater: CSV in UTF-16 with tabs, or XLSX, older and newer columns",
    evidence: Evidence::Documented(
        "column lists of both shapes in public programs that read them; the style of the dates from memory",
    ),
    signs: &[&["Hit Sentence", "Opening Text"], &["Hit Sentence", "Influencer"], &["Document ID", "Input Name", "URL"]],
    columns: &[
        ("Tweet Id", Column::Id),
        ("Document ID", Column::Id),
        ("Headline", Column::Title),
        ("Title", Column::Title),
        ("Opening Text", Column::Text),
        ("Hit Sentence", Column::More),
        ("Date", Column::Date),
        ("Alternate Date Format", Column::Date),
        ("Time", Column::Time),
        ("URL", Column::Url),
        ("Source", Column::Source),
        ("Source Name", Column::Source),
        ("Source Domain", Column::Source),
        ("Source Type", Column::Kind),
        ("Information Type", Column::Kind),
        ("Content Type", Column::Entry),
        ("Influencer", Column::Author),
        ("Author Handle", Column::Author),
        ("Author Name", Column::Author),
        ("Hashtags", Column::Tags),
        ("Document Tags", Column::Tags),
        ("Likes", Column::Likes),
        ("Reactions", Column::Likes),
        ("Shares", Column::Shares),
        ("Reposts", Column::Shares),
        ("Comments", Column::Comments),
        ("Replies", Column::Comments),
        ("Views", Column::Views),
    ],
    platform: None,
    kind: SourceKind::News,
    utc: false,
    finish,
};

/// The older shape names the platform as the source of a post.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    if row.get(Column::Source).and_then(words::platform).is_some() {
        row.set(Column::Kind, "post".into());
    }
    native_id(row)
}

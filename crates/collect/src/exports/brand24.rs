//! Brand24: XLSX or CSV of mentions.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "brand24",
    summary: "Brand24: XLSX or CSV of mentions",
    evidence: Evidence::Memory("from memory"),
    signs: &[
        &["Influence score", "Content"],
        &["Influence score", "Mention content"],
        &["Influencer score", "Content"],
        &["Social media reach", "Content"],
        &["Presence score", "Content"],
    ],
    columns: &[
        ("ID", Column::Id),
        ("Title", Column::Title),
        ("Content", Column::Text),
        ("Mention content", Column::Text),
        ("Description", Column::Text),
        ("Date", Column::Date),
        ("Hour", Column::Time),
        ("Time", Column::Time),
        ("URL", Column::Url),
        ("Link", Column::Url),
        ("Domain", Column::Source),
        ("Site", Column::Source),
        ("Source", Column::Under), // an address or a name, taken away again below
        ("Category", Column::Kind),
        ("Source type", Column::Kind),
        ("Author", Column::Author),
        ("Tags", Column::Tags),
        ("Hashtags", Column::Tags),
        ("Likes", Column::Likes),
        ("Likes count", Column::Likes),
        ("Shares", Column::Shares),
        ("Shares count", Column::Shares),
        ("Comments", Column::Comments),
        ("Comments count", Column::Comments),
        ("Views", Column::Views),
    ],
    platform: None,
    kind: SourceKind::News,
    utc: false,
    finish,
};

/// The source of a mention is the address where it stands.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    let source = row.take(Column::Under);
    let column = if source.starts_with("http") { Column::Url } else { Column::Source };
    row.set(column, source);
    native_id(row)
}

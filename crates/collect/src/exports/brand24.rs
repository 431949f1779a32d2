//! Brand24: XLSX or CSV of mentions.

use super::{Export, nothing_more};
use crate::Evidence;
use crate::columns::Column;
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
        ("Source", Column::Source),
        ("Domain", Column::Source),
        ("Site", Column::Source),
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
    finish: nothing_more,
};

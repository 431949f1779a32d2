//! CrowdTangle: CSV of Facebook pages and groups or of Instagram accounts. The service ended in 2024; archives remain.

use super::{Export, native_id};
use crate::Evidence;
use crate::columns::Column;
use model::SourceKind;

pub(crate) const EXPORT: Export = Export {
    name: "crowdtangle",
    summary: "CrowdTangle: CSV of Facebook pages and groups, or of Instagram accounts",
    evidence: Evidence::Documented("import_formats.py of 4CAT (facebook-crowdtangle, instagram-crowdtangle)"),
    signs: &[
        &["Facebook Id", "Post Created", "Message"],
        &["Followers at Posting", "Post Created", "Description"],
        &["Post Created", "Total Interactions", "URL"],
    ],
    columns: &[
        ("Title", Column::Title),
        ("Message", Column::Text),
        ("Description", Column::Text),
        ("Link Text", Column::Text),
        ("Image Text", Column::Text),
        ("Post Created", Column::Date),
        ("URL", Column::Url),
        ("User Name", Column::Author),
        ("Account", Column::Author),
        ("Page Name", Column::Author),
        ("Group Name", Column::Author),
        ("Likes", Column::Likes),
        ("Shares", Column::Shares),
        ("Comments", Column::Comments),
        ("Post Views", Column::Views),
        ("Views", Column::Views),
        ("Total Views", Column::Views),
    ],
    platform: None,
    kind: SourceKind::Post,
    utc: false,
    finish: native_id,
};

//! CrowdTangle: CSV of Facebook pages and groups or of Instagram accounts. The service ended in 2024; archives remain.

use super::{Export, last_piece};
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use crate::words;
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
    finish,
};

/// The post's own id is the end of its address.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    if let Some(url) = row.get(Column::Url)
        && words::platform_of(url).is_some()
    {
        let id = last_piece(url).to_owned();
        row.set(Column::Id, id.into());
    }
    Ok(())
}

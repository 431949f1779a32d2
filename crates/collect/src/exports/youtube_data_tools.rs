//! YouTube Data Tools: tables of videos and of comments, separated by tabs or commas.

use super::Export;
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use model::SourceKind;
use std::borrow::Cow;

pub(crate) const EXPORT: Export = Export {
    name: "ytdt",
    summary: "YouTube Data Tools: lists of videos and of comments; times are UTC",
    evidence: Evidence::Documented(
        "mod_video_info.php of YouTube Data Tools; import_formats.py of 4CAT (youtube_video_list, youtube_comment_list)",
    ),
    signs: &[
        &["id", "isReplyTo", "authorName", "text"],
        &["id", "isReplyToId", "authorName", "text"],
        &["id", "isReply", "authorName", "text"],
        &["videoId", "videoTitle", "channelTitle"],
        &["videoId", "videoDescription", "channelTitle"],
    ],
    columns: &[
        ("id", Column::Id),
        ("videoId", Column::Under),
        ("videoTitle", Column::Title),
        ("text", Column::Text),
        ("videoDescription", Column::Text),
        ("publishedAt", Column::Date),
        ("authorName", Column::Author),
        ("channelTitle", Column::Author),
        ("isReplyToId", Column::Parent),
        ("isReplyTo", Column::Parent),
        ("tags", Column::Tags),
        ("videoCategoryLabel", Column::Tags),
        ("likeCount", Column::Likes),
        ("replyCount", Column::Comments),
        ("commentCount", Column::Comments),
        ("viewCount", Column::Views),
    ],
    platform: Some("YouTube"),
    kind: SourceKind::Post,
    utc: true,
    finish,
};

/// Comments carry an id of their own, videos only the video's.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    let video = row.take(Column::Under);
    if row.get(Column::Id).is_none() {
        row.put(Column::Url, Cow::Owned(format!("https://www.youtube.com/watch?v={video}")));
        row.put(Column::Id, video);
        return Ok(());
    }
    row.put(Column::Entry, Cow::Borrowed("comment"));
    if !video.is_empty() {
        let id = row.get(Column::Id).unwrap_or_default();
        row.put(Column::Url, Cow::Owned(format!("https://www.youtube.com/watch?v={video}&lc={id}")));
        row.set(Column::Parent, video);
    }
    // YouTube hands comments out as HTML.
    let text = row.take(Column::Text);
    let marked_up = ["<br", "<a ", "<b>", "<i>", "&quot;", "&#39;", "&amp;"].iter().any(|mark| text.contains(mark));
    row.put(if marked_up { Column::Html } else { Column::Text }, text);
    Ok(())
}

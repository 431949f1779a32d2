//! 4CAT: CSV, and NDJSON of raw objects with `__import_meta`, which `raw` reads.

use super::Export;
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use crate::words;
use model::SourceKind;
use std::borrow::Cow;

pub(crate) const EXPORT: Export = Export {
    name: "4cat",
    summary: "4CAT: CSV or NDJSON of any data source; times are UTC",
    evidence: Evidence::Documented(
        "map_item of 4CAT's datasources (tiktok, tiktok_comments, twitter-import, instagram, threads, facebook, linkedin, telegram)",
    ),
    signs: &[
        &["thread_id", "unix_timestamp", "body"],
        &["thread_id", "timestamp", "body", "author"],
        &["id", "unix_timestamp", "body", "is_in_group"],
    ],
    columns: &[
        ("id", Column::Id),
        ("subject", Column::Title),
        ("body", Column::Text),
        ("timestamp", Column::Date),
        ("unix_timestamp", Column::Epoch),
        ("author_username", Column::Author), // Telegram's `author` is a number
        ("author", Column::Author),
        ("author_name", Column::Author),
        ("chat", Column::Channel),
        ("thread_id", Column::Parent),
        ("post_id", Column::Under),
        ("is_reply", Column::Reply),
        ("is_retweet", Column::Repost),
        ("url", Column::Url),
        ("link", Column::Url),
        ("tiktok_url", Column::Url),
        ("comment_url", Column::Url),
        ("post_url", Column::Url),
        ("hashtags", Column::Tags),
        ("likes", Column::Likes),
        ("like_count", Column::Likes),
        ("num_likes", Column::Likes),
        ("amount_likes", Column::Likes),
        ("reactions", Column::Likes),
        ("shares", Column::Shares),
        ("retweet_count", Column::Shares),
        ("reposts", Column::Shares),
        ("amount_shares", Column::Shares),
        ("forwards", Column::Shares),
        ("comments", Column::Comments),
        ("reply_count", Column::Comments),
        ("replies", Column::Comments),
        ("num_comments", Column::Comments),
        ("amount_comments", Column::Comments),
        ("plays", Column::Views),
        ("views", Column::Views),
        ("impression_count", Column::Views),
        ("amount_plays", Column::Views),
    ],
    platform: None,
    kind: SourceKind::Post,
    utc: true,
    finish,
};

/// Tells answers from threads, and channels from threads.
fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    let id = row.get(Column::Id).unwrap_or_default().to_owned();
    let (thread, channel) = (row.take(Column::Parent), row.take(Column::Channel));
    if !channel.is_empty() {
        // Telegram numbers its messages by channel, and the thread is the channel.
        row.put(Column::Url, Cow::Owned(format!("https://t.me/{channel}/{id}")));
        row.put(Column::Id, Cow::Owned(format!("{channel}/{id}")));
    } else if !thread.is_empty() && thread != id && !row.get(Column::Repost).is_some_and(words::yes) {
        row.put(Column::Parent, thread);
    }
    if row.get(Column::Under).is_some() {
        row.put(Column::Entry, Cow::Borrowed("comment"));
    }
    Ok(())
}

//! Raw objects of platforms, as Zeeschuimer captures them and 4CAT keeps them: where each platform puts what.
//!
//! The paths are those of `map_item` in 4CAT's datasources and of Zeeschuimer's modules. Platforms change them without
//! a word, so that every field may be missing, and an object without words is skipped with its reason.

use crate::columns::Column;
use crate::header::Wanted;
use crate::ndjson::short;
use crate::rows::{Reason, Row, Surroundings};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use memchr::memmem;
use model::{RawItem, SourceKind};
use serde_json::Value;
use std::borrow::Cow;

/// Puts the fields of one platform's object into a row; an error is the reason for leaving it out.
type Map = fn(&Value, &mut Object) -> Result<(), Reason>;

/// The platforms by the name that Zeeschuimer gives, and how each is read.
const PLATFORMS: &[(&[&str], &str, Map)] = &[
    (&["tiktok.com", "tiktok"], "TikTok", tiktok),
    (&["tiktok-comments"], "TikTok", tiktok_comment),
    (&["instagram.com", "instagram"], "Instagram", instagram),
    (&["instagram-comments"], "Instagram", instagram_comment),
    (&["twitter.com", "x.com", "twitter", "twitter-import", "x"], "X", x),
    (&["threads.net", "threads.com", "threads"], "Threads", threads),
    (&["facebook.com", "facebook"], "Facebook", facebook),
    (&["linkedin.com", "linkedin"], "LinkedIn", linkedin),
];

/// True for a line of Zeeschuimer or of 4CAT's NDJSON.
pub(crate) fn recognised(line: &[u8], wanted: Wanted) -> bool {
    let has = |key: &str| memmem::find(line, key.as_bytes()).is_some();
    match wanted {
        Wanted::Generic => false,
        Wanted::Export(export) => matches!(export.name, "zeeschuimer" | "4cat"),
        Wanted::Any => {
            // The envelope stands in front of or behind the object; its keys occur nowhere else together.
            has("\"source_platform\"") && (has("\"item_id\"") || has("\"nav_index\"")) || has("\"__import_meta\"")
        }
    }
}

/// A line as an item.
pub(crate) fn item(line: &[u8], around: &Surroundings<'_>) -> Result<RawItem, Reason> {
    let value: Value =
        serde_json::from_slice(line).map_err(|error| Reason::Owned(format!("broken JSON: {}", short(&error))))?;
    let (envelope, data) = match value.get("data") {
        Some(data) if value.get("source_platform").is_some() => (&value, data),
        _ => (value.get("__import_meta").unwrap_or(&Value::Null), &value),
    };
    let Some(platform) = text(envelope, "/source_platform") else {
        return Err("the line does not say which platform it is from (source_platform)".into());
    };
    let found = PLATFORMS.iter().find(|(names, ..)| names.contains(&platform.to_lowercase().as_str()));
    let Some((_, source, map)) = found else {
        let known: Vec<_> = PLATFORMS.iter().map(|(names, ..)| names[0]).collect();
        return Err(format!("platform \"{platform}\" is not one that is read; known: {}", known.join(", ")).into());
    };
    if !data.is_object() {
        return Err("the line holds no object of a platform (data)".into());
    }
    let mut object = Object { row: Row::default(), collected: number(envelope, "/timestamp_collected") };
    object.row.put(Column::Source, Cow::Borrowed(source));
    map(data, &mut object)?;
    if object.row.get(Column::Id).is_none() {
        object.put(Column::Id, text(envelope, "/item_id"));
    }
    let mut inside = around.clone();
    inside.zone = Cow::Owned(TimeZone::UTC);
    inside.kind = around.kind.or(Some(SourceKind::Post));
    object.row.into_item(&inside)
}

/// The row that an object becomes.
struct Object {
    row: Row<'static>,
    /// When it was captured, in milliseconds.
    collected: Option<i64>,
}

impl Object {
    fn put(&mut self, column: Column, value: Option<String>) {
        if let Some(value) = value {
            self.row.put(column, Cow::Owned(value));
        }
    }

    /// Copies fields from their paths; of several paths the first that says something counts.
    fn copy(&mut self, value: &Value, fields: &[(Column, &[&str])]) {
        for (column, paths) in fields {
            self.put(*column, paths.iter().find_map(|path| text(value, path)));
        }
    }

    fn comment(&mut self, parent: Option<String>) {
        self.row.put(Column::Entry, Cow::Borrowed("comment"));
        self.put(Column::Parent, parent);
    }
}

/// A text or a number at a path.
fn text(value: &Value, path: &str) -> Option<String> {
    match value.pointer(path)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value, path: &str) -> Option<i64> {
    text(value, path)?.split('.').next()?.parse().ok()
}

/// Texts at a path inside each element of a list, joined as tags.
fn list(value: &Value, path: &str, inner: &str) -> Option<String> {
    let found = value.pointer(path)?.as_array()?.iter().filter_map(|element| text(element, inner));
    let joined = found.take(64).collect::<Vec<_>>().join(";");
    (!joined.is_empty()).then_some(joined)
}

fn tiktok(post: &Value, object: &mut Object) -> Result<(), Reason> {
    object.copy(
        post,
        &[
            (Column::Id, &["/id"]),
            (Column::Text, &["/desc"]),
            (Column::Epoch, &["/createTime"]),
            // Out of an answer of the platform's it is an object, out of a page a name.
            (Column::Author, &["/author/uniqueId", "/author"]),
            (Column::Likes, &["/stats/diggCount", "/statsV2/diggCount"]),
            (Column::Comments, &["/stats/commentCount", "/statsV2/commentCount"]),
            (Column::Shares, &["/stats/shareCount", "/statsV2/shareCount"]),
            (Column::Views, &["/stats/playCount", "/statsV2/playCount"]),
        ],
    );
    object.put(Column::Tags, list(post, "/textExtra", "/hashtagName"));
    if let (Some(author), Some(id)) = (object.row.get(Column::Author), object.row.get(Column::Id)) {
        let url = format!("https://www.tiktok.com/@{author}/video/{id}");
        object.put(Column::Url, Some(url));
    }
    Ok(())
}

fn tiktok_comment(comment: &Value, object: &mut Object) -> Result<(), Reason> {
    object.copy(
        comment,
        &[
            (Column::Id, &["/cid"]),
            (Column::Text, &["/text"]),
            (Column::Epoch, &["/create_time"]),
            (Column::Author, &["/user/unique_id"]),
            (Column::Likes, &["/digg_count"]),
            (Column::Comments, &["/reply_comment_total"]),
            (Column::Url, &["/share_info/url"]),
        ],
    );
    let answered = text(comment, "/reply_id").filter(|id| id != "0");
    object.comment(answered.or_else(|| text(comment, "/aweme_id")));
    Ok(())
}

fn instagram(post: &Value, object: &mut Object) -> Result<(), Reason> {
    let redirect = text(post, "/link").is_some_and(|link| link.starts_with("https://www.facebook.com/ads/ig_redirect"));
    if redirect || text(post, "/product_type").as_deref() == Some("ad") {
        return Err("an advertisement between the posts".into());
    }
    // The platform answers in two shapes: a list of items, and a graph of nodes.
    object.copy(
        post,
        &[
            (Column::Id, &["/code", "/shortcode"]),
            (Column::Text, &["/caption/text", "/edge_media_to_caption/edges/0/node/text"]),
            (Column::Epoch, &["/taken_at", "/taken_at_timestamp"]),
            (Column::Author, &["/user/username", "/owner/username"]),
            (Column::Likes, &["/like_count", "/edge_media_preview_like/count"]),
            (Column::Comments, &["/comment_count", "/edge_media_preview_comment/count"]),
            (Column::Views, &["/play_count", "/view_count"]),
        ],
    );
    if let Some(code) = object.row.get(Column::Id) {
        let url = format!("https://www.instagram.com/p/{code}");
        object.put(Column::Url, Some(url));
    }
    Ok(())
}

fn instagram_comment(comment: &Value, object: &mut Object) -> Result<(), Reason> {
    object.copy(
        comment,
        &[
            (Column::Id, &["/comment_id", "/pk", "/id"]),
            (Column::Text, &["/text"]),
            (Column::Epoch, &["/created_at", "/created_at_utc"]),
            (Column::Author, &["/user/unique_id", "/user/username"]),
            (Column::Likes, &["/comment_like_count"]),
            (Column::Comments, &["/child_comment_count"]),
            (Column::Url, &["/post_url"]),
        ],
    );
    // Posts are known by their short code, and only where there is none by their number.
    let post = || text(comment, "/post_shortcode").or_else(|| text(comment, "/post_id"));
    object.comment(text(comment, "/parent_comment_id").or_else(post));
    Ok(())
}

fn x(tweet: &Value, object: &mut Object) -> Result<(), Reason> {
    // Where answers are limited, the tweet is one level deeper.
    let tweet = tweet.get("tweet").filter(|inner| inner.is_object()).unwrap_or(tweet);
    object.copy(
        tweet,
        &[
            (Column::Id, &["/rest_id", "/legacy/id_str"]),
            (Column::Text, &["/note_tweet/note_tweet_results/result/text", "/legacy/full_text"]),
            (Column::Date, &["/legacy/created_at"]),
            (
                Column::Author,
                &[
                    "/core/user_results/result/legacy/screen_name",
                    "/core/user_results/result/core/screen_name",
                    "/user/screen_name",
                ],
            ),
            (Column::Likes, &["/legacy/favorite_count"]),
            (Column::Shares, &["/legacy/retweet_count"]),
            (Column::Comments, &["/legacy/reply_count"]),
            (Column::Views, &["/views/count", "/ext_views/count"]),
        ],
    );
    object.put(Column::Tags, list(tweet, "/legacy/entities/hashtags", "/text"));
    let id = object.row.get(Column::Id).unwrap_or_default().to_owned();
    if let Some(author) = object.row.get(Column::Author) {
        let url = format!("https://x.com/{author}/status/{id}");
        object.put(Column::Url, Some(url));
    }
    if let Some(original) = tweet.pointer("/legacy/retweeted_status_result/result") {
        let original = original.get("tweet").unwrap_or(original);
        // The repost's own text is cut off in the middle; the original's is whole.
        let whole = ["/note_tweet/note_tweet_results/result/text", "/legacy/full_text"];
        let whole = whole.iter().find_map(|path| text(original, path));
        object.put(Column::Text, whole);
        object.row.put(Column::Entry, Cow::Borrowed("repost"));
        return Ok(());
    }
    let answered = text(tweet, "/legacy/in_reply_to_status_id_str");
    let thread = || text(tweet, "/legacy/conversation_id_str").filter(|thread| *thread != id);
    if let Some(parent) = answered.or_else(thread) {
        object.comment(Some(parent));
    }
    Ok(())
}

fn threads(post: &Value, object: &mut Object) -> Result<(), Reason> {
    object.copy(
        post,
        &[
            (Column::Id, &["/code"]),
            (Column::Text, &["/caption/text"]),
            (Column::Epoch, &["/taken_at"]),
            (Column::Author, &["/user/username"]),
            (Column::Likes, &["/like_count"]),
            (Column::Shares, &["/text_post_app_info/repost_count"]),
            (Column::Comments, &["/text_post_app_info/direct_reply_count"]),
        ],
    );
    if let (Some(author), Some(code)) = (object.row.get(Column::Author), object.row.get(Column::Id)) {
        let url = format!("https://www.threads.com/@{author}/post/{code}");
        object.put(Column::Url, Some(url));
    }
    Ok(())
}

fn facebook(post: &Value, object: &mut Object) -> Result<(), Reason> {
    let Some(story) = post.pointer("/comet_sections/content/story") else {
        return Err("the post has no content (comet_sections)".into());
    };
    object.copy(
        story,
        &[
            (Column::Id, &["/post_id"]),
            (Column::Text, &["/message/text"]),
            (Column::Url, &["/wwwURL"]),
            (Column::Author, &["/actors/0/name"]),
        ],
    );
    let path = "/comet_sections/context_layout/story/comet_sections/metadata";
    let metadata = post.pointer(path).and_then(Value::as_array);
    let created = metadata.into_iter().flatten().find_map(|entry| text(entry, "/story/creation_time"));
    object.put(Column::Epoch, created);
    Ok(())
}

fn linkedin(post: &Value, object: &mut Object) -> Result<(), Reason> {
    if !post.get("actor").is_some_and(Value::is_object) {
        return Err("the post has no author (actor)".into());
    }
    object.copy(
        post,
        &[
            (Column::Text, &["/commentary/text/text"]),
            (Column::Author, &["/actor/name/text"]),
            (
                Column::Likes,
                &["/*socialDetail/*totalSocialActivityCounts/numLikes", "/*socialDetail/likes/paging/total"],
            ),
            (
                Column::Comments,
                &["/*socialDetail/*totalSocialActivityCounts/numComments", "/*socialDetail/comments/paging/total"],
            ),
            (Column::Shares, &["/*socialDetail/*totalSocialActivityCounts/numShares", "/*socialDetail/totalShares"]),
        ],
    );
    let urn = text(post, "/updateMetadata/urn").or_else(|| text(post, "/preDashEntityUrn"));
    let number = urn.as_deref().and_then(|urn| urn.split("urn:li:activity:").nth(1)?.split([',', ')']).next());
    if let Some(number) = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        object.put(Column::Id, Some(number.to_owned()));
        object.put(Column::Url, Some(format!("https://www.linkedin.com/feed/update/urn:li:activity:{number}")));
    }
    // Only an age is given ("18h"), so that the moment is as exact as that; older posts stay undated.
    let age = text(post, "/actor/subDescription/text").and_then(|age| short_age(&age));
    if let (Some(age), Some(collected)) = (age, object.collected) {
        let moment = Timestamp::from_millisecond(collected).ok().and_then(|moment| moment.checked_sub(age).ok());
        object.put(Column::Date, moment.map(|moment| moment.to_string()));
    }
    Ok(())
}

/// An age of less than a week: "18h", "3d", "5 jam", "2 hari".
fn short_age(age: &str) -> Option<SignedDuration> {
    let age = age.split('•').next()?.trim();
    let end = age.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = age.split_at(end);
    let count: i64 = count.parse().ok()?;
    let seconds = match unit.trim() {
        "m" | "menit" => 60,
        "h" | "jam" => 3600,
        "d" | "hari" => 86_400,
        _ => return None,
    };
    (count < 1000).then(|| SignedDuration::from_secs(count * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn platforms_are_known_by_their_sources() {
        for (names, source, _) in PLATFORMS {
            let plain = names[0].trim_end_matches("-comments");
            assert_eq!(words::platform(plain), Some(*source), "{names:?}");
        }
        assert_eq!(short_age("18h • Edited"), Some(SignedDuration::from_hours(18)));
        assert_eq!(short_age("2 hari"), Some(SignedDuration::from_hours(48)));
        assert_eq!(short_age("3mo"), None);
        assert_eq!(short_age("Promoted"), None);
    }
}

//! Addresses of platforms that are collected through interfaces of their own: known by their form, without a request.

use super::proposal::{Line, table};
use super::{Candidate, Search, Verdict};
use crate::addresses;
use url::Url;

/// Recognises a platform and proposes its connector; false where the address is an ordinary site's.
pub(super) fn recognise(search: &mut Search<'_>, url: &Url) -> bool {
    let segments: Vec<&str> = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    let host = addresses::bare_host(url).to_owned();
    let first = segments.first().copied().unwrap_or_default();
    match host.as_str() {
        "youtube.com" => youtube(search, &segments),
        "t.me" | "telegram.me" => {
            let channel = if first == "s" { segments.get(1).copied().unwrap_or_default() } else { first };
            named(
                search,
                "telegram",
                "Telegram",
                (!channel.is_empty()).then(|| Line::text("channel", channel)),
                url,
                "",
            );
        }
        "x.com" | "twitter.com" => {
            let query =
                (!first.is_empty()).then(|| Line::text("query", &format!("from:{}", first.trim_start_matches('@'))));
            named(
                search,
                "x",
                "X",
                query,
                url,
                "posts are bought by the piece: set `rupiah_a_day`, and `token` to the key of the office",
            );
        }
        "facebook.com" => {
            named(
                search,
                "facebook",
                "Facebook",
                None,
                url,
                "only pages that the office manages can be read: set `page` to the page's number, and `token`",
            );
        }
        "instagram.com" => {
            named(
                search,
                "instagram",
                "Instagram",
                None,
                url,
                "only the office's own professional account can be read: set `account` to its number, and `token`",
            );
        }
        "threads.net" | "threads.com" => {
            named(
                search,
                "threads",
                "Threads",
                None,
                url,
                "set `keywords` or `topics`, and `token` to the key of the office",
            );
        }
        "bsky.app" => {
            named(
                search,
                "bluesky",
                "Bluesky",
                None,
                url,
                "see the reference of the connector for its account and search",
            );
        }
        "tiktok.com" => {
            search
                .found
                .problems
                .push("TikTok gives public offices no interface; there is no connector for it".to_owned());
        }
        _ => return false,
    }
    true
}

fn youtube(search: &mut Search<'_>, segments: &[&str]) {
    let channel = match segments {
        ["channel", id, ..] if id.starts_with("UC") && id.len() == 24 => Some(*id),
        _ => None,
    };
    let Some(id) = channel else {
        search.found.problems.push(
            "a YouTube channel is collected by its id (UC and 22 characters), which the channel's page shows under \"Share channel\""
                .to_owned(),
        );
        named(
            search,
            "youtube",
            "YouTube",
            None,
            &Url::parse("https://www.youtube.com/").expect("an address"),
            "set `channels` to the channel's id, and `key` to the key of the office",
        );
        return;
    };
    let lines = [Line::text("key", "env:YOUTUBE_KEY"), Line::plain("channels", &format!("[\"{id}\"]"))];
    push(
        search,
        "youtube",
        &format!("https://www.youtube.com/channel/{id}"),
        &lines,
        "comments below the channel's videos; needs the key of the office",
    );
    let feed = format!("https://www.youtube.com/feeds/videos.xml?channel_id={id}");
    push(
        search,
        "feed",
        &feed,
        &[Line::text("url", &feed)],
        "the channel's latest videos, titles and descriptions alone; needs no key",
    );
}

fn named(search: &mut Search<'_>, kind: &'static str, title: &str, line: Option<Line>, url: &Url, note: &str) {
    search.found.title = Some(title.to_owned());
    push(search, kind, url.as_str(), line.as_slice(), note);
}

fn push(search: &mut Search<'_>, kind: &'static str, url: &str, lines: &[Line], note: &str) {
    let toml = table(search, kind, url, lines);
    search.found.candidates.push(Candidate {
        kind,
        url: url.to_owned(),
        entries: None,
        newest: None,
        full_text: None,
        robots: Verdict::Unknown,
        works: !lines.is_empty(),
        notes: [note, "known by its address; nothing was fetched"]
            .into_iter()
            .filter(|note| !note.is_empty())
            .map(str::to_owned)
            .collect(),
        toml,
    });
}

/// What to say of an address that has the form of a fediverse account or tag.
pub(super) fn fediverse(url: &Url) -> Option<String> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let server = url.origin().ascii_serialization();
    match segments.as_slice() {
        ["tags", tag] => {
            Some(format!("if this is a Mastodon server: kind = \"mastodon\", url = \"{server}\", tag = \"{tag}\""))
        }
        [account] if account.starts_with('@') && account.len() > 1 => {
            Some(format!("if this is a Mastodon account: its feed is {server}/{account}.rss"))
        }
        _ => None,
    }
}

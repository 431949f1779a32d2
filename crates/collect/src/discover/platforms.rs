//! Addresses of platforms that are collected through interfaces of their own: known by their form, without a request.

use super::proposal::{Line, quoted, table};
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
            let lines = named_line("channel", channel);
            let note = if lines.is_empty() { "set `channel` to the channel's name" } else { "" };
            named(search, "telegram", "Telegram", !lines.is_empty(), &lines, url, note);
        }
        "x.com" | "twitter.com" => {
            let account = first.trim_start_matches('@');
            let mut lines = vec![
                Line::text("token", "env:X_BEARER_TOKEN"),
                Line::plain("rupiah_a_day", "50000"),
                Line::plain("rupiah_per_dollar", "16500"),
            ];
            let mut note =
                "posts are bought by the piece: decide on `rupiah_a_day`, and put the office's key where `token` says";
            match account.is_empty() {
                true => note = "set `query`; posts are bought by the piece: decide on `rupiah_a_day`",
                false => lines.insert(0, Line::text("query", &format!("from:{account}"))),
            }
            named(search, "x", "X", !account.is_empty(), &lines, url, note);
        }
        "facebook.com" => {
            let note = "only pages that the office manages can be read: set `page` to the page's number";
            let lines = [Line::text("token", "env:FACEBOOK_PAGE_TOKEN")];
            named(search, "facebook", "Facebook", false, &lines, url, note);
        }
        "instagram.com" => {
            let note = "only the office's own professional account can be read: set `account` to its number";
            let lines = [Line::text("token", "env:INSTAGRAM_TOKEN")];
            named(search, "instagram", "Instagram", false, &lines, url, note);
        }
        "threads.net" | "threads.com" => {
            let lines = [Line::text("token", "env:THREADS_TOKEN")];
            named(
                search,
                "threads",
                "Threads",
                false,
                &lines,
                url,
                "words are searched for: set `keywords` or `topics`",
            );
        }
        "bsky.app" => {
            let mut lines = vec![
                Line::text("identifier", "kantor.bsky.social"),
                Line::text("app_password", "env:BLUESKY_APP_PASSWORD"),
            ];
            let author = match segments.as_slice() {
                ["profile", author, ..] => Some(*author),
                _ => None,
            };
            let mut note = "set `identifier` to the office's own account, which searches";
            match author {
                Some(author) => {
                    lines.insert(0, Line::plain("queries", &format!("[{}]", quoted(&format!("from:{author}")))))
                }
                None => note = "set `queries`, and `identifier` to the office's own account, which searches",
            }
            named(search, "bluesky", "Bluesky", author.is_some(), &lines, url, note);
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
            false,
            &[Line::text("key", "env:YOUTUBE_KEY")],
            &Url::parse("https://www.youtube.com/").expect("an address"),
            "set `channels` to the channel's id",
        );
        return;
    };
    let lines = [Line::text("key", "env:YOUTUBE_KEY"), Line::plain("channels", &format!("[\"{id}\"]"))];
    push(
        search,
        "youtube",
        &format!("https://www.youtube.com/channel/{id}"),
        true,
        &lines,
        "comments below the channel's videos; needs the key of the office",
    );
    let feed = format!("https://www.youtube.com/feeds/videos.xml?channel_id={id}");
    push(
        search,
        "feed",
        &feed,
        true,
        &[Line::text("url", &feed)],
        "the channel's latest videos, titles and descriptions alone; needs no key",
    );
}

/// The line of an option whose value the address may not tell.
fn named_line(key: &str, value: &str) -> Vec<Line> {
    if value.is_empty() { Vec::new() } else { vec![Line::text(key, value)] }
}

/// Proposes a platform's connector; `works` is true where the table is whole, but for the keys it names.
fn named(search: &mut Search<'_>, kind: &'static str, title: &str, works: bool, lines: &[Line], url: &Url, note: &str) {
    search.found.title = Some(title.to_owned());
    push(search, kind, url.as_str(), works, lines, note);
}

fn push(search: &mut Search<'_>, kind: &'static str, url: &str, works: bool, lines: &[Line], note: &str) {
    let toml = table(search, kind, url, lines);
    search.found.candidates.push(Candidate {
        kind,
        url: url.to_owned(),
        entries: None,
        newest: None,
        full_text: None,
        robots: Verdict::Unknown,
        works,
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

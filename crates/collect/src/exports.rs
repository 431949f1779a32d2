//! Exports of other tools: by which columns each is known, and what those columns mean.
//!
//! One file an export. Only the columns that it lists are read, so that nothing else slips in: the `source` of a
//! 4CAT tweet is the telephone it was written on, and the names in a complaint are nobody's business.
//!
//! Items of a platform get the platform as their source and its own id, so that the same post out of two tools, or out
//! of two exports that overlap, is one item. A repost stays an item of its own, since passing on is part of how an
//! issue spreads, and carries the tag `repost`, so that counting can leave it out.

mod brand24;
mod brandwatch;
mod crowdtangle;
mod facepager;
mod four_cat;
mod lapor;
mod meltwater;
mod netlytic;
pub(crate) mod raw;
mod talkwalker;
mod youtube_data_tools;
mod zeeschuimer;

use crate::Evidence;
use crate::columns::{Column, plain};
use crate::rows::Row;
use crate::words;
use model::SourceKind;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Every export, the most telling first: where a header fits two, the first wins.
pub(crate) const EXPORTS: &[&Export] = &[
    &four_cat::EXPORT,
    &zeeschuimer::EXPORT,
    &brandwatch::EXPORT,
    &meltwater::EXPORT,
    &brand24::EXPORT,
    &talkwalker::EXPORT,
    &crowdtangle::EXPORT,
    &facepager::EXPORT,
    &youtube_data_tools::EXPORT,
    &netlytic::EXPORT,
    &lapor::EXPORT,
];

/// The export of one tool.
pub struct Export {
    /// Its name for `--format`.
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// Where its shape is described.
    pub(crate) evidence: Evidence,
    /// Sets of columns, each of which occurs in no other export.
    pub(crate) signs: &'static [&'static [&'static str]],
    /// What its columns mean; of several with one meaning the first that says something counts.
    pub(crate) columns: &'static [(&'static str, Column)],
    /// The platform of everything in it; `None` where each row says it by its address or source.
    pub(crate) platform: Option<&'static str>,
    /// What an entry is that does not say it.
    pub(crate) kind: SourceKind,
    /// True where dates without a zone are in UTC rather than the office's zone.
    pub(crate) utc: bool,
    /// Puts together what stands in several columns; an error is the reason for leaving the row out.
    pub(crate) finish: fn(&mut Row<'_>) -> Result<(), &'static str>,
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Export {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Export {}

/// The columns of an export by their plain names; where a tool writes two that look alike, the first counts.
type Names = FxHashMap<String, (usize, Column)>;

static NAMES: LazyLock<Vec<(&'static Export, Names)>> = LazyLock::new(|| {
    let names = |export: &'static Export| {
        let columns = export.columns.iter().enumerate();
        (export, columns.map(|(rank, (name, column))| (plain(name), (rank, *column))).collect())
    };
    EXPORTS.iter().map(|export| names(export)).collect()
});

impl Export {
    /// The export that this header belongs to.
    pub(crate) fn of(header: &[String]) -> Option<&'static Self> {
        let has = |name: &&str| {
            let name = plain(name);
            header.contains(&name)
        };
        EXPORTS.iter().copied().find(|export| export.signs.iter().any(|signs| signs.iter().all(has)))
    }

    /// The rank and meaning of a column with this plain name.
    pub(crate) fn column(&self, name: &str) -> Option<(usize, Column)> {
        NAMES.iter().find(|(export, _)| *export == self)?.1.get(name).copied()
    }

    /// Finishes a row: what the export says of itself, then what all exports have in common.
    pub(crate) fn finish(&self, row: &mut Row<'_>) -> Result<(), &'static str> {
        (self.finish)(row)?;
        if let Some(host) =
            row.get(Column::Source).and_then(|source| url::Url::parse(source).ok()?.host_str().map(str::to_owned))
        {
            row.put(Column::Source, Cow::Owned(host));
        }
        let platform = self
            .platform
            .or_else(|| row.get(Column::Url).and_then(words::platform_of))
            .or_else(|| row.get(Column::Source).and_then(words::platform));
        if let Some(platform) = platform {
            row.put(Column::Source, Cow::Borrowed(platform));
            row.set(Column::Kind, Cow::Borrowed("post"));
        }
        if row.get(Column::Repost).is_some_and(words::yes) {
            row.put(Column::Entry, Cow::Borrowed("repost"));
        } else if row.get(Column::Reply).is_some_and(words::yes) {
            row.put(Column::Entry, Cow::Borrowed("reply"));
        }
        if row.get(Column::Parent).is_none() {
            let under = row.take(Column::Under);
            row.set(Column::Parent, under);
        }
        Ok(())
    }
}

/// For exports whose columns say everything.
fn nothing_more(_: &mut Row<'_>) -> Result<(), &'static str> {
    Ok(())
}

/// Takes a platform's own id out of an address, for exports that number their rows themselves: so that the same post
/// out of two tools is one item.
fn native_id(row: &mut Row<'_>) -> Result<(), &'static str> {
    let reply = row.get(Column::Entry).is_some_and(|word| words::entry(word) == words::Entry::Reply);
    if let Some(url) = row.get(Column::Url)
        && let Some(platform) = words::platform_of(url)
        // Elsewhere than on X, the address of a comment is the address of its post.
        && (!reply || platform == "X")
        && let Some(id) = post_id(url)
    {
        row.put(Column::Id, Cow::Owned(id));
    }
    Ok(())
}

/// The id of a post in its address: ".../status/123", ".../p/Cx1", "watch?v=x".
fn post_id(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    if let Some((_, video)) = url.query_pairs().find(|(name, _)| name == "v" || name == "story_fbid") {
        return Some(video.into_owned());
    }
    let mut pieces = url.path_segments()?;
    let marks = ["status", "statuses", "p", "reel", "reels", "tv", "video", "videos", "posts", "post", "shorts"];
    pieces.find(|piece| marks.contains(piece))?;
    pieces.next().filter(|id| !id.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_known_by_their_addresses() {
        for (url, id) in [
            ("http://twitter.com/akun/statuses/19", Some("19")),
            ("https://x.com/akun/status/19?s=20", Some("19")),
            ("https://www.instagram.com/p/Cx1/", Some("Cx1")),
            ("https://www.tiktok.com/@akun/video/73", Some("73")),
            ("https://www.youtube.com/watch?v=abc&t=1", Some("abc")),
            ("https://www.facebook.com/halaman/posts/55/", Some("55")),
            ("https://www.facebook.com/halaman", None),
        ] {
            assert_eq!(post_id(url).as_deref(), id, "{url}");
        }
    }

    #[test]
    fn every_sign_belongs_to_one_export() {
        for export in EXPORTS {
            for signs in export.signs {
                let header: Vec<String> = signs.iter().map(|name| plain(name)).collect();
                assert_eq!(Export::of(&header).map(|found| found.name), Some(export.name), "{signs:?}");
                for name in *signs {
                    assert!(!name.is_empty());
                }
            }
            let plains: std::collections::HashSet<_> = export.columns.iter().map(|(name, _)| plain(name)).collect();
            assert_eq!(plains.len(), export.columns.len(), "{}", export.name);
        }
    }
}

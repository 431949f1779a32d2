//! What cells of exports mean: which platform, which sort of voice, how many, yes or no.

use model::SourceKind;

/// The name of a platform, by its own name, an export's ("Facebook Public", "X/Twitter") or its host.
pub(crate) fn platform(name: &str) -> Option<&'static str> {
    let lower = name.trim().to_lowercase();
    let host = ["www.", "m.", "mobile.", "web.", "vt.", "vm."].iter().find_map(|front| lower.strip_prefix(front));
    let host = host.unwrap_or(&lower);
    let first = host.split([' ', '/', '(', ',', '_', '-']).next().unwrap_or_default();
    Some(match first {
        "x" | "twitter" | "x.com" | "twitter.com" | "tweet" | "tweets" => "X",
        "facebook" | "facebook.com" | "fb" | "fb.com" | "fb.watch" => "Facebook",
        "instagram" | "instagram.com" | "ig" => "Instagram",
        "tiktok" | "tiktok.com" => "TikTok",
        "youtube" | "youtube.com" | "youtu.be" => "YouTube",
        "threads" | "threads.net" | "threads.com" => "Threads",
        "linkedin" | "linkedin.com" => "LinkedIn",
        "reddit" | "reddit.com" => "Reddit",
        "telegram" | "t.me" | "telegram.me" => "Telegram",
        "bluesky" | "bsky.app" => "Bluesky",
        "mastodon" => "Mastodon",
        "tumblr" | "tumblr.com" => "Tumblr",
        "pinterest" | "pinterest.com" => "Pinterest",
        "kaskus" | "kaskus.co.id" => "Kaskus",
        "quora" | "quora.com" | "id.quora.com" => "Quora",
        _ => return None,
    })
}

/// The platform that an address belongs to.
pub(crate) fn platform_of(url: &str) -> Option<&'static str> {
    platform(url::Url::parse(url).ok()?.host_str()?)
}

/// The sort of voice: by Pesut's own names, else by the medium that exports name.
pub(crate) fn kind(word: &str) -> Option<SourceKind> {
    if let Ok(kind) = word.parse() {
        return Some(kind);
    }
    let lower = word.trim().to_lowercase();
    Some(match lower.as_str() {
        "comments" | "replies" | "tanggapan" => SourceKind::Comment,
        "online news" | "news site" | "news sites" | "online" | "web" | "website" | "websites" | "portal"
        | "media daring" | "media online" | "editorial" | "press" => SourceKind::News,
        "newspaper" | "newspapers" | "magazine" | "magazines" | "koran" | "majalah" | "television" | "televisi"
        | "podcast" | "podcasts" | "broadcasts" => SourceKind::Broadcast,
        "reviews" => SourceKind::Review,
        "blog" | "blogs" | "forum" | "forums" | "social media" | "media sosial" | "video" | "videos" | "photo"
        | "photos" | "image" | "images" | "picture" | "link" | "reel" | "reels" | "carousel" | "album" | "mixed"
        | "posts" | "social networks" | "microblog" | "original post" => SourceKind::Post,
        // Some name the platform behind it: "social media: TikTok", "SOCIALMEDIA_TWITTER", "ONLINENEWS_AGENCY".
        _ if lower.starts_with("social media") || lower.starts_with("socialmedia") => SourceKind::Post,
        _ if lower.starts_with("onlinenews") => SourceKind::News,
        _ => {
            platform(&lower)?;
            SourceKind::Post
        }
    })
}

/// What an entry is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Own,
    Reply,
    Repost,
}

/// Reads "reply", "retweet", "shared post" and the like; quotes say something of their own.
pub(crate) fn entry(word: &str) -> Entry {
    match word.trim().to_lowercase().as_str() {
        "reply" | "replies" | "comment" | "comments" | "komentar" | "balasan" => Entry::Reply,
        "retweet" | "rt" | "repost" | "share" | "shared" | "shared post" | "reblog" => Entry::Repost,
        _ => Entry::Own,
    }
}

/// True for every way of writing yes that exports know.
pub(crate) fn yes(word: &str) -> bool {
    matches!(word.trim().to_lowercase().as_str(), "ya" | "iya" | "yes" | "y" | "true" | "benar" | "1" | "v" | "✓")
}

/// "1234", "1.234", "1,234", "12.0", "1,2 rb", "3.4K", "2 jt".
pub(crate) fn count(cell: &str) -> Option<u64> {
    if let Ok(number) = cell.parse() {
        return Some(number);
    }
    let lower = cell.trim().to_lowercase();
    let end = lower.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}')));
    let (digits, unit) = lower.split_at(end.unwrap_or(lower.len()));
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let thousands: u64 = match unit.trim() {
        "" => 0,
        "k" | "rb" | "ribu" => 1,
        "m" | "jt" | "juta" => 2,
        "b" | "mrd" | "miliar" => 3,
        _ => return None,
    };
    // Groups of three digits are thousands; anything else behind the last mark is a fraction.
    let (whole, fraction) = match digits.rsplit_once(['.', ',']) {
        Some((whole, rest)) if rest.len() != 3 || thousands > 0 || whole.is_empty() => (whole, rest),
        _ => (digits.as_str(), ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let factor = 1000_u64.checked_pow(u32::try_from(thousands).ok()?)?;
    let number = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    let tenths = fraction.chars().next().and_then(|digit| digit.to_digit(10)).map_or(0, u64::from);
    number.checked_add(if thousands > 0 { tenths * (factor / 10) } else { 0 })
}

/// True for what a spreadsheet shows where a formula failed.
pub(crate) fn formula_error(cell: &str) -> bool {
    matches!(
        cell.trim(),
        "#REF!"
            | "#N/A"
            | "#NAME?"
            | "#VALUE!"
            | "#DIV/0!"
            | "#NULL!"
            | "#NUM!"
            | "#SPILL!"
            | "#CALC!"
            | "#GETTING_DATA"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_counts_of_every_style() {
        for (cell, number) in [
            ("12", 12),
            ("1.234", 1234),
            ("1,234", 1234),
            ("1.234.567", 1_234_567),
            ("1 234", 1234),
            ("12.0", 12),
            ("1234.5", 1234),
            ("1.2K", 1200),
            ("1,2 rb", 1200),
            ("12 ribu", 12_000),
            ("3.4M", 3_400_000),
            ("2 jt", 2_000_000),
        ] {
            assert_eq!(count(cell), Some(number), "{cell}");
        }
        for cell in ["", "-1", "N/A", "banyak", "-", ".", "1e9", "99999999999999999999", "18446744073709551615 jt"] {
            assert_eq!(count(cell), None, "{cell}");
        }
    }

    #[test]
    fn knows_platforms_and_media() {
        assert_eq!(platform("Facebook Public"), Some("Facebook"));
        assert_eq!(platform("X/Twitter"), Some("X"));
        assert_eq!(platform_of("https://m.youtube.com/watch?v=1"), Some("YouTube"));
        assert_eq!(platform_of("https://x.example/1"), None);
        assert_eq!(kind("Online News"), Some(SourceKind::News));
        assert_eq!(kind("social media: TikTok"), Some(SourceKind::Post));
        assert_eq!(kind("Instagram Public"), Some(SourceKind::Post));
        assert_eq!(kind("entah"), None);
    }
}

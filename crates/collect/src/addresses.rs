//! Addresses of pages: one address for one page, and what an address alone gives away about its page.

use jiff::civil::Date;
use url::Url;

/// Addresses longer than this are somebody's data, not a page (the limit that Media Cloud's fetcher uses).
const LENGTH_MAX: usize = 2_048;
/// Query keys that say how a reader came to the page and not what is on it; the text crate keeps the long list.
const TRACKING: [&str; 10] =
    ["fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid", "srsltid", "ttclid", "twclid", "yclid"];
/// Segments of paths that lead to lists, forms and files, in Indonesian and English.
const LISTINGS: [&str; 33] = [
    "author",
    "authors",
    "category",
    "cari",
    "cart",
    "contact",
    "feed",
    "indeks",
    "index",
    "indexes",
    "kategori",
    "kontak",
    "label",
    "login",
    "page",
    "pencarian",
    "penulis",
    "privacy-policy",
    "redaksi",
    "register",
    "rss",
    "search",
    "shop",
    "tag",
    "tags",
    "tentang-kami",
    "topic",
    "topics",
    "topik",
    "user",
    "wp-admin",
    "wp-content",
    "wp-json",
];
/// Files that are no pages.
const FILES: [&str; 18] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".mp3", ".mp4",
    ".xml", ".css", ".js", ".apk",
];

/// The address without fragment, login and tracking parameters; `None` for what is no web address.
pub(crate) fn clean(address: &str) -> Option<Url> {
    let address = address.trim();
    if address.len() > LENGTH_MAX {
        return None;
    }
    let mut url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    if let Some(query) = url.query() {
        let is_tracking = |pair: &&str| {
            let key = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
            pair.is_empty() || key.starts_with("utm_") || TRACKING.contains(&key.as_str())
        };
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    Some(url)
}

/// True where both are pages of one site: the same host, or one inside the other, `www.` and `m.` aside.
pub(crate) fn same_site(a: &Url, b: &Url) -> bool {
    let (a, b) = (bare_host(a), bare_host(b));
    let inside = |inner: &str, outer: &str| {
        inner.strip_suffix(outer).is_some_and(|start| start.ends_with('.')) && outer.contains('.')
    };
    a == b || inside(a, b) || inside(b, a)
}

/// The host without what only tells a device apart.
pub(crate) fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    ["www.", "m.", "amp."].iter().find_map(|start| host.strip_prefix(start)).unwrap_or(host)
}

/// Path and query, as patterns are matched against.
pub(crate) fn path_and_query(url: &Url) -> &str {
    &url[url::Position::BeforePath..]
}

/// True where `text` has the form of `pattern`: `*` stands for anything, everything else for itself.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    // The first and last piece are bound to the ends; between them the earliest place of each piece is the best one.
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Which number `candidate` has among the pages of one article or list; the pages count from 1.
pub(crate) fn page_number(first: &Url, candidate: &Url) -> Option<u32> {
    const KEYS: [&str; 5] = ["page", "paged", "halaman", "hal", "pg"];
    if bare_host(first) != bare_host(candidate) {
        return None;
    }
    let number = |digits: &str| digits.parse().ok().filter(|number| (1..=999).contains(number));
    let (stem, path) = (first.path().trim_end_matches('/'), candidate.path().trim_end_matches('/'));
    let plain = |url: &Url| -> Vec<(String, String)> {
        url.query_pairs().filter(|(key, _)| !KEYS.contains(&key.as_ref())).map(|(k, v)| (k.into(), v.into())).collect()
    };
    if plain(first) != plain(candidate) {
        return None;
    }
    if stem == path {
        return candidate.query_pairs().find(|(key, _)| KEYS.contains(&key.as_ref())).and_then(|(_, n)| number(&n));
    }
    let rest = path.strip_prefix(stem)?.strip_prefix('/')?;
    number(["page/", "halaman/", "hal/"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest))
}

/// True where `candidate` shows the whole of an article that is spread over pages.
pub(crate) fn is_full_view(article: &Url, candidate: &Url) -> bool {
    const VIEWS: [(&str, &str); 6] = [
        ("page", "all"),
        ("single", "1"),
        ("showpage", "all"),
        ("halaman", "all"),
        ("hal", "all"),
        ("tampil", "semua"),
    ];
    bare_host(article) == bare_host(candidate)
        && article.path().trim_end_matches('/') == candidate.path().trim_end_matches('/')
        && candidate.query_pairs().any(|(key, value)| VIEWS.contains(&(key.as_ref(), value.as_ref())))
}

/// The day that stands in a path such as `/2026/11/21/` or `/20261121`.
pub(crate) fn date_in_path(url: &Url) -> Option<Date> {
    let numbers: Vec<&str> = url.path().split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let date = |year: &str, month: &str, day: &str| {
        let year: i16 = year.parse().ok().filter(|year| (1995..=2100).contains(year))?;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let joined = numbers.iter().find_map(|run| match run.len() {
        8 => date(&run[..4], &run[4..6], &run[6..]),
        _ => None,
    });
    joined.or_else(|| {
        numbers.windows(3).find_map(|run| {
            let sound = run[0].len() == 4 && run[1].len() <= 2 && run[2].len() <= 2;
            sound.then(|| date(run[0], run[1], run[2])).flatten()
        })
    })
}

/// True where the address alone says that there is no article: the front page, lists, forms, files.
pub(crate) fn is_listing(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    if segments.peek().is_none() {
        // `/?p=123` is an article of a WordPress without pretty links.
        return !url.query_pairs().any(|(key, value)| matches!(key.as_ref(), "p" | "id") && !value.is_empty());
    }
    segments.any(|segment| LISTINGS.contains(&segment)) || FILES.iter().any(|ending| path.ends_with(ending))
}

/// How much an address looks like an article's: its date, number and the words of its title.
pub(crate) fn article_score(url: &Url) -> u32 {
    let path = url.path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let words = last.split(['-', '_', '.']).filter(|word| word.chars().any(char::is_alphabetic)).count();
    let is_year = |run: &str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    let numbered = path.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 3 && !is_year(run))
        || url.query_pairs().any(|(key, value)| {
            matches!(key.as_ref(), "p" | "id" | "berita" | "news" | "artikel")
                && value.bytes().any(|b| b.is_ascii_digit())
        });
    let slug = match words {
        0..=2 => 0,
        3 => 1,
        _ => 2,
    };
    slug + 2 * u32::from(date_in_path(url).is_some()) + 2 * u32::from(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> Url {
        Url::parse(address).unwrap()
    }

    #[test]
    fn one_page_has_one_address() {
        let clean = |address| clean(address).map(String::from);
        assert_eq!(
            clean(" https://a:b@Kabar.example:443/x?utm_source=wa&id=7&fbclid=z#atas"),
            Some("https://kabar.example/x?id=7".into())
        );
        assert_eq!(clean("https://kabar.example/x?utm_source=wa"), Some("https://kabar.example/x".into()));
        assert_eq!(clean("mailto:a@b.example"), None);
        assert_eq!(clean(&format!("https://kabar.example/{}", "x".repeat(3000))), None);
    }

    #[test]
    fn knows_a_site_by_its_host() {
        let same = |a, b| same_site(&url(a), &url(b));
        assert!(same("https://www.kabar.example/", "https://kabar.example/"));
        assert!(same("https://kaltim.kabar.example/", "https://www.kabar.example/"));
        assert!(!same("https://kabar.example/", "https://bukankabar.example/"));
        assert!(!same("https://a.example/", "https://example/"));
    }

    #[test]
    fn patterns_match_paths() {
        for (pattern, text, expected) in [
            ("/read/*", "/read/2026/x", true),
            ("/read/*", "/foto/read/x", false),
            ("*/banjir-*", "/daerah/banjir-1", true),
            ("/a*b*c", "/a--b--b--c", true),
            ("/a*b*c", "/a--c--b", false),
            ("/x", "/x", true),
            ("/x", "/xy", false),
            ("*", "", true),
            ("/a*a", "/a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn counts_pages() {
        let first = url("https://kabar.example/banjir-kota/?id=7");
        let number = |address| page_number(&first, &url(address));
        assert_eq!(number("https://www.kabar.example/banjir-kota?id=7&page=2"), Some(2));
        assert_eq!(number("https://kabar.example/banjir-kota/3/?id=7"), Some(3));
        assert_eq!(number("https://kabar.example/banjir-kota/page/4?id=7"), Some(4));
        for address in [
            "https://kabar.example/banjir-kota/?id=8&page=2",
            "https://kabar.example/banjir-kota/?id=7",
            "https://kabar.example/banjir-kota-lagi/2?id=7",
            "https://lain.example/banjir-kota/?id=7&page=2",
            "https://kabar.example/banjir-kota/comment-page-2/?id=7",
            "https://kabar.example/banjir-kota/2026/?id=7",
        ] {
            assert_eq!(number(address), None, "{address}");
        }
        let article = url("https://kabar.example/banjir-kota");
        assert!(is_full_view(&article, &url("https://kabar.example/banjir-kota?page=all")));
        assert!(!is_full_view(&article, &url("https://kabar.example/lain?page=all")));
    }

    #[test]
    fn reads_addresses_of_articles() {
        let day = |address| date_in_path(&url(address)).map(|date| date.to_string());
        assert_eq!(day("https://k.example/2026/11/21/banjir"), Some("2026-11-21".into()));
        assert_eq!(day("https://k.example/read/20261121/banjir"), Some("2026-11-21".into()));
        assert_eq!(day("https://k.example/berita/2026/banjir-5"), None);
        for article in [
            "https://k.example/2026/11/21/banjir-di-kota-surut",
            "https://k.example/read/1234567/banjir-surut",
            "https://k.example/?p=123",
            "https://k.example/banjir-di-kota-mulai-surut",
        ] {
            assert!(article_score(&url(article)) >= 2 && !is_listing(&url(article)), "{article}");
        }
        for listing in [
            "https://k.example/",
            "https://k.example/tag/banjir-di-kota-kita",
            "https://k.example/indeks?date=2026-11-21",
            "https://k.example/wp-content/uploads/2026/11/laporan-banjir.pdf",
        ] {
            assert!(is_listing(&url(listing)), "{listing}");
        }
    }
}

//! The namespaces that feeds use.

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS, Atom and CDF themselves.
    Core,
    /// `content:encoded`, and other spaces for the whole text.
    Content,
    /// Dublin Core, and what extends it.
    Dublin,
    /// Media RSS.
    Media,
    /// Podcasts.
    Itunes,
    /// FeedBurner's original links.
    Burner,
    /// XHTML inside a feed.
    Xhtml,
    /// Anything else; ignored.
    Other,
}

impl Space {
    /// What a namespace's address stands for; feeds misspell them, so a telling part is enough.
    pub(super) fn of_uri(uri: &str) -> Self {
        let uri = uri.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
        let core = [
            "w3.org/2005/atom",
            "purl.org/atom/ns",
            "purl.org/rss/1.0",
            "netscape.com",
            "backend.userland.com/rss",
            "harvard.edu/tech/rss",
            "purl.org/net/rss",
            "purl.org/rss/",
            "rssboard.org/rss",
            "purl.org/pie",
            "purl.org/echo",
            "example.com/newformat",
            "w3.org/tr/note-cdf",
        ];
        match () {
            _ if ["modules/content", "news.yandex", "turbo.yandex"].iter().any(|part| uri.contains(part)) => {
                Self::Content
            }
            // Magazines and aggregators name their dates in spaces of their own.
            _ if ["purl.org/dc/", "dublincore.org", "prismstandard", "modules/aggregation"]
                .iter()
                .any(|part| uri.contains(part)) =>
            {
                Self::Dublin
            }
            _ if uri.contains("modules/link") => Self::Core,
            _ if uri.contains("search.yahoo.com") => Self::Media,
            _ if uri.contains("itunes.com/dtds")
                || uri.contains("podcast-1.0.dtd")
                || uri.contains("play-podcasts") =>
            {
                Self::Itunes
            }
            _ if uri.contains("feedburner") => Self::Burner,
            _ if uri.contains("w3.org/1999/xhtml") => Self::Xhtml,
            _ if uri.contains("purl.org/rss/1.0/modules") => Self::Other,
            _ if core.iter().any(|core| uri.contains(core)) => Self::Core,
            _ => Self::Other,
        }
    }

    /// What a prefix means that nobody declared: its usual meaning.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "rss" | "atom" | "atom03" | "atom10" | "a10" | "l" => Self::Core,
            "content" | "yandex" | "turbo" => Self::Content,
            "dc" | "dcterms" | "dct" | "prism" | "ag" => Self::Dublin,
            "media" => Self::Media,
            "itunes" | "googleplay" => Self::Itunes,
            "feedburner" => Self::Burner,
            "xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }
}

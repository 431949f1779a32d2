//! The namespaces that feeds use.

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS, Atom and CDF themselves.
    Core,
    /// `content:encoded`.
    Content,
    /// Dublin Core.
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
        ];
        match () {
            _ if uri.contains("modules/content") => Self::Content,
            _ if uri.contains("purl.org/dc/") => Self::Dublin,
            _ if uri.contains("yahoo.com/mrss") => Self::Media,
            _ if uri.contains("itunes.com/dtds") => Self::Itunes,
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
            "rss" | "atom" | "a10" => Self::Core,
            "content" => Self::Content,
            "dc" | "dcterms" => Self::Dublin,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "feedburner" => Self::Burner,
            "xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }
}

//! Feeds that stop before their end, as they do where a server fails while it writes.
//!
//! HTTP does not tell: many servers send no length. What the parser could read of such a feed is good, but it is not all.

/// Where a feed breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    BetweenEntries,
    InEntry,
}

/// Finds out whether markup stops before its root is closed. JSON that breaks off is no JSON and needs no such look.
pub(crate) fn find(body: &[u8]) -> Option<Ending> {
    // The zeros of UTF-16 and UTF-32 are left out; names of elements are ASCII in every charset that feeds use.
    let text: Vec<u8> = body.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let last = |mark: &str| memchr::memmem::rfind(&text, mark.as_bytes());
    let roots = [("<rss", "</rss"), ("<feed", "</feed"), ("<rdf:rdf", "</rdf:rdf"), ("<channel", "</channel")];
    let open = roots.iter().find(|(open, _)| memchr::memmem::find(&text, open.as_bytes()).is_some())?;
    if last(open.1).is_some() {
        return None;
    }
    let cut = |open: &str, close: &str| match (last(open), last(close)) {
        (Some(open), Some(close)) => open > close,
        // Of an only entry the end may be what is missing.
        (Some(_), None) => memchr::memmem::find_iter(&text, open).count() == 1,
        _ => false,
    };
    Some(match cut("<item", "</item") || cut("<entry", "</entry") {
        true => Ending::InEntry,
        false => Ending::BetweenEntries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_a_feed_breaks_off() {
        let ending = |text: &str| find(text.as_bytes());
        assert_eq!(ending("<rss><channel><item><guid>1</guid></item></channel></rss>\n"), None);
        assert_eq!(ending("<RSS><item></item></RSS>"), None);
        assert_eq!(ending("<rss><channel><item>a</item><item><guid>2"), Some(Ending::InEntry));
        assert_eq!(ending("<feed><entry>a</entry>"), Some(Ending::BetweenEntries));
        assert_eq!(ending("<rss><channel><item><guid>1"), Some(Ending::InEntry));
        // Nobody ever closed an entry here: that is how this feed is written.
        assert_eq!(ending("<rss><item>a<item>b"), Some(Ending::BetweenEntries));
        assert_eq!(ending("{\"items\": []}"), None);
    }
}

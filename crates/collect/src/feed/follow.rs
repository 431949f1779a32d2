//! Feeds that give only teasers: which entries need their page, and what stands in for a page that does not come.

use super::FeedEntry;
use crate::articles::Wanted;
use crate::{addresses, html};
use net::Response;

/// A text of this many words is an article, whatever field it stands in.
const WORDS_OF_ARTICLE: usize = 200;
/// A separate `content` of this many words is a short article.
const WORDS_OF_CONTENT: usize = 60;

/// The page that an entry needs; `None` where the feed carries its text, or no page is known.
pub(super) fn wanted(entry: &FeedEntry) -> Option<Wanted> {
    let url = addresses::clean(entry.url.as_deref()?)?;
    is_teaser(entry).then(|| Wanted {
        url: url.into(),
        id: Some(entry.id.clone()),
        version: entry.updated_at.map_or_else(|| entry.fingerprint(), |time| time.to_string()),
        title: entry.title.clone(),
        published_at: entry.published_at.or(entry.updated_at),
        tags: entry.categories.clone(),
        author: entry.author.clone(),
        tries: 0,
    })
}

/// True where an entry's text breaks off, or is too short to be an article's.
pub(crate) fn is_teaser(entry: &FeedEntry) -> bool {
    let (text, least) = match (&entry.content, &entry.summary) {
        (Some(content), _) => (content, WORDS_OF_CONTENT),
        (None, Some(summary)) => (summary, WORDS_OF_ARTICLE),
        (None, None) => return true,
    };
    let text: String = html::pieces(text)
        .map(|piece| if let html::Piece::Text(text) = piece { text } else { " ".to_owned() })
        .collect();
    let text = html::squeezed(&text);
    let words = text.split(' ').count();
    // What a text breaks off with, behind which WordPress may still name the site.
    let end: String = text.chars().skip(text.chars().count().saturating_sub(250)).collect::<String>().to_lowercase();
    let cut = ["[…]", "[...]", "[&hellip;]", "baca selengkapnya", "selengkapnya »", "read more", "continue reading"];
    words < least || (words < 2 * WORDS_OF_ARTICLE && cut.iter().any(|mark| end.contains(mark)))
}

/// The feed that a web page offers, where it came in a feed's place.
pub(super) fn offered(response: &Response) -> Option<String> {
    let page = html::read(&response.body, response.charset.as_deref(), &response.final_url);
    let mut feeds = page.related("alternate").filter(|(tag, _)| {
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        ["rss+xml", "atom+xml", "feed+json", "rdf+xml"].iter().any(|ending| kind.ends_with(ending))
    });
    feeds.next().map(|(_, url)| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_teasers_from_articles() {
        let words = |count: usize| "kata ".repeat(count);
        let entry =
            |summary: Option<String>, content: Option<String>| FeedEntry { summary, content, ..FeedEntry::default() };
        for (entry, expected) in [
            (entry(None, None), true),
            (entry(Some(words(50)), None), true),
            (entry(Some(words(300)), None), false),
            (entry(Some(words(20)), Some(format!("<p>{}</p>", words(80)))), false),
            (entry(Some(words(20)), Some(words(30))), true),
            (entry(None, Some(format!("<p>{} [&#8230;]</p><p>The post X appeared first on Y.</p>", words(80)))), true),
        ] {
            assert_eq!(is_teaser(&entry), expected, "{entry:?}");
        }
        assert_eq!(wanted(&FeedEntry::default()), None, "no page is known");
    }
}

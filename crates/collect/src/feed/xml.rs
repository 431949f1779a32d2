//! RSS 0.9 to 2.0, Atom 0.3 and 1.0, and CDF to entries, in one pass.
//!
//! All of them are the same thing here: somewhere an `item` or `entry`, and in it fields that a table of names maps to
//! the nine of an entry. An odd field costs that field, never the feed: that is why this is not a strict parser's work.

use super::tokens::{Tag, Token, Tokens, entities, local};
use super::{ENTRIES_MAX, FeedEntry, Parsed};
use crate::{Error, dates};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::collections::HashMap;
use url::Url;

/// Markup nested deeper than this keeps its text and loses its tags.
const DEPTH_MAX: usize = 512;
const CATEGORIES_MAX: usize = 64;

/// Reads every entry of a document.
pub(super) fn read(text: &str, base: Option<Url>, zone: &TimeZone) -> Result<Parsed, Error> {
    let mut reader =
        Reader { tokens: Tokens::new(text), pending: None, spaces: HashMap::new(), base, author: None, zone };
    reader.root()?;
    let mut parsed = Parsed::default();
    while let Some(entry) = reader.next_entry() {
        if parsed.entries.len() == ENTRIES_MAX {
            parsed.truncated = true;
            break;
        }
        parsed.entries.push(entry);
    }
    // Feeds name their author before or after the entries; an entry without one has the feed's.
    for entry in &mut parsed.entries {
        if entry.author.is_none() {
            entry.author.clone_from(&reader.author);
        }
    }
    Ok(parsed)
}

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Space {
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
    fn of_uri(uri: &str) -> Self {
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
    fn of_prefix(prefix: &str) -> Self {
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

struct Reader<'a, 'z> {
    tokens: Tokens<'a>,
    pending: Option<Token<'a>>,
    // One flat table: a prefix that changes its meaning within a feed has not been seen yet.
    spaces: HashMap<String, Space>,
    base: Option<Url>,
    author: Option<String>,
    zone: &'z TimeZone,
}

/// What stands between a field's tags.
#[derive(Default)]
struct Inner {
    /// The text without markup.
    text: String,
    /// The markup, where there is any.
    markup: Option<String>,
    /// Text of the direct children, by local name in lower case.
    children: Vec<(String, String)>,
}

impl Inner {
    fn child(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|(child, text)| child == name && !text.trim().is_empty())
            .map(|(_, text)| text.as_str())
    }

    /// Text, or markup where the field holds tags.
    fn into_value(self) -> String {
        self.markup.unwrap_or(self.text)
    }
}

impl<'a> Reader<'a, '_> {
    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.pending.take().or_else(|| self.tokens.next())?;
        if let Token::Open(tag) = &token
            && tag.attributes.contains("xmlns:")
        {
            for (key, value) in tag.attributes() {
                if let Some(prefix) = key.strip_prefix("xmlns:") {
                    self.spaces.insert(prefix.to_ascii_lowercase(), Space::of_uri(&entities(&value)));
                }
            }
        }
        Some(token)
    }

    /// The space and the local name in lower case.
    fn name(&self, tag: &Tag<'_>) -> (Space, String) {
        let local = tag.local().to_ascii_lowercase();
        let space = match tag.name.split_once(':') {
            Some((prefix, _)) => {
                let prefix = prefix.to_ascii_lowercase();
                self.spaces.get(&prefix).copied().unwrap_or_else(|| Space::of_prefix(&prefix))
            }
            // A default namespace counts only where an element declares it for itself: whole feeds carry wrong ones.
            None => match tag.attribute("xmlns").map(|uri| Space::of_uri(&uri)) {
                None | Some(Space::Other) => Space::Core,
                Some(space) => space,
            },
        };
        (space, local)
    }

    fn opens_entry(&self, tag: &Tag<'_>) -> bool {
        is_entry(tag.local()) && self.name(tag).0 == Space::Core
    }

    /// Finds the root, past whatever a broken server printed before it.
    fn root(&mut self) -> Result<(), Error> {
        let mut first = None;
        while let Some(token) = self.next() {
            let Token::Open(tag) = &token else { continue };
            if is_container(tag.local()) || self.opens_entry(tag) {
                self.pending = Some(token);
                return Ok(());
            }
            if matches!(tag.local().to_ascii_lowercase().as_str(), "html" | "head" | "body") {
                return Err(Error::Unexpected { found: "a web page".to_owned(), wanted: "a feed" });
            }
            first.get_or_insert_with(|| tag.name.chars().take(40).collect::<String>());
        }
        match first {
            Some(name) => Err(Error::Unexpected { found: format!("a document of <{name}>"), wanted: "a feed" }),
            None => Err(Error::Unexpected { found: "no markup".to_owned(), wanted: "a feed" }),
        }
    }

    fn next_entry(&mut self) -> Option<FeedEntry> {
        loop {
            let Token::Open(tag) = self.next()? else { continue };
            if self.opens_entry(&tag) {
                return Some(self.entry(&tag));
            }
            if is_container(tag.local()) {
                self.base = based(self.base.take(), &tag);
                continue;
            }
            let (space, name) = self.name(&tag);
            let inner = self.inner(&tag);
            match (space, name.as_str()) {
                (Space::Core | Space::Dublin, "author" | "creator") if self.author.is_none() => {
                    self.author = person(inner)
                }
                // The site's own address is what relative links mean, unless the caller knew better.
                (Space::Core, "link") if self.base.is_none() => self.base = Url::parse(inner.text.trim()).ok(),
                _ => {}
            }
        }
    }

    fn entry(&mut self, tag: &Tag<'a>) -> FeedEntry {
        let mut draft = Draft {
            atom: tag.local().eq_ignore_ascii_case("entry"),
            base: based(self.base.clone(), tag),
            ..Draft::default()
        };
        draft.about = tag.attribute("rdf:about");
        // CDF keeps an item's address and date in attributes.
        draft.link(tag.attribute("href"), Rank::Link);
        draft.entry.updated_at = tag.attribute("lastmod").and_then(|date| dates::parse(&date, self.zone));
        while !tag.empty
            && let Some(token) = self.next()
        {
            match token {
                Token::Open(field) if self.opens_entry(&field) => {
                    self.pending = Some(Token::Open(field)); // the end tag was forgotten
                    break;
                }
                Token::Open(field) => {
                    let name = self.name(&field);
                    let inner = self.inner(&field);
                    draft.take(name, &field, inner, self.zone);
                }
                Token::Close(name) if is_entry(local(name)) || is_container(local(name)) => break,
                Token::Close(_) | Token::Text(_) => {}
            }
        }
        draft.finish()
    }

    /// Reads to the end of a field, or to where it must have ended.
    fn inner(&mut self, field: &Tag<'a>) -> Inner {
        let mut inner = Inner::default();
        let mut open: Vec<&'a str> = Vec::new();
        while !field.empty
            && let Some(token) = self.next()
        {
            match token {
                Token::Text(text) => {
                    if let Some(markup) = &mut inner.markup {
                        markup.push_str(&escape(&text));
                    }
                    if let (1, Some((_, child))) = (open.len(), inner.children.last_mut()) {
                        child.push_str(&text);
                    }
                    inner.text.push_str(&text);
                }
                Token::Open(tag) if self.opens_entry(&tag) || (is_plain(field.name) && is_field(tag.name)) => {
                    self.pending = Some(Token::Open(tag));
                    break;
                }
                Token::Open(tag) => {
                    if open.is_empty() && inner.children.len() < DEPTH_MAX {
                        inner.children.push((tag.local().to_ascii_lowercase(), String::new()));
                    }
                    let markup = inner.markup.get_or_insert_with(|| escape(&inner.text).into_owned());
                    if open.len() < DEPTH_MAX {
                        markup.extend(["<", tag.local(), tag.attributes, if tag.empty { "/>" } else { ">" }]);
                        if !tag.empty {
                            open.push(tag.name);
                        }
                    }
                }
                Token::Close(name) => match open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
                    Some(at) => {
                        if let Some(markup) = &mut inner.markup {
                            for name in open.drain(at..).rev() {
                                markup.extend(["</", local(name), ">"]);
                            }
                        }
                    }
                    None if name.eq_ignore_ascii_case(field.name) => break,
                    None if is_entry(local(name)) || is_container(local(name)) => {
                        self.pending = Some(Token::Close(name));
                        break;
                    }
                    None => {}
                },
            }
        }
        inner
    }
}

fn is_entry(local: &str) -> bool {
    local.eq_ignore_ascii_case("item") || local.eq_ignore_ascii_case("entry")
}

fn is_container(local: &str) -> bool {
    ["rss", "rdf", "feed", "channel"].iter().any(|name| local.eq_ignore_ascii_case(name))
}

/// Fields that hold text alone: another field inside means that an end tag was forgotten.
fn is_plain(name: &str) -> bool {
    ["title", "link", "guid", "pubDate", "dc:date", "dc:creator", "category", "comments"]
        .iter()
        .any(|field| name.eq_ignore_ascii_case(field))
}

fn is_field(name: &str) -> bool {
    is_plain(name) || ["description", "content:encoded"].iter().any(|field| name.eq_ignore_ascii_case(field))
}

/// How directly an address names the entry's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    #[default]
    None,
    Id,
    Enclosure,
    Permalink,
    Link,
    Original,
}

/// An entry while its fields come in.
#[derive(Default)]
struct Draft {
    entry: FeedEntry,
    atom: bool,
    base: Option<Url>,
    about: Option<String>,
    rank: Rank,
    encoded: bool,
}

impl Draft {
    fn take(&mut self, (space, name): (Space, String), tag: &Tag<'_>, inner: Inner, zone: &TimeZone) {
        use Space::{Burner, Content, Core, Dublin, Itunes, Media, Xhtml};
        let date = || dates::parse(&inner.text, zone);
        match (space, name.as_str()) {
            (Core | Dublin, "title") => self.title(inner),
            (Core, "link") => match tag.attribute("href") {
                Some(href) => {
                    let rank = match tag.attribute("rel").as_deref() {
                        None | Some("" | "alternate") => Rank::Link,
                        Some("enclosure" | "related" | "via") => Rank::Enclosure,
                        Some(_) => Rank::None,
                    };
                    self.link_from(based(self.base.clone(), tag), Some(href), rank);
                }
                None => self.link_from(based(self.base.clone(), tag), Some(inner.text), Rank::Link),
            },
            (Burner, "origlink") => self.link(Some(inner.text), Rank::Original),
            (Core, "guid" | "id") | (Dublin, "identifier") => {
                let permalink = name == "guid"
                    && tag.attribute("ispermalink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                let id = inner.text.trim();
                if id.starts_with("http") {
                    self.link(Some(id.to_owned()), if permalink { Rank::Permalink } else { Rank::Id });
                }
                if self.entry.id.is_empty() {
                    id.clone_into(&mut self.entry.id);
                }
            }
            (Core | Dublin, "pubdate" | "published" | "issued" | "created" | "date" | "available") => {
                self.entry.published_at = self.entry.published_at.or_else(date);
            }
            (Core | Dublin, "updated" | "modified" | "lastbuilddate") => {
                self.entry.updated_at = self.entry.updated_at.or_else(date)
            }
            (Core | Dublin, "author" | "creator") | (Itunes, "author") if self.entry.author.is_none() => {
                self.entry.author = person(inner);
            }
            (Core | Dublin, "category" | "subject") => {
                let label =
                    tag.attribute("label").filter(|label| !label.trim().is_empty()).or_else(|| tag.attribute("term"));
                self.category(&label.unwrap_or(inner.text));
            }
            (Core, "keywords") => inner.text.split(',').for_each(|word| self.category(word)),
            (Core, "description" | "summary" | "abstract") | (Dublin, "description") | (Itunes, "summary") => {
                self.summary(inner.into_value());
            }
            (Media, "description") => self.summary(inner.text),
            (Media, "group") => self.summary(inner.child("description").unwrap_or_default().to_owned()),
            (Content, "encoded") if !inner.text.trim().is_empty() || inner.markup.is_some() => {
                self.entry.content = Some(inner.into_value());
                (self.entry.plain, self.encoded) = (false, true);
            }
            (Core, "content" | "fullitem") | (Core | Xhtml, "body" | "div") => self.content(tag, inner),
            _ => {}
        }
    }

    fn title(&mut self, inner: Inner) {
        if self.entry.title.is_none() {
            self.entry.title = present(inner.into_value());
        }
    }

    fn summary(&mut self, value: String) {
        if self.entry.summary.is_none() {
            self.entry.summary = present(value);
        }
    }

    fn content(&mut self, tag: &Tag<'_>, inner: Inner) {
        // Atom allows pictures and encoded files as content; only text is wanted.
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let text = kind.is_empty() || ["text", "html", "xhtml", "xml", "plain"].iter().any(|word| kind.contains(word));
        let base64 = tag.attribute("mode").is_some_and(|mode| mode == "base64");
        if self.encoded || self.entry.content.is_some() || !text || base64 {
            return;
        }
        self.entry.plain = self.atom && inner.markup.is_none() && matches!(kind.as_str(), "" | "text" | "text/plain");
        self.entry.content = present(inner.into_value());
    }

    fn category(&mut self, text: &str) {
        let category = text.trim();
        let categories = &mut self.entry.categories;
        if !category.is_empty()
            && categories.len() < CATEGORIES_MAX
            && !categories.iter().any(|known| known == category)
        {
            categories.push(category.to_owned());
        }
    }

    fn link(&mut self, address: Option<String>, rank: Rank) {
        self.link_from(self.base.clone(), address, rank);
    }

    fn link_from(&mut self, base: Option<Url>, address: Option<String>, rank: Rank) {
        if let Some(address) = address.as_deref().map(str::trim).filter(|address| !address.is_empty())
            && rank > self.rank
        {
            self.rank = rank;
            self.entry.url = Some(super::absolute(base.as_ref(), address));
        }
    }

    fn finish(mut self) -> FeedEntry {
        if self.entry.url.is_none() {
            self.link(self.about.clone(), Rank::Id);
        }
        if self.entry.id.is_empty() {
            self.entry.id = self.about.take().unwrap_or_default();
        }
        self.entry.identified()
    }
}

/// The base of relative addresses inside an element.
fn based(base: Option<Url>, tag: &Tag<'_>) -> Option<Url> {
    match tag.attribute("xml:base") {
        None => base,
        Some(own) => match &base {
            Some(outer) => outer.join(own.trim()).ok(),
            None => Url::parse(own.trim()).ok(),
        }
        .or(base),
    }
}

/// A name out of "mail@example.org (Name)", "Name (mail@example.org)", "Name <mail@example.org>" or Atom's `name`, `email`.
fn person(inner: Inner) -> Option<String> {
    let text = inner.child("name").or_else(|| inner.child("email")).unwrap_or(&inner.text).trim();
    let (before, inside) = text.split_once(['(', '<']).unwrap_or((text, ""));
    let (before, inside) = (before.trim(), inside.trim_end_matches([')', '>']).trim());
    let name = if inside.is_empty() || (inside.contains('@') && !before.is_empty()) {
        before
    } else if before.contains('@') || before.is_empty() {
        inside
    } else {
        text // "Sari (Samarinda)"
    };
    present(name.trim_matches('"').to_owned())
}

/// A value with something in it.
fn present(value: String) -> Option<String> {
    let trimmed = value.trim();
    match trimmed.len() {
        0 => None,
        length if length == value.len() => Some(value),
        _ => Some(trimmed.to_owned()),
    }
}

fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::partial_escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_name_of_a_person() {
        let name = |text: &str| person(Inner { text: text.to_owned(), ..Inner::default() });
        for text in [
            "Sari",
            "sari@media.example (Sari)",
            "Sari (sari@media.example)",
            "\"Sari\" <sari@media.example>",
            " Sari ",
        ] {
            assert_eq!(name(text).as_deref(), Some("Sari"), "{text}");
        }
        assert_eq!(name("sari@media.example").as_deref(), Some("sari@media.example"));
        assert_eq!(name("Sari (Samarinda)").as_deref(), Some("Sari (Samarinda)"));
        assert_eq!(name(" "), None);
    }
}

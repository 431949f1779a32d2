//! Fields of a feed to the nine of an entry: which names mean what, and which of several wins.

use super::construct::{Value, value};
use super::links::absolute_links;
use super::space::Space;
use super::tokens::Tag;
use super::xml::Inner;
use super::{FeedEntry, absolute};
use crate::dates;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use url::Url;

const CATEGORIES_MAX: usize = 64;
/// Text that stands in an entry outside of any field; more of it is no teaser.
const STRAY_BYTES_MAX: usize = 8 << 10;

/// An entry while its fields come in.
#[derive(Default)]
pub(super) struct Draft<'z> {
    base: Option<Url>,
    stated: bool,
    zone: Option<&'z TimeZone>,
    atom: bool,
    about: Option<String>,
    id: Best<String>,
    url: Option<String>,
    rank: Rank,
    title: Best<String>,
    author: Best<String>,
    published_at: Best<Timestamp>,
    updated_at: Best<Timestamp>,
    summary: Best<String>,
    content: Best<Value>,
    contributor: Option<String>,
    categories: Vec<String>,
    awaits_address: bool,
    stray: String,
}

/// A value, and how directly its name says what it is; of two equals the first stays.
struct Best<T> {
    rank: u8,
    value: Option<T>,
}

impl<T> Default for Best<T> {
    fn default() -> Self {
        Self { rank: 0, value: None }
    }
}

impl<T> Best<T> {
    fn offer(&mut self, rank: u8, value: impl FnOnce() -> Option<T>) {
        if rank > self.rank
            && let Some(value) = value()
        {
            *self = Self { rank, value: Some(value) };
        }
    }
}

impl<'z> Draft<'z> {
    /// An entry of which nothing but its own tag is known; CDF keeps address and date in there.
    pub(super) fn new(tag: &Tag<'_>, base: Option<Url>, stated: bool, zone: &'z TimeZone) -> Self {
        let mut draft = Self {
            atom: tag.local().eq_ignore_ascii_case("entry"),
            stated: stated || states_base(tag),
            base: based(base, tag),
            about: tag.attribute("rdf:about").or_else(|| tag.attribute("about")).map(Cow::into_owned),
            zone: Some(zone),
            ..Self::default()
        };
        draft.link(tag.attribute("href"), Rank::Link);
        draft.updated_at.offer(2, || dates::parse_feed_date(&tag.attribute("lastmod")?, zone));
        draft
    }

    /// Takes one field.
    pub(super) fn take(&mut self, (space, name): (Space, &str), tag: &Tag<'_>, inner: Inner) {
        use Space::{Burner, Content, Core, Dublin, Itunes, Media, Xhtml};
        self.awaits_address = false;
        match (space, name) {
            (Core, "title") => self.title(3, tag, inner),
            (Dublin, "title") => self.title(2, tag, inner),
            (Core, "headline") | (Itunes | Media, "title") => self.title(1, tag, inner),
            (Core, "link" | "a") => self.link_field(tag, &inner),
            (Core, "url" | "permalink") => self.link(Some(inner.text.into()), Rank::Enclosure),
            (Burner, "origlink") => self.link(Some(inner.text.into()), Rank::Original),
            (Core, "guid" | "id") | (Dublin, "identifier") => self.identity(space, name, tag, &inner),
            (Core, "enclosure") | (Media, "content" | "player") => {
                self.link(tag.attribute("url").or_else(|| tag.attribute("href")), Rank::Enclosure);
            }
            (Core, "pubdate" | "published" | "issued") => self.published(4, &inner.text),
            (Dublin, "issued" | "available" | "publicationdate") => self.published(3, &inner.text),
            (Core | Dublin, "datepublished") => self.published(3, &inner.text),
            // "A date of an event in the life of the resource" may be either; the other readers take it for both.
            (Core | Dublin, "date") => {
                self.published(3, &inner.text);
                self.updated(1, &inner.text);
            }
            (Core | Dublin, "created" | "datecreated") => self.published(2, &inner.text),
            (Core | Dublin, "timestamp") => self.published(1, &inner.text),
            (Core | Dublin, "updated" | "modified" | "lastbuilddate" | "datemodified" | "modificationdate") => {
                self.updated(3, &inner.text);
            }
            (Core, "author") => self.author(4, inner),
            (Core | Dublin, "author" | "creator") => self.author(3, inner),
            (Itunes, "author") => self.author(2, inner),
            (Core | Dublin, "contributor") | (Media, "credit") if self.contributor.is_none() => {
                self.contributor = person(inner);
            }
            (Core | Dublin, "category" | "subject") | (Media | Itunes, "category") => {
                let said = |name| tag.attribute(name).filter(|label| !label.trim().is_empty());
                let label = said("label").or_else(|| said("term")).or_else(|| said("text").filter(|_| space == Itunes));
                self.category(&label.unwrap_or(inner.text.into()));
            }
            (Core, "keywords" | "tags") | (Media | Itunes, "keywords") => {
                inner.text.split(',').for_each(|word| self.category(word));
            }
            (Core, "description" | "summary" | "abstract" | "tagline" | "subtitle") => self.summary(4, tag, inner),
            (Dublin, "description" | "abstract") => self.summary(3, tag, inner),
            (Itunes, "summary" | "description") => self.summary(2, tag, inner),
            (Itunes, "subtitle") | (Media, "description") => self.summary(1, tag, inner),
            (Content, "encoded" | "full-text" | "content") => self.content(6, tag, inner),
            (Core, "encoded" | "fullitem" | "fulltext" | "full-text") => self.content(5, tag, inner),
            // Of several the one that says most.
            (Core, "content")
                if tag.attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html")) =>
            {
                self.content(4, tag, inner);
            }
            (Core, "content") => self.content(2, tag, inner),
            (Core | Xhtml, "body" | "div") => self.content(3, tag, inner),
            // The draft module for content wraps each piece in a structure; its text is all that is wanted.
            (Content, "items") => self.content(1, tag, Inner { text: inner.text, ..Inner::default() }),
            _ => {}
        }
    }

    /// Takes the author of the feed that an entry was copied from: nearer than the author of the feed that copied it.
    pub(super) fn source_author(&mut self, inner: Inner) {
        self.author.offer(1, || person(inner));
    }

    /// Takes text outside of any field: an address behind `<link/>`, or all that an entry has.
    pub(super) fn stray(&mut self, text: &str) {
        if self.awaits_address && text.trim_start().starts_with("http") {
            self.link(text.split_whitespace().next().map(Cow::Borrowed), Rank::Link);
        } else if self.stray.len() + text.len() < STRAY_BYTES_MAX {
            self.stray.push_str(text);
        }
    }

    fn title(&mut self, rank: u8, tag: &Tag<'_>, inner: Inner) {
        let typed =
            self.atom && inner.markup.is_some() || tag.attribute("type").is_some_and(|kind| kind.contains("html"));
        let base = if typed { self.text_base(tag) } else { None };
        self.title.offer(rank, || present(absolute_links(value(tag, inner)?.text, base.as_ref())));
    }

    /// The base of addresses in a text: a stated one alone, as changing what was written needs more than a guess.
    fn text_base(&self, tag: &Tag<'_>) -> Option<Url> {
        (self.stated || states_base(tag)).then(|| based(self.base.clone(), tag)).flatten()
    }

    fn summary(&mut self, rank: u8, tag: &Tag<'_>, inner: Inner) {
        let base = self.text_base(tag);
        self.summary.offer(rank, || present(absolute_links(value(tag, inner)?.text, base.as_ref())));
    }

    fn content(&mut self, rank: u8, tag: &Tag<'_>, inner: Inner) {
        self.link_from(based(self.base.clone(), tag).as_ref(), tag.attribute("src"), Rank::Enclosure);
        let base = self.text_base(tag);
        let atom = self.atom;
        self.content.offer(rank, || {
            let Value { text, plain } = value(tag, inner)?;
            let plain = plain && atom && rank == 2;
            let text = if plain { text } else { absolute_links(text, base.as_ref()) };
            Some(Value { text: present(text)?, plain })
        });
    }

    fn author(&mut self, rank: u8, inner: Inner) {
        if let Some(name) = person(inner) {
            // A name says more than a mail address, whichever field it stands in.
            let rank = if name.contains('@') { rank } else { rank + 4 };
            self.author.offer(rank, || Some(name));
        }
    }

    fn published(&mut self, rank: u8, text: &str) {
        self.published_at.offer(rank, || dates::parse_feed_date(text, self.zone?));
    }

    fn updated(&mut self, rank: u8, text: &str) {
        self.updated_at.offer(rank, || dates::parse_feed_date(text, self.zone?));
    }

    fn identity(&mut self, space: Space, name: &str, tag: &Tag<'_>, inner: &Inner) {
        let id = inner.text.trim();
        let said = (name == "guid").then(|| tag.attribute("ispermalink")).flatten();
        let permalink =
            name == "guid" && said.as_deref().is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
        if id.starts_with("http:") || id.starts_with("https:") || (permalink && said.is_some()) {
            self.link(Some(id.into()), if permalink { Rank::Permalink } else { Rank::Id });
        }
        let rank = if space == Space::Core { 2 } else { 1 };
        self.id.offer(rank, || present(id.to_owned()));
    }

    fn link_field(&mut self, tag: &Tag<'_>, inner: &Inner) {
        // An item of RSS has one link; where there are more, other readers show the last. Atom's come best first.
        if self.rank == Rank::Link && !self.atom && !tag.name.contains(':') {
            self.rank = Rank::Permalink;
        }
        let base = based(self.base.clone(), tag);
        let text = Some(inner.text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed);
        match tag.attribute("href").filter(|href| !href.trim().is_empty()) {
            Some(href) => {
                let rel = tag.attribute("rel").unwrap_or_default().trim().to_ascii_lowercase();
                let page = tag.attribute("type").is_none_or(|kind| kind.trim().is_empty() || kind.contains("html"));
                let rank = match rel.rsplit(['/', '#']).next().unwrap_or_default() {
                    "" | "alternate" if page => Rank::Link,
                    "" | "alternate" => Rank::Other,
                    "enclosure" | "related" | "via" => Rank::Enclosure,
                    "self" | "canonical" | "permalink" | "bookmark" => Rank::Itself,
                    _ => Rank::None,
                };
                self.link_from(base.as_ref(), Some(href), rank);
            }
            None => {
                let resource = || tag.attribute("rdf:resource");
                self.awaits_address = text.is_none();
                self.link_from(base.as_ref(), text.or_else(resource), Rank::Link);
            }
        }
    }

    fn category(&mut self, text: &str) {
        let category = text.trim();
        let categories = &mut self.categories;
        if !category.is_empty()
            && categories.len() < CATEGORIES_MAX
            && !categories.iter().any(|known| known == category)
        {
            categories.push(category.to_owned());
        }
    }

    /// Takes an address, where none that is more direct is known.
    fn link(&mut self, address: Option<Cow<'_, str>>, rank: Rank) {
        let base = self.base.take();
        self.link_from(base.as_ref(), address, rank);
        self.base = base;
    }

    fn link_from(&mut self, base: Option<&Url>, address: Option<Cow<'_, str>>, rank: Rank) {
        if rank > self.rank
            && let Some(address) = address.as_deref().map(str::trim).filter(|address| !address.is_empty())
        {
            self.rank = rank;
            self.url = Some(absolute(base, address));
        }
    }

    /// The entry, with an id, and whoever contributed to it: an author where the feed has none either.
    pub(super) fn finish(mut self) -> (FeedEntry, Option<String>) {
        if self.url.is_none() {
            self.link(self.about.clone().map(Cow::Owned), Rank::Id);
        }
        let said_nothing = self.title.value.is_none() && self.summary.value.is_none() && self.content.value.is_none();
        if said_nothing {
            self.summary.value = present(std::mem::take(&mut self.stray));
        }
        if self.updated_at.rank == 1 && self.published_at.rank > 3 {
            // A date of which nobody says what it is, beside one that is of publication.
            self.updated_at.value = None;
        }
        let plain = self.content.value.as_ref().is_some_and(|content| content.plain);
        let entry = FeedEntry {
            id: self.id.value.or(self.about).unwrap_or_default(),
            title: self.title.value,
            url: self.url,
            author: self.author.value,
            published_at: self.published_at.value,
            updated_at: self.updated_at.value,
            summary: self.summary.value,
            content: self.content.value.map(|content| content.text),
            categories: self.categories,
            plain,
        };
        (entry.identified(), self.contributor)
    }
}

/// How directly an address names the entry's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    #[default]
    None,
    Id,
    Enclosure,
    Itself,
    Other,
    Permalink,
    Link,
    Original,
}

/// Whether an element says what its relative addresses mean.
pub(super) fn states_base(tag: &Tag<'_>) -> bool {
    tag.attribute("xml:base").is_some()
}

/// The base of relative addresses inside an element.
pub(super) fn based(base: Option<Url>, tag: &Tag<'_>) -> Option<Url> {
    match tag.attribute("xml:base") {
        None => base,
        Some(own) => match &base {
            Some(outer) => outer.join(own.trim()).ok(),
            None => Url::parse(own.trim()).ok(),
        }
        .or(base),
    }
}

/// A name out of "mail@example.org (Name)", "Name (mail@example.org)", "Name <mail@example.org>", "Name mail@example.org" or
/// Atom's `name`, `email`.
pub(super) fn person(inner: Inner) -> Option<String> {
    let text = inner.child("name").or_else(|| inner.child("email")).unwrap_or(&inner.text).trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.contains('@') {
        return present(words(text.trim_matches('"')));
    }
    let (before, behind) = text.split_once(['(', '<']).unwrap_or((text, ""));
    let (inside, behind) = behind.split_once([')', '>']).unwrap_or((behind, ""));
    let edge = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';');
    // The words that are no mail address, outside of brackets before inside of them; else the address itself.
    let name = |text: &str| {
        let name = text.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ");
        name.contains(char::is_alphanumeric).then(|| name.trim_matches(edge).to_owned())
    };
    let address =
        || text.split(|c: char| edge(c) || matches!(c, '(' | ')' | '<' | '>')).find(|word| word.contains('@'));
    name(&format!("{before} {behind}")).or_else(|| name(inside)).or_else(|| address().map(str::to_owned))
}

/// A value with something in it, out of the CDATA section that some software escapes by mistake.
pub(super) fn present(value: String) -> Option<String> {
    let trimmed = value.trim();
    let inside = ["<![CDATA[", "< ![CDATA["]
        .iter()
        .find_map(|opening| trimmed.strip_prefix(opening))
        .map_or(trimmed, |inside| inside.strip_suffix("]]>").unwrap_or(inside).trim());
    match inside.len() {
        0 => None,
        length if length == value.len() => Some(value),
        _ => Some(inside.to_owned()),
    }
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
            "Sari sari@media.example",
            "mailto:sari@media.example (Sari)",
            "sari@media.example (\"Sari\")",
            "sari@media.example, Sari",
        ] {
            assert_eq!(name(text).as_deref(), Some("Sari"), "{text}");
        }
        assert_eq!(name("sari@media.example").as_deref(), Some("sari@media.example"));
        assert_eq!(name("Sari (Samarinda), sari@media.example").as_deref(), Some("Sari"));
        assert_eq!(name("Sari (Samarinda)").as_deref(), Some("Sari (Samarinda)"));
        assert_eq!(name(" "), None);
    }
}

//! Fields of a feed to the nine of an entry: which names mean what, and which of several wins.

use super::FeedEntry;
use super::space::Space;
use super::tokens::Tag;
use super::xml::Inner;
use crate::dates;
use jiff::tz::TimeZone;
use url::Url;

const CATEGORIES_MAX: usize = 64;

/// An entry while its fields come in.
#[derive(Default)]
pub(super) struct Draft {
    entry: FeedEntry,
    atom: bool,
    base: Option<Url>,
    about: Option<String>,
    rank: Rank,
    encoded: bool,
}

impl Draft {
    /// An entry of which nothing but its own tag is known; CDF keeps address and date in there.
    pub(super) fn new(tag: &Tag<'_>, base: Option<Url>, zone: &TimeZone) -> Self {
        let mut draft = Self {
            atom: tag.local().eq_ignore_ascii_case("entry"),
            base: based(base, tag),
            about: tag.attribute("rdf:about"),
            ..Self::default()
        };
        draft.link(tag.attribute("href"), Rank::Link);
        draft.entry.updated_at = tag.attribute("lastmod").and_then(|date| dates::parse(&date, zone));
        draft
    }

    /// Takes one field.
    pub(super) fn take(&mut self, (space, name): (Space, String), tag: &Tag<'_>, inner: Inner, zone: &TimeZone) {
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

    /// Takes an address, where none that is more direct is known.
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

    /// The entry, with an id.
    pub(super) fn finish(mut self) -> FeedEntry {
        if self.entry.url.is_none() {
            self.link(self.about.clone(), Rank::Id);
        }
        if self.entry.id.is_empty() {
            self.entry.id = self.about.take().unwrap_or_default();
        }
        self.entry.identified()
    }
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

/// A name out of "mail@example.org (Name)", "Name (mail@example.org)", "Name <mail@example.org>" or Atom's `name`, `email`.
pub(super) fn person(inner: Inner) -> Option<String> {
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

//! RSS 0.9 to 2.0, Atom 0.3 and 1.0, and CDF to entries, in one pass.
//!
//! All of them are the same thing here: somewhere an `item` or `entry`, and in it fields, which `draft` maps to the nine
//! of an entry. An odd field costs that field, never the feed: that is why this is not a strict parser's work. (The crate
//! feed-rs reads 512 of the 541 feeds in gofeed's test set, and loses the rest whole; this reads the 539 that are feeds.)

use super::draft::{Draft, based, person, states_base};
use super::entities::entities;
use super::space::Space;
use super::tokens::{Tag, Token, Tokens, local};
use super::{ENTRIES_MAX, FeedEntry, Parsed};
use crate::Error;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::collections::HashMap;
use url::Url;

/// Markup nested deeper than this keeps its text and loses its tags.
const DEPTH_MAX: usize = 128;
const PREFIXES_MAX: usize = 256;

/// Reads every entry of a document.
pub(super) fn read(text: &str, base: Option<Url>, zone: &TimeZone) -> Result<Parsed, Error> {
    let mut reader = Reader {
        tokens: Tokens::new(text),
        pending: None,
        spaces: HashMap::new(),
        own_prefix: None,
        stated: base.is_some(),
        base,
        author: None,
        editor: None,
        zone,
    };
    let in_page = reader.root()?;
    let mut parsed = Parsed::default();
    let mut contributors = Vec::new();
    while let Some((entry, contributor)) = reader.next_entry() {
        if parsed.entries.len() == ENTRIES_MAX {
            parsed.truncated = true;
            break;
        }
        parsed.entries.push(entry);
        contributors.push(contributor);
    }
    if in_page && !parsed.entries.iter().any(|entry| entry.title.is_some() || entry.url.is_some()) {
        return Err(a_web_page());
    }
    // Feeds name their author before or after the entries; an entry without one has the feed's.
    for (entry, contributor) in parsed.entries.iter_mut().zip(contributors) {
        if entry.author.is_none() {
            entry.author = reader.author.clone().or(contributor).or_else(|| reader.editor.clone());
        }
    }
    Ok(parsed)
}

fn a_web_page() -> Error {
    Error::Unexpected { found: "a web page".to_owned(), wanted: "a feed" }
}

struct Reader<'a, 'z> {
    tokens: Tokens<'a>,
    pending: Option<Token<'a>>,
    // One flat table: a prefix that changes its meaning within a feed has not been seen yet.
    spaces: HashMap<String, Space>,
    // The root's own prefix, where nobody said what it means.
    own_prefix: Option<String>,
    base: Option<Url>,
    // Whether the base was given by the caller or by `xml:base`, not taken from a link.
    stated: bool,
    author: Option<String>,
    editor: Option<String>,
    zone: &'z TimeZone,
}

/// What stands between a field's tags.
#[derive(Default)]
pub(super) struct Inner {
    /// The text without markup.
    pub(super) text: String,
    /// The markup, where there is any.
    pub(super) markup: Option<String>,
    /// Text of the direct children, by local name in lower case.
    pub(super) children: Vec<(String, String)>,
}

impl Inner {
    pub(super) fn child(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|(child, text)| child == name && !text.trim().is_empty())
            .map(|(_, text)| text.as_str())
    }

    /// Text, or markup where the field holds tags.
    pub(super) fn into_value(self) -> String {
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
                if let Some(prefix) = key.strip_prefix("xmlns:")
                    && self.spaces.len() < PREFIXES_MAX
                {
                    let prefix = prefix.to_ascii_lowercase();
                    // An address that nobody knows, behind a prefix that everybody does, is a mistake in the address.
                    let space = match Space::of_uri(&entities(value)) {
                        Space::Other => Space::of_prefix(&prefix),
                        space => space,
                    };
                    self.spaces.insert(prefix, space);
                }
            }
        }
        Some(token)
    }

    /// The space and the local name in lower case.
    fn name(&self, tag: &Tag<'a>) -> (Space, Cow<'a, str>) {
        let local = tag.local();
        let local = match local.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => local.to_ascii_lowercase().into(),
            false => Cow::Borrowed(local),
        };
        let space = match tag.name.split_once(':') {
            Some((prefix, _)) => {
                let prefix = prefix.to_ascii_lowercase();
                match self.spaces.get(&prefix) {
                    Some(space) => *space,
                    None if self.own_prefix.as_ref() == Some(&prefix) => Space::Core,
                    None => Space::of_prefix(&prefix),
                }
            }
            // A default namespace counts only where an element declares it for itself: whole feeds carry wrong ones.
            None => match tag.attribute("xmlns").map(|uri| Space::of_uri(&uri)) {
                None | Some(Space::Other) => Space::Core,
                Some(space) => space,
            },
        };
        (space, local)
    }

    fn opens_entry(&self, tag: &Tag<'a>) -> bool {
        is_entry(tag.local()) && self.name(tag).0 == Space::Core
    }

    /// Finds the root, past whatever a broken server printed before it; true where a web page surrounds it.
    fn root(&mut self) -> Result<bool, Error> {
        let (mut first, mut in_page) = (None, false);
        while let Some(token) = self.next() {
            let Token::Open(tag) = &token else { continue };
            let name = tag.local().to_ascii_lowercase();
            if is_container(&name) || (!in_page && self.opens_entry(tag)) {
                let prefix = tag.name.split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase());
                self.own_prefix = prefix.filter(|prefix| prefix != "rdf");
                self.pending = Some(token);
                return Ok(in_page);
            }
            if is_opaque(&name) {
                let tag = *tag;
                self.skip(&tag);
            }
            // OPML has a head and a body too.
            in_page |= matches!(name.as_str(), "html" | "head" | "body") && first.as_deref() != Some("opml");
            first.get_or_insert_with(|| tag.name.chars().take(40).collect::<String>());
        }
        match first {
            _ if in_page => Err(a_web_page()),
            Some(name) => Err(Error::Unexpected { found: format!("a document of <{name}>"), wanted: "a feed" }),
            None => Err(Error::Unexpected { found: "no markup".to_owned(), wanted: "a feed" }),
        }
    }

    /// Passes over what only looks like tags.
    fn skip(&mut self, tag: &Tag<'a>) {
        let closes = |token: &Token<'_>| matches!(token, Token::Close(end) if end.eq_ignore_ascii_case(tag.name));
        while !tag.empty && self.next().is_some_and(|token| !closes(&token)) {}
    }

    fn next_entry(&mut self) -> Option<(FeedEntry, Option<String>)> {
        loop {
            let Token::Open(tag) = self.next()? else { continue };
            if self.opens_entry(&tag) {
                return Some(self.entry(&tag));
            }
            if is_container(tag.local()) {
                self.stated |= states_base(&tag);
                self.base = based(self.base.take(), &tag);
                continue;
            }
            if is_opaque(tag.local()) {
                self.skip(&tag);
                continue;
            }
            let (space, name) = self.name(&tag);
            let inner = self.inner(&tag);
            match (space, name.as_ref()) {
                (Space::Core | Space::Dublin, "author" | "creator") | (Space::Itunes, "author")
                    if self.author.is_none() =>
                {
                    self.author = person(inner)
                }
                (Space::Core, "managingeditor") => self.editor = person(inner),
                // The feed's own address or the site's is what relative links mean, unless the caller knew better.
                (Space::Core, "link") if self.base.is_none() => {
                    let own = |rel: &str| ["", "self", "alternate"].contains(&rel.trim());
                    let href = tag.attribute("href").filter(|_| tag.attribute("rel").is_none_or(|rel| own(&rel)));
                    self.base = Url::parse(href.as_deref().unwrap_or(&inner.text).trim()).ok();
                }
                _ => {}
            }
        }
    }

    fn entry(&mut self, tag: &Tag<'a>) -> (FeedEntry, Option<String>) {
        let mut draft = Draft::new(tag, self.base.clone(), self.stated, self.zone);
        let mut in_source = false;
        while !tag.empty
            && let Some(token) = self.next()
        {
            match token {
                Token::Open(field) if self.opens_entry(&field) => {
                    self.pending = Some(Token::Open(field)); // the end tag was forgotten
                    break;
                }
                Token::Open(field) => {
                    let (space, name) = self.name(&field);
                    match (space, name.as_ref()) {
                        // Media RSS groups fields of the entry; they are read as if they stood in it.
                        (Space::Media, "group") => {}
                        (Space::Media, "content") => draft.take((space, &name), &field, Inner::default()),
                        // The feed that the entry was copied from: Atom's has fields of its own, that of RSS an address.
                        (Space::Core, "source") if field.attribute("url").is_none() => in_source = !field.empty,
                        (Space::Core | Space::Dublin, "author" | "creator") if in_source => {
                            let inner = self.inner(&field);
                            draft.source_author(inner);
                        }
                        _ => {
                            let inner = self.inner(&field);
                            if !in_source {
                                draft.take((space, &name), &field, inner);
                            }
                        }
                    }
                }
                Token::Close(name) if is_entry(local(name)) || is_container(local(name)) => break,
                Token::Close(name) if local(name).eq_ignore_ascii_case("source") => in_source = false,
                Token::Text(text) if !in_source => draft.stray(&text),
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
                Token::Open(tag) if self.opens_entry(&tag) || (open.is_empty() && ends(field, &tag)) => {
                    self.pending = Some(Token::Open(tag));
                    break;
                }
                Token::Open(tag) => {
                    if open.is_empty() && inner.children.len() < DEPTH_MAX {
                        inner.children.push((tag.local().to_ascii_lowercase(), String::new()));
                    }
                    let markup = inner.markup.get_or_insert_with(|| escape(&inner.text).into_owned());
                    if open.len() < DEPTH_MAX {
                        let attributes = if tag.sound { tag.attributes } else { "" };
                        markup.extend(["<", tag.local(), attributes, if tag.empty { "/>" } else { ">" }]);
                        if !tag.empty && !is_void(tag.name) {
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
                    None if local(name).eq_ignore_ascii_case(field.local()) => break,
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

/// Fields that hold text alone, by their local names.
const PLAIN: [&str; 17] = [
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "date",
    "creator",
    "category",
    "comments",
    "published",
    "updated",
    "issued",
    "modified",
    "enclosure",
    "thumbnail",
    "subject",
    "author",
];
/// Fields that hold markup, in which tags of nearly any name may stand.
const RICH: [&str; 4] = ["description", "summary", "encoded", "content"];

/// Whether a tag directly inside a field shows that the field's end tag was forgotten.
fn ends(field: &Tag<'_>, tag: &Tag<'_>) -> bool {
    let is_one = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let (outer, inner) = (field.local(), tag.local());
    if is_one(&PLAIN, outer) {
        return is_one(&PLAIN, inner) || is_one(&RICH, inner);
    }
    is_one(&RICH, outer) && is_one(&["guid", "pubdate", "encoded", "enclosure", "creator"], inner)
}

/// What a page around a feed, or behind one, holds in there is no markup.
fn is_opaque(name: &str) -> bool {
    ["script", "style", "textarea"].iter().any(|opaque| name.eq_ignore_ascii_case(opaque))
}

/// HTML's tags without an end, which nobody closes.
fn is_void(name: &str) -> bool {
    ["br", "hr", "img", "input", "wbr", "source", "area", "col", "embed", "track"]
        .iter()
        .any(|void| name.eq_ignore_ascii_case(void))
}

pub(super) fn escape(text: &str) -> Cow<'_, str> {
    html_escape::encode_text(text)
}

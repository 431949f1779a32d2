//! Text of a feed to tags and text, forgiving what browsers forgive.
//!
//! A strict XML reader loses a whole feed to one bare `&` or one forgotten end tag. This one never fails: declarations,
//! comments and DOCTYPEs vanish (of a DTD only entities of plain text are used, within a budget, and nothing is fetched),
//! CDATA is text, a `<` that opens no tag is text, and an HTML entity is its character.

use super::entities::{Entities, entities, legal, resolved};
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// One piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag's name.
    Close(&'a str),
    /// Text with entities resolved.
    Text(Cow<'a, str>),
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name as written, prefix included.
    pub(super) name: &'a str,
    /// Everything behind the name, as written.
    pub(super) attributes: &'a str,
    /// True for `<name/>`.
    pub(super) empty: bool,
    /// False where a quote is open at the end: what was written must not be written again.
    pub(super) sound: bool,
}

impl<'a> Tag<'a> {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &'a str {
        local(self.name)
    }

    /// An attribute's value, entities resolved; names are compared without regard to case, and the first of two counts.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(legal(entities(value)))
    }

    /// All attributes as written, however they are quoted or not.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }
}

/// The attributes of a tag: name and value as written.
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        // Quotes and slashes between attributes are leftovers of a broken one.
        let rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        if rest.is_empty() {
            return None;
        }
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, behind) = rest.split_at(name_end);
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            self.rest = behind;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, rest) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => match value[1..].split_once(quote) {
                Some(parts) => parts,
                None => word(&value[1..]), // the closing quote was forgotten
            },
            _ => word(value),
        };
        self.rest = rest;
        Some((name, value.trim_matches(['\u{201c}', '\u{201d}'])))
    }
}

/// A value up to the next white space.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The pieces of a document, in order.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    // Ends that were looked for in vain: looking again from every opening would take quadratic time.
    absent: Vec<&'static str>,
    // How far tags may still be searched for the end of a quote that holds a `<`: linear in all, whatever comes.
    lookahead: usize,
    declared: Entities,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, absent: Vec::new(), lookahead: text.len(), declared: Entities::default() }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// The length up to and including `end`.
    fn find(&mut self, end: &'static str) -> Option<usize> {
        if self.absent.contains(&end) {
            return None;
        }
        let found = match end {
            DECLARATION_END => declaration_end(self.rest),
            _ => memmem::find(self.rest.as_bytes(), end.as_bytes()).map(|at| at + end.len()),
        };
        if found.is_none() {
            self.absent.push(end);
        }
        found
    }

    /// Skips to behind `end`, or past the opening alone where there is no end.
    fn skip_past(&mut self, end: &'static str, opening: &str) {
        let length = self.find(end).unwrap_or(opening.len());
        self.take(length);
    }

    /// A tag whose `<` and first letter are known to be there.
    fn tag(&mut self) -> Option<Token<'a>> {
        let (end, sound) = match self.tag_end() {
            TagEnd::At(end, sound) => (end, sound),
            // "Harga <Rp10.000 & naik" is text; only what has attributes is a tag without its end.
            TagEnd::NextTag(at) if memchr(b'=', &self.rest.as_bytes()[..at]).is_none() => {
                let text = self.take(at);
                return Some(Token::Text(self.text(text)));
            }
            TagEnd::NextTag(at) => {
                let inside = &self.take(at)[1..];
                return Some(open(inside, false));
            }
            TagEnd::None => {
                self.take(self.rest.len()); // cut off in the middle of its last tag
                return None;
            }
        };
        let inside = &self.take(end + 1)[1..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Some(Token::Close(name.split_ascii_whitespace().next().unwrap_or_default()));
        }
        Some(open(inside, sound))
    }

    /// Where a tag ends, and whether its quotes are sound; one `>` too early is better than a quote that swallows the rest.
    fn tag_end(&mut self) -> TagEnd {
        let bytes = self.rest.as_bytes();
        let (mut at, mut quote) = (1, None);
        while let Some(next) = bytes.get(at) {
            match (*next, quote) {
                (b'>', None) => return TagEnd::At(at, true),
                (b'<', None) if bytes[1] != b'/' => return TagEnd::NextTag(at),
                (b'<', None) => break,
                // "5 < 6" in a value is wrong and seen; a tag behind an open quote is the quote's fault.
                (b'<', Some(open)) => match self.quote_end(at, open) {
                    Some(end) => {
                        at = end;
                        quote = None;
                    }
                    None => break,
                },
                (b'"' | b'\'', None) => quote = Some(*next),
                (byte, Some(open)) if byte == open => quote = None,
                _ => {}
            }
            at += 1;
        }
        memchr(b'>', bytes).map_or(TagEnd::None, |at| TagEnd::At(at, false))
    }

    /// The end of a quote that goes on behind a `<`, if it looks like one and comes soon.
    fn quote_end(&mut self, at: usize, quote: u8) -> Option<usize> {
        const NEAR_BYTES: usize = 1024;
        let bytes = self.rest.as_bytes();
        let near = &bytes[at..bytes.len().min(at + NEAR_BYTES)];
        self.lookahead = self.lookahead.checked_sub(near.len())?;
        let end = at + memchr(quote, near)?;
        let closes = matches!(bytes.get(end + 1), Some(b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r'));
        // Where a value opens in between, the quote found is the opening one of another tag.
        (closes && !near[..end - at].ends_with(b"=")).then_some(end)
    }

    /// Text between tags: entities resolved, the document's own as well.
    fn text(&mut self, text: &'a str) -> Cow<'a, str> {
        // The end of a CDATA section that was opened twice is no text.
        let text: Cow<'a, str> = if text.contains("]]>") { text.replace("]]>", "").into() } else { text.into() };
        let resolved = match text {
            Cow::Borrowed(text) => resolved(text, &mut self.declared),
            Cow::Owned(text) => resolved(&text, &mut self.declared).into_owned().into(),
        };
        legal(resolved)
    }
}

/// How a tag ends.
enum TagEnd {
    /// At this `>`, with its quotes sound or not.
    At(usize, bool),
    /// Not at all before the next one begins.
    NextTag(usize),
    None,
}

/// A start tag of what stands between `<` and `>`.
fn open(inside: &str, sound: bool) -> Token<'_> {
    let empty = inside.ends_with('/');
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let name_end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(name_end);
    Token::Open(Tag { name, attributes, empty, sound })
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let rest = self.rest.as_bytes();
            let text = match memchr(b'<', rest).unwrap_or(rest.len()) {
                0 if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"<![CDATA[")) => {
                    self.take("<![CDATA[".len());
                    // One that is never closed is forgotten, and what follows is read as markup.
                    let Some(length) = self.find("]]>") else { continue };
                    let content = &self.take(length)[..length - "]]>".len()];
                    let content: Cow<'a, str> = match content.contains("<![CDATA[") {
                        true => content.replace("<![CDATA[", "").into(),
                        false => content.into(),
                    };
                    return Some(Token::Text(legal(content)));
                }
                0 if rest.starts_with(b"<!--") => {
                    self.skip_past("-->", "<!--");
                    continue;
                }
                0 if rest.starts_with(b"<?") => {
                    self.skip_past(if rest.starts_with(b"<?php") { "?>" } else { ">" }, "<?");
                    continue;
                }
                0 if rest.starts_with(b"<!") => {
                    let length = self.find(DECLARATION_END).or_else(|| self.find(">")).unwrap_or("<!".len());
                    let declaration = self.take(length);
                    self.declared.read(declaration);
                    continue;
                }
                0 if opens_tag(&self.rest[1..]) => match self.tag() {
                    Some(token) => return Some(token),
                    None => continue,
                },
                // A "<" that opens nothing is text, together with what follows it.
                0 => self.take(memchr(b'<', &rest[1..]).map_or(rest.len(), |at| at + 1)),
                at => self.take(at),
            };
            return Some(Token::Text(self.text(text)));
        }
        None
    }
}

/// Stands for the `>` of a DOCTYPE, which comes behind its internal subset.
const DECLARATION_END: &str = "[…]>";

fn declaration_end(rest: &str) -> Option<usize> {
    let mut depth = 0;
    let end = rest.bytes().position(|byte| {
        depth += i32::from(byte == b'[') - i32::from(byte == b']');
        byte == b'>' && depth <= 0
    });
    end.map(|at| at + 1)
}

fn opens_tag(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compact picture of the tokens: `<name attributes>`, `</name>`, text in brackets.
    fn picture(text: &str) -> String {
        let token = |token| match token {
            Token::Open(Tag { name, attributes, empty, .. }) => {
                format!("<{name}{attributes}{}>", if empty { "/" } else { "" })
            }
            Token::Close(name) => format!("</{name}>"),
            Token::Text(text) => format!("[{text}]"),
        };
        Tokens::new(text).map(token).collect()
    }

    #[test]
    fn reads_sound_markup() {
        assert_eq!(picture("<?xml version='1.0'?><a b=\"1>2\"><c/>x &amp; y</a >"), "<a b=\"1>2\"><c/>[x & y]</a>");
        assert_eq!(picture("<a><![CDATA[<b> & ]] ]]></a><!-- <x> -->"), "<a>[<b> & ]] ]</a>");
    }

    #[test]
    fn uses_plain_entities_of_a_doctype_alone() {
        let doctype = "<!DOCTYPE rss [<!ENTITY a \"x\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&a;&b;</a>";
        assert_eq!(picture(doctype), "<a>[x&b;]</a>");
        let nested = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY % c 'x'><!ENTITY d '%c;'><!ENTITY e 'R&#38;D'>]>&b;&d;&e;";
        assert_eq!(picture(nested), "[&b;&d;R&D]");
        let many = format!("<!DOCTYPE a [<!ENTITY a \"{}\">]>{}", "x".repeat(256), "&a;".repeat(10_000));
        assert!(picture(&many).len() < 16 * 1024 + 30_000 + 2);
        assert_eq!(picture("<!DOCTYPE rss [ <!ENTITY ><a>x</a>"), "<a>[x]</a>");
    }

    #[test]
    fn forgives() {
        assert_eq!(picture("a < b && c <3 <d>"), "[a ][< b && c ][<3 ]<d>");
        assert_eq!(picture("<a href=\"x><b>y</b>"), "<a href=\"x><b>[y]</b>");
        assert_eq!(picture("<a title=\"5 < 6\" href='u'>y"), "<a title=\"5 < 6\" href='u'>[y]");
        assert_eq!(picture("<a><![CDATA[x <![CDATA[y]]> z]]></a>"), "<a>[x y][ z]</a>");
        assert_eq!(picture("<a><![CDATA[x</a><b>"), "<a>[x]</a><b>");
        assert_eq!(picture("<!-- open <a>"), "[ open ]<a>");
        assert_eq!(picture("<a>x</a"), "<a>[x]");
        assert_eq!(picture("<a>x"), "<a>[x]");
        assert_eq!(picture("<a>\u{0}\u{8}x\u{b}</a>"), "<a>[x]</a>");
    }

    #[test]
    fn finds_attributes_however_they_are_quoted() {
        let Some(Token::Open(tag)) =
            Tokens::new("<x A=1 b='&amp;'rdf:about=\"u\" bare A='2' d=\u{201c}v\u{201d}>").next()
        else {
            panic!("a tag")
        };
        let values = ["a", "B", "rdf:about", "bare", "d", "none"].map(|name| tag.attribute(name));
        assert_eq!(
            values.map(|value| value.map(Cow::into_owned)),
            [Some("1"), Some("&"), Some("u"), Some(""), Some("v"), None].map(|value| value.map(str::to_owned))
        );
    }
}

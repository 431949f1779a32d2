//! Text of a feed to tags and text, forgiving what browsers forgive.
//!
//! A strict XML reader loses a whole feed to one bare `&` or one forgotten end tag. This one never fails: declarations,
//! comments and DOCTYPEs vanish (so no entity of a DTD is ever expanded, and nothing is fetched), CDATA is text, a `<`
//! that opens no tag is text, and an HTML entity is its character.

use memchr::{memchr, memmem};
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::attributes::Attributes;
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
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        local(self.name)
    }

    /// An attribute's value, entities resolved; names are compared without regard to case.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| entities(&value).into_owned())
    }

    /// All attributes as written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = Attributes::html(self.attributes, 0);
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| (attribute.key.0, attribute.value))
    }
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
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, absent: Vec::new() }
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
        let Some((end, sound)) = tag_end(self.rest) else {
            self.take(self.rest.len()); // cut off in the middle of its last tag
            return None;
        };
        let inside = &self.take(end + 1)[1..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Some(Token::Close(name.split_ascii_whitespace().next().unwrap_or_default()));
        }
        let empty = inside.ends_with('/');
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let name_end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        Some(Token::Open(Tag { name, attributes: if sound { attributes } else { "" }, empty }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let rest = self.rest.as_bytes();
            let text = match memchr(b'<', rest).unwrap_or(rest.len()) {
                0 if rest.starts_with(b"<![CDATA[") => {
                    self.take("<![CDATA[".len());
                    // One that is never closed is forgotten, and what follows is read as markup.
                    let Some(length) = self.find("]]>") else { continue };
                    let content = &self.take(length)[..length - "]]>".len()];
                    return Some(Token::Text(legal(content.into())));
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
                    self.take(length);
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
            return Some(Token::Text(legal(entities(text))));
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

/// Where a tag ends, and whether its quotes are sound; one `>` too early is better than a quote that swallows the rest.
fn tag_end(rest: &str) -> Option<(usize, bool)> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (byte, quote) {
            (b'>', None) => return Some((at, true)),
            (b'<', _) => break,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    memchr(b'>', rest.as_bytes()).map(|at| (at, false))
}

/// Resolves character references and HTML entities; anything else behind a `&` stays as written.
pub(super) fn entities(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return text.into() };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name_end = rest.bytes().take(33).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
        match resolve(&rest[..name_end]) {
            Some(resolved) if rest[name_end..].starts_with(';') => {
                out.push_str(&resolved);
                rest = &rest[name_end + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    out.into()
}

fn resolve(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else { return resolve_html5_entity(name).map(Cow::Borrowed) };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // References to 128–159 mean windows-1252, as every browser reads them.
    let character = match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode(&[byte]).0.chars().next()?,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some(Cow::Owned(character.to_string()))
}

/// Drops the characters that no document may hold.
fn legal(text: Cow<'_, str>) -> Cow<'_, str> {
    let illegal =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{7f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(illegal) { text.replace(illegal, "").into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compact picture of the tokens: `<name attributes>`, `</name>`, text in brackets.
    fn picture(text: &str) -> String {
        let token = |token| match token {
            Token::Open(Tag { name, attributes, empty }) => {
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
    fn drops_doctypes_and_expands_nothing_of_them() {
        let doctype = "<!DOCTYPE rss [<!ENTITY a \"x\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&a;&b;</a>";
        assert_eq!(picture(doctype), "<a>[&a;&b;]</a>");
        assert_eq!(picture("<!DOCTYPE rss [ <!ENTITY ><a>x</a>"), "<a>[x]</a>");
    }

    #[test]
    fn forgives() {
        assert_eq!(picture("a < b && c <3 <d>"), "[a ][< b && c ][<3 ]<d>");
        assert_eq!(picture("<a href=\"x><b>y</b>"), "<a><b>[y]</b>");
        assert_eq!(picture("<a><![CDATA[x</a><b>"), "<a>[x]</a><b>");
        assert_eq!(picture("<!-- open <a>"), "[ open ]<a>");
        assert_eq!(picture("<a>x</a"), "<a>[x]");
        assert_eq!(picture("<a>x"), "<a>[x]");
        assert_eq!(picture("<a>\u{0}\u{8}x\u{b}</a>"), "<a>[x]</a>");
    }

    #[test]
    fn resolves_entities() {
        assert_eq!(entities("&nbsp;&ndash;&eacute;&lt;&#8211;&#x2013;&#150;"), "\u{a0}–é<–––");
        assert_eq!(entities("AT&T &bogus; &#xD800; &; &#; & &amp"), "AT&T &bogus; \u{fffd} &; &#; & &amp");
    }

    #[test]
    fn finds_attributes_however_they_are_quoted() {
        let Some(Token::Open(tag)) = Tokens::new("<x A=1 b='&amp;' rdf:about=\"u\" bare>").next() else {
            panic!("a tag")
        };
        let values = ["a", "B", "rdf:about", "bare", "none"].map(|name| tag.attribute(name));
        assert_eq!(values, [Some("1".into()), Some("&".into()), Some("u".into()), Some(String::new()), None]);
    }
}

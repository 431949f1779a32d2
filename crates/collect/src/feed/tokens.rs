//! Text of a feed to tags and text, forgiving what browsers forgive.
//!
//! A strict XML reader loses a whole feed to one bare `&` or one forgotten end tag. This one never fails: declarations,
//! comments and DOCTYPEs vanish (of a DTD only entities of plain text are used, within a budget, and nothing is fetched),
//! CDATA is text, a `<` that opens no tag is text, and an HTML entity is its character.

use encoding_rs::WINDOWS_1252;
use memchr::{memchr, memmem};
use std::borrow::Cow;
use std::collections::HashMap;

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

/// Entities that a document declares for itself: plain text alone, few, short, and used within a budget.
///
/// That is what feeds of the wild have ("<!ENTITY copy "©">"); anything that refers to another entity, to a file or to
/// an address stays as written, so that no bomb grows and nothing is fetched.
#[derive(Default)]
struct Entities {
    values: HashMap<String, String>,
    expanded_bytes: usize,
}

impl Entities {
    const COUNT_MAX: usize = 300;
    const VALUE_BYTES_MAX: usize = 256;
    const EXPANDED_BYTES_MAX: usize = 16 << 10;

    /// Takes the entities of a DOCTYPE.
    fn read(&mut self, declaration: &str) {
        for part in declaration.split("<!ENTITY").skip(1) {
            if self.values.len() >= Self::COUNT_MAX {
                break;
            }
            let part = part.trim_start();
            let Some((name, value)) = part.split_once(char::is_whitespace) else { continue };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
            let Some((value, _)) = value[1..].split_once(quote) else { continue };
            let plain = entities(value);
            // What is left of a reference to another entity is an "&name;"; predefined ones and numbers are gone.
            let refers = value.contains('%') || resolve_left(&plain);
            if !refers && plain.len() <= Self::VALUE_BYTES_MAX && name.len() <= NAME_BYTES_MAX {
                self.values.entry(name.to_owned()).or_insert_with(|| plain.into_owned());
            }
        }
    }

    fn expand(&mut self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?;
        let expanded = self.expanded_bytes + value.len();
        if expanded > Self::EXPANDED_BYTES_MAX {
            return None;
        }
        self.expanded_bytes = expanded;
        Some(value)
    }
}

/// Whether a reference stands in a text whose known ones are resolved.
fn resolve_left(text: &str) -> bool {
    text.split('&').skip(1).any(|behind| {
        let name_end = behind
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            .count();
        name_end > 0 && behind[name_end..].starts_with(';')
    })
}

/// Longer than any name that HTML knows.
const NAME_BYTES_MAX: usize = 33;

/// Resolves character references and HTML entities; anything else behind a `&` stays as written.
pub(super) fn entities(text: &str) -> Cow<'_, str> {
    resolved(text, &mut Entities::default())
}

fn resolved<'a>(text: &'a str, declared: &mut Entities) -> Cow<'a, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return text.into() };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let taken = number(rest, &mut out).or_else(|| named(rest, declared, &mut out));
        if taken.is_none() {
            out.push('&');
        }
        rest = &rest[taken.unwrap_or(0)..];
    }
    out.push_str(rest);
    out.into()
}

/// "&amp;eacute;" without its `&`: writes the characters and says how many bytes were taken.
fn named(rest: &str, declared: &mut Entities, out: &mut String) -> Option<usize> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = rest.bytes().take(NAME_BYTES_MAX).take_while(word).count();
    let name = &rest[..length];
    if !rest[length..].starts_with(';') {
        return None;
    }
    if !declared.values.is_empty()
        && !matches!(name, "lt" | "gt" | "amp" | "quot" | "apos")
        && let Some(value) = declared.expand(name)
    {
        out.push_str(value);
        return Some(length + 1);
    }
    // Two that HTML 5 moved; feeds follow the sets of XHTML 1.0, which their DTDs include.
    if let "lang" | "rang" = name {
        out.push(if name == "lang" { '\u{2329}' } else { '\u{232a}' });
        return Some(length + 1);
    }
    // "&NBSP;" is no entity, and everyone knows what was meant.
    let shouted =
        || name.bytes().all(|byte| byte.is_ascii_uppercase()).then(|| format!("&{};", name.to_ascii_lowercase()));
    let character = |reference: &str| match html_escape::decode_html_entities(reference) {
        Cow::Owned(character) if character != reference => Some(character),
        _ => None,
    };
    out.push_str(&character(&format!("&{name};")).or_else(|| character(&shouted()?))?);
    Some(length + 1)
}

/// "&#233;" or "&#xe9;" without its `&`; a forgotten semicolon is no reason to show numbers to a reader.
fn number(rest: &str, out: &mut String) -> Option<usize> {
    let (code, length) = code(rest)?;
    // Two halves of a character, as systems that count in UTF-16 write them.
    if (0xd800..0xdc00).contains(&code)
        && let Some((low @ 0xdc00..0xe000, behind)) = rest[length..].strip_prefix('&').and_then(self::code)
    {
        out.extend(char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)));
        return Some(length + 1 + behind);
    }
    match code {
        // References to 128–159 mean windows-1252, as every browser reads them.
        0x80..=0x9f => out.push_str(&WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0),
        _ => out.push(char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
    Some(length)
}

/// The number of a reference, as large as it may be, and how many bytes it took.
fn code(rest: &str) -> Option<(u32, usize)> {
    let digits = rest.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix(['x', 'X']).map_or((digits, 10), |hex| (hex, 16));
    let count = digits.chars().take_while(|c| c.is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..count], radix).unwrap_or(u32::MAX);
    let length = rest.len() - digits.len() + count;
    Some((code, length + usize::from(digits[count..].starts_with(';'))))
}

/// Drops the characters that no document may hold; a control character from 128 on is windows-1252 read as Latin-1.
pub(super) fn legal(text: Cow<'_, str>) -> Cow<'_, str> {
    let suspect =
        |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xef);
    if !text.bytes().any(suspect) {
        return text;
    }
    let illegal = |c: char| {
        (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    if !text.contains(illegal) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{80}'..='\u{9f}' => {
                let byte = [c as u8];
                let meant = WINDOWS_1252.decode_without_bom_handling(&byte).0;
                out.extend(meant.chars().filter(|c| !c.is_control())); // five of them mean nothing
            }
            _ if illegal(c) => {}
            _ => out.push(c),
        }
    }
    out.into()
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
    fn resolves_entities() {
        assert_eq!(entities("&nbsp;&ndash;&eacute;&lt;&#8211;&#x2013;&#150;"), "\u{a0}–é<–––");
        assert_eq!(entities("AT&T &bogus; &#xD800; &; &#; & &amp"), "AT&T &bogus; \u{fffd} &; &#; & &amp");
        assert_eq!(
            entities("&#55357;&#56832; &#xD83D;&#xDE00; &#8217s &#0; &#x110000; &#99999999999;"),
            "😀 😀 ’s \u{fffd} \u{fffd} \u{fffd}"
        );
        assert_eq!(entities("&NBSP;&EACUTE;&BOGUS;"), "\u{a0}é&BOGUS;");
        assert_eq!(legal("a\u{92}b\u{1}\u{fffe}".into()), "a’b");
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

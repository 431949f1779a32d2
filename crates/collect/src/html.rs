//! Web pages as far as a collector needs them: where they lead, and a few elements by name. The text crate reads articles.
//!
//! A stream of tags and text from a tokenizer that follows the HTML standard; no tree is built, so that neither depth
//! nor disorder can cost more than one pass over the bytes.

mod elements;

mod links;

mod selector;

pub(crate) use elements::{Element, elements};
pub(crate) use links::{Link, Page, read, read_selecting};
pub(crate) use selector::Selector;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::borrow::Cow;

/// Attributes of one tag that are kept, and the length of a value; a page that has more hides data in them.
const ATTRIBUTES_MAX: usize = 64;
const VALUE_LENGTH_MAX: usize = 16 << 10;

/// One piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A start tag.
    Open(Tag),
    /// An end tag's name, in lower case.
    Close(String),
    /// Text with its entities resolved; that of scripts and styles is left out.
    Text(String),
}

/// A start tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    /// In lower case.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// True where no end tag belongs to it: `<br>`, `<img>`.
    pub(crate) empty: bool,
}

impl Tag {
    /// An attribute's value, entities resolved; the first one where a name is doubled.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All attributes, names in lower case.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// True where `class` is among the words of its `class` attribute.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|word| word == class))
    }
}

/// The pieces of a page, in order.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut emitter = CallbackEmitter::new(Collecting::default());
    // Without a tree the tokenizer has to know by itself that no tags are in scripts, styles and titles.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).map(|piece| match piece {
        Ok(piece) => piece,
        Err(never) => match never {},
    })
}

/// Turns the tokenizer's events into pieces.
#[derive(Default)]
struct Collecting {
    tag: Tag,
    name: Option<String>,
    silent: bool,
}

impl Callback<Piece, ()> for Collecting {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _: Span<()>) -> Option<Piece> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: string(name), ..Tag::default() };
                self.name = None;
            }
            CallbackEvent::AttributeName { name } => {
                let name = string(name);
                let known = self.tag.attribute(&name).is_some() || self.tag.attributes.len() == ATTRIBUTES_MAX;
                if !known {
                    self.tag.attributes.push((name.clone(), String::new()));
                }
                self.name = (!known).then_some(name);
            }
            CallbackEvent::AttributeValue { value } => {
                if self.name.take().is_some()
                    && value.len() <= VALUE_LENGTH_MAX
                    && let Some((_, empty)) = self.tag.attributes.last_mut()
                {
                    *empty = string(value);
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let mut tag = std::mem::take(&mut self.tag);
                tag.empty = is_void(&tag.name) || (self_closing && is_drawing(&tag.name));
                self.silent = is_silent(&tag.name);
                return Some(Piece::Open(tag));
            }
            CallbackEvent::EndTag { name } => {
                // Attributes of an end tag come before it and belong to nobody.
                self.tag = Tag::default();
                self.silent = false;
                return Some(Piece::Close(string(name)));
            }
            CallbackEvent::String { value } if !self.silent => return Some(Piece::Text(string(value))),
            _ => {}
        }
        None
    }
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// `<path/>` is complete, whereas browsers read `<div/>` as `<div>`.
fn is_drawing(name: &str) -> bool {
    matches!(
        name,
        "circle" | "ellipse" | "g" | "image" | "line" | "path" | "polygon" | "polyline" | "rect" | "stop" | "use"
    )
}

fn is_silent(name: &str) -> bool {
    matches!(name, "script" | "style")
}

/// Decodes a page as browsers do, and drops stray NULs: they stand within tags and addresses, which nobody would find.
pub(crate) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, str> {
    let text = decoded(bytes, charset);
    if text.contains('\0') { text.replace('\0', "").into() } else { text }
}

/// Byte order mark, transport, the page's own word; plain UTF-8 is believed first.
fn decoded<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    // Without a mark of its order it is no UTF-16, so a NUL means nothing; it would split names and addresses.
    if bytes.contains(&0) {
        let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return decode(&bytes, charset).into_owned().into();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let stated = || {
        let after = start.split_once("charset")?.1.trim_start().strip_prefix('=')?.trim_start();
        let label = after.trim_start_matches(['"', '\'']);
        label.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).next()
    };
    let encoding = charset.or_else(stated).and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match encoding {
        // A page whose tags can be read is not UTF-16, whatever it says.
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16LE && encoding != UTF_16BE => {
            encoding.decode_without_bom_handling(bytes).0
        }
        Some(_) => String::from_utf8_lossy(bytes),
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Text with its runs of white space made one space.
pub(crate) fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1 << 10));
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> String {
        let piece = |piece| match piece {
            Piece::Open(tag) => {
                let attributes: String = tag.attributes().map(|(key, value)| format!(" {key}={value}")).collect();
                format!("<{}{attributes}{}>", tag.name, if tag.empty { "/" } else { "" })
            }
            Piece::Close(name) => format!("</{name}>"),
            Piece::Text(text) => format!("[{text}]"),
        };
        pieces(text).map(piece).collect()
    }

    #[test]
    fn gives_tags_and_text_in_order() {
        assert_eq!(
            picture(
                "<!doctype html><P Class='a b' HREF=\"?x=1&amp;y=2\" class=c disabled>Air &amp; <br/>jalan</P x=1>"
            ),
            "<p class=a b href=?x=1&y=2 disabled=>[Air & ]<br/>[jalan]</p>"
        );
        assert_eq!(
            picture("<script>if (a<b) '<a href=x>'</script>y<style>p{}</style>"),
            "<script></script>[y]<style></style>"
        );
        assert_eq!(
            picture("<title>Satu <b> dua</title><svg><path d=x/></svg>"),
            "<title>[Satu <b> dua]</title><svg><path d=x/></svg>"
        );
        assert_eq!(picture("a < b <3 <a href='x"), "[a < b <3 ]");
    }

    #[test]
    fn reads_charsets_as_browsers_do() {
        assert_eq!(decode("é—".as_bytes(), Some("iso-8859-1")), "é—");
        assert_eq!(decode(b"<meta charset=windows-1252>\x93x\x94", None), "<meta charset=windows-1252>“x”");
        assert_eq!(
            decode(b"<meta content='text/html; charset=utf-16'>\xe9", None),
            "<meta content='text/html; charset=utf-16'>\u{fffd}"
        );
        assert_eq!(decode(b"\xe9", Some("utf-8")), "\u{fffd}");
        assert_eq!(decode(b"\xff\xfea\0", None), "a");
        assert_eq!(decode(b"\xcf\xf0", Some("windows-1251")), "Пр");
    }

    #[test]
    fn depth_and_size_are_harmless() {
        let deep = "<div class=a><a href=x>".repeat(50_000);
        assert_eq!(pieces(&deep).count(), 100_000);
        let page = read(deep.as_bytes(), None, "https://media.example/");
        assert_eq!(page.links.len(), links::LINKS_MAX);
        assert!(elements(&deep, |tag| tag.name == "div").len() <= 1);
        let wide = format!("<p {}>", (0..100_000).map(|number| format!("a{number}=1 ")).collect::<String>());
        assert_eq!(pieces(&wide).count(), 1);
    }
}

//! What stands between a field's tags, as its type says to read it: text, HTML, XHTML, or text packed as base64.

use super::charset::sextet;
use super::tokens::Tag;
use super::xml::{Inner, escape};

/// A field's value, and whether it is plain text.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) plain: bool,
}

/// Reads Atom's text and content constructs of both versions; a field of RSS has no type and is taken as it stands.
pub(super) fn value(tag: &Tag<'_>, inner: Inner) -> Option<Value> {
    let lower = |name| tag.attribute(name).unwrap_or_default().trim().to_ascii_lowercase();
    let kind = lower("type");
    let textual = kind.is_empty() || ["text", "html", "xml", "plain"].iter().any(|word| kind.contains(word));
    if lower("mode") == "base64" || (!textual && kind.contains('/')) {
        let packed = base64(&inner.text);
        let known = packed.is_some() || !["image/", "audio/", "video/"].iter().any(|media| kind.starts_with(media));
        return known.then(|| Value { text: packed.unwrap_or(inner.text), plain: false });
    }
    let has_markup = inner.markup.is_some();
    let text = if kind.contains("xhtml") || kind.ends_with("+xml") || kind.ends_with("/xml") {
        // Its text is markup as well: "&lt;" must not turn into a tag.
        let markup = inner.markup.unwrap_or_else(|| escape(&inner.text).into_owned());
        unwrapped(&markup).map(str::to_owned).unwrap_or(markup)
    } else if kind.contains("html") {
        match inner.markup {
            // Escaped markup inside of a wrapper that belongs to the other type.
            Some(markup) => match unwrapped(&markup) {
                Some(inside) if !inside.contains('<') => inner.text,
                Some(inside) => inside.to_owned(),
                None => markup,
            },
            None => inner.text,
        }
    } else {
        inner.into_value()
    };
    Some(Value { text, plain: !has_markup && matches!(kind.as_str(), "" | "text" | "text/plain") })
}

/// What a lone `div` around everything holds: it belongs to the format, not to the text.
fn unwrapped(markup: &str) -> Option<&str> {
    let trimmed = markup.trim();
    let inside = trimmed.strip_prefix("<div")?.strip_suffix("</div>")?;
    let (_, inside) = inside
        .split_once('>')
        .filter(|(attributes, _)| attributes.is_empty() || attributes.starts_with(char::is_whitespace))?;
    // The first `div` must be closed by the last end tag.
    let mut depth = 1;
    for (at, _) in inside.match_indices('<') {
        let behind = &inside[at + 1..];
        depth += i32::from(behind.starts_with("div")) - i32::from(behind.starts_with("/div"));
        if depth == 0 {
            return None;
        }
    }
    Some(inside)
}

/// Text packed as base64; `None` where it is none, or packs something else.
fn base64(text: &str) -> Option<String> {
    let digits = || text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let length = digits().count();
    if length == 0 || length % 4 == 1 {
        return None;
    }
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(length / 4 * 3), 0_u32, 0_u32);
    for (place, byte) in digits().enumerate() {
        if byte == b'=' && place + 2 >= length {
            continue;
        }
        bits = (bits << 6 | sextet(byte)?) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let unpacked = String::from_utf8(bytes).ok()?;
    let control = |c: char| c.is_control() && !c.is_whitespace();
    (!unpacked.contains(control)).then_some(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_text_alone() {
        assert_eq!(base64("PHA+QmFu amlyPC9w\nPg==").as_deref(), Some("<p>Banjir</p>"));
        assert_eq!(base64("QmFuamlyIQ").as_deref(), Some("Banjir!"));
        for text in ["", "Banjir hari ini!", "a", "iVBORw0KGgo=", "Q===Q"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn takes_the_wrapper_off() {
        assert_eq!(unwrapped(" <div class=\"a\"><p>x</p><div>y</div></div> "), Some("<p>x</p><div>y</div>"));
        for markup in ["<div>x</div><div>y</div>", "<p>x</p>", "<divider>x</div>", "<div>x"] {
            assert_eq!(unwrapped(markup), None, "{markup}");
        }
    }
}

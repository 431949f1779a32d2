//! References to characters: by name, by number, and by what the document declares.

use encoding_rs::WINDOWS_1252;
use memchr::memchr;
use std::borrow::Cow;
use std::collections::HashMap;

/// Entities that a document declares for itself: plain text alone, few, short, and used within a budget.
///
/// That is what feeds of the wild have ("<!ENTITY copy "©">"); anything that refers to another entity, to a file or to
/// an address stays as written, so that no bomb grows and nothing is fetched.
#[derive(Default)]
pub(super) struct Entities {
    values: HashMap<String, String>,
    expanded_bytes: usize,
}

impl Entities {
    const COUNT_MAX: usize = 300;
    const VALUE_BYTES_MAX: usize = 256;
    const EXPANDED_BYTES_MAX: usize = 16 << 10;

    /// Takes the entities of a DOCTYPE.
    pub(super) fn read(&mut self, declaration: &str) {
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

/// The same, with what the document declares.
pub(super) fn resolved<'a>(text: &'a str, declared: &mut Entities) -> Cow<'a, str> {
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
    // The five of XML, which no document may redefine and nearly all references are.
    if let Some(character) = predefined(name) {
        out.push(character);
        return Some(length + 1);
    }
    if !declared.values.is_empty()
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

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
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
}

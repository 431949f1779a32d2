//! Relative addresses inside an entry's markup: the base that they need is lost once the entry leaves its feed.

use memchr::memchr;
use std::borrow::Cow;
use url::Url;

/// Attributes of HTML that hold one address.
const ATTRIBUTES: [&str; 10] =
    ["href", "src", "action", "cite", "background", "poster", "longdesc", "data", "usemap", "formaction"];

/// Makes the addresses in a piece of HTML absolute; everything else stays byte for byte.
pub(super) fn absolute_links(html: String, base: Option<&Url>) -> String {
    let Some(base) = base.filter(|base| !base.cannot_be_a_base()) else { return html };
    match rewritten(&html, base) {
        Cow::Owned(html) => html,
        Cow::Borrowed(_) => html,
    }
}

fn rewritten<'a>(html: &'a str, base: &Url) -> Cow<'a, str> {
    let bytes = html.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(open) = memchr(b'<', &bytes[at..]) {
        at += open + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let end = memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        // A "<" before the ">" belongs to the next tag.
        let end = memchr(b'<', &bytes[at..end]).map_or(end, |next| at + next);
        let mut from = at;
        while let Some((start, value)) = next_value(html, from, end) {
            from = start + value.len();
            if let Some(address) = resolved(value, base) {
                out.push_str(&html[copied..start]);
                out.push_str(&address);
                copied = from;
            }
        }
        at = end;
    }
    if copied == 0 {
        return html.into();
    }
    out.push_str(&html[copied..]);
    out.into()
}

/// The next quoted value of an attribute that holds an address: where it starts, and what it is.
fn next_value(html: &str, mut from: usize, end: usize) -> Option<(usize, &str)> {
    let bytes = html.as_bytes();
    loop {
        let equals = from + memchr(b'=', bytes.get(from..end)?)?;
        let name = html[from..equals].trim_end();
        let name =
            name.rsplit(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/')).next().unwrap_or_default();
        let mut start = equals + 1;
        while start < end && bytes[start].is_ascii_whitespace() {
            start += 1;
        }
        let quote = *bytes.get(start)?;
        let (value, length) = match quote {
            b'"' | b'\'' => (start + 1, memchr(quote, bytes.get(start + 1..end)?)?),
            _ => {
                (start, bytes[start..end].iter().position(u8::is_ascii_whitespace).unwrap_or(end.saturating_sub(start)))
            }
        };
        let whole = &html[value..value + length];
        if ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known)) && !whole.is_empty() {
            return Some((value, whole));
        }
        from = value + length;
    }
}

/// The absolute form of an address that is relative; a place within the same text stays one.
fn resolved(value: &str, base: &Url) -> Option<String> {
    let address = value.trim();
    let scheme = address.find(':').is_some_and(|colon| !address[..colon].contains(['/', '?', '#']));
    if scheme || address.is_empty() || address.starts_with('#') {
        return None;
    }
    let joined = base.join(&address.replace("&amp;", "&")).ok()?;
    // Back into an attribute, where quotes of either kind may close it.
    Some(joined.as_str().replace('&', "&amp;").replace('\'', "%27"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_addresses_change() {
        let base = Url::parse("https://media.example/umpan/rss.xml").expect("valid");
        for (html, expected) in [
            ("<a href=\"../x?a=1&amp;b=2\">x</a>", "<a href=\"https://media.example/x?a=1&amp;b=2\">x</a>"),
            ("<img alt='a=b' src='/f.png' />", "<img alt='a=b' src='https://media.example/f.png' />"),
            ("<img src=f.png>", "<img src=https://media.example/umpan/f.png>"),
            ("<a HREF = '//cdn.example/x'>", "<a HREF = 'https://cdn.example/x'>"),
            ("<a href=\"mailto:a@b.example\"><a href='#k'><a href=''><b>", ""),
            ("1 < 2 href=x", ""),
            ("<a href=\"x", ""),
            ("<a data-href='x' title=\"href='y'\">", ""),
            ("<a href='https://lain.example/'>", ""),
        ] {
            let expected = if expected.is_empty() { html } else { expected };
            assert_eq!(absolute_links(html.to_owned(), Some(&base)), expected);
        }
        assert_eq!(absolute_links("<a href=x>".to_owned(), None), "<a href=x>");
    }
}

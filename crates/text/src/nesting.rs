//! HTML whose nesting and number of tags are bounded, before a parser sees it.
//!
//! Building a tree takes time quadratic in its depth: a page of one megabyte with 100,000 nested elements keeps
//! html5ever busy for minutes. Browsers stop at 512 levels, and so does this pass, which only looks at tag names.
//! Where it has to guess what the parser will do it counts too deep rather than too shallow.
//! Ten megabytes of `<`, `&` or attributes cost the parser minutes or gigabytes; they are bounded here too.

use model::Problem;
use std::borrow::Cow;

/// Levels that are kept; what browsers allow.
const MAX_DEPTH: usize = 512;

/// Tags that are kept: an article has hundreds, a heavy portal page ten thousand.
const MAX_TAGS: usize = 60_000;

/// Character references that are kept, scripts not counted: each costs as much as a tag.
const MAX_REFERENCES: usize = 30_000;

/// Longer tags lose their attributes: only embedded data is that long.
const MAX_TAG_BYTES: usize = 4 << 10;

/// HTML that a parser can bear.
pub(crate) struct Bounded<'a> {
    pub html: Cow<'a, str>,
    /// Something was left out: no article looks like this.
    pub hostile: bool,
}

/// Leaves out the tags that would nest too deep or are too many; their text stays.
pub(crate) fn bounded<'a>(html: &'a str, problems: &mut Vec<Problem>) -> Bounded<'a> {
    let mut pass = Pass { html, ..Pass::default() };
    pass.run();
    let hostile = pass.dropped > 0;
    if hostile {
        let reason = format!("nested too deep or too many tags, {} of them left out", pass.dropped);
        problems.push(Problem::new("html", reason));
    }
    if pass.copied == 0 {
        return Bounded { html: Cow::Borrowed(html), hostile };
    }
    pass.out.push_str(&html[pass.copied..]);
    Bounded { html: Cow::Owned(pass.out), hostile }
}

#[derive(Default)]
struct Pass<'a> {
    html: &'a str,
    out: String,
    /// Everything before this byte has been written to `out` or left out.
    copied: usize,
    /// The elements that are open, outermost first.
    open: Vec<Open<'a>>,
    /// How many opened elements were left out, so that their end tags are left out too.
    dropped_open: usize,
    dropped: usize,
    tags: usize,
    references: usize,
}

struct Open<'a> {
    name: &'a [u8],
    scope: bool,
    block: bool,
}

impl<'a> Pass<'a> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'<', b'&', &bytes[at..]) {
            let start = at + found;
            if bytes[start] == b'&' {
                self.references += 1;
                at = start + 1;
                if self.references > MAX_REFERENCES {
                    self.drop(start, at);
                }
                continue;
            }
            at = match bytes.get(start + 1) {
                Some(b'!') if bytes[start..].starts_with(b"<!--") => {
                    self.other(start, end_of(bytes, start + 2, b"-->"))
                }
                Some(b'!' | b'?') => self.other(start, end_of(bytes, start, b">")),
                Some(b'/') if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.tag(start, start + 2, true)
                }
                Some(byte) if byte.is_ascii_alphabetic() => self.tag(start, start + 1, false),
                _ => self.other(start, start + 1),
            };
        }
    }

    /// Counts what is no tag but costs the parser as much: comments, declarations, stray angle brackets.
    fn other(&mut self, start: usize, end: usize) -> usize {
        self.tags += 1;
        if self.tags > MAX_TAGS {
            self.drop(start, end);
        }
        end
    }

    fn drop(&mut self, start: usize, end: usize) {
        self.dropped += 1;
        self.leave_out(start, end);
    }

    fn leave_out(&mut self, start: usize, end: usize) {
        self.out.push_str(&self.html[self.copied..start]);
        self.copied = end;
    }

    /// Handles the tag whose `<` is at `start` and whose name begins at `name`; returns where to go on.
    fn tag(&mut self, start: usize, name: usize, closes: bool) -> usize {
        let bytes = self.html.as_bytes();
        let length = bytes[name..].iter().position(|&b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        let name_end = length.map_or(bytes.len(), |length| name + length);
        let name = &bytes[name..name_end];
        let (tag_end, closed_itself) = tag_end(bytes, name_end);
        let mut end = tag_end;
        // What stands inside these is not markup.
        if !closes && is(name, RAW) {
            end = end_of_raw(bytes, end, name);
        }
        self.tags += 1;
        let keep = self.tags <= MAX_TAGS && if closes { self.close(name) } else { self.opens(name, closed_itself) };
        self.references += memchr::memchr_iter(b'&', &bytes[name_end..tag_end]).count();
        if !keep {
            self.drop(start, end);
        } else if tag_end - start > MAX_TAG_BYTES || self.references > MAX_REFERENCES {
            self.leave_out(name_end, tag_end);
            self.out.push('>');
        }
        end
    }

    /// Whether an opening tag may stay.
    fn opens(&mut self, name: &'a [u8], closed_itself: bool) -> bool {
        if is(name, VOID) || is(name, CLOSED_BY_THE_PARSER) || is(name, RAW) {
            return true;
        }
        let foreign = || self.open.iter().any(|open| is(open.name, &["svg", "math"]));
        // HTML elements end a drawing instead, and the slash means nothing to them.
        let html = || {
            is(name, BLOCKS)
                || is(name, FORMATTING)
                || is(name, SCOPES)
                || is(name, &["span", "ruby", "sub", "sup", "var"])
        };
        if closed_itself && foreign() && !html() {
            return true;
        }
        // A second one of these closes the first or is ignored.
        if is(name, ONE_AT_A_TIME) && self.open.iter().any(|open| open.name.eq_ignore_ascii_case(name)) {
            return true;
        }
        if self.open.len() >= MAX_DEPTH {
            self.dropped_open += 1;
            return false;
        }
        self.open.push(Open { name, scope: is(name, SCOPES), block: is(name, BLOCKS) });
        true
    }

    /// Takes off what an end tag closes; false where its start tag was left out.
    fn close(&mut self, name: &[u8]) -> bool {
        if is(name, VOID) || is(name, CLOSED_BY_THE_PARSER) || is(name, RAW) {
            return true;
        }
        if self.dropped_open > 0 {
            self.dropped_open -= 1;
            return false;
        }
        let formatting = is(name, FORMATTING);
        let block = is(name, BLOCKS) || is(name, SCOPES);
        for index in (0..self.open.len()).rev() {
            let open = &self.open[index];
            if open.name.eq_ignore_ascii_case(name) {
                // The end of a formatting element closes that one alone; blocks inside it stay open.
                if formatting {
                    self.open.remove(index);
                } else {
                    self.open.truncate(index);
                }
                break;
            }
            if open.scope || !block && !formatting && open.block {
                break;
            }
        }
        true
    }
}

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
/// These end by themselves where the next one begins, so they cannot nest without an element that is counted.
const CLOSED_BY_THE_PARSER: &[&str] = &[
    "p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup", "option", "optgroup",
    "rb", "rp", "rt", "rtc",
];
const ONE_AT_A_TIME: &[&str] = &["html", "head", "body", "form", "a", "nobr", "button"];
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// End tags do not reach through these.
const SCOPES: &[&str] = &["html", "table", "template", "object", "applet", "marquee", "svg", "math", "select"];
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "center",
    "details",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "listing",
    "main",
    "menu",
    "nav",
    "noscript",
    "ol",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
];

fn is(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// The byte after the `>` of a tag, quoted values skipped, and whether it ends in `/>`.
fn tag_end(bytes: &[u8], mut at: usize) -> (usize, bool) {
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        at += found;
        match bytes[at] {
            b'>' => return (at + 1, bytes[at - 1] == b'/'),
            quote => {
                // A quote opens a value only after `=`; elsewhere it is part of a name.
                let before = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
                at += 1;
                if before == Some(&b'=') {
                    at += memchr::memchr(quote, &bytes[at..]).map_or(bytes.len() - at, |length| length + 1);
                }
            }
        }
    }
    (bytes.len(), false)
}

fn end_of(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    memchr::memmem::find(&bytes[from..], end).map_or(bytes.len(), |at| from + at + end.len())
}

/// The `</name` that ends a raw text element.
fn end_of_raw(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
        at += found;
        if bytes[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(html: &str) -> (String, usize) {
        let mut problems = Vec::new();
        (bounded(html, &mut problems).html.into_owned(), problems.len())
    }

    fn depth(html: &str) -> usize {
        fn below(node: dom_query::NodeRef<'_>) -> usize {
            let mut deepest = 0;
            let mut open = vec![(node, 0)];
            while let Some((node, depth)) = open.pop() {
                deepest = deepest.max(depth);
                open.extend(node.children_it(false).map(|child| (child, depth + 1)));
            }
            deepest
        }
        below(dom_query::Document::from(html).root())
    }

    #[test]
    fn ordinary_pages_are_not_touched() {
        let page = "<!doctype html><title>a<b</title><script>if (a<b) '<div>'</script><!-- <div> --><p class='a>b'>satu<p>dua<br>";
        assert_eq!(pass(page), (page.to_owned(), 0));
        let list = format!("<ul>{}</ul>", "<li>butir <a href=x>tautan".repeat(2000));
        assert_eq!(pass(&list), (list.clone(), 0));
        assert_eq!(pass("a < b <> </ <"), ("a < b <> </ <".to_owned(), 0));
    }

    #[test]
    fn every_way_to_nest_is_bounded() {
        let shapes = [
            ("<div>", ""),
            ("<ul><li>", ""),
            ("<b>", ""),
            ("<div></span>", ""),
            ("<b><div></b>", ""),
            ("<div><table></div>", ""),
            ("<table><tr><td>", ""),
            ("<svg><div/>", ""),
            ("<svg><g>", ""),
            ("<blockquote><p>", "</blockquote>"),
            ("<span></p><i>", ""),
            ("<p><span>", ""),
            ("<object><p></div>", ""),
            ("<button><div></button>", ""),
            ("<a><div>", ""),
            ("<ruby><rt>", ""),
            ("<template>", ""),
        ];
        for (open, close) in shapes {
            let html = format!("{}teks{}", open.repeat(3000), close.repeat(3000));
            let (bounded, _) = pass(&html);
            assert!(bounded.contains("teks"), "{open}");
            let depth = depth(&bounded);
            // A table brings its body, row and cell along.
            assert!(depth <= 4 * MAX_DEPTH + 8, "{open} still nests {depth} deep");
        }
    }

    #[test]
    fn balanced_depth_closes_where_it_opened() {
        let html = format!("{}dalam{}<p>luar</p>", "<div>".repeat(600), "</div>".repeat(600));
        let (bounded, _) = pass(&html);
        assert_eq!(bounded.matches("<div>").count(), 512);
        assert_eq!(bounded.matches("</div>").count(), 512);
    }

    #[test]
    fn too_many_tags_keep_their_text() {
        let html = "<p>x".repeat(MAX_TAGS + 10);
        let (bounded, problems) = pass(&html);
        let counted = (bounded.matches("<p>").count(), bounded.matches('x').count(), problems);
        assert_eq!(counted, (MAX_TAGS, MAX_TAGS + 10, 1));
        assert_eq!(pass(&"<".repeat(MAX_TAGS + 10)).0.len(), MAX_TAGS);
    }

    #[test]
    fn long_tags_lose_their_attributes() {
        let html =
            format!("<p>a<div data-x='{}'>b</div><p {}", "y ".repeat(MAX_TAG_BYTES), "z=\"".repeat(MAX_TAG_BYTES));
        assert_eq!(pass(&html), ("<p>a<div>b</div><p>".to_owned(), 0));
    }
}

//! HTML of an article to paragraphs: one line each, markup, scripts and page furniture left out.

use crate::url;
use ::url::Url;
use dom_query::{Document, NodeRef};
use std::borrow::Cow;

/// Links kept of one document.
const MAX_LINKS: usize = 200;

/// What a piece of HTML says, and where it links to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Readable {
    /// Paragraphs separated by one newline.
    pub text: String,
    /// Canonical addresses, in order, each once.
    pub links: Vec<String>,
}

/// Reads the HTML of an article alone, as feeds and WordPress give it.
pub(crate) fn fragment(html: &str, base: Option<&Url>) -> Readable {
    readable(&Document::fragment(html).root(), base)
}

/// Reads everything below a node.
pub(crate) fn readable(root: &NodeRef<'_>, base: Option<&Url>) -> Readable {
    let mut lines = Lines::default();
    let mut links = Vec::new();
    // Not recursive: a page decides how deep this goes.
    let mut open = vec![(*root, false)];
    while let Some((node, leaving)) = open.pop() {
        if node.is_text() {
            lines.push(&node.text(), node.parent().is_some_and(|parent| parent.has_name("pre")));
            continue;
        }
        let name = node.node_name().unwrap_or_default();
        let breaks = is_block(&name);
        if leaving {
            if breaks {
                lines.end()
            } else {
                lines.push(" ", false)
            }
            continue;
        }
        if is_furniture(&node, &name) {
            continue;
        }
        match name.as_ref() {
            "br" => lines.end(),
            "a" if links.len() < MAX_LINKS => {
                let link = node.attr("href").and_then(|href| url::resolve(base, &href)).map(String::from);
                links.extend(link.filter(|link| !links.contains(link)));
            }
            _ => {}
        }
        if breaks {
            lines.end();
        }
        if breaks || matches!(name.as_ref(), "td" | "th") {
            open.push((node, true));
        }
        open.extend(node.children_it(true).map(|child| (child, false)));
    }
    Readable { text: lines.finish(), links }
}

/// A title or name as plain text on one line: entities decoded, tags and spaces cleaned.
pub(crate) fn inline(text: &str) -> String {
    let mut plain = Cow::Borrowed(text);
    // Twice, because a feed may carry what a CMS had already escaped.
    for _ in 0..2 {
        plain = Cow::Owned(match has_tag(&plain) {
            true => fragment(&plain, None).text,
            false => unescape(&plain).into_owned(),
        });
        if !plain.contains('&') && !plain.contains('<') {
            break;
        }
    }
    let mut lines = Lines::default();
    lines.push(&plain, false);
    lines.finish()
}

/// A title that came with plain text: formatting that slipped through is cleaned, anything else that looks like a tag
/// is what somebody wrote and stays.
pub(crate) fn written(text: &str) -> String {
    const FORMATTING: [&str; 14] =
        ["a", "b", "br", "em", "font", "i", "mark", "p", "small", "span", "strong", "sub", "sup", "u"];
    let name = |at: usize| {
        let after = text[at + 1..].trim_start_matches('/');
        &after[..after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len())]
    };
    let tags = text.match_indices('<').map(|(at, _)| name(at)).filter(|name| !name.is_empty());
    if tags.into_iter().all(|name| FORMATTING.iter().any(|known| known.eq_ignore_ascii_case(name))) {
        return inline(text);
    }
    let mut lines = Lines::default();
    lines.push(&unescape(text), false);
    lines.finish()
}

/// Character references decoded in a text that is not markup.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if text.contains('&') { html_escape::decode_html_entities(text) } else { Cow::Borrowed(text) }
}

/// Plain text with the same rules as HTML: one line a paragraph, one space between words.
pub(crate) fn tidy(text: &str) -> String {
    let mut lines = Lines::default();
    lines.push(text, true);
    lines.finish()
}

fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let after = text[at + 1..].trim_start_matches('/');
        after.starts_with(|c: char| c.is_ascii_alphabetic()) && after.contains('>')
    })
}

/// Text being written line by line.
#[derive(Default)]
pub(crate) struct Lines {
    out: String,
    space: bool,
}

impl Lines {
    /// Adds text; runs of spaces become one, line breaks count only where they are `kept`.
    pub(crate) fn push(&mut self, text: &str, kept: bool) {
        for c in text.chars() {
            match c {
                '\n' | '\u{2028}' | '\u{2029}' if kept => self.end(),
                // Invisible characters split words for whoever searches; the joiner holds emoji together and stays.
                '\u{ad}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}' => {}
                c if c.is_whitespace() => self.space = true,
                c => {
                    if self.space && !self.out.is_empty() && !self.out.ends_with('\n') {
                        self.out.push(' ');
                    }
                    self.space = false;
                    self.out.push(c);
                }
            }
        }
    }

    pub(crate) fn end(&mut self) {
        self.space = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    pub(crate) fn finish(mut self) -> String {
        if self.out.ends_with('\n') {
            self.out.pop();
        }
        self.out
    }
}

fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ];
    BLOCKS.contains(&name)
}

/// What is never part of an article, by element or by the class names that common CMS plug-ins give it.
pub(crate) fn is_furniture(node: &NodeRef<'_>, name: &str) -> bool {
    const ELEMENTS: &[&str] = &[
        "audio",
        "button",
        "canvas",
        "dialog",
        "embed",
        "figcaption",
        "footer",
        "form",
        "head",
        "iframe",
        "input",
        "math",
        "nav",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ];
    const CLASSES: &[&str] = &[
        "addtoany",
        "adsbygoogle",
        "baca-juga",
        "bacajuga",
        "breadcrumb",
        "code-block",
        "comment-respond",
        "comments-area",
        "crp_related",
        "essb_",
        "heateor",
        "inline-related",
        "jp-relatedposts",
        "post-tags",
        "post-views",
        "related-post",
        "relatedposts",
        "saboxplugin",
        "screen-reader-text",
        "sd-sharing",
        "share-",
        "sharedaddy",
        "social-share",
        "sr-only",
        "ssba",
        "tags-links",
        "td-post-sharing",
        "wp-caption-text",
        "yarpp",
    ];
    if ELEMENTS.contains(&name) {
        return true;
    }
    if !node.is_element() || matches!(name, "html" | "body" | "main" | "article") {
        return false;
    }
    let classed =
        |class: &str| class.split_ascii_whitespace().any(|token| CLASSES.iter().any(|known| token.starts_with(known)));
    node.has_attr("hidden")
        || node.attr("class").is_some_and(|class| classed(&class))
        || node.attr("style").is_some_and(|style| style.replace(' ', "").to_ascii_lowercase().contains("display:none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        fragment(html, None).text
    }

    #[test]
    fn one_line_a_paragraph() {
        assert_eq!(
            text("<p>Air&nbsp;naik \n di <b>Sam</b>ping<p>Surut<br><br>Lagi</p>\n\n<p> </p>akhir"),
            "Air naik di Samping\nSurut\nLagi\nakhir"
        );
        assert_eq!(text("<ul><li>satu<li>dua</ul><table><tr><td>a<td>b<tr><td>c</table>"), "satu\ndua\na b\nc");
        assert_eq!(text("<pre>satu\ndua</pre>"), "satu\ndua");
        assert_eq!(text("so\u{ad}re \u{200b}ini\u{202e} 👩\u{200d}🌾"), "sore ini 👩\u{200d}🌾");
    }

    #[test]
    fn scripts_and_furniture_never_leak() {
        let html = "<p>isi</p><script>var a='<p>bocor</p>'</script><style>p{}</style><nav>menu</nav><div class='sharedaddy sd-x'>bagikan</div>\
                    <noscript>x</noscript><div hidden>diam</div><span style='display: none'>diam</span><template>x</template><!-- x -->";
        assert_eq!(text(html), "isi");
    }

    #[test]
    fn links_are_absolute_and_once() {
        let base = Url::parse("https://a.example/x/").unwrap();
        let html = "<a href='y#k'>1</a><a href='y'>2</a><a href='javascript:x'>3</a><a href='https://b.example/?utm_id=1'>4</a>";
        assert_eq!(fragment(html, Some(&base)).links, ["https://a.example/x/y", "https://b.example/"]);
    }

    #[test]
    fn titles_lose_entities_and_tags() {
        assert_eq!(inline("Banjir &#8211; <em>Warga</em> &amp;amp; Kota"), "Banjir – Warga & Kota");
        assert_eq!(inline("3 < 4 & 5 <3"), "3 < 4 & 5 <3");
        assert_eq!(inline(" dua\n baris "), "dua baris");
        assert_eq!(written("Banjir <em>Warga</em> &amp; Kota"), "Banjir Warga & Kota");
        assert_eq!(written("</script> Banjir\n Kota"), "</script> Banjir Kota");
    }

    #[test]
    fn plain_text_is_tidied() {
        assert_eq!(tidy("a \t b\r\n\r\n\n c\n"), "a b\nc");
        assert_eq!(tidy(""), "");
    }
}

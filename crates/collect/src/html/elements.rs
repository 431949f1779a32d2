//! Whole elements by a predicate, with what is inside them.

use super::{Piece, Tag, pieces, squeezed};

/// Elements of one page that are kept.
const ELEMENTS_MAX: usize = 2_000;

/// An element with everything inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its start tag.
    pub(crate) tag: Tag,
    inside: Vec<Piece>,
}

/// The elements whose start tag is `wanted`; of nested ones the outermost.
pub(crate) fn elements(text: &str, wanted: impl Fn(&Tag) -> bool) -> Vec<Element> {
    select(pieces(text), &wanted)
}

impl Element {
    /// The elements inside whose start tag is `wanted`; of nested ones the outermost.
    pub(crate) fn elements(&self, wanted: impl Fn(&Tag) -> bool) -> Vec<Self> {
        select(self.inside.iter().cloned(), &wanted)
    }

    /// The first of them.
    pub(crate) fn element(&self, wanted: impl Fn(&Tag) -> bool) -> Option<Self> {
        self.elements(wanted).into_iter().next()
    }

    /// The first start tag inside that is `wanted`.
    pub(crate) fn tag_inside(&self, wanted: impl Fn(&Tag) -> bool) -> Option<&Tag> {
        self.inside.iter().find_map(|piece| match piece {
            Piece::Open(tag) if wanted(tag) => Some(tag),
            _ => None,
        })
    }

    /// The text on one line.
    pub(crate) fn text(&self) -> String {
        squeezed(&self.lines())
    }

    /// The text with a line for each `<br>` and each block.
    pub(crate) fn lines(&self) -> String {
        let mut out = String::new();
        for piece in &self.inside {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Open(tag) if breaks_line(&tag.name) => out.push('\n'),
                Piece::Close(name) if breaks_line(name) => out.push('\n'),
                _ => {}
            }
        }
        out
    }

    /// The inside as HTML again: the same tags and text, without scripts, styles and comments.
    pub(crate) fn html(&self) -> String {
        let mut out = String::new();
        for piece in &self.inside {
            match piece {
                Piece::Text(text) => escape(text, &mut out),
                Piece::Close(name) => out.extend(["</", name, ">"]),
                Piece::Open(tag) => {
                    out.extend(["<", &tag.name]);
                    for (name, value) in tag.attributes() {
                        out.extend([" ", name, "=\""]);
                        escape(value, &mut out);
                        out.push('"');
                    }
                    out.push('>');
                }
            }
        }
        out
    }
}

fn select(pieces: impl Iterator<Item = Piece>, wanted: &dyn Fn(&Tag) -> bool) -> Vec<Element> {
    let mut found = Vec::new();
    let mut open: Option<(Element, usize)> = None;
    for piece in pieces {
        // An element ends where as many tags of its own name have closed as were opened: what else is open does not
        // matter, so that a forgotten `</p>` cannot swallow the page.
        match (&mut open, piece) {
            (Some((element, depth)), piece) => {
                match &piece {
                    Piece::Open(tag) if tag.name == element.tag.name && !tag.empty => *depth += 1,
                    Piece::Close(name) if *name == element.tag.name => *depth -= 1,
                    _ => {}
                }
                if *depth == 0 {
                    found.extend(open.take().map(|(element, _)| element));
                } else {
                    element.inside.push(piece);
                }
            }
            (None, Piece::Open(tag)) if wanted(&tag) => {
                let element = Element { inside: Vec::new(), tag };
                if element.tag.empty {
                    found.push(element);
                } else {
                    open = Some((element, 1));
                }
            }
            _ => {}
        }
        if found.len() == ELEMENTS_MAX {
            return found;
        }
    }
    found.extend(open.map(|(element, _)| element));
    found
}

/// True for elements that begin a line of their own.
pub(super) fn breaks_line(name: &str) -> bool {
    matches!(
        name,
        "br" | "p" | "div" | "li" | "ul" | "ol" | "blockquote" | "pre" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
    )
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<div class=pesan data-post='kanal/7'><div class=isi>Air <b>naik</b><br>di &lt;hulu&gt;<script>x</script></div>\
                        <time datetime='2026-11-21T01:00:00+00:00'>09:00</time><img src=a></div>\
                        <div class=pesan data-post='kanal/8'><p>tanpa penutup<div class=isi>Surut</div></div><div>lain</div>";

    #[test]
    fn finds_elements_with_what_is_inside() {
        let messages = elements(PAGE, |tag| tag.has_class("pesan"));
        let posts: Vec<_> = messages.iter().map(|message| message.tag.attribute("data-post").unwrap()).collect();
        assert_eq!(posts, ["kanal/7", "kanal/8"]);
        let body = messages[0].element(|tag| tag.has_class("isi")).unwrap();
        assert_eq!(body.lines(), "Air naik\ndi <hulu>");
        assert_eq!(body.html(), "Air <b>naik</b><br>di &lt;hulu&gt;<script></script>");
        let time = messages[0].tag_inside(|tag| tag.name == "time").unwrap();
        assert_eq!(time.attribute("datetime"), Some("2026-11-21T01:00:00+00:00"));
        assert_eq!(messages[1].text(), "tanpa penutup Surut");
        assert_eq!(messages[0].elements(|tag| tag.name == "img").len(), 1);
    }

    #[test]
    fn an_element_that_never_ends_ends_with_the_page() {
        assert_eq!(elements("<div class=x>a<div>b</div>", |tag| tag.has_class("x"))[0].text(), "a b");
        assert_eq!(elements("</div><p>a", |tag| tag.name == "div"), []);
    }
}

//! A page as one flat list of nodes in reading order, so that whole branches are measured, skipped and walked in one pass.

use dom_query::{Document, NodeRef};

/// What a node is: the elements that extraction tells apart, each with its own name.
pub(crate) type Tag = &'static str;

/// The tag of a piece of text.
pub(crate) const TEXT: Tag = "#text";

/// Elements that extraction knows by name; all others are [`OTHER`].
const KNOWN: &[Tag] = &[
    "a",
    "abbr",
    "address",
    "amp-carousel",
    "amp-sidebar",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "datalist",
    "dd",
    "del",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "main",
    "map",
    "marquee",
    "math",
    "menu",
    "nav",
    "noindex",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "s",
    "script",
    "section",
    "select",
    "source",
    "span",
    "strong",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "video",
];

/// Any other element.
pub(crate) const OTHER: Tag = "#other";

/// One node. Its descendants are the nodes from the next one up to `end`.
pub(crate) struct Node<'a> {
    pub tag: Tag,
    pub parent: usize,
    pub end: usize,
    pub node: NodeRef<'a>,
    pub class: String,
    pub id: String,
    pub text: String,
    /// Letters of the text.
    pub length: usize,
}

/// What stands below a node that has not been taken away.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measure {
    /// Letters, and one for each gap between words.
    pub length: usize,
    /// The same within links.
    pub linked: usize,
    pub links: usize,
    /// Links of less than ten letters.
    pub short_links: usize,
    pub longest_link: usize,
    /// Letters within paragraphs.
    pub paragraphs: usize,
    /// Elements directly below.
    pub children: usize,
}

/// A page, or the body of one.
pub(crate) struct Tree<'a> {
    pub nodes: Vec<Node<'a>>,
    /// Whether a node and everything below it has been taken away.
    pub gone: Vec<bool>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let mut nodes: Vec<Node<'a>> = Vec::new();
        // Not recursive: a page decides how deep this goes.
        let mut open = vec![(document.root(), 0, false)];
        let mut path: Vec<usize> = Vec::new();
        while let Some((node, parent, leaving)) = open.pop() {
            if leaving {
                if let Some(index) = path.pop() {
                    nodes[index].end = nodes.len();
                }
                continue;
            }
            let index = nodes.len();
            if node.is_text() {
                let text = node.text().to_string();
                nodes.push(Node {
                    tag: TEXT,
                    parent,
                    end: index + 1,
                    node,
                    class: String::new(),
                    id: String::new(),
                    length: length(&text),
                    text,
                });
                continue;
            }
            if !node.is_element() && index > 0 {
                continue;
            }
            let name = node.node_name().unwrap_or_default();
            let tag = KNOWN.binary_search(&name.as_ref()).map_or(OTHER, |at| KNOWN[at]);
            let attribute = |name| node.attr(name).map(|value| value.trim().to_owned()).unwrap_or_default();
            nodes.push(Node {
                tag,
                parent,
                end: index + 1,
                node,
                class: attribute("class"),
                id: attribute("id"),
                text: String::new(),
                length: 0,
            });
            path.push(index);
            open.push((node, 0, true));
            if !matches!(tag, "script" | "style" | "svg" | "template" | "head" | "iframe") {
                open.extend(node.children_it(true).map(|child| (child, index, false)));
            }
        }
        let gone = vec![false; nodes.len()];
        Self { nodes, gone }
    }

    /// The nodes below one that are still there, in reading order, itself not included.
    pub(crate) fn below(&self, top: usize) -> impl Iterator<Item = usize> {
        let (mut at, end) = (top + 1, self.nodes.get(top).map_or(0, |node| node.end));
        std::iter::from_fn(move || {
            while at < end && self.gone[at] {
                at = self.nodes[at].end;
            }
            (at < end).then(|| {
                at += 1;
                at - 1
            })
        })
    }

    /// The elements above a node, nearest first, up to the page itself.
    pub(crate) fn above(&self, index: usize) -> impl Iterator<Item = usize> {
        let mut at = index;
        std::iter::from_fn(move || {
            (at > 0).then(|| {
                at = self.nodes[at].parent;
                at
            })
        })
    }

    /// Whether another element follows beside this one.
    pub(crate) fn is_last(&self, index: usize) -> bool {
        let parent = self.nodes[index].parent;
        let mut at = self.nodes[index].end;
        while at < self.nodes[parent].end {
            if !self.gone[at] && self.nodes[at].tag != TEXT {
                return false;
            }
            at = self.nodes[at].end;
        }
        true
    }

    /// Measures every node from `top` on; the list begins with `top` itself.
    pub(crate) fn measure(&self, top: usize) -> Vec<Measure> {
        let end = self.nodes[top].end;
        let mut measures = vec![Measure::default(); end - top];
        let mut there: Vec<usize> = self.below(top).collect();
        there.insert(0, top);
        for &index in there.iter().rev() {
            let node = &self.nodes[index];
            let mut own = measures[index - top];
            match node.tag {
                TEXT => own.length = node.length,
                "a" if own.length > 0 => {
                    own.linked = own.length;
                    own.links = 1;
                    own.short_links = usize::from(own.length < 10);
                    own.longest_link = own.length;
                }
                "p" => own.paragraphs = own.length,
                _ => {}
            }
            measures[index - top] = own;
            if index > top {
                let parent = &mut measures[node.parent - top];
                parent.length += own.length;
                parent.linked += own.linked;
                parent.links += own.links;
                parent.short_links += own.short_links;
                parent.longest_link = parent.longest_link.max(own.longest_link);
                parent.paragraphs += own.paragraphs;
                parent.children += usize::from(node.tag != TEXT);
            }
        }
        measures
    }
}

/// Letters of a text, gaps between words counted as one.
pub(crate) fn length(text: &str) -> usize {
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else {
            count += 1 + usize::from(gap && count > 0);
            gap = false;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_searched() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn branches_that_are_gone_do_not_count() {
        let document = Document::from("<div><p>satu <a href=x>dua</a></p><p>tiga</p></div>");
        let mut tree = Tree::new(&document);
        let paragraph = tree.nodes.iter().position(|node| node.tag == "p").unwrap();
        let measure = tree.measure(0)[0];
        assert_eq!((measure.length, measure.linked, measure.links, measure.paragraphs), (11, 3, 1, 11));
        tree.gone[paragraph] = true;
        let measure = tree.measure(0)[0];
        assert_eq!((measure.length, measure.linked, measure.links), (4, 0, 0));
        assert!(tree.below(0).all(|index| index < paragraph || index >= tree.nodes[paragraph].end));
    }
}

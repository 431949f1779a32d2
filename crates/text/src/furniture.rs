//! What stands in a page and is no part of its article: told by element, by name, or by being mostly links.
//!
//! The lists of names follow trafilatura's (Apache-2.0, Adrien Barbaresi), with those that our pages need.

use crate::html::is_furniture;
use crate::tree::{self, Measure, TEXT, Tag, Tree};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| regex($pattern));
    };
}
pub(crate) use pattern;

/// Takes away what is never part of an article, whatever it is called.
pub(crate) fn clean(tree: &mut Tree<'_>) {
    const NEVER: &[Tag] = &[
        "aside",
        "audio",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "embed",
        "fieldset",
        "footer",
        "frame",
        "frameset",
        "head",
        "iframe",
        "input",
        "label",
        "legend",
        "map",
        "marquee",
        "math",
        "menu",
        "nav",
        "noindex",
        "noscript",
        "object",
        "optgroup",
        "option",
        "output",
        "picture",
        "progress",
        "rp",
        "rt",
        "script",
        "select",
        "source",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
        "amp-carousel",
        "amp-sidebar",
    ];
    let mut forms = Vec::new();
    let mut at = 0;
    while at < tree.nodes.len() {
        let node = &tree.nodes[at];
        let never = match node.tag {
            TEXT | "html" | "body" => false,
            "figure" => !tree.below(at).any(|index| matches!(tree.nodes[index].tag, "table" | "blockquote")),
            // A date in a sentence is part of it.
            "time" => tree.nodes[node.parent].tag != "p",
            "form" => {
                forms.push(at);
                false
            }
            tag if NEVER.contains(&tag) => true,
            tag => is_furniture(&node.node, tag) || is_comments(tree, at) || is_appended(tree, at),
        };
        if never {
            tree.gone[at] = true;
            at = tree.nodes[at].end;
        } else {
            at += 1;
        }
    }
    if !forms.is_empty() {
        let measures = tree.measure(0);
        for form in forms {
            // Some frameworks put the whole page into one form.
            tree.gone[form] = measures[form].length * 2 <= measures[0].length;
        }
    }
}

/// What readers wrote below an article.
fn is_comments(tree: &Tree<'_>, index: usize) -> bool {
    pattern!(
        ID,
        "^(?:[Kk]omment(?:ar|are)(?:$|[^a-z])|[Kk]omentar|[Cc]omments?(?:$|[^a]|a[^r])|comol|disqus_thread|dsq-comments)"
    );
    pattern!(
        CLASS,
        "^(?:[Kk]omment(?:ar|are)(?:$|[^a-z])|[Kk]omentar)|^[Cc]omments?(?:$|[^a]|a[^r])|(?:article|post)-comments"
    );
    let node = &tree.nodes[index];
    matches!(node.tag, "div" | "ul" | "ol" | "dl" | "section" | "details")
        && (ID.is_match(&node.id) || CLASS.is_match(&node.class))
}

/// Whole further articles that a theme loads below the first.
fn is_appended(tree: &Tree<'_>, index: usize) -> bool {
    pattern!(CLASS, "mvp-post-add-(?:box|wrap)|infinite-?scroll");
    let node = &tree.nodes[index];
    matches!(node.tag, "div" | "section" | "aside")
        && (CLASS.is_match(&node.class) || CLASS.is_match(&node.id))
        && (node.class.contains("mvp-post-add") || !tree.below(index).any(|index| tree.nodes[index].tag == "h1"))
}

/// Takes away the branches of a container that are furniture by name, or are mostly links.
pub(crate) fn prune(tree: &mut Tree<'_>, top: usize, names: &[Name]) {
    prune_by_name(tree, top, names);
    let mut measures = tree.measure(top);
    for _ in 0..2 {
        for tags in [&["div"][..], &["ul", "ol", "dl"], &["p"]] {
            if prune_by_links(tree, top, tags, &measures) {
                measures = tree.measure(top);
            }
        }
    }
    let tables: Vec<usize> = tree.below(top).filter(|&index| tree.nodes[index].tag == "table").collect();
    for table in tables {
        let measure = measures[table - top];
        let limit = if measure.length < 1000 { measure.length * 4 / 5 } else { measure.length / 2 };
        if measure.links > 0 && measure.length >= 200 && measure.linked > limit {
            tree.gone[table] = true;
        }
    }
}

/// What the names of an element say of it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Name {
    Nothing,
    Caption,
    Furniture,
    /// A name that means nothing else, however much stands there.
    PlainlyFurniture,
}

/// What the names of every element say that is still there.
pub(crate) fn names(tree: &Tree<'_>) -> Vec<Name> {
    let mut names = vec![Name::Nothing; tree.nodes.len()];
    for index in tree.below(0) {
        names[index] = if is_named_furniture(tree, index) {
            if is_plainly_furniture(&tree.nodes[index]) { Name::PlainlyFurniture } else { Name::Furniture }
        } else if is_caption(tree, index) {
            Name::Caption
        } else {
            Name::Nothing
        };
    }
    names
}

fn prune_by_name(tree: &mut Tree<'_>, top: usize, names: &[Name]) {
    let measures = tree.measure(top);
    // What holds most of the text is not the furniture that its name says ("article-with-sidebar").
    let (mut removed, mut marked) = (0, Vec::new());
    let (mut captions, mut at) = (Vec::new(), top + 1);
    while at < tree.nodes[top].end {
        if tree.gone[at] {
            at = tree.nodes[at].end;
            continue;
        }
        let length = measures[at - top].length;
        match names[at] {
            Name::PlainlyFurniture => {}
            Name::Furniture if length * 2 <= measures[0].length => {}
            name => {
                if name == Name::Caption {
                    captions.push(at);
                }
                at += 1;
                continue;
            }
        }
        removed += length;
        marked.push(at);
        at = tree.nodes[at].end;
    }
    // Where the names would take nearly everything they mean something else here.
    let all = measures[0].length;
    if all - removed.min(all) > all / 7 {
        marked.into_iter().for_each(|index| tree.gone[index] = true);
    }
    captions.into_iter().for_each(|index| tree.gone[index] = true);
}

/// Names that mean nothing else, however much stands there.
fn is_plainly_furniture(node: &tree::Node<'_>) -> bool {
    let mut names = node.class.split_ascii_whitespace().chain([node.id.as_str()]);
    names.any(|name| {
        let name = name.to_ascii_lowercase();
        matches!(name.as_str(), "footer" | "menu" | "nav" | "navigation" | "widget-area") || name.starts_with("sidebar")
    })
}

fn is_caption(tree: &Tree<'_>, index: usize) -> bool {
    let node = &tree.nodes[index];
    matches!(node.tag, "div" | "li" | "ul" | "ol" | "dl" | "p" | "section" | "span")
        && [&node.id, &node.class]
            .iter()
            .any(|name| name.contains("caption") || name.contains("teaser") || name.contains("Teaser"))
}

fn is_named_furniture(tree: &Tree<'_>, index: usize) -> bool {
    pattern!(
        ID,
        "cookie|^shar|social|viral|newsletter|syndication|tags|sidebar|banner|bread-?crumb|button|author|^(?:jp-|dpsp-content)|bmdh|\
         [Ff]ooter|[Ss]hare|[Nn]av|menu|related|message-container|premium|^ad-"
    );
    pattern!(
        CLASS,
        "^shar|social|viral|newsletter|syndication|tags|sidebar|banner|bread-?crumb|button|author|\
         ^(?:nav|post-nav|ZendeskForm)|subnav|avigation|navbar|navbox|menu|bar| ad |-ad-|(?:^| )ad-|dfp[Aa]d|outbrain|taboola|criteo|\
         paid-?content|widget|[Ff]ooter|[Bb]yline|share-|sociable|embed|tag-list|consent|modal-content|permission|elated|next-|-stories|\
         most-popular|more-on|meta|rating|attachment|timestamp|user-info|user-profile|-icon|article-infos|message-container|slide|viewport|\
         overlay|options|expand|obfuscated|blurred|mol-factbox|yin|zlylin|nfoline|\
         (?:^|[ _-])(?:carousel|recirc|promo|promoted|read-?more|readmore|baca-?juga|toc|ez-toc|lwptoc|table-of-contents|daftar-isi|photo-?credit|\
         image-?credit|trending|terpopuler|terkait|subscribe|subscription|sign-?up|advertisement|advert|iklan|paywall|donate|donation)(?:$|[ _-])"
    );
    pattern!(
        ANY_CLASS,
        "^hide-|comments-title|nocomments|-reply-|message|akismet|suggest-links|-hide-|hide-print| hidden| hide|noprint|notloaded|^reply-"
    );
    pattern!(ANY_ID, "hidden|reader-comments|akismet|^reply-");
    let node = &tree.nodes[index];
    if matches!(node.tag, TEXT | "body" | "html") {
        return false;
    }
    if !node.class.is_empty() && ANY_CLASS.is_match(&node.class) || !node.id.is_empty() && ANY_ID.is_match(&node.id) {
        return true;
    }
    // Elementor calls every block a widget; only the last part of its name says which.
    let class =
        if node.class.contains("elementor-") { elementor(&node.class) } else { Cow::Borrowed(node.class.as_str()) };
    let attribute = |name: &str| node.node.attr(name);
    if attribute("aria-hidden").is_some_and(|value| value.as_ref() == "true") {
        return true;
    }
    if !matches!(node.tag, "div" | "li" | "dd" | "dt" | "ul" | "ol" | "dl" | "p" | "section" | "span") {
        return false;
    }
    !node.id.is_empty() && ID.is_match(&node.id)
        || !class.is_empty() && (CLASS.is_match(&class) || node.id.is_empty() && node.class.contains("cookie"))
        || attribute("role").is_some_and(|role| role.contains("nav") || role.contains("Nav"))
        || attribute("data-lp-replacement-content").is_some()
        || attribute("data-component").is_some_and(|name| name.contains("MostPopularStories"))
}

/// The class names of an Elementor block without those that blocks of text have too.
fn elementor(class: &str) -> Cow<'_, str> {
    const TEXTS: &[&str] =
        &["container", "text-editor", "theme-post-content", "theme-post-excerpt", "heading", "wrap", "_"];
    let kept = class.split_ascii_whitespace().filter(|token| {
        *token != "elementor-widget"
            && token
                .strip_prefix("elementor-widget-")
                .is_none_or(|name| !TEXTS.iter().any(|text| name.starts_with(text)))
    });
    Cow::Owned(kept.collect::<Vec<_>>().join(" "))
}

fn prune_by_links(tree: &mut Tree<'_>, top: usize, tags: &[Tag], measures: &[Measure]) -> bool {
    let mut marked = Vec::new();
    for index in tree.below(top) {
        let node = &tree.nodes[index];
        let measure = measures[index - top];
        if measure.links == 0 || !tags.contains(&node.tag) {
            continue;
        }
        if node.tag == "p" && matches!(tree.nodes[node.parent].tag, "li" | "dd" | "dt" | "td" | "th") {
            continue;
        }
        let (links, short) = is_links(tree, index, &measure);
        if links || node.tag == "div" && short && measure.children >= 3 && measure.length < 100 {
            marked.push(index);
        }
    }
    let any = !marked.is_empty();
    marked.into_iter().for_each(|index| tree.gone[index] = true);
    any
}

/// Whether a branch is mostly links, and whether it is short and has some.
fn is_links(tree: &Tree<'_>, index: usize, measure: &Measure) -> (bool, bool) {
    if measure.links == 1 && measure.longest_link > 100 && measure.longest_link * 10 > measure.length * 9 {
        return (true, false);
    }
    let limit = match (tree.nodes[index].tag, tree.is_last(index)) {
        ("p", true) => 60,
        ("p", false) => 30,
        (_, true) => 300,
        (_, false) => 100,
    };
    if measure.length < limit {
        let many =
            measure.linked * 5 > measure.length * 4 || measure.links > 1 && measure.short_links * 5 > measure.links * 4;
        return (many, true);
    }
    // "Latest news" columns: many links, none of them a text of its own.
    let farm = measure.links > 4 && measure.linked * 10 > measure.length * 9 && measure.linked < 100 * measure.links;
    (farm, false)
}

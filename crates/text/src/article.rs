//! The article of a page: which container holds it, which branches inside are furniture, and which lines are its own.
//!
//! The rules follow those of trafilatura (Apache-2.0, Adrien Barbaresi), which extracts best of what is published, on a
//! flat tree instead of XPath, with lines judged on their own and the lists of names our pages need.
//! See docs/decisions/0007-extraction.md for what was measured against what.

use crate::boilerplate::letters;
use crate::furniture::{clean, names, pattern, prune, regex};
use crate::html::{self, Lines, Readable};
use crate::tree::{OTHER, TEXT, Tag, Tree, length};
use crate::url;
use ::url::Url;
use regex::Regex;
use std::sync::LazyLock;

/// Links kept of one page.
const MAX_LINKS: usize = 200;

/// An extraction shorter than this is looked at twice.
const SHORT: usize = 250;

/// One line of the page with where it stood.
#[derive(Debug)]
struct Line {
    text: String,
    /// Letters of it, and of the links in it.
    length: usize,
    linked: usize,
    /// The block that holds it.
    block: Tag,
    /// It stands in no paragraph, item, heading or cell, but directly in a container.
    loose: bool,
    /// A line break sets it apart from its neighbour in the same container.
    broken: bool,
    /// The first node of it.
    at: usize,
}

impl Line {
    /// Letters of running text: long lines that are not links.
    fn weight(&self) -> usize {
        if self.length >= 60 && self.linked * 2 < self.length { self.length } else { 0 }
    }
}

/// Finds the article in a page.
pub(crate) fn find(tree: &mut Tree<'_>, descriptions: &[&str], base: Option<&Url>) -> Readable {
    let captions = captions(tree);
    clean(tree);
    let whole = tree.measure(0);
    // A page that hardly uses paragraphs writes in bare containers.
    let bare = whole[0].paragraphs < 3 * SHORT;
    let names = names(tree);
    let before = tree.gone.clone();
    prune(tree, 0, &names);
    let whole = Candidate::new(tree, 0, bare);
    let densest = densest(tree, &whole.lines);
    tree.gone.clone_from(&before);

    let mut tried: Vec<Candidate> = Vec::new();
    let named = containers(tree).into_iter().flatten();
    for (top, is_named) in named.map(|top| (top, true)).chain(densest.map(|top| (top, false))) {
        if tried.iter().any(|known| known.top == top) {
            continue;
        }
        prune(tree, top, &names);
        let mut candidate = Candidate::new(tree, top, bare);
        candidate.is_named = is_named;
        std::mem::swap(&mut candidate.gone, &mut tree.gone);
        tree.gone.clone_from(&before);
        if candidate.lines.len() > 1 {
            tried.push(candidate);
        }
    }
    let most = tried.iter().map(|candidate| candidate.weight).max().unwrap_or(0);
    let best = tried.into_iter().find(|candidate| {
        candidate.weight * 5 >= most * 2 && (candidate.is_named || candidate.weight * 5 >= whole.weight * 3)
    });
    let mut found = Readable::default();
    let (top, mut lines) = match best {
        Some(best) if best.lines.iter().map(|line| line.length).sum::<usize>() >= SHORT => {
            tree.gone = best.gone;
            (best.top, best.lines)
        }
        best => {
            let kept = best.map(|best| best.lines).unwrap_or_default();
            (0, wild(whole, &kept, bare))
        }
    };
    let everything = {
        let gone = std::mem::replace(&mut tree.gone, before);
        let everything = self::lines(tree, 0);
        tree.gone = gone;
        everything
    };
    let lead = lead(tree, everything, &lines, descriptions);
    lines.splice(0..0, lead);
    drop_repeats(&mut lines);
    // A gallery's captions are its text.
    if lines.iter().map(|line| line.length).sum::<usize>() < SHORT {
        captions.into_iter().for_each(|text| {
            if !lines.iter().any(|line| line.text == text) {
                lines.push(Line {
                    length: length(&text),
                    text,
                    linked: 0,
                    block: "figcaption",
                    loose: false,
                    broken: false,
                    at: 0,
                });
            }
        });
    }
    for line in &lines {
        if !found.text.is_empty() {
            found.text.push('\n');
        }
        found.text.push_str(&line.text);
    }
    for index in tree.below(top) {
        if found.links.len() >= MAX_LINKS {
            break;
        }
        if tree.nodes[index].tag == "a"
            && let Some(href) = tree.nodes[index].node.attr("href")
            && let Some(link) = url::resolve(base, &href).map(String::from)
            && !found.links.contains(&link)
        {
            found.links.push(link);
        }
    }
    found
}

/// A container with what would be read from it.
struct Candidate {
    top: usize,
    lines: Vec<Line>,
    gone: Vec<bool>,
    /// Letters of running text.
    weight: usize,
    is_named: bool,
}

impl Candidate {
    /// Reads a container that has been pruned.
    fn new(tree: &Tree<'_>, top: usize, bare: bool) -> Self {
        let mut lines = lines(tree, top);
        lines.retain(|line| is_wanted(line, bare));
        trim_end(&mut lines);
        let weight = lines.iter().map(Line::weight).sum();
        Self { top, lines, gone: Vec::new(), weight, is_named: true }
    }
}

/// The captions of a page that has several.
fn captions(tree: &Tree<'_>) -> Vec<String> {
    const LONG: usize = 30;
    let found: Vec<String> = tree
        .nodes
        .iter()
        .filter(|node| node.tag == "figcaption")
        .map(|node| html::inline(&node.node.text()))
        .filter(|text| length(text) >= LONG)
        .take(100)
        .collect();
    if found.len() >= 2 { found } else { Vec::new() }
}

/// The container that most running text stands in, whatever it is called.
fn densest(tree: &Tree<'_>, lines: &[Line]) -> Option<usize> {
    const HOLDERS: &[Tag] = &["article", "blockquote", "body", "div", "main", "section", "td", OTHER];
    let mut weights = vec![0; tree.nodes.len()];
    for line in lines.iter().filter(|line| line.weight() > 0) {
        // What holds the line, then what holds that: each counts for less.
        let mut share = 4;
        for above in tree.above(line.at).filter(|&above| HOLDERS.contains(&tree.nodes[above].tag)).take(3) {
            weights[above] += line.weight() * share;
            share /= 2;
        }
    }
    let most = *weights.iter().max()?;
    weights.iter().position(|&weight| weight == most && most > 0)
}

/// The summary between the headline and the container, which many themes set apart.
fn lead(tree: &Tree<'_>, everything: Vec<Line>, lines: &[Line], descriptions: &[&str]) -> Vec<Line> {
    pattern!(
        LEAD,
        "(?i)(?:^|[-_ ])(?:lead|lede|intro|introduction|standfirst|excerpt|summary|abstract|dek|deck|subtitle|sub-?head(?:line)?|vorspann|\
         anrisstext|bajada|chapo|entradilla|sapo|ringkasan|kutipan)(?:[-_ ]|$)"
    );
    const LETTERS: usize = 30;
    const LEADS: usize = 3;
    let Some(first) = lines.iter().map(|line| line.at).min() else { return Vec::new() };
    let headline = (0..first).rev().find(|&index| tree.nodes[index].tag == "h1").map_or(0, |h1| tree.nodes[h1].end);
    let start = |text: &str| letters(text).chars().take(LETTERS).collect::<String>();
    let stated: Vec<String> =
        descriptions.iter().map(|text| start(text)).filter(|start| start.chars().count() == LETTERS).collect();
    let body: String = lines.iter().take(8).map(|line| letters(&line.text)).collect();
    let mut found: Vec<Line> = everything
        .into_iter()
        .filter(|line| line.at < first && line.at >= headline && line.length >= 50 && line.linked * 2 < line.length)
        .filter(|line| {
            let named = || {
                headline > 0
                    && tree.above(line.at).take(3).any(|above| {
                        let node = &tree.nodes[above];
                        !matches!(node.tag, "body" | "html" | "main" | "article")
                            && (LEAD.is_match(&node.class) || LEAD.is_match(&node.id))
                    })
            };
            let start = start(&line.text);
            (stated.contains(&start) || named()) && !body.contains(&start)
        })
        .take(LEADS)
        .collect();
    found.dedup_by(|line, before| line.text == before.text);
    found
}

/// Paragraphs anywhere on the page, where no container held enough.
fn wild(whole: Candidate, kept: &[Line], bare: bool) -> Vec<Line> {
    let mut lines = whole.lines;
    lines.retain(|line| {
        kept.iter().any(|known| known.at == line.at)
            || matches!(line.block, "p" | "blockquote" | "pre" | "td" | "th")
            || bare && line.loose && line.length >= 40
    });
    trim_end(&mut lines);
    lines
}

/// The containers to try, best first.
fn containers(tree: &Tree<'_>) -> Vec<Option<usize>> {
    pattern!(BODY_ID, "(?:entry|article|art)-content|article__content|article(?:-|__)?body|articleBody|body-text");
    pattern!(
        BODY_CLASS,
        "post[-_]text|post-body|post-?entry|post[-_]?content|postContent|post_inner_wrapper|article-?text|articleText|\
         (?:entry|page|text|article|art)-content|article__content|article(?:-|__)?body|articleBody|ArticleContent|body-text|article__container"
    );
    pattern!(STORY_ID, "^primary|story-body");
    pattern!(
        STORY_CLASS,
        "(?i:fulltext)|^article |post-bodycopy|story-?content|(?:theme|blog|section|single)-content|single-post|main-column|\
         wpb_text_column|story-body|field-body"
    );
    pattern!(MAIN_ID, "content-main|content-body|contentBody|[Mm]ain-[Cc]ontent");
    pattern!(MAIN_CLASS, "content[-_]main|content(?:-|__)body|[Mm]ain-[Cc]ontent|[Pp]age-[Cc]ontent");
    let mut found = [None; 6];
    for index in tree.below(0) {
        let node = &tree.nodes[index];
        if !matches!(node.tag, "article" | "div" | "main" | "section") {
            continue;
        }
        let (id, class) = (node.id.as_str(), node.class.as_str());
        let attribute = |name: &str| node.node.attr(name).unwrap_or_default();
        let mut take = |rank: usize, holds: bool| {
            if found[rank].is_none() && holds {
                found[rank] = Some(index);
            }
        };
        take(
            0,
            matches!(class, "post" | "entry")
                || id == "articleContent"
                || attribute("itemprop").as_ref() == "articleBody"
                || BODY_ID.is_match(id)
                || BODY_CLASS.is_match(class),
        );
        take(1, node.tag == "article");
        take(
            2,
            attribute("role").as_ref() == "article"
                || matches!(id, "article" | "story")
                || matches!(class, "postarea" | "art-postcontent" | "text" | "cell" | "story")
                || STORY_ID.is_match(id)
                || STORY_CLASS.is_match(class),
        );
        take(3, id == "content" || class == "content" || MAIN_ID.is_match(id) || MAIN_CLASS.is_match(class));
        take(
            4,
            node.tag == "main"
                || class.starts_with("main")
                || id.starts_with("main")
                || attribute("role").starts_with("main"),
        );
    }
    found.to_vec()
}

/// The lines below a container, with where they stand.
fn lines(tree: &Tree<'_>, top: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut run = Run::default();
    // The blocks around the present node: where they end, and which they are.
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    let mut inline_until = Vec::new();
    for index in tree.below(top) {
        while blocks.last().is_some_and(|&(end, _)| end <= index) {
            run.end(tree, top, &mut lines);
            blocks.pop();
        }
        while inline_until.last().is_some_and(|&end| end <= index) {
            inline_until.pop();
            run.lines.push(" ", false);
        }
        let node = &tree.nodes[index];
        match node.tag {
            TEXT => {
                let pre = tree.nodes[node.parent].tag == "pre";
                run.push(tree, index, pre);
            }
            "br" => {
                run.broken = true;
                run.end(tree, top, &mut lines);
                run.broken = true;
            }
            "td" | "th" => {
                inline_until.push(node.end);
            }
            tag if is_block(tag) => {
                run.end(tree, top, &mut lines);
                run.broken = false;
                blocks.push((node.end, index));
            }
            _ => {}
        }
    }
    run.end(tree, top, &mut lines);
    lines
}

fn is_block(tag: Tag) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Text that is being gathered for one line.
#[derive(Default)]
struct Run {
    lines: Lines,
    linked: usize,
    at: Option<usize>,
    broken: bool,
}

impl Run {
    fn push(&mut self, tree: &Tree<'_>, index: usize, pre: bool) {
        let node = &tree.nodes[index];
        self.lines.push(&node.text, pre);
        if !node.text.trim().is_empty() {
            self.at.get_or_insert(index);
            let in_link = tree.above(index).take(4).any(|above| tree.nodes[above].tag == "a");
            if in_link {
                self.linked += length(&node.text);
            }
        }
    }

    fn end(&mut self, tree: &Tree<'_>, top: usize, lines: &mut Vec<Line>) {
        let broken = std::mem::take(&mut self.broken);
        let linked = std::mem::take(&mut self.linked);
        let text = std::mem::take(&mut self.lines).finish();
        let Some(at) = self.at.take() else { return };
        if text.is_empty() {
            return;
        }
        let mut block = OTHER;
        for above in tree.above(at) {
            if above <= top && top > 0 {
                break;
            }
            let tag = tree.nodes[above].tag;
            if is_text_block(tag) {
                block = tag;
                break;
            }
            if block == OTHER && is_block(tag) {
                block = tag;
            }
            if above == 0 {
                break;
            }
        }
        let length = length(&text);
        lines.push(Line { loose: !is_text_block(block), text, length, linked, block, broken, at });
    }
}

/// Elements whose text is meant to be read, wherever they stand.
fn is_text_block(tag: Tag) -> bool {
    matches!(
        tag,
        "blockquote" | "dd" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "p" | "pre" | "q" | "td" | "th"
    )
}

fn is_heading(line: &Line) -> bool {
    matches!(line.block, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether a line belongs to what is read; `bare` where the page writes without paragraphs.
fn is_wanted(line: &Line, bare: bool) -> bool {
    pattern!(
        NETWORKS,
        r"(?i)^\W*(?:drucken|e-?mail|facebook|flipboard|google|instagram|linkedin|mail|pdf|pinterest|pocket|print|qq|reddit|twitter|wechat|weibo|whatsapp|telegram|line|tweet|share|xing|mehr zum thema:?|more on this.{0,8})$"
    );
    if line.length < 40 && NETWORKS.is_match(&line.text) {
        return false;
    }
    if line.loose {
        return bare || line.broken || line.length >= LOOSE;
    }
    true
}

/// A line of no paragraph is believed from this length on.
const LOOSE: usize = 100;

/// Headings with nothing below them, and links to other pages.
fn trim_end(lines: &mut Vec<Line>) {
    while lines.last().is_some_and(|line| is_heading(line) || line.linked * 10 > line.length * 8) {
        lines.pop();
    }
}

/// The same long line twice in a row is the theme's doing.
fn drop_repeats(lines: &mut Vec<Line>) {
    lines.dedup_by(|line, before| line.length > 30 && line.text == before.text);
}

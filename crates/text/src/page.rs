//! A whole HTML page to its article: title, byline, time, site, canonical address, text, links.
//!
//! The article is found by Readability; what the page states about itself (JSON-LD, meta tags) decides the fields.

use crate::boilerplate::letters;
use crate::tree::{TEXT, Tree};
use crate::{article, html, nesting, tree, url};
use ::url::Url;
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use model::{NEXT_PAGE, Problem};
use regex::Regex;
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::sync::LazyLock;

/// More elements than this are read without Readability, whose work grows faster than the page.
const MAX_ELEMENTS: usize = 50_000;

/// Pages of one article that are read.
const MAX_PAGES: usize = 50;

/// Links kept of one article.
const MAX_LINKS: usize = 200;

/// Authors kept of one article.
const MAX_AUTHORS: usize = 8;

/// An article shorter than this may be a teaser that was mistaken for the article.
const SHORT_TEXT: usize = 250;

/// What a page says and says of itself; empty or `None` where it does not.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub title: Option<String>,
    pub text: String,
    pub byline: Option<String>,
    pub site: Option<String>,
    pub url: Option<String>,
    /// Publication times as written, most trusted first.
    pub times: Vec<String>,
    pub tags: Vec<String>,
    pub links: Vec<String>,
}

/// Reads a page, or the pages of one article. `address` is where the first was fetched, if known.
pub(crate) fn read(source: &str, address: Option<&str>, problems: &mut Vec<Problem>) -> Page {
    let mut parts = source.split(NEXT_PAGE).filter(|part| !part.trim().is_empty());
    let mut page = one(parts.next().unwrap_or_default(), address, problems);
    let mut seen: FxHashSet<String> = page.text.lines().map(letters).collect();
    seen.extend(page.title.as_deref().map(letters));
    for part in parts.take(MAX_PAGES - 1) {
        let next = one(part, address, problems);
        seen.extend(next.title.as_deref().map(letters));
        // The theme repeats headline, summary and notices on every page.
        let lines: Vec<&str> = next.text.lines().filter(|line| seen.insert(letters(line))).collect();
        if !lines.is_empty() {
            page.text = format!("{}\n{NEXT_PAGE}\n{}", page.text, lines.join("\n"));
        }
        let links = next.links.into_iter().filter(|link| !page.links.contains(link)).collect::<Vec<_>>();
        page.links.extend(links);
        page.tags.extend(next.tags);
        page.times.extend(next.times);
        page.byline = page.byline.or(next.byline);
    }
    page.links.truncate(MAX_LINKS);
    page.tags.sort();
    page.tags.dedup();
    page
}

/// Reads one page.
fn one(source: &str, address: Option<&str>, problems: &mut Vec<Problem>) -> Page {
    let bounded = nesting::bounded(source, problems);
    let markup = bounded.html.as_ref();
    let document = Document::from(markup);
    let fetched = address.and_then(url::parse);
    let stated = stated(&document);
    let canonical = canonical(&stated, fetched.as_ref());
    let base = fetched.as_ref().or(canonical.as_ref());
    let mut tree = Tree::new(&document);

    let mut page = Page {
        title: title(&document, &tree, &stated),
        byline: byline(&tree, &stated),
        site: stated.first(&["og:site_name", "publisher", "application-name"]).map(html::inline),
        times: times(&tree, &stated),
        tags: stated.all(&["article:tag", "article:section", "keywords", "section"]).map(html::inline).collect(),
        url: canonical.as_ref().map(Url::to_string),
        ..Page::default()
    };
    page.tags.sort();
    page.tags.dedup();

    let descriptions: Vec<&str> = stated.all(&["description", "og:description", "twitter:description"]).collect();
    let mut body = article::find(&mut tree, &descriptions, base);
    if body.text.len() < SHORT_TEXT {
        for hidden in hidden(&tree) {
            let document = Document::from(nesting::bounded(&hidden, problems).html.as_ref());
            let found = article::find(&mut Tree::new(&document), &descriptions, base);
            if found.text.len() > 2 * body.text.len() && found.text.len() >= SHORT_TEXT {
                body = found;
            }
        }
    }
    drop(tree);
    if body.text.len() < SHORT_TEXT {
        prune(&document);
        let plain = bounded.hostile || is_costly(&document);
        let found = Some(document).filter(|_| !plain).and_then(|document| readability(document, base));
        if let Some(found) = found.filter(|found| found.text.len() > 2 * body.text.len()) {
            body = found;
        }
    }
    // A page that builds itself with scripts still states its text for search engines.
    if let Some(stated) = stated.first(&["articlebody"])
        && stated.len() >= SHORT_TEXT
        && body.text.len() * 2 < stated.len()
    {
        body.text = html::fragment(&stated.replace('\n', "<br>"), None).text;
    }
    if stated.first(&["for subscribers"]).is_some() {
        problems.push(Problem::new("html", "the page says that it is for subscribers, its text may be cut"));
    }
    if body.text.is_empty() {
        body = fallback(markup, base, problems).unwrap_or_default();
    }
    page.text = body.text;
    page.links = body.links;
    page
}

/// Bodies that wait in the page for a script, longest first.
fn hidden(tree: &Tree<'_>) -> Vec<String> {
    const LONG: usize = 300;
    let is_body = |node: &tree::Node<'_>| match node.tag {
        "noscript" => true,
        "script" => node.node.attr("type").is_some_and(|kind| kind.starts_with("text/") && kind.contains("template")),
        _ => false,
    };
    let mut bodies: Vec<String> = tree
        .nodes
        .iter()
        .filter(|node| is_body(node))
        .map(|node| {
            let text = node.node.text();
            // The parser reads the one as text and the other as elements.
            if text.contains('<') { text.to_string() } else { node.node.inner_html().to_string() }
        })
        .filter(|text| text.len() >= LONG && text.contains('<'))
        .collect();
    bodies.sort_by_key(|body| std::cmp::Reverse(body.len()));
    bodies.truncate(2);
    bodies
}

/// Takes out what is never part of an article, so that Readability does not have to weigh it.
fn prune(document: &Document) {
    let mut furniture = Vec::new();
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        for child in node.children_it(false).filter(NodeRef::is_element) {
            let name = child.node_name().unwrap_or_default();
            if name.as_ref() != "head" && html::is_furniture(&child, &name) {
                furniture.push(child);
            } else {
                open.push(child);
            }
        }
    }
    for node in furniture {
        node.remove_from_parent();
    }
}

/// Whether Readability would take too long: the serialiser that it ends with is quadratic in the ampersands of one text.
fn is_costly(document: &Document) -> bool {
    const MAX_STEPS: usize = 50_000_000;
    let text = document.text();
    memchr::memchr_iter(b'&', text.as_bytes()).count() * text.len() > MAX_STEPS
}

/// The article as Readability finds it.
fn readability(document: Document, base: Option<&Url>) -> Option<html::Readable> {
    let config = Config { max_elements_to_parse: MAX_ELEMENTS, disable_json_ld: true, ..Config::default() };
    let mut readability = Readability::with_document(document, None, Some(config)).ok()?;
    readability.parse().ok()?;
    let content = readability.doc.select_single("#readability-page-1");
    let found = html::readable(content.nodes().first()?, base);
    (!found.text.is_empty()).then_some(found)
}

/// The text of the most article-like element, for pages in which Readability finds nothing.
fn fallback(markup: &str, base: Option<&Url>, problems: &mut Vec<Problem>) -> Option<html::Readable> {
    let document = Document::from(markup);
    let found = ["[itemprop=articleBody]", "article", "main", "#content", "body"].iter().find_map(|selector| {
        let found = html::readable(document.select_single(selector).nodes().first()?, base);
        (!found.text.is_empty()).then_some(found)
    });
    let reason = if found.is_some() { "no article found, the page's whole text was taken" } else { "no text found" };
    problems.push(Problem::new("html", reason));
    found
}

/// What a page states about itself: lower-case names with their values, in the order of trust.
#[derive(Default)]
struct Stated(Vec<(String, String)>);

impl Stated {
    fn push(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.0.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }

    /// The first value of the first of these names that has one.
    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.all(std::slice::from_ref(name)).next())
    }

    fn all(&self, names: &[&str]) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
    }
}

fn stated(document: &Document) -> Stated {
    let mut stated = Stated::default();
    for script in document.select("script[type='application/ld+json']").nodes() {
        if let Ok(value) = serde_json::from_str(&escaped(&script.text())) {
            json_ld(&value, &mut stated);
        }
    }
    for meta in document.select("meta[content]").nodes() {
        let name = meta.attr("property").or_else(|| meta.attr("name")).or_else(|| meta.attr("itemprop"));
        if let Some(name) = name {
            let content = meta.attr_or("content", "");
            match name.to_ascii_lowercase().as_str() {
                "author" | "article:author" | "dc.creator" => stated.push("byline", &content),
                "keywords" | "news_keywords" => content.split(',').for_each(|tag| stated.push("keywords", tag)),
                other => stated.push(other, &content),
            }
        }
    }
    for link in document.select("link[rel=canonical][href]").nodes() {
        stated.push("canonical", &link.attr_or("href", ""));
    }
    stated
}

/// JSON whose strings hold raw line breaks, which are common and not JSON.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escape) = (false, false);
    for c in json.chars() {
        match c {
            '\n' if quoted && !escape => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        quoted ^= c == '"' && !escape;
        escape = c == '\\' && !escape;
    }
    out
}

/// Finds the article in JSON-LD, which may be an object, a list or a graph.
fn json_ld(value: &Value, stated: &mut Stated) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| json_ld(value, stated)),
        Value::Object(object) => {
            if let Some(graph) = object.get("@graph") {
                json_ld(graph, stated);
            }
            let kinds = texts(object.get("@type"));
            if !kinds.iter().any(|kind| kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report") {
                return;
            }
            for (key, name) in
                [("headline", "headline"), ("datePublished", "datepublished"), ("articleBody", "articlebody")]
            {
                texts(object.get(key)).iter().for_each(|text| stated.push(name, text));
            }
            let authors = texts(object.get("author"));
            let mut names: Vec<&str> = Vec::new();
            for name in authors.iter().map(|name| name.trim()).filter(|name| is_name(name)) {
                if !names.contains(&name) && names.len() < MAX_AUTHORS {
                    names.push(name);
                }
            }
            stated.push("byline", &names.join(", "));
            // What the object says it is the main thing of, or its own address.
            for key in ["mainEntityOfPage", "url"] {
                match object.get(key) {
                    Some(Value::String(address)) => stated.push("page", address),
                    Some(Value::Object(page)) => {
                        page.get("@id")
                            .and_then(Value::as_str)
                            .into_iter()
                            .for_each(|address| stated.push("page", address));
                    }
                    _ => {}
                }
            }
            for text in texts(object.get("keywords")) {
                text.split(',').for_each(|tag| stated.push("keywords", tag));
            }
            if matches!(object.get("isAccessibleForFree"), Some(Value::Bool(false)))
                || object
                    .get("isAccessibleForFree")
                    .and_then(Value::as_str)
                    .is_some_and(|free| free.eq_ignore_ascii_case("false"))
            {
                stated.push("for subscribers", "yes");
            }
            texts(object.get("publisher")).first().into_iter().for_each(|text| stated.push("publisher", text));
            texts(object.get("articleSection")).iter().for_each(|text| stated.push("section", text));
        }
        _ => {}
    }
}

/// The strings of a JSON-LD value: itself, its members, or the names of the things that it lists.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values.iter().flat_map(|value| texts(Some(value))).collect(),
        Some(Value::Object(object)) => texts(object.get("name")),
        _ => Vec::new(),
    }
}

/// The page's own address. Another host is not believed: a page must not pass for somebody else's, least of all the government's.
fn canonical(stated: &Stated, fetched: Option<&Url>) -> Option<Url> {
    let stated = ["canonical", "og:url", "page"].iter().find_map(|name| url::resolve(fetched, stated.first(&[name])?));
    match (stated, fetched) {
        (Some(stated), Some(fetched)) if !is_same_site(&stated, fetched) => Some(fetched.clone()),
        // Templates that state the front page as every page's address would merge them all.
        (Some(stated), Some(fetched)) if stated.path() == "/" && stated.query().is_none() => Some(fetched.clone()),
        (Some(stated), _) => Some(stated),
        (None, fetched) => fetched.cloned(),
    }
}

/// Whether two addresses are of one site: devices and the AMP cache serve the same pages under other names.
fn is_same_site(stated: &Url, fetched: &Url) -> bool {
    let host = url::bare_host(stated);
    if url::bare_host(fetched) == host {
        return true;
    }
    // "kabar-example.cdn.ampproject.org/c/s/www.kabar.example/…" names the host that it serves.
    let cached = fetched.host_str().is_some_and(|host| host.ends_with(".cdn.ampproject.org"));
    cached && fetched.path().split('/').any(|part| part == host || part.strip_prefix("www.") == Some(host))
}

/// Who wrote it: stated names, else those that the page marks as its authors.
fn byline(tree: &Tree<'_>, stated: &Stated) -> Option<String> {
    if let Some(stated) = stated.all(&["byline"]).map(html::inline).find(|names| is_name(names)) {
        return Some(stated);
    }
    static MARKED: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)(?:^|[\s_-])(?:author|byline|penulis|reporter|wartawan|jurnalis)(?:[\s_-]*(?:name|nama|link|url))?(?:\s|$)";
        Regex::new(pattern).expect("a fixed pattern compiles")
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern =
            r"(?i)^\W*(?:(?:oleh|by|penulis|reporter|wartawan|jurnalis|pewarta|written by|ditulis oleh)\b\s*[:|]?\s*)+";
        Regex::new(pattern).expect("a fixed pattern compiles")
    });
    let marked = |node: &tree::Node<'_>| {
        let attribute = |name: &str| node.node.attr(name).unwrap_or_default();
        node.tag != TEXT
            && (attribute("rel").as_ref() == "author"
                || attribute("itemprop").as_ref() == "author"
                || !node.class.is_empty() && MARKED.is_match(&node.class))
    };
    let mut shown = tree.nodes.iter().filter(|node| marked(node)).take(8).map(|node| html::inline(&node.node.text()));
    shown.find_map(|text| {
        let name = BEFORE.replace(&text, "").trim().to_owned();
        let fits = is_name(&name)
            && name.split(' ').count() <= 6
            && !name.contains(':')
            && !name.contains(|c: char| c.is_ascii_digit());
        fits.then_some(name)
    })
}

/// The headline: the page's heading where the stated title agrees with it, else the stated title without the site's name.
fn title(document: &Document, tree: &Tree<'_>, stated: &Stated) -> Option<String> {
    let headings = |tag: tree::Tag| {
        let found = tree.nodes.iter().filter(move |node| node.tag == tag).take(8);
        found.map(|node| html::inline(&node.node.text())).filter(|heading| !heading.is_empty())
    };
    let second = headings("h2");
    let headings: Vec<String> = headings("h1").collect();
    let element = document.select_single("title").text();
    let named = stated.first(&["headline", "og:title", "twitter:title"]).unwrap_or(&element);
    let named = html::inline(named);
    let key = letters(&named);
    if let Some(heading) = headings.iter().find(|h1| h1.split(' ').count() >= 3 && key.starts_with(&letters(h1))) {
        return Some(heading.clone());
    }
    if named.is_empty() {
        return headings.into_iter().next();
    }
    // Themes of small sites write the headline as a second-level heading, and only the site's name follows it in the title.
    if headings.is_empty() {
        let mut second = second.filter(|h2| h2.split(' ').count() >= 3 && key.starts_with(&letters(h2)));
        if let Some(heading) = second.find(|h2| letters(h2).len() * 2 >= key.len()) {
            return Some(heading);
        }
    }
    let site = stated.first(&["og:site_name", "publisher"]).map(letters);
    let cut = [" - ", " – ", " — ", " | ", " :: ", " » "]
        .iter()
        .filter_map(|mark| named.rfind(mark).map(|at| (at, mark.len())))
        .max();
    Some(match cut {
        Some((at, mark)) if is_site_name(&named[at + mark..], site.as_deref(), stated) => {
            named[..at].trim_end().to_owned()
        }
        _ => named,
    })
}

/// Whether what follows the last separator of a title is the outlet and not the title's own second half.
fn is_site_name(end: &str, site: Option<&str>, stated: &Stated) -> bool {
    let end = letters(end);
    let host = stated.first(&["canonical", "og:url"]).and_then(url::parse);
    let host = host.as_ref().map(|host| letters(url::bare_host(host)));
    site.is_some_and(|site| !site.is_empty() && (site == end || end.starts_with(site)))
        || host.is_some_and(|host| end.len() >= 4 && (host.starts_with(&end) || end == host))
}

/// Publication times: stated ones first, then those that the page shows.
fn times(tree: &Tree<'_>, stated: &Stated) -> Vec<String> {
    let names = [
        "datepublished",
        "article:published_time",
        "og:published_time",
        "publishdate",
        "pubdate",
        "publish-date",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "parsely-pub-date",
        "sailthru.date",
        "content_publishedtime",
        "og:article:published_time",
    ];
    let mut times: Vec<String> =
        names.iter().flat_map(|name| stated.all(std::slice::from_ref(name))).map(str::to_owned).collect();
    const CLASSES: &[&str] =
        &["entry-date", "post-date", "date", "tanggal", "published", "posted-on", "read__time", "detail__date"];
    let shown = tree.nodes.iter().filter(|node| {
        node.tag == "time"
            || node.class.split_ascii_whitespace().any(|class| CLASSES.contains(&class))
            || node.tag != TEXT && node.node.attr("itemprop").is_some_and(|name| name.as_ref() == "datePublished")
    });
    for node in shown.take(8).map(|node| node.node) {
        times.extend(node.attr("datetime").or_else(|| node.attr("content")).map(|time| time.to_string()));
        let text = html::inline(&node.text());
        if text.len() < 80 {
            times.push(text);
        }
    }
    times.extend(shown_times(tree));
    times
}

/// Short texts below the headline whose class speaks of time, as themes without any markup for machines show it.
fn shown_times(tree: &Tree<'_>) -> Vec<String> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("(?i)date|time|tanggal|waktu|publish|posted|meta").expect("a fixed pattern compiles")
    });
    let headline = tree.nodes.iter().find(|node| node.tag == "h1").map_or(0, |node| node.end);
    tree.nodes[headline..]
        .iter()
        .filter(|node| {
            node.tag != TEXT && !node.class.is_empty() && node.end <= headline + 400 && NAMED.is_match(&node.class)
        })
        .map(|node| html::inline(&node.node.text()))
        .filter(|text| (6..120).contains(&text.len()) && text.contains(|c: char| c.is_ascii_digit()))
        .take(6)
        .collect()
}

/// Whether a stated author is a name and not an address.
fn is_name(name: &str) -> bool {
    (2..80).contains(&name.len()) && !name.contains("://") && !name.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(head: &str, body: &str, address: Option<&str>) -> Page {
        read(&format!("<html><head>{head}</head><body>{body}</body></html>"), address, &mut Vec::new())
    }

    fn paragraphs() -> String {
        "<p>Warga bantaran sungai mulai mengungsi ke balai desa, kata ketua RT setempat, karena air naik sejak dini hari tadi.</p>".repeat(6)
    }

    #[test]
    fn stated_facts_become_fields() {
        let head = r#"<title>Air Naik - Kabar Uji</title><meta property="og:site_name" content="Kabar Uji"><meta property="og:title" content="Air Naik &#8211; Lagi - Kabar Uji">
            <link rel=canonical href="https://kabar.example/air-naik?utm_source=x">
            <script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x"},{"@type":["NewsArticle"],"datePublished":"2026-03-02T08:00:00+08:00",
            "author":[{"name":"Rina Uji"}],"articleSection":["Banjir"]}]}</script>"#;
        let body =
            format!("<nav>Beranda Politik</nav><h1>Air Naik – Lagi</h1>{}<footer>Hak cipta</footer>", paragraphs());
        let page = page(head, &body, Some("https://www.kabar.example/air-naik?fbclid=1"));
        assert_eq!(page.title.as_deref(), Some("Air Naik – Lagi"));
        assert_eq!(page.byline.as_deref(), Some("Rina Uji"));
        assert_eq!(page.site.as_deref(), Some("Kabar Uji"));
        assert_eq!(page.url.as_deref(), Some("https://kabar.example/air-naik"));
        assert_eq!(page.times[0], "2026-03-02T08:00:00+08:00");
        assert_eq!(page.tags, ["Banjir"]);
        assert!(page.text.contains("mengungsi") && !page.text.contains("Beranda") && !page.text.contains("Hak cipta"));
    }

    #[test]
    fn a_page_cannot_claim_another_host() {
        let head = "<link rel=canonical href='https://resmi.go.id/a'>";
        let address = "https://tiruan.example/a";
        assert_eq!(page(head, &paragraphs(), Some(address)).url.as_deref(), Some(address));
        assert_eq!(page(head, &paragraphs(), None).url.as_deref(), Some("https://resmi.go.id/a"));
    }

    #[test]
    fn titles_keep_their_own_dash() {
        let head = "<title>Banjir Reda - Warga Pulang</title><meta property=og:site_name content=Kabar>";
        assert_eq!(page(head, &paragraphs(), None).title.as_deref(), Some("Banjir Reda - Warga Pulang"));
        let head = "<title>Banjir Reda | Kabar</title><meta property=og:site_name content=Kabar>";
        assert_eq!(page(head, &paragraphs(), None).title.as_deref(), Some("Banjir Reda"));
    }

    #[test]
    fn short_and_empty_pages() {
        let mut problems = Vec::new();
        let page = read("<div><p>Air surut.</p></div>", None, &mut problems);
        assert_eq!(page.text, "Air surut.");
        let page = read("", None, &mut problems);
        assert_eq!((page.title, page.text.as_str()), (None, ""));
        assert!(!problems.is_empty());
    }

    #[test]
    fn the_amp_cache_may_name_the_page() {
        let head = "<link rel=canonical href='https://www.kabar.example/a'>";
        let cached = "https://kabar-example.cdn.ampproject.org/c/s/www.kabar.example/a?amp";
        assert_eq!(page(head, &paragraphs(), Some(cached)).url.as_deref(), Some("https://www.kabar.example/a"));
        let other = "https://lain-example.cdn.ampproject.org/c/s/lain.example/a";
        assert_eq!(page(head, &paragraphs(), Some(other)).url.as_deref(), Some(other));
    }

    #[test]
    fn a_body_that_waits_for_a_script() {
        let lines: String = (1..7)
            .map(|n| {
                format!(
                    "<p>Warga bantaran ke-{n} mulai mengungsi ke balai desa karena air naik sejak dini hari tadi.</p>"
                )
            })
            .collect();
        for (open, close) in
            [("<noscript><div class=detail>", "</div></noscript>"), ("<script type=text/template>", "</script>")]
        {
            let found = page("", &format!("<div id=app>Memuat…</div>{open}{lines}{close}"), None).text;
            assert_eq!(found.lines().count(), 6, "{open}: {found}");
        }
    }

    #[test]
    fn text_that_only_scripts_would_show() {
        let body = "Kalimat yang hanya ada di data terstruktur. ".repeat(10);
        let head =
            format!(r#"<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{body}"}}</script>"#);
        assert!(page(&head, "<div id=app></div>", None).text.starts_with("Kalimat yang hanya"));
    }
}

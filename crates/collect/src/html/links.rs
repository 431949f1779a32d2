//! Where a page leads: its links with what surrounds them, and what its head says about it.

use super::elements::breaks_line;
use super::selector::Selector;
use super::{Piece, Tag, decode, pieces, squeezed};
use url::Url;
use xxhash_rust::xxh3::Xxh3;

/// Links of one page that are kept; the largest index pages of news sites have about a thousand.
pub(super) const LINKS_MAX: usize = 5_000;
const METAS_MAX: usize = 500;
/// Open elements that are remembered; whatever is deeper counts as lying in the deepest of them.
const DEPTH_MAX: usize = 256;
const TEXT_LENGTH_MAX: usize = 2_000;
/// Elements around a link that say in which list it stands.
const SURROUNDING: usize = 4;

/// What a page says about where it leads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// What relative addresses start from.
    pub(crate) base: Option<Url>,
    /// The text of `<title>`.
    pub(crate) title: Option<String>,
    /// `<a href>`, in the order of the page; only web addresses.
    pub(crate) links: Vec<Link>,
    relations: Vec<(Tag, Url)>,
    metas: Vec<(String, String)>,
    selector: Option<Selector>,
}

/// One `<a href>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where to, without the fragment.
    pub(crate) url: Url,
    /// Its text on one line, else its title, else what its pictures are called.
    pub(crate) text: String,
    /// Words of its `rel`, in lower case.
    pub(crate) rel: String,
    /// True inside `nav`, `aside`, or a header or footer that is not an article's.
    pub(crate) apart: bool,
    /// Equal for links that stand in elements of the same names and classes: the entries of one list.
    pub(crate) place: u64,
    /// True where the page was read with a selector that matches.
    pub(crate) selected: bool,
}

impl Page {
    /// The addresses of `<link rel>` or `<a rel>` with this word in `rel`, with their tags.
    pub(crate) fn related<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (&'a Tag, &'a Url)> {
        let has = move |tag: &Tag| {
            let rel = tag.attribute("rel").unwrap_or_default();
            rel.split_ascii_whitespace().any(|given| given.eq_ignore_ascii_case(word))
        };
        self.relations.iter().filter(move |(tag, _)| has(tag)).map(|(tag, url)| (tag, url))
    }

    /// The content of `<meta name>`, `<meta property>` or `<meta itemprop>`; names in lower case.
    pub(crate) fn meta(&self, name: &str) -> Option<&str> {
        self.metas.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a page; `url` is where it was found.
pub(crate) fn read(bytes: &[u8], charset: Option<&str>, url: &str) -> Page {
    read_selecting(bytes, charset, url, None)
}

/// [`read`], and says of each link whether the selector matches it.
pub(crate) fn read_selecting(bytes: &[u8], charset: Option<&str>, url: &str, selector: Option<&Selector>) -> Page {
    let page = Page { base: Url::parse(url).ok(), selector: selector.cloned(), ..Page::default() };
    let mut reader = Reader { page, based: false, open: Vec::new(), anchor: None, title: None, found: Vec::new() };
    for piece in pieces(&decode(bytes, charset)) {
        match piece {
            Piece::Open(tag) => reader.open(tag),
            Piece::Close(name) => reader.close(&name),
            Piece::Text(text) => reader.text(&text),
        }
    }
    reader.finish()
}

struct Reader {
    page: Page,
    based: bool,
    open: Vec<Tag>,
    anchor: Option<Anchor>,
    title: Option<String>,
    // `<base>` may come behind what it governs, so addresses are resolved at the end.
    found: Vec<Found>,
}

enum Found {
    Anchor(Anchor),
    Relation(Tag),
}

struct Anchor {
    tag: Tag,
    text: String,
    pictures: String,
    apart: bool,
    place: u64,
    selected: bool,
}

impl Reader {
    fn open(&mut self, tag: Tag) {
        match tag.name.as_str() {
            "a" => {
                self.end_anchor();
                if tag.attribute("href").is_some() && self.found.len() < LINKS_MAX {
                    self.anchor = Some(self.anchored(tag.clone()));
                }
            }
            "base" if !self.based => {
                if let Some(href) = tag.attribute("href") {
                    self.based = true;
                    let base = Url::options().base_url(self.page.base.as_ref()).parse(href.trim()).ok();
                    self.page.base = base.or(self.page.base.take());
                }
            }
            "link" if tag.attribute("href").is_some() && self.found.len() < LINKS_MAX => {
                self.found.push(Found::Relation(tag.clone()));
            }
            "meta" if self.page.metas.len() < METAS_MAX => {
                let name = ["name", "property", "itemprop"].iter().find_map(|key| tag.attribute(key));
                if let (Some(name), Some(content)) = (name, tag.attribute("content")) {
                    self.page.metas.push((name.to_ascii_lowercase(), content.trim().to_owned()));
                }
            }
            "title" if self.page.title.is_none() && self.title.is_none() && !self.within("svg") => {
                self.title = Some(String::new());
            }
            "img" => {
                if let (Some(anchor), Some(alt)) = (&mut self.anchor, tag.attribute("alt")) {
                    push(&mut anchor.pictures, alt);
                }
            }
            name if breaks_line(name) || matches!(name, "span" | "svg") => {
                // A heading beside a category inside one link: their words must not run together.
                if let Some(anchor) = &mut self.anchor {
                    push(&mut anchor.text, " ");
                }
            }
            _ => {}
        }
        if !tag.empty && self.open.len() < DEPTH_MAX {
            self.open.push(tag);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_anchor(),
            "title" => {
                if let Some(title) = self.title.take() {
                    self.page.title = Some(squeezed(&title)).filter(|title| !title.is_empty());
                }
            }
            _ => {}
        }
        // An end tag that closes nothing closes nothing; one that closes an outer element closes what is inside.
        if let Some(at) = self.open.iter().rposition(|tag| tag.name == name) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(title) = &mut self.title {
            push(title, text);
        } else if let Some(anchor) = &mut self.anchor {
            push(&mut anchor.text, text);
        }
    }

    fn within(&self, name: &str) -> bool {
        self.open.iter().any(|tag| tag.name == name)
    }

    fn anchored(&self, tag: Tag) -> Anchor {
        let in_article = self.within("article") || self.within("main");
        let apart = ["nav", "aside"].iter().any(|name| self.within(name))
            || (!in_article && ["header", "footer"].iter().any(|name| self.within(name)));
        let mut hash = Xxh3::new();
        for around in self.open.iter().rev().take(SURROUNDING) {
            hash.update(around.name.as_bytes());
            for class in around.attribute("class").unwrap_or_default().split_ascii_whitespace() {
                // WordPress marks each entry with its number (`post-123`); the entries are one list all the same.
                if !class.bytes().any(|byte| byte.is_ascii_digit()) {
                    hash.update(b".");
                    hash.update(class.as_bytes());
                }
            }
            hash.update(b"<");
        }
        let selector = self.page.selector.as_ref();
        let selected = selector.is_some_and(|selector| selector.matches(self.open.iter().chain([&tag])));
        Anchor { tag, text: String::new(), pictures: String::new(), apart, place: hash.digest(), selected }
    }

    fn end_anchor(&mut self) {
        self.found.extend(self.anchor.take().map(Found::Anchor));
    }

    fn finish(mut self) -> Page {
        self.end_anchor();
        let mut page = self.page;
        let resolve = |base: &Option<Url>, tag: &Tag| {
            let href = tag.attribute("href")?.trim();
            let mut url = Url::options().base_url(base.as_ref()).parse(href).ok()?;
            url.set_fragment(None);
            (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
        };
        for found in self.found {
            match found {
                Found::Relation(tag) => {
                    if let Some(url) = resolve(&page.base, &tag) {
                        page.relations.push((tag, url));
                    }
                }
                Found::Anchor(anchor) => {
                    let Some(url) = resolve(&page.base, &anchor.tag) else { continue };
                    let rel = anchor.tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
                    let texts = [&anchor.text, anchor.tag.attribute("title").unwrap_or_default(), &anchor.pictures];
                    let text = texts.map(squeezed).into_iter().find(|text| !text.is_empty()).unwrap_or_default();
                    if !rel.is_empty() {
                        page.relations.push((anchor.tag, url.clone()));
                    }
                    let Anchor { apart, place, selected, .. } = anchor;
                    page.links.push(Link { url, text, rel, apart, place, selected });
                }
            }
        }
        page
    }
}

/// Adds text, up to a length that no title has.
fn push(out: &mut String, text: &str) {
    if out.len() < TEXT_LENGTH_MAX {
        out.extend(text.chars().take(TEXT_LENGTH_MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><title> Kabar\n Benua </title><link rel='alternate' type=application/rss+xml href=/feed/ title=Umpan>\
        <link rel=canonical href='https://kabar.example/daerah/'><meta property='og:site_name' content='Kabar Benua'>\
        <base href='https://kabar.example/daerah/'></head><nav><a href=/tentang>Tentang</a></nav>\
        <article class='post-1 kartu'><header><h2><a href='banjir-1?a=1&amp;b=2#atas'>Banjir <b>surut</b></a></h2></header></article>\
        <article class='post-2 kartu'><header><h2><a href='banjir-2'><img alt='Gambar banjir'></a></h2></header></article>\
        <a href='javascript:x()'>x</a><a href='mailto:a@b.example'>y</a><a href='?page=2' rel=next>2<svg><title>panah</title></svg></a>";

    #[test]
    fn finds_links_with_what_surrounds_them() {
        let page = read(PAGE.as_bytes(), None, "https://lain.example/");
        let links: Vec<_> = page.links.iter().map(|link| (link.url.as_str(), link.text.as_str(), link.apart)).collect();
        let expected = [
            ("https://kabar.example/tentang", "Tentang", true),
            ("https://kabar.example/daerah/banjir-1?a=1&b=2", "Banjir surut", false),
            ("https://kabar.example/daerah/banjir-2", "Gambar banjir", false),
            ("https://kabar.example/daerah/?page=2", "2 panah", false),
        ];
        assert_eq!(links, expected);
        assert_eq!(page.links[1].place, page.links[2].place, "entries of one list");
        assert_ne!(page.links[0].place, page.links[1].place);
    }

    #[test]
    fn reads_what_the_head_says() {
        let page = read(PAGE.as_bytes(), None, "https://lain.example/");
        assert_eq!(page.title.as_deref(), Some("Kabar Benua"));
        assert_eq!(page.meta("og:site_name"), Some("Kabar Benua"));
        let related = |word| page.related(word).map(|(_, url)| url.as_str()).collect::<Vec<_>>();
        assert_eq!(related("alternate"), ["https://kabar.example/feed/"]);
        assert_eq!(related("canonical"), ["https://kabar.example/daerah/"]);
        assert_eq!(related("next"), ["https://kabar.example/daerah/?page=2"]);
        let (tag, _) = page.related("alternate").next().unwrap();
        assert_eq!((tag.attribute("type"), tag.attribute("title")), (Some("application/rss+xml"), Some("Umpan")));
    }

    #[test]
    fn a_selector_marks_links() {
        let selector = Selector::parse("article.kartu h2 a").unwrap();
        let page = read_selecting(PAGE.as_bytes(), None, "https://lain.example/", Some(&selector));
        assert_eq!(page.links.iter().map(|link| link.selected).collect::<Vec<_>>(), [false, true, true, false]);
    }
}

//! Sites that offer neither feed nor sitemap: a section page is read for its links, and these are followed.
//!
//! An office may name the links by a pattern or a selector. Without either a link has to look like an article's: by its
//! address (a date, a number, the words of a title), by its text, and by standing in a list of its like.

use crate::articles::{Articles, PAGE_BYTES_MAX, Queue, Wanted, breaks_off, pages_a_run};
use crate::collector::{Counted, Source};
use crate::html::{self, Page, Selector};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped, addresses};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, SourceKind};
use net::Request;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// Links of one section page that are followed; the rest is older or not of this section.
const LINKS_MAX: usize = 200;
const SECTION_PAGES_MAX: u16 = 20;
/// What a link needs to pass for an article's; see [`score`].
const SCORE_MIN: i32 = 4;
const FULL_GET_AFTER: SignedDuration = SignedDuration::from_hours(24);

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "200 links a section page, 20 section pages and 100 article pages a run; the rest follows in the next runs.",
    terms: "For sites without feed and sitemap. robots.txt and the site's terms apply to the section and to every \
            article. Texts stay in the office and are quoted with their source.",
    reaches_back: false,
    evidence: Evidence::Documented(
        "the HTML standard; section pages written by us in the usual shapes, and the pages of a WordPress 6.1.9",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "page",
    summary: "follows the articles that a section page links to",
    example: r#"kind = "page"
name = "Dinas Contoh"
url = "https://dinas.contoh.example/berita"
source_kind = "official"
link_pattern = "/berita/detail/*"
link_selector = "div.daftar-berita h3 a"
section_pages = 2
pages_a_run = 100
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        if !(1..=SECTION_PAGES_MAX).contains(&options.section_pages) {
            return Err(format!("`section_pages` is {}; it goes from 1 to {SECTION_PAGES_MAX}", options.section_pages));
        }
        if options.pages_a_run == 0 {
            return Err("`pages_a_run` is 0, so that nothing would ever be read".to_owned());
        }
        let selector = options.link_selector.as_deref().map(Selector::parse).transpose();
        let selector = selector.map_err(|error| format!("`link_selector`: {error}"))?;
        Ok(Box::new(Section { source: common.source(SourceKind::News), common, options, selector }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    url: String,
    /// The form of an article's path, `*` for anything.
    link_pattern: Option<String>,
    /// Where the links stand, such as `div.list h2 a`.
    link_selector: Option<String>,
    /// Pages of the section that are read, as far as they bring something new.
    #[serde(default = "one")]
    section_pages: u16,
    #[serde(default = "pages_a_run")]
    pages_a_run: u16,
}

fn one() -> u16 {
    1
}

struct Section {
    source: Source,
    common: Common,
    options: Options,
    selector: Option<Selector>,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    etag: Option<String>,
    last_modified: Option<String>,
    last_full_get: Option<Timestamp>,
    queue: Queue,
}

/// [`Cursor`], borrowed.
#[derive(Serialize)]
struct Saved<'a> {
    etag: Option<&'a str>,
    last_modified: Option<&'a str>,
    last_full_get: Option<Timestamp>,
    queue: &'a Queue,
}

impl Collector for Section {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let cursor: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
        self.run(context, cursor, Counted::new(emit)).boxed()
    }
}

impl Section {
    async fn run(&self, context: &Context<'_>, cursor: Cursor, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let full = cursor.last_full_get.is_none_or(|last| context.now.duration_since(last).abs() > FULL_GET_AFTER);
        let request = Request {
            etag: cursor.etag.clone().filter(|_| !full),
            last_modified: cursor.last_modified.clone().filter(|_| !full),
            ..self.request(&self.options.url)?
        };
        let response = context.client.send(&request).await?;
        let mut batch = Batch::default();
        let mut queue = cursor.queue;
        let mut next = (cursor.etag, cursor.last_modified, cursor.last_full_get);
        // Only who says what he knows can be told that nothing changed.
        let unchanged = response.not_modified && (request.etag.is_some() || request.last_modified.is_some());
        if !unchanged {
            if !response.is_success() {
                return Err(Error::Status { status: response.status });
            }
            let bounded = |value: Option<String>| value.filter(|value| value.len() <= 256);
            next = (
                bounded(response.etag.clone()),
                bounded(response.last_modified.clone()),
                if full { Some(context.now) } else { next.2 },
            );
            if breaks_off(&response.body) {
                // Read again in full, whatever its validators say.
                next = (None, None, None);
                batch.skipped.push(self.skipped("the page breaks off before its end; links may be missing".to_owned()));
            }
            let listed = self.list(context, &response, &queue, &mut batch).await?;
            queue.add(listed);
        }
        let save = |queue: &Queue| {
            // What does not fit into the cursor is found on the section again, if that is read again.
            let whole = queue.overflow() == 0;
            let saved = Saved {
                etag: next.0.as_deref().filter(|_| whole),
                last_modified: next.1.as_deref().filter(|_| whole),
                last_full_get: next.2,
                queue,
            };
            serde_json::to_string(&saved).ok()
        };
        let articles = Articles {
            context,
            common: &self.common,
            source: &self.source,
            home: &self.options.url,
            pages_max: self.options.pages_a_run,
        };
        if !unchanged {
            emit.send(Batch { cursor: save(&queue), ..batch })?;
        }
        articles.drain(&mut queue, &mut emit, &save, &|_| None).await?;
        if queue.overflow() > 0 {
            let reason = format!(
                "{} articles wait beyond what is remembered; they are found again while the section lists them",
                queue.overflow()
            );
            emit.send(Batch { skipped: vec![self.skipped(reason)], ..Batch::default() })?;
        }
        Ok(emit.outcome)
    }

    fn request(&self, url: &str) -> Result<Request, Error> {
        let accept = Some("text/html, application/xhtml+xml;q=0.9, */*;q=0.1".to_owned());
        Ok(Request { accept, max_bytes: Some(PAGE_BYTES_MAX), ..self.common.request(url)? })
    }

    fn skipped(&self, reason: String) -> Skipped {
        Skipped { file: self.options.url.clone(), row: 0, reason }
    }

    /// The articles of the section, page by page while they bring something new.
    async fn list(
        &self,
        context: &Context<'_>,
        first: &net::Response,
        queue: &Queue,
        batch: &mut Batch,
    ) -> Result<Vec<Wanted>, Error> {
        let section = Url::parse(&first.final_url).or_else(|_| Url::parse(&self.options.url));
        let section = section.expect("checked when the collector was built");
        if is_feed(&first.body) {
            return Err(Error::Unexpected {
                found: "a feed (which `kind = \"feed\"` reads)".to_owned(),
                wanted: "a section page",
            });
        }
        let mut page = self.read(first);
        let mut listed: Vec<Wanted> = Vec::new();
        for number in 1.. {
            let found = self.articles(&page, &section);
            if number == 1 && found.is_empty() {
                return Err(Error::Unexpected {
                    found: format!(
                        "a page on which none of {} links looks like an article's; name them with `link_pattern` or `link_selector`",
                        page.links.len()
                    ),
                    wanted: "a section page",
                });
            }
            let is_new = queue.news();
            let fresh = found.iter().any(|wanted| is_new(wanted) && !listed.contains(wanted));
            drop(is_new);
            listed.extend(found);
            if !fresh || number >= u32::from(self.options.section_pages) {
                break;
            }
            let Some(next) = next_page(&page, &section, number + 1) else { break };
            // The first page has what is new; one behind it that fails costs the run nothing else.
            match context.client.send(&self.request(next.as_str())?).await {
                Ok(response) if response.is_success() => page = self.read(&response),
                Ok(response) => {
                    batch.skipped.push(self.skipped(format!(
                        "page {} answered with HTTP {}",
                        number + 1,
                        response.status
                    )));
                    break;
                }
                Err(error) => {
                    batch.skipped.push(self.skipped(format!("page {}: {error}", number + 1)));
                    break;
                }
            }
        }
        Ok(listed)
    }

    fn read(&self, response: &net::Response) -> Page {
        html::read_selecting(&response.body, response.charset.as_deref(), &response.final_url, self.selector.as_ref())
    }

    fn articles(&self, page: &Page, section: &Url) -> Vec<Wanted> {
        article_urls(page, section, self.options.link_pattern.as_deref(), self.selector.is_some())
            .into_iter()
            .map(|url| Wanted { url, ..Wanted::default() })
            .collect()
    }
}

/// How many links of a page look like articles.
pub(crate) fn article_links(page: &Page, section: &Url) -> usize {
    article_urls(page, section, None, false).len()
}

/// The articles that one page links to, in its order.
fn article_urls(page: &Page, section: &Url, pattern: Option<&str>, selected: bool) -> Vec<String> {
    let mut places: BTreeMap<u64, u32> = BTreeMap::new();
    for link in &page.links {
        *places.entry(link.place).or_default() += 1;
    }
    let mut best: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for (at, link) in page.links.iter().enumerate() {
        let Some(url) = addresses::clean(link.url.as_str()) else { continue };
        if !addresses::same_site(&url, section) || is_section(&url, section) || link.rel.contains("sponsored") {
            continue;
        }
        let wanted = match pattern.is_some() || selected {
            true => {
                pattern.is_none_or(|pattern| addresses::matches(pattern, addresses::path_and_query(&url)))
                    && (!selected || link.selected)
            }
            false => !addresses::is_listing(&url) && score(link, &url, places[&link.place]) >= SCORE_MIN,
        };
        // A picture and a headline lead to the same article: one of them is enough.
        let entry = best.entry(url.into()).or_insert((at, false));
        entry.1 |= wanted;
    }
    let mut found: Vec<(usize, String)> =
        best.into_iter().filter(|(_, (_, wanted))| *wanted).map(|(url, (at, _))| (at, url)).collect();
    found.sort();
    found.truncate(LINKS_MAX);
    found.into_iter().map(|(_, url)| url).collect()
}

/// How much a link looks like an article's.
fn score(link: &html::Link, url: &Url, of_its_place: u32) -> i32 {
    let words = link.text.split_whitespace().count();
    let text = match (words, link.text.chars().count()) {
        (5.., 25..) => 2,
        (3.., 15..) => 1,
        _ => 0,
    };
    let address = i32::try_from(addresses::article_score(url)).unwrap_or(0);
    address + text + i32::from(of_its_place >= 3) - if link.apart { 3 } else { 0 }
}

/// The address of the section's page with this number.
fn next_page(page: &Page, section: &Url, number: u32) -> Option<Url> {
    let related = page.related("next").map(|(_, url)| url);
    let mut all = related.chain(page.links.iter().map(|link| &link.url));
    all.find(|url| addresses::page_number(section, url) == Some(number)).cloned()
}

/// True for the section itself and its further pages.
fn is_section(url: &Url, section: &Url) -> bool {
    let bare = |url: &Url| (addresses::bare_host(url).to_owned(), url.path().trim_end_matches('/').to_owned());
    (bare(url) == bare(section) && url.query() == section.query()) || addresses::page_number(section, url).is_some()
}

fn is_feed(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(512)]).to_ascii_lowercase();
    ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| start.contains(root))
}

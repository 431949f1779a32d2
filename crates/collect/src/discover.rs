//! One address to everything that it offers for collecting: what a site is, which ways lead into it, which is best.
//!
//! Every way that is proposed was tried, with few and polite requests: how many entries, how new, whole texts or
//! teasers, and whether `robots.txt` lets us in.

mod platforms;

mod proposal;

mod trial;

use crate::{Error, addresses, html, sitemap};
use jiff::{SignedDuration, Timestamp};
use net::{Client, HostPort, Request, Response};
use serde::Serialize;
use std::collections::BTreeSet;
use url::Url;

/// Requests of one discovery; the client asks for `robots.txt` besides.
const REQUESTS_MAX: u32 = 24;
const FEEDS_MAX: usize = 6;
const MAPS_MAX: usize = 4;
const PAGE_BYTES_MAX: usize = 10 << 20;
/// A way whose newest entry is this much older than another's is no longer kept up.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Where feeds lie when a page names none.
const FEED_PATHS: [&str; 6] = ["/feed/", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/?feed=rss2"];

/// What an address offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Discovery {
    /// The address that was looked at, after redirects.
    pub url: String,
    /// What the site calls itself.
    pub title: Option<String>,
    /// What it was recognised as, such as "WordPress"; absent where nothing special was seen.
    pub software: Option<String>,
    /// The ways into it, best first.
    pub candidates: Vec<Candidate>,
    /// What is wrong or missing, in words.
    pub problems: Vec<String>,
    /// How many requests it took.
    pub requests: u32,
}

/// One way of collecting, tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The connector.
    pub kind: &'static str,
    /// Its address.
    pub url: String,
    /// How many entries it gave.
    pub entries: Option<usize>,
    /// When the newest of them was published.
    pub newest: Option<Timestamp>,
    /// True where the entries carry their whole texts, false where they are teasers or addresses alone.
    pub full_text: Option<bool>,
    /// What `robots.txt` says.
    pub robots: Verdict,
    /// True where it can be collected as proposed.
    pub works: bool,
    /// What else there is to know, in words.
    pub notes: Vec<String>,
    /// The table to put into the pipeline file.
    pub toml: String,
}

/// What `robots.txt` says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be fetched.
    Allowed,
    /// It may not.
    Refused,
    /// Nobody asked, or no answer came.
    Unknown,
}

/// Finds out what an address offers; hosts of the office's own network have to be named.
pub async fn discover(client: &Client, url: &str, allow_private: &[HostPort]) -> Result<Discovery, Error> {
    let address = if url.contains("://") { url.trim().to_owned() } else { format!("https://{}", url.trim()) };
    let Some(start) = addresses::clean(&address) else {
        return Err(Error::Unexpected {
            found: format!("\"{url}\""),
            wanted: "a web address such as \"https://media.example\"",
        });
    };
    let mut search = Search {
        client,
        allow_private,
        tried: BTreeSet::new(),
        found: Discovery { url: start.to_string(), ..Discovery::default() },
    };
    if platforms::recognise(&mut search, &start) {
        return Ok(search.finish());
    }
    let response = match search.get(start.as_str(), PAGE_BYTES_MAX).await {
        // What a site does not want to be read may still lie beside what it offers.
        Err(error @ net::Error::Robots { .. }) => {
            search.found.problems.push(error.to_string());
            let front = start.join("/").expect("a plain path");
            search.feeds(&front, &html::Page::default()).await;
            search.maps(&front).await;
            return Ok(search.finish());
        }
        answer => answer?,
    };
    if !response.is_success() {
        return Err(match response.status {
            410 => Error::Gone,
            status => Error::Status { status },
        });
    }
    search.found.url.clone_from(&response.final_url);
    let site = Url::parse(&response.final_url).unwrap_or(start);
    search.site(&site, response).await;
    Ok(search.finish())
}

/// A discovery on its way.
struct Search<'a> {
    client: &'a Client,
    allow_private: &'a [HostPort],
    tried: BTreeSet<String>,
    found: Discovery,
}

impl Search<'_> {
    async fn get(&mut self, url: &str, max_bytes: usize) -> Result<Response, net::Error> {
        self.found.requests += 1;
        let request = Request {
            robots: true,
            max_bytes: Some(max_bytes),
            allow_private: self.allow_private.to_vec(),
            ..Request::new(url)
        };
        self.client.send(&request).await
    }

    /// True where an address was not tried yet and may be.
    fn may_try(&mut self, url: &str) -> bool {
        self.found.requests < REQUESTS_MAX && self.tried.insert(url.to_owned())
    }

    async fn site(&mut self, site: &Url, response: Response) {
        self.tried.insert(site.to_string());
        if let Some(candidate) = trial::feed(self, site.as_str(), &response) {
            self.found.candidates.push(candidate);
            return;
        }
        if let Some(candidate) = trial::map(self, site.as_str(), &response) {
            self.found.candidates.push(candidate);
            return;
        }
        let page = html::read(&response.body, response.charset.as_deref(), &response.final_url);
        let name = page.meta("og:site_name").or(page.title.as_deref());
        self.found.title = name.map(str::to_owned);
        let front = site.join("/").expect("a plain path");

        self.wordpress(site, &page, &response).await;
        self.feeds(&front, &page).await;
        self.maps(&front).await;
        if let Some(candidate) = trial::section(self, site, &page, &response) {
            self.found.candidates.push(candidate);
        }
        if let Some(handle) = platforms::fediverse(site) {
            self.found.problems.push(handle);
        }
    }

    async fn wordpress(&mut self, site: &Url, page: &html::Page, response: &Response) {
        let api = page.related("https://api.w.org/").next().map(|(_, url)| url.clone());
        let generator = page.meta("generator").filter(|generator| generator.starts_with("WordPress"));
        // The interface is announced in a header as well, which no theme can forget.
        let announced = response.headers.get("link").is_some_and(|link| link.contains("https://api.w.org/"));
        let traces = announced || memchr::memmem::find(&response.body, b"/wp-content/").is_some();
        if api.is_none() && generator.is_none() && !traces {
            return;
        }
        self.found.software = Some(generator.unwrap_or("WordPress").to_owned());
        // The interface says where the site's root is: WordPress may live in a folder.
        let root = api
            .as_ref()
            .and_then(|api| {
                let address = api.as_str();
                let root = address.split_once("/wp-json").or_else(|| address.split_once("?rest_route="))?.0;
                Url::parse(&format!("{}/", root.trim_end_matches('/'))).ok()
            })
            .filter(|root| addresses::same_site(root, site))
            .unwrap_or_else(|| site.join("/").expect("a plain path"));
        let candidate = trial::wordpress(self, &root).await;
        self.found.candidates.push(candidate);
    }

    async fn feeds(&mut self, front: &Url, page: &html::Page) {
        let named: Vec<String> = page
            .related("alternate")
            .filter(|(tag, _)| {
                let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
                ["rss+xml", "atom+xml", "feed+json", "rdf+xml"].iter().any(|ending| kind.ends_with(ending))
            })
            // The feed of comments is not the site's voice.
            .filter(|(_, url)| !url.path().contains("/comments/"))
            .map(|(_, url)| url.to_string())
            .collect();
        let mut works = 0;
        for url in named.iter().take(FEEDS_MAX) {
            works += usize::from(self.try_feed(url, true).await);
        }
        if works > 0 {
            return;
        }
        for path in FEED_PATHS {
            let url = front.join(path).expect("a plain path");
            if self.try_feed(url.as_str(), false).await {
                return;
            }
        }
        self.found
            .problems
            .push("no feed was found: the page names none, and none lies at the usual addresses".to_owned());
    }

    /// Tries one feed; a promised one that fails is a problem, a guessed one is not.
    async fn try_feed(&mut self, url: &str, promised: bool) -> bool {
        if !self.may_try(url) {
            return false;
        }
        let response = match self.get(url, crate::feed::BYTES_MAX).await {
            Ok(response) if response.is_success() => response,
            Ok(response) => {
                if promised {
                    self.found.problems.push(format!("the feed {url} answered with HTTP {}", response.status));
                }
                return false;
            }
            Err(error) => {
                if promised || trial::refused(&error) {
                    self.found.problems.push(format!("the feed {url}: {error}"));
                }
                return false;
            }
        };
        // Many sites answer for whatever is asked with their front page, or lead several addresses to one feed.
        if response.final_url != url && !self.tried.insert(response.final_url.clone()) {
            return false;
        }
        match trial::feed(self, &response.final_url.clone(), &response) {
            Some(candidate) => {
                self.found.candidates.push(candidate);
                true
            }
            None => {
                if promised {
                    self.found.problems.push(format!("the feed {url} is none that can be read"));
                }
                false
            }
        }
    }

    async fn maps(&mut self, front: &Url) {
        let request = Request { allow_private: self.allow_private.to_vec(), ..Request::new(front.as_str()) };
        let mut urls = match self.client.robots(&request).await {
            Ok(robots) => sitemap::own_sitemaps(&robots.sitemaps, front),
            Err(error) => {
                self.found.problems.push(error.to_string());
                Vec::new()
            }
        };
        let guessed = urls.is_empty();
        if guessed {
            urls = sitemap::PATHS.iter().map(|path| front.join(path).expect("a plain path").into()).collect();
        }
        // News maps first: they have titles and times.
        urls.sort_by_key(|url| !url.to_ascii_lowercase().contains("news"));
        let mut works = 0;
        for url in urls {
            if works == MAPS_MAX || !self.may_try(&url) {
                continue;
            }
            match self.get(&url, 20 << 20).await {
                Ok(response) if response.is_success() => match trial::map(self, &url, &response) {
                    Some(candidate) => {
                        self.found.candidates.push(candidate);
                        works += 1;
                    }
                    None if !guessed => self.found.problems.push(format!("the sitemap {url} is none that can be read")),
                    None => {}
                },
                Ok(response) if !guessed => {
                    self.found.problems.push(format!("the sitemap {url} answered with HTTP {}", response.status));
                }
                Ok(_) => {}
                Err(error) => self.found.problems.push(format!("the sitemap {url}: {error}")),
            }
            if guessed && works > 0 {
                break;
            }
        }
    }

    fn finish(mut self) -> Discovery {
        let newest = self.found.candidates.iter().filter_map(|candidate| candidate.newest).max();
        for candidate in &mut self.found.candidates {
            let stale = candidate.newest.zip(newest).is_some_and(|(own, best)| best.duration_since(own) > STALE_AFTER);
            if stale {
                candidate.works = false;
                candidate
                    .notes
                    .push("its newest entry is weeks older than that of another way; it is not kept up".to_owned());
            }
        }
        // A stable sort: among equals the order in which a site names its feeds stays.
        self.found.candidates.sort_by_key(|candidate| {
            let way = match (candidate.kind, candidate.full_text) {
                ("wordpress", _) => 0,
                ("feed", Some(true)) => 1,
                ("feed", _) => 2,
                ("sitemap", _) => 3,
                ("page", _) => 4,
                _ => 5,
            };
            (!candidate.works, way)
        });
        if self.found.requests >= REQUESTS_MAX {
            self.found.problems.push(format!("the search ended after {REQUESTS_MAX} requests"));
        }
        if !self.found.candidates.iter().any(|candidate| candidate.works) {
            self.found.problems.push(
                "nothing here can be collected as it is; ask the site for a feed, or give a section page with its `link_pattern`"
                    .to_owned(),
            );
        }
        self.found
    }
}

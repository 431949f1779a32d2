//! What one way gives when it is tried.

use super::proposal::{Line, table};
use super::{Candidate, Search, Verdict};
use crate::{addresses, dates, feed, html, page, sitemap};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use net::Response;
use serde_json::Value;
use url::Url;

/// True where `robots.txt` is the reason why nothing came.
pub(super) fn refused(error: &net::Error) -> bool {
    matches!(error, net::Error::Robots { .. } | net::Error::RobotsUnreadable { .. })
}

/// A feed; `None` where the answer is none.
pub(super) fn feed(search: &Search<'_>, url: &str, response: &Response) -> Option<Candidate> {
    let charset = response.charset.as_deref();
    let parsed = feed::parse(&response.body, charset, Some(&response.final_url), &TimeZone::UTC).ok()?;
    let entries = parsed.entries.len();
    let teasers = parsed.entries.iter().filter(|entry| feed::follow::is_teaser(entry)).count();
    let full_text = (entries > 0).then_some(teasers * 2 < entries);
    let mut lines = vec![Line::text("url", url)];
    let mut notes = Vec::new();
    if full_text == Some(false) {
        lines.push(Line::plain("follow", "true"));
        notes.push("it gives teasers; `follow = true` fetches each article's page".to_owned());
    }
    if entries == 0 {
        notes.push("it holds no entry".to_owned());
    }
    Some(Candidate {
        kind: "feed",
        url: url.to_owned(),
        entries: Some(entries),
        newest: parsed.entries.iter().filter_map(|entry| entry.published_at.or(entry.updated_at)).max(),
        full_text,
        robots: Verdict::Allowed,
        works: entries > 0,
        notes,
        toml: table(search, "feed", url, &lines),
    })
}

/// A sitemap or an index of sitemaps; `None` where the answer is none.
pub(super) fn map(search: &Search<'_>, url: &str, response: &Response) -> Option<Candidate> {
    let summary = sitemap::summary(&response.body)?;
    let mut notes = Vec::new();
    if summary.maps > 0 {
        notes.push(format!("it is an index of {} maps", summary.maps));
    } else if summary.titles > 0 {
        notes.push("it is a news sitemap, with titles and publication times".to_owned());
    } else if summary.newest.is_none() {
        notes.push("it states no times; new articles are told apart by memory".to_owned());
    }
    notes.extend(summary.fault);
    Some(Candidate {
        kind: "sitemap",
        url: url.to_owned(),
        entries: (summary.maps == 0).then_some(summary.entries),
        newest: summary.newest,
        full_text: Some(false),
        robots: Verdict::Allowed,
        works: summary.maps + summary.entries > 0,
        notes,
        toml: table(search, "sitemap", url, &[Line::text("url", url)]),
    })
}

/// The page itself as a section with links to articles.
pub(super) fn section(search: &Search<'_>, site: &Url, page: &html::Page, response: &Response) -> Option<Candidate> {
    let links = page::article_links(page, site);
    if links == 0 {
        return None;
    }
    let url = response.final_url.as_str();
    Some(Candidate {
        kind: "page",
        url: url.to_owned(),
        entries: Some(links),
        newest: None,
        full_text: Some(false),
        robots: Verdict::Allowed,
        works: links >= 3,
        notes: vec![format!("{links} links look like articles; name them with `link_pattern` if some are not")],
        toml: table(search, "page", url, &[Line::text("url", url)]),
    })
}

/// The REST interface of a WordPress.
pub(super) async fn wordpress(search: &mut Search<'_>, root: &Url) -> Candidate {
    let mut candidate = Candidate {
        kind: "wordpress",
        url: root.to_string(),
        entries: None,
        newest: None,
        full_text: None,
        robots: Verdict::Unknown,
        works: false,
        notes: Vec::new(),
        toml: table(search, "wordpress", root.as_str(), &[Line::text("url", root.as_str())]),
    };
    let fields = "per_page=10&_fields=date_gmt,content";
    let addresses = [format!("wp-json/wp/v2/posts?{fields}"), format!("?rest_route=/wp/v2/posts&{fields}")];
    for address in addresses {
        let Ok(url) = root.join(&address) else { continue };
        if !search.may_try(url.as_str()) {
            continue;
        }
        match search.get(url.as_str(), 10 << 20).await {
            Ok(response) if response.is_success() => {
                candidate.robots = Verdict::Allowed;
                let Ok(Value::Array(posts)) = serde_json::from_slice(&response.body) else {
                    candidate.notes.push("its REST interface answers with something else than posts".to_owned());
                    continue;
                };
                describe(&mut candidate, &posts);
                return candidate;
            }
            Ok(response) if matches!(response.status, 401 | 403) => {
                candidate.robots = Verdict::Allowed;
                candidate
                    .notes
                    .push(format!("its REST interface is closed (HTTP {}); use its feed instead", response.status));
                return candidate;
            }
            Ok(response) => candidate.notes.push(format!("its REST interface answered with HTTP {}", response.status)),
            Err(error) => {
                candidate.robots = if refused(&error) { Verdict::Refused } else { Verdict::Unknown };
                candidate.notes.push(error.to_string());
                return candidate;
            }
        }
    }
    candidate
}

fn describe(candidate: &mut Candidate, posts: &[Value]) {
    let date = |post: &Value| dates::parse(post["date_gmt"].as_str()?, &TimeZone::UTC);
    let newest: Option<Timestamp> = posts.iter().filter_map(date).max();
    let texts =
        posts.iter().filter(|post| post["content"]["rendered"].as_str().is_some_and(|text| !text.trim().is_empty()));
    candidate.entries = Some(posts.len());
    candidate.newest = newest;
    candidate.full_text = (!posts.is_empty()).then_some(texts.count() * 2 >= posts.len());
    candidate.works = !posts.is_empty();
    // What was in the way before the second form of the address worked does not matter any more.
    candidate.notes.clear();
    candidate.notes.push(match posts.is_empty() {
        true => "it has no posts".to_owned(),
        false => "whole texts with edits and take-downs".to_owned(),
    });
}

/// The host as a name, where a site does not say what it is called.
pub(super) fn host_name(url: &str) -> String {
    Url::parse(url).map(|url| addresses::bare_host(&url).to_owned()).unwrap_or_else(|_| url.to_owned())
}

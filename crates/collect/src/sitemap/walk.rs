//! From a site or an index to the maps that may hold something new, and what each of them gives.

use super::map::{self, Map};
use super::{Remembered, Run};
use crate::{Error, addresses};
use jiff::{SignedDuration, Timestamp};
use net::Request;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use url::Url;

/// Maps below an index that one run reads, and how deep indexes may lie in indexes.
const MAPS_MAX: usize = 50;
const DEPTH_MAX: u8 = 2;
const FULL_GET_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Maps whose validators and lengths are remembered.
const REMEMBERED_MAX: usize = 12;
/// Where maps lie when `robots.txt` names none.
pub(crate) const PATHS: [&str; 4] = ["/news-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml", "/wp-sitemap.xml"];

impl Run<'_> {
    /// Where to start: the map that the pipeline names, or those of the site.
    pub(super) async fn roots(&mut self) -> Result<Vec<String>, Error> {
        let url = &self.site.options.url;
        let named = Url::parse(url).expect("checked when the collector was built");
        if is_map_address(&named) {
            return Ok(vec![url.clone()]);
        }
        if !self.cursor.roots.is_empty() {
            return Ok(self.cursor.roots.clone());
        }
        let robots = self.context.client.robots(&self.site.common.request(url)?).await?;
        let listed = own_sitemaps(&robots.sitemaps, &named);
        if !listed.is_empty() {
            return Ok(listed);
        }
        for path in PATHS {
            let address = named.join(path).expect("a plain path").to_string();
            let answer = self.context.client.send(&self.site.common.request(&address)?).await?;
            if answer.is_success() && map::read(&answer.body, &self.site.zone).is_some() {
                return Ok(vec![address]);
            }
        }
        Err(Error::Unexpected {
            found: format!("a site without one ({url}: robots.txt names none, and none lies at {})", PATHS.join(", ")),
            wanted: "a sitemap",
        })
    }

    /// Reads the maps from their roots on.
    pub(super) async fn walk(&mut self, roots: &[String], horizon: Timestamp) -> Result<(), Error> {
        let full =
            self.cursor.last_full_get.is_none_or(|last| self.context.now.duration_since(last).abs() > FULL_GET_AFTER);
        if full {
            self.cursor.last_full_get = Some(self.context.now);
        }
        let mut ahead: VecDeque<(String, u8)> = roots.iter().map(|root| (root.clone(), 0)).collect();
        let mut met: BTreeSet<String> = roots.iter().cloned().collect();
        let mut read = 0;
        let mut failed = Vec::new();
        while let Some((address, depth)) = ahead.pop_front() {
            if read == MAPS_MAX + roots.len() {
                self.skip(
                    &address,
                    format!("only {MAPS_MAX} maps are read in one run; this and {} more are not", ahead.len()),
                );
                break;
            }
            read += 1;
            let map = match self.fetch(&address, full).await {
                Ok(Some(map)) => map,
                Ok(None) => continue,
                Err(error @ (Error::Secret(_) | Error::Stopped(_))) => return Err(error),
                Err(error) => {
                    failed.push((address, error));
                    continue;
                }
            };
            if let Some(fault) = &map.fault {
                self.complete = false;
                self.skip(&address, fault.clone());
            }
            let children = self.children(&address, &map, horizon);
            if depth == DEPTH_MAX && !children.is_empty() {
                self.skip(
                    &address,
                    format!("indexes lie deeper than {DEPTH_MAX} levels; {} maps are not read", children.len()),
                );
            } else {
                ahead.extend(
                    children.into_iter().filter(|child| met.insert(child.clone())).map(|child| (child, depth + 1)),
                );
            }
            self.take(&address, map);
        }
        // One map that is down must not cost the others their run; if none answers, the source did not.
        if failed.len() == read
            && let Some((_, error)) = failed.pop()
        {
            return Err(error);
        }
        self.complete &= failed.is_empty();
        for (address, error) in failed {
            self.skip(&address, reason(&error));
        }
        Ok(())
    }

    /// One map; `None` where it has not changed.
    async fn fetch(&mut self, address: &str, full: bool) -> Result<Option<Map>, Error> {
        let known = self.cursor.maps.get(address).cloned().unwrap_or_default();
        let request = Request {
            etag: known.etag.clone().filter(|_| !full),
            last_modified: known.last_modified.clone().filter(|_| !full),
            accept: Some("application/xml, text/xml, text/plain;q=0.8, */*;q=0.5".to_owned()),
            max_bytes: Some(map::BYTES_MAX),
            ..self.site.common.request(address)?
        };
        let response = self.context.client.send(&request).await?;
        let remember = |run: &mut Self, remembered| {
            if run.maps.len() < REMEMBERED_MAX {
                run.maps.insert(address.to_owned(), remembered);
            }
        };
        // Only who says what he knows can be told that nothing changed.
        if response.not_modified && (request.etag.is_some() || request.last_modified.is_some()) {
            remember(self, known);
            return Ok(None);
        }
        if !response.is_success() {
            return Err(Error::Status { status: response.status });
        }
        let map = map::read(&response.body, &self.site.zone)
            .ok_or_else(|| Error::Unexpected { found: found(&response.body).to_owned(), wanted: "a sitemap" })?;
        let bounded = |value: Option<String>| value.filter(|value| value.len() <= 128);
        remember(
            self,
            Remembered {
                etag: bounded(response.etag),
                last_modified: bounded(response.last_modified),
                undated: known.undated,
            },
        );
        Ok(Some(map))
    }

    /// The further maps of an index that may hold new articles, the newest first.
    fn children(&mut self, index: &str, map: &Map, horizon: Timestamp) -> Vec<String> {
        let Ok(index) = Url::parse(index) else { return Vec::new() };
        let mut children: Vec<(Option<Timestamp>, Url)> = Vec::new();
        for child in &map.children {
            // A map that has not changed since the horizon holds nothing that is wanted.
            let stale = child.lastmod.is_some_and(|time| time < horizon);
            if let Ok(url) = Url::parse(&child.loc)
                && addresses::same_site(&url, &index)
                && !stale
            {
                children.push((child.lastmod, url));
            } else if !stale {
                self.left_out += 1;
            }
        }
        if children.iter().any(|(_, url)| !is_other_map(url)) {
            children.retain(|(_, url)| !is_other_map(url));
        }
        let undated: Vec<Url> =
            children.iter().filter(|(time, _)| time.is_none()).map(|(_, url)| url.clone()).collect();
        let kept: BTreeSet<Url> = ends_of_families(undated).into_iter().collect();
        children.retain(|(time, url)| time.is_some() || kept.contains(url));
        children.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
        children.into_iter().map(|(_, url)| url.into()).collect()
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::Fetch(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn found(body: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(&body[..body.len().min(512)]).to_ascii_lowercase();
    if start.contains("<html") || start.contains("<!doctype html") {
        "a web page"
    } else if start.contains("<rss") || start.contains("<feed") {
        "a feed (which `kind = \"feed\"` reads)"
    } else {
        "something else"
    }
}

/// True for the address of a map rather than of a site.
fn is_map_address(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let named =
        path.contains("sitemap") || url.query().is_some_and(|query| query.to_ascii_lowercase().contains("sitemap"));
    named || [".xml", ".gz", ".txt"].iter().any(|ending| path.ends_with(ending))
}

/// The maps of a site itself, of those that its `robots.txt` names.
pub(crate) fn own_sitemaps(named: &[String], site: &Url) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for url in named.iter().filter_map(|named| site.join(named.trim()).ok()) {
        if addresses::same_site(&url, site) && !found.contains(&url.to_string()) && found.len() < 20 {
            found.push(url.into());
        }
    }
    found
}

/// Maps of WordPress and its extensions that list no articles.
fn is_other_map(url: &Url) -> bool {
    const WORDS: [&str; 14] = [
        "taxonom",
        "category",
        "kategori",
        "post_tag",
        "tag-sitemap",
        "author",
        "users",
        "page-sitemap",
        "posts-page",
        "image",
        "video",
        "product",
        "attachment",
        "elementor",
    ];
    let name = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Of maps that differ only in a number the first and the last two: new pages are added at one of the ends.
fn ends_of_families(maps: Vec<Url>) -> Vec<Url> {
    let mut families: BTreeMap<String, Vec<(u64, Url)>> = BTreeMap::new();
    for url in maps {
        let name = url.as_str();
        let digits_end = name.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        let digits_start = name[..digits_end].trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let number = name[digits_start..digits_end].parse().unwrap_or(0);
        families.entry(format!("{}\0{}", &name[..digits_start], &name[digits_end..])).or_default().push((number, url));
    }
    let mut kept = Vec::new();
    for mut family in families.into_values() {
        family.sort();
        if family.len() > 3 {
            family.drain(1..family.len() - 2);
        }
        kept.extend(family.into_iter().map(|(_, url)| url));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_maps_that_robots_names_the_own_ones_are_read() {
        let site = Url::parse("https://kabar.example/").unwrap();
        let named =
            ["/news-sitemap.xml", "https://www.kabar.example/a.xml", "https://lain.example/b.xml", "/news-sitemap.xml"];
        assert_eq!(
            own_sitemaps(&named.map(str::to_owned), &site),
            ["https://kabar.example/news-sitemap.xml", "https://www.kabar.example/a.xml"]
        );
    }

    #[test]
    fn of_numbered_maps_the_ends_are_read() {
        let url = |number: u32| Url::parse(&format!("https://k.example/wp-sitemap-posts-post-{number}.xml")).unwrap();
        let kept = ends_of_families((1..=12).map(url).collect());
        assert_eq!(kept, [url(1), url(11), url(12)]);
        assert!(is_other_map(&Url::parse("https://k.example/wp-sitemap-taxonomies-category-1.xml").unwrap()));
        assert!(!is_other_map(&url(1)));
    }
}

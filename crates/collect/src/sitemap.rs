//! Sitemaps: a site's own list of its pages, news first, followed to the articles.
//!
//! Maps state times in two ways. Entries with a time are wanted from a horizon on, which follows the newest one at two
//! days' distance, and only when nothing was left behind. Entries without any (an old WordPress, handmade maps) are
//! told apart by memory alone: of each map its beginning and its end, where new addresses are added.

mod map;

use crate::articles::{Articles, Queue, Wanted, pages_a_run};
use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped, addresses};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use map::{Entry, Map};
use model::{Kind, SourceKind};
use net::Request;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use url::Url;

/// Maps below an index that one run reads, and how deep indexes may lie in indexes.
const MAPS_MAX: usize = 50;
const DEPTH_MAX: u8 = 2;
/// Entries without a time that are remembered of each end of a map, and of all maps together.
const END_MAX: usize = 500;
const UNDATED_MAX: usize = 1_500;
/// Entries with a time that one run considers, newest first; the queue must be able to remember them all.
const DATED_MAX: usize = 1_500;
/// How far the horizon stays behind the newest entry: news maps hold two days.
const OVERLAP: SignedDuration = SignedDuration::from_hours(48);
const FULL_GET_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Maps whose validators and lengths are remembered.
const REMEMBERED_MAX: usize = 12;
/// Where maps lie when `robots.txt` names none.
pub(crate) const PATHS: [&str; 4] = ["/news-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml", "/wp-sitemap.xml"];

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "50,000 addresses and 20 MiB a map, 50 maps below an index, 100 article pages a run; the rest follows in \
             the next runs. A map without times is watched at its first and last 500 addresses.",
    terms: "A sitemap is offered for reading by machines; robots.txt and the site's terms apply to the pages it names. \
            Texts stay in the office and are quoted with their source.",
    reaches_back: true,
    evidence: Evidence::Real(
        "WordPress 6.1.9 (/wp-sitemap.xml), run by the tests; sitemaps.org and Google's news sitemap documentation",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "sitemap",
    summary: "reads the articles that a site's sitemap or news sitemap lists",
    example: r#"kind = "sitemap"
name = "Kabar Mahakam"
url = "https://kabarmahakam.example/news-sitemap.xml"
source_kind = "news"
include = ["/berita/*"]
exclude = ["*/foto/*"]
since_days = 7
articles_first_run = 50
pages_a_run = 100
full_text = true
"#,
    build: |table, context| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.url)?;
        if options.pages_a_run == 0 {
            return Err("`pages_a_run` is 0; set `full_text = false` to fetch no pages".to_owned());
        }
        Ok(Box::new(Sitemap { source: common.source(SourceKind::News), common, options, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// A map, an index of maps, or a site.
    url: String,
    /// Patterns of paths, `*` for anything: only these addresses, all where it is empty.
    #[serde(default)]
    include: Vec<String>,
    /// Patterns of paths that are left out.
    #[serde(default)]
    exclude: Vec<String>,
    /// How far back the first run reads.
    #[serde(default = "week")]
    since_days: u16,
    /// How many articles the first run takes of maps without times.
    #[serde(default = "fifty")]
    articles_first_run: u16,
    #[serde(default = "pages_a_run")]
    pages_a_run: u16,
    /// False where titles alone are wanted, and no page is fetched.
    #[serde(default = "yes")]
    full_text: bool,
}

fn week() -> u16 {
    7
}

fn fifty() -> u16 {
    50
}

fn yes() -> bool {
    true
}

struct Sitemap {
    source: Source,
    common: Common,
    options: Options,
    zone: TimeZone,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// Where the site's maps were found.
    roots: Vec<String>,
    /// Entries with a time before this one are done.
    horizon: Option<Timestamp>,
    last_full_get: Option<Timestamp>,
    maps: BTreeMap<String, Remembered>,
    queue: Queue,
}

/// What is remembered of one map.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Remembered {
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    /// How many entries without a time it had.
    undated: usize,
}

impl Collector for Sitemap {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let parsed: Option<Cursor> = cursor.and_then(|cursor| serde_json::from_str(cursor).ok());
        let first = parsed.is_none();
        let run = Run {
            site: self,
            context,
            first,
            cursor: parsed.unwrap_or_default(),
            skipped: Vec::new(),
            maps: BTreeMap::new(),
            dated: Vec::new(),
            undated: Vec::new(),
            complete: true,
            left_out: 0,
        };
        run.finish(Counted::new(emit)).boxed()
    }
}

/// One run with what it has found so far.
struct Run<'a> {
    site: &'a Sitemap,
    context: &'a Context<'a>,
    first: bool,
    cursor: Cursor,
    skipped: Vec<Skipped>,
    maps: BTreeMap<String, Remembered>,
    dated: Vec<(Timestamp, Wanted)>,
    /// Of each map without times the address, and the wanted of its two ends.
    undated: Vec<(String, Vec<Wanted>)>,
    /// False where a map was not read in full, so that the horizon has to stay.
    complete: bool,
    left_out: u64,
}

impl Run<'_> {
    async fn finish(mut self, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let since = SignedDuration::from_hours(24 * i64::from(self.site.options.since_days));
        let horizon = match self.cursor.horizon {
            Some(horizon) => horizon,
            None => self.context.now.saturating_sub(since).expect("a duration of days"),
        };
        let roots = self.roots().await?;
        self.walk(&roots, horizon).await?;
        let wanted = self.wanted(horizon);
        let newest = self.dated.iter().map(|(time, _)| *time).max();

        self.cursor.roots = roots;
        let mut queue = std::mem::take(&mut self.cursor.queue);
        let mut batch = Batch::default();
        if self.site.options.full_text {
            queue.add(wanted);
        } else {
            for wanted in wanted {
                if queue.is_new(&wanted) {
                    match wanted.title {
                        Some(_) => batch.items.push(wanted.item(&self.site.source, self.context.now)),
                        None => self.left_out += 1,
                    }
                }
                queue.note(&wanted);
                if batch.items.len() == Batch::ITEMS_MAX {
                    emit.send(std::mem::take(&mut batch))?;
                }
            }
        }
        batch.skipped = std::mem::take(&mut self.skipped);
        batch.left_out = self.left_out;
        let complete = self.complete;
        let next = newest.map(|newest| newest.min(self.context.now).saturating_sub(OVERLAP).expect("two days"));
        let (old, maps, now) = (&self.cursor, &self.maps, self.context.now);
        let save = |queue: &Queue| {
            // What does not fit into the cursor is found in the maps again, if they are read again from the same horizon.
            let whole = complete && queue.overflow() == 0;
            let mut maps = maps.clone();
            if !whole {
                for map in maps.values_mut() {
                    (map.etag, map.last_modified) = (None, None);
                }
            }
            let cursor = Saved {
                roots: &old.roots,
                horizon: if whole { next.max(Some(horizon)) } else { Some(horizon) },
                last_full_get: old.last_full_get.or(Some(now)),
                maps,
                queue,
            };
            serde_json::to_string(&cursor).ok()
        };
        if self.site.options.full_text {
            // What was found wrong in the maps is said even if no page can be fetched.
            emit.send(Batch { cursor: save(&queue), ..batch })?;
            let site = self.site;
            let articles = Articles {
                context: self.context,
                common: &site.common,
                source: &site.source,
                home: &site.options.url,
                pages_max: site.options.pages_a_run,
            };
            articles.drain(&mut queue, &mut emit, &save, &|_| None).await?;
        } else {
            emit.send(Batch { cursor: save(&queue), ..batch })?;
        }
        Ok(emit.outcome)
    }

    /// Where to start: the map that the pipeline names, or those of the site.
    async fn roots(&mut self) -> Result<Vec<String>, Error> {
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
    async fn walk(&mut self, roots: &[String], horizon: Timestamp) -> Result<(), Error> {
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

    fn skip(&mut self, address: &str, reason: String) {
        self.skipped.push(Skipped { file: address.to_owned(), row: 0, reason });
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
        if response.not_modified {
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

    /// Sorts a map's entries into those with and without a time.
    fn take(&mut self, address: &str, map: Map) {
        let site = Url::parse(&self.site.options.url).expect("checked when the collector was built");
        let foreign = map.entries.len();
        let entries: Vec<(Url, Entry)> = map
            .entries
            .into_iter()
            .filter_map(|entry| Some((addresses::clean(&entry.loc)?, entry)))
            .filter(|(url, _)| addresses::same_site(url, &site))
            .collect();
        // Only a site itself can say what is its own.
        self.left_out += (foreign - entries.len()) as u64;
        let entries: Vec<(Url, Entry)> =
            entries.into_iter().filter(|(url, entry)| self.is_wanted(url, entry)).collect();
        // Some programs write the moment of the request as every page's last change.
        let times: BTreeSet<Timestamp> = entries.iter().filter_map(|(_, entry)| entry.lastmod).collect();
        let idle =
            entries.len() > 10 && times.len() == 1 && times.first().is_some_and(|time| time.as_second() % 60 != 0);
        let mut undated = Vec::new();
        for (url, entry) in entries {
            let lastmod = entry.lastmod.filter(|_| !idle);
            let day =
                || addresses::date_in_path(&url)?.to_zoned(self.site.zone.clone()).ok().map(|day| day.timestamp());
            let time = lastmod.max(entry.published_at).or_else(day);
            let wanted = Wanted {
                url: url.into(),
                version: lastmod.map(|time| time.to_string()).unwrap_or_default(),
                title: entry.title,
                published_at: entry.published_at,
                tags: entry.keywords,
                ..Wanted::default()
            };
            match time {
                Some(time) => self.dated.push((time, wanted)),
                None => undated.push(wanted),
            }
        }
        if undated.is_empty() {
            return;
        }
        let count = undated.len();
        if count > 2 * END_MAX {
            undated.drain(END_MAX..count - END_MAX);
        }
        let known = self.cursor.maps.get(address).map_or(0, |map| map.undated);
        let is_new = self.cursor.queue.news();
        let new = undated.iter().filter(|wanted| is_new(wanted)).count();
        drop(is_new);
        if known > 0 && count > known + new {
            let lost = count - known - new;
            self.skip(
                address,
                format!("it has {lost} new addresses that stand neither at its beginning nor at its end"),
            );
        }
        if let Some(map) = self.maps.get_mut(address) {
            map.undated = count;
        }
        self.undated.push((address.to_owned(), undated));
    }

    fn is_wanted(&self, url: &Url, entry: &Entry) -> bool {
        let options = &self.site.options;
        let path = addresses::path_and_query(url);
        let matched = |patterns: &[String]| patterns.iter().any(|pattern| addresses::matches(pattern, path));
        if matched(&options.exclude) {
            return false;
        }
        // What a news map lists, or the pipeline asks for, is an article whatever its address looks like.
        if !options.include.is_empty() {
            matched(&options.include)
        } else {
            entry.title.is_some() || !addresses::is_listing(url)
        }
    }

    /// The articles that are wanted, newest first.
    fn wanted(&mut self, horizon: Timestamp) -> Vec<Wanted> {
        self.dated.retain(|(time, _)| *time >= horizon);
        self.dated.sort_by(|(a, _), (b, _)| b.cmp(a));
        // The same article in a news map and in the site's map counts once; the news map knows its title.
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        let mut merged: Vec<(Timestamp, Wanted)> = Vec::new();
        for (time, wanted) in std::mem::take(&mut self.dated) {
            match met.get(&wanted.url) {
                Some(at) => {
                    let kept = &mut merged[*at].1;
                    kept.title = kept.title.take().or(wanted.title);
                    kept.published_at = kept.published_at.or(wanted.published_at);
                    if kept.tags.is_empty() {
                        kept.tags = wanted.tags;
                    }
                }
                None => {
                    met.insert(wanted.url.clone(), merged.len());
                    merged.push((time, wanted));
                }
            }
        }
        self.dated = merged;
        if self.dated.len() > DATED_MAX {
            let is_new = self.cursor.queue.news();
            let lost = self.dated[DATED_MAX..].iter().filter(|(_, wanted)| is_new(wanted)).count();
            drop(is_new);
            if lost > 0 {
                let reason = format!(
                    "{lost} addresses are older than the newest {DATED_MAX} and were left; a smaller `since_days` avoids this"
                );
                self.skip(&self.site.options.url, reason);
            }
            self.dated.truncate(DATED_MAX);
        }
        let mut wanted: Vec<Wanted> = self.dated.iter().map(|(_, wanted)| wanted.clone()).collect();
        // Later maps of a numbered family and later entries are newer.
        let undated = self.undated.iter().flat_map(|(_, undated)| undated).rev();
        let undated = undated.filter(|wanted| !met.contains_key(&wanted.url)).take(UNDATED_MAX).cloned();
        let undated: Vec<Wanted> = undated.collect();
        let fetched = if self.first { usize::from(self.site.options.articles_first_run) } else { undated.len() };
        let old = undated.split_at(fetched.min(undated.len()));
        for known in old.1.iter().rev() {
            self.cursor.queue.note(known);
        }
        wanted.extend(old.0.iter().cloned());
        wanted
    }
}

/// [`Cursor`], borrowed.
#[derive(Serialize)]
struct Saved<'a> {
    roots: &'a [String],
    horizon: Option<Timestamp>,
    last_full_get: Option<Timestamp>,
    maps: BTreeMap<String, Remembered>,
    queue: &'a Queue,
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

/// What one map holds, for whoever tries it out.
pub(crate) struct Summary {
    pub(crate) entries: usize,
    pub(crate) maps: usize,
    pub(crate) titles: usize,
    pub(crate) newest: Option<Timestamp>,
    pub(crate) fault: Option<String>,
}

/// Reads a map; `None` for what is none.
pub(crate) fn summary(body: &[u8]) -> Option<Summary> {
    let map = map::read(body, &TimeZone::UTC)?;
    let entries = map.entries.iter().filter_map(|entry| entry.published_at.max(entry.lastmod));
    Some(Summary {
        newest: entries.chain(map.children.iter().filter_map(|child| child.lastmod)).max(),
        titles: map.entries.iter().filter(|entry| entry.title.is_some()).count(),
        entries: map.entries.len(),
        maps: map.children.len(),
        fault: map.fault,
    })
}

/// True for the address of a map rather than of a site.
pub(crate) fn is_map_address(url: &Url) -> bool {
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

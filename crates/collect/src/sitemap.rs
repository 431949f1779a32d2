//! Sitemaps: a site's own list of its pages, news first, followed to the articles.
//!
//! Maps state times in two ways. Entries with a time are wanted from a horizon on, which follows the newest one at two
//! days' distance, and only when nothing was left behind. Entries without any (an old WordPress, handmade maps) are
//! told apart by memory alone: of each map its beginning and its end, where new addresses are added.

mod map;

mod select;

mod walk;

pub(crate) use walk::{PATHS, own_sitemaps};

use crate::articles::{Articles, Queue, Wanted, pages_a_run};
use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, SourceKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the horizon stays behind the newest entry: news maps hold two days.
const OVERLAP: SignedDuration = SignedDuration::from_hours(48);

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

    fn skip(&mut self, address: &str, reason: String) {
        self.skipped.push(Skipped { file: address.to_owned(), row: 0, reason });
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

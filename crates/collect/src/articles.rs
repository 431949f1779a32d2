//! Article pages, fetched for whoever found their addresses: a sitemap, a section page, a feed of teasers.
//!
//! Each version of an article is fetched once: a page's bytes change with every advertisement, so its revision is the
//! time that the listing states, or `1`. What does not fit into a run waits in the [`Queue`], which travels in the
//! cursor; a page that fails is tried again in later runs, and given up with a reason, never in silence.

mod pages;

mod queue;

mod sound;

pub(crate) use queue::{Queue, TRIES_MAX, Wanted};
pub(crate) use sound::breaks_off;

use crate::collector::{Counted, Source};
use crate::options::Common;
use crate::{Batch, Context, Error, Skipped};
use model::{Author, BodyFormat, Engagement, RawItem};
use net::{Request, Response};
use std::collections::BTreeMap;
use url::Url;

/// Most bytes of one page.
pub(crate) const PAGE_BYTES_MAX: usize = 10 << 20;
/// A batch ends at this many articles or bytes, so that memory does not grow with the run.
const BATCH_ITEMS_MAX: usize = 25;
const BATCH_BYTES_MAX: usize = 8 << 20;
/// A host that fails this often in one run is left alone until the next.
const FAILURES_MAX: u32 = 3;

/// Pages that one run fetches, unless the pipeline says otherwise.
pub(crate) fn pages_a_run() -> u16 {
    100
}

/// Fetches the pages of one source.
pub(crate) struct Articles<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) common: &'a Common,
    pub(crate) source: &'a Source,
    /// The source's own address: its login goes to this host and to no other.
    pub(crate) home: &'a str,
    pub(crate) pages_max: u16,
}

/// What becomes of a page that could not be fetched.
enum Failure {
    /// Tried again in a later run, and given up in the end.
    Failed(String),
    /// The site did not answer, or refused: tried again in a later run, and no try of this page as long as the site gives
    /// no other one either.
    Absent(String),
    /// The site wants to be left alone; does not count as a try.
    Busy(String),
    /// Never a page.
    Final(String),
}

/// How the pages of one host fared in this run.
#[derive(Default)]
struct Host {
    /// Failures since the last page that came.
    failures: u32,
    came: bool,
}

/// What a caller saves in a cursor, given the queue as it stands.
pub(crate) type Save<'a> = dyn Fn(&Queue) -> Option<String> + Send + Sync + 'a;
/// What a caller knows of an article without its page: the teaser of a feed.
pub(crate) type Instead<'a> = dyn Fn(&Wanted) -> Option<RawItem> + Send + Sync + 'a;

impl Articles<'_> {
    /// Fetches what waits, as far as the run's allowance goes.
    ///
    /// Every batch carries a cursor that is exact for it. `instead` is asked for an item wherever a page is not to be had
    /// in this run.
    pub(crate) async fn drain(
        &self,
        queue: &mut Queue,
        emit: &mut Counted<'_, '_>,
        save: &Save<'_>,
        instead: &Instead<'_>,
    ) -> Result<(), Error> {
        let mut batch = Batch::default();
        let mut bytes = 0;
        let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
        let mut left = i32::from(self.pages_max);
        let waiting = queue.len();
        // Pages that came, those that are tried again, and why the first of them is.
        let (mut came, mut again, mut why) = (0_usize, 0_usize, None);
        // What fails goes to the end and is not met again in this run.
        for _ in 0..waiting {
            let Some(mut wanted) = queue.pop() else { break };
            let host = Url::parse(&wanted.url).ok().and_then(|url| url.host_str().map(str::to_owned));
            let host = hosts.entry(host.unwrap_or_default()).or_default();
            if left <= 0 || host.failures >= FAILURES_MAX {
                batch.items.extend(instead(&wanted));
                queue.push(wanted);
            } else {
                let fetched = self.article(&wanted, &mut left).await?;
                let failed_now = fetched.is_err();
                let last = wanted.tries + 1 >= TRIES_MAX;
                match fetched {
                    Ok((_, Some(_))) if !last => {
                        wanted.tries += 1;
                        queue.push(wanted);
                    }
                    Ok((item, missing)) => {
                        batch.skipped.extend(missing.map(|reason| skipped(&wanted, reason)));
                        bytes += item.body.len();
                        batch.items.push(item);
                        queue.note(&wanted);
                        came += 1;
                        host.came = true;
                    }
                    Err(Failure::Absent(reason)) if !host.came => {
                        batch.items.extend(instead(&wanted));
                        again += 1;
                        why.get_or_insert(reason);
                        queue.push(wanted);
                    }
                    Err(Failure::Failed(reason) | Failure::Absent(reason)) if !last => {
                        batch.items.extend(instead(&wanted));
                        wanted.tries += 1;
                        again += 1;
                        why.get_or_insert(reason);
                        queue.push(wanted);
                    }
                    Err(Failure::Failed(reason) | Failure::Absent(reason)) => {
                        batch.items.extend(instead(&wanted));
                        batch.skipped.push(skipped(&wanted, format!("given up after {TRIES_MAX} runs: {reason}")));
                        queue.note(&wanted);
                    }
                    Err(Failure::Final(reason)) => {
                        batch.items.extend(instead(&wanted));
                        batch.skipped.push(skipped(&wanted, reason));
                        queue.note(&wanted);
                    }
                    Err(Failure::Busy(reason)) => {
                        batch.items.extend(instead(&wanted));
                        batch.skipped.push(skipped(&wanted, format!("waits for a later run: {reason}")));
                        queue.push(wanted);
                        host.failures = FAILURES_MAX;
                    }
                }
                host.failures = if failed_now { host.failures + 1 } else { 0 };
            }
            if batch.items.len() >= BATCH_ITEMS_MAX || bytes >= BATCH_BYTES_MAX {
                bytes = 0;
                let cursor = save(queue);
                emit.send(Batch { cursor, ..std::mem::take(&mut batch) })?;
            }
        }
        // One page that is late is nobody's business; a site that gives none is.
        if let Some(reason) = why.filter(|_| came == 0) {
            let reason = format!("no article page came; {again} to be tried again in the next runs: {reason}");
            batch.skipped.push(Skipped { file: self.home.to_owned(), row: 0, reason });
        }
        // Also a run that brought nothing has counted its tries.
        if waiting == 0 { Ok(()) } else { emit.send(Batch { cursor: save(queue), ..batch }) }
    }

    /// One article with all its pages; beside it the reason why some of them are missing.
    async fn article(
        &self,
        wanted: &Wanted,
        left: &mut i32,
    ) -> Result<Result<(RawItem, Option<String>), Failure>, Error> {
        *left -= 1;
        let first = match self.page(&wanted.url).await? {
            Ok(first) => first,
            Err(failure) => return Ok(Err(failure)),
        };
        let charset = first.charset.clone();
        let cut = breaks_off(&first.body);
        let (body, missing) = pages::join(self, first, left).await?;
        let missing = missing.or_else(|| cut.then(|| "the page breaks off before its end".to_owned()));
        let item = RawItem { body, charset, format: BodyFormat::Page, ..wanted.item(self.source, self.context.now) };
        Ok(Ok((item, missing)))
    }

    /// One page; the outer error is ours (a secret that is not there), the inner one the page's.
    async fn page(&self, url: &str) -> Result<Result<Response, Failure>, Error> {
        let accept = Some("text/html, application/xhtml+xml;q=0.9, */*;q=0.1".to_owned());
        let request = Request { accept, max_bytes: Some(PAGE_BYTES_MAX), ..self.request(url)? };
        let mut response = match self.context.client.send(&request).await {
            Ok(response) => response,
            Err(error) => return Ok(Err(failure(&error))),
        };
        Ok(match response.status {
            200..=299 => sound::check(url, &response).map(|()| {
                sound::without_zeros(&mut response.body);
                response
            }),
            401 | 403 => Err(Failure::Absent(format!("the site refused it with HTTP {}", response.status))),
            status => Err(Failure::Failed(format!("the site answered with HTTP {status}"))),
        })
    }

    fn request(&self, url: &str) -> Result<Request, Error> {
        let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
        if origin(url) == origin(self.home) {
            return self.common.request(url);
        }
        Ok(Request { robots: true, allow_private: self.common.allow_private.clone(), ..Request::new(url) })
    }
}

fn failure(error: &net::Error) -> Failure {
    use model::Fault;
    let reason = error.to_string();
    if matches!(error, net::Error::Robots { .. }) {
        return Failure::Final(reason);
    }
    match error.fault() {
        Fault::Busy | Fault::Robots => Failure::Busy(reason),
        Fault::Dns | Fault::Connection | Fault::Tls | Fault::Timeout => Failure::Absent(reason),
        _ => Failure::Failed(reason),
    }
}

fn skipped(wanted: &Wanted, reason: String) -> Skipped {
    Skipped { file: wanted.url.clone(), row: 0, reason }
}

impl Wanted {
    /// The article as far as it is known without its page.
    pub(crate) fn item(&self, source: &Source, fetched_at: jiff::Timestamp) -> RawItem {
        RawItem {
            source: source.name.clone(),
            id: self.id.as_ref().unwrap_or(&self.url).clone().into(),
            revision: if self.version.is_empty() { "1".to_owned() } else { self.version.clone() },
            kind: source.kind,
            url: Some(self.url.clone()),
            title: self.title.clone(),
            body: Vec::new(),
            format: BodyFormat::Text,
            charset: None,
            published_at: self.published_at,
            author: self.author.clone().map(Author::Name),
            tags: self.tags.clone(),
            engagement: Engagement::default(),
            fetched_at,
            withdrawn: false,
            parent: None,
        }
    }
}

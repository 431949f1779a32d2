//! The interface of one instance: requests, answers, its rate limit, and the ways of saying no.

use super::{Mastodon, Scope};
use crate::Error;
use crate::mastodon::status::{Id, Status};
use jiff::Timestamp;
use net::{Request, Response, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// The most statuses of one page.
pub(super) const PAGE_SIZE: usize = 40;
/// The most statuses that are asked for by id at once (`DEFAULT_STATUSES_LIMIT` of Mastodon).
pub(super) const IDS_MAX: usize = 20;

/// One page of a timeline, from new to old.
pub(super) struct Page {
    /// `None` stands for one that cannot be read.
    pub(super) statuses: Vec<Option<Status>>,
    /// From where the next newer page starts, as the instance says.
    pub(super) next: Option<Id>,
}

/// What the instance says about itself. <https://docs.joinmastodon.org/entities/Instance/>
#[derive(Default, Deserialize)]
pub(super) struct Instance {
    #[serde(default)]
    configuration: Configuration,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    urls: Urls,
    timelines_access: Access,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Urls {
    streaming: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Access {
    live_feeds: Feeds,
    hashtag_feeds: Feeds,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Feeds {
    local: Option<String>,
    remote: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Whether a status can still be read.
pub(super) enum Presence {
    Here(Box<Status>),
    Gone,
    /// Nobody may ask for single statuses.
    Unknown,
}

/// One instance's interface, within its rate limit.
pub(super) struct Api<'a> {
    client: &'a net::Client,
    source: &'a Mastodon,
    /// When the instance wants to be asked again, once its allowance is used up.
    pub(super) resume_at: Option<Timestamp>,
}

impl<'a> Api<'a> {
    pub(super) fn new(client: &'a net::Client, source: &'a Mastodon) -> Self {
        Self { client, source, resume_at: None }
    }

    /// The page just above an id.
    pub(super) async fn newer(&mut self, than: &Id) -> Result<Page, Error> {
        let mut query = self.source.filters();
        query.extend([("min_id", than.as_str().to_owned()), ("limit", PAGE_SIZE.to_string())]);
        let (statuses, response) = self.get::<Vec<Value>>(&self.source.timeline(), &query).await?;
        let next = response.headers.get("link").and_then(|link| newer_than(link));
        Ok(Page { statuses: statuses.into_iter().map(|status| serde_json::from_value(status).ok()).collect(), next })
    }

    /// Those of the statuses that the instance still shows; `None` where it cannot be asked for several.
    pub(super) async fn several(&mut self, ids: &[Id]) -> Result<Option<Vec<Status>>, Error> {
        let query: Vec<_> = ids.iter().map(|id| ("id[]", id.as_str().to_owned())).collect();
        match self.get::<Vec<Value>>("/api/v1/statuses", &query).await {
            Ok((statuses, _)) => {
                Ok(Some(statuses.into_iter().filter_map(|status| serde_json::from_value(status).ok()).collect()))
            }
            // Since 4.3; older ones have no such route, and some ask for a login.
            Err(Error::Status { status } | Error::Refused { status, .. } | Error::Denied { status, .. })
                if status < 500 =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for one status that was missing in a list.
    pub(super) async fn one(&mut self, id: &Id) -> Result<Presence, Error> {
        match self.get::<Status>(&format!("/api/v1/statuses/{}", id.as_str()), &[]).await {
            Ok((status, _)) => Ok(Presence::Here(Box::new(status))),
            // Only in the words of the interface: a page of a proxy must not take a whole timeline down.
            Err(Error::Refused { status: 404 | 410, .. }) => Ok(Presence::Gone),
            Err(Error::Status { status } | Error::Refused { status, .. } | Error::Denied { status, .. })
                if status < 500 =>
            {
                Ok(Presence::Unknown)
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn instance(&mut self) -> Result<Instance, Error> {
        Ok(self.get("/api/v2/instance", &[]).await?.0)
    }

    async fn get<T: DeserializeOwned>(
        &mut self,
        path: &str,
        query: &[(&'static str, String)],
    ) -> Result<(T, Response), Error> {
        let mut url = self.source.address(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let response = self.client.send(&self.source.request(url)?).await?;
        let spent = response.headers.get("x-ratelimit-remaining").is_some_and(|remaining| remaining.trim() == "0");
        let reset = response.headers.get("x-ratelimit-reset").and_then(|reset| reset.trim().parse().ok());
        self.resume_at = reset.filter(|_| spent);
        Ok((read(&response)?, response))
    }
}

impl Mastodon {
    fn address(&self, path: &str) -> Url {
        let mut url = Url::parse(&self.options.url).expect("checked when the collector was built");
        url.set_path(path);
        url.set_query(None);
        url
    }

    /// `robots.txt` is asked for what everybody may read; a token is a permission of its own.
    pub(super) fn request(&self, url: Url) -> Result<Request, Error> {
        let mut request =
            Request { accept: Some("application/json".to_owned()), ..self.common.request(String::from(url))? };
        if let Some(token) = &self.options.token {
            request.robots = false;
            request.secret_headers.push(("authorization", Secret::new(format!("Bearer {}", token.read()?.reveal()))));
        }
        Ok(request)
    }

    fn timeline(&self) -> String {
        match &self.options.tag {
            Some(tag) => format!("/api/v1/timelines/tag/{tag}"),
            None => "/api/v1/timelines/public".to_owned(),
        }
    }

    fn filters(&self) -> Vec<(&'static str, String)> {
        let options = &self.options;
        let mut query = match options.timeline {
            Scope::All => Vec::new(),
            Scope::Local => vec![("local", "true".to_owned())],
            Scope::Remote => vec![("remote", "true".to_owned())],
        };
        for (key, tags) in [("any[]", &options.any), ("all[]", &options.all), ("none[]", &options.none)] {
            query.extend(tags.iter().map(|tag| (key, tag.clone())));
        }
        query
    }
}

impl Instance {
    /// True where the instance has switched off what this source reads; its timeline is then empty, not refused.
    pub(super) fn has_disabled(&self, source: &Mastodon) -> bool {
        let access = &self.configuration.timelines_access;
        let feeds = if source.options.tag.is_some() { &access.hashtag_feeds } else { &access.live_feeds };
        let off = |feed: &Option<String>| feed.as_deref() == Some("disabled");
        match source.options.timeline {
            Scope::All => off(&feeds.local) && off(&feeds.remote),
            Scope::Local => off(&feeds.local),
            Scope::Remote => off(&feeds.remote),
        }
    }

    /// Where it streams: a host of its own, or the instance itself.
    pub(super) fn streaming(&self, source: &Mastodon) -> Result<Url, Error> {
        let home = source.address("/");
        let Some(named) = &self.configuration.urls.streaming else { return Ok(home) };
        let web = named.replacen("ws", "http", usize::from(named.starts_with("ws")));
        match Url::parse(&web) {
            // The token travels there, so it must not travel less safely than to the instance.
            Ok(url) if url.has_host() && (url.scheme() == "https" || url.scheme() == home.scheme()) => Ok(url),
            _ => Err(Error::Unexpected { found: named.chars().take(80).collect(), wanted: "an address for streaming" }),
        }
    }
}

/// Reads an answer, or finds out what it is instead.
pub(super) fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    if response.is_success() {
        return serde_json::from_slice(&response.body).map_err(|_| Error::Unexpected {
            found: match response.content_type.as_deref() {
                Some("text/html") => "a web page".to_owned(),
                _ => "something else".to_owned(),
            },
            wanted: "JSON of Mastodon",
        });
    }
    let status = response.status;
    let said = serde_json::from_slice::<Refusal>(&response.body).ok().map(|refusal| refusal.error);
    match (status, said) {
        (401 | 403, said) => {
            let code = said.map_or_else(|| "no reason".to_owned(), |said| format!("\"{said:.120}\""));
            Err(Error::Denied { status, code, advice: TOKEN_WANTED })
        }
        (_, Some(said)) => Err(Error::Refused { status, code: said.chars().take(120).collect() }),
        (_, None) => Err(Error::Status { status }),
    }
}

/// What to do about a timeline that is shown only with a token.
const TOKEN_WANTED: &str = "this instance shows the timeline only with an access token; register an application on it with the \
     permission read:statuses and name its token as token = \"env:NAME\" (a token that was revoked gives the same answer)";

/// The `min_id` of a `Link: <…>; rel="prev"`. Only the id is taken: a token must not follow an address that was sent.
fn newer_than(link: &str) -> Option<Id> {
    let part = link.split(',').find(|part| part.contains("rel=\"prev\""))?;
    let (_, rest) = part.split_once('<')?;
    let url = Url::parse(rest.split_once('>')?.0).ok()?;
    let (_, id) = url.query_pairs().find(|(key, _)| key == "min_id")?;
    Id::try_from(id.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_link() {
        let link = "<https://h.example/api/v1/timelines/public?limit=2&max_id=7>; rel=\"next\", \
                    <https://h.example/api/v1/timelines/public?limit=2&min_id=19>; rel=\"prev\"";
        assert_eq!(newer_than(link).unwrap().as_str(), "19");
        for odd in ["", "<>; rel=\"prev\"", "<https://h.example/?min_id=a,b>; rel=\"prev\"", "; rel=\"prev\""] {
            assert_eq!(newer_than(odd), None, "{odd}");
        }
    }
}

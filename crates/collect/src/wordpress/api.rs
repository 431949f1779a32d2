//! The REST interface of WordPress, as far as it is needed: requests, answers, and the many ways of not answering.

use crate::Error;
use crate::options::Common;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use net::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;
use xxhash_rust::xxh3::xxh3_128;

/// The most that WordPress gives at once.
pub(super) const PAGE_SIZE: usize = 100;
const FIELDS: &str = "id,date_gmt,modified_gmt,link,title,content,excerpt,categories,tags";

/// One post.
#[derive(Deserialize)]
pub(super) struct Post {
    pub(super) id: u64,
    #[serde(default)]
    date_gmt: Option<String>,
    #[serde(default)]
    modified_gmt: String,
    #[serde(default)]
    pub(super) link: String,
    #[serde(default)]
    pub(super) title: Rendered,
    #[serde(default)]
    pub(super) content: Rendered,
    #[serde(default)]
    pub(super) excerpt: Rendered,
    #[serde(default)]
    pub(super) categories: Vec<u64>,
    #[serde(default)]
    pub(super) tags: Vec<u64>,
}

/// A text as the site shows it: HTML with entities.
#[derive(Default, Deserialize)]
pub(super) struct Rendered {
    #[serde(default)]
    pub(super) rendered: String,
}

impl Post {
    pub(super) fn published_at(&self) -> Option<Timestamp> {
        crate::dates::parse(self.date_gmt.as_deref()?, &TimeZone::UTC)
    }

    pub(super) fn modified_at(&self) -> Option<Timestamp> {
        crate::dates::parse(&self.modified_gmt, &TimeZone::UTC)
    }

    /// Changes with every edit; a site that hides its modification times is read by content.
    pub(super) fn revision(&self) -> String {
        match self.modified_gmt.as_str() {
            "" => {
                format!("{:032x}", xxh3_128(format!("{}\0{}", self.title.rendered, self.content.rendered).as_bytes()))
            }
            modified => modified.to_owned(),
        }
    }
}

/// Whether a post can still be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Here,
    Gone,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
}

#[derive(Deserialize)]
struct Only {
    id: u64,
}

#[derive(Deserialize)]
struct Term {
    id: u64,
    name: String,
}

/// One site's interface.
pub(super) struct Api<'a> {
    client: &'a net::Client,
    site: &'a str,
    common: &'a Common,
    /// True where the site answers only on `?rest_route=`; found out on the way.
    pub(super) plain_links: bool,
}

impl<'a> Api<'a> {
    pub(super) fn new(client: &'a net::Client, site: &'a str, common: &'a Common, plain_links: bool) -> Self {
        Self { client, site, common, plain_links }
    }

    /// One page of posts; `None` stands for one that cannot be read.
    pub(super) async fn posts(&mut self, query: &[(&str, String)]) -> Result<Vec<Option<Post>>, Error> {
        let mut query = query.to_vec();
        query.extend([("per_page", PAGE_SIZE.to_string()), ("_fields", FIELDS.to_owned())]);
        match self.get::<Vec<Value>>("/wp/v2/posts", &query).await {
            Ok(posts) => Ok(posts.into_iter().map(|post| serde_json::from_value(post).ok()).collect()),
            // Behind the last page there is no empty page but this refusal.
            Err(Error::Refused { code, .. }) if code == "rest_post_invalid_page_number" => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Those of the posts that are still listed.
    pub(super) async fn present(&mut self, ids: &[u64]) -> Result<BTreeSet<u64>, Error> {
        let query = [("include", joined(ids)), ("per_page", PAGE_SIZE.to_string()), ("_fields", "id".to_owned())];
        let posts: Vec<Only> = self.get("/wp/v2/posts", &query).await?;
        Ok(posts.into_iter().map(|post| post.id).collect())
    }

    /// Asks for one post that was missing in a list.
    pub(super) async fn presence(&mut self, id: u64) -> Result<Presence, Error> {
        match self.get::<Only>(&format!("/wp/v2/posts/{id}"), &[("_fields", "id".to_owned())]).await {
            Ok(_) => Ok(Presence::Here),
            // Deleted for good; in the bin, a draft again or private.
            Err(Error::Refused { code, .. }) if code == "rest_post_invalid_id" || code == "rest_forbidden" => {
                Ok(Presence::Gone)
            }
            Err(error) => Err(error),
        }
    }

    /// Names of the categories and tags of these posts; a site that hides them still gives its posts.
    pub(super) async fn terms(&mut self, posts: &[Post]) -> BTreeMap<u64, String> {
        let mut names = BTreeMap::new();
        let categories: BTreeSet<u64> = posts.iter().flat_map(|post| post.categories.iter().copied()).collect();
        let tags: BTreeSet<u64> = posts.iter().flat_map(|post| post.tags.iter().copied()).collect();
        for (route, ids) in [("/wp/v2/categories", categories), ("/wp/v2/tags", tags)] {
            let ids: Vec<u64> = ids.into_iter().collect();
            for ids in ids.chunks(PAGE_SIZE) {
                let query =
                    [("include", joined(ids)), ("per_page", PAGE_SIZE.to_string()), ("_fields", "id,name".to_owned())];
                let terms: Vec<Term> = self.get(route, &query).await.unwrap_or_default();
                names.extend(terms.into_iter().map(|term| (term.id, term.name)));
            }
        }
        names
    }

    /// Asks one route, by either of the two ways to write it.
    async fn get<T: DeserializeOwned>(&mut self, route: &str, query: &[(&str, String)]) -> Result<T, Error> {
        let answer: Result<T, Error> = self.ask(route, query).await;
        let no_such_route = match &answer {
            Err(Error::Status { status: 404 }) => true,
            Err(Error::Unexpected { .. }) => true,
            Err(Error::Refused { code, .. }) => code == "rest_no_route",
            _ => false,
        };
        if !no_such_route || self.plain_links {
            return answer;
        }
        self.plain_links = true;
        let second: Result<T, Error> = self.ask(route, query).await;
        if second.is_err() {
            self.plain_links = false;
            return answer; // the first fault is the one to report
        }
        second
    }

    async fn ask<T: DeserializeOwned>(&self, route: &str, query: &[(&str, String)]) -> Result<T, Error> {
        let request =
            Request { accept: Some("application/json".to_owned()), ..self.common.request(self.address(route, query))? };
        read(&self.client.send(&request).await?)
    }

    fn address(&self, route: &str, query: &[(&str, String)]) -> String {
        let mut url = Url::parse(self.site).expect("checked when the collector was built");
        let folder = url.path().trim_end_matches('/').to_owned();
        url.set_fragment(None);
        url.set_query(None);
        if self.plain_links {
            url.set_path(&format!("{folder}/"));
            url.query_pairs_mut().append_pair("rest_route", route);
        } else {
            url.set_path(&format!("{folder}/wp-json{route}"));
        }
        url.query_pairs_mut().extend_pairs(query);
        url.into()
    }
}

fn joined(ids: &[u64]) -> String {
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

/// Reads an answer, or finds out what it is instead.
fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    let json = json_part(&response.body);
    if response.is_success() {
        return serde_json::from_slice(json)
            .map_err(|_| Error::Unexpected { found: found(response), wanted: "JSON of WordPress" });
    }
    match serde_json::from_slice::<Refusal>(json) {
        Ok(refusal) if response.status < 500 => Err(Error::Refused { status: response.status, code: refusal.code }),
        // A site without its database dies in JSON or in HTML, as it likes.
        _ => Err(Error::Status { status: response.status }),
    }
}

/// The body from its first bracket: some sites print a byte order mark or a PHP warning before their JSON.
fn json_part(body: &[u8]) -> &[u8] {
    let starts = [b"[{".as_slice(), b"{\"", b"[]"];
    let start = starts.iter().filter_map(|start| memchr::memmem::find(body, start)).min().unwrap_or(0);
    &body[start..]
}

fn found(response: &Response) -> String {
    match response.content_type.as_deref() {
        Some("text/html") => "a web page".to_owned(),
        Some("application/json") => "unusual JSON".to_owned(),
        Some(other) => other.chars().take(40).collect(),
        None => "something without a type".to_owned(),
    }
}

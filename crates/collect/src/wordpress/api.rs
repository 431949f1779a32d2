//! The REST interface of WordPress, as far as it is needed: requests, answers, and the many ways of not answering.

use super::shapes::Listed;
use crate::Error;
use crate::options::Common;
use net::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The most that WordPress gives at once.
pub(super) const PAGE_SIZE: usize = 100;

/// Whether an entry can still be read.
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
struct Named {
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

    /// One page of a list; `None` stands for an entry that cannot be read.
    pub(super) async fn list<T: Listed>(&mut self, query: &[(&str, String)]) -> Result<Vec<Option<T>>, Error> {
        let mut query = query.to_vec();
        query.extend([("per_page", PAGE_SIZE.to_string()), ("_fields", T::FIELDS.to_owned())]);
        match self.get::<Vec<Value>>(T::ROUTE, &query).await {
            Ok(entries) => Ok(entries.into_iter().map(|entry| serde_json::from_value(entry).ok()).collect()),
            // Behind the last page there is no empty page but this refusal.
            Err(Error::Refused { code, .. }) if code == T::PAST_THE_END => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Those that are still listed.
    pub(super) async fn present<T: Listed>(&mut self, ids: &[u64]) -> Result<BTreeSet<u64>, Error> {
        let query = [("include", joined(ids)), ("per_page", PAGE_SIZE.to_string()), ("_fields", "id".to_owned())];
        let found: Vec<Only> = self.get(T::ROUTE, &query).await?;
        Ok(found.into_iter().map(|entry| entry.id).collect())
    }

    /// Asks for one entry that was missing in a list.
    pub(super) async fn presence<T: Listed>(&mut self, id: u64) -> Result<Presence, Error> {
        match self.get::<Only>(&format!("{}/{id}", T::ROUTE), &[("_fields", "id".to_owned())]).await {
            Ok(_) => Ok(Presence::Here),
            Err(Error::Refused { code, .. }) if T::GONE.contains(&code.as_str()) => Ok(Presence::Gone),
            Err(error) => Err(error),
        }
    }

    /// Names of categories, tags or authors by number.
    pub(super) async fn names(&mut self, route: &str, ids: BTreeSet<u64>) -> Result<BTreeMap<u64, String>, Error> {
        let mut names = BTreeMap::new();
        let ids: Vec<u64> = ids.into_iter().collect();
        for ids in ids.chunks(PAGE_SIZE) {
            let query =
                [("include", joined(ids)), ("per_page", PAGE_SIZE.to_string()), ("_fields", "id,name".to_owned())];
            let found: Vec<Named> = self.get(route, &query).await?;
            names.extend(found.into_iter().map(|entry| (entry.id, entry.name)));
        }
        Ok(names)
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

/// True where the site does not want to show this, as opposed to being unwell: it is not asked again for a while.
pub(super) fn is_closed(error: &Error) -> bool {
    match error {
        Error::Refused { status, .. } | Error::Status { status } => matches!(status, 401 | 403 | 404 | 410),
        _ => false,
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
            .map_err(|error| Error::Unexpected { found: found(response, &error), wanted: "JSON of WordPress" });
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

/// What came instead; the content is believed before its declared type.
fn found(response: &Response, error: &serde_json::Error) -> String {
    let declared = response.content_type.as_deref();
    match response.body.trim_ascii_start().first() {
        None => "an empty answer".to_owned(),
        Some(b'<') if declared.is_none_or(|declared| !declared.ends_with("xml")) => "a web page".to_owned(),
        Some(b'{' | b'[') if error.is_eof() => "JSON that breaks off".to_owned(),
        Some(b'{' | b'[') if error.is_syntax() => "damaged JSON".to_owned(),
        Some(b'{' | b'[') => "unusual JSON".to_owned(),
        Some(_) => match declared {
            None | Some("application/json") => "something that is no JSON".to_owned(),
            Some("text/html") => "a web page".to_owned(),
            Some(other) => other.chars().take(40).collect(),
        },
    }
}

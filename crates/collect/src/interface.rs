//! An interface that is entered with a key: its requests, its JSON, and what it may cost.

use crate::{Account, Context, Error, Source};
use jiff::Timestamp;
use jiff::civil::Date;
use model::{BodyFormat, Engagement, RawItem};
use net::{Body, HostPort, Request, Response, Secret, SecretRef};
use serde::de::DeserializeOwned;
use url::Url;

/// Most bytes of one answer: a page of a hundred posts with everything around them is below one megabyte.
const BYTES_MAX: usize = 8 << 20;
/// Longest code of an error that is repeated; it comes from outside.
const CODE_MAX: usize = 80;

/// How the key goes along.
pub(crate) enum Key {
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// A header of its own.
    Header(&'static str, Secret),
    /// A query parameter.
    Query(&'static str, Secret),
    /// A form that makes the request a POST.
    Form(&'static str, Secret),
}

/// One interface with its key.
pub(crate) struct Interface<'a> {
    context: &'a Context<'a>,
    base: Url,
    key: Key,
    allow_private: &'a [HostPort],
}

impl<'a> Interface<'a> {
    /// `base` has been checked by [`base`].
    pub(crate) fn new(context: &'a Context<'a>, base: &Url, key: Key, allow_private: &'a [HostPort]) -> Self {
        Self { context, base: base.clone(), key, allow_private }
    }

    /// Asks for `path` below the base; an answer of any status comes back, except those that ask for patience.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Response, Error> {
        let mut url = self.base.clone();
        if !path.is_empty()
            && let Ok(mut segments) = url.path_segments_mut()
        {
            // Ids of posts and pages come from outside; as segments they cannot climb out of the base.
            segments.pop_if_empty().extend(path.split('/').filter(|segment| !segment.is_empty()));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request {
            accept: Some("application/json".to_owned()),
            max_bytes: Some(BYTES_MAX),
            allow_private: self.allow_private.to_vec(),
            ..Request::new(url)
        };
        match &self.key {
            Key::Bearer(secret) => {
                request.secret_headers.push(("authorization", Secret::new(format!("Bearer {}", secret.reveal()))));
            }
            Key::Header(name, secret) => request.secret_headers.push((name, secret.clone())),
            Key::Query(name, secret) => request.secret_query.push((name, secret.clone())),
            Key::Form(name, secret) => {
                let form =
                    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, secret.reveal()).finish();
                let content_type = "application/x-www-form-urlencoded";
                request.body = Some(Body::text(content_type, form));
            }
        }
        Ok(self.context.client.send(&request).await?)
    }
}

/// Checks the `api` of a connector: an address under which its paths lie.
pub(crate) fn base(key: &str, address: &str) -> Result<Url, String> {
    match crate::options::web_address(address) {
        Ok(url) if url.query().is_none() && !url.cannot_be_a_base() => Ok(url),
        _ => Err(format!("`{key}` is \"{address}\", which is no web address such as \"https://api.example/v2\"")),
    }
}

/// The JSON of an answer.
pub(crate) fn json<T: DeserializeOwned>(response: &Response, wanted: &'static str) -> Result<T, Error> {
    serde_json::from_slice(&response.body).map_err(|_| {
        let found = match response.body.trim_ascii_start().first() {
            None => "an empty answer",
            Some(b'<') => "a web page",
            Some(b'{' | b'[') => "JSON of another form",
            Some(_) => "something that is not JSON",
        };
        Error::Unexpected { found: found.to_owned(), wanted }
    })
}

/// A code from outside, short and printable.
pub(crate) fn code(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(CODE_MAX).collect()
}

/// A number that this interface writes as a number or as a text.
pub(crate) fn number(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// An item of plain text that has nothing yet but its source.
pub(crate) fn blank(source: &Source, now: Timestamp) -> RawItem {
    RawItem {
        source: source.name.clone(),
        id: String::new().into(),
        revision: String::new(),
        kind: source.kind,
        url: None,
        title: None,
        body: Vec::new(),
        format: BodyFormat::Text,
        charset: None,
        published_at: None,
        author: None,
        tags: Vec::new(),
        engagement: Engagement::default(),
        fetched_at: now,
        withdrawn: false,
        parent: None,
    }
}

/// The name of an account in the ledger: what it is, and where its key is kept; never the key itself.
pub(crate) fn account(kind: &str, key: &SecretRef, day: Date) -> Account {
    let name = match key {
        SecretRef::Env(name) => format!("{kind}:env:{name}"),
        SecretRef::File(path) => format!("{kind}:file:{}", path.display()),
    };
    Account { name, day }
}

/// An account of the ledger with its cap.
pub(crate) struct Allowance<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) account: Account,
    pub(crate) cap: u64,
    pub(crate) unit: &'static str,
}

impl Allowance<'_> {
    /// Takes `amount` before it is spent, or refuses.
    pub(crate) fn charge(&self, amount: u64) -> Result<(), Error> {
        match self.context.ledger.charge(&self.account, amount, self.cap).map_err(Error::Ledger)? {
            true => Ok(()),
            false => Err(self.empty()),
        }
    }

    pub(crate) fn refund(&self, amount: u64) -> Result<(), Error> {
        self.context.ledger.refund(&self.account, amount).map_err(Error::Ledger)
    }

    pub(crate) fn left(&self) -> Result<u64, Error> {
        Ok(self.cap.saturating_sub(self.context.ledger.used(&self.account).map_err(Error::Ledger)?))
    }

    /// The other side says that it is used up, whatever was counted here: nothing more is asked today.
    pub(crate) fn fill(&self) -> Result<Error, Error> {
        let left = self.left()?;
        self.context.ledger.charge(&self.account, left, self.cap).map_err(Error::Ledger)?;
        Ok(self.empty())
    }

    pub(crate) fn empty(&self) -> Error {
        Error::Allowance { cap: self.cap, unit: self.unit }
    }
}

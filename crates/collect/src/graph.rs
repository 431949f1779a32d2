//! Meta's Graph interface: pages of lists, its error codes, and its own word on how much of the allowance is used.
//!
//! Only `paging.cursors.after` is read: `paging.next` is an address with the access token in it.

use crate::Error;
use crate::interface::{self, Interface};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use net::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// From this share of its allowance on, an account is left alone until the next run.
const STRAINED_AT: u64 = 90;

/// One page of a list.
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
    /// Entries that have no readable form.
    pub(crate) unreadable: usize,
    pub(crate) after: Option<String>,
    /// True where the interface says that little is left: this page is the last of the run.
    pub(crate) strained: bool,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Vec<Value>>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paging {
    cursors: Cursors,
    /// Present while there is a next page; never followed, since it holds the token.
    next: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cursors {
    after: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: Fault,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fault {
    code: i64,
    error_subcode: Option<i64>,
    is_transient: bool,
}

/// A summary of an edge, such as the number of comments.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edge {
    summary: Summary,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Summary {
    total_count: Option<u64>,
}

impl Edge {
    pub(crate) fn total(self) -> Option<u64> {
        self.summary.total_count
    }
}

/// Asks for one page of a list.
pub(crate) async fn page<T: DeserializeOwned>(
    interface: &Interface<'_>,
    path: &str,
    query: &[(&str, String)],
    after: Option<&str>,
) -> Result<Page<T>, Error> {
    let mut query = query.to_vec();
    query.extend(after.map(|after| ("after", after.to_owned())));
    let response = answer(interface, path, &query).await?;
    let answer: Answer = interface::json(&response, "a page of the Graph interface")?;
    let Some(entries) = answer.data else {
        return Err(Error::Unexpected {
            found: "JSON without `data`".to_owned(),
            wanted: "a page of the Graph interface",
        });
    };
    let count = entries.len();
    let data: Vec<T> = entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect();
    let after = answer.paging.cursors.after.filter(|after| answer.paging.next.is_some() && !after.is_empty());
    Ok(Page { unreadable: count - data.len(), data, after, strained: strained(&response) })
}

/// Asks for one object.
pub(crate) async fn object<T: DeserializeOwned>(
    interface: &Interface<'_>,
    path: &str,
    query: &[(&str, String)],
) -> Result<T, Error> {
    interface::json(&answer(interface, path, query).await?, "an object of the Graph interface")
}

async fn answer(interface: &Interface<'_>, path: &str, query: &[(&str, String)]) -> Result<Response, Error> {
    let response = interface.get(path, query).await?;
    // An error may come with any status, 200 included.
    match serde_json::from_slice::<Refusal>(&response.body) {
        Ok(refusal) => Err(refused(&response, &refusal.error)),
        Err(_) if !response.is_success() => Err(Error::Status { status: response.status }),
        Err(_) => Ok(response),
    }
}

/// What an error means: wait, a token, a permission, or something about this one request.
fn refused(response: &Response, fault: &Fault) -> Error {
    let status = response.status;
    let code = match fault.error_subcode {
        Some(subcode) => format!("{}/{subcode}", fault.code),
        None => fault.code.to_string(),
    };
    let denied = |advice| Error::Denied { status, code: code.clone(), advice };
    match fault.code {
        // The app, the user, the page, the custom limit, and those of a business use case.
        4 | 17 | 32 | 613 | 80_000..=80_014 => {
            net::Error::Busy { status: 429, retry_after: regain(response).map(Duration::from_secs) }.into()
        }
        102 | 190 => {
            denied("the access token has expired or was withdrawn; make a new one and put it where `token` says")
        }
        3 | 10 | 200..=299 => denied("the token lacks a permission; grant it, and have the app reviewed where needed"),
        1 | 2 => Error::Status { status: status.max(500) },
        _ if fault.is_transient => Error::Status { status: status.max(500) },
        _ => Error::Refused { status, code },
    }
}

/// True for an object that is gone, or that the token may not see.
pub(crate) fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Refused { code, .. } if code == "100" || code.starts_with("100/"))
}

/// Every entry of the two headers on usage.
fn usages(response: &Response) -> Vec<Value> {
    let read = |name: &str| serde_json::from_str::<Value>(response.headers.get(name)?).ok();
    let mut usages: Vec<Value> = read("x-app-usage").into_iter().collect();
    if let Some(Value::Object(accounts)) = read("x-business-use-case-usage") {
        usages.extend(accounts.into_iter().filter_map(|(_, usage)| usage.as_array().cloned()).flatten());
    }
    usages
}

fn strained(response: &Response) -> bool {
    let shares = ["call_count", "total_time", "total_cputime"];
    usages(response).iter().any(|usage| {
        shares.iter().any(|share| usage.get(share).and_then(interface::number).is_some_and(|used| used >= STRAINED_AT))
    })
}

/// Seconds until the account may ask again, where the interface says so (it counts in minutes).
fn regain(response: &Response) -> Option<u64> {
    let minutes = usages(response)
        .iter()
        .filter_map(|usage| interface::number(usage.get("estimated_time_to_regain_access")?))
        .max()?;
    Some(minutes.saturating_mul(60)).filter(|seconds| *seconds > 0)
}

/// A time as Graph writes it: "2026-11-19T22:10:00+0000".
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    crate::dates::parse(text, &TimeZone::UTC)
}

/// Checks an id from a pipeline file: digits, as the interface gives them.
pub(crate) fn check_id(key: &str, id: &str) -> Result<(), String> {
    match !id.is_empty() && id.len() <= 40 && id.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(()),
        false => Err(format!("`{key}` is \"{id}\", which is no id; it has digits only")),
    }
}

//! A healthy source, read from the written exchange of a contract case (`tests/cases/collect/<case>/exchange.json`; the
//! format is described in `crates/collect/tests/exchange.rs`).
//!
//! There a request must be the next one of the list; here a client that was disturbed may ask again, in another order
//! and at another time of the day. A request is therefore answered with the entry of the same method and path whose query
//! is most like its own, among equals with one that was not yet used. Only the first run of the case counts: in the world
//! that it shows nothing changes. Later runs help out with paths that it does not have.

use crate::{Reply, Request};
use serde::Deserialize;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The exchanges of a healthy source.
pub struct Exchange {
    /// The moment of the run, RFC 3339, where the case names one.
    pub now: Option<String>,
    /// Files with secrets that the case's table refers to, by name.
    pub secrets: BTreeMap<String, String>,
    steps: Vec<Step>,
    /// Which steps this run has used.
    used: Mutex<Vec<bool>>,
}

struct Step {
    run: usize,
    expect: Expect,
    reply: Reply,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    now: Option<String>,
    exchange: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    expect: Expect,
    reply: WrittenReply,
}

#[derive(Deserialize)]
struct Expect {
    #[serde(default = "get")]
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, Value>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Deserialize)]
struct WrittenReply {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Value,
    body_file: Option<String>,
}

fn ok() -> u16 {
    200
}

impl Exchange {
    /// Reads a case; `fill` puts the server's address where the case says `{server}` and `{host}`.
    pub fn read(folder: &Path, fill: impl Fn(&str) -> String) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
        let text = std::fs::read_to_string(folder.join("exchange.json")).map_err(|error| failed(&error))?;
        let case: Case = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let now = case.runs.first().ok_or_else(|| failed(&"it has no run"))?.now.clone();
        let step = |run: usize, written: Written| {
            let body = match (&written.reply.body_file, &written.reply.body) {
                (Some(file), _) => std::fs::read(folder.join(file)).map_err(|error| failed(&error))?,
                (None, Value::Null) => Vec::new(),
                (None, Value::String(text)) => fill(text).into_bytes(),
                (None, json) => fill(&json.to_string()).into_bytes(),
            };
            let mut headers: Vec<_> =
                written.reply.headers.into_iter().map(|(name, value)| (name, fill(&value))).collect();
            let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            if !typed && !written.reply.body.is_string() {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
            }
            Ok(Step { run, expect: written.expect, reply: Reply { status: written.reply.status, headers, body } })
        };
        let written = case.runs.into_iter().enumerate();
        let written = written.flat_map(|(run, exchange)| exchange.exchange.into_iter().map(move |step| (run, step)));
        let steps = written.map(|(run, written)| step(run, written)).collect::<Result<Vec<_>, String>>()?;
        let used = Mutex::new(vec![false; steps.len()]);
        Ok(Self { now, secrets: case.secrets, steps, used })
    }

    /// Starts another run: nothing is used yet.
    pub fn rewind(&self) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).fill(false);
    }

    /// What a healthy source answers; 404 where the case does not say.
    pub fn answer(&self, request: &Request) -> Reply {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let best = self.steps.iter().enumerate().filter_map(|(index, step)| {
            let likeness = step.expect.likeness(request)?;
            // The first of the best: an iterator's maximum is its last.
            Some((step.run == 0, likeness, !used[index], Reverse(index)))
        });
        match best.max() {
            Some((.., Reverse(index))) => {
                used[index] = true;
                self.steps[index].reply.clone()
            }
            None => Reply::new(404, "text/plain", "not in the exchange"),
        }
    }
}

impl Expect {
    /// How much a request is like this one; `None` where it asks for something else.
    fn likeness(&self, request: &Request) -> Option<i32> {
        if (self.method.as_str(), self.path.as_str()) != (request.method.as_str(), request.path()) {
            return None;
        }
        let query = request.query();
        let found = |name: &String| -> Vec<&str> {
            query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
        };
        let same = |name: &String, wanted: &Value| match wanted {
            Value::String(wanted) if wanted == "*" => !found(name).is_empty(),
            Value::String(wanted) => found(name) == [wanted.as_str()],
            Value::Array(wanted) => found(name).into_iter().eq(wanted.iter().filter_map(Value::as_str)),
            other => found(name) == [other.to_string()],
        };
        // Another value counts less than a parameter too many or too few: times differ, questions do not.
        let wanted = self.query.iter().map(|(name, wanted)| match same(name, wanted) {
            true => 1,
            false if found(name).is_empty() => -8,
            false => -1,
        });
        let strange = query.iter().filter(|(name, _)| !self.query.contains_key(name)).map(|_| -8);
        Some(wanted.chain(strange).sum())
    }
}

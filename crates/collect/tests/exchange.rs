//! Collectors of network interfaces against written exchanges: every folder of `tests/cases/collect` that holds an
//! `exchange.json` is one case. `UPDATE=1` rewrites `expected.json`; the exchange itself is never rewritten.
//!
//! A case is
//! - `table.toml`: the `[[collect]]` table. `{server}` is the address of the test's server (`http://127.0.0.1:port`),
//!   `{host}` the same without the scheme (for `allow_private`), `{secrets}` a folder with the case's secrets
//!   (`token = "file:{secrets}/token"`). A hash over a text that holds `{server}` differs from run to run;
//! - `exchange.json`: `{"source": where the shape comes from, "secrets": {"token": "…"}, "ledger": {"account day": used},
//!   "runs": [{"now": "…", "stop_after_batches": 1, "files": "folder", "exchange": [{"expect": …, "reply": …}]}]}`.
//!   All but `source`, `runs` and `exchange` may be left out. `files` names a folder of the case whose files are laid
//!   over the folder of the pipeline file before that run; `stop_after_batches` lets the taker of the batches fail
//!   after so many, as a kill would;
//! - `cursor.json`: the cursor of the first run, if there is one;
//! - `expected.json`: for each run what was handed over, and what the ledger says at the end.
//!
//! An expectation is `{"method": "GET", "path": "/…", "query": {"name": "value"}, "headers": {"name": "value"}, "body": …}`:
//! the query must be exactly this (`"*"` stands for any value, a list for a repeated name), of the headers those that are
//! named (`null`: it must not be there). A reply is `{"status": 200, "headers": {}, "body": JSON or text}`, or
//! `{"body_file": "name"}` for bytes from the case, or `{"drop": true}` for a connection that closes without an answer.
//! The order is strict: a request that is not the next one fails the case, and so does one that never came.
//! `robots.txt` is answered with 404 unless it is the next one listed.
#![allow(clippy::unwrap_used)]

use collect::{Account, Batch, BoxError, BuildContext, COLLECTORS, Context, Error, Ledger};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::RawItem;
use net::{Client, Options};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Where the shape of the exchange comes from; a case without it proves nothing.
    source: String,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    ledger: BTreeMap<String, u64>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    #[serde(default = "morning")]
    now: Timestamp,
    stop_after_batches: Option<usize>,
    files: Option<String>,
    exchange: Vec<Exchange>,
}

fn morning() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    expect: Expect,
    reply: Reply,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    #[serde(default = "get")]
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, Value>,
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    body: Option<Value>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Value,
    body_file: Option<String>,
    #[serde(default)]
    drop: bool,
}

fn ok() -> u16 {
    200
}

#[tokio::test]
async fn exchanges() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/collect");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("exchange.json").exists());
    if let Some(only) = std::env::var_os("CASE") {
        cases.retain(|case| case.file_name().unwrap().to_string_lossy().contains(&*only.to_string_lossy()));
    }
    cases.sort();
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let (got, faults) = play(&case).await;
        wrong.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
        let got = format!("{got:#}\n");
        let expected = case.join("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &got).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != got {
            wrong.push(format!("{name}: expected.json differs; got\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Plays every run of a case; what was handed over, and what went wrong with the exchange itself.
async fn play(folder: &Path) -> (Value, Vec<String>) {
    let text = fs::read_to_string(folder.join("exchange.json")).unwrap();
    // What holds the server's own address has another hash in every run of the test.
    let addressed = text.contains("{server}");
    let case: Case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    assert!(!case.source.trim().is_empty(), "{}: say where the shape comes from", folder.display());
    let temporary = tempfile::tempdir().unwrap();
    let (secrets, base) = (temporary.path().join("secrets"), temporary.path().join("base"));
    fs::create_dir(&secrets).unwrap();
    fs::create_dir(&base).unwrap();
    for (name, value) in &case.secrets {
        fs::write(secrets.join(name), value).unwrap();
    }
    let server = Server::start(folder).await;
    let places =
        Places { host: server.host.clone(), secrets: secrets.display().to_string(), base: base.display().to_string() };
    let table = places.fill(&fs::read_to_string(folder.join("table.toml")).unwrap()).parse().unwrap();
    let ledger = Book::open(&case.ledger, &places);

    let mut cursor = fs::read_to_string(folder.join("cursor.json")).ok().map(|text| text.trim().to_owned());
    let (mut runs, mut faults) = (Vec::new(), Vec::new());
    for (number, run) in case.runs.into_iter().enumerate() {
        if let Some(files) = &run.files {
            for file in fs::read_dir(folder.join(files)).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), base.join(file.file_name())).unwrap();
            }
        }
        let kind = toml::Table::get(&table, "kind").unwrap().as_str().unwrap();
        let connector = COLLECTORS.iter().find(|connector| connector.kind.name == kind).expect("a kind of the list");
        let build = BuildContext { base: &base, zone: &TimeZone::get("Asia/Makassar").unwrap() };
        // A fresh collector for each run: nothing may be remembered but by the cursor and the ledger.
        let collector = (connector.kind.build)(&table, &build).unwrap();
        server.script(run.exchange, &places);
        // And a fresh client: between two runs lie hours, in which a busy host has been left alone.
        let sleep: net::Sleep = Arc::new(|_| Box::pin(std::future::ready(())));
        let client = Client::new(Options { tries: 1, sleep, ..Options::default() }).unwrap();
        let context = Context { client: &client, now: run.now, ledger: &ledger, listen: Duration::ZERO };
        let mut taken = Taken { cursor: cursor.clone(), ..Taken::default() };
        let mut emit = |batch: Batch| taken.take(batch, run.stop_after_batches);
        let result = collector.collect(&context, cursor.as_deref(), &mut emit).await;
        for fault in server.rest() {
            faults.push(format!("run {}: {fault}", number + 1));
        }
        for item in &taken.items {
            assert_eq!(item.fetched_at, run.now, "no collector looks at a clock");
        }
        if let Ok(outcome) = &result {
            let counted = (outcome.received, outcome.skipped, outcome.left_out);
            assert_eq!(counted, (taken.items.len() as u64, taken.skipped.len() as u64, taken.left_out));
        }
        let shown = taken.show(result.err(), addressed);
        let debug = format!("{shown}{:?}{:?}", taken.cursor, taken.items);
        for (name, value) in &case.secrets {
            if debug.contains(value.as_str()) {
                faults
                    .push(format!("run {}: the secret \"{name}\" shows in an error, an item or a cursor", number + 1));
            }
        }
        runs.push(places.hide(shown));
        cursor = taken.cursor;
    }
    let mut shown = json!({"runs": runs});
    let ledger = ledger.show();
    if ledger != json!({}) {
        shown["ledger"] = places.hide(ledger);
    }
    (shown, faults)
}

/// What differs from run to run of the test.
struct Places {
    host: String,
    secrets: String,
    base: String,
}

impl Places {
    fn fill(&self, text: &str) -> String {
        text.replace("{server}", &format!("http://{}", self.host))
            .replace("{host}", &self.host)
            .replace("{secrets}", &self.secrets)
    }

    fn hide(&self, value: Value) -> Value {
        let text = value.to_string();
        let text = text.replace(&format!("http://{}", self.host), "{server}").replace(&self.host, "{host}");
        let text = text.replace(&self.secrets, "{secrets}").replace(&self.base, "{base}");
        serde_json::from_str(&text).unwrap()
    }
}

/// What one run handed over.
#[derive(Default)]
struct Taken {
    items: Vec<RawItem>,
    skipped: Vec<Value>,
    left_out: u64,
    cursor: Option<String>,
    batches: usize,
}

impl Taken {
    fn take(&mut self, batch: Batch, stop_after: Option<usize>) -> Result<(), BoxError> {
        if stop_after == Some(self.batches) {
            return Err("the test stops here".into());
        }
        self.batches += 1;
        assert!(batch.items.len() <= Batch::ITEMS_MAX);
        let revisions: BTreeSet<_> = batch.items.iter().map(|item| (&item.id, &item.revision)).collect();
        assert_eq!(revisions.len(), batch.items.len(), "one batch holds an item twice");
        self.items.extend(batch.items);
        self.skipped
            .extend(batch.skipped.iter().map(|skip| json!(format!("{}:{}: {}", skip.file, skip.row, skip.reason))));
        self.left_out += batch.left_out;
        if let Some(cursor) = batch.cursor {
            assert!(cursor.len() <= 64 << 10, "the cursor has {} bytes", cursor.len());
            self.cursor = Some(cursor);
        }
        Ok(())
    }

    fn show(&self, error: Option<Error>, addressed: bool) -> Value {
        let mut shown = Map::new();
        shown.insert("items".into(), self.items.iter().map(view).collect());
        if let Some(cursor) = &self.cursor {
            let mut cursor = serde_json::from_str(cursor).unwrap_or_else(|_| json!(cursor));
            // Hashes over addresses of the test's server differ from run to run; how many there are does not.
            if let Some(known) = cursor.pointer_mut("/queue/known") {
                *known = json!(format!("{} hashes", known.as_str().unwrap_or_default().len() * 3 / 4 / 8));
            }
            if let Some(hash) = cursor.get_mut("body_hash").filter(|_| addressed) {
                *hash = json!("a hash");
            }
            shown.insert("cursor".into(), cursor);
        }
        if !self.skipped.is_empty() {
            shown.insert("skipped".into(), json!(self.skipped));
        }
        if self.left_out > 0 {
            shown.insert("left_out".into(), json!(self.left_out));
        }
        if let Some(error) = error {
            let mut chain = vec![error.to_string()];
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                chain.push(error.to_string());
                cause = error.source();
            }
            // What the operating system says about a broken connection differs from run to run.
            chain.truncate(2);
            shown.insert("error".into(), json!(chain.join(": ")));
        }
        Value::Object(shown)
    }
}

/// An item for a reader: its body as text, and without what is empty.
fn view(item: &RawItem) -> Value {
    let mut view = json!(item);
    let fields = view.as_object_mut().unwrap();
    fields.insert("body".to_owned(), json!(String::from_utf8_lossy(&item.body)));
    fields.remove("fetched_at");
    fields.remove("source");
    fields
        .retain(|_, value| !(value.is_null() || *value == json!([]) || *value == json!({}) || *value == json!(false)));
    view
}

/// A ledger that can be read back.
#[derive(Default)]
struct Book(Mutex<BTreeMap<String, (u64, BTreeSet<String>)>>);

impl Book {
    fn open(used: &BTreeMap<String, u64>, places: &Places) -> Self {
        let accounts = used.iter().map(|(account, used)| (places.fill(account), (*used, BTreeSet::new()))).collect();
        Self(Mutex::new(accounts))
    }

    fn with<T>(&self, account: &Account, act: impl FnOnce(&mut (u64, BTreeSet<String>)) -> T) -> Result<T, BoxError> {
        Ok(act(self.0.lock().unwrap().entry(format!("{} {}", account.name, account.day)).or_default()))
    }

    fn show(&self) -> Value {
        let accounts = self.0.lock().unwrap();
        let shown = accounts.iter().filter(|(_, entry)| **entry != <_>::default()).map(|(account, (used, noted))| {
            (account.clone(), if noted.is_empty() { json!(used) } else { json!({"used": used, "noted": noted}) })
        });
        Value::Object(shown.collect())
    }
}

impl Ledger for Book {
    fn charge(&self, account: &Account, amount: u64, cap: u64) -> Result<bool, BoxError> {
        self.with(account, |(used, _)| {
            let fits = used.saturating_add(amount) <= cap;
            *used += if fits { amount } else { 0 };
            fits
        })
    }

    fn refund(&self, account: &Account, amount: u64) -> Result<(), BoxError> {
        self.with(account, |(used, _)| *used = used.saturating_sub(amount))
    }

    fn used(&self, account: &Account) -> Result<u64, BoxError> {
        self.with(account, |(used, _)| *used)
    }

    fn note(&self, account: &Account, ids: &[String]) -> Result<u64, BoxError> {
        self.with(account, |(_, noted)| ids.iter().filter(|id| noted.insert((*id).clone())).count() as u64)
    }
}

/// What the server still has to hear, and what it heard that it should not have.
#[derive(Default)]
struct Script {
    next: VecDeque<Exchange>,
    faults: Vec<String>,
}

/// A server that answers what the case says, in its order.
struct Server {
    host: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
    async fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let script = Arc::new(Mutex::new(Script::default()));
        let (folder, heard) = (folder.to_owned(), script.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (folder, heard) = (folder.clone(), heard.clone());
                tokio::spawn(async move {
                    let _ = converse(stream, &folder, &heard).await;
                });
            }
        });
        Self { host, script }
    }

    fn script(&self, exchange: Vec<Exchange>, places: &Places) {
        let fill = |value: &Value| serde_json::from_str(&places.fill(&value.to_string())).unwrap();
        let next = exchange.into_iter().map(|mut step| {
            step.reply.body = fill(&step.reply.body);
            for value in step.reply.headers.values_mut() {
                *value = places.fill(value);
            }
            step
        });
        *self.script.lock().unwrap() = Script { next: next.collect(), faults: Vec::new() };
    }

    fn rest(&self) -> Vec<String> {
        let mut script = self.script.lock().unwrap();
        let unheard: Vec<_> =
            script.next.drain(..).map(|step| format!("never asked for: {}", step.expect.path)).collect();
        script.faults.drain(..).chain(unheard).collect()
    }
}

async fn converse(mut stream: TcpStream, folder: &Path, script: &Mutex<Script>) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await? == 1 {
        head.push(byte[0]);
    }
    if head.is_empty() {
        return Ok(()); // a connection that the client opened and did not use
    }
    let mut request = Request::read(&String::from_utf8_lossy(&head));
    let length = request.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).await?;
    let Some(reply) = answer(&request, script) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    };
    if reply.drop {
        return Ok(());
    }
    let body = match (&reply.body_file, &reply.body) {
        (Some(file), _) => fs::read(folder.join(file))?,
        (None, Value::Null) => Vec::new(),
        (None, Value::String(text)) => text.clone().into_bytes(),
        (None, json) => json.to_string().into_bytes(),
    };
    let mut head = format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\nconnection: close\r\n", reply.status, body.len());
    if !reply.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) && !reply.body.is_string() {
        head.push_str("content-type: application/json\r\n");
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// The reply to a request that is the next one; anything else is a fault.
fn answer(request: &Request, script: &Mutex<Script>) -> Option<Reply> {
    let mut script = script.lock().unwrap();
    let differs = match script.next.front() {
        None => "no further request".to_owned(),
        Some(step) => match request.differs(&step.expect) {
            None => return script.next.pop_front().map(|step| step.reply),
            Some(differs) => differs,
        },
    };
    if request.path != "/robots.txt" {
        script.faults.push(format!("{} {} {:?} came; wanted {differs}", request.method, request.path, request.query));
    }
    None
}

/// One request as it arrived.
struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, Vec<String>>,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn read(head: &str) -> Self {
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ');
        let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap());
        let url = Url::parse(&format!("http://server{target}")).unwrap();
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            query.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { method, path: url.path().to_owned(), query, headers, body: Vec::new() }
    }

    /// What of an expectation this request does not meet.
    fn differs(&self, expect: &Expect) -> Option<String> {
        if (&self.method, &self.path) != (&expect.method, &expect.path) {
            return Some(format!("{} {}", expect.method, expect.path));
        }
        let meets = |wanted: &Value, found: &[String]| match wanted {
            Value::String(wanted) if wanted == "*" => true,
            Value::String(wanted) => found == [wanted.as_str()],
            Value::Array(wanted) => wanted.iter().filter_map(Value::as_str).eq(found.iter().map(String::as_str)),
            other => found == [other.to_string()],
        };
        let names = self.query.keys().eq(expect.query.keys());
        if !names || !self.query.values().zip(expect.query.values()).all(|(found, wanted)| meets(wanted, found)) {
            return Some(format!("the query {}", json!(expect.query)));
        }
        for (name, wanted) in &expect.headers {
            if self.headers.get(&name.to_lowercase()) != wanted.as_ref() {
                return Some(format!("the header {name}: {}", wanted.as_deref().unwrap_or("(absent)")));
            }
        }
        let body = |wanted: &Value| match wanted {
            Value::String(text) => text.as_bytes() == self.body,
            json => serde_json::from_slice::<Value>(&self.body).is_ok_and(|body| body == *json),
        };
        match &expect.body {
            Some(wanted) if !body(wanted) => Some(format!("the body {wanted}")),
            _ => None,
        }
    }
}

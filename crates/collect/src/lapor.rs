//! SP4N-LAPOR!: complaints through the office's own access, and any other channel of complaints that answers in JSON.
//!
//! What the interface looks like today is told only to the developer that an office names, so address, paths and fields
//! are options; their defaults are guesses. What is fixed is what may come in: the text of a complaint, its date, place,
//! category and status. Fields of the person who complained cannot be mapped, a confidential complaint is left out,
//! and a complaint that becomes confidential later is withdrawn.

use crate::collector::{Counted, Source};
use crate::interface::{self, Interface, Key};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, RawItem, SourceKind};
use net::{Response, SecretRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// About a thousand complaints are remembered with their revision; others are handed over again, which does no harm.
const CURSOR_MAX: usize = 60 << 10;
/// A longer id is none.
const ID_MAX: usize = 200;
const TEXT_MAX: usize = 64 << 10;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Newest first: down to what is known, and once a day `since_days` (90) down, since statuses change late; 20 \
             pages a run, the rest in the next. 8 MiB a page.",
    terms: "The office's own access to SP4N-LAPOR! (its developer role), or of another channel of complaints. The person \
            who complained is never read; confidential complaints are left out; anonymous ones are kept, as they have no \
            name. The export of the admin page is imported by `pesut import --format lapor` instead.",
    reaches_back: true,
    evidence: Evidence::Memory(
        "a copy of the old public documentation names the KEYTOKEN and that confidential reports and reporters are left \
         out; the interface of today is shown to named developers only",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "lapor",
    summary: "reads complaints from SP4N-LAPOR! or another channel that answers in JSON, without who complained",
    example: r#"kind = "lapor"
name = "SP4N-LAPOR!"
url = "https://lapor.example/api/laporan"
token = "env:LAPOR_KEYTOKEN"
token_in = "header"               # header, query or form
token_name = "KEYTOKEN"
items = "data.results"
page = "page"
fields = { id = "tracking_id", title = "judul", text = "isi", date = "tanggal", status = "status", category = "kategori" }
"#,
    build: |table, context| {
        let (common, mut options): (Common, Options) = options(table)?;
        let url = crate::options::web_address(&options.url)?;
        let shield = options.fields.all().find(|path| is_person(path));
        if let Some(path) = shield {
            return Err(format!("`fields`: \"{path}\" is about the person who complained, which is never read"));
        }
        options.page = options.page.take().filter(|page| !page.is_empty());
        if options.fields.id.is_empty() || options.fields.text.is_empty() {
            return Err("`fields`: `id` and `text` must be named".to_owned());
        }
        let parameters = options.query.keys().chain(&options.page).chain([&options.token_name]);
        let parameters: Vec<_> = parameters.collect();
        if let Some(twice) = parameters.iter().find(|name| parameters.iter().filter(|other| other == name).count() > 1)
        {
            return Err(format!("`{twice}` is named twice among `query`, `page` and `token_name`"));
        }
        let place = options.place()?;
        let source = common.source(SourceKind::Complaint);
        Ok(Box::new(Lapor { source, common, options, url, place, zone: context.zone.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Where the list of complaints is.
    url: String,
    token: SecretRef,
    #[serde(default)]
    token_in: TokenIn,
    #[serde(default = "keytoken")]
    token_name: String,
    /// Where in the answer the list stands; empty where the answer is the list.
    #[serde(default = "results")]
    items: String,
    /// The query parameter that counts pages; empty where there are none.
    #[serde(default = "page")]
    page: Option<String>,
    #[serde(default = "one")]
    first_page: u64,
    #[serde(default = "twenty")]
    pages_a_run: u64,
    /// How far down the list is read.
    #[serde(default = "season")]
    since_days: u16,
    /// Further query parameters, such as a size of pages.
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    fields: Fields,
    /// Values of `confidential` that mean yes, besides true and 1.
    #[serde(default = "secrets")]
    confidential_values: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenIn {
    #[default]
    Header,
    Query,
    Form,
}

/// Where a complaint's parts stand, as names joined by dots.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Fields {
    id: String,
    title: Option<String>,
    text: String,
    date: Option<String>,
    status: Option<String>,
    category: Option<String>,
    agency: Option<String>,
    place: Option<String>,
    url: Option<String>,
    confidential: Option<String>,
}

impl Default for Fields {
    fn default() -> Self {
        let some = |name: &str| Some(name.to_owned());
        Self {
            id: "tracking_id".to_owned(),
            title: some("judul"),
            text: "isi".to_owned(),
            date: some("tanggal"),
            status: some("status"),
            category: some("kategori"),
            agency: some("instansi"),
            place: some("lokasi"),
            url: some("url"),
            confidential: some("rahasia"),
        }
    }
}

impl Fields {
    fn all(&self) -> impl Iterator<Item = &str> {
        let optional = [
            &self.title,
            &self.date,
            &self.status,
            &self.category,
            &self.agency,
            &self.place,
            &self.url,
            &self.confidential,
        ];
        [&self.id, &self.text].into_iter().chain(optional.into_iter().flatten()).map(String::as_str)
    }
}

fn keytoken() -> String {
    "KEYTOKEN".to_owned()
}

fn results() -> String {
    "data.results".to_owned()
}

#[allow(clippy::unnecessary_wraps)] // the option may be absent
fn page() -> Option<String> {
    Some("page".to_owned())
}

fn one() -> u64 {
    1
}

fn twenty() -> u64 {
    20
}

fn season() -> u16 {
    90
}

fn secrets() -> Vec<String> {
    ["ya", "rahasia", "yes", "y"].map(str::to_owned).into()
}

/// True for a path to something about the person who complained.
fn is_person(path: &str) -> bool {
    let words = ["pelapor", "reporter", "nik", "email", "telp", "telepon", "phone", "hp", "nohp", "ktp", "user"];
    let path = path.to_lowercase();
    // "kategori.nama" is the name of a category; a name that stands alone is a person's.
    if matches!(path.as_str(), "nama" | "name" | "nama_lengkap") {
        return true;
    }
    path.split('.').any(|part| {
        part.split(['_', '-', ' ']).any(|word| words.contains(&word))
            || words[..2].iter().any(|word| part.contains(word))
    })
}

impl Options {
    /// Where the token goes. The names are a list, since the name of a header is part of the program.
    fn place(&self) -> Result<Place, String> {
        let headers = ["keytoken", "authorization", "x-api-key", "x-auth-token", "token", "apikey", "api-key"];
        let parameters = ["KEYTOKEN", "keytoken", "token", "access_token", "api_key", "apikey", "api-key", "key"];
        let named = &self.token_name;
        let (known, place) = match self.token_in {
            TokenIn::Header => {
                let known = headers.into_iter().find(|name| name.eq_ignore_ascii_case(named));
                (headers.join(", "), known.map(Place::Header))
            }
            TokenIn::Query => {
                (parameters.join(", "), parameters.into_iter().find(|name| name == named).map(Place::Query))
            }
            TokenIn::Form => {
                (parameters.join(", "), parameters.into_iter().find(|name| name == named).map(Place::Form))
            }
        };
        place.ok_or_else(|| format!("`token_name`: \"{named}\" is not known there; known are {known}"))
    }
}

#[derive(Clone, Copy)]
enum Place {
    Header(&'static str),
    Query(&'static str),
    Form(&'static str),
}

struct Lapor {
    source: Source,
    common: Common,
    options: Options,
    url: Url,
    place: Place,
    zone: TimeZone,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// Complaints that were handed over, with a hash of what they said: by number of the run that saw them last.
    known: BTreeMap<String, Known>,
    /// The page to go on with, where a run was cut off.
    page: Option<u64>,
    /// When the whole list was last read.
    full_at: Option<Timestamp>,
    run: u64,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Known {
    #[serde(rename = "r")]
    revision: String,
    #[serde(rename = "s")]
    seen: u64,
}

/// What a row of the list is.
enum Row {
    Complaint(Box<RawItem>),
    Confidential(String),
    Unreadable(&'static str),
}

impl Collector for Lapor {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let cursor: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
        self.run(context, cursor, Counted::new(emit)).boxed()
    }
}

impl Lapor {
    async fn run(
        &self,
        context: &Context<'_>,
        mut cursor: Cursor,
        mut emit: Counted<'_, '_>,
    ) -> Result<Outcome, Error> {
        let token = self.options.token.read()?;
        let key = match self.place {
            // A scheme belongs to the secret there, as the interface wants it ("Bearer …").
            Place::Header(name) => Key::Header(name, token),
            Place::Query(name) => Key::Query(name, token),
            Place::Form(name) => Key::Form(name, token),
        };
        let interface = Interface::new(context, &self.url, key, &self.common.allow_private);
        cursor.run += 1;
        let day = SignedDuration::from_hours(24);
        let since = context.now.saturating_sub(day * i32::from(self.options.since_days)).expect("a duration of days");
        // Statuses change far down the list, so once a day all of it is read; otherwise down to what is known.
        let full = cursor.page.is_some() || cursor.full_at.is_none_or(|last| context.now.duration_since(last) >= day);
        // One page back: complaints that were taken away have pulled the rest up.
        let mut number =
            cursor.page.map_or(self.options.first_page, |page| page.saturating_sub(1).max(self.options.first_page));
        let mut seen_pages = BTreeMap::new();
        for _ in 0..self.options.pages_a_run.max(2) {
            let rows = self.page(&interface, number).await?;
            let fingerprint = xxh3_64(Value::Array(rows.clone()).to_string().as_bytes());
            // An interface that does not know `page` gives the same list for ever, as a disturbed one does; some give
            // their last page again behind the end.
            let first_seen = *seen_pages.entry(fingerprint).or_insert(number);
            let repeated = first_seen != number;
            let end = rows.is_empty() || repeated;
            let (mut batch, mut fresh, mut old) = (Batch::default(), false, !end);
            let astray =
                repeated && !rows.is_empty() && (first_seen == self.options.first_page || first_seen + 1 != number);
            if astray {
                batch.skipped.push(Skipped {
                    file: format!("{} page {number}", self.url.path()),
                    row: 0,
                    reason: format!(
                        "it is page {first_seen} again; later complaints may be missing and are asked for next time \
                         (where the interface has no pages, say page = \"\")"
                    ),
                });
            }
            for (index, row) in rows.into_iter().enumerate().filter(|_| !repeated) {
                match self.row(&row, context) {
                    Row::Complaint(item) => {
                        old &= item.published_at.is_some_and(|date| date < since);
                        let known = cursor.known.entry(item.id.to_string()).or_default();
                        known.seen = cursor.run;
                        if known.revision != item.revision {
                            known.revision.clone_from(&item.revision);
                            fresh = true;
                            batch.items.push(*item);
                        }
                    }
                    Row::Confidential(id) => {
                        batch.left_out += 1;
                        if let Some(known) = cursor.known.remove(&id) {
                            batch.items.push(RawItem {
                                id: id.into(),
                                revision: format!("{}-withdrawn", known.revision),
                                withdrawn: true,
                                ..interface::blank(&self.source, context.now)
                            });
                        }
                    }
                    Row::Unreadable(reason) => batch.skipped.push(Skipped {
                        file: format!("{} page {number}", self.url.path()),
                        row: index as u64 + 1,
                        reason: reason.to_owned(),
                    }),
                }
            }
            let more = self.options.page.is_some() && !end && !old && (full || fresh);
            number += 1;
            cursor.page = more.then_some(number);
            if !more && full && !astray {
                cursor.full_at = Some(context.now);
            }
            let text = cursor.written();
            send(&mut emit, batch, text)?;
            if !more {
                break;
            }
        }
        Ok(emit.outcome)
    }

    async fn page(&self, interface: &Interface<'_>, number: u64) -> Result<Vec<Value>, Error> {
        let mut query: Vec<(&str, String)> =
            self.options.query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        query.extend(self.options.page.as_deref().map(|page| (page, number.to_string())));
        let response = interface.get("", &query).await?;
        if !response.is_success() {
            return Err(refused(&response));
        }
        let answer: Value = interface::json(&response, "a list of complaints")?;
        match at(&answer, &self.options.items) {
            Some(Value::Array(rows)) => Ok(rows.clone()),
            _ => {
                let found = match &answer {
                    Value::Object(fields) => {
                        format!("JSON with {}", names(fields))
                    }
                    _ => "JSON of another form".to_owned(),
                };
                Err(Error::Unexpected { found, wanted: "a list of complaints at the place that `items` names" })
            }
        }
    }

    fn row(&self, row: &Value, context: &Context<'_>) -> Row {
        let fields = &self.options.fields;
        let get = |path: &Option<String>| text(at(row, path.as_deref()?)?);
        let id = text(at(row, &fields.id).unwrap_or(&Value::Null)).filter(|id| id.len() <= ID_MAX);
        let Some(id) = id else { return Row::Unreadable("it has no id at the place that `fields.id` names") };
        let confidential = fields.confidential.as_deref().filter(|path| !path.is_empty());
        if confidential.and_then(|path| at(row, path)).is_some_and(|value| self.is_yes(value)) {
            return Row::Confidential(id);
        }
        let Some(body) = text(at(row, &fields.text).unwrap_or(&Value::Null)) else {
            return Row::Unreadable("it has no text at the place that `fields.text` names");
        };
        if body.len() > TEXT_MAX {
            return Row::Unreadable("its text is larger than 64 KiB");
        }
        let (title, status, category) = (get(&fields.title), get(&fields.status), get(&fields.category));
        let (agency, place) = (get(&fields.agency), get(&fields.place));
        let tags: Vec<String> = [
            status.as_ref().map(|status| format!("status: {status}")),
            category.clone(),
            agency.clone(),
            place.clone(),
        ]
        .into_iter()
        .flatten()
        .collect();
        // A change of the status is news about the complaint, so it makes a new revision; the text alone would hide it.
        let revision = [Some(&body), title.as_ref(), status.as_ref(), category.as_ref(), agency.as_ref()]
            .map(|part| part.map_or("", String::as_str))
            .join("\0");
        let date = get(&fields.date);
        Row::Complaint(Box::new(RawItem {
            id: id.into(),
            revision: format!("{:016x}", xxh3_64(revision.as_bytes())),
            url: get(&fields.url).filter(|url| crate::options::web_address(url).is_ok()),
            title,
            body: body.into_bytes(),
            published_at: date.and_then(|date| crate::dates::parse(&date, &self.zone)),
            tags,
            ..interface::blank(&self.source, context.now)
        }))
    }

    fn is_yes(&self, value: &Value) -> bool {
        match value {
            Value::Bool(yes) => *yes,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => {
                let text = text.trim().to_lowercase();
                matches!(text.as_str(), "1" | "true")
                    || self.options.confidential_values.iter().any(|value| value.to_lowercase() == text)
            }
            // Something is there that this version cannot read: better left out than published.
            Value::Array(values) => !values.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Null => false,
        }
    }
}

fn send(emit: &mut Counted<'_, '_>, batch: Batch, cursor: String) -> Result<(), Error> {
    let mut items = batch.items.into_iter().peekable();
    let (mut skipped, mut left_out) = (batch.skipped, batch.left_out);
    loop {
        let part: Vec<_> = items.by_ref().take(Batch::ITEMS_MAX).collect();
        let last = items.peek().is_none();
        let (skipped, left_out) = (std::mem::take(&mut skipped), std::mem::take(&mut left_out));
        emit.send(Batch { items: part, cursor: last.then(|| cursor.clone()), skipped, left_out })?;
        if last {
            return Ok(());
        }
    }
}

impl Cursor {
    /// The cursor as text; the complaints that were not seen for the longest time are forgotten where it grows too large.
    fn written(&mut self) -> String {
        loop {
            let text = serde_json::to_string(&self).expect("a map of plain fields");
            if text.len() <= CURSOR_MAX || self.known.is_empty() {
                return text;
            }
            let mut by_age: Vec<_> = self.known.iter().map(|(id, known)| (known.seen, id.clone())).collect();
            by_age.sort();
            for (_, id) in by_age.iter().take(by_age.len().div_ceil(8)) {
                self.known.remove(id);
            }
        }
    }
}

/// The value at a path of names joined by dots.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, part| match value {
        Value::Array(values) => values.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

/// A text or number as text; empty ones are none.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The names of an object, for a message; never its values.
fn names(fields: &Map<String, Value>) -> String {
    let names: Vec<_> = fields.keys().take(8).map(|name| format!("`{}`", interface::code(name))).collect();
    names.join(", ")
}

fn refused(response: &Response) -> Error {
    let (status, code) = (response.status, "an error".to_owned());
    match status {
        401 => {
            Error::Denied { status, code, advice: "the token is wrong or has expired; ask the manager of the channel" }
        }
        403 => Error::Denied { status, code, advice: "the token may not read complaints; ask for the developer role" },
        status => Error::Status { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_about_the_person_can_be_mapped() {
        for path in
            ["pelapor.alamat", "nama", "data.nama_pelapor", "reporter_id", "user.id", "no_hp", "namapelapor", "EMAIL"]
        {
            assert!(is_person(path), "{path}");
        }
        for path in
            ["tracking_id", "isi", "kategori.nama", "instansi.judul", "kategori", "status_laporan", "teknik", "lokasi"]
        {
            assert!(!is_person(path), "{path}");
        }
    }
}

//! GDELT's index of the world's news: which articles mention the office's words, whatever site they stand on.
//!
//! Windows of time follow each other without a gap and overlap by an hour, because articles are indexed late; one that
//! is full is halved until it is not. The index gives titles and addresses; the pages are fetched from their sites.

use crate::articles::{Articles, Queue, Wanted, pages_a_run};
use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped, addresses, dates};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Kind, SourceKind};
use net::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// The most that the interface gives at once.
const RECORDS_MAX: usize = 250;
const REQUESTS_MAX: usize = 24;
/// Articles that wait before no further window is asked for: what waits is asked for again, and has to be remembered.
const WAITING_MAX: usize = 1_000;
/// The index is written every quarter of an hour; a smaller window would not divide it.
const WINDOW_MIN: SignedDuration = SignedDuration::from_mins(15);
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// It reaches three months back.
const REACH: SignedDuration = SignedDuration::from_hours(24 * 89);

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "250 articles an answer (a full window is halved), 24 requests and 100 article pages a run, three months back; \
             about one request in five seconds, else 429.",
    terms: "Free for any use with attribution: name the GDELT Project and link to gdeltproject.org. The articles belong to \
            their sites, whose robots.txt and terms apply.",
    reaches_back: true,
    evidence: Evidence::Documented(
        "GDELT DOC 2.0 API documentation and the client gdelt-doc-api; never run against the service",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "gdelt",
    summary: "finds articles of any site that mention given terms, through the GDELT DOC 2.0 index",
    example: r#"kind = "gdelt"
name = "GDELT"
terms = ["Teluk Benua", "Kota Benua", "Muara Contoh"]
sourcecountry = ["ID"]
sourcelang = ["ind"]
since_hours = 24
follow = true
exclude_domains = ["iklan.example"]
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        web_address(&options.api)?;
        if options.terms.iter().all(|term| term.trim().is_empty()) && options.domains.is_empty() {
            return Err("`terms` is empty; name at least one word or phrase (or `domains`)".to_owned());
        }
        if let Some(term) = options.terms.iter().find(|term| term.chars().count() < 3 || term.contains(['"', '(', ')']))
        {
            return Err(format!(
                "`terms` holds \"{term}\"; a term has three characters or more, and no quotes or brackets"
            ));
        }
        Ok(Box::new(Gdelt { source: common.source(SourceKind::News), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Words and phrases; an article has one of them.
    #[serde(default)]
    terms: Vec<String>,
    /// Countries of the outlets, two letters as GDELT writes them.
    #[serde(default = "indonesia")]
    sourcecountry: Vec<String>,
    /// Languages, three letters.
    #[serde(default)]
    sourcelang: Vec<String>,
    /// Only these sites, all where it is empty.
    #[serde(default)]
    domains: Vec<String>,
    /// Sites that are left out, such as those that are collected by themselves.
    #[serde(default)]
    exclude_domains: Vec<String>,
    /// How far back the first run reads.
    #[serde(default = "day")]
    since_hours: u16,
    /// False where titles alone are wanted, and no page is fetched.
    #[serde(default = "yes")]
    follow: bool,
    #[serde(default = "pages_a_run")]
    pages_a_run: u16,
    #[serde(default = "api")]
    api: String,
}

fn indonesia() -> Vec<String> {
    vec!["ID".to_owned()]
}

fn day() -> u16 {
    24
}

fn yes() -> bool {
    true
}

fn api() -> String {
    "https://api.gdeltproject.org".to_owned()
}

struct Gdelt {
    source: Source,
    common: Common,
    options: Options,
}

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    /// Everything up to here was read.
    until: Option<Timestamp>,
    queue: Queue,
}

/// [`Cursor`], borrowed.
#[derive(Serialize)]
struct Saved<'a> {
    until: Timestamp,
    queue: &'a Queue,
}

#[derive(Deserialize)]
struct Found {
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    seendate: String,
    #[serde(default)]
    domain: String,
}

impl Collector for Gdelt {
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

impl Gdelt {
    async fn run(&self, context: &Context<'_>, cursor: Cursor, mut emit: Counted<'_, '_>) -> Result<Outcome, Error> {
        let back = |by: SignedDuration| context.now.saturating_sub(by).expect("a duration of weeks");
        let mut from =
            cursor.until.unwrap_or_else(|| back(SignedDuration::from_hours(self.options.since_hours.into())));
        let mut queue = cursor.queue;
        if from < back(REACH) {
            let reason = format!("{from} to {} is lost: the index reaches three months back", back(REACH));
            emit.send(Batch { skipped: vec![self.skipped(reason)], ..Batch::default() })?;
            from = back(REACH);
        }
        let mut until = from;
        let mut windows = vec![(from.saturating_sub(OVERLAP).expect("an hour"), context.now)];
        for asked in 0.. {
            let Some((start, end)) = windows.pop() else { break };
            if asked == REQUESTS_MAX || queue.len() > WAITING_MAX {
                let reason = format!("there is more than one run can take; what is after {start} follows in the next");
                emit.send(Batch { skipped: vec![self.skipped(reason)], ..Batch::default() })?;
                break;
            }
            let answer = match self.ask(context, start, end).await {
                Ok(answer) => answer,
                // What was read stays read; the next run goes on from there.
                Err(error) if asked == 0 => return Err(error),
                Err(error) => {
                    let reason = format!("what is after {start} follows in the next run: {error}");
                    emit.send(Batch { skipped: vec![self.skipped(reason)], ..Batch::default() })?;
                    break;
                }
            };
            let full = answer.len() >= RECORDS_MAX;
            let length = end.duration_since(start);
            if full && length > WINDOW_MIN {
                let middle = start.saturating_add(length / 2).expect("between two times");
                windows.extend([(middle, end), (start, middle)]);
                continue;
            }
            let mut batch = Batch::default();
            if full {
                batch.skipped.push(self.skipped(format!(
                    "more than {RECORDS_MAX} articles were seen from {start} to {end}; narrower `terms` avoid this"
                )));
            }
            let wanted = self.wanted(answer, &mut batch);
            if self.options.follow {
                queue.add(wanted);
            } else {
                for wanted in wanted.into_iter().filter(|wanted| wanted.title.is_some()) {
                    if queue.is_new(&wanted) {
                        batch.items.push(wanted.item(&self.source, context.now));
                    }
                    queue.note(&wanted);
                }
            }
            until = until.max(end);
            // A window counts as read only if all it brought can be remembered.
            if queue.overflow() == 0 {
                batch.cursor = save(until, &queue);
            }
            emit.send(batch)?;
        }
        if self.options.follow {
            let articles = Articles {
                context,
                common: &self.common,
                source: &self.source,
                home: &self.options.api,
                pages_max: self.options.pages_a_run,
            };
            // What does not fit into the cursor is asked for again: then the windows start where they started today.
            let exact = |queue: &Queue| save(if queue.overflow() == 0 { until } else { from }, queue);
            articles.drain(&mut queue, &mut emit, &exact, &|_| None).await?;
        }
        Ok(emit.outcome)
    }

    fn skipped(&self, reason: String) -> Skipped {
        Skipped { file: self.options.api.clone(), row: 0, reason }
    }

    fn wanted(&self, answer: Vec<Value>, batch: &mut Batch) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for value in answer {
            let found: Option<Found> = serde_json::from_value(value).ok();
            let Some((url, found)) = found.and_then(|found| Some((addresses::clean(&found.url)?, found))) else {
                batch.skipped.push(self.skipped("an article has no readable address".to_owned()));
                continue;
            };
            let is_of = |domain: &String| {
                let bare = |name: &str| name.trim_start_matches("www.").to_ascii_lowercase();
                let (named, host) = (bare(domain), addresses::bare_host(&url).to_owned());
                host == named || host.ends_with(&format!(".{named}")) || bare(&found.domain) == named
            };
            let options = &self.options;
            let named = options.domains.is_empty() || options.domains.iter().any(is_of);
            if !named || options.exclude_domains.iter().any(is_of) {
                batch.left_out += 1;
                continue;
            }
            let title = Some(found.title.trim().to_owned()).filter(|title| !title.is_empty());
            // When it was seen is not when it was published; where the page is fetched, that says it better.
            let seen = dates::parse(&found.seendate, &TimeZone::UTC).filter(|_| !options.follow);
            wanted.push(Wanted { url: url.into(), title, published_at: seen, ..Wanted::default() });
        }
        wanted
    }

    /// The articles of one window.
    async fn ask(&self, context: &Context<'_>, start: Timestamp, end: Timestamp) -> Result<Vec<Value>, Error> {
        let time = |time: Timestamp| time.strftime("%Y%m%d%H%M%S").to_string();
        let base = Url::parse(&self.options.api).expect("checked when the collector was built");
        let mut url = base.join("/api/v2/doc/doc").expect("a plain path");
        url.query_pairs_mut().extend_pairs([
            ("query", self.query().as_str()),
            ("mode", "ArtList"),
            ("format", "json"),
            ("maxrecords", &RECORDS_MAX.to_string()),
            ("sort", "DateDesc"),
            ("startdatetime", &time(start)),
            ("enddatetime", &time(end)),
        ]);
        let request = Request { allow_private: self.common.allow_private.clone(), ..Request::new(url) };
        read(&context.client.send(&request).await?)
    }

    fn query(&self) -> String {
        let any = |words: Vec<String>| match words.len() {
            0 => None,
            1 => words.into_iter().next(),
            _ => Some(format!("({})", words.join(" OR "))),
        };
        let quoted = |term: &String| match term.trim() {
            term if term.contains(char::is_whitespace) => format!("\"{term}\""),
            term => term.to_owned(),
        };
        let options = &self.options;
        let named = |name: &str, values: &[String]| any(values.iter().map(|value| format!("{name}:{value}")).collect());
        let parts = [
            any(options.terms.iter().filter(|term| !term.trim().is_empty()).map(quoted).collect()),
            named("domainis", &options.domains),
            named("sourcecountry", &options.sourcecountry),
            named("sourcelang", &options.sourcelang),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn save(until: Timestamp, queue: &Queue) -> Option<String> {
    serde_json::to_string(&Saved { until, queue }).ok()
}

/// Reads an answer: a refused query comes as a sentence with HTTP 200, and titles break the JSON now and then.
fn read(response: &Response) -> Result<Vec<Value>, Error> {
    if !response.is_success() {
        return Err(Error::Status { status: response.status });
    }
    let text = String::from_utf8_lossy(&response.body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('{') {
        let sentence: String = sentence(text).chars().take(200).collect();
        let found = if sentence.is_empty() { "an empty answer".to_owned() } else { format!("\"{sentence}\"") };
        return Err(Error::Unexpected { found, wanted: "GDELT's list of articles" });
    }
    let value: Result<Value, _> = serde_json::from_str(text).or_else(|_| serde_json::from_str(&repaired(text)));
    let wrong = || Error::Unexpected { found: "damaged JSON".to_owned(), wanted: "GDELT's list of articles" };
    let mut value = value.map_err(|_| wrong())?;
    // Nothing found is an empty object; one that says something else is no empty list.
    let empty = value.as_object().is_some_and(serde_json::Map::is_empty);
    match value.get_mut("articles").map(Value::take) {
        None if empty => Ok(Vec::new()),
        Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(articles)) => Ok(articles),
        None => Err(Error::Unexpected { found: "other JSON".to_owned(), wanted: "GDELT's list of articles" }),
        Some(_) => Err(wrong()),
    }
}

fn sentence(text: &str) -> String {
    let words: String = crate::html::pieces(text)
        .filter_map(|piece| if let crate::html::Piece::Text(text) = piece { Some(text) } else { None })
        .collect();
    crate::html::squeezed(&words)
}

/// Makes sound JSON of what GDELT sends when a title holds control characters, stray backslashes or bare quotes.
fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut inside = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if !inside => {
                inside = true;
                out.push('"');
            }
            '"' => {
                // A quote ends a string only where JSON goes on behind it.
                let next = rest.clone().find(|c| !c.is_whitespace());
                match next {
                    None | Some(',' | ':' | '}' | ']') => {
                        inside = false;
                        out.push('"');
                    }
                    Some(_) => out.push_str("\\\""),
                }
            }
            '\\' if inside => match rest.peek().copied() {
                Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
                    out.push('\\');
                    out.extend(rest.next());
                }
                Some('u') if rest.clone().skip(1).take(4).filter(char::is_ascii_hexdigit).count() == 4 => {
                    out.push('\\')
                }
                _ => out.push_str("\\\\"),
            },
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::repaired;
    use serde_json::{Value, json};

    #[test]
    fn repairs_what_titles_break() {
        let broken = "{\"articles\": [\n{\"url\":\"https:\\/\\/k.example\\/a\",\"title\":\"Kata \"banjir\" \\'itu\\' \\u00e9 \\ud \t x\u{1}\"}\n]}";
        assert!(serde_json::from_str::<Value>(broken).is_err());
        let value: Value = serde_json::from_str(&repaired(broken)).unwrap();
        assert_eq!(
            value["articles"][0],
            json!({"url": "https://k.example/a", "title": "Kata \"banjir\" \\'itu\\' é \\ud   x "})
        );
    }
}

//! Bluesky in two ways: searches through the office's own account, or the network's whole stream filtered here.

mod jetstream;

mod post;

mod search;

mod session;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{Kind, SourceKind};
use net::SecretRef;
use serde::Deserialize;
use session::Session;
use tokio::sync::Mutex;
use url::Url;

/// Searches of one source: each costs requests in every run.
const QUERIES_MAX: usize = 20;
/// Words of one source, each looked for in every post of the network.
const WORDS_MAX: usize = 500;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Search: 100 posts a page, 20 pages a search and run; deletions are seen for the newest 500 posts. 300 logins a day, \
             so the session is kept while the program runs. Jetstream: the whole network comes in (about 50 posts a second) \
             and is filtered here; it keeps about a day; deletions are seen for the last 500 posts handed over.",
    terms: "Posts are public by design of the protocol. Its makers say that searching is not meant for general collection of the \
            network's data and point to the stream for that. Deletions and closed accounts are honoured; accounts that ask to be \
            shown to members only are left out where the search says so.",
    reaches_back: true,
    evidence: Evidence::Real(
        "@atproto/dev-env 0.6.7, run by tests/peers/bluesky.sh; Jetstream's form after its README",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "bluesky",
    summary: "reads Bluesky: searches through an account, or the public stream filtered by words and languages",
    example: r#"kind = "bluesky"
name = "Bluesky: Kota Rimba"
queries = ["banjir kotarimba", "jalan rusak kotarimba"]
languages = ["id"]
identifier = "kantor.bsky.social"
app_password = "env:BLUESKY_APP_PASSWORD"
first_hours = 24
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        options.check()?;
        let source = common.source(SourceKind::Post);
        Ok(Box::new(Bluesky { source, common, options, session: Mutex::new(None) }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    #[serde(default)]
    mode: Mode,
    /// Languages wanted, such as "id"; every language where it is empty.
    #[serde(default)]
    languages: Vec<String>,
    /// How far back the first run reads.
    #[serde(default = "day")]
    first_hours: u16,

    // for searching
    /// The server of the account.
    #[serde(default = "service")]
    service: String,
    identifier: Option<String>,
    app_password: Option<SecretRef>,
    /// What is searched for, in the words of Bluesky's own search.
    #[serde(default)]
    queries: Vec<String>,
    author: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    url: Option<String>,
    domain: Option<String>,

    // for the stream
    #[serde(default = "jetstream_address")]
    jetstream: String,
    /// Words or phrases of which a post must say one.
    #[serde(default)]
    words: Vec<String>,
}

/// How Bluesky is read.
#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Search,
    Jetstream,
}

fn day() -> u16 {
    24
}

fn service() -> String {
    "https://bsky.social".to_owned()
}

fn jetstream_address() -> String {
    "wss://jetstream2.us-east.bsky.network/subscribe".to_owned()
}

impl Options {
    fn check(&self) -> Result<(), String> {
        match self.mode {
            Mode::Search => {
                web_address(&self.service).map_err(|error| error.replace("`url`", "`service`"))?;
                if self.queries.iter().all(|query| query.trim().is_empty()) {
                    return Err("`queries` names nothing to search for".to_owned());
                }
                if self.queries.len() > QUERIES_MAX {
                    return Err(format!("`queries` names {}; one source takes {QUERIES_MAX}", self.queries.len()));
                }
                if self.identifier.is_none() || self.app_password.is_none() {
                    return Err(
                        "a search needs an account: `identifier` and `app_password` (as env:NAME or file:PATH); \
                                visitors are refused"
                            .to_owned(),
                    );
                }
                if self.words.is_empty() { Ok(()) } else { Err("`words` belongs to mode = \"jetstream\"".to_owned()) }
            }
            Mode::Jetstream => {
                let url = Url::parse(&self.jetstream)
                    .ok()
                    .filter(|url| matches!(url.scheme(), "wss" | "ws") && url.has_host());
                if url.is_none() {
                    return Err(format!("`jetstream` is \"{}\", which is no wss address", self.jetstream));
                }
                let foreign = !self.queries.is_empty()
                    || self.author.is_some()
                    || !self.tags.is_empty()
                    || self.url.is_some()
                    || self.domain.is_some();
                if foreign {
                    return Err("`queries`, `author`, `tags`, `url` and `domain` belong to mode = \"search\"; \
                                the stream is filtered by `words` and `languages`"
                        .to_owned());
                }
                if self.words.iter().all(|word| word.trim().is_empty()) && self.languages.is_empty() {
                    return Err("the stream holds every post of the world; say by `words` or `languages` which are the office's business"
                        .to_owned());
                }
                if self.words.len() > WORDS_MAX || self.words.iter().any(|word| word.trim().is_empty()) {
                    return Err(format!("`words` holds an empty word, or more than {WORDS_MAX}"));
                }
                Ok(())
            }
        }
    }
}

struct Bluesky {
    source: Source,
    common: Common,
    options: Options,
    /// The open session, while the program runs.
    session: Mutex<Option<Session>>,
}

impl Bluesky {
    /// True where one of a post's languages is wanted, whatever its region; posts that say none are kept.
    fn speaks(&self, langs: &[String]) -> bool {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let wanted = &self.options.languages;
        wanted.is_empty()
            || langs.is_empty()
            || langs.iter().any(|tag| wanted.iter().any(|wanted| primary(wanted) == primary(tag)))
    }
}

impl Collector for Bluesky {
    fn source(&self) -> &Source {
        &self.source
    }

    fn collect<'a>(
        &'a self,
        context: &'a Context<'a>,
        cursor: Option<&'a str>,
        emit: &'a mut Emit<'_>,
    ) -> BoxFuture<'a, Result<Outcome, Error>> {
        let emit = Counted::new(emit);
        match self.options.mode {
            Mode::Search => search::Run::new(self, context, kept(cursor), emit).finish().boxed(),
            Mode::Jetstream => jetstream::Run::new(self, context, kept(cursor), emit).finish().boxed(),
        }
    }
}

fn kept<T: Default + serde::de::DeserializeOwned>(cursor: Option<&str>) -> T {
    cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default()
}

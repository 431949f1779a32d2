//! Telegram in two ways: the public preview of a channel, or a bot inside channels of the office's own.

mod bot;

mod preview;

use crate::collector::{Counted, Source};
use crate::options::{Common, options, web_address};
use crate::{Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome};
use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use jiff::Timestamp;
use model::{BodyFormat, Engagement, Kind, RawItem, SourceKind};
use net::{Secret, SecretRef};
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

/// What marks a post that repeats another's words.
const FORWARDED: &str = "diteruskan";

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "Preview: about 20 posts a page, 10 pages a run; views are rounded; edits and deletions are seen on the pages that a \
             run reads, which is the newest 20 posts or so. Bot: 100 updates an answer; Telegram keeps updates for 24 hours, \
             so the bot must be read at least daily; deletions are not told.",
    terms: "The preview is shown to everybody, but is no interface that Telegram promises; its owner can switch it off, and \
            robots.txt is obeyed. A bot reads only channels whose administrators added it.",
    // The preview does; a bot that was not read in time says itself what is missing.
    reaches_back: true,
    evidence: Evidence::Memory(
        "the preview's form as other readers of it describe it, never seen by us; the bot after core.telegram.org/bots/api",
    ),
};

const KIND: Kind<Build> = Kind {
    name: "telegram",
    summary: "reads a public Telegram channel from its preview page, or the office's own channels through a bot",
    example: r#"kind = "telegram"
name = "Kanal Info Benua"
channel = "infobenua"
first_days = 7
"#,
    build: |table, _| {
        let (common, mut options): (Common, Options) = options(table)?;
        options.check()?;
        Ok(Box::new(Telegram { source: common.source(SourceKind::Post), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The channel's name; with a token, the only one that is taken.
    channel: Option<String>,
    /// The bot's token; the preview is read where it is absent.
    token: Option<SecretRef>,
    /// The web page's or the interface's address.
    api: Option<String>,
    /// How far back the first run reads a preview.
    #[serde(default = "week")]
    first_days: u16,
}

fn week() -> u16 {
    7
}

impl Options {
    fn check(&mut self) -> Result<(), String> {
        if self.channel.is_none() && self.token.is_none() {
            return Err(
                "say `channel` for a public channel, or `token` for a bot in channels of the office's own".to_owned()
            );
        }
        if let Some(api) = &self.api {
            web_address(api).map_err(|error| error.replace("`url`", "`api`"))?;
        }
        let Some(channel) = &mut self.channel else { return Ok(()) };
        let name = channel.trim().trim_start_matches("https://").trim_start_matches("t.me/").trim_start_matches("s/");
        let name = name.trim_start_matches('@').trim_end_matches('/').to_owned();
        let is_name =
            (3..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return Err(format!("`channel` is \"{channel}\", which is no channel's name such as \"infobenua\""));
        }
        *channel = name;
        Ok(())
    }
}

struct Telegram {
    source: Source,
    common: Common,
    options: Options,
}

impl Telegram {
    fn web(&self) -> &str {
        self.options.api.as_deref().unwrap_or("https://t.me")
    }

    fn api(&self) -> &str {
        self.options.api.as_deref().unwrap_or("https://api.telegram.org")
    }

    /// The token, in the only form that it can have: it becomes part of an address.
    fn token(&self, token: &SecretRef) -> Result<Secret, Error> {
        let secret = token.read()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
        if secret.reveal().bytes().all(plain) {
            return Ok(secret);
        }
        Err(Error::Unexpected {
            found: "something else".to_owned(),
            wanted: "a bot's token (digits, a colon, letters)",
        })
    }

    /// An item that has nothing yet but its identity.
    fn blank(&self, id: String, now: Timestamp) -> RawItem {
        RawItem {
            source: self.source.name.clone(),
            id: id.into(),
            revision: String::new(),
            kind: self.source.kind,
            url: None,
            title: None,
            body: Vec::new(),
            format: BodyFormat::Fragment,
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
}

impl Collector for Telegram {
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
        match (&self.options.token, &self.options.channel) {
            (Some(token), _) => match self.token(token) {
                Ok(token) => bot::Run::new(self, token, context, kept(cursor), emit).finish().boxed(),
                Err(error) => future::ready(Err(error)).boxed(),
            },
            (None, Some(channel)) => preview::Run::new(self, channel, context, kept(cursor), emit).finish().boxed(),
            (None, None) => unreachable!("checked when the collector was built"),
        }
    }
}

fn kept<T: Default + serde::de::DeserializeOwned>(cursor: Option<&str>) -> T {
    cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default()
}

/// What changes when the words do; counts of views do not.
fn hashed(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

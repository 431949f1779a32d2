//! Newsletters and a tip mailbox, by IMAP: read only, nothing is marked as seen, moved or deleted.
//!
//! The cursor is the mailbox's own: its UIDVALIDITY and the highest UID that was read. A mailbox that was rebuilt counts
//! its messages anew, and is then read again from a few days before the last run; truth knows the messages by their
//! `Message-ID`. Each batch moves the cursor to the last message that it covers, so a kill repeats at most one batch.

mod message;

use crate::collector::{Counted, Source};
use crate::options::{Common, options};
use crate::{Batch, Build, Collector, Connector, Context, Emit, Error, Evidence, Outcome, Skipped};
use async_imap::types::Fetch;
use async_imap::{Client, Session};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use message::Letter;
use model::{Author, BodyFormat, Engagement, Kind, RawItem, SourceKind};
use net::{Connection, HostPort, Secret, Security};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Messages of one run; the rest follows in the next.
const MESSAGES_MAX: usize = 500;
/// Messages of one batch; a kill repeats at most these.
const BATCH: usize = 25;
/// A larger message is not fetched: text of this length does not exist, and the rest is attachments.
const MESSAGE_BYTES_MAX: u32 = 5 << 20;
/// Bytes of one run, by the sizes that the server states; the rest follows in the next.
const RUN_BYTES_MAX: u64 = 64 << 20;
/// Bytes of one run, whatever the server states.
const BYTES_MAX: u64 = RUN_BYTES_MAX + (32 << 20);
/// Time for one command with its answer.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// A rebuilt mailbox is read again from so long before the last run.
const OVERLAP: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A date that a sender puts further ahead of the arrival than this is not believed.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Longest part of a server's message that is repeated.
const SAID_MAX: usize = 200;

pub(crate) const CONNECTOR: Connector = Connector {
    kind: KIND,
    limits: "500 messages or 64 MiB a run, the rest follows in the next; a message above 5 MiB is skipped with its reason, \
             attachments are named and not read.",
    terms: "Only mailboxes of the office's own. Newsletters are for the subscriber: quote them as any article. Tips hold \
            personal data of people who wrote in confidence; give the mailbox a retention and do not name its senders.",
    reaches_back: true,
    evidence: Evidence::Real("Dovecot 2.3, run by the tests"),
};

const KIND: Kind<Build> = Kind {
    name: "imap",
    summary: "reads newsletters or a tip mailbox by IMAP, without changing anything in it",
    example: r#"kind = "imap"
name = "Buletin Media"
server = "surat.kantor.example:993"
user = "buletin@kantor.example"
password = "env:KATA_SANDI_BULETIN"
mailbox = "INBOX"
allow_senders = ["@tepianuji.example", "redaksi@suarabenua.example"]
"#,
    build: |table, _| {
        let (common, options): (Common, Options) = options(table)?;
        if !common.has_login() {
            return Err("a mailbox needs `user` and `password`".to_owned());
        }
        if options.allow_senders.is_empty() && !options.tip {
            return Err(
                "`allow_senders` names whose newsletters are read, as \"name@host\" or \"@host\"; a tip mailbox, \
                        where anybody may write, says `tip = true` instead"
                    .to_owned(),
            );
        }
        if let Some(wrong) = options.allow_senders.iter().find(|sender| !sender.contains('@')) {
            return Err(format!("`allow_senders` holds \"{wrong}\", which is neither \"name@host\" nor \"@host\""));
        }
        if options.mailbox.is_empty() || options.mailbox.contains(|c: char| c.is_control()) {
            return Err("`mailbox` is no name of a mailbox".to_owned());
        }
        if options.security == Kept::Plain && !common.allow_private.contains(&options.server) {
            return Err(format!(
                "`security = \"plain\"` sends the password unencrypted; it is only for a server of your own, named as \
                 `allow_private = [\"{}\"]`",
                options.server
            ));
        }
        let kind = if options.tip { SourceKind::Post } else { SourceKind::News };
        Ok(Box::new(Mailbox { source: common.source(kind), common, options }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    server: HostPort,
    #[serde(default)]
    security: Kept,
    #[serde(default = "inbox")]
    mailbox: String,
    /// Whose messages are read; everybody's in a tip mailbox without it.
    #[serde(default)]
    allow_senders: Vec<String>,
    /// True for a mailbox where anybody may write.
    #[serde(default)]
    tip: bool,
    /// How far back the first run reads.
    #[serde(default = "month")]
    since_days: u16,
}

/// How the connection is kept from being read by others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    #[default]
    Tls,
    Plain,
}

fn inbox() -> String {
    "INBOX".to_owned()
}

fn month() -> u16 {
    30
}

struct Mailbox {
    source: Source,
    common: Common,
    options: Options,
}

/// What is remembered between two runs.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Cursor {
    uid_validity: u32,
    /// The highest UID that was read.
    uid: u32,
    /// The last run that came to the end of the mailbox.
    read_at: Option<Timestamp>,
}

impl Collector for Mailbox {
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
        async move {
            let session = self.open(context).await?;
            let mut run = Run {
                mailbox: self,
                now: context.now,
                session,
                cursor,
                emit: Counted::new(emit),
                seen: BTreeSet::new(),
            };
            run.read().await?;
            // What was read is read, also where the server does not hear our farewell.
            let _ = tokio::time::timeout(COMMAND_TIMEOUT, run.session.logout()).await;
            Ok(run.emit.outcome)
        }
        .boxed()
    }
}

impl Mailbox {
    /// Connects and logs in.
    async fn open(&self, context: &Context<'_>) -> Result<Session<Bounded>, Error> {
        let security = if self.options.security == Kept::Plain { Security::Plain } else { Security::Tls };
        let connection = context.client.connect(&self.options.server, security, &self.common.allow_private).await?;
        let mut client = Client::new(Bounded { connection, left: BYTES_MAX });
        let (user, password) = self.common.login()?.expect("checked when it was built");
        let greeting = self.within(async { client.read_response().await.map_err(async_imap::error::Error::from) });
        if greeting.await?.is_none() {
            return Err(self.named("the connection", async_imap::error::Error::ConnectionLost, None));
        }
        let login = async { client.login(&user, password.reveal()).await.map_err(|(error, _)| error) };
        match tokio::time::timeout(COMMAND_TIMEOUT, login).await {
            Ok(outcome) => outcome.map_err(|error| self.named("the login", error, Some(&password))),
            Err(_) => Err(self.late()),
        }
    }

    async fn within<T>(&self, command: impl Future<Output = Result<T, async_imap::error::Error>>) -> Result<T, Error> {
        match tokio::time::timeout(COMMAND_TIMEOUT, command).await {
            Ok(outcome) => outcome.map_err(|error| self.named("a command", error, None)),
            Err(_) => Err(self.late()),
        }
    }

    fn late(&self) -> Error {
        let host = self.options.server.host().to_owned();
        net::Error::Timeout { host, seconds: COMMAND_TIMEOUT.as_secs() }.into()
    }

    /// Says what went wrong in the server's words, never in ours that hold the password.
    fn named(&self, step: &'static str, error: async_imap::error::Error, password: Option<&Secret>) -> Error {
        use async_imap::error::Error as Fault;
        let host = self.options.server.host().to_owned();
        match error {
            Fault::No(said) | Fault::Bad(said) => {
                let said = match password {
                    Some(password) => said.replace(password.reveal(), "…"),
                    None => said,
                };
                let plain = said.chars().filter(|c| !c.is_control()).take(SAID_MAX).collect();
                Error::Mail { step, said: plain }
            }
            Fault::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Error::TooLarge { limit: BYTES_MAX as usize }
            }
            Fault::Io(error) => net::Error::Reset { host, source: error.into() }.into(),
            Fault::ConnectionLost => {
                let source = io::Error::from(io::ErrorKind::UnexpectedEof).into();
                net::Error::Reset { host, source }.into()
            }
            Fault::Validate(_) => Error::Mail {
                step,
                said: "`user`, `password` or `mailbox` holds a character that IMAP has no place for".into(),
            },
            _ => Error::Unexpected { found: "something else".into(), wanted: "an answer of an IMAP server" },
        }
    }

    fn lets_in(&self, sender: Option<&str>) -> bool {
        let fits = |allowed: &String| {
            let (allowed, sender) = (allowed.to_lowercase(), sender.unwrap_or_default());
            match allowed.strip_prefix('@') {
                Some(host) => sender
                    .rsplit_once('@')
                    .is_some_and(|(_, of)| of == host || of.strip_suffix(host).is_some_and(|sub| sub.ends_with('.'))),
                None => sender == allowed,
            }
        };
        self.options.allow_senders.is_empty() || self.options.allow_senders.iter().any(fits)
    }
}

/// One run with what it has learned so far.
struct Run<'a, 'b> {
    mailbox: &'a Mailbox,
    now: Timestamp,
    session: Session<Bounded>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
    /// Id and revision of what this run has handed over: the same newsletter may lie in the mailbox twice.
    seen: BTreeSet<(String, String)>,
}

impl Run<'_, '_> {
    async fn read(&mut self) -> Result<(), Error> {
        let name = &self.mailbox.options.mailbox;
        // EXAMINE opens for reading only.
        let opened = match tokio::time::timeout(COMMAND_TIMEOUT, self.session.examine(name)).await {
            Ok(opened) => opened.map_err(|error| self.mailbox.named("to open the mailbox", error, None))?,
            Err(_) => return Err(self.mailbox.late()),
        };
        let validity = opened.uid_validity.unwrap_or_default();
        let back = |from: Timestamp, by: SignedDuration| from.saturating_sub(by).expect("a duration of hours");
        let since = match self.cursor.read_at {
            Some(read_at) => back(read_at, OVERLAP),
            None => back(self.now, SignedDuration::from_hours(24 * i64::from(self.mailbox.options.since_days))),
        };
        if self.cursor.uid_validity != validity {
            (self.cursor.uid_validity, self.cursor.uid) = (validity, 0);
        }
        let from = self.cursor.uid.saturating_add(1);
        let query = match self.cursor.uid {
            0 => format!("UNDELETED SINCE {}", since.strftime("%-d-%b-%Y")),
            _ => format!("UNDELETED UID {from}:*"),
        };
        let found = self.mailbox.within(self.session.uid_search(query)).await?;
        // `n:*` always names the last message, also where it is older.
        let found: BTreeSet<u32> = found.into_iter().filter(|uid| *uid >= from).collect();
        let uids: Vec<u32> = found.iter().copied().take(MESSAGES_MAX).collect();
        let mut whole = uids.len() == found.len();
        let mut bytes = 0;
        for uids in uids.chunks(BATCH) {
            let mut batch = Batch::default();
            let sizes = self.fetch(&set(uids), "(UID RFC822.SIZE)").await?;
            for &uid in uids {
                let size = sizes.iter().find(|fetch| fetch.uid == Some(uid)).and_then(|fetch| fetch.size);
                bytes += u64::from(size.unwrap_or_default().min(MESSAGE_BYTES_MAX));
                whole &= bytes <= RUN_BYTES_MAX;
                if bytes > RUN_BYTES_MAX {
                    break;
                }
                match size {
                    // Gone since it was found.
                    None => {}
                    Some(size) if size > MESSAGE_BYTES_MAX => {
                        let reason = format!("the message of {size} bytes is larger than {MESSAGE_BYTES_MAX}");
                        batch.skipped.push(self.skipped(uid, reason));
                    }
                    Some(_) => self.message(uid, &mut batch).await?,
                }
                self.cursor.uid = uid;
            }
            self.hand_over(batch)?;
            if bytes > RUN_BYTES_MAX {
                break;
            }
        }
        if whole {
            self.cursor.read_at = Some(self.now);
            self.hand_over(Batch::default())?;
        }
        Ok(())
    }

    fn hand_over(&mut self, batch: Batch) -> Result<(), Error> {
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields");
        self.emit.send(Batch { cursor: Some(cursor), ..batch })
    }

    async fn fetch(&mut self, uids: &str, what: &str) -> Result<Vec<Fetch>, Error> {
        let session = &mut self.session;
        self.mailbox.within(async { session.uid_fetch(uids, what).await?.try_collect().await }).await
    }

    fn skipped(&self, uid: u32, reason: String) -> Skipped {
        let options = &self.mailbox.options;
        Skipped { file: format!("imap://{}/{}", options.server, options.mailbox), row: u64::from(uid), reason }
    }

    /// Reads one message without marking it as seen.
    async fn message(&mut self, uid: u32, batch: &mut Batch) -> Result<(), Error> {
        let fetched = self.fetch(&uid.to_string(), "(UID INTERNALDATE BODY.PEEK[])").await?;
        let Some(fetch) = fetched.iter().find(|fetch| fetch.uid == Some(uid) && fetch.body().is_some()) else {
            return Ok(()); // gone since it was found
        };
        let bytes = fetch.body().unwrap_or_default();
        if bytes.len() > MESSAGE_BYTES_MAX as usize {
            let reason = format!("the message is larger than {MESSAGE_BYTES_MAX} bytes, and than its server said");
            batch.skipped.push(self.skipped(uid, reason));
            return Ok(());
        }
        let letter = message::read(bytes);
        let arrived_at = fetch.internal_date().and_then(|date| Timestamp::from_second(date.timestamp()).ok());
        if !self.mailbox.lets_in(letter.sender.as_deref()) || (self.mailbox.options.tip && letter.automatic) {
            batch.left_out += 1;
            return Ok(());
        }
        if letter.body.iter().all(u8::is_ascii_whitespace) && letter.subject.is_none() {
            batch.skipped.push(self.skipped(uid, "the message has neither a subject nor a text".to_owned()));
            return Ok(());
        }
        if let Some(reason) = message::unread(&letter.attachments) {
            batch.skipped.push(self.skipped(uid, reason));
        }
        let item = self.item(letter, arrived_at);
        if self.seen.insert((item.id.to_string(), item.revision.clone())) {
            batch.items.push(item);
        }
        Ok(())
    }

    fn item(&self, letter: Letter, arrived_at: Option<Timestamp>) -> RawItem {
        let revision = hash(&[letter.subject.as_deref().unwrap_or_default().as_bytes(), &letter.body]);
        let limit = arrived_at.unwrap_or(self.now).saturating_add(AHEAD_MAX).expect("a duration of hours");
        RawItem {
            source: self.mailbox.source.name.clone(),
            // Not the UID where there is no Message-ID: a rebuilt mailbox gives others, and everything would come twice.
            id: letter.id.unwrap_or_else(|| format!("isi-{revision}")).into(),
            revision,
            kind: self.mailbox.source.kind,
            url: letter.url,
            title: letter.subject,
            body: letter.body,
            format: letter.format.unwrap_or(BodyFormat::Text),
            charset: None,
            published_at: letter.sent_at.filter(|sent_at| *sent_at <= limit).or(arrived_at),
            author: letter.name.map(Author::Name),
            tags: Vec::new(),
            engagement: Engagement::default(),
            parent: None,
            fetched_at: self.now,
            withdrawn: false,
        }
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    for part in parts {
        hasher.update(part);
        hasher.update(&[0]);
    }
    format!("{:016x}", hasher.digest())
}

fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// A connection that gives no more than so many bytes: the library itself would hold half a gigabyte of one answer.
#[derive(Debug)]
struct Bounded {
    connection: Connection,
    left: u64,
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.connection).poll_read(context, buffer))?;
        self.left = self.left.saturating_sub((buffer.filled().len() - before) as u64);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }
}

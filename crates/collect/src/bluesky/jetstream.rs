//! The network's whole stream of posts (Jetstream), of which the few that the office asked for are kept.
//!
//! Every event carries the microsecond at which the server saw it. The cursor is that moment, handed over with the posts
//! up to it; each connection starts a few seconds before it, as its makers advise, and what is known is not handed over
//! again. Deletions and closed accounts are honoured for the posts that the cursor still remembers.

use super::Bluesky;
use super::post::{self, Key, POSTS, Record, short};
use crate::collector::Counted;
use crate::{Batch, Context, Error, Outcome, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::Engagement;
use net::{Message, Request, WebSocket};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

/// How far each connection goes back before the last event.
const REWIND_MICROSECONDS: i64 = 5_000_000;
/// Handed-over posts that are remembered, for deletions: 40 KiB of cursor.
const HANDED_MAX: usize = 500;
/// One event; a post is a few hundred bytes, and a record may have 1 MiB.
const MESSAGE_BYTES_MAX: usize = 2 << 20;
/// A stream that says nothing for this long has nothing more to tell a run that happens once.
const QUIET: Duration = Duration::from_secs(5);
/// A run that happens once ends after this long; the next goes on where it stopped.
const RUN_MAX: Duration = Duration::from_secs(10 * 60);
/// How long posts wait for others, and how long the cursor stands still.
const GATHER: Duration = Duration::from_secs(5);
/// What is remembered of a post that was taken back.
const GONE: &str = "-";
/// The pause before a broken stream is opened again; it doubles up to the second.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(300);
/// A stream that starts this much later than asked has forgotten what lies between.
const GAP: SignedDuration = SignedDuration::from_mins(10);

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// The moment of the last event, in microseconds since 1970.
    time_us: Option<i64>,
    /// Posts handed over lately, oldest first: account and key, and the end of the content id.
    handed: VecDeque<(String, String)>,
}

#[derive(Deserialize)]
struct Event {
    did: String,
    time_us: i64,
    kind: String,
    #[serde(default)]
    commit: Option<Commit>,
    #[serde(default)]
    account: Option<Account>,
}

#[derive(Deserialize)]
struct Commit {
    operation: String,
    collection: String,
    rkey: String,
    #[serde(default)]
    record: Option<serde_json::Value>,
    #[serde(default)]
    cid: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    active: bool,
}

/// Why a connection is left.
enum End {
    /// All is told, or the time is up.
    Done,
    /// It broke off.
    Broken,
}

/// One run with what it has learned so far.
pub(super) struct Run<'a, 'b> {
    source: &'a Bluesky,
    context: &'a Context<'a>,
    cursor: Cursor,
    batch: Batch,
    emit: Counted<'a, 'b>,
}

impl<'a, 'b> Run<'a, 'b> {
    pub(super) fn new(source: &'a Bluesky, context: &'a Context<'a>, cursor: Cursor, emit: Counted<'a, 'b>) -> Self {
        Self { source, context, cursor, batch: Batch::default(), emit }
    }

    pub(super) async fn finish(mut self) -> Result<Outcome, Error> {
        let once = self.context.listen.is_zero();
        let deadline = Instant::now() + if once { RUN_MAX } else { self.context.listen };
        let mut pause = PAUSE_FIRST;
        loop {
            let from = self.from();
            let fault = match self.context.client.websocket(&self.request(from)).await {
                Ok(socket) => {
                    pause = PAUSE_FIRST;
                    match self.follow(socket, from, deadline).await? {
                        End::Done => return Ok(self.emit.outcome),
                        End::Broken => None,
                    }
                }
                Err(error) => Some(error),
            };
            if once || Instant::now() + pause >= deadline {
                return fault.map_or(Ok(self.emit.outcome), |fault| Err(fault.into()));
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Where the next connection starts.
    fn from(&self) -> i64 {
        let first = SignedDuration::from_hours(self.source.options.first_hours.into());
        let first = self.context.now.saturating_sub(first).expect("a duration of hours").as_microsecond();
        self.cursor.time_us.map_or(first, |last| last - REWIND_MICROSECONDS)
    }

    fn request(&self, from: i64) -> Request {
        let mut url = Url::parse(&self.source.options.jetstream).expect("checked when the collector was built");
        url.query_pairs_mut().append_pair("wantedCollections", POSTS).append_pair("cursor", &from.to_string());
        Request {
            allow_private: self.source.common.allow_private.clone(),
            max_bytes: Some(MESSAGE_BYTES_MAX),
            ..Request::new(url)
        }
    }

    async fn follow(&mut self, mut socket: WebSocket, from: i64, deadline: Instant) -> Result<End, Error> {
        let once = self.context.listen.is_zero();
        let start = self.context.now.as_microsecond();
        let mut first = true;
        let mut hand_over = Instant::now() + GATHER;
        loop {
            let quiet = if once { Instant::now() + QUIET } else { deadline };
            let event = match timeout_at(quiet.min(hand_over).min(deadline), socket.next()).await {
                Ok(Ok(Some(Message::Text(text)))) => serde_json::from_str::<Event>(&text),
                Ok(Ok(Some(Message::Binary(_)))) => {
                    let found = "a compressed stream".to_owned();
                    return Err(Error::Unexpected { found, wanted: "a stream of JSON" });
                }
                Ok(Ok(None) | Err(_)) => {
                    self.flush()?;
                    return Ok(End::Broken);
                }
                Err(_) => {
                    self.flush()?;
                    let silent = once && Instant::now() >= quiet;
                    if silent || Instant::now() >= deadline {
                        return Ok(End::Done);
                    }
                    hand_over = Instant::now() + GATHER;
                    continue;
                }
            };
            match event {
                Ok(event) => {
                    if std::mem::take(&mut first) {
                        self.note_gap(from, event.time_us);
                    }
                    let now = event.time_us;
                    self.apply(event);
                    // Time goes forward only, also where a server's clock does not.
                    self.cursor.time_us = self.cursor.time_us.max(Some(now));
                    if once && now >= start || Instant::now() >= deadline {
                        self.flush()?;
                        return Ok(End::Done);
                    }
                }
                Err(_) => self.skip("an event of the stream has an unusual form".to_owned()),
            }
            if self.batch.items.len() >= Batch::ITEMS_MAX / 2 || Instant::now() >= hand_over {
                self.flush()?;
                hand_over = Instant::now() + GATHER;
            }
        }
    }

    /// Jetstream keeps about a day; whoever asks for more gets what there is, without a word.
    fn note_gap(&mut self, from: i64, first: i64) {
        let (Ok(from), Ok(first)) = (Timestamp::from_microsecond(from), Timestamp::from_microsecond(first)) else {
            return;
        };
        if self.cursor.time_us.is_some() && first.duration_since(from) > GAP {
            self.skip(format!("the stream starts at {first}; posts since {from} are not kept by it and are missing"));
        }
    }

    fn apply(&mut self, event: Event) {
        match (event.kind.as_str(), event.commit, event.account) {
            ("commit", Some(commit), _) if commit.collection == POSTS => {
                let Some(key) = Key::new(&event.did, &commit.rkey) else { return };
                match commit.operation.as_str() {
                    "create" | "update" => self.take(&key, event.time_us, commit),
                    "delete" => self.withdraw(|known| known == key.as_str()),
                    _ => {}
                }
            }
            // Closed by its owner or by the service: deleted, deactivated, suspended, taken down.
            ("account", _, Some(Account { active: false })) => {
                let account = format!("{}/", event.did);
                self.withdraw(|known| known.starts_with(&account));
            }
            _ => {}
        }
    }

    fn take(&mut self, key: &Key, time_us: i64, commit: Commit) {
        let (Some(record), Some(cid)) = (commit.record, commit.cid) else { return };
        let Ok(record) = serde_json::from_value::<Record>(record) else {
            return self.skip("a post of the stream has an unusual form".to_owned());
        };
        let revision = short(&cid);
        let place = self.cursor.handed.iter().position(|(known, _)| known == key.as_str());
        let known = place.map(|place| self.cursor.handed[place].1.as_str());
        if known.is_some_and(|known| known == revision || known == GONE) {
            return;
        }
        // An edited post is told even where it no longer speaks of the place: it replaces what was handed over.
        if place.is_none() && !self.source.wants(&record) {
            return;
        }
        if let Some(place) = place {
            self.cursor.handed.remove(place);
        }
        self.cursor.handed.push_back((key.as_str().to_owned(), revision));
        let seen = Timestamp::from_microsecond(time_us).unwrap_or(self.context.now);
        let item = record.item(self.source, key, &cid, seen, Engagement::default(), self.context.now);
        self.batch.items.push(item);
    }

    /// Takes back what was handed over. It stays remembered: the next connection starts before the deletion.
    fn withdraw(&mut self, is_gone: impl Fn(&str) -> bool) {
        for (key, revision) in self.cursor.handed.iter_mut().filter(|(key, revision)| revision != GONE && is_gone(key))
        {
            self.batch.items.push(post::withdrawn(self.source, key, revision, self.context.now));
            GONE.clone_into(revision);
        }
    }

    fn skip(&mut self, reason: String) {
        // One line for each kind of oddity is enough; a broken server sends millions.
        if !self.batch.skipped.iter().any(|skipped| skipped.reason == reason) {
            self.batch.skipped.push(Skipped { file: self.source.options.jetstream.clone(), row: 0, reason });
        }
    }

    /// Hands over what was kept, with the moment up to which the stream is read.
    fn flush(&mut self) -> Result<(), Error> {
        while self.cursor.handed.len() > HANDED_MAX {
            self.cursor.handed.pop_front();
        }
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields");
        let mut batch = std::mem::take(&mut self.batch);
        // A closed account can take many posts with it.
        while batch.items.len() > Batch::ITEMS_MAX {
            let rest = batch.items.split_off(Batch::ITEMS_MAX);
            self.emit.send(Batch { items: std::mem::replace(&mut batch.items, rest), ..Batch::default() })?;
        }
        self.emit.send(Batch { cursor: Some(cursor), ..batch })
    }
}

impl Bluesky {
    /// True where a post of the stream speaks one of the languages and says one of the words.
    fn wants(&self, record: &Record) -> bool {
        let options = &self.options;
        // A post that says no language is judged by its words alone.
        let speaks = match record.langs.as_slice() {
            [] => !options.words.is_empty() || options.languages.is_empty(),
            langs => self.speaks(langs),
        };
        speaks && (options.words.is_empty() || says(record, &options.words))
    }
}

/// True where one of the words stands in the post, by itself or inside a hashtag.
fn says(record: &Record, words: &[String]) -> bool {
    let text = record.words().to_lowercase();
    let tags: Vec<String> = record.hashtags().map(str::to_lowercase).collect();
    words.iter().map(|word| word.to_lowercase()).any(|word| {
        let joined: String = word.split_whitespace().collect();
        stands_alone(&text, &word) || tags.iter().any(|tag| tag.contains(&joined))
    })
}

fn stands_alone(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone_or_in_a_hashtag() {
        let record = |text: &str| -> Record {
            serde_json::from_value(serde_json::json!({"text": text, "createdAt": "",
                "facets": [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "BanjirKutaiTimur"}]}]}))
            .unwrap()
        };
        let says = |text: &str, word: &str| says(&record(text), &[word.to_owned()]);
        assert!(says("Hujan di SAMARINDA, lagi.", "Samarinda") && says("ke Kutai Kartanegara", "kutai kartanegara"));
        assert!(!says("samarindaku", "samarinda") && !says("", "samarinda"));
        assert!(says("", "kutai timur"), "the hashtag");
    }
}

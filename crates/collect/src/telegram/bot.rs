//! Channels of the office's own, through a bot that is their administrator (`getUpdates`).
//!
//! Asking for updates above a number tells Telegram that those below are safely kept, and it forgets them. The number is
//! therefore sent only after the batch with that cursor has been taken over.

use super::{Telegram, hashed};
use crate::collector::Counted;
use crate::{Batch, Context, Error, Outcome, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::{Author, BodyFormat, DocumentId, RawItem};
use net::{Request, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use url::Url;

/// Updates of one answer, and answers of one run.
const PAGE_SIZE: usize = 100;
const PAGES_MAX: usize = 50;
/// How long one question waits for an answer; below the client's own patience.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// After a week without updates Telegram starts numbering anew; the old number then means nothing.
const NUMBER_LIFE: SignedDuration = SignedDuration::from_hours(6 * 24);

/// How long Telegram keeps updates that nobody asks for.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// The next update's number.
    offset: Option<i64>,
    /// When an update came last.
    at: Option<Timestamp>,
    /// When updates were asked for last.
    asked_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Vec<Value>,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    #[serde(default)]
    channel_post: Option<Value>,
    #[serde(default)]
    edited_channel_post: Option<Value>,
}

/// `Message` of the Bot API, as far as it is read.
#[derive(Deserialize)]
struct Message {
    message_id: i64,
    date: i64,
    #[serde(default)]
    edit_date: Option<i64>,
    chat: Chat,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    caption: Option<String>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    caption_entities: Vec<Entity>,
    #[serde(default)]
    reply_to_message: Option<Reference>,
    #[serde(default)]
    forward_origin: Option<Value>,
    #[serde(default)]
    document: Option<Document>,
    #[serde(default)]
    poll: Option<Poll>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    title: Option<String>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(rename = "type")]
    kind: String,
    offset: usize,
    length: usize,
}

#[derive(Deserialize)]
struct Reference {
    message_id: i64,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    file_name: Option<String>,
}

#[derive(Deserialize)]
struct Poll {
    question: String,
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    text: String,
}

/// One run with what it has learned so far.
pub(super) struct Run<'a, 'b> {
    source: &'a Telegram,
    token: Secret,
    context: &'a Context<'a>,
    cursor: Cursor,
    emit: Counted<'a, 'b>,
}

impl<'a, 'b> Run<'a, 'b> {
    pub(super) fn new(
        source: &'a Telegram,
        token: Secret,
        context: &'a Context<'a>,
        cursor: Cursor,
        emit: Counted<'a, 'b>,
    ) -> Self {
        Self { source, token, context, cursor, emit }
    }

    pub(super) async fn finish(mut self) -> Result<Outcome, Error> {
        if self.cursor.at.is_some_and(|at| self.context.now.duration_since(at) > NUMBER_LIFE) {
            self.cursor.offset = None;
        }
        let missed = self.cursor.asked_at.filter(|asked_at| self.context.now.duration_since(*asked_at) > KEPT);
        let deadline = Instant::now() + self.context.listen;
        let mut pages = 0;
        loop {
            let asked = Instant::now();
            let left = deadline.saturating_duration_since(asked);
            let wait = left.min(WAIT_MAX);
            let updates = self.updates(wait).await?;
            let length = updates.len();
            let missed = missed.filter(|_| self.cursor.asked_at != Some(self.context.now));
            if length > 0 || self.cursor.asked_at != Some(self.context.now) {
                self.cursor.asked_at = Some(self.context.now);
                self.hand_over(updates, missed)?;
            }
            pages += 1;
            if length == PAGE_SIZE && pages < PAGES_MAX {
                continue;
            }
            if left < Duration::from_secs(1) {
                break;
            }
            if length == 0 {
                sleep_until(asked + wait).await; // a server that does not wait is not asked faster for it
            }
        }
        // What was handed over last is confirmed by the next run.
        Ok(self.emit.outcome)
    }

    async fn updates(&mut self, wait: Duration) -> Result<Vec<Value>, Error> {
        let mut url = Url::parse(self.source.api()).expect("checked when the collector was built");
        url.set_path("/bot{secret}/getUpdates");
        let mut query = vec![
            ("limit", PAGE_SIZE.to_string()),
            ("timeout", wait.as_secs().to_string()),
            ("allowed_updates", r#"["channel_post","edited_channel_post"]"#.to_owned()),
        ];
        query.extend(self.cursor.offset.map(|offset| ("offset", offset.to_string())));
        url.query_pairs_mut().extend_pairs(query);
        let request = Request {
            accept: Some("application/json".to_owned()),
            secret_path: Some(self.token.clone()),
            allow_private: self.source.common.allow_private.clone(),
            ..Request::new(url)
        };
        let response = self.context.client.send(&request).await?;
        let answer: Answer = match serde_json::from_slice(&response.body) {
            Ok(answer) => answer,
            Err(_) if !response.is_success() => return Err(Error::Status { status: response.status }),
            Err(_) => {
                return Err(Error::Unexpected { found: "something else".to_owned(), wanted: "JSON of the Bot API" });
            }
        };
        let (status, code) = (response.status, answer.description.chars().take(120).collect());
        match status {
            _ if answer.ok => Ok(answer.result),
            401 | 404 => {
                let advice = "the bot's token is wrong or was revoked; ask @BotFather for it";
                Err(Error::Denied { status, code, advice })
            }
            409 => {
                let advice = "something else reads this bot's updates (a webhook or a second program); give Pesut a bot of its own";
                Err(Error::Denied { status, code, advice })
            }
            _ => Err(Error::Refused { status, code }),
        }
    }

    fn hand_over(&mut self, updates: Vec<Value>, missed: Option<Timestamp>) -> Result<(), Error> {
        let mut batch = Batch::default();
        batch.skipped.extend(missed.map(|since| Skipped {
            file: self.source.api().to_owned(),
            row: 0,
            reason: format!(
                "nobody asked since {since}, and Telegram keeps updates for a day: older posts may be missing"
            ),
        }));
        if !updates.is_empty() {
            self.cursor.at = Some(self.context.now);
        }
        for value in updates {
            let number = value["update_id"].as_i64();
            let next = number.map(|number| number + 1);
            self.cursor.offset = match self.cursor.offset {
                // A number far below is of a new count.
                Some(offset) if next.is_some_and(|next| next > offset) => next,
                Some(offset) => Some(offset),
                None => next,
            };
            match self.item(value) {
                Ok(item) => batch.items.extend(item),
                Err(reason) => batch.skipped.push(Skipped {
                    file: self.source.api().to_owned(),
                    row: number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0),
                    reason: reason.to_owned(),
                }),
            }
        }
        batch.cursor = Some(serde_json::to_string(&self.cursor).expect("plain fields"));
        self.emit.send(batch)
    }

    /// The post of an update; none where it is of another channel.
    fn item(&self, value: Value) -> Result<Option<RawItem>, &'static str> {
        let update: Update = serde_json::from_value(value).map_err(|_| "an update has an unusual form")?;
        let _ = update.update_id;
        let Some(post) = update.edited_channel_post.or(update.channel_post) else { return Ok(None) };
        let post: Message = serde_json::from_value(post).map_err(|_| "a post has an unusual form")?;
        let name = post.chat.username.as_deref();
        let wanted = |channel: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(channel));
        if self.source.options.channel.as_deref().is_some_and(|channel| !wanted(channel)) {
            return Ok(None);
        }
        let text = post.text.or(post.caption).unwrap_or_default();
        let entities = post.entities.iter().chain(&post.caption_entities);
        let mut tags: Vec<String> =
            entities.filter(|entity| entity.kind == "hashtag").filter_map(|entity| cut(&text, entity)).collect();
        if post.forward_origin.is_some() {
            tags.push(super::FORWARDED.to_owned());
        }
        let mut body = text;
        let beside = post.document.and_then(|document| document.file_name).into_iter();
        let asked = post
            .poll
            .into_iter()
            .flat_map(|poll| std::iter::once(poll.question).chain(poll.options.into_iter().map(|choice| choice.text)));
        for words in beside.chain(asked) {
            body.push_str(if body.is_empty() { "" } else { "\n\n" });
            body.push_str(&words);
        }
        // Numbers are a channel's own; a private channel has only its chat's.
        let place = name.map_or_else(|| format!("c/{}", post.chat.id), str::to_owned);
        let id = |number: i64| format!("{place}/{number}");
        let published = Timestamp::from_second(post.date).ok();
        Ok(Some(RawItem {
            revision: match post.edit_date {
                Some(edited) => format!("{edited}-{}", hashed(&body)),
                None => post.date.to_string(),
            },
            url: name.map(|name| format!("https://t.me/{name}/{}", post.message_id)),
            body: body.into_bytes(),
            format: BodyFormat::Text,
            published_at: published,
            author: name.map(|name| format!("@{name}")).or(post.chat.title).map(Author::Name),
            tags,
            parent: post.reply_to_message.map(|reply| DocumentId(id(reply.message_id))),
            ..self.source.blank(id(post.message_id), self.context.now)
        }))
    }
}

/// A hashtag's text; places count in UTF-16 units.
fn cut(text: &str, entity: &Entity) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().skip(entity.offset).take(entity.length).collect();
    String::from_utf16(&units).ok()?.strip_prefix('#').map(str::to_owned)
}

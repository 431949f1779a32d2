//! The public preview of a channel, `t.me/s/…`: a page of about twenty posts, older ones below `?before=`.
//!
//! Its form is not documented; it is read by the class names that other readers of it use, and a page without them is said
//! to be one. Pages run from new to old, so the cursor moves when the way down is finished; what a run cannot finish is
//! kept as a gap. A page shows every post between its first and its last: one that is missing there is gone.

use super::{Telegram, hashed};
use crate::collector::Counted;
use crate::html::{Element, Tag, decode, elements};
use crate::{Batch, Context, Error, Outcome, Skipped};
use jiff::{SignedDuration, Timestamp};
use model::{Author, BodyFormat, DocumentId, Engagement, RawItem};
use net::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// Pages of one run: 200 posts, at a pace that a reader with a browser also has.
const PAGES_MAX: usize = 10;
/// Twenty posts are a tenth of this.
const PAGE_BYTES_MAX: usize = 4 << 20;
/// Posts that are watched for edits and deletion, as far as a run meets them.
const WATCHED_MAX: usize = 300;

/// What is remembered between two runs.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// The newest post handed over.
    newest: Option<u64>,
    /// Posts below `before` and above `above` are not read yet.
    gap: Option<Gap>,
    /// Posts met lately, with the hash of what they said.
    watched: BTreeMap<u64, String>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
struct Gap {
    above: u64,
    before: u64,
    /// How far down time counts: only the first run has no post to stop at.
    since: Option<Timestamp>,
}

/// One post of a page.
struct Post {
    number: u64,
    /// Where its album ends, whose pictures have numbers of their own.
    last: u64,
    time: Option<Timestamp>,
    body: String,
    revision: String,
    views: Option<u64>,
    tags: Vec<String>,
    answers: Option<u64>,
}

/// One run with what it has learned so far.
pub(super) struct Run<'a, 'b> {
    source: &'a Telegram,
    channel: &'a str,
    context: &'a Context<'a>,
    cursor: Cursor,
    batch: Batch,
    emit: Counted<'a, 'b>,
}

impl<'a, 'b> Run<'a, 'b> {
    pub(super) fn new(
        source: &'a Telegram,
        channel: &'a str,
        context: &'a Context<'a>,
        cursor: Cursor,
        emit: Counted<'a, 'b>,
    ) -> Self {
        Self { source, channel, context, cursor, batch: Batch::default(), emit }
    }

    pub(super) async fn finish(mut self) -> Result<Outcome, Error> {
        let above = self.cursor.newest.unwrap_or(0);
        let first = SignedDuration::from_hours(24 * i64::from(self.source.options.first_days));
        let first = self.context.now.saturating_sub(first).expect("a duration of days");
        let since = self.cursor.newest.is_none().then_some(first);
        let mut pages = 0;
        let mut newest = self.cursor.newest;
        let mut left = None;
        for gap in [Some(Gap { above, before: u64::MAX, since }), self.cursor.gap.take()].into_iter().flatten() {
            let (top, rest) = self.down(gap, &mut pages).await?;
            newest = newest.max(top);
            left = match (left, rest) {
                (None, rest) => rest,
                (Some(upper), None) => Some(upper),
                // Two unread stretches become one; what was read between them comes again and is known.
                (Some(upper), Some(lower)) => Some(Gap { before: upper.before, ..lower }),
            };
        }
        (self.cursor.newest, self.cursor.gap) = (newest, left);
        while self.cursor.watched.len() > WATCHED_MAX {
            self.cursor.watched.pop_first();
        }
        let cursor = serde_json::to_string(&self.cursor).expect("plain fields and a map by number");
        self.emit.send(Batch { cursor: Some(cursor), ..std::mem::take(&mut self.batch) })?;
        Ok(self.emit.outcome)
    }

    /// Reads pages downwards; the newest number met, and what is left where the run has read enough.
    async fn down(&mut self, gap: Gap, pages: &mut usize) -> Result<(Option<u64>, Option<Gap>), Error> {
        let (mut top, mut before) = (None, gap.before);
        let since = gap.since.unwrap_or(Timestamp::MIN);
        loop {
            if *pages == PAGES_MAX {
                return Ok((top, Some(Gap { before, ..gap })));
            }
            *pages += 1;
            let page = self.page(before).await?;
            let posts = self.posts(&page)?;
            self.note_gone(&posts, before == u64::MAX);
            let lowest = posts.iter().map(|post| post.number).min();
            let early = posts.iter().filter_map(|post| post.time).min().is_some_and(|time| time < since);
            top = top.max(posts.iter().map(|post| post.last).max());
            for post in posts.into_iter().rev().filter(|post| post.time.is_none_or(|time| time >= since)) {
                self.take(post);
            }
            if self.batch != Batch::default() {
                self.emit.send(std::mem::take(&mut self.batch))?;
            }
            match lowest {
                Some(lowest) if lowest >= before => {
                    let reason = format!(
                        "the preview does not show what is before {before}, but its newer posts again; they are asked for next time"
                    );
                    self.batch.skipped.push(Skipped { file: page.final_url, row: 0, reason });
                    return Ok((top, Some(Gap { before, ..gap })));
                }
                Some(lowest) if lowest > gap.above.saturating_add(1) && !early => before = lowest,
                _ => return Ok((top, None)),
            }
        }
    }

    async fn page(&mut self, before: u64) -> Result<Response, Error> {
        let mut url = Url::parse(self.source.web()).expect("checked when the collector was built");
        url.set_path(&format!("/s/{}", self.channel));
        if before < u64::MAX {
            url.query_pairs_mut().append_pair("before", &before.to_string());
        }
        let request = Request { max_bytes: Some(PAGE_BYTES_MAX), ..self.source.common.request(url)? };
        let response = self.context.client.send(&request).await?;
        if !response.is_success() {
            return Err(Error::Status { status: response.status });
        }
        // A channel without a preview, a person and a group lead to their card.
        if !Url::parse(&response.final_url).is_ok_and(|url| url.path().starts_with("/s/")) {
            return Err(Error::Denied {
                status: response.status,
                code: "no preview".to_owned(),
                advice: "the channel shows no public preview: it is private, a group or misspelled, or its owner has switched \
                         it off; for a channel of the office's own use `token`",
            });
        }
        Ok(response)
    }

    fn posts(&mut self, page: &Response) -> Result<Vec<Post>, Error> {
        let text = decode(&page.body, page.charset.as_deref());
        // Posts stand from old to new: a page that breaks off lacks the newest, and none may be taken for deleted.
        if text.contains("tgme_") && !text.to_ascii_lowercase().contains("</html>") {
            return Err(Error::Unexpected {
                found: "a page that breaks off".to_owned(),
                wanted: "a channel's preview with its end",
            });
        }
        let found = elements(&text, |tag| tag.has_class("tgme_widget_message") && tag.attribute("data-post").is_some());
        let is_channel = |tag: &Tag| tag.has_class("tgme_channel_history") || tag.has_class("tgme_channel_info");
        if found.is_empty() && elements(&text, is_channel).is_empty() {
            return Err(Error::Unexpected {
                found: "a web page of another form".to_owned(),
                wanted: "a channel's preview",
            });
        }
        let mut posts: Vec<Post> = Vec::new();
        for element in found {
            // "Pinned", "created": said by nobody.
            if element.tag.has_class("service_message") {
                continue;
            }
            match post(&element, self.channel) {
                Some(post) => posts.push(post),
                None => {
                    let reason = "a post of the preview has an unusual form".to_owned();
                    self.batch.skipped.push(Skipped { file: page.final_url.clone(), row: 0, reason });
                }
            }
        }
        posts.sort_by_key(|post| post.number);
        Ok(posts)
    }

    /// Withdraws what a page would show and does not.
    fn note_gone(&mut self, posts: &[Post], is_top: bool) {
        let (Some(first), Some(last)) = (posts.first(), posts.last()) else { return };
        let end = if is_top { u64::MAX } else { last.last };
        let here = |number: u64| posts.iter().any(|post| (post.number..=post.last).contains(&number));
        let gone: Vec<u64> = self
            .cursor
            .watched
            .range(first.number..=end)
            .map(|(number, _)| *number)
            .filter(|number| !here(*number))
            .collect();
        for number in gone {
            if let Some(revision) = self.cursor.watched.remove(&number) {
                let item = self.source.blank(number.to_string(), self.context.now);
                self.batch.items.push(RawItem { revision: format!("{revision}-withdrawn"), withdrawn: true, ..item });
            }
        }
    }

    fn take(&mut self, post: Post) {
        if self.cursor.watched.get(&post.number) == Some(&post.revision) {
            return;
        }
        self.cursor.watched.insert(post.number, post.revision.clone());
        self.batch.items.push(RawItem {
            revision: post.revision,
            url: Some(format!("https://t.me/{}/{}", self.channel, post.number)),
            body: post.body.into_bytes(),
            format: BodyFormat::Fragment,
            published_at: post.time,
            // The channel speaks; a signature below a post is not taken.
            author: Some(Author::Name(format!("@{}", self.channel))),
            tags: post.tags,
            engagement: Engagement { views: post.views, ..Engagement::default() },
            parent: post.answers.map(|number| DocumentId(number.to_string())),
            ..self.source.blank(post.number.to_string(), self.context.now)
        });
    }
}

fn post(element: &Element, channel: &str) -> Option<Post> {
    let (owner, number) = element.tag.attribute("data-post")?.rsplit_once('/')?;
    let number: u64 = number.parse().ok().filter(|_| owner.eq_ignore_ascii_case(channel))?;
    let class = |name: &'static str| move |tag: &Tag| tag.has_class(name);
    let time = element.tag_inside(|tag| tag.name == "time" && tag.attribute("datetime").is_some());
    let time = time.and_then(|tag| tag.attribute("datetime")).and_then(|time| time.parse().ok());
    // The quoted text of the post that is answered has the same class without `js-message_text`.
    let text = element.element(class("js-message_text"));
    let mut body = text.as_ref().map(Element::html).unwrap_or_default();
    // Words beside the text: a file's name, a poll, the headline of a link.
    for name in [
        "tgme_widget_message_document_title",
        "tgme_widget_message_poll_question",
        "tgme_widget_message_poll_option_text",
        "link_preview_title",
    ] {
        for element in element.elements(class(name)) {
            let text = element.text();
            if !text.is_empty() {
                body.push_str(&format!("<p>{}</p>", super::escaped(&text)));
            }
        }
    }
    let links = text.iter().flat_map(|text| text.elements(|tag| tag.name == "a"));
    let mut tags: Vec<String> = links.filter_map(|link| link.text().strip_prefix('#').map(str::to_owned)).collect();
    tags.dedup();
    if element.tag_inside(class("tgme_widget_message_forwarded_from")).is_some() {
        tags.push(super::FORWARDED.to_owned());
    }
    let album = element.elements(class("tgme_widget_message_grouped_wrap")).into_iter();
    let numbers = album.flat_map(|album| album.elements(|tag| tag.name == "a"));
    let numbers = numbers.filter_map(|link| number_of(link.tag.attribute("href")?));
    let answers = element.tag_inside(class("tgme_widget_message_reply")).and_then(|tag| tag.attribute("href"));
    let answers =
        answers.filter(|href| href.split('/').rev().nth(1).is_some_and(|name| name.eq_ignore_ascii_case(channel)));
    Some(Post {
        number,
        last: numbers.filter(|last| (number..number + 10).contains(last)).max().unwrap_or(number),
        time,
        revision: hashed(&body),
        body,
        views: element.element(class("tgme_widget_message_views")).and_then(|views| count(&views.text())),
        tags,
        answers: answers.and_then(number_of),
    })
}

/// The number at the end of `https://t.me/channel/123?single`.
fn number_of(address: &str) -> Option<u64> {
    address.split(['?', '#']).next()?.rsplit('/').next()?.parse().ok()
}

/// "1.2K" as 1200: rounded by Telegram itself.
fn count(shown: &str) -> Option<u64> {
    let shown = shown.trim();
    let (digits, factor) = match shown.char_indices().next_back()? {
        (end, 'K' | 'k') => (&shown[..end], 1_000.0),
        (end, 'M' | 'm') => (&shown[..end], 1_000_000.0),
        _ => (shown, 1.0),
    };
    let number: f64 = digits.trim().parse().ok()?;
    (number.is_finite() && (0.0..1e12).contains(&number)).then(|| (number * factor).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rounded_counts() {
        let counts = ["401", "1.2K", "12.7K", "1.1M", " 3K "].map(count);
        assert_eq!(counts, [Some(401), Some(1200), Some(12700), Some(1_100_000), Some(3000)]);
        assert!(["", ".", "K", "1.2.3", "-1", "inf", "NaN"].into_iter().all(|odd| count(odd).is_none()));
    }
}

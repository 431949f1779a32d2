//! The stream of a timeline, followed until the time is up.
//!
//! The stream is opened first and the pages are read afterwards: what is published in between waits in the connection.
//! Each time it breaks off, the same is done again, so that nothing falls between two connections.

use super::events::Events;
use super::status::{Id, Status};
use super::{Mastodon, Run, Scope};
use crate::{Batch, Error};
use net::Stream;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long events wait for others before they are handed over together.
const GATHER: Duration = Duration::from_secs(2);
/// The pause before a broken stream is opened again; it doubles up to the second.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(300);

impl Mastodon {
    /// True where the instance streams just what the pages show; the rest is read in pages alone.
    pub(super) fn streams(&self) -> bool {
        let options = &self.options;
        let one_tag = options.any.is_empty() && options.all.is_empty() && options.none.is_empty();
        options.token.is_some() && one_tag && (options.tag.is_none() || options.timeline != Scope::Remote)
    }

    fn stream(&self) -> String {
        let path = match (&self.options.tag, self.options.timeline) {
            (None, Scope::All) => "public",
            (None, Scope::Local) => "public/local",
            (None, Scope::Remote) => "public/remote",
            (Some(_), Scope::Local) => "hashtag/local",
            (Some(_), _) => "hashtag",
        };
        format!("/api/v1/streaming/{path}")
    }
}

impl Run<'_, '_> {
    /// Follows the stream, and reads in pages what it missed whenever it breaks off.
    pub(super) async fn listen(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + self.context.listen;
        let mut url = self.api.instance().await?.streaming(self.source)?;
        url.set_path(&self.source.stream());
        if let Some(tag) = &self.source.options.tag {
            url.query_pairs_mut().append_pair("tag", tag);
        }
        let mut request = self.source.request(url)?;
        request.accept = Some("text/event-stream".to_owned());
        let mut pause = PAUSE_FIRST;
        let mut fault = None;
        while Instant::now() < deadline {
            match self.context.client.stream(&request).await {
                Ok(stream) if stream.status() == 200 => {
                    (pause, fault) = (PAUSE_FIRST, None);
                    if self.catch_up().await?.is_none() {
                        return Ok(()); // too much to read at once; the next run goes on
                    }
                    self.follow(stream, deadline).await?;
                }
                Ok(stream) if matches!(stream.status(), 401 | 403) => {
                    let advice = "streaming wants the token of a user, with the permission read:statuses";
                    return Err(Error::Denied { status: stream.status(), code: "no stream".to_owned(), advice });
                }
                Ok(stream) => fault = Some(format!("HTTP {}", stream.status())),
                Err(error) => fault = Some(error.to_string()),
            }
            sleep(pause.min(deadline.saturating_duration_since(Instant::now()))).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        if let Some(fault) = fault {
            self.skip(format!("the stream is down ({fault}); the timeline is read in pages instead"));
            self.flush()?;
        }
        Ok(())
    }

    /// Takes events until the stream ends or the time is up.
    async fn follow(&mut self, mut stream: Stream, deadline: Instant) -> Result<(), Error> {
        let mut events = Events::default();
        let mut hand_over = None;
        loop {
            let wake = hand_over.map_or(deadline, |moment: Instant| moment.min(deadline));
            match timeout_at(wake, stream.chunk()).await {
                Ok(Ok(Some(bytes))) => {
                    let Ok(events) = events.push(&bytes) else { break };
                    for event in events {
                        self.apply(&event.name, &event.data);
                    }
                    if self.batch != Batch::default() {
                        hand_over = hand_over.or(Some(Instant::now() + GATHER));
                    }
                }
                // Broken off or ended: the next connection starts with the pages.
                Ok(Ok(None) | Err(_)) => break,
                Err(_) => {} // nothing new, and time to hand over or to go
            }
            if Instant::now() >= deadline {
                break;
            }
            if self.batch.items.len() >= Batch::ITEMS_MAX / 2
                || hand_over.is_some_and(|moment| moment <= Instant::now())
            {
                hand_over = None;
                self.flush()?;
            }
        }
        self.flush()
    }

    fn apply(&mut self, name: &str, data: &str) {
        match name {
            "update" | "status.update" => match serde_json::from_str::<Status>(data) {
                Ok(status) => {
                    self.cursor.newest = self.cursor.newest.take().max(Some(status.id.clone()));
                    self.take(status);
                }
                Err(_) => self.skip("a status of the stream has an unusual form".to_owned()),
            },
            "delete" => {
                if let Ok(id) = Id::try_from(data.trim().to_owned()) {
                    self.withdraw(&id);
                }
            }
            _ => {} // announcements and the like
        }
    }
}

//! Answers that refuse: by status, with and without a time to come back.

use crate::{Act, Fault, Reply, Scene, Wants, Wire};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::io;

macro_rules! status {
    ($name:literal, $status:literal, $about:literal $(, $header:literal: $value:literal)*) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::Reason,
            ends: true,
            act: Act::Answer(|wire, _| {
                async move {
                    let reply = Reply::new($status, "application/json", "{\"message\":\"Maaf.\"}");
                    wire.reply(&reply $(.with($header, $value))*).await
                }
                .boxed()
            }),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    status!("status-400", 400, "says that the request is wrong"),
    status!("status-401", 401, "wants a login", "www-authenticate": "Basic realm=\"redaksi\""),
    status!("status-403", 403, "forbids"),
    status!("status-404", 404, "does not know the address"),
    status!("status-410", 410, "says that the address is gone for good"),
    status!("status-429", 429, "asks to slow down, without saying how long"),
    status!("status-429-seconds", 429, "asks to wait for two minutes", "retry-after": "120"),
    status!("status-429-date", 429, "asks to wait until a date",
        "date": "Sun, 22 Nov 2026 00:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 00:10:00 GMT"),
    status!("status-429-past", 429, "asks to wait until a date that is over",
        "date": "Sun, 22 Nov 2026 00:00:00 GMT", "retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"),
    status!("status-429-absurd", 429, "asks to wait for thirty thousand years", "retry-after": "999999999999"),
    status!("status-429-overflow", 429, "asks to wait for more seconds than fit into 64 bits",
        "retry-after": "99999999999999999999999"),
    status!("status-429-negative", 429, "asks to wait for minus five seconds", "retry-after": "-5"),
    status!("status-429-words", 429, "asks to wait for \"sebentar\"", "retry-after": "sebentar"),
    status!("status-500", 500, "fails"),
    status!("status-501", 501, "cannot do it"),
    status!("status-502", 502, "has nobody behind it"),
    status!("status-503", 503, "is busy"),
    status!("status-503-retry", 503, "is busy for an hour", "retry-after": "3600"),
    status!("status-504", 504, "has somebody behind it who does not answer"),
    status!("status-520", 520, "sends a status that only one vendor knows"),
    status!("status-999", 999, "sends a status that nobody knows"),
    Fault {
        name: "status-500-html",
        about: "fails with a web page where JSON is usual, as WordPress does without its database",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| database_error(wire, 500).boxed()),
    },
    Fault {
        name: "status-204",
        about: "says for ever that there is no content",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| bare(wire, 204).boxed()),
    },
    Fault {
        name: "status-304-unasked",
        about: "says that nothing changed although nobody said what is known",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(not_modified),
    },
];

async fn database_error(wire: &mut Wire, status: u16) -> io::Result<()> {
    let page = "<!DOCTYPE html><html><head><title>Database Error</title></head><body><h1>Error establishing a database \
                connection</h1></body></html>";
    wire.reply(&Reply::new(status, "text/html; charset=utf-8", page)).await
}

async fn bare(wire: &mut Wire, status: u16) -> io::Result<()> {
    wire.reply(&Reply { status, headers: Vec::new(), body: Vec::new() }).await
}

fn not_modified<'a>(wire: &'a mut Wire, scene: &'a Scene) -> BoxFuture<'a, io::Result<()>> {
    let known = ["if-none-match", "if-modified-since"].iter().any(|name| !scene.request.header(name).is_empty());
    async move { if known { wire.reply(&scene.healthy).await } else { bare(wire, 304).await } }.boxed()
}

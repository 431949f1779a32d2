//! Heads that are none, or too much of one.

use crate::{Act, Fault, Wants};
use futures_util::FutureExt;

macro_rules! start {
    ($name:literal, $wants:ident, $about:literal, $start:expr) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::$wants,
            ends: true,
            act: Act::Answer(|wire, scene| {
                async move {
                    wire.bytes($start).await?;
                    wire.bytes(&scene.healthy.body).await?;
                    wire.close().await
                }
                .boxed()
            }),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    start!("no-head", Reason, "sends the body alone, as HTTP/0.9 did", b""),
    start!("status-line-words", Reason, "sends a status that is no number", b"HTTP/1.1 OKE Baik\r\n\r\n"),
    start!("status-line-long", Reason, "sends a status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n"),
    start!("status-line-version", Reason, "sends a version that does not exist", b"HTTP/7.3 200 OK\r\n\r\n"),
    start!(
        "status-line-other",
        Reason,
        "answers in the language of another service",
        b"220 smtp.example ESMTP siap\r\n"
    ),
    start!(
        "header-without-colon",
        Honesty,
        "sends a header without a colon",
        b"HTTP/1.1 200 OK\r\nbukan header\r\n\r\n"
    ),
    start!("header-with-nul", Reason, "sends a header with a NUL", b"HTTP/1.1 200 OK\r\nx-a: b\0c\r\n\r\n"),
    Fault {
        name: "headers-twice",
        about: "sends every header twice",
        wants: Wants::Everything,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let length = format!("content-length: {}", scene.healthy.body.len());
                let mut twice: Vec<String> =
                    scene.healthy.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                twice.extend([length.clone(), length]);
                let lines: Vec<&str> = twice.iter().map(String::as_str).collect();
                wire.head(&scene.healthy, &lines).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "early-hints",
        about: "sends hints of status 103 before its answer",
        wants: Wants::Everything,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.bytes(&b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n".repeat(3)).await?;
                wire.reply(&scene.healthy).await
            }
            .boxed()
        }),
    },
    Fault {
        name: "huge-header",
        about: "sends a header of 2 MB",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let value = format!("x-isi: {}", "a".repeat(2 << 20));
                wire.head(&scene.healthy, &[&value]).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "many-headers",
        about: "sends five thousand headers",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["x-a: b"; 5000]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
];

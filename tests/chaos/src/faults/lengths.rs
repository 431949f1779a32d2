//! Bodies whose length is not the one that was announced.

use crate::{Act, Fault, Wants};
use futures_util::FutureExt;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "length-too-large",
        about: "announces more than it sends",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let length = format!("content-length: {}", scene.healthy.body.len() + 1000);
                wire.head(&scene.healthy, &[&length]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "length-too-small",
        about: "announces half of what it sends",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let length = format!("content-length: {}", scene.healthy.body.len() / 2);
                wire.head(&scene.healthy, &[&length]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "body-cut",
        about: "announces no length, sends half and closes in good order",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &[]).await?;
                wire.bytes(&scene.healthy.body[..scene.healthy.body.len() / 2]).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "two-lengths",
        about: "announces two different lengths",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let length = format!("content-length: {}", scene.healthy.body.len());
                wire.head(&scene.healthy, &[&length, "content-length: 7"]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "length-in-words",
        about: "announces a length that is no number",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["content-length: banyak"]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "length-of-exabytes",
        about: "announces exabytes",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["content-length: 9000000000000000000"]).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "chunks-cut",
        about: "sends chunks and never the last one",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["transfer-encoding: chunked"]).await?;
                wire.bytes(format!("{:x}\r\n", scene.healthy.body.len()).as_bytes()).await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.bytes(b"\r\n").await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "chunks-wrong",
        about: "sends a chunk whose size is no number",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["transfer-encoding: chunked"]).await?;
                wire.bytes(b"zz\r\n").await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    Fault {
        name: "chunk-of-exabytes",
        about: "sends a chunk that claims exabytes",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &["transfer-encoding: chunked"]).await?;
                wire.bytes(b"7fffffffffffffff\r\n").await?;
                wire.bytes(&scene.healthy.body).await?;
                wire.close().await
            }
            .boxed()
        }),
    },
];

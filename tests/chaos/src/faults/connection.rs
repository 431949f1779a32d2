//! Connections that break, or never come about.

use crate::{Act, Certificate, Fault, Reply, Wants};
use futures_util::FutureExt;

macro_rules! handshake {
    ($name:literal, $about:literal, $act:expr) => {
        Fault { name: $name, about: $about, wants: Wants::Reason, ends: true, act: $act }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "close-without-answer",
        about: "reads the request and closes",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| async move { wire.close().await }.boxed()),
    },
    Fault {
        name: "reset-without-answer",
        about: "reads the request and breaks off",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| async move { wire.reset() }.boxed()),
    },
    Fault {
        name: "reset-mid-head",
        about: "breaks off within the head",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| {
            async move {
                wire.bytes(b"HTTP/1.1 200 OK\r\ncontent-ty").await?;
                wire.reset()
            }
            .boxed()
        }),
    },
    Fault {
        name: "reset-mid-body",
        about: "breaks off within the body",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                let length = format!("content-length: {}", scene.healthy.body.len());
                wire.head(&scene.healthy, &[&length]).await?;
                wire.bytes(&scene.healthy.body[..scene.healthy.body.len() / 2]).await?;
                wire.reset()
            }
            .boxed()
        }),
    },
    Fault {
        name: "close-mid-head",
        about: "closes within the head",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| {
            async move {
                wire.bytes(b"HTTP/1.1 200 OK\r\ncontent-ty").await?;
                wire.close().await
            }
            .boxed()
        }),
    },
    handshake!("close-on-accept", "closes as soon as somebody connects", Act::Close),
    handshake!("refused", "does not listen at all", Act::Refuse),
    handshake!("name-unknown", "has a name that does not exist", Act::Name { denied: true }),
    handshake!("name-unasked", "has a name while no name server can be reached", Act::Name { denied: false }),
    handshake!("tls-self-signed", "shows a certificate signed by itself", Act::Tls(Certificate::SelfSigned)),
    handshake!("tls-expired", "shows a certificate that expired years ago", Act::Tls(Certificate::Expired)),
    handshake!("tls-not-yet", "shows a certificate of the far future", Act::Tls(Certificate::NotYet)),
    handshake!("tls-wrong-host", "shows a certificate of another host", Act::Tls(Certificate::WrongHost)),
    Fault {
        name: "tls-downgrade",
        about: "leads from https to http",
        wants: Wants::Reason,
        ends: true,
        act: Act::Secure(|wire, scene| {
            async move {
                let to = format!("http://{}{}", scene.host, scene.request.target);
                let headers = vec![("location".to_owned(), to)];
                wire.reply(&Reply { status: 302, headers, body: Vec::new() }).await
            }
            .boxed()
        }),
    },
    Fault {
        name: "tls-cut",
        about: "closes an encrypted connection within the body, without saying so",
        wants: Wants::Reason,
        ends: true,
        act: Act::Secure(|wire, scene| {
            async move {
                wire.head(&scene.healthy, &[]).await?;
                wire.bytes(&scene.healthy.body[..scene.healthy.body.len() / 2]).await
            }
            .boxed()
        }),
    },
    handshake!("tls-none", "speaks plain HTTP on the port for TLS", Act::NoTls),
];

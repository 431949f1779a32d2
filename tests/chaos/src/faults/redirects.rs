//! Answers that lead elsewhere.

use crate::{Act, Fault, Reply, Scene, Wants, Wire};
use futures_util::FutureExt;
use std::io;

macro_rules! redirect {
    ($name:literal, $about:literal, $to:expr) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::Reason,
            ends: true,
            act: Act::Answer(|wire, scene| {
                async move {
                    let to: fn(&Scene) -> String = $to;
                    send(wire, &to(scene)).await
                }
                .boxed()
            }),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    redirect!("redirect-loop", "leads to itself", |scene| scene.request.target.clone()),
    redirect!("redirect-chain", "leads thirty steps on before it answers", |scene| {
        let step = scene
            .request
            .query()
            .iter()
            .find(|(name, _)| name == "langkah")
            .map_or(0, |(_, value)| value.parse::<u32>().unwrap_or_default());
        format!("{}?langkah={}", scene.request.path(), (step + 1) % 30)
    }),
    redirect!("redirect-inside", "leads to another port of the same machine", |scene| {
        format!("http://{}/rahasia", scene.hidden)
    }),
    redirect!("redirect-inside-odd", "leads inside by an odd spelling", |scene| {
        format!("http://0x7f.1:{}/rahasia", scene.hidden.rsplit(':').next().unwrap_or_default())
    }),
    redirect!("redirect-metadata", "leads to the metadata service of a cloud", |_| {
        "http://169.254.169.254/latest/meta-data/".to_owned()
    }),
    redirect!("redirect-file", "leads to a file", |_| "file:///etc/passwd".to_owned()),
    redirect!("redirect-nowhere", "leads to something that is no address", |_| "http://[::/%%%".to_owned()),
    redirect!("redirect-empty", "leads to an empty address", |_| String::new()),
    redirect!("redirect-long", "leads to an address of 100 kB", |scene| {
        format!("http://{}/{}", scene.host, "a".repeat(100_000))
    }),
    Fault {
        name: "redirect-without-location",
        about: "says that it moved, but not where",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, _| {
            async move { wire.reply(&Reply { status: 302, headers: Vec::new(), body: Vec::new() }).await }.boxed()
        }),
    },
    Fault {
        name: "redirect-login",
        about: "leads to a login page",
        wants: Wants::Reason,
        ends: true,
        act: Act::Answer(|wire, scene| {
            async move {
                match scene.request.path() {
                    "/masuk" => wire.reply(&super::contents::login_page()).await,
                    _ => send(wire, "/masuk").await,
                }
            }
            .boxed()
        }),
    },
];

async fn send(wire: &mut Wire, to: &str) -> io::Result<()> {
    wire.reply(&Reply { status: 302, headers: vec![("location".to_owned(), to.to_owned())], body: Vec::new() }).await
}

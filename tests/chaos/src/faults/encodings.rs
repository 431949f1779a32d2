//! Content encodings that bite.

use crate::{Act, Fault, Reply, Scene, Wants};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::FutureExt;
use std::io::Write;
use std::sync::OnceLock;

macro_rules! encoded {
    ($name:literal, $wants:ident, $about:literal, $encoding:literal, $body:expr) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::$wants,
            ends: true,
            act: Act::Answer(|wire, scene| {
                async move {
                    let make: fn(&Scene) -> Vec<u8> = $body;
                    let reply = Reply { body: make(scene), ..scene.healthy.clone() };
                    wire.reply(&reply.with("content-encoding", $encoding)).await
                }
                .boxed()
            }),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    encoded!("gzip-bomb", Reason, "sends 1 MB that expand to 1 GiB", "gzip", |_| {
        static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
        BOMB.get_or_init(|| gzip(&vec![0; 1 << 20]).repeat(1024)).clone()
    }),
    encoded!("gzip-bomb-of-blanks", Reason, "sends 10 kB that expand to 10 MB of blanks", "gzip", |_| {
        static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
        BOMB.get_or_init(|| gzip(&vec![b' '; 10 << 20])).clone()
    }),
    encoded!("double-gzip", Reason, "packs twice and says so", "gzip, gzip", |scene| gzip(&gzip(&scene.healthy.body))),
    encoded!("double-gzip-hidden", Reason, "packs twice and admits to once", "gzip", |scene| {
        gzip(&gzip(&scene.healthy.body))
    }),
    encoded!("gzip-unpacked", Honesty, "claims gzip and sends plain content", "gzip", |scene| scene
        .healthy
        .body
        .clone()),
    encoded!("gzip-damaged", Reason, "sends gzip with a byte that flipped", "gzip", |scene| {
        let mut packed = gzip(&scene.healthy.body);
        let middle = packed.len() / 2;
        packed[middle] ^= 0x55;
        packed
    }),
    encoded!("gzip-cut", Reason, "sends half of its gzip in good order", "gzip", |scene| {
        let packed = gzip(&scene.healthy.body);
        packed[..packed.len() / 2].to_vec()
    }),
    encoded!("gzip-with-rest", Honesty, "sends gzip and something behind it", "gzip", |scene| {
        [gzip(&scene.healthy.body), b"<!-- cache -->".to_vec()].concat()
    }),
    encoded!("unknown-encoding", Reason, "packs in a way that nobody asked for", "br", |_| {
        super::contents::garbage(2 << 10)
    }),
    encoded!("invented-encoding", Reason, "names an encoding that does not exist", "x-rahasia", |scene| {
        scene.healthy.body.clone()
    }),
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

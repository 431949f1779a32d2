//! Answers that never come to an end; some a limit of bytes ends, the others only a deadline.

use crate::{Act, Fault, Wants};
use futures_util::FutureExt;

macro_rules! endless {
    ($name:literal, $ends:literal, $about:literal, |$wire:ident, $scene:ident| $play:block) => {
        Fault {
            name: $name,
            about: $about,
            wants: Wants::Reason,
            ends: $ends,
            act: Act::Answer(|$wire, $scene| async move $play.boxed()),
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    endless!("endless-body", true, "sends a body that never ends", |wire, scene| {
        wire.head(&scene.healthy, &[]).await?;
        wire.bytes(&scene.healthy.body).await?;
        wire.endless(&[b' '; 16 << 10]).await
    }),
    endless!("endless-garbage", true, "sends garbage that never ends", |wire, scene| {
        wire.head(&scene.healthy, &[]).await?;
        wire.endless(&super::contents::garbage(16 << 10)).await
    }),
    endless!("endless-chunks", true, "sends chunks that never end", |wire, scene| {
        wire.head(&scene.healthy, &["transfer-encoding: chunked"]).await?;
        let chunk = [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat();
        wire.endless(&chunk).await
    }),
    endless!("endless-headers", true, "sends headers that never end", |wire, _scene| {
        wire.bytes(b"HTTP/1.1 200 OK\r\n").await?;
        wire.endless(&b"x-lagi: dan lagi\r\n".repeat(100)).await
    }),
    endless!("endless-header", true, "sends one header that never ends", |wire, _scene| {
        wire.bytes(b"HTTP/1.1 200 OK\r\nx-lagi: ").await?;
        wire.endless(&[b'a'; 16 << 10]).await
    }),
    endless!("continue-flood", false, "says \"100 Continue\" for ever", |wire, _scene| {
        wire.drip(b"HTTP/1.1 100 Continue\r\n\r\n").await
    }),
    endless!("slow-head", false, "sends its head a byte at a time for ever", |wire, _scene| {
        wire.bytes(b"HTTP/1.1 200 OK\r\nx-pelan: ").await?;
        wire.drip(b"a").await
    }),
    endless!("slow-body", false, "sends its body a byte at a time for ever", |wire, scene| {
        wire.head(&scene.healthy, &[]).await?;
        wire.drip(b" ").await
    }),
    endless!("slow-chunks", false, "sends chunks of one byte for ever", |wire, scene| {
        wire.head(&scene.healthy, &["transfer-encoding: chunked"]).await?;
        wire.drip(b"1\r\n \r\n").await
    }),
    endless!("silence", false, "reads the request and says nothing", |wire, _scene| { wire.silence().await }),
    endless!("silence-mid-body", false, "stops in the middle of its body", |wire, scene| {
        let length = format!("content-length: {}", scene.healthy.body.len());
        wire.head(&scene.healthy, &[&length]).await?;
        wire.bytes(&scene.healthy.body[..scene.healthy.body.len() / 2]).await?;
        wire.silence().await
    }),
];

//! The `telegram` collector's bot, waiting for news. Everything else about it is in the cases of `exchange.rs`.
#![allow(clippy::unwrap_used)]

#[path = "../../net/tests/server/mod.rs"]
mod server;

use collect::{Batch, BuildContext, COLLECTORS, Context, MemoryLedger};
use net::{Client, Options};
use server::{Server, reply};
use std::time::Duration;

/// Updates are confirmed only after they are stored, also within one run; a server that never waits is not hurried.
#[tokio::test(start_paused = true)]
async fn confirms_what_is_stored_and_waits_for_more() {
    let server = Server::start(|head, before| {
        assert!(head.starts_with("get /bot123:abc/getupdates?"), "the token stands in the path: {head}");
        let post = |number: usize| {
            format!(
                r#"{{"update_id": {number}, "channel_post": {{"message_id": {number}, "date": 1795140000, "text": "kabar {number}",
                    "chat": {{"id": -1, "username": "infokantor"}}}}}}"#
            )
        };
        let updates = if before < 3 { post(before + 1) } else { String::new() };
        reply("200 OK", &[], format!(r#"{{"ok": true, "result": [{updates}]}}"#).as_bytes())
    })
    .await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "123:ABC\n").unwrap();
    let address = &server.address;
    let table = format!(
        "kind = \"telegram\"\nname = \"x\"\napi = \"http://{address}\"\nallow_private = [\"{address}\"]\ntoken = \"file:{}\"",
        token.path().display()
    );
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "telegram").unwrap();
    let build = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
    let collector = (connector.kind.build)(&table.parse().unwrap(), &build).unwrap();
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let now = "2026-11-20T03:00:00Z".parse().unwrap();
    let context = Context { client: &client, now, ledger: &MemoryLedger::default(), listen: Duration::from_secs(90) };
    let (mut stored, mut cursors) = (Vec::new(), Vec::new());
    let mut emit = |batch: Batch| {
        stored.extend(batch.items.into_iter().map(|item| item.id.to_string()));
        cursors.extend(batch.cursor);
        Ok(())
    };
    collector.collect(&context, None, &mut emit).await.unwrap();
    assert_eq!(stored, ["infokantor/1", "infokantor/2", "infokantor/3"]);
    assert!(cursors.last().unwrap().contains("\"offset\":4"), "{cursors:?}");
    let requests = server.requests();
    assert!((7..12).contains(&requests.len()), "three with news, then one each 20 seconds: {}", requests.len());
    for (number, head) in requests.iter().enumerate() {
        let confirmed = format!("offset={}", number.min(3) + 1);
        assert!(if number == 0 { !head.contains("offset=") } else { head.contains(&confirmed) }, "{head}");
    }
}

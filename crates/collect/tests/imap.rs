//! The `imap` collector against a small server of our own, and against a real Dovecot (`tests/peers/imap.sh`) with the
//! same messages: what comes out must be the same. `UPDATE=1` rewrites `tests/cases/imap/expected.json`.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use collect::{Batch, BoxError, BuildContext, COLLECTORS, Collector, Context, Error, MemoryLedger, Outcome};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::RawItem;
use net::{Client, Options};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// When every message of our own server arrived; shown where a message has no date of its own.
const ARRIVED: &str = "20-Nov-2026 01:02:03 +0800";
const ARRIVED_AT: &str = "2026-11-19T17:02:03Z";

/// An answer longer than this is the one that never ends, where there is one.
const ENDLESS: usize = 1 << 20;

/// A mailbox that tests may change between two runs.
#[derive(Default)]
struct Mails {
    validity: u32,
    messages: BTreeMap<u32, Vec<u8>>,
    /// Says another size than the message has.
    size: Option<u32>,
    /// Says another length than it has, and never comes to its end.
    length: Option<usize>,
    /// Breaks off in the middle of this message.
    cut: Option<u32>,
    commands: Vec<String>,
}

#[derive(Clone)]
struct Server {
    address: String,
    mailbox: Arc<Mutex<Mails>>,
}

impl Server {
    async fn start(messages: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let messages = (1..).zip(messages).collect();
        let mailbox = Arc::new(Mutex::new(Mails { validity: 7, messages, ..Mails::default() }));
        let shared = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, shared.clone()));
            }
        });
        Self { address, mailbox }
    }

    fn change<T>(&self, act: impl FnOnce(&mut Mails) -> T) -> T {
        act(&mut self.mailbox.lock().unwrap())
    }
}

async fn converse(stream: TcpStream, mailbox: Arc<Mutex<Mails>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK [CAPABILITY IMAP4rev1] siap\r\n").await?;
    let mut line = String::new();
    while {
        line.clear();
        stream.read_line(&mut line).await? > 0
    } {
        let (tag, command) = line.trim_end().split_once(' ').unwrap();
        let (answer, cut) = answer(tag, command, &mut mailbox.lock().unwrap());
        stream.write_all(&answer).await?;
        while answer.len() > ENDLESS && mailbox.lock().unwrap().length.is_some() {
            stream.write_all(&answer[..ENDLESS]).await?;
        }
        if cut || command == "LOGOUT" {
            break;
        }
    }
    stream.shutdown().await
}

/// The answer in the shape of RFC 3501, and whether the connection breaks after it.
fn answer(tag: &str, command: &str, mailbox: &mut Mails) -> (Vec<u8>, bool) {
    mailbox.commands.push(command.to_owned());
    let mut out = Vec::new();
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["LOGIN", _, password] if *password != "\"rahasia-surat\"" => {
            return (format!("{tag} NO [AUTHENTICATIONFAILED] Bukan {password} itu.\r\n").into_bytes(), false);
        }
        ["EXAMINE", "\"Tiada\""] => return (format!("{tag} NO Mailbox doesn't exist: Tiada\r\n").into_bytes(), false),
        ["EXAMINE", ..] => {
            let (count, validity) = (mailbox.messages.len(), mailbox.validity);
            out.extend(format!("* {count} EXISTS\r\n* OK [UIDVALIDITY {validity}] sah\r\n").into_bytes());
        }
        ["UID", "SEARCH", rest @ ..] => {
            let from = rest.iter().find_map(|word| word.strip_suffix(":*")).map_or(1, |uid| uid.parse().unwrap());
            let mut found: Vec<u32> = mailbox.messages.keys().copied().filter(|uid| *uid >= from).collect();
            // `n:*` names the last message, also where it is older.
            if found.is_empty() {
                found.extend(mailbox.messages.keys().next_back());
            }
            let found: String = found.iter().map(|uid| format!(" {uid}")).collect();
            out.extend(format!("* SEARCH{found}\r\n").into_bytes());
        }
        ["UID", "FETCH", uids, what @ ..] => {
            for (number, uid) in (1..).zip(uids.split(',').map(|uid| uid.parse::<u32>().unwrap())) {
                let Some(message) = mailbox.messages.get(&uid) else { continue };
                let size = mailbox.size.unwrap_or(message.len() as u32);
                if what.contains(&"BODY.PEEK[])") {
                    let length = mailbox.length.unwrap_or(message.len());
                    let start =
                        format!("* {number} FETCH (UID {uid} INTERNALDATE \"{ARRIVED}\" BODY[] {{{length}}}\r\n");
                    out.extend(start.into_bytes());
                    if mailbox.cut == Some(uid) {
                        out.extend(&message[..message.len() / 2]);
                        return (out, true);
                    }
                    out.extend(message);
                    out.extend(b")\r\n");
                } else {
                    out.extend(format!("* {number} FETCH (UID {uid} RFC822.SIZE {size})\r\n").into_bytes());
                }
            }
        }
        _ => {}
    }
    out.extend(format!("{tag} OK selesai\r\n").into_bytes());
    (out, false)
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// The messages of the peer, as mail servers hand them out.
fn messages() -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        std::fs::read_dir(cases().join("peers/imap")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| with_line_ends(&std::fs::read(file).unwrap())).collect()
}

fn with_line_ends(bytes: &[u8]) -> Vec<u8> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .flat_map(|line| {
            let bare = line.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
            bare.map_or_else(|| line.to_vec(), |bare| [bare, b"\r\n"].concat())
        })
        .collect()
}

const SENDERS: &str = "allow_senders = [\"@tepianuji.example\", \"@ulu.example\", \"info@regional.example\", \
    \"@MEDIA.example\", \"@dinas.example\", \"@mitra.example\", \"@informasi.example\", \"@sejuk.example\"]";

struct Site {
    collector: Box<dyn Collector>,
    _secrets: tempfile::TempDir,
}

fn build(address: &str, password: &str, lines: &str) -> Result<Site, String> {
    let secrets = tempfile::tempdir().unwrap();
    let file = secrets.path().join("sandi");
    std::fs::write(&file, password).unwrap();
    let table = format!(
        "kind = \"imap\"\nname = \"Buletin\"\nserver = \"{address}\"\nallow_private = [\"{address}\"]\nuser = \"humas\"\n\
         password = \"file:{}\"\n{lines}",
        file.display()
    );
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "imap").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &TimeZone::UTC };
    let collector = (connector.kind.build)(&table.parse().unwrap(), &context)?;
    Ok(Site { collector, _secrets: secrets })
}

fn site(server: &Server, lines: &str) -> Site {
    build(&server.address, "rahasia-surat", &format!("security = \"plain\"\n{lines}")).unwrap()
}

/// What one run gave.
#[derive(Default)]
struct Taken {
    items: Vec<RawItem>,
    skipped: Vec<String>,
    left_out: u64,
    cursor: Option<String>,
    batches: usize,
}

/// A run; the taker of the batches may fail after some of them, as a kill would.
async fn run(site: &Site, cursor: Option<&str>, batches_max: usize) -> (Result<Outcome, Error>, Taken) {
    let client = Client::new(Options { tries: 1, ..Options::default() }).unwrap();
    let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let context = Context { client: &client, now, ledger: &MemoryLedger::default(), listen: Duration::ZERO };
    let mut taken = Taken { cursor: cursor.map(str::to_owned), ..Taken::default() };
    let mut emit = |batch: Batch| -> Result<(), BoxError> {
        if taken.batches == batches_max {
            return Err("killed".into());
        }
        taken.batches += 1;
        taken.items.extend(batch.items);
        taken.skipped.extend(batch.skipped.iter().map(|skip| format!("{}: {}", skip.row, skip.reason)));
        taken.left_out += batch.left_out;
        taken.cursor = batch.cursor.or(taken.cursor.take());
        Ok(())
    };
    let outcome = site.collector.collect(&context, cursor, &mut emit).await;
    (outcome, taken)
}

/// The items as data, by id: servers number messages as they like.
fn view(taken: &Taken) -> Value {
    let mut items: Vec<Value> = taken
        .items
        .iter()
        .map(|item| {
            let mut shown = serde_json::to_value(item).unwrap();
            shown["body"] = json!(String::from_utf8_lossy(&item.body));
            let object = shown.as_object_mut().unwrap();
            for boring in ["source", "fetched_at", "withdrawn", "charset", "engagement", "tags"] {
                object.remove(boring);
            }
            object.retain(|_, value| !value.is_null());
            shown
        })
        .collect();
    items.sort_by_key(|item| item["id"].to_string());
    let mut skipped: Vec<_> = taken.skipped.iter().map(|skip| skip.split_once(": ").unwrap().1.to_owned()).collect();
    skipped.sort();
    json!({"items": items, "skipped": skipped, "left_out": taken.left_out})
}

async fn both_ways(newsletters: &Site, tips: &Site) -> Value {
    let (outcome, first) = run(newsletters, None, usize::MAX).await;
    outcome.unwrap();
    let (outcome, second) = run(newsletters, first.cursor.as_deref(), usize::MAX).await;
    assert_eq!(outcome.unwrap(), Outcome::default(), "a second run finds nothing new");
    assert!(second.items.is_empty() && second.cursor.is_some());
    let (outcome, tips) = run(tips, None, usize::MAX).await;
    outcome.unwrap();
    json!({"newsletters": view(&first), "tips": view(&tips)})
}

#[tokio::test]
async fn reads_what_people_write() {
    let server = Server::start(messages()).await;
    let got = both_ways(&site(&server, SENDERS), &site(&server, "tip = true")).await;
    let got = format!("{got:#}\n");
    let expected = cases().join("cases/imap/expected.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&expected, &got).unwrap();
    }
    assert!(std::fs::read_to_string(expected).unwrap_or_default() == got, "expected.json differs; got\n{got}");
    let changing = ["STORE", "COPY", "MOVE", "EXPUNGE", "SELECT", "APPEND", "BODY[]"];
    let commands = server.change(|mailbox| mailbox.commands.clone());
    assert!(!commands.iter().any(|command| changing.iter().any(|word| command.contains(word))), "{commands:?}");
}

#[tokio::test]
async fn a_real_dovecot_gives_the_same() {
    let Ok(address) = std::env::var("PESUT_TEST_IMAP") else {
        eprintln!("skipped: no mail server (PESUT_TEST_IMAP is not set)");
        return;
    };
    let address = address.trim_start_matches("imap://").rsplit('@').next().unwrap().to_owned();
    let open = |lines: &str| build(&address, "test", &format!("security = \"plain\"\n{lines}")).unwrap();
    // Other tests may have delivered more; the messages of the folder are the ones compared.
    let mut got = both_ways(&open(SENDERS), &open("tip = true")).await;
    let text = std::fs::read_to_string(cases().join("cases/imap/expected.json")).unwrap();
    let mut expected: Value = serde_json::from_str(&text).unwrap();
    for way in ["newsletters", "tips"] {
        let known: Vec<Value> =
            expected[way]["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        got[way]["items"].as_array_mut().unwrap().retain(|item| known.contains(&item["id"]));
        for side in [&mut got, &mut expected] {
            for item in side[way]["items"].as_array_mut().unwrap() {
                // Where a message has no date of its own, its arrival counts, which differs.
                let undated = ["isi-", "rusak-7"].iter().any(|id| item["id"].as_str().unwrap().starts_with(id));
                if undated || item["published_at"] == json!(ARRIVED_AT) {
                    item.as_object_mut().unwrap().remove("published_at");
                }
            }
        }
        assert_eq!(got[way]["items"], expected[way]["items"], "{way}");
        let skipped = got[way]["skipped"].as_array().unwrap();
        assert!(skipped.iter().any(|skip| skip.as_str().unwrap().contains("is larger than 5242880")), "{skipped:?}");
    }
}

fn numbered(count: u32) -> impl Iterator<Item = Vec<u8>> {
    (1..=count).map(|number| {
        format!(
            "From: Buletin <b@tepianuji.example>\r\nSubject: Nomor {number}\r\nMessage-ID: <n{number}@tepianuji.example>\r\n\
             Date: Thu, 19 Nov 2026 06:30:00 +0800\r\n\r\nIsi {number}.\r\n"
        )
        .into_bytes()
    })
}

#[tokio::test]
async fn a_kill_repeats_and_a_bound_continues_but_nothing_is_lost() {
    let server = Server::start(numbered(1_230)).await;
    let site = site(&server, SENDERS);
    let (mut cursor, mut ids, mut runs) = (None, Vec::new(), 0);
    // Every run is killed after three batches, but for some that come to their end.
    while ids.len() < 1_230 {
        runs += 1;
        let (outcome, taken) = run(&site, cursor.as_deref(), if runs % 4 == 0 { usize::MAX } else { 3 }).await;
        assert!(outcome.is_ok() || outcome.is_err_and(|error| error.is_stopped()));
        ids.extend(taken.items.iter().map(|item| item.id.to_string()));
        cursor = taken.cursor;
        assert!(runs < 40);
    }
    let expected: Vec<String> = (1..=1_230).map(|number| format!("n{number}@tepianuji.example")).collect();
    assert_eq!(ids, expected, "each once, in order");

    // A rebuilt mailbox numbers anew: it is read again, and the same ids and revisions come again.
    let before = run(&site, None, 1).await.1.items;
    server.change(|mailbox| {
        mailbox.validity = 8;
        mailbox.messages = (101..).zip(std::mem::take(&mut mailbox.messages).into_values()).collect();
    });
    let (outcome, again) = run(&site, cursor.as_deref(), usize::MAX).await;
    assert_eq!(outcome.unwrap().received, 500);
    assert_eq!(again.items[0].id, before[0].id);
    assert_eq!(again.items[0].revision, before[0].revision);
}

#[tokio::test]
async fn faults_are_named_and_never_show_the_password() {
    let server = Server::start(messages()).await;
    let plain = "security = \"plain\"";
    let wrong = build(&server.address, "sandi-keliru", &format!("{plain}\n{SENDERS}")).unwrap();
    let error = run(&wrong, None, usize::MAX).await.0.unwrap_err();
    assert!(error.to_string().starts_with("the mail server refuses the login: "), "{error}");
    assert!(!format!("{error:?}").contains("sandi-keliru") && error.to_string().contains("Bukan"), "{error:?}");
    let missing = site(&server, &format!("mailbox = \"Tiada\"\n{SENDERS}"));
    let error = run(&missing, None, usize::MAX).await.0.unwrap_err().to_string();
    assert!(error.starts_with("the mail server refuses to open the mailbox") && error.contains("exist"), "{error}");
    // A connection that breaks in the middle of a message: what came before counts, and the next run goes on.
    server.change(|mailbox| mailbox.cut = Some(3));
    let (outcome, taken) = run(&site(&server, SENDERS), None, usize::MAX).await;
    assert!(matches!(outcome, Err(Error::Fetch(net::Error::Reset { .. }))), "{outcome:?}");
    server.change(|mailbox| mailbox.cut = None);
    assert!(run(&site(&server, SENDERS), taken.cursor.as_deref(), usize::MAX).await.0.is_ok());
    // A server that does not speak IMAP, and one that is not there.
    let web = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = web.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = web.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let other = build(&address, "x", &format!("{plain}\n{SENDERS}")).unwrap();
    assert!(run(&other, None, usize::MAX).await.0.is_err());
    let error = run(&other, None, usize::MAX).await.0.unwrap_err();
    assert!(matches!(error, Error::Fetch(net::Error::Refused { .. })), "{error:?}");
}

#[tokio::test]
async fn a_server_that_lies_about_sizes_is_bounded() {
    let large = [b"From: b@tepianuji.example\r\nMessage-ID: <besar>\r\n\r\n".to_vec(), vec![b'x'; 6 << 20]].concat();
    let server = Server::start([large.clone()]).await;
    let taken = run(&site(&server, SENDERS), None, usize::MAX).await.1;
    assert!(taken.items.is_empty() && taken.skipped[0].contains("is larger than 5242880"), "{:?}", taken.skipped);
    server.change(|mailbox| mailbox.size = Some(100));
    let taken = run(&site(&server, SENDERS), None, usize::MAX).await.1;
    assert!(taken.items.is_empty() && taken.skipped[0].contains("than its server said"), "{:?}", taken.skipped);
    // A message without end.
    server.change(|mailbox| mailbox.length = Some(1 << 28));
    let outcome = run(&site(&server, SENDERS), None, usize::MAX).await.0;
    assert!(matches!(outcome, Err(Error::TooLarge { .. })), "{outcome:?}");
}

#[test]
fn a_table_that_would_do_harm_is_refused() {
    for (lines, word) in [
        ("", "`allow_senders`"),
        ("allow_senders = [\"tepianuji.example\"]", "neither"),
        ("tip = true\nmailbox = \"\"", "`mailbox`"),
    ] {
        let error = build("127.0.0.1:143", "x", lines).err().unwrap();
        assert!(error.contains(word), "{error}");
    }
    let connector = COLLECTORS.iter().find(|connector| connector.kind.name == "imap").unwrap();
    let context = BuildContext { base: ".".as_ref(), zone: &TimeZone::UTC };
    let build = |table: &str| (connector.kind.build)(&table.parse().unwrap(), &context).err().unwrap();
    let bare = "kind = \"imap\"\nname = \"x\"\nserver = \"surat.example:143\"\ntip = true";
    assert!(build(bare).contains("`user` and `password`"));
    let plain = build(&format!("{bare}\nsecurity = \"plain\"\nuser = \"x\"\npassword = \"env:X\""));
    assert!(plain.contains("allow_private = [\"surat.example:143\"]"), "{plain}");
}

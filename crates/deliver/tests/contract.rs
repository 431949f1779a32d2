//! Telegram, webhooks and WhatsApp against services of ours: what is asked, what is answered, and what comes of it.
//!
//! A case is `tests/cases/deliver/<channel>/<case>.json` (the entry, the message, the answers) with
//! `<case>.expected.json` (the requests, the outcomes). `UPDATE=1` rewrites the expected side. Whatever a case says, no
//! secret may stand anywhere but where the service wants it, and every signature must be right.
#![allow(clippy::unwrap_used)]

mod service;

use deliver::{BuildContext, CHANNELS, Channel, Fault, File, Message, Receipt};
use hmac::{Hmac, KeyInit, Mac};
use model::DeliveryKey;
use net::{Client, Options};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Answer, Asked, Service};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Every secret of every case, in the form of a bot's token; the second is one that hides in an address.
const SECRETS: [&str; 2] = ["7001:AAH-rahasia_sekali_jangan_dicetak", "kunci-dalam-alamat-42"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    #[allow(dead_code)]
    about: String,
    entry: Value,
    message: Letter,
    recipient: String,
    #[serde(default)]
    answers: Vec<Said>,
    /// How often it is sent, as the ledger would.
    #[serde(default = "one")]
    sends: usize,
}

fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Letter {
    id: String,
    subject: String,
    text: Text,
    telegram_html: Option<Text>,
    short_text: Option<Text>,
    files: Vec<Attached>,
    urgent: bool,
}

/// A text, or one that is too long to be written down.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Repeated { repeat: String, times: usize },
}

impl Default for Text {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl Text {
    fn read(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Repeated { repeat, times } => repeat.repeat(*times),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    name: String,
    media_type: String,
    /// So many bytes of every value: no text.
    bytes: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<Value>,
    text: Option<Text>,
    #[serde(default)]
    cut: bool,
}

/// A client whose pauses take no time.
fn client() -> Client {
    let milliseconds = Arc::new(AtomicU64::new(0));
    let watch = milliseconds.clone();
    Client::new(Options {
        sleep: Arc::new(move |pause| {
            milliseconds.fetch_add(pause.as_millis() as u64, Ordering::SeqCst);
            Box::pin(tokio::task::yield_now())
        }),
        clock: Arc::new(move || Duration::from_millis(watch.load(Ordering::SeqCst))),
        jitter: Arc::new(|| 1.0),
        ..Options::default()
    })
    .unwrap()
}

fn message(letter: &Letter) -> Message {
    let file = |file: &Attached| File {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: (0..file.bytes).map(|at| (at * 7 % 256) as u8).collect::<Vec<u8>>().into(),
    };
    Message {
        id: letter.id.clone(),
        subject: letter.subject.clone(),
        text: letter.text.read(),
        html: None,
        telegram_html: letter.telegram_html.as_ref().map(Text::read),
        short_text: letter.short_text.as_ref().map(Text::read),
        files: letter.files.iter().map(file).collect(),
        urgent: letter.urgent,
        at: None,
    }
}

fn build(kind: &str, entry: &Value, base: &Path, client: &Client) -> Result<Box<dyn Channel>, String> {
    let kind = CHANNELS.iter().find(|known| known.name == kind).unwrap();
    let table: toml::Table = serde_json::from_value(entry.clone()).unwrap();
    (kind.build)(table, &BuildContext { base, client })
}

/// Runs one case and gives back what happened.
async fn run(kind: &str, text: &str) -> Value {
    let secrets = tempfile::tempdir().unwrap();
    let mut text = text.to_owned();
    for (number, secret) in SECRETS.iter().enumerate() {
        let file = secrets.path().join(number.to_string());
        std::fs::write(&file, secret).unwrap();
        text = text.replace(&format!("{{secret_file_{number}}}"), &file.display().to_string());
        text = text.replace(&format!("{{secret_{number}}}"), secret);
    }
    let script: Case = serde_json::from_str(&text).unwrap();
    let service = Service::start(script.answers.iter().map(answer).collect()).await;
    let placed = text.replace("{base}", &format!("http://{}", service.address)).replace("{host}", &service.address);
    let case: Case = serde_json::from_str(&placed).unwrap();
    let client = client();
    let channel = match build(kind, &case.entry, secrets.path(), &client) {
        Ok(channel) => channel,
        Err(reason) => return json!({ "refused": reason }),
    };
    let message = message(&case.message);
    let key = DeliveryKey {
        message: message.id.clone(),
        channel: "kanal".to_owned(),
        recipient: case.recipient.replace("{own}", channel.own_recipients().first().map_or("", String::as_str)),
    };
    let mut outcomes = Vec::new();
    let recipient = channel.check_recipient(&key.recipient);
    if recipient.is_ok() {
        for _ in 0..case.sends {
            outcomes.push(outcome(&channel.send(&message, &key).await));
        }
    }
    let requests: Vec<Value> = service.asked().iter().map(request).collect();
    // It is made of the recipient, and that has another port each time.
    let own_name = channel.receipt_name(&key).unwrap_or_else(|| "no name".to_owned());
    assert!(own_name.starts_with("pesut-") && own_name.len() == 38 || own_name == "no name");
    let told = json!({
        "recipient": recipient.err(),
        "warnings": channel.warnings(&message, &key.recipient),
        "outcomes": outcomes,
        "requests": requests,
    });
    let told = told.to_string();
    for secret in SECRETS {
        assert!(!told.contains(secret), "a secret was told: {told}");
        let name = channel.receipt_name(&key).unwrap_or_default();
        assert!(!name.contains(secret) && (key.recipient.len() < 6 || !name.contains(&key.recipient)));
    }
    serde_json::from_str(&told.replace(&service.address, "{host}").replace(&own_name, "{name}")).unwrap()
}

fn answer(said: &Said) -> Answer {
    if said.cut {
        return Answer::Cut;
    }
    let body = match (&said.json, &said.text) {
        (Some(json), _) => json.to_string(),
        (None, Some(text)) => text.read(),
        (None, None) => String::new(),
    };
    Answer::Reply(said.status, said.headers.clone().into_iter().collect(), body.into_bytes())
}

fn outcome(outcome: &Result<Receipt, Fault>) -> Value {
    match outcome {
        Ok(receipt) => json!({ "sent": receipt.name, "notes": receipt.notes }),
        Err(Fault::Later { reason, after }) => {
            json!({ "later": reason, "after_seconds": after.map(|after| after.as_secs()) })
        }
        Err(Fault::Never { reason }) => json!({ "never": reason }),
        Err(Fault::Unknown { reason }) => json!({ "unknown": reason }),
    }
}

/// A request as it is written down: secrets where they belong as `{secret}`, files and long texts by their digest.
fn request(asked: &Asked) -> Value {
    let hide = |text: &str| SECRETS.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "{secret}"));
    let mut headers = serde_json::Map::new();
    for name in ["authorization", "content-type", "idempotency-key", "x-pesut-timestamp", "x-pesut-signature"] {
        let Some(value) = asked.header(name) else { continue };
        let shown = match name {
            "content-type" => value.split("; boundary=").next().unwrap().to_owned(),
            "x-pesut-timestamp" => "{seconds}".to_owned(),
            "x-pesut-signature" => {
                verify(asked, value);
                "{right}".to_owned()
            }
            _ => hide(value),
        };
        headers.insert(name.to_owned(), shown.into());
    }
    let is_form = asked.header("content-type").is_some_and(|value| value.starts_with("multipart/form-data"));
    let body = if is_form { form(asked) } else { shorten(serde_json::from_slice(&asked.body).unwrap()) };
    json!({ "method": asked.method, "path": hide(&asked.path), "headers": headers, "body": body })
}

/// Checks the signature as a receiver would.
fn verify(asked: &Asked, signature: &str) {
    let timestamp = asked.header("x-pesut-timestamp").unwrap();
    assert!(timestamp.parse::<i64>().unwrap() > 1_700_000_000);
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRETS[0].as_bytes()).unwrap();
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(&asked.body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signature, format!("sha256={hex}"));
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn short(text: &str) -> Value {
    let letters = text.chars().count();
    if letters <= 400 {
        return text.into();
    }
    let (start, end): (String, String) = (text.chars().take(60).collect(), text.chars().skip(letters - 60).collect());
    format!("{start} […{letters} letters, {}…] {end}", digest(text.as_bytes())).into()
}

fn shorten(value: Value) -> Value {
    match value {
        Value::String(text) => short(&text),
        Value::Array(items) => items.into_iter().map(shorten).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, shorten(value))).collect(),
        other => other,
    }
}

/// The fields of a form, read as RFC 7578 has them.
fn form(asked: &Asked) -> Value {
    let boundary = asked.header("content-type").unwrap().split("boundary=").nth(1).unwrap();
    let marker = format!("--{boundary}").into_bytes();
    let starts: Vec<usize> =
        asked.body.windows(marker.len()).enumerate().filter(|(_, at)| *at == marker).map(|(at, _)| at).collect();
    assert!(asked.body.ends_with(format!("--{boundary}--\r\n").as_bytes()));
    let mut fields = Vec::new();
    for pair in starts.windows(2) {
        let part = &asked.body[pair[0] + marker.len() + 2..pair[1] - 2];
        let end = part.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let (head, bytes) = (String::from_utf8(part[..end].to_vec()).unwrap(), &part[end + 4..]);
        let value = if head.contains("filename=") {
            json!(format!("{} bytes, {}", bytes.len(), digest(bytes)))
        } else {
            short(std::str::from_utf8(bytes).unwrap())
        };
        fields.push(json!([head.replace("\r\n", " | "), value]));
    }
    fields.into()
}

#[tokio::test]
async fn channels_keep_their_contracts() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/deliver");
    let mut seen = 0;
    for kind in ["telegram", "webhook", "whatsapp"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(root.join(kind)).unwrap().map(|file| file.unwrap().path()).collect();
        files.retain(|file| !file.display().to_string().ends_with(".expected.json"));
        files.sort();
        for file in files {
            let told = run(kind, &std::fs::read_to_string(&file).unwrap()).await;
            let expected = file.with_extension("expected.json");
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(&expected, serde_json::to_string_pretty(&told).unwrap() + "\n").unwrap();
            }
            let wanted: Value = serde_json::from_str(&std::fs::read_to_string(&expected).unwrap()).unwrap();
            assert_eq!(told, wanted, "{}", file.display());
            seen += 1;
        }
    }
    assert!(seen >= 50, "{seen} cases");
}

#[tokio::test]
async fn every_example_is_built() {
    let client = client();
    for kind in CHANNELS {
        let table: toml::Table = kind.example.parse().unwrap();
        let built = (kind.build)(table, &BuildContext { base: Path::new("."), client: &client });
        assert!(built.is_ok(), "{}: {}", kind.name, built.err().unwrap_or_default());
    }
}

#[tokio::test]
async fn a_missing_secret_is_named_and_tried_again() {
    let client = client();
    for (kind, entry) in [
        ("telegram", json!({ "token": "env:PESUT_TEST_TIDAK_ADA" })),
        ("webhook", json!({ "url": "https://x.example/", "secret": "env:PESUT_TEST_TIDAK_ADA" })),
        ("whatsapp", json!({ "phone_number_id": "1", "token": "env:PESUT_TEST_TIDAK_ADA", "template": "t" })),
    ] {
        let channel = build(kind, &entry, Path::new("."), &client).unwrap();
        let recipient = channel.own_recipients().pop().unwrap_or_else(|| "6281100000000".to_owned());
        let key = DeliveryKey { message: "m".to_owned(), channel: kind.to_owned(), recipient };
        let fault = channel.send(&Message::default(), &key).await.unwrap_err();
        assert!(matches!(&fault, Fault::Later { reason, .. } if reason.contains("PESUT_TEST_TIDAK_ADA")), "{fault:?}");
    }
}

#[tokio::test]
async fn nobody_listens_and_nothing_has_arrived() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let secrets = tempfile::tempdir().unwrap();
    std::fs::write(secrets.path().join("s"), SECRETS[0]).unwrap();
    let secret = format!("file:{}", secrets.path().join("s").display());
    let base = format!("http://{address}");
    let client = client();
    for (kind, entry) in [
        ("telegram", json!({ "token": secret, "base_url": base, "allow_private": [address] })),
        ("webhook", json!({ "url": base, "secret": secret, "allow_private": [address] })),
        (
            "whatsapp",
            json!({ "phone_number_id": "1", "token": secret, "template": "t", "base_url": base, "allow_private": [address] }),
        ),
    ] {
        let channel = build(kind, &entry, Path::new("."), &client).unwrap();
        let recipient = channel.own_recipients().pop().unwrap_or_else(|| "6281100000000".to_owned());
        let key = DeliveryKey { message: "m".to_owned(), channel: kind.to_owned(), recipient };
        let fault = channel.send(&Message::default(), &key).await.unwrap_err();
        assert!(matches!(&fault, Fault::Later { .. }), "{kind}: {fault:?}");
        assert!(!format!("{fault:?} {fault}").contains(SECRETS[0]));
    }
}

//! What the tests of mail share: a channel from TOML, a mail server of ours that does as it is told, a reader of
//! mailboxes, and a ledger in memory.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod imap;
pub mod ledger;
pub mod server;

use deliver::{BuildContext, CHANNELS, Channel, File, Message};
use model::DeliveryKey;
use std::path::{Path, PathBuf};

/// A channel of an entry, which the test writes as in a pipeline.
pub fn build(toml: &str) -> Result<Box<dyn Channel>, String> {
    let client = net::Client::new(net::Options::default()).unwrap();
    let kind = CHANNELS.iter().find(|kind| kind.name == "smtp").unwrap();
    (kind.build)(toml.parse().unwrap(), &BuildContext { base: Path::new("/"), client: &client })
}

/// A channel to a server without encryption on loopback.
pub fn plain(server: &str) -> Box<dyn Channel> {
    build(&format!(
        "server = \"{server}\"\nsecurity = \"none\"\nfrom = \"ringkasan@kantor.test\"\nfrom_name = \"Ringkasan, Biro\"\n\
         reply_to = \"humas@kantor.test\"\nhelo = \"pesut.kantor.test\""
    ))
    .unwrap()
}

pub fn key(message: &str, recipient: &str) -> DeliveryKey {
    DeliveryKey { message: message.to_owned(), channel: "surel".to_owned(), recipient: recipient.to_owned() }
}

/// A brief with all that may hurt on the way: lines that begin with dots, the end of a mail within the text, long lines,
/// and a file of every byte.
pub fn brief(id: &str, subject: &str) -> Message {
    Message {
        id: id.to_owned(),
        subject: subject.to_owned(),
        text: format!(
            "Ringkasan pagi – Jumat, 20 November 2026\n.\n..dua titik\n.\r\nFrom awal baris\n\n{}\n\tnada: negatif 12 (n = 40) 😀\nselesai",
            "panjang ".repeat(300)
        ),
        html: Some(format!(
            "<!doctype html>\n<html lang=\"id\"><body><h1>Ringkasan pagi</h1>\n.\n<p>{}</p>\n<p>“é” = &eacute;</p></body></html>\n",
            "paragraf".repeat(400)
        )),
        files: vec![
            File { name: "2026-11-20.pdf".to_owned(), media_type: "application/pdf".to_owned(), bytes: pdf().into() },
            File {
                name: "kliping – 20 November.csv".to_owned(),
                media_type: "text/csv; charset=utf-8".to_owned(),
                bytes: b"judul;media\r\n.\r\nsatu;dua\n".to_vec().into(),
            },
        ],
        at: Some("2026-11-19T23:30:00Z".parse().unwrap()),
        ..Message::default()
    }
}

/// Not a paper to read, but bytes to keep: all of them, line ends and ends of mails among them.
fn pdf() -> Vec<u8> {
    let all: Vec<u8> = (0..=255).collect();
    let mut bytes = b"%PDF-1.7\r\n.\r\n\n.\n--pesut\r\n".to_vec();
    for turn in 0..64_usize {
        bytes.extend(all.iter().cycle().skip(turn * 7).take(256));
    }
    bytes
}

/// The folder of the cases.
pub fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/deliver/mail")
}

/// Checks that a mail says what the message says, and nothing else.
pub fn check_mail(raw: &[u8], message: &Message, recipient: &str, name: &str) {
    let mail = mail_parser::MessageParser::new().parse(raw).expect("a mail");
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    assert_eq!(lines(&mail.body_text(0).unwrap()).trim_end(), lines(&message.text).trim_end());
    let html = message.html.as_deref().unwrap();
    assert_eq!(lines(&mail.body_html(0).unwrap()).trim_end(), lines(html).trim_end());
    assert_eq!((mail.text_body_count(), mail.html_body_count()), (1, 1));
    assert_eq!(mail.attachment_count(), message.files.len());
    for (index, file) in message.files.iter().enumerate() {
        use mail_parser::MimeHeaders;
        let part = mail.attachment(index as u32).unwrap();
        assert_eq!(part.attachment_name(), Some(file.name.as_str()));
        assert!(part.contents() == &file.bytes[..], "{} is not what it was", file.name);
    }
    assert_eq!(mail.message_id(), Some(name.trim_matches(['<', '>'])));
    let to: Vec<_> = mail.to().unwrap().iter().map(|address| address.address().unwrap()).collect();
    assert_eq!(to, [recipient], "nobody sees the others");
    assert_eq!(own_headers(&mail), HEADERS, "no header more and none less");
}

/// The headers of a brief, sorted.
const HEADERS: &[&str] = &[
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
    "X-Pesut-Brief",
];

/// Names of the headers, without those of the servers on the way.
fn own_headers(mail: &mail_parser::Message<'_>) -> Vec<String> {
    let way = ["Received", "Return-Path", "Delivered-To"];
    let mut names: Vec<String> =
        mail.headers_raw().map(|(name, _)| name.to_owned()).filter(|name| !way.contains(&name.as_str())).collect();
    names.sort();
    names
}

/// Says that a test does not run, and why; `None` where the variable is not set.
pub fn peer(variable: &str) -> Option<String> {
    let value = std::env::var(variable).ok();
    if value.is_none() {
        eprintln!("skipped: no mail server ({variable} is not set; test.sh starts one)");
    }
    value
}

/// An id that no other run has: mailboxes of a server that stays up keep their mails.
pub fn unique(word: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (count, pid) = (COUNT.fetch_add(1, Ordering::Relaxed), std::process::id());
    format!("{word}/{pid}-{}-{count}", jiff::Timestamp::now().as_nanosecond())
}

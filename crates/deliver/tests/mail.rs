//! Mail as it leaves, against a server of ours that answers as each test says.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod mailroom;

use deliver::{Channel, DispatchOptions, Fault, Message, dispatch};
use jiff::Timestamp;
use mailroom::ledger::Memory;
use mailroom::server::{Does, Server};
use mailroom::{brief, build, cases, check_mail, key, plain};
use model::DeliveryState;
use std::sync::atomic::{AtomicUsize, Ordering};

fn small(id: &str) -> Message {
    Message { id: id.to_owned(), subject: "Uji".to_owned(), text: "Isi.".to_owned(), ..Message::default() }
}

/// What became of mails to some recipients, in words: `ok`, `later: …`, `never: …`, `unknown: …`.
async fn send(channel: &dyn Channel, message: &Message, recipients: &[&str]) -> Vec<String> {
    let mut results = Vec::new();
    for recipient in recipients {
        results.push(match channel.send(message, &key(&message.id, recipient)).await {
            Ok(_) => "ok".to_owned(),
            Err(Fault::Later { reason, .. }) => format!("later: {reason}"),
            Err(Fault::Never { reason }) => format!("never: {reason}"),
            Err(Fault::Unknown { reason }) => format!("unknown: {reason}"),
        });
    }
    results
}

#[track_caller]
fn check(results: &[String], expected: &[&str]) {
    assert_eq!(results.len(), expected.len());
    for (result, expected) in results.iter().zip(expected) {
        let (class, words) = expected.split_once(": ").unwrap_or((expected, ""));
        assert!(result.starts_with(class) && result.contains(words), "{results:#?}, expected {expected}");
    }
}

const THREE: [&str; 3] = ["satu@kantor.test", "dua@kantor.test", "tiga@kantor.test"];

#[tokio::test]
async fn a_brief_arrives_as_it_was() {
    let server = Server::start(|_, _| Does::Usual).await;
    let channel = plain(&server.address);
    let message = brief("harian-2026-11-20/1", "Ringkasan pagi – 20 November 2026");
    for recipient in THREE {
        let key = key(&message.id, recipient);
        let receipt = channel.send(&message, &key).await.unwrap();
        assert_eq!(receipt.name, channel.receipt_name(&key), "the name is known before");
    }
    channel.finish().await;
    let seen = server.seen();
    assert_eq!((seen.connections, seen.mails.len(), server.count("QUIT")), (1, 3, 1));
    for ((mail, _), recipient) in seen.mails.iter().zip(THREE) {
        check_mail(mail, &message, recipient, &channel.receipt_name(&key(&message.id, recipient)).unwrap());
        let text = String::from_utf8(mail.clone()).expect("ASCII");
        assert!(text.contains("Date: Thu, 19 Nov 2026 23:30:00 +0000"), "{}", &text[..600]);
        let parsed = mail_parser::MessageParser::new().parse(mail).unwrap();
        assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Ringkasan, Biro"));
        assert!(text.lines().all(|line| line.len() <= 998) && text.is_ascii());
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "no bare line end");
    }
}

#[tokio::test]
async fn a_repeat_is_the_same_to_the_byte() {
    let server = Server::start(|_, _| Does::Usual).await;
    let message = brief("harian-2026-11-20/1", "Ringkasan");
    for _ in 0..2 {
        let channel = plain(&server.address);
        channel.send(&message, &key(&message.id, THREE[0])).await.unwrap();
    }
    let mails = server.seen().mails;
    assert!(mails[0] == mails[1]);
}

#[derive(serde::Deserialize)]
struct Subject {
    name: String,
    subject: String,
    expected: String,
    #[serde(default = "once")]
    repeat: usize,
}

fn once() -> usize {
    1
}

#[tokio::test]
async fn no_subject_begins_a_header_or_a_second_mail() {
    let subjects: Vec<Subject> =
        serde_json::from_str(&std::fs::read_to_string(cases().join("subjects.json")).unwrap()).unwrap();
    let server = Server::start(|_, _| Does::Usual).await;
    let channel = plain(&server.address);
    for Subject { name, subject, expected, repeat } in subjects {
        let before = server.seen().mails.len();
        let message = brief(&name, &subject.repeat(repeat));
        channel.send(&message, &key(&name, THREE[0])).await.unwrap();
        let seen = server.seen();
        assert_eq!(seen.mails.len(), before + 1, "{name}: one mail");
        let (mail, _) = seen.mails.last().unwrap();
        check_mail(mail, &message, THREE[0], &channel.receipt_name(&key(&name, THREE[0])).unwrap());
        let parsed = mail_parser::MessageParser::new().parse(mail).unwrap();
        assert_eq!(parsed.subject().unwrap_or_default(), expected.repeat(repeat).trim_end(), "{name}");
        assert!(mail.split(|byte| *byte == b'\n').all(|line| line.len() <= 80 + 1), "{name}: short lines");
    }
    assert_eq!(server.count("MAIL"), server.seen().mails.len());
    assert!(server.seen().commands.iter().all(|command| !command.contains("jahat")));
}

#[tokio::test]
async fn one_refused_recipient_costs_only_itself() {
    let server = Server::start(|_, said| match said {
        "RCPT TO:<satu@kantor.test>" => Does::Says("550 5.1.1 tidak dikenal"),
        "RCPT TO:<dua@kantor.test>" => Does::Says("451 4.7.1 daftar abu-abu, coba lagi"),
        _ => Does::Usual,
    })
    .await;
    let results = send(&*plain(&server.address), &small("m"), &THREE).await;
    check(&results, &["never: 550 5.1.1 tidak dikenal", "later: 451", "ok"]);
    assert_eq!((server.seen().connections, server.count("RSET"), server.seen().mails.len()), (1, 2, 1));
}

#[tokio::test]
async fn bad_addresses_never_reach_the_server() {
    let server = Server::start(|_, _| Does::Usual).await;
    let channel = plain(&server.address);
    for recipient in ["a@b.com\r\nBcc: c@d.com", "Humas <a@b.com>", "a@b.com,c@d.com", "kantor.test", ""] {
        assert!(channel.check_recipient(recipient).is_err());
        check(&send(&*channel, &small("m"), &[recipient]).await, &["never: alamat"]);
    }
    assert_eq!(server.seen().connections, 0);
    check(&send(&*channel, &small("m"), &["humas@bücher.test"]).await, &["ok"]);
    assert_eq!(server.count("RCPT TO:<humas@xn--bcher-kva.test>"), 1);
}

#[tokio::test]
async fn the_answer_to_the_dot_decides() {
    for (said, expected) in [
        ("250 2.0.0 baik", "ok"),
        ("554 5.7.1 dianggap sampah", "never: 554"),
        ("552 5.3.4 terlalu besar", "never: 552"),
        ("451 4.3.0 coba lagi", "later: 451"),
        ("421 4.3.2 server berhenti", "later: 421"),
        ("halo", "unknown: mungkin sudah diterima"),
        ("354 lagi", "unknown: tidak wajar"),
    ] {
        let server = Server::start(move |_, line| if line == "." { Does::Says(said) } else { Does::Usual }).await;
        check(&send(&*plain(&server.address), &small("m"), &THREE[..1]).await, &[expected]);
        assert_eq!(server.count("MAIL"), 1, "{said}: tried once");
    }
}

#[tokio::test]
async fn a_connection_lost_before_the_dot_is_no_riddle_and_after_it_one() {
    let lost_at = |place: &'static str| {
        Server::start(move |connection, line| match (connection, line) {
            (1, line) if line.starts_with(place) => Does::HangsUp,
            _ => Does::Usual,
        })
    };
    // Larger than what the system keeps on the way for a reader that has left.
    let (small, mut large) = (small("m"), small("m"));
    large.files = vec![deliver::File {
        name: "besar.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: vec![7; 16 << 20].into(),
    }];
    for (place, expected) in
        [("MAIL", "later"), ("RCPT", "later"), ("DATA", "later"), ("CONTENT", "later: tengah isi"), (".", "unknown")]
    {
        let server = lost_at(place).await;
        let channel = plain(&server.address);
        let message = if place == "CONTENT" { &large } else { &small };
        check(&send(&*channel, message, &THREE[..1]).await, &[expected]);
        check(&send(&*channel, &small, &THREE[1..]).await, &["ok", "ok"]);
        assert_eq!(server.seen().connections, 2, "{place}");
    }
}

#[tokio::test]
async fn a_connection_that_lay_idle_or_carried_enough_is_made_anew() {
    for farewell in [true, false] {
        let mails = AtomicUsize::new(0);
        let server = Server::start(move |_, line| match line {
            line if line.starts_with("MAIL") && mails.fetch_add(1, Ordering::Relaxed) % 3 == 1 => {
                if farewell {
                    Does::Says("421 4.7.0 terlalu banyak surel")
                } else {
                    Does::HangsUp
                }
            }
            _ => Does::Usual,
        })
        .await;
        check(&send(&*plain(&server.address), &small("m"), &THREE).await, &["ok"; 3]);
        assert_eq!((server.seen().connections, server.seen().mails.len()), (2, 3));
    }
}

#[tokio::test]
async fn mails_per_connection_are_bounded() {
    let server = Server::start(|_, _| Does::Usual).await;
    let entry = format!(
        "server = \"{}\"\nsecurity = \"none\"\nfrom = \"a@kantor.test\"\nmails_per_connection = 2",
        server.address
    );
    check(&send(&*build(&entry).unwrap(), &small("m"), &THREE).await, &["ok"; 3]);
    assert_eq!(server.seen().connections, 2);
}

#[tokio::test]
async fn a_server_that_is_down_is_not_asked_five_hundred_times() {
    let server = Server::start(|_, line| match line {
        "GREETING" => Does::Says("554 5.3.2 sedang dirawat"),
        _ => Does::Usual,
    })
    .await;
    let channel = plain(&server.address);
    let many = ["a@kantor.test"; 10];
    check(&send(&*channel, &small("m"), &many).await, &["later: sedang dirawat"; 10]);
    assert_eq!(server.seen().connections, 3);
    channel.finish().await;
    send(&*channel, &small("m"), &many[..1]).await;
    assert_eq!(server.seen().connections, 4, "a new round asks anew");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_never_repeated() {
    let server = Server::start(|_, line| match line {
        line if line.starts_with("EHLO") => Does::Says("250-uji.test\r\n250 AUTH PLAIN"),
        // Some servers say back what was sent.
        line if line.starts_with("AUTH") => Does::Says("535 5.7.8 AGh1bWFzAHJhaGFzaWEtc2VrYWxp rahasia-sekali"),
        _ => Does::Usual,
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandi");
    std::fs::write(&file, "rahasia-sekali\n").unwrap();
    let channel = build(&format!(
        "server = \"{}\"\nsecurity = \"none\"\nfrom = \"a@kantor.test\"\nuser = \"humas\"\npassword = \"file:{}\"",
        server.address,
        file.display()
    ))
    .unwrap();
    let results = send(&*channel, &small("m"), &["a@kantor.test"; 5]).await;
    check(&results, &["later: menolak masuk (535); periksa `user` dan `password`"; 5]);
    assert_eq!((server.count("AUTH"), server.count("MAIL")), (1, 0));
    assert!(results.iter().all(|result| !result.contains("rahasia") && !result.contains("AGh1")));
    std::fs::remove_file(&file).unwrap();
    channel.finish().await;
    check(&send(&*channel, &small("m"), &["a@kantor.test"]).await, &["later: kata sandi"]);
}

#[tokio::test]
async fn without_the_promised_encryption_nothing_is_sent() {
    let entry =
        |server: &Server| format!("server = \"{}\"\nsecurity = \"starttls\"\nfrom = \"a@kantor.test\"", server.address);
    let server = Server::start(|_, _| Does::Usual).await;
    let channel = build(&entry(&server)).unwrap();
    check(&send(&*channel, &small("m"), &THREE).await, &["later: STARTTLS"; 3]);
    assert_eq!((server.seen().connections, server.count("MAIL")), (1, 0));

    // What somebody on the way puts behind the answer is not taken for the server's after the handshake.
    let server = Server::start(|_, line| match line {
        line if line.starts_with("EHLO") => Does::Says("250-uji.test\r\n250 STARTTLS"),
        "STARTTLS" => {
            Does::Says("220 siap\r\n250-palsu\r\n250 AUTH PLAIN\r\n250 baik\r\n250 baik\r\n354 isi\r\n250 diterima")
        }
        _ => Does::Usual,
    })
    .await;
    let channel = build(&entry(&server)).unwrap();
    check(&send(&*channel, &small("m"), &THREE[..1]).await, &["later: terenkripsi"]);
    assert_eq!(server.count("MAIL"), 0);

    // A port that speaks no TLS at all.
    let server = Server::start(|_, _| Does::Usual).await;
    let channel = build(&format!("server = \"{}\"\nfrom = \"a@kantor.test\"", server.address)).unwrap();
    check(&send(&*channel, &small("m"), &THREE[..1]).await, &["later: terenkripsi"]);
}

#[tokio::test]
async fn silence_is_later_before_the_dot_and_a_riddle_after_it() {
    for (place, expected) in [("RCPT", "later: dalam 1 detik"), (".", "unknown: dalam 1 detik")] {
        let server =
            Server::start(move |_, line| if line.starts_with(place) { Does::Nothing } else { Does::Usual }).await;
        let channel = build(&format!(
            "server = \"{}\"\nsecurity = \"none\"\nfrom = \"a@kantor.test\"\ntimeout_seconds = 1\nanswer_timeout_seconds = 1",
            server.address
        ))
        .unwrap();
        check(&send(&*channel, &small("m"), &THREE[..1]).await, &[expected]);
    }
}

#[tokio::test]
async fn a_refused_sender_gives_nobody_up() {
    let server = Server::start(|_, line| match line {
        line if line.starts_with("MAIL") => Does::Says("550 5.7.1 pengirim tidak boleh"),
        _ => Does::Usual,
    })
    .await;
    check(&send(&*plain(&server.address), &small("m"), &THREE).await, &["later: periksa `from`"; 3]);
}

#[tokio::test]
async fn a_mail_dropped_halfway_leaves_no_half_spoken_connection() {
    let server = Server::start(|connection, line| match (connection, line) {
        (1, line) if line.starts_with("RCPT") => Does::Nothing,
        _ => Does::Usual,
    })
    .await;
    let channel = plain(&server.address);
    let (message, to) = (small("m"), key("m", THREE[0]));
    let sending = channel.send(&message, &to);
    let waiting = async {
        while server.count("RCPT") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { _ = sending => panic!("the server never answers"), () = waiting => {} }
    check(&send(&*channel, &message, &THREE).await, &["ok"; 3]);
    assert_eq!((server.seen().connections, server.seen().mails.len()), (2, 3));
}

#[test]
fn refuses_entries_that_cannot_work_and_says_why() {
    let entry = |lines: &str| build(&format!("server = \"surat.kantor.test:465\"\nfrom = \"a@kantor.test\"\n{lines}"));
    assert!(entry("").is_ok());
    for (lines, expected) in [
        ("security = \"none\"", "allow_private = [\"surat.kantor.test:465\"]"),
        ("security = \"ssl\"", "starttls"),
        ("user = \"a\"", "`password`"),
        ("password = \"env:X\"", "`user`"),
        ("user = \"a\"\npassword = \"rahasia\"", "env:NAME"),
        ("reply_to = \"a@b\"", "reply_to"),
        ("helo = \"a\\r\\nMAIL\"", "`helo`"),
        ("roots = \"tidak/ada.pem\"", "tidak/ada.pem"),
        ("timeout_seconds = 0", "at least 1"),
        ("porta = 1", "porta"),
    ] {
        let error = entry(lines).err().unwrap_or_else(|| panic!("{lines} was taken"));
        assert!(error.contains(expected) && !error.contains("rahasia"), "{lines}: {error}");
    }
    assert!(entry("security = \"none\"\nallow_private = [\"surat.kantor.test:465\"]").is_ok());
    let kind = deliver::CHANNELS.iter().find(|kind| kind.name == "smtp").unwrap();
    assert!(build(kind.example).is_ok(), "the example builds as it stands");
}

#[test]
fn warns_and_says_how_to_go_on() {
    let channel = plain("127.0.0.1:25");
    let warnings = |message: &Message| channel.warnings(message, THREE[0]).join("\n");
    assert_eq!(warnings(&small("m")), "");
    let empty = Message { text: " ".into(), subject: "\r\n".into(), ..small("m") };
    assert!(warnings(&empty).contains("surel kosong") && warnings(&empty).contains("judul surel kosong"));
    let long = Message { subject: "x".repeat(300), ..small("m") };
    assert!(warnings(&long).contains("300 huruf"), "{}", warnings(&long));
    let wide = Message { html: Some("x".repeat(200 << 10)), ..small("m") };
    assert!(warnings(&wide).contains("isi surel 200 kB; Gmail"), "{}", warnings(&wide));
    let mut large = small("m");
    large.files = vec![deliver::File { name: "a".into(), media_type: "a/b".into(), bytes: vec![0; 18_000_000].into() }];
    assert!(warnings(&large).contains("surel 24,6 MB, batas 20,0 MB"), "{}", warnings(&large));
}

#[tokio::test]
async fn a_round_through_the_ledger() {
    let server = Server::start(|_, said| match said {
        "RCPT TO:<dua@kantor.test>" => Does::Says("550 5.1.1 tidak dikenal"),
        _ => Does::Usual,
    })
    .await;
    let channel = plain(&server.address);
    let keys: Vec<_> = THREE.iter().chain(&["bukan alamat"]).map(|to| key("m", to)).collect();
    let mut ledger = Memory::of(keys.clone());
    let options = DispatchOptions::default();
    for round in 0..2 {
        let due: Vec<_> = ledger.all();
        let done =
            dispatch(&*channel, &small("m"), &due, &mut ledger, &options, &|| Timestamp::UNIX_EPOCH).await.unwrap();
        let counts = (done.sent.len(), done.later.len(), done.given_up.len());
        assert_eq!(counts, if round == 0 { (2, 0, 2) } else { (0, 0, 0) });
    }
    let states: Vec<_> = keys.iter().map(|key| ledger.state(key)).collect();
    use DeliveryState::{GivenUp, Sent};
    assert_eq!(states, [Sent, GivenUp, Sent, GivenUp]);
    assert_eq!(server.count("QUIT"), 1, "the round takes leave");
}

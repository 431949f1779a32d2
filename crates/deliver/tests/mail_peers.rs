//! Mail through real servers on loopback: OpenSMTPD takes it, Dovecot gives it back; see tests/peers/smtp.sh.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod mailroom;

use deliver::{Channel, DispatchOptions, Message, dispatch};
use jiff::Timestamp;
use mailroom::imap::Mailbox;
use mailroom::ledger::Memory;
use mailroom::{brief, build, cases, check_mail, key, peer, plain, unique};
use model::DeliveryState;

fn penerima(number: usize) -> String {
    format!("penerima-{number:03}@kantor.test")
}

fn inbox(imap: &str, recipient: &str) -> Mailbox {
    Mailbox::open(imap, recipient.split_once('@').unwrap().0)
}

async fn send(channel: &dyn Channel, message: &Message, recipient: &str) -> String {
    let key = key(&message.id, recipient);
    channel.send(message, &key).await.unwrap_or_else(|fault| panic!("{recipient}: {fault}"));
    channel.receipt_name(&key).unwrap()
}

#[tokio::test]
async fn five_hundred_recipients_and_a_refused_one() {
    let (Some(smtp), Some(imap)) = (peer("PESUT_TEST_SMTP"), peer("PESUT_TEST_SMTP_IMAP")) else { return };
    let channel = plain(&smtp);
    let message = brief(&unique("harian"), "Ringkasan pagi – 500 penerima");
    let mut recipients: Vec<String> = (1..=500).map(penerima).collect();
    recipients.insert(250, "tidak-ada@kantor.test".to_owned());
    let mut ledger = Memory::of(recipients.iter().map(|to| key(&message.id, to)));
    let due = ledger.all();
    let options = DispatchOptions::default();
    let begun = std::time::Instant::now();
    let done = dispatch(&*channel, &message, &due, &mut ledger, &options, &Timestamp::now).await.unwrap();
    eprintln!("500 mails handed over in {:.1} s", begun.elapsed().as_secs_f64());
    assert_eq!((done.sent.len(), done.later.len()), (500, 0), "{:?}", done.later.first());
    let [(refused, reason)] = &done.given_up[..] else { panic!("{:?}", done.given_up) };
    assert!(refused.recipient == "tidak-ada@kantor.test" && reason.contains("menolak penerima (5"), "{reason}");
    for recipient in recipients.iter().filter(|to| **to != refused.recipient) {
        let key = key(&message.id, recipient);
        assert_eq!(ledger.state(&key), DeliveryState::Sent);
        let name = channel.receipt_name(&key).unwrap();
        let mails = inbox(&imap, recipient).wait(&name, 1);
        assert_eq!(mails.len(), 1, "{recipient}");
        check_mail(&mails[0], &message, recipient, &name);
    }
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
async fn awkward_subjects_arrive_as_one_mail_each() {
    let (Some(smtp), Some(imap)) = (peer("PESUT_TEST_SMTP"), peer("PESUT_TEST_SMTP_IMAP")) else { return };
    let channel = plain(&smtp);
    let text = std::fs::read_to_string(cases().join("subjects.json")).unwrap();
    let subjects: Vec<Subject> = serde_json::from_str(&text).unwrap();
    let recipient = penerima(510);
    let count = subjects.len();
    let before = inbox(&imap, &recipient).count();
    for Subject { name, subject, expected, repeat } in subjects {
        let message = brief(&unique(&name), &subject.repeat(repeat));
        let id = send(&*channel, &message, &recipient).await;
        let mails = inbox(&imap, &recipient).wait(&id, 1);
        assert_eq!(mails.len(), 1, "{name}");
        check_mail(&mails[0], &message, &recipient, &id);
        let parsed = mail_parser::MessageParser::new().parse(&mails[0]).unwrap();
        assert_eq!(parsed.subject().unwrap_or_default(), expected.repeat(repeat).trim_end(), "{name}");
    }
    assert_eq!(inbox(&imap, &recipient).count(), before + count, "one mail a subject");
}

#[tokio::test]
async fn over_tls_and_starttls_with_a_login_and_a_root_of_the_office() {
    let (Some(tls), Some(starttls)) = (peer("PESUT_TEST_SMTP_TLS"), peer("PESUT_TEST_SMTP_STARTTLS")) else { return };
    let (Some(root), Some(imap)) = (peer("PESUT_TEST_SMTP_ROOT"), peer("PESUT_TEST_SMTP_IMAP")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let password = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        format!("user = \"penerima-001\"\npassword = \"file:{}\"", path.display())
    };
    let (right, wrong) = (password("benar", "test\n"), password("salah", "bukan-itu\n"));
    let trusted = format!("roots = \"{root}\"");
    let recipient = penerima(511);
    for (server, security) in [(&tls, "tls"), (&starttls, "starttls")] {
        let entry = |server: &str, lines: &[&str]| {
            let lines = lines.join("\n");
            build(&format!("server = \"{server}\"\nsecurity = \"{security}\"\nfrom = \"r@kantor.test\"\nreply_to = \"h@kantor.test\"\n{lines}"))
                .unwrap()
        };
        let message = brief(&unique("tls"), "Lewat jalan terlindung");
        let channel = entry(server, &[&right, &trusted]);
        let name = send(&*channel, &message, &recipient).await;
        channel.finish().await;
        let mails = inbox(&imap, &recipient).wait(&name, 1);
        check_mail(&mails[0], &message, &recipient, &name);
        let by_number = server.replace("localhost", "127.0.0.1");
        for (channel, words) in [
            (entry(server, &[&right]), "`roots`"),
            (entry(&by_number, &[&right, &trusted]), "milik nama lain"),
            (entry(server, &[&wrong, &trusted]), "periksa `user` dan `password`"),
            (entry(server, &[&trusted]), "530"),
        ] {
            let fault = channel.send(&message, &key(&message.id, &recipient)).await.unwrap_err();
            assert!(matches!(fault, deliver::Fault::Later { .. }), "{fault:?}");
            assert!(fault.to_string().contains(words) && !fault.to_string().contains("bukan-itu"), "{fault}");
        }
        assert_eq!(inbox(&imap, &recipient).named(&name).len(), 1, "what failed has not been sent");
    }
}

//! One message and one recipient to the bytes of one mail.
//!
//! Everything that may come from the world (a headline in the subject, the name of a file) passes [`clean`], and goes
//! into typed headers: no line end of theirs can begin a header, a part or a second mail.

use super::options::Sender;
use crate::{File, Message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Characters of a subject; what is longer is cut with a mark. Mail programs show a few dozen of them.
pub(super) const SUBJECT_CHARS_MAX: usize = 2_000;
/// Bytes of one encoded word before they are encoded: 72 characters with its frame; a line that holds one is to be of at
/// most 76 (RFC 2047, section 2).
const ENCODED_WORD_BYTES: usize = 45;
/// The same for the first, which stands behind the name of the header.
const FIRST_WORD_BYTES: usize = 39;
/// The longest plain word that is left as it is: lines break only between words, at 78 characters at best.
const PLAIN_WORD_BYTES_MAX: usize = 60;

/// The bytes of a mail, with line ends of CRLF only.
pub(super) fn write(sender: &Sender, message: &Message, to: &Address, name: &str, now: Timestamp) -> Vec<u8> {
    // Before 1970 no mail has a date.
    let date = message.at.unwrap_or(now).max(Timestamp::UNIX_EPOCH);
    let mut builder = lettre::Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .date(date.into())
        .message_id(Some(name.to_owned()))
        .raw_header(subject(&message.subject))
        // Nobody's absence notice shall answer it (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        // Names the edition and nobody's person; finds a mail again in the logs of the server.
        .raw_header(header("X-Pesut-Brief", &clean(&message.id)));
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    if message.urgent {
        builder = builder.raw_header(header("Importance", "high"));
    }
    let boundary = boundary(message, name);
    let built = match (&message.html, message.files.is_empty()) {
        (None, true) => builder.singlepart(text(&message.text, ContentType::TEXT_PLAIN)),
        (Some(html), true) => builder.multipart(alternative(message, html, &boundary)),
        (html, false) => {
            let mixed = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(format!("{boundary}-m"));
            let mixed = match html {
                Some(html) => mixed.multipart(alternative(message, html, &boundary)),
                None => mixed.singlepart(text(&message.text, ContentType::TEXT_PLAIN)),
            };
            builder.multipart(message.files.iter().map(file).fold(mixed, MultiPart::singlepart))
        }
    };
    built.expect("a mail with one sender and one recipient").formatted()
}

/// The name of a mail: of the message and the recipient alone, so that a repeat is known as one, in mailboxes and in
/// every server on the way.
pub(super) fn name(message: &str, recipient: &str, domain: &str) -> String {
    format!("<{}@{domain}>", digest(&[message, recipient]))
}

/// About how large a mail becomes: files and texts as base64 with line ends, and the headers.
pub(super) fn bytes(message: &Message) -> u64 {
    let files: usize = message.files.iter().map(|file| file.bytes.len()).sum();
    let texts = message.text.len() + message.html.as_ref().map_or(0, String::len);
    let encoded = (files + texts) as u64 * 4 / 3;
    encoded + encoded * 2 / 76 + 2_000 + 500 * message.files.len() as u64
}

/// One line without characters that steer: line ends and other controls become spaces, and what turns the direction
/// of all that follows is left out; it serves to show another text than is there. Marks of direction stay.
pub(super) fn clean(text: &str) -> String {
    let shown = text.chars().filter_map(|char| match char {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        char if char.is_control() => Some(' '),
        char => Some(char),
    });
    let mut line = String::with_capacity(text.len());
    for char in shown {
        if char != ' ' || !(line.is_empty() || line.ends_with(' ')) {
            line.push(char);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The subject as it leaves: one clean line of bounded length.
pub(super) fn subject_line(text: &str) -> String {
    let mut line = clean(text);
    if let Some((cut, _)) = line.char_indices().nth(SUBJECT_CHARS_MAX) {
        line.truncate(cut);
        line.push('…');
    }
    line
}

fn subject(text: &str) -> HeaderValue {
    let line = subject_line(text);
    let name = HeaderName::new_from_ascii_str("Subject");
    if is_plain(&line) {
        return HeaderValue::new(name, line);
    }
    // lettre leaves a plain word of any length on one line, and one that looks encoded as it is.
    let encoded = encoded_words(&line);
    HeaderValue::dangerous_new_pre_encoded(name, line, encoded)
}

/// True where a header can hold the line as it is.
fn is_plain(line: &str) -> bool {
    line.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !line.contains("=?")
        && line.split(' ').all(|word| word.len() <= PLAIN_WORD_BYTES_MAX)
}

/// RFC 2047: base64 in words of bounded length, one a line, never cut within a character.
fn encoded_words(line: &str) -> String {
    let mut encoded = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.floor_char_boundary(if encoded.is_empty() { FIRST_WORD_BYTES } else { ENCODED_WORD_BYTES });
        let (word, after) = rest.split_at(end);
        let separator = if encoded.is_empty() { "" } else { "\r\n " };
        write!(encoded, "{separator}=?utf-8?B?{}?=", STANDARD.encode(word)).expect("a string takes everything");
        rest = after;
    }
    encoded
}

/// A header of ours, with a value of ours.
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn alternative(message: &Message, html: &str, boundary: &str) -> MultiPart {
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("{boundary}-a"))
        .singlepart(text(&message.text, ContentType::TEXT_PLAIN))
        .singlepart(text(html, ContentType::TEXT_HTML))
}

/// A text, always as quoted-printable: no line is too long, no control character travels as itself.
fn text(text: &str, content_type: ContentType) -> SinglePart {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    SinglePart::builder()
        .header(content_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(Body::new_with_encoding(lines, ContentTransferEncoding::QuotedPrintable).expect("it encodes every text"))
}

/// A file, always as base64, whatever it holds.
fn file(file: &File) -> SinglePart {
    let content_type = ContentType::parse(&clean(&file.media_type))
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .expect("a media type");
    let body = Body::new_with_encoding(file.bytes.to_vec(), ContentTransferEncoding::Base64);
    Attachment::new(clean(&file.name)).body(body.expect("it encodes every file"), content_type)
}

/// What separates the parts: the same for every try, and not to be foreseen by who writes what the texts quote, since
/// it depends on all of them.
fn boundary(message: &Message, name: &str) -> String {
    let html = message.html.as_deref().unwrap_or_default();
    format!("pesut-{}", digest(&[name, &message.text, html]))
}

/// Half of a SHA-256 of the parts, each with its length before it.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..16].iter().fold(String::with_capacity(32), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_stays_one_line() {
        for (text, expected) in [
            ("Ringkasan pagi", "Ringkasan pagi"),
            ("Banjir\r\nBcc: semua@kantor.example\r\n\r\nisi", "Banjir Bcc: semua@kantor.example isi"),
            ("  dua  spasi\t ", "dua spasi"),
            ("\u{202E}tpircs\u{202C} \u{200F}x", "tpircs \u{200F}x"),
            ("a\u{2028}b\u{85}c\0d", "a b c d"),
        ] {
            assert_eq!(clean(text), expected);
        }
        assert_eq!(subject_line(&"x".repeat(3_000)).chars().count(), SUBJECT_CHARS_MAX + 1);
    }

    #[test]
    fn one_name_for_one_recipient() {
        let named = |message, to| name(message, to, "kantor.example");
        assert_eq!(named("harian/1", "a@b.example"), named("harian/1", "a@b.example"));
        assert_ne!(named("harian/1", "a@b.example"), named("harian/2", "a@b.example"));
        assert_ne!(named("x", "yz"), named("xy", "z"), "lengths count");
        assert_eq!(named("harian/1", "a@b.example").len(), "<@kantor.example>".len() + 32);
    }

    /// Letters, and what steers: line ends, quotes, encoded words, boundaries, marks of direction.
    fn awkward() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            3 => "[ -~]{0,12}",
            2 => any::<char>().prop_map(String::from),
            3 => prop::sample::select(vec![
                "\r\n", "\n", "\r", "\r\n.\r\n", "\r\nBcc: a@b.c\r\n", "\"; filename=\"b.exe", "=?utf-8?Q?=0D=0ABcc:?=",
                "--pesut-", "\u{202E}", "\u{2028}", "\0", "\t", "😀", "é", "\\", "<", ";", "=",
            ]).prop_map(str::to_owned),
        ];
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_it_says_a_mail_stays_one_mail(
            subject in awkward(), text in awkward(), html in awkward(), id in awkward(), from in awkward(),
            file_name in awkward(), media_type in awkward(), bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let address = |text: &str| text.parse::<Address>().unwrap();
            let name_of_sender = Some(clean(&from)).filter(|name| !name.is_empty());
            let sender = Sender { from: Mailbox::new(name_of_sender, address("a@k.test")), reply_to: None };
            let file = File { name: file_name, media_type, bytes: bytes.clone().into() };
            let message = Message { id, subject, text: text.clone(), html: Some(html), files: vec![file], ..Message::default() };
            let mail = write(&sender, &message, &address("b@k.test"), "<x@k.test>", Timestamp::UNIX_EPOCH);
            let written = String::from_utf8(mail.clone()).unwrap();
            prop_assert!(written.is_ascii() && !written.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert!(written.split("\r\n").all(|line| line.len() <= 998), "no line is too long for a server");
            let parsed = mail_parser::MessageParser::new().parse(&mail).unwrap();
            let mut names: Vec<_> = parsed.headers_raw().map(|(name, _)| name).collect();
            names.sort_unstable();
            prop_assert_eq!(names, [
                "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
                "X-Pesut-Brief",
            ]);
            let from: Vec<_> = parsed.from().unwrap().iter().map(|from| from.address().unwrap_or_default()).collect();
            prop_assert_eq!(from, ["a@k.test"]);
            prop_assert_eq!(parsed.subject().unwrap_or_default(), subject_line(&message.subject));
            prop_assert_eq!((parsed.text_body_count(), parsed.attachment_count()), (1, 1));
            let unix = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(unix(&parsed.body_text(0).unwrap_or_default()), unix(&text));
            prop_assert!(parsed.attachment(0).unwrap().contents() == bytes, "the file is whole");
        }
    }
}

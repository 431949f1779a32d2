//! One message of a mailbox as plain values: who, when, what, and what of it is not read.

use encoding_rs::WINDOWS_1252;
use jiff::Timestamp;
use mail_parser::{Address, Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use model::BodyFormat;
use std::borrow::Cow;

/// Forwarded messages inside one another that are still read.
const DEPTH_MAX: usize = 4;
/// A plain part below this, beside a page of at least [`PAGE_MIN`], is "read this in your browser" and not the newsletter.
const STUB_MAX: usize = 200;
const PAGE_MIN: usize = 4_000;
/// Letters of names, subjects and ids; whoever writes them may write anything.
const NAME_MAX: usize = 200;
const SUBJECT_MAX: usize = 1_000;
const ID_MAX: usize = 500;
/// Attachments named one by one in a reason.
const NAMED_MAX: usize = 5;

/// What a message says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Letter {
    /// `Message-ID` without its brackets.
    pub(super) id: Option<String>,
    /// Lower-case address of the sender, for the list of those who are let in; it goes no further.
    pub(super) sender: Option<String>,
    /// The sender's name.
    pub(super) name: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) sent_at: Option<Timestamp>,
    /// Where the message can be read on the web (`Archived-At`).
    pub(super) url: Option<String>,
    /// True for what a program answers by itself: an absence note, a delivery report.
    pub(super) automatic: bool,
    pub(super) body: Vec<u8>,
    pub(super) format: Option<BodyFormat>,
    /// Files that came along, by name or media type.
    pub(super) attachments: Vec<String>,
}

/// Reads a message; anything is one, however broken.
pub(super) fn read(bytes: &[u8]) -> Letter {
    let bytes = readable_head(bytes);
    let Some(message) = MessageParser::default().parse(bytes.as_ref()) else { return Letter::default() };
    let sender = message.from().and_then(Address::first);
    let text = |value: Option<&str>, limit| value.map(|value| short(value, limit)).filter(|value| !value.is_empty());
    let mut letter = Letter {
        id: text(message.message_id(), ID_MAX),
        sender: sender.and_then(|sender| sender.address.as_deref()).map(str::to_lowercase),
        name: text(sender.and_then(|sender| sender.name.as_deref()), NAME_MAX),
        subject: text(message.subject(), SUBJECT_MAX),
        sent_at: message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        url: header(&message, "Archived-At").and_then(web_address),
        automatic: is_automatic(&message),
        ..Letter::default()
    };
    let (body, format) = body(&message, &mut letter.attachments, 0);
    (letter.body, letter.format) = (body, Some(format));
    dismantle(message);
    letter
}

/// Lets go of a message without recursion: a hundred thousand forwarded messages inside one another fit into 3 MB, and
/// dropping them one inside the other would overflow the stack.
fn dismantle(message: Message<'_>) {
    let mut left = vec![message];
    while let Some(mut message) = left.pop() {
        left.extend(message.parts.drain(..).filter_map(|part| match part.body {
            PartType::Message(inner) => Some(inner),
            _ => None,
        }));
    }
}

/// A head with bytes that are no UTF-8 is written in the sender's own charset, which here is nearly always this one.
fn readable_head(bytes: &[u8]) -> Cow<'_, [u8]> {
    let breaks = [b"\r\n\r\n".as_slice(), b"\n\n"];
    let ends = breaks.iter().filter_map(|end| bytes.windows(end.len()).position(|window| window == *end));
    let (head, rest) = bytes.split_at(ends.min().unwrap_or(bytes.len()));
    match std::str::from_utf8(head) {
        Ok(_) => Cow::Borrowed(bytes),
        Err(_) => Cow::Owned([WINDOWS_1252.decode_without_bom_handling(head).0.as_bytes(), rest].concat()),
    }
}

fn short(value: &str, limit: usize) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(limit).collect()
}

fn header<'a>(message: &'a Message<'_>, name: &'static str) -> Option<&'a str> {
    message.header_raw(name).map(str::trim)
}

// `List-Unsubscribe` is an address too, but one that nobody may follow by accident.
fn web_address(value: &str) -> Option<String> {
    let address = value.trim().trim_start_matches('<').trim_end_matches('>').trim();
    crate::options::web_address(address).ok().map(|url| url.to_string())
}

/// RFC 3834 asks programs to say so; delivery reports come from the mail system itself.
fn is_automatic(message: &Message<'_>) -> bool {
    let submitted = header(message, "Auto-Submitted").map(str::to_ascii_lowercase);
    let report = message.content_type().is_some_and(|kind| kind.subtype() == Some("report"));
    submitted.is_some_and(|value| value.trim().starts_with("auto-replied")) || report
}

/// The text that a person reads first, with that of forwarded messages behind it. Plain text is preferred: it has no
/// trackers and no layout.
fn body(message: &Message<'_>, attachments: &mut Vec<String>, depth: usize) -> (Vec<u8>, BodyFormat) {
    let plain: Vec<_> = message.text_bodies().filter(|part| matches!(part.body, PartType::Text(_))).collect();
    let pages: Vec<_> = message.html_bodies().filter(|part| matches!(part.body, PartType::Html(_))).collect();
    let weigh = |parts: &[&MessagePart<'_>]| {
        parts.iter().map(|part| part.text_contents().map_or(0, |text| text.trim().len())).sum::<usize>()
    };
    let (plain_weight, page_weight) = (weigh(&plain), weigh(&pages));
    let stub = plain_weight == 0 || (plain_weight < STUB_MAX && page_weight >= PAGE_MIN);
    let (parts, format) =
        if stub && page_weight > 0 { (pages, BodyFormat::Fragment) } else { (plain, BodyFormat::Text) };
    let mut body = parts.iter().map(|part| contents(message, part)).collect::<Vec<_>>().join(b"\n\n".as_slice());
    for part in message.attachments() {
        match &part.body {
            PartType::Message(inner) if depth < DEPTH_MAX => {
                append(&mut body, format, inner, self::body(inner, attachments, depth + 1));
            }
            // What belongs to the layout is no attachment to a reader.
            _ if part.content_id().is_some() || is_image_inside(part) => {}
            _ => attachments.push(name(part)),
        }
    }
    (body, format)
}

/// A forwarded message follows the words that it was forwarded with.
fn append(body: &mut Vec<u8>, format: BodyFormat, inner: &Message<'_>, (text, of): (Vec<u8>, BodyFormat)) {
    let text = String::from_utf8_lossy(&text).into_owned();
    let subject = short(inner.subject().unwrap_or_default(), SUBJECT_MAX);
    let whole = match (format, of) {
        (BodyFormat::Fragment, BodyFormat::Fragment) => format!("<p>{}</p>\n{text}", escape(&subject)),
        (BodyFormat::Fragment, _) => format!("<p>{}</p>\n<p>{}</p>", escape(&subject), escape(&text)),
        (_, BodyFormat::Fragment) => format!("{subject}\n{}", mail_parser::decoders::html::html_to_text(&text)),
        _ => format!("{subject}\n{text}"),
    };
    if !body.is_empty() {
        body.extend_from_slice(b"\n\n");
    }
    body.extend_from_slice(whole.as_bytes());
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text of a part. Where no charset is declared its bytes are left as they came: whoever reads them guesses better.
fn contents<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    let declared = part.content_type().is_some_and(|kind| kind.attribute("charset").is_some());
    let raw = message.raw_message().get(part.offset_body as usize..part.offset_end as usize);
    match (&part.encoding, raw) {
        (Encoding::None, Some(raw)) if !declared && std::str::from_utf8(raw).is_err() => Cow::Borrowed(raw),
        _ => Cow::Borrowed(part.text_contents().unwrap_or_default().as_bytes()),
    }
}

fn is_image_inside(part: &MessagePart<'_>) -> bool {
    let image = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
    image && part.content_disposition().is_none_or(|how| how.is_inline())
}

fn name(part: &MessagePart<'_>) -> String {
    let kind = || {
        let kind = part.content_type()?;
        Some(format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("?")))
    };
    short(&part.attachment_name().map(str::to_owned).or_else(kind).unwrap_or_else(|| "nameless".to_owned()), NAME_MAX)
}

/// Names what was not read.
pub(super) fn unread(attachments: &[String]) -> Option<String> {
    let named = attachments.iter().take(NAMED_MAX).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    match attachments.len() {
        0 => None,
        1 => Some(format!("the message is collected, but its attachment {named} is not read")),
        count if count <= NAMED_MAX => {
            Some(format!("the message is collected, but its {count} attachments {named} are not read"))
        }
        count => Some(format!("the message is collected, but its {count} attachments {named} … are not read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_messages_are_only_long() {
        for hostile in [
            "Content-Type: message/rfc822\r\n\r\n".repeat(150_000),
            (0..60_000)
                .map(|n| format!("Content-Type: multipart/digest; boundary=b{n}\r\n\r\n--b{n}\r\n\r\n"))
                .collect(),
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\n".repeat(500_000)),
            format!("Subject: {}\r\n\r\nx", "=?utf-8?q?a?= ".repeat(200_000)),
            format!("From: {}\r\n\r\nx", "a <b@c>, ".repeat(300_000)),
            format!("From: {}\r\n\r\nx", "(".repeat(3_000_000)),
        ] {
            let letter = read(hostile.as_bytes());
            assert!(letter.subject.is_none_or(|subject| subject.len() <= SUBJECT_MAX));
            assert!(unread(&letter.attachments).is_none_or(|reason| reason.len() < 2_000));
        }
        assert_eq!(read(b"").body, b"");
    }

    #[test]
    fn a_stub_gives_way_to_the_page_and_the_address_is_never_the_one_that_unsubscribes() {
        let page = "Kabar hari ini. ".repeat(400);
        let message = format!(
            "Message-ID: <a@b>\r\nArchived-At: <https://tepianuji.example/buletin/101>\r\n\
             List-Unsubscribe: <https://tepianuji.example/berhenti>\r\nAuto-Submitted: auto-replied (absen)\r\n\
             Content-Type: multipart/alternative; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nLihat di peramban\r\n\
             --b\r\nContent-Type: text/html\r\n\r\n<p>{page}</p>\r\n--b--\r\n"
        );
        let letter = read(message.as_bytes());
        assert_eq!(letter.format, Some(BodyFormat::Fragment));
        assert_eq!(letter.url.as_deref(), Some("https://tepianuji.example/buletin/101"));
        assert!(letter.automatic && letter.attachments.is_empty());
    }
}

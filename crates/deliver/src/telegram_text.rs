//! Text in the few tags that Telegram knows, and no longer than it takes.

use crate::Message;

/// Letters of a message, counted without tags (core.telegram.org/bots/api#sendmessage).
pub(crate) const TEXT_MAX: usize = 4_096;
/// Letters of a caption (core.telegram.org/bots/api#senddocument).
pub(crate) const CAPTION_MAX: usize = 1_024;

/// Text with Telegram's tags.
#[derive(Clone, Debug)]
pub(crate) struct Text(String);

/// What a message says there: its own form for Telegram, or else its plain text below its subject.
pub(crate) fn of(message: &Message) -> Text {
    match &message.telegram_html {
        Some(html) => Text(html.trim().to_owned()),
        None => {
            let (subject, text) = (escape(message.subject.trim()), escape(message.text.trim()));
            Text(format!("<b>{subject}</b>\n\n{text}").trim().to_owned())
        }
    }
}

impl Text {
    /// As it is sent.
    pub(crate) fn html(&self) -> &str {
        &self.0
    }

    /// Without tags, for when Telegram does not take them. Always a message, since an empty one is refused.
    pub(crate) fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.0.len());
        for piece in pieces(&self.0) {
            if let Piece::Letter(letter, _) = piece {
                plain.push(letter);
            }
        }
        plain
    }

    /// Letters as Telegram counts them: UTF-16, after tags and entities are read.
    pub(crate) fn length(&self) -> usize {
        self.plain().encode_utf16().count()
    }

    /// The text within a limit, cut at the end of a line outside every tag, and whether anything was cut.
    pub(crate) fn fit(&self, letters_max: usize, with_file: bool) -> (Self, bool) {
        if self.length() <= letters_max {
            return (self.clone(), false);
        }
        let note = if with_file {
            "\n\n… (dipotong; selengkapnya di berkas)"
        } else {
            "\n\n… (dipotong pada batas Telegram)"
        };
        let room = letters_max - note.encode_utf16().count();
        let start = match self.cut_between_tags(room) {
            Some(end) => self.0[..end].trim_end().to_owned(),
            // One line, or one tag around everything: the tags go, the words stay.
            None => {
                let mut left = room;
                let fits = |c: &char| {
                    let fits = left >= c.len_utf16();
                    left = left.saturating_sub(c.len_utf16());
                    fits
                };
                escape(&self.plain().chars().take_while(fits).collect::<String>())
            }
        };
        (Self(start + note), true)
    }

    /// The last end of a line within the limit where no tag is open; `None` where that would lose most of the text.
    fn cut_between_tags(&self, letters_max: usize) -> Option<usize> {
        let (mut letters, mut depth, mut cut) = (0, 0_i32, None);
        for piece in pieces(&self.0) {
            match piece {
                Piece::Open => depth += 1,
                Piece::Close => depth -= 1,
                Piece::Letter(letter, at) => {
                    letters += letter.len_utf16();
                    if letters > letters_max {
                        break;
                    }
                    if letter == '\n' && depth == 0 {
                        cut = Some((at, letters));
                    }
                }
            }
        }
        cut.filter(|(_, letters)| *letters > letters_max / 2).map(|(at, _)| at)
    }
}

enum Piece {
    Open,
    Close,
    /// A letter as it is read, and where it starts.
    Letter(char, usize),
}

/// Tags and letters, in order.
fn pieces(html: &str) -> impl Iterator<Item = Piece> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &html[at..];
        let first = rest.chars().next()?;
        let start = at;
        if first == '<'
            && let Some(end) = rest.find('>')
        {
            at += end + 1;
            return Some(if rest.starts_with("</") { Piece::Close } else { Piece::Open });
        }
        for (entity, letter) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
            if rest.starts_with(entity) {
                at += entity.len();
                return Some(Piece::Letter(letter, start));
            }
        }
        at += first.len_utf8();
        Some(Piece::Letter(first, start))
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_goes_escaped_below_its_subject() {
        let message = Message { subject: "A & B".into(), text: "x < y".into(), ..Message::default() };
        assert_eq!(of(&message).html(), "<b>A &amp; B</b>\n\nx &lt; y");
        assert_eq!(of(&message).plain(), "A & B\n\nx < y");
        assert_eq!(of(&message).length(), 12);
    }

    #[test]
    fn cuts_between_lines_and_leaves_no_tag_open() {
        let line = format!("<b>{}</b> &amp; lagi\n", "x".repeat(90));
        let (text, cut) = Text(line.repeat(100)).fit(TEXT_MAX, true);
        assert!(cut && text.length() <= TEXT_MAX && text.length() > TEXT_MAX / 2);
        assert_eq!(text.html().matches("<b>").count(), text.html().matches("</b>").count());
        assert!(text.html().ends_with("selengkapnya di berkas)"));
    }

    #[test]
    fn cuts_what_has_no_lines() {
        for html in [format!("<b>{}</b>", "ü\u{1f30a}&lt;".repeat(3_000)), "x".repeat(9_000)] {
            let (text, cut) = Text(html).fit(TEXT_MAX, false);
            assert!(cut && text.length() <= TEXT_MAX && text.length() > TEXT_MAX - 10, "{}", text.length());
            assert!(!text.html().contains("<b>"));
        }
        assert!(!Text("x".repeat(TEXT_MAX)).fit(TEXT_MAX, false).1);
    }
}

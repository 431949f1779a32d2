//! Bytes to text: byte order mark, then what the transport said, then UTF-8, then what the page says of itself,
//! then a guess from the first 16 KB.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use model::Problem;
use std::borrow::Cow;

/// Bytes of one item beyond this are not read: no article is that long, and a hostile one may be endless.
pub(crate) const MAX_BYTES: usize = 10 << 20;

/// The guesser costs more than extraction on a whole page, and the first bytes decide anyway.
const GUESS_BYTES: usize = 16 << 10;

/// Where a page may declare its charset.
const DECLARATION_BYTES: usize = 4 << 10;

/// Reads bytes as text. `declared` is the charset of the transport (`Content-Type`), if it named one.
///
/// Never fails: bytes that cannot be read become `U+FFFD`, and a problem says so.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> (Cow<'a, str>, Vec<Problem>) {
    let mut problems = Vec::new();
    let cut = bytes.len() > MAX_BYTES;
    let bytes = if cut { &bytes[..MAX_BYTES] } else { bytes };
    if cut {
        problems.push(problem(format!("longer than {} MiB, the rest was not read", MAX_BYTES >> 20)));
    }
    let text = decode_capped(bytes, declared, cut, &mut problems);
    (without_controls(text), problems)
}

fn decode_capped<'a>(bytes: &'a [u8], declared: Option<&str>, cut: bool, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[length..], cut, problems);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_as(encoding, bytes, cut, problems);
    }
    let declared = declared.and_then(|label| {
        let found = Encoding::for_label(label.trim().as_bytes());
        if found.is_none() {
            problems.push(problem(format!("unknown charset \"{}\", guessed instead", label.trim())));
        }
        found
    });
    let utf8 = std::str::from_utf8(bytes);
    if let Ok(text) = utf8 {
        // Servers declare Latin-1 for UTF-8 far more often than Latin-1 forms valid UTF-8 by chance.
        // Multi-byte Asian charsets that use escapes are ASCII to the UTF-8 check, so their declaration holds.
        let trusted = declared.filter(|encoding| !encoding.is_single_byte() && *encoding != UTF_8);
        match trusted {
            Some(encoding) => return decode_as(encoding, bytes, cut, problems),
            None => return Cow::Borrowed(text),
        }
    }
    if let Some(encoding) = declared.or_else(|| declared_inside(bytes)) {
        if encoding != UTF_8 || reads_as_utf8(bytes) {
            return decode_as(encoding, bytes, cut, problems);
        }
    } else if reads_as_utf8(bytes) {
        return decode_as(UTF_8, bytes, cut, problems);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let sample = &bytes[..bytes.len().min(GUESS_BYTES)];
    detector.feed(sample, true);
    // A sample that is pure ASCII says nothing; the first strange byte after it says a little more.
    let encoding =
        if sample.is_ascii() { encoding_rs::WINDOWS_1252 } else { detector.guess(None, Utf8Detection::Allow) };
    problems.push(problem(format!("charset not declared, read as {}", encoding.name())));
    decode_as(encoding, bytes, cut, problems)
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8], cut: bool, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    let (mut text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if cut && text.ends_with('\u{fffd}') {
        // Our own cut went through a character.
        let kept = text.trim_end_matches('\u{fffd}').len();
        text.to_mut().truncate(kept);
    }
    let broken = if had_errors { text.matches('\u{fffd}').count() } else { 0 };
    if broken > 0 {
        let name = encoding.name();
        problems.push(problem(format!("{broken} places are not valid {name} and show as \u{fffd}")));
    }
    text
}

/// UTF-16 leaves a zero byte beside nearly every letter of a Latin text; nothing else does.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(512) & !1];
    if sample.len() < 4 || memchr::memchr(0, sample).is_none() {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (first, second, half) = (zeros(0), zeros(1), sample.len() / 4);
    match () {
        () if second > half && first == 0 => Some(UTF_16LE),
        () if first > half && second == 0 => Some(UTF_16BE),
        () => None,
    }
}

/// Whether broken UTF-8 is still UTF-8: enough of its non-ASCII stretches are valid sequences.
fn reads_as_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // Letters of another charset hardly ever line up to a valid sequence, so even a few of them tell.
    valid > 0 && valid * 4 >= broken
}

/// `<meta charset>`, `<meta http-equiv>` or an XML declaration.
fn declared_inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION_BYTES)].to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) =
        memchr::memmem::find(&head[from..], b"charset").or_else(|| memchr::memmem::find(&head[from..], b"encoding"))
    {
        from += at + 7;
        let value = head[from..].iter().skip_while(|byte| byte.is_ascii_alphabetic() || byte.is_ascii_whitespace());
        let mut value = value.copied().skip_while(u8::is_ascii_whitespace);
        if value.next() != Some(b'=') {
            continue;
        }
        let label: Vec<u8> = value
            .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''))
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
            .collect();
        if let Some(encoding) = Encoding::for_label(&label) {
            // A declaration that could be read as ASCII cannot be UTF-16, the standard says.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
    }
    None
}

/// Control characters other than tab and line breaks carry nothing and upset what reads the text later.
fn without_controls(text: Cow<'_, str>) -> Cow<'_, str> {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    if !text.bytes().any(control) {
        return text;
    }
    Cow::Owned(text.chars().filter(|&c| !(c.is_ascii() && control(c as u8))).collect())
}

fn problem(reason: String) -> Problem {
    Problem::new("charset", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> (String, usize) {
        let (text, problems) = decode(bytes, declared);
        (text.into_owned(), problems.len())
    }

    #[test]
    fn marks_and_declarations() {
        assert_eq!(read(b"\xef\xbb\xbfair naik", None), ("air naik".into(), 0));
        assert_eq!(read(b"\xff\xfeb\0a\0n\0", None), ("ban".into(), 0));
        assert_eq!(read(b"b\0a\0n\0j\0i\0r\0", None), ("banjir".into(), 0));
        assert_eq!(read(b"\0b\0a\0n\0j\0i\0r", Some("utf-16be")), ("banjir".into(), 0));
        assert_eq!(read(b"caf\xe9", Some("iso-8859-1")), ("café".into(), 0));
        assert_eq!(read("“café”".as_bytes(), Some("iso-8859-1")), ("“café”".into(), 0));
        assert_eq!(
            read(b"<meta charset='windows-1252'>\x93ya\x94", None),
            ("<meta charset='windows-1252'>“ya”".into(), 0)
        );
        assert_eq!(read(b"biasa", Some("klingon")), ("biasa".into(), 1));
    }

    #[test]
    fn broken_bytes_are_a_problem_and_not_a_failure() {
        assert_eq!(read("“air”\u{e9} naik".replace('\u{e9}', "X").as_bytes(), None).1, 0);
        let (text, problems) = read(b"\xe2\x80\x9cair\xe2\x80\x9d \xff naik", None);
        assert_eq!((text.as_str(), problems), ("“air” \u{fffd} naik", 1));
        // Undeclared Windows-1252: read as such, and said so.
        let (text, problems) = read(b"kata dia, \x93air naik\x94 \x96 lalu surut", None);
        assert_eq!((text.as_str(), problems), ("kata dia, “air naik” – lalu surut", 1));
        // The page claims UTF-8 but is not.
        let (text, _) = read(b"<meta charset=utf-8>kata dia, \x93air naik\x94", None);
        assert!(text.ends_with("“air naik”"));
        assert_eq!(read(b"a\0b\x07c", None), ("abc".into(), 0));
    }

    #[test]
    fn endless_bodies_are_cut() {
        let long = "é".repeat(MAX_BYTES / 2 + 10);
        let (text, problems) = read(&long.as_bytes()[..MAX_BYTES + 5], None);
        assert!(text.len() <= MAX_BYTES && !text.contains('\u{fffd}'));
        assert_eq!(problems, 1);
        // The cut may fall inside a character.
        let (text, problems) = read(format!("x{long}").as_bytes(), None);
        assert!(!text.contains('\u{fffd}'));
        assert_eq!(problems, 1);
    }
}

//! Bytes of a feed to text, whatever its declarations say.
//!
//! Declarations lie more often than bytes: a byte order mark or the pattern of the first characters decides first,
//! then valid UTF-8, then the transport's and the document's own word, and what is left goes to the detector that
//! browsers use. A few broken places in a sound UTF-8 document are read as the windows-1252 that was pasted into it.

use super::charset::{Charset, declared_ebcdic};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use std::borrow::Cow;

/// The detector needs a sample, not the whole; Firefox decides on the first kilobytes as well.
const SAMPLE_BYTES: usize = 64 << 10;

/// Decodes a whole document; never fails, what cannot be read becomes U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Cow<'a, str> {
    if let Some(text) = wide(bytes) {
        return text;
    }
    if let Some(page) = declared_ebcdic(bytes) {
        return page.decode(bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let label = declared.and_then(Charset::of_label).or_else(|| Charset::of_label(&prolog_encoding(bytes)?));
    if label.is_none_or(|charset| charset.is_utf8())
        && let Some(whole) = joined_surrogates(bytes)
    {
        return decode(&whole, None).into_owned().into();
    }
    let shape = Shape::of(bytes);
    match (shape.text, label) {
        // Plain ASCII can still be one of the encodings that shift with escape sequences.
        (Some(text), Some(charset)) if charset.shifts(text) => charset.decode(bytes),
        (Some(text), Some(charset)) if shape.coincidence(text, &charset) => charset.decode(bytes),
        (Some(text), _) => text.into(),
        (None, Some(charset)) if !charset.is_utf8() && !shape.surely_utf8() => charset.decode(bytes),
        (None, _) if shape.broken <= shape.sound => patched(bytes).into(),
        (None, Some(charset)) if !charset.is_utf8() => charset.decode(bytes),
        (None, _) => detected(bytes),
    }
}

/// UTF-16 and UTF-32 in any order, by their mark or by where the zeros of the first characters stand.
fn wide(bytes: &[u8]) -> Option<Cow<'_, str>> {
    const OPEN: [u8; 6] = [b'<', b'{', b'[', b' ', b'\n', b'\r'];
    let text = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, [3, 2, 1, 0]).into(),
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, [0, 1, 2, 3]).into(),
        [open, 0, 0, 0, ..] if OPEN.contains(open) => utf32(bytes, [3, 2, 1, 0]).into(),
        [0, 0, 0, open, ..] if OPEN.contains(open) => utf32(bytes, [0, 1, 2, 3]).into(),
        // The two orders of machines long gone, which the XML recommendation lists.
        [0, 0, open, 0, ..] if OPEN.contains(open) => utf32(bytes, [1, 0, 3, 2]).into(),
        [0, open, 0, 0, ..] if OPEN.contains(open) => utf32(bytes, [2, 3, 0, 1]).into(),
        // A mark pasted before text of single bytes is no mark.
        [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..]
            if !rest.iter().take(256).any(|byte| *byte == 0) && narrow(rest) =>
        {
            return Some(decode(rest, None));
        }
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        _ => match zeros(bytes) {
            (even, odd) if odd > even * 3 => UTF_16LE.decode_without_bom_handling(bytes).0,
            (even, odd) if even > odd * 3 => UTF_16BE.decode_without_bom_handling(bytes).0,
            _ => return None,
        },
    };
    Some(text)
}

fn narrow(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(256)];
    ["<?xml", "<rss", "<feed", "<rdf", "{\""].iter().any(|opening| memmem::find(start, opening.as_bytes()).is_some())
}

/// How many zeros stand at even and at odd places; a stray one in a document of single bytes is no sign.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let start = &bytes[..bytes.len().min(64)];
    let count = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    match (count(0), count(1)) {
        (even, odd) if (even + odd) * 4 > start.len() => (even, odd),
        _ => (0, 0),
    }
}

fn utf32(bytes: &[u8], order: [usize; 4]) -> String {
    let units = bytes.chunks_exact(4).map(|unit| u32::from_be_bytes(order.map(|place| unit[place])));
    units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// How much of a document is sound UTF-8.
struct Shape<'a> {
    /// The document, where all of it is; a character cut off at the very end does not count.
    text: Option<&'a str>,
    sound: usize,
    broken: usize,
}

impl<'a> Shape<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { text: Some(text), sound: 0, broken: 0 },
            Err(error) if error.error_len().is_none() && !bytes[..error.valid_up_to()].is_ascii() => {
                Self { text: std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(), sound: 0, broken: 0 }
            }
            Err(_) => {
                let (mut sound, mut broken) = (0, 0);
                for chunk in bytes.utf8_chunks() {
                    sound += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
                    broken += usize::from(!chunk.invalid().is_empty());
                }
                Self { text: None, sound, broken }
            }
        }
    }

    /// So much UTF-8 does not happen by chance, whatever else is declared.
    fn surely_utf8(&self) -> bool {
        self.sound >= 8 && self.sound >= self.broken * 8
    }

    /// A word or two in an East Asian encoding can happen to be UTF-8, which then reads as a few odd letters.
    fn coincidence(&self, text: &str, declared: &Charset) -> bool {
        let Charset::Known(encoding) = declared else { return false };
        if text.is_ascii() || ![GBK, GB18030, BIG5, EUC_KR, EUC_JP, SHIFT_JIS].contains(encoding) {
            return false;
        }
        let mut wide = text.chars().filter(|c| !c.is_ascii());
        let few = wide.by_ref().take(4).all(|c| c.len_utf8() == 2) && wide.next().is_none();
        few && !encoding.decode_without_bom_handling(text.as_bytes()).1
    }
}

/// UTF-8 in which single foreign bytes are windows-1252, and halves of characters U+FFFD.
fn patched(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [0xfe | 0xff | 0xc0 | 0xc1] => text.push(char::REPLACEMENT_CHARACTER),
            one @ [_] => text.push_str(&WINDOWS_1252.decode_without_bom_handling(one).0),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}

/// Characters written as two halves of three bytes each, which is neither UTF-8 nor UTF-16 and comes from mixing them.
fn joined_surrogates(bytes: &[u8]) -> Option<Vec<u8>> {
    let pair = |at: usize| match bytes.get(at..at + 6) {
        Some([0xed, a @ 0xa0..=0xaf, b @ 0x80..=0xbf, 0xed, c @ 0xb0..=0xbf, d @ 0x80..=0xbf]) => {
            let bits = |byte: u8| u32::from(byte & 0x3f);
            char::from_u32(0x10000 + ((bits(*a) & 0xf) << 16 | bits(*b) << 10 | (bits(*c) & 0xf) << 6 | bits(*d)))
        }
        _ => None,
    };
    memmem::find_iter(bytes, b"\xed").find(|at| pair(*at).is_some())?;
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match pair(at) {
            Some(character) => {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                at += 6;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Some(out)
}

/// No word about the encoding, or a wrong one: what browsers would take it for.
fn detected(bytes: &[u8]) -> Cow<'_, str> {
    // Where the first byte that is not ASCII stands; markup alone says nothing.
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0).saturating_sub(SAMPLE_BYTES / 8);
    let sample = &bytes[start..bytes.len().min(start + SAMPLE_BYTES)];
    // A word or two with one accent are guessed badly, and are windows-1252 nearly always.
    if sample.iter().filter(|byte| !byte.is_ascii()).count() < 24 {
        return WINDOWS_1252.decode_without_bom_handling(bytes).0;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes).0
}

/// `encoding="…"` of the XML declaration.
fn prolog_encoding(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let after = &start[start.find("encoding")? + "encoding".len()..];
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(quoted[1..].split([quote, '?', '>']).next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    const FEED: &str = "<?xml version='1.0'?><a>Kutai — é</a>";

    #[test]
    fn recognises_wide_encodings_with_and_without_mark() {
        let le16: Vec<u8> = FEED.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be16: Vec<u8> = FEED.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le32: Vec<u8> = FEED.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let be32: Vec<u8> = FEED.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let marked =
            [(&b"\xff\xfe"[..], &le16), (b"\xfe\xff", &be16), (b"\xff\xfe\0\0", &le32), (b"\0\0\xfe\xff", &be32)];
        for (mark, bytes) in marked {
            assert_eq!(decode(bytes, Some("utf-8")), FEED);
            assert_eq!(decode(&[mark, bytes].concat(), None), FEED);
        }
        assert_eq!(decode(&[b"\xef\xbb\xbf", FEED.as_bytes()].concat(), None), FEED);
        assert_eq!(decode(&[b"\xff\xfe", FEED.as_bytes()].concat(), None), FEED, "a mark that is none");
        let odd: Vec<u8> = FEED
            .chars()
            .flat_map(|c| {
                let [a, b, c, d] = u32::from(c).to_be_bytes();
                [b, a, d, c]
            })
            .collect();
        assert_eq!(decode(&odd, None), FEED);
        let spaced: Vec<u8> = "\n <a>x</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&spaced, None), "\n <a>x</a>");
    }

    #[test]
    fn believes_bytes_before_declarations() {
        assert_eq!(
            decode("<?xml encoding='iso-8859-1'?>—".as_bytes(), Some("iso-8859-1")),
            "<?xml encoding='iso-8859-1'?>—"
        );
        assert_eq!(decode(b"<?xml encoding = \"iso-8859-1\"?>\xe9\x96", None), "<?xml encoding = \"iso-8859-1\"?>é–");
        assert_eq!(decode(b"<?xml encoding='utf-8'?>\xe9 caf\xe9", None), "<?xml encoding='utf-8'?>é café");
        assert_eq!(decode(b"<a>\xd0\x9f\xd1\x80\xd0\xb8 \xff</a>", None), "<a>При \u{fffd}</a>");
        assert_eq!(decode(b"<a>\xe2\x80\x94 caf\xe9</a>", None), "<a>— café</a>");
        assert_eq!(decode(b"<a>\xcf\xf0</a>", Some("windows-1251")), "<a>Пр</a>");
        assert_eq!(decode(b"<?xml encoding='utf-16'?><a>\xe9</a>", None), "<?xml encoding='utf-16'?><a>é</a>");
        assert_eq!(decode(b"<?xml encoding='iso-2022-jp'?>\x1b$B$\"\x1b(B", None), "<?xml encoding='iso-2022-jp'?>あ");
        assert_eq!(decode(b"<a>\xc1\xaa\xcd\xa8</a>", Some("gb2312")), "<a>联通</a>", "sound UTF-8 by chance");
        assert_eq!(decode(b"<a>\xe2\x80\x94 Kutai \xe2\x80", None), "<a>— Kutai ");
        assert_eq!(decode(b"", None), "");
    }

    #[test]
    fn detects_what_nobody_declared() {
        let text = "<a>Вода поднялась ночью, жители покидают дома и ждут помощи</a>";
        let bytes = encoding_rs::WINDOWS_1251.encode(text).0;
        assert_eq!(decode(&bytes, None), text);
        assert_eq!(decode(&bytes, Some("utf-8")), text);
    }
}

//! Bytes of a feed to text, whatever its declarations say.
//!
//! Declarations lie more often than bytes: a byte order mark or the pattern of the first characters decides first,
//! then valid UTF-8, then the transport's and the document's own word, and windows-1252 takes what is left.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Decodes a whole document; never fails, what cannot be read becomes U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Cow<'a, str> {
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] | rest @ [b'<' | b'{', 0, 0, 0, ..] => {
            return utf32(rest, u32::from_le_bytes).into();
        }
        [0, 0, 0xfe, 0xff, rest @ ..] | rest @ [0, 0, 0, b'<' | b'{', ..] => {
            return utf32(rest, u32::from_be_bytes).into();
        }
        [0x4c, 0x6f, 0xa7, 0x94, ..] => return ebcdic(bytes).into(),
        [b'<' | b'{', 0, ..] => return UTF_16LE.decode(bytes).0,
        [0, b'<' | b'{', ..] => return UTF_16BE.decode(bytes).0,
        _ => {}
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    let label = declared.and_then(known).or_else(|| known(&prolog_encoding(bytes)?));
    match std::str::from_utf8(bytes) {
        // Plain ASCII can still be one of the encodings that shift with escape sequences.
        Ok(text) => match label {
            Some(encoding) if text.is_ascii() && text.contains('\u{1b}') => {
                encoding.decode_without_bom_handling(bytes).0
            }
            _ => text.into(),
        },
        Err(_) => match label {
            Some(encoding) if encoding != UTF_8 => encoding.decode_without_bom_handling(bytes).0,
            _ => mostly_utf8(bytes),
        },
    }
}

/// A declared encoding that can be meant: a document whose declaration could be read is not UTF-16.
fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes()).filter(|encoding| ![UTF_16LE, UTF_16BE].contains(encoding))
}

/// `encoding="…"` of the XML declaration.
fn prolog_encoding(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let after = &start[start.find("encoding")? + "encoding".len()..];
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(quoted[1..].split(quote).next()?.to_owned())
}

/// UTF-8 with a few broken places, or no UTF-8 at all.
fn mostly_utf8(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let read = text.chars().filter(|c| !c.is_ascii()).count() - broken;
    if read >= broken { text } else { WINDOWS_1252.decode_without_bom_handling(bytes).0 }
}

fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    let units = bytes.chunks_exact(4).map(|unit| read([unit[0], unit[1], unit[2], unit[3]]));
    units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The characters that all EBCDIC code pages share: enough to read a feed from a mainframe, as the public test sets hold.
fn ebcdic(bytes: &[u8]) -> String {
    const ROWS: [(u8, &str); 17] = [
        (0x40, " "),
        (0x4b, ".<(+|&"),
        (0x5b, "$*);"),
        (0x60, "-/"),
        (0x6b, ",%_>?"),
        (0x79, "`:#@'=\""),
        (0x81, "abcdefghi"),
        (0x91, "jklmnopqr"),
        (0xa1, "~stuvwxyz"),
        (0xc1, "ABCDEFGHI"),
        (0xd1, "JKLMNOPQR"),
        (0xe2, "STUVWXYZ"),
        (0xf0, "0123456789"),
        (0x5a, "!"),
        (0x15, "\n"),
        (0x25, "\n"),
        (0x05, "\t"),
    ];
    let character = |byte: u8| {
        ROWS.iter()
            .find_map(|(first, row)| row.as_bytes().get(usize::from(byte.checked_sub(*first)?)))
            .map_or(char::REPLACEMENT_CHARACTER, |c| char::from(*c))
    };
    bytes.iter().map(|byte| character(*byte)).collect()
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
        assert_eq!(decode(b"<a>\xcf\xf0</a>", Some("windows-1251")), "<a>Пр</a>");
        assert_eq!(decode(b"<?xml encoding='utf-16'?><a>\xe9</a>", None), "<?xml encoding='utf-16'?><a>é</a>");
        assert_eq!(decode(b"<?xml encoding='iso-2022-jp'?>\x1b$B$\"\x1b(B", None), "<?xml encoding='iso-2022-jp'?>あ");
        assert_eq!(decode(b"", None), "");
    }
}

//! Names of encodings to decoders: those of the web, and the older ones that feeds still declare.

use super::codepages;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874,
};
use std::borrow::Cow;

/// How a declared encoding is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Charset {
    /// One of the web's.
    Known(&'static Encoding),
    /// One byte a character, from the table.
    Page(&'static str),
    /// UTF-7, which the web refuses because browsers ran scripts hidden in it; nothing is run here.
    Utf7,
    /// GB 2312 in seven bits.
    Hz,
    /// KS X 1001 in seven bits.
    Iso2022Kr,
}

impl Charset {
    /// What a label can mean; a document whose declaration could be read as ASCII is not UTF-16 and no EBCDIC.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase().replace(['_', ' '], "-");
        let known = || Encoding::for_label_no_replacement(label.as_bytes()).or_else(|| alias(&label)).map(Self::Known);
        let named = match label.as_str() {
            "utf-7" | "utf7" | "u7" | "unicode-1-1-utf-7" | "x-unicode-2-0-utf-7" => Some(Self::Utf7),
            "hz" | "hzgb" | "hz-gb" | "hz-gb-2312" => Some(Self::Hz),
            "iso-2022-kr" | "iso2022kr" | "csiso2022kr" => Some(Self::Iso2022Kr),
            _ => known().or_else(|| codepages::page(&label).filter(|page| !codepages::is_ebcdic(page)).map(Self::Page)),
        };
        named.filter(|charset| !matches!(charset, Self::Known(encoding) if [UTF_16LE, UTF_16BE].contains(encoding)))
    }

    pub(super) fn is_utf8(&self) -> bool {
        matches!(self, Self::Known(encoding) if *encoding == UTF_8)
    }

    /// Whether a text of plain ASCII holds the escapes of an encoding that shifts with them.
    pub(super) fn shifts(&self, text: &str) -> bool {
        text.is_ascii()
            && match self {
                Self::Known(encoding) => *encoding == ISO_2022_JP && text.contains('\u{1b}'),
                Self::Page(_) => false,
                Self::Utf7 => text.contains('+'),
                Self::Hz => text.contains("~{"),
                Self::Iso2022Kr => text.contains('\u{e}'),
            }
    }

    pub(super) fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self {
            Self::Known(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Page(page) => codepages::decode(page, bytes).into(),
            Self::Utf7 => utf7(bytes).into(),
            Self::Hz => shifted(bytes, GB18030, (b"~{", b"~}")).into(),
            Self::Iso2022Kr => shifted(bytes, EUC_KR, (b"\x0e", b"\x0f")).into(),
        }
    }
}

/// The code page of a document in EBCDIC, recognised by its first tag; its own declaration says which one.
pub(super) fn declared_ebcdic(bytes: &[u8]) -> Option<Charset> {
    let start = bytes.iter().position(|byte| ![0x40, 0x15, 0x25, 0x0d, 0x05].contains(byte))?;
    match bytes[start..] {
        // "<?x", "<!D", "<!-", and "<" before a letter: none of them begins a text in ASCII.
        [0x4c, 0x6f, 0xa7, ..] | [0x4c, 0x5a, 0xc4 | 0x60, ..] => {}
        [0x4c, 0x81..=0x89 | 0x91..=0x99 | 0xa2..=0xa9 | 0xc1..=0xc9 | 0xd1..=0xd9 | 0xe2..=0xe9, ..] => {}
        _ => return None,
    }
    // All code pages share what a declaration is written with.
    let usual = codepages::page("cp037")?;
    let prolog = codepages::decode(usual, &bytes[..bytes.len().min(start + 200)]);
    // Quotes are not: they differ from page to page, so that one character is passed over, whatever it is.
    let label: Option<String> = prolog.split_once("encoding").and_then(|(_, after)| {
        let after = after.trim_start().strip_prefix('=')?.trim_start();
        Some(after.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+')).collect())
    });
    let page = label.and_then(|label| codepages::page(&label.to_ascii_lowercase().replace('_', "-")));
    Some(Charset::Page(page.filter(|page| codepages::is_ebcdic(page)).unwrap_or(usual)))
}

/// Names that other software gives to encodings of the web.
fn alias(label: &str) -> Option<&'static Encoding> {
    let label = label.strip_prefix("x-").unwrap_or(label);
    Some(match label {
        "u8" | "utf" | "utf8-ucs2" | "utf-8-sig" | "cp65001" | "65001" | "cesu-8" | "utf8mb4" => UTF_8,
        "cp932" | "932" | "ms932" | "mskanji" | "s-jis" | "shiftjis" | "shift-jisx0213" | "shift-jis-2004"
        | "sjisx0213" | "sjis-2004" => SHIFT_JIS,
        "cp936" | "936" | "ms936" | "euccn" | "euc-cn" | "eucgb2312-cn" | "gb18030-2000" | "gb2312-1980"
        | "gb2312-80" => GB18030,
        "cp949" | "949" | "ms949" | "uhc" | "euckr" | "ks-x-1001" | "ksx1001" | "ks-c-5601-1992" => EUC_KR,
        "cp950" | "950" | "ms950" | "big5-tw" | "hkscs" | "big5hkscs" => BIG5,
        "eucjp" | "ujis" | "u-jis" | "eucjis2004" | "euc-jis2004" | "euc-jis-2004" | "eucjisx0213" | "euc-jisx0213"
        | "jisx0213" => EUC_JP,
        "iso2022jp" | "iso2022-jp" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-2004"
        | "iso-2022-jp-ext" | "iso2022jp-1" | "iso2022jp-2" | "iso2022jp-3" | "iso2022jp-ext" => ISO_2022_JP,
        "tis620" | "tis-620-0" | "tis-620-2529-0" | "tis-620-2529-1" | "iso8859-11-2001" | "thai" | "cp874" | "874" => {
            WINDOWS_874
        }
        _ => return web_name(label),
    })
}

/// Spellings that differ from the web's in a hyphen, a prefix or a number alone.
fn web_name(label: &str) -> Option<&'static Encoding> {
    let name = match label {
        "8859" | "latin" | "iso8859" | "cp819" | "l1" | "latin-1" | "646" => "iso-8859-1".to_owned(),
        "latin-2" => "iso-8859-2".to_owned(),
        "latin7" | "l7" => "iso-8859-13".to_owned(),
        "latin8" | "l8" => "iso-8859-14".to_owned(),
        "latin9" | "l9" | "latin-9" | "latin0" => "iso-8859-15".to_owned(),
        "latin10" | "l10" | "iso-ir-226" => "iso-8859-16".to_owned(),
        "maccyrillic" | "mac-cyrillic" | "mac-ukraine" => "x-mac-cyrillic".to_owned(),
        "macroman" | "mac-roman" | "macintosh-roman" => "macintosh".to_owned(),
        "koi8r" => "koi8-r".to_owned(),
        "koi8u" | "koi8-ru" => "koi8-u".to_owned(),
        "cp1125" | "1125" | "ruscii" => "ibm866".to_owned(),
        _ => {
            let part = label
                .rsplit_once("8859-")
                .map(|(_, part)| part.chars().take_while(char::is_ascii_digit).collect::<String>());
            let digits = label.trim_start_matches(|c: char| !c.is_ascii_digit());
            match part {
                Some(part) => format!("iso-8859-{part}"),
                None if digits.len() == 4 && digits.starts_with("125") => format!("windows-{digits}"),
                None if digits == "866" => "ibm866".to_owned(),
                None => return None,
            }
        }
    };
    Encoding::for_label_no_replacement(name.as_bytes())
}

/// Text that turns to a double-byte set and back, with the eighth bit of the set left out.
fn shifted(bytes: &[u8], encoding: &'static Encoding, (into, back): (&[u8], &[u8])) -> String {
    let (mut plain, mut inside, mut at) = (Vec::with_capacity(bytes.len()), false, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(if inside { back } else { into }) {
            at += into.len();
            inside = !inside;
        } else if into == b"~{" && !inside && rest.starts_with(b"~~") {
            plain.push(b'~');
            at += 2;
        } else if into == b"\x0e" && rest.starts_with(b"\x1b$)C") {
            at += 4;
        } else {
            // The set ends with its line, whatever was forgotten.
            inside &= rest[0] != b'\n';
            plain.push(if inside { rest[0] | 0x80 } else { rest[0] });
            at += 1;
        }
    }
    encoding.decode_without_bom_handling(&plain).0.into_owned()
}

/// RFC 2152: `+` opens UTF-16 in base64 without padding, anything outside of its alphabet closes it, a `-` vanishes.
fn utf7(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'+' {
            text.push(if bytes[at].is_ascii() { char::from(bytes[at]) } else { char::REPLACEMENT_CHARACTER });
            at += 1;
            continue;
        }
        at += 1;
        let (mut bits, mut held, mut units, start) = (0_u32, 0_u32, Vec::new(), at);
        while let Some(value) = bytes.get(at).and_then(|byte| sextet(*byte)) {
            bits = bits << 6 | value;
            held += 6;
            if held >= 16 {
                held -= 16;
                units.push(u16::try_from(bits >> held & 0xffff).expect("sixteen bits are left"));
                bits &= (1 << held) - 1;
            }
            at += 1;
        }
        if units.is_empty() {
            // A "+" that opens nothing is one.
            text.extend(bytes[start - 1..at].iter().map(|byte| char::from(*byte)));
            at += usize::from(at == start && bytes.get(at) == Some(&b'-'));
            continue;
        }
        text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        at += usize::from(bytes.get(at) == Some(&b'-'));
    }
    text
}

/// The value of a digit of base64.
pub(super) fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(label: &str, bytes: &[u8]) -> String {
        Charset::of_label(label).unwrap_or_else(|| panic!("{label}")).decode(bytes).into_owned()
    }

    #[test]
    fn reads_what_the_web_forgot() {
        assert_eq!(read("UTF-7", b"Hi Mom +Jjo--! A+ImIDkQ. +- 1+1"), "Hi Mom ☺-! A≢Α. + 1+1");
        assert_eq!(read("hz-gb-2312", b"a ~{<:Ky2;~} ~~ b"), "a 己所不 ~ b");
        assert_eq!(read("iso-2022-kr", b"\x1b$)C\x0e!!0!\x0f x"), "\u{3000}가 x");
        assert_eq!(read("cp850", b"\x82 \x84"), "é ä");
        assert_eq!(read("IBM437", b"\x9b"), "¢");
    }

    #[test]
    fn knows_many_names_of_the_same() {
        for (label, name) in [
            ("latin_1", "windows-1252"),
            ("ISO8859-15", "ISO-8859-15"),
            ("cp1251", "windows-1251"),
            ("windows1250", "windows-1250"),
            ("Shift-JIS", "Shift_JIS"),
            ("cp932", "Shift_JIS"),
            ("euc_jp", "EUC-JP"),
            ("UHC", "EUC-KR"),
            ("koi8_r", "KOI8-R"),
            ("iso8859_5", "ISO-8859-5"),
            ("u8", "UTF-8"),
            ("gb2312-80", "gb18030"),
            ("866", "IBM866"),
            ("ISO_8859-7:1987", "ISO-8859-7"),
        ] {
            let Some(Charset::Known(encoding)) = Charset::of_label(label) else { panic!("{label}") };
            assert_eq!(encoding.name(), name, "{label}");
        }
        for label in ["", "invalid", "utf-16", "ucs-2", "cp037", "iso-8859-99", "12500", "x-user-unknown"] {
            assert!(Charset::of_label(label).is_none(), "{label}");
        }
    }

    #[test]
    fn reads_mainframes() {
        let page = codepages::page("cp500").expect("listed");
        let encode = |text: &str| -> Vec<u8> {
            text.chars()
                .map(|c| u8::try_from(page.chars().position(|known| known == c).expect("in the page")).expect("256"))
                .collect()
        };
        let text = "<?xml version=\"1.0\" encoding=\"ebcdic-cp-be\"?><a>Loket [1]!</a>";
        let bytes = encode(text);
        assert_eq!(declared_ebcdic(&bytes).expect("EBCDIC").decode(&bytes), text);
        assert!(declared_ebcdic(b"Lorem").is_none());
    }
}

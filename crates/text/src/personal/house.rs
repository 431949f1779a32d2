//! The number of a house with its RT, behind the name of a street or an estate. The street itself is public and stays.

use super::{Found, Kind, SourceKind, small_words, stretch_after, stretch_before};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Bytes around a house number in which its street stands.
const WINDOW: usize = 90;

static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
    let rt = r"rt\.? ?[0-9]{1,3}(?:[ ,/]+rw\.? ?[0-9]{1,3})?";
    let number = r"(?:no|nomor|nmr)\.? ?[0-9]{1,4}[a-z]?(?-u:\b)";
    let street = r"(?-u:\b)(?:jl|jln|jalan|gg|gang|perum|perumahan|komplek|kompleks|btn|blok)(?-u:\b)\.? ?[^\n,;!?()]{1,40}?[ ,]+";
    Regex::new(&format!(r"(?i){street}(?P<house>{number}(?P<behind>[ ,]+{rt})?|(?P<before>{rt})[ ,]+{number})"))
        .expect("a fixed pattern compiles")
});

/// "Perumahan Uji Blok C/12": the block and the number in one.
static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:perum|perumahan|komplek|kompleks|btn|griya|villa|regency|residence)(?-u:\b)[^\n,;!?()]{1,40}?(?-u:\b)(?P<house>blok ?[a-z]{1,3}[0-9]{0,2}(?:[/. -]|(?: no\.? ?))[0-9]{1,3}[a-z]?)(?-u:\b)")
        .expect("a fixed pattern compiles")
});

pub(super) fn find(text: &str, kind: SourceKind, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + offset;
        at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if let Some(house) = house_at(text, &(start..at), kind) {
            at = at.max(house.end);
            found.push((Kind::Address, house));
        }
    }
}

fn house_at(text: &str, digits: &Range<usize>, kind: SourceKind) -> Option<Range<usize>> {
    if digits.len() > 4 {
        return None;
    }
    let word = text[..digits.start].trim_end_matches([' ', '.']).as_bytes();
    let ends_with = |end: &[u8]| word.len() >= end.len() && word[word.len() - end.len()..].eq_ignore_ascii_case(end);
    let numbered = ends_with(b"no") || ends_with(b"nomor") || ends_with(b"nmr");
    let before = stretch_before(text, digits.start, WINDOW);
    // "blok DA/11": the block's own letters stand between.
    let block = || before.as_bytes().windows(4).rev().take(6).any(|word| word.eq_ignore_ascii_case(b"blok"));
    if !numbered && !block() {
        return None;
    }
    let start = digits.start - before.len();
    let window = &text[start..digits.end + stretch_after(text, digits.end, WINDOW).len()];
    if numbered { HOUSE.captures_iter(window) } else { BLOCK.captures_iter(window) }.find_map(|found| {
        let house = found.name("house")?;
        let span = start + house.start()..start + house.end();
        // In reports a bare number is an office's; with its RT, or behind a person, it is somebody's home.
        let private = kind.is_public_voice()
            || ["behind", "before"].iter().any(|part| found.name(part).is_some())
            || is_home(text, start + found.get(0)?.start());
        (private && span.contains(&digits.start)).then_some(span)
    })
}

/// True where the words before a street speak of a person's home.
fn is_home(text: &str, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "rumah",
        "warga",
        "korban",
        "tersangka",
        "terdakwa",
        "pelaku",
        "saksi",
        "kediaman",
        "beralamat",
        "tinggal",
        "domisili",
        "berdomisili",
        "pemohon",
        "saudara",
        "saudari",
        "sdr",
        "sdri",
        "ahli",
        "keluarga",
        "kos",
        "kontrakan",
    ];
    const OFFICES: &[&str] = &["kantor", "gedung", "dinas", "hotel", "toko", "sekolah", "balai", "rsud", "puskesmas"];
    let words = small_words(stretch_before(text, at, 48));
    let named = words.iter().rev().find_map(|word| match word.as_str() {
        word if OFFICES.contains(&word) => Some(false),
        word if WORDS.contains(&word) => Some(true),
        _ => None,
    });
    named.unwrap_or(false)
}

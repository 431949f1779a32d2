//! Vehicle plates: area letters, number, series.

use super::{Found, Kind, small_words, stretch_after, stretch_before};
use std::ops::Range;

const AREAS: &[&str] = &[
    "A", "AA", "AB", "AD", "AE", "AG", "B", "BA", "BB", "BD", "BE", "BG", "BH", "BK", "BL", "BM", "BN", "BP", "D",
    "DA", "DB", "DC", "DD", "DE", "DG", "DH", "DK", "DL", "DM", "DN", "DP", "DR", "DS", "DT", "DW", "E", "EA", "EB",
    "ED", "F", "G", "H", "K", "KB", "KH", "KT", "KU", "L", "M", "N", "P", "PA", "PB", "PG", "PS", "PY", "R", "S", "T",
    "W", "Z",
];

/// Words for a plate.
const WORDS: &[&str] = &[
    "plat", "platnya", "pelat", "nopol", "polisi", "pol", "berpelat", "berplat", "bernopol", "nopolnya", "stnk", "bpkb",
];

/// What carries a plate. "Mobil L 300 PS" is a model, so these speak for full plates only.
const VEHICLES: &[&str] = &[
    "motor",
    "mobil",
    "truk",
    "truck",
    "angkot",
    "taksi",
    "pikap",
    "pickup",
    "sepeda",
    "kendaraan",
    "minibus",
    "vario",
    "beat",
    "scoopy",
    "nmax",
    "pcx",
    "aerox",
    "mio",
    "supra",
    "satria",
    "revo",
    "avanza",
    "xenia",
    "innova",
    "fortuner",
    "brio",
    "jazz",
    "agya",
    "ayla",
    "calya",
    "sigra",
    "hilux",
    "triton",
    "xpander",
    "rush",
    "pajero",
    "fuso",
];

/// Words for a plate that people write it onto without a space.
const GLUED: &[&str] = &["nopol", "pelat", "plat"];

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + offset;
        at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        found.extend(plate_at(text, &(start..at)).map(|plate| (Kind::Plate, plate)));
    }
}

/// The plate around a number. Written small or very short it needs the word for it beside it.
fn plate_at(text: &str, digits: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if digits.len() > 4 || bytes[digits.start] == b'0' {
        return None;
    }
    let gap = |byte: Option<&u8>| usize::from(matches!(byte, Some(b' ' | b'-' | b'.')));
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let series_start = digits.end + gap(bytes.get(digits.end));
    let series = bytes[series_start..].iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let end = series_start + series;
    if !(1..=3).contains(&series) || !alone(bytes.get(end)) {
        return None;
    }
    let area_end = digits.start - gap(bytes[..digits.start].last());
    let letters = bytes[..area_end].iter().rev().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let glued = text[area_end - letters..area_end].to_lowercase();
    let prefix = GLUED.iter().filter(|word| glued.starts_with(**word)).map(|word| word.len()).max().unwrap_or(0);
    let span = area_end - letters + prefix..end;
    let area = &text[span.start..area_end];
    if !AREAS.iter().any(|known| known.eq_ignore_ascii_case(area))
        || (prefix == 0 && !alone(bytes[..span.start].last()))
    {
        return None;
    }
    let capital = !text[span.clone()].bytes().any(|byte| byte.is_ascii_lowercase());
    let gaps = [&bytes[area_end..digits.start], &bytes[digits.end..series_start]];
    // "KT 1234 AB" and "B1234XYZ" look like nothing else; "S 1 PG" and "L 300 PS" do.
    let plain = capital && gaps[0] == gaps[1] && digits.len() >= if area.len() == 2 { 2 } else { 4 };
    let full = digits.len() == 4 && area.len() == 2;
    let speaks = |word: &str| WORDS.contains(&word) || full && VEHICLES.contains(&word);
    let said = |stretch: &str| small_words(stretch).iter().any(|word| speaks(word));
    (plain || prefix > 0 || said(stretch_before(text, span.start, 36)) || said(stretch_after(text, span.end, 16)))
        .then_some(span)
}
